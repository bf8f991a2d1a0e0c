package storagetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// room is what the shared server may need: some ten databases at a time for each
// of several test binaries, and its log.
const room = 1 << 30

// sharedFolder is where the shared server of this user lives. It is in memory if
// there is room: a clone makes some 900 files, which cost a disk ten times more.
func sharedFolder() (string, error) {
	base := os.TempDir()
	var st syscall.Statfs_t
	if syscall.Statfs("/dev/shm", &st) == nil && uint64(st.Bavail)*uint64(st.Bsize) >= room {
		base = "/dev/shm"
	}
	dir := filepath.Join(base, "muster-test-"+strconv.Itoa(os.Geteuid()))
	err := os.Mkdir(dir, 0o711)
	if err != nil && !errors.Is(err, os.ErrExist) {
		return "", fmt.Errorf("storagetest: %w", err)
	}
	if err == nil {
		err = os.Chmod(dir, 0o711) // the umask may have closed it to the server's user
	} else {
		err = belongsToUs(dir)
	}
	if err != nil {
		return "", fmt.Errorf("storagetest: %w", err)
	}
	return dir, nil
}

// belongsToUs refuses a folder that somebody else has put in our place.
func belongsToUs(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if st, ok := info.Sys().(*syscall.Stat_t); !info.IsDir() || !ok || int(st.Uid) != os.Geteuid() {
		return fmt.Errorf("%s is not ours: remove it", dir)
	}
	return nil
}

// ownFolders begins the names of the folders of servers that one test has for
// itself; the number of the test's process follows.
const ownFolders = "muster-test-own-"

// ownFolder makes a folder on disk for a server of one test's own, and removes
// those of test processes that were killed.
func ownFolder() (string, error) {
	left, err := filepath.Glob(filepath.Join(os.TempDir(), ownFolders+"*"))
	if err != nil {
		return "", fmt.Errorf("storagetest: %w", err)
	}
	for _, dir := range left {
		pid, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), ownFolders), "-")
		n, err := strconv.Atoi(pid)
		if err != nil || !errors.Is(syscall.Kill(n, 0), syscall.ESRCH) || belongsToUs(dir) != nil {
			continue
		}
		_ = os.RemoveAll(dir) // what cannot be removed today is tried again by the next test
	}
	dir, err := os.MkdirTemp("", ownFolders+strconv.Itoa(os.Getpid())+"-")
	if err == nil {
		err = os.Chmod(dir, 0o711)
	}
	if err != nil {
		return "", fmt.Errorf("storagetest: %w", err)
	}
	return dir, nil
}

// lock opens the file and locks it, waiting until the context ends.
func lock(ctx context.Context, path string, how int) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("storagetest: %w", err)
	}
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for {
		err := syscall.Flock(int(file.Fd()), how|syscall.LOCK_NB)
		if err == nil {
			return file, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			file.Close()
			return nil, fmt.Errorf("storagetest: lock %s: %w", path, err)
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			file.Close()
			return nil, fmt.Errorf("storagetest: lock %s: %w", path, ctx.Err())
		}
	}
}

// tryLock takes the file's lock for itself alone, or returns nil.
func tryLock(path string) *os.File {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil
	}
	if syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		file.Close()
		return nil
	}
	return file
}
