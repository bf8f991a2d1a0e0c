package main

import (
	"bytes"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"campaign/cmd/muster/demo"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// Places on the screen of a meeting.
const (
	digits  = `[data-testid=digits]`
	arrived = `[data-testid=count]`
	latest  = `[data-testid=latest]`
	lost    = `#lost`
)

// A way leads a browser to the demo. It can be cut.
type way struct {
	*httptest.Server
	cut atomic.Bool
}

func lay(t *testing.T, to string) *way {
	t.Helper()
	home, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	proxy, w := httputil.NewSingleHostReverseProxy(home), &way{}
	w.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if w.cut.Load() {
			panic(http.ErrAbortHandler)
		}
		proxy.ServeHTTP(rw, r)
	}))
	t.Cleanup(w.Close)
	return w
}

// A hall is a meeting with its screen.
type hall struct {
	screen
	page string // the path of its page
}

// project opens the screen of a meeting as the desk of its unit does, on the phone.
func project(t *testing.T, r running, desk int64) (page string) {
	t.Helper()
	say(t, r, desk, "/attendance")
	tap(t, r, desk, "青年党员微党课")
	tap(t, r, desk, "签到码投屏")
	m := regexp.MustCompile(`http://\S+(/p/code/\S+)`).FindStringSubmatch(answer(t, r, desk, "打开投屏页面").Text)
	if m == nil {
		t.Fatal("the host is given no link")
	}
	return m[1]
}

// answer waits until the newest message of somebody's chat holds a text, or has a
// button of that label.
func answer(t *testing.T, r running, user int64, holds string) card {
	t.Helper()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	late := time.After(patience)
	for {
		c := newest(t, r, user)
		if _, _, has := c.button(holds); has || strings.Contains(c.Text, holds) {
			return c
		}
		select {
		case <-again.C:
		case <-late:
			t.Fatalf("the chat of %d shows %q, want %q", user, c.Text, holds)
		}
	}
}

// button finds a button by a part of its label.
func (c card) button(label string) (row, col int, ok bool) {
	for row, keys := range c.Markup.Keyboard {
		if col = slices.IndexFunc(keys, func(k struct{ Text string }) bool { return strings.Contains(k.Text, label) }); col >= 0 {
			return row, col, true
		}
	}
	return 0, 0, false
}

func say(t *testing.T, r running, user int64, text string) {
	t.Helper()
	tell(t, r, "send", fmt.Sprintf(`{"user": %d, "chat": %[1]d, "text": %q}`, user, text))
}

// tap presses a button of the newest message, once it is there.
func tap(t *testing.T, r running, user int64, label string) {
	t.Helper()
	c := answer(t, r, user, label)
	row, col, _ := c.button(label)
	tell(t, r, "press", fmt.Sprintf(`{"user": %d, "chat": %[1]d, "message_id": %d, "row": %d, "col": %d}`, user, c.ID, row, col))
}

// shows reads the digits that can be seen, once they are others than those of before.
func (m hall) shows(before string) string {
	m.Helper()
	return until[string](m.screen, "wait for other digits", `(() => {
		const text = (`+visible+`)?.innerText;
		return text && text !== %s ? text : null;
	})()`, digits, "", before)
}

// scans photographs the screen and reads the code in the picture.
func (m hall) scans() string {
	m.Helper()
	photo, err := chromedp.Run(m.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		m.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(photo))
	if err != nil {
		m.Fatal(err)
	}
	bits, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		m.Fatal(err)
	}
	code, err := qrcode.NewQRCodeReader().Decode(bits, nil)
	if err != nil {
		m.Fatalf("no phone can read the code: %v", err)
	}
	if !regexp.MustCompile(`^https://t\.me/muster_bot\?start=q_[A-Za-z0-9_-]{10,60}$`).MatchString(code.GetText()) {
		m.Fatalf("the code leads to %q", code.GetText())
	}
	return code.GetText()
}

// whole reports what of the page lies beyond the window: nobody scrolls in a hall.
func (m hall) whole() {
	m.Helper()
	m.fits()
	for _, place := range []string{"h1", ".qr", digits, arrived} {
		beyond, err := chromedp.Run(m.ctx, chromedp.Evaluate[bool](fmt.Sprintf(`(() => {
			const box = (`+visible+`).getBoundingClientRect();
			return box.top < 0 || box.bottom > innerHeight + 0.5 || box.width < 40;
		})()`, fmt.Sprintf("%q", place), `""`)))
		if err != nil {
			m.Fatal(err)
		}
		if beyond {
			m.Errorf("%s is not wholly in the window", place)
		}
	}
}

func (m hall) scheme(s string) {
	m.Helper()
	_, err := chromedp.Call(m.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: s}}})
	if err != nil {
		m.Fatal(err)
	}
}

