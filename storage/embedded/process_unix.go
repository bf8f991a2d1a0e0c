//go:build unix && !linux

package embedded

import "syscall"

// diesWithParent says that a server outlives us when we are killed: the next
// start finds it an orphan and ends it.
const diesWithParent = false

// attributes put the server in a group of its own, so that Ctrl-C reaches only us.
func attributes(c *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: c, Setpgid: true}
}
