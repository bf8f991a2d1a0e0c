package flow

import (
	"strconv"
	"strings"

	"campaign/messages"
)

// pageSize is how many options a list shows at once: a screen of a phone.
const pageSize = 8

// listed shows the page of options that view says. A view is a page number, a
// colon, and what was searched for.
func listed[V any](name string, m messages.Message, all []Option[V], view string) messages.Message {
	number, find, _ := strings.Cut(view, ":")
	found := matching(all, find)
	if find != "" && len(found) == 0 {
		m = m.Line("Nothing matches “%s”. Here is everything:", find)
		found, find = all, ""
	}
	pages := (len(found) + pageSize - 1) / pageSize
	page, _ := strconv.Atoi(number)
	page = max(0, min(page, pages-1))
	for _, o := range found[page*pageSize : min(len(found), (page+1)*pageSize)] {
		m = m.Row(messages.Key{Label: o.Label, Press: Chosen{name, o.Key}})
	}
	if pages < 2 {
		return m
	}
	if find == "" {
		m = m.Line("Page %d of %d. Write a part of a name to search.", page+1, pages)
	} else {
		m = m.Line("Page %d of %d.", page+1, pages)
	}
	to := func(p int) Turned { return Turned{name, strconv.Itoa((p+pages)%pages) + ":" + find} }
	return m.Row(messages.Button(to(page-1), "◀ Previous"), messages.Button(to(page+1), "Next ▶"))
}

// matching returns the options whose label holds find in one of its strings.
func matching[V any](all []Option[V], find string) []Option[V] {
	if find == "" {
		return all
	}
	var found []Option[V]
	for _, o := range all {
		if holds(o.Label, strings.ToLower(find)) {
			found = append(found, o)
		}
	}
	return found
}

func holds(t messages.Text, find string) bool {
	for _, a := range t.Args {
		switch a := a.(type) {
		case string:
			if strings.Contains(strings.ToLower(a), find) {
				return true
			}
		case messages.Text:
			if holds(a, find) {
				return true
			}
		}
	}
	return false
}
