package activity

import (
	"strconv"
	"strings"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// How people check in to a new activity: by a button unless somebody says otherwise.

// method is how people check in to what d describes.
func (d Draft) method() campaign.Method {
	if d.Method == "" {
		return campaign.ByButton
	}
	return d.Method
}

// screen is the button to the screen with the code of an activity.
func screen(a campaign.Activity) messages.Key {
	return messages.Button(flow.Open{Flow: "screen", Arg: strconv.FormatInt(int64(a.ID), 10)}, "Screen code")
}

// site is where on the map it is, where that is asked for.
func (d Draft) site() *Site {
	if d.method() != campaign.ByLocation {
		return nil
	}
	return d.Site
}

// ways asks how people check in.
func ways(turn) messages.Message {
	return messages.Say("How do people check in?").
		Line("<b>Button</b>: one press on their card.").
		Line("<b>Code</b>: they scan a code at the meeting, on a screen or a phone, that changes every 20 seconds.").
		Line("<b>Location</b>: they share where they are; who is elsewhere is marked for you to look at.")
}

// by takes a way that needs nothing more.
func by(m campaign.Method) func(*turn) flow.Outcome {
	return func(t *turn) flow.Outcome {
		t.Draft.Method = m
		return flow.Goto("preview")
	}
}

// byLocation takes the way for which the place must be on the map.
func byLocation(t *turn) flow.Outcome {
	t.Draft.Method = campaign.ByLocation
	return flow.Goto("site")
}

func located(t turn) bool { return t.Draft.Looked && t.Draft.Method == campaign.ByLocation }

// whereabouts asks for the place on the map.
func whereabouts(t turn) messages.Message {
	m := messages.Say("Where on the map is it? Share its location (📎), or write latitude and longitude: 31.2304, 121.4737.")
	if s := t.Draft.Site; s != nil {
		m = m.Add(onMap(s))
	}
	return m
}

// onMap says where a site is.
func onMap(s *Site) messages.Text {
	return messages.T("On the map: %s, %s, within %d m", degrees(s.Lat), degrees(s.Lon), s.Radius)
}

// degrees writes some metres exactly.
func degrees(f float64) string { return strconv.FormatFloat(f, 'f', 5, 64) }

// pointed takes a location, from the map or in figures.
func pointed(t *turn, in flow.Input) error {
	s := Site{Radius: usualRadius}
	if old := t.Draft.Site; old != nil {
		s.Radius = old.Radius
	}
	switch in := in.(type) {
	case flow.Shared:
		s.Lat, s.Lon = in.Lat, in.Lon
	case flow.Said:
		lat, lon, ok := coordinates(string(in))
		if !ok {
			return errWhere
		}
		s.Lat, s.Lon = lat, lon
	default:
		return errWhere
	}
	t.Draft.Site = &s
	return nil
}

var errWhere = flow.Sorry("Please share a location, or write latitude and longitude like 31.2304, 121.4737.")

// coordinates reads latitude and longitude.
func coordinates(text string) (lat, lon float64, ok bool) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '，' || r == ' ' || r == '\u3000' || r == ';' })
	if len(text) > 60 || len(parts) != 2 {
		return 0, 0, false
	}
	lat, err1 := strconv.ParseFloat(parts[0], 64)
	lon, err2 := strconv.ParseFloat(parts[1], 64)
	return lat, lon, err1 == nil && err2 == nil && lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180
}

// radii are how near people must come, to choose from.
var radii = []int{100, 200, 500, 1000}

// reach asks how near people must come.
func reach(t turn) messages.Message {
	m := messages.Say("How near must people be, in metres?")
	if t.Draft.Site != nil {
		m = m.Add(onMap(t.Draft.Site))
	}
	return m
}

func radiusWays() (ws []way) {
	for _, r := range radii {
		ws = append(ws, way{Key: strconv.Itoa(r), Label: radiusLabels[r], Do: func(t *turn) flow.Outcome {
			if t.Draft.Site == nil {
				return flow.Goto("site")
			}
			s := *t.Draft.Site
			s.Radius = r
			t.Draft.Site = &s
			return flow.Goto("preview")
		}})
	}
	return ws
}

var radiusLabels = map[int]messages.Sentence{100: "100 m", 200: "200 m", 500: "500 m", 1000: "1,000 m"}
