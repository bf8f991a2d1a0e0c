package main

import (
	"context"
	"errors"
	"net/url"
	"time"

	"campaign/bot"
)

// unasked is what is found where Telegram cannot be asked.
const unasked = "not looked at: set right the token and the address of the Bot API first"

func (p *patient) identity(ctx context.Context) finding {
	if p.token == "" || p.faulty("MUSTER_TELEGRAM_API") {
		return ill(unasked)
	}
	id, err := bot.Identify(ctx, p.API, p.token)
	switch {
	case errors.Is(err, bot.ErrToken):
		return ill("Telegram does not know it; ask @BotFather for the token of your bot (/mybots)")
	case err != nil:
		return ill("Telegram cannot be asked (%v); look at the network and its proxy (HTTPS_PROXY), or at MUSTER_TELEGRAM_API", err)
	}
	p.bot, p.known = id, true
	return well("it is that of @%s", id.Username)
}

// unknown is what is found where it has not answered.
const unknown = "not looked at: Telegram has not said who the bot is"

func (p *patient) groups(context.Context) finding {
	switch {
	case !p.known:
		return ill(unknown)
	case !p.bot.Joins:
		return ill("nobody can add the bot to a group; allow it at @BotFather (/setjoingroups)")
	case p.bot.ReadsAll:
		return well("it can be added; all that is said there is sent to it, which Muster does not need: @BotFather, /setprivacy, ends that")
	}
	return well("it can be added; only commands and buttons reach it, which is all that Muster needs")
}

func (p *patient) telegramClock(context.Context) finding {
	switch {
	case !p.known:
		return ill(unknown)
	case !p.bot.Dated:
		return well("Telegram does not tell its time")
	}
	return together(p.bot.Ahead, "Telegram's")
}

// lately is how long ago a failed call of Telegram's is still worth a mend.
const lately = time.Hour

// many is how many updates may wait at Telegram.
const many = 1000

func (p *patient) updates(ctx context.Context) finding {
	if !p.known || p.faulty("MUSTER_WEBHOOK_URL") {
		return ill(unknown)
	}
	h, err := bot.Hooked(ctx, p.API, p.token)
	if err != nil {
		return ill("Telegram cannot be asked (%v); try again", err)
	}
	failed := time.Since(time.Unix(h.FailedAt, 0))
	switch {
	case p.WebhookURL == "" && h.URL != "":
		return ill("Telegram calls a webhook at %s, so that nothing can be polled; set MUSTER_WEBHOOK_URL, or end it by calling deleteWebhook with the token", host(h.URL))
	case p.WebhookURL != "" && h.URL == "":
		return ill("Telegram has no address to call yet; muster run gives it when it starts")
	case p.WebhookURL != h.URL:
		return ill("Telegram calls another address, at %s, than MUSTER_WEBHOOK_URL; stop the other program, and start muster run, which sets it", host(h.URL))
	case h.URL != "" && h.FailedAt != 0 && failed < lately:
		return ill("Telegram's last call failed %s ago: %q; look at the proxy before MUSTER_LISTEN, its certificate and its log", failed.Round(time.Second), h.Failure)
	case h.Pending > many:
		return ill("%d wait at Telegram; look whether muster run runs, and at its log", h.Pending)
	case h.URL != "":
		return well("Telegram calls the webhook; %d wait", h.Pending)
	}
	return well("they are polled; %d wait", h.Pending)
}

// host is as much of an address as may be told: its path may be a secret.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "an address of its own"
	}
	return u.Host
}
