package simulator

import (
	"encoding/json"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"
)

func TestAClockThatRestsGoesOnFromWhatWasSaved(t *testing.T) {
	o := Options{File: filepath.Join(t.TempDir(), "state"), Rests: true, Start: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)}
	first, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Advance(26 * time.Hour); err != nil {
		t.Fatal(err)
	}
	left := first.Now()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	o.Start = time.Time{} // what a start would show otherwise: the real time
	again, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if now := again.Now(); now.Before(left) || now.Sub(left) > time.Minute {
		t.Errorf("the clock shows %v, want %v or little more", now, left)
	}
}

func TestPeopleAreFoundByTheirNumbers(t *testing.T) {
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.AddUsers([]User{{ID: 1, FirstName: "A"}, {ID: 2, FirstName: "B"}, {ID: 3, FirstName: "C"}})
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/phone/people?ids=3,1,99", nil))
	var got struct{ People []struct{ Name string } }
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.People) != 2 || got.People[0].Name != "C" || got.People[1].Name != "A" {
		t.Errorf("found %v, want C and A", got.People)
	}
}
