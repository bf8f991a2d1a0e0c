package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
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
	if s.options.RoundTrip > 0 && !pause(r.Context(), s.options.RoundTrip) {
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
	if fault != nil && fault.before(w, c) {
		s.report(c, nil, errFault)
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
		s.report(c, nil, err)
		return nil, err
	}
	s.calls[c.method].Add(1)
	s.check(c)
	result, err := s.limited(c, do)
	s.report(c, result, err)
	return result, err
}

// report tells the owner what was asked and how it was answered.
func (s *Server) report(c *call, _ []byte, err error) {
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
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// read takes the parameters from the query and from the body, in any of the
// forms that the Bot API accepts.
func (c *call) read(r *http.Request) error {
	c.values = map[string]string{}
	if r.URL.RawQuery != "" {
		c.addForm(r.URL.Query())
	}
	if r.Method != http.MethodPost {
		return nil
	}
	body := http.MaxBytesReader(nil, r.Body, largestCall)
	kind, with, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	err := c.readBody(kind, with["boundary"], body)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return &Refusal{Code: http.StatusRequestEntityTooLarge, Description: "Request Entity Too Large"}
	}
	return err
}

func (c *call) readBody(kind, boundary string, body io.Reader) error {
	switch kind {
	case "multipart/form-data":
		return c.readMultipart(multipart.NewReader(body, boundary))
	case "application/json":
		raw, err := io.ReadAll(body)
		if err != nil {
			return fmt.Errorf("read call: %w", err)
		}
		return c.addJSON(raw)
	case "application/x-www-form-urlencoded":
		raw, err := io.ReadAll(body)
		if err != nil {
			return fmt.Errorf("read call: %w", err)
		}
		form, err := url.ParseQuery(string(raw))
		if err != nil {
			return badRequest("can't parse the parameters")
		}
		c.addForm(form)
	}
	return nil
}

func (c *call) addForm(form url.Values) {
	for name, values := range form {
		c.values[lower(name)] = values[0]
	}
}

func (c *call) addJSON(raw []byte) error {
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return badRequest("can't parse JSON object")
	}
	for name, value := range fields {
		var text string
		if value[0] != '"' {
			text = string(value)
		} else if err := json.Unmarshal(value, &text); err != nil {
			return badRequest("can't parse JSON object")
		}
		c.values[lower(name)] = text
	}
	return nil
}

// readMultipart takes the parts. A body without any is what a client sends for
// a call without parameters.
func (c *call) readMultipart(parts *multipart.Reader) error {
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return partError(err)
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return partError(err)
		}
		if part.FileName() == "" {
			c.values[lower(part.FormName())] = string(data)
			continue
		}
		if len(data) > largestUpload {
			return &Refusal{Code: http.StatusRequestEntityTooLarge, Description: "Request Entity Too Large"}
		}
		if c.files == nil {
			c.files = map[string]*upload{}
		}
		c.files[part.FormName()] = &upload{name: part.FileName(), data: data}
	}
}

func partError(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return err
	}
	return badRequest("can't parse the multipart body")
}

// integer is a whole-number parameter.
func (c *call) integer(name string, otherwise int64) (int64, error) {
	text, ok := c.values[name]
	if !ok || text == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, badRequest("parameter %q must be an Integer", name)
	}
	return n, nil
}

// decimal is a parameter with a fraction.
func (c *call) decimal(name string) (float64, error) {
	text, ok := c.values[name]
	if !ok || text == "" {
		return 0, nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, badRequest("parameter %q must be a Float", name)
	}
	return f, nil
}

// is reads a yes or no.
func (c *call) is(name string) bool {
	switch lower(c.values[name]) {
	case "true", "1", "yes":
		return true
	}
	return false
}

// object reads a JSON parameter into to and tells whether it was there.
func (c *call) object(name string, to any) (bool, error) {
	raw := c.values[name]
	if raw == "" || raw == "null" {
		return false, nil
	}
	if err := json.Unmarshal([]byte(raw), to); err != nil {
		return false, badRequest("can't parse %s JSON object", strings.ReplaceAll(name, "_", " "))
	}
	return true, nil
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
