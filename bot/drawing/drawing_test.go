package drawing_test

import (
	"bytes"
	"flag"
	"image/png"
	"os"
	"testing"

	"campaign"
	"campaign/bot/drawing"
	"campaign/messages"
)

var update = flag.Bool("update", false, "draw the golden picture anew")

// chart is branches of every kind: one that is done, one with all there is, one
// that has sent nothing, one of nobody, and one with a name that is too long.
var chart = messages.Bars{
	Title: messages.Verbatim("区教育局"),
	Parts: []messages.Text{messages.T(messages.Word(campaign.Present)), messages.T(messages.Word(campaign.MadeUp)), messages.T(messages.Word(campaign.Owed)),
		messages.T(messages.Word(campaign.NotReported)), messages.T(messages.Word(campaign.Excused)), messages.T(messages.Word(campaign.Waived))},
	Rows: []messages.Bar{
		{Name: messages.Verbatim("机关第一支部"), Label: messages.Verbatim("30 / 30 · 100%"), Parts: []int{30, 0, 0, 0, 0, 0}},
		{Name: messages.Verbatim("喆堃玥镕珺璟祎支部"), Label: messages.Verbatim("12 / 29 · 41%"), Parts: []int{8, 4, 10, 5, 2, 1}},
		{Name: messages.Verbatim("离退休干部支部"), Label: messages.Verbatim("0 / 7 · 0%"), Parts: []int{0, 0, 0, 7, 0, 0}},
		{Name: messages.Verbatim("新设支部"), Label: messages.Verbatim("0 / 0 · 0%"), Parts: []int{0, 0, 0, 0, 0, 0}},
		{Name: messages.Verbatim("一个名称特别长、手机上无论如何都放不下的区直机关联合党支部委员会下属第一临时党支部"), Label: messages.Verbatim("1 / 3 · 33%"), Parts: []int{1, 0, 2, 0, 0, 0}},
	},
}

func draw(t *testing.T, lang campaign.Lang) []byte {
	t.Helper()
	words, err := messages.NewWords()
	if err != nil {
		t.Fatal(err)
	}
	pen, err := drawing.New()
	if err != nil {
		t.Fatal(err)
	}
	b, err := pen.Bars(chart, func(x messages.Text) string { return words.Plain(lang, x) })
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBarsAreDrawnAsTheyWere(t *testing.T) {
	const golden = "testdata/bars.png"
	got := draw(t, campaign.Chinese)
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	a, err := png.Decode(bytes.NewReader(got))
	if err != nil {
		t.Fatal(err)
	}
	b, err := png.Decode(bytes.NewReader(want))
	if err != nil {
		t.Fatal(err)
	}
	if a.Bounds() != b.Bounds() {
		t.Fatalf("the picture is %v, want %v", a.Bounds(), b.Bounds())
	}
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			if a.At(x, y) != b.At(x, y) {
				t.Fatalf("the picture differs from %s, first at %d, %d; -update draws it anew", golden, x, y)
			}
		}
	}
}

// A phone shows a picture that is at most twenty times as high as it is wide, and
// whose sides are 10,000 together.
func TestAPictureFitsTheMessenger(t *testing.T) {
	long := chart
	for len(long.Rows) < 40 {
		long.Rows = append(long.Rows, chart.Rows...)
	}
	pen, err := drawing.New()
	if err != nil {
		t.Fatal(err)
	}
	b, err := pen.Bars(long, func(x messages.Text) string { return string(x.Say) })
	if err != nil {
		t.Fatal(err)
	}
	c, err := png.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if c.Width+c.Height > 10000 || c.Height > 20*c.Width || len(b) > 10<<20 {
		t.Errorf("%d × %d in %d bytes is more than Telegram takes", c.Width, c.Height, len(b))
	}
}

func TestTheSameFiguresAreTheSamePicture(t *testing.T) {
	if !bytes.Equal(draw(t, campaign.English), draw(t, campaign.English)) {
		t.Error("the same figures gave two pictures")
	}
	if bytes.Equal(draw(t, campaign.English), draw(t, campaign.Chinese)) {
		t.Error("both languages gave the same picture: its words are not its reader's")
	}
}
