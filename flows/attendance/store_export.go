package attendance

import (
	"context"
	"database/sql"
	"iter"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/flows/flow/sheet"
	"campaign/messages"
	"campaign/storage"
)

// columns are those of contract.md §5.
var columns = []sheet.Column{
	{Key: "activity_no", Alias: "活动编号"},
	{Key: "title", Alias: "名称"},
	{Key: "starts", Alias: "开始"},
	{Key: "unit", Alias: "单位"},
	{Key: "branch", Alias: "支部"},
	{Key: "member_no", Alias: "编号"},
	{Key: "name", Alias: "姓名"},
	{Key: "status", Alias: "状态"},
	{Key: "at", Alias: "签到时间"},
	{Key: "method", Alias: "方式"},
	{Key: "recorded_by", Alias: "记录人"},
	{Key: "note", Alias: "说明"},
}

// An entry is one expected person of one activity.
type entry struct {
	ActivityNo string `db:"activity_no"`
	Title      string
	Starts     time.Time
	Ends       time.Time
	Closes     time.Time
	SignOut    sql.NullTime `db:"sign_out"`
	Required   bool
	Unit       string
	Branch     string
	MemberNo   string `db:"member_no"`
	Name       string
	At         sql.NullTime
	Left       sql.NullTime `db:"left_at"`
	Late       bool
	Reported   bool
	Method     method
	By         string
	All        int // rows of the file
	Note       string
	Debt       campaign.Debt
	Due        sql.NullTime
	DecidedAt  sql.NullTime `db:"decided_at"` // of a debt: when, how it was made up, by whose decision and why
	How        method
	Decider    string
	Reason     string
}

// A method is how a mark was made, or an absence made up, as the file says it.
type method string

var methods = map[method]messages.Sentence{
	"button":   "button",
	"message":  "message",
	"code":     "code",
	"location": "location",
	"marked":   "marked by hand",
	"helper":   "by a helper",
	"guest":    "at another branch",
	"summary":  "a written summary",
	"photo":    "photos of notes",
	"visit":    "a visit at home",
	"other":    "another activity of the same kind",
}

// minute is how the file writes an instant.
const minute = "2006-01-02 15:04"

func (e entry) status(now time.Time) campaign.Status {
	return campaign.Presence{Marked: e.At.Valid, Late: e.Late, Over: !now.Before(e.Closes), Reported: e.Reported, Required: e.Required, Debt: e.Debt}.Status()
}

// noted is what the file says of a mark beside what it says of all: who spoke for
// whom, whether they signed out where that is asked for, and what was noted.
func (e entry) noted(now time.Time, zone *time.Location) messages.Text {
	a := campaign.Activity{Ends: e.Ends, Closes: e.Closes, SignOut: e.SignOut.Time}
	var says []messages.Text
	if e.Method == "helper" {
		says = append(says, messages.T("by %s for %s", e.By, e.Name))
	}
	switch {
	case e.Left.Valid:
		says = append(says, messages.T("signed out %s", e.Left.Time.In(zone).Format(minute)))
	case e.Method != "guest" && a.Forgotten(e.At.Time, e.Left.Time, now):
		says = append(says, messages.T("sign-out missing"))
	}
	switch {
	case e.Method == "guest":
		says = append(says, messages.T("at %s", e.Note))
	case e.Note != "":
		says = append(says, messages.Verbatim(e.Note))
	}
	if len(says) == 0 {
		return messages.Verbatim("")
	}
	t := says[0]
	for _, s := range says[1:] {
		t = messages.T("%s · %s", t, s)
	}
	return t
}

func (e entry) row(now time.Time, zone *time.Location) []messages.Text {
	status := e.status(now)
	if status == campaign.MadeUp || status == campaign.Waived { // what was decided stands where the mark would
		e.At, e.Method, e.By, e.Note = e.DecidedAt, e.How, e.Decider, e.Reason
	}
	at := ""
	if e.At.Valid {
		at = e.At.Time.In(zone).Format(minute)
	}
	return []messages.Text{
		messages.Verbatim(e.ActivityNo), messages.Verbatim(e.Title), messages.Verbatim(e.Starts.In(zone).Format(minute)),
		messages.Verbatim(e.Unit), messages.Verbatim(e.Branch), messages.Verbatim(e.MemberNo), messages.Verbatim(e.Name),
		messages.T("%s", status), messages.Verbatim(at), messages.T(methods[e.Method]),
		messages.Verbatim(e.By), e.remark(status, now, zone),
	}
}

// remark is the last cell: what was noted, or by when an absence is to be made up.
func (e entry) remark(s campaign.Status, now time.Time, zone *time.Location) messages.Text {
	switch due := campaign.DayOf(e.Due.Time).String(); {
	case s != campaign.Owed || !e.Due.Valid:
		return e.noted(now, zone)
	case e.Debt == campaign.DebtHanded:
		return messages.T("due %s; handed in, to be decided", due)
	default:
		return messages.T("due %s", due)
	}
}

// export gives the rows of all activities whose list has been written down, as
// one cursor sees them: every row of a file is of the same instant, and a
// thousand at most are in memory.
func export(ctx context.Context, tx *storage.Tx, q flow.Query) iter.Seq2[[]messages.Text, error] {
	return func(yield func([]messages.Text, error) bool) {
		in, err := q.Bounds(ctx, tx)
		if err == nil {
			err = declare(ctx, tx, in)
		}
		if err != nil {
			yield(nil, err)
			return
		}
		for done := 0; ; {
			es, err := fetch(ctx, tx)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, e := range es {
				if !yield(e.row(tx.Now, in.Zone), nil) {
					return
				}
			}
			if len(es) == 0 {
				return
			}
			done += len(es)
			q.Far.At(flow.Writing, done, es[0].All)
		}
	}
}
