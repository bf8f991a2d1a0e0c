package flow

import (
	"context"
	"encoding/json"
	"fmt"

	"campaign/messages"
	"campaign/storage"
)

// A Press is a button pressed: which version of which message, and which key.
type Press struct {
	Content   storage.Content
	Key       int // counted through the rows
	Seen      storage.Seen
	Forgotten bool // the version is so old that it need not be known any more
}

// Address is where the press goes. It is false for a key that is not there.
func (p Press) Address() (messages.Address, bool) {
	n := p.Key
	for _, row := range p.Content.Message.Keys {
		if n >= 0 && n < len(row) {
			return row[n].About, true
		}
		n -= len(row)
	}
	return messages.Address{}, false
}

// strange answers a press on what this chat does not have: long ago it may have
// had it, otherwise no message of ours can have sent it.
func (p Press) strange() Result {
	if p.Forgotten {
		return Result{Toast: messages.T("This message is from long ago, and its buttons no longer work. /menu shows how things stand now."), Alert: true}
	}
	return Result{Toast: messages.T("This button does not belong here."), Forged: true}
}

// press takes a button.
func (w *walk) press(ctx context.Context) error {
	p := w.e.Press
	a, ok := p.Address()
	if !ok || !p.Seen.Here {
		r := p.strange()
		w.result.Forged = r.Forged
		w.toast(r.Toast, r.Alert)
		return nil
	}
	known := w.e.Account.Person.Known()
	f := w.house.all[a.Flow]
	switch {
	case !known && (f == nil || !f.Contents().Guests):
		w.toast(messages.T("Please open a private chat with me first and press Start: I must know who you are."), true)
		return nil
	case a.Handler == asOpen:
		return w.openPressed(ctx, a)
	case f == nil:
		return w.stale(ctx, p, "This is no longer offered.")
	case a.Handler == asChosen, a.Handler == asTurned, a.Handler == asBack, a.Handler == asLeave:
		return w.answer(ctx, f, a)
	}
	t, ok := f.handles(a.Handler)
	switch {
	case !ok:
		return w.stale(ctx, p, "This is no longer offered.")
	case !t.open && !p.Seen.Current:
		return w.stale(ctx, p, "This has changed since. Here is how it stands now.")
	}
	w.result.Flow = f.Contents().Name
	o, err := f.handle(ctx, w, w.here(), a.Handler, a.About)
	if err != nil {
		return err
	}
	return w.finish(ctx, f, o)
}

// stale tells that a button no longer applies, and shows the message as it is.
func (w *walk) stale(ctx context.Context, p *Press, why messages.Sentence) error {
	w.toast(messages.T(why), false)
	if p.Seen.Current {
		return nil
	}
	return w.tx.Redraw(ctx, p.Seen.Post)
}

func (w *walk) openPressed(ctx context.Context, a messages.Address) error {
	var o Open
	if err := json.Unmarshal([]byte(a.About), &o); err != nil {
		return fmt.Errorf("flow: read a button that opens a flow: %w", err)
	}
	f := w.house.all[o.Flow]
	if f == nil {
		w.toast(messages.T("This is no longer offered."), false)
		return nil
	}
	w.e.Arg = o.Arg
	return w.open(ctx, f)
}

// answer takes a button of a question, if that question is the one that waits.
func (w *walk) answer(ctx context.Context, f Flow, a messages.Address) error {
	at, there := w.top()
	if !there || at.Flow != a.Flow || !w.e.Press.Seen.Current {
		return w.stale(ctx, w.e.Press, "This question is closed.")
	}
	switch a.Handler {
	case asLeave:
		return w.cancel(ctx)
	case asBack:
		p, err := f.back(ctx, w, w.here(), at)
		return w.move(ctx, f, p, err)
	case asTurned:
		var in Turned
		if err := json.Unmarshal([]byte(a.About), &in); err != nil {
			return fmt.Errorf("flow: read a button: %w", err)
		}
		return w.reply(ctx, f, in)
	}
	var in Chosen
	if err := json.Unmarshal([]byte(a.About), &in); err != nil {
		return fmt.Errorf("flow: read a button: %w", err)
	}
	return w.reply(ctx, f, in)
}

// Taps takes many taps in one transaction: those of one handler together. The
// results are in the order of the events.
func (h *House) Taps(ctx context.Context, tx *storage.Tx, es []Event) ([]Result, error) {
	results := make([]Result, len(es))
	groups := map[messages.Address][]int{}
	var order []messages.Address
	w := &walk{house: h, tx: tx}
	for i, e := range es {
		a, ok := e.Press.Address()
		switch {
		case !ok || !e.Press.Seen.Here:
			results[i] = e.Press.strange()
			continue
		case !e.Account.Person.Known():
			results[i] = Result{Alert: true, Toast: messages.T("Please open a private chat with me first and press Start: I must know who you are.")}
			continue
		}
		key := messages.Address{Flow: a.Flow, Handler: a.Handler}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], i)
	}
	for _, key := range order {
		heres, abouts := make([]Here, 0, len(groups[key])), make([]string, 0, len(groups[key]))
		for _, i := range groups[key] {
			a, _ := es[i].Press.Address()
			w.e = es[i]
			heres, abouts = append(heres, w.here()), append(abouts, a.About)
		}
		outs, err := h.all[key.Flow].taps(ctx, w, key.Handler, heres, abouts)
		if err != nil {
			return nil, err
		}
		for n, i := range groups[key] {
			results[i] = Result{Toast: outs[n].Answer, Alert: outs[n].Alert, Flow: key.Flow, Effects: len(outs[n].Effects), Out: len(outs[n].Out)}
		}
	}
	return results, w.flush(ctx)
}
