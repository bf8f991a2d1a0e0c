package bot_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"campaign"
	"campaign/bot/bottest"
	"campaign/bot/simulator"
	"campaign/flows/flow/flowtest"
	"campaign/messages"
	"campaign/storage"
)

// bars are figures of a branch, whose chart is known by its title.
func bars(title string) messages.Picture {
	return messages.Picture{Bars: &messages.Bars{Title: messages.Verbatim(title), Parts: []messages.Text{messages.T(messages.Word(campaign.Present)), messages.T(messages.Word(campaign.Owed))},
		Rows: []messages.Bar{{Name: messages.Verbatim("机关第一支部"), Label: messages.Verbatim("2 / 3"), Parts: []int{2, 1}}}}}
}

// sights are the calls that showed a picture: an upload, or a name of Telegram's.
type sights struct {
	mu   sync.Mutex
	told []string
}

func (s *sights) hear(c simulator.Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch c.Method {
	case "sendPhoto":
		if c.Values["photo"] != "" && !strings.HasPrefix(c.Values["photo"], "attach://") {
			s.told = append(s.told, "by name")
		} else {
			s.told = append(s.told, "upload")
		}
	case "editMessageMedia", "editMessageText":
		s.told = append(s.told, c.Method)
	}
}

func (s *sights) count(what string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.told {
		if t == what {
			n++
		}
	}
	return n
}

func TestAPictureIsDrawnOnceForEachLanguageOfItsReaders(t *testing.T) {
	seen := &sights{}
	s := show(t, bottest.Plan{Telegram: simulator.Options{OnCall: seen.hear}})
	all := []campaign.PersonID{1, 2, 3, 4, 7, 10, 11, 14} // four speak English
	s.In(t, func(ctx context.Context, tx *storage.Tx) error {
		return tx.PostAll(ctx, 0, storage.Audience{People: all}, messages.Say("Here: %s", "x").Showing(bars("区教育局")))
	})
	s.holds(len(all), `SELECT count(*) FROM posts WHERE state = 'sent'`)
	if up, by := seen.count("upload"), seen.count("by name"); up != 2 || by != len(all)-2 {
		t.Errorf("%d uploads and %d by name, want 2 and %d", up, by, len(all)-2)
	}
	m, _ := s.Phones.LastMessage(1001, 1001)
	if len(m.Photo) != 1 || m.Caption != "Here: x" {
		t.Errorf("they see %+v, want a picture with its caption", m)
	}
	zh, _ := s.Phones.LastMessage(1007, 1007)
	if len(zh.Photo) != 1 || zh.Photo[0].FileID == m.Photo[0].FileID {
		t.Error("who reads Chinese was shown the English picture")
	}
}

func TestAPictureTakesThePlaceOfAnotherAndTextThatOfNone(t *testing.T) {
	seen := &sights{}
	s := show(t, bottest.Plan{Telegram: simulator.Options{OnCall: seen.hear}})
	say := func(m messages.Message) simulator.Message {
		t.Helper()
		s.tell(to(1001, m.AsOne("chart")))
		s.holds(0, `SELECT count(*) FROM posts WHERE state IN ('queued', 'sending')`)
		last, _ := s.Phones.LastMessage(1001, 1001)
		return last
	}
	first := say(messages.Say("One").Showing(bars("一")))
	second := say(messages.Say("Two").Showing(bars("二")))
	if second.MessageID != first.MessageID || second.Caption != "Two" || second.Photo[0].FileID == first.Photo[0].FileID {
		t.Errorf("the second picture did not take the place of the first: %+v", second)
	}
	third := say(messages.Say("Three"))
	if third.MessageID == first.MessageID || third.Text != "Three" {
		t.Errorf("a picture cannot become a text, which is to be said anew: %+v", third)
	}
	fourth := say(messages.Say("Four").Showing(bars("四")))
	if fourth.Caption != "Four" || len(fourth.Photo) != 1 {
		t.Errorf("they see %+v, want the fourth with its picture", fourth)
	}
}

func TestAPhotoThatSomebodySentIsShownByItsName(t *testing.T) {
	seen := &sights{}
	s := show(t, bottest.Plan{Telegram: simulator.Options{OnCall: seen.hear}})
	sent, err := s.Phones.SendPhoto(1001, 1001, "notes.png", onePixel, "")
	if err != nil {
		t.Fatal(err)
	}
	s.tell(to(flowtest.Act{Who: 2}.Chat(), messages.Say("Notes of %s", "王芳").Showing(messages.Picture{Sent: sent.Photo[0].FileID}).As("notes")))
	s.holds(1, `SELECT count(*) FROM posts WHERE state = 'sent' AND name = 'notes'`)
	m, _ := s.Phones.LastMessage(1002, 1002)
	if len(m.Photo) != 1 || m.Photo[0].FileID != sent.Photo[0].FileID || seen.count("upload") != 0 {
		t.Errorf("they see %+v, want the photo that was sent", m)
	}
}

func TestACaptionThatIsTooLongIsCut(t *testing.T) {
	s := show(t, bottest.Plan{})
	s.tell(to(1001, messages.Say("%s", strings.Repeat("<好", 2000)).Showing(bars("一"))))
	s.holds(1, `SELECT count(*) FROM posts WHERE state = 'sent'`)
	if m, _ := s.Phones.LastMessage(1001, 1001); len(m.Photo) != 1 || !strings.HasPrefix(m.Caption, "<好") || !strings.HasSuffix(m.Caption, "…") {
		t.Errorf("they see %+v, want the picture and the beginning of its caption", m)
	}
}

// onePixel is the smallest picture.
var onePixel = []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")
