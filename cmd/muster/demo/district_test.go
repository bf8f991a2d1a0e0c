package demo

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"campaign/flows/flow/sheet"
)

var start = time.Date(2026, 12, 1, 14, 3, 27, 0, time.FixedZone("campaign", 8*60*60))

func drawDistrict(t *rapid.T) District {
	members := rapid.OneOf(rapid.IntRange(Smallest, 400), rapid.IntRange(400, 6_000)).Draw(t, "members")
	d := Make(rapid.Uint64().Draw(t, "seed"), members, start)
	if len(d.Members) != members {
		t.Fatalf("got %d members, want %d", len(d.Members), members)
	}
	return d
}

func TestTheSameSeedMakesTheSameDistrict(t *testing.T) {
	one, two := Make(7, 2_000, start), Make(7, 2_000, start)
	if diff := cmp.Diff(one, two); diff != "" {
		t.Errorf("(-first +second):\n%s", diff)
	}
	other := Make(8, 2_000, start)
	if cmp.Equal(one.Members, other.Members) {
		t.Error("another seed made the same members")
	}
}

func TestTheSpeechsDistrictHasItsSize(t *testing.T) {
	d := Make(1, 18_400, start)
	units, branches, batches := map[string]int{}, map[string]int{}, map[int]int{}
	states, positions := map[State]int{}, map[Position]int{}
	for _, p := range d.Members {
		if units[p.Unit]++; units[p.Unit] == 1 {
			batches[p.Batch]++
		}
		branches[p.Unit+"/"+p.Branch]++
		states[p.State]++
		positions[p.Position]++
	}
	if len(d.Members) != 18_400 || len(units) != 50 || len(branches) != 1_000 {
		t.Errorf("got %d members, %d units, %d branches; want 18400, 50, 1000", len(d.Members), len(units), len(branches))
	}
	if diff := cmp.Diff(map[int]int{0: 1, 1: 49}, batches); diff != "" {
		t.Errorf("units by batch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[State]int{Bound: 17_920, NotBound: 300, NoPhone: 120, Blocked: 60}, states); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
	if share := positions[Cadre] * 100 / 18_400; share < 10 || share > 14 {
		t.Errorf("cadres are %d %%, want about 12", share)
	}
	if share := len(d.Groups) * 100 / 1_000; share < 80 || share > 90 {
		t.Errorf("%d %% of the branches have a group, want about 85", share)
	}
}

func TestNumbersAccountsAndPhonesAreTheirOwners(t *testing.T) {
	phone := regexp.MustCompile(`^154\d{8}$`)
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistrict(t)
		numbers, accounts, phones := map[string]bool{}, map[int64]bool{}, map[string][]Member{}
		for _, p := range d.Members {
			if numbers[p.No] || accounts[p.TelegramID] {
				t.Errorf("%s or account %d comes twice", p.No, p.TelegramID)
			}
			numbers[p.No], accounts[p.TelegramID] = true, true
			if (p.Phone == "") != (p.State == NoPhone) || p.Phone != "" && !phone.MatchString(p.Phone) {
				t.Errorf("%s is %s with phone %q", p.No, p.State, p.Phone)
			}
			if p.Phone != "" {
				phones[p.Phone] = append(phones[p.Phone], p)
			}
		}
		shared := 0
		for number, owners := range phones {
			marked := slices.ContainsFunc(owners, func(p Member) bool { return p.SharesPhone && p.State == NotBound })
			if len(owners) > 2 || marked != (len(owners) == 2) {
				t.Errorf("%s has %d owners, marked: %v", number, len(owners), marked)
			}
			if len(owners) == 2 {
				shared++
			}
		}
		if shared == 0 {
			t.Error("no two members share a phone")
		}
	})
}

func TestEveryUnitAndBranchHasItsPeople(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistrict(t)
		type count struct{ first, direct, desk, contact, supervisors int }
		units, secretaries, sizes := map[string]*count{}, map[string]int{}, map[string]int{}
		for _, p := range d.Members {
			units[p.Unit] = &count{}
			secretaries[p.Unit+"/"+p.Branch] += 0
			sizes[p.Unit+"/"+p.Branch]++
		}
		for _, p := range d.Members {
			unit, responsible := units[p.Unit], 0
			for _, role := range p.Roles {
				kind, place, _ := strings.Cut(role, ":")
				switch kind + ":" {
				case First + ":":
					unit.first++
					responsible++
					if p.Position != Principal {
						t.Errorf("%s is first responsible and %s", p.No, p.Position)
					}
				case Direct + ":":
					unit.direct++
					responsible++
				case Desk + ":":
					unit.desk++
					responsible++
				case Secretary + ":":
					secretaries[p.Unit+"/"+p.Branch]++
				case Contact:
					units[place].contact++
				case Supervisor:
					for name := range strings.SplitSeq(place, "+") {
						units[name].supervisors++
						if name == p.Unit {
							t.Errorf("%s supervises the own unit %s", p.No, name)
						}
					}
				}
			}
			if responsible > 1 {
				t.Errorf("%s is responsible %d times", p.No, responsible)
			}
		}
		for name, got := range units {
			if want := (count{1, 1, 1, 1, 2}); *got != want {
				t.Errorf("%s has %+v, want %+v", name, *got, want)
			}
		}
		for name, n := range secretaries {
			if n != 1 {
				t.Errorf("%s has %d secretaries", name, n)
			}
			if sizes[name] < smallestBranch || sizes[name] > largestBranch {
				t.Errorf("%s has %d members", name, sizes[name])
			}
		}
		groups := map[int64]bool{}
		for _, g := range d.Groups {
			if g.ChatID >= 0 || groups[g.ChatID] || sizes[g.Unit+"/"+g.Branch] == 0 {
				t.Errorf("group %+v: its id is taken or its branch unknown", g)
			}
			groups[g.ChatID] = true
		}
	})
}

