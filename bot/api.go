package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"time"

	telegram "github.com/go-telegram/bot"
	"github.com/tidwall/gjson"
)

// api is how Telegram is called: the library for what is sent, our own request
// for what is received and for files.
type api struct {
	*telegram.Bot
	server, token string
	calls         *http.Client // short calls, many at once
	polls         *http.Client // long polling holds a connection for itself
}

// callTimeout bounds one call; an upload is among them.
const callTimeout = 30 * time.Second

func newAPI(server, token string) (*api, error) {
	// Idle connections are closed before Telegram closes them: a request on a
	// connection that is being closed may or may not have been heard.
	transport := func(conns int) *http.Transport {
		return &http.Transport{
			DialContext:         (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
			Proxy:               http.ProxyFromEnvironment,
			MaxIdleConns:        conns,
			MaxIdleConnsPerHost: conns,
			IdleConnTimeout:     25 * time.Second,
			TLSHandshakeTimeout: 10 * time.Second,
		}
	}
	a := &api{server: strings.TrimRight(server, "/"), token: token,
		calls: &http.Client{Transport: transport(2 * answersAtOnce), Timeout: callTimeout},
		polls: &http.Client{Transport: transport(2)}}
	lib, err := telegram.New(token, telegram.WithSkipGetMe(), telegram.WithServerURL(a.server), telegram.WithHTTPClient(callTimeout, traced{a.calls}))
	if err != nil {
		return nil, fmt.Errorf("bot: make a client: %w", err)
	}
	a.Bot = lib
	return a, nil
}

// traced notes in the error of a call whether it can have been heard.
type traced struct{ *http.Client }

// Do sends a request. Where it fails before a connection was there, the error
// is an unheard.
func (c traced) Do(r *http.Request) (*http.Response, error) {
	var connected atomic.Bool
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }}
	res, err := c.Client.Do(r.WithContext(httptrace.WithClientTrace(r.Context(), trace)))
	if err != nil && !connected.Load() {
		return nil, unheard{err}
	}
	return res, err
}

// unheard is the error of a call that Telegram cannot have heard.
type unheard struct{ error }

func (u unheard) Unwrap() error { return u.error }

// failure is what Telegram says of a call that it refuses.
type failure struct {
	Code        int
	Description string
	RetryAfter  time.Duration // 0 where it does not say
	MovedTo     int64         // the new number of a group; 0 where it has none
}

func (f *failure) Error() string { return fmt.Sprintf("telegram: %d %s", f.Code, f.Description) }

// call asks a method that the library does not offer as we need it.
func (a *api) call(ctx context.Context, client *http.Client, method string, params, into any) error {
	result, err := a.ask(ctx, client, method, params)
	if err != nil || into == nil {
		return err
	}
	if err := json.Unmarshal([]byte(result.Raw), into); err != nil {
		return fmt.Errorf("bot: %s: read the answer: %w", method, err)
	}
	return nil
}

// longest is how long an answer of Telegram may be.
const longest = 16 << 20

// ask makes a call and returns its result, which is valid JSON. What Telegram
// refuses is a failure.
func (a *api) ask(ctx context.Context, client *http.Client, method string, params any) (result gjson.Result, err error) {
	body, err := encode(method, params)
	if err != nil {
		return result, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, a.server+"/bot"+a.token+"/"+method, bytes.NewReader(body))
	if err != nil {
		return result, errors.New("bot: " + method + ": the address of the Bot API is not one")
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := client.Do(r)
	if err != nil {
		return result, fmt.Errorf("bot: %s: %w", method, a.mask(err))
	}
	defer res.Body.Close()
	said, err := io.ReadAll(io.LimitReader(res.Body, longest))
	if err != nil {
		return result, fmt.Errorf("bot: %s: %w", method, a.mask(err))
	}
	return judge(method, res.StatusCode, said)
}

func encode(method string, params any) ([]byte, error) {
	body, err := json.Marshal(params)
	if err != nil {
		return nil, fmt.Errorf("bot: %s: %w", method, err)
	}
	return body, nil
}

// judge reads an answer of Telegram.
func judge(method string, status int, said []byte) (result gjson.Result, err error) {
	answer := gjson.ParseBytes(said)
	switch ok := answer.Get("ok"); {
	case !gjson.ValidBytes(said) || !ok.IsBool():
		return result, fmt.Errorf("bot: %s: status %d with a body that is not an answer", method, status)
	case !ok.Bool():
		return result, fmt.Errorf("bot: %s: %w", method, &failure{int(answer.Get("error_code").Int()), answer.Get("description").String(),
			time.Duration(answer.Get("parameters.retry_after").Int()) * time.Second, answer.Get("parameters.migrate_to_chat_id").Int()})
	}
	return answer.Get("result"), nil
}

// mask takes the token out of an error: the address of a call holds it.
func (a *api) mask(err error) error {
	if a.token == "" || !strings.Contains(err.Error(), a.token) {
		return err
	}
	return masked{strings.ReplaceAll(err.Error(), a.token, "***"), err}
}

type masked struct {
	text string
	err  error
}

func (m masked) Error() string { return m.text }
func (m masked) Unwrap() error { return m.err }

// fetch downloads a file that somebody sent, of at most most bytes.
func (a *api) fetch(ctx context.Context, id string, most int64) ([]byte, error) {
	var f struct {
		Path string `json:"file_path"`
	}
	if err := a.call(ctx, a.calls, "getFile", map[string]string{"file_id": id}, &f); err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, a.server+"/file/bot"+a.token+"/"+f.Path, nil)
	if err != nil {
		return nil, errors.New("bot: fetch a file: its path is not one")
	}
	res, err := a.calls.Do(r)
	if err != nil {
		return nil, fmt.Errorf("bot: fetch a file: %w", a.mask(err))
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("bot: fetch a file: status %d", res.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, most+1))
	if err != nil {
		return nil, fmt.Errorf("bot: fetch a file: %w", err)
	}
	if int64(len(body)) > most {
		return nil, fmt.Errorf("bot: fetch a file: it has more than %d bytes", most)
	}
	return body, nil
}
