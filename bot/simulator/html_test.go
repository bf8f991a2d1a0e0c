package simulator_test

import (
	"testing"

	"campaign/bot/simulator"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestHTMLBecomesTextAndEntities(t *testing.T) {
	w := newWorld(t, frozen())
	type entity = simulator.Entity
	for _, c := range []struct {
		in, text string
		want     []entity
	}{
		{"plain &lt;b&gt; &amp; &quot;x&quot; &#33;&#x41; &nbsp; & &foo;", `plain <b> & "x" !A &nbsp; & &foo;`, nil},
		{"<b>a</b><strong>b</strong>", "ab", []entity{{Type: "bold", Length: 1}, {Type: "bold", Offset: 1, Length: 1}}},
		{"🙂<i>x</i> <em>y</em>", "🙂x y", []entity{{Type: "italic", Offset: 2, Length: 1}, {Type: "italic", Offset: 4, Length: 1}}},
		{"<u>a<ins>b</ins></u>", "ab", []entity{{Type: "underline", Length: 2}, {Type: "underline", Offset: 1, Length: 1}}},
		{"<s>a</s><strike>b</strike><del>c</del>", "abc", []entity{{Type: "strikethrough", Length: 1}, {Type: "strikethrough", Offset: 1, Length: 1}, {Type: "strikethrough", Offset: 2, Length: 1}}},
		{"<code>a <b>b</b></code>", "a b", []entity{{Type: "code", Length: 3}}},
		{`<pre><code class="language-go">x</code></pre>`, "x", []entity{{Type: "pre", Length: 1, Language: "go"}}},
		{`<a href="https://a.b/?x=1&amp;y=2">l</a>`, "l", []entity{{Type: "text_link", Length: 1, URL: "https://a.b/?x=1&y=2"}}},
		{`<a href='tg://user?id=7'>l</a> <a href="nowhere">m</a>`, "l m", []entity{{Type: "text_link", Length: 1, URL: "tg://user?id=7"}}},
		{`<tg-spoiler>a</tg-spoiler><span class="tg-spoiler">b</span>`, "ab", []entity{{Type: "spoiler", Length: 1}, {Type: "spoiler", Offset: 1, Length: 1}}},
		{"<blockquote>a</blockquote>\n<blockquote expandable>b</blockquote>", "a\nb", []entity{{Type: "blockquote", Length: 1}, {Type: "expandable_blockquote", Offset: 2, Length: 1}}},
		{`<tg-time unix="1647531900" format="wDT">then</tg-time>`, "then", []entity{{Type: "date_time", Length: 4, UnixTime: 1647531900, DateTimeFormat: "wDT"}}},
		{`<tg-emoji emoji-id="5">👍</tg-emoji>`, "👍", []entity{{Type: "custom_emoji", Length: 2, CustomEmojiID: "5"}}},
		{"<B>a</B>", "a", []entity{{Type: "bold", Length: 1}}},
		{" \n <b> a </b> \n", "a", []entity{{Type: "bold", Length: 1}}},
		{"see /help or https://a.b/c, @someone_x", "see /help or https://a.b/c, @someone_x", []entity{
			{Type: "bot_command", Offset: 4, Length: 5}, {Type: "url", Offset: 13, Length: 14}, {Type: "mention", Offset: 28, Length: 10}}},
		{"a/b 1/2 x@y.z", "a/b 1/2 x@y.z", nil},
		{"/start@muster_bot", "/start@muster_bot", []entity{{Type: "bot_command", Length: 17}}},
		{"call +86 138-0000 0001", "call +86 138-0000 0001", []entity{{Type: "phone_number", Offset: 5, Length: 17}}},
	} {
		var m simulator.Message
		w.must("sendMessage", args{"chat_id": ann, "text": c.in, "parse_mode": "HTML"}, &m)
		if diff := cmp.Diff(c.want, m.Entities); m.Text != c.text || diff != "" {
			t.Errorf("%q: got %q, want %q\n%s", c.in, m.Text, c.text, diff)
		}
	}
}

func TestBadHTMLIsRefusedWithThePlace(t *testing.T) {
	w := newWorld(t, frozen())
	for in, want := range map[string]string{
		"<b>x":                            `Can't find end tag corresponding to start tag "b"`,
		"x</b>":                           "Unexpected end tag at byte offset 1",
		"<b><i>x</b></i>":                 `Unmatched end tag at byte offset 7, expected "</i>", found "</b>"`,
		"a <foo>x</foo>":                  `Unsupported start tag "foo" at byte offset 2`,
		"1 < 2":                           `Unsupported start tag "" at byte offset 2`,
		"1 <2":                            "Unclosed start tag at byte offset 2",
		"<a href=\"x":                     `Unclosed start tag "a" at byte offset 0`,
		"<b>x</b":                         "Unclosed end tag at byte offset 4",
		"<span class=\"x\">a</span>":      `Tag "span" must have class "tg-spoiler" at byte offset 0`,
		"<tg-time unix=\"x\">a</tg-time>": `Invalid date or format specified in the tag "tg-time" at byte offset 0`,
		"<div>a</div>":                    `Unsupported start tag "div" at byte offset 0`,
	} {
		w.refused("sendMessage", args{"chat_id": ann, "text": in, "parse_mode": "HTML"}, 400, "Bad Request: can't parse entities: "+want)
	}
}

// Whatever is escaped is shown as it was, and whatever is not never breaks the
// simulator.
func TestEscapedTextIsShownAsItWas(t *testing.T) {
	w := newWorld(t, frozen())
	escape := func(s string) string {
		out := ""
		for _, r := range s {
			switch r {
			case '<':
				out += "&lt;"
			case '>':
				out += "&gt;"
			case '&':
				out += "&amp;"
			default:
				out += string(r)
			}
		}
		return out
	}
	rapid.Check(t, func(t *rapid.T) {
		text := "[" + rapid.StringOfN(rapid.RuneFrom([]rune(`<>&";ab #好🙂/@=`)), 0, 40, -1).Draw(t, "text") + "]"
		var m simulator.Message
		w.must("sendMessage", args{"chat_id": ann, "text": escape(text), "parse_mode": "HTML"}, &m)
		if m.Text != text {
			t.Fatalf("got %q, want %q", m.Text, text)
		}
		if r := w.call("sendMessage", args{"chat_id": ann, "text": text, "parse_mode": "HTML"}); !r.OK && r.Code != 400 {
			t.Fatalf("%q: got %+v", text, r)
		}
	})
}
