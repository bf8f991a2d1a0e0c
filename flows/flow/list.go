package flow

import (
	"slices"
	"strconv"
	"strings"

	"campaign/messages"
)

// What a list shows at once: a screen of a phone.
const (
	pageSize = 8  // options of a List, one to a line
	gridSize = 10 // options of a Several, two to a line
)

// A leaf is the page of options that a view says. A view is a page number, a
// colon, and what was searched for.
type leaf[V any] struct {
	shown       []Option[V]
	find, lost  string // what was searched for; and what was, in vain
	page, pages int
}

func leafed[V any](all []Option[V], view string, size int) leaf[V] {
	number, find, _ := strings.Cut(view, ":")
	l, found := leaf[V]{find: find}, matching(all, find)
	if find != "" && len(found) == 0 {
		found, l.find, l.lost = all, "", find
	}
	l.pages = (len(found) + size - 1) / size
	l.page, _ = strconv.Atoi(number)
	l.page = max(0, min(l.page, l.pages-1))
	l.shown = found[l.page*size : min(len(found), (l.page+1)*size)]
	return l
}

// looked says that a search was in vain.
func (l leaf[V]) looked(m messages.Message) messages.Message {
	if l.lost == "" {
		return m
	}
	return m.Line("Nothing matches “%s”. Here is everything:", l.lost)
}

// turning adds to m which page it shows, and the ways to the others.
func (l leaf[V]) turning(name string, m messages.Message) messages.Message {
	if l.pages < 2 {
		return m
	}
	if l.find == "" {
		m = m.Line("Page %d of %d. Write a part of a name to search.", l.page+1, l.pages)
	} else {
		m = m.Line("Page %d of %d.", l.page+1, l.pages)
	}
	to := func(p int) Turned { return Turned{name, strconv.Itoa((p+l.pages)%l.pages) + ":" + l.find} }
	return m.Row(messages.Button(to(l.page-1), "◀ Previous"), messages.Button(to(l.page+1), "Next ▶"))
}

// listed shows a page of options, one to a line.
func listed[V any](name string, m messages.Message, all []Option[V], view string) messages.Message {
	l := leafed(all, view, pageSize)
	m = l.looked(m)
	for _, o := range l.shown {
		m = m.Row(messages.Key{Label: o.Label, Press: Chosen{name, o.Key}})
	}
	return l.turning(name, m)
}

// toggleKey begins the keys of the options of a Several; those of its ways never
// begin so.
const toggleKey = "+"

// Several asks for any number of the options that the facts hold, a page at a
// time: a press takes one in, or out again, and the question stands until one of
// the ways below it is gone. Writing a part of a name shows the options that
// contain it. A way that changes the answer returns Goto of the question itself.
func Several[D, F any, V comparable](name string, into func(*Turn[D, F]) *[]V, say func(Turn[D, F]) messages.Message, options func(Turn[D, F]) []Option[V], ways ...Way[D, F]) Ask[D, F] {
	choose := Choose(name, say, ways...)
	return Ask[D, F]{
		name: name, eager: true,
		say: func(t Turn[D, F]) messages.Message {
			return grid(toggles(name, say(t), options(t), *into(&t), t.View), usable(name, t, ways), 2)
		},
		take: func(t *Turn[D, F], in Input) error {
			switch in := in.(type) {
			case Said:
				return look{find: short(string(in), 40)}
			case Chosen:
				key, toggled := strings.CutPrefix(in.Key, toggleKey)
				if !toggled {
					return choose.take(t, in)
				}
				for _, o := range options(*t) {
					if o.Key == key {
						*into(t) = toggle(*into(t), o.Value)
						return nil
					}
				}
				return Sorry("That choice is no longer there. Please choose again.")
			}
			return errPress
		},
		done: func(t *Turn[D, F], in Input) Outcome {
			if strings.HasPrefix(in.(Chosen).Key, toggleKey) {
				return Goto(name)
			}
			return choose.done(t, in)
		},
	}
}

// toggle is all without v, or with it where it was not there.
func toggle[V comparable](all []V, v V) []V {
	if i := slices.Index(all, v); i >= 0 {
		return slices.Delete(slices.Clone(all), i, i+1)
	}
	return append(slices.Clip(all), v)
}

// toggles shows a page of options with what is taken in, two to a line where both
// are short.
func toggles[V comparable](name string, m messages.Message, all []Option[V], in []V, view string) messages.Message {
	l := leafed(all, view, gridSize)
	m = l.looked(m)
	var row []messages.Key
	for _, o := range l.shown {
		k := messages.Button(Chosen{name, toggleKey + o.Key}, "– %s", o.Label)
		if slices.Contains(in, o.Value) {
			k = messages.Button(Chosen{name, toggleKey + o.Key}, "✓ %s", o.Label)
		}
		if len(row) == 2 || len(row) == 1 && (wide(row[0].Label) || wide(k.Label)) {
			m, row = m.Row(row...), nil
		}
		row = append(row, k)
	}
	m = l.turning(name, m.Row(row...))
	if l.find != "" {
		m = m.Row(messages.Button(Turned{name, "0:"}, "Show everybody"))
	}
	return m
}

// wide reports whether a label is too long to stand beside another.
func wide(t messages.Text) bool { return long(strings.Join(strung(t), " ")) }

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
	return slices.ContainsFunc(strung(t), func(s string) bool { return strings.Contains(strings.ToLower(s), find) })
}

// strung are the strings that fill a text.
func strung(t messages.Text) (all []string) {
	for _, a := range t.Args {
		switch a := a.(type) {
		case string:
			all = append(all, a)
		case messages.Text:
			all = append(all, strung(a)...)
		}
	}
	return all
}
