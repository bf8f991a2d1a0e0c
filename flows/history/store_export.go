package history

import (
	"context"
	"fmt"
	"iter"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/flows/flow/sheet"
	"campaign/messages"
	"campaign/storage"
)

// columns are who said what of whose record, when, in which hat and why, what it
// was and is, and whether the figures had been closed.
var columns = []sheet.Column{
	{Key: "at", Alias: "变更时间"},
	{Key: "activity_no", Alias: "活动编号"},
	{Key: "title", Alias: "名称"},
	{Key: "starts", Alias: "开始"},
	{Key: "unit", Alias: "单位"},
	{Key: "branch", Alias: "支部"},
	{Key: "member_no", Alias: "编号"},
	{Key: "name", Alias: "姓名"},
	{Key: "cause", Alias: "变更类型"},
	{Key: "old", Alias: "原状态"},
	{Key: "new", Alias: "现状态"},
	{Key: "by", Alias: "记录人"},
	{Key: "role", Alias: "身份"},
	{Key: "for", Alias: "申请人"},
	{Key: "note", Alias: "说明"},
	{Key: "entered_late", Alias: "补录"},
	{Key: "after_closing", Alias: "锁定后变更"},
	{Key: "unlocked_by", Alias: "解锁人"},
	{Key: "unlock_reason", Alias: "解锁事由"},
}

// A told is one row of the file.
type told struct {
	At, Starts          time.Time
	ActivityNo          string `db:"activity_no"`
	Title, Unit, Branch string
	MemberNo            string `db:"member_no"`
	Name                string
	Cause               campaign.Cause
	OldMethod           string `db:"old_method"`
	NewMethod           string `db:"new_method"`
	OldLate             bool   `db:"old_late"`
	NewLate             bool   `db:"new_late"`
	By, For, Note       string
	Hat                 campaign.Role
	EnteredLate         bool `db:"entered_late"`
	After               bool
	Unlocker, Reason    string
	All                 int // rows of the file
}

// causes are what happened, as the file says it.
var causes = map[campaign.Cause]messages.Sentence{
	campaign.ByRoll:       "roll",
	campaign.ByDecision:   "verified",
	campaign.ByCorrection: "corrected",
	campaign.ByObjection:  "objection",
	campaign.ByAcceptance: "objection accepted",
	campaign.ByRefusal:    "objection not accepted",
	campaign.ByVouch:      "marked by hand",
}

// minute is how the file writes an instant.
const minute = "2006-01-02 15:04"

func (r told) row(zone *time.Location) []messages.Text {
	word := func(method string, late bool) messages.Text {
		if method == "" {
			return messages.Text{}
		}
		return messages.T("%s", entry{Method: method, Late: late}.word())
	}
	yes := func(b bool) messages.Text {
		if !b {
			return messages.Text{}
		}
		return messages.T("yes")
	}
	hat := messages.Text{}
	if r.Hat != "" {
		hat = messages.T("%s", r.Hat)
	}
	cause := causes[r.Cause]
	switch {
	case r.Cause != campaign.ByVouch:
	case r.NewMethod == "helper":
		cause, r.For = "by a helper", r.Name
	case r.NewMethod == "guest":
		cause = "at another branch"
	}
	return []messages.Text{
		messages.Verbatim(r.At.In(zone).Format(minute)), messages.Verbatim(r.ActivityNo), messages.Verbatim(r.Title), messages.Verbatim(r.Starts.In(zone).Format(minute)),
		messages.Verbatim(r.Unit), messages.Verbatim(r.Branch), messages.Verbatim(r.MemberNo), messages.Verbatim(r.Name),
		messages.T(cause), word(r.OldMethod, r.OldLate), word(r.NewMethod, r.NewLate),
		messages.Verbatim(r.By), hat, messages.Verbatim(r.For), messages.Verbatim(r.Note),
		yes(r.EnteredLate), yes(r.After), messages.Verbatim(r.Unlocker), messages.Verbatim(r.Reason),
	}
}

// export gives what was said of the records of activities in the span, in the order
// in which it was said: a thousand rows at most are in memory.
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
			var rows []told
			if err := tx.Select(ctx, &rows, `FETCH 1000 FROM history_rows`); err != nil {
				yield(nil, fmt.Errorf("history: read the rows of the export: %w", err))
				return
			}
			for _, r := range rows {
				if !yield(r.row(in.Zone), nil) {
					return
				}
			}
			if len(rows) == 0 {
				if err := tx.Exec(ctx, `CLOSE history_rows`); err != nil {
					yield(nil, fmt.Errorf("history: end the export: %w", err))
				}
				return
			}
			done += len(rows)
			q.Far.At(flow.Writing, done, rows[0].All)
		}
	}
}

// declare opens the cursor of an export. A file that is abandoned leaves it to the
// end of the transaction.
func declare(ctx context.Context, tx *storage.Tx, in flow.Bounds) error {
	err := tx.Exec(ctx, `
		DECLARE history_rows NO SCROLL CURSOR FOR
		SELECT c.at, a.starts, a.no AS activity_no, a.title, u.name AS unit, b.name AS branch, p.member_no, p.name, c.cause,
		       c.old_method, c.new_method, c.old_late, c.new_late, w.name AS by, coalesce(f.name, '') AS for, c.note, c.hat, c.entered_late,
		       c.closed_at IS NOT NULL AS after, coalesce(k.name, '') AS unlocker, c.unlock_reason AS reason, count(*) OVER () AS all
		FROM amendments c JOIN activities a ON a.id = c.activity_id JOIN people p ON p.id = c.person_id JOIN branches b ON b.id = c.branch_id
		JOIN units u ON u.id = b.unit_id JOIN people w ON w.id = c.by_id LEFT JOIN people f ON f.id = c.for_id LEFT JOIN people k ON k.id = c.unlocked_by
		WHERE ($1::bigint = 0 OR u.id = $1) AND ($2::timestamptz IS NULL OR a.starts >= $2) AND ($3::timestamptz IS NULL OR a.starts < $3)
		ORDER BY c.at, c.id, p.id`, in.Unit, in.From, in.To)
	if err != nil {
		return fmt.Errorf("history: begin the export: %w", err)
	}
	return nil
}
