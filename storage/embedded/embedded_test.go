package embedded

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/lib/pq"
	"go.uber.org/goleak"
)

// TestMain also serves as the other process of the tests that need one.
func TestMain(m *testing.M) {
	if dir := os.Getenv(otherProcess); dir != "" {
		os.Exit(beOther(dir))
	}
	goleak.VerifyTestMain(m)
}

// place makes a folder for a cluster. It is not t.TempDir, which root's server,
// run by another user, could not enter.
func place(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "embedded-")
	if err == nil {
		err = os.Chmod(dir, 0o711)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// start starts a cluster for the test, which may have stopped it before its end.
func start(t *testing.T, o Options) *Server {
	t.Helper()
	o.Offline = true
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, s) })
	return s
}

func stop(t *testing.T, s *Server) {
	t.Helper()
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
}

// ask runs one statement in the database and returns its one value.
func ask(t *testing.T, s *Server, database, query string) string {
	t.Helper()
	c, err := pq.NewConnector(s.DSN(database))
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(c)
	defer db.Close()
	var v string
	if err := db.QueryRow(query).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

// kept tells whether a database that the test made is still there.
const kept = `SELECT count(*)::text FROM pg_database WHERE datname = 'muster'`

func TestDataOutliveAStop(t *testing.T) {
	dir := place(t)
	s := start(t, Options{Dir: dir})
	if !s.Fresh() || !s.Owned() {
		t.Errorf("first start: got fresh %v owned %v, want both", s.Fresh(), s.Owned())
	}
	for range 2 {
		if err := s.CreateDatabase(t.Context(), "muster"); err != nil {
			t.Fatal(err)
		}
	}
	if got := ask(t, s, "muster", `SHOW fsync`); got != "on" {
		t.Errorf("fsync: got %s, want on", got)
	}
	if got := ask(t, s, "muster", `SHOW data_checksums`); got != "on" {
		t.Errorf("data_checksums: got %s, want on", got)
	}
	if got := ask(t, s, "muster", `SHOW listen_addresses`); got != "" {
		t.Errorf("listen_addresses: got %q, want none", got)
	}
	stop(t, s)
	<-s.Done()
	var said []string
	s = start(t, Options{Dir: dir, Say: func(line string) { said = append(said, line) }})
	if s.Fresh() {
		t.Error("second start: made a new cluster")
	}
	if got := ask(t, s, "postgres", kept); got != "1" {
		t.Errorf("databases after the second start: got %s, want 1", got)
	}
	if len(said) != 1 || !strings.HasPrefix(said[0], "Starting Postgres ") {
		t.Errorf("said %q, want one line that it starts", said)
	}
}

func TestDatabasesAreMadeOnceWhoeverComesFirst(t *testing.T) {
	s := start(t, Options{Dir: place(t), Unsafe: true})
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			if err := s.CreateDatabase(context.Background(), `odd "name"`); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := ask(t, s, `odd "name"`, `SELECT current_database()`); got != `odd "name"` {
		t.Errorf("got %s", got)
	}
}

func TestASecondStartJoins(t *testing.T) {
	dir := place(t)
	first := start(t, Options{Dir: dir, Unsafe: true})
	second := start(t, Options{Dir: dir, Unsafe: true, Anew: true})
	third, err := Join(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer third.Stop()
	for _, s := range []*Server{second, third} {
		if s.Owned() || s.Fresh() {
			t.Errorf("got owned %v fresh %v, want neither", s.Owned(), s.Fresh())
		}
	}
	stop(t, second)
	<-second.Done()
	if got := ask(t, first, "postgres", `SELECT 'up'`); got != "up" {
		t.Errorf("after the guest left: got %s", got)
	}
	stop(t, first)
	<-third.Done() // a guest hears of the end
}

func TestJoinStartsNothing(t *testing.T) {
	dir := filepath.Join(place(t), "none")
	if _, err := Join(dir); !errors.Is(err, ErrNotRunning) {
		t.Errorf("got %v, want %v", err, ErrNotRunning)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder was made: %v", err)
	}
}

func TestAKilledPostmasterLosesNothing(t *testing.T) {
	dir := place(t)
	s := start(t, Options{Dir: dir})
	if err := s.CreateDatabase(t.Context(), "muster"); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(postmasterOf(t, dir), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-s.Done()
	s = start(t, Options{Dir: dir})
	if got := ask(t, s, "postgres", kept); got != "1" {
		t.Errorf("databases after the kill: got %s, want 1", got)
	}
}

// After a power cut the number in postmaster.pid may be another process's, of
// the same user even; Postgres alone would refuse to start.
func TestAReusedProcessNumberDoesNotStopTheStart(t *testing.T) {
	other := place(t)
	start(t, Options{Dir: other, Unsafe: true})
	dir := place(t)
	s := start(t, Options{Dir: dir})
	killed := postmasterOf(t, dir)
	if err := syscall.Kill(killed, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-s.Done()
	pidFile := filepath.Join(dir, "data/postmaster.pid")
	b, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	rest := strings.TrimPrefix(string(b), strconv.Itoa(killed))
	if err := os.WriteFile(pidFile, []byte(strconv.Itoa(postmasterOf(t, other))+rest), 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, Options{Dir: dir})
}

func postmasterOf(t *testing.T, dir string) int {
	t.Helper()
	p, ok := folder{dir: dir}.postmaster()
	if !ok {
		t.Fatalf("no postmaster.pid in %s", dir)
	}
	return p.pid
}

func TestAnyPathWillDo(t *testing.T) {
	for _, name := range []string{
		strings.Repeat("long/", 40) + "end",
		`it's a "folder", with \ signs`,
		"区委 数据",
	} {
		dir := filepath.Join(place(t), name)
		s := start(t, Options{Dir: dir, Unsafe: true})
		if got := ask(t, s, "postgres", `SELECT 'up'`); got != "up" {
			t.Errorf("%s: got %s", name, got)
		}
		guest, err := Join(dir)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if guest.DSN("x") != s.DSN("x") {
			t.Errorf("%s: the guest's DSN is %s, the owner's %s", name, guest.DSN("x"), s.DSN("x"))
		}
		stop(t, guest)
		stop(t, s)
		if _, err := os.Stat(s.socket); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: the socket's folder %s is left", name, s.socket)
		}
	}
}

func TestAHalfMadeClusterIsMadeAnew(t *testing.T) {
	dir := place(t)
	half := filepath.Join(dir, "data.new/base")
	if err := os.MkdirAll(half, 0o700); err != nil {
		t.Fatal(err)
	}
	s := start(t, Options{Dir: dir, Unsafe: true})
	if !s.Fresh() {
		t.Error("the half-made cluster was used")
	}
	if _, err := os.Stat(half); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the half-made cluster is still there: %v", err)
	}
}

func TestDataOfAnotherVersionAreNeitherUsedNorPassedOver(t *testing.T) {
	dir := place(t)
	version := filepath.Join(dir, "data/PG_VERSION")
	if err := os.Mkdir(filepath.Dir(version), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(version, []byte("12\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), Options{Dir: dir, Offline: true})
	if !errors.Is(err, ErrOtherVersion) || !strings.Contains(err.Error(), "install it (apt-get install postgresql-12") {
		t.Errorf("got %v, want %v with the mend", err, ErrOtherVersion)
	}
	if b, err := os.ReadFile(version); err != nil || string(b) != "12\n" {
		t.Errorf("PG_VERSION: got %q, %v", b, err)
	}
	s := start(t, Options{Dir: dir, Offline: true, Unsafe: true, Anew: true})
	if !s.Fresh() {
		t.Error("asked for a new cluster, got the old")
	}
}

func TestSettingsAreTheServersButThePrivacyIsOurs(t *testing.T) {
	s := start(t, Options{Dir: place(t), Unsafe: true, Settings: map[string]string{
		"max_connections": "17", "listen_addresses": "*", "unix_socket_permissions": "0777",
	}})
	for query, want := range map[string]string{
		`SHOW max_connections`:         "17",
		`SHOW fsync`:                   "off",
		`SHOW listen_addresses`:        "",
		`SHOW unix_socket_permissions`: "0700",
		`SHOW server_encoding`:         "UTF8",
	} {
		if got := ask(t, s, "postgres", query); got != want {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
}

func TestNothingOfOurEnvironmentReachesTheServer(t *testing.T) {
	t.Setenv("MUSTER_TELEGRAM_TOKEN", "1:secret")
	t.Setenv("PGDATA", "/nowhere")
	t.Setenv("PGPORT", "1")
	t.Setenv("LC_ALL", "tlh_QO.klingon")
	t.Setenv("TZ", "Mars/Phobos")
	want := []string{"LC_ALL=C", "TZ=UTC", "PATH=" + os.Getenv("PATH")}
	for _, v := range environment() {
		name, _, _ := strings.Cut(v, "=")
		if !slices.Contains(want, v) && !strings.HasSuffix(name, "LIBRARY_PATH") {
			t.Errorf("the server sees %s", name)
		}
	}
	s := start(t, Options{Dir: place(t), Unsafe: true})
	if got := ask(t, s, "postgres", `SHOW lc_ctype`); got == "tlh_QO.klingon" {
		t.Error("the server took our locale")
	}
}

func TestAFailedStartTellsWhatPostgresSaid(t *testing.T) {
	dir := place(t)
	_, err := Start(t.Context(), Options{Dir: dir, Offline: true, Unsafe: true, Settings: map[string]string{"no_such_setting": "1"}})
	if err == nil || !strings.Contains(err.Error(), "no_such_setting") {
		t.Errorf("got %v, want the server's own words", err)
	}
	start(t, Options{Dir: dir, Unsafe: true}) // and the folder is free again
}

func TestAStartEndsWithItsContext(t *testing.T) {
	dir := place(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Start(ctx, Options{Dir: dir, Offline: true}); err == nil {
		t.Error("started under an ended context")
	}
	if (folder{dir: dir}).locked() {
		t.Error("the folder is still in use")
	}
}
