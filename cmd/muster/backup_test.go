package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"campaign/storage/embedded"
	"campaign/storage/storagetest"

	"github.com/google/go-cmp/cmp"
	_ "github.com/lib/pq"
)

// manual runs the commands of docs/operate.md that are called so, as an operator
// would, and with the programs of the server's own version.
func manual(t *testing.T, bin, name string, env ...string) {
	t.Helper()
	text, err := os.ReadFile("../../docs/operate.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?s)```sh " + name + "\n(.*?)```").FindSubmatch(text)
	if found == nil {
		t.Fatalf("docs/operate.md has no commands called %q", name)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	programs := t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\n%s=1 exec '%s' \"$@\"\n", asProgram, exe)
	if err := os.WriteFile(filepath.Join(programs, "muster"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-euc", string(found[1]))
	cmd.Env = append(append(os.Environ(), "PATH="+strings.Join([]string{programs, bin, os.Getenv("PATH")}, ":")), env...)
	in, err := cmd.StdinPipe() // muster ends with it
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s of docs/operate.md: %v\n%s", name, err, out)
	}
	t.Logf("%s: %s", name, out)
}

// address is a database of a server as a URL, which every program understands.
func address(s *embedded.Server, database string) string {
	host := regexp.MustCompile(`host='([^']*)'`).FindStringSubmatch(s.DSN(database))[1]
	return "postgres:///" + database + "?" + url.Values{"host": {host}, "user": {"muster"}, "sslmode": {"disable"}}.Encode()
}

// connect opens a database.
func connect(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// value reads one value.
func value(t *testing.T, db *sql.DB, query string, args ...any) (v string) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), query, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

// holdings is how much every table holds, and what.
func holdings(t *testing.T, db *sql.DB) map[string]string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	held := map[string]string{}
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			t.Fatal(err)
		}
		held[table] = value(t, db, fmt.Sprintf(`SELECT count(*) || ' rows ' || md5(coalesce(string_agg(t::text, ' ' ORDER BY t::text), '')) FROM %s t`, table))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return held
}

// peopled is a server with a small district.
func peopled(t *testing.T, settings map[string]string) (s *embedded.Server, env []string) {
	t.Helper()
	s = storagetest.Server(t, settings)
	if err := s.CreateDatabase(t.Context(), "muster"); err != nil {
		t.Fatal(err)
	}
	env = []string{"MUSTER_DATABASE_URL=" + address(s, "muster")}
	if got := muster(t, env, "import", "roster", inGB18030(t, "名册.csv", roster...)); got.code != 0 {
		t.Fatalf("import: %+v", got)
	}
	return s, env
}

// works checks that the program runs on a database.
func works(t *testing.T, env ...string) {
	t.Helper()
	if got := muster(t, env, "invite", "D00001"); got.code != 0 || !strings.Contains(got.out, "王芳") {
		t.Errorf("the program does not run on what was restored: %+v", got)
	}
}

func TestADumpIsRestoredAsTheManualSays(t *testing.T) {
	t.Parallel()
	s, env := peopled(t, nil)
	works(t, env...)
	was := connect(t, address(s, "muster"))
	bin := value(t, was, `SELECT setting FROM pg_config() WHERE name = 'BINDIR'`)
	backup := filepath.Join(t.TempDir(), "muster.dump")
	manual(t, bin, "dump", append(env, "BACKUP="+backup)...)
	want := holdings(t, was)

	fresh := storagetest.Server(t, nil)
	restored := address(fresh, "muster_restored")
	manual(t, bin, "restore", "BACKUP="+backup, "ADMIN_URL="+address(fresh, "postgres"), "RESTORED_URL="+restored)
	if diff := cmp.Diff(want, holdings(t, connect(t, restored))); diff != "" {
		t.Errorf("restored (-want +got):\n%s", diff)
	}
	works(t, "MUSTER_DATABASE_URL="+restored)
}

func TestADatabaseGoesBackToAnInstantAsTheManualSays(t *testing.T) {
	t.Parallel()
	dir := place(t)
	wal := filepath.Join(dir, "wal")
	if err := os.Mkdir(wal, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(wal, 0o777); err != nil {
		t.Fatal(err)
	}
	s, env := peopled(t, map[string]string{"wal_level": "replica", "archive_mode": "on", "archive_command": fmt.Sprintf("test ! -f %[1]s/%%f && cp %%p %[1]s/%%f && chmod 644 %[1]s/%%f", wal)})
	was := connect(t, address(s, "muster"))
	bin := value(t, was, `SELECT setting FROM pg_config() WHERE name = 'BINDIR'`)
	base := filepath.Join(dir, "base")
	manual(t, bin, "base", "ADMIN_URL="+address(s, "postgres"), "BASE="+base)

	works(t, env...) // an invitation after the backup
	want := holdings(t, was)
	instant := value(t, was, `SELECT now()::text`)
	works(t, env...) // and one that is to be undone
	archived(t, was, value(t, was, `SELECT pg_walfile_name(pg_switch_wal())`))

	mine := filepath.Join(dir, "muster")
	if err := os.MkdirAll(filepath.Join(mine, "postgres"), 0o711); err != nil {
		t.Fatal(err)
	}
	owner, err := os.Stat(value(t, was, `SHOW data_directory`))
	if err != nil {
		t.Fatal(err)
	}
	of := owner.Sys().(*syscall.Stat_t)
	manual(t, bin, "recover", "BASE="+base, "DATA="+filepath.Join(mine, "postgres", "data"), "WAL="+wal, "INSTANT="+instant, fmt.Sprintf("OWNER=%d:%d", of.Uid, of.Gid))
	recovered, err := embedded.Start(t.Context(), embedded.Options{Dir: filepath.Join(mine, "postgres"), Offline: true, Say: func(line string) { t.Log(line) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { recovered.Stop() })
	if diff := cmp.Diff(want, holdings(t, connect(t, address(recovered, "muster")))); diff != "" {
		t.Errorf("recovered (-want +got):\n%s", diff)
	}
	works(t, "MUSTER_DATA="+mine)
}

// archived waits until a file of the log has been put away.
func archived(t *testing.T, db *sql.DB, file string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for value(t, db, `SELECT coalesce(last_archived_wal, '') FROM pg_stat_archiver`) < file {
		select {
		case <-ctx.Done():
			t.Fatalf("%s was not archived: %s", file, value(t, db, `SELECT coalesce(last_failed_wal, 'nothing failed') FROM pg_stat_archiver`))
		case <-tick.C:
		}
	}
}
