package flows_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"campaign"
	"campaign/flows"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/messages"
)

const legend = `# The flows

Every conversation of Muster, as its declaration has it. A box asks and waits
for an answer; a rounded one acts and goes on, or elsewhere; a dashed one is
passed by where it does not apply. Questions have *Back* and *Cancel* as well.

Written by ` + "`go test ./flows -update`" + `.

| Say | In the menu | What it is for | Who is offered it |
| --- | --- | --- | --- |
`

func TestTheFlowsAreDrawn(t *testing.T) {
	flowtest.Golden(t, "../docs/flows.md", drawn(flow.New(flows.All)))
}

// drawn is the page of all flows: a table of contents, then each of them.
func drawn(h *flow.House) string {
	page := strings.TrimSuffix(legend, "\n")
	for _, f := range h.Every() {
		c := f.Contents()
		if !direct(c) {
			continue
		}
		page += fmt.Sprintf("\n| [%s](#%s) | %s | %s | %s |", called(c), c.Name, both(h.Words, c.Word), both(h.Words, c.Help), offered(c))
	}
	paragraphs := []string{page}
	for _, f := range h.Flows {
		c := f.Contents()
		paragraphs = append(append(paragraphs, "## "+c.Name), described(h.Words, c)...)
		for _, also := range c.Also {
			o := also.Contents()
			paragraphs = append(paragraphs, "### "+o.Name)
			if !direct(o) {
				paragraphs = append(paragraphs, fmt.Sprintf("Begun by a button of [%s](#%s).", c.Name, c.Name))
			}
			paragraphs = append(paragraphs, described(h.Words, o)...)
		}
	}
	return strings.Join(paragraphs, "\n\n") + "\n"
}

// direct reports whether people open a flow themselves, by its command or word.
func direct(c flow.Contents) bool { return c.Opens != "" || c.Word != "" }

// described is a paragraph with the facts of a flow, its chart, and a list of
// what outlives the conversation or is given outside of it.
func described(w *messages.Words, c flow.Contents) (paragraphs []string) {
	for _, p := range []string{facts(w, c), chart(c), strings.Join(list(w, c), "\n")} {
		if p != "" {
			paragraphs = append(paragraphs, p)
		}
	}
	return paragraphs
}

func facts(w *messages.Words, c flow.Contents) string {
	var said, opened []string
	if c.Help != "" {
		said = append(said, both(w, c.Help)+".")
	}
	if c.Opens != "" {
		opened = append(opened, "`/"+c.Opens+"`")
	}
	if c.Word != "" {
		opened = append(opened, "the words "+both(w, c.Word))
	}
	if c.Link != "" {
		opened = append(opened, "links with `start="+c.Link+"_…`")
	}
	if len(opened) == 0 {
		return strings.Join(said, " ")
	}
	where := ""
	if c.Groups {
		where = "; in groups, too"
	}
	return strings.Join(append(said, "Opened by "+strings.Join(opened, ", ")+where+".", "Offered to: "+offered(c)+"."), " ")
}

func list(w *messages.Words, c flow.Contents) (lines []string) {
	ruled := map[string]bool{}
	for _, r := range c.Rules {
		ruled[r.Handler] = true
		lines = append(lines, fmt.Sprintf("- By the calendar, `%s`: **%s**, of use for %s after its minute.", r.Spec, r.Handler, span(r.Grace)))
	}
	var handlers []string
	for _, name := range c.Handlers {
		if !ruled[name] {
			handlers = append(handlers, "**"+name+"**")
		}
	}
	if len(handlers) > 0 {
		lines = append(lines, fmt.Sprintf("- Buttons, timers and news: %s.", strings.Join(handlers, ", ")))
	}
	var kept []string
	for _, k := range c.Keeps {
		kept = append(kept, fmt.Sprintf("**%s** after %d d", k.Name, int(k.For.Hours()/24)))
	}
	if len(kept) > 0 {
		lines = append(lines, fmt.Sprintf("- Forgotten at night: %s.", strings.Join(kept, ", ")))
	}
	if c.Unasked != nil {
		lines = append(lines, "- Begun, too, by what somebody gives that no question asked for.")
	}
	for _, p := range c.Pages {
		lines = append(lines, fmt.Sprintf("- In a browser: `/p/%s/…`.", p.Name))
	}
	for _, o := range c.Offers {
		for _, way := range ways(o) {
			lines = append(lines, fmt.Sprintf("- `muster %s`: %s.", way, strings.TrimSuffix(both(w, o.Help), ".")))
		}
	}
	return lines
}

// chart draws a conversation, if it asks anything.
func chart(c flow.Contents) string {
	if !slices.ContainsFunc(c.Steps, func(s flow.Step) bool { return s.Asks }) {
		if len(c.Steps) == 0 {
			return ""
		}
		return "It answers at once and asks nothing."
	}
	way := "TD"
	if len(c.Steps) <= 7 {
		way = "LR"
	}
	lines := []string{"```mermaid", "flowchart " + way, fmt.Sprintf("    open([%q])", called(c))}
	for i, s := range c.Steps {
		shape, where := `("%s")`, ""
		if s.Asks {
			shape = `["%s"]`
		}
		if s.Maybe {
			where = ":::maybe"
		}
		lines = append(lines, fmt.Sprintf("    --> s%d"+shape+"%s", i, s.Name, where))
	}
	return strings.Join(append(lines, `    --> over((" "))`, "    classDef maybe stroke-dasharray: 4 3", "```"), "\n")
}

// called is how people open a flow, or its name where a button does.
func called(c flow.Contents) string {
	if c.Opens == "" {
		return c.Name
	}
	return "/" + c.Opens
}

// both is a sentence in both languages; "" stays "".
func both(w *messages.Words, s messages.Sentence) string {
	en, zh := w.Plain(campaign.English, messages.T(s)), w.Plain(campaign.Chinese, messages.T(s))
	if en == "" || en == zh {
		return en
	}
	return strings.ReplaceAll(en+" ("+zh+")", "|", `\|`)
}

// offered tells to whom the menu shows a flow, by asking for one of each sort.
func offered(c flow.Contents) string {
	if c.Guests {
		return "accounts that are nobody's yet"
	}
	if c.For == nil {
		return "everybody"
	}
	branch := campaign.BranchScope(1, 1)
	over := map[campaign.Role]campaign.Scope{campaign.Secretary: branch, campaign.Office: campaign.Everyone(), campaign.Leading: campaign.Everyone()}
	var who []string
	if c.For(campaign.Person{ID: 1, Home: branch, Position: campaign.Member}) {
		who = append(who, "members without a duty")
	}
	for _, r := range campaign.Roles {
		s, ok := over[r]
		if !ok {
			s = campaign.UnitScope(1)
		}
		if c.For(campaign.Person{ID: 1, Home: branch, Position: campaign.Member, Duties: []campaign.Duty{{Role: r, Over: s}}}) {
			who = append(who, strings.ToLower(string(messages.Word(r))))
		}
	}
	switch len(who) {
	case 0:
		return "nobody, in the menu"
	case len(campaign.Roles) + 1:
		return "everybody"
	}
	return strings.Join(who, ", ")
}

// ways is how an offer is asked for on the command line.
func ways(o flow.Offer) (all []string) {
	if o.Import != nil {
		all = append(all, "import "+o.Name)
	}
	if o.Export != nil {
		all = append(all, "export "+o.Name)
	}
	if o.Run != nil {
		all = append(all, o.Name)
	}
	return all
}

// span is a duration as people write it.
func span(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
