package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"campaign/storage"
	"campaign/storage/storagetest"
)

// A balancer spreads Telegram's calls over programs, and goes on to the next where
// one is not there or cannot take a call now.
type balancer struct {
	client *http.Client
	next   atomic.Int64
	to     []string
}

func (b *balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // Telegram has gone
	}
	first := int(b.next.Add(1))
	for n := range b.to {
		again, err := http.NewRequestWithContext(r.Context(), r.Method, "http://"+b.to[(first+n)%len(b.to)]+r.URL.Path, bytes.NewReader(body))
		if err != nil {
			break
		}
		again.Header = r.Header.Clone()
		answer, err := b.client.Do(again)
		if err != nil {
			continue
		}
		said, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode >= 500 {
			continue
		}
		maps.Copy(w.Header(), answer.Header)
		w.WriteHeader(answer.StatusCode)
		w.Write(said)
		return
	}
	http.Error(w, "nobody is there", http.StatusBadGateway)
}

// replicas starts three programs on one database, each behind a wire of its own.
func (r *throng) replicas(c *cluster, mode string) (ps []*replica, wires []*storagetest.Wire) {
	r.t.Helper()
	front := &balancer{client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}}}
	server := httptest.NewServer(front)
	r.t.Cleanup(func() {
		server.Close()
		front.client.CloseIdleConnections()
	})
	for range 3 {
		front.to = append(front.to, free(r.t))
	}
	for n := range 3 {
		wire := storagetest.NewWire(r.t, c.dsn())
		args := []string{"--listen", front.to[n]}
		if mode == "webhook" {
			args = append(args, "--webhook-url", server.URL+"/telegram", "--webhook-secret", "open-sesame")
		}
		ps, wires = append(ps, r.replica(fmt.Sprintf("r%d", n), wire.DSN, args...)), append(wires, wire)
	}
	return ps, wires
}

// leads waits until the programs but one hold so many leads, and returns which do.
func (r *throng) leads(want, not int) (leaders []string) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), 2*time.Minute)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		r.in(func(ctx context.Context, tx *storage.Tx) error {
			leaders = nil
			return tx.Select(ctx, &leaders, `
				SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
				WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND a.datname = current_database() AND a.application_name LIKE 'r_' AND a.application_name <> 'r' || $1
				ORDER BY 1`, fmt.Sprint(not))
		})
		if len(leaders) > want {
			r.t.Fatalf("%q lead: one may send, and one poll", leaders)
		}
		if len(leaders) == want {
			return leaders
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			r.t.Fatalf("%q lead, want %d", leaders, want)
		}
	}
}

func TestReplicasLoseOneInARush(t *testing.T) {
	for mode, leads := range map[string]int{"polling": 2, "webhook": 1} { // by webhook all receive, and one sends
		for name, lose := range map[string]func(*replica, *storagetest.Wire){
			"killed":                              func(p *replica, _ *storagetest.Wire) { p.kill() },
			"cut off from its database":           func(_ *replica, w *storagetest.Wire) { w.Break() },
			"cut off, and nobody is told of it":   func(_ *replica, w *storagetest.Wire) { w.Swallow() },
			"stopped in order, for a new version": nil,
		} {
			t.Run(mode+", "+name, func(t *testing.T) {
				t.Parallel()
				c := newCluster(t, nil)
				r := newThrong(t, c.dsn())
				ps, wires := r.replicas(c, mode)
				lost := -1
				r.runs(func() {
					lost = int(r.leads(leads, -1)[0][1] - '0')
					since := time.Now()
					if lose == nil {
						r.stop(ps[lost])
					} else {
						lose(ps[lost], wires[lost])
					}
					t.Logf("%q lead %v after %s was lost", r.leads(leads, lost), time.Since(since).Round(time.Millisecond), ps[lost].name)
				})
				wires[lost].Mend() // who was cut off goes on
				for n, p := range ps {
					if n != lost || name != "killed" && lose != nil {
						r.stop(p)
					}
				}
			})
		}
	}
}
