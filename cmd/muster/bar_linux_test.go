package main

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// terminal is a pseudo terminal of so many columns: what is written to its end is
// read from its front.
func terminal(t *testing.T, columns uint16) (front, end *os.File) {
	t.Helper()
	front, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	var unlock, number int32
	control(t, front, syscall.TIOCSPTLCK, unsafe.Pointer(&unlock))
	control(t, front, syscall.TIOCGPTN, unsafe.Pointer(&number))
	control(t, front, syscall.TIOCSWINSZ, unsafe.Pointer(&[4]uint16{24, columns}))
	if end, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { front.Close(); end.Close() })
	return front, end
}

func control(t *testing.T, f *os.File, request uintptr, value unsafe.Pointer) {
	t.Helper()
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), request, uintptr(value)); errno != 0 {
		t.Fatal(errno)
	}
}

// The real program on a real terminal: the bar is drawn within its columns, and
// at the end the time taken is left.
func TestOnATerminalAnImportAndAnExportShowHowFarTheyAre(t *testing.T) {
	t.Parallel()
	env := []string{"MUSTER_DATA=" + place(t)}
	for _, args := range [][]string{
		{"import", "roster", inGB18030(t, "名册.csv", roster...)},
		{"export", "attendance", t.TempDir() + "/attendance.xlsx"},
	} {
		front, end := terminal(t, 30)
		cmd, err := program(t.Context(), env, args...)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		cmd.Stdout, cmd.Stderr = &out, end
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		seen := make(chan string)
		go func() {
			b, _ := io.ReadAll(front) // it ends with an error when nobody has the end open any more
			seen <- string(b)
		}()
		end.Close()
		if err := cmd.Wait(); err != nil {
			t.Fatalf("%s: %v: %s", args[0], err, <-seen)
		}
		got := <-seen
		if !strings.Contains(got, clearLine+"正在打开数据库") || !regexp.MustCompile(`共 [02] 行，用时 \d+\.\d 秒\r\n$`).MatchString(got) {
			t.Errorf("%s: the terminal shows %q", args[0], got)
		}
		for line := range strings.SplitSeq(got, clearLine) {
			if drawn, _, whole := strings.Cut(line, "\n"); !whole && columns(drawn) > 29 {
				t.Errorf("%s: %d columns are drawn: %q", args[0], columns(drawn), drawn)
			}
		}
		if strings.Contains(out.String(), "用时") || strings.Contains(out.String(), "\x1b") {
			t.Errorf("%s: it prints %q", args[0], out.String())
		}
	}
}
