package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
	"campaign/storage"
)

const (
	patience = 2 * time.Second  // of a turn, before it is stored and its batch goes on
	tries    = 3                // of an update, before it is parked
	uploads  = 20 << 20         // bytes that Telegram lets a bot fetch
	slowTurn = 30 * time.Second // of a turn that was stored
	holdOn   = 3 * time.Second  // without the database, before whoever pressed is told to wait
)

// take gives an update its turn. When it returns, the update is done, stored to
// wait, or parked; a lost database is waited out. It is false where that had to
// be given up.
func (b *Bot) take(ctx context.Context, u update) bool {
	begun := time.Now()
	for try, away := 1, 1; ; try++ {
		err := b.once(ctx, u, b.Patience)
		switch {
		case err == nil:
			return true
		case errors.Is(err, errBehind):
			return b.store(ctx, u)
		case storage.Lost(err):
			b.Log.Warn("the database is away", "error", err)
			if time.Since(begun) > holdOn {
				b.hold(&u)
			}
			if !b.retry(away) {
				return false
			}
			away++
			try--
		case errors.Is(err, context.DeadlineExceeded) || storage.Cancelled(err):
			b.Log.Warn("a turn is slow; it is stored", "cause", u.key)
			return b.store(ctx, u)
		case try >= tries:
			return b.park(ctx, u, err)
		}
	}
}

// hold tells somebody who pressed, once, that the answer will take longer. It
// promises nothing: Telegram forgets a press after 150 s, and should this program
// end meanwhile, too, only another press would do what was wanted. Telegram shows
// no second answer; by webhook the confirmation is the one there is.
func (b *Bot) hold(u *update) {
	if u.held || u.reply != nil || u.query == "" {
		return
	}
	u.held = true
	b.answer(*u, b.langOf(u.lang), messages.T("One moment, please. Press again shortly to see how things stand."), false)
}

// errBehind says that an earlier update of the same lane is stored and waits.
var errBehind = errors.New("bot: an earlier update waits")

// once tries an update once, within d.
func (b *Bot) once(ctx context.Context, u update, d time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	begun := time.Now()
	var r flow.Result
	var a storage.Account
	fresh := false
	err := b.download(ctx, &u)
	if err == nil {
		err = b.DB.InTx(ctx, func(tx *storage.Tx) (err error) {
			defer recovered(&err)
			if err := tx.ByKey(ctx); err != nil {
				return err
			}
			row, behind, err := tx.Enter(ctx, u.key, u.lane)
			if err == nil && behind {
				err = errBehind
			}
			fresh = row != 0
			if err != nil || !fresh {
				return err
			}
			r, a, err = b.turn(ctx, tx, u, row)
			return err
		})
	}
	if err != nil {
		return err
	}
	b.answer(u, a.Lang, r.Toast, r.Alert)
	b.nudge()
	b.metrics.counted(u.kind, fateOf(fresh))
	if fresh {
		b.log(u.key, a.Person.ID, r, begun)
	}
	return nil
}

// recovered turns a panic of a step into an error: a failed turn like any other.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
	}
}

// log notes a turn, in one line: never a name, a phone or what people wrote.
func (b *Bot) log(cause string, who campaign.PersonID, r flow.Result, begun time.Time) {
	level := slog.LevelInfo
	if r.Forged {
		level = slog.LevelWarn
	}
	b.Log.Log(context.Background(), level, "turn", "cause", cause, "person", int64(who), "flow", r.Flow, "from", r.From, "to", r.To,
		"effects", r.Effects, "out", r.Out, "forged", r.Forged, "took", time.Since(begun).Round(time.Microsecond))
	b.metrics.turned(r, begun)
}

