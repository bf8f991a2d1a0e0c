// Package deploy_test holds the files around the program against the program:
// what they name must exist.
package deploy_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"campaign/bot"
	"campaign/flows"
	"campaign/flows/flow/flowtest"
	"campaign/storage/storagetest"

	"go.yaml.in/yaml/v3"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// metrics are the labels of each metric of a real bot, with their values.
type metrics map[string]map[string][]string

var (
	aSeries = regexp.MustCompile(`^(\w+)(?:\{(.*)\})? \S+$`)
	aLabel  = regexp.MustCompile(`(\w+)="((?:[^"\\]|\\.)*)"`)
)

// measure reads the metrics of a bot as Prometheus does.
func measure(t *testing.T) metrics {
	t.Helper()
	w := flowtest.New(t, flows.All)
	b, err := bot.New(bot.Config{DB: w.DB, House: w.House, Token: "1000001:simulated", API: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	page := httptest.NewRecorder()
	b.Metrics().ServeHTTP(page, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	all := metrics{}
	for line := range strings.Lines(page.Body.String()) {
		m := aSeries.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil || strings.HasPrefix(line, "#") {
			continue
		}
		if all[m[1]] == nil {
			all[m[1]] = map[string][]string{}
		}
		for _, l := range aLabel.FindAllStringSubmatch(m[2], -1) {
			all[m[1]][l[1]] = append(all[m[1]][l[1]], l[2])
		}
	}
	if len(all) < 50 {
		t.Fatalf("only %d metrics are told:\n%s", len(all), page.Body)
	}
	return all
}

// The labels that Prometheus adds, and the words of its language that are used.
var (
	added = strings.Fields("instance job")
	words = strings.Fields("sum max min rate increase changes histogram_quantile by or vector time")
)

var (
	aString   = regexp.MustCompile(`"[^"]*"`)
	aMatcher  = regexp.MustCompile(`(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"`)
	aSelector = regexp.MustCompile(`([a-zA-Z_:]\w*)\s*\{([^}]*)\}`)
	aGrouping = regexp.MustCompile(`\bby\s*\(([^)]*)\)`)
	aRange    = regexp.MustCompile(`\[\d+[smhd]\]`)
	aWord     = regexp.MustCompile(`[a-zA-Z_:]\w*`)
)

// check finds what an expression names that no bot has. Shown are labels that
// are printed beside its results.
func (m metrics) check(expr string, shown ...string) (faults []string) {
	is := func(format string, args ...any) {
		faults = append(faults, fmt.Sprintf(format, args...)+" in "+expr)
	}
	for _, s := range aSelector.FindAllStringSubmatch(expr, -1) {
		for _, l := range aMatcher.FindAllStringSubmatch(s[2], -1) {
			values := m[s[1]][l[1]]
			if slices.Contains(added, l[1]) {
				continue
			}
			matches := regexp.MustCompile("^(?:" + l[3] + ")$").MatchString
			for _, v := range strings.Split(l[3], "|") { // each alternative, since one that is misspelt matches nothing
				if !slices.Contains(values, v) && !slices.ContainsFunc(values, matches) || !strings.ContainsAny(v, ".*+") && !slices.Contains(values, v) {
					is("%s has no %s that is %q", s[1], l[1], v)
				}
			}
		}
	}
	bare := aRange.ReplaceAllString(aString.ReplaceAllString(expr, ""), "")
	for _, s := range aSelector.FindAllStringSubmatch(bare, -1) {
		bare = strings.Replace(bare, s[0], s[1], 1)
	}
	var grouped []string
	for _, g := range aGrouping.FindAllStringSubmatch(bare, -1) {
		for label := range strings.SplitSeq(g[1], ",") {
			grouped = append(grouped, strings.TrimSpace(label))
		}
	}
	bare = aGrouping.ReplaceAllString(bare, "")
	var named []string
	for _, name := range aWord.FindAllString(bare, -1) {
		if slices.Contains(words, name) {
			continue
		}
		if m[name] == nil {
			is("there is no %s", name)
		}
		named = append(named, name)
	}
	for _, label := range append(grouped, shown...) {
		has := slices.ContainsFunc(named, func(name string) bool { return m[name][label] != nil })
		if !has && !slices.Contains(added, label) {
			is("nothing has the label %s", label)
		}
	}
	if len(named) == 0 {
		is("no metric")
	}
	return faults
}

func TestWhatTheChecksOfExpressionsFind(t *testing.T) {
	m := metrics{"muster_role": {"role": {"poller", "sender"}}, "muster_inbox_parked": {}}
	for expr, want := range map[string]int{
		`max(muster_inbox_parked) > 0`:                                              0,
		`sum by (role) (rate(muster_role{role=~"poller|sender",job="muster"}[5m]))`: 0,
		`max(muster_inbox_parkt) > 0`:                                               1,
		`muster_role{role="seller"}`:                                                1,
		`muster_role{role=~"poller|seller"}`:                                        1,
		`sum by (lane) (muster_role)`:                                               1,
		`muster_inbox_parked{lane="answers"}`:                                       1,
		`1 > 0`:                                                                     1,
	} {
		if got := m.check(expr); len(got) != want {
			t.Errorf("%s: got %q, want %d faults", expr, got, want)
		}
	}
}

// rules is deploy/alerts.yaml.
type rules struct {
	Groups []struct {
		Name  string
		Rules []struct {
			Alert, Expr, For    string
			Labels, Annotations map[string]string
		}
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestEveryAlertCanFireAndIsExplained(t *testing.T) {
	m, manual := measure(t), read(t, "../docs/operate.md")
	var all rules
	decoder := yaml.NewDecoder(strings.NewReader(read(t, "alerts.yaml")))
	decoder.KnownFields(true)
	if err := decoder.Decode(&all); err != nil {
		t.Fatal(err)
	}
	var names []string
	aDuration, printed := regexp.MustCompile(`^\d+[sm]$`), regexp.MustCompile(`\$labels\.(\w+)`)
	for _, g := range all.Groups {
		for _, a := range g.Rules {
			var shown []string
			for _, p := range printed.FindAllStringSubmatch(a.Annotations["summary"], -1) {
				shown = append(shown, p[1])
			}
			for _, fault := range m.check(a.Expr, shown...) {
				t.Errorf("%s: %s", a.Alert, fault)
			}
			if !aDuration.MatchString(a.For) || !slices.Contains([]string{"page", "ticket"}, a.Labels["severity"]) || a.Annotations["summary"] == "" {
				t.Errorf("%s: for %q, severity %q, summary %q", a.Alert, a.For, a.Labels["severity"], a.Annotations["summary"])
			}
			if want := "docs/operate.md#" + strings.ToLower(a.Alert); a.Annotations["runbook"] != want || !strings.Contains(manual, "\n### "+a.Alert+"\n") {
				t.Errorf("%s: the runbook is %q, want %q, and that heading in the manual", a.Alert, a.Annotations["runbook"], want)
			}
			names = append(names, a.Alert)
		}
	}
	for _, heading := range regexp.MustCompile(`(?m)^### (\w+)$`).FindAllStringSubmatch(manual, -1) {
		if !slices.Contains(names, heading[1]) {
			t.Errorf("the manual explains %s, which is no alert", heading[1])
		}
	}
}

func TestTheDashboardShowsWhatThereIs(t *testing.T) {
	m, manual := measure(t), read(t, "../docs/operate.md")
	var board struct {
		Panels []struct {
			Type, Title, Description string
			GridPos                  struct{ X, Y, W, H int }
			Targets                  []struct{ Expr, LegendFormat string }
			FieldConfig              struct{ Defaults struct{ Unit string } }
		}
	}
	if err := json.Unmarshal([]byte(read(t, "grafana.json")), &board); err != nil {
		t.Fatal(err)
	}
	printed, alert := regexp.MustCompile(`\{\{(\w+)\}\}`), regexp.MustCompile(`Muster[A-Z]\w+`)
	panels := 0
	for _, p := range board.Panels {
		if p.Type == "row" {
			continue
		}
		panels++
		if p.Title == "" || p.FieldConfig.Defaults.Unit == "" || len(p.Targets) == 0 || p.GridPos.X+p.GridPos.W > 24 {
			t.Errorf("%q: unit %q, %d queries, at %+v", p.Title, p.FieldConfig.Defaults.Unit, len(p.Targets), p.GridPos)
		}
		for _, q := range p.Targets {
			var shown []string
			for _, l := range printed.FindAllStringSubmatch(q.LegendFormat, -1) {
				shown = append(shown, l[1])
			}
			for _, fault := range m.check(q.Expr, shown...) {
				t.Errorf("%s: %s", p.Title, fault)
			}
		}
		for _, name := range alert.FindAllString(p.Description, -1) {
			if !strings.Contains(manual, "\n### "+name+"\n") {
				t.Errorf("%s: it names %s, which the manual does not explain", p.Title, name)
			}
		}
	}
	if panels == 0 {
		t.Error("it shows nothing")
	}
}

func TestEveryMetricIsInTheManualAndTheManualNamesNoOther(t *testing.T) {
	m, manual := measure(t), read(t, "../docs/operate.md")
	documented := map[string]bool{}
	for _, of := range regexp.MustCompile("(?m)^\\| (`muster_[^|]*) \\|").FindAllStringSubmatch(manual, -1) {
		for _, d := range regexp.MustCompile("`(muster_\\w+)(?:\\{([a-z,]+)\\})?`").FindAllStringSubmatch(of[1], -1) {
			documented[d[1]] = true
			series := m[d[1]]
			if series == nil {
				series = m[d[1]+"_count"] // of a histogram
			}
			if series == nil {
				t.Errorf("the manual explains %s, which is not told", d[1])
			}
			for label := range strings.SplitSeq(d[2], ",") {
				if label != "" && series[label] == nil {
					t.Errorf("the manual gives %s the label %s, which it has not", d[1], label)
				}
			}
		}
	}
	for name := range m {
		base := name
		for _, end := range []string{"_bucket", "_sum", "_count"} {
			if of, ok := strings.CutSuffix(name, end); ok && m[of+"_bucket"] != nil {
				base = of
			}
		}
		if strings.HasPrefix(base, "muster_") && !documented[base] {
			t.Errorf("%s is told and not in the manual", base)
		}
	}
}

func TestTheManualLeadsNowhereElse(t *testing.T) {
	manual := read(t, "../docs/operate.md")
	anchors := map[string]bool{}
	for _, h := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(manual, -1) {
		anchors[strings.ReplaceAll(strings.ToLower(h[1]), " ", "-")] = true
	}
	for _, link := range regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(manual, -1) {
		if at, ok := strings.CutPrefix(link[1], "#"); ok {
			if !anchors[at] {
				t.Errorf("there is no heading %s", at)
			}
		} else if _, err := os.Stat("../docs/" + link[1]); err != nil {
			t.Errorf("%s: %v", link[1], err)
		}
	}
}

// The services of deploy/compose.yaml start the program that there is, with
// settings that there are.
func TestTheServicesAreWhole(t *testing.T) {
	var compose struct {
		Services map[string]struct {
			Image       string
			Build       struct{ Dockerfile string }
			Environment map[string]string
			Secrets     []string
			Networks    []string
			Depends     map[string]struct{ Condition string } `yaml:"depends_on"`
			Healthcheck struct{ Test []string }
		}
		Secrets  map[string]struct{ File string }
		Networks map[string]any
	}
	if err := yaml.Unmarshal([]byte(read(t, "compose.yaml")), &compose); err != nil {
		t.Fatal(err)
	}
	for name, s := range compose.Services {
		for _, secret := range s.Secrets {
			if compose.Secrets[secret].File == "" {
				t.Errorf("%s: the secret %s is not one", name, secret)
			}
		}
		for _, n := range s.Networks {
			if _, there := compose.Networks[n]; !there {
				t.Errorf("%s: the network %s is not one", name, n)
			}
		}
		for on, d := range s.Depends {
			if d.Condition == "service_healthy" && len(compose.Services[on].Healthcheck.Test) == 0 {
				t.Errorf("%s waits for the health of %s, which tells none", name, on)
			}
		}
	}
	settings := read(t, "../cmd/muster/settings.go")
	for _, file := range []string{"compose.yaml", "Dockerfile", "muster.service"} {
		for _, name := range regexp.MustCompile(`MUSTER_[A-Z_]+`).FindAllString(read(t, file), -1) {
			if !strings.Contains(settings, `env:"`+name+`"`) {
				t.Errorf("%s: there is no setting %s", file, name)
			}
		}
	}
}

func TestEverySettingIsInTheManual(t *testing.T) {
	manual := read(t, "../docs/operate.md")
	all := regexp.MustCompile(`env:"(MUSTER_[A-Z_]+)"`).FindAllStringSubmatch(read(t, "../cmd/muster/settings.go"), -1)
	if len(all) == 0 {
		t.Fatal("there are no settings")
	}
	for _, name := range all {
		if !strings.Contains(manual, "`"+name[1]+"`") {
			t.Errorf("%s is not in the manual", name[1])
		}
	}
}
