package embedded

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// identity is the unprivileged user that the server runs as where we are root,
// since Postgres refuses to be. Nil means: as ourselves.
type identity struct{ uid, gid uint32 }

// serverIdentity is, for root, whoever the data belong to already; for a new
// cluster the owner of its folder, else the machine's user postgres or nobody.
func serverIdentity(dir string) (*identity, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, path := range []string{filepath.Join(dir, "data"), dir} {
		st, err := os.Lstat(path)
		if err != nil {
			continue
		}
		if sys, ok := st.Sys().(*syscall.Stat_t); ok && sys.Uid != 0 {
			return &identity{sys.Uid, sys.Gid}, nil
		}
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errU := strconv.ParseUint(u.Uid, 10, 32)
		gid, errG := strconv.ParseUint(u.Gid, 10, 32)
		if errU == nil && errG == nil && uid != 0 {
			return &identity{uint32(uid), uint32(gid)}, nil
		}
	}
	return nil, errors.New("embedded: Postgres refuses to run as root, and this machine has neither a user postgres nor nobody: run as an ordinary user")
}

func (i *identity) credential() *syscall.Credential {
	if i == nil {
		return nil
	}
	return &syscall.Credential{Uid: i.uid, Gid: i.gid, NoSetGroups: setgroupsDenied()}
}

// setgroupsDenied knows the containers without privileges, whose kernel refuses
// even root to give up its groups.
func setgroupsDenied() bool {
	b, err := os.ReadFile("/proc/self/setgroups")
	return err == nil && strings.TrimSpace(string(b)) == "deny"
}

// own gives a path that we made to the server's user.
func (i *identity) own(path string) error {
	if i == nil {
		return nil
	}
	if err := os.Lchown(path, int(i.uid), int(i.gid)); err != nil {
		return fmt.Errorf("embedded: give to the server's user: %w", err)
	}
	return nil
}

// obstacle names the folder that keeps the server's user from one of the paths,
// to be added to an error; it is empty where there is none.
func (i *identity) obstacle(paths ...string) string {
	if i == nil {
		return ""
	}
	for _, path := range paths {
		for at := filepath.Dir(path); ; at = filepath.Dir(at) {
			if st, err := os.Stat(at); err == nil && !i.passes(st) {
				return fmt.Sprintf("\nuser %d, whom the server runs as, may not pass %s (%s): choose a folder elsewhere, or chmod o+x it", i.uid, at, st.Mode())
			}
			if at == filepath.Dir(at) {
				break
			}
		}
	}
	return ""
}

func (i *identity) passes(st os.FileInfo) bool {
	sys, ok := st.Sys().(*syscall.Stat_t)
	if !ok {
		return true
	}
	if sys.Uid == i.uid {
		return st.Mode()&0o100 != 0
	}
	if sys.Gid == i.gid {
		return st.Mode()&0o010 != 0
	}
	return st.Mode()&0o001 != 0
}
