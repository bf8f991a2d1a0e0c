package bot_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"campaign/bot/bottest"
	"campaign/bot/simulator"
	"campaign/flows"
	"campaign/flows/flow/flowtest"
)

// genuine are updates as Telegram makes them, of every kind that people's phones
// cause; without their numbers.
func genuine(t testing.TB) (updates []string) {
	t.Helper()
	phones, err := simulator.New(simulator.Options{Start: flowtest.Start, Frozen: true, ReadsEverything: true})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(phones.Handler())
	defer func() {
		phones.Close()
		server.Close()
	}()
	ask := func(method, params string, into any) {
		t.Helper()
		res, err := server.Client().Post(server.URL+"/bot1000001:simulated/"+method, "application/json", strings.NewReader(params))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if err := json.NewDecoder(res.Body).Decode(into); err != nil {
			t.Fatal(err)
		}
	}
	try := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	phones.AddUsers([]simulator.User{
		{ID: 1001, FirstName: "甲 <b>", Phone: "+8613800000001", LanguageCode: "zh-hans"},
		{ID: 1002, FirstName: "Bo", LastName: "😀", Phone: "+8613800000002", LanguageCode: "en"},
	})
	group := phones.AddGroup(simulator.Group{Title: "一支部", Creator: 1002, Members: []int64{1001}})
	for _, text := range []string{"/menu", "/checkin", "/language", "/bind", "/cancel", "签到", "我的", "今天 😀", "2026-12-01", "/start group_-5", "/me@muster_bot x"} {
		try(phones.Say(1001, 1001, text))
		try(phones.Say(1002, group, text))
	}
	try(phones.Start(1002, "x7Hq"))
	try(phones.ShareContact(1001, 1001))
	try(phones.ShareContactOf(1002, 1002, 1001, true))
	try(phones.ShareLocation(1001, 1001, simulator.Location{Latitude: 31.2, Longitude: 121.4}, false))
	try(phones.SendFile(1002, 1002, "名册.csv", []byte("a,b\n"), ""))
	for _, chat := range []int64{1001, group} {
		ask("sendMessage", fmt.Sprintf(`{"chat_id":%d,"text":"x","reply_markup":{"inline_keyboard":[[{"text":"a","callback_data":"1.0"},{"text":"b","callback_data":"2.1"}]]}}`, chat), new(any))
		m, ok := phones.LastMessage(1001, chat)
		if !ok {
			t.Fatal("the message with buttons is not there")
		}
		for col := range 2 {
			try(phones.PressAsync(1001, chat, m.MessageID, 0, col))
		}
	}
	try(nil, phones.Block(1002, true))
	try(nil, phones.Block(1002, false))
	try(phones.Migrate(1002, group))
	var got struct{ Result []map[string]json.RawMessage }
	ask("getUpdates", `{}`, &got)
	for _, u := range got.Result {
		delete(u, "update_id")
		text, err := json.Marshal(u)
		if err != nil {
			t.Fatal(err)
		}
		updates = append(updates, string(text))
	}
	if len(updates) < 30 {
		t.Fatalf("only %d updates: %q", len(updates), updates)
	}
	return updates
}

// odd are values that stand where another is expected.
var odd = []string{`null`, `true`, `""`, `"x"`, `0`, `-1`, `0.5`, `9223372036854775808`, `1e999`, `[]`, `{}`, `[null]`, `[{"id":"7"}]`,
	`"\u0000"`, `"\u202egnihton"`, `"<b>&amp;</i>"`, `"\ud83d"`, `"` + strings.Repeat("长", 5000) + `"`, strings.Repeat("[", 300) + strings.Repeat("]", 300),
	`"-1.0"`, `"/"`, `"/start ` + strings.Repeat("z", 4000) + `"`, `1087968824`, `-1001`, `"private"`, `"supergroup"`, `"channel"`, `"kicked"`}

