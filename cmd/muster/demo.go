package main

import (
	"context"
)

// demoCommand is the whole product on this machine.
type demoCommand struct {
	Members int    `default:"18400" help:"How many members the district has."`
	Listen  string `default:"127.0.0.1:8080" help:"Where the page with the phones is served."`
	Data    string `placeholder:"DIR" help:"Where the demo is kept between runs (default: a folder in the user's cache)."`
	Fresh   bool   `help:"Begins anew."`
}

// Run shows the demo until ctx ends.
func (d demoCommand) Run(ctx context.Context) error { return nil }