// turn takes an update through the house, in a transaction.
func (b *Bot) turn(ctx context.Context, tx *storage.Tx, u update, cause int64) (r flow.Result, a storage.Account, err error) {
	switch u.kind {
	case nothing:
		return r, a, nil
	case member:
		return r, a, b.placed(ctx, tx, u)
	case migrate:
		return r, a, b.House.Moved(ctx, tx, u.chat.ID, u.to)
	}
	e := u.event
	e.Cause, e.At, e.Chat = cause, u.at.In(b.Zone), u.chat
	if e.Chat.Group {
		if e.Chat, err = b.heard(ctx, tx, u.chat); err != nil {
			return r, a, err
		}
	}
	if u.anon {
		r, err = b.House.Anonymous(ctx, tx, e)
		return r, a, err
	}
	if a, err = tx.Account(ctx, u.from, u.name, b.langOf(u.lang)); err != nil {
		return r, a, err
	}
	e.Account = a
	if e.Press != nil {
		if err := b.see(ctx, tx, &u, &e); err != nil {
			return r, a, err
		}
	}
	if d, ok := e.In.(flow.Document); ok && u.body != nil {
		if d.Stored, err = tx.SaveFile(ctx, a.ID, d.Name, u.body); err != nil {
			return r, a, err
		}
		e.In = d
	}
	r, err = b.House.Turn(ctx, tx, e)
	return r, a, err
}

// see finds the version that was pressed. An unknown one stays empty: the house
// calls it forged, unless it is so old that it may have been forgotten.
func (b *Bot) see(ctx context.Context, tx *storage.Tx, u *update, e *flow.Event) error {
	c, err := b.cache.find(u.content, func() (storage.Content, error) { return tx.Content(ctx, u.content) })
	p := *e.Press
	e.Press = &p
	if errors.Is(err, storage.ErrNotFound) {
		p.Forgotten, err = tx.Forgotten(ctx, u.content)
		return err
	}
	if err != nil {
		return err
	}
	seen, err := tx.See(ctx, []storage.Sight{u.sight(c)})
	if err != nil {
		return err
	}
	if p.Content, p.Seen = c, seen[0]; !p.Seen.Here {
		p.Forgotten, err = tx.Forgotten(ctx, u.content)
	}
	return err
}

func (u *update) sight(c storage.Content) storage.Sight {
	return storage.Sight{Chat: u.chat.ID, Content: c.ID, Name: c.Name, Message: u.message}
}

// langOf is the language to speak to somebody whose messenger speaks code.
func (b *Bot) langOf(code string) campaign.Lang {
	switch code, _, _ := strings.Cut(strings.ToLower(code), "-"); code {
	case "zh":
		return campaign.Chinese
	case "en":
		return campaign.English
	}
	return b.Lang
}

// download fetches a file where the question that waits takes one.
func (b *Bot) download(ctx context.Context, u *update) error {
	if u.file == nil || u.chat.Group || u.body != nil || u.file.FileSize > uploads {
		return nil
	}
	wanted := false
	err := b.DB.InTx(ctx, func(tx *storage.Tx) error {
		ss, err := tx.Sessions(ctx, u.from)
		wanted = len(ss) > 0 && b.House.Uploads(ss[len(ss)-1])
		return err
	})
	if err != nil || !wanted {
		return err
	}
	body, err := b.api.fetch(ctx, u.file.FileID, uploads)
	if err != nil {
		b.Log.Warn("cannot fetch a file", "cause", u.key, "error", err)
		return nil // the question says so
	}
	u.body = body
	return nil
}

// store keeps an update raw, to be taken later in the order of its lane. Whoever
// pressed is told to wait before that: the database may be what is slow.
func (b *Bot) store(ctx context.Context, u update) bool {
	b.metrics.counted(u.kind, fateStored)
	b.hold(&u)
	ok := b.insist(ctx, "store an update", func(tx *storage.Tx) error {
		return tx.Wait(ctx, storage.Arrival{Key: u.key, At: u.at, Lane: u.lane, Raw: tidy(u.raw)})
	})
	if !u.held {
		b.answer(u, b.langOf(u.lang), messages.T("One moment, please."), false)
	}
	return ok
}

