package campaign

// A Chat is where something was said: a private chat, or a group and the branch
// that it is bound to, if any.
type Chat struct {
	ID       int64 // the messenger's number
	Group    bool
	Title    string
	Topic    int64 // of a group that is a forum: where in it; 0 is its general topic
	Home     Scope
	Standing Standing // of a group
}

// A Standing is whether a chat can be written to.
type Standing string

// The standings of chats. They are stored by these names.
const (
	Open    Standing = "open"
	Blocked Standing = "blocked" // a person who stopped us
	Deleted Standing = "deleted" // a person whose account is no more
	Kicked  Standing = "kicked"  // a group that we are not in any more
	Muted   Standing = "muted"   // a group in which we may not write
	Gone    Standing = "gone"    // a group that is no more
)

// GroupLinked is the news that a group belongs to another branch than before: to
// Branch now, to From until now. 0 is none.
type GroupLinked struct {
	Chat, Topic  int64 // the messenger's numbers
	Branch, From BranchID
}

// News of the groups of branches. The machine shouts the first two, whoever links
// groups the third.
type (
	// GroupChanged is a group that stands otherwise than before, or has another
	// number: it is to be looked at.
	GroupChanged struct {
		Group  int64
		Branch BranchID
	}
	// TopicLost is a group that is spoken to in its general topic from now on,
	// since the one that was chosen is closed or gone.
	TopicLost struct {
		Group  int64
		Branch BranchID
	}
	// GroupOpen is a branch whose group can be written to, and has yet to be
	// shown what is going on: it is new, has moved, or could not be written to.
	GroupOpen struct{ Branch BranchID }
)
