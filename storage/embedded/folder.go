package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A folder is a cluster's place on disk. It belongs to whoever runs the program;
// only data and socket within it belong to the server's user, so that root never
// writes through a folder that somebody else may rearrange.
//
//	lock        held by every process of a running server; names its starter
//	data        the cluster; data.new while it is being made
//	socket      the folder of its socket, or a link to it where the path is too long
//	server.log  what the server says
type folder struct {
	dir string
	as  *identity
}

func openFolder(dir string) (folder, error) {
	if dir == "" {
		return folder{}, errors.New("embedded: no folder given")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return folder{}, fmt.Errorf("embedded: %w", err)
	}
	if err := makeFolder(dir); err != nil {
		return folder{}, fmt.Errorf("embedded: make the cluster's folder: %w", err)
	}
	as, err := serverIdentity(dir)
	if err != nil {
		return folder{}, err
	}
	return folder{dir, as}, nil
}

// makeFolder makes dir and its missing parents. Root's may be passed through by
// the server's user, whatever the umask; anybody else's are private.
func makeFolder(dir string) error {
	mode := os.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o711
	}
	if _, err := os.Stat(filepath.Dir(dir)); errors.Is(err, os.ErrNotExist) {
		if err := makeFolder(filepath.Dir(dir)); err != nil {
			return err
		}
	}
	err := os.Mkdir(dir, mode)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return os.Chmod(dir, mode)
}

func (f folder) path(name string) string { return filepath.Join(f.dir, name) }

var errLocked = errors.New("embedded: the folder is in use")

func (f folder) openLock() (*os.File, error) { return f.open("lock", 0) }

// open opens a file of the folder's owner, making it where it is absent. Root may
// be a guest in the folder of somebody who must still get at the file later.
func (f folder) open(name string, flags int) (*os.File, error) {
	file, err := os.OpenFile(f.path(name), os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW|flags, 0o600)
	if err != nil || f.as == nil {
		return file, err
	}
	st, err := os.Stat(f.dir)
	if sys, ok := st.Sys().(*syscall.Stat_t); err == nil && ok {
		err = file.Chown(int(sys.Uid), int(sys.Gid))
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// lock takes the cluster, or returns errLocked. The file is handed down to initdb
// and postgres and never unlocked, only closed: so the lock is free exactly when
// the last process of the cluster is gone, however any of them ended.
func (f folder) lock() (*os.File, error) {
	file, err := f.openLock()
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
	file, err := f.openLock()
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
	c, err := net.Dial("unix", filepath.Join(p.socket, ".s.PGSQL.5432"))
	if err != nil {
		return nil, false
	}
	c.Close()
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

type postmaster struct {
	pid    int
	socket string
	ready  bool
}

// postmaster reads what the server writes about itself in postmaster.pid: line 1
// is its process, line 5 its socket's folder, line 8 its state.
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
	if err != nil {
		return postmaster{}, false
	}
	return postmaster{pid, lines[4], strings.TrimSpace(lines[7]) == "ready"}, true
}

// start runs the server under the lock that it takes over.
func (f folder) start(ctx context.Context, lock *os.File, o Options) (*Server, error) {
	defer lock.Close()
	if o.Anew {
		if err := os.RemoveAll(f.path("data")); err != nil {
			return nil, fmt.Errorf("embedded: remove the old data: %w", err)
		}
	}
	major, err := f.major()
	if err != nil {
		return nil, err
	}
	bin, err := binariesFor(ctx, major, f.dir, o)
	if err != nil {
		return nil, err
	}
	if major == 0 {
		o.Say(fmt.Sprintf("Making a new Postgres %s cluster in %s", bin.version, f.dir))
		if err := f.initialise(ctx, bin, lock, o.Unsafe); err != nil {
			return nil, err
		}
	}
	o.Say(fmt.Sprintf("Starting Postgres %s in %s", bin.version, f.dir))
	s, err := f.serve(ctx, bin, lock, o)
	if err != nil {
		return nil, err
	}
	s.fresh = major == 0
	return s, nil
}

// major is the version of the data here, 0 where there are none.
func (f folder) major() (int, error) {
	b, err := os.ReadFile(f.path("data/PG_VERSION"))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("embedded: read the version of the data: %w", err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return 0, fmt.Errorf("embedded: %s: %w", f.path("data/PG_VERSION"), err)
	}
	return n, nil
}

// initialise makes the cluster beside its place and moves it there when complete.
func (f folder) initialise(ctx context.Context, bin binaries, lock *os.File, unsafe bool) error {
	side := f.path("data.new")
	if err := os.RemoveAll(side); err != nil {
		return fmt.Errorf("embedded: clear a half-made cluster: %w", err)
	}
	if err := f.give(side); err != nil {
		return err
	}
	locale := "C.UTF-8"
	if runtime.GOOS == "darwin" {
		locale = "C"
	}
	args := []string{"-D", side, "-U", owner, "-A", "trust", "-E", "UTF8", "--locale=" + locale, "--no-instructions"}
	if unsafe {
		args = append(args, "--no-sync")
	} else {
		args = append(args, "--data-checksums")
	}
	cmd := f.command(ctx, bin, "initdb", args, lock)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = 5 * time.Second
	wait, err := spawn(cmd)
	if err == nil {
		err = <-wait
	}
	if err != nil {
		return fmt.Errorf("embedded: initdb: %w%s\n%s", err, f.as.obstacle(side, bin.dir), tail(out.Bytes()))
	}
	if err := os.Rename(side, f.path("data")); err != nil {
		return fmt.Errorf("embedded: put the new cluster in its place: %w", err)
	}
	return syncFolder(f.dir)
}

// give makes a folder that belongs to the server's user alone.
func (f folder) give(path string) error {
	if err := os.Mkdir(path, 0o700); err != nil {
		return fmt.Errorf("embedded: %w", err)
	}
	return f.as.own(path)
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("embedded: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("embedded: sync %s: %w", path, err)
	}
	return nil
}

// command prepares a program of Postgres: as the server's user, with a clean
// environment, holding the lock.
func (f folder) command(ctx context.Context, bin binaries, program string, args []string, lock *os.File) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(bin.dir, program), args...)
	cmd.Dir = "/"
	cmd.Env = environment()
	cmd.ExtraFiles = []*os.File{lock}
	cmd.SysProcAttr = attributes(f.as.credential())
	return cmd
}

