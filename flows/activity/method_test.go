package activity

import (
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"campaign"
	"campaign/flows/flow"
)

func TestWhatIsWrittenOfAPlaceIsReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lat, lon := rapid.Float64Range(-90, 90).Draw(t, "lat"), rapid.Float64Range(-180, 180).Draw(t, "lon")
		sep := rapid.SampledFrom([]string{", ", ",", "，", " ", "\u3000", "; "}).Draw(t, "between")
		a, b, ok := coordinates(strconv.FormatFloat(lat, 'f', 6, 64) + sep + strconv.FormatFloat(lon, 'f', 6, 64))
		if !ok || math.Abs(a-lat) > 1e-5 || math.Abs(b-lon) > 1e-5 {
			t.Errorf("%v, %v is read as %v, %v, %v", lat, lon, a, b, ok)
		}
	})
	for _, s := range []string{"", ",", "31", "31, 121, 7", "91, 0", "0, 181", "-90.001, 0", "NaN, 0", "0, Inf", "over there", "31°N, 121°E"} {
		if lat, lon, ok := coordinates(s); ok {
			t.Errorf("%q is read as %v, %v", s, lat, lon)
		}
	}
}

// No activity asks for a location without a place on the map.
func TestByLocationNeedsAPlaceOnTheMap(t *testing.T) {
	var tt turn
	tt.Draft = Draft{Method: campaign.ByLocation, Looked: true}
	if o := radiusWays()[0].Do(&tt); tt.Draft.Site != nil || len(o.Effects) > 0 {
		t.Errorf("a radius without a place: %+v", tt.Draft)
	}
	if err := pointed(&tt, flow.Shared{Lat: 1, Lon: 2}); err != nil || *tt.Draft.site() != (Site{1, 2, usualRadius}) {
		t.Errorf("got %+v, %v", tt.Draft.Site, err)
	}
	if tt.Draft.Method = campaign.ByCode; tt.Draft.site() != nil {
		t.Error("a code has a place on the map")
	}
	if (Draft{}).method() != campaign.ByButton {
		t.Error("the usual way is no button")
	}
}
