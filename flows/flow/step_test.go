package flow_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"

	"github.com/google/go-cmp/cmp"
)

// asked is the first line of the question that stands, and its name.
func asked(n flow.Next[wishDraft]) [2]string {
	if n.Ask == nil {
		return [2]string{n.At, ""}
	}
	return [2]string{n.At, string(n.Ask.Lines[0].Say)}
}

func turnAt(d wishDraft) wishTurn {
	now := campaign.Date(2026, 12, 1).At(campaign.ClockAt(9, 0), time.UTC)
	return wishTurn{Here: flow.Here{Who: campaign.Person{ID: 7, Name: "Wang"}, ID: 12, Now: now}, Draft: d}
}

// answer takes an answer and decides on it.
func answer(t *testing.T, p flow.Place, turn *wishTurn, in flow.Input) flow.Next[wishDraft] {
	t.Helper()
	if err := wish.Take(p, turn, in); err != nil {
		t.Fatalf("%v is not taken: %v", in, err)
	}
	n, err := wish.Decide(p, *turn, in)
	if err != nil {
		t.Fatalf("%v is refused: %v", in, err)
	}
	return n
}

// A newer program may have renamed the question that somebody was asked: the
// first that applies is asked, the draft is kept, and the person is told.
func TestAQuestionThatIsNoMoreKeepsTheAnswers(t *testing.T) {
	kept := wishDraft{Text: "a warmer hall", By: campaign.Date(2026, 12, 3)}
	n := wish.Again(flow.Place{At: "was_renamed"}, turnAt(kept))
	if got, want := asked(n), [2]string{"text", "What do you wish for? One line."}; got != want {
		t.Errorf("asked %q, want %q", got, want)
	}
	if diff := cmp.Diff(kept, n.Draft); diff != "" {
		t.Errorf("the draft is changed (-want +got):\n%s", diff)
	}
	if len(n.Out) != 1 || !strings.HasPrefix(string(n.Out[0].Lines[0].Say), "This form has changed since") {
		t.Errorf("the person is told %v, want that the form has changed", n.Out)
	}
}

func TestAnAnswerThatIsChangedComesBackToWhereItWasSeen(t *testing.T) {
	turn := turnAt(wishDraft{Text: "a warmer hall", By: campaign.Date(2026, 12, 3)})
	n := answer(t, flow.Place{At: "send"}, &turn, flow.Chosen{Ask: "send", Key: "edit"})
	if n.At != "text" || n.Back != "send" {
		t.Fatalf("stands at %+v, want the text, to come back to send", n.Place)
	}
	turn.Draft = n.Draft
	if n = answer(t, n.Place, &turn, flow.Said("a cooler hall")); n.At != "send" || n.Draft.Text != "a cooler hall" || n.Draft.By == 0 {
		t.Errorf("stands at %q with %+v, want send with the new text and the old day", n.At, n.Draft)
	}
}

func TestBackGoesToTheQuestionBefore(t *testing.T) {
	turn := turnAt(wishDraft{Text: "a warmer hall", By: campaign.Date(2026, 12, 3)})
	for _, c := range []struct{ from, back, to string }{
		{"send", "", "by"},
		{"by", "", "text"},
		{"text", "", "text"}, // there is none before
		{"text", "send", "send"},
	} {
		if n := wish.Return(flow.Place{At: c.from, Back: c.back}, turn); n.At != c.to {
			t.Errorf("back from %q leads to %q, want %q", c.from, n.At, c.to)
		}
	}
}

func TestWhatIsNoAnswerIsRefusedKindly(t *testing.T) {
	for _, c := range []struct {
		at  string
		in  flow.Input
		why messages.Sentence
	}{
		{"text", flow.Photo("p"), "Please answer in words."},
		{"text", flow.Said("   "), "Please answer in words."},
		{"text", flow.Said(strings.Repeat("好", 61)), "That is %d characters long; please keep it to %d."},
		{"by", flow.Said("some day"), "I cannot read that as a day. Please write one like 2026-12-01 or 12-01, or press one."},
		{"by", flow.Said("2026-11-30"), "That day has passed. Please choose another."},
		{"send", flow.Said("yes"), "Please press one of the buttons."},
		{"send", flow.Chosen{Ask: "send", Key: "forged"}, "Please press one of the buttons."},
		{"send", flow.Chosen{Ask: "by", Key: "go"}, "Please press one of the buttons."},
	} {
		turn := turnAt(wishDraft{})
		err := wish.Take(flow.Place{At: c.at}, &turn, c.in)
		if err == nil {
			_, err = wish.Decide(flow.Place{At: c.at}, turn, c.in)
		}
		if no, kind := flow.Apology(err); !kind || no.Say != c.why {
			t.Errorf("%s: %#v is refused with %v, want %q", c.at, c.in, err, c.why)
		}
	}
}

func TestOfferedAnswersStandInPairsWhereBothAreShort(t *testing.T) {
	a := flow.Line("text", text, "What do you wish for?", 60).
		Offering(func(wishTurn) []string {
			return []string{"一二三四五六七八九", "short", "一二三四五六七八九十", "x", "y", "z"}
		})
	s := flow.Spec[wishDraft, wishFacts]{Asks: []flow.Ask[wishDraft, wishFacts]{a}}
	var rows []int
	for _, row := range s.Begin(turnAt(wishDraft{})).Ask.Keys {
		rows = append(rows, len(row))
	}
	if want := []int{2, 1, 2, 1, 1}; !slices.Equal(rows, want) { // the last is the way out
		t.Errorf("rows of %v, want %v", rows, want)
	}
}