// serve starts postgres and returns when it is ready.
func (f folder) serve(ctx context.Context, bin binaries, lock *os.File, o Options) (*Server, error) {
	socket, err := f.socketFolder()
	if err != nil {
		return nil, err
	}
	log, err := f.openLog()
	if err != nil {
		return nil, err
	}
	defer log.Close()
	begin, err := log.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, fmt.Errorf("embedded: server log: %w", err)
	}
	args := append([]string{"-D", f.path("data")}, settings(o, socket)...)
	cmd := f.command(context.WithoutCancel(ctx), bin, "postgres", args, lock)
	cmd.Stdout, cmd.Stderr = log, log
	wait, err := spawn(cmd)
	if err != nil {
		return nil, fmt.Errorf("embedded: start postgres: %w%s", err, f.as.obstacle(f.dir, bin.dir))
	}
	s := ours(cmd.Process, wait, f.dropSocketFolder)
	s.socket = socket
	if err := f.awaitReady(ctx, cmd.Process.Pid, s.ended); err != nil {
		_ = s.Stop()
		said, _ := io.ReadAll(io.NewSectionReader(log, begin, 1<<20))
		return nil, fmt.Errorf("embedded: start postgres: %w%s\n%s", err, f.as.obstacle(f.dir, bin.dir), tail(said))
	}
	return s, nil
}

func (f folder) awaitReady(ctx context.Context, pid int, ended <-chan struct{}) error {
	look := time.NewTicker(3 * time.Millisecond)
	defer look.Stop()
	for {
		if p, ok := f.postmaster(); ok && p.pid == pid && p.ready {
			return nil
		}
		select {
		case <-look.C:
		case <-ended:
			return errors.New("it ended at once")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// openLog opens server.log; one that has grown large becomes server.log.old.
func (f folder) openLog() (*os.File, error) {
	path := f.path("server.log")
	if st, err := os.Lstat(path); err == nil && st.Size() > 8<<20 {
		if err := os.Rename(path, path+".old"); err != nil {
			return nil, fmt.Errorf("embedded: server log: %w", err)
		}
	}
	log, err := f.open("server.log", os.O_APPEND)
	if err != nil {
		return nil, fmt.Errorf("embedded: server log: %w", err)
	}
	return log, nil
}

// tail is the end of what a program said, short enough for an error.
func tail(b []byte) []byte {
	b = bytes.TrimSpace(b)
	if len(b) > 2000 {
		b = b[len(b)-2000:]
	}
	return b
}
