package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"campaign"
	"campaign/bot/simulator"
	"campaign/storage"
)

// Settled reports whether a district has been put into the database, to the end:
// what became of its activities comes last.
func Settled(ctx context.Context, tx *storage.Tx) (bool, error) {
	var there bool
	err := tx.Get(ctx, &there, `SELECT EXISTS (SELECT FROM expected)`)
	return there, err
}

// Settle binds the accounts and groups of a district whose roster has been
// imported. What a start that was broken off has bound stays bound.
func (d District) Settle(ctx context.Context, tx *storage.Tx) error {
	var nos, names, reach []string
	var accounts []int64
	for _, m := range d.Members {
		if m.State != Bound && m.State != Blocked {
			continue
		}
		nos, names, accounts = append(nos, m.No), append(names, m.Name), append(accounts, m.TelegramID)
		if m.State == Blocked {
			reach = append(reach, "blocked")
		} else {
			reach = append(reach, "open")
		}
	}
	err := tx.Exec(ctx, `
		INSERT INTO accounts (id, person_id, lang, name, reach, seen_at, menu_at)
		SELECT t.id, p.id, $5, t.name, t.reach, $6, $6
		FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) AS t (id, no, name, reach) JOIN people p ON p.member_no = t.no
		ON CONFLICT (id) DO NOTHING`,
		storage.Array(accounts), storage.Array(nos), storage.Array(names), storage.Array(reach), campaign.Chinese, tx.Now)
	if err != nil {
		return fmt.Errorf("demo: bind accounts: %w", err)
	}
	var ids []int64
	var titles, units, branches []string
	for _, g := range d.Groups {
		ids, titles, units, branches = append(ids, g.ChatID), append(titles, g.Title), append(units, g.Unit), append(branches, g.Branch)
	}
	err = tx.Exec(ctx, `
		INSERT INTO chats (id, title, branch_id, seen_at)
		SELECT t.id, t.title, b.id, $5
		FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) AS t (id, title, unit, branch)
		JOIN units u ON u.name = t.unit JOIN branches b ON b.unit_id = u.id AND b.name = t.branch
		ON CONFLICT (id) DO NOTHING`,
		storage.Array(ids), storage.Array(titles), storage.Array(units), storage.Array(branches), tx.Now)
	if err != nil {
		return fmt.Errorf("demo: bind groups: %w", err)
	}
	return nil
}

// Stranger is the account of somebody who is not on the roster.
const Stranger = 7_999_999_001

// Populate puts the people and the groups of a district on their phones.
func (d District) Populate(s *simulator.Server) error {
	users := make([]simulator.User, 0, len(d.Members)+1)
	branches := map[string][]int64{}
	for _, m := range d.Members {
		users = append(users, simulator.User{ID: m.TelegramID, FirstName: m.Name, LanguageCode: "zh-hans", Phone: account(m),
			Note: m.note(), Tags: m.tags(), Started: m.State == Bound || m.State == Blocked})
		if m.State != NoPhone {
			branches[m.Unit+"/"+m.Branch] = append(branches[m.Unit+"/"+m.Branch], m.TelegramID)
		}
	}
	users = append(users, simulator.User{ID: Stranger, FirstName: "路人", LanguageCode: "zh-hans", Phone: "8615499999999",
		Note: simulator.Text{ZH: "不在名册中", EN: "not on the roster"}})
	s.AddUsers(users)
	for _, g := range d.Groups {
		members := branches[g.Unit+"/"+g.Branch]
		s.AddGroup(simulator.Group{ID: g.ChatID, Title: g.Title, Members: members, Supergroup: true})
	}
	for _, m := range d.Members {
		if m.State == Blocked {
			if err := s.Block(m.TelegramID, true); err != nil {
				return fmt.Errorf("demo: block: %w", err)
			}
		}
	}
	return nil
}

// account is the number that Telegram knows of a member, with the code of the
// country as Telegram gives it: those without one on the roster have one all the
// same, which the roster does not tell.
func account(m Member) string {
	if m.Phone != "" {
		return "86" + m.Phone
	}
	return fmt.Sprintf("861549%07d", m.TelegramID%10_000_000)
}

// tags are the member's roles, without the units they are held for.
func (m Member) tags() []string {
	tags := make([]string, 0, len(m.Roles))
	for _, r := range m.Roles {
		name, _, _ := strings.Cut(r, ":")
		if !slices.Contains(tags, name) {
			tags = append(tags, name)
		}
	}
	return tags
}

// note tells on the phones page who a member is.
func (m Member) note() simulator.Text {
	t := simulator.Text{ZH: m.Unit + " · " + m.Branch, EN: m.Unit + " · " + m.Branch}
	switch m.State {
	case NotBound:
		t.ZH, t.EN = t.ZH+" · 未绑定", t.EN+" · not bound"
	case NoPhone:
		t.ZH, t.EN = t.ZH+" · 名册无手机号", t.EN+" · no phone on the roster"
	case Blocked:
		t.ZH, t.EN = t.ZH+" · 已停用助手", t.EN+" · has blocked the bot"
	}
	return t
}
