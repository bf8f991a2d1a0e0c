package embedded

import "syscall"

// diesWithParent says that the kernel ends the server when we are killed.
const diesWithParent = true

// attributes put the server in a group of its own, so that Ctrl-C reaches only
// us, and ask the kernel for a fast shutdown of it should we end first.
func attributes(c *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: c, Setpgid: true, Pdeathsig: syscall.SIGINT}
}
