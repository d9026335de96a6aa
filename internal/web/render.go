package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
)

//go:embed templates/*.html
var templateFiles embed.FS

// templates holds one parsed template per page, each with the layout around it.
type templates map[string]*template.Template

// Files that are not pages: the layout, and pieces that several pages share.
const (
	layoutFile = "templates/layout.html"
	pieceFiles = "templates/_*.html"
)

// parseTemplates gives the pages that are built in. They are parsed once.
var parseTemplates = sync.OnceValues(func() (templates, error) {
	shared, err := template.New("").ParseFS(templateFiles, layoutFile, pieceFiles)
	if err != nil {
		return nil, fmt.Errorf("parse templates: %w", err)
	}
	files, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("parse templates: %w", err)
	}
	pages := templates{}
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".html")
		if file == layoutFile || strings.HasPrefix(name, "_") {
			continue
		}
		page, err := shared.Clone()
		if err == nil {
			_, err = page.ParseFS(templateFiles, file)
		}
		if err != nil {
			return nil, fmt.Errorf("parse templates: %w", err)
		}
		pages[name] = page
	}
	return pages, nil
})

// execute writes a page into memory, so that a template that fails half way
// sends nothing.
func (t templates) execute(p Page) ([]byte, error) {
	page, ok := t[p.Template()]
	if !ok {
		return nil, fmt.Errorf("render %s: no such template", p.Template())
	}
	var out bytes.Buffer
	if err := page.ExecuteTemplate(&out, "layout", p); err != nil {
		return nil, fmt.Errorf("render %s: %w", p.Template(), err)
	}
	return out.Bytes(), nil
}

// render sends a page. A successful GET carries an ETag and answers 304 to whoever
// has it already; nobody may keep a page without asking again, because what it
// shows may be withdrawn at any moment.
func (s *Site) render(c echo.Context, status int, p Page) error {
	body, err := s.templates.execute(p)
	if err != nil {
		return err
	}
	return send(c, status, body, p.frame().Lang())
}

func send(c echo.Context, status int, body []byte, lang string) error {
	header := c.Response().Header()
	header.Set("Cache-Control", "private, no-cache")
	header.Set("Content-Language", lang)
	header.Add("Vary", "Cookie, Accept-Language")
	if status == http.StatusOK && (c.Request().Method == http.MethodGet || c.Request().Method == http.MethodHead) {
		sum := sha256.Sum256(body)
		tag := `"` + hex.EncodeToString(sum[:12]) + `"`
		header.Set("ETag", tag)
		if matches(c.Request().Header.Get("If-None-Match"), tag) {
			return c.NoContent(http.StatusNotModified)
		}
	}
	return c.HTMLBlob(status, body)
}

// matches reports whether an If-None-Match header names the tag, weakly or not.
func matches(header, tag string) bool {
	if strings.TrimSpace(header) == "*" {
		return true
	}
	for one := range strings.SplitSeq(header, ",") {
		if strings.TrimPrefix(strings.TrimSpace(one), "W/") == tag {
			return true
		}
	}
	return false
}
