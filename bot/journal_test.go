package bot_test

import (
	"strings"
	"testing"
	"time"

	"campaign/bot"
)

func TestAJournalIsReadFromLogsOfEitherKind(t *testing.T) {
	for name, log := range map[string]string{
		"json": `{"time":"2026-12-01T14:02:03.5+08:00","level":"INFO","msg":"turn","cause":"tg:1"}
{"time":"2026-12-01T14:02:04+08:00","level":"INFO","msg":"sent","post":1,"chat":7,"name":"checkin/4","message":41,"digest":"ab"}
{"time":"2026-12-01T14:02:05+08:00","level":"INFO","msg":"sent","post":2,"chat":-7,"name":"","message":42,"digest":"cd"}
`,
		"text": `time=2026-12-01T14:02:03.500+08:00 level=INFO msg=turn cause=tg:1
time=2026-12-01T14:02:03.700+08:00 level=INFO msg="a message was not sent" cause="it said msg=sent chat=1 "
time=2026-12-01T14:02:04.000+08:00 level=INFO msg=sent post=1 chat=7 name="checkin/4" message=41 digest=ab
time=2026-12-01T14:02:05.000+08:00 level=INFO msg=sent post=2 chat=-7 name="" message=42 digest=cd
`,
		"collected": `Dec 01 14:02:04 host muster[812]: {"time":"2026-12-01T14:02:04+08:00","level":"INFO","msg":"sent","post":1,"chat":7,"name":"checkin/4","message":41,"digest":"ab"}
muster-1  | time=2026-12-01T14:02:05.000+08:00 level=INFO msg=sent post=2 chat=-7 name="" message=42 digest=cd`,
	} {
		var j bot.Journal
		if err := j.Read(strings.NewReader(log)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if j.Sent != 2 || j.First.Unix() != 1796104924 || j.Last.Sub(j.First) != time.Second {
			t.Errorf("%s: %d messages from %s to %s, want two", name, j.Sent, j.First, j.Last)
		}
	}
}

func TestAJournalIsTornAtItsEndAlone(t *testing.T) {
	for _, line := range []string{
		`{"time":"2026-12-01T14:02:04+08:00","level":"INFO","msg":"sent","post":1,"chat":7,"na`,
		`{"time":"2026-12-01T14:02:04+08:00","level":"INFO","msg":"sent","post":1,"chat":7,"digest":"ab"}`,
		`time=2026-12-01T14:02:04+08:00 level=INFO msg=sent post=1 chat=x message=1 digest=a`,
		`time=2026-12-01T14:02:04+08:00 level=INFO msg=sent post=1 chat=7 name="a message=1 digest=a`,
	} {
		var j bot.Journal
		if err := j.Read(strings.NewReader("hello\n" + line + "\n")); err == nil || !strings.HasPrefix(err.Error(), "line 2: ") {
			t.Errorf("%s: read with %v", line, err)
		}
		if err := j.Read(strings.NewReader(line)); err != nil || j.Sent != 0 {
			t.Errorf("%s, where the power was lost: read with %v", line, err)
		}
	}
}
