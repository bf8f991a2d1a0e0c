package code

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// screen is how whoever holds an activity gets the page with its code: a link for
// the projector, which can be had again and taken back. Whether it shows who came
// last is for each unit to say. Links and secrets are drawn from random.
func screen(random io.Reader) flow.Flow {
	return flow.Spec[struct{}, Hosted]{
		Name: "screen",
		Asks: []flow.Ask[struct{}, Hosted]{flow.Then("show", show)},
		Handlers: []flow.Handler[struct{}, Hosted]{
			flow.Pressed("again", again),
			flow.Pressed("names", names),
			flow.Pressed("revoke", revoke),
		},
		Pages: []flow.Page{page},
		Store: flow.Store[struct{}, Hosted]{Load: hostStore{random}.load, Apply: applyHosted},
	}
}

type hosting = flow.Turn[struct{}, Hosted]

// Hosted is what a step of the host must know.
type Hosted struct {
	Activity campaign.Activity
	Names    bool // its unit wants the names of those who came last on the screen
	Fresh    Fresh
}

// Fresh is what chance gives to a step that makes a link.
type Fresh struct {
	Token  string
	Secret Secret
}

// draw draws a link, and the secret of an activity that has none yet.
func draw(random io.Reader) (Fresh, error) {
	var bits [16 + 32]byte
	if _, err := io.ReadFull(random, bits[:]); err != nil {
		return Fresh{}, fmt.Errorf("code: draw a link: %w", err)
	}
	return Fresh{base64.RawURLEncoding.EncodeToString(bits[:16]), bits[16:]}, nil
}

// hash is what is kept of the token of a link.
func hash(token string) string {
	sum := sha256.Sum256([]byte("screen:" + token))
	return hex.EncodeToString(sum[:])
}

// What the buttons of a host carry. Token is that of the link which the message
// shows: it is kept nowhere else.
type (
	// Again makes another link.
	Again struct{ Activity campaign.ActivityID }
	// Names shows who of a unit came last, or hides them, on all of its screens.
	Names struct {
		Activity campaign.ActivityID
		Show     bool
		Token    string
	}
	// Revoke takes all links back.
	Revoke struct{ Activity campaign.ActivityID }
)

// Effects of a host.
type (
	// Linked is a link to a screen that was made.
	Linked struct {
		Activity campaign.ActivityID
		Hat      campaign.Duty
		Lang     campaign.Lang
		Hash     string `audit:"-"`
		Secret   Secret `audit:"-"` // for an activity that has none
	}
	// Named is a unit that wants the names of those who came last shown, or does not.
	Named struct {
		Unit campaign.UnitID
		Hat  campaign.Duty
		Show bool
	}
	// Revoked is the links of a screen, taken back.
	Revoked struct {
		Activity campaign.ActivityID
		Hat      campaign.Duty
	}
)

// Effect is its name in the audit.
func (Linked) Effect() string { return "linked" }

// Effect is its name in the audit.
func (Named) Effect() string { return "named" }

// Effect is its name in the audit.
func (Revoked) Effect() string { return "revoked" }

// lasts is how long a link is good after the end: the last figures can be seen.
const lasts = time.Hour

// until is when the links of an activity end.
func until(a campaign.Activity) time.Time {
	end := a.Ends
	if a.Closes.After(end) {
		end = a.Closes
	}
	return end.Add(lasts)
}

// hosts reports whether the person may have the screen of the activity now.
func hosts(t hosting) error {
	switch a := t.Facts.Activity; {
	case a.ID == 0 || !t.Who.Runs(a.Scope):
		return flow.Sorry("The screen code is for those for whose part the activity is held: its branch secretary, the responsible of the unit, or the office.")
	case a.Method != campaign.ByCode:
		return flow.Sorry("This activity is not checked in to by a code.")
	case a.Cancelled:
		return flow.Sorry("This activity does not take place.")
	case !t.Now.Before(until(a)):
		return flow.Sorry("This activity is over.")
	case t.Public == "":
		return flow.Sorry("There is no address yet at which a screen could be opened: whoever operates me sets MUSTER_PUBLIC_URL. Until then please mark people present by hand.")
	}
	return nil
}

