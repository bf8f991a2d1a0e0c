package roster

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"campaign"
	"campaign/flows/flow/sheet"
	"campaign/messages"
)

// columns are those of a roster file (contract.md §2).
var columns = []sheet.Column{
	{Key: "member_no", Alias: "编号"}, {Key: "name", Alias: "姓名"}, {Key: "phone", Alias: "手机号"},
	{Key: "unit", Alias: "单位"}, {Key: "branch", Alias: "支部"}, {Key: "batch", Alias: "批次"},
	{Key: "position", Alias: "职务类别"}, {Key: "roles", Alias: "职责"},
}

// Bounds of what a cell may say, in characters.
const (
	longestNo    = 32
	longestName  = 60
	longestPlace = 80
)

// A file is a roster file as far as it can be understood without the roster:
// every row in its order, also one with a fault, so that the places which it
// names are known.
type file struct {
	rows     []row
	phones   bool // whether there is such a column; without one, what is there stays
	position bool
	roles    bool
	notes    []messages.Text
	faults   faults
}

// A row says what one line asks for.
type row struct {
	line         int
	no, name     string
	phone        campaign.Phone
	unit, branch string
	batch        campaign.Batch // -1 where it cannot be read
	position     campaign.Position
	wishes       []wish
}

// A wish is a role as a row asks for it: with the unit it names, if any.
type wish struct {
	role campaign.Role
	unit string
}

// read understands a table, all its faults at once.
func read(t sheet.Table) file {
	at, missing, unknown := sheet.Columns(t.Header, columns)
	_, phones := at["phone"]
	_, position := at["position"]
	_, roles := at["roles"]
	f := file{phones: phones, position: position, roles: roles}
	for _, c := range missing {
		switch c.Key {
		case "phone", "position", "roles":
			f.notes = append(f.notes, messages.T("There is no column %s (%s): what the roster has there stays.", c.Key, c.Alias))
		default:
			f.faults.add(headerLine, "There is no column %s (%s).", c.Key, c.Alias)
		}
	}
	if len(unknown) > 0 {
		f.notes = append(f.notes, messages.T("Columns that are none of a roster's, or are there twice, are passed over: %s",
			inBrief.some(each(unknown, func(name string) messages.Text { return messages.Verbatim(short(name)) }))))
	}
	if len(f.faults.first) > 0 {
		return f
	}
	if len(t.Rows) == 0 {
		f.faults.add(headerLine, "There is nobody in the file.")
		return f
	}
	f.rows = make([]row, len(t.Rows))
	lines := make(map[string]int, len(t.Rows))
	for i, r := range t.Rows {
		c := cells{at: at, row: r, faults: &f.faults}
		f.rows[i] = c.read(len(t.Header))
		no := f.rows[i].no
		if first, twice := lines[no]; twice && no != "" {
			c.fault("The member number %s stands in line %s already.", no, strconv.Itoa(first))
			continue
		}
		lines[no] = r.Line
	}
	return f
}

// headerLine is where faults of the file as a whole are told.
const headerLine = 1

// cells is one line being read.
type cells struct {
	at     map[string]int
	row    sheet.Row
	faults *faults
}

func (c cells) fault(why messages.Sentence, args ...any) { c.faults.add(c.row.Line, why, args...) }

// cell is what stands in a column, "" where there is no such column.
func (c cells) cell(key string) string {
	i, ok := c.at[key]
	if !ok || i >= len(c.row.Cells) {
		return ""
	}
	return c.row.Cells[i]
}

func (c cells) read(width int) row {
	if len(c.row.Cells) > width {
		c.fault("Something stands to the right of the last column.")
	}
	return row{
		line: c.row.Line, no: c.number(),
		name:  c.words("name", longestName, "The name is missing.", "The name is longer than %d characters."),
		phone: c.phone(),
		unit:  c.unit(), branch: c.words("branch", longestPlace, "The branch is missing.", "The branch's name is longer than %d characters."),
		batch: c.batch(), position: c.position(), wishes: c.wishes(),
	}
}

func (c cells) number() string {
	no := narrow(c.cell("member_no"))
	switch {
	case no == "":
		c.fault("The member number is missing.")
		return ""
	case utf8.RuneCountInString(no) > longestNo:
		c.fault("The member number is longer than %d characters.", longestNo)
		return ""
	case strings.ContainsFunc(no, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_./", r)
	}):
		c.fault("The member number “%s” holds something else than letters, digits and - _ . /", short(no))
		return ""
	}
	return no
}

