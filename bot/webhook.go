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
)

// hook tells Telegram where to call, and waits for ctx to end.
func (b *Bot) hook(ctx context.Context) error {
	for failures := 1; ; failures++ {
		err := b.api.call(ctx, b.api.calls, "setWebhook", map[string]any{
			"url": b.Hook, "secret_token": b.Secret, "max_connections": 100, "allowed_updates": allowed}, nil)
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
// update is done, stored to wait, or parked.
func (b *Bot) Webhook() http.Handler {
	want := sha256.Sum256([]byte(b.Secret))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			http.Error(w, "post an update", http.StatusMethodNotAllowed)
			return
		}
		got := sha256.Sum256([]byte(r.Header.Get("X-Telegram-Bot-Api-Secret-Token")))
		if subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, largest))
		if err != nil {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		if _, err := updateID(body); err != nil {
			http.Error(w, "not an update", http.StatusBadRequest)
			return
		}
		if !b.open.TryRLock() {
			http.Error(w, "stopping", http.StatusServiceUnavailable)
			return
		}
		defer b.open.RUnlock()
		if _, done := b.intake(r.Context(), []json.RawMessage{body}); !done {
			http.Error(w, "stopping", http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusOK)
	})
}
