package roster_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"campaign"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/flow/sheet"
	"campaign/flows/home"
	"campaign/flows/roster"
	"campaign/messages"
	"campaign/storage"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// load imports a table into tx, as the program does.
func load(ctx context.Context, tx *storage.Tx, t sheet.Table, deactivate bool) (flow.Report, error) {
	return roster.Flow.Offers[0].Import(ctx, tx, flow.Here{Now: tx.Now}, flow.Incoming{Table: t, Flags: map[string]bool{"deactivate-missing": deactivate}})
}

// empty is a world without people.
func empty(t testing.TB) *flowtest.World {
	t.Helper()
	return flowtest.New(t, home.With(roster.Flow), func(ctx context.Context, tx *storage.Tx) error {
		for _, s := range []string{`DELETE FROM chats`, `DELETE FROM accounts`, `DELETE FROM roles`, `DELETE FROM people`, `DELETE FROM branches`, `DELETE FROM units`} {
			if err := tx.Exec(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
}

// errUndone rolls a transaction back that a test has looked at.
var errUndone = errors.New("undone")

// within runs f in a transaction that leaves nothing behind.
func within(ctx context.Context, w *flowtest.World, f func(*storage.Tx) error) error {
	err := w.DB.InTx(ctx, func(tx *storage.Tx) error { return errors.Join(f(tx), errUndone) })
	if joined, ok := err.(interface{ Unwrap() []error }); ok && len(joined.Unwrap()) == 1 {
		return nil
	}
	return err
}

// A member of a random roster.
type member struct {
	no, name, phone, unit, branch string
	batch                         int
	position                      campaign.Position
	roles                         []string // as English writes them
}

// people draws a roster: the same few numbers and places again and again.
func people(rt *rapid.T, label string) (ms []member) {
	batch := rapid.SliceOfN(rapid.IntRange(0, 2), 4, 4).Draw(rt, label+" batches")
	for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(1, 30), 1, 20, rapid.ID[int]).Draw(rt, label) {
		u := rapid.IntRange(0, 3).Draw(rt, "unit")
		m := member{no: fmt.Sprint("D", n), unit: fmt.Sprint("单位", u), branch: fmt.Sprint("支部", rapid.IntRange(0, 2).Draw(rt, "branch")),
			name: rapid.SampledFrom([]string{"王芳", "李强", "Anna Maria", "欧阳"}).Draw(rt, "name"), batch: batch[u],
			position: rapid.SampledFrom([]campaign.Position{campaign.Principal, campaign.Cadre, campaign.Member}).Draw(rt, "position")}
		if rapid.Bool().Draw(rt, "has a phone") {
			m.phone = fmt.Sprintf("154%08d", rapid.IntRange(1, 40).Draw(rt, "phone"))
		}
		for _, r := range rapid.SliceOfN(rapid.SampledFrom([]string{"secretary", "first", "direct", "desk", "office", "leading", "supervisor", "contact"}), 0, 3).Draw(rt, "roles") {
			if r == "supervisor" || r == "contact" {
				r += ":" + m.unit
			}
			m.roles = append(m.roles, r)
		}
		ms = append(ms, m)
	}
	return ms
}

var english = []string{"member_no", "name", "phone", "unit", "branch", "batch", "position", "roles"}

// plainly writes a roster file in English, its columns in their order.
func plainly(ms []member) sheet.Table {
	t := sheet.Table{Header: english}
	for i, m := range ms {
		t.Rows = append(t.Rows, sheet.Row{Line: i + 2, Cells: []string{m.no, m.name, m.phone, m.unit, m.branch, fmt.Sprint(m.batch), string(m.position), strings.Join(m.roles, ";")}})
	}
	return t
}

var inChinese = strings.NewReplacer("secretary", "支部书记", "first", "第一责任人", "direct", "直接责任人", "desk", "具体责任人", "office", "办公室",
	"leading", "领导小组", "supervisor", "督导组", "contact", "联系点", "principal", "主要同志", "cadre", "其他干部", "member", "党员", ":", "：", ";", "；")

// otherwise writes a roster as somebody else would: other columns first, words
// in either language, rows in another order, phones with +86 and spaces.
func otherwise(rt *rapid.T, ms []member) sheet.Table {
	plain := plainly(ms)
	chinese := []string{"编号", "姓名", "手机号", "单位", "支部", "批次", "职务类别", "职责"}
	order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5, 6, 7}).Draw(rt, "order of columns")
	var t sheet.Table
	for _, c := range order {
		t.Header = append(t.Header, rapid.SampledFrom([]string{english[c], chinese[c], strings.ToUpper(english[c])}).Draw(rt, "column"))
	}
	for i, r := range rapid.Permutation(plain.Rows).Draw(rt, "order of rows") {
		row := sheet.Row{Line: i + 2}
		for _, c := range order {
			cell := r.Cells[c]
			switch {
			case c == 2 && cell != "" && rapid.Bool().Draw(rt, "+86"):
				cell = "+86 " + cell[:3] + "-" + cell[3:7] + " " + cell[7:]
			case c >= 6 && rapid.Bool().Draw(rt, "Chinese"):
				cell = inChinese.Replace(cell)
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// roll is the roster as the database has it, a line each.
func roll(ctx context.Context, tx *storage.Tx) (lines []string, err error) {
	err = tx.Select(ctx, &lines, `
		SELECT concat_ws('|', p.member_no, p.name, p.phone, u.name, u.batch, b.name, p.position, p.active,
		       (SELECT string_agg(concat_ws(':', r.role, ru.name, rbu.name, rb.name), ';' ORDER BY r.role, ru.name, rb.name)
		        FROM roles r LEFT JOIN units ru ON ru.id = r.unit_id LEFT JOIN branches rb ON rb.id = r.branch_id LEFT JOIN units rbu ON rbu.id = rb.unit_id
		        WHERE r.person_id = p.id))
		FROM people p JOIN branches b ON b.id = p.branch_id JOIN units u ON u.id = b.unit_id ORDER BY p.member_no`)
	return lines, err
}

// rolls imports files one after the other, each without a fault, and returns the
// roster after the last, with its report.
func rolls(rt *rapid.T, w *flowtest.World, deactivate bool, files ...sheet.Table) (lines []string, last flow.Report) {
	ctx := context.Background()
	err := within(ctx, w, func(tx *storage.Tx) (err error) {
		for _, f := range files {
			if last, err = load(ctx, tx, f, deactivate); err != nil {
				return err
			}
			if len(last.Faults) > 0 {
				return fmt.Errorf("line %d: %v", last.Faults[0].Line, last.Faults[0].Why)
			}
		}
		lines, err = roll(ctx, tx)
		return err
	})
	if err != nil {
		rt.Fatal(err)
	}
	return lines, last
}

func TestTheSameFileAgainChangesNothing(t *testing.T) {
	w := empty(t)
	rapid.Check(t, func(rt *rapid.T) {
		ms := people(rt, "people")
		once, first := rolls(rt, w, true, plainly(ms))
		twice, again := rolls(rt, w, true, plainly(ms), otherwise(rt, ms))
		if first.Changes != len(ms) || again.Changes != 0 {
			rt.Fatalf("%d and then %d changes, want %d and 0: %v", first.Changes, again.Changes, len(ms), again.Lines)
		}
		if !slices.Equal(once, twice) {
			rt.Fatalf("got  %q\nwant %q", twice, once)
		}
	})
}

func TestAFileSaysTheSameInEitherLanguageAndAnyOrder(t *testing.T) {
	w := empty(t)
	rapid.Check(t, func(rt *rapid.T) {
		ms := people(rt, "people")
		want, _ := rolls(rt, w, false, plainly(ms))
		got, _ := rolls(rt, w, false, otherwise(rt, ms))
		if !slices.Equal(got, want) {
			rt.Fatalf("got  %q\nwant %q", got, want)
		}
	})
}

// A later file stands for itself: after it the roster is as if it had been the
// first, and whoever it does not name is as before, or active no more.
func TestALaterFileStandsForItself(t *testing.T) {
	w := empty(t)
	rapid.Check(t, func(rt *rapid.T) {
		a, b := people(rt, "people of the first file"), people(rt, "people of the second")
		for i := range a { // batches are of the unit, and the second file decides
			for _, m := range b {
				if a[i].unit == m.unit {
					a[i].batch = m.batch
				}
			}
		}
		deactivate := rapid.Bool().Draw(rt, "deactivate")
		before, _ := rolls(rt, w, false, plainly(a))
		want, _ := rolls(rt, w, false, plainly(b))
		for i, no := range numbers(before) {
			if slices.Contains(numbers(want), no) {
				continue
			}
			left := before[i]
			if deactivate {
				active, _, _ := strings.Cut(left, "|t")
				left = active + "|f"
			}
			want = append(want, left)
		}
		slices.Sort(want)
		got, _ := rolls(rt, w, deactivate, plainly(a), plainly(b))
		slices.Sort(got)
		if !slices.Equal(got, want) {
			rt.Fatalf("got  %q\nwant %q", got, want)
		}
	})
}

func numbers(lines []string) (nos []string) {
	for _, l := range lines {
		no, _, _ := strings.Cut(l, "|")
		nos = append(nos, no)
	}
	return nos
}

// Whatever a file holds, it is taken whole or refused with a reason.
func TestAnyFileIsTakenOrRefused(t *testing.T) {
	w := empty(t)
	cell := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "D1", "1", "局", "局+所", "secretary;:;contact:局", "督导组：局＋", "党员", "15400000001"}))
	rapid.Check(t, func(rt *rapid.T) {
		f := sheet.Table{Header: rapid.Permutation(english).Draw(rt, "header")}
		for i, cells := range rapid.SliceOfN(rapid.SliceOfN(cell, 8, 9), 0, 5).Draw(rt, "rows") {
			for j := range cells {
				cells[j] = strings.ReplaceAll(strings.ToValidUTF8(cells[j], ""), "\x00", "") // as package sheet reads them
			}
			f.Rows = append(f.Rows, sheet.Row{Line: i + 2, Cells: cells})
		}
		ctx := context.Background()
		err := within(ctx, w, func(tx *storage.Tx) error {
			r, err := load(ctx, tx, f, true)
			if err == nil && len(r.Faults) == 0 && r.Changes != len(f.Rows) {
				err = fmt.Errorf("%d changes for %d rows, without a fault", r.Changes, len(f.Rows))
			}
			return err
		})
		if err != nil {
			rt.Fatal(err)
		}
	})
}

// What an import tells on the way, and what it has written is all of it.
func TestAnImportTellsHowFarItIs(t *testing.T) {
	w := empty(t)
	var ms []member
	for i := range 4_100 {
		ms = append(ms, member{no: fmt.Sprint("D", i), name: "甲", unit: "单位", branch: fmt.Sprint("支部", i%3), position: campaign.Member})
	}
	check := flow.Stage{Doing: flow.Checking}
	steps := func(doing messages.Sentence, of int, done ...int) (ss []flow.Stage) {
		for _, n := range done {
			ss = append(ss, flow.Stage{Doing: doing, Done: n, Of: of})
		}
		return ss
	}
	imports := func() (told []flow.Stage) {
		w.In(t, func(ctx context.Context, tx *storage.Tx) error {
			far := func(s flow.Stage) { told = append(told, s) }
			r, err := w.House.Import(ctx, tx, flow.Here{Now: tx.Now}, "roster", flow.Incoming{Table: plainly(ms), Far: far})
			if len(r.Faults) > 0 {
				t.Errorf("faults: %v", r.Faults)
			}
			return err
		})
		return told
	}
	want := append(steps(flow.Writing, 4_100, 0, 2_000, 4_000, 4_100), steps(flow.Noting, 4_101, 2_000, 4_000, 4_101)...)
	if diff := cmp.Diff(append([]flow.Stage{check}, append(want, flow.Stage{Doing: flow.Telling, Of: 1}, flow.Stage{Doing: flow.Noting})...), imports()); diff != "" {
		t.Errorf("the first time (-want +got):\n%s", diff)
	}
	for i := range ms {
		ms[i].name = "乙"
	}
	want = append(steps(flow.Writing, 4_100, 0, 2_000, 4_000, 4_100), steps(flow.Noting, 4_101, 2_000, 4_000, 4_101)...)
	if diff := cmp.Diff(append([]flow.Stage{check}, append(want, flow.Stage{Doing: flow.Telling, Of: 1}, flow.Stage{Doing: flow.Noting})...), imports()); diff != "" {
		t.Errorf("with other names (-want +got):\n%s", diff)
	}
	var written int
	w.In(t, func(ctx context.Context, tx *storage.Tx) error {
		return tx.Get(ctx, &written, `SELECT count(*) FROM people WHERE name = '乙'`)
	})
	if written != 4_100 {
		t.Errorf("%d members are written, want 4,100", written)
	}
}

func TestAFaultAnywhereLeavesEverythingAsItIs(t *testing.T) {
	w := flowtest.New(t, home.With(roster.Flow))
	w.In(t, func(ctx context.Context, tx *storage.Tx) error {
		before, err := roll(ctx, tx)
		if err != nil {
			return err
		}
		r, err := load(ctx, tx, plainly([]member{{no: "D77", name: "甲", unit: "新单位", branch: "新支部", position: "member"}, {no: "D78", name: "乙", unit: "新单位", branch: "新支部", batch: 7, position: "member"}}), true)
		if err != nil {
			return err
		}
		after, err := roll(ctx, tx)
		if len(r.Faults) != 1 || r.Faults[0].Line != 3 || !slices.Equal(before, after) {
			t.Errorf("faults %v, roster %q, want one fault in line 3 and %q", r.Faults, after, before)
		}
		return err
	})
}

func TestTwoImportsAtOnceComeOneAfterTheOther(t *testing.T) {
	w := empty(t)
	var ms []member
	for i := range 500 {
		ms = append(ms, member{no: fmt.Sprint("D", i), name: "甲", unit: fmt.Sprint("单位", i%7), branch: fmt.Sprint("支部", rand.IntN(3)), position: campaign.Member, roles: []string{"desk"}})
	}
	reports, errs := make([]flow.Report, 4), make([]error, 4)
	var all sync.WaitGroup
	for i := range reports {
		all.Go(func() {
			errs[i] = w.DB.InTx(t.Context(), func(tx *storage.Tx) (err error) {
				reports[i], err = load(t.Context(), tx, plainly(ms), true)
				return err
			})
		})
	}
	all.Wait()
	changes := 0
	for _, r := range reports {
		changes += r.Changes
	}
	if err := errors.Join(errs...); err != nil || changes != len(ms) {
		t.Errorf("%d changes in all, want %d once and then 0: %v", changes, len(ms), err)
	}
}
