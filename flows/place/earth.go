package place

import (
	"math"
	"strconv"

	"campaign/messages"
)

// A Point is a place on the Earth, in degrees.
type Point struct{ Lat, Lon float64 }

// radius is the Earth's mean radius in metres. The Earth is no sphere: a distance
// may be wrong by half a percent, which is less than a step in a hall.
const radius = 6_371_008.8

// metres is how far two points are from each other on the ground. The angle is that
// of its sine and cosine together: of one of them alone it would be metres off where
// points are near, or at opposite ends of the Earth.
func (p Point) metres(q Point) float64 {
	const degree = math.Pi / 180
	lat, lon := (q.Lat-p.Lat)*degree, (q.Lon-p.Lon)*degree
	bend := 2 * math.Sin(lon/2) * math.Sin(lon/2) * math.Cos(q.Lat*degree)
	sine := math.Hypot(math.Cos(q.Lat*degree)*math.Sin(lon), math.Sin(lat)+math.Sin(p.Lat*degree)*bend)
	return radius * math.Atan2(sine, math.Cos(lat)-math.Cos(p.Lat*degree)*bend)
}

// A Fix is a point as a phone knows it.
type Fix struct {
	Point
	Accuracy float64 // metres within which the phone says that it is; 0 is not said
}

// What a phone may be wrong by.
const (
	coarse = 100.0 // worse than this, and than the place is wide, says too little
	lenity = 100.0 // of its own accuracy, so much speaks for whoever shares
)

// vague reports whether a fix says too little to tell who is at a place of a width.
func (f Fix) vague(wide float64) bool { return f.Accuracy > max(coarse, wide) }

// within reports whether a fix is at a place: no further from its middle than it
// is wide and the phone is unsure, in bounds.
func (f Fix) within(middle Point, wide float64) bool {
	return f.metres(middle) <= wide+min(f.Accuracy, lenity)
}

// far is a distance as people say it.
func far(metres float64) messages.Text { return messages.T("%s", written(metres)) }

// written is a distance in figures, as exactly as anybody cares for.
func written(metres float64) string {
	switch {
	case metres < 995:
		return strconv.Itoa(int(math.Round(metres/10))*10) + " m"
	case metres < 99_950:
		return strconv.FormatFloat(metres/1000, 'f', 1, 64) + " km"
	}
	return strconv.Itoa(int(math.Round(metres/1000))) + " km"
}