// words reads a name, which may not be missing.
func (c cells) words(key string, most int, missing, long messages.Sentence) string {
	s := tidy(c.cell(key))
	switch {
	case s == "":
		c.fault(missing)
	case utf8.RuneCountInString(s) > most:
		c.fault(long, most)
		return ""
	}
	return s
}

// unit reads the name of a unit, which roles must be able to name.
func (c cells) unit() string {
	s := c.words("unit", longestPlace, "The unit is missing.", "The unit's name is longer than %d characters.")
	if strings.ContainsAny(narrow(s), "+;") {
		c.fault("A unit's name may not hold + or ; since the column roles could not name it.")
		return ""
	}
	return s
}

func (c cells) phone() campaign.Phone {
	s := c.cell("phone")
	if s == "" {
		return ""
	}
	p, err := campaign.ReadPhone(s)
	if err != nil {
		c.fault("The phone is not a mobile number of the mainland: 11 digits, with or without +86.")
	}
	return p
}

func (c cells) batch() campaign.Batch {
	s := strings.ToLower(narrow(c.cell("batch")))
	b, ok := batches[s]
	switch {
	case s == "":
		c.fault("The batch is missing: 0 (pilot), 1 or 2.")
	case !ok:
		c.fault("“%s” is no batch: write 0 (pilot), 1 or 2.", short(s))
	}
	if !ok {
		return -1
	}
	return b
}

var batches = map[string]campaign.Batch{
	"0": 0, "1": 1, "2": 2, "pilot": 0, "试点": 0, "先行试点": 0, "第一批": 1, "第二批": 2,
}

func (c cells) position() campaign.Position {
	s := strings.ToLower(narrow(c.cell("position")))
	p, ok := positions[s]
	if !ok {
		c.fault("“%s” is no position: write principal, cadre or member.", short(s))
	}
	return p
}

var positions = map[string]campaign.Position{
	"": campaign.Member, "member": campaign.Member, "党员": campaign.Member,
	"cadre": campaign.Cadre, "其他干部": campaign.Cadre, "principal": campaign.Principal, "主要同志": campaign.Principal,
}

// wishes reads roles: words with ; between them, some with units after a colon.
func (c cells) wishes() (ws []wish) {
	for part := range strings.FieldsFuncSeq(narrow(c.cell("roles")), func(r rune) bool { return r == ';' || r == '\n' }) {
		word, units, named := strings.Cut(part, ":")
		word, units = strings.TrimSpace(word), strings.TrimSpace(units)
		role, ok := roleWords[strings.ToLower(word)]
		ofUnits := role == campaign.Supervisor || role == campaign.Contact
		switch {
		case word == "" && !named:
		case !ok:
			c.fault("“%s” is no role. Roles have ; between them: secretary, first, direct, desk, office, leading, supervisor:UNIT+UNIT, contact:UNIT.", short(part))
		case ofUnits && strings.Trim(units, "+ ") == "":
			c.fault("The role “%s” must name its units: write a colon and the unit after it, + between several.", word)
		case !ofUnits && named:
			c.fault("The role “%s” names no unit: it is held for the member's own unit or branch, or for the district.", word)
		case !ofUnits:
			ws = append(ws, wish{role: role})
		default:
			for u := range strings.SplitSeq(units, "+") {
				if u = tidy(u); u != "" {
					ws = append(ws, wish{role, u})
				}
			}
		}
	}
	return ws
}

var roleWords = map[string]campaign.Role{
	"secretary": campaign.Secretary, "支部书记": campaign.Secretary,
	"first": campaign.First, "第一责任人": campaign.First,
	"direct": campaign.Direct, "直接责任人": campaign.Direct,
	"desk": campaign.Desk, "具体责任人": campaign.Desk,
	"office": campaign.Office, "办公室": campaign.Office, "教育活动办公室": campaign.Office,
	"leading": campaign.Leading, "领导小组": campaign.Leading,
	"supervisor": campaign.Supervisor, "督导组": campaign.Supervisor,
	"contact": campaign.Contact, "联系点": campaign.Contact, "联系点领导": campaign.Contact,
}
