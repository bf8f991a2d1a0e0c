package main

import (
	"context"
	"net/http"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A victim is "muster run" as a machine treats it that loses its power: killed
// without warning, started again, and at last stopped as it should be.
type victim struct {
	t      *testing.T
	env    []string
	args   []string
	listen string
	said   log

	mu   sync.Mutex
	cmd  *exec.Cmd
	dead chan struct{} // closed when the present one has ended
	fuse fuse
}

// A fuse kills the victim in the middle of one of its calls: it was heard and
// carried out, and is never answered.
type fuse struct {
	method string
	calls  int // until then; 0 is none
}

func newVictim(t *testing.T) *victim {
	listen := free(t)
	v := &victim{t: t, listen: listen, args: []string{"run", "--listen", listen}}
	t.Cleanup(v.kill)
	return v
}

// start starts it, and does not wait.
func (v *victim) start() {
	v.t.Helper()
	cmd, err := program(context.Background(), v.env, v.args...)
	if err != nil {
		v.t.Fatal(err)
	}
	cmd.Stderr = &v.said
	if err := cmd.Start(); err != nil {
		v.t.Fatal(err)
	}
	dead := make(chan struct{})
	go func() {
		_ = cmd.Wait() // how it ended is read from its state
		close(dead)
	}()
	v.mu.Lock()
	defer v.mu.Unlock()
	v.cmd, v.dead = cmd, dead
}

// up waits until it is ready, or until somebody has killed it.
func (v *victim) up(ctx context.Context) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		if answer, err := http.Get("http://" + v.listen + "/readyz"); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-look.C:
		case <-v.dead:
			if !v.killed() {
				v.t.Fatalf("the program ended by itself:\n%s", v.said.String())
			}
			return
		case <-ctx.Done():
			v.t.Fatalf("the program does not come up:\n%s", v.said.String())
		}
	}
}

// killed reports whether the present one was killed.
func (v *victim) killed() bool {
	status, ok := v.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signal() == syscall.SIGKILL
}

// kill kills it, and returns when it is dead.
func (v *victim) kill() {
	v.mu.Lock()
	cmd, dead := v.cmd, v.dead
	v.fuse = fuse{}
	v.mu.Unlock()
	if cmd == nil {
		return
	}
	_ = cmd.Process.Kill() // it may be dead already
	<-dead
}

// light sets a fuse.
func (v *victim) light(f fuse) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.fuse = f
}

// burn hears of each call of the victim, before it is answered.
func (v *victim) burn(method string) {
	v.mu.Lock()
	if v.fuse.calls == 0 || v.fuse.method != method {
		v.mu.Unlock()
		return
	}
	v.fuse.calls--
	over := v.fuse.calls == 0
	v.mu.Unlock()
	if over {
		v.kill()
	}
}

// stop stops it in order, and returns its exit code.
func (v *victim) stop() int {
	_ = v.cmd.Process.Signal(syscall.SIGTERM)
	<-v.dead
	return v.cmd.ProcessState.ExitCode()
}

// after waits for d, and reports whether it lived so long.
func (v *victim) after(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-v.dead:
		return false
	}
}
