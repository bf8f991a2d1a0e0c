package roster

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"campaign"
	"campaign/flows/flow"
	"campaign/flows/flow/sheet"
	"campaign/storage"
)

// load reads the file that was sent, and the roster as it is now.
func load(ctx context.Context, tx *storage.Tx, t turn, _ any) (Facts, error) {
	if t.Draft.File.Stored == 0 || office(t.Who) != nil {
		return Facts{}, nil
	}
	f, err := tx.File(ctx, t.Account, t.Draft.File.Stored)
	if errors.Is(err, storage.ErrNotFound) {
		return Facts{lost: true}, nil
	}
	if err != nil {
		return Facts{}, err
	}
	table, err := sheet.Read(t.Draft.File.Name, bytes.NewReader(f.Body))
	if refusal, ok := errors.AsType[*sheet.Refusal](err); ok {
		return Facts{refusal: refusal}, nil
	}
	if err != nil {
		return Facts{}, err
	}
	d, err := now(ctx, tx)
	if err != nil {
		return Facts{}, err
	}
	as := read(table)
	return Facts{left: plan(as, d, false), gone: plan(as, d, true)}, nil
}

// now reads the roster, and holds off everybody who would change it until this
// transaction is over: two imports come one after the other.
func now(ctx context.Context, tx *storage.Tx) (d district, err error) {
	if err := tx.Exec(ctx, `LOCK TABLE units, branches, people, roles IN SHARE ROW EXCLUSIVE MODE`); err != nil {
		return d, fmt.Errorf("lock the roster: %w", err)
	}
	var units []struct {
		ID    campaign.UnitID
		Name  string
		Batch campaign.Batch
	}
	if err := tx.Select(ctx, &units, `SELECT id, name, batch FROM units ORDER BY id`); err != nil {
		return d, fmt.Errorf("units: %w", err)
	}
	var branches []struct {
		ID   campaign.BranchID
		Unit campaign.UnitID
		Name string
	}
	if err := tx.Select(ctx, &branches, `SELECT id, unit_id AS unit, name FROM branches ORDER BY id`); err != nil {
		return d, fmt.Errorf("branches: %w", err)
	}
	unitOf, branchOf := make(map[campaign.UnitID]string, len(units)), make(map[campaign.BranchID]branch, len(branches))
	for _, u := range units {
		unitOf[u.ID] = u.Name
		d.units = append(d.units, unit{u.ID, u.Name, u.Batch})
	}
	for _, b := range branches {
		branchOf[b.ID] = branch{b.ID, unitOf[b.Unit], b.Name}
		d.branches = append(d.branches, branchOf[b.ID])
	}
	duties, err := dutiesNow(ctx, tx, unitOf, branchOf)
	if err != nil {
		return d, err
	}
	var people []struct {
		ID       campaign.PersonID
		No       string
		Name     string
		Phone    campaign.Phone
		Branch   campaign.BranchID
		Position campaign.Position
		Active   bool
	}
	err = tx.Select(ctx, &people, `SELECT id, member_no AS no, name, phone, branch_id AS branch, position, active FROM people ORDER BY id`)
	if err != nil {
		return d, fmt.Errorf("people: %w", err)
	}
	d.members = make([]member, len(people))
	for i, p := range people {
		home := branchOf[p.Branch]
		d.members[i] = member{p.ID, p.No, p.Name, p.Phone, home.unit, home.name, p.Position, duties[p.ID], p.Active}
	}
	return d, nil
}

func dutiesNow(ctx context.Context, tx *storage.Tx, unitOf map[campaign.UnitID]string, branchOf map[campaign.BranchID]branch) (map[campaign.PersonID][]duty, error) {
	var roles []struct {
		Person campaign.PersonID
		Role   campaign.Role
		Unit   campaign.UnitID
		Branch campaign.BranchID
	}
	err := tx.Select(ctx, &roles, `
		SELECT person_id AS person, role, coalesce(unit_id, 0) AS unit, coalesce(branch_id, 0) AS branch FROM roles`)
	if err != nil {
		return nil, fmt.Errorf("roles: %w", err)
	}
	duties := map[campaign.PersonID][]duty{}
	for _, r := range roles {
		d := duty{role: r.Role, unit: unitOf[r.Unit]}
		if b, ok := branchOf[r.Branch]; ok {
			d.unit, d.branch = b.unit, b.name
		}
		duties[r.Person] = append(duties[r.Person], d)
	}
	for p, ds := range duties {
		duties[p] = inOrder(ds)
	}
	return duties, nil
}

