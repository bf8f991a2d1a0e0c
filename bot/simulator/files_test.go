package simulator_test

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"net/http"
	"strings"
	"testing"

	"campaign/bot/simulator"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

func picture(t *testing.T, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFilesGoBothWays(t *testing.T) {
	for _, file := range []string{"", "state"} {
		o := frozen()
		if file != "" {
			o.File = t.TempDir() + "/" + file
		}
		w := newWorld(t, o)
		b := w.client()
		ctx := patient(t)
		m, err := b.SendDocument(ctx, &bot.SendDocumentParams{
			ChatID: ann, Caption: "<b>here</b>", ParseMode: "HTML",
			Document: &models.InputFileUpload{Filename: "名单.xlsx", Data: strings.NewReader("rows")},
		})
		if err != nil {
			t.Fatal(err)
		}
		if m.Document.FileName != "名单.xlsx" || m.Document.FileSize != 4 || m.Caption != "here" || len(m.CaptionEntities) != 1 {
			t.Errorf("got %+v %q", m.Document, m.Caption)
		}
		again, err := b.SendDocument(ctx, &bot.SendDocumentParams{ChatID: bob, Document: &models.InputFileString{Data: m.Document.FileID}})
		if err != nil || again.Document.FileID != m.Document.FileID {
			t.Errorf("got %+v, %v", again, err)
		}
		sent, err := w.SendPhoto(ann, ann, "a.png", picture(t, 30, 20), "look /here")
		if err != nil {
			t.Fatal(err)
		}
		if sent.Photo[0].Width != 30 || sent.Photo[0].Height != 20 {
			t.Errorf("got %+v", sent.Photo)
		}
		f, err := b.GetFile(ctx, &bot.GetFileParams{FileID: sent.Photo[0].FileID})
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.Get(b.FileDownloadLink(f))
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil || !bytes.Equal(data, picture(t, 30, 20)) {
			t.Errorf("got %d bytes, %v", len(data), err)
		}
	}
}

func TestFilesAreRefusedAsTelegramDoes(t *testing.T) {
	w := newWorld(t, frozen())
	doc, err := w.SendFile(ann, ann, "big.bin", make([]byte, 21<<20), "")
	if err != nil {
		t.Fatal(err)
	}
	id := doc.Document.FileID
	for _, c := range []struct {
		method string
		a      args
		want   string
	}{
		{"sendDocument", args{"chat_id": ann}, "Bad Request: there is no document in the request"},
		{"sendDocument", args{"chat_id": ann, "document": "nonsense"}, "Bad Request: wrong remote file identifier specified"},
		{"sendDocument", args{"chat_id": ann, "document": "https://example.org/x"}, "Bad Request: failed to get HTTP URL content"},
		{"sendDocument", args{"chat_id": ann, "document": id, "caption": strings.Repeat("c", 1025)}, "Bad Request: message caption is too long"},
		{"sendPhoto", args{"chat_id": ann, "photo": id}, "Bad Request: can't use file of type Document as Photo"},
		{"getFile", args{"file_id": id}, "Bad Request: file is too big"},
		{"getFile", args{"file_id": "x"}, "Bad Request: invalid file_id"},
		{"sendMediaGroup", args{"chat_id": ann, "media": []args{{"type": "document", "media": id}}}, "Bad Request: group send failed"},
		{"sendMediaGroup", args{"chat_id": ann, "media": []args{{"type": "document", "media": id}, {"type": "photo", "media": id}}}, "Bad Request: document can't be mixed"},
	} {
		w.refused(c.method, c.a, 400, c.want)
	}
	for want, data := range map[string][]byte{
		"IMAGE_PROCESS_FAILED":     []byte("no picture"),
		"PHOTO_INVALID_DIMENSIONS": picture(t, 210, 10),
		"file must be non-empty":   nil,
	} {
		if _, err := w.SendPhoto(ann, ann, "p", data, ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	r, err := http.Get(w.url + "/file/bot42:guess/documents/x")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusUnauthorized {
		t.Errorf("got %d for a wrong token", r.StatusCode)
	}
}

func TestAnAlbumIsSentTogether(t *testing.T) {
	w := newWorld(t, frozen())
	b := w.client()
	part := func(name string) models.InputMedia {
		return &models.InputMediaDocument{Media: "attach://" + name, Caption: name, MediaAttachment: strings.NewReader(name)}
	}
	got, err := b.SendMediaGroup(patient(t), &bot.SendMediaGroupParams{ChatID: ann, Media: []models.InputMedia{part("a.txt"), part("b.txt")}})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].MediaGroupID == "" || got[0].MediaGroupID != got[1].MediaGroupID || got[1].Document.FileName != "b.txt" {
		t.Errorf("got %+v", got)
	}
	var edited, replaced simulator.Message
	w.must("editMessageCaption", args{"chat_id": ann, "message_id": got[0].ID, "caption": "new"}, &edited)
	if edited.Caption != "new" {
		t.Errorf("got %+v", edited)
	}
	w.must("editMessageMedia", args{"chat_id": ann, "message_id": got[0].ID, "media": args{"type": "document", "media": got[1].Document.FileID}}, &replaced)
	if replaced.Document.FileID != got[1].Document.FileID || replaced.Caption != "" {
		t.Errorf("got %+v", replaced)
	}
}
