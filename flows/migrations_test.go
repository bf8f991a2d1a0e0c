package flows_test

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"

	"campaign/flows"
	"campaign/flows/flow"
	"campaign/storage"
)

// contract begins a file that takes away what programs of before use: it says
// which programs may no longer run when it does.
var contract = regexp.MustCompile(`^-- contract: needs no program before \S+\n`)

// unsafe is what a migration may not do while programs of before are at work.
var unsafe = []struct {
	what string
	does *regexp.Regexp
}{
	{"takes away or renames what programs of before use", regexp.MustCompile(`(?i)\bDROP (TABLE|COLUMN|VIEW|FUNCTION|TYPE)\b|\bDROP (?:IF EXISTS )?"?\w+"?(,|$)|\bRENAME\b`)},
	{"writes a table anew while nobody can read it", regexp.MustCompile(`(?i)\bALTER( COLUMN)? \w+ (SET DATA )?TYPE\b|\bADD COLUMN .*(\bGENERATED\b|\bserial\b|\bDEFAULT [^,;]*\()|^(CLUSTER|VACUUM FULL)\b|\bSET (UN)?LOGGED\b`)},
	{"reads a whole table while nobody can write it", regexp.MustCompile(`(?i)\bSET NOT NULL\b|\bADD (CONSTRAINT \w+ )?(CHECK|FOREIGN KEY|UNIQUE|PRIMARY KEY|EXCLUDE)\b|\bADD COLUMN .*\b(REFERENCES|CHECK|UNIQUE)\b`)},
	{"refuses the rows of programs of before", regexp.MustCompile(`(?i)\bADD COLUMN [^,]*\bNOT NULL\b`)},
	{"builds an index while nobody can write the table: say CONCURRENTLY", regexp.MustCompile(`(?i)^CREATE (UNIQUE )?INDEX (?:[^C]|C[^O])|^DROP INDEX (?:[^C]|C[^O])|^REINDEX (?:.*[^Y])$`)},
	{"changes all rows in one transaction", regexp.MustCompile(`(?i)^(UPDATE|DELETE FROM|TRUNCATE|LOCK)\b`)},
}

// small are the tables whose rows are counted in thousands at most: an index of
// one of them is built in an instant.
const small = " units branches roles chats activities activity_numbers checkin_windows bind_invitations bind_tries bind_claims group_notices ticks "

// older are files that ran before anybody read them for this.
const older = " machine/202611251000_doubt.sql machine/202611251201_posts_of_groups.sql "

// faults tells what is wrong with a migration; nothing where it is safe beside
// programs of before.
func faults(text string) (found []string) {
	up, _, _ := strings.Cut(text, "-- +goose Down")
	if contract.MatchString(up) {
		return nil
	}
	made := map[string]bool{} // tables of this very file: nobody uses them yet
	concurrent := strings.Contains(up, "CONCURRENTLY")
	if concurrent && !strings.HasPrefix(up, "-- +goose NO TRANSACTION\n") {
		found = append(found, "CONCURRENTLY works outside of a transaction alone: begin with -- +goose NO TRANSACTION")
	}
	code := regexp.MustCompile(`--[^\n]*`).ReplaceAllString(up, "")
	if concurrent && !strings.HasPrefix(strings.TrimSpace(code), "SET lock_timeout = 0;") {
		found = append(found, "CONCURRENTLY waits for every transaction of before: begin with SET lock_timeout = 0")
	}
	for s := range strings.SplitSeq(code, ";") {
		s = strings.Join(strings.Fields(s), " ")
		if m := regexp.MustCompile(`(?i)^CREATE TABLE (\w+)`).FindStringSubmatch(s); m != nil {
			made[m[1]] = true
			continue
		}
		if m := regexp.MustCompile(`(?i)^(?:ALTER TABLE|CREATE(?: UNIQUE)? INDEX \w+ ON) (\w+)`).FindStringSubmatch(s); m != nil && (made[m[1]] || strings.HasPrefix(s, "CREATE") && strings.Contains(small, " "+m[1]+" ")) {
			continue
		}
		if m := regexp.MustCompile(`(?i)^CREATE(?: UNIQUE)? INDEX CONCURRENTLY (\w+)`).FindStringSubmatch(s); m != nil && !strings.Contains(code, "DROP INDEX CONCURRENTLY IF EXISTS "+m[1]+";") {
			found = append(found, "an index that was half built stays in the way: DROP INDEX CONCURRENTLY IF EXISTS "+m[1])
		}
		for _, u := range unsafe {
			if u.does.MatchString(s) && !excused(u.does, s) {
				found = append(found, u.what+": "+s)
			}
		}
	}
	return found
}

// excused reports whether what looks unsafe is not: every part of s that does it
// also says what makes it harmless.
func excused(does *regexp.Regexp, s string) bool {
	for i, part := range strings.Split(s, ", ADD ") {
		if i > 0 {
			part = "ADD " + part
		}
		harmless := strings.Contains(part, "NOT VALID") || strings.Contains(part, "ADD COLUMN") && strings.Contains(part, "NOT NULL DEFAULT ") && !strings.Contains(part, "(")
		if does.MatchString(part) && !harmless {
			return false
		}
	}
	return true
}

