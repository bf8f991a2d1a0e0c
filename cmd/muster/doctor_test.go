package main

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"campaign/bot/simulator"
	"campaign/flows/flow"
	"campaign/storage"
	"campaign/storage/embedded"
)

// A ward is where somebody healthy lies: a folder of Muster's own Postgres with
// an office that is bound, a Telegram, and nothing that runs yet.
type ward struct {
	*rush
	env map[string]string
}

const wardToken, wardSecret = "123456:simulated", "open-sesame-that-nobody-prints"

func newWard(t *testing.T) *ward {
	t.Helper()
	w := &ward{rush: gather(t, 1), env: map[string]string{"MUSTER_TELEGRAM_TOKEN": wardToken, "MUSTER_LISTEN": free(t)}}
	w.env["MUSTER_DATA"], w.env["MUSTER_TELEGRAM_API"] = w.data, w.api
	w.exec(`INSERT INTO roles (person_id, role) SELECT id, 'office' FROM people`)
	return w
}

// exec changes the database.
func (w *ward) exec(statement string) {
	w.t.Helper()
	w.in(func(ctx context.Context, db *storage.DB, _ *flow.House) error {
		return db.InTx(ctx, func(tx *storage.Tx) error { return tx.Exec(ctx, statement) })
	})
}

// sees asks the doctor, and holds that these lines and no others begin with ✗;
// each of them says what it should.
func (w *ward) sees(want map[string]string) {
	w.t.Helper()
	var env []string
	for name, value := range w.env {
		env = append(env, name+"="+value)
	}
	got := muster(w.t, env, "doctor")
	bad := map[string]string{}
	of := []string{"database", "schema", "writing", "durability", "time zone", "clock of the database", "token", "groups", "clock of Telegram", "updates", "office", "program"}
	for line := range strings.Lines(got.out) {
		mark, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		name, text, ok := strings.Cut(rest, ": ")
		if !ok || text == "" || mark != "✓" && mark != "✗" {
			w.t.Errorf("%q is no line of the doctor's", line)
		}
		if mark == "✗" {
			bad[name] = text
		}
		of = slices.DeleteFunc(of, func(o string) bool { return o == name })
	}
	if len(of) > 0 {
		w.t.Errorf("%q were not looked at:\n%s", of, got.out)
	}
	if names, wanted := slices.Sorted(maps.Keys(bad)), slices.Sorted(maps.Keys(want)); !slices.Equal(names, wanted) {
		w.t.Errorf("ill are %q, want %q:\n%s%s", names, wanted, got.out, got.err)
	}
	for name, part := range want {
		if !strings.Contains(bad[name], part) {
			w.t.Errorf("of %s it says %q, want %q", name, bad[name], part)
		}
	}
	if code := min(len(want), 1); got.code != code {
		w.t.Errorf("it ended with %d, want %d: %s", got.code, code, got.err)
	}
	for _, secret := range []string{"simulated", wardSecret, "王芳"} {
		if strings.Contains(got.out+got.err, secret) {
			w.t.Errorf("it tells %q:\n%s%s", secret, got.out, got.err)
		}
	}
}

func TestTheDoctorFindsNothingWhereAllIsWell(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	w.sees(nil)
}

func TestTheDoctorFindsEveryWrongSettingAndLooksOn(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	w.env["MUSTER_QUIET_HOURS"], w.env["MUSTER_WEBHOOK_URL"], w.env["MUSTER_LANGUAGE"] = "at night", "hook", "fr"
	w.sees(map[string]string{"MUSTER_QUIET_HOURS": "22:00-07:00", "MUSTER_WEBHOOK_URL": "address", "MUSTER_WEBHOOK_SECRET": "required", "MUSTER_LANGUAGE": "zh or en",
		"updates": "not looked at"})
	w.env = map[string]string{"MUSTER_DATA": w.data, "MUSTER_TELEGRAM_API": w.api, "MUSTER_TIMEZONE": "Asia/Atlantis"}
	away := "the database does not answer"
	w.sees(map[string]string{"MUSTER_TIMEZONE": "Asia/Shanghai", "MUSTER_TELEGRAM_TOKEN": "@BotFather", "database": "settings above", "schema": away, "writing": away,
		"durability": away, "time zone": "MUSTER_TIMEZONE", "clock of the database": away, "token": "not looked at", "groups": "not looked at",
		"clock of Telegram": "not looked at", "updates": "not looked at", "office": away})
}

