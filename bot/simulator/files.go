package simulator

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
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
