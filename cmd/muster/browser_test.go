package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"campaign/cmd/muster/demo"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// patience is how long the page may take to show something.
const patience = 40 * time.Second

// A screen is the page of a demo in a browser.
type screen struct {
	*testing.T
	ctx   context.Context
	touch bool // it is touched, and has no mouse
}

// of is the same screen in a part of its test.
func (s screen) of(t *testing.T) screen {
	s.T = t
	return s
}

// chromium finds the browser. Without one there is nothing to test; where the
// project is judged, that is a fault.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "headless-shell",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	const missing = "no Chromium or Chrome on this machine: the page was not tested (apt-get install chromium fonts-wqy-microhei)"
	if os.Getenv("CI") == "true" {
		t.Fatal(missing)
	}
	t.Skip(missing) // no Chromium: the one test that may be skipped
	return ""
}

// browse starts a browser, which cannot reach beyond this machine.
func browse(t *testing.T) context.Context {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-quic", true), chromedp.Flag("lang", "zh-CN"),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"))
	allocated, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocated)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start the browser: %v", err)
	}
	return ctx
}

// look opens the page in a window of its own. When the test ends, the page must
// have asked this demo alone for anything, and complained of nothing.
func look(t *testing.T, browser context.Context, address string, size chromedp.Action[chromedp.Void]) screen {
	t.Helper()
	home, _, _ := strings.Cut(address, "#")
	s := visit(t, browser, address, home, size, func(string) bool { return false })
	s.see(`[data-testid=clock]`)
	return s
}

// visit opens an address in a window of its own, whose page asks nothing from
// beyond home and complains of nothing but what it may.
func visit(t *testing.T, browser context.Context, address, home string, size chromedp.Action[chromedp.Void], may func(complaint string) bool) screen {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	s := screen{T: t, ctx: ctx}
	if err := chromedp.Do(ctx); err != nil { // the page lives as long as this context
		t.Fatalf("open a page: %v", err)
	}
	s.do(size)
	var complaints, asked []string
	var one sync.Mutex
	var all sync.WaitGroup
	for _, method := range []string{"Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"} {
		s.hear(&all, method, func(e event) {
			if method == "Runtime.exceptionThrown" || slices.Contains([]string{"error", "warning", "assert"}, e.Type+e.Entry.Level) {
				one.Lock()
				defer one.Unlock()
				if may(string(e.raw)) {
					return
				}
				complaints = append(complaints, string(e.raw))
			}
		})
	}
	s.hear(&all, "Network.requestWillBeSent", func(e event) { asked = append(asked, e.Request.URL) })
	t.Cleanup(func() {
		defer cancel()
		if err := chromedp.Cancel(ctx); err != nil {
			t.Errorf("close the page: %v", err)
		}
		all.Wait()
		for _, c := range complaints {
			t.Errorf("the browser's console: %s", c)
		}
		if len(asked) == 0 {
			t.Error("no request was seen")
		}
		for _, u := range asked {
			if !strings.HasPrefix(u, home) && !strings.HasPrefix(u, "data:") {
				t.Errorf("the page asked for %s, want nothing from beyond %s", u, home)
			}
		}
	})
	s.do(chromedp.Navigate(address))
	return s
}

// An event is what the tests read of one of the browser's.
type event struct {
	raw     []byte
	Type    string
	Entry   struct{ Level string }
	Request struct{ URL string }
}

// hear calls fn with each event of a method, until the page is closed.
func (s screen) hear(all *sync.WaitGroup, method string, fn func(event)) {
	s.Helper()
	s.do(chromedp.Func(func(_ context.Context, t *chromedp.Target) error {
		events, _ := t.Subscribe(method)
		all.Go(func() {
			for raw := range events {
				e := event{raw: raw}
				if err := json.Unmarshal(raw, &e); err != nil {
					s.Errorf("%s: %v", method, err)
				}
				fn(e)
			}
		})
		return nil
	}))
}

func (s screen) do(steps ...chromedp.Action[chromedp.Void]) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		s.Fatal(err)
	}
}

// until waits until a JavaScript expression is true of the page, and returns its
// value.
func until[T any](s screen, what, expression string, args ...any) (v T) {
	s.Helper()
	quoted := make([]any, len(args))
	for i, a := range args {
		b, err := json.Marshal(a)
		if err != nil {
			s.Fatal(err)
		}
		quoted[i] = string(b)
	}
	v, err := chromedp.Run(s.ctx, chromedp.Poll[T](fmt.Sprintf(expression, quoted...), chromedp.WithPollingTimeout(patience)))
	if err != nil {
		text, _ := chromedp.Run(s.ctx, chromedp.Evaluate[string](`document.body.innerText`))
		s.Fatalf("%s: %v; the page shows:\n%s", what, err, text)
	}
	return v
}

