package bot

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// ErrToken says that Telegram does not know the token.
var ErrToken = errors.New("bot: Telegram does not know this token")

// An Identity is what Telegram says of the bot of a token.
type Identity struct {
	Username string `json:"username"`
	Joins    bool   `json:"can_join_groups"`
	ReadsAll bool   `json:"can_read_all_group_messages"` // all that is said in its groups is sent to it

	Ahead time.Duration `json:"-"` // of Telegram's clock before ours, as far as it can be known
	Dated bool          `json:"-"` // it can be known
}

// A Hook is what Telegram says of a webhook.
type Hook struct {
	URL      string `json:"url"` // "" where none is set
	Pending  int    `json:"pending_update_count"`
	FailedAt int64  `json:"last_error_date"` // in Unix seconds; 0 is never
	Failure  string `json:"last_error_message"`
}

// Identify asks who the bot of a token is, and what time it is there.
func Identify(ctx context.Context, server, token string) (id Identity, err error) {
	a, err := newAPI(server, token)
	if err != nil {
		return id, err
	}
	defer a.calls.CloseIdleConnections()
	dated := &dated{RoundTripper: a.calls.Transport}
	err = a.call(ctx, &http.Client{Transport: dated, Timeout: callTimeout}, "getMe", struct{}{}, &id)
	if f, ok := errors.AsType[*failure](err); ok && (f.Code == http.StatusUnauthorized || f.Code == http.StatusNotFound) {
		return id, ErrToken
	}
	id.Ahead, id.Dated = dated.ahead, dated.known
	return id, err
}

// Hooked asks for the webhook of the bot of a token.
func Hooked(ctx context.Context, server, token string) (h Hook, err error) {
	a, err := newAPI(server, token)
	if err != nil {
		return h, err
	}
	defer a.calls.CloseIdleConnections()
	return h, a.call(ctx, a.calls, "getWebhookInfo", struct{}{}, &h)
}

// dated notes how far the clock of who answers is ahead of ours.
type dated struct {
	http.RoundTripper
	ahead time.Duration
	known bool
}

// RoundTrip makes a call. A date is of the second that it was written in: half
// of it has passed, more or less, as has half of the way.
func (d *dated) RoundTrip(r *http.Request) (*http.Response, error) {
	begun := time.Now()
	res, err := d.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if at, err := http.ParseTime(res.Header.Get("Date")); err == nil {
		middle := begun.Add(time.Since(begun) / 2)
		d.ahead, d.known = at.Add(time.Second/2).Sub(middle), true
	}
	return res, nil
}
