package bind_test

import (
	"campaign/bot/bottest"
	"campaign/flows/flow"
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"campaign/flows/bind"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/storage"
	"campaign/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// Only coverage.txt makes invitations, so what is drawn there is always the same.
func TestConversations(t *testing.T) {
	drawn := rand.NewChaCha8([32]byte{1})
	flowtest.Run(t, home.With(bind.Drawn(drawn)), invitations, strangers)
}

// invitations that the transcripts open.
func invitations(ctx context.Context, tx *storage.Tx) error {
	for _, i := range []struct {
		link, code string
		person     int
		expires    time.Duration
		usedBy     any
	}{
		{"invitationOfZhengShuan", "ZHENG234", 9, 72 * time.Hour, nil},
		{"invitationOfTangXin-17", "TANGX234", 17, 72 * time.Hour, nil},
		{"invitationOfWangFang-1", "WANG2345", 1, 72 * time.Hour, nil},
		{"invitationOfChenJing-5", "CHEN2345", 5, 72 * time.Hour, nil},
		{"invitationThatIsTooOld", "PASTPAST", 9, 0, nil},
		{"invitationThatWasUsed0", "USEDUSED", 1, 72 * time.Hour, 1001},
		{"invitationOfWhoHasLeft", "HASGANE2", 16, 72 * time.Hour, nil},
	} {
		link, code := bind.Keys(i.link, i.code)
		var usedAt any
		if i.usedBy != nil {
			usedAt = tx.Now
		}
		err := tx.Exec(ctx, `
			INSERT INTO bind_invitations (person_id, link_hash, code_hash, made_at, expires_at, used_at, used_by) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			i.person, link, code, tx.Now, tx.Now.Add(i.expires), usedAt, i.usedBy)
		if err != nil {
			return err
		}
	}
	return nil
}

// strangers: 902 has a messenger that speaks Chinese, 谢宁 has left the roster,
// 周杰 has blocked the bot, 马超's account has been deleted, and 何平 runs two
// branches.
func strangers(ctx context.Context, tx *storage.Tx) error {
	for _, s := range []string{
		`INSERT INTO accounts (id, lang, name, seen_at) VALUES (902, 'zh', '小吴', '2026-12-01 12:00+08')`,
		`UPDATE people SET active = false WHERE id = 16`,
		`UPDATE accounts SET reach = 'blocked' WHERE person_id = 7`,
		`UPDATE accounts SET reach = 'deleted' WHERE person_id = 11`,
		`INSERT INTO roles (person_id, role, branch_id) VALUES (13, 'secretary', 2)`,
	} {
		if err := tx.Exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func TestConversationsOverTelegram(t *testing.T) {
	bottest.Run(t, func() []flow.Flow { return home.With(bind.Drawn(rand.NewChaCha8([32]byte{1}))) }, invitations, strangers)
}
