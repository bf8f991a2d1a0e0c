package proxy

import (
	"context"
	"fmt"
	"strconv"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

// ofPerson is what opens the flow with a member.
func ofPerson(p campaign.PersonID) string { return "p" + strconv.FormatInt(int64(p), 10) }

// load reads what a step must know.
func load(ctx context.Context, tx *storage.Tx, t turn, about any) (f Facts, err error) {
	switch about := about.(type) {
	case Answer:
		return f, f.loadDeal(ctx, tx, about.Deal)
	case Stop:
		return f, f.loadDeal(ctx, tx, about.Deal)
	case campaign.Joined:
		f.Ended, err = dealsOf(ctx, tx, about.Person.ID)
		return f, err
	case campaign.RosterChanged:
		return f, f.loadMoved(ctx, tx)
	}
	branch, member := opened(t.Arg)
	if t.Draft.Branch != 0 || t.Draft.Member != 0 {
		branch, member = t.Draft.Branch, t.Draft.Member
	}
	if member == 0 {
		f.Members, err = without(ctx, tx, branch)
		return f, err
	}
	return f, f.loadMember(ctx, tx, member, t.Draft.Helper)
}

// loadDeal reads the deal that a button is about, and keeps others from ending it.
func (f *Facts) loadDeal(ctx context.Context, tx *storage.Tx, id int64) error {
	ds, err := deals(ctx, tx, []int64{id})
	if err != nil || len(ds) == 0 {
		return err
	}
	f.Deal = ds[0]
	return f.loadOwners(ctx, tx, ds)
}

func (f *Facts) loadOwners(ctx context.Context, tx *storage.Tx, ds []Deal) error {
	branches := make([]campaign.BranchID, len(ds))
	for i, d := range ds {
		branches[i] = d.Home.Branch
	}
	owners, err := tx.Owners(ctx, branches)
	f.Owners = map[campaign.BranchID][]campaign.PersonID{}
	for b, os := range owners {
		for _, o := range os {
			f.Owners[b] = append(f.Owners[b], o.Person)
		}
	}
	return err
}

// loadMoved reads the deals of which one of the two has left the branch.
func (f *Facts) loadMoved(ctx context.Context, tx *storage.Tx) error {
	var ids []int64
	err := tx.Select(ctx, &ids, `
		SELECT h.id FROM helpers h JOIN people w ON w.id = h.helper_id JOIN people p ON p.id = h.person_id
		WHERE NOT (w.active AND p.active AND w.branch_id = p.branch_id) ORDER BY h.id`)
	if err != nil {
		return fmt.Errorf("proxy: find who has left the branch: %w", err)
	}
	if f.Ended, err = deals(ctx, tx, ids); err != nil {
		return err
	}
	return f.loadOwners(ctx, tx, f.Ended)
}

// dealsOf finds who records for a member.
func dealsOf(ctx context.Context, tx *storage.Tx, p campaign.PersonID) ([]Deal, error) {
	var ids []int64
	if err := tx.Select(ctx, &ids, `SELECT id FROM helpers WHERE person_id = $1`, p); err != nil {
		return nil, fmt.Errorf("proxy: find who records: %w", err)
	}
	return deals(ctx, tx, ids)
}

// deals reads deals, and keeps others from changing them.
func deals(ctx context.Context, tx *storage.Tx, ids []int64) ([]Deal, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []struct {
		ID             int64
		Person, Helper campaign.PersonID
		For, By        string
		Unit           campaign.UnitID
		Branch         campaign.BranchID
		AskedBy        campaign.PersonID `db:"asked_by"`
		Agreed         bool
	}
	err := tx.Select(ctx, &rows, `
		SELECT h.id, h.person_id AS person, h.helper_id AS helper, p.name AS for, w.name AS by, b.unit_id AS unit, b.id AS branch,
		       h.asked_by, h.agreed_at IS NOT NULL AS agreed
		FROM helpers h JOIN people p ON p.id = h.person_id JOIN people w ON w.id = h.helper_id JOIN branches b ON b.id = p.branch_id
		WHERE h.id = ANY($1) ORDER BY h.id FOR UPDATE OF h`, storage.Array(ids))
	if err != nil {
		return nil, fmt.Errorf("proxy: read who records for whom: %w", err)
	}
	ds := make([]Deal, len(rows))
	for i, r := range rows {
		ds[i] = Deal{r.ID, r.Person, r.Helper, r.For, r.By, campaign.BranchScope(r.Unit, r.Branch), r.AskedBy, r.Agreed}
	}
	return ds, nil
}

// without finds the members of a branch who cannot be reached through an account.
func without(ctx context.Context, tx *storage.Tx, b campaign.BranchID) ([]Member, error) {
	var ids []campaign.PersonID
	err := tx.Select(ctx, &ids, `
		SELECT p.id FROM people p LEFT JOIN accounts a ON a.person_id = p.id AND a.reach = 'open' LEFT JOIN helpers h ON h.person_id = p.id
		WHERE p.branch_id = $1 AND p.active AND (a.id IS NULL OR h.id IS NOT NULL) ORDER BY p.id`, b)
	if err != nil {
		return nil, fmt.Errorf("proxy: find members without an account: %w", err)
	}
	return read(ctx, tx, ids)
}

// read reads members, and who records for them.
func read(ctx context.Context, tx *storage.Tx, ids []campaign.PersonID) ([]Member, error) {
	var rows []struct {
		ID       campaign.PersonID
		No, Name string
		Unit     campaign.UnitID
		Branch   campaign.BranchID
		Reached  bool
		Helper   string
		Agreed   bool
	}
	err := tx.Select(ctx, &rows, `
		SELECT p.id, p.member_no AS no, p.name, b.unit_id AS unit, b.id AS branch,
		       EXISTS (SELECT FROM accounts a WHERE a.person_id = p.id AND a.reach = 'open') AS reached,
		       coalesce(w.name, '') AS helper, h.agreed_at IS NOT NULL AS agreed
		FROM people p JOIN branches b ON b.id = p.branch_id LEFT JOIN helpers h ON h.person_id = p.id LEFT JOIN people w ON w.id = h.helper_id
		WHERE p.id = ANY($1) AND p.active ORDER BY p.id`, storage.Array(ids))
	if err != nil {
		return nil, fmt.Errorf("proxy: read members: %w", err)
	}
	ms := make([]Member, len(rows))
	for i, r := range rows {
		ms[i] = Member{r.ID, r.No, r.Name, campaign.BranchScope(r.Unit, r.Branch), r.Reached, r.Helper, r.Agreed}
	}
	return ms, nil
}

// loadMember reads a member, who records for them, and who could. Once a helper is
// chosen it keeps others from asking for the same member, and from asking more of
// the same helper.
func (f *Facts) loadMember(ctx context.Context, tx *storage.Tx, p, helper campaign.PersonID) error {
	if helper != 0 {
		err := tx.Exec(ctx, `SELECT id FROM people WHERE id IN ($1, $2) ORDER BY id FOR NO KEY UPDATE`, p, helper)
		if err != nil {
			return fmt.Errorf("proxy: keep member and helper: %w", err)
		}
	}
	ms, err := read(ctx, tx, []campaign.PersonID{p})
	if err != nil || len(ms) == 0 {
		return err
	}
	f.Member = ms[0]
	ds, err := dealsOf(ctx, tx, p)
	if err != nil {
		return err
	}
	if len(ds) > 0 {
		f.Deal = ds[0]
	}
	err = tx.Select(ctx, &f.Others, `
		SELECT p.id, p.member_no AS no, p.name, (SELECT count(*) FROM helpers h WHERE h.helper_id = p.id) AS load
		FROM people p JOIN accounts a ON a.person_id = p.id AND a.reach = 'open'
		WHERE p.branch_id = $1 AND p.active AND p.id <> $2 ORDER BY load, p.id`, f.Member.Home.Branch, p)
	if err != nil {
		return fmt.Errorf("proxy: find who could record: %w", err)
	}
	return nil
}

// apply writes one effect.
func apply(ctx context.Context, tx *storage.Tx, h flow.Here, e flow.Effect) error {
	switch e := e.(type) {
	case Asked:
		return asked(ctx, tx, h, e)
	case Agreed:
		return tx.Exec(ctx, `UPDATE helpers SET agreed_at = $2 WHERE id = $1`, e.Deal, tx.Now)
	case Ended:
		return tx.Exec(ctx, `DELETE FROM helpers WHERE id = $1`, e.Deal)
	}
	return fmt.Errorf("proxy: cannot apply %s", e.Effect())
}

// asked writes who was asked, in the place of whoever there was.
func asked(ctx context.Context, tx *storage.Tx, h flow.Here, e Asked) error {
	if err := tx.Exec(ctx, `DELETE FROM helpers WHERE person_id = $1`, e.Person); err != nil {
		return fmt.Errorf("proxy: end who recorded: %w", err)
	}
	return tx.Exec(ctx, `
		INSERT INTO helpers (id, person_id, helper_id, asked_by, asked_at, agreed_at)
		VALUES ($1, $2, $3, $4, $5::timestamptz, CASE WHEN $6 THEN $5::timestamptz END)`, e.Deal, e.Person, e.Helper, h.Who.ID, tx.Now, e.Agreed)
}
