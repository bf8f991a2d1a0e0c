package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"campaign"
	"campaign/messages"
	"campaign/storage"
)

// unsureCommand is about messages of unknown fate: those that were on their way
// when a program or a connection died. Nothing repeats them but an operator.
type unsureCommand struct {
	List   unsureList   `cmd:"" default:"withargs" help:"Lists them, by message."`
	Resend unsureResend `cmd:"" help:"Sends them once more: who has them already gets them twice."`
	Leave  unsureLeave  `cmd:"" help:"Leaves them as they are, for good."`
}

// unsureList lists messages of unknown fate.
type unsureList struct {
	general
	All     bool  `help:"Every reader, however many there are."`
	Message int64 `placeholder:"N" help:"Only this message, with every reader."`
}

// fewReaders is how many readers of a message are listed unasked.
const fewReaders = 5

// Run prints them, the longest unknown first.
func (u unsureList) Run(ctx context.Context) error {
	db, house, c, stop, err := u.ready(ctx, complain)
	if err != nil {
		return err
	}
	defer stop()
	of := storage.Doubts{Content: u.Message}
	var ds []storage.Doubt
	var ps []storage.DoubtfulPost
	err = db.InTx(ctx, func(tx *storage.Tx) (err error) {
		if ds, err = tx.Doubts(ctx, of); err != nil {
			return err
		}
		ps, err = tx.DoubtfulPosts(ctx, of)
		return err
	})
	if err != nil {
		return err
	}
	readers := map[int64][]storage.DoubtfulPost{}
	for _, p := range ps {
		readers[p.Content] = append(readers[p.Content], p)
	}
	list := doubtList{os.Stdout, house.Words, c.lang, fewReaders}
	if u.All || u.Message != 0 {
		list.most = len(ps)
	}
	list.write(ds, readers)
	return nil
}

// A doubtList writes messages of unknown fate for an operator to read.
type doubtList struct {
	to    io.Writer
	words *messages.Words
	lang  campaign.Lang
	most  int // readers of one message
}

func (l doubtList) write(ds []storage.Doubt, readers map[int64][]storage.DoubtfulPost) {
	if len(ds) == 0 {
		fmt.Fprintln(l.to, "The fate of every message is known.")
		return
	}
	for _, d := range ds {
		fmt.Fprintf(l.to, "message %d%s: %s\n", d.Content, named(d.Name), l.beginning(d.Message))
		fmt.Fprintf(l.to, "  may or may not have reached %s, since %s: %s\n", count(d.Posts, "reader"), stamp(d.Since), strings.Join(d.Causes, "; "))
		of := readers[d.Content]
		for _, p := range of[:min(len(of), l.most)] {
			fmt.Fprintf(l.to, "  post %d to %s%s\n", p.Post, reader(p), replaced(p))
		}
		if more := len(of) - l.most; more > 0 {
			fmt.Fprintf(l.to, "  and %d more: muster unsure --message %d\n", more, d.Content)
		}
	}
	fmt.Fprintln(l.to, "\n“muster unsure resend” sends them once more, “muster unsure leave” leaves them; both take --message N, numbers of posts, and --dry-run.")
}

// firstLine is how much of a message is shown, in characters.
const firstLine = 40

// beginning is the first line of a message, shortened.
func (l doubtList) beginning(m messages.Message) string {
	for _, line := range m.Lines {
		text := []rune(strings.TrimSpace(strings.ReplaceAll(l.words.Plain(l.lang, line), "\n", " ")))
		if len(text) > firstLine {
			return string(text[:firstLine-1]) + "…"
		}
		if len(text) > 0 {
			return string(text)
		}
	}
	return "(no text)"
}

func named(name string) string {
	if name == "" {
		return ""
	}
	return " (" + name + ")"
}

// count is a number of things.
func count(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprintf("%d %ss", n, of)
}

