package campaign

// A Cause is what happened to the record of a person at an activity after it was
// first written, or what wrote it where it was not the person.
type Cause string

// The causes. They are stored by these names.
const (
	ByVouch      Cause = "vouched"   // somebody vouched for the person: the mark says so, and no change does
	ByRoll       Cause = "roll"      // a roll says who was there
	ByDecision   Cause = "decided"   // somebody compared what was said, and decided
	ByCorrection Cause = "corrected" // somebody put right what was wrong
	ByObjection  Cause = "objected"  // the person says that it is wrong
	ByAcceptance Cause = "accepted"  // and is believed
	ByRefusal    Cause = "refused"   // or is not
)

// News of records, which one flow shouts and the owner of the marks hears. The
// right of whoever acts was judged by whoever shouts; Hat is the role they wear.
type (
	// RollTaken is a roll of a branch: who was there and who was not, as whoever
	// took it says.
	RollTaken struct {
		Activity        ActivityID
		Branch          BranchID
		Hat             Role
		EnteredLate     bool // long after check-in had closed
		Present, Absent []PersonID
	}
	// RecordSettled is a record that stands as is said here, whatever was written
	// before. For is on whose behalf, where somebody asked for it.
	RecordSettled struct {
		Activity ActivityID
		Person   PersonID
		Hat      Role
		Cause    Cause
		Present  bool
		Late     bool // where Present
		Note     string
		For      PersonID
	}
	// RecordNoted is something that was said of a record and changes nothing in it.
	RecordNoted struct {
		Activity ActivityID
		Person   PersonID
		Hat      Role
		Cause    Cause
		Note     string
	}
)
