package simulator_test

import (
	"fmt"
	"strings"
	"testing"

	"campaign/bot/simulator"
)

func TestTheNearestListOfCommandsIsShown(t *testing.T) {
	w := newWorld(t, frozen()) // Ann's app speaks English, Bob's Chinese
	g := w.AddGroup(simulator.Group{Title: "G", Creator: ann, Members: []int64{bob}})
	seen := func(user, chat int64) string {
		var names []string
		for _, c := range w.CommandsFor(user, chat) {
			names = append(names, c.Command)
		}
		return strings.Join(names, " ")
	}
	set := func(name, language string, scope args) {
		w.must("setMyCommands", args{"commands": []args{{"command": name, "description": "d"}}, "language_code": language, "scope": scope}, nil)
	}
	for _, step := range []struct {
		name, language string
		scope          args
		annPrivate     string
		annGroup       string // Ann leads it
		bobGroup       string
	}{
		{"default", "", nil, "default", "default", "default"},
		{"default_zh", "zh", args{"type": "default"}, "default", "default", "default_zh"},
		{"private", "", args{"type": "all_private_chats"}, "private", "default", "default_zh"},
		{"groups", "", args{"type": "all_group_chats"}, "private", "groups", "groups"},
		{"leads", "", args{"type": "all_chat_administrators"}, "private", "leads", "groups"},
		{"here", "", args{"type": "chat", "chat_id": g}, "private", "here", "here"},
		{"leads_here", "", args{"type": "chat_administrators", "chat_id": g}, "private", "leads_here", "here"},
		{"bob_here", "", args{"type": "chat_member", "chat_id": g, "user_id": bob}, "private", "leads_here", "bob_here"},
		{"ann_zh", "zh", args{"type": "chat", "chat_id": ann}, "private", "leads_here", "bob_here"},
		{"ann", "", args{"type": "chat", "chat_id": ann}, "ann", "leads_here", "bob_here"},
		{"ann_en", "en", args{"type": "chat", "chat_id": ann}, "ann_en", "leads_here", "bob_here"},
	} {
		set(step.name, step.language, step.scope)
		got := [3]string{seen(ann, ann), seen(ann, g), seen(bob, g)}
		if want := [3]string{step.annPrivate, step.annGroup, step.bobGroup}; got != want {
			t.Errorf("after %s: got %v, want %v", step.name, got, want)
		}
	}
	w.must("deleteMyCommands", args{"scope": args{"type": "chat", "chat_id": ann}, "language_code": "en"}, nil)
	if got := seen(ann, ann); got != "ann" {
		t.Errorf("got %q, want the list of the chat in any language", got)
	}
	var list []simulator.Command
	if w.must("getMyCommands", args{"scope": args{"type": "chat", "chat_id": ann}, "language_code": "en"}, &list); len(list) != 0 {
		t.Errorf("got %v, want no list of that very scope and language", list)
	}
	if w.must("getMyCommands", args{"language_code": "zh"}, &list); len(list) != 1 || list[0].Command != "default_zh" {
		t.Errorf("got %v", list)
	}
}

func TestBadCommandsAreRefused(t *testing.T) {
	w := newWorld(t, frozen())
	long := make([]args, 101)
	for i := range long {
		long[i] = args{"command": fmt.Sprint("c", i), "description": "d"}
	}
	one := func(name, description string) []args { return []args{{"command": name, "description": description}} }
	for want, a := range map[string]args{
		"Bad Request: BOT_COMMANDS_TOO_MUCH":              {"commands": long},
		"Bad Request: BOT_COMMAND_INVALID":                {"commands": one("Upper", "d")},
		"Bad Request: BOT_COMMAND_DESCRIPTION_INVALID":    {"commands": one("c", "")},
		"Bad Request: invalid language code specified":    {"commands": one("c", "d"), "language_code": "zho"},
		"Bad Request: chat not found":                     {"commands": one("c", "d"), "scope": args{"type": "chat", "chat_id": eve}},
		"Bad Request: can't parse BotCommandScope":        {"commands": one("c", "d"), "scope": args{"type": "moon"}},
		"Bad Request: can't use specified scope in priva": {"commands": one("c", "d"), "scope": args{"type": "chat_administrators", "chat_id": ann}},
		"Bad Request: can't parse commands JSON object":   {"commands": "x"},
	} {
		w.refused("setMyCommands", a, 400, want)
	}
}

func TestTheProfileIsKeptByLanguage(t *testing.T) {
	w := newWorld(t, frozen())
	var got struct {
		Name        string `json:"name"`
		Description string `json:"description"`
		Short       string `json:"short_description"`
	}
	if w.must("getMyName", args{}, &got); got.Name != "Muster" {
		t.Errorf("got %q", got.Name)
	}
	w.must("setMyDescription", args{"description": "all"}, nil)
	w.must("setMyDescription", args{"description": "中文", "language_code": "zh"}, nil)
	w.must("setMyShortDescription", args{"short_description": "short"}, nil)
	if w.must("getMyDescription", args{"language_code": "zh"}, &got); got.Description != "中文" {
		t.Errorf("got %q", got.Description)
	}
	if w.must("getMyDescription", args{"language_code": "en"}, &got); got.Description != "all" {
		t.Errorf("got %q", got.Description)
	}
	if w.must("getMyShortDescription", args{}, &got); got.Short != "short" {
		t.Errorf("got %q", got.Short)
	}
	w.refused("setMyName", args{"name": strings.Repeat("n", 65)}, 400, "Bad Request: BOT_TITLE_INVALID")
	w.must("setChatMenuButton", args{"chat_id": ann, "menu_button": args{"type": "commands"}}, nil)
	w.refused("setChatMenuButton", args{"menu_button": args{"type": "moon"}}, 400, "Bad Request: can't parse menu button")
}
