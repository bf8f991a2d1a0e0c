package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// A folder is a cluster's place on disk. It belongs to whoever runs the program;
// only data and socket within it belong to the server's user, so that root never
// writes through a folder that somebody else may rearrange.
//
//	lock        held by every process of a running server; names its starter
//	data        the cluster; data.new while it is being made
//	socket      the folder of its socket, or a link to it where the path is too long
//	server.log  what the server says
type folder struct {
	dir string
	as  *identity
}

func openFolder(dir string) (folder, error) {
	if dir == "" {
		return folder{}, errors.New("embedded: no folder given")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return folder{}, fmt.Errorf("embedded: %w", err)
	}
	if err := makeFolder(dir); err != nil {
		return folder{}, fmt.Errorf("embedded: make the cluster's folder: %w", err)
	}
	as, err := serverIdentity(dir)
	if err != nil {
		return folder{}, err
	}
	return folder{dir, as}, nil
}

// makeFolder makes dir and its missing parents. Root's may be passed through by
// the server's user, whatever the umask; anybody else's are private.
func makeFolder(dir string) error {
	mode := os.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o711
	}
	if _, err := os.Stat(filepath.Dir(dir)); errors.Is(err, os.ErrNotExist) {
		if err := makeFolder(filepath.Dir(dir)); err != nil {
			return err
		}
	}
	err := os.Mkdir(dir, mode)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return os.Chmod(dir, mode)
}

func (f folder) path(name string) string { return filepath.Join(f.dir, name) }

// open opens a file of the folder's owner, making it where it is absent. Root may
// be a guest in the folder of somebody who must still get at the file later.
func (f folder) open(name string, flags int) (*os.File, error) {
	file, err := os.OpenFile(f.path(name), os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW|flags, 0o600)
	if err != nil || f.as == nil {
		return file, err
	}
	st, err := os.Stat(f.dir)
	if sys, ok := st.Sys().(*syscall.Stat_t); err == nil && ok {
		err = file.Chown(int(sys.Uid), int(sys.Gid))
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// give makes a folder that belongs to the server's user alone.
func (f folder) give(path string) error {
	if err := os.Mkdir(path, 0o700); err != nil {
		return fmt.Errorf("embedded: %w", err)
	}
	return f.as.own(path)
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("embedded: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("embedded: sync %s: %w", path, err)
	}
	return nil
}

// openLog opens server.log; one that has grown large becomes server.log.old.
func (f folder) openLog() (*os.File, error) {
	path := f.path("server.log")
	if st, err := os.Lstat(path); err == nil && st.Size() > 8<<20 {
		if err := os.Rename(path, path+".old"); err != nil {
			return nil, fmt.Errorf("embedded: server log: %w", err)
		}
	}
	log, err := f.open("server.log", os.O_APPEND)
	if err != nil {
		return nil, fmt.Errorf("embedded: server log: %w", err)
	}
	return log, nil
}
