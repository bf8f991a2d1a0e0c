package simulator_test

import (
	"testing"
	"time"

	"campaign/bot/simulator"
)

func TestTheClockOnlyGoesForwardAndTellsOfIt(t *testing.T) {
	w := newWorld(t, frozen())
	var told []time.Time
	w.OnClock(func(now time.Time) { told = append(told, now) })
	begin := w.Now()
	if err := w.Advance(90 * time.Minute); err != nil {
		t.Fatal(err)
	}
	if err := w.AdvanceTo(begin); err == nil {
		t.Error("the clock went back")
	}
	if err := w.AdvanceTo(begin.Add(24 * time.Hour)); err != nil {
		t.Fatal(err)
	}
	if len(told) != 2 || !told[0].Equal(begin.Add(90*time.Minute)) || !told[1].Equal(begin.Add(24*time.Hour)) {
		t.Errorf("got %v", told)
	}
	if m := w.say(ann, ann, "x"); m.Date != begin.Add(24*time.Hour).Unix() {
		t.Errorf("got a message of %v", time.Unix(m.Date, 0))
	}
}

func TestARunningClockKeepsItsOffset(t *testing.T) {
	zone := time.FixedZone("there", 8*3600)
	s, err := simulator.New(simulator.Options{Start: time.Now().Add(1000 * time.Hour), Zone: zone})
	if err != nil {
		t.Fatal(err)
	}
	if d := time.Until(s.Now()) - 1000*time.Hour; d.Abs() > time.Minute {
		t.Errorf("off by %v", d)
	}
	if s.Now().Location() != zone {
		t.Errorf("got zone %v", s.Now().Location())
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
