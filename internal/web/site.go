package web

import (
	"fmt"
	"net/http"
	"net/netip"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/sync/semaphore"

	"imprimatur/internal/web/i18n"
)

// Config is what the pages are made of. Every field is required.
type Config struct {
	Sessions  Sessions
	Reader    Reader
	Writer    Writer
	Reviewer  Reviewer
	Directory Directory
	Spaces    Spaces
	// Authorisations of pupils' works.
	Authorisations Authorisations
	Photos         Photos
	Pictures       Pictures
	Consents       Consents
	Post           Post
	Trombinoscopes Trombinoscopes
	Legal          LegalPages
	Cases          Cases
	Figures        Figures
	Stops          Stops
	Attachments    Attachments

	// Assets answers with what Asset names, below /assets/. It says false, and answers
	// nothing, where there is no such file.
	Assets func(http.ResponseWriter, *http.Request) bool

	// Asset gives the address of a built script, style or icon by its plain name.
	Asset func(name string) (string, error)
	// Address is the client's address, by the server's rules about proxies.
	Address func(*http.Request) netip.Addr
	Clock   func() time.Time
	// BaseURL is the address that readers see, without a slash at its end, for feeds.
	BaseURL string
	// FormKey signs when a form for anybody was opened: the same for every process.
	FormKey []byte
}

// Site serves the pages.
type Site struct {
	cfg       Config
	templates templates
	messages  *i18n.Catalogue
	assets    Assets
	labels    map[string]string // of the editor, as JSON, by language
	limit     func(c echo.Context, caller string) error
	uploads   *semaphore.Weighted // of the bytes of pictures in memory
	attaching *semaphore.Weighted // of the bytes of what is attached to reports: it takes no room from pictures
	press     *semaphore.Weighted // prints one text at a time
}

// New parses templates and message catalogues. The error is a fault of the build.
func New(cfg Config) (*Site, error) {
	s := &Site{cfg: cfg, uploads: semaphore.NewWeighted(uploadRoom), attaching: semaphore.NewWeighted(attachingRoom), press: semaphore.NewWeighted(1)}
	var err error
	if s.templates, err = parseTemplates(); err != nil {
		return nil, err
	}
	if s.messages, err = i18n.Load(); err != nil {
		return nil, err
	}
	for name, address := range map[string]*string{
		"app.css": &s.assets.Style, "app.js": &s.assets.Script, "editor.js": &s.assets.Editor, "mark.svg": &s.assets.Icon,
	} {
		if *address, err = cfg.Asset(name); err != nil {
			return nil, fmt.Errorf("new site: %w", err)
		}
	}
	s.labels, err = editorLabels(s.messages)
	return s, err
}
