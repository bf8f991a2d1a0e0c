// Command muster is the assistant of an education campaign: a bot on Telegram
// that keeps everything in Postgres. See README.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the campaign's zone, on machines without zone data

	"github.com/alecthomas/kong"
)

// commands is what a person can type.
type commands struct {
	Demo     demoCommand     `cmd:"" help:"The whole product on this machine, with phones in a web page. Nothing else is needed."`
	Run      runCommand      `cmd:"" help:"The bot against Telegram. Brings the schema up to date first; several may run on one database."`
	Migrate  migrateCommand  `cmd:"" help:"Brings the database's schema up to date and stops."`
	Import   importCommand   `cmd:"" help:"Takes a CSV or XLSX file in: roster, activities."`
	Export   exportCommand   `cmd:"" help:"Writes a CSV or XLSX file: attendance."`
	Invite   inviteCommand   `cmd:"" help:"Makes a one-time link and code that bind a member's Telegram account; valid 72 h."`
	Doctor   doctorCommand   `cmd:"" help:"Looks at settings, database, Telegram and clocks: a line each, with the mend of what is wrong."`
	Unsure   unsureCommand   `cmd:"" help:"Messages of which nobody knows whether they arrived: lists them, sends them again, or leaves them."`
	Restored restoredCommand `cmd:"" help:"After a restore from a backup, before \"muster run\": settles what was sent since the backup was made."`
	Words    wordsCommand    `cmd:"" help:"Prints every sentence that Muster says, with its Chinese."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:]))
}

// wrong is an error of the one who typed: a missing or bad setting. It ends the
// program with exit code 2.
type wrong struct{ error }

func (w wrong) Unwrap() error { return w.error }

// run runs one command and returns the exit code: 0, 1 for what went wrong, 2
// for a setting or an argument that is missing or bad.
func run(ctx context.Context, args []string) int {
	var c commands
	exit := -1
	parser, err := kong.New(&c, kong.Name("muster"), kong.Description("An assistant that runs an education campaign from people's phones."),
		kong.UsageOnError(), kong.Exit(func(code int) { exit = code }), kong.BindTo(ctx, (*context.Context)(nil)))
	if err != nil {
		fmt.Fprintln(os.Stderr, "muster:", err)
		return 2
	}
	parsed, err := parser.Parse(args)
	if exit >= 0 {
		return exit // --help has been shown
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "muster:", err)
		return 2
	}
	err = parsed.Run()
	if err == nil || errors.Is(err, context.Canceled) {
		return 0
	}
	fmt.Fprintln(os.Stderr, "muster:", err)
	if _, ok := errors.AsType[wrong](err); ok {
		return 2
	}
	return 1
}
