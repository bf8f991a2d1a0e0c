// Package home is the front door: the menu, the help, the language. It knows
// what the other flows offer, and nothing of what they do.
package home

import (
	_ "embed"
	"slices"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

//go:embed zh.txt
var chinese string

// With returns the flows with the front door before them.
func With(flows ...flow.Flow) []flow.Flow {
	return append([]flow.Flow{menu(flows), help(flows), language(flows)}, flows...)
}

type turn = flow.Turn[Draft, Facts]

// A Draft is how somebody wants to be spoken to.
type Draft struct {
	Lang   campaign.Lang
	Manner Manner
}

// A Manner is how messages look.
type Manner string

// The manners. They are stored by these names while the question is open.
const (
	Usual Manner = "usual"
	Plain Manner = "plain" // one large button to a line
)

// Facts are empty: what is offered depends on the person alone.
type Facts struct{}

// menu sets the keyboard with a word for each flow that the person is offered.
func menu(flows []flow.Flow) flow.Flow {
	return flow.Spec[Draft, Facts]{
		Name: "menu", Opens: "menu", Help: "What I can do", Chinese: chinese,
		Board: func(who campaign.Person) messages.Board { return board(flows, who) },
		Asks: []flow.Ask[Draft, Facts]{
			flow.Then("show", func(t *turn) flow.Outcome {
				return flow.Do().Say(front(flows, t.Who))
			}),
		},
		Handlers: []flow.Handler[Draft, Facts]{
			flow.Heard("joined", func(_ turn, n campaign.Joined) flow.Outcome {
				m := front(flows, n.Person).In(messages.Answers)
				m.To = messages.To{Friend: n.Account}
				return flow.Do().Say(m)
			}),
		},
	}
}

// front is the menu as somebody sees it.
func front(flows []flow.Flow, who campaign.Person) messages.Message {
	return messages.Say("<b>%s</b>, what would you like to do?", who.Name).Add(hats(who)...).
		Gap().Line("Please press a button below the text field.").
		As("menu").With(board(flows, who))
}

// board is the keyboard that stays below the text field. A message carries
// either it or buttons of its own, so the menu has none.
func board(flows []flow.Flow, who campaign.Person) messages.Board {
	var keys []messages.BoardKey
	for _, c := range offered(flows, who) {
		if c.Word != "" {
			keys = append(keys, messages.BoardKey{Label: messages.T(c.Word)})
		}
	}
	rows := slices.Collect(slices.Chunk(keys, 3))
	return messages.Board{Rows: append(rows, []messages.BoardKey{{Label: messages.T(helpWord)}, {Label: messages.T(languageWord)}})}
}

// The words of the front door itself.
const (
	helpWord     messages.Sentence = "Help"
	languageWord messages.Sentence = "中文 or English"
)

// hats are the duties that the person holds, a line each.
func hats(who campaign.Person) []messages.Text {
	lines := []messages.Text{messages.T("%s · %s", who.Unit, who.Branch)}
	var roles messages.List
	for _, r := range campaign.Roles {
		if who.Holds(r) {
			roles = append(roles, messages.T(messages.Word(r)))
		}
	}
	if len(roles) > 0 {
		lines = append(lines, messages.T("You are: %s", roles))
	}
	return lines
}

// help lists the commands that the person is offered.
func help(flows []flow.Flow) flow.Flow {
	return flow.Spec[Draft, Facts]{
		Name: "help", Opens: "help", Word: helpWord, Help: "How to use me",
		Asks: []flow.Ask[Draft, Facts]{
			flow.Then("show", func(t *turn) flow.Outcome {
				m := messages.Say("Press a button of the menu, say its word, or send a command:")
				for _, c := range offered(flows, t.Who) {
					switch {
					case c.Opens != "":
						m = m.Line("/%s – %s", c.Opens, messages.T(c.Help))
					case c.Word != "":
						m = m.Line("%s – %s", messages.T(c.Word), messages.T(c.Help))
					}
				}
				return flow.Do().Say(m.Line("/menu – the menu").Line("/language – 中文 or English").Line("/cancel – drop the form that is open").
					Gap().Line("A form that is open waits for you: you may check in or look at the menu meanwhile."))
			}),
		},
	}
}

// language lets a person choose the language, and whether messages are plain.
func language(flows []flow.Flow) flow.Flow {
	return flow.Spec[Draft, Facts]{
		Name: "language", Opens: "language", Word: languageWord, Help: "中文 or English",
		Idle: func(Draft) bool { return true }, // each answer is in force at once
		Asks: []flow.Ask[Draft, Facts]{
			flow.Pick("which", func(t *turn) *campaign.Lang { return &t.Draft.Lang }, "Which language shall I speak?",
				[]campaign.Lang{campaign.Chinese, campaign.English},
				func(l campaign.Lang) messages.Sentence {
					return map[campaign.Lang]messages.Sentence{campaign.Chinese: "中文", campaign.English: "English"}[l]
				}),
			flow.Then("speak", func(t *turn) flow.Outcome {
				return flow.Do(Switched{t.Account, t.Draft.Lang}) // at once, so that the next question can be read
			}),
			flow.Pick("manner", func(t *turn) *Manner { return &t.Draft.Manner }, "How shall I show buttons?",
				[]Manner{Usual, Plain},
				func(m Manner) messages.Sentence {
					return map[Manner]messages.Sentence{Usual: "Side by side", Plain: "Large, one to a line"}[m]
				}),
			flow.Then("set", func(t *turn) flow.Outcome {
				return flow.Do(Spoken{t.Account, t.Draft.Lang, t.Draft.Manner == Plain}).
					Say(messages.Say("Very well. /menu shows what I can do.").With(board(flows, t.Who)))
			}),
		},
		Store: flow.Store[Draft, Facts]{Apply: apply},
	}
}

// Switched is the language that an account chose.
type Switched struct {
	Account campaign.AccountID
	Lang    campaign.Lang
}

// Effect is its name in the audit.
func (Switched) Effect() string { return "switched" }

// Spoken is how an account chose to be spoken to.
type Spoken struct {
	Account campaign.AccountID
	Lang    campaign.Lang
	Plain   bool
}

// Effect is its name in the audit.
func (Spoken) Effect() string { return "spoken" }

func offered(flows []flow.Flow, who campaign.Person) (cs []flow.Contents) {
	for _, f := range flow.Every(flows) {
		if c := f.Contents(); !c.Guests && (c.For == nil || c.For(who)) {
			cs = append(cs, c)
		}
	}
	return cs
}
