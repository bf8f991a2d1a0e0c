package bot

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// A trouble is Telegram's that lasts: it is said when it begins, when it becomes
// another, and when it is over, however often it is met.
type trouble struct {
	log      *slog.Logger
	rest     time.Duration // where Telegram does not know us
	failures int           // in a row
	said     string
	last     time.Time // when it was met
}

// The troubles that an operator must mend. Anything else passes.
const (
	shared  = "another program fetches updates with our token: some will reach it, not us; there must be one program, or several on one database"
	revoked = "Telegram does not know our token any more: nothing is received or sent until it does, or until the program is given another"
	other   = "cannot fetch updates"
)

// met notes how a try went, and returns how long to wait before the next.
func (t *trouble) met(err error) time.Duration {
	if err == nil {
		t.failures = 0
		if t.said != "" && time.Since(t.last) > calm {
			t.log.Info("updates are fetched again")
			t.said = ""
		}
		return 0
	}
	t.failures, t.last = t.failures+1, time.Now()
	kind, level, wait := other, slog.LevelWarn, backoff(t.failures)
	switch {
	case conflicts(err):
		kind, level, wait = shared, slog.LevelError, max(wait, t.rest/10)
	case unknown(err):
		kind, level, wait = revoked, slog.LevelError, max(wait, t.rest)
	}
	if kind == t.said {
		level = slog.LevelDebug
	}
	t.said = kind
	t.log.Log(context.Background(), level, kind, "error", err, "failures", t.failures)
	return retryAfter(err, wait)
}

// calm is for how long no trouble must have been met for the last to be over.
const calm = time.Minute

// conflicts reports whether err says that another fetches our updates.
func conflicts(err error) bool {
	f, ok := errors.AsType[*failure](err)
	return ok && f.Code == 409
}

// unknown reports whether err says that the token is not that of a bot.
func unknown(err error) bool {
	f, ok := errors.AsType[*failure](err)
	return ok && (f.Code == 401 || f.Code == 404)
}

// retryAfter is how long Telegram asked us to wait, or d.
func retryAfter(err error, d time.Duration) time.Duration {
	if f, ok := errors.AsType[*failure](err); ok && f.RetryAfter > 0 {
		return f.RetryAfter
	}
	return d
}
