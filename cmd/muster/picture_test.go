package main

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"slices"
	"testing"
	"time"

	"campaign/cmd/muster/demo"

	"github.com/chromedp/chromedp"
)

var picture = flag.Bool("picture", false, "draw "+pictureFile+" anew")

// The picture for the README.
const (
	pictureFile  = "../../docs/phones.png"
	pictureBytes = 250_000
	wholePage    = 6 // of a branch's members, on the screen of a phone
)

func TestThePictureIsOfThePhonesAndSmall(t *testing.T) {
	if *picture {
		drawPhones(t)
	}
	b, err := os.ReadFile(pictureFile)
	if err != nil {
		t.Fatal(err)
	}
	c, err := png.DecodeConfig(bytes.NewReader(b))
	if err != nil || c.Width != 1440 || c.Height != 900 || len(b) > pictureBytes {
		t.Errorf("%s is %d×%d in %d bytes (%v), want 1440×900 in at most %d", pictureFile, c.Width, c.Height, len(b), err, pictureBytes)
	}
}

// drawPhones draws three phones of one branch in the afternoon of a meeting: a
// member who has checked in, their secretary's list, and their group, while the
// rest of the unit checks in.
func drawPhones(t *testing.T) {
	const members = 18_400
	browser := browse(t)
	r := show(t, "--members", fmt.Sprint(members), "--listen", "127.0.0.1:0", "--data", place(t))
	branch, group := onePage(demo.Make(demoSeed, members, time.Time{}))
	secretary, member, reader := branch[0], branch[1], branch[len(branch)-1]
	s := look(t, browser, fmt.Sprintf("%s#u=%d,%d,%d&c=%[2]d,%[3]d,%[5]d&f=%[3]d", r.url, member, secretary, reader, group), chromedp.EmulateViewport(1440, 900))
	s.click(`[data-testid=hint-close]`, "")
	s.click(`[data-testid=theme]`, "") // from the system's to light
	tell(t, r, "send", fmt.Sprintf(`{"user": %d, "chat": %d, "text": "今天在三楼活动室，请大家提前十分钟到。"}`, secretary, group))
	tell(t, r, "send", fmt.Sprintf(`{"user": %d, "chat": %d, "text": "收到"}`, reader, group))
	for i, user := range branch[:len(branch)-2] {
		if i%3 == 1 {
			tell(t, r, "clock", `{"by": "2m"}`)
		}
		tell(t, r, "press", fmt.Sprintf(`{"user": %d, "chat": %[1]d, "message_id": %d}`, user, newest(t, r, user).ID))
	}
	tell(t, r, "send", fmt.Sprintf(`{"user": %d, "chat": %[1]d, "text": "/me"}`, member))
	tell(t, r, "send", fmt.Sprintf(`{"user": %d, "chat": %[1]d, "text": "/attendance"}`, secretary))
	s.click(on(secretary, key), "第三次集中学习")
	s.see(on(secretary, bubble), "未到")
	s.present(reader, len(branch)-3)
	s.gone(toast)
	s.click(`[data-testid=action]`, "")
	until[bool](s, "wait for a crowd", `document.querySelector("progress").value >= 312`)
	shot(t, s)
}

// onePage finds a branch whose list a phone shows whole, late in its unit so that
// the crowd does not reach it: its members who use the bot, the secretary first,
// and its group.
func onePage(d demo.District) (branch []int64, group int64) {
	for _, g := range slices.Backward(d.Groups) {
		branch = branch[:0]
		for _, m := range d.Members {
			if g.Unit == d.Cast.Member.Unit && g.Branch == m.Branch && g.Unit == m.Unit && m.State == demo.Bound {
				branch = append(branch, m.TelegramID)
			}
		}
		if len(branch) == wholePage {
			return branch, g.ChatID
		}
	}
	return nil, 0
}

// shot writes what the window shows as a PNG of few colours.
func shot(t *testing.T, s screen) {
	t.Helper()
	full, err := chromedp.Run(s.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(full))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, reduced(img)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(pictureFile, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// reduced is a picture in the 256 colours that it uses most.
func reduced(img image.Image) image.Image {
	uses := map[color.RGBA]int{}
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			uses[color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)]++
		}
	}
	colours := make([]color.RGBA, 0, len(uses))
	for c := range uses {
		colours = append(colours, c)
	}
	slices.SortFunc(colours, func(a, b color.RGBA) int { return uses[b] - uses[a] })
	palette := make(color.Palette, 0, 256)
	for _, c := range colours[:min(256, len(colours))] {
		palette = append(palette, c)
	}
	out := image.NewPaletted(img.Bounds(), palette)
	draw.Draw(out, out.Bounds(), img, image.Point{}, draw.Src)
	return out
}
