package bot

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"campaign/messages"
	"campaign/storage"
)

// The lines of the log that tell what becomes of new messages. Together they are
// the journal that a restored database is told of; they hold no text.
const (
	sendingLine = "sending"                // Telegram is about to be called
	sentLine    = "sent"                   // it has answered
	notSentLine = "a message was not sent" // it has refused, or nobody knows
)

// begins enters a new message in the journal, before Telegram can hear of it.
func (b *Bot) begins(f flight) {
	b.Log.Info(sendingLine, "post", f.ID, "chat", f.Chat, "name", f.Name, "digest", f.digest)
}

// arrives enters a new message as soon as Telegram has answered, so that the
// journal knows of all that the database knows of.
func (b *Bot) arrives(f flight) {
	b.Log.Info(sentLine, "post", f.ID, "chat", f.Chat, "name", f.Name, "digest", f.digest, "message", f.MessageID)
}

// digest stands for what a message says to its reader. Who does not hold the
// token can make nothing of it.
func (b *Bot) digest(d storage.Delivery, m messages.Message) string {
	s := render(b.House.Words, b.Username(), d, m)
	h := hmac.New(sha256.New, []byte(b.Token))
	io.WriteString(h, s.html+"\x00"+s.file)
	if s.picture != nil {
		json.NewEncoder(h).Encode(s.picture)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// A Journal is what logs tell of messages that were sent.
type Journal struct {
	Sent        int // messages
	First, Last time.Time
	posts       map[int64]telling // the last that was told of each post
	arrived     map[entry]telling // the newest message of each entry: it has taken the place of the others
}

// An entry is a message in a chat: by its name, or by what it says where it has none.
type entry struct {
	chat int64
	what string
}

func entryOf(chat int64, name, digest string) entry {
	if name != "" {
		return entry{chat, "named " + name}
	}
	return entry{chat, "says " + digest}
}

// Read adds a log: text or JSON, with whatever a collector of logs has put before
// each line. Lines that tell nothing of messages are passed over.
func (j *Journal) Read(log io.Reader) error {
	if j.posts == nil {
		j.posts, j.arrived = map[int64]telling{}, map[entry]telling{}
	}
	lines := bufio.NewReader(log)
	for n := 1; ; n++ {
		text, err := lines.ReadString('\n')
		l, ok, torn := readLine(text)
		if torn != nil && err == nil { // at the end it is what a loss of power leaves
			return fmt.Errorf("line %d: %w", n, torn)
		}
		if ok {
			j.add(l)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (j *Journal) add(l telling) {
	if j.First.IsZero() || l.Time.Before(j.First) {
		j.First = l.Time
	}
	if l.Time.After(j.Last) {
		j.Last = l.Time
	}
	if before, told := j.posts[l.Post]; !told || !l.Time.Before(before.Time) {
		if l.Msg == notSentLine {
			l.Chat, l.Name, l.Digest = before.Chat, before.Name, before.Digest // it names the post alone
		}
		j.posts[l.Post] = l
	}
	if l.Msg != sentLine {
		return
	}
	j.Sent++
	if e := l.entry(); !l.Time.Before(j.arrived[e].Time) {
		j.arrived[e] = l
	}
}

// doubts are the entries of which nobody knows whether they arrived: those that
// were on their way at the end, and those of which it was said.
func (j *Journal) doubts() map[entry]bool {
	doubts := map[entry]bool{}
	for _, l := range j.posts {
		if l.Msg == sendingLine || l.Msg == notSentLine && l.State == string(storage.Unsure) {
			doubts[l.entry()] = true
		}
	}
	return doubts
}

// A telling is a line of the log that tells of a message.
type telling struct {
	Time    time.Time
	Msg     string
	Post    int64
	Chat    int64
	Name    string
	Message int64
	Digest  string
	State   string
}

func (l telling) entry() entry { return entryOf(l.Chat, l.Name, l.Digest) }

// whole reports whether a line holds what a line of its kind must.
func (l telling) whole() bool {
	addressed := l.Chat != 0 && l.Digest != ""
	return !l.Time.IsZero() && l.Post != 0 && (l.Msg == notSentLine || addressed && (l.Msg == sendingLine || l.Message != 0))
}

var errTorn = errors.New("it tells of a message, but cannot be read")

// readLine reads a line. It is false for all that tell nothing of messages.
func readLine(text string) (l telling, ok bool, err error) {
	for _, msg := range []string{sendingLine, sentLine, notSentLine} {
		switch {
		case strings.Contains(text, `"msg":"`+msg+`"`):
			err = json.Unmarshal([]byte(text[max(0, strings.IndexByte(text, '{')):]), &l)
		case strings.Contains(text, " msg="+msg+" "), strings.Contains(text, " msg="+strconv.Quote(msg)+" "):
			l, err = readText(text[max(0, strings.Index(text, "time=")):])
		default:
			continue
		}
		switch {
		case err == nil && l.Msg != msg:
			return l, false, nil // it only quotes such a line
		case err != nil || !l.whole():
			return l, false, errTorn
		}
		return l, true, nil
	}
	return l, false, nil
}

// readText reads a line of name=value, where a value may be quoted.
func readText(text string) (l telling, err error) {
	for rest := strings.TrimSpace(text); rest != ""; rest = strings.TrimLeft(rest, " ") {
		name, value, _ := strings.Cut(rest, "=")
		if strings.HasPrefix(value, `"`) {
			quoted, err := strconv.QuotedPrefix(value)
			if err != nil {
				return l, err
			}
			rest = value[len(quoted):]
			if value, err = strconv.Unquote(quoted); err != nil {
				return l, err
			}
		} else {
			value, rest, _ = strings.Cut(value, " ")
		}
		switch name {
		case "time":
			l.Time, err = time.Parse(time.RFC3339Nano, value)
		case "msg":
			l.Msg = value
		case "chat":
			l.Chat, err = strconv.ParseInt(value, 10, 64)
		case "name":
			l.Name = value
		case "message":
			l.Message, err = strconv.ParseInt(value, 10, 64)
		case "digest":
			l.Digest = value
		case "post":
			l.Post, err = strconv.ParseInt(value, 10, 64)
		case "state":
			l.State = value
		}
		if err != nil {
			return l, err
		}
	}
	return l, nil
}
