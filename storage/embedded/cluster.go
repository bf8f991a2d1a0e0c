package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

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
	if err := f.clearStale(); err != nil {
		return nil, err
	}
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
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
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

// tail is the end of what a program said, short enough for an error.
func tail(b []byte) []byte {
	b = bytes.TrimSpace(b)
	if len(b) > 2000 {
		b = b[len(b)-2000:]
	}
	return b
}
