package checkin

import (
	"context"
	"testing"

	"campaign"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/storage"
)

// What a roll finds is written; what it contradicts stays, until somebody decides.
func TestARecordUnderWhatIsSaidOfIt(t *testing.T) {
	none := Mark{}
	self := Mark{At: at(1, 14, 2), Method: byButton}
	late := Mark{At: at(1, 14, 15), Method: byButton, Late: true}
	doubtful := Mark{At: at(1, 14, 2), Method: "code", Doubt: "code", Left: at(1, 15, 55)}
	proven := doubtful
	proven.Doubt = ""
	made := Mark{At: at(1, 16, 0), Method: byMark, By: 2}
	byOther, vouched, helped := made, made, made
	byOther.By, vouched.Note, helped.Doubt = 3, "no phone", "helper"
	roll := func(present bool) Statement { return Statement{Cause: campaign.ByRoll, Present: present} }
	settle := func(present, late bool) Statement {
		return Statement{Cause: campaign.ByDecision, Present: present, Late: late, Settles: true}
	}
	for _, c := range []struct {
		name string
		was  Mark
		said string
		s    Statement
		want Mark
		news bool
	}{
		{"a roll finds whom nobody knew of", none, "", roll(true), made, true},
		{"a roll finds who checked in", self, "", roll(true), self, false},
		{"a roll finds who came late: the time stays", late, "", roll(true), late, false},
		{"a roll clears a doubt, and keeps when they left", doubtful, "", roll(true), proven, true},
		{"a roll does not find who is not there", none, "", roll(false), none, true},
		{"nor does a second", none, saidAbsent, roll(false), none, false},
		{"a roll does not find who checked in: the mark stays", self, "", roll(false), self, true},
		{"nor whom another found", byOther, saidPresent, roll(false), byOther, true},
		{"nor whom somebody vouched for", vouched, "", roll(false), vouched, true},
		{"nor for whom a helper spoke", helped, "", roll(false), helped, true},
		{"a roll puts right what the same hand wrote on the one before", made, saidPresent, roll(false), none, true},
		{"decided to have been there", doubtful, saidAbsent, settle(true, false), proven, true},
		{"decided to have been there, as it stands", self, "", settle(true, false), self, true},
		{"decided to have been late", self, "", settle(true, true), Mark{At: self.At, Method: byButton, Late: true}, true},
		{"decided not to have been there", self, "", settle(false, false), none, true},
		{"decided not to have been there, as it stands", none, saidAbsent, settle(false, false), none, true},
	} {
		got := c.was.under(c.s, 2, at(1, 16, 0))
		if got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
		if news := (Record{Mark: c.was, Said: c.said}).news(c.s, got); news != c.news {
			t.Errorf("%s: enters the history: %t, want %t", c.name, news, c.news)
		}
	}
}

// Somebody checks in after it was read that they had not, while a roll that finds
// them is written: their own mark stays, and no history says that it was made for
// them.
func TestWhoChecksInMeanwhileKeepsTheirOwnMark(t *testing.T) {
	w := flowtest.New(t, home.With(Flow))
	w.In(t, func(ctx context.Context, tx *storage.Tx) error {
		err := tx.Exec(ctx, `
			INSERT INTO activities (no, title, kind, part, starts, ends, opens, late_from, closes, required, method)
			SELECT 'A-2026-0001', '学习', 'study', 'all', s, s + '2 h', s, s + '1 h', s + '2 h', true, 'button' FROM (SELECT $1::timestamptz AS s) AS at`, flowtest.Start)
		if err != nil {
			return err
		}
		if err := applyAll(ctx, tx, []Arrived{{1, 7, 1, flowtest.Start, false, byButton}}); err != nil {
			return err
		}
		if err := changed(ctx, tx, Changed{Activity: 1, Person: 7, Branch: 1, At: flowtest.Start, By: 2, Cause: campaign.ByRoll, Said: saidPresent,
			New: Mark{At: flowtest.Start, Method: byMark, By: 2}}); err != nil {
			return err
		}
		var method string
		rows := 0
		if err := tx.Get(ctx, &method, `SELECT method FROM marks WHERE activity_id = 1 AND person_id = 7`); err != nil {
			return err
		}
		err = tx.Get(ctx, &rows, `SELECT count(*) FROM changes`)
		if method != byButton || rows != 0 {
			t.Errorf("the mark is by %s with %d changes, want their own with none", method, rows)
		}
		return err
	})
}

// What is said of records after check-in has closed is news, once for a whole roll;
// while it is open nobody has judged an absence yet.
func TestARollAfterTheCloseIsNewsOnce(t *testing.T) {
	study := campaign.Activity{ID: 7, Opens: at(1, 13, 30), LateFrom: at(1, 14, 10), Closes: at(1, 16, 0)}
	for _, c := range []struct {
		name   string
		hour   int
		closed bool
		want   int
	}{{"open", 15, false, 0}, {"over by the clock", 16, false, 1}, {"closed by hand", 15, true, 1}} {
		tt := turn{Facts: Facts{Records: []Record{{Person: 1}, {Person: 2}, {Person: 3}}}}
		for i := range tt.Facts.Records {
			tt.Facts.Records[i].Seat = Seat{Activity: study, Branch: 1, Closed: c.closed}
		}
		tt.Now = at(1, c.hour, 0)
		if got := rolled(tt, campaign.RollTaken{Activity: 7, Branch: 1, Present: []campaign.PersonID{1, 2}, Absent: []campaign.PersonID{3}}).News; len(got) != c.want {
			t.Errorf("%s: the roll is news %v, want %d", c.name, got, c.want)
		}
		if got := settled(tt, campaign.RecordSettled{Activity: 7, Person: 1, Present: true}).News; len(got) != c.want {
			t.Errorf("%s: what is settled is news %v, want %d", c.name, got, c.want)
		}
	}
}

// Whoever writes the records is the last to see that the figures are closed: news
// that come nevertheless undo the turn.
func TestClosedFiguresAreNotWritten(t *testing.T) {
	study := campaign.Activity{ID: 7, Opens: at(1, 13, 30), LateFrom: at(1, 14, 10), Closes: at(1, 16, 0)}
	for name, c := range map[string]struct {
		closing campaign.Closing
		want    bool
	}{
		"open":     {campaign.Closing{}, true},
		"closed":   {campaign.Closing{At: at(2, 9, 0)}, false},
		"unlocked": {campaign.Closing{At: at(2, 9, 0), Unlocked: at(2, 12, 0)}, true},
	} {
		seat := Seat{Activity: study, Branch: 1, Closed: true}
		tt := turn{Facts: Facts{Records: []Record{{Seat: seat, Person: 1}}, Seats: []Seat{seat}, Closing: c.closing}}
		tt.Now = at(2, 10, 0)
		for _, o := range []flow.Outcome{
			rolled(tt, campaign.RollTaken{Activity: 7, Branch: 1, Present: []campaign.PersonID{1}}),
			settled(tt, campaign.RecordSettled{Activity: 7, Person: 1, Present: true}),
			vouched(tt, campaign.Vouched{Activity: 7, Person: 1, Note: "why"}),
		} {
			if written := o.Err == nil && len(o.Effects) > 0; written != c.want {
				t.Errorf("%s: %v, %v", name, o.Effects, o.Err)
			}
		}
		if o := noted(tt, campaign.RecordNoted{Activity: 7, Person: 1, Cause: campaign.ByObjection}); len(o.Effects) != 1 {
			t.Errorf("%s: an objection comes to %v", name, o.Effects)
		}
	}
}
