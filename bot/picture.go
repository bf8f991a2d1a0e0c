package bot

import (
	"bytes"
	"context"
	"sync"

	"campaign"
	"campaign/messages"
	"campaign/storage"

	telegram "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// drawnAs is what an upload of a picture is called on its way.
const drawnAs = "picture.png"

// A gallery is the pictures that were drawn and given to Telegram: what a content
// shows is uploaded once, and is known by Telegram's name from then on. After a
// start it is uploaded once more.
type gallery struct {
	mu    sync.Mutex
	known map[sight]*upload
}

// A sight is a picture as a content shows it to readers of a language.
type sight struct {
	content int64
	lang    campaign.Lang
}

// An upload is a picture on its way, and then Telegram's name for it.
type upload struct {
	done chan struct{}
	name string // "" where it did not arrive
}

// mostKnown is how many pictures are remembered.
const mostKnown = 1000

// of finds the upload of what is shown. Whoever is first is to end it.
func (g *gallery) of(d sight) (it *upload, first bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if it, ok := g.known[d]; ok {
		return it, false
	}
	if len(g.known) >= mostKnown || g.known == nil {
		g.known = map[sight]*upload{}
	}
	it = &upload{done: make(chan struct{})}
	g.known[d] = it
	return it, true
}

// end notes the name of an upload. One that has none is forgotten: the next is
// first again.
func (g *gallery) end(d sight, it *upload, name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if it.name = name; name == "" && g.known[d] == it {
		delete(g.known, d)
	}
	close(it.done)
}

// A photo is what a call shows: Telegram's name for it, or what was drawn.
type photo struct {
	name  string
	drawn []byte
}

// picture has call show the picture of a message: one that Telegram has by its
// name, otherwise as it is drawn. Others to be shown the same wait for its name.
func (b *Bot) picture(ctx context.Context, d storage.Delivery, p messages.Picture, call func(photo) (*models.Message, error)) (*models.Message, error) {
	if p.Sent != "" || p.Bars == nil {
		return call(photo{name: p.Sent})
	}
	key := sight{d.Content, d.Lang}
	for {
		it, first := b.gallery.of(key)
		if first {
			drawn, err := b.pen.Bars(*p.Bars, func(t messages.Text) string { return b.House.Words.Plain(d.Lang, t) })
			var sent *models.Message
			if err == nil {
				sent, err = call(photo{drawn: drawn})
			}
			b.gallery.end(key, it, nameOf(sent, err))
			return sent, err
		}
		select {
		case <-it.done:
		case <-ctx.Done():
			return nil, unheard{ctx.Err()}
		}
		if it.name != "" {
			return call(photo{name: it.name})
		}
	}
}

// show sends a picture.
func (b *Bot) show(ctx context.Context, d storage.Delivery, s sheet) (*models.Message, error) {
	return b.picture(ctx, d, *s.picture, func(p photo) (*models.Message, error) {
		var file models.InputFile = &models.InputFileString{Data: p.name}
		if p.drawn != nil {
			file = &models.InputFileUpload{Filename: drawnAs, Data: bytes.NewReader(p.drawn)}
		}
		return b.api.SendPhoto(ctx, &telegram.SendPhotoParams{ChatID: d.Chat, MessageThreadID: int(d.Topic), Photo: file, Caption: s.html, ParseMode: models.ParseModeHTML, ReplyMarkup: s.markup})
	})
}

// redraw puts another picture in the place of a message.
func (b *Bot) redraw(ctx context.Context, d storage.Delivery, s sheet) error {
	_, err := b.picture(ctx, d, *s.picture, func(p photo) (*models.Message, error) {
		media := &models.InputMediaPhoto{Media: p.name, Caption: s.html, ParseMode: models.ParseModeHTML}
		if p.drawn != nil {
			media.Media, media.MediaAttachment = "attach://"+drawnAs, bytes.NewReader(p.drawn)
		}
		return b.api.EditMessageMedia(ctx, &telegram.EditMessageMediaParams{ChatID: d.Chat, MessageID: int(d.MessageID), Media: media, ReplyMarkup: s.markup})
	})
	return err
}

// nameOf is Telegram's name for the picture of a message that arrived, in the size
// that was sent.
func nameOf(sent *models.Message, err error) string {
	if err != nil || sent == nil || len(sent.Photo) == 0 {
		return ""
	}
	return sent.Photo[len(sent.Photo)-1].FileID
}
