package simulator

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// mostViolations bounds what is remembered of a bot that does everything wrong.
const mostViolations = 1000

// A Violation is a call that the Bot API's own description does not allow.
type Violation struct {
	Method string
	Detail string // where and what: `reply_markup.inline_keyboard[0][1]: unknown field "k"`
}

// A spec is the Bot API as data: its methods and its types.
type spec struct {
	Methods map[string]*specMethod `json:"methods"`
	Types   map[string]*specType   `json:"types"`

	mu    sync.Mutex
	found []Violation
}

type specMethod struct {
	Name   string      `json:"name"`
	Fields []specField `json:"fields"`
}

type specType struct {
	Name     string      `json:"name"`
	Fields   []specField `json:"fields"`
	Subtypes []string    `json:"subtypes"`
}

type specField struct {
	Name     string   `json:"name"`
	Types    []string `json:"types"`
	Required bool     `json:"required"`
}

// A tolerance is a defect of a client library that Telegram itself overlooks.
type tolerance struct {
	method string // lower-case; empty: any
	field  string
	value  string // JSON or text; empty: any
	reason string
}

// tolerated lists what github.com/go-telegram/bot v1.19.0 puts on the wire
// beside what it is told to.
var tolerated = []tolerance{
	{"editmessagecaption", "k", "", "show_caption_above_media is sent under this name: a wrong tag"},
	{"", "chat_id", "null", "a chat id that is nil is sent as this text; Telegram takes it for none"},
}

func loadSpec(path string) (*spec, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("simulator: read the Bot API's description: %w", err)
	}
	var s spec
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, fmt.Errorf("simulator: read the Bot API's description %s: %w", path, err)
	}
	byLower := make(map[string]*specMethod, len(s.Methods))
	for name, m := range s.Methods {
		byLower[lower(name)] = m
	}
	s.Methods = byLower
	return &s, nil
}

// Violations lists what the bot has sent that the Bot API does not describe. It
// needs Options.SpecFile.
func (s *Server) Violations() []Violation {
	if s.spec == nil {
		return nil
	}
	s.spec.mu.Lock()
	defer s.spec.mu.Unlock()
	return slices.Clone(s.spec.found)
}

// check records how a call departs from the description.
func (s *Server) check(c *call) {
	if s.spec == nil {
		return
	}
	k := &checker{spec: s.spec, method: c.method}
	k.call(c)
	if len(k.found) == 0 {
		return
	}
	s.spec.mu.Lock()
	defer s.spec.mu.Unlock()
	for _, detail := range k.found {
		if len(s.spec.found) < mostViolations {
			s.spec.found = append(s.spec.found, Violation{Method: c.name, Detail: detail})
		}
	}
}

// A checker holds one call against the description.
type checker struct {
	spec   *spec
	method string
	found  []string
}

func (k *checker) wrong(at, format string, args ...any) {
	k.found = append(k.found, at+": "+fmt.Sprintf(format, args...))
}

func (k *checker) tolerates(field, value string) bool {
	return slices.ContainsFunc(tolerated, func(t tolerance) bool {
		return (t.method == "" || t.method == k.method) && t.field == field && (t.value == "" || t.value == value)
	})
}

func (k *checker) call(c *call) {
	m := k.spec.Methods[k.method]
	if m == nil {
		k.wrong(c.name, "unknown method")
		return
	}
	named := map[string]bool{}
	for _, f := range m.Fields {
		named[lower(f.Name)] = true
		value, ok := c.values[lower(f.Name)]
		_, uploaded := c.files[f.Name]
		switch {
		case uploaded:
		case ok && !k.tolerates(f.Name, value):
			k.parameter(f, value)
		case !ok && f.Required:
			k.wrong(f.Name, "required parameter is missing")
		}
	}
	for name, value := range c.values {
		if !named[name] && !k.tolerates(name, value) {
			k.wrong(name, "unknown parameter")
		}
	}
	k.uploads(c, named)
}

// uploads wants every file to be a parameter or to be attached by one.
func (k *checker) uploads(c *call, named map[string]bool) {
	for name := range c.files {
		attached := false
		for _, value := range c.values {
			attached = attached || strings.Contains(value, "attach://"+name)
		}
		if !named[lower(name)] && !attached {
			k.wrong(name, "unknown file")
		}
	}
}

