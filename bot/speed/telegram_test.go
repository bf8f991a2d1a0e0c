package speed

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tidwall/gjson"
)

// A telegram is as much of the Bot API as a rush needs, and as cheap as it can be:
// what it costs is taken from the program that is measured beside it. It keeps
// when each press was there to be fetched and when it was answered.
type telegram struct {
	address string
	trip    time.Duration // that every call takes on its way, there and back
	jitter  time.Duration // that a call may take longer on its way in
	conns   atomic.Int64  // that were opened to it
	sends   atomic.Int64  // messages and changes
	limits  *strict       // holds the bot to what Telegram allows; nil is no limit

	mu       sync.Mutex
	updates  []update
	offset   int64         // the number of the first update
	first    int           // of updates, the one that is not confirmed yet
	released int           // how many may be fetched
	wake     chan struct{} // closed when more may be
	hook     string
	secret   string
	most     int // connections of the webhook
	byQuery  map[string]int
	given    atomic.Int64  // answers
	done     chan struct{} // closed when all presses are answered

	confirmed chan struct{} // closed when all updates are
	hooked    chan struct{} // closed once a webhook is set
}

// An update is one that Telegram has for the bot.
type update struct {
	body     []byte
	there    time.Time // when it could be fetched
	answered time.Time
	text     string // of the answer
	again    int    // further answers
}

func newTelegram(tb testing.TB, trip time.Duration) *telegram {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	t := &telegram{address: "http://" + l.Addr().String(), trip: trip, wake: make(chan struct{}), byQuery: map[string]int{},
		done: make(chan struct{}), hooked: make(chan struct{})}
	tb.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.conns.Add(1)
			go t.serve(c)
		}
	}()
	return t
}

// load puts updates in the queue; none can be fetched yet. Queries name the
// press of each, if they are presses.
func (t *telegram) load(bodies [][]byte, queries []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, b := range bodies {
		if queries != nil {
			t.byQuery[queries[i]] = len(t.updates)
		}
		t.updates = append(t.updates, update{body: b})
	}
	t.done, t.confirmed = make(chan struct{}), make(chan struct{})
}

// release lets n more updates be fetched.
func (t *telegram) release(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	for range min(n, len(t.updates)-t.released) {
		t.updates[t.released].there = now
		t.released++
	}
	close(t.wake)
	t.wake = make(chan struct{})
}

