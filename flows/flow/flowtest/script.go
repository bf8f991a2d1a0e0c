package flowtest

import (
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A Beat is one line of a transcript and what is seen after it.
type Beat struct{ Line, Seen string }

func (b Beat) String() string { return b.Line + "\n" + b.Seen }

// Script reads a transcript.
func Script(text string) (beats []Beat) {
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '>' || strings.HasPrefix(line, "# ") {
			beats = append(beats, Beat{Line: line})
			continue
		}
		if n := len(beats); n > 0 {
			beats[n-1].Seen += line + "\n"
		}
	}
	return beats
}

// Play has a theatre play a script, whose files lie in dir. It yields each beat
// as it is written, and as it was played.
func Play(t testing.TB, in Theatre, dir string, script []Beat) iter.Seq2[Beat, Beat] {
	return func(yield func(written, played Beat) bool) {
		p := &player{in: in, dir: dir, clock: Start, who: 1}
		for _, written := range script {
			played := Beat{Line: written.Line}
			if line, ok := strings.CutPrefix(written.Line, ">"); ok {
				for _, s := range p.hear(t, line) {
					played.Seen += p.tell(s)
				}
			}
			if !yield(written, played) {
				return
			}
		}
	}
}

// A player reads the lines of a script.
type player struct {
	in    Theatre
	dir   string
	clock time.Time
	who   int // in the chair
}

// hear plays one line of the person in the chair.
func (p *player) hear(t testing.TB, line string) []Scene {
	t.Helper()
	chair, in, _ := strings.Cut(line, " ")
	group := 0
	if who, g, ok := strings.Cut(chair, "#"); ok {
		group, _ = strconv.Atoi(g)
		chair = who
	}
	if chair != "" {
		p.who, _ = strconv.Atoi(chair)
	}
	switch {
	case strings.HasPrefix(in, "+"):
		d, err := time.ParseDuration(in[1:])
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		p.clock = p.clock.Add(d)
	case strings.HasPrefix(in, "@"):
		to, err := time.ParseInLocation("2006-01-02 15:04", in[1:], Zone)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		p.clock = to
	default:
		return []Scene{p.in.Do(t, Act{p.who, group, p.does(t, in)})}
	}
	return p.in.Wait(t, p.clock)
}

var button = regexp.MustCompile(`^\[(.*)\](?:-(\d+))?$`)

// does reads what the person in the chair does.
func (p *player) does(t testing.TB, in string) any {
	t.Helper()
	switch {
	case strings.HasPrefix(in, "["):
		m := button.FindStringSubmatch(in)
		if m == nil {
			t.Fatalf("no button is written %s", in)
		}
		before, _ := strconv.Atoi(m[2])
		return Presses{m[1], before}
	case strings.HasPrefix(in, "("):
		var at Shares
		fmt.Sscanf(in, "(%f,%f)", &at.Lat, &at.Lon)
		if _, sure, ok := strings.Cut(in, "±"); ok {
			fmt.Sscan(sure, &at.Accuracy)
		}
		at.Forwarded = strings.HasSuffix(in, " forwarded")
		return at
	case strings.HasPrefix(in, "!"):
		return Lets(in[1:])
	case in == "{own}", in == "{forwarded}":
		return Hands{min(p.who, len(people)), in == "{forwarded}"} // a stranger's phone is that of the last of the people
	case strings.HasPrefix(in, "{of "):
		n, _ := strconv.Atoi(strings.Trim(in[4:], "}"))
		return Hands{Of: n}
	case strings.HasPrefix(in, "<"):
		name := strings.Trim(in, "<>")
		body, err := os.ReadFile(filepath.Join(p.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if e := filepath.Ext(name); e == ".png" || e == ".jpg" {
			return Snaps{name, body}
		}
		return Sends{name, body}
	}
	return Says(in)
}

// tell writes a scene as the transcript has it: the toast follows what its press
// put into the audit.
func (p *player) tell(s Scene) string {
	var out strings.Builder
	toast := func() {
		if s.Toast == "" {
			return
		}
		kind := "toast"
		if s.Alert {
			kind = "alert"
		}
		fmt.Fprintf(&out, "(%s) %s\n", kind, s.Toast)
		s.Toast = ""
	}
	for _, x := range s.Seen {
		switch x := x.(type) {
		case Audited:
			fmt.Fprintf(&out, "* %s\n", x)
		case Shown:
			toast()
			p.show(&out, x)
		}
	}
	toast()
	return out.String()
}

// show writes a message as its reader sees it.
func (p *player) show(out *strings.Builder, m Shown) {
	mark := p.mark(m.Chat)
	if m.Edit {
		mark += "(edit) "
	}
	if m.Picture {
		mark += "(picture) "
	}
	for _, line := range m.Lines {
		if line == "" {
			line = "|" // an empty line of a message, which must not look like one of the script
		}
		out.WriteString(mark + line + "\n")
		mark = strings.Repeat(" ", min(2, len(mark)))
	}
	for _, row := range m.Keys {
		labels := make([]string, len(row))
		for i, k := range row {
			labels[i] = "[" + k.Label + "]"
		}
		out.WriteString(strings.Join(labels, " ") + "\n")
	}
	for _, row := range m.Board {
		out.WriteString("<" + strings.Join(row, "> <") + ">\n")
	}
}

// mark tells whom a message is to: nobody for the person in the chair.
func (p *player) mark(chat int64) string {
	switch {
	case chat == accountOf(p.who):
		return ""
	case chat < 0:
		return fmt.Sprintf("#%d ", -chat-2000)
	case chat > 1000:
		return fmt.Sprintf("@%d ", chat-1000)
	}
	return fmt.Sprintf("&%d ", chat)
}

var marked = regexp.MustCompile(`^([@#&]\d+ )?(\(edit\) )?`)

// Parts are what a beat shows, by where it is seen: the audit, the toast, what
// was said in each chat, what was changed there. Two theatres must show the same
// parts: what is said keeps its order in its chat; who hears first, and which of
// several messages changes first, is no promise.
func (b Beat) Parts() map[string][]string {
	parts, at := map[string][]string{}, ""
	for line := range strings.Lines(b.Seen) {
		line = strings.TrimSuffix(line, "\n")
		switch mark := marked.FindString(line); {
		case strings.HasPrefix(line, "* "):
			parts["audit"] = append(parts["audit"], line)
			continue
		case strings.HasPrefix(line, "(toast) "), strings.HasPrefix(line, "(alert) "):
			parts["toast"] = append(parts["toast"], line)
			continue
		case mark == "" && (strings.HasPrefix(line, "  ") || strings.HasPrefix(line, "[") || strings.HasPrefix(line, "<")):
			if n := len(parts[at]); n > 0 {
				parts[at][n-1] += "\n" + line // it belongs to the message above
				continue
			}
		default:
			at = mark
		}
		parts[at] = append(parts[at], line)
	}
	for at, seen := range parts {
		if at == "audit" || strings.HasSuffix(at, "(edit) ") {
			slices.Sort(seen)
		}
	}
	return parts
}