// parameter checks a value that came as text: JSON where the type is compound.
func (k *checker) parameter(f specField, value string) {
	var why []string
	for _, kind := range f.Types {
		try := &checker{spec: k.spec, method: k.method}
		try.text(f.Name, kind, value)
		if len(try.found) == 0 {
			return
		}
		if why == nil || len(try.found) < len(why) {
			why = try.found
		}
	}
	k.found = append(k.found, why...)
}

func (k *checker) text(at, kind, value string) {
	switch kind {
	case "String":
	case "Integer":
		if _, err := strconv.ParseInt(value, 10, 64); err != nil {
			k.wrong(at, "not an Integer")
		}
	case "Float":
		if _, err := strconv.ParseFloat(value, 64); err != nil {
			k.wrong(at, "not a Float")
		}
	case "Boolean":
		if value != "true" && value != "false" {
			k.wrong(at, "not a Boolean")
		}
	case "InputFile":
		k.wrong(at, "not a file")
	default:
		var v any
		d := json.NewDecoder(strings.NewReader(value))
		d.UseNumber()
		if err := d.Decode(&v); err != nil {
			k.wrong(at, "not JSON")
			return
		}
		k.value(at, kind, v)
	}
}

// value checks a decoded JSON value against a type.
func (k *checker) value(at, kind string, v any) {
	if of, ok := strings.CutPrefix(kind, "Array of "); ok {
		list, ok := v.([]any)
		if !ok {
			k.wrong(at, "not an Array")
			return
		}
		for i, one := range list {
			k.value(fmt.Sprintf("%s[%d]", at, i), of, one)
		}
		return
	}
	ok := true
	switch kind {
	case "String", "InputFile":
		_, ok = v.(string)
	case "Boolean":
		_, ok = v.(bool)
	case "Integer":
		n, number := v.(json.Number)
		_, err := strconv.ParseInt(n.String(), 10, 64)
		ok = number && err == nil
	case "Float":
		_, ok = v.(json.Number)
	default:
		k.object(at, kind, v)
		return
	}
	if !ok {
		k.wrong(at, "not a %s", kind)
	}
}

func (k *checker) object(at, kind string, v any) {
	t := k.spec.Types[kind]
	fields, ok := v.(map[string]any)
	switch {
	case t == nil:
		k.wrong(at, "type %s is not described", kind)
	case len(t.Subtypes) > 0:
		k.oneOf(at, t.Subtypes, v)
	case !ok:
		if _, text := v.(string); !text || kind != "KeyboardButton" {
			k.wrong(at, "not an object %s", kind)
		}
	default:
		k.fields(at, t, fields)
	}
}

// oneOf accepts a value that one of several types describes, and otherwise
// complains of the nearest.
func (k *checker) oneOf(at string, kinds []string, v any) {
	var why []string
	for _, kind := range kinds {
		try := &checker{spec: k.spec, method: k.method}
		try.value(at, kind, v)
		if len(try.found) == 0 {
			return
		}
		if why == nil || len(try.found) < len(why) {
			why = try.found
		}
	}
	k.found = append(k.found, why...)
}

func (k *checker) fields(at string, t *specType, given map[string]any) {
	named := map[string]bool{}
	for _, f := range t.Fields {
		named[f.Name] = true
		v, ok := given[f.Name]
		switch {
		case ok:
			k.oneOf(at+"."+f.Name, f.Types, v)
		case f.Required:
			k.wrong(at, "field %q is missing", f.Name)
		}
	}
	for name := range given {
		if !named[name] {
			k.wrong(at, "unknown field %q", name)
		}
	}
	if t.Name == "InlineKeyboardButton" {
		k.button(at, given)
	}
}

// button wants one action. An empty copy_text beside another action is let
// pass: go-telegram/bot v1.19.0 adds it to every button, and Telegram reads it last.
func (k *checker) button(at string, given map[string]any) {
	actions := 0
	for name, v := range given {
		switch name {
		case "text", "style", "icon_custom_emoji_id":
			continue
		case "copy_text":
			if of, ok := v.(map[string]any); ok && of["text"] == "" && len(given) > 2 {
				continue
			}
		}
		actions++
	}
	if actions != 1 {
		k.wrong(at, "a button has one action, not %d", actions)
	}
}
