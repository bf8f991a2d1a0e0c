package bind

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
	"campaign/storage"
)

// load reads what a stranger's proof stands for, or the claim that a button or a
// clock is about.
func load(ctx context.Context, tx *storage.Tx, t turn, about any) (Facts, error) {
	switch about := about.(type) {
	case Decide:
		return loadClaim(ctx, tx, about.Claim)
	case Remind:
		return loadClaim(ctx, tx, about.Claim)
	}
	var f Facts
	err := tx.Select(ctx, &f.Tries, `
		SELECT at FROM bind_tries WHERE account_id = $1 AND at > $2 ORDER BY at, id`, t.Account, t.Now.Add(-triesIn))
	if err != nil {
		return f, fmt.Errorf("tries: %w", err)
	}
	for i := range f.Tries {
		f.Tries[i] = f.Tries[i].In(tx.Zone())
	}
	if f.Waiting, err = waiting(ctx, tx, t.Account); err != nil {
		return f, err
	}
	key := t.Draft.Key
	if k, ok := linkKey(t.Arg); ok && !t.Who.Known() {
		key = k
	}
	var ids []campaign.PersonID
	switch {
	case key != "":
		if f.Invitation, err = invitation(ctx, tx, key); err != nil || f.Invitation.ID == 0 {
			return f, err
		}
		ids = []campaign.PersonID{f.Invitation.Person}
	case t.Draft.Phone != "":
		err := tx.Select(ctx, &ids, `SELECT id FROM people WHERE phone = $1 AND active ORDER BY id LIMIT 2`, t.Draft.Phone)
		if err != nil {
			return f, fmt.Errorf("members of a phone: %w", err)
		}
	}
	return f, f.about(ctx, tx, ids)
}

// about locks the members, and fills in what is known of the one.
func (f *Facts) about(ctx context.Context, tx *storage.Tx, ids []campaign.PersonID) error {
	err := tx.Exec(ctx, `SELECT id FROM people WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE`, storage.Array(ids))
	if err != nil {
		return fmt.Errorf("lock members: %w", err)
	}
	if f.Members, err = tx.People(ctx, ids); err != nil || len(f.Members) != 1 {
		return err
	}
	p := f.Members[0]
	if f.Holder, err = holder(ctx, tx, p.ID); err != nil {
		return err
	}
	if err := tx.Get(ctx, &f.Contested, `SELECT EXISTS (SELECT FROM bind_claims WHERE person_id = $1 AND state = 'waiting')`, p.ID); err != nil {
		return fmt.Errorf("claims on a member: %w", err)
	}
	err = tx.Select(ctx, &f.Deciders, `
		SELECT r.person_id AS person, r.role
		FROM roles r JOIN people p ON p.id = r.person_id AND p.active JOIN accounts a ON a.person_id = p.id AND a.reach = 'open'
		WHERE (r.role IN ('desk', 'direct', 'first') AND r.unit_id = $1 OR r.role = 'office') AND p.id <> $2
		ORDER BY r.id`, p.Home.Unit, p.ID)
	if err != nil {
		return fmt.Errorf("deciders: %w", err)
	}
	return nil
}

func invitation(ctx context.Context, tx *storage.Tx, key string) (Invitation, error) {
	var i Invitation
	err := tx.Get(ctx, &i, `
		SELECT id, person_id AS person, expires_at AS expires, used_at IS NOT NULL AS used, made_by IS NULL AS program
		FROM bind_invitations WHERE link_hash = $1 OR code_hash = $1 FOR UPDATE`, key)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return i, fmt.Errorf("invitation: %w", err)
	}
	return i, nil
}

func holder(ctx context.Context, tx *storage.Tx, p campaign.PersonID) (Holder, error) {
	var h Holder
	err := tx.Get(ctx, &h, `SELECT id, name, reach = 'deleted' AS gone FROM accounts WHERE person_id = $1`, p)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return h, fmt.Errorf("holder: %w", err)
	}
	return h, nil
}

// waiting finds the claim of an account that waits.
func waiting(ctx context.Context, tx *storage.Tx, a campaign.AccountID) (Claim, error) {
	var r struct {
		ID     int64
		Person campaign.PersonID
	}
	err := tx.Get(ctx, &r, `
		SELECT c.id, p.id AS person FROM bind_claims c JOIN people p ON p.id = c.person_id AND p.active
		WHERE c.account_id = $1 AND c.state = 'waiting'`, a)
	if errors.Is(err, storage.ErrNotFound) {
		return Claim{}, nil
	}
	if err != nil {
		return Claim{}, fmt.Errorf("waiting claim: %w", err)
	}
	c := Claim{ID: r.ID, Account: a, State: Waiting}
	c.Person, err = tx.Person(ctx, r.Person)
	return c, err
}

