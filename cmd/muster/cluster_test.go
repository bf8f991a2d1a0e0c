package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"campaign/storage/embedded"
	"campaign/storage/storagetest"
)

// A cluster is a Postgres that a test stops, kills and starts again, with every
// commit on disk.
type cluster struct {
	t        *testing.T
	dir      string
	settings map[string]string
	server   *embedded.Server
}

// newCluster starts one with a database for the program.
func newCluster(t *testing.T, settings map[string]string) *cluster {
	t.Helper()
	c := &cluster{t: t, dir: place(t), settings: settings}
	t.Cleanup(func() {
		if err := c.server.Stop(); err != nil {
			t.Error(err)
		}
	})
	c.start()
	if err := c.server.CreateDatabase(t.Context(), "muster"); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *cluster) start() {
	c.t.Helper()
	s, err := embedded.Start(c.t.Context(), embedded.Options{Dir: c.dir, Settings: c.settings, Offline: true})
	if err != nil {
		c.t.Fatal(err)
	}
	c.server = s
}

func (c *cluster) dsn() string { return c.server.DSN("muster") }

// socket is the folder of the server's socket.
func (c *cluster) socket() string {
	return strings.Trim(strings.Fields(strings.TrimPrefix(c.server.DSN("muster"), "host="))[0], "'")
}

// signal gives the server a signal, and waits for its end: SIGQUIT is an immediate
// stop, SIGKILL the loss of the machine.
func (c *cluster) signal(s syscall.Signal) {
	c.t.Helper()
	b, err := os.ReadFile(filepath.Join(c.dir, "data", "postmaster.pid"))
	if err != nil {
		c.t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.SplitN(string(b), "\n", 2)[0])
	if err == nil {
		err = syscall.Kill(pid, s)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	<-c.server.Done()
}

// do runs a statement that no transaction may hold.
func (c *cluster) do(statement string) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), time.Minute)
	defer cancel()
	if err := storagetest.Do(ctx, c.server.DSN("postgres"), statement); err != nil {
		c.t.Fatal(err)
	}
}

// standby makes a copy of c that follows it, and has each commit of c wait for it.
func (c *cluster) standby() *cluster {
	c.t.Helper()
	s := &cluster{t: c.t, dir: place(c.t)}
	data := filepath.Join(s.dir, "data")
	bins, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		c.t.Fatal(err)
	}
	for _, dir := range append(bins, os.Getenv("MUSTER_POSTGRES_BIN")) {
		os.Setenv("PATH", os.Getenv("PATH")+":"+dir)
	}
	backup := exec.CommandContext(c.t.Context(), "pg_basebackup", "-h", c.socket(), "-U", "muster", "-D", data, "-R", "-c", "fast")
	if out, err := backup.CombinedOutput(); err != nil {
		c.t.Fatalf("%v: %s", err, out)
	}
	s.own(data, filepath.Join(c.dir, "data"))
	c.t.Cleanup(func() {
		if err := s.server.Stop(); err != nil {
			c.t.Error(err)
		}
	})
	s.start()
	c.do(`ALTER SYSTEM SET synchronous_standby_names = '*'`)
	c.do(`SELECT pg_reload_conf()`)
	return s
}

// own gives a folder to whoever owns another: the user that servers run as.
func (c *cluster) own(path, like string) {
	c.t.Helper()
	st, err := os.Stat(like)
	if err != nil {
		c.t.Fatal(err)
	}
	sys, ok := st.Sys().(*syscall.Stat_t)
	if !ok || os.Geteuid() != 0 {
		return // we run servers as ourselves
	}
	err = filepath.WalkDir(path, func(at string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Lchown(at, int(sys.Uid), int(sys.Gid)))
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

// either is the address of two servers: whichever can be written to is meant.
func either(a, b *cluster) string {
	return fmt.Sprintf("host=%s,%s port=5432,5432 user=muster dbname=muster sslmode=disable target_session_attrs=read-write", a.socket(), b.socket())
}