// serve answers the calls of one connection, in order.
func (t *telegram) serve(c net.Conn) {
	defer c.Close()
	in, out := bufio.NewReaderSize(c, 16<<10), bufio.NewWriterSize(c, 16<<10)
	for {
		path, kind, body, err := request(in)
		if err != nil {
			return
		}
		wait(t.trip / 2)
		if t.jitter > 0 {
			wait(rand.N(t.jitter))
		}
		answer := t.call(path[strings.LastIndexByte(path, '/')+1:], kind, body)
		wait(t.trip - t.trip/2)
		fmt.Fprintf(out, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", len(answer))
		out.Write(answer)
		if out.Flush() != nil {
			return
		}
	}
}

// request reads a request. Where its length is said before, no more is read of its
// header than that: to read all of it would cost as much as to answer.
func request(in *bufio.Reader) (path, kind string, body []byte, err error) {
	ahead, err := in.Peek(1)
	for err == nil && !bytes.Contains(ahead, []byte("\r\n\r\n")) {
		ahead, err = in.Peek(max(in.Buffered(), len(ahead)+1))
	}
	if err != nil {
		return "", "", nil, err
	}
	head := ahead[:bytes.Index(ahead, []byte("\r\n\r\n"))+4]
	_, rest, found := bytes.Cut(head, []byte("\r\nContent-Length: "))
	if !found {
		r, err := http.ReadRequest(in)
		if err != nil {
			return "", "", nil, err
		}
		body, err = io.ReadAll(r.Body)
		return r.URL.Path, r.Header.Get("Content-Type"), body, err
	}
	length, _, _ := bytes.Cut(rest, []byte("\r\n"))
	n, err := strconv.Atoi(string(length))
	if err != nil {
		return "", "", nil, err
	}
	path = string(bytes.Fields(head)[1])
	if _, err := in.Discard(len(head)); err != nil {
		return "", "", nil, err
	}
	body = make([]byte, n)
	_, err = io.ReadFull(in, body)
	return path, "application/json", body, err
}

// wait lets a call be on its way.
func wait(d time.Duration) {
	if d > 0 {
		<-time.After(d)
	}
}

var (
	yes     = []byte(`{"ok":true,"result":true}`)
	nothing = []byte(`{"ok":true,"result":[]}`)
)

func (t *telegram) call(method, kind string, body []byte) []byte {
	switch strings.ToLower(method) {
	case "getupdates":
		v := values(kind, body)
		offset, _ := strconv.ParseInt(v("offset"), 10, 64)
		limit, _ := strconv.Atoi(v("limit"))
		timeout, _ := strconv.Atoi(v("timeout"))
		return t.fetch(offset, limit, time.Duration(timeout)*time.Second)
	case "answercallbackquery":
		v := values(kind, body)
		t.answer(v("callback_query_id"), v("text"))
		return yes
	case "getme":
		return []byte(`{"ok":true,"result":{"id":1000001,"is_bot":true,"first_name":"Muster","username":"muster_bot"}}`)
	case "setwebhook":
		v := values(kind, body)
		t.mu.Lock()
		defer t.mu.Unlock()
		t.hook, t.secret = v("url"), v("secret_token")
		t.most, _ = strconv.Atoi(v("max_connections"))
		close(t.hooked)
		return yes
	case "sendmessage", "editmessagetext", "editmessagereplymarkup":
		v := values(kind, body)
		chat, _ := strconv.ParseInt(v("chat_id"), 10, 64)
		if wait := t.limits.refuse(chat, time.Now()); wait > 0 {
			return fmt.Appendf(nil, `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after %d","parameters":{"retry_after":%d}}`, wait, wait)
		}
		n := t.sends.Add(1)
		return fmt.Appendf(nil, `{"ok":true,"result":{"message_id":%d,"date":1790000000,"chat":{"id":%d,"type":"private"}}}`, 1_000_000+n, chat)
	}
	return yes
}

// fetch is a long poll: what is confirmed by offset is gone.
func (t *telegram) fetch(offset int64, limit int, timeout time.Duration) []byte {
	alarm := time.NewTimer(timeout)
	defer alarm.Stop()
	for {
		t.mu.Lock()
		if confirmed := min(int(offset-t.offset), len(t.updates)); confirmed > t.first {
			if t.first = confirmed; t.first == len(t.updates) {
				close(t.confirmed)
			}
		}
		batch := t.updates[t.first:min(max(t.released, t.first), t.first+max(limit, 1))]
		wake := t.wake
		t.mu.Unlock()
		if len(batch) > 0 {
			b := append(make([]byte, 0, len(batch)*1200), `{"ok":true,"result":[`...)
			for i := range batch {
				if i > 0 {
					b = append(b, ',')
				}
				b = append(b, batch[i].body...)
			}
			return append(b, "]}"...)
		}
		select {
		case <-wake:
		case <-alarm.C:
			return nothing
		}
	}
}

func (t *telegram) answer(query, text string) {
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	i, ok := t.byQuery[query]
	if !ok {
		return
	}
	u := &t.updates[i]
	if !u.answered.IsZero() {
		u.again++
		return
	}
	u.answered, u.text = now, text
	if t.given.Add(1) == int64(len(t.byQuery)) {
		close(t.done)
	}
}

// push delivers by webhook what is released, on as many connections as the bot
// has asked for, until all is delivered.
func (t *telegram) push(tb testing.TB) {
	u, err := url.Parse(t.hook)
	if err != nil {
		tb.Fatal(err)
	}
	var next atomic.Int64
	for range t.most {
		go func() {
			c, err := net.Dial("tcp", u.Host)
			if err != nil {
				return
			}
			defer c.Close()
			in, out := bufio.NewReaderSize(c, 4<<10), bufio.NewWriterSize(c, 4<<10)
			for {
				i := int(next.Add(1)) - 1
				if i >= len(t.updates) || !t.await(i) || t.post(u, in, out, t.updates[i].body) != nil {
					return
				}
			}
		}()
	}
}

// await waits until an update is released.
func (t *telegram) await(i int) bool {
	for {
		t.mu.Lock()
		ready, wake := i < t.released, t.wake
		t.mu.Unlock()
		if ready {
			return true
		}
		<-wake
	}
}

// post delivers one update and obeys the call that the response may hold.
func (t *telegram) post(u *url.URL, in *bufio.Reader, out *bufio.Writer, body []byte) error {
	wait(t.trip / 2)
	fmt.Fprintf(out, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nX-Telegram-Bot-Api-Secret-Token: %s\r\nContent-Length: %d\r\n\r\n", u.Path, u.Host, t.secret, len(body))
	out.Write(body)
	if err := out.Flush(); err != nil {
		return err
	}
	res, err := http.ReadResponse(in, nil)
	if err != nil {
		return err
	}
	said, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	wait(t.trip - t.trip/2)
	if res.StatusCode == http.StatusOK && len(said) > 0 {
		if v := values("application/json", said); strings.EqualFold(v("method"), "answerCallbackQuery") {
			t.answer(v("callback_query_id"), v("text"))
		}
	}
	return nil
}

// values reads what a call says, in whichever way it is sent.
func values(kind string, body []byte) func(name string) string {
	if kind == "application/json" {
		return func(name string) string { return gjson.GetBytes(body, name).String() }
	}
	v := map[string]string{}
	if kind, more, _ := mime.ParseMediaType(kind); kind == "multipart/form-data" {
		parts := multipart.NewReader(bytes.NewReader(body), more["boundary"])
		for p, err := parts.NextPart(); err == nil; p, err = parts.NextPart() {
			b, _ := io.ReadAll(p)
			v[p.FormName()] = string(b)
		}
	}
	return func(name string) string { return v[name] }
}