// loadClaim finds and locks a claim, with all that a decision changes.
func loadClaim(ctx context.Context, tx *storage.Tx, id int64) (f Facts, err error) {
	var r struct {
		Person  campaign.PersonID
		Account campaign.AccountID
		Name    string
		Proof   Proof
		State   State
		By      string
		Taken   bool
	}
	err = tx.Get(ctx, &r, `
		SELECT c.person_id AS person, c.account_id AS account, a.name, c.proof, c.state, coalesce(d.name, '') AS by,
		       EXISTS (SELECT FROM people p WHERE p.id = a.person_id AND p.active) AS taken
		FROM bind_claims c JOIN accounts a ON a.id = c.account_id LEFT JOIN people d ON d.id = c.decided_by
		WHERE c.id = $1 FOR UPDATE OF c, a`, id)
	if errors.Is(err, storage.ErrNotFound) {
		return f, nil
	}
	if err != nil {
		return f, fmt.Errorf("claim: %w", err)
	}
	if err := f.about(ctx, tx, []campaign.PersonID{r.Person}); err != nil {
		return f, err
	}
	f.Claim = Claim{ID: id, Account: r.Account, Name: r.Name, Proof: r.Proof, State: r.State, By: r.By, Taken: r.Taken}
	if len(f.Members) == 1 {
		f.Claim.Person = f.Members[0]
	}
	return f, nil
}

func apply(ctx context.Context, tx *storage.Tx, h flow.Here, e flow.Effect) error {
	switch e := e.(type) {
	case Bound:
		if err := useUp(ctx, tx, e.Key, e.Account); err != nil {
			return err
		}
		return move(ctx, tx, e.Person, e.Account)
	case Tried:
		if err := tx.Exec(ctx, `DELETE FROM bind_tries WHERE account_id = $1 AND at <= $2`, e.Account, h.Now.Add(-triesIn)); err != nil {
			return err
		}
		return tx.Exec(ctx, `INSERT INTO bind_tries (account_id, at) VALUES ($1, $2)`, e.Account, h.Now)
	case Claimed:
		if err := useUp(ctx, tx, e.Key, e.Account); err != nil {
			return err
		}
		return applyClaimed(ctx, tx, h, e)
	case Decided:
		return applyDecided(ctx, tx, h, e)
	}
	return fmt.Errorf("bind: cannot apply %s", e.Effect())
}

// useUp ends an invitation; "" is none.
func useUp(ctx context.Context, tx *storage.Tx, key string, by campaign.AccountID) error {
	if key == "" {
		return nil
	}
	return one(tx.Count(ctx, `
		UPDATE bind_invitations SET used_at = $2, used_by = $3 WHERE (link_hash = $1 OR code_hash = $1) AND used_at IS NULL`, key, tx.Now, by))
}

// move binds an account to a person, in place of any other.
func move(ctx context.Context, tx *storage.Tx, p campaign.PersonID, to campaign.AccountID) error {
	if err := tx.Exec(ctx, `UPDATE accounts SET person_id = NULL WHERE person_id = $1`, p); err != nil {
		return err
	}
	return one(tx.Count(ctx, `UPDATE accounts SET person_id = $2 WHERE id = $1`, to, p))
}

// applyClaimed adds a claim. One of the same account on a member who has left
// the roster meanwhile gives way.
func applyClaimed(ctx context.Context, tx *storage.Tx, h flow.Here, e Claimed) error {
	err := tx.Exec(ctx, `
		UPDATE bind_claims c SET state = 'void', decided_at = $2
		FROM people p WHERE c.account_id = $1 AND c.state = 'waiting' AND p.id = c.person_id AND NOT p.active`, e.Account, h.Now)
	if err != nil {
		return err
	}
	return tx.Exec(ctx, `INSERT INTO bind_claims (id, person_id, account_id, proof, made_at) VALUES ($1, $2, $3, $4, $5)`,
		e.Claim, e.Person, e.Account, e.By, h.Now)
}