// importFile is the import outside the chat.
func importFile(ctx context.Context, tx *storage.Tx, h flow.Here, in flow.Incoming) (flow.Report, error) {
	in.Far.At(flow.Checking, 0, 0)
	d, err := now(ctx, tx)
	if err != nil {
		return flow.Report{}, fmt.Errorf("roster: %w", err)
	}
	c := plan(read(in.Table), d, in.Flags[deactivateMissing])
	r := flow.Report{Lines: append(c.report(onPaper), c.warned()...), Changes: c.count(), Faults: c.faults.list()}
	if len(r.Faults) > 0 || c.count() == 0 {
		return r, nil
	}
	if err := c.write(ctx, tx, in.Far); err != nil {
		return r, fmt.Errorf("roster: %w", err)
	}
	r.Outcome = flow.Do().Shout(campaign.RosterChanged{})
	return r, note(ctx, tx, h, c.effects(), in.Far)
}

// note adds the audit lines of an import, some at a time.
func note(ctx context.Context, tx *storage.Tx, h flow.Here, es []flow.Effect, far flow.Progress) error {
	noted := 0
	for some := range slices.Chunk(es, atOnce) {
		lines := make([]storage.Entry, len(some))
		for i, e := range some {
			about, err := json.Marshal(e)
			if err != nil {
				return fmt.Errorf("roster: audit %s: %w", e.Effect(), err)
			}
			lines[i] = storage.Entry{Flow: name, Effect: e.Effect(), Person: h.Who.ID, About: string(about), At: h.Now, Cause: h.ID}
		}
		if err := tx.Audit(ctx, lines); err != nil {
			return err
		}
		noted += len(some)
		far.At(flow.Noting, noted, len(es))
	}
	return nil
}

func apply(ctx context.Context, tx *storage.Tx, _ flow.Here, e flow.Effect) error {
	switch e := e.(type) {
	case Imported:
		return e.Changes.write(ctx, tx, nil)
	case Rebatched, Enrolled, Altered:
		return nil // Imported wrote it, together with all others
	}
	return fmt.Errorf("roster: cannot apply %s", e.Effect())
}

// atOnce is how many rows one statement writes: between statements whoever
// watches is told how far it is.
const atOnce = 2_000

// write writes all changes, places before people before roles.
func (c changes) write(ctx context.Context, tx *storage.Tx, far flow.Progress) error {
	for _, step := range []struct {
		what string
		do   func(context.Context, *storage.Tx) error
	}{
		{"new units", c.writeUnits}, {"batches of units", c.writeBatches}, {"new branches", c.writeBranches},
		{"members", func(ctx context.Context, tx *storage.Tx) error { return c.writeMembers(ctx, tx, far) }},
		{"roles", c.writeRoles},
	} {
		if err := step.do(ctx, tx); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
	}
	return nil
}

// writeMembers writes the new members, then the changed ones.
func (c changes) writeMembers(ctx context.Context, tx *storage.Tx, far flow.Progress) error {
	altered := c.altered()
	wrote, all := 0, len(c.added)+len(altered)
	far.At(flow.Writing, 0, all)
	for _, part := range []struct {
		members []member
		write   func(context.Context, *storage.Tx, []member) error
	}{{c.added, writeAdded}, {altered, writeAltered}} {
		for some := range slices.Chunk(part.members, atOnce) {
			if err := part.write(ctx, tx, some); err != nil {
				return err
			}
			wrote += len(some)
			far.At(flow.Writing, wrote, all)
		}
	}
	return nil
}

func (c changes) writeUnits(ctx context.Context, tx *storage.Tx) error {
	if len(c.units) == 0 {
		return nil
	}
	var names []string
	var batches []int64
	for _, u := range c.units {
		names, batches = append(names, u.name), append(batches, int64(u.batch))
	}
	return tx.Exec(ctx, `
		INSERT INTO units (name, batch) SELECT t.name, t.batch FROM unnest($1::text[], $2::smallint[]) AS t (name, batch)`,
		storage.Array(names), storage.Array(batches))
}

