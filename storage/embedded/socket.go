package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// longestSocket leaves room for the file's name within the 104 bytes that the
// strictest kernel gives a socket's address.
const longestSocket = 80

// shortSockets begins the names of the folders that stand in for long paths.
const shortSockets = "/tmp/muster-"

// socketFolder makes the folder of the server's socket: within the cluster's
// folder, or, where that path is too long or has signs that Postgres or lib/pq
// would take for a list, below /tmp with a link to it.
func (f folder) socketFolder() (string, error) {
	f.dropSocketFolder()
	path := f.path("socket")
	if len(path) <= longestSocket && !strings.ContainsAny(path, `,"'\`) {
		return path, f.give(path)
	}
	short, err := os.MkdirTemp(filepath.Split(shortSockets))
	if err != nil {
		return "", fmt.Errorf("embedded: folder for the socket: %w", err)
	}
	if err := f.as.own(short); err != nil {
		return "", err
	}
	if err := os.Symlink(short, path); err != nil {
		return "", fmt.Errorf("embedded: link to the socket: %w", err)
	}
	return short, nil
}

// dropSocketFolder clears what a server, ended in order or not, left of it. A
// link is followed only to where we would have pointed it.
func (f folder) dropSocketFolder() {
	path := f.path("socket")
	if short, err := os.Readlink(path); err == nil && isShort(short) {
		_ = os.RemoveAll(short)
	}
	if err := os.RemoveAll(path); errors.Is(err, os.ErrNotExist) {
		return
	}
}

func isShort(path string) bool {
	name, ok := strings.CutPrefix(path, shortSockets)
	return ok && name != "" && !strings.Contains(name, "/")
}
