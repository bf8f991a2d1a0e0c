package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

// A tap is a press that may be taken together with others.
type tap struct {
	update
	content storage.Content
	done    chan bool // whether it was taken, in whatever way
}

// asTap returns u as a tap, where the button that was pressed is one.
func (b *Bot) asTap(ctx context.Context, u update) *tap {
	if u.kind != pressed || u.content == 0 {
		return nil
	}
	c, err := b.cache.find(u.content, func() (c storage.Content, err error) {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		err = b.DB.InTx(ctx, func(tx *storage.Tx) error {
			c, err = tx.Content(ctx, u.content)
			return err
		})
		return c, err
	})
	if err != nil {
		return nil // an unknown version, or no database: a turn of its own finds out
	}
	p := *u.event.Press
	p.Content = c
	u.event.Press = &p
	a, ok := p.Address()
	if !ok || !b.House.IsTap(a) {
		return nil
	}
	return &tap{update: u, content: c, done: make(chan bool, 1)}
}

// tapQueues are the queues of the committers. The taps of one account are in one
// of them, so that no two committers ever have taps of one person.
type tapQueues []*tapQueue

func newTapQueues(n int) tapQueues {
	qs := make(tapQueues, n)
	for i := range qs {
		qs[i] = &tapQueue{stir: make(chan struct{}, 1)}
	}
	return qs
}

func (qs tapQueues) add(ts []*tap) {
	parts := make([][]*tap, len(qs))
	for _, t := range ts {
		i := int(uint64(t.lane) % uint64(len(qs)))
		parts[i] = append(parts[i], t)
	}
	for i, q := range qs {
		q.add(parts[i])
	}
}

// close says that nothing will be added.
func (qs tapQueues) close() {
	for _, q := range qs {
		q.close()
	}
}

// A tapQueue holds the taps that wait for the next commit.
type tapQueue struct {
	mu     sync.Mutex
	taps   []*tap
	closed bool
	stir   chan struct{} // something was added, or the queue was closed
}

func (q *tapQueue) add(ts []*tap) {
	if len(ts) == 0 {
		return
	}
	q.mu.Lock()
	q.taps = append(q.taps, ts...)
	q.mu.Unlock()
	q.wake()
}

func (q *tapQueue) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.wake()
}

func (q *tapQueue) wake() {
	select {
	case q.stir <- struct{}{}:
	default:
	}
}

// next waits for taps and returns as many as one commit takes, at most one of an
// account: its second tap must see what the first has written. It returns none
// once the queue is closed and empty.
func (q *tapQueue) next() []*tap {
	for {
		q.mu.Lock()
		batch, closed := q.fill(), q.closed
		q.mu.Unlock()
		if len(batch) > 0 || closed {
			return batch
		}
		<-q.stir
	}
}

func (q *tapQueue) fill() (batch []*tap) {
	in := make(map[int64]bool, min(len(q.taps), tapsAtOnce))
	var left []*tap
	for i, t := range q.taps {
		switch {
		case len(batch) == tapsAtOnce:
			q.taps = append(left, q.taps[i:]...)
			return batch
		case in[t.lane]:
			left = append(left, t)
		default:
			in[t.lane] = true
			batch = append(batch, t)
		}
	}
	q.taps = left
	return batch
}

// commitTaps takes all taps that queued since the last commit began into one
// transaction, until the queue is closed and empty. The first tap after a rest is
// taken at once; those that follow on its heels share commits, which costs each a
// few milliseconds and the machine a fraction.
func (b *Bot) commitTaps(ctx context.Context, q *tapQueue) {
	pace := time.NewTicker(commitPace)
	defer pace.Stop()
	for batch := q.next(); len(batch) > 0; batch = q.next() {
		pace.Reset(commitPace)
		b.commit(ctx, batch)
		<-pace.C
	}
}

