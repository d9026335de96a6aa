package publication

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"

	"imprimatur/publication/internal/prose"
)

// SanitiserVersion is part of what a revision's hash covers (R19). It grows whenever
// Sanitize gives another output for the same source.
const SanitiserVersion = "1"

// MaxSource is the length in bytes of the longest text, as written and as sanitised.
const MaxSource = 1 << 20

// What Sanitize refuses.
var (
	ErrSourceTooLong  = errors.New("source too long")
	ErrSourceEncoding = errors.New("source is not valid UTF-8")
	ErrSourceNUL      = errors.New("source contains NUL")
)

// HTML is text that may be shown as it is: it came out of Sanitize, and nothing else
// makes it. The zero value is the empty text.
type HTML struct{ safe string }

// String gives the markup.
func (h HTML) String() string { return h.safe }

// IsZero reports whether the text is empty.
func (h HTML) IsZero() bool { return h.safe == "" }

// StoredHTML is text that Sanitize made and the database kept. It is for the stores
// that read it back, and for nobody else.
func StoredHTML(kept string) HTML { return HTML{kept} }

// Sanitize makes trusted HTML of what somebody wrote or pasted: it keeps the meaning
// (headings, lists, links, tables, quotations, code, emphasis, photos of ours),
// drops the rest, and spells it in one way, the way that the page editor reads and
// writes. Sanitising again changes nothing. What is not allowed disappears without
// an error; ErrSourceTooLong, ErrSourceEncoding and ErrSourceNUL are for sources
// that are no text of ours at all.
func Sanitize(source string) (HTML, error) {
	if err := checkSource(source); err != nil {
		return HTML{}, fmt.Errorf("sanitise: %w", err)
	}
	safe := policy().Sanitize(prose.Write(prose.Read(source)))
	if len(safe) > MaxSource {
		return HTML{}, fmt.Errorf("sanitise: %d bytes of HTML: %w", len(safe), ErrSourceTooLong)
	}
	return HTML{safe}, nil
}

func checkSource(source string) error {
	switch {
	case len(source) > MaxSource:
		return fmt.Errorf("%d bytes: %w", len(source), ErrSourceTooLong)
	case !utf8.ValidString(source):
		return ErrSourceEncoding
	case strings.ContainsRune(source, 0):
		return ErrSourceNUL
	default:
		return nil
	}
}

var (
	photoAddress = regexp.MustCompile(`^/photos/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	languageTag  = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$`)
	linkRel      = regexp.MustCompile(`^` + prose.LinkRel + `$`)
	firstNumber  = regexp.MustCompile(`^[0-9]{1,4}$`)
	span         = regexp.MustCompile(`^[1-9][0-9]{0,3}$`)
	headerScope  = regexp.MustCompile(`^(row|col)$`)
)

// policy is the wall: whatever the code before it does, only this passes. No style,
// class, id, name, target, event handler or data attribute is allowed anywhere, so
// a text can neither dress up as a part of the page nor run anything.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()

	// Structure. The page's own title is its h1, so a text's headings begin at h2.
	p.AllowElements("h2", "h3", "h4", "p", "br", "hr")
	// What words need to say what they say; u, because a lesson underlines the verb.
	p.AllowElements("strong", "em", "u", "s", "sub", "sup")
	// Quotations, and code for those who learn to write it.
	p.AllowElements("blockquote", "pre", "code")
	// Lists; start, because a list goes on after a paragraph that interrupts it.
	p.AllowElements("ul", "ol", "li")
	p.AllowAttrs("start").Matching(firstNumber).OnElements("ol")
	// Tables; spans and scope, so that a screen reader can tell what a cell is under.
	p.AllowElements("table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("colspan", "rowspan").Matching(span).OnElements("th", "td")
	p.AllowAttrs("scope").Matching(headerScope).OnElements("th")
	// A foreign language must be said, for a screen reader's voice (RGAA 8.7).
	p.AllowAttrs("lang").Matching(languageTag).OnElements("p", "h2", "h3", "h4", "span")
	// Links to the web, to mail and within the site: no javascript:, no data:.
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("rel").Matching(linkRel).OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	// Pictures of ours only: another site's would tell it who reads, and no consent
	// (R27) would be known for it.
	p.AllowAttrs("src").Matching(photoAddress).OnElements("img")
	p.AllowAttrs("alt").OnElements("img")
	return p
})
