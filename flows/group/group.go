// Package group links the groups of the messenger to the branches of the roster,
// one to one, at the word of whoever runs the branch, and looks after a group that
// cannot be written to: those who answer for it are told how to mend it. What a
// group may do there follows from the roster alone: it must never ask who
// administers the group.
package group

import (
	_ "embed"
	"strconv"
	"strings"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// Flow is the command /bind of groups. Its link group_ and the group's number
// opens the same dialogue in private.
var Flow = flow.Spec[Draft, Facts]{
	Name: "group", Opens: "bind", Link: "group", Help: "Link a group to a branch", For: linker, Groups: true,
	Asks: []flow.Ask[Draft, Facts]{
		flow.Then("where", where),
		flow.Choose("linked", howItIs,
			flow.Way[Draft, Facts]{Key: "another", Label: "Link to another branch", Do: func(*turn) flow.Outcome { return flow.Do() },
				When: func(t turn) bool { return len(t.Facts.others()) > 0 }},
			flow.Way[Draft, Facts]{Key: "unlink", Label: "Unlink", Do: unlink, Style: messages.Danger},
		).When(func(t turn) bool { return t.Facts.Group.Branch.ID() != 0 }),
		flow.List("branch", func(t *turn) *campaign.BranchID { return &t.Draft.Branch }, "Which branch is the group of?",
			"You run no other branch. Please ask the campaign office.", options).
			When(func(t turn) bool { return len(t.Facts.others()) != 1 }),
		flow.Then("take", take),
		flow.Confirm("move", moving, "Move it", func(*turn) flow.Outcome { return flow.Do() }).
			When(func(t turn) bool { return t.Facts.Group.Branch.ID() != 0 || t.Facts.Other.ID != 0 }),
		flow.Then("link", link),
	},
	Handlers: []flow.Handler[Draft, Facts]{
		flow.Heard("changed", changed),
		flow.Due("look", lookAfter),
		flow.Heard("topic", topicLost),
	},
	Store:   flow.Store[Draft, Facts]{Load: load, Apply: apply},
	Schema:  schema,
	Chinese: chinese,
}

//go:embed zh.txt
var chinese string

type turn = flow.Turn[Draft, Facts]

// A Draft is the group that is spoken of, wherever that is done, and the branch
// that it is to have.
type Draft struct {
	Chat   int64
	Topic  int64 // where in it, if it is a forum
	Branch campaign.BranchID
}

// Facts are the group as it is, and what the person may link it to. The group
// and the chosen branch are locked. State is for clocks and news alone.
type Facts struct {
	State  State
	Group  Group
	Mine   []Branch // those that the person runs
	Chosen Branch   // that the draft names, or the only one there is to choose
	Other  Group    // that the chosen branch has already
}

// A Group is a group chat and the branch that it is linked to, if any. The zero
// Group is none that we are in.
type Group struct {
	ID     int64
	Title  string
	Topic  int64 // where the branch is spoken to, if it is a forum
	Stands campaign.Standing
	Branch Branch
}

// A Branch is a branch of the roster by its names. The zero Branch is none.
type Branch struct {
	Scope campaign.Scope
	Unit  string
	Name  string
}

// ID is the branch in the database; 0 is none.
func (b Branch) ID() campaign.BranchID { return b.Scope.Branch }

func (b Branch) text() messages.Text { return messages.T("%s · %s", b.Unit, b.Name) }

// others are the branches that the group can be linked to anew.
func (f Facts) others() (bs []Branch) {
	for _, b := range f.Mine {
		if b.ID() != f.Group.Branch.ID() {
			bs = append(bs, b)
		}
	}
	return bs
}

// linker reports whether p runs any branch.
func linker(p campaign.Person) bool {
	for _, d := range p.Duties {
		if p.Runs(d.Over) {
			return true
		}
	}
	return false
}

// named is the group that a turn speaks of, and where in it: 0 where it speaks of
// none.
func named(t turn) (chat, topic int64) {
	if t.Draft.Chat != 0 {
		return t.Draft.Chat, t.Draft.Topic
	}
	if t.Chat.Group {
		return t.Chat.ID, t.Chat.Topic
	}
	group, in, _ := strings.Cut(t.Arg, "_")
	chat, err := strconv.ParseInt(group, 10, 64)
	if err != nil || chat >= 0 {
		return 0, 0
	}
	if topic, err = strconv.ParseInt(in, 10, 64); err != nil || topic < 0 {
		topic = 0
	}
	return chat, topic
}

// where finds the group, and turns away who may not link it.
func where(t *turn) flow.Outcome {
	t.Draft.Chat, t.Draft.Topic = named(*t)
	g := t.Facts.Group
	switch {
	case !linker(t.Who):
		return flow.Stop().Reply("Only the secretary of a branch, those who are responsible for its unit, and the campaign office can link a group to it. Please ask one of them to send /bind in the group.")
	case t.Draft.Chat == 0:
		return flow.Stop().Say(messages.Say("A branch has one group, where its check-ins and notices appear. To link it:").
			Line("1. Add me to the group of the branch.").
			Line("2. Send /bind there."))
	case g.ID == 0:
		return flow.Stop().Reply("I am not in that group. Please add me to it, and send /bind there.")
	}
	if err := g.changedBy(t.Who); err != nil {
		return refuse(err)
	}
	if !t.Chat.Group || atOnce(t.Facts) {
		return flow.Do()
	}
	if b := g.Branch; b.ID() != 0 && t.Chat.Topic != g.Topic {
		return flow.Stop().And(flow.Do(Placed{g.ID, t.Chat.Topic})).
			Reply("What is for <b>%s</b> appears here from now on, in this topic. /bind once more changes the branch.", b.text())
	}
	m := messages.Say("%s, I have written to you privately about this group.", t.Who.Name)
	if g.Branch.ID() != 0 {
		m = messages.Say("This group is linked to <b>%s</b>.", g.Branch.text()).Add(m.Lines...)
	}
	return flow.Do().Say(t.Facts.Group.in(t.Chat.Topic, m))
}

// changedBy tells why who may not change what g is linked to, if so.
func (g Group) changedBy(who campaign.Person) error {
	if b := g.Branch; b.ID() != 0 && !who.Runs(b.Scope) {
		return flow.Sorry("This group is linked to %s. Only its secretary, those who are responsible for the unit, and the campaign office can change that.", b.text())
	}
	return nil
}

// atOnce reports whether there is nothing to ask.
func atOnce(f Facts) bool {
	return f.Group.Branch.ID() == 0 && len(f.others()) == 1 && f.Other.ID == 0
}

func howItIs(t turn) messages.Message {
	return messages.Say("The group “%s” is linked to <b>%s</b>.", t.Facts.Group.Title, t.Facts.Group.Branch.text())
}

func options(t turn) (os []flow.Option[campaign.BranchID]) {
	for _, b := range t.Facts.others() {
		os = append(os, flow.Option[campaign.BranchID]{Key: strconv.FormatInt(int64(b.ID()), 10), Label: b.text(), Value: b.ID()})
	}
	return os
}

// take chooses the branch where there is but one.
func take(t *turn) flow.Outcome {
	if bs := t.Facts.others(); len(bs) == 1 {
		t.Draft.Branch = bs[0].ID()
	}
	return flow.Do()
}

func moving(t turn) messages.Message {
	f := t.Facts
	m := messages.Say("The group “%s” is to be linked to <b>%s</b>.", f.Group.Title, f.Chosen.text())
	if f.Group.Branch.ID() != 0 {
		m = m.Line("%s then has no group.", f.Group.Branch.text())
	}
	if f.Other.ID != 0 {
		m = m.Line("This branch has the group “%s” until now; nothing more will appear there.", f.Other.Title)
	}
	return m
}

// link links the group to the chosen branch, and takes it from any other.
func link(t *turn) flow.Outcome {
	g, b, old := t.Facts.Group, t.Facts.Chosen, t.Facts.Other
	if err := g.changedBy(t.Who); err != nil {
		return refuse(err)
	}
	if g.ID == 0 || b.ID() == 0 || b.ID() != t.Draft.Branch {
		return flow.Stop().Reply("That has changed meanwhile. Please send /bind in the group once more.")
	}
	hat, ok := t.Who.Hat(b.Scope)
	if !ok {
		return flow.Stop().Reply("You do not run that branch any more. Please ask the campaign office.")
	}
	o := flow.Do(Linked{g.ID, t.Draft.Topic, b.ID(), g.Branch.ID(), old.ID, hat.Role}).
		Shout(campaign.GroupLinked{Chat: g.ID, Topic: t.Draft.Topic, Branch: b.ID(), From: g.Branch.ID()}).
		Soon(t.Now, Look{Branch: b.ID(), Shown: true}).
		Say(g.in(t.Draft.Topic, messages.Say("This group is linked to <b>%s</b>.", b.text()).
			Line("Here will appear: the check-in of its activities with the counts, and what is announced to the branch.").
			Line("Whoever runs the branch changes that with /bind.")))
	if g.Branch.ID() != 0 {
		o = o.Soon(t.Now, Look{Branch: g.Branch.ID(), Shown: true})
	}
	if old.Stands == campaign.Open {
		o = o.Shout(campaign.GroupLinked{Chat: old.ID, From: b.ID()}).Say(old.in(old.Topic, messages.Say("<b>%s</b> has another group now, “%s”. Nothing more of the branch will appear here.", b.text(), g.Title)))
	}
	if !t.Chat.Group {
		o = o.Reply("Done: the group “%s” is linked to %s.", g.Title, b.text())
	}
	return flow.Stop().And(o)
}

func unlink(t *turn) flow.Outcome {
	g := t.Facts.Group
	if err := g.changedBy(t.Who); err != nil {
		return refuse(err)
	}
	hat, ok := t.Who.Hat(g.Branch.Scope)
	if !ok {
		return flow.Stop().Reply("That has changed meanwhile. Please send /bind in the group once more.")
	}
	return flow.Stop().And(flow.Do(Unlinked{g.ID, g.Branch.ID(), hat.Role})).
		Shout(campaign.GroupLinked{Chat: g.ID, From: g.Branch.ID()}).
		Soon(t.Now, Look{Branch: g.Branch.ID(), Shown: true}).
		Say(g.in(g.Topic, messages.Say("This group is no longer linked to <b>%s</b>. Nothing of the branch will appear here.", g.Branch.text()))).
		Reply("Done: the group “%s” is linked to no branch.", g.Title)
}

// refuse ends the dialogue with what err says.
func refuse(err error) flow.Outcome {
	text, _ := flow.Apology(err)
	return flow.Stop().Say(messages.Message{Lines: []messages.Text{text}})
}

// in addresses m to a topic of a group.
func (g Group) in(topic int64, m messages.Message) messages.Message {
	m.To = messages.To{Chat: g.ID, Topic: topic}
	return m.In(messages.Answers)
}

type (
	// Linked is a group that became a branch's.
	Linked struct {
		Chat   int64
		Topic  int64 // of a forum: where /bind was sent
		Branch campaign.BranchID
		From   campaign.BranchID // whose it was before; 0 is nobody's
		Old    int64             // the group that the branch had before; 0 is none
		As     campaign.Role     // the hat of who did it
	}
	// Unlinked is a group that is no branch's any more.
	Unlinked struct {
		Chat   int64
		Branch campaign.BranchID
		As     campaign.Role
	}
	// Placed is a group whose branch is spoken to in another topic.
	Placed struct{ Chat, Topic int64 }
)

// Effect is its name in the audit.
func (Placed) Effect() string { return "placed" }

// Effect is its name in the audit.
func (Linked) Effect() string { return "linked" }

// Effect is its name in the audit.
func (Unlinked) Effect() string { return "unlinked" }
