package flow

import (
	"errors"
	"time"

	"campaign"
	"campaign/messages"
)

// An Effect is a fact to be written: a plain struct named in the past tense.
// Effect is its name in the audit: never renamed. A field with the tag
// audit:"-" never enters the audit.
type Effect interface{ Effect() string }

// An Outcome is everything a step may do. It happens on commit, or not at all.
type Outcome struct {
	goTo    string // a question to go to; "" goes on, or ends after the last
	edit    bool   // and come back from it to this one
	end     bool   // the conversation is over
	Effects []Effect
	Answer  messages.Text // the toast on a press, at once after the commit; a reply where nothing was pressed
	Alert   bool          // the toast must be dismissed by hand
	Out     []messages.Message
	Crowds  []Crowd
	Timers  []Timer
	News    []any   // what other flows must hear of in this transaction
	Begins  Opening // the conversation that this turn opens
	Err     error   // a bug: the turn rolls back
}

// A Crowd is a message and its audience: a value that only the Store of the
// flow can read. The message carries nothing of its reader.
type Crowd struct {
	Of      any
	Message messages.Message
}

// An Opening is a conversation to begin, with what is known already.
type Opening struct {
	Flow  string
	Draft any
}

// A Timer is a promise to look again. It is never cancelled: it looks before it
// speaks. One that is promised Once is not promised again while it is pending.
type Timer struct {
	At    time.Time
	About any
	Once  bool
}

// Do starts an outcome that writes effects; Do() starts one that writes nothing.
func Do(effects ...Effect) Outcome { return Outcome{Effects: effects} }

// Goto asks the named question of this conversation, and goes on from there.
func Goto(ask string) Outcome { return Outcome{goTo: ask} }

// Edit asks the named question, and comes back to this one with the new answer.
func Edit(ask string) Outcome { return Outcome{goTo: ask, edit: true} }

// Stop ends the conversation here.
func Stop() Outcome { return Outcome{end: true} }

// Tell says m to another person.
func (o Outcome) Tell(to campaign.PersonID, m messages.Message) Outcome {
	m.To = messages.To{Person: to}
	return o.Say(m)
}

// TellGroup says m in the group of a branch.
func (o Outcome) TellGroup(b campaign.BranchID, m messages.Message) Outcome {
	m.To = messages.To{Group: b}
	return o.Say(m)
}

// TellAll says m to everybody of an audience.
func (o Outcome) TellAll(audience any, m messages.Message) Outcome {
	o.Crowds = append(o.Crowds, Crowd{audience, m})
	return o
}

// Say says m to whom it is addressed.
func (o Outcome) Say(m messages.Message) Outcome {
	o.Out = append(o.Out, m)
	return o
}

// Reply answers the person of this turn with one line.
func (o Outcome) Reply(s messages.Sentence, args ...any) Outcome {
	return o.Say(messages.Say(s, args...))
}

// Toast answers a press in passing: at once after the commit, never through the
// outbox. Where nothing was pressed it is a reply.
func (o Outcome) Toast(s messages.Sentence, args ...any) Outcome {
	o.Answer = messages.T(s, args...)
	return o
}

// Warn is a Toast that stays until it is dismissed.
func (o Outcome) Warn(s messages.Sentence, args ...any) Outcome {
	o.Alert = true
	return o.Toast(s, args...)
}

// Begin opens a conversation with the person of this turn. Its Spec is this flow
// or stands in its Also.
func (o Outcome) Begin(c Opening) Outcome { o.Begins = c; return o }

// On asks the handler of about to look at an instant.
func (o Outcome) On(at time.Time, about any) Outcome {
	o.Timers = append(o.Timers, Timer{At: at, About: about})
	return o
}

// Soon asks the handler of about to look at an instant, unless it is going to
// anyway: many causes, one look.
func (o Outcome) Soon(at time.Time, about any) Outcome {
	o.Timers = append(o.Timers, Timer{At: at, About: about, Once: true})
	return o
}

// Shout lets other flows hear news, a struct of package campaign, in this
// transaction: whoever has declared Heard for its type.
func (o Outcome) Shout(news any) Outcome {
	o.News = append(o.News, news)
	return o
}

// And is o and then next.
func (o Outcome) And(next Outcome) Outcome {
	if next.goTo != "" || next.end {
		o.goTo, o.edit, o.end = next.goTo, next.edit, next.end
	}
	if next.Answer.Say != "" {
		o.Answer, o.Alert = next.Answer, next.Alert
	}
	if next.Begins.Flow != "" {
		o.Begins = next.Begins
	}
	o.Effects = append(o.Effects, next.Effects...)
	o.Out = append(o.Out, next.Out...)
	o.Crowds = append(o.Crowds, next.Crowds...)
	o.Timers = append(o.Timers, next.Timers...)
	o.News = append(o.News, next.News...)
	o.Err = errors.Join(o.Err, next.Err)
	return o
}

// Sorry returns an error meant for the person: a clear, kind sentence that says
// how to go on. Every other error is a bug, and rolls back.
func Sorry(s messages.Sentence, args ...any) error { return sorry{messages.T(s, args...)} }

type sorry struct{ text messages.Text }

func (s sorry) Error() string { return string(s.text.Say) }

// Apology returns what a Sorry says, and whether err is one.
func Apology(err error) (messages.Text, bool) {
	no, ok := errors.AsType[sorry](err)
	return no.text, ok
}

// Refuse answers err: a Sorry as a toast, any other as a bug.
func Refuse(err error) Outcome {
	if no, ok := Apology(err); ok {
		return Outcome{Answer: no}
	}
	return Outcome{Err: err}
}
