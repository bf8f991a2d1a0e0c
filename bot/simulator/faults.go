package simulator

import (
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Fault is something that goes wrong with calls of the bot. Delay comes
// first; of the others one is set.
type Fault struct {
	Method string    // empty: any
	Chat   int64     // zero: any
	Times  int       // zero: once; negative: until it is lifted
	Until  time.Time // in real time; zero: no end. Given, Times zero means always.

	Delay       time.Duration
	Status      int // with Body, in place of what would have been
	Body        string
	RetryAfter  int  // seconds: 429
	ResetBefore bool // the connection breaks and nothing was done
	ResetAfter  bool // the connection breaks and it was done
}

// BadGateway is the page that stands before Telegram when Telegram is down.
func BadGateway() Fault {
	return Fault{Status: http.StatusBadGateway, Body: "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n"}
}

// A Failure is a fault at work.
type Failure struct {
	faults *faults
	fault  Fault
	left   int
	count  int
}

// faults are those that wait for their calls.
type faults struct {
	mu   sync.Mutex
	list []*Failure
}

// Fail has calls of the bot go wrong.
func (s *Server) Fail(f Fault) *Failure {
	failure := &Failure{faults: &s.faults, fault: f, left: f.Times}
	failure.fault.Method = lower(f.Method)
	if f.Times == 0 && f.Until.IsZero() {
		failure.left = 1
	} else if f.Times == 0 {
		failure.left = -1
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = append(s.faults.list, failure)
	return failure
}

// FailNext has the next call of a method go wrong.
func (s *Server) FailNext(method string, f Fault) *Failure {
	f.Method = method
	return s.Fail(f)
}

// Count tells how many calls have gone wrong.
func (f *Failure) Count() int {
	f.faults.mu.Lock()
	defer f.faults.mu.Unlock()
	return f.count
}

// Lift ends the failure.
func (f *Failure) Lift() {
	f.faults.mu.Lock()
	defer f.faults.mu.Unlock()
	f.left = 0
	f.faults.drop()
}

func (f *faults) drop() {
	f.list = slices.DeleteFunc(f.list, func(x *Failure) bool { return x.left == 0 })
}

// take finds the fault that a call meets.
func (f *faults) take(c *call) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, x := range f.list {
		if !x.fault.meets(c) {
			continue
		}
		x.count++
		if x.left > 0 {
			x.left--
		}
		f.drop()
		return &x.fault
	}
	return nil
}

func (f *Fault) meets(c *call) bool {
	return (f.Method == "" || f.Method == c.method) &&
		(f.Chat == 0 || strconv.FormatInt(f.Chat, 10) == c.values["chat_id"]) &&
		(f.Until.IsZero() || time.Now().Before(f.Until))
}

// told is the fault as the owner of the simulator hears of it.
func (f *Fault) told() error {
	r := &Refusal{Code: f.Status, Description: "a fault was asked for"}
	if f.RetryAfter > 0 {
		r.Code = http.StatusTooManyRequests
	}
	return r
}

// before does what goes wrong ahead of the call's effect, and tells whether
// that was the answer.
func (f *Fault) before(w http.ResponseWriter) bool {
	switch {
	case f.ResetBefore:
		reset(w)
	case f.RetryAfter > 0:
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
		w.WriteHeader(http.StatusTooManyRequests)
		w.Write(tooManyRequests(f.RetryAfter).body())
	case f.Status > 0:
		w.Header().Set("Content-Type", "application/json")
		if strings.HasPrefix(f.Body, "<") {
			w.Header().Set("Content-Type", "text/html")
		}
		w.WriteHeader(f.Status)
		io.WriteString(w, f.Body)
	default:
		return false
	}
	return true
}

// reset breaks the connection without an answer.
func reset(w http.ResponseWriter) {
	hijacker, ok := w.(http.Hijacker)
	if !ok {
		panic(http.ErrAbortHandler)
	}
	conn, _, err := hijacker.Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}
