package embedded

import (
	"os/exec"
	"runtime"
)

// spawn starts cmd and reports on the channel how it ended. The thread that
// starts it waits for it: the kernel takes the end of the forking thread for the
// end of the parent.
func spawn(cmd *exec.Cmd) (<-chan error, error) {
	started, ended := make(chan error, 1), make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			ended <- cmd.Wait()
		}
	}()
	return ended, <-started
}
