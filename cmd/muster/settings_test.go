package main

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// settings lists the variables that a command reads.
func settings(command reflect.Type) (names []string) {
	for f := range command.Fields() {
		if f.Anonymous {
			names = append(names, settings(f.Type)...)
			continue
		}
		names = append(names, f.Tag.Get("env"))
	}
	return names
}

func TestAWrongSettingIsNamedOnOneLine(t *testing.T) {
	t.Parallel()
	const token, secret = "123456:AAAAAAAAAAAA", "a-secret-that-nobody-prints"
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte(secret), 0o600); err != nil {
		t.Fatal(err)
	}
	// What else must be set for the setting to be the one that is wrong.
	with := map[string][]string{"MUSTER_WEBHOOK_SECRET": {"MUSTER_WEBHOOK_URL=https://muster.example/hook"}}
	wrong := map[string]string{
		"MUSTER_DATABASE_URL":        secret + " and no address",
		"MUSTER_DATA":                file,
		"MUSTER_TIMEZONE":            "Asia/Atlantis",
		"MUSTER_LANGUAGE":            "fr",
		"MUSTER_LOG":                 "xml",
		"MUSTER_LOG_LEVEL":           "loud",
		"MUSTER_QUIET_HOURS":         "at night",
		"MUSTER_TELEGRAM_TOKEN":      secret,
		"MUSTER_TELEGRAM_TOKEN_FILE": file,
		"MUSTER_TELEGRAM_API":        "telegram",
		"MUSTER_WEBHOOK_URL":         "hook",
		"MUSTER_WEBHOOK_SECRET":      secret + "!",
		"MUSTER_LISTEN":              "127.0.0.1:99999",
		"MUSTER_PUBLIC_URL":          "muster.example",
		"MUSTER_KEEP_INBOX":          "1",
		"MUSTER_KEEP_PARKED":         "a month",
		"MUSTER_KEEP_MESSAGES":       "-1",
		"MUSTER_KEEP_FILES":          "1.5",
		"MUSTER_KEEP_AUDIT":          "549",
		"MUSTER_KEEP_PLACES":         "-30",
	}
	for _, name := range settings(reflect.TypeFor[runCommand]()) {
		t.Run(name, func(t *testing.T) {
			value, ok := wrong[name]
			if !ok {
				t.Fatal("no wrong value is tried")
			}
			env := append([]string{name + "=" + value, "MUSTER_LOG_LEVEL=error"}, with[name]...)
			if name == "MUSTER_LOG_LEVEL" {
				env = env[:1]
			}
			if !strings.HasPrefix(name, "MUSTER_TELEGRAM_TOKEN") {
				env = append(env, "MUSTER_TELEGRAM_TOKEN="+token)
			}
			got := muster(t, env, "run")
			lines := strings.Split(strings.TrimSuffix(got.err, "\n"), "\n")
			if got.code != 2 || len(lines) != 1 || !strings.HasPrefix(lines[0], "muster: "+name+": ") || got.out != "" {
				t.Errorf("%s=%s: got %+v, want 2 and one line that names it", name, value, got)
			}
			if strings.Contains(got.err, secret) || strings.Contains(got.err, token) {
				t.Errorf("a secret is told: %s", got.err)
			}
		})
	}
	t.Run("no token", func(t *testing.T) {
		if got := muster(t, nil, "run"); got.code != 2 || !strings.HasPrefix(got.err, "muster: MUSTER_TELEGRAM_TOKEN: ") {
			t.Errorf("got %+v, want 2 and a line that names the token", got)
		}
	})
}

func TestAWrongArgumentIsNamedOnOneLine(t *testing.T) {
	t.Parallel()
	nowhere := filepath.Join(t.TempDir(), "none", "x.csv")
	nothing := []string{"MUSTER_DATABASE_URL=host=127.0.0.1 port=1 dbname=none"} // nothing is to be opened
	for _, c := range []struct {
		args  []string
		names string
	}{
		{nil, "expected one of"},
		{[]string{"parade"}, "parade"},
		{[]string{"demo", "--members", "many"}, "--members"},
		{[]string{"demo", "--members", "29"}, "--members"},
		{[]string{"demo", "--listen", "here"}, "--listen"},
		{[]string{"demo", "--listen", "127.0.0.1:99999"}, "--listen"},
		{[]string{"demo", "--data", "/dev/null/data"}, "--data"},
		{[]string{"demo", "--log", "loud"}, "MUSTER_LOG_LEVEL"},
		{[]string{"run", "--telegram-api", "telegram", "--telegram-token", "123456:AAAAAAAAAAAA"}, "MUSTER_TELEGRAM_API"},
		{[]string{"import", "people", nowhere}, "people"},
		{[]string{"import", "roster"}, "<file>"},
		{[]string{"import", "roster", nowhere}, "x.csv"},
		{[]string{"import", "roster", nowhere, "--lang", "fr"}, "--lang"},
		{[]string{"export", "people", "x.csv"}, "people"},
		{[]string{"export", "attendance", "x.txt"}, "x.txt"},
		{[]string{"export", "attendance", nowhere}, "x.csv"},
		{[]string{"export", "attendance", "x.csv", "--from", "soon"}, "--from"},
		{[]string{"export", "attendance", "x.csv", "--to", "2026-02-30"}, "--to"},
		{[]string{"invite"}, "<member-no>"},
	} {
		got := muster(t, nothing, c.args...)
		if got.code != 2 || strings.Count(got.err, "\n") != 1 || !strings.HasPrefix(got.err, "muster: ") || !strings.Contains(got.err, c.names) {
			t.Errorf("muster %s: got %+v, want 2 and one line that names %s", strings.Join(c.args, " "), got, c.names)
		}
	}
}

func TestHelpTellsEverySetting(t *testing.T) {
	t.Parallel()
	got := muster(t, nil, "run", "--help")
	missing := slices.DeleteFunc(settings(reflect.TypeFor[runCommand]()), func(name string) bool { return strings.Contains(got.out, "$"+name) })
	if got.code != 0 || len(missing) > 0 {
		t.Errorf("muster run --help: got %d without %q, want 0 and every setting", got.code, missing)
	}
}
