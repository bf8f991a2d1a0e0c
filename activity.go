package campaign

import "time"

// An ActivityID names one activity for the machine; people say its number.
type ActivityID int64

// A Kind is what sort of meeting an activity is.
type Kind string

// The kinds of activity. They are stored by these names.
const (
	Study         Kind = "study"
	Lecture       Kind = "lecture"
	Mobilisation  Kind = "mobilisation"
	Talk          Kind = "talk"
	LifeMeeting   Kind = "life_meeting"
	Appraisal     Kind = "appraisal"
	Rectification Kind = "rectification"
	Practice      Kind = "practice"
	OtherKind     Kind = "other"
)

// Kinds is every kind, in the order in which people choose.
var Kinds = []Kind{Study, Lecture, Mobilisation, Talk, LifeMeeting, Appraisal, Rectification, Practice, OtherKind}

// A Method is how presence at an activity is shown.
type Method string

// The methods of checking in. They are stored by these names.
const (
	ByButton   Method = "button"
	ByCode     Method = "code"
	ByLocation Method = "location"
)

// Methods is every method.
var Methods = []Method{ByButton, ByCode, ByLocation}

// An Activity is a meeting of any kind that people check in to. Its instants
// carry the campaign's zone.
type Activity struct {
	ID        ActivityID
	No        string // what people say: A-2026-0001
	Title     string
	Kind      Kind
	Scope     Scope
	Of        string // the name of its scope: "" for all, else a unit or a unit and branch
	Starts    time.Time
	Ends      time.Time
	Opens     time.Time // check-in from here; moved when somebody opens by hand
	LateFrom  time.Time // on time is earlier than this
	Closes    time.Time // check-in until before here; moved when somebody closes by hand
	Place     string
	Required  bool
	Method    Method
	Cancelled bool
}

// Defaults of an activity's window (contract.md §3).
const (
	OpensBefore = 30 * time.Minute // before the start
	LateAfter   = 10 * time.Minute // after the start
)

// Phase is where the window of an activity stands at an instant.
type Phase int

// The phases of a window, in their order.
const (
	Before Phase = iota // check-in has not opened
	OnTime
	Late
	Over
)

// Phase tells where t falls: a window contains its opening and not its close,
// on time is earlier than LateFrom.
func (a Activity) Phase(t time.Time) Phase {
	switch {
	case t.Before(a.Opens):
		return Before
	case !t.Before(a.Closes):
		return Over
	case t.Before(a.LateFrom):
		return OnTime
	}
	return Late
}

// News of activities, which one flow shouts and others hear.
type (
	// ActivityPlanned is a new activity.
	ActivityPlanned struct{ Activity Activity }
	// ActivityMoved is an activity at another time or place.
	ActivityMoved struct{ Old, New Activity }
	// ActivityCancelled is an activity that does not take place.
	ActivityCancelled struct{ Activity Activity }
	// WindowMoved is a window that somebody opened or closed by hand: check-in
	// runs from Opens until Closes now.
	WindowMoved struct {
		Activity      ActivityID
		Opens, Closes time.Time
	}
	// WindowClosed is check-in that has closed: who is expected and not marked has
	// missed the activity.
	WindowClosed struct{ Activity ActivityID }
	// WindowReopened is check-in that had closed and has not any more: nobody has
	// missed the activity.
	WindowReopened struct{ Activity ActivityID }
	// MarksChanged is marks that were written or taken back after check-in had
	// closed: whoever judges absences looks at the activity anew.
	MarksChanged struct{ Activity ActivityID }
	// Vouched is the presence of a person that somebody else states, with the reason.
	Vouched struct {
		Activity ActivityID
		Person   PersonID
		Note     string
	}
	// Attended is a person who has shown that they are there in the way that the
	// activity asks for, at an instant, and what that does not prove.
	Attended struct {
		Activity ActivityID
		Person   PersonID
		At       time.Time
		Method   Method
		Doubt    Doubt
		Note     string
	}
	// Noted is what a person adds to their own mark.
	Noted struct {
		Activity ActivityID
		Person   PersonID
		Note     string
	}
)

// A Doubt is what a mark does not prove: somebody clears it later, nobody is accused.
type Doubt string

// The doubts. They are stored by these names.
const (
	NoDoubt  Doubt = ""
	CodeOnly Doubt = "code"    // a code was shown, which somebody may have passed on
	Outside  Doubt = "outside" // the place was not, or is not known well enough
	ByHelper Doubt = "helper"  // somebody else says so
)
