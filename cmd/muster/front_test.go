package main

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
)

// get asks an address, and returns the status and what it says.
func get(t *testing.T, url string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, strings.TrimSpace(string(said))
}

func TestAProgramThatStartsOrStopsIsAliveAndNotReady(t *testing.T) {
	t.Parallel()
	stopping := make(chan struct{})
	f, err := listen("127.0.0.1:0", stopping)
	if err != nil {
		t.Fatal(err)
	}
	url, stopped := "http://"+f.listener.Addr().String(), make(chan error, 1)
	finish := make(chan struct{})
	go func() {
		stopped <- f.serve(t.Context(), func(context.Context) error {
			<-finish
			return nil
		})
	}()
	tells := func(path string, code int, what string) {
		t.Helper()
		if got, said := get(t, url+path); got != code || !strings.HasPrefix(said, what) || strings.Contains(said, "\n") {
			t.Errorf("%s: got %d %q, want %d and one line that begins with %q", path, got, said, code, what)
		}
	}
	tells("/healthz", 200, "ok")
	tells("/readyz", 503, "starting: ")
	tells("/metrics", 503, "starting")
	tells("/telegram", 503, "starting") // Telegram comes again
	close(stopping)
	tells("/healthz", 200, "ok")
	tells("/readyz", 503, "stopping: ")
	close(finish)
	if err := <-stopped; err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func TestAPortThatIsTakenIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	f, err := listen("127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer f.listener.Close()
	got := muster(t, []string{"MUSTER_TELEGRAM_TOKEN=123456:simulated", "MUSTER_DATA=" + place(t)}, "run", "--log-level", "error", "--listen", f.listener.Addr().String())
	if got.code != 1 || !strings.HasPrefix(got.err, "muster: listen on MUSTER_LISTEN: ") || strings.Count(got.err, "\n") != 1 {
		t.Errorf("got %+v, want 1 and one line that names the setting", got)
	}
}