// park keeps an update that cannot be taken for an operator, and apologises.
func (b *Bot) park(ctx context.Context, u update, why error) bool {
	b.Log.Error("an update is parked", "cause", u.key, "error", why)
	b.metrics.counted(u.kind, fateParked)
	ok := b.insist(ctx, "park an update", func(tx *storage.Tx) error {
		if err := tx.Park(ctx, storage.Arrival{Key: u.key, At: u.at, Lane: u.lane, Raw: tidy(u.raw)}, why.Error()); err != nil {
			return err
		}
		if u.from == 0 || u.chat.Group || u.query != "" {
			return nil
		}
		sorry := messages.Say("Sorry, something went wrong here. It has been noted; please try again, or send /menu.").In(messages.Answers)
		sorry.To = messages.To{Chat: int64(u.from)}
		return tx.Post(ctx, 0, 0, []messages.Message{sorry})
	})
	b.answer(u, b.langOf(u.lang), messages.T("Sorry, something went wrong. Please try again."), true)
	b.nudge()
	return ok
}

// insist writes in a transaction until the database takes it; what it refuses
// three times is logged and left. It is false where the program stops before
// the database is back.
func (b *Bot) insist(ctx context.Context, what string, f func(*storage.Tx) error) bool {
	for failures := 1; ; failures++ {
		err := b.DB.InTx(ctx, f)
		if err == nil {
			return true
		}
		if errors.Is(ctx.Err(), context.Canceled) {
			return false
		}
		b.Log.Error("cannot "+what, "error", err, "failures", failures)
		if !storage.Lost(err) && failures >= tries {
			return true
		}
		if !b.retry(failures) {
			return false
		}
	}
}

// takeWaiting takes stored updates, the oldest of each lane first.
func (b *Bot) takeWaiting(ctx context.Context) error {
	work, end := outlive(ctx, hurry)
	defer end()
	for ctx.Err() == nil {
		if b.nextWaiting(work) {
			continue
		}
		if !pause(ctx, time.Second) {
			return nil
		}
	}
	return nil
}

// nextWaiting takes one stored update, and reports whether there was one. Whoever
// pressed was told to wait: what would have been the answer is a message now.
func (b *Bot) nextWaiting(ctx context.Context) bool {
	within, cancel := context.WithTimeout(ctx, slowTurn)
	defer cancel()
	begun := time.Now()
	var w storage.Waiting
	var u update
	var r flow.Result
	var a storage.Account
	err := b.DB.InTx(within, func(tx *storage.Tx) (err error) {
		defer recovered(&err)
		if w, err = tx.NextWaiting(within); err != nil {
			return err
		}
		u.key = w.Key
		id, err := updateID(w.Raw)
		if err != nil {
			return err
		}
		if u, err = decode(id, w.Raw, w.At, b.Username()); err != nil {
			return err
		}
		if err := b.download(within, &u); err != nil {
			return err
		}
		if err := tx.Took(within, w.ID); err != nil {
			return err
		}
		if r, a, err = b.turn(within, tx, u, w.ID); err != nil || r.Toast.Say == "" {
			return err
		}
		late := messages.Message{Lines: []messages.Text{r.Toast}, To: messages.To{Chat: int64(u.from)}, Lane: messages.Answers}
		return tx.Post(within, w.ID, 0, []messages.Message{late})
	})
	switch {
	case err == nil:
		b.nudge()
		b.metrics.counted(u.kind, fateDone)
		b.log(u.key, a.Person.ID, r, begun)
		return true
	case w.ID == 0 || storage.Lost(err) || ctx.Err() != nil:
		return false
	case w.Tries+1 >= tries:
		b.park(ctx, u, err)
		return true
	}
	b.insist(ctx, "count a try", func(tx *storage.Tx) error { return tx.Failed(ctx, w.ID, "the turn failed") })
	return true
}
