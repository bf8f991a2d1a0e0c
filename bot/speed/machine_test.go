package speed

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"campaign/storage/embedded"

	"github.com/lib/pq"
)

// A machine is a Postgres of its own, with fsync on, and a folder for what is built.
type machine struct {
	dir string
	pg  *embedded.Server
	pid int // of the postmaster
}

func newMachine(tb testing.TB) *machine {
	tb.Helper()
	dir, err := os.MkdirTemp("", "muster-speed-")
	if err == nil {
		err = os.Chmod(dir, 0o711)
	}
	if err != nil {
		tb.Fatal(err)
	}
	m := &machine{dir: dir}
	tb.Cleanup(func() { os.RemoveAll(dir) })
	settings := map[string]string{"max_connections": "100", "max_wal_size": "4GB", "checkpoint_timeout": "30min"}
	if *dearest > 0 {
		settings["shared_preload_libraries"] = "pg_stat_statements"
	}
	m.pg, err = embedded.Start(context.Background(), embedded.Options{Dir: filepath.Join(dir, "pg"), Settings: settings})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { m.pg.Stop() })
	for _, name := range []string{"muster", "plain", "bare"} {
		if err := m.pg.CreateDatabase(context.Background(), name); err != nil {
			tb.Fatal(err)
		}
	}
	db := m.open(tb, "bare")
	var data string
	if err := db.QueryRow(`SHOW data_directory`).Scan(&data); err != nil {
		tb.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		tb.Fatal(err)
	}
	first, _, _ := bytes.Cut(b, []byte("\n"))
	m.pid, err = strconv.Atoi(string(first))
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func (m *machine) open(tb testing.TB, name string) *sql.DB {
	tb.Helper()
	c, err := pq.NewConnector(m.pg.DSN(name))
	if err != nil {
		tb.Fatal(err)
	}
	db := sql.OpenDB(c)
	tb.Cleanup(func() { db.Close() })
	return db
}

// must runs a statement.
func must(tb testing.TB, db *sql.DB, statement string, args ...any) {
	tb.Helper()
	if _, err := db.Exec(statement, args...); err != nil {
		tb.Fatalf("%s: %v", statement, err)
	}
}

// build makes a program of this repository.
func (m *machine) build(tb testing.TB, what string) string {
	tb.Helper()
	to := filepath.Join(m.dir, filepath.Base(what))
	if out, err := exec.Command("go", "build", "-o", to, what).CombinedOutput(); err != nil {
		tb.Fatalf("build %s: %v\n%s", what, err, out)
	}
	return to
}

// The minimal durable work of one check-in: that the update is known, and that
// somebody is there.
const bare = `
\set n :n + 1
\set id :client_id * 100000000 + :n
BEGIN;
INSERT INTO updates (id) VALUES (:id) ON CONFLICT DO NOTHING;
INSERT INTO attendance (activity_id, person_id, at) VALUES (1, :id, '2026-12-01 14:02+08') ON CONFLICT DO NOTHING;
COMMIT;
`

var tps = regexp.MustCompile(`tps = ([0-9.]+) \(without`)

// limit is the best rate over 1 to 64 clients at which pgbench does the minimal
// durable work of a check-in, a transaction each, on this server, now.
func (m *machine) limit(tb testing.TB, seconds int) float64 {
	tb.Helper()
	program, err := exec.LookPath("pgbench")
	if err != nil {
		found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
		if len(found) == 0 {
			tb.Fatal("pgbench is not on this machine: it comes with Postgres")
		}
		program = slices.Max(found)
	}
	script := filepath.Join(m.dir, "bare.sql")
	if err := os.WriteFile(script, []byte(bare), 0o644); err != nil {
		tb.Fatal(err)
	}
	db := m.open(tb, "bare")
	best := 0.0
	for _, clients := range []int{1, 4, 16, 32, 64} {
		must(tb, db, `DROP TABLE IF EXISTS updates, attendance`)
		must(tb, db, `CREATE TABLE updates (id bigint PRIMARY KEY)`)
		must(tb, db, `CREATE TABLE attendance (activity_id bigint, person_id bigint, at timestamptz NOT NULL, PRIMARY KEY (activity_id, person_id))`)
		must(tb, db, `CREATE INDEX attendance_by_person ON attendance (person_id, activity_id)`)
		must(tb, db, `CHECKPOINT`)
		dsn := strings.ReplaceAll(m.pg.DSN("bare"), "binary_parameters=yes", "")
		out, err := exec.Command(program, "-n", "-M", "prepared", "-c", strconv.Itoa(clients), "-j", "2", "-T", strconv.Itoa(seconds), "-D", "n=0", "-f", script, dsn).CombinedOutput()
		found := tps.FindSubmatch(out)
		if err != nil || found == nil {
			tb.Fatalf("pgbench: %v\n%s", err, out)
		}
		rate, _ := strconv.ParseFloat(string(found[1]), 64)
		best = max(best, rate)
	}
	return best
}