// mutate changes a few values of an update, wherever they stand.
func mutate(r *rand.Rand, update string) map[string]any {
	d := json.NewDecoder(strings.NewReader(update))
	d.UseNumber()
	var tree map[string]any
	if err := d.Decode(&tree); err != nil {
		panic(err) // it was written by genuine
	}
	for range 1 + r.IntN(4) {
		change(r, tree)
	}
	return tree
}

// change walks down to one value and changes it.
func change(r *rand.Rand, at any) {
	switch at := at.(type) {
	case map[string]any:
		var names []string
		for name := range at {
			names = append(names, name)
		}
		if len(names) == 0 {
			return
		}
		name := smallestOf(names, r)
		if inner, deeper := at[name].(map[string]any); deeper && len(inner) > 0 && r.IntN(5) > 0 {
			change(r, inner)
			return
		}
		if list, deeper := at[name].([]any); deeper && len(list) > 0 && r.IntN(5) > 0 {
			change(r, list)
			return
		}
		switch r.IntN(4) {
		case 0:
			delete(at, name)
		case 1:
			at[smallestOf(names, r)] = at[name]
		default:
			at[name] = json.RawMessage(odd[r.IntN(len(odd))])
		}
	case []any:
		i := r.IntN(len(at))
		if r.IntN(3) == 0 {
			at[i] = json.RawMessage(odd[r.IntN(len(odd))])
			return
		}
		change(r, at[i])
	}
}

// smallestOf chooses one of names, the same for the same chance: a map has no order.
func smallestOf(names []string, r *rand.Rand) string {
	salt := r.Uint64()
	best, least := "", uint64(0)
	for _, name := range names {
		h := salt
		for _, c := range []byte(name) {
			h = (h ^ uint64(c)) * 1099511628211
		}
		if best == "" || h < least || h == least && name < best {
			best, least = name, h
		}
	}
	return best
}

// Whatever comes: the queue goes on, and each update is accounted for.
func TestTenThousandMutatedUpdatesStopNothing(t *testing.T) {
	const batches, size = 100, 100
	s := show(t, bottest.Plan{})
	updates, r := genuine(t), rand.New(rand.NewPCG(20261201, 1))
	for b := range batches {
		var batch []string
		for n := range size {
			tree := mutate(r, updates[r.IntN(len(updates))])
			tree["update_id"] = 1 + b*size + n
			text, err := json.Marshal(tree)
			if err != nil {
				t.Fatal(err)
			}
			batch = append(batch, string(text))
		}
		s.brings(batch...)
	}
	began := time.Now()
	s.says(1005, "/language") // brought by the poll that waits; mutations follow
	s.holdsIn(5*time.Minute, batches*size, `SELECT count(*) FROM inbox WHERE key ~ '^tg:[0-9]{1,5}$'`)
	s.says(1006, "/language")
	for _, sentinel := range []int64{1005, 1006} {
		s.reads(sentinel, sentinel, "Which language shall I speak?")
	}
	s.holds(0, `SELECT count(*) FROM inbox WHERE state = 'waiting'`)
	t.Logf("%d updates in %v", batches*size, time.Since(began))
}

// FuzzIntake gives a bot whatever body at its webhook. It is taken, or refused as
// no update, and who comes after it is answered.
func FuzzIntake(f *testing.F) {
	for n, update := range genuine(f) {
		f.Add([]byte(fmt.Sprintf(`{"update_id":%d,%s`, 1+n, update[1:])))
	}
	s := &stage{bottest.Show(f, flowtest.New(f, flows.All), bottest.Plan{Secret: "open-sesame"}), f}
	client := &http.Client{Timeout: time.Minute}
	f.Cleanup(client.CloseIdleConnections)
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.Hook, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Telegram-Bot-Api-Secret-Token", "open-sesame")
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusBadRequest {
			t.Errorf("answered with %s", res.Status)
		}
	})
}
