package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"campaign/bot/simulator"
)

// The secrets of these tests, and what else is nobody's business.
const (
	password = "hunter2-of-the-database"
	token    = "123456:simulated-token-of-the-bot"
	hookWord = "open-sesame-of-the-hook"
)

// keeps holds that a text tells none of what is secret.
func keeps(t *testing.T, where, text string, secrets ...string) {
	t.Helper()
	for _, s := range secrets {
		if at := strings.Index(text, s); at >= 0 {
			t.Errorf("%s tells %q: …%s…", where, s, text[max(0, at-80):min(len(text), at+len(s)+20)])
		}
	}
}

// Every command that fails for want of its database, or because a setting is
// wrong, says so without the secret that stands in it.
func TestNoCommandTellsASecretWhereItFails(t *testing.T) {
	file := inGB18030(t, "名册.csv", roster...)
	commands := [][]string{
		{"migrate"}, {"invite", "D00001"}, {"import", "roster", file}, {"import", "activities", file},
		{"export", "attendance", t.TempDir() + "/a.xlsx"}, {"run", "--help"}, {"run", "--nonsense"}, {"export", "attendance"},
	}
	for _, url := range []string{
		"postgres://muster:" + password + "@127.0.0.1:1/muster?connect_timeout=2", // nobody listens
		"postgres://muster:" + password + "@127.0.0.1:port/muster",
		"postgres://muster:" + password + "%zz@127.0.0.1/muster",
		"postgres://muster:" + password + "@127.0.0.1:1/muster?sslmode=nonsense",
		"host=127.0.0.1 port=1 user=muster password=" + password + " nonsense",
		"mysql://muster:" + password + "@127.0.0.1/muster",
	} {
		for _, args := range commands {
			got := muster(t, []string{"MUSTER_DATABASE_URL=" + url, "MUSTER_TELEGRAM_TOKEN=" + token, "MUSTER_TELEGRAM_API=http://127.0.0.1:1",
				"MUSTER_WEBHOOK_URL=https://example.org/hook", "MUSTER_WEBHOOK_SECRET=" + hookWord, "MUSTER_LOG_LEVEL=debug"}, args...)
			if help := args[len(args)-1] == "--help"; (got.code == 0) != help {
				t.Errorf("%v with %s ended with %d: %s", args, url, got.code, got.err)
			}
			keeps(t, strings.Join(args, " ")+" with "+url, got.out+got.err, password, token, hookWord)
		}
	}
	waits := untilItWaits(t, []string{"MUSTER_DATABASE_URL=postgres://muster:" + password + "@127.0.0.1:1/muster?connect_timeout=2",
		"MUSTER_TELEGRAM_TOKEN=" + token, "MUSTER_TELEGRAM_API=http://127.0.0.1:1", "MUSTER_LISTEN=" + free(t), "MUSTER_LOG_LEVEL=debug"})
	keeps(t, "run without its database", waits, password, token)
	for _, setting := range []string{"MUSTER_TELEGRAM_TOKEN=" + token + " with a space", "MUSTER_WEBHOOK_SECRET=" + hookWord + "!", "MUSTER_WEBHOOK_URL=nowhere:" + hookWord} {
		got := muster(t, []string{"MUSTER_TELEGRAM_TOKEN=" + token, "MUSTER_WEBHOOK_URL=https://example.org/hook", setting}, "run")
		if got.code != 2 {
			t.Errorf("%s: it ended with %d", setting, got.code)
		}
		keeps(t, setting, got.out+got.err, token, hookWord)
	}
}

// untilItWaits runs the bot until it says that it waits for its database, and
// returns all that it said.
func untilItWaits(t *testing.T, env []string) string {
	t.Helper()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	cmd, err := program(ctx, env, "run")
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	waits := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		said.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), "it is waited for") {
			waits = true
			interrupt()
		}
	}
	if err := cmd.Wait(); !waits {
		t.Errorf("it did not wait, but ended with %v: %s", err, said.String())
	}
	return said.String()
}