// reader says whose chat a post is in.
func reader(p storage.DoubtfulPost) string {
	of := p.Unit + " · " + p.Branch
	switch {
	case p.Chat < 0 && p.Branch != "":
		return "the group of " + of
	case p.Chat < 0:
		return fmt.Sprintf("the group %q, which is no branch's", p.Title)
	case p.MemberNo != "":
		return fmt.Sprintf("%s %s, %s", p.MemberNo, p.Name, of)
	}
	return fmt.Sprintf("account %d, which is nobody's", p.Chat)
}

func replaced(p storage.DoubtfulPost) string {
	if p.Replaced {
		return " (a newer message has replaced it)"
	}
	return ""
}

// doubted is what the two ways to decide take.
type doubted struct {
	general
	Message int64   `placeholder:"N" help:"Only of this message."`
	Dry     bool    `name:"dry-run" help:"Only says what would be done."`
	Posts   []int64 `arg:"" optional:"" name:"post" help:"Only these posts, by the numbers in the list."`
}

// unsureResend sends messages of unknown fate once more.
type unsureResend struct{ doubted }

// Run queues them: the running program sends them.
func (r unsureResend) Run(ctx context.Context) error {
	ds, err := r.decide(ctx, "resent", (*storage.Tx).Resend)
	if err == nil {
		fmt.Println(r.said(ds, "queued to be sent once more", "would be sent once more"))
	}
	return err
}

// unsureLeave leaves messages of unknown fate as they are.
type unsureLeave struct{ doubted }

// Run settles them.
func (l unsureLeave) Run(ctx context.Context) error {
	ds, err := l.decide(ctx, "left", (*storage.Tx).Leave)
	if err == nil {
		fmt.Println(l.said(ds, "left as they are", "would be left as they are"))
	}
	return err
}

// said tells what was done, or would be.
func (d doubted) said(ds []storage.Decided, did, would string) string {
	what := count(len(ds), "post") + " "
	if d.Dry {
		return what + would + ". A dry run: nothing was written."
	}
	return what + did + "."
}

// decide settles what is meant, with a line of the audit for each, or says which
// of the posts that were named cannot be: their fate is known by now, or was
// decided by somebody else.
func (d doubted) decide(ctx context.Context, effect string, settle func(*storage.Tx, context.Context, storage.Doubts) ([]storage.Decided, error)) (ds []storage.Decided, err error) {
	db, _, _, stop, err := d.ready(ctx, complain)
	if err != nil {
		return nil, err
	}
	defer stop()
	err = db.InTx(ctx, func(tx *storage.Tx) error {
		id, err := cause(ctx, tx, "unsure."+effect)
		if err != nil {
			return err
		}
		if ds, err = settle(tx, ctx, storage.Doubts{Posts: d.Posts, Content: d.Message}); err != nil {
			return err
		}
		if err := known(d.Posts, ds); err != nil {
			return err
		}
		if d.Dry {
			return errDry
		}
		return tx.Audit(ctx, decisions(tx, id, effect, ds))
	})
	if errors.Is(err, errDry) {
		err = nil
	}
	return ds, err
}

// known is the error of posts that were named and could not be decided.
func known(asked []int64, ds []storage.Decided) error {
	done := map[int64]bool{}
	for _, d := range ds {
		done[d.Post] = true
	}
	var not []string
	for _, p := range asked {
		if !done[p] {
			not = append(not, fmt.Sprint(p))
		}
	}
	if len(not) == 0 {
		return nil
	}
	return fmt.Errorf("nothing was done: %s cannot be decided; its fate is known by now, or a newer message has replaced it", strings.Join(not, ", "))
}

// decisions are the lines of the audit.
func decisions(tx *storage.Tx, cause int64, effect string, ds []storage.Decided) (es []storage.Entry) {
	for _, d := range ds {
		about, err := json.Marshal(d)
		if err != nil {
			panic(err) // two numbers
		}
		es = append(es, storage.Entry{Flow: "machine", Effect: effect, About: string(about), At: tx.Now, Cause: cause})
	}
	return es
}
