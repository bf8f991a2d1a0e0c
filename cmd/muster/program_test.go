package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// asProgram, in the environment of a test binary, makes it the program itself:
// the tests run the very command that people type, with its output, its signals
// and its exit code.
const asProgram = "MUSTER_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "" {
		os.Exit(m.Run())
	}
	go func() { // a test that dies takes its program along
		io.Copy(io.Discard, os.Stdin)
		os.Exit(3)
	}()
	main()
}

// place makes a folder for a cluster. It is not t.TempDir, which root's server,
// run by another user, could not enter.
func place(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "muster-")
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

// A result is what a command said, and its exit code.
type result struct {
	out, err string
	code     int
}

// program prepares the program; it sees no setting of the machine's, only env.
func program(ctx context.Context, env []string, args ...string) (*exec.Cmd, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, exe, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 30 * time.Second
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "MUSTER_") || strings.HasPrefix(v, "MUSTER_POSTGRES_BIN=") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(append(cmd.Env, asProgram+"=1"), env...)
	_, err = cmd.StdinPipe()
	return cmd, err
}

// muster runs a command to its end.
func muster(t *testing.T, env []string, args ...string) result {
	t.Helper()
	cmd, err := program(t.Context(), env, args...)
	if err != nil {
		t.Fatal(err)
	}
	var out, said strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &said
	err = cmd.Run()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		t.Fatalf("muster %s: %v", strings.Join(args, " "), err)
	}
	return result{out: out.String(), err: said.String(), code: cmd.ProcessState.ExitCode()}
}

// A running is a demo that is being shown.
type running struct {
	url  string // with the slash at its end
	stop func() result
}

// show starts a demo, and waits until it says where it is. It is stopped, as
// with Ctrl-C, at the latest with the test.
func show(t *testing.T, args ...string) running {
	t.Helper()
	ctx, interrupt := context.WithCancel(context.Background())
	cmd, err := program(ctx, nil, append([]string{"demo"}, args...)...)
	if err != nil {
		interrupt()
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		interrupt()
		t.Fatal(err)
	}
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		interrupt()
		t.Fatal(err)
	}
	line, readErr := bufio.NewReader(out).ReadString('\n')
	var r running
	r.stop = sync.OnceValue(func() result {
		interrupt()
		rest, _ := io.ReadAll(out)
		_ = cmd.Wait() // its exit code tells how it ended
		return result{out: line + string(rest), err: said.String(), code: cmd.ProcessState.ExitCode()}
	})
	t.Cleanup(func() {
		if end := r.stop(); end.code != 0 {
			t.Errorf("the demo ended with %d, want 0:\n%s", end.code, end.err)
		}
	})
	_, url, ok := strings.Cut(strings.TrimSpace(line), "Muster is at ")
	if readErr != nil || !ok {
		t.Fatalf("the demo printed %q (%v) and said:\n%s", line, readErr, r.stop().err)
	}
	r.url = url
	return r
}

// now is the time that the clock of a demo shows.
func now(t *testing.T, r running) time.Time {
	t.Helper()
	var state struct{ Clock struct{ Now time.Time } }
	ask(t, r.url+"phone/state", &state)
	return state.Clock.Now
}

// ask reads what the page reads.
func ask(t *testing.T, url string, into any) {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", url, answer.Status, err)
	}
}
