package simulator

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // pictures may be GIF,
	_ "image/jpeg" // JPEG
	_ "image/png"  // and PNG
	"mime"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
)

const (
	largestPhoto    = 10 << 20
	largestDownload = 20 << 20
)

// A file is what was uploaded once; it is kept in memory or in a folder.
type file struct {
	ID, Unique string
	Kind       string // photo, document
	Name, Mime string
	Path       string // as getFile tells it
	Size       int64
	Width      int
	Height     int
	data       []byte
	stored     string // the file that holds it
}

// files are all that were uploaded, by the bot and by the phones.
type files struct {
	mu     sync.RWMutex
	dir    string // empty: memory
	byID   map[string]*file
	byPath map[string]*file
}

func newFiles(state string) *files {
	f := &files{byID: map[string]*file{}, byPath: map[string]*file{}}
	if state != "" {
		f.dir = state + ".files"
	}
	return f
}

// add keeps an upload. The same bytes under the same name are one file.
func (f *files) add(kind string, up *upload) (*file, error) {
	if len(up.data) == 0 {
		return nil, badRequest("file must be non-empty")
	}
	name := cleanName(up.name)
	sum := sha256.Sum256(up.data)
	unique := base64.RawURLEncoding.EncodeToString(sum[:12])
	named := sha256.Sum256([]byte(kind + "/" + name + "/" + unique))
	made := &file{
		ID:     map[string]string{"photo": "AgAC", "document": "BQAC"}[kind] + base64.RawURLEncoding.EncodeToString(named[:24]),
		Unique: "AQAD" + unique,
		Kind:   kind, Name: name, Size: int64(len(up.data)), data: up.data,
	}
	if err := made.describe(up.data); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if old := f.byID[made.ID]; old != nil {
		return old, nil
	}
	if f.dir != "" {
		if err := made.store(f.dir); err != nil {
			return nil, err
		}
	}
	f.index(made)
	return made, nil
}

func (f *files) index(made *file) {
	f.byID[made.ID] = made
	f.byPath[made.Path] = made
}

// describe finds out what the bytes are.
func (m *file) describe(data []byte) error {
	extension := path.Ext(m.Name)
	m.Mime, _, _ = strings.Cut(mime.TypeByExtension(extension), ";")
	if m.Mime == "" {
		m.Mime, _, _ = strings.Cut(http.DetectContentType(data), ";")
	}
	if m.Kind == "photo" {
		if len(data) > largestPhoto {
			return badRequest("file is too big for a photo")
		}
		size, format, err := image.DecodeConfig(bytes.NewReader(data))
		if err != nil {
			return badRequest("IMAGE_PROCESS_FAILED")
		}
		if size.Width+size.Height > 10000 || size.Width > 20*size.Height || size.Height > 20*size.Width {
			return badRequest("PHOTO_INVALID_DIMENSIONS")
		}
		m.Width, m.Height, m.Mime, extension = size.Width, size.Height, "image/"+format, "."+format
	}
	m.Path = m.Kind + "s/" + m.ID + extension
	return nil
}

func (m *file) store(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("simulator: keep file: %w", err)
	}
	m.stored = filepath.Join(dir, m.ID)
	if err := os.WriteFile(m.stored, m.data, 0o600); err != nil {
		return fmt.Errorf("simulator: keep file: %w", err)
	}
	m.data = nil
	return nil
}

func (m *file) read() ([]byte, error) {
	if m.stored == "" {
		return m.data, nil
	}
	data, err := os.ReadFile(m.stored)
	if err != nil {
		return nil, fmt.Errorf("simulator: read file: %w", err)
	}
	return data, nil
}

// cleanName keeps the last part of a name, without what could confuse.
func cleanName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`"<>|:*?`, r) {
			return '_'
		}
		return r
	}, name)
	if name == "." || name == "/" || name == "" {
		return "file"
	}
	if runes := []rune(name); len(runes) > 60 {
		extension := []rune(path.Ext(name))
		if len(extension) > 12 {
			extension = nil
		}
		return string(runes[:60-len(extension)]) + string(extension)
	}
	return name
}

// attach makes the file the content of a message.
func (m *file) attach(to *Message) {
	if m.Kind == "photo" {
		to.Document = nil
		to.Photo = []Photo{{FileID: m.ID, FileUniqueID: m.Unique, Width: m.Width, Height: m.Height, FileSize: m.Size}}
		return
	}
	to.Photo = nil
	to.Document = &Document{FileID: m.ID, FileUniqueID: m.Unique, FileName: m.Name, MimeType: m.Mime, FileSize: m.Size}
}

func (f *files) get(id string) *file {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.byID[id]
}

// given finds the file that a call sends: uploaded with it, or known by its id.
func (s *Server) given(c *call, kind, field, value string) (*file, error) {
	name, attached := strings.CutPrefix(value, "attach://")
	if !attached {
		name = field
	}
	if up := c.files[name]; up != nil && (attached || value == "") {
		return s.files.add(kind, up)
	}
	if value == "" {
		return nil, badRequest("there is no %s in the request", kind)
	}
	if f := s.files.get(value); f != nil {
		if f.Kind != kind {
			return nil, badRequest("can't use file of type %s as %s", title(f.Kind), title(kind))
		}
		return f, nil
	}
	if strings.Contains(value, "://") {
		return nil, badRequest("failed to get HTTP URL content")
	}
	return nil, badRequest("wrong remote file identifier specified: can't unserialize it. Wrong last symbol")
}

