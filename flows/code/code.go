// Package code is how people check in where a screen at the meeting shows a code
// that turns: by scanning it, or by writing its six digits. Its host has a page
// for the screen, by a link that needs no login. It must never take a code for
// longer than the rule of turn.go says, judge by any time but that of the scan,
// nor let anybody guess.
package code

import (
	"embed"
	"io/fs"
	"strings"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// link begins what a scan carries.
const link = "q"

// Flow is what is scanned and what is written. Beside it stands the host's screen.
var Flow = flow.Spec[Draft, Facts]{
	Name:    "code",
	Link:    link,
	Unasked: written,
	Asks: []flow.Ask[Draft, Facts]{
		flow.Then("scan", scanned).When(func(t turn) bool { return t.Draft.Digits == "" }),
		flow.Then("digits", typed).When(func(t turn) bool { return t.Draft.Digits != "" }),
	},
	Handlers: []flow.Handler[Draft, Facts]{
		flow.Knocked("stranger", stranger),
		flow.Heard("joined", joined),
		flow.Due("guessed", guessed),
	},
	Also:    []flow.Flow{screen(chance)},
	Store:   flow.Store[Draft, Facts]{Load: load, Apply: apply, Audience: audience, Keeps: keeps, Over: over},
	Schema:  schema,
	Chinese: chinese,
}

//go:embed schema/*.sql
var schema embed.FS

//go:embed zh.txt
var chinese string

// within is a folder that is embedded.
func within(files embed.FS, dir string) fs.FS {
	sub, err := fs.Sub(files, dir)
	if err != nil {
		panic(err) // the folder is embedded
	}
	return sub
}

type turn = flow.Turn[Draft, Facts]

// A Draft is what somebody wrote.
type Draft struct{ Digits string }

// Facts is what a step must know of the database.
type Facts struct {
	Doors []Door
	Tries []time.Time // of the person, that fitted nothing: the oldest first
	Scans []Scan      // of an account that has just become somebody's
}

// A Door is an activity that one enters by its code.
type Door struct {
	Activity campaign.Activity
	Secret   Secret
	In       bool // the person is marked already
	Expected int
	Wrong    int       // tries of everybody lately that might have been of it
	Warned   time.Time // when its hosts were last told so
}

// A Scan is a code that was good when an account scanned it.
type Scan struct {
	Activity campaign.ActivityID
	At       time.Time
}

// Effects of codes.
type (
	// Missed is six digits that fitted none of the activities.
	Missed struct{ Activities []campaign.ActivityID }
	// Kept is a scan of an account that is bound to nobody yet.
	Kept struct {
		Account  campaign.AccountID
		Activity campaign.ActivityID
		At       time.Time
	}
	// Served is the scans of an account that count now.
	Served struct{ Account campaign.AccountID }
	// Warned is hosts who were told that somebody guesses the codes of an activity.
	Warned struct{ Activity campaign.ActivityID }
)

// Effect is its name in the audit.
func (Missed) Effect() string { return "missed" }

// Effect is its name in the audit.
func (Kept) Effect() string { return "kept" }

// Effect is its name in the audit.
func (Served) Effect() string { return "served" }

// Effect is its name in the audit.
func (Warned) Effect() string { return "warned" }

// Guessed is the timer of an activity at which many wrong codes were written.
type Guessed struct{ Activity campaign.ActivityID }

// Hosts is whoever has a link to the screen of an activity.
type Hosts struct{ Activity campaign.ActivityID }

const expired messages.Sentence = "The code has expired, please scan again."

// scanned takes a code that was scanned: it came as the link of a message, which
// bears the time at which that was. Who is in already is told so, by any code.
func scanned(t *turn) flow.Outcome {
	at := t.At.In(t.Now.Location())
	for _, d := range t.Facts.Doors {
		if d.In || d.opens(t.Arg, at) {
			return d.enter(t.Who.ID, at)
		}
	}
	return flow.Do().Reply(expired)
}

// enter lets whoever writes the marks know that somebody is there.
func (d Door) enter(who campaign.PersonID, at time.Time) flow.Outcome {
	return flow.Do().Shout(campaign.Attended{Activity: d.Activity.ID, Person: who, At: at, Method: campaign.ByCode, Doubt: campaign.CodeOnly})
}

// stranger remembers what was scanned by an account that is bound to nobody: the
// time of the scan counts, however long it takes to find out whose it is.
func stranger(t turn, k flow.Knock) flow.Outcome {
	at := t.At.In(t.Now.Location())
	for _, d := range t.Facts.Doors {
		switch phase := d.Activity.Phase(at); {
		case !d.opens(k.Arg, at):
		case d.Activity.Cancelled:
			return flow.Do().Reply("This activity does not take place.")
		case phase == campaign.Before:
			return flow.Do().Reply("Check-in opens at %s. Please scan again then.", d.Activity.Opens)
		case phase == campaign.Over:
			return flow.Do().Reply("Check-in has closed already.")
		default:
			return flow.Do(Kept{t.Account, d.Activity.ID, at}).
				Reply("Your scan of %s is kept: it counts as soon as I know who you are.", at.Truncate(time.Minute))
		}
	}
	return flow.Do().Reply(expired)
}

// joined lets the scans of an account count that has become somebody's.
func joined(t turn, n campaign.Joined) flow.Outcome {
	o := flow.Do()
	for _, s := range t.Facts.Scans {
		o = o.And(Door{Activity: campaign.Activity{ID: s.Activity}}.enter(n.Person.ID, s.At))
	}
	if len(t.Facts.Scans) == 0 {
		return o
	}
	return flow.Do(Served{n.Account}).And(o)
}

// written reads six digits, however they are typed.
func written(in flow.Input) (Draft, bool) {
	s, ok := in.(flow.Said)
	if !ok || len(s) > 40 {
		return Draft{}, false
	}
	digits := strings.Map(func(r rune) rune {
		switch {
		case '０' <= r && r <= '９':
			return r - '０' + '0'
		case r == ' ' || r == '\u3000' || r == '-':
			return -1
		}
		return r
	}, string(s))
	if len(digits) != digitsLong || strings.Trim(digits, "0123456789") != "" {
		return Draft{}, false
	}
	return Draft{digits}, true
}

// typed takes six digits: they are of an activity that is open now and at which
// the person is expected, or of none.
func typed(t *turn) flow.Outcome {
	at := t.At.In(t.Now.Location())
	if len(t.Facts.Doors) == 0 {
		return flow.Do().Reply("No activity of yours takes a code at the moment.")
	}
	if free, ok := mayTry(t.Facts.Tries, at); !ok {
		return flow.Do().Reply("You have written five codes within ten minutes that fitted nothing. Please scan the code on the screen, or wait until %s.", free)
	}
	missed, old := flow.Do(), false
	var tried []campaign.ActivityID
	for _, d := range t.Facts.Doors {
		if d.Wrong >= d.guesses() {
			continue
		}
		good, was := d.reads(t.Draft.Digits, at)
		if good {
			return d.enter(t.Who.ID, at)
		}
		tried, old = append(tried, d.Activity.ID), old || was
		if d.Wrong+1 >= d.guesses() {
			missed = missed.Soon(t.Now, Guessed{d.Activity.ID})
		}
	}
	missed = flow.Do(Missed{tried}).And(missed)
	switch left := mostTries - 1 - lately(t.Facts.Tries, at); {
	case len(tried) == 0:
		return flow.Do().Reply("So many wrong codes were written for this activity that for a while I take none. Please scan the code on the screen.")
	case old:
		return missed.Reply("That code has expired. Please write the one that the screen shows now. Tries left: %d.", left)
	default:
		return missed.Reply("That is not the code of now: it changes every 20 seconds. Please look at the screen again. Tries left: %d.", left)
	}
}

// guessed tells the hosts of an activity, once in a while, that no written code is
// taken for it.
func guessed(t turn, _ Guessed) flow.Outcome {
	o := flow.Do()
	for _, d := range t.Facts.Doors {
		if d.Wrong < d.guesses() || t.Now.Before(d.Warned.Add(warnsIn)) {
			continue
		}
		o = o.And(flow.Do(Warned{d.Activity.ID})).TellAll(Hosts{d.Activity.ID}, messages.Say("<b>%s</b>: %d wrong codes were written within ten minutes; somebody may be guessing.", d.Activity.Title, d.Wrong).
			Line("For a while I take no written codes. Scanning the screen still works, and you can mark people present by hand.").
			Row(messages.Button(flow.Open{Flow: "attendance"}, "Attendance")).As(warningName, d.Activity.ID).In(messages.Approvals))
	}
	return o
}

// warningName is what the message about guesses at an activity is called.
const warningName = "guesses/%d"

// What may be guessed: a person's tries, and those of all for one activity, of
// whom one in ten may mistype.
const (
	mostTries  = 5
	triesIn    = 10 * time.Minute
	leastWrong = 50
	warnsIn    = time.Hour // between two messages to the hosts
)

// guesses is how many wrong tries an activity bears within triesIn.
func (d Door) guesses() int { return max(leastWrong, d.Expected/10) }

// mayTry reports whether somebody who tried in vain at tries, the oldest first,
// may try at an instant; if not, when.
func mayTry(tries []time.Time, at time.Time) (free time.Time, ok bool) {
	if len(tries) < mostTries {
		return at, true
	}
	free = tries[len(tries)-mostTries].Add(triesIn)
	return free, !at.Before(free)
}

// lately counts the tries that still count at an instant.
func lately(tries []time.Time, at time.Time) (n int) {
	for _, t := range tries {
		if at.Before(t.Add(triesIn)) {
			n++
		}
	}
	return n
}
