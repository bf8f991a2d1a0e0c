package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// Folder is where an app keeps data that must last: /var/lib/APP for root, whose
// home is closed to the server's user; otherwise the user's data folder.
func Folder(app string) (string, error) {
	if os.Geteuid() == 0 {
		return filepath.Join("/var/lib", app), nil
	}
	if d := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(d) {
		return filepath.Join(d, app), nil
	}
	home, err := os.UserHomeDir()
	if err != nil || !filepath.IsAbs(home) {
		return "", fmt.Errorf("embedded: a folder for %s: %w", app, errors.Join(errors.New("no home folder is known"), err))
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library/Application Support", app), nil
	}
	return filepath.Join(home, ".local/share", app), nil
}

// CacheFolder is where an app keeps between runs what may be lost: /var/cache/APP
// for root, otherwise the user's cache folder.
func CacheFolder(app string) (string, error) {
	if os.Geteuid() == 0 {
		return filepath.Join("/var/cache", app), nil
	}
	d, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("embedded: a cache folder for %s: %w", app, err)
	}
	return filepath.Join(d, app), nil
}