func title(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

// caption reads the caption of a call.
func (c *call) caption() (string, []Entity, error) {
	text, entities, err := c.formatted("caption", "caption_entities")
	if err == nil && utf16Len(text) > mostCaption {
		return "", nil, badRequest("message caption is too long")
	}
	return text, entities, err
}

func (s *Server) sendPhoto(c *call) ([]byte, error)    { return s.sendMedia(c, "photo") }
func (s *Server) sendDocument(c *call) ([]byte, error) { return s.sendMedia(c, "document") }

func (s *Server) sendMedia(c *call, kind string) ([]byte, error) {
	text, entities, err := c.caption()
	if err != nil {
		return nil, err
	}
	f, err := s.given(c, kind, kind, c.values[kind])
	if err != nil {
		return nil, err
	}
	m := &Message{Caption: text, CaptionEntities: entities, ShowCaptionAboveMedia: c.is("show_caption_above_media")}
	f.attach(m)
	return s.send(c, m)
}

// inputMedia is one part of an album, or what takes the place of a photo.
type inputMedia struct {
	Type            string          `json:"type"`
	Media           string          `json:"media"`
	Caption         string          `json:"caption"`
	ParseMode       string          `json:"parse_mode"`
	CaptionEntities json.RawMessage `json:"caption_entities"`
}

// message makes the content of a message of it.
func (i inputMedia) message(s *Server, c *call) (*Message, error) {
	if i.Type != "photo" && i.Type != "document" {
		return nil, badRequest("can't parse InputMedia: type %q is unsupported", i.Type)
	}
	if i.Media == "" {
		return nil, badRequest("media not found")
	}
	of := &call{values: map[string]string{
		"caption": i.Caption, "parse_mode": i.ParseMode, "caption_entities": string(i.CaptionEntities),
	}}
	text, entities, err := of.caption()
	if err != nil {
		return nil, err
	}
	f, err := s.given(c, i.Type, "", i.Media)
	if err != nil {
		return nil, err
	}
	m := &Message{Caption: text, CaptionEntities: entities}
	f.attach(m)
	return m, nil
}

// sendMediaGroup sends an album: all of it or nothing.
func (s *Server) sendMediaGroup(c *call) ([]byte, error) {
	var media []inputMedia
	if err := json.Unmarshal([]byte(c.values["media"]), &media); err != nil {
		return nil, badRequest("can't parse media JSON object")
	}
	if len(media) < 2 || len(media) > 10 {
		return nil, badRequest("group send failed: an album has 2 to 10 items")
	}
	parts := make([]*Message, len(media))
	for i, one := range media {
		if one.Type != media[0].Type {
			return nil, badRequest("document can't be mixed with other media types")
		}
		m, err := one.message(s, c)
		if err != nil {
			return nil, err
		}
		parts[i] = m
	}
	to, err := s.writeTarget(c)
	if err != nil {
		return nil, err
	}
	defer to.mu.Unlock()
	out := []byte{'['}
	album := fmt.Sprint(s.lastMessage.Load() + 1<<40)
	for i, m := range parts {
		if err := s.dress(c, to, m); err != nil {
			return nil, err
		}
		m.MediaGroupID = album
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, s.render(to, s.post(to, m, s.bot.user.ID, s.bot.user.ID), "")...)
	}
	return append(out, ']'), nil
}

func (s *Server) editMessageMedia(c *call) ([]byte, error) {
	var media inputMedia
	if err := json.Unmarshal([]byte(c.values["media"]), &media); err != nil {
		return nil, badRequest("can't parse media JSON object")
	}
	next, err := media.message(s, c)
	if err != nil {
		return nil, err
	}
	return s.edit(c, func(m *Message) error {
		m.Text, m.Entities = "", nil
		m.Caption, m.CaptionEntities = next.Caption, next.CaptionEntities
		m.Photo, m.Document = next.Photo, next.Document
		return nil
	})
}

// getFile tells where a file can be had.
func (s *Server) getFile(c *call) ([]byte, error) {
	f := s.files.get(c.values["file_id"])
	if f == nil {
		return nil, badRequest("invalid file_id")
	}
	if f.Size > largestDownload {
		return nil, badRequest("file is too big")
	}
	return encode(struct {
		ID     string `json:"file_id"`
		Unique string `json:"file_unique_id"`
		Size   int64  `json:"file_size"`
		Path   string `json:"file_path"`
	}{f.ID, f.Unique, f.Size, f.Path}), nil
}

// serveFile answers /file/bot<token>/<path>.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	where, ok := strings.CutPrefix(r.URL.Path, "/file/bot"+s.options.Token+"/")
	if !ok {
		s.refuse(w, &Refusal{Code: http.StatusUnauthorized, Description: "Unauthorized"})
		return
	}
	s.files.mu.RLock()
	f := s.files.byPath[where]
	s.files.mu.RUnlock()
	if f == nil {
		s.refuse(w, &Refusal{Code: http.StatusNotFound, Description: "Not Found"})
		return
	}
	data, err := f.read()
	if errors.Is(err, os.ErrNotExist) {
		s.refuse(w, &Refusal{Code: http.StatusNotFound, Description: "Not Found"})
		return
	}
	if err != nil {
		s.refuse(w, asRefusal(err))
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Write(data)
}
