package main

import (
	"context"
	"time"

	"campaign/flows"
	"campaign/flows/flow"
	"campaign/storage"
)

// await opens the database, with its schema up to date. One that is not there yet,
// or goes away meanwhile, is waited for; one that will not have us is an error.
func (g general) await(ctx context.Context, c checked) (*storage.DB, func(), error) {
	for rest := 500 * time.Millisecond; ; rest = min(2*rest, 5*time.Second) {
		db, stop, err := g.upToDate(ctx, c)
		if !storage.Lost(err) || storage.Unwelcome(err) {
			return db, stop, err
		}
		if ctx.Err() != nil {
			return nil, nil, context.Canceled
		}
		c.log.Warn("the database is not there; it is waited for", "error", err, "next", rest)
		select {
		case <-ctx.Done():
			return nil, nil, context.Canceled
		case <-time.After(rest):
		}
	}
}

// upToDate opens the database and migrates it, once.
func (g general) upToDate(ctx context.Context, c checked) (*storage.DB, func(), error) {
	db, stop, err := g.open(ctx, c, time.Now, func(line string) { c.log.Info(line) })
	if err != nil {
		return nil, nil, err
	}
	n, err := db.Migrate(ctx, flow.New(flows.All).Rooms()...)
	if err != nil {
		stop()
		return nil, nil, err
	}
	c.log.Info("the schema is up to date", "files", n)
	return db, stop, nil
}
