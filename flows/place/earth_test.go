package place

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func point(t *rapid.T, name string) Point {
	return Point{rapid.Float64Range(-90, 90).Draw(t, name+" lat"), rapid.Float64Range(-180, 180).Draw(t, name+" lon")}
}

// half is as far as two points can be from each other.
const half = math.Pi * radius

// near reports whether two distances are alike to a millimetre, or a billionth.
func near(a, b float64) bool { return math.Abs(a-b) <= max(1e-3, 1e-9*max(a, b)) }

// The chord through the Earth, by coordinates in space, is another way to the same
// distance, but next to the antipodes not to the metre.
func (p Point) chord(q Point) float64 {
	const degree = math.Pi / 180
	x := math.Cos(p.Lat*degree)*math.Cos(p.Lon*degree) - math.Cos(q.Lat*degree)*math.Cos(q.Lon*degree)
	y := math.Cos(p.Lat*degree)*math.Sin(p.Lon*degree) - math.Cos(q.Lat*degree)*math.Sin(q.Lon*degree)
	z := math.Sin(p.Lat*degree) - math.Sin(q.Lat*degree)
	return 2 * radius * math.Asin(min(1, math.Sqrt(x*x+y*y+z*z)/2))
}

func TestADistanceIsThatOverTheGround(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q, r := point(t, "p"), point(t, "q"), point(t, "r")
		d := p.metres(q)
		switch {
		case math.IsNaN(d) || d < 0 || d > half+1:
			t.Errorf("%v to %v is %v", p, q, d)
		case p.metres(p) != 0:
			t.Errorf("%v is %v from itself", p, p.metres(p))
		case !near(d, q.metres(p)):
			t.Errorf("%v to %v is %v, and back %v", p, q, d, q.metres(p))
		case !near(d, p.chord(q)) && (d < half-1000 || math.Abs(d-p.chord(q)) > 1):
			t.Errorf("%v to %v is %v, by the chord %v", p, q, d, p.chord(q))
		case d > p.metres(r)+r.metres(q)+1e-3:
			t.Errorf("%v to %v is further than by way of %v", p, q, r)
		}
	})
}

// All meridians meet at a pole, and the antimeridian is no wall.
func TestPolesAndTheAntimeridianAreGroundLikeAnyOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := point(t, "p"), point(t, "q")
		for _, pole := range []float64{90, -90} {
			one, other := Point{pole, p.Lon}, Point{pole, q.Lon}
			if d := one.metres(other); d > 1e-3 {
				t.Errorf("the pole is %v from itself", d)
			}
			if a, b := one.metres(q), other.metres(q); !near(a, b) {
				t.Errorf("the pole is %v from %v by one meridian, %v by another", a, q, b)
			}
		}
		if a, b := p.metres(q), p.metres(Point{q.Lat, q.Lon + 360}); !near(a, b) {
			t.Errorf("once around, %v is %v from %v, not %v", q, b, p, a)
		}
		east, west := Point{p.Lat, 180}, Point{p.Lat, -180}
		if d := east.metres(west); d > 1e-3 {
			t.Errorf("the antimeridian is %v wide at %v", d, p.Lat)
		}
		step := rapid.Float64Range(0, 0.01).Draw(t, "degrees")
		across, along := Point{p.Lat, 180 - step}.metres(Point{p.Lat, -180 + step}), Point{p.Lat, -step}.metres(Point{p.Lat, step})
		if !near(across, along) {
			t.Errorf("%v degrees over the antimeridian are %v, elsewhere %v", 2*step, across, along)
		}
	})
}

func TestDistancesThatAreKnown(t *testing.T) {
	for _, c := range []struct {
		p, q Point
		want float64
	}{
		{Point{0, 0}, Point{0, 1}, 111_195}, {Point{0, 0}, Point{1, 0}, 111_195}, {Point{60, 10}, Point{60, 11}, 55_597},
		{Point{0, 0}, Point{0, 180}, half}, {Point{90, 0}, Point{-90, 77}, half}, {Point{31, 120}, Point{31.001, 120}, 111.2},
	} {
		if d := c.p.metres(c.q); math.Abs(d-c.want) > max(1, c.want/10_000) {
			t.Errorf("%v to %v is %v, want %v", c.p, c.q, d, c.want)
		}
	}
}

// What a phone is unsure of speaks for whoever shares, within bounds; a better fix
// at the same point never makes somebody come nearer.
func TestAccuracySpeaksForWhoeverSharesWithinBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		middle, wide := point(t, "middle"), rapid.Float64Range(1, 5000).Draw(t, "wide")
		f := Fix{Point{middle.Lat, middle.Lon + rapid.Float64Range(-0.2, 0.2).Draw(t, "degrees east")}, rapid.Float64Range(0, 1500).Draw(t, "accuracy")}
		d, in := f.metres(middle), f.within(middle, wide)
		switch {
		case d <= wide && !in:
			t.Errorf("%v m from the middle of %v m is outside", d, wide)
		case d > wide+lenity && in:
			t.Errorf("%v m from the middle of %v m is inside, by ±%v", d, wide, f.Accuracy)
		case in != (d <= wide+min(f.Accuracy, lenity)):
			t.Errorf("%v m from the middle of %v m, ±%v: inside %v", d, wide, f.Accuracy, in)
		}
		if better := (Fix{f.Point, f.Accuracy / 2}); better.within(middle, wide) && !in || better.vague(wide) && !f.vague(wide) {
			t.Error("a better fix comes nearer, or says less")
		}
		if f.vague(wide) != (f.Accuracy > coarse && f.Accuracy > wide) {
			t.Errorf("±%v at a place of %v m is vague: %v", f.Accuracy, wide, f.vague(wide))
		}
	})
}

func TestADistanceIsSaidAsPeopleSayIt(t *testing.T) {
	for metres, want := range map[float64]string{0: "0 m", 4: "0 m", 5: "10 m", 137: "140 m", 994: "990 m", 996: "1.0 km", 1249: "1.2 km", 99_949: "99.9 km", 99_951: "100 km", half: "20015 km"} {
		if got := written(metres); got != want {
			t.Errorf("%v m is written %q, want %q", metres, got, want)
		}
	}
}
