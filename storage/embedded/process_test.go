package embedded

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// otherProcess, in the environment of this test binary, names the folder in
// which it starts a server, as a program that uses this package would.
const otherProcess = "EMBEDDED_TEST_DIR"

// beOther starts a server, tells whether it owns it, and keeps it until its
// input ends.
func beOther(dir string) int {
	s, err := Start(context.Background(), Options{Dir: dir, Offline: true})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	if s.Owned() {
		err = s.CreateDatabase(context.Background(), "muster")
	}
	fmt.Println("owned", s.Owned(), err)
	_, _ = io.Copy(io.Discard, os.Stdin)
	if err := s.Stop(); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// An other is such a process; it is gone when the test ends.
type other struct {
	cmd   *exec.Cmd
	input io.WriteCloser
	said  *bufio.Reader
}

func runOther(t *testing.T, dir string) other {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), otherProcess+"="+dir, "GORACE=atexit_sleep_ms=0")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		_ = cmd.Wait()
	})
	return other{cmd, in, bufio.NewReader(out)}
}

func (o other) says(t *testing.T) string {
	t.Helper()
	line, err := o.said.ReadString('\n')
	if err != nil {
		t.Fatalf("the other process said %q and ended: %v", line, err)
	}
	return strings.TrimSpace(line)
}

func TestOfSeveralProcessesOneStartsAndTheOthersJoin(t *testing.T) {
	dir := place(t)
	var all []other
	for range 4 {
		all = append(all, runOther(t, dir))
	}
	said := map[string]int{}
	for _, o := range all {
		said[o.says(t)]++
	}
	if said["owned true <nil>"] != 1 || said["owned false <nil>"] != 3 {
		t.Errorf("got %v, want one owner and three guests", said)
	}
}

func TestAKilledProgramTakesItsServerWithIt(t *testing.T) {
	dir := place(t)
	o := runOther(t, dir)
	if got := o.says(t); got != "owned true <nil>" {
		t.Fatalf("got %s", got)
	}
	guest, err := Join(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer guest.Stop()
	if err := o.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if !diesWithParent { // there, the next start ends the orphan
		stop(t, start(t, Options{Dir: dir}))
	}
	select {
	case <-guest.Done():
	case <-time.After(time.Minute):
		t.Fatal("the server outlived its program")
	}
	s := start(t, Options{Dir: dir})
	if got := ask(t, s, "postgres", kept); got != "1" {
		t.Errorf("databases after the kill: got %s, want 1", got)
	}
}

// A start that meets a server on its way out waits for its end and starts its own.
func TestAStartDuringAStopGetsAServer(t *testing.T) {
	dir := place(t)
	for range 5 {
		first := start(t, Options{Dir: dir, Unsafe: true})
		stopped := make(chan error, 1)
		go func() { stopped <- first.Stop() }()
		second := start(t, Options{Dir: dir, Unsafe: true})
		if err := <-stopped; err != nil {
			t.Error(err)
		}
		if second.Owned() {
			if got := ask(t, second, "postgres", `SELECT 'up'`); got != "up" {
				t.Errorf("got %s", got)
			}
		}
		stop(t, second)
	}
}
