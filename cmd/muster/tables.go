package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"campaign"
	"campaign/bot"
	"campaign/flows"
	"campaign/flows/flow"
	"campaign/flows/flow/sheet"
	"campaign/messages"
	"campaign/storage"
)

// errDry rolls a dry run back.
var errDry = errors.New("a dry run writes nothing")

// The stages that are the program's own.
const (
	reading messages.Sentence = "Reading"
	opening messages.Sentence = "Opening the database"
	saving  messages.Sentence = "Saving"
)

// offer finds what a flow offers, by name.
func offer(house *flow.House, name string, is func(flow.Offer) bool) (flow.Offer, error) {
	var names []string
	for _, f := range house.Every() {
		for _, o := range f.Contents().Offers {
			if !is(o) {
				continue
			}
			if o.Name == name {
				return o, nil
			}
			names = append(names, o.Name)
		}
	}
	return flow.Offer{}, wrong{fmt.Errorf("%q is not one of %s", name, strings.Join(names, ", "))}
}

// here is the turn of a command: nobody's, now.
func here(tx *storage.Tx, lang campaign.Lang, cause int64) flow.Here {
	return flow.Here{At: tx.Now, Now: tx.Now, Lang: lang, ID: cause}
}

// cause notes a command in the inbox, as the cause of what it writes.
func cause(ctx context.Context, tx *storage.Tx, name string) (int64, error) {
	key := fmt.Sprintf("command:%s@%d", name, time.Now().UnixNano())
	rows, err := tx.Receive(ctx, []string{key})
	return rows[key], err
}

// importCommand takes a file in.
type importCommand struct {
	general
	What string `arg:"" help:"What the file holds: roster, activities."`
	File string `arg:"" help:"A .csv or .xlsx file." type:"path"`
	Dry  bool   `name:"dry-run" help:"Only says what would change."`
	Gone bool   `name:"deactivate-missing" help:"Of the roster: who is not in the file is no longer a member."`
	Lang string `name:"lang" enum:"zh,en," default:"" help:"The language of the report (default: --language)."`
}

// Run imports all of the file, or nothing.
func (i importCommand) Run(ctx context.Context) error {
	house := flow.New(flows.All)
	if _, err := offer(house, i.What, func(o flow.Offer) bool { return o.Import != nil }); err != nil {
		return err
	}
	lang, err := i.speaks(i.Lang)
	if err != nil {
		return err
	}
	bar := newBar(os.Stderr, func(t messages.Text) string { return house.Words.Plain(lang, t) })
	defer bar.done()
	begun := time.Now()
	table, err := i.read(bar)
	if err != nil {
		return err
	}
	took := time.Since(begun)
	bar.at(flow.Stage{Doing: opening})
	db, house, _, stop, err := i.ready(ctx, bar.print)
	if err != nil {
		return err
	}
	defer stop()
	begun = time.Now()
	report, err := take(ctx, db, house, i.What, flow.Incoming{Table: table, Flags: map[string]bool{"deactivate-missing": i.Gone}, Far: bar.at}, lang, i.Dry)
	if err != nil {
		return err
	}
	bar.finish(len(table.Rows), took+time.Since(begun))
	for _, f := range report.Faults {
		fmt.Fprintf(os.Stderr, "%s:%d: %s\n", filepath.Base(i.File), f.Line, house.Words.Plain(lang, f.Why))
	}
	if len(report.Faults) > 0 {
		return fmt.Errorf("%d rows cannot be taken; nothing was imported", len(report.Faults))
	}
	for _, line := range report.Lines {
		fmt.Println(house.Words.Plain(lang, line))
	}
	if i.Dry {
		fmt.Println("A dry run: nothing was written.")
	}
	return nil
}

// read reads the file.
func (i importCommand) read(bar *bar) (sheet.Table, error) {
	f, err := os.Open(i.File)
	if err != nil {
		return sheet.Table{}, wrong{err}
	}
	defer f.Close()
	return sheet.Follow(filepath.Base(i.File), bufio.NewReader(f), func(rows, of int) {
		bar.at(flow.Stage{Doing: reading, Done: rows, Of: of})
	})
}

// take runs an import in one transaction.
func take(ctx context.Context, db *storage.DB, house *flow.House, what string, in flow.Incoming, lang campaign.Lang, dry bool) (report flow.Report, err error) {
	err = db.InTx(ctx, func(tx *storage.Tx) error {
		id, err := cause(ctx, tx, "import."+what)
		if err != nil {
			return err
		}
		if report, err = house.Import(ctx, tx, here(tx, lang, id), what, in); err != nil {
			return err
		}
		if dry || len(report.Faults) > 0 {
			return errDry
		}
		return nil
	})
	if errors.Is(err, errDry) {
		err = nil
	}
	return report, err
}

// exportCommand writes a file.
type exportCommand struct {
	general
	What string `arg:"" help:"What to write: attendance."`
	File string `arg:"" help:"A .csv or .xlsx file." type:"path"`
	Unit string `help:"Only this unit."`
	From string `help:"Only from this day: 2026-12-01."`
	To   string `help:"Only until this day."`
	Lang string `name:"lang" enum:"zh,en," default:"" help:"The language of the file, zh or en (default: --language)."`
}

