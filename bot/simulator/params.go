package simulator

import (
	"bytes"
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
)

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
	if err == nil {
		// Only a body read to its end lets the server notice that the client went away.
		_, err = io.Copy(io.Discard, body)
	}
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
