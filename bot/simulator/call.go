package simulator

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Bounds of one call.
const (
	largestUpload = 50 << 20
	largestCall   = largestUpload + 1<<20
	longestText   = 1 << 15 // bytes of a text parameter
)

// A call is one request of the bot: parameters as text, JSON where they are
// objects, and the files that came with them.
type call struct {
	ctx    context.Context
	method string // lower-case
	name   string // as the bot wrote it
	values map[string]string
	files  map[string]*upload
}

// An upload is a file inside a call.
type upload struct {
	name string
	data []byte
}

// A method carries out one call and returns its result as JSON.
type method func(*Server, *call) ([]byte, error)

func lower(s string) string { return strings.ToLower(s) }

var yes = []byte("true")

// serveBot answers /bot<token>/<method>.
func (s *Server) serveBot(w http.ResponseWriter, r *http.Request) {
	token, name, ok := strings.Cut(strings.TrimPrefix(r.URL.Path, "/bot"), "/")
	if !ok || token != s.options.Token {
		s.refuse(w, &Refusal{Code: http.StatusUnauthorized, Description: "Unauthorized"})
		return
	}
	c := &call{ctx: r.Context(), method: lower(name), name: name}
	if s.options.RoundTrip > 0 && !s.pause(r.Context(), s.options.RoundTrip) {
		return
	}
	if err := c.read(r); err != nil {
		s.refuse(w, asRefusal(err))
		return
	}
	s.answer(w, c)
}

// answer carries out a call, with the faults that were asked for.
func (s *Server) answer(w http.ResponseWriter, c *call) {
	fault := s.faults.take(c)
	if fault != nil && (!s.pause(c.ctx, fault.Delay) || fault.before(w)) {
		s.report(c, fault.told())
		return
	}
	result, err := s.carryOut(c)
	if err != nil && c.ctx.Err() != nil {
		return
	}
	if fault != nil && fault.ResetAfter {
		reset(w)
		return
	}
	if err != nil {
		s.refuse(w, asRefusal(err))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(result)+len(`{"ok":true,"result":}`)))
	io.WriteString(w, `{"ok":true,"result":`)
	w.Write(result)
	io.WriteString(w, `}`)
}

// carryOut does what a call asks for, whoever brought it.
func (s *Server) carryOut(c *call) ([]byte, error) {
	do, ok := s.methods[c.method]
	if !ok {
		err := &Refusal{Code: http.StatusNotFound, Description: "Not Found"}
		s.check(c)
		s.report(c, err)
		return nil, err
	}
	s.calls[c.method].Add(1)
	s.check(c)
	result, err := s.limited(c, do)
	s.report(c, err)
	return result, err
}

// report tells the owner what was asked and how it was answered.
func (s *Server) report(c *call, err error) {
	if s.options.OnCall == nil {
		return
	}
	told := Call{Method: c.name, Values: c.values, Code: http.StatusOK}
	if err != nil {
		r := asRefusal(err)
		told.Code, told.Description = r.Code, r.Description
	}
	s.options.OnCall(told)
}

func (s *Server) refuse(w http.ResponseWriter, r *Refusal) {
	w.Header().Set("Content-Type", "application/json")
	if r.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(r.RetryAfter))
	}
	w.WriteHeader(r.Code)
	w.Write(r.body())
}

func asRefusal(err error) *Refusal {
	var r *Refusal
	if errors.As(err, &r) {
		return r
	}
	return &Refusal{Code: http.StatusInternalServerError, Description: "Internal Server Error: " + err.Error()}
}

// pause waits in real time and tells whether it was let finish.
func (s *Server) pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	case <-s.life.Done():
		return false
	}
}

// methods is the table of what the simulator can do for a bot.
func methods() map[string]method {
	table := map[string]method{
		"getme":      (*Server).getMe,
		"logout":     (*Server).justYes,
		"close":      (*Server).justYes,
		"getupdates": (*Server).getUpdates,

		"setwebhook":     (*Server).setWebhook,
		"deletewebhook":  (*Server).deleteWebhook,
		"getwebhookinfo": (*Server).getWebhookInfo,

		"sendmessage":    (*Server).sendMessage,
		"sendphoto":      (*Server).sendPhoto,
		"senddocument":   (*Server).sendDocument,
		"sendmediagroup": (*Server).sendMediaGroup,
		"sendlocation":   (*Server).sendLocation,
		"sendchataction": (*Server).sendChatAction,

		"editmessagetext":        (*Server).editMessageText,
		"editmessagecaption":     (*Server).editMessageCaption,
		"editmessagereplymarkup": (*Server).editMessageReplyMarkup,
		"editmessagemedia":       (*Server).editMessageMedia,
		"deletemessage":          (*Server).deleteMessage,
		"deletemessages":         (*Server).deleteMessages,
		"pinchatmessage":         (*Server).pinChatMessage,
		"unpinchatmessage":       (*Server).unpinChatMessage,
		"setmessagereaction":     (*Server).setMessageReaction,
		"answercallbackquery":    (*Server).answerCallbackQuery,

		"getfile": (*Server).getFile,

		"getchat":               (*Server).getChat,
		"getchatmember":         (*Server).getChatMember,
		"getchatmembercount":    (*Server).getChatMemberCount,
		"getchatadministrators": (*Server).getChatAdministrators,
		"leavechat":             (*Server).leaveChat,
	}
	addProfileMethods(table)
	return table
}

func (s *Server) justYes(*call) ([]byte, error) { return yes, nil }

func (s *Server) getMe(*call) ([]byte, error) {
	type me struct {
		Account
		CanJoinGroups           bool `json:"can_join_groups"`
		CanReadAllGroupMessages bool `json:"can_read_all_group_messages"`
		SupportsInlineQueries   bool `json:"supports_inline_queries"`
		CanConnectToBusiness    bool `json:"can_connect_to_business"`
		HasMainWebApp           bool `json:"has_main_web_app"`
	}
	return encode(me{
		Account:                 s.bot.account(),
		CanJoinGroups:           true,
		CanReadAllGroupMessages: s.options.ReadsEverything,
	}), nil
}
