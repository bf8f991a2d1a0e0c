package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	embeddedpostgres "github.com/fergusstrange/embedded-postgres"
)

// obtained is the version that is fetched where a machine has none. It is fixed:
// data made by one major version cannot be read by another.
const (
	obtained      = embeddedpostgres.V16
	obtainedMajor = 16
)

// nowhere is a path below a file: no data folder can be made there.
const nowhere = "/dev/null/data"

func (o Options) cache() (string, error) {
	if o.Cache != "" {
		return o.Cache, nil
	}
	return CacheFolder("muster")
}

func obtainedFolder(cache string) string {
	return filepath.Join(cache, "postgres-"+string(obtained))
}

// obtain fetches the programs of a Postgres server into the cache. The library
// fetches only as a part of running a server of its own, which we never want: it
// is given a data folder that cannot be, so that it stops after unpacking,
// whoever we are, and the programs themselves tell whether they are there.
func obtain(ctx context.Context, o Options) (binaries, error) {
	cache, err := o.cache()
	if err != nil {
		return binaries{}, err
	}
	if err := makeFolder(cache); err != nil {
		return binaries{}, fmt.Errorf("embedded: make the cache folder: %w", err)
	}
	o.Say(fmt.Sprintf("No Postgres on this machine: obtaining %s (about 15 MB) into %s", obtained, cache))
	side, err := os.MkdirTemp(cache, "obtaining-")
	if err != nil {
		return binaries{}, fmt.Errorf("embedded: obtain Postgres: %w", err)
	}
	defer os.RemoveAll(side)
	config := embeddedpostgres.DefaultConfig().Version(obtained).Port(0).Logger(io.Discard).
		CachePath(filepath.Join(side, "archive")).RuntimePath(filepath.Join(side, "runtime")).
		BinariesPath(filepath.Join(side, "postgres")).DataPath(nowhere)
	if o.Repository != "" {
		config = config.BinaryRepositoryURL(strings.TrimSuffix(o.Repository, "/"))
	}
	stopped := make(chan error, 1)
	go func() { stopped <- embeddedpostgres.NewDatabase(config).Start() }()
	select {
	case err = <-stopped:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if _, there := probe(ctx, filepath.Join(side, "postgres", "bin")); there != nil {
		return binaries{}, fmt.Errorf("embedded: obtain Postgres: %w (%w)", errors.Join(err, there), ErrNoBinaries)
	}
	if err := readable(filepath.Join(side, "postgres")); err != nil {
		return binaries{}, fmt.Errorf("embedded: obtain Postgres: %w", err)
	}
	final := obtainedFolder(cache)
	if err := os.Rename(filepath.Join(side, "postgres"), final); err != nil && !errors.Is(err, fs.ErrExist) {
		return binaries{}, fmt.Errorf("embedded: obtain Postgres: %w", err)
	}
	return probe(ctx, filepath.Join(final, "bin"))
}

// readable lets the server's user read what root unpacked, whatever the umask.
func readable(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Type()&fs.ModeSymlink != 0 {
			return err
		}
		st, err := d.Info()
		if err != nil {
			return err
		}
		mode := st.Mode().Perm() | 0o444
		if mode&0o100 != 0 {
			mode |= 0o111
		}
		return os.Chmod(path, mode)
	})
}