// commit answers a batch once it is committed. A batch that fails is taken one
// by one, each in a turn of its own, so that a bad tap harms no other; a lost
// database is waited out.
func (b *Bot) commit(ctx context.Context, batch []*tap) {
	begun := time.Now()
	for failures := 1; ; failures++ {
		turns, err := b.tapTurn(ctx, batch)
		if err == nil {
			b.metrics.tapped(len(batch), begun)
			b.answerAll(batch, turns)
			b.nudge()
			for i, t := range batch {
				b.metrics.counted(pressed, fateOf(turns[i].fresh))
				if turns[i].fresh {
					b.log(t.key, turns[i].person, turns[i].Result, begun)
				}
			}
			return
		}
		if !storage.Lost(err) {
			b.Log.Warn("a batch of taps failed; each is taken alone", "count", len(batch), "error", err)
			break
		}
		b.Log.Warn("the database is away", "error", err)
		for _, t := range batch {
			if time.Since(begun) > holdOn {
				b.hold(&t.update)
			}
		}
		if !b.retry(failures) {
			break
		}
	}
	for _, t := range batch {
		t.done <- b.take(ctx, t.update)
	}
}

// A tapped is what became of one tap of a batch.
type tapped struct {
	flow.Result
	person campaign.PersonID
	lang   campaign.Lang
	fresh  bool // it came for the first time
}

// tapTurn takes a batch through the house, in one transaction. A tap that came
// before has had its effect, but perhaps not its answer: it is answered as things
// stand.
func (b *Bot) tapTurn(ctx context.Context, batch []*tap) (turns []tapped, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*patience)
	defer cancel()
	arrived := make([]storage.Tap, len(batch))
	for i, t := range batch {
		arrived[i] = storage.Tap{Key: t.key, Account: t.from, Sight: t.sight(t.content)}
	}
	err = b.DB.InTx(ctx, func(tx *storage.Tx) (err error) {
		defer recovered(&err)
		if err := tx.ByKey(ctx); err != nil {
			return err
		}
		known, err := tx.Taps(ctx, arrived)
		if err != nil {
			return err
		}
		turns = make([]tapped, len(batch))
		events := make([]flow.Event, len(batch))
		for i, t := range batch {
			k, p, e := known[i], *t.event.Press, t.event
			if p.Seen = k.Seen; !p.Seen.Here {
				if p.Forgotten, err = tx.Forgotten(ctx, t.content.ID); err != nil {
					return err
				}
			}
			e.Press, e.Cause, e.At, e.Chat, e.Account = &p, k.Cause, t.at.In(b.Zone), t.chat, k.Account
			events[i], turns[i] = e, tapped{person: k.Account.Person.ID, lang: k.Account.Lang, fresh: k.Cause != 0}
			if k.Account.ID == 0 {
				turns[i].lang = b.langOf(t.lang)
			}
		}
		results, err := b.House.Taps(ctx, tx, events)
		if err != nil {
			return err
		}
		for i, r := range results {
			turns[i].Result = r
		}
		return nil
	})
	return turns, err
}

// contents remembers versions of messages: they never change.
type contents struct {
	mu    sync.Mutex
	byID  map[int64]storage.Content
	order []int64
}

// remembered is how many versions are kept at hand.
const remembered = 2000

func newContents() *contents { return &contents{byID: map[int64]storage.Content{}} }

// find returns a version, from memory or by load.
func (c *contents) find(id int64, load func() (storage.Content, error)) (storage.Content, error) {
	c.mu.Lock()
	found, ok := c.byID[id]
	c.mu.Unlock()
	if ok {
		return found, nil
	}
	if id == 0 {
		return storage.Content{}, storage.ErrNotFound
	}
	found, err := load()
	if err != nil {
		if errors.Is(err, storage.ErrNotFound) {
			return storage.Content{}, storage.ErrNotFound
		}
		return storage.Content{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.byID[id]; !ok {
		if len(c.order) >= remembered {
			delete(c.byID, c.order[0])
			c.order = c.order[1:]
		}
		c.byID[id], c.order = found, append(c.order, id)
	}
	return found, nil
}