func TestTheCastCanBePlayed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistrict(t)
		c := d.Cast
		for _, part := range []struct {
			role   string
			player Member
		}{
			{Secretary, c.Secretary}, {First, c.First}, {Desk, c.Desk}, {Office, c.Office},
			{Supervisor, c.Supervisor}, {Contact + c.Member.Unit, c.Contact},
		} {
			has := slices.ContainsFunc(part.player.Roles, func(role string) bool { return strings.HasPrefix(role, part.role) })
			if !has || part.player.State != Bound {
				t.Errorf("%s is played by %+v", part.role, part.player)
			}
		}
		if len(c.Member.Roles) > 0 || c.Member.Position != Ordinary || c.Member.State != Bound {
			t.Errorf("the member is %+v", c.Member)
		}
		if c.Secretary.Branch != c.Member.Branch || c.First.Unit != c.Member.Unit || c.Desk.Unit != c.Member.Unit {
			t.Errorf("%s/%s is led by %+v, %+v, %+v", c.Member.Unit, c.Member.Branch, c.Secretary, c.First, c.Desk)
		}
		if !strings.Contains(strings.Join(c.Supervisor.Roles, ";"), c.Member.Unit) {
			t.Errorf("%s is supervised by %+v", c.Member.Unit, c.Supervisor)
		}
		if c.Unbound.State != NotBound || c.Unbound.SharesPhone || c.NoPhone.State != NoPhone {
			t.Errorf("unbound is %+v, without phone %+v", c.Unbound, c.NoPhone)
		}
		if !slices.ContainsFunc(d.Groups, func(g Group) bool { return g.Unit == c.Member.Unit && g.Branch == c.Member.Branch }) {
			t.Errorf("%s/%s has no group", c.Member.Unit, c.Member.Branch)
		}
	})
}

func TestOneActivityIsOpenToAllAtTheStart(t *testing.T) {
	for _, at := range []time.Time{start, start.Add(9*time.Hour + 55*time.Minute), start.AddDate(0, 0, 4)} {
		past, open, code, ahead := 0, 0, 0, 0
		for _, row := range Make(1, 500, at).Activities.Rows {
			begins, err := time.ParseInLocation("2006-01-02 15:04", row.Cells[4], at.Location())
			if err != nil {
				t.Fatal(err)
			}
			ends, err := time.ParseInLocation("2006-01-02 15:04", row.Cells[5], at.Location())
			if err != nil {
				t.Fatal(err)
			}
			opens := begins.Add(-30 * time.Minute)
			if row.Cells[12] != "" {
				code++
				continue
			}
			switch {
			case ends.Before(at):
				past++
			case opens.After(at):
				ahead++
			case row.Cells[3] == "all" && row.Cells[8] == "按钮" && begins.Sub(at) >= 10*time.Minute:
				open++
			}
		}
		if past != 6 || open != 1 || code != 1 || ahead != 5 {
			t.Errorf("at %v: %d past, %d open, %d by code, %d ahead; want 6, 1, 1, 5", at, past, open, code, ahead)
		}
	}
}

func TestTheFilesSurviveBeingWrittenAndRead(t *testing.T) {
	d := Make(3, 600, start)
	for _, want := range []sheet.Table{d.Roster, d.Activities} {
		for _, name := range []string{"a.csv", "a.xlsx"} {
			var b bytes.Buffer
			if err := sheet.Write(&b, name, want.Header, want.All()); err != nil {
				t.Fatal(err)
			}
			got, err := sheet.Read(name, &b)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
	}
}

func TestNamesAreSpreadAsInLife(t *testing.T) {
	d := Make(1, 18_400, start)
	seen, repeated, single, dotted, rareOnes := map[string]bool{}, 0, 0, 0, 0
	for _, p := range d.Members {
		if seen[p.Name] {
			repeated++
		}
		seen[p.Name] = true
		switch n := len([]rune(p.Name)); {
		case strings.Contains(p.Name, "·"):
			dotted++
		case n == 2:
			single++
		case n < 2 || n > 4:
			t.Errorf("%q is no name", p.Name)
		}
		if strings.ContainsAny(p.Name, "喆堃玥镕珺璟祎") {
			rareOnes++
		}
	}
	for what, n := range map[string]int{"repeated": repeated, "of two characters": single, "dotted": dotted, "with rare characters": rareOnes} {
		if n < 20 || n > 6_000 {
			t.Errorf("%d names are %s", n, what)
		}
	}
}

func TestNamesOfUnitsAndBranchesNeverRepeat(t *testing.T) {
	units := map[string]bool{}
	for i := range 3_000 {
		name, _ := unitName(i)
		units[name] = true
	}
	if len(units) != 3_000 {
		t.Errorf("got %d names for 3000 units", len(units))
	}
	for batch := range 3 {
		for n := range 300 {
			branches := map[string]bool{}
			for i := range n {
				branches[branchName(batch, i, n)] = true
			}
			if len(branches) != n {
				t.Errorf("got %d names for %d branches of batch %d", len(branches), n, batch)
			}
		}
	}
}
