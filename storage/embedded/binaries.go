package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// oldest is the oldest major version that Muster and its driver work with.
const oldest = 14

// ErrNoBinaries says that this machine has no Postgres server to run.
var ErrNoBinaries = errors.New("no PostgreSQL 14 or newer was found: apt-get install postgresql (Debian, Ubuntu), dnf install postgresql-server (Fedora), apk add postgresql (Alpine) or brew install postgresql@17 (macOS), or name the folder of initdb and postgres in MUSTER_POSTGRES_BIN")

// ErrOtherVersion says that the data were made by a major version of Postgres
// that is not on this machine.
var ErrOtherVersion = errors.New("the data were made by another version of PostgreSQL")

// usualPlaces are where systems put the programs of a Postgres server.
var usualPlaces = []string{
	"/usr/lib/postgresql/*/bin", // Debian, Ubuntu
	"/usr/pgsql-*/bin",          // rpm packages of postgresql.org
	"/usr/libexec/postgresql*",  // Alpine
	"/usr/lib/postgresql*/bin",  // openSUSE
	"/opt/homebrew/opt/postgresql*/bin",
	"/usr/local/opt/postgresql*/bin",
	"/opt/local/lib/postgresql*/bin", // MacPorts
	"/Applications/Postgres.app/Contents/Versions/*/bin",
	"/usr/local/pgsql/bin",
	"/usr/local/bin",
	"/usr/bin", // Fedora, Arch
}

// binaries are the programs of one Postgres server.
type binaries struct {
	dir     string
	version string
	major   int
	minor   int
}

// binariesFor finds programs that can run the data in dir: of their very major
// version, or the newest where there are no data yet (major 0).
func binariesFor(ctx context.Context, major int, dir string, o Options) (binaries, error) {
	found, err := search(ctx, o)
	if err != nil {
		return binaries{}, err
	}
	best, ok := newest(found, major)
	if ok {
		return best, nil
	}
	if major != 0 && (len(found) > 0 || o.Offline || major != obtainedMajor) {
		return binaries{}, fmt.Errorf("embedded: %w: those in %s need PostgreSQL %d, here is %s; install it (apt-get install postgresql-%d, brew install postgresql@%d), or move the folder away to begin anew",
			ErrOtherVersion, dir, major, versions(found), major, major)
	}
	if o.Offline || os.Getenv("MUSTER_POSTGRES_BIN") != "" {
		return binaries{}, fmt.Errorf("embedded: %w", ErrNoBinaries)
	}
	return obtain(ctx, o)
}

// search probes MUSTER_POSTGRES_BIN alone where that is set; otherwise the PATH,
// the usual places, and what was obtained earlier.
func search(ctx context.Context, o Options) ([]binaries, error) {
	if dir := os.Getenv("MUSTER_POSTGRES_BIN"); dir != "" {
		b, err := probe(ctx, dir)
		if err != nil {
			return nil, fmt.Errorf("embedded: MUSTER_POSTGRES_BIN: %w", err)
		}
		return []binaries{b}, nil
	}
	places := o.places
	if places == nil {
		places = append(filepath.SplitList(os.Getenv("PATH")), usualPlaces...)
	}
	if cache, err := o.cache(); err == nil {
		places = append(places[:len(places):len(places)], filepath.Join(obtainedFolder(cache), "bin"))
	}
	var found []binaries
	seen := map[string]bool{}
	for _, place := range places {
		dirs, _ := filepath.Glob(filepath.Join(place, "postgres"))
		for _, postgres := range dirs {
			real, err := filepath.EvalSymlinks(postgres)
			if err != nil || seen[real] {
				continue
			}
			seen[real] = true
			if b, err := probe(ctx, filepath.Dir(real)); err == nil {
				found = append(found, b)
			}
		}
	}
	return found, nil
}

// probe asks the programs in dir for their version.
func probe(ctx context.Context, dir string) (binaries, error) {
	if _, err := os.Stat(filepath.Join(dir, "initdb")); err != nil {
		return binaries{}, err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version")
	cmd.Env = environment()
	out, err := cmd.Output()
	if err != nil {
		return binaries{}, fmt.Errorf("%s --version: %w", cmd.Path, err)
	}
	words := strings.Fields(string(out)) // postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)
	if len(words) < 3 {
		return binaries{}, fmt.Errorf("%s --version: said %q", cmd.Path, out)
	}
	b := binaries{dir: dir, version: words[2]}
	major, minor, _ := strings.Cut(b.version, ".")
	if b.major, err = strconv.Atoi(major); err != nil {
		return binaries{}, fmt.Errorf("%s --version: no release: %s", cmd.Path, b.version)
	}
	if b.minor, err = strconv.Atoi(minor); err != nil {
		return binaries{}, fmt.Errorf("%s --version: no release: %s", cmd.Path, b.version)
	}
	return b, nil
}

// newest picks the latest of a major version, or of all where major is 0.
func newest(found []binaries, major int) (binaries, bool) {
	var best binaries
	for _, b := range found {
		if b.major < oldest || major != 0 && b.major != major {
			continue
		}
		if b.major > best.major || b.major == best.major && b.minor > best.minor {
			best = b
		}
	}
	return best, best.major != 0
}

func versions(found []binaries) string {
	if len(found) == 0 {
		return "none"
	}
	var v []string
	for _, b := range found {
		v = append(v, b.version)
	}
	return strings.Join(v, ", ")
}