// visible finds the first element that can be seen and holds a text.
const visible = `[...document.querySelectorAll(%s)].find((e) => e.checkVisibility({visibilityProperty: true}) && e.innerText.includes(%s))`

// see waits until something can be seen that holds all the texts.
func (s screen) see(selector string, texts ...string) {
	s.Helper()
	for _, text := range append(texts, "") {
		until[bool](s, fmt.Sprintf("wait for %s with %q", selector, text), "!!"+visible, selector, text)
	}
}

// gone waits until nothing that matches can be seen.
func (s screen) gone(selector string) {
	s.Helper()
	until[bool](s, "wait until there is no "+selector, "!"+visible, selector, "")
}

// click clicks the first visible element that holds the text, with the mouse or
// with a finger.
func (s screen) click(selector, text string) {
	s.Helper()
	at := until[[]float64](s, fmt.Sprintf("click %s with %q", selector, text), `(() => {
		const found = `+visible+`;
		if (!found || found.disabled) return null;
		found.scrollIntoView({block: "nearest", inline: "nearest", behavior: "instant"});
		const box = found.getBoundingClientRect();
		const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
		return found.contains(document.elementFromPoint(x, y)) ? [x, y] : null;
	})()`, selector, text)
	if s.touch {
		s.do(chromedp.TapXY(at[0], at[1]))
		return
	}
	s.do(chromedp.MouseClickXY(at[0], at[1]))
}

// press presses Tab until an element that matches and holds the text has the
// keyboard, and then Enter.
func (s screen) press(selector, text string) {
	s.Helper()
	s.see(selector, text)
	for range 120 {
		s.do(chromedp.KeyEvent(kb.Tab))
		there, err := chromedp.Run(s.ctx, chromedp.Evaluate[bool](fmt.Sprintf(`document.activeElement.matches(%q) && document.activeElement.innerText.includes(%q)`, selector, text)))
		if err != nil {
			s.Fatal(err)
		}
		if there {
			s.do(chromedp.KeyEvent(kb.Enter))
			return
		}
	}
	s.Fatalf("Tab does not reach %s with %q", selector, text)
}

// Places on the page, and on a phone.
const (
	toast  = `[data-testid=toast]`
	clock  = `[data-testid=clock]`
	bubble = `[data-testid=message]`
	key    = `[data-testid=inline-key]`
	back   = `[data-testid=back]`
)

func shortcut(of string) string { return fmt.Sprintf(`[data-testid=shortcut][data-key=%q]`, of) }

// on is a place on somebody's phone.
func on(user int64, place string) string {
	return fmt.Sprintf(`[data-testid=phone][data-user="%d"] %s`, user, place)
}

func chat(id int64) string { return fmt.Sprintf(`[data-testid=chat-item][data-chat="%d"]`, id) }

// present reads how many are present in the activity that a chat on somebody's
// phone counts, once that is more than so many.
func (s screen) present(user int64, more int) (present, expected int) {
	s.Helper()
	n := until[[]int](s, fmt.Sprintf("wait for a count beyond %d", more), `(() => {
		const counts = [...document.querySelectorAll(%s)].map((e) => e.innerText.match(/已到 (\d+) \/ 应到 (\d+)/)).filter(Boolean);
		const [, present, expected] = counts.at(-1) ?? [];
		return Number(present) > %s ? [Number(present), Number(expected)] : null;
	})()`, on(user, bubble), more)
	return n[0], n[1]
}

