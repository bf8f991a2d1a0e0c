package flow

import (
	"context"
	"fmt"
	"slices"
	"time"

	"campaign/storage"
)

// Keeps returns what is held for a limited time: by the machine for as long as r
// says, then by each flow.
func (h *House) Keeps(r storage.Retention) []storage.Keep {
	ks := r.Keeps(h.over)
	for _, f := range h.Every() {
		c := f.Contents()
		for _, k := range c.Keeps {
			k.Name = c.Name + "." + k.Name
			if d, set := r.Flows[k.Name]; set {
				k.For = d
			}
			ks = append(ks, k)
		}
	}
	return ks
}

func named(ks []storage.Keep) (names []string) {
	for _, k := range ks {
		names = append(names, k.Name)
	}
	return names
}

// over asks every flow which of the messages are of a matter that was over.
func (h *House) over(ctx context.Context, tx *storage.Tx, before time.Time, names []string) (all []string, err error) {
	for _, f := range h.Every() {
		c := f.Contents()
		if c.Over == nil {
			continue
		}
		over, err := c.Over(ctx, tx, before, names)
		if err != nil {
			return nil, fmt.Errorf("%s: find what is over: %w", c.Name, err)
		}
		all = append(all, over...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}
