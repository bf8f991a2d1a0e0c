package bot

import (
	"bytes"
	"context"

	"campaign/messages"
	"campaign/storage"

	telegram "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// drawnAs is what an upload of a picture is called on its way.
const drawnAs = "picture.png"

// picture is Telegram's name for the picture of a message, or what is drawn and
// uploaded where Telegram does not have it yet.
func (b *Bot) picture(d storage.Delivery, p messages.Picture) (name string, drawn []byte, err error) {
	switch {
	case p.Sent != "":
		return p.Sent, nil, nil
	case d.Picture != "" || p.Bars == nil:
		return d.Picture, nil, nil
	}
	drawn, err = b.pen.Bars(*p.Bars, func(t messages.Text) string { return b.House.Words.Plain(d.Lang, t) })
	return "", drawn, err
}

// show sends a picture.
func (b *Bot) show(ctx context.Context, d storage.Delivery, s sheet) (arrival, error) {
	name, drawn, err := b.picture(d, *s.picture)
	if err != nil {
		return arrival{}, err
	}
	var photo models.InputFile = &models.InputFileString{Data: name}
	if drawn != nil {
		photo = &models.InputFileUpload{Filename: drawnAs, Data: bytes.NewReader(drawn)}
	}
	sent, err := b.api.SendPhoto(ctx, &telegram.SendPhotoParams{ChatID: d.Chat, MessageThreadID: int(d.Topic), Photo: photo, Caption: s.html, ParseMode: models.ParseModeHTML, ReplyMarkup: s.markup})
	it, err := arrived(sent, err)
	if err == nil && drawn != nil {
		it.drawn = nameOf(sent)
	}
	return it, err
}

// redraw puts another picture in the place of one.
func (b *Bot) redraw(ctx context.Context, d storage.Delivery, s sheet) (arrival, error) {
	it := arrival{number: d.MessageID}
	name, drawn, err := b.picture(d, *s.picture)
	if err != nil {
		return it, err
	}
	media := &models.InputMediaPhoto{Media: name, Caption: s.html, ParseMode: models.ParseModeHTML}
	if drawn != nil {
		media.Media, media.MediaAttachment = "attach://"+drawnAs, bytes.NewReader(drawn)
	}
	sent, err := b.api.EditMessageMedia(ctx, &telegram.EditMessageMediaParams{ChatID: d.Chat, MessageID: int(d.MessageID), Media: media, ReplyMarkup: s.markup})
	if err == nil && drawn != nil {
		it.drawn = nameOf(sent)
	}
	return it, err
}

// nameOf is Telegram's name for the picture of a message, in the size that was sent.
func nameOf(sent *models.Message) string {
	if n := len(sent.Photo); n > 0 {
		return sent.Photo[n-1].FileID
	}
	return ""
}
