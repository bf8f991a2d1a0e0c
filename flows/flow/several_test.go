package flow_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"campaign/flows/flow"
	"campaign/messages"
)

// A guestDraft is whom somebody invites.
type guestDraft struct{ Guests []int }

type guestTurn = flow.Turn[guestDraft, int] // how many there are to invite

// guests invites several of many: this is how such a question is declared.
var guests = flow.Spec[guestDraft, int]{
	Name: "guests",
	Asks: []flow.Ask[guestDraft, int]{
		flow.Several("who", func(t *guestTurn) *[]int { return &t.Draft.Guests },
			func(t guestTurn) messages.Message { return messages.Say("Invited: %d", len(t.Draft.Guests)) },
			invitable,
			flow.Way[guestDraft, int]{Key: "nobody", Label: "Nobody", Do: func(t *guestTurn) flow.Outcome {
				t.Draft.Guests = nil
				return flow.Goto("who")
			}},
			flow.Way[guestDraft, int]{Key: "done", Label: "Done", Do: func(*guestTurn) flow.Outcome { return flow.Do() }}),
	},
}

func invitable(t guestTurn) (all []flow.Option[int]) {
	for i := range t.Facts {
		all = append(all, flow.Option[int]{Key: fmt.Sprint(i), Label: messages.T("%s", fmt.Sprintf("G%02d", i)), Value: i})
	}
	return all
}

// A press takes a guest in, or out again.
func Example_several() {
	t := guestTurn{Facts: 23}
	n := guests.Begin(t)
	for _, key := range []string{"+3", "+22", "+3", "done"} {
		press := flow.Chosen{Ask: "who", Key: key}
		if err := guests.Take(n.Place, &t, press); err != nil {
			fmt.Println("sorry:", err)
			return
		}
		n, _ = guests.Decide(n.Place, t, press)
		fmt.Printf("%q %v\n", n.At, n.Draft.Guests)
	}
	// Output:
	// "who" [3]
	// "who" [3 22]
	// "who" [22]
	// "" [22]
}

// What somebody looks at stays where it is while they press: the page, the
// search, and the question to come back to.
func TestAToggleStaysOnItsPage(t *testing.T) {
	for _, c := range []struct{ view, press, want string }{
		{"", "+3", "✓ G03"},
		{"1:", "+12", "✓ G12"},
		{"0:g2", "+21", "✓ G21"},
		{"2:", "nobody", "– G22"},
	} {
		turn := guestTurn{Facts: 23}
		turn.View = c.view
		p, in := flow.Place{At: "who", Back: "elsewhere", View: c.view}, flow.Chosen{Ask: "who", Key: c.press}
		if err := guests.Take(p, &turn, in); err != nil {
			t.Fatal(err)
		}
		n, err := guests.Decide(p, turn, in)
		if err != nil {
			t.Fatal(err)
		}
		if n.Place != p {
			t.Errorf("%s on %q: stands at %+v", c.press, c.view, n.Place)
		}
		if got := labels(*n.Ask); !slices.Contains(got, c.want) {
			t.Errorf("%s on %q: shows %q, want %q among them", c.press, c.view, got, c.want)
		}
	}
}

// A press must not change the draft that an earlier turn was decided from.
func TestATogglePutsNothingIntoTheDraftOfBefore(t *testing.T) {
	before := append(make([]int, 0, 8), 1, 2, 3)
	turn := guestTurn{Facts: 23, Draft: guestDraft{before}}
	for _, key := range []string{"+5", "+2"} {
		if err := guests.Take(flow.Place{At: "who"}, &turn, flow.Chosen{Ask: "who", Key: key}); err != nil {
			t.Fatal(err)
		}
	}
	if want := []int{1, 2, 3, 0}; !slices.Equal(before[:4], want) {
		t.Errorf("the draft of before is %v, want %v", before[:4], want)
	}
	for _, in := range []flow.Input{flow.Chosen{Ask: "who", Key: "+99"}, flow.Chosen{Ask: "who", Key: "99"}, flow.Photo("x")} {
		if _, kind := flow.Apology(guests.Take(flow.Place{At: "who"}, &turn, in)); !kind {
			t.Errorf("%#v is not refused kindly", in)
		}
	}
}

func labels(m messages.Message) (all []string) {
	for _, row := range m.Keys {
		for _, k := range row {
			if len(k.Label.Args) == 0 {
				continue
			}
			if of, ok := k.Label.Args[0].(messages.Text); ok {
				all = append(all, strings.Replace(string(k.Label.Say), "%s", of.Args[0].(string), 1))
			}
		}
	}
	return all
}
