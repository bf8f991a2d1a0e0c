package main

import (
	"context"
	"errors"
	"time"

	"campaign/flows"
	"campaign/flows/flow"
	"campaign/storage"
)

// oldest is the first version of Postgres that Muster runs on.
const oldest = 14

func (p *patient) database(ctx context.Context) finding {
	switch {
	case p.faulty("MUSTER_DATABASE_URL") || p.zone == nil:
		return ill("not looked at: set right the settings above first")
	case p.DatabaseURL == "" && !p.made:
		return ill("not looked at: see the data folder above")
	}
	db, stop, err := p.open(ctx, p.checked, time.Now, func(string) {})
	if err != nil {
		return ill("%v; look whether it runs, and whether MUSTER_DATABASE_URL names it", err)
	}
	p.close = stop
	err = db.InTx(ctx, func(tx *storage.Tx) (err error) {
		begun := time.Now()
		p.server, err = tx.Server(ctx)
		p.asked = begun.Add(time.Since(begun) / 2)
		return err
	})
	if err != nil {
		return ill("%v; look at the log of Postgres", err)
	}
	p.db = db
	if p.server.Number < oldest*10000 {
		return ill("Postgres %s is too old; Muster needs %d or newer", p.server.Version, oldest)
	}
	return well("Postgres %s answers", p.server.Version)
}

// away is what is found without a database.
const away = "not looked at: the database does not answer"

func (p *patient) schema(ctx context.Context) finding {
	if p.db == nil {
		return ill(away)
	}
	var pending, unknown int
	err := p.db.InTx(ctx, func(tx *storage.Tx) (err error) {
		pending, unknown, err = tx.Behind(ctx, flow.New(flows.All).Rooms()...)
		return err
	})
	switch {
	case err != nil:
		return ill("%v; the role must be allowed to read it", err)
	case unknown > 0:
		return ill("it is newer than this program by %d files; install the program that brought it here", unknown)
	case pending > 0:
		return ill("%d files have not run yet; muster migrate runs them, as does muster run when it starts", pending)
	}
	return well("it is up to date")
}

func (p *patient) writing(ctx context.Context) finding {
	if p.db == nil {
		return ill(away)
	}
	switch {
	case p.server.ReadOnly:
		return ill("the server takes no writes; name the primary in MUSTER_DATABASE_URL, or all servers, and it will be found")
	case !p.server.Creates:
		return ill("the role %s may not make tables; GRANT CREATE ON SCHEMA public TO %s", p.server.Role, p.server.Role)
	}
	err := p.db.InTx(ctx, func(tx *storage.Tx) error {
		if _, err := tx.Receive(ctx, []string{"doctor"}); err != nil {
			return err
		}
		return errDry
	})
	if !errors.Is(err, errDry) {
		return ill("the role %s cannot write (%v); let it own the tables, or run muster migrate first", p.server.Role, err)
	}
	return well("the role %s may write, and make tables", p.server.Role)
}

func (p *patient) durability(context.Context) finding {
	switch {
	case p.db == nil:
		return ill(away)
	case !p.server.Fsync:
		return ill("fsync is off: a power cut can destroy everything; set fsync = on in postgresql.conf")
	case !p.server.Pages:
		return ill("full_page_writes is off: a power cut can destroy everything; set it to on in postgresql.conf")
	case p.server.Commit == "off":
		return ill("synchronous_commit is off: what people were told is done can be lost; set it to on in postgresql.conf")
	}
	return well("what is committed is on disk (fsync on, synchronous_commit %s)", p.server.Commit)
}

func (p *patient) zoned(context.Context) finding {
	if p.zone == nil {
		return ill("not looked at: set MUSTER_TIMEZONE right first")
	}
	return well("in %s it is now %s", p.zone, time.Now().In(p.zone).Format("2006-01-02 15:04 (-07:00)"))
}

func (p *patient) databaseClock(context.Context) finding {
	if p.db == nil {
		return ill(away)
	}
	return together(p.server.Clock.Sub(p.asked), "the database's")
}

// together judges how far a clock is ahead of ours.
func together(ahead time.Duration, whose string) finding {
	if ahead.Abs() > apart {
		which := "ahead of"
		if ahead < 0 {
			which = "behind"
		}
		return ill("%s is %s %s ours; set both machines by NTP (timedatectl set-ntp true)", whose, ahead.Abs().Round(100*time.Millisecond), which)
	}
	return well("%s and ours are less than %s apart", whose, apart)
}

func (p *patient) office(ctx context.Context) finding {
	if p.db == nil {
		return ill(away)
	}
	var o storage.Office
	err := p.db.InTx(ctx, func(tx *storage.Tx) (err error) {
		o, err = tx.Office(ctx)
		return err
	})
	switch {
	case err != nil:
		return ill("not looked at (%v): run muster migrate first", err)
	case o.Members == 0:
		return ill("the roster is empty; muster import roster FILE brings it in")
	case o.Bound == 0 && o.Unbound == "":
		return ill("nobody on the roster has the role office; add it to a line of the roster and import that again")
	case o.Bound == 0:
		return ill("nobody of it is bound; muster invite %s prints a link that binds the first", o.Unbound)
	}
	return well("%d of it are bound, on a roster of %d", o.Bound, o.Members)
}
