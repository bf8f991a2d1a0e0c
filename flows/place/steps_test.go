package place

import (
	"strings"
	"testing"
	"time"

	"campaign"
	"campaign/flows/flow"
)

var (
	noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	hall = Site{Activity: campaign.Activity{ID: 7, Opens: noon, LateFrom: noon.Add(time.Hour), Closes: noon.Add(2 * time.Hour)}, Middle: Point{31, 120}, Wide: 200}
)

// sharing is somebody whose location was sent at an instant and taken at another.
func sharing(s flow.Shared, at, now time.Time, sites ...Site) turn {
	var t turn
	t.Who, t.At, t.Now, t.Lang, t.Facts.Sites = campaign.Person{ID: 1}, at, now, campaign.English, sites
	t.Draft, _ = shared(s)
	return t
}

// at decides on a location, as far as the next question.
func at(t turn) (flow.Next[Draft], campaign.Attended, bool) {
	n := Flow.Begin(t)
	for _, news := range n.News {
		if a, ok := news.(campaign.Attended); ok {
			return n, a, true
		}
	}
	return n, campaign.Attended{}, false
}

func TestWhatSaysNothingIsAskedForOnceMore(t *testing.T) {
	here := flow.Shared{Lat: 31, Lon: 120, Accuracy: 10}
	in := hall
	in.In = true
	for name, c := range map[string]struct {
		shared flow.Shared
		late   time.Duration
		site   Site
		again  Oddity
	}{
		"of the phone and of now": {here, 0, hall, ""},
		"forwarded":               {flow.Shared{Lat: 31, Lon: 120, Forwarded: true}, 0, hall, forwarded},
		"by a bot, or scheduled":  {flow.Shared{Lat: 31, Lon: 120, Borrowed: true}, 0, hall, borrowed},
		"unsure":                  {flow.Shared{Lat: 31, Lon: 120, Accuracy: 900}, 0, hall, vague},
		"unsure, but not here":    {flow.Shared{Lat: 31, Lon: 120, Accuracy: 150}, 0, hall, ""},
		"of half an hour ago":     {here, fresh, hall, ""},
		"older":                   {here, fresh + time.Second, hall, stale},
		"older, and closed":       {here, 3 * time.Hour, hall, ""},
		"live":                    {flow.Shared{Lat: 31, Lon: 120, Live: true}, 0, hall, ""},
		"forwarded, by one in":    {flow.Shared{Lat: 31, Lon: 120, Forwarded: true}, 0, in, ""},
	} {
		n, a, recorded := at(sharing(c.shared, noon.Add(time.Minute), noon.Add(time.Minute+c.late), c.site))
		if n.Draft.Why != c.again || (n.Place.At == "again") != (c.again != "") || recorded != (c.again == "") {
			t.Errorf("%s: asked again for %q at %q, recorded %v; want %q", name, n.Draft.Why, n.Place.At, recorded, c.again)
		}
		if recorded && (a.Doubt != campaign.NoDoubt && !c.site.In || !a.At.Equal(noon.Add(time.Minute))) {
			t.Errorf("%s: recorded %+v", name, a)
		}
	}
}

// The second time everything is recorded: what it does not tell is a doubt, never
// a refusal. One that reached us late counts from its own time.
func TestTheSecondLocationIsRecordedWhateverItIs(t *testing.T) {
	sent, second := noon.Add(time.Minute), noon.Add(50*time.Minute)
	for name, c := range map[string]struct {
		first, next flow.Input
		doubt       campaign.Doubt
		at          time.Time
		note        string
	}{
		"forwarded, then good":  {flow.Shared{Lat: 31, Lon: 120, Forwarded: true}, flow.Shared{Lat: 31, Lon: 120}, campaign.NoDoubt, second, "≈0 m"},
		"forwarded, and again":  {flow.Shared{Lat: 31, Lon: 120, Forwarded: true}, flow.Shared{Lat: 31, Lon: 120, Forwarded: true}, campaign.Outside, second, "a forwarded location"},
		"unsure, and again":     {flow.Shared{Lat: 31, Lon: 120, Accuracy: 900}, flow.Shared{Lat: 31, Lon: 120, Accuracy: 800}, campaign.Outside, second, "≈0 m ±800 m"},
		"unsure, then far":      {flow.Shared{Lat: 31, Lon: 120, Accuracy: 900}, flow.Shared{Lat: 31.1, Lon: 120}, campaign.Outside, second, "≈11.1 km"},
		"late, then good":       {flow.Shared{Lat: 31, Lon: 120}, flow.Shared{Lat: 31, Lon: 120}, campaign.NoDoubt, sent, "≈0 m"},
		"unsure, then in words": {flow.Shared{Lat: 31, Lon: 120, Accuracy: 900}, flow.Said("  no   signal "), campaign.Outside, sent, "≈0 m ±900 m; no signal"},
	} {
		now := sent
		if strings.HasPrefix(name, "late") {
			now = second
		}
		tt := sharing(c.first.(flow.Shared), sent, now, hall)
		n := Flow.Begin(tt)
		if n.Place.At != "again" {
			t.Fatalf("%s: it is not asked for again", name)
		}
		tt.Draft, tt.At, tt.Now = n.Draft, second, second
		if err := Flow.Take(n.Place, &tt, c.next); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		n, err := Flow.Decide(n.Place, tt, c.next)
		if err != nil || len(n.News) != 1 {
			t.Fatalf("%s: %v, with %d news", name, err, len(n.News))
		}
		if a := n.News[0].(campaign.Attended); a.Doubt != c.doubt || !a.At.Equal(c.at) || a.Note != c.note {
			t.Errorf("%s: recorded at %v with %q and %q; want %v, %q, %q", name, a.At, a.Doubt, a.Note, c.at, c.doubt, c.note)
		}
	}
}

func TestOnlyALocationOrWordsAnswer(t *testing.T) {
	tt := sharing(flow.Shared{Lat: 31, Lon: 120, Forwarded: true}, noon, noon, hall)
	n := Flow.Begin(tt)
	tt.Draft = n.Draft
	for _, in := range []flow.Input{flow.Photo("x"), flow.Card{}, flow.Said(""), flow.Said("   "), flow.Said(strings.Repeat("长", longest+1))} {
		if err := Flow.Take(n.Place, &tt, in); err == nil {
			t.Errorf("%T %v is taken", in, in)
		} else if _, kind := flow.Apology(err); !kind {
			t.Errorf("%T: %v", in, err)
		}
	}
}
