package activity

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"campaign"
	"campaign/flows/flow"
)

// window returns a held from starts until ends: check-in opens before the start
// and closes at the end; who comes after the start by late or more is late.
func window(a campaign.Activity, starts, ends time.Time, before, late time.Duration) campaign.Activity {
	a.Starts, a.Ends = starts, ends
	a.Opens, a.LateFrom, a.Closes = starts.Add(-before), starts.Add(late), ends
	return a
}

// longest is how long an activity may go on: past midnight, as nights of duty do,
// but no further.
const longest = 24 * time.Hour

// proper refuses times that are no meeting's.
func proper(a campaign.Activity) error {
	switch {
	case !a.Ends.After(a.Starts):
		return flow.Sorry("It ends before it has started.")
	case a.Ends.Year() != a.Starts.Year():
		return flow.Sorry("It may not reach into another year. Please choose an earlier end.")
	case a.Ends.Sub(a.Starts) > longest:
		return flow.Sorry("It lasts longer than 24 hours. Please make one activity of each day.")
	}
	return nil
}

// begun reports whether check-in has opened by now, be it over or not.
func begun(a campaign.Activity, now time.Time) bool { return !now.Before(a.Opens) }

// ended reports whether a lies in the past, whenever its check-in was closed.
func ended(a campaign.Activity, now time.Time) bool { return !now.Before(a.Ends) }

// shifted returns old at other times, with its window as far from the start as
// it was. Check-in that has opened stays open unless the start moves, and check-in
// that was closed by hand stays closed. Where the start moves after check-in was
// opened, the opening may have been a person's: then it is no earlier than usual.
func shifted(old campaign.Activity, starts, ends, now time.Time) campaign.Activity {
	before := old.Starts.Sub(old.Opens)
	if begun(old, now) {
		before = min(before, campaign.OpensBefore)
	}
	return rewindowed(old, starts, ends, before, old.LateFrom.Sub(old.Starts), now)
}

// rewindowed returns old at other times with another window; what has happened to
// its check-in already stays as it happened.
func rewindowed(old campaign.Activity, starts, ends time.Time, before, late time.Duration, now time.Time) campaign.Activity {
	a := window(old, starts, ends, before, late)
	if !begun(old, now) || !starts.Equal(old.Starts) {
		return a
	}
	a.Opens = old.Opens
	if old.Closes.Before(old.Ends) && old.Closes.Before(ends) {
		a.Closes = old.Closes
	}
	return a
}

// changeable refuses to change a, or to call it off, when it is too late for that.
func changeable(a campaign.Activity, now time.Time) error {
	switch {
	case a.Cancelled:
		return flow.Sorry("It is called off, so nothing of it changes any more. Please plan a new activity instead.")
	case ended(a, now):
		return flow.Sorry("It has ended and can no longer be changed.")
	}
	return nil
}

// movable refuses to make old into a while people rely on what it was: arrived
// have checked in. It says how to go on.
func movable(old, a campaign.Activity, arrived int, now time.Time) error {
	if err := changeable(old, now); err != nil {
		return err
	}
	restarted := !a.Starts.Equal(old.Starts) || !a.LateFrom.Equal(old.LateFrom)
	switch {
	case restarted && begun(old, now) && arrived > 0:
		return flow.Sorry("Somebody has checked in already, on time or late by the start as it stands, so the start stays. The end and the place can still be moved.")
	case !a.Ends.After(now):
		return flow.Sorry("The new end has passed already. Please choose a later one.")
	case !a.Starts.Equal(old.Starts) && a.Starts.Before(now):
		return flow.Sorry("The new start has passed already. Please choose a later one.")
	}
	return proper(a)
}

// same reports whether a and b are the same meeting to whoever reads of them.
func same(a, b campaign.Activity) bool {
	return a.Title == b.Title && a.Place == b.Place && a.Starts.Equal(b.Starts) && a.Ends.Equal(b.Ends) && a.SignOut.Equal(b.SignOut) && a.Cancelled == b.Cancelled
}

// silent reports whether those who are invited need not hear that a becomes b: it
// is at the same time and place.
func silent(a, b campaign.Activity) bool {
	return a.Place == b.Place && a.Starts.Equal(b.Starts) && a.Ends.Equal(b.Ends)
}

// number is what people say of the n-th activity of a year, by its start.
func number(year, n int) string { return fmt.Sprintf("A-%04d-%04d", year, n) }

// serial takes such a number apart. It is false for numbers of other kinds, which
// files may bring.
func serial(no string) (year, n int, ok bool) {
	y, s, ok := strings.Cut(strings.TrimPrefix(no, "A-"), "-")
	year, err1 := strconv.Atoi(y)
	n, err2 := strconv.Atoi(s)
	if !ok || err1 != nil || err2 != nil || n < 0 || n > 99_999_999 || number(year, n) != no {
		return 0, 0, false
	}
	return year, n, true
}

// wide reports whether s is more than one unit: what is planned for so many is
// required unless somebody says otherwise.
func wide(s campaign.Scope) bool { return s.Part == campaign.All || s.Part == campaign.OneBatch }

// kindWords are what an activity of each kind is called where nobody calls it
// otherwise, and the words by which people mean it: long enough that a title which
// holds one means it. 动员 alone would not do: 动员讲话 is often studied. What is
// held most often comes first.
var kindWords = []struct {
	kind  campaign.Kind
	title map[campaign.Lang]string
	words []string
}{
	{campaign.Study, titled("集中学习", "Study session"), []string{"集中学习", "专题学习", "学习会", "study session"}},
	{campaign.Lecture, titled("党课", "Party lecture"), []string{"党课", "party lecture"}},
	{campaign.LifeMeeting, titled("组织生活会", "Organisational-life meeting"), []string{"组织生活会", "organisational-life", "organisational life"}},
	{campaign.Practice, titled("主题实践", "Theme practice"), []string{"主题实践", "theme practice"}},
	{campaign.Mobilisation, titled("动员会", "Mobilisation"), []string{"动员会", "动员大会", "mobilisation", "mobilization"}},
	{campaign.Talk, titled("谈心", "Heart-to-heart talk"), []string{"谈心", "heart-to-heart"}},
	{campaign.Appraisal, titled("民主评议", "Appraisal"), []string{"民主评议", "appraisal"}},
	{campaign.Rectification, titled("整改会", "Rectification meeting"), []string{"整改会", "rectification"}},
}

func titled(zh, en string) map[campaign.Lang]string {
	return map[campaign.Lang]string{campaign.Chinese: zh, campaign.English: en}
}

// guess finds the kind that a title names. It is false where the title names none,
// or more than one: then the person is asked.
func guess(title string) (kind campaign.Kind, ok bool) {
	title = strings.ToLower(title)
	for _, k := range kindWords {
		for _, w := range k.words {
			if !strings.Contains(title, w) {
				continue
			}
			if kind != "" {
				return "", false
			}
			kind = k.kind
			break
		}
	}
	return kind, kind != ""
}

// ends are the usual ends of what starts at c, on the same day.
func ends(c campaign.Clock) (cs []campaign.Clock) {
	for _, long := range []campaign.Clock{60, 90, 120, 180} {
		if c+long < 24*60 {
			cs = append(cs, c+long)
		}
	}
	if len(cs) == 0 {
		return []campaign.Clock{24*60 - 1}
	}
	return cs
}
