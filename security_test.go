package campaign_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	proof    = regexp.MustCompile("`([a-z/]+)\\.((?:Test|Fuzz)\\w+)`")
	evidence = regexp.MustCompile("`(flows/[\\w/]+/testdata/[^`]+)`")
)

// docs/security.md lists what was tried, and the test that proves what happens:
// each attack has one, and each one is there.
func TestEveryAttackThatWasTriedHasItsProof(t *testing.T) {
	page, err := os.ReadFile("docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	_, tried, _ := strings.Cut(string(page), "\n## What was tried\n")
	tried, _, _ = strings.Cut(tried, "\n## ")
	code := map[string]string{} // of the tests of a folder
	attacks := 0
	for line := range strings.Lines(tried) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| **") || strings.HasPrefix(line, "| attack ") || strings.HasPrefix(line, "| ---") {
			continue
		}
		attacks++
		proofs, files := proof.FindAllStringSubmatch(line, -1), evidence.FindAllStringSubmatch(line, -1)
		if len(proofs)+len(files) == 0 {
			t.Errorf("no test proves: %s", line)
		}
		for _, p := range proofs {
			if !strings.Contains(tests(t, code, p[1]), "\nfunc "+p[2]+"(") {
				t.Errorf("there is no test %s.%s, which is to prove: %s", p[1], p[2], line)
			}
		}
		for _, f := range files {
			if _, err := os.Stat(filepath.FromSlash(f[1])); err != nil {
				t.Errorf("%v, which is to prove: %s", err, line)
			}
		}
	}
	if attacks < 40 {
		t.Errorf("%d attacks are listed; the table is not where it was", attacks)
	}
}

// tests are the tests of a package, by its folder; campaign is the root.
func tests(t *testing.T, code map[string]string, folder string) string {
	t.Helper()
	if text, read := code[folder]; read {
		return text
	}
	dir := filepath.FromSlash(folder)
	if folder == "campaign" {
		dir = "."
	}
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		code[folder] += string(text)
	}
	return code[folder]
}