// Telegram fails in every way, at the most talkative level of the log; neither
// the log nor any page tells a secret, or what people wrote.
func TestARunningProgramTellsNoSecretWhateverFails(t *testing.T) {
	phones, err := simulator.New(simulator.Options{Token: token, BotUsername: "district_bot"})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(phones.Handler())
	t.Cleanup(func() {
		phones.Close()
		server.Close()
	})
	phones.AddUsers([]simulator.User{{ID: 41, FirstName: "WangFang", Phone: "+8615400000001", LanguageCode: "zh-hans"}})
	env := []string{"MUSTER_DATA=" + place(t), "MUSTER_TELEGRAM_TOKEN=" + token, "MUSTER_TELEGRAM_API=" + server.URL, "MUSTER_LOG=text", "MUSTER_LOG_LEVEL=debug",
		"MUSTER_WEBHOOK_SECRET=" + hookWord}
	if got := muster(t, env, "import", "roster", inGB18030(t, "名册.csv", roster...)); got.code != 0 {
		t.Fatalf("import: %+v", got)
	}
	invited := muster(t, env, "invite", "D00001")
	link := regexp.MustCompile(`\?start=(\S+)`).FindStringSubmatch(invited.out)
	code := regexp.MustCompile(`\b[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}\b`).FindString(invited.out)
	if link == nil || code == "" {
		t.Fatalf("the invitation has no link or no code: %+v", invited)
	}
	secrets := []string{token, "simulated-token", hookWord, link[1], code, strings.ReplaceAll(code, "-", ""), "WangFang", "王芳", "5400000001", "a private word"}

	for _, method := range []string{"getMe", "setWebhook", "getMyDescription"} { // its first calls break off
		phones.Fail(simulator.Fault{Method: method, Times: 1, ResetBefore: true})
	}
	listen := free(t)
	cmd, err := program(context.WithoutCancel(t.Context()), env, "run", "--listen", listen, "--webhook-url", "http://"+listen+"/telegram")
	if err != nil {
		t.Fatal(err)
	}
	var said log
	cmd.Stderr, cmd.Stdout = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() { cmd.Process.Kill() })

	await := func(text string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := phones.Await(ctx, 41, 41, func(m simulator.Message) bool { return strings.Contains(m.Text, text) }); err != nil {
			all, _ := phones.Messages(41, 41)
			t.Fatalf("nobody said %q: %+v\n%s", text, all, said.String())
		}
	}
	if _, err := phones.Start(41, link[1]); err != nil {
		t.Fatal(err)
	}
	await("王*")
	for _, f := range []simulator.Fault{
		{ResetBefore: true}, {ResetAfter: true}, simulator.BadGateway(), {RetryAfter: 1},
		{Status: 400, Body: `{"ok":false,"error_code":400,"description":"Bad Request: something new"}`}, {Status: 200, Body: `{"ok":`},
	} {
		f.Times = 1
		for _, method := range []string{"sendMessage", "answerCallbackQuery", "setMyCommands"} {
			f.Method = method
			phones.Fail(f)
		}
		if _, err := phones.Say(41, 41, code+" a private word"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := phones.RawUpdate([]byte(`{"message":{"message_id":1,"date":1,"chat":{"id":41,"type":"private"},"from":{"id":41,"first_name":"WangFang"},"text":"a private word","forward_origin":{"type":"a private word"}}}`)); err != nil {
		t.Fatal(err)
	}
	if _, err := phones.Start(41, link[1]); err != nil {
		t.Fatal(err)
	}
	await("王*")
	for _, path := range []string{"healthz", "readyz", "metrics", "", "telegram", "p/", "p/" + link[1], "debug/pprof/", "debug/pprof/goroutine?debug=2", "debug/pprof/cmdline", "debug/vars", "../etc/passwd"} {
		res, err := http.Get("http://" + listen + "/" + path)
		if err != nil {
			t.Fatalf("/%s: %v", path, err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			t.Fatalf("/%s: %v", path, err)
		}
		keeps(t, "/"+path, string(body), secrets...)
		if (path == "debug/pprof/cmdline" || path == "debug/vars") && res.StatusCode == http.StatusOK {
			t.Errorf("/%s is served: settings may stand in the command line", path)
		}
	}
	http.DefaultClient.CloseIdleConnections()
	if err := cmd.Cancel(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil && cmd.ProcessState.ExitCode() != 0 {
		t.Errorf("it ended with %v", err)
	}
	text := said.String()
	keeps(t, "the log", text, secrets...)
	for _, failure := range []string{"Telegram does not answer", "cannot set the webhook", "parked"} {
		if !strings.Contains(text, failure) {
			t.Errorf("the log does not tell that %q, so it proves nothing:\n%s", failure, text)
		}
	}
}
