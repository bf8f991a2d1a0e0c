package storagetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"campaign/storage/embedded"
)

// babysitterVariable, in the environment of a test binary, makes it the babysitter
// of the shared server whose folder it names: a process of its own, since the
// server must outlive the test binary that happened to come first.
const babysitterVariable = "MUSTER_TEST_SERVER"

// linger is how long the babysitter keeps the server for the next test binary.
const linger = 10 * time.Second

// joinShared joins the shared server of the folder, starting its babysitter where
// there is none. The returned file holds the lock that says "in use".
//
// Two locks keep the peace. Whoever starts or ends the server holds `start`;
// every test binary that uses it shares `users`. So a test binary either finds
// the server in use by itself, or waits until it has ended and starts another.
func joinShared(ctx context.Context, dir string, linger time.Duration) (*embedded.Server, *os.File, error) {
	start, err := lock(ctx, filepath.Join(dir, "start"), syscall.LOCK_EX)
	if err != nil {
		return nil, nil, err
	}
	defer start.Close()
	users, err := lock(ctx, filepath.Join(dir, "users"), syscall.LOCK_SH)
	if err != nil {
		return nil, nil, err
	}
	server, err := embedded.Join(clusterFolder(dir))
	if errors.Is(err, embedded.ErrNotRunning) {
		if err = hireBabysitter(ctx, dir, linger); err == nil {
			server, err = embedded.Join(clusterFolder(dir))
		}
	}
	if err != nil {
		users.Close()
		return nil, nil, err
	}
	return server, users, nil
}

func clusterFolder(dir string) string { return filepath.Join(dir, "cluster") }

// hireBabysitter runs this very binary as the babysitter and waits until its
// server is up. It inherits no output of ours, for which `go test` would wait,
// only a pipe that it closes when the server is up or has failed to come up.
func hireBabysitter(ctx context.Context, dir string, linger time.Duration) error {
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("storagetest: %w", err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("storagetest: %w", err)
	}
	defer r.Close()
	cmd := exec.Command(exe, linger.String())
	cmd.Env = append(os.Environ(), babysitterVariable+"="+dir)
	cmd.Dir = "/"
	cmd.ExtraFiles = []*os.File{w}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	err = cmd.Start()
	w.Close()
	if err != nil {
		return fmt.Errorf("storagetest: start the babysitter: %w", err)
	}
	defer cmd.Process.Release()
	if deadline, ok := ctx.Deadline(); ok {
		if err := r.SetReadDeadline(deadline); err != nil {
			return fmt.Errorf("storagetest: %w", err)
		}
	}
	said, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("storagetest: wait for the server: %w", err)
	}
	if string(said) != up {
		return fmt.Errorf("storagetest: the server did not come up: %s", said)
	}
	return nil
}

// up is what the babysitter says when its server takes connections; anything
// else is an error.
const up = "up"

// babysit runs the shared server until nobody has used it for as long as the only
// argument says, then removes it without a trace. It returns the exit code.
func babysit(dir string, args []string) int {
	syscall.CloseOnExec(3)
	report := os.NewFile(3, "report")
	server, linger, err := startShared(dir, args)
	if err != nil {
		fmt.Fprint(report, err)
		report.Close()
		return 1
	}
	fmt.Fprint(report, up)
	report.Close()
	start := awaitIdle(dir, linger, server.Done())
	if start == nil {
		return 1 // it died; whoever starts the next one clears its folder
	}
	defer start.Close()
	if err := server.Stop(); err != nil {
		return 1
	}
	if err := os.RemoveAll(clusterFolder(dir)); err != nil {
		return 1
	}
	return 0
}

func startShared(dir string, args []string) (*embedded.Server, time.Duration, error) {
	linger, err := time.ParseDuration(strings.Join(args, " "))
	if err != nil || linger <= 0 {
		return nil, 0, fmt.Errorf("storagetest: the babysitter was told to linger %q: %w", args, err)
	}
	server, err := embedded.Start(context.Background(), embedded.Options{
		Dir: clusterFolder(dir), Anew: true, Unsafe: true, Offline: true,
		Settings: map[string]string{"max_connections": "1000"},
	})
	return server, linger, err
}

// awaitIdle returns the start lock once nobody has used the server for a while,
// so that nobody can begin to; nil when the server has died.
func awaitIdle(dir string, linger time.Duration, died <-chan struct{}) *os.File {
	tick := time.NewTicker(linger / 10)
	defer tick.Stop()
	lastUsed := time.Now()
	for {
		select {
		case <-died:
			return nil
		case now := <-tick.C:
			start := tryLock(filepath.Join(dir, "start"))
			users := tryLock(filepath.Join(dir, "users"))
			if start == nil || users == nil {
				lastUsed = now
			}
			if users != nil {
				users.Close()
			}
			if now.Sub(lastUsed) >= linger && start != nil {
				return start
			}
			if start != nil {
				start.Close()
			}
		}
	}
}
