package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// lock keeps a second demo out of a folder, until unlock or the program's end.
func lock(dir string) (unlock func(), err error) {
	if err := enter(dir); err != nil {
		return nil, wrong{fmt.Errorf("--data: %w", err)}
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, wrong{fmt.Errorf("--data: %w", err)}
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("a demo runs from %s already; stop it, or name another folder with --data", dir), f.Close())
	}
	return func() { f.Close() }, nil
}

// enter makes a folder, and the folders around it, that are not there yet. The
// user that Postgres runs as may pass them, whatever the umask.
func enter(dir string) error {
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := enter(filepath.Dir(dir)); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	return os.Chmod(dir, 0o755)
}
