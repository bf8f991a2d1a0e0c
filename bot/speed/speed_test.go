// Package speed measures Muster as a whole program, beside what the same machine
// could do at best in the same minute: a lean Bot API over HTTP on one side, a
// Postgres with fsync on the other. It holds no code of Muster. The figures, and
// the commands that give them, are in docs/performance.md.
package speed

import (
	"flag"
	"os"
	"testing"
)

var (
	members = flag.Int("members", 18_400, "how many members the district of the benchmarks has")
	seconds = flag.Int("limit-seconds", 3, "how long pgbench runs for each number of clients")
	dearest = flag.Int("statements", 0, "how many of the dearest statements of Postgres are told; 0 does not count them")
	profile = flag.String("profile", "", "a folder into which profiles of Muster's processor time are written")
)

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(m.Run())
}
