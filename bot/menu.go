package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"campaign"
	"campaign/messages"
	"campaign/storage"
)

// me is who the bot is at Telegram.
type me struct {
	mu   sync.Mutex
	name string
}

func (m *me) set(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.name = name
}

func (m *me) username() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.name
}

// Username asks Telegram what the bot of a token is called.
func Username(ctx context.Context, server, token string) (string, error) {
	a, err := newAPI(server, token)
	if err != nil {
		return "", err
	}
	return a.whoAmI(ctx)
}

func (a *api) whoAmI(ctx context.Context) (string, error) {
	var user struct {
		Username string `json:"username"`
	}
	err := a.call(ctx, a.calls, "getMe", struct{}{}, &user)
	return user.Username, err
}

// A commandLine is a line of a command menu.
type commandLine struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

// codes are the language codes of Telegram for which texts are set: all others
// see the campaign's own.
var codes = map[campaign.Lang]string{campaign.Chinese: "zh", campaign.English: "en"}

// introduce asks who we are, until Telegram answers, and sets the menus and
// texts that everybody sees, where they have changed.
func (b *Bot) introduce(ctx context.Context) error {
	for failures := 1; ; failures++ {
		name, err := b.api.whoAmI(ctx)
		if err == nil {
			b.me.set(name)
			break
		}
		if unknown(err) {
			return ErrToken
		}
		b.Log.Warn("Telegram does not answer", "error", err, "failures", failures)
		if !pause(ctx, retryAfter(err, backoff(failures))) {
			return ctx.Err()
		}
	}
	if err := b.texts(ctx); err != nil {
		b.Log.Warn("cannot set the bot's texts", "error", err)
	}
	return nil
}

// texts sets what everybody sees before they begin.
func (b *Bot) texts(ctx context.Context) error {
	for _, at := range []struct {
		code string
		lang campaign.Lang
	}{{"", b.Lang}, {codes[campaign.Chinese], campaign.Chinese}, {codes[campaign.English], campaign.English}} {
		for _, text := range []struct{ field, get, set, want string }{
			{"description", "getMyDescription", "setMyDescription",
				b.House.Words.Plain(at.lang, messages.T("Check in to the activities of the education campaign, see what you have attended, and be reminded. Press Start."))},
			{"short_description", "getMyShortDescription", "setMyShortDescription",
				b.House.Words.Plain(at.lang, messages.T("The assistant of the education campaign"))},
		} {
			var got map[string]string
			if err := b.api.call(ctx, b.api.calls, text.get, map[string]string{"language_code": at.code}, &got); err != nil {
				return err
			}
			if got[text.field] == text.want {
				continue
			}
			if err := b.api.call(ctx, b.api.calls, text.set, map[string]string{text.field: text.want, "language_code": at.code}, nil); err != nil {
				return err
			}
		}
		if err := b.setCommands(ctx, map[string]any{"type": "all_private_chats"}, at.code, b.commands(at.lang, campaign.Person{})); err != nil {
			return err
		}
		if err := b.setCommands(ctx, map[string]any{"type": "all_group_chats"}, at.code, b.groupCommands(at.lang)); err != nil {
			return err
		}
	}
	return nil
}

// setCommands sets a command menu where Telegram has another.
func (b *Bot) setCommands(ctx context.Context, scope map[string]any, code string, want []commandLine) error {
	var got []commandLine
	if err := b.api.call(ctx, b.api.calls, "getMyCommands", map[string]any{"scope": scope, "language_code": code}, &got); err != nil {
		return err
	}
	if slices.Equal(got, want) {
		return nil
	}
	return b.api.call(ctx, b.api.calls, "setMyCommands", map[string]any{"scope": scope, "language_code": code, "commands": want}, nil)
}

// commands are the lines of the menu of a person: those of everybody for nobody.
func (b *Bot) commands(lang campaign.Lang, who campaign.Person) (cs []commandLine) {
	for _, f := range b.House.Every() {
		c := f.Contents()
		if c.Opens == "" || c.Guests || c.For != nil && !c.For(who) {
			continue
		}
		cs = append(cs, commandLine{c.Opens, shorten(b.House.Words.Plain(lang, messages.T(c.Help)), 256)})
	}
	return append(cs, commandLine{"cancel", b.House.Words.Plain(lang, messages.T("Drop the form that is open"))})
}

// groupCommands are the lines of the menu in groups.
func (b *Bot) groupCommands(lang campaign.Lang) (cs []commandLine) {
	for _, f := range b.House.Every() {
		if c := f.Contents(); c.Opens != "" && c.Groups {
			cs = append(cs, commandLine{c.Opens, shorten(b.House.Words.Plain(lang, messages.T(c.Help)), 256)})
		}
	}
	return cs
}

// keepMenus gives those whose roles offer more than everybody's menu, or who
// chose a language, a command menu of their own: only when it has changed.
func (b *Bot) keepMenus(ctx context.Context) error {
	for ctx.Err() == nil {
		if n, err := b.menus(ctx); err != nil {
			if ctx.Err() == nil {
				b.Log.Warn("cannot set command menus", "error", err)
			}
			pause(ctx, retryAfter(err, 10*time.Second))
		} else if n == 0 {
			pause(ctx, 2*time.Second)
		}
	}
	return nil
}

// menusAtOnce is how many accounts are looked at in one transaction.
const menusAtOnce = 200

// menus sets the menus of some accounts that were seen since their menu was
// last looked at, and returns how many were looked at.
func (b *Bot) menus(ctx context.Context) (int, error) {
	var ms []storage.Menued
	err := b.DB.InTx(ctx, func(tx *storage.Tx) (err error) {
		ms, err = tx.Unmenued(ctx, menusAtOnce)
		return err
	})
	if err != nil || len(ms) == 0 {
		return 0, err
	}
	set := 0
	for i, m := range ms {
		cs := b.commands(m.Lang, m.Person)
		hash := digest(cs)
		everybody := m.Menu == "" && slices.Equal(cs, b.commands(m.Lang, campaign.Person{})) // and in the language of their messenger
		if hash != m.Menu && !everybody {
			if err = b.setMenu(ctx, m.Account, cs); err != nil {
				break
			}
		}
		ms[i].Menu, set = hash, i+1
	}
	noted := b.DB.InTx(context.WithoutCancel(ctx), func(tx *storage.Tx) error { return tx.HasMenus(ctx, ms[:set]) })
	return set, errors.Join(err, noted)
}

// setMenu gives an account a menu of its own. Telegram refuses one for a chat
// that is gone: then there is nothing to set.
func (b *Bot) setMenu(ctx context.Context, a storage.Account, cs []commandLine) error {
	scope := map[string]any{"type": "chat", "chat_id": int64(a.ID)}
	err := b.api.call(ctx, b.api.calls, "setMyCommands", map[string]any{"scope": scope, "commands": cs}, nil)
	if f, ok := errors.AsType[*failure](err); ok && (f.Code == 400 || f.Code == 403) {
		return nil
	}
	return err
}

func digest(cs []commandLine) string {
	b, _ := json.Marshal(cs) // strings cannot fail
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}