// count begins to count what statements take, if that is to be told.
func (d *district) count(tb testing.TB) {
	if *dearest > 0 {
		must(tb, d.db, `CREATE EXTENSION IF NOT EXISTS pg_stat_statements`)
		must(tb, d.db, `SELECT pg_stat_statements_reset()`)
	}
}

// statements tells which statements took the most of Postgres's time.
func (d *district) statements(tb testing.TB) {
	if *dearest == 0 {
		return
	}
	rows, err := d.db.Query(`SELECT total_exec_time, calls, rows, regexp_replace(query, '\s+', ' ', 'g') FROM pg_stat_statements ORDER BY total_exec_time DESC LIMIT $1`, *dearest)
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var took float64
		var calls, n int64
		var query string
		if err := rows.Scan(&took, &calls, &n, &query); err != nil {
			tb.Fatal(err)
		}
		tb.Logf("%8.1f ms %7d calls %8d rows %6.1f µs/press  %.150s", took, calls, n, took*1000/float64(*members), query)
	}
}

// look writes a profile of a program while it is driven, if that was asked for.
func (p *process) look(tb testing.TB, seconds int) (done func()) {
	if *profile == "" || p.listen == "" {
		return func() {}
	}
	ended := make(chan error, 1)
	go func() {
		res, err := http.Get(fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", p.listen, seconds))
		if err == nil {
			defer res.Body.Close()
			var b []byte
			if b, err = io.ReadAll(res.Body); err == nil {
				err = os.WriteFile(filepath.Join(*profile, strings.ReplaceAll(tb.Name(), "/", "-")+".pprof"), b, 0o644)
			}
		}
		ended <- err
	}()
	return func() {
		if err := <-ended; err != nil {
			tb.Error(err)
		}
	}
}

// metrics logs what the program says of commits and answers.
func (p *process) metrics(tb testing.TB) {
	if *dearest == 0 || p.listen == "" {
		return
	}
	res, err := http.Get("http://" + p.listen + "/metrics")
	if err != nil {
		tb.Fatal(err)
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "muster_tap") && !strings.Contains(line, "bucket") || strings.HasPrefix(line, "muster_answer_seconds_") && !strings.Contains(line, "bucket") {
			tb.Log(strings.TrimSpace(line))
		}
	}
}

// A process is a program that is measured.
type process struct {
	*exec.Cmd
	said   *os.File
	listen string  // where its operators look at it
	high   float64 // its peak of memory, once it has ended
}

// start runs a program until the benchmark ends.
func (m *machine) start(tb testing.TB, program string, env []string, args ...string) *process {
	tb.Helper()
	said, err := os.CreateTemp(m.dir, "log")
	if err != nil {
		tb.Fatal(err)
	}
	p := &process{Cmd: exec.Command(program, args...), said: said}
	p.Env = append(os.Environ(), env...)
	p.Stderr = said
	if err := p.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(p.stop)
	return p
}

func (p *process) stop() {
	if p.ProcessState == nil {
		p.Process.Signal(syscall.SIGTERM)
		p.Wait()
	}
}

// log is what the program said, for when it does not do as it should.
func (p *process) log() string {
	b, _ := os.ReadFile(p.said.Name())
	return string(b[max(0, len(b)-4000):])
}

// peak is the most memory that a program held, in MB.
func (p *process) peak() float64 {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	for line := range strings.Lines(string(b)) {
		if kb, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, _ := strconv.ParseFloat(strings.Fields(kb)[0], 64)
			return n / 1024
		}
	}
	return 0
}

// spent is the processor time that a process has used.
func spent(pid int) time.Duration { own, _ := times(pid); return own }

// spent is the processor time of Postgres: of the server, of what it has waited
// for and of what it runs.
func (m *machine) spent() time.Duration {
	own, ended := times(m.pid)
	all := own + ended
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, s := range stats {
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(s)))
		if fs := stat(pid); len(fs) > 1 && fs[1] == strconv.Itoa(m.pid) {
			all += spent(pid)
		}
	}
	return all
}

// stat is what the kernel tells of a process, from its state on.
func stat(pid int) []string {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	_, after, _ := strings.Cut(string(b), ") ")
	return strings.Fields(after)
}

func times(pid int) (own, ended time.Duration) {
	fs := stat(pid)
	if len(fs) < 15 {
		return 0, 0
	}
	ticks := func(i int) time.Duration {
		n, _ := strconv.ParseInt(fs[i], 10, 64)
		return time.Duration(n) * 10 * time.Millisecond
	}
	return ticks(11) + ticks(12), ticks(13) + ticks(14)
}
