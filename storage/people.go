package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"campaign"
)

// An Account is a messenger account, and the person bound to it if there is one.
type Account struct {
	ID       campaign.AccountID
	Lang     campaign.Lang
	Name     string // what the messenger calls it
	Standing campaign.Standing
	Person   campaign.Person
}

// personRow is a person as the queries of this file select them.
type personRow struct {
	ID       campaign.PersonID `db:"id"`
	No       string            `db:"member_no"`
	Name     string            `db:"name"`
	Phone    campaign.Phone    `db:"phone"`
	Branch   campaign.BranchID `db:"branch_id"`
	Unit     campaign.UnitID   `db:"unit_id"`
	UnitName string            `db:"unit"`
	InBranch string            `db:"branch"`
	Position campaign.Position `db:"position"`
	Duties   string            `db:"duties"`
}

func (r personRow) person() (campaign.Person, error) {
	if r.ID == 0 {
		return campaign.Person{}, nil
	}
	p := campaign.Person{ID: r.ID, No: r.No, Name: r.Name, Phone: r.Phone, Home: campaign.BranchScope(r.Unit, r.Branch),
		Unit: r.UnitName, Branch: r.InBranch, Position: r.Position}
	var duties []struct {
		Role   campaign.Role
		Unit   campaign.UnitID
		Branch campaign.BranchID
	}
	if err := json.Unmarshal([]byte(r.Duties), &duties); err != nil {
		return p, fmt.Errorf("storage: duties of a person: %w", err)
	}
	for _, d := range duties {
		over := campaign.Everyone()
		if d.Branch != 0 {
			over = campaign.BranchScope(d.Unit, d.Branch)
		} else if d.Unit != 0 {
			over = campaign.UnitScope(d.Unit)
		}
		p.Duties = append(p.Duties, campaign.Duty{Role: d.Role, Over: over})
	}
	return p, nil
}

// Account finds and locks an account, so that there is one turn at a time for
// each; it makes the account where there is none, with the language of c. When it
// was last seen is noted to some minutes, so that a conversation need not change
// an index at every turn.
func (tx *Tx) Account(ctx context.Context, id campaign.AccountID, name string, lang campaign.Lang) (Account, error) {
	var r struct {
		Account  string            `db:"account_name"`
		Lang     campaign.Lang     `db:"lang"`
		Standing campaign.Standing `db:"reach"`
		Person   int64             `db:"person_id"`
	}
	err := tx.Get(ctx, &r, `
		INSERT INTO accounts AS a (id, lang, name, seen_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET name = $3,
		               seen_at = CASE WHEN a.seen_at < $4::timestamptz - interval '10 minutes' THEN $4 ELSE a.seen_at END
		RETURNING a.name AS account_name, a.lang, a.reach, coalesce(a.person_id, 0) AS person_id`, id, lang, name, tx.Now)
	if err != nil {
		return Account{}, fmt.Errorf("storage: account: %w", err)
	}
	a := Account{ID: id, Lang: r.Lang, Name: r.Account, Standing: r.Standing}
	if r.Person == 0 {
		return a, nil
	}
	a.Person, err = tx.Person(ctx, campaign.PersonID(r.Person))
	if errors.Is(err, ErrNotFound) {
		return a, nil // no longer on the roster
	}
	return a, err
}

// LockAccount finds and locks an account that is there, without saying that its
// holder was seen.
func (tx *Tx) LockAccount(ctx context.Context, id campaign.AccountID) (Account, error) {
	var r struct {
		Lang   campaign.Lang `db:"lang"`
		Name   string        `db:"name"`
		Person int64         `db:"person_id"`
	}
	err := tx.Get(ctx, &r, `SELECT lang, name, coalesce(person_id, 0) AS person_id FROM accounts WHERE id = $1 FOR UPDATE`, id)
	if err != nil {
		return Account{}, fmt.Errorf("storage: lock an account: %w", err)
	}
	a := Account{ID: id, Lang: r.Lang, Name: r.Name}
	if r.Person != 0 {
		if a.Person, err = tx.Person(ctx, campaign.PersonID(r.Person)); errors.Is(err, ErrNotFound) {
			return a, nil
		}
	}
	return a, err
}

// Person finds an active person. It returns ErrNotFound where there is none.
func (tx *Tx) Person(ctx context.Context, id campaign.PersonID) (campaign.Person, error) {
	ps, err := tx.People(ctx, []campaign.PersonID{id})
	if err == nil && len(ps) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return campaign.Person{}, err
	}
	return ps[0], nil
}