func TestEveryMigrationIsSafeBesideTheProgramOfBefore(t *testing.T) {
	for _, r := range append([]storage.Room{storage.Machine()}, flow.New(flows.All).Rooms()...) {
		files, err := fs.Glob(r.Files, "*.sql")
		if err != nil || len(files) == 0 {
			t.Fatalf("%s has no files: %v", r.Name, err)
		}
		for _, file := range files {
			text, err := fs.ReadFile(r.Files, file)
			if err != nil {
				t.Fatal(err)
			}
			name := path.Join(r.Name, file)
			if strings.Contains(older, " "+name+" ") {
				continue
			}
			for _, fault := range faults(string(text)) {
				t.Errorf("%s: %s", name, fault)
			}
		}
	}
}

func TestWhatIsUnsafeInAMigrationIsSeen(t *testing.T) {
	const concurrently = "-- +goose NO TRANSACTION\n-- +goose Up\nSET lock_timeout = 0;\n"
	for _, bad := range []string{
		"ALTER TABLE posts DROP COLUMN bare;",
		"ALTER TABLE posts DROP bare;",
		"DROP TABLE files;",
		"ALTER TABLE posts RENAME COLUMN bare TO naked;",
		"ALTER TABLE posts ALTER COLUMN lane TYPE bigint;",
		"ALTER TABLE posts ALTER lane TYPE bigint;",
		"ALTER TABLE posts ADD COLUMN at timestamptz NOT NULL;",
		"ALTER TABLE posts ADD COLUMN a text, ADD COLUMN at timestamptz NOT NULL;",
		"ALTER TABLE posts ADD COLUMN a text NOT NULL DEFAULT '', ADD COLUMN at timestamptz NOT NULL;",
		"ALTER TABLE posts ADD COLUMN key uuid NOT NULL DEFAULT gen_random_uuid();",
		"ALTER TABLE posts ADD COLUMN n bigint GENERATED ALWAYS AS (id * 2) STORED;",
		"ALTER TABLE posts ALTER COLUMN message_id SET NOT NULL;",
		"ALTER TABLE posts ADD CONSTRAINT positive CHECK (lane > 0);",
		"ALTER TABLE posts ADD FOREIGN KEY (chat_id) REFERENCES chats;",
		"ALTER TABLE posts ADD COLUMN by_id bigint REFERENCES people;",
		"CREATE INDEX posts_by_due ON posts (due);",
		"CREATE UNIQUE INDEX posts_by_due ON posts (due);",
		"DROP INDEX posts_sending;",
		"CREATE INDEX CONCURRENTLY posts_by_due ON posts (due);",
		concurrently + "CREATE INDEX CONCURRENTLY posts_by_due ON posts (due);",
		"-- +goose NO TRANSACTION\n-- +goose Up\nDROP INDEX CONCURRENTLY IF EXISTS posts_by_due;\nCREATE INDEX CONCURRENTLY posts_by_due ON posts (due);",
		"UPDATE posts SET lane = 1;",
		"CREATE TABLE attic (id bigint);\nALTER TABLE posts DROP COLUMN bare;",
	} {
		if len(faults(bad)) == 0 {
			t.Errorf("nobody minds %q", bad)
		}
		if found := faults("-- contract: needs no program before 1.4\n" + bad); len(found) > 0 {
			t.Errorf("%q is minded although it says so: %q", bad, found)
		}
	}
	for _, good := range []string{
		"CREATE TABLE attic (id bigint NOT NULL REFERENCES people, lane bigint NOT NULL CHECK (lane > 0));\nCREATE INDEX attic_by_lane ON attic (lane);",
		"ALTER TABLE posts ADD COLUMN a text;",
		"ALTER TABLE posts ADD COLUMN a text NOT NULL DEFAULT '';",
		"ALTER TABLE posts ADD COLUMN a text, ADD COLUMN b integer NOT NULL DEFAULT 0;",
		"ALTER TABLE posts ADD CONSTRAINT positive CHECK (lane > 0) NOT VALID;",
		"ALTER TABLE posts VALIDATE CONSTRAINT positive;",
		"ALTER TABLE posts DROP CONSTRAINT positive, DROP CONSTRAINT other;",
		"ALTER TABLE posts ALTER COLUMN a DROP NOT NULL;",
		"CREATE OR REPLACE VIEW v AS SELECT id FROM posts;",
		concurrently + "DROP INDEX CONCURRENTLY IF EXISTS posts_by_due;\nCREATE INDEX CONCURRENTLY posts_by_due ON posts (due);",
		"ALTER TABLE posts ADD COLUMN a text;\n-- +goose Down\nALTER TABLE posts DROP COLUMN a;",
	} {
		if found := faults(good); len(found) > 0 {
			t.Errorf("%q is minded: %q", good, found)
		}
	}
}
