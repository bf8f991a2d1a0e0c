package flow

import "campaign/messages"

// A Progress hears how far a long piece of work is, as often as there is
// something to tell. It is nil where nobody watches.
type Progress func(Stage)

// A Stage is what is being done, and how far it is: so many rows Done Of all.
// Of is 0 where nobody can tell yet, and Done where rows are not what is counted.
type Stage struct {
	Doing    messages.Sentence
	Done, Of int
}

// The stages that the machine and the flows share.
const (
	Checking messages.Sentence = "Checking"
	Writing  messages.Sentence = "Writing"
	Telling  messages.Sentence = "Telling whom it concerns"
	Noting   messages.Sentence = "Noting what was done"
)

// At tells whoever watches.
func (p Progress) At(doing messages.Sentence, done, of int) {
	if p != nil {
		p(Stage{doing, done, of})
	}
}
