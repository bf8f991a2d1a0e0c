package demo

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"campaign/bot/simulator"
)

// Shortcuts are the people worth being first.
func (d District) Shortcuts() []simulator.Shortcut {
	c := d.Cast
	return []simulator.Shortcut{
		{Key: "member", Label: simulator.Text{ZH: "一名党员", EN: "A member"}, User: c.Member.TelegramID},
		{Key: "secretary", Label: simulator.Text{ZH: "支部书记", EN: "Their secretary"}, User: c.Secretary.TelegramID},
		{Key: "first", Label: simulator.Text{ZH: "单位第一责任人", EN: "The unit's first responsible"}, User: c.First.TelegramID},
		{Key: "desk", Label: simulator.Text{ZH: "单位具体责任人", EN: "The unit's desk"}, User: c.Desk.TelegramID},
		{Key: "office", Label: simulator.Text{ZH: "教育活动办公室", EN: "The office"}, User: c.Office.TelegramID},
		{Key: "supervisor", Label: simulator.Text{ZH: "督导组", EN: "A supervisor"}, User: c.Supervisor.TelegramID},
		{Key: "contact", Label: simulator.Text{ZH: "联系点领导", EN: "A contact leader"}, User: c.Contact.TelegramID},
		{Key: "unbound", Label: simulator.Text{ZH: "未绑定的党员", EN: "A member not bound yet"}, User: c.Unbound.TelegramID},
		{Key: "nophone", Label: simulator.Text{ZH: "名册无手机号的党员", EN: "A member without a phone on the roster"}, User: c.NoPhone.TelegramID},
		{Key: "stranger", Label: simulator.Text{ZH: "不在名册的人", EN: "Somebody not on the roster"}, User: Stranger},
	}
}

// Hints say what to try first.
func Hints() []simulator.Text {
	return []simulator.Text{
		{ZH: "打开“一名党员”的手机，在与助手的私聊里按“签到”。", EN: "Open the phone of a member and press 签到 in the chat with the assistant."},
		{ZH: "打开同一人的支部群：人数会随签到变化。按“500 人签到”看它跳动。", EN: "Open the branch group on the same phone: its count moves. Press “500 check in” and watch."},
		{ZH: "打开“支部书记”的手机，发送 /attendance 看谁到了，为没带手机的人代签。", EN: "On the secretary's phone send /attendance: see who is in, and vouch for somebody."},
		{ZH: "“一名党员”发送 /me 可看到待补课项目，写学习小结提交；“支部书记”发送“补课”确认或退回。", EN: "On the member's phone send /me: what is owed can be made up in a few lines. On the secretary's phone 补课 confirms it or returns it."},
		{ZH: "“教育活动办公室”发送 /attendance，按“全部必到活动覆盖情况”看全区图表。", EN: "As the office send /attendance and press the first line: the coverage of the whole district, with a chart."},
		{ZH: "在“单位具体责任人”的手机上发送 /attendance，打开“青年党员微党课”的签到码投屏；再用任意手机右上角菜单里的“扫一扫”。", EN: "On the phone of the unit's desk send /attendance and open the screen code of 青年党员微党课; then scan it from the menu of any phone."},
		{ZH: "打开“未绑定的党员”的手机，按“开始”，分享手机号完成绑定。", EN: "On the phone of the member who is not bound yet press START and share the number."},
		{ZH: "以“教育活动办公室”的身份发送 /activity 新建一次活动，再把时钟拨到开始前。", EN: "As the office send /activity to plan a meeting, then move the clock to just before it."},
		{ZH: "发送 /language 可切换为英文。", EN: "Send /language to be spoken to in English."},
	}
}

// crowd is how many people the action makes check in, and how long it takes.
const (
	crowd     = 500
	crowdTime = 9 * time.Second
)

// Actions are what the page offers beyond the phones. Server is asked for when
// an action runs, since it is made with its actions.
func (d District) Actions(server func() *simulator.Server) []simulator.Action {
	return []simulator.Action{{
		Key:   "crowd",
		Label: simulator.Text{ZH: "500 人签到", EN: "500 check in"},
		Help:  simulator.Text{ZH: "让当前手机所在单位的 500 人在十秒内签到", EN: "500 members of the unit of the phone in front check in within ten seconds"},
		Run: func(ctx context.Context, user int64, progress func(int, int, simulator.Text)) (simulator.Text, error) {
			return d.rush(ctx, server(), user, progress)
		},
	}}
}

// rush makes people press the newest button to check in: of the unit of user
// first, then of other units.
func (d District) rush(ctx context.Context, s *simulator.Server, user int64, progress func(int, int, simulator.Text)) (simulator.Text, error) {
	who := d.waiting(s, user)
	if len(who) == 0 {
		return simulator.Text{ZH: "没有待签到的人：当前没有开放签到的活动，或都已签到。", EN: "Nobody is left to check in: no activity is open, or everybody has."}, nil
	}
	var done, well atomic.Int64
	var all sync.WaitGroup
	tick := time.NewTicker(crowdTime / crowd)
	defer tick.Stop()
	for _, id := range who {
		select {
		case <-ctx.Done():
			return simulator.Text{}, ctx.Err()
		case <-tick.C:
		}
		all.Go(func() {
			a, err := s.PressByLabel(ctx, id, id, "签到")
			if err == nil && a != nil {
				well.Add(1)
			}
			progress(int(done.Add(1)), len(who), simulator.Text{ZH: "正在签到", EN: "Checking in"})
		})
	}
	all.Wait()
	n := well.Load()
	return simulator.Text{ZH: fmt.Sprintf("%d 人已按签到", n), EN: fmt.Sprintf("%d people have pressed", n)}, nil
}

// waiting finds whom a button to check in waits for.
func (d District) waiting(s *simulator.Server, user int64) (who []int64) {
	unit := d.Cast.Member.Unit
	for _, m := range d.Members {
		if m.TelegramID == user {
			unit = m.Unit
		}
	}
	for _, own := range []bool{true, false} {
		for _, m := range d.Members {
			if len(who) == crowd {
				return who
			}
			if (m.Unit == unit) == own && m.State == Bound && m.TelegramID != user && asked(s, m.TelegramID) {
				who = append(who, m.TelegramID)
			}
		}
	}
	return who
}

// asked reports whether the newest message of somebody's private chat has the
// button.
func asked(s *simulator.Server, id int64) bool {
	m, ok := s.LastMessage(id, id)
	if !ok || m.ReplyMarkup == nil {
		return false
	}
	for _, row := range m.ReplyMarkup.Rows {
		for _, b := range row {
			if b.Text == "签到" {
				return true
			}
		}
	}
	return false
}
