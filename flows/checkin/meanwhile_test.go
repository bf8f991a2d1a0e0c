package checkin_test

import (
	"context"
	"encoding/json"
	"testing"

	"campaign"
	"campaign/flows/checkin"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/flow/sheet"
	"campaign/flows/home"
	"campaign/flows/roster"
	"campaign/messages"
	"campaign/storage"
)

// brought is a roster file that brings one member to branch 1.
var brought = sheet.Table{
	Header: []string{"member_no", "name", "phone", "unit", "branch", "batch"},
	Rows:   []sheet.Row{{Line: 2, Cells: []string{"D00019", "钱进", "15400000019", "区教育局", "机关第一支部", "1"}}},
}

// bring imports it in tx.
func (s *stage) bring(ctx context.Context, tx *storage.Tx) error {
	_, err := s.House.Import(ctx, tx, flow.Here{Now: tx.Now, At: tx.Now}, "roster", flow.Incoming{Table: brought})
	return err
}

// open takes the minute of the calendar in tx.
func (s *stage) open(ctx context.Context, tx *storage.Tx) error {
	about, err := json.Marshal(flow.Tick{Rule: "minute", Due: s.Clock})
	if err != nil {
		return err
	}
	fresh, err := tx.Receive(ctx, []string{"the minute"})
	if err != nil {
		return err
	}
	_, err = s.House.Turn(ctx, tx, flow.Event{Cause: fresh["the minute"], At: s.Clock, Clock: &messages.Address{Flow: "checkin", Handler: "minute", About: string(about)}})
	return err
}

// Check-in opens while a roster is being imported, or the other way round:
// whoever comes first, the second waits, and who came with the file is expected.
func TestWhoComesAsCheckInOpensIsExpected(t *testing.T) {
	for name, order := range map[string]func(*stage) (first, second func(context.Context, *storage.Tx) error){
		"the roster first": func(s *stage) (first, second func(context.Context, *storage.Tx) error) { return s.bring, s.open },
		"the window first": func(s *stage) (first, second func(context.Context, *storage.Tx) error) { return s.open, s.bring },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &stage{World: flowtest.New(t, home.With(checkin.Flow, roster.Flow), seed(clock(14, 0)))}
			s.Clock = clock(13, 30)
			first, second := order(s)
			ended := make(chan error, 1)
			s.In(t, func(ctx context.Context, tx *storage.Tx) error {
				if err := first(ctx, tx); err != nil {
					return err
				}
				go func() { ended <- s.DB.InTx(ctx, func(tx *storage.Tx) error { return second(ctx, tx) }) }()
				for waits := false; !waits; {
					select {
					case err := <-ended:
						t.Error("the second did not wait for the first")
						ended <- err
						return nil
					default:
					}
					err := tx.Get(ctx, &waits, `
						SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
						FROM pg_sleep(0.01)`)
					if err != nil {
						return err
					}
				}
				return nil
			})
			if err := <-ended; err != nil {
				t.Fatal(err)
			}
			if n := s.count(t, `SELECT count(*) FROM expected e JOIN people p ON p.id = e.person_id WHERE e.activity_id = 1 AND p.member_no = 'D00019'`); n != 1 {
				t.Errorf("the newcomer is expected %d times, want once", n)
			}
		})
	}
}

// Who is in the scope of an activity: each part of the district, without those
// who are no longer members.
func TestTheScopeIsWhoBelongsToThatPartOfTheDistrict(t *testing.T) {
	w := flowtest.New(t, home.With(checkin.Flow), func(ctx context.Context, tx *storage.Tx) error {
		for _, s := range []campaign.Scope{campaign.Everyone(), {Part: campaign.OneBatch, Batch: 0}, {Part: campaign.OneBatch, Batch: 1}, campaign.UnitScope(1), campaign.BranchScope(2, 3)} {
			if err := write(ctx, tx, campaign.Activity{Title: "学习", Kind: campaign.Study, Scope: s, Starts: clock(14, 0), Ends: clock(15, 0),
				Opens: clock(13, 30), LateFrom: clock(14, 10), Closes: clock(15, 0)}); err != nil {
				return err
			}
		}
		return tx.Exec(ctx, `UPDATE people SET active = false WHERE id = 9`)
	})
	var wrong []struct{ Activity, Got, Want int }
	w.In(t, func(ctx context.Context, tx *storage.Tx) error {
		return tx.Select(ctx, &wrong, `
			SELECT a.id AS activity, (SELECT count(*) FROM checkin_scope s WHERE s.activity_id = a.id) AS got, t.want
			FROM unnest('{17, 3, 14, 10, 4}'::bigint[]) WITH ORDINALITY AS t (want, id) JOIN activities a ON a.id = t.id
			WHERE (SELECT count(*) FROM checkin_scope s WHERE s.activity_id = a.id) <> t.want
			   OR EXISTS (SELECT FROM checkin_scope s WHERE s.activity_id = a.id AND s.person_id = 9)`)
	})
	if len(wrong) > 0 {
		t.Errorf("people in the scope, and those who ought to be: %+v", wrong)
	}
}
