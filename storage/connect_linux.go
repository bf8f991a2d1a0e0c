package storage

import (
	"strings"
	"syscall"
	"time"
)

// tcpUserTimeout is the kernel's name for how long what was sent may stay
// unacknowledged: without it a write to a host that is gone is repeated for a
// quarter of an hour.
const tcpUserTimeout = 0x12

// giveUpUnheard has a connection end where nothing acknowledges what was sent.
func giveUpUnheard(network, _ string, raw syscall.RawConn) error {
	if !strings.HasPrefix(network, "tcp") {
		return nil
	}
	var err error
	if refused := raw.Control(func(fd uintptr) {
		err = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(unheard/time.Millisecond))
	}); refused != nil {
		return refused
	}
	return err
}