func TestTheDoctorFindsWhatIsIllAtTheDatabase(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	w.exec(`DELETE FROM roles`)
	w.sees(map[string]string{"office": "role office"})
	w.exec(`INSERT INTO roles (person_id, role) SELECT id, 'office' FROM people`)
	w.exec(`UPDATE accounts SET person_id = NULL`)
	w.sees(map[string]string{"office": "muster invite D00001"})
	w.exec(`UPDATE accounts SET person_id = (SELECT id FROM people)`)

	server, err := embedded.Start(t.Context(), embedded.Options{Dir: filepath.Join(w.data, "postgres"), Offline: true,
		Settings: map[string]string{"fsync": "off"}})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	w.sees(map[string]string{"durability": "fsync = on"})
	w.exec(`INSERT INTO schema_machine (version_id, is_applied) VALUES (203001010000, true)`)
	w.sees(map[string]string{"durability": "fsync", "schema": "newer than this program by 1"})
	w.exec(`DELETE FROM schema_machine WHERE version_id = 203001010000`)
	w.exec(`ALTER TABLE schema_checkin RENAME TO schema_checkin_away`)
	w.sees(map[string]string{"durability": "fsync", "schema": "muster migrate"})
	w.exec(`ALTER TABLE schema_checkin_away RENAME TO schema_checkin`)

	w.exec(`CREATE ROLE reader LOGIN`)
	w.exec(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader`)
	w.exec(`REVOKE CREATE ON SCHEMA public FROM public`)
	delete(w.env, "MUSTER_DATA")
	w.env["MUSTER_DATABASE_URL"] = strings.ReplaceAll(server.DSN("muster"), "user=muster", "user=reader")
	w.sees(map[string]string{"durability": "fsync", "writing": "GRANT CREATE"})
	w.exec(`GRANT CREATE ON SCHEMA public TO reader`)
	w.sees(map[string]string{"durability": "fsync", "writing": "the role reader cannot write"})
	w.env["MUSTER_DATABASE_URL"] = "host=127.0.0.1 port=1 dbname=none user=none password=" + wardSecret
	away := "the database does not answer"
	w.sees(map[string]string{"database": "MUSTER_DATABASE_URL", "schema": away, "writing": away, "durability": away, "clock of the database": away, "office": away})
}

func TestTheDoctorMakesNoDatabase(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	w.env["MUSTER_DATA"] = place(t)
	away := "the database does not answer"
	ill := map[string]string{"data folder": "muster migrate", "database": "data folder", "schema": away, "writing": away, "durability": away, "clock of the database": away, "office": away}
	w.sees(ill)
	w.sees(ill)
}

func TestTheDoctorFindsWhatIsIllAtTelegram(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	behind := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Date", time.Now().Add(-time.Minute).UTC().Format(http.TimeFormat))
		w.phones.Handler().ServeHTTP(rw, r)
	}))
	defer behind.Close()
	w.env["MUSTER_TELEGRAM_API"] = behind.URL
	w.sees(map[string]string{"clock of Telegram": "behind ours"})
	w.env["MUSTER_TELEGRAM_API"] = w.api

	w.env["MUSTER_WEBHOOK_URL"], w.env["MUSTER_WEBHOOK_SECRET"] = "http://127.0.0.1:1/hook", wardSecret
	w.sees(map[string]string{"updates": "no address to call yet"})
	set := func(url string) {
		t.Helper()
		res, err := http.Get(w.api + "/bot" + wardToken + "/setWebhook?secret_token=" + wardSecret + "&url=" + url)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("set the webhook: %v, %v", res, err)
		}
		res.Body.Close()
	}
	set("http://127.0.0.1:1/another")
	w.sees(map[string]string{"updates": "another address, at 127.0.0.1:1"})
	set("http://127.0.0.1:1/hook")
	if _, err := w.phones.Say(1, 1, "/menu"); err != nil {
		t.Fatal(err)
	}
	w.until("Telegram has called in vain", func() bool {
		got := muster(t, []string{"MUSTER_TELEGRAM_TOKEN=" + wardToken, "MUSTER_TELEGRAM_API=" + w.api, "MUSTER_DATA=" + w.data,
			"MUSTER_WEBHOOK_URL=" + w.env["MUSTER_WEBHOOK_URL"], "MUSTER_WEBHOOK_SECRET=" + wardSecret}, "doctor")
		return strings.Contains(got.out, "✗ updates")
	})
	w.sees(map[string]string{"updates": "last call failed"})
	delete(w.env, "MUSTER_WEBHOOK_URL")
	w.sees(map[string]string{"updates": "deleteWebhook"})

	w.env["MUSTER_TELEGRAM_TOKEN"] = "654321:simulated"
	unknown := "has not said who the bot is"
	w.sees(map[string]string{"token": "Telegram does not know it", "groups": unknown, "clock of Telegram": unknown, "updates": unknown})
	w.env["MUSTER_TELEGRAM_API"] = "http://127.0.0.1:1"
	w.sees(map[string]string{"token": "MUSTER_TELEGRAM_API", "groups": unknown, "clock of Telegram": unknown, "updates": unknown})
}

func TestTheDoctorSeesTheProgramThatRuns(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	hang := w.phones.Fail(simulator.Fault{Method: "getMe", Status: http.StatusBadGateway, Body: "<html>", Times: 2})
	stop := serve(t, []string{"MUSTER_DATA=" + w.data}, w.api, "--listen", w.env["MUSTER_LISTEN"])
	w.until("it is ready", func() bool {
		code, _ := get(t, "http://"+w.env["MUSTER_LISTEN"]+"/readyz")
		return code == http.StatusOK
	})
	if hang.Count() == 0 {
		t.Error("nothing was tried")
	}
	w.sees(nil)
	stop()
	stranger := httptest.NewServer(http.NotFoundHandler())
	defer stranger.Close()
	w.env["MUSTER_LISTEN"] = stranger.Listener.Addr().String()
	w.sees(map[string]string{"program": "another program"})
	busy := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		http.Error(rw, "the database does not answer", http.StatusServiceUnavailable)
	}))
	defer busy.Close()
	w.env["MUSTER_LISTEN"] = busy.Listener.Addr().String()
	w.sees(map[string]string{"program": "the database does not answer"})
}
