package bind

import (
	"time"

	"campaign"
	"campaign/messages"
)

// Invited is an invitation that was made. Its link and code are kept as hashes
// alone.
type Invited struct {
	Person  campaign.PersonID
	Expires time.Time
	As      campaign.Role // the hat of who made it; none where the program did
	Link    string        `audit:"-"`
	Code    string        `audit:"-"`
}

// Effect is its name in the audit.
func (Invited) Effect() string { return "invited" }

// invite is the invitation of p that s is the secret of.
func (s secret) invite(p campaign.PersonID, now time.Time, as campaign.Role) Invited {
	link, _ := linkKey(s.link)
	code, _ := codeKey(s.code)
	return Invited{Person: p, Expires: now.Add(validFor), As: as, Link: link, Code: code}
}

// letter is the invitation of p in words that can be forwarded to them.
func (s secret) letter(p campaign.Person, expires time.Time) messages.Message {
	return messages.Say("Invitation for <b>%s</b>, %s · %s", p.Name, p.Unit, p.Branch).
		Line("Please press the button to bind your account, or write me this code:").
		Line("<b>%s</b>", s.spoken()).
		Line("Good once, until %s, and for %s alone.", messages.Moment(expires), p.Name).
		Row(messages.Start(s.payload(), "Bind my account"))
}
