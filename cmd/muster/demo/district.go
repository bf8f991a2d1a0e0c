// Package demo makes the sample district that `muster demo` shows: the roster of
// 云河区 with its units, branches, roles and branch groups, and a campaign plan
// around the moment at which the demo starts. All of it is made up; names are drawn
// by chance. The same seed and size make the same district, to the letter.
//
// It asks no clock, stores nothing, and must never hold a telephone number that
// somebody could answer.
package demo

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"campaign/flows/flow/sheet"
)

// Name is the district's.
const Name = "云河区"

// The sizes of a district that Make makes.
const (
	Smallest = 30
	Largest  = 1_000_000
)

// A District is everything that a demo starts from.
type District struct {
	Roster     sheet.Table // the roster file, with its Chinese header
	Activities sheet.Table // the activities file, with its Chinese header
	Members    []Member    // in the order of the roster
	Groups     []Group     // of the branches that have bound one
	Cast       Cast
}

// A Member is one row of the roster and the Telegram account behind it.
type Member struct {
	No       string // D00001
	Name     string
	Phone    string // 11 digits, or empty
	Unit     string
	Branch   string
	Batch    int      // of the unit
	Position Position // as the roster writes it
	Roles    []string // as the roster writes them, one role each

	// TelegramID is the account that this person uses, bound or not yet.
	TelegramID int64
	State      State
	// SharesPhone marks a number that two members have: it binds neither, they
	// need an invitation.
	SharesPhone bool
}

// A Position is a member's, in the roster's words.
type Position string

// The positions.
const (
	Principal Position = "主要同志"
	Cadre     Position = "其他干部"
	Ordinary  Position = "党员"
)

// The roles, in the roster's words. A supervisor's is followed by the units,
// joined by +, a contact leader's by one unit.
const (
	Secretary  = "支部书记"
	First      = "第一责任人"
	Direct     = "直接责任人"
	Desk       = "具体责任人"
	Office     = "办公室"
	Leading    = "领导小组"
	Supervisor = "督导组:"
	Contact    = "联系点:"
)

// A State tells how a member stands with the bot.
type State string

// The states.
const (
	Bound    State = "bound"
	NotBound State = "not bound" // on the roster with a phone: sharing it binds
	NoPhone  State = "no phone"  // on the roster without one: needs an invitation
	Blocked  State = "blocked"   // bound, and has since blocked the bot
)

// A Group is a branch's group chat, bound to it.
type Group struct {
	ChatID       int64 // negative, as Telegram numbers groups
	Title        string
	Unit, Branch string
}

// Where the ids of the sample's accounts and groups begin.
const (
	firstAccount = 7_100_000_000
	firstGroup   = -1_002_000_000_000
)

// Make makes the district of so many members (at least Smallest, at most Largest)
// in a campaign that is under way at start, whose zone the plan is written in.
func Make(seed uint64, members int, start time.Time) District {
	members = min(max(members, Smallest), Largest)
	m := maker{rand: rand.New(rand.NewPCG(seed, uint64(members)))}
	m.units = layout(m.rand, members)
	m.enrol(members)
	m.appoint()
	m.position()
	shown := m.cast()
	m.standing(shown)
	groups := m.groups(shown)

	d := District{Members: m.people, Groups: groups}
	d.Roster = roster(m.people)
	d.Activities = plan(start, m.units[shown.unit].name, m.branchOf(shown).name)
	d.Cast = m.portraits(shown)
	return d
}

// A maker makes a district in steps that draw on one source of chance; the order
// of the steps is part of what a seed means.
type maker struct {
	rand   *rand.Rand
	units  []unit
	people []Member

	contacts    []int // by unit: the contact leader
	supervisors []int // by unit: one of its supervision group
	office      int   // one of the office
}

// enrol names the members of every branch and gives them number, phone and
// account.
func (m *maker) enrol(members int) {
	digits := max(5, len(strconv.Itoa(members)))
	m.people = make([]Member, 0, members)
	for _, u := range m.units {
		for _, b := range u.branches {
			for range b.size {
				n := len(m.people) + 1
				m.people = append(m.people, Member{
					No:         fmt.Sprintf("D%0*d", digits, n),
					Name:       personName(m.rand),
					Phone:      phone(n),
					Unit:       u.name,
					Branch:     b.name,
					Batch:      u.batch,
					Position:   Ordinary,
					TelegramID: firstAccount + int64(n),
					State:      Bound,
				})
			}
		}
	}
}

// phone is the n-th number of the sample. The prefix 154 has the shape of a
// mobile number and is in none of the ranges that the four carriers of mainland
// China have opened to subscribers, as far as we know; nothing in the demo rings
// it. The factor shares no divisor with ten, so no number comes twice.
func phone(n int) string { return fmt.Sprintf("154%08d", n*48_271_397%100_000_000) }

// standing decides who is bound. People with a role and those of the cast are, so
// that every part of the campaign can be tried.
func (m *maker) standing(shown shown) {
	var others []int
	for i, p := range m.people {
		if len(p.Roles) == 0 && i != shown.member {
			others = append(others, i)
		}
	}
	m.rand.Shuffle(len(others), func(i, j int) { others[i], others[j] = others[j], others[i] })
	share := func(of18400, least int) (some []int) {
		n := max(least, of18400*len(m.people)/18_400)
		some, others = others[:n], others[n:]
		return some
	}
	for _, i := range share(120, 1) {
		m.people[i].State, m.people[i].Phone = NoPhone, ""
	}
	for _, i := range share(60, 1) {
		m.people[i].State = Blocked
	}
	for _, i := range share(290, 1) {
		m.people[i].State = NotBound
	}
	for pair := share(10, 2); len(pair) > 1; pair = pair[2:] {
		one, two := &m.people[pair[0]], &m.people[pair[1]]
		one.State, two.State = NotBound, NotBound
		one.SharesPhone, two.SharesPhone = true, true
		two.Phone = one.Phone
	}
}

// groups binds a chat to most branches, and to the one that is shown.
func (m *maker) groups(shown shown) (groups []Group) {
	for i, u := range m.units {
		for j, b := range u.branches {
			if m.rand.IntN(100) >= 85 && (i != shown.unit || j != shown.branch) {
				continue
			}
			groups = append(groups, Group{
				ChatID: firstGroup - int64(len(groups)+1),
				Title:  u.name + " " + b.name,
				Unit:   u.name,
				Branch: b.name,
			})
		}
	}
	return groups
}