// People finds active people, in the order of their ids.
func (tx *Tx) People(ctx context.Context, ids []campaign.PersonID) ([]campaign.Person, error) {
	var rows []personRow
	err := tx.Select(ctx, &rows, `
		SELECT p.id, p.member_no, p.name, p.phone, p.branch_id, b.unit_id, u.name AS unit, b.name AS branch, p.position,
		       coalesce((SELECT json_agg(json_build_object('Role', r.role, 'Unit', coalesce(r.unit_id, rb.unit_id, 0), 'Branch', coalesce(r.branch_id, 0)) ORDER BY r.id)
		                 FROM roles r LEFT JOIN branches rb ON rb.id = r.branch_id WHERE r.person_id = p.id), '[]')::text AS duties
		FROM unnest($1::bigint[]) WITH ORDINALITY AS t (id, n)
		JOIN people p ON p.id = t.id AND p.active JOIN branches b ON b.id = p.branch_id JOIN units u ON u.id = b.unit_id
		ORDER BY t.n`, Array(ids))
	if err != nil {
		return nil, fmt.Errorf("storage: people: %w", err)
	}
	ps := make([]campaign.Person, len(rows))
	for i, r := range rows {
		if ps[i], err = r.person(); err != nil {
			return nil, err
		}
	}
	return ps, nil
}

// A Menued is an account and the digest of the command menu that it was given.
type Menued struct {
	Account
	Menu string
}

// Unmenued finds accounts that spoke since their command menu was last looked at.
func (tx *Tx) Unmenued(ctx context.Context, most int) ([]Menued, error) {
	var rows []struct {
		ID     campaign.AccountID `db:"id"`
		Lang   campaign.Lang      `db:"lang"`
		Menu   string             `db:"menu"`
		Person campaign.PersonID  `db:"person_id"`
	}
	err := tx.Select(ctx, &rows, `
		SELECT id, lang, menu, person_id FROM accounts
		WHERE (menu_at IS NULL OR menu_at < seen_at) AND person_id IS NOT NULL AND reach = 'open' ORDER BY seen_at DESC LIMIT $1`, most)
	if err != nil {
		return nil, fmt.Errorf("storage: accounts without a menu: %w", err)
	}
	ids := make([]campaign.PersonID, len(rows))
	for i, r := range rows {
		ids[i] = r.Person
	}
	people, err := tx.People(ctx, ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[campaign.PersonID]campaign.Person, len(people))
	for _, p := range people {
		byID[p.ID] = p
	}
	ms := make([]Menued, len(rows))
	for i, r := range rows {
		ms[i] = Menued{Account{ID: r.ID, Lang: r.Lang, Person: byID[r.Person]}, r.Menu}
	}
	return ms, nil
}

// HasMenus notes the digests of the command menus that accounts were given.
func (tx *Tx) HasMenus(ctx context.Context, ms []Menued) error {
	ids, menus := make([]int64, len(ms)), make([]string, len(ms))
	for i, m := range ms {
		ids[i], menus[i] = int64(m.ID), m.Menu
	}
	err := tx.Exec(ctx, `
		UPDATE accounts a SET menu = t.menu, menu_at = $3 FROM unnest($1::bigint[], $2::text[]) AS t (id, menu) WHERE a.id = t.id`,
		Array(ids), Array(menus), tx.Now)
	if err != nil {
		return fmt.Errorf("storage: note command menus: %w", err)
	}
	return nil
}

// SetLang notes in which language an account chose to be spoken to.
func (tx *Tx) SetLang(ctx context.Context, id campaign.AccountID, lang campaign.Lang) error {
	return tx.Exec(ctx, `UPDATE accounts SET lang = $2 WHERE id = $1`, id, lang)
}

// SetManner notes how an account chose to be spoken to: the language, and
// whether messages are plain, with one large button to a line. The command menu
// is to be set anew: it follows the language chosen, not the messenger's.
func (tx *Tx) SetManner(ctx context.Context, id campaign.AccountID, lang campaign.Lang, plain bool) error {
	return tx.Exec(ctx, `UPDATE accounts SET lang = $2, plain = $3, menu = 'chosen', menu_at = NULL WHERE id = $1`, id, lang, plain)
}
