package bot

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/tidwall/gjson"
)

// hook tells Telegram where to call, and waits for ctx to end.
func (b *Bot) hook(ctx context.Context) error {
	for failures := 1; ; failures++ {
		err := b.api.call(ctx, b.api.calls, "setWebhook", map[string]any{
			"url": b.Hook, "secret_token": b.Secret, "max_connections": 100, "allowed_updates": allowed}, nil)
		b.hears(err)
		if err == nil {
			break
		}
		if ctx.Err() != nil {
			return nil
		}
		b.Log.Warn("cannot set the webhook", "error", err, "failures", failures)
		pause(ctx, retryAfter(err, backoff(failures)))
	}
	<-ctx.Done()
	return nil
}

// HookPath is the path at which Webhook is to be served.
func (b *Bot) HookPath() (string, error) {
	u, err := url.Parse(b.Hook)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return "", fmt.Errorf("bot: the webhook's address is not one")
	}
	if u.Path == "" {
		return "/", nil
	}
	return u.Path, nil
}

// largest is how long the body of an update may be.
const largest = 1 << 20

// Webhook takes updates that Telegram posts. It answers 200 only after the
// update is done, stored to wait, or parked; the answer to a press goes along.
func (b *Bot) Webhook() http.Handler {
	want := sha256.Sum256([]byte(b.Secret))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			b.refuse(w, "post an update", http.StatusMethodNotAllowed)
			return
		}
		got := sha256.Sum256([]byte(r.Header.Get("X-Telegram-Bot-Api-Secret-Token")))
		if subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			b.refuse(w, "who are you?", http.StatusUnauthorized)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, largest))
		if err != nil {
			b.refuse(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		update := string(body)
		if _, err := updateID(update); err != nil || !gjson.Valid(update) {
			b.refuse(w, "not an update", http.StatusBadRequest)
			return
		}
		if !b.open.TryRLock() {
			b.refuse(w, "stopping", http.StatusServiceUnavailable)
			return
		}
		reply, done := make(chan answer, 1), make(chan bool, 1)
		go func() {
			defer b.open.RUnlock()
			_, ok := b.intake(r.Context(), []string{update}, reply)
			done <- ok
		}()
		if !within(hookPatience, done) {
			b.refuse(w, "not now", http.StatusServiceUnavailable)
			return
		}
		b.metrics.called(http.StatusOK)
		select {
		case a := <-reply:
			b.confirmWith(w, a)
		default:
			w.WriteHeader(http.StatusOK)
		}
	})
}

func (b *Bot) refuse(w http.ResponseWriter, why string, status int) {
	b.metrics.called(status)
	http.Error(w, why, status)
}

// hookPatience is how long Telegram waits for a program that is without its
// database. Then it brings the update again, perhaps to another; here it is gone on
// with, and has one effect all the same.
const hookPatience = 5 * time.Second

// within reports whether what was begun is done, and well, in time.
func within(d time.Duration, done <-chan bool) bool {
	late := time.NewTimer(d)
	defer late.Stop()
	select {
	case ok := <-done:
		return ok
	case <-late.C:
		return false
	}
}

// confirmWith confirms an update and answers the press that it was, in one.
func (b *Bot) confirmWith(w http.ResponseWriter, a answer) {
	w.Header().Set("Content-Type", "application/json")
	err := json.NewEncoder(w).Encode(struct {
		Method string `json:"method"`
		answer
	}{"answerCallbackQuery", a})
	b.metrics.replied(a.since, err)
	if err != nil {
		b.Log.Debug("cannot answer a press", "error", err)
	}
}
