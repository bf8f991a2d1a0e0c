// Command plain is what one writes first with go-telegram/bot: its own polling, a
// handler for each press, a transaction for each check-in, a pool of twenty. The
// benchmarks measure Muster beside it.
package main

import (
	"context"
	"database/sql"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	telegram "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	_ "github.com/lib/pq"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

// run answers presses from the Bot API at api until ctx ends.
func run(ctx context.Context, api, dsn string) error {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(20)
	db.SetMaxIdleConns(20)
	b, err := telegram.New("1000001:plain", telegram.WithServerURL(api), telegram.WithDefaultHandler(func(ctx context.Context, b *telegram.Bot, u *models.Update) {
		if u.CallbackQuery == nil {
			return
		}
		if err := checkIn(ctx, db, u); err != nil {
			log.Print(err)
			return
		}
		_, err := b.AnswerCallbackQuery(ctx, &telegram.AnswerCallbackQueryParams{CallbackQueryID: u.CallbackQuery.ID, Text: "签到成功"})
		if err != nil {
			log.Print(err)
		}
	}))
	if err != nil {
		return err
	}
	b.Start(ctx)
	return nil
}

func checkIn(ctx context.Context, db *sql.DB, u *models.Update) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, `INSERT INTO updates (id) VALUES ($1) ON CONFLICT DO NOTHING`, u.ID); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO attendance (activity_id, person_id, at) VALUES (1, $1, $2) ON CONFLICT DO NOTHING`, u.CallbackQuery.From.ID, time.Now())
	if err != nil {
		return err
	}
	return tx.Commit()
}
