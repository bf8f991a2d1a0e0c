package storage

import (
	"context"
	"database/sql/driver"
	"errors"
	"maps"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"
)

// How long a connection may be without a sign of life. A peer that is gone
// without a word is noticed by whichever side is left: by us, so that nothing
// waits for it; by the server, so that what it held (locks of rows, the lock of
// a lead) is free for the programs that are left.
const (
	connecting = 5 * time.Second // to one host, until it takes statements
	unheard    = 4 * time.Second // of what was sent; nothing acknowledges it
	silence    = 2 * time.Minute // before the answer to a statement; none of a turn takes so long
	prompt     = 2 * time.Second // the same where a lock is held and nothing is asked but whether it still is
	patient    = 0               // the same where a migration works: no end
	idleProbe  = 2 * time.Second // on an idle connection, before the kernel asks whether the peer is there
	nextProbe  = time.Second
	probes     = 2
)

// connector returns what makes connections for c. None hangs: a host that
// swallows packets, or a server that answers nothing within silent, is an error.
// Settings are of the server's, for these connections. Every connection speaks the campaign's zone, takes each query in one round
// trip, and is to a server that can be written to.
func (c Config) connector(silent time.Duration, settings map[string]string) (driver.Connector, error) {
	to, err := pq.NewConfig(c.DSN)
	if err != nil {
		return nil, err
	}
	to.BinaryParameters = true
	to.TargetSessionAttrs = pq.TargetSessionAttrsReadWrite
	if to.ConnectTimeout <= 0 {
		to.ConnectTimeout = connecting
	}
	to.Runtime = maps.Clone(to.Runtime)
	if to.Runtime == nil {
		to.Runtime = map[string]string{}
	}
	maps.Copy(to.Runtime, map[string]string{
		"timezone":                            c.Zone.String(),
		"tcp_keepalives_idle":                 seconds(idleProbe),
		"tcp_keepalives_interval":             seconds(nextProbe),
		"tcp_keepalives_count":                strconv.Itoa(probes),
		"tcp_user_timeout":                    seconds(unheard) + "s",
		"idle_in_transaction_session_timeout": seconds(silence) + "s",
		// A deadline of the server's would also end the wait of a commit for its
		// synchronous standby, and call that a success.
		"statement_timeout": "0",
	})
	maps.Copy(to.Runtime, settings)
	made, err := pq.NewConnectorConfig(to)
	if err != nil {
		return nil, err
	}
	made.Dialer(dialer{silent})
	return connector{pq.ConnectorWithNoticeHandler(made, c.Remark)}, nil
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d.Seconds())) }

// A connector connects, or says that the database is away.
type connector struct{ driver.Connector }

// Connect makes a connection.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, away{err}
	}
	return conn, nil
}

// away is the error of a connection that could not be made: whatever the reason,
// it is not the fault of what was to be done on it.
type away struct{ err error }

// Error is on one line, also where several hosts were tried.
func (a away) Error() string { return strings.ReplaceAll(a.err.Error(), "\n", "; ") }
func (a away) Unwrap() error { return a.err }

// Unwelcome reports whether err says that the server is there and will not have
// us: a wrong password, no such database, a setting that it does not know. To
// wait would not help.
func Unwelcome(err error) bool {
	if errors.Is(err, pq.ErrSSLNotSupported) {
		return true
	}
	if _, ok := errors.AsType[away](err); !ok {
		return false
	}
	e, ok := errors.AsType[*pq.Error](err)
	return ok && !busy(e)
}

// busy are the errors of a server that takes no work now, or cannot write.
func busy(e *pq.Error) bool {
	switch e.Code.Class() {
	case "08", "53", "57", "25": // connection, resources, shutdown, read-only
		return e.Code != "57014" && e.Code != "25P02"
	}
	return false
}

// A dialer makes connections that notice when nobody is there any more.
type dialer struct{ silent time.Duration }

// Dial is DialContext without an end.
func (d dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

// DialTimeout is DialContext with an end.
func (d dialer) DialTimeout(network, address string, within time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

// DialContext makes a connection.
func (d dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	to := net.Dialer{Control: giveUpUnheard,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: idleProbe, Interval: nextProbe, Count: probes}}
	conn, err := to.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &line{Conn: conn, silent: d.silent}, nil
}

// A line is a connection on which one side asks and the other answers: to read
// is to wait for an answer, and that has an end.
type line struct {
	net.Conn
	silent time.Duration
	until  time.Time // the end of the making of the connection, while it is made
}

// SetDeadline bounds the making of the connection.
func (l *line) SetDeadline(t time.Time) error {
	l.until = t
	return l.Conn.SetDeadline(t)
}

// Read waits for what the server says.
func (l *line) Read(b []byte) (int, error) {
	if err := l.SetReadDeadline(l.end()); err != nil {
		return 0, err
	}
	return l.Conn.Read(b)
}

// Write waits until the server, or what lies between, takes it.
func (l *line) Write(b []byte) (int, error) {
	if err := l.SetWriteDeadline(l.end()); err != nil {
		return 0, err
	}
	return l.Conn.Write(b)
}

func (l *line) end() time.Time {
	if !l.until.IsZero() || l.silent == patient {
		return l.until
	}
	return time.Now().Add(l.silent)
}
