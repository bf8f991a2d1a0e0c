package storagetest

import (
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/lib/pq"
)

// A Wire is the network between a program and its database, as a test wants it:
// it passes everything, breaks everything, or swallows everything without a word,
// as a network does whose other end is gone.
type Wire struct {
	DSN string // of the database at the other end, through the wire

	network, address string // of the server
	listener         net.Listener
	work             sync.WaitGroup

	mu    sync.Mutex
	state wireState
	lines map[*wireLine]bool
}

// A wireState is what the wire does with what comes.
type wireState int

const (
	passes wireState = iota
	breaks
	swallows
)

// inVain is for how long the kernel of a client asks a host that is gone.
const inVain = 4 * time.Second

// A wireLine is one connection through the wire.
type wireLine struct {
	client, server net.Conn // server is nil where nothing passed when it was made
	dead           bool     // what comes is swallowed
}

// NewWire lays a wire to the database of a connection string. It goes with the test.
func NewWire(t testing.TB, dsn string) *Wire {
	t.Helper()
	to, err := pq.NewConfig(dsn)
	if err != nil {
		t.Fatalf("storagetest: lay a wire: %v", err)
	}
	w := &Wire{network: "tcp", address: net.JoinHostPort(to.Host, strconv.Itoa(int(to.Port))), lines: map[*wireLine]bool{}}
	if filepath.IsAbs(to.Host) {
		w.network, w.address = "unix", filepath.Join(to.Host, fmt.Sprintf(".s.PGSQL.%d", to.Port))
	}
	if w.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatalf("storagetest: lay a wire: %v", err)
	}
	w.DSN = fmt.Sprintf("host=127.0.0.1 port=%d user=%s dbname=%s sslmode=disable", w.listener.Addr().(*net.TCPAddr).Port, to.User, to.Database)
	w.work.Go(w.accept)
	t.Cleanup(func() {
		w.listener.Close()
		w.Break()
		w.work.Wait()
	})
	return w
}

// Break breaks every connection and, until Mend, each new one.
func (w *Wire) Break() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.state = breaks
	for l := range w.lines {
		l.close()
	}
}

// Swallow has nothing come through any more until Mend: for connections of now
// even then. The server notices at once, so that it has every chance to be too
// early; the client after some seconds, as when its kernel has asked in vain.
func (w *Wire) Swallow() {
	for _, l := range w.freeze() {
		time.AfterFunc(inVain, l.close)
	}
}

// Freeze is Swallow, but no client is ever told: what lies between takes what it
// sends, and does nothing with it.
func (w *Wire) Freeze() { w.freeze() }

func (w *Wire) freeze() (frozen []*wireLine) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.state = swallows
	for l := range w.lines {
		l.dead = true
		if l.server != nil {
			l.server.Close()
		}
		frozen = append(frozen, l)
	}
	return frozen
}

// Mend has new connections come through again.
func (w *Wire) Mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.state = passes
}

func (w *Wire) accept() {
	for {
		client, err := w.listener.Accept()
		if err != nil {
			return
		}
		w.join(client)
	}
}

// join leads a new connection on to the server, if anything passes.
func (w *Wire) join(client net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	l := &wireLine{client: client, dead: w.state == swallows}
	if w.state == passes {
		l.server, _ = net.Dial(w.network, w.address) // nil where the server is not there
	}
	if l.server == nil && !l.dead {
		client.Close()
		return
	}
	w.lines[l] = true
	w.work.Go(func() { w.carry(l, l.client, l.server) })
	if l.server != nil {
		w.work.Go(func() { w.carry(l, l.server, l.client) })
	}
}

// carry takes what comes from one end to the other, or nowhere.
func (w *Wire) carry(l *wireLine, from, to net.Conn) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		w.mu.Lock()
		dead := l.dead
		if err != nil && (!dead || from == l.client) {
			l.close()
			delete(w.lines, l)
		}
		w.mu.Unlock()
		if err != nil {
			return
		}
		if dead {
			continue
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			from.Close()
		}
	}
}

func (l *wireLine) close() {
	if tcp, ok := l.client.(*net.TCPConn); ok {
		tcp.SetLinger(0) // as a connection breaks, not as one ends
	}
	l.client.Close()
	if l.server != nil {
		l.server.Close()
	}
}
