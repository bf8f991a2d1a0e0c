package roster_test

import (
	"context"
	"testing"

	"campaign/cmd/muster/demo"
	"campaign/flows/flow/flowtest"
	"campaign/storage"
)

func TestTheWholeDistrictIsImportedAndAgainWithoutAChange(t *testing.T) {
	w, d := empty(t), demo.Make(1, 18_400, flowtest.Start)
	for again, want := range []int{18_400, 0} {
		w.In(t, func(ctx context.Context, tx *storage.Tx) error {
			r, err := load(ctx, tx, d.Roster, true)
			if len(r.Faults) > 0 || r.Changes != want {
				t.Errorf("import %d: %d changes, %d faults, want %d and none: %v", again+1, r.Changes, len(r.Faults), want, r.Faults)
			}
			return err
		})
	}
}

// Each round imports the district of the demo into an empty roster, and takes it
// back.
func BenchmarkImportOfADistrict(b *testing.B) { importing(b, 18_400) }

// A district ten times as large must work, too.
func BenchmarkImportOfTenDistricts(b *testing.B) { importing(b, 184_000) }

func importing(b *testing.B, members int) {
	w, d := empty(b), demo.Make(1, members, flowtest.Start)
	for b.Loop() {
		err := within(b.Context(), w, func(tx *storage.Tx) error {
			r, err := load(b.Context(), tx, d.Roster, true)
			if r.Changes != members {
				b.Errorf("%d changes, want %d", r.Changes, members)
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// The office sends the file of the same district a second time.
func BenchmarkImportOfADistrictAgain(b *testing.B) {
	w, d := empty(b), demo.Make(1, 18_400, flowtest.Start)
	once := func(tx *storage.Tx) error { _, err := load(b.Context(), tx, d.Roster, true); return err }
	if err := w.DB.InTx(b.Context(), once); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := w.DB.InTx(b.Context(), once); err != nil {
			b.Fatal(err)
		}
	}
}
