package bot

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"campaign"
	"campaign/storage"
)

// placed notes how a chat stands after our own place in it changed. A member may
// write where the group lets its members: that has to be asked.
func (b *Bot) placed(ctx context.Context, tx *storage.Tx, u update) error {
	if !u.chat.Group {
		return b.House.Stands(ctx, tx, u.chat.ID, u.stands)
	}
	if _, err := tx.Group(ctx, u.chat.ID, u.chat.Title); err != nil {
		return err
	}
	if err := b.House.Stands(ctx, tx, u.chat.ID, u.stands); err != nil || u.stands != campaign.Open {
		return err
	}
	return tx.Ask(ctx, u.chat.ID)
}

// heard notes the group in which something was said. One that was taken for
// closed is asked about: what we hear may be older than what closed it.
func (b *Bot) heard(ctx context.Context, tx *storage.Tx, in campaign.Chat) (campaign.Chat, error) {
	c, err := tx.Group(ctx, in.ID, in.Title)
	if err != nil {
		return c, err
	}
	c.Topic = in.Topic
	if c.Standing != campaign.Open {
		err = tx.Ask(ctx, c.ID)
	}
	return c, err
}

// groupsAtOnce is how many groups are asked about in a row.
const groupsAtOnce = 20

// keepGroups asks Telegram whether we may write in groups, where it does not tell
// by itself: after our rights were changed, and until a closed group is open
// again. It goes on until ctx ends.
func (b *Bot) keepGroups(ctx context.Context) error {
	for failures := 0; ctx.Err() == nil; {
		n, err := b.askGroups(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			failures++
			b.Log.Warn("cannot ask about groups", "error", err, "failures", failures)
			pause(ctx, retryAfter(err, backoff(failures)))
		case n == 0:
			failures = 0
			pause(ctx, time.Second)
		}
	}
	return nil
}

// askGroups asks about some groups, and returns how many.
func (b *Bot) askGroups(ctx context.Context) (int, error) {
	var ids []int64
	err := b.DB.InTx(ctx, func(tx *storage.Tx) (err error) {
		ids, err = tx.ToAsk(ctx, groupsAtOnce)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		s, moved, err := b.api.standing(ctx, id)
		if err != nil {
			return 0, err // the others are asked about a minute later
		}
		err = b.DB.InTx(ctx, func(tx *storage.Tx) error {
			switch {
			case moved != 0:
				return b.House.Moved(ctx, tx, id, moved)
			case s == "":
				return nil // it is asked about again
			}
			return errors.Join(b.House.Stands(ctx, tx, id, s), tx.Asked(ctx, id))
		})
		if err != nil {
			return 0, err
		}
		b.nudge()
	}
	return len(ids), nil
}

// standing asks how a group stands: whether we are in it, and may write. Where
// it has another number by now, it returns that.
func (a *api) standing(ctx context.Context, group int64) (s campaign.Standing, moved int64, err error) {
	me, _, _ := strings.Cut(a.token, ":")
	id, err := strconv.ParseInt(me, 10, 64)
	if err != nil {
		return "", 0, errors.New("bot: the token does not begin with a number")
	}
	var member struct {
		Status string `json:"status"`
		May    bool   `json:"can_send_messages"`
	}
	err = a.call(ctx, a.calls, "getChatMember", map[string]int64{"chat_id": group, "user_id": id}, &member)
	if f, ok := errors.AsType[*failure](err); ok && (f.Code == 400 || f.Code == 403) {
		return standing(f.Description, group, f.Code == 403), f.MovedTo, nil
	}
	if err != nil {
		return "", 0, err
	}
	may := true
	switch member.Status {
	case "left", "kicked":
		return campaign.Kicked, 0, nil
	case "restricted":
		may = member.May
	case "member":
		may, err = a.membersMay(ctx, group)
	}
	if !may {
		return campaign.Muted, 0, err
	}
	return campaign.Open, 0, err
}

// membersMay asks whether a group lets its members write.
func (a *api) membersMay(ctx context.Context, group int64) (bool, error) {
	var chat struct {
		Permissions *struct {
			May bool `json:"can_send_messages"`
		} `json:"permissions"`
	}
	err := a.call(ctx, a.calls, "getChat", map[string]int64{"chat_id": group}, &chat)
	return chat.Permissions == nil || chat.Permissions.May, err
}

// standing reads from a refusal how a chat stands; "" where it says nothing of
// the chat. The texts are Telegram's own, which has no codes for them.
func standing(text string, chat int64, forbidden bool) campaign.Standing {
	has := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(text, p) {
				return true
			}
		}
		return false
	}
	switch {
	case chat > 0 && has("deactivated"):
		return campaign.Deleted
	case chat > 0 && (forbidden || has("chat not found")):
		return campaign.Blocked
	case chat > 0:
		return ""
	case has("not enough rights", "have no rights", "CHAT_WRITE_FORBIDDEN", "CHAT_RESTRICTED", "CHAT_SEND_PLAIN_FORBIDDEN", "TOPIC_CLOSED"):
		return campaign.Muted
	case has("was deleted", "chat not found", "deactivated"):
		return campaign.Gone
	case forbidden:
		return campaign.Kicked
	}
	return ""
}

// lostTopic reports whether a refusal says that the topic is closed or gone.
func lostTopic(text string) bool {
	return strings.Contains(text, "message thread not found") || strings.Contains(text, "TOPIC_CLOSED") || strings.Contains(text, "TOPIC_DELETED")
}