// fits reports what reaches beyond the window's sides, where nobody would find it,
// once nothing moves any more.
func (s screen) fits() {
	s.Helper()
	until[bool](s, "wait until nothing moves", `document.getAnimations().every((a) => a.playState !== "running")`)
	over, err := chromedp.Run(s.ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll("body *")]
		.filter((e) => e.checkVisibility({visibilityProperty: true}) && !e.closest(".tabs, svg"))
		.filter((e) => e.getBoundingClientRect().right > innerWidth + 0.5 || e.getBoundingClientRect().left < -0.5)
		.map((e) => e.outerHTML.slice(0, 120))
		.concat(document.scrollingElement.scrollWidth > innerWidth ? ["the page scrolls sideways"] : [])`))
	if err != nil {
		s.Fatal(err)
	}
	for _, e := range over {
		s.Errorf("too wide for the window: %s", e)
	}
}

func TestPeopleUseTheirPhones(t *testing.T) {
	t.Parallel()
	const members = 300
	browser := browse(t)
	shown := show(t, "--members", fmt.Sprint(members), "--listen", "127.0.0.1:0", "--data", place(t))
	district := demo.Make(demoSeed, members, time.Time{})
	member, secretary := district.Cast.Member.TelegramID, district.Cast.Secretary.TelegramID
	at := slices.IndexFunc(district.Groups, func(g demo.Group) bool {
		return g.Unit == district.Cast.Member.Unit && g.Branch == district.Cast.Member.Branch
	})
	group := district.Groups[at].ChatID
	desk := look(t, browser, shown.url, chromedp.EmulateViewport(1440, 900))

	t.Run("a member and their secretary check in", func(t *testing.T) {
		s := desk.of(t)
		s.fits()
		s.click(shortcut("member"), "")
		s.click(shortcut("secretary"), "")
		for _, user := range []int64{member, secretary} {
			s.click(on(user, chat(user)), "")
			s.checkIn(user)
		}
	})
	t.Run("their group counts them", func(t *testing.T) {
		s := desk.of(t)
		s.click(on(member, back), "")
		s.click(on(member, chat(group)), "")
		if present, expected := s.present(member, 1); present != 2 || expected <= 2 {
			t.Errorf("the group counts %d of %d, want 2 of more", present, expected)
		}
	})
	t.Run("one phone fills a narrow window", func(t *testing.T) {
		s := look(t, browser, shown.url, chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait))
		s.touch = true
		first, office := district.Cast.First.TelegramID, district.Cast.Office.TelegramID
		s.fits()
		s.click(`[data-testid=people-toggle]`, "")
		s.fits()
		s.click(shortcut("first"), "")
		s.fits()
		s.click(on(first, chat(first)), "")
		s.checkIn(first)
		s.fits()
		s.click(`[data-testid=people-toggle]`, "")
		s.click(shortcut("office"), "")
		s.see(on(office, chat(office)))
		s.gone(on(first, bubble))
		s.fits()
		s.click(fmt.Sprintf(`[data-testid=phone-tab][data-user="%d"]`, first), "")
		s.see(on(first, bubble), "签到成功")
		s.gone(on(office, chat(office)))
		s.click(`[data-testid=language]`, "EN")
		s.see(on(first, bubble), "签到成功")
		s.fits()
	})
	t.Run("the keyboard alone will do", func(t *testing.T) {
		s := look(t, browser, shown.url, chromedp.EmulateViewport(1440, 900))
		user := district.Cast.Desk.TelegramID
		s.press(shortcut("desk"), "")
		s.press(on(user, chat(user)), "")
		s.press(on(user, key), "签到")
		s.see(on(user, toast), "签到成功")
		s.see(on(user, bubble), "签到成功")
	})
	t.Run("everybody else checks in at once", func(t *testing.T) {
		s := desk.of(t)
		s.click(`[data-testid=action][data-key=crowd]`, "")
		present, expected := s.present(member, 2)
		s.see(`[data-testid=notice]`, "人已按签到")
		for present < expected-3 { // some have no account, or have blocked the bot
			present, expected = s.present(member, present)
		}
	})
	t.Run("the clock moves on by a day", func(t *testing.T) {
		s := desk.of(t)
		tomorrow := now(t, shown).AddDate(0, 0, 1)
		s.click(`[data-testid=clock-24h]`, "")
		s.see(clock, tomorrow.Format("2006年1月2日"))
	})
	t.Run("the page speaks English", func(t *testing.T) {
		s := desk.of(t)
		tomorrow := now(t, shown)
		s.click(`[data-testid=language]`, "EN")
		s.see(clock, tomorrow.Format("2 January 2006"))
		s.see(shortcut("member"), "A member")
		s.see(on(secretary, bubble), "签到成功") // what was said stays as it was said
	})
}

// checkIn presses the button of the newest card in the chat that is open.
func (s screen) checkIn(user int64) {
	s.Helper()
	s.click(on(user, key), "签到")
	s.see(on(user, toast), "签到成功")
	s.see(on(user, bubble), "签到成功")
	s.gone(on(user, key))
}
