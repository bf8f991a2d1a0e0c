package embedded

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// A Maven repository with one archive, which holds programs that hand over to
// those of this machine.
func repository(t *testing.T, requests *atomic.Int64) *httptest.Server {
	t.Helper()
	found, err := search(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	real, ok := newest(found, 0)
	if !ok {
		t.Fatal(ErrNoBinaries)
	}
	jar := jarOf(t, real.dir)
	sum := sha256.Sum256(jar)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		if !strings.HasPrefix(r.URL.Path, "/maven2/io/zonky/test/postgres/embedded-postgres-binaries-") || !strings.Contains(r.URL.Path, string(obtained)) {
			t.Errorf("asked for %s", r.URL.Path)
		}
		if strings.HasSuffix(r.URL.Path, ".sha256") {
			_, _ = io.WriteString(w, hex.EncodeToString(sum[:]))
			return
		}
		_, _ = w.Write(jar)
	}))
	t.Cleanup(s.Close)
	return s
}

func jarOf(t *testing.T, bin string) []byte {
	t.Helper()
	var archive bytes.Buffer
	tw := tar.NewWriter(&archive)
	for _, name := range []string{"initdb", "pg_ctl", "postgres"} {
		script := fmt.Sprintf("#!/bin/sh\nexec '%s/%s' \"$@\"\n", bin, name)
		if err := tw.WriteHeader(&tar.Header{Name: "bin/" + name, Mode: 0o700, Size: int64(len(script)), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(tw, script); err != nil {
			t.Fatal(err)
		}
	}
	if err := tw.Close(); err != nil {
		t.Fatal(err)
	}
	var jar bytes.Buffer
	zw := zip.NewWriter(&jar)
	w, err := zw.Create("postgres.txz")
	if err == nil {
		_, err = w.Write(stored(archive.Bytes()))
	}
	if err == nil {
		err = zw.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return jar.Bytes()
}

// stored wraps data of less than 64 kB in the xz format without compressing it:
// one block of one LZMA2 chunk of the kind "as is", and no checksum of its own.
func stored(data []byte) []byte {
	sealed := func(b []byte) []byte { return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b)) }
	padded := func(b []byte) []byte { return append(b, make([]byte, -len(b)&3)...) }
	flags := []byte{0, 0}
	out := append([]byte{0xFD, '7', 'z', 'X', 'Z', 0}, sealed(flags[:2:2])...)
	block := sealed([]byte{2, 0, 0x21, 1, 0x18, 0, 0, 0})
	block = append(block, 1)
	block = binary.BigEndian.AppendUint16(block, uint16(len(data)-1))
	block = append(append(block, data...), 0)
	out = append(out, padded(block[:len(block):len(block)])...)
	index := binary.AppendUvarint([]byte{0, 1}, uint64(len(block)))
	index = sealed(padded(binary.AppendUvarint(index, uint64(len(data)))))
	out = append(out, index...)
	end := append(binary.LittleEndian.AppendUint32(nil, uint32(len(index)/4-1)), flags...)
	out = binary.LittleEndian.AppendUint32(out, crc32.ChecksumIEEE(end))
	return append(append(out, end...), 'Y', 'Z')
}

func TestWhereThereAreNoBinariesTheyAreObtainedOnce(t *testing.T) {
	t.Setenv("MUSTER_POSTGRES_BIN", "")
	var requests atomic.Int64
	s := repository(t, &requests)
	cache := filepath.Join(place(t), "cache")
	var said []string
	o := Options{
		Unsafe: true, Cache: cache, Repository: s.URL + "/maven2/", places: []string{"/nowhere"},
		Say: func(line string) { said = append(said, line) },
	}
	for range 2 {
		o.Dir = place(t)
		server, err := Start(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if got := ask(t, server, "postgres", `SELECT 'up'`); got != "up" {
			t.Errorf("got %s", got)
		}
		stop(t, server)
	}
	if n := requests.Load(); n != 2 {
		t.Errorf("requests: got %d, want 2: the archive and its checksum", n)
	}
	if len(said) == 0 || !strings.HasPrefix(said[0], "No Postgres on this machine: obtaining ") {
		t.Errorf("said %q, want first that Postgres is being obtained", said)
	}
	left, err := os.ReadDir(cache)
	if err != nil || len(left) != 1 || left[0].Name() != "postgres-"+string(obtained) {
		t.Errorf("the cache holds %v, %v, want the binaries alone", left, err)
	}
}

func TestWhatCannotBeObtainedLeavesNothingButTheMend(t *testing.T) {
	t.Setenv("MUSTER_POSTGRES_BIN", "")
	s := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(s.Close)
	cache := filepath.Join(place(t), "cache")
	_, err := Start(t.Context(), Options{Dir: place(t), Cache: cache, Repository: s.URL, places: []string{"/nowhere"}})
	if !errors.Is(err, ErrNoBinaries) || !strings.Contains(err.Error(), "no version found matching "+string(obtained)) {
		t.Errorf("got %v, want the repository's refusal and the mend", err)
	}
	if left, err := os.ReadDir(cache); err != nil || len(left) != 0 {
		t.Errorf("the cache holds %v, %v, want nothing", left, err)
	}
}
