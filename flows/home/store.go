package home

import (
	"context"
	"fmt"

	"campaign/flows/flow"
	"campaign/storage"
)

func apply(ctx context.Context, tx *storage.Tx, _ flow.Here, e flow.Effect) error {
	switch e := e.(type) {
	case Switched:
		return tx.SetLang(ctx, e.Account, e.Lang)
	case Spoken:
		return tx.SetManner(ctx, e.Account, e.Lang, e.Plain)
	}
	return fmt.Errorf("home: cannot apply %s", e.Effect())
}
