package checkin

import (
	"errors"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// What others say of a record. It is changed here and nowhere else, and what it
// was before stays in its history.

// A Record is what is written of one person at one activity.
type Record struct {
	Seat
	Person campaign.PersonID
	Mark   Mark
	Said   string // what somebody said of it last: '' is nothing
}

// A Mark says that somebody was there. The zero Mark is none.
type Mark struct {
	At     time.Time
	Late   bool
	Method string
	By     campaign.PersonID // who made it, where it was not the person
	Doubt  campaign.Doubt    // what it does not prove
	Note   string
	Left   time.Time // when they signed out; zero where they did not
}

func (m Mark) made() bool { return !m.At.IsZero() }

// The statements of a history. They are stored by these names.
const (
	saidPresent = "present"
	saidAbsent  = "absent"
)

// A Statement is what somebody says of a record. One that settles overrules what
// is written; a roll does not: where it contradicts a mark, both stay, unless the
// mark is of an earlier roll by the same hand.
type Statement struct {
	Cause       campaign.Cause
	Present     bool
	Late        bool
	Settles     bool
	Hat         campaign.Role
	Note        string
	For         campaign.PersonID
	EnteredLate bool
}

func (s Statement) said() string {
	if s.Present {
		return saidPresent
	}
	return saidAbsent
}

// under is the mark once s is said by somebody at an instant.
func (m Mark) under(s Statement, by campaign.PersonID, now time.Time) Mark {
	switch {
	case s.Present && !m.made():
		return Mark{At: now, Late: s.Late, Method: byMark, By: by, Note: s.Note}
	case s.Present && s.Settles:
		m.Doubt, m.Late = "", s.Late
	case s.Present:
		m.Doubt = ""
	case s.Settles, m.rolledBy(by):
		return Mark{}
	}
	return m
}

// rolledBy reports whether a mark is nothing but a name on a roll that somebody
// took: whoever vouches for a person or puts a record right gives a reason.
func (m Mark) rolledBy(p campaign.PersonID) bool {
	return m.Method == byMark && m.By == p && m.Note == "" && m.Doubt == ""
}

// news reports whether s tells something that the history does not hold yet: a
// roll that finds what is written already is its own fact, and no change.
func (r Record) news(s Statement, now Mark) bool {
	switch {
	case now != r.Mark, s.Settles:
		return true
	case s.Present:
		return false
	}
	return r.Mark.made() || r.Said != saidAbsent
}

// state writes what somebody says of a record.
func (r Record) state(t turn, s Statement) flow.Outcome {
	if r.Branch == 0 || r.Activity.Cancelled {
		return flow.Do()
	}
	now := r.Mark.under(s, t.Who.ID, t.Now)
	if !r.news(s, now) {
		return flow.Do()
	}
	o := flow.Do(Changed{Activity: r.Activity.ID, Person: r.Person, Branch: r.Branch, At: t.Now, By: t.Who.ID, For: s.For,
		Cause: s.Cause, Hat: s.Hat, Said: s.said(), EnteredLate: s.EnteredLate, Note: s.Note, Old: r.Mark, New: now})
	card := title(r.Activity)
	switch {
	case now.made() == r.Mark.made():
		return o
	case now.made():
		card = card.Line("✓ %s marked you present at %s.", t.Who.Name, t.Now.Truncate(time.Minute))
	default:
		card = card.Line("%s recorded at %s that you were not there.", t.Who.Name, t.Now.Truncate(time.Minute))
	}
	return o.And(r.counted(t.Now)).Tell(r.Person, card.InPlaceOf(name, r.Activity.ID).In(messages.Redraws))
}

// errClosed is a record of closed figures that somebody would change: whoever
// shouts such news asks first, and is told so kindly.
var errClosed = errors.New("checkin: the figures are closed")

// rolled takes a roll: whom it says to be there, and nobody contradicts, is
// marked; what it does not find stays, to be decided on.
func rolled(t turn, n campaign.RollTaken) flow.Outcome {
	if t.Facts.Closing.Holds(t.Now) {
		return flow.Outcome{Err: errClosed}
	}
	o := flow.Do(Reported{n.Activity, n.Branch, t.Who.ID})
	for i, r := range t.Facts.Records {
		if r.Branch == n.Branch {
			o = o.And(r.state(t, Statement{Cause: campaign.ByRoll, Present: i < len(n.Present), Hat: n.Hat, EnteredLate: n.EnteredLate}))
		}
	}
	return o.And(judgeAnew(t))
}

// judgeAnew lets whoever judges absences look at the activity once more, where
// they may have done so already: a mark was made or taken back, or a branch that
// had sent nothing has reported.
func judgeAnew(t turn) flow.Outcome {
	for _, r := range t.Facts.Records {
		if r.Branch != 0 && r.judged(t.Now) {
			return flow.Do().Shout(campaign.MarksChanged{Activity: r.Activity.ID})
		}
	}
	return flow.Do()
}

// settled puts a record as it was decided, corrected or accepted.
func settled(t turn, n campaign.RecordSettled) flow.Outcome {
	if t.Facts.Closing.Holds(t.Now) {
		return flow.Outcome{Err: errClosed}
	}
	o := flow.Do()
	for _, r := range t.Facts.Records {
		if !n.Present && r.Branch != 0 {
			o = o.And(flow.Do(Reported{n.Activity, r.Branch, t.Who.ID}))
		}
		o = o.And(r.state(t, Statement{Cause: n.Cause, Present: n.Present, Late: n.Late, Settles: true, Hat: n.Hat, Note: n.Note, For: n.For}))
	}
	return o.And(judgeAnew(t))
}

// noted keeps what was said of a record and changes nothing in it.
func noted(t turn, n campaign.RecordNoted) flow.Outcome {
	o := flow.Do()
	for _, r := range t.Facts.Records {
		if r.Branch == 0 {
			continue
		}
		o = o.And(flow.Do(Changed{Activity: n.Activity, Person: r.Person, Branch: r.Branch, At: t.Now, By: t.Who.ID,
			Cause: n.Cause, Hat: n.Hat, Said: r.Said, Note: n.Note, Old: r.Mark, New: r.Mark}))
	}
	return o
}

type (
	// Changed is a record of which somebody said something. Old is the mark as it
	// was, New as it is.
	Changed struct {
		Activity    campaign.ActivityID
		Person      campaign.PersonID
		Branch      campaign.BranchID
		At          time.Time
		By, For     campaign.PersonID
		Cause       campaign.Cause
		Hat         campaign.Role
		Said        string
		EnteredLate bool
		Note        string `audit:"-"`
		Old, New    Mark   `audit:"-"` // the history has them
	}
	// Reported is a branch of which somebody said who was not there.
	Reported struct {
		Activity campaign.ActivityID
		Branch   campaign.BranchID
		By       campaign.PersonID
	}
)

// Effect is its name in the audit.
func (Changed) Effect() string { return "changed" }

// Effect is its name in the audit.
func (Reported) Effect() string { return "reported" }
