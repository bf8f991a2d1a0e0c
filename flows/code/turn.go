package code

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"time"

	"campaign"
)

// The code of a screen turns every 20 seconds. One of a turn is good for whoever
// acts on it from when it is shown, less what clocks may differ, until a margin
// after its turn: time to lift a phone, let it find the link and press Start. The
// instant that counts is that of the message, by the messenger's own clock.
const (
	turnLong = 20 * time.Second
	margin   = 40 * time.Second
	skew     = 5 * time.Second
)

// A Round is the number of a turn, counted from the beginning of time.
type Round int64

// roundAt is the turn that a screen shows at an instant.
func roundAt(t time.Time) Round { return Round(t.Unix() / int64(turnLong/time.Second)) }

// begins is when a screen begins to show the code of a turn.
func (n Round) begins() time.Time { return time.Unix(int64(n)*int64(turnLong/time.Second), 0) }

// good reports whether the code of a turn counts for somebody who acts at an instant.
func (n Round) good(at time.Time) bool {
	from, until := n.begins().Add(-skew), n.begins().Add(turnLong+margin)
	return !at.Before(from) && at.Before(until)
}

// rounds are the turns whose codes are good at an instant.
func rounds(at time.Time) (all []Round) {
	for n := roundAt(at.Add(-turnLong - margin)); n <= roundAt(at.Add(skew)); n++ {
		if n.good(at) {
			all = append(all, n)
		}
	}
	return all
}

// A Secret is what the codes of one activity are derived from. Nothing that shows
// a code shows it.
type Secret []byte

// String hides it from whatever prints values.
func (Secret) String() string { return "***" }

// sum is what a turn gives for a purpose.
func (s Secret) sum(purpose string, a campaign.ActivityID, n Round) []byte {
	h := hmac.New(sha256.New, s)
	fmt.Fprintf(h, "%s %d %d", purpose, a, n)
	return h.Sum(nil)
}

const (
	digitsLong = 6
	sealLong   = 9 // bytes of a sum that a link carries: more than can be guessed
)

// digits is the code of a turn for whoever writes it.
func (d Door) digits(n Round) string {
	return fmt.Sprintf("%0*d", digitsLong, binary.BigEndian.Uint64(d.Secret.sum("digits", d.Activity.ID, n))%1_000_000)
}

// arg is the code of a turn as a link carries it behind q_: the activity, the
// turn, and a seal of both.
func (d Door) arg(n Round) string {
	seal := d.Secret.sum("scan", d.Activity.ID, n)[:sealLong]
	return strconv.FormatInt(int64(d.Activity.ID), 36) + "-" + strconv.FormatInt(int64(n), 36) + "-" + base64.RawURLEncoding.EncodeToString(seal)
}

// readArg reads which activity and turn a link speaks of; its seal is not looked at.
func readArg(arg string) (a campaign.ActivityID, n Round, ok bool) {
	parts := strings.SplitN(arg, "-", 3)
	if len(parts) != 3 {
		return 0, 0, false
	}
	id, err1 := strconv.ParseInt(parts[0], 36, 64)
	turn, err2 := strconv.ParseInt(parts[1], 36, 40)
	return campaign.ActivityID(id), Round(turn), err1 == nil && err2 == nil && id > 0 && turn > 0
}

// opens reports whether a link is the code of a turn that is good at an instant.
func (d Door) opens(arg string, at time.Time) bool {
	a, n, ok := readArg(arg)
	return ok && a == d.Activity.ID && n.good(at) && hmac.Equal([]byte(arg), []byte(d.arg(n)))
}

// remembered is for how long digits are known to have been a code.
const remembered = 5 * time.Minute

// reads reports whether digits are the code of a turn that is good at an instant,
// or else of one that was lately.
func (d Door) reads(digits string, at time.Time) (good, was bool) {
	for _, n := range rounds(at) {
		good = hmac.Equal([]byte(digits), []byte(d.digits(n))) || good
	}
	for n := roundAt(at.Add(-remembered)); n < roundAt(at); n++ {
		was = hmac.Equal([]byte(digits), []byte(d.digits(n))) || was
	}
	return good, was
}
