package embedded

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// install puts programs into a folder that say they are Postgres of a version.
func install(t *testing.T, version string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	script := "#!/bin/sh\necho 'postgres (PostgreSQL) " + version + "'\n"
	for _, name := range []string{"postgres", "initdb"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestTheDataChooseTheirVersionAndANewClusterTheNewest(t *testing.T) {
	t.Setenv("MUSTER_POSTGRES_BIN", "")
	var places []string
	for _, v := range []string{"13.21", "15.9 (Debian 15.9-0+deb12u1)", "15.18", "17.2", "19beta1"} {
		places = append(places, install(t, v))
	}
	o := Options{Offline: true, Cache: t.TempDir(), places: append(places, "/nowhere/at/all")}
	for major, want := range map[int]string{0: "17.2", 15: "15.18", 17: "17.2"} {
		got, err := binariesFor(t.Context(), major, "DIR", o)
		if err != nil || got.version != want {
			t.Errorf("for data of %d: got %q, %v, want %s", major, got.version, err, want)
		}
	}
	for _, major := range []int{13, 14, 16, 18} {
		if got, err := binariesFor(t.Context(), major, "DIR", o); !errors.Is(err, ErrOtherVersion) {
			t.Errorf("for data of %d: got %q, %v, want %v", major, got.version, err, ErrOtherVersion)
		}
	}
}

func TestTheFolderNamedIsTheFolderUsed(t *testing.T) {
	o := Options{Offline: true, Cache: t.TempDir(), places: []string{install(t, "17.2")}}
	t.Setenv("MUSTER_POSTGRES_BIN", install(t, "16.4"))
	if got, err := binariesFor(t.Context(), 0, "DIR", o); err != nil || got.version != "16.4" {
		t.Errorf("got %q, %v, want 16.4", got.version, err)
	}
	t.Setenv("MUSTER_POSTGRES_BIN", t.TempDir())
	_, err := binariesFor(t.Context(), 0, "DIR", o)
	if err == nil || !strings.Contains(err.Error(), "MUSTER_POSTGRES_BIN") {
		t.Errorf("got %v, want an error that names the setting", err)
	}
}

func TestWithoutBinariesTheErrorGivesTheMend(t *testing.T) {
	t.Setenv("MUSTER_POSTGRES_BIN", "")
	_, err := Start(context.Background(), Options{Dir: place(t), Offline: true, Cache: t.TempDir(), places: []string{"/nowhere"}})
	if !errors.Is(err, ErrNoBinaries) || !strings.Contains(err.Error(), "apt-get install postgresql") {
		t.Errorf("got %v, want %v", err, ErrNoBinaries)
	}
}

func TestAClosedFolderIsNamed(t *testing.T) {
	closed := t.TempDir()
	if err := os.Chmod(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	stranger := &identity{uid: 54321, gid: 54321}
	if got := stranger.obstacle(filepath.Join(closed, "data")); !strings.Contains(got, closed) {
		t.Errorf("got %q, want it to name %s", got, closed)
	}
	if got := stranger.obstacle("/usr"); got != "" {
		t.Errorf("/usr: got %q, want no obstacle", got)
	}
	var ourselves *identity
	if got := ourselves.obstacle(closed); got != "" {
		t.Errorf("as ourselves: got %q, want no obstacle", got)
	}
}