func (c changes) writeBatches(ctx context.Context, tx *storage.Tx) error {
	if len(c.batches) == 0 {
		return nil
	}
	var ids, batches []int64
	for _, r := range c.batches {
		ids, batches = append(ids, int64(r.id)), append(batches, int64(r.batch))
	}
	return tx.Exec(ctx, `
		UPDATE units u SET batch = t.batch FROM unnest($1::bigint[], $2::smallint[]) AS t (id, batch) WHERE u.id = t.id`,
		storage.Array(ids), storage.Array(batches))
}

func (c changes) writeBranches(ctx context.Context, tx *storage.Tx) error {
	if len(c.branches) == 0 {
		return nil
	}
	var units, names []string
	for _, b := range c.branches {
		units, names = append(units, b.unit), append(names, b.name)
	}
	return tx.Exec(ctx, `
		INSERT INTO branches (unit_id, name)
		SELECT u.id, t.name FROM unnest($1::text[], $2::text[]) AS t (unit, name) JOIN units u ON u.name = t.unit`,
		storage.Array(units), storage.Array(names))
}

func writeAdded(ctx context.Context, tx *storage.Tx, ms []member) error {
	no, name, phone, unit, branch, position, _ := fields(ms)
	return tx.Exec(ctx, `
		INSERT INTO people (member_no, name, phone, branch_id, position)
		SELECT t.no, t.name, t.phone, b.id, t.position
		FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) WITH ORDINALITY AS t (no, name, phone, unit, branch, position, n)
		JOIN units u ON u.name = t.unit JOIN branches b ON b.unit_id = u.id AND b.name = t.branch
		ORDER BY t.n`,
		storage.Array(no), storage.Array(name), storage.Array(phone), storage.Array(unit), storage.Array(branch), storage.Array(position))
}

func writeAltered(ctx context.Context, tx *storage.Tx, ms []member) error {
	no, name, phone, unit, branch, position, active := fields(ms)
	return tx.Exec(ctx, `
		UPDATE people p SET name = t.name, phone = t.phone, branch_id = b.id, position = t.position, active = t.active
		FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[]) AS t (no, name, phone, unit, branch, position, active)
		JOIN units u ON u.name = t.unit JOIN branches b ON b.unit_id = u.id AND b.name = t.branch
		WHERE p.member_no = t.no`,
		storage.Array(no), storage.Array(name), storage.Array(phone), storage.Array(unit), storage.Array(branch), storage.Array(position), storage.Array(active))
}

// writeRoles takes the roles away that are held no more, and gives the new ones;
// a role that stays is not touched.
func (c changes) writeRoles(ctx context.Context, tx *storage.Tx) error {
	taken, given := c.roles()
	if len(taken) > 0 {
		no, role, unit, branch := taken.fields()
		err := tx.Exec(ctx, `
			DELETE FROM roles r
			USING unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS t (no, role, unit, branch)
			JOIN people p ON p.member_no = t.no
			LEFT JOIN units u ON u.name = t.unit LEFT JOIN branches b ON b.unit_id = u.id AND b.name = t.branch
			WHERE r.person_id = p.id AND r.role = t.role
			  AND r.branch_id IS NOT DISTINCT FROM b.id
			  AND r.unit_id IS NOT DISTINCT FROM CASE WHEN b.id IS NULL THEN u.id END`,
			storage.Array(no), storage.Array(role), storage.Array(unit), storage.Array(branch))
		if err != nil {
			return err
		}
	}
	if len(given) == 0 {
		return nil
	}
	no, role, unit, branch := given.fields()
	return tx.Exec(ctx, `
		INSERT INTO roles (person_id, role, unit_id, branch_id)
		SELECT p.id, t.role, CASE WHEN b.id IS NULL THEN u.id END, b.id
		FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS t (no, role, unit, branch, n)
		JOIN people p ON p.member_no = t.no
		LEFT JOIN units u ON u.name = t.unit LEFT JOIN branches b ON b.unit_id = u.id AND b.name = t.branch
		ORDER BY t.n`,
		storage.Array(no), storage.Array(role), storage.Array(unit), storage.Array(branch))
}