// chooses reports whether the person may say if the unit of the activity shows
// names, and as whom.
func chooses(t hosting) (campaign.Duty, bool) {
	s := t.Facts.Activity.Scope
	if s.Unit == 0 {
		return campaign.Duty{}, false
	}
	for _, d := range t.Who.Duties {
		if (d.Role == campaign.Desk || d.Role == campaign.Direct || d.Role == campaign.First) && d.Over == campaign.UnitScope(s.Unit) {
			return d, true
		}
	}
	return campaign.Duty{}, false
}

// cardName is what the message with the link of an activity is called.
const cardName = "screen/%d"

// show gives a link to whoever holds the activity.
func show(t *hosting) flow.Outcome {
	if err := hosts(*t); err != nil {
		return flow.Refuse(err)
	}
	return linked(*t).Say(card(*t, t.Facts.Fresh.Token).As(cardName, t.Facts.Activity.ID))
}

func again(t hosting, _ Again) flow.Outcome {
	if err := hosts(t); err != nil {
		return flow.Refuse(err)
	}
	return linked(t).Say(card(t, t.Facts.Fresh.Token).AsOne(cardName, t.Facts.Activity.ID))
}

func linked(t hosting) flow.Outcome {
	hat, _ := t.Who.Hat(t.Facts.Activity.Scope)
	return flow.Do(Linked{t.Facts.Activity.ID, hat, t.Lang, hash(t.Facts.Fresh.Token), t.Facts.Fresh.Secret})
}

func names(t hosting, p Names) flow.Outcome {
	if err := hosts(t); err != nil {
		return flow.Refuse(err)
	}
	hat, ok := chooses(t)
	if !ok {
		return flow.Do().Toast("Whether names are shown is for the three responsible of the unit to say.")
	}
	t.Facts.Names = p.Show
	return flow.Do(Named{t.Facts.Activity.Scope.Unit, hat, p.Show}).
		And(flow.Outcome{Answer: shown(t)}).
		Say(card(t, p.Token).AsOne(cardName, p.Activity))
}

// shown says whether names are shown.
func shown(t hosting) messages.Text {
	switch {
	case t.Facts.Activity.Scope.Unit == 0:
		return messages.T("Names of those who came last are shown of units that want it.")
	case t.Facts.Names:
		return messages.T("The screens of the unit show the names of those who came last.")
	}
	return messages.T("The screens of the unit show no names.")
}

// revoke takes back every link of the activity. That is possible as long as there
// is one.
func revoke(t hosting, p Revoke) flow.Outcome {
	if err := hosts(t); err != nil {
		return flow.Refuse(err)
	}
	hat, _ := t.Who.Hat(t.Facts.Activity.Scope)
	m := messages.Say("<b>%s</b>", t.Facts.Activity.Title).
		Line("The links to its screen are taken back: pages that are open go out within seconds.").
		Row(messages.Button(Again(p), "New link").Styled(messages.Primary))
	return flow.Do(Revoked{p.Activity, hat}).Toast("Taken back.").Say(m.AsOne(cardName, p.Activity))
}

// card shows a link, and what can be done with it.
func card(t hosting, token string) messages.Message {
	a, address := t.Facts.Activity, t.Public+"/p/"+page.Name+"/"+token
	m := messages.Say("<b>%s</b>", a.Title).
		Line("Screen code: open this address on the computer of the projector, or on a phone.").
		Line("%s", address).
		Gap().
		Line("It needs no login: whoever has the address sees the code. It is good until %s.", messages.Moment(until(a))).
		Add(shown(t)).
		Row(messages.Link(address, "Open the screen").Styled(messages.Primary))
	if _, ok := chooses(t); ok {
		label := messages.Sentence("Show who came last")
		if t.Facts.Names {
			label = "Show no names"
		}
		m = m.Row(messages.Button(Names{a.ID, !t.Facts.Names, token}, label))
	}
	return m.Row(messages.Button(Revoke{a.ID}, "Take the link back").Styled(messages.Danger)).
		Row(messages.Button(flow.Open{Flow: "attendance"}, "Attendance"))
}
