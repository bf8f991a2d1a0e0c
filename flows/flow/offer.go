package flow

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"campaign"
	"campaign/flows/flow/sheet"
	"campaign/messages"
	"campaign/storage"
)

// An Offer is what a flow gives outside the chat: an import, an export or a
// command of the program. cmd serves every one that is declared, and names no flow.
type Offer struct {
	Name    string            // what a person types after import or export, or the command
	Help    messages.Sentence // one line
	Columns []sheet.Column    // of the file, in the order of an export
	Flags   []Flag            // of an import
	Import  func(ctx context.Context, tx *storage.Tx, h Here, in Incoming) (Report, error)
	Run     func(ctx context.Context, tx *storage.Tx, h Here, args []string) (messages.Message, error) // a command of the program; cmd writes a Start key as a whole link
	Export  func(ctx context.Context, tx *storage.Tx, q Query) iter.Seq2[[]messages.Text, error]
}

// A Flag is a choice of an import that is off unless it is named.
type Flag struct {
	Name string
	Help messages.Sentence
}

// An Incoming is a file that is brought in, and how.
type Incoming struct {
	Table sheet.Table
	Flags map[string]bool // those that were named
	Far   Progress
}

// A Report says what an import did, or would do: nobody writes half a file.
type Report struct {
	Lines   []messages.Text // what is added, changed, left; for people
	Changes int             // how many rows change anything
	Faults  []Fault         // why rows cannot be taken; with one of them nothing is imported
	Outcome Outcome         // what the machine is to do of it: effects to write, news to shout
}

// Import takes a file as one turn: the offer of the name reads it, and the
// outcome of its report is recorded as that of any step, if there is no fault.
// Whoever calls rolls tx back after a fault, and after a look that is to change
// nothing. It returns storage.ErrNotFound where nothing of the name is offered.
func (h *House) Import(ctx context.Context, tx *storage.Tx, here Here, name string, in Incoming) (Report, error) {
	for _, f := range h.Every() {
		for _, o := range f.Contents().Offers {
			if o.Name != name || o.Import == nil {
				continue
			}
			r, err := o.Import(ctx, tx, here, in)
			if err != nil {
				return Report{}, fmt.Errorf("flow: import %s: %w", name, err)
			}
			if len(r.Faults) > 0 {
				return r, nil
			}
			w := &walk{house: h, tx: tx, e: Event{Cause: here.ID, At: here.At}, far: in.Far}
			w.result.Flow = f.Contents().Name
			if err := f.record(ctx, w, here, r.Outcome); err != nil {
				return Report{}, fmt.Errorf("flow: import %s: %w", name, err)
			}
			in.Far.At(Noting, 0, 0)
			return r, w.flush(ctx)
		}
	}
	return Report{}, fmt.Errorf("flow: import %s: %w", name, storage.ErrNotFound)
}

// A Fault is why a row of a file cannot be taken. Line is as the spreadsheet
// numbers it.
type Fault struct {
	Line int
	Why  messages.Text
}

// A Query narrows an export. The zero value of a field does not.
type Query struct {
	Unit     string
	From, To campaign.Day
	Zone     *time.Location
	Far      Progress
}

// Bounds are what a Query narrows an export to, as a store asks for it: 0 and nil
// are no bound. To is the first instant after.
type Bounds struct {
	Unit     campaign.UnitID
	From, To *time.Time
	Zone     *time.Location // in which days are told
}

// Bounds finds what q names. A unit that is not there is for whoever asked.
func (q Query) Bounds(ctx context.Context, tx *storage.Tx) (b Bounds, err error) {
	if b.Zone = q.Zone; b.Zone == nil {
		b.Zone = tx.Zone()
	}
	if q.Unit != "" {
		err = tx.Get(ctx, &b.Unit, `SELECT id FROM units WHERE name = $1`, q.Unit)
		if errors.Is(err, storage.ErrNotFound) {
			return b, Sorry("There is no unit of the name “%s”.", q.Unit)
		}
		if err != nil {
			return b, fmt.Errorf("flow: find the unit of an export: %w", err)
		}
	}
	if q.From != 0 {
		b.From = new(q.From.Start(b.Zone))
	}
	if q.To != 0 {
		b.To = new(q.To.Add(1).Start(b.Zone))
	}
	return b, nil
}
