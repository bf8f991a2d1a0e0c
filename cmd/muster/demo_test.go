package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"campaign/cmd/muster/demo"
	"campaign/flows/flow/sheet"
	"campaign/storage/embedded"
)

// few is how many members a district has that nobody looks at.
const few = "60"

// people lists everybody who has a phone.
func people(t *testing.T, r running) (names []string) {
	t.Helper()
	var all struct {
		People []struct{ Name, Phone string }
	}
	ask(t, r.url+"phone/people?limit=500", &all)
	for _, p := range all.People {
		names = append(names, p.Name+" "+p.Phone)
	}
	return names
}

// A card is a message of the bot on somebody's phone.
type card struct {
	ID     int64 `json:"message_id"`
	Text   string
	Markup struct {
		Keyboard [][]struct{ Text string } `json:"inline_keyboard"`
	} `json:"reply_markup"`
}

// newest is the last message in somebody's chat with the bot.
func newest(t *testing.T, r running, user int64) card {
	t.Helper()
	var page struct{ Messages []card }
	ask(t, fmt.Sprintf("%sphone/messages?user=%d&chat=%[2]d&limit=1", r.url, user), &page)
	if len(page.Messages) != 1 {
		t.Fatalf("the chat of %d has no messages", user)
	}
	return page.Messages[0]
}

// tell does on a phone what the page does.
func tell(t *testing.T, r running, what, body string) {
	t.Helper()
	answer, err := http.Post(r.url+"phone/"+what, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %s", what, body, answer.Status)
	}
}

func TestADemoIsKeptUntilToldOtherwise(t *testing.T) {
	t.Parallel()
	dir := place(t)
	args := []string{"--members", few, "--listen", "127.0.0.1:0", "--data", filepath.Join(dir, "new", "folder")}
	member := demo.Make(demoSeed, 60, time.Time{}).Cast.Member.TelegramID
	first := show(t, args...)
	everybody, begun, invitation := people(t, first), now(t, first), newest(t, first, member)
	tell(t, first, "clock", `{"by": "24h"}`)
	left := now(t, first)
	if end := first.stop(); end.out != "Muster is at "+first.url+"\n" || end.err != "" {
		t.Errorf("the demo printed %q and %q, want its address alone", end.out, end.err)
	}

	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	args[3] = taken.Addr().String()
	second := show(t, args...)
	if got := people(t, second); !slices.Equal(got, everybody) {
		t.Errorf("after a rest the phones are of %q, want %q", got, everybody)
	}
	if got := now(t, second); got.Before(left) {
		t.Errorf("after a rest the clock shows %s, want no less than %s", got, left)
	}
	if got := newest(t, second, member); got.ID < invitation.ID {
		t.Errorf("after a rest the newest message is %+v, want %+v or a later one", got, invitation)
	}
	other := muster(t, nil, "demo", "--members", few, "--listen", "127.0.0.1:0", "--data", filepath.Join(dir, "new", "folder"))
	want := fmt.Sprintf("muster: a demo runs from %s already; stop it, or name another folder with --data\n", filepath.Join(dir, "new", "folder"))
	if other.code != 1 || other.err != want || other.out != "" {
		t.Errorf("a second demo: got %+v, want 1 and %q", other, want)
	}
	end := second.stop()
	if want := taken.Addr().String() + " is taken; another port is used.\n"; end.err != want || strings.Contains(second.url, taken.Addr().String()) {
		t.Errorf("where the port is taken: got %q and said %q, want another and %q", second.url, end.err, want)
	}

	third := show(t, append(args, "--fresh")...)
	if got := now(t, third); !got.Before(begun.Add(time.Hour)) {
		t.Errorf("a fresh demo's clock shows %s, want about %s", got, begun)
	}
	if got := newest(t, third, member); got.Text != invitation.Text {
		t.Errorf("in a fresh demo the newest message is %+v, want %+v", got, invitation)
	}
}

// entries reads a table and returns the rows of one person in one activity.
func entries(t *testing.T, path string, activity, no string) (header []string, found [][]string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table, err := sheet.Read(path, f)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range table.Rows {
		if row.Cells[1] == activity && row.Cells[5] == no {
			found = append(found, row.Cells)
		}
	}
	return table.Header, found
}

func TestACheckInIsInTheExport(t *testing.T) {
	t.Parallel()
	dir := place(t)
	r := show(t, "--members", few, "--listen", "127.0.0.1:0", "--data", dir)
	member := demo.Make(demoSeed, 60, time.Time{}).Cast.Member
	c := newest(t, r, member.TelegramID)
	if !slices.ContainsFunc(slices.Concat(c.Markup.Keyboard...), func(k struct{ Text string }) bool { return k.Text == "签到" }) {
		t.Fatalf("the newest message is %+v, want one with 签到", c)
	}
	tell(t, r, "press", fmt.Sprintf(`{"user": %d, "chat": %[1]d, "message_id": %d}`, member.TelegramID, c.ID))
	postgres, err := embedded.Join(filepath.Join(dir, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer postgres.Stop()
	env := []string{"MUSTER_DATABASE_URL=" + postgres.DSN("muster_"+few)}
	day := now(t, r).Format(time.DateOnly)
	for _, file := range []string{"签到.csv", "签到.xlsx"} {
		path := filepath.Join(t.TempDir(), file)
		if got := muster(t, env, "export", "attendance", path, "--from", day, "--to", day); got.code != 0 {
			t.Fatalf("export: got %+v", got)
		}
		header, rows := entries(t, path, "第三次集中学习", member.No)
		if want := []string{"活动编号", "名称", "开始", "单位", "支部", "编号", "姓名", "状态", "签到时间", "方式", "记录人", "说明"}; !slices.Equal(header, want) {
			t.Errorf("%s: got header %q, want %q", file, header, want)
		}
		if len(rows) != 1 {
			t.Fatalf("%s: got rows %q, want one", file, rows)
		}
		row := rows[0]
		if row[3] != member.Unit || row[4] != member.Branch || row[6] != member.Name || row[7] != "已签到" || !strings.HasPrefix(row[8], day+" 14:2") {
			t.Errorf("%s: got %q, want %s of %s present on %s", file, row, member.Name, member.Unit, day)
		}
	}
	path := filepath.Join(t.TempDir(), "all.csv")
	if got := muster(t, env, "export", "attendance", path); got.code != 0 {
		t.Fatalf("export: got %+v", got)
	}
	for title, want := range map[string]string{"云河区教育活动动员大会": "已签到", "第一次集中学习": "已补课", "第二次集中学习": "待补课"} {
		if _, rows := entries(t, path, title, member.No); len(rows) != 1 || rows[0][7] != want {
			t.Errorf("%s lies behind the member that is shown as %q, want one row that is %s", title, rows, want)
		}
	}
	path = filepath.Join(t.TempDir(), "attendance.csv")
	if got := muster(t, env, "export", "attendance", path, "--lang", "en", "--unit", "区委办公室"); got.code != 0 {
		t.Fatalf("export: got %+v", got)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) < 2 || rows[0][0] != "activity_no" {
		t.Fatalf("in English: got %q, %v", rows, err)
	}
	for _, row := range rows[1:] {
		if row[3] != "区委办公室" {
			t.Errorf("of one unit: got %q", row)
		}
	}
}
