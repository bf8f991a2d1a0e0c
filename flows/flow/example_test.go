package flow_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// wish is a flow: somebody makes a wish, looks at it, and sends it to the office.
var wish = flow.Spec[wishDraft, wishFacts]{
	Name:  "wish",
	Opens: "wish",
	Word:  "Wish",
	Help:  "Tell the office what you wish for",
	Asks: []flow.Ask[wishDraft, wishFacts]{
		flow.Line("text", text, "What do you wish for? One line.", 60),
		flow.Date("by", by, "By which day?", notPast),
		flow.Choose("send", look,
			flow.Way[wishDraft, wishFacts]{Key: "go", Label: "Submit", Do: send},
			flow.Way[wishDraft, wishFacts]{Key: "edit", Label: "Edit", Do: func(*wishTurn) flow.Outcome { return flow.Edit("text") }}),
	},
	Handlers: []flow.Handler[wishDraft, wishFacts]{
		flow.Pressed("grant", grant), // on the card of the office
	},
}

type wishTurn = flow.Turn[wishDraft, wishFacts]

// A wishDraft is what the conversation has gathered so far.
type wishDraft struct {
	Text string
	By   campaign.Day
}

func text(t *wishTurn) *string     { return &t.Draft.Text }
func by(t *wishTurn) *campaign.Day { return &t.Draft.By }

// wishFacts is what a step must know of the database: Store.Load reads it.
type wishFacts struct {
	Office  campaign.PersonID
	Granted bool // when a press is about a wish
}

// Wished and Granted are what the flow writes: Store.Apply knows how.
type (
	Wished  struct{ Wish int64 }
	Granted struct{ Wish int64 }
)

// Effect is its name in the audit.
func (Wished) Effect() string { return "wished" }

// Effect is its name in the audit.
func (Granted) Effect() string { return "granted" }

// Grant is what the button on the card carries.
type Grant struct {
	Wish int64
	From campaign.PersonID
}

func notPast(t wishTurn) error {
	if t.Draft.By < t.Today() {
		return flow.Sorry("That day has passed. Please choose another.")
	}
	return nil
}

func look(t wishTurn) messages.Message {
	return messages.Say("You wish: %s, by %s.", t.Draft.Text, t.Draft.By)
}

func send(t *wishTurn) flow.Outcome {
	card := messages.Say("<b>%s</b> wishes: %s", t.Who.Name, t.Draft.Text).
		Row(messages.Button(Grant{t.ID, t.Who.ID}, "Grant")).As("wish/%d", t.ID)
	return flow.Do(Wished{t.ID}).Tell(t.Facts.Office, card).Reply("Sent. You will hear of it here.")
}

func grant(t wishTurn, p Grant) flow.Outcome {
	if t.Facts.Granted {
		return flow.Do().Toast("This wish has been granted already.")
	}
	return flow.Do(Granted{p.Wish}).Tell(p.From, messages.Say("Your wish is granted.")).Toast("Granted.")
}

// A step is a pure function: given a turn, it returns what is to be written and
// said. So it can be called without a database, and read aloud.
func Example() {
	now := campaign.Date(2026, 12, 1).At(campaign.ClockAt(9, 0), time.UTC)
	t := wishTurn{Here: flow.Here{Who: campaign.Person{ID: 7, Name: "Wang"}, ID: 12, Now: now}, Facts: wishFacts{Office: 5}}

	n := wish.Begin(t)
	fmt.Println(n.At, "asks:", n.Ask.Lines[0].Say)

	for _, answer := range []flow.Input{flow.Said("a warmer hall"), flow.Said("tomorrow"), flow.Chosen{Ask: "send", Key: "go"}} {
		if err := wish.Take(n.Place, &t, answer); err != nil {
			fmt.Println("sorry:", err)
			return
		}
		var err error
		if n, err = wish.Decide(n.Place, t, answer); err != nil {
			fmt.Println("sorry:", err)
			return
		}
		if n.Ask != nil {
			fmt.Println(n.At, "asks:", n.Ask.Lines[0].Say)
		}
	}
	fmt.Println("written:", n.Effects)
	for _, m := range n.Out {
		fmt.Println("to", m.To.Person, "is said:", m.Lines[0].Say)
	}
	// Output:
	// text asks: What do you wish for? One line.
	// by asks: By which day?
	// send asks: You wish: %s, by %s.
	// written: [{12}]
	// to 5 is said: <b>%s</b> wishes: %s
	// to 0 is said: Sent. You will hear of it here.
}

// The page about writing flows quotes this example, word for word.
func TestThePageQuotesTheExample(t *testing.T) {
	page, err := os.ReadFile("../../docs/flow.md")
	if err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	from := strings.Index(string(code), "// wish is a flow:")
	to := strings.Index(string(code), "// A step is a pure function:")
	if quoted := string(code[from:to]); !strings.Contains(string(page), strings.TrimSpace(quoted)) {
		t.Error("docs/flow.md does not quote the example as it stands in flows/flow/example_test.go")
	}
}
