package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"campaign/bot"
)

// restoredCommand settles what a database cannot know that was restored.
type restoredCommand struct {
	general
	telegram
	Journal []string `placeholder:"FILE" type:"existingfile" sep:"none" help:"The log of \"muster run\" from before the backup was made until the loss, text or JSON; more than once for several files, - for what is piped in. Without it, whatever may have been sent becomes unsure."`
	Partial bool     `help:"The journal is not whole: what it does not tell of becomes unsure."`
}

// Run settles it, and says what was settled.
func (r restoredCommand) Run(ctx context.Context) error {
	token, err := r.telegram.check()
	if err != nil {
		return err
	}
	journal, err := r.read()
	if err != nil {
		return err
	}
	db, house, c, stop, err := r.ready(ctx, complain)
	if err != nil {
		return err
	}
	defer stop()
	b, err := bot.New(bot.Config{DB: db, House: house, Token: token, API: r.API, Zone: c.zone, Lang: c.lang, Now: time.Now, Rates: bot.TelegramRates(), Log: c.log})
	if err != nil {
		return err
	}
	done, err := b.Restore(ctx, journal, r.Partial)
	if errors.Is(err, bot.ErrPartial) {
		return fmt.Errorf("%w: it begins at %s, the database knows until %s; give the older log as well, or --partial", err, stamp(journal.First.In(c.zone)), stamp(done.Informed))
	}
	if err != nil {
		return err
	}
	if journal != nil {
		fmt.Printf("The journal tells of %s, from %s to %s.\n", count(journal.Sent, "message"), stamp(journal.First.In(c.zone)), stamp(journal.Last.In(c.zone)))
		fmt.Printf("%s sent before: known again, and brought up to date.\n", count(done.Known, "reminder"))
	}
	if done.Unsent > 0 {
		fmt.Printf("%s not sent before: to be sent now.\n", count(done.Unsent, "reminder"))
	}
	if done.Unsure > 0 {
		fmt.Printf("%s that may have been sent before: “muster unsure” lists them.\n", count(done.Unsure, "reminder"))
	}
	fmt.Println("Answers to people are sent as usual. Start “muster run”, if it does not run yet.")
	return nil
}

// read reads all files of the journal; nil is none.
func (r restoredCommand) read() (*bot.Journal, error) {
	if len(r.Journal) == 0 {
		return nil, nil
	}
	var j bot.Journal
	for _, name := range r.Journal {
		f := os.Stdin
		if name != "-" {
			var err error
			if f, err = os.Open(name); err != nil {
				return nil, wrong{err}
			}
			defer f.Close()
		}
		if err := j.Read(f); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(name), err)
		}
	}
	if j.Sent == 0 {
		return nil, errors.New("the journal tells of no message that was sent: it must be the log of “muster run”, at the level info")
	}
	return &j, nil
}

// stamp is an instant as operators read it.
func stamp(t time.Time) string {
	if t.IsZero() {
		return "nothing at all"
	}
	return t.Format("2006-01-02 15:04:05")
}
