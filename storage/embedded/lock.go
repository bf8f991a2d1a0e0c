package embedded

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

var errLocked = errors.New("embedded: the folder is in use")

// lock takes the cluster, or returns errLocked. The file is handed down to initdb
// and postgres and never unlocked, only closed: so the lock is free exactly when
// the last process of the cluster is gone, however any of them ended.
func (f folder) lock() (*os.File, error) {
	file, err := f.open("lock", 0)
	if err != nil {
		return nil, fmt.Errorf("embedded: lock: %w", err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		err = file.Truncate(0)
	}
	if err == nil {
		_, err = file.WriteAt([]byte(strconv.Itoa(os.Getpid())), 0)
	}
	if err == nil {
		return file, nil
	}
	file.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errLocked
	}
	return nil, fmt.Errorf("embedded: lock %s: %w", f.dir, err)
}

// locked reports whether any process of the cluster lives.
func (f folder) locked() bool {
	file, err := os.Open(f.path("lock"))
	if err != nil {
		return false
	}
	defer file.Close()
	return errors.Is(syscall.Flock(int(file.Fd()), syscall.LOCK_SH|syscall.LOCK_NB), syscall.EWOULDBLOCK)
}

// join returns the server that runs here, if it takes connections.
func (f folder) join() (*Server, bool) {
	p, ok := f.postmaster()
	if !ok || !p.ready {
		return nil, false
	}
	if !diesWithParent && f.orphaned() {
		_ = syscall.Kill(p.pid, syscall.SIGINT)
		return nil, false
	}
	if !p.answers() {
		return nil, false
	}
	s := theirs(f.locked)
	s.socket = p.socket
	return s, true
}

// orphaned reports whether the process that started the server is gone.
func (f folder) orphaned() bool {
	b, err := os.ReadFile(f.path("lock"))
	if err != nil {
		return false
	}
	pid, err := strconv.Atoi(string(b))
	return err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}

// clearStale removes the postmaster.pid of a server that was killed, or lost its
// power: the number in it may be another process's by now, and Postgres would
// take that for itself and refuse to start. The caller holds the lock, so no
// server of ours lives; one that somebody started by hand answers.
func (f folder) clearStale() error {
	p, ok := f.postmaster()
	if !ok || p.socket == "" || p.answers() {
		return nil
	}
	if err := os.Remove(f.path("data/postmaster.pid")); err != nil {
		return fmt.Errorf("embedded: clear what a killed server left: %w", err)
	}
	return nil
}

type postmaster struct {
	pid    int
	port   string
	socket string
	ready  bool
}

// answers reports whether a server listens on the socket.
func (p postmaster) answers() bool {
	c, err := net.Dial("unix", filepath.Join(p.socket, ".s.PGSQL."+p.port))
	if err != nil {
		return false
	}
	c.Close()
	return true
}

// postmaster reads what the server writes about itself in postmaster.pid: line 1
// is its process, line 4 its port, line 5 its socket's folder, line 8 its state.
func (f folder) postmaster() (postmaster, bool) {
	b, err := os.ReadFile(f.path("data/postmaster.pid"))
	if err != nil {
		return postmaster{}, false
	}
	lines := strings.Split(string(b), "\n")
	if len(lines) < 8 {
		return postmaster{}, false
	}
	pid, err := strconv.Atoi(lines[0])
	if err != nil || pid <= 1 {
		return postmaster{}, false
	}
	return postmaster{pid, lines[3], lines[4], strings.TrimSpace(lines[7]) == "ready"}, true
}