// paste scans a code on a phone of the phones page, which has no camera.
func (s screen) paste(user int64, address string) {
	s.Helper()
	s.click(on(user, `[data-testid=chat-menu], [data-testid=phone-menu]`), "")
	s.click(on(user, `[data-testid=scan]`), "")
	s.do(chromedp.SendKeys(on(user, `[data-testid=scan-address]`), address))
	s.click(on(user, `[data-testid=dialog-ok]`), "")
}

func TestAMeetingIsCheckedInToFromItsScreen(t *testing.T) {
	t.Parallel()
	const members = 300
	browser := browse(t)
	r := show(t, "--members", fmt.Sprint(members), "--listen", "127.0.0.1:0", "--data", place(t))
	cast := demo.Make(demoSeed, members, time.Time{}).Cast
	member, secretary, first, desk := cast.Member.TelegramID, cast.Secretary.TelegramID, cast.First.TelegramID, cast.Desk.TelegramID
	w := lay(t, r.url)
	m := hall{page: project(t, r, desk)}
	m.screen = visit(t, browser, w.URL+m.page, w.URL, chromedp.EmulateViewport(1920, 1080), func(complaint string) bool {
		return strings.Contains(complaint, "Failed to load resource") // while the way is cut, and when the link is taken back
	})
	m.see("h1", "青年党员微党课")
	m.see(arrived, "已到 0 / 应到 ")
	m.gone(latest)
	shown := m.shows("")
	code := m.scans()

	t.Run("a member scans, and the count moves", func(t *testing.T) {
		s := look(t, browser, r.url, chromedp.EmulateViewport(1440, 900))
		s.click(shortcut("member"), "")
		s.click(on(member, chat(member)), "")
		s.paste(member, code)
		s.see(on(member, bubble), "✓ 青年党员微党课", "签到成功")
		m.of(t).see(arrived, "已到 1 / 应到 ")
	})
	t.Run("names are shown once the unit wants them", func(t *testing.T) {
		m.of(t).gone(latest)
		tap(t, r, desk, "显示最近签到人员")
		m.of(t).see(latest, cast.Member.Name)
	})
	t.Run("it is right on a phone and in a hall, by day and by night", func(t *testing.T) {
		m := m
		m.screen = m.of(t)
		for _, size := range []struct{ width, height int64 }{{390, 844}, {844, 390}, {1280, 720}, {1920, 1080}} {
			m.do(chromedp.EmulateViewport(size.width, size.height))
			for _, scheme := range []string{"light", "dark"} {
				m.scheme(scheme)
				m.whole()
				m.scans()
			}
		}
	})
	t.Run("the code turns, and turns again", func(t *testing.T) {
		m := m
		m.screen = m.of(t)
		second := m.shows(shown)
		again := m.scans()
		third := m.shows(second)
		if last := m.scans(); again == code || last == again || third == shown {
			t.Errorf("it has shown %s with %s, %s with %s, %s with %s", shown, code, second, again, third, last)
		}
	})
	t.Run("a picture of before is refused, and the digits of now count", func(t *testing.T) {
		m := m
		m.screen = m.of(t)
		tell(t, r, "clock", `{"by": "2m"}`)
		_, payload, _ := strings.Cut(code, "start=")
		tell(t, r, "start", fmt.Sprintf(`{"user": %d, "payload": %q}`, secretary, payload))
		answer(t, r, secretary, "签到码已过期，请重新扫码")
		_, page := get(t, w.URL+m.page+"/live")
		say(t, r, secretary, regexp.MustCompile(`\d{3} \d{3}`).FindString(page))
		answer(t, r, secretary, "签到成功")
		m.see(arrived, "已到 2 / 应到 ")
	})
	t.Run("the connection is lost and found", func(t *testing.T) {
		m := m
		m.screen = m.of(t)
		w.cut.Store(true)
		m.see(lost, "网络连接已断开")
		m.see(`[data-stale]`, "网络恢复后将重新显示签到码") // no code that is good is left
		m.gone(digits)
		w.cut.Store(false)
		m.gone(lost)
		say(t, r, first, m.shows(""))
		m.see(arrived, "已到 3 / 应到 ")
	})
	t.Run("it speaks English", func(t *testing.T) {
		m := m
		m.screen = m.of(t)
		to := until[string](m.screen, "find the link to English", `(`+visible+`)?.href`, ".tongue", "English")
		m.do(chromedp.Navigate(to))
		m.see(arrived, "Present 3 / expected ")
		m.see(".how", "Scan to check in")
	})
	t.Run("the link is taken back", func(t *testing.T) {
		tap(t, r, desk, "收回链接")
		m.of(t).see("body", "链接已失效", "This link is no longer good.")
		m.of(t).gone(digits)
		if status, _ := get(t, w.URL+m.page); status != http.StatusNotFound {
			t.Errorf("the page still answers %d", status)
		}
	})
}
