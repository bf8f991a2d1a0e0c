package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"campaign/bot/simulator"
)

// A log gathers what a program says while it runs.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// reset forgets what was said.
func (l *log) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Reset()
}

// serve runs "muster run" against a Telegram until stop, which returns its exit
// code and log.
func serve(t *testing.T, env []string, telegram string, args ...string) (stop func() result) {
	t.Helper()
	ctx, interrupt := context.WithCancel(context.Background())
	cmd, err := program(ctx, append(env, "MUSTER_TELEGRAM_TOKEN=123456:simulated", "MUSTER_TELEGRAM_API="+telegram, "MUSTER_LOG=json"), append([]string{"run"}, args...)...)
	if err != nil {
		t.Fatal(err)
	}
	var said log
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	var r result
	stop = func() result {
		once.Do(func() {
			interrupt()
			if err := cmd.Wait(); err != nil && cmd.ProcessState.ExitCode() != 0 {
				t.Errorf("muster run ended with %v", err)
			}
			r = result{err: said.String(), code: cmd.ProcessState.ExitCode()}
		})
		return r
	}
	t.Cleanup(func() { stop() })
	return stop
}

// free is an address of this machine on which nobody listens.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestARealBotBindsAndAnswersAndItsLogTellsNothing(t *testing.T) {
	for _, mode := range []string{"polling", "webhook"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			phones, err := simulator.New(simulator.Options{Token: "123456:simulated", BotUsername: "district_bot"})
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(phones.Handler())
			t.Cleanup(func() {
				phones.Close()
				server.Close()
			})
			phones.AddUsers([]simulator.User{{ID: 41, FirstName: "WangFang", Phone: "+8615400000001", LanguageCode: "zh-hans"}})

			env := []string{"MUSTER_DATA=" + place(t)}
			if got := muster(t, env, "import", "roster", inGB18030(t, "名册.csv", roster...)); got.code != 0 {
				t.Fatalf("import: %+v", got)
			}
			invited := muster(t, append(env, "MUSTER_TELEGRAM_TOKEN=123456:simulated", "MUSTER_TELEGRAM_API="+server.URL), "invite", "D00001")
			link := regexp.MustCompile(`https://t\.me/district_bot\?start=(\S+)`).FindStringSubmatch(invited.out)
			if link == nil {
				t.Fatalf("the invitation has no link of the bot: %+v", invited)
			}

			listen := free(t)
			args := []string{"--listen", listen}
			if mode == "webhook" {
				args = append(args, "--webhook-url", "http://"+listen+"/telegram", "--webhook-secret", "open-sesame")
			}
			stop := serve(t, env, server.URL, args...)
			if _, err := phones.Start(41, link[1]); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			asked := func(text string) simulator.Message {
				t.Helper()
				m, err := phones.Await(ctx, 41, 41, func(m simulator.Message) bool { return strings.Contains(m.Text, text) })
				if err != nil {
					all, _ := phones.Messages(41, 41)
					t.Fatalf("nobody said %q: %+v\n%s", text, all, stop().err)
				}
				return m
			}
			asked("王*")
			if a, err := phones.PressByLabel(ctx, 41, 41, "是我本人"); err != nil || a == nil {
				t.Fatalf("the confirmation was answered with %v, %v", a, err)
			}
			if _, err := phones.Await(ctx, 41, 41, func(m simulator.Message) bool { return strings.Contains(m.Text, "王芳") }); err != nil {
				t.Fatalf("the bound member was not greeted: %v", err)
			}
			if _, err := phones.Say(41, 41, "a secret of mine"); err != nil {
				t.Fatal(err)
			}
			if err := phones.Idle(ctx); err != nil {
				t.Fatal(err)
			}
			health, err := http.Get("http://" + listen + "/healthz")
			if err != nil || health.StatusCode != http.StatusOK {
				t.Errorf("/healthz: %v, %v", health, err)
			}
			health.Body.Close()
			http.DefaultClient.CloseIdleConnections()

			r := stop()
			if r.code != 0 {
				t.Errorf("it ended with code %d", r.code)
			}
			turns := 0
			for line := range strings.Lines(r.err) {
				var entry struct{ Msg string }
				if err := json.Unmarshal([]byte(line), &entry); err != nil {
					t.Errorf("a line of the log is not JSON: %s", line)
				}
				if entry.Msg == "turn" {
					turns++
				}
				for _, told := range []string{"王芳", "WangFang", "5400000001", "a secret", "simulated", "open-sesame", link[1]} {
					if strings.Contains(line, told) {
						t.Errorf("the log tells %q: %s", told, line)
					}
				}
			}
			if turns < 3 {
				t.Errorf("%d turns are in the log, want one line for each of three", turns)
			}
		})
	}
}
