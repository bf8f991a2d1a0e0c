// Package flow is the language in which conversations are written. A Spec is
// the whole of one flow; a Turn is all that a step may know; an Outcome is all
// that a step may do. Steps are pure: the same Turn, the same Outcome. Nothing
// here may know Telegram.
package flow

import (
	"io/fs"
	"time"

	"campaign"
	"campaign/messages"
)

// A Spec declares one flow: D is what its conversation gathers, F is what its
// steps must know of the database.
type Spec[D, F any] struct {
	Name     string                               // key in the database: never renamed
	Opens    string                               // the command that starts it, without the slash
	Word     messages.Sentence                    // its button in the menu; saying the word starts it, too
	Help     messages.Sentence                    // its line in the help and in the command menu
	For      func(campaign.Person) bool           // who is offered it; nil is everybody. Rights are checked by its steps
	Link     string                               // its links: the payload of one is Link, "_" and the argument
	Guests   bool                                 // it serves accounts that are bound to nobody; one flow does
	Unasked  func(Input) (D, bool)                // what it answers where no question waits, or none that takes it: the draft with which it begins; nil is nothing
	Idle     func(D) bool                         // whether nothing is lost with a draft: opened again it begins anew; nil is never
	Groups   bool                                 // its command is taken in groups, too, and answered there
	Asks     []Ask[D, F]                          // the conversation, in order
	Handlers []Handler[D, F]                      // buttons and clocks that outlive the conversation
	Board    func(campaign.Person) messages.Board // the keyboard of the menu; one flow has it
	Offers   []Offer                              // imports and exports: what it gives outside the chat
	Pages    []Page                               // what it shows in a browser
	Also     []Flow                               // the other flows of its folder: what its buttons begin, and what stands beside it in the menu
	Store    Store[D, F]                          // its doors to the database
	Schema   fs.FS                                // its tables, in a folder of that name; nil is none
	Chinese  string                               // its words: a line each, English, tab, Chinese
}

// Here is what every step may know, whatever the flow.
type Here struct {
	Who     campaign.Person    // nobody for a clock, and for an account that is not bound
	Account campaign.AccountID // who spoke; 0 for a clock
	Called  string             // what the messenger calls that account
	Lang    campaign.Lang
	Chat    campaign.Chat // where it was said; private for a clock
	At      time.Time     // when the person acted: a message's own date, the first receipt of a press; when a timer was due
	Now     time.Time     // when we decide, in the campaign's zone
	ID      int64         // identity for what this turn creates: the inbox row that caused it
	Arg     string        // what followed the command or the link
	View    string        // the page or month shown by the question
	Public  string        // the address below which browsers find our pages, without a slash at its end
}

// Today is the day of the campaign's calendar.
func (h Here) Today() campaign.Day { return campaign.DayOf(h.Now) }

// A Turn is everything a step may know.
type Turn[D, F any] struct {
	Here
	Draft D
	Facts F
}

// With returns the opening of s with d gathered already.
func (s Spec[D, F]) With(d D) Opening { return Opening{s.Name, d} }
