// Package assets holds the scripts and style sheets of the pages. They are built from
// src/ by `make assets` (npm ci, npm run build; nothing comes from a CDN) and embedded.
// Their names carry a hash of their content, so that browsers keep them for ever.
package assets

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// Prefix is the path under which Handler must be mounted. The style sheet names it.
const Prefix = "/assets/"

// ErrNotBuilt says that the binary was compiled before `make assets` ran.
var ErrNotBuilt = errors.New("page assets are not built: run make assets, then build again")

//go:embed all:dist
var dist embed.FS

// Set is what was built.
type Set struct {
	files fs.FS
	names map[string]string // app.css → app-1a2b3c4d.css
}

// Load reads the embedded assets; without any it is ErrNotBuilt.
func Load() (*Set, error) {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("load assets: %w", err)
	}
	return load(files)
}

func load(files fs.FS) (*Set, error) {
	manifest, err := fs.ReadFile(files, "manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotBuilt
	}
	if err != nil {
		return nil, fmt.Errorf("load assets: %w", err)
	}
	s := &Set{files: files}
	if err := json.Unmarshal(manifest, &s.names); err != nil {
		return nil, fmt.Errorf("load assets: manifest: %w", err)
	}
	return s, nil
}

// URL gives the address of an asset by its plain name: app.js, editor.js, app.css, mark.svg.
// There are no others; asking for one is an error in a template, which stops there.
func (s *Set) URL(name string) (string, error) {
	built, ok := s.names[name]
	if !ok {
		return "", fmt.Errorf("no asset is called %q", name)
	}
	return Prefix + built, nil
}

// Serve answers a GET or HEAD below Prefix with the asset, compressed when the browser
// can, and to be kept for ever: another content has another name. Where there is none
// it answers nothing, and says false.
func (s *Set) Serve(w http.ResponseWriter, r *http.Request) bool {
	name := strings.TrimPrefix(r.URL.Path, Prefix)
	kind := kindOf(name)
	data, encoding, err := s.read(name, r.Header.Get("Accept-Encoding"))
	if kind == "" || err != nil {
		return false
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	h.Set("X-Content-Type-Options", "nosniff")
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	h.Set("Content-Length", strconv.Itoa(len(data)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(data) // a client that left is no error of ours
	}
	return true
}

// kindOf gives the media type of what is served, and nothing for anything else.
func kindOf(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	default:
		return ""
	}
}

// read gives a file in the best form that the browser accepts.
func (s *Set) read(name, accept string) (data []byte, encoding string, err error) {
	for _, form := range []struct{ encoding, ext string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if !accepts(accept, form.encoding) {
			continue
		}
		if data, err = fs.ReadFile(s.files, name+form.ext); err == nil {
			return data, form.encoding, nil
		}
	}
	data, err = fs.ReadFile(s.files, name)
	return data, "", err
}

// accepts reads an Accept-Encoding header; q=0 is a refusal.
func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, quality, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(name), encoding) {
			q := strings.TrimPrefix(strings.TrimSpace(quality), "q=")
			weight, err := strconv.ParseFloat(q, 64)
			return err != nil || weight > 0
		}
	}
	return false
}