func applyDecided(ctx context.Context, tx *storage.Tx, h flow.Here, e Decided) error {
	err := one(tx.Count(ctx, `
		UPDATE bind_claims SET state = $2, decided_at = $3, decided_by = nullif($4::bigint, 0) WHERE id = $1 AND state = 'waiting'`, e.Claim, e.State, h.Now, h.Who.ID))
	if err != nil || e.State != Moved {
		return err
	}
	return move(ctx, tx, e.Person, e.To)
}

// errMoved says that what was loaded under lock is not what is there to write:
// a bug, and the last guard against it.
var errMoved = errors.New("bind: the row to write has changed")

func one(n int, err error) error {
	if err == nil && n != 1 {
		return errMoved
	}
	return err
}

// invite makes an invitation for the member whose number is given: the way in
// for the first user of the office.
func invite(ctx context.Context, tx *storage.Tx, h flow.Here, args []string) (messages.Message, error) {
	if len(args) != 1 {
		return messages.Message{}, flow.Sorry("Please give one member number: muster invite MEMBER_NO")
	}
	var id campaign.PersonID
	err := tx.Get(ctx, &id, `SELECT id FROM people WHERE member_no = $1 AND active`, args[0])
	if errors.Is(err, storage.ErrNotFound) {
		return messages.Message{}, flow.Sorry("No member of the roster has the number %s.", args[0])
	}
	if err != nil {
		return messages.Message{}, fmt.Errorf("bind: find a member: %w", err)
	}
	p, err := tx.Person(ctx, id)
	if err != nil {
		return messages.Message{}, err
	}
	s, err := draw(chance)
	if err != nil {
		return messages.Message{}, err
	}
	i := s.invite(p.ID, tx.Now, "")
	if err := keep(ctx, tx, h, i); err != nil {
		return messages.Message{}, fmt.Errorf("bind: invite: %w", err)
	}
	about := fmt.Sprintf(`{"Person":%d}`, p.ID)
	if err := tx.Audit(ctx, []storage.Entry{{Flow: "bind", Effect: i.Effect(), About: about, At: tx.Now, Cause: h.ID}}); err != nil {
		return messages.Message{}, err
	}
	return s.letter(p, i.Expires), nil
}

// keep stores an invitation by its hashes.
func keep(ctx context.Context, tx *storage.Tx, h flow.Here, i Invited) error {
	return tx.Exec(ctx, `
		INSERT INTO bind_invitations (person_id, link_hash, code_hash, made_at, made_by, expires_at)
		VALUES ($1, $2, $3, $4, nullif($5::bigint, 0), $6)`, i.Person, i.Link, i.Code, tx.Now, h.Who.ID, i.Expires)
}

// chance is where the secrets of invitations come from.
var chance io.Reader = rand.Reader

// A coverStore draws the secrets of invitations from random.
type coverStore struct{ random io.Reader }

func (s coverStore) load(ctx context.Context, tx *storage.Tx, t view, about any) (Cover, error) {
	switch about := about.(type) {
	case Invite:
		return s.invitee(ctx, tx, about.Person)
	case Look:
		if about.Scope != (campaign.Scope{}) && !t.Who.Reads(about.Scope) {
			return Cover{}, nil
		}
		c, err := figures(ctx, tx, t.Who, about.Scope)
		if err != nil || about.Group == "" {
			return c, err
		}
		return c, c.people(ctx, tx, about)
	}
	return figures(ctx, tx, t.Who, home(t.Who))
}

