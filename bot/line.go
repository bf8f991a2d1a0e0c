package bot

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// A line is a connection to Telegram that one worker keeps for calls that are
// short, many, and may be repeated: answers to presses. A general client hands
// each call from one goroutine to another and back, which costs more than twice
// as much processor time (docs/performance.md). A line is not safe for concurrent
// use.
type line struct {
	to     *url.URL
	client *http.Client // where a proxy stands between
	mu     sync.Mutex   // held while the connection is exchanged, and by hangUp
	conn   net.Conn     // nil where there is none
	in     *bufio.Reader
	out    *bufio.Writer
}

// newLine makes a line, which connects when it is first used.
func (a *api) newLine() *line {
	l := &line{client: a.calls}
	to, err := url.Parse(a.server)
	if err != nil {
		return l
	}
	if proxy, err := http.ProxyFromEnvironment(&http.Request{URL: to}); err == nil && proxy == nil {
		l.to = to
	}
	return l
}

// say makes a call that may be repeated, over the line where there is one.
func (a *api) say(ctx context.Context, l *line, method string, params any) error {
	if l.to == nil {
		return a.call(ctx, l.client, method, params, nil)
	}
	body, err := encode(method, params)
	if err != nil {
		return err
	}
	reused := l.conn != nil
	status, said, err := l.post(ctx, "/bot"+a.token+"/"+method, body)
	if err != nil && reused {
		status, said, err = l.post(ctx, "/bot"+a.token+"/"+method, body) // it was closed at the other end
	}
	if err != nil {
		return fmt.Errorf("bot: %s: %w", method, a.mask(err))
	}
	_, err = judge(method, status, said)
	return err
}

// post sends one request and reads its answer. After an error the line is closed.
func (l *line) post(ctx context.Context, path string, body []byte) (status int, said []byte, err error) {
	if err := l.connect(ctx); err != nil {
		return 0, nil, err
	}
	defer func() {
		if err != nil {
			l.close()
		}
	}()
	if deadline, ok := ctx.Deadline(); ok {
		if err := l.conn.SetDeadline(deadline); err != nil {
			return 0, nil, err
		}
	}
	if err := ctx.Err(); err != nil { // the deadline may have come after hangUp
		return 0, nil, err
	}
	fmt.Fprintf(l.out, "POST %s%s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", l.to.EscapedPath(), path, l.to.Host, len(body))
	l.out.Write(body)
	if err := l.out.Flush(); err != nil {
		return 0, nil, err
	}
	res, err := http.ReadResponse(l.in, nil)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	said, err = io.ReadAll(io.LimitReader(res.Body, longest))
	if err == nil && res.Close {
		l.close()
	}
	return res.StatusCode, said, err
}

func (l *line) connect(ctx context.Context) (err error) {
	if l.conn != nil {
		return nil
	}
	var conn net.Conn
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	port := l.to.Port()
	if l.to.Scheme == "https" {
		if port == "" {
			port = "443"
		}
		conn, err = (&tls.Dialer{NetDialer: dialer}).DialContext(ctx, "tcp", net.JoinHostPort(l.to.Hostname(), port))
	} else {
		if port == "" {
			port = "80"
		}
		conn, err = dialer.DialContext(ctx, "tcp", net.JoinHostPort(l.to.Hostname(), port))
	}
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn = conn
	l.in, l.out = bufio.NewReader(l.conn), bufio.NewWriter(l.conn)
	return nil
}

func (l *line) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil {
		l.conn.Close()
	}
	l.conn = nil
}

// hangUp breaks off the call that is under way, from another goroutine, once
// its context has ended.
func (l *line) hangUp() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil {
		_ = l.conn.SetDeadline(time.Unix(1, 0)) // where it cannot, the connection is broken already
	}
}
