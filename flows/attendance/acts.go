package attendance

import (
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// Marked is a presence that somebody vouches for, and the hat they wear.
type Marked struct {
	Activity campaign.ActivityID
	Person   campaign.PersonID
	Hat      campaign.Duty
	Note     string
}

// Effect is its name in the audit.
func (Marked) Effect() string { return "marked" }

// Opened is check-in opened by hand.
type Opened struct {
	Activity      campaign.ActivityID
	Hat           campaign.Duty
	Opens, Closes time.Time
}

// Effect is its name in the audit.
func (Opened) Effect() string { return "opened" }

// Closed is check-in closed by hand.
type Closed struct {
	Activity campaign.ActivityID
	Hat      campaign.Duty
	Closes   time.Time
}

// Effect is its name in the audit.
func (Closed) Effect() string { return "closed" }

// reads reports whether the person may see what the facts are of.
func reads(t turn) error {
	at := t.Facts.At
	if at.Branch != 0 {
		if !t.Who.Reads(campaign.BranchScope(at.Unit, at.Branch)) {
			return errElsewhere
		}
		return nil
	}
	for _, b := range t.Facts.Branches {
		if t.Who.Reads(b.Scope) && (at.Unit == 0 || at.Unit == b.Scope.Unit) {
			return nil
		}
	}
	return errElsewhere
}

var errElsewhere = flow.Sorry("You do not look after this part of the district. /attendance shows what you may see.")

// marks reports whether the person may vouch for people of the branch shown.
func marks(t turn) error {
	b, ok := branchAt(t.Facts.At, t.Facts.Branches)
	switch {
	case !ok:
		return flow.Sorry("Please open a branch first: people are marked in their branch.")
	case !t.Who.Runs(b.Scope):
		return flow.Sorry("You may read this list. Marking is for the branch secretary, the responsible of the unit and the office.")
	case t.Facts.Activity.Cancelled:
		return errCancelled
	case b.Figures.Expected() == 0:
		return flow.Sorry("Who is expected is written down when check-in opens. Please open it first.")
	case t.Facts.Closing.Holds(t.Now):
		return flow.Sorry("The figures up to %s are closed. The unit can unlock the record first.", t.Facts.Closing.Through)
	}
	return nil
}

var errCancelled = flow.Sorry("This activity does not take place.")

// missing are the options of whom to mark: nobody vouches for themselves.
func missing(t turn) (options []flow.Option[campaign.PersonID]) {
	for _, p := range t.Facts.People {
		if p.At.IsZero() && p.ID != t.Who.ID {
			options = append(options, flow.Option[campaign.PersonID]{Key: p.No, Label: messages.T("%s · %s", p.Name, p.No), Value: p.ID})
		}
	}
	return options
}

// present lets through whoever can be marked now.
func present(t turn) error {
	if err := marks(t); err != nil {
		return err
	}
	p, ok := t.Facts.person(t.Draft.Member)
	switch {
	case !ok:
		return flow.Sorry("That person is not on the list of this activity.")
	case p.ID == t.Who.ID:
		return flow.Sorry("Nobody can vouch for themselves. Please ask somebody else who runs your branch.")
	case !p.At.IsZero():
		return flow.Sorry("%s is in already, since %s.", p.Name, moment(t.Facts.Activity, p.At))
	}
	return nil
}

func (f Facts) person(id campaign.PersonID) (person, bool) {
	for _, p := range f.People {
		if p.ID == id {
			return p, true
		}
	}
	return person{}, false
}

func asVouched(t turn) messages.Message {
	p, _ := t.Facts.person(t.Draft.Member)
	return messages.Say("Record that <b>%s</b> was at “%s”?", p.Name, t.Facts.Activity.Title).
		Line("Because: %s", t.Draft.Reason).
		Line("It is kept under your name and the present time, and told to them.")
}

func vouch(t *turn) flow.Outcome {
	if err := present(*t); err != nil {
		return flow.Refuse(err)
	}
	p, _ := t.Facts.person(t.Draft.Member)
	b, _ := branchAt(t.Facts.At, t.Facts.Branches)
	duty, _ := t.Who.Hat(b.Scope)
	a := t.Facts.Activity
	return flow.Do(Marked{a.ID, p.ID, duty, t.Draft.Reason}).
		Shout(campaign.Vouched{Activity: a.ID, Person: p.ID, Note: t.Draft.Reason}).
		Say(messages.Say("<b>%s</b> is recorded as present at “%s”.", p.Name, a.Title).
			Line("By you, as %s: %s", hat(duty, b), t.Draft.Reason).
			Row(messages.Button(Mark{t.Facts.At}, "Mark another"), messages.Button(Show{Spot: t.Facts.At}, "See the list")).
			As("attendance").Instead()).
		Tell(p.ID, messages.Say("%s (%s) has recorded that you were at “%s”: %s", t.Who.Name, duty.Role, a.Title, t.Draft.Reason).
			Line("If that is not so, please tell them."))
}

// opens reports whether the person may open check-in now.
func opens(t turn) error {
	a := t.Facts.Activity
	if err := moves(t); err != nil {
		return err
	}
	switch phase := a.Phase(t.Now); {
	case !t.Now.Before(a.Ends):
		return flow.Sorry("The activity ended at %s. Whoever was there can still be marked present.", moment(a, a.Ends))
	case phase == campaign.OnTime || phase == campaign.Late:
		return flow.Sorry("Check-in is open already, until %s.", moment(a, a.Closes))
	}
	return nil
}

// closes reports whether the person may close check-in now.
func closes(t turn) error {
	a := t.Facts.Activity
	if err := moves(t); err != nil {
		return err
	}
	switch a.Phase(t.Now) {
	case campaign.Before:
		return flow.Sorry("Check-in has not opened yet.")
	case campaign.Over:
		return flow.Sorry("Check-in closed at %s.", moment(a, a.Closes))
	}
	return nil
}

// moves reports whether the person may move the window at all.
func moves(t turn) error {
	a := t.Facts.Activity
	switch {
	case a.Cancelled:
		return errCancelled
	case !t.Who.Runs(a.Scope):
		return flow.Sorry("You may read this list. Check-in is opened and closed by those for whose part the activity is held.")
	}
	return nil
}

func asOpened(t turn) messages.Message {
	a := t.Facts.Activity
	if a.Phase(t.Now) == campaign.Over {
		return messages.Say("Open check-in to “%s” again?", a.Title).
			Line("It closed at %s, and would stay open until %s.", moment(a, a.Closes), moment(a, a.Ends))
	}
	return messages.Say("Open check-in to “%s” now?", a.Title).
		Line("It was to open at %s, and stays open until %s.", moment(a, a.Opens), moment(a, a.Closes))
}

func open(t *turn) flow.Outcome {
	if err := opens(*t); err != nil {
		return flow.Refuse(err)
	}
	a := t.Facts.Activity
	w := campaign.WindowMoved{Activity: a.ID, Opens: t.Now, Closes: a.Closes}
	if a.Phase(t.Now) == campaign.Over {
		w.Opens, w.Closes = a.Opens, a.Ends
	}
	duty, _ := t.Who.Hat(a.Scope)
	return flow.Do(Opened{a.ID, duty, w.Opens, w.Closes}).Shout(w).
		Say(messages.Say("Check-in to “%s” is open now, until %s.", a.Title, moment(a, w.Closes)).
			Row(messages.Button(Show{Spot: t.Facts.At}, "See the list")).As("attendance").Instead())
}

func asClosed(t turn) messages.Message {
	a := t.Facts.Activity
	sum := total(t.Facts.At, "", t.Facts.Branches, t)
	return messages.Say("Really close check-in to “%s”? It would be open until %s.", a.Title, moment(a, a.Closes)).
		Line("So far: %s.", sum.counts()).
		Line("Whoever comes later can only be marked present by hand.")
}

func shut(t *turn) flow.Outcome {
	if err := closes(*t); err != nil {
		return flow.Refuse(err)
	}
	a := t.Facts.Activity
	duty, _ := t.Who.Hat(a.Scope)
	return flow.Do(Closed{a.ID, duty, t.Now}).Shout(campaign.WindowMoved{Activity: a.ID, Opens: a.Opens, Closes: t.Now}).
		Say(messages.Say("Check-in to “%s” is closed.", a.Title).
			Row(messages.Button(Show{Spot: t.Facts.At}, "See the list")).As("attendance").Instead())
}