// Run writes the whole file, or leaves the old one as it was.
func (e exportCommand) Run(ctx context.Context) error {
	q := flow.Query{Unit: e.Unit}
	for _, d := range []struct {
		name, text string
		into       *campaign.Day
	}{{"--from", e.From, &q.From}, {"--to", e.To, &q.To}} {
		if d.text == "" {
			continue
		}
		day, err := campaign.ParseDay(d.text)
		if err != nil {
			return wrong{fmt.Errorf("%s: %q is not a day like 2026-12-01", d.name, d.text)}
		}
		*d.into = day
	}
	if ext := strings.ToLower(filepath.Ext(e.File)); ext != ".csv" && ext != ".xlsx" {
		return wrong{fmt.Errorf("%s: the name must end in .csv or .xlsx", filepath.Base(e.File))}
	}
	house := flow.New(flows.All)
	o, err := offer(house, e.What, func(o flow.Offer) bool { return o.Export != nil })
	if err != nil {
		return err
	}
	lang, err := e.speaks(e.Lang)
	if err != nil {
		return err
	}
	bar := newBar(os.Stderr, func(t messages.Text) string { return house.Words.Plain(lang, t) })
	defer bar.done()
	temp, err := os.CreateTemp(filepath.Dir(e.File), ".muster-*")
	if err != nil {
		return wrong{fmt.Errorf("write %s: %w", e.File, errors.Unwrap(err))}
	}
	defer os.Remove(temp.Name())
	bar.at(flow.Stage{Doing: opening})
	db, house, c, stop, err := e.ready(ctx, bar.print)
	if err != nil {
		return errors.Join(err, temp.Close())
	}
	defer stop()
	begun, rows := time.Now(), 0
	q.Zone, q.Far = c.zone, bar.at
	err = db.InTx(ctx, func(tx *storage.Tx) error {
		written := written(house.Words, lang, o.Export(ctx, tx, q), &rows)
		return sheet.Write(temp, e.File, heading(o, lang), followed(written, func() { bar.at(flow.Stage{Doing: saving}) }))
	})
	if err := errors.Join(err, temp.Close()); err != nil {
		return fmt.Errorf("export %s: %w", e.What, err)
	}
	if err := os.Rename(temp.Name(), e.File); err != nil {
		return err
	}
	bar.finish(rows, time.Since(begun))
	fmt.Printf("%d rows in %s\n", rows, e.File)
	return nil
}

// heading is the header row of an export, in one language.
func heading(o flow.Offer, lang campaign.Lang) (header []string) {
	for _, c := range o.Columns {
		name := c.Key
		if lang == campaign.Chinese && c.Alias != "" {
			name = c.Alias
		}
		header = append(header, name)
	}
	return header
}

// written turns rows into words, and counts them.
func written(w *messages.Words, lang campaign.Lang, rows iter.Seq2[[]messages.Text, error], n *int) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for row, err := range rows {
			cells := make([]string, len(row))
			for i, t := range row {
				cells[i] = w.Plain(lang, t)
			}
			*n++
			if !yield(cells, err) || err != nil {
				return
			}
		}
	}
}

// followed are rows, after the last of which then is called.
func followed(rows iter.Seq2[[]string, error], then func()) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for row, err := range rows {
			if !yield(row, err) {
				return
			}
		}
		then()
	}
}

// inviteCommand makes an invitation.
type inviteCommand struct {
	general
	telegram
	No string `arg:"" name:"member-no" help:"The number of the member."`
}

// Run prints the link and the code.
func (i inviteCommand) Run(ctx context.Context) error {
	db, house, c, stop, err := i.ready(ctx, complain)
	if err != nil {
		return err
	}
	defer stop()
	username, err := i.username(ctx)
	if err != nil {
		return err
	}
	o, err := offer(house, "invite", func(o flow.Offer) bool { return o.Run != nil })
	if err != nil {
		return err
	}
	return db.InTx(ctx, func(tx *storage.Tx) error {
		id, err := cause(ctx, tx, "invite")
		if err != nil {
			return err
		}
		m, err := o.Run(ctx, tx, here(tx, c.lang, id), []string{i.No})
		if no, ok := flow.Apology(err); ok {
			return errors.New(house.Words.Plain(c.lang, no))
		}
		if err != nil {
			return err
		}
		for _, line := range m.Lines {
			fmt.Println(house.Words.Plain(c.lang, line))
		}
		for _, row := range m.Keys {
			for _, key := range row {
				fmt.Printf("https://t.me/%s?start=%s\n", username, key.Start)
			}
		}
		return nil
	})
}

// username is the bot's name, which its links hold. Without a token, or with
// Telegram out of reach, it is left for the reader to fill in.
func (i inviteCommand) username(ctx context.Context) (string, error) {
	if i.Token == "" && i.TokenFile == "" {
		return "YOUR_BOT", nil
	}
	token, err := i.telegram.check()
	if err != nil {
		return "", err
	}
	name, err := bot.Username(ctx, i.API, token)
	if err != nil {
		fmt.Fprintln(os.Stderr, "muster:", err)
		return "YOUR_BOT", nil
	}
	return name, nil
}

// wordsCommand prints what Muster says.
type wordsCommand struct{}

// Run prints each sentence, a tab, and its Chinese.
func (wordsCommand) Run() error {
	chinese := flow.New(flows.All).Words.Chinese
	said := make([]string, 0, len(chinese))
	for s, zh := range chinese {
		said = append(said, strings.ReplaceAll(string(s)+"\t"+zh, "\n", `\n`))
	}
	slices.Sort(said)
	fmt.Println(strings.Join(said, "\n"))
	return nil
}
