package flowtest

import (
	"context"
	"fmt"

	"campaign/storage"
)

// The district of every transcript. Units 1 and 2 are of batch 1, unit 3 is the
// pilot. Branches 1 and 2 lie in unit 1, branch 3 in unit 2, branch 4 in unit 3.
// Branches 1 and 3 have groups, #1 and #3; group #9 is bound to none.
//
//	1 王芳 member of branch 1, English      8 吴霞 member of branch 1, not bound, has a phone
//	2 李强 secretary of branch 1           9 郑爽 member of branch 1, not bound, no phone
//	3 张伟 first responsible of unit 1     10 孙涛 secretary of branch 2
//	4 刘洋 desk responsible of unit 1      11 马超 member of branch 2
//	5 陈静 the office                      12 朱琳 member of branch 3
//	6 赵敏 supervises unit 1               13 何平 secretary of branch 3
//	7 周杰 member of branch 1              14 高峰 direct responsible of unit 1
//	                                       15 林远 contact leader of unit 1, of the leading group
//
// 8 and 16 (member of branch 2) share one phone with nobody; 17 and 18, of branch
// 3, share one between them. Accounts from 901 on are nobody's.
var people = []struct {
	name   string
	branch int
	phone  string
	lang   string // "" is not bound
	role   string
	unit   int
	of     int // branch of a secretary
}{
	{"王芳", 1, "+8615400000001", "en", "", 0, 0},
	{"李强", 1, "+8615400000002", "en", "secretary", 0, 1},
	{"张伟", 1, "+8615400000003", "en", "first", 1, 0},
	{"刘洋", 1, "+8615400000004", "en", "desk", 1, 0},
	{"陈静", 4, "+8615400000005", "en", "office", 0, 0},
	{"赵敏", 4, "+8615400000006", "en", "supervisor", 1, 0},
	{"周杰", 1, "+8615400000007", "zh", "", 0, 0},
	{"吴霞", 1, "+8615400000008", "", "", 0, 0},
	{"郑爽", 1, "", "", "", 0, 0},
	{"孙涛", 2, "+8615400000010", "zh", "secretary", 0, 2},
	{"马超", 2, "+8615400000011", "zh", "", 0, 0},
	{"朱琳", 3, "+8615400000012", "en", "", 0, 0},
	{"何平", 3, "+8615400000013", "en", "secretary", 0, 3},
	{"高峰", 1, "+8615400000014", "zh", "direct", 1, 0},
	{"林远", 4, "+8615400000015", "zh", "contact", 1, 0},
	{"谢宁", 2, "+8615400000016", "", "", 0, 0},
	{"唐欣", 3, "+8615400000017", "", "", 0, 0},
	{"唐悦", 3, "+8615400000017", "", "", 0, 0},
}

// Strangers have the numbers after this one: their accounts are nobody's.
const Strangers = 900

// accountOf is the messenger's number of somebody: people who are bound have it,
// others get it by binding.
func accountOf(n int) int64 {
	if n > Strangers {
		return int64(n)
	}
	return 1000 + int64(n)
}

// GroupID is the messenger's number of a group of the transcripts.
func GroupID(n int) int64 { return -2000 - int64(n) }

// GroupTitle is what the group is called.
func GroupTitle(n int) string { return fmt.Sprintf("group %d", n) }

// Called is what the messenger calls somebody.
func Called(n int) string {
	if n > len(people) {
		return fmt.Sprintf("Guest %d", n)
	}
	return people[n-1].name
}

// Phone is the number of a person of the district.
func Phone(n int) string { return people[n-1].phone }

// settle fills the district.
func settle(ctx context.Context, tx *storage.Tx) error {
	statements := []string{
		`INSERT INTO units (name, batch) VALUES ('区教育局', 1), ('区卫生局', 1), ('区档案馆', 0)`,
		`INSERT INTO branches (unit_id, name) VALUES (1, '机关第一支部'), (1, '机关第二支部'), (2, '综合科支部'), (3, '馆务支部')`,
	}
	for _, s := range statements {
		if err := tx.Exec(ctx, s); err != nil {
			return fmt.Errorf("settle the district: %w", err)
		}
	}
	for i, p := range people {
		n := i + 1
		position := "member"
		if p.role == "first" {
			position = "principal"
		} else if p.role == "desk" || p.role == "direct" {
			position = "cadre"
		}
		err := tx.Exec(ctx, `INSERT INTO people (member_no, name, phone, branch_id, position) VALUES ($1, $2, $3, $4, $5)`,
			fmt.Sprintf("D%05d", n), p.name, p.phone, p.branch, position)
		if err != nil {
			return fmt.Errorf("settle %s: %w", p.name, err)
		}
		if p.role != "" {
			err := tx.Exec(ctx, `INSERT INTO roles (person_id, role, unit_id, branch_id) VALUES ($1, $2, nullif($3, 0), nullif($4, 0))`, n, p.role, p.unit, p.of)
			if err != nil {
				return fmt.Errorf("settle the role of %s: %w", p.name, err)
			}
		}
		if p.lang != "" {
			err := tx.Exec(ctx, `INSERT INTO accounts (id, person_id, lang, name, seen_at) VALUES ($1, $2, $3, $4, $5)`, accountOf(n), n, p.lang, p.name, tx.Now)
			if err != nil {
				return fmt.Errorf("settle the account of %s: %w", p.name, err)
			}
		}
	}
	if err := tx.Exec(ctx, `INSERT INTO roles (person_id, role) VALUES (15, 'leading')`); err != nil {
		return fmt.Errorf("settle the leading group: %w", err)
	}
	for _, g := range []int{1, 3} {
		err := tx.Exec(ctx, `INSERT INTO chats (id, title, branch_id, seen_at) VALUES ($1, $2, $3, $4)`, GroupID(g), GroupTitle(g), g, tx.Now)
		if err != nil {
			return fmt.Errorf("settle group %d: %w", g, err)
		}
	}
	return nil
}

// People calls f for everybody of the district: the number in the transcripts,
// the account, the phone, and whether the account is bound.
func People(f func(n int, account int64, name, phone string, bound bool)) {
	for i, p := range people {
		f(i+1, accountOf(i+1), p.name, p.phone, p.lang != "")
	}
}
