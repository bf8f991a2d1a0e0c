// Package flowtest plays conversations that are written as transcripts, over a
// real Postgres, in the district that district.go describes: with the house
// alone, or in any other Theatre.
//
//	> /leave              the person in the chair speaks (1 at first)
//	>2 hello              person 2 takes the chair and speaks
//	> [Check in]          presses the newest button of that label in this chat
//	> [Check in]-1        presses the one before the newest
//	>2#1 /bind            speaks in group 1; >2#1 [签到] presses there
//	> {own} {of 3} {forwarded}   shares the own contact, somebody else's, a forwarded one
//	> (28.1,112.9)        shares a location; (28.1,112.9) ±800 as a phone that is unsure, (28.1,112.9) forwarded
//	> <roster.csv>        sends a file of testdata; a .png or .jpg goes as a photo
//	>2#1 !kicked          removes the bot from group 1; !muted keeps it from writing there, !open lets it again
//	>7 !blocked           blocks the bot; !open ends that
//	> +90m                the clock goes on; timers and rules come due on the way
//	> @2026-12-01 14:00   the clock goes on to a moment
//	What kind of leave?   what is said to the person in the chair
//	@3 Hello.             ... to person 3; #1 in group 1; &901 to an account that is nobody's
//	(edit) (toast) (alert) (picture)
//	|                     an empty line of a message
//	[Approve] [Decline]   buttons; <Share phone> is a key of the keyboard
//	* checkin.arrived {"Activity":7}    what entered the audit
//
// Everything that does not start with > or # (and a space) is checked, and
// rewritten by -update. A line that starts with "# " is a remark.
package flowtest

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"campaign/flows/flow"
	"campaign/storage"
)

var update = flag.Bool("update", false, "rewrite the transcripts")

// Zone is the zone of the transcripts.
var Zone = time.FixedZone("Asia/Shanghai", 8*60*60)

// Start is when every transcript begins: a Tuesday.
var Start = time.Date(2026, 12, 1, 13, 20, 0, 0, Zone)

// Run rehearses every transcript of testdata, each in a world of its own.
func Run(t *testing.T, flows []flow.Flow, seeds ...func(context.Context, *storage.Tx) error) {
	Each(t, func(t *testing.T, file, text string) {
		var out strings.Builder
		for _, played := range Play(t, Rehearse(New(t, flows, seeds...)), filepath.Dir(file), Script(text)) {
			out.WriteString(played.String())
		}
		got := out.String()
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			return
		}
		if got != text {
			t.Errorf("%s differs; got:\n%s\nwant:\n%s", file, got, text)
		}
	})
}

// Each calls play with every transcript of testdata, side by side.
func Each(t *testing.T, play func(t *testing.T, file, text string)) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			play(t, file, string(text))
		})
	}
}