// invitee reads who is to be invited, and draws the secret.
func (s coverStore) invitee(ctx context.Context, tx *storage.Tx, id campaign.PersonID) (c Cover, err error) {
	c.Person, err = tx.Person(ctx, id)
	if errors.Is(err, storage.ErrNotFound) {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	if err := tx.Get(ctx, &c.Bound, `SELECT EXISTS (SELECT FROM accounts WHERE person_id = $1 AND reach <> 'deleted')`, id); err != nil {
		return c, fmt.Errorf("is %d bound: %w", id, err)
	}
	c.Fresh, err = draw(s.random)
	return c, err
}

// figures counts a scope; of the zero Scope, each part that the person reads.
func figures(ctx context.Context, tx *storage.Tx, who campaign.Person, s campaign.Scope) (Cover, error) {
	if s != (campaign.Scope{}) {
		bs, err := branches(ctx, tx, s)
		return cover(s, bs), err
	}
	var all Cover
	for _, r := range readings(who) {
		bs, err := branches(ctx, tx, r)
		if err != nil {
			return all, err
		}
		c := cover(r, bs)
		all.Parts = append(all.Parts, Part{r, c.Name, c.Count})
	}
	return all, nil
}

// branches counts every branch of a scope.
func branches(ctx context.Context, tx *storage.Tx, s campaign.Scope) ([]branch, error) {
	var rows []struct {
		Unit                                     campaign.UnitID
		ID                                       campaign.BranchID
		InUnit                                   string `db:"in_unit"`
		Name                                     string
		Open, Unbound, Nophone, Blocked, Deleted int
	}
	err := tx.Select(ctx, &rows, `
		SELECT u.id AS unit, u.name AS in_unit, b.id, b.name, count(*) FILTER (WHERE a.reach = 'open') AS open,
		       count(*) FILTER (WHERE a.id IS NULL AND s.own) AS unbound, count(*) FILTER (WHERE a.id IS NULL AND NOT s.own) AS nophone,
		       count(*) FILTER (WHERE a.reach = 'blocked') AS blocked, count(*) FILTER (WHERE a.reach = 'deleted') AS deleted
		FROM branches b JOIN units u ON u.id = b.unit_id
		LEFT JOIN people p ON p.branch_id = b.id AND p.active LEFT JOIN accounts a ON a.person_id = p.id
		LEFT JOIN LATERAL (SELECT p.phone <> '' AND NOT EXISTS (SELECT FROM people o WHERE o.phone = p.phone AND o.phone <> '' AND o.active AND o.id <> p.id) AS own) s ON a.id IS NULL AND p.id IS NOT NULL
		WHERE ($1 = 0 OR u.id = $1) AND ($2 = 0 OR b.id = $2)
		GROUP BY u.id, b.id ORDER BY u.id, b.id`, s.Unit, s.Branch)
	if err != nil {
		return nil, fmt.Errorf("count the branches: %w", err)
	}
	bs := make([]branch, len(rows))
	for i, r := range rows {
		bs[i] = branch{campaign.BranchScope(r.Unit, r.ID), r.InUnit, r.Name,
			Count{Open: r.Open, Unbound: r.Unbound, NoPhone: r.Nophone, Blocked: r.Blocked, Deleted: r.Deleted}}
	}
	return bs, nil
}

// people reads a page of the names of a group.
func (c *Cover) people(ctx context.Context, tx *storage.Tx, l Look) error {
	var rows []struct {
		ID     campaign.PersonID
		Name   string
		Branch string
		Unit   campaign.UnitID
		Of     campaign.BranchID
		Helper string
	}
	err := tx.Select(ctx, &rows, `
		SELECT p.id, p.name, b.name AS branch, b.unit_id AS unit, b.id AS of, coalesce(w.name, '') AS helper
		FROM people p JOIN branches b ON b.id = p.branch_id LEFT JOIN accounts a ON a.person_id = p.id
		LEFT JOIN helpers h ON h.person_id = p.id LEFT JOIN people w ON w.id = h.helper_id
		WHERE p.active AND ($1 = 0 OR b.unit_id = $1) AND ($2 = 0 OR b.id = $2)
		AND $3 = CASE WHEN a.id IS NOT NULL THEN a.reach
		              WHEN p.phone = '' OR EXISTS (SELECT FROM people o WHERE o.phone = p.phone AND o.phone <> '' AND o.active AND o.id <> p.id) THEN 'nophone' ELSE 'unbound' END
		ORDER BY b.unit_id, b.id, p.id LIMIT $4 OFFSET $5`, l.Scope.Unit, l.Scope.Branch, l.Group, pageSize+1, l.Page*pageSize)
	if err != nil {
		return fmt.Errorf("names of a group: %w", err)
	}
	for _, r := range rows {
		c.Names = append(c.Names, Missing{r.ID, r.Name, r.Branch, campaign.BranchScope(r.Unit, r.Of), r.Helper})
	}
	if c.More = len(rows) > pageSize; c.More {
		c.Names = c.Names[:pageSize]
	}
	return nil
}

func applyInvited(ctx context.Context, tx *storage.Tx, h flow.Here, e flow.Effect) error {
	i, ok := e.(Invited)
	if !ok {
		return fmt.Errorf("bind: cannot apply %s", e.Effect())
	}
	return keep(ctx, tx, h, i)
}
