package prose

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// effect is what one open element does to the text within.
type effect struct {
	set, clear Mark
	href       string
	lang       string
	blockLang  bool // the language is of the block, not of the words
	heading    int  // 2 to 4
	pre        bool
	hidden     bool
	bullet     bullet

	plainSpaces bool // its hard spaces are ordinary ones
}

// state is what all open elements do together.
type state struct {
	format    Format
	blockLang string
	heading   int
	pre       bool
	hidden    bool
	bullet    bullet

	plainSpaces bool
}

// fold works out the state from the outside in. A box starts text blocks of its
// own: a heading or a preformatted text around a list does not reach into it.
func fold(open []element) state {
	var s state
	for _, e := range open {
		if e.box != nil {
			s.heading, s.pre, s.bullet = 0, false, bullet{}
		}
		s.apply(e.effect)
	}
	if s.format.Href != "" {
		s.format.Marks &^= Underline // a link has its own
	}
	return s
}

func (s *state) apply(e effect) {
	s.format.Marks = s.format.Marks&^e.clear | e.set
	if e.href != "" {
		s.format.Href = e.href
	}
	switch {
	case e.lang == "":
	case e.blockLang:
		s.blockLang, s.format.Lang = e.lang, ""
	default:
		s.format.Lang = e.lang
	}
	if e.heading > 0 {
		s.heading = e.heading
	}
	if e.bullet.level > 0 {
		s.bullet = e.bullet
	}
	s.pre = s.pre || e.pre
	s.hidden = s.hidden || e.hidden
	s.plainSpaces = s.plainSpaces || e.plainSpaces
}

// marksOf gives the marks of elements, synonyms included.
var marksOf = map[string]Mark{
	"strong": Strong, "b": Strong,
	"em": Emphasis, "i": Emphasis, "cite": Emphasis, "dfn": Emphasis, "var": Emphasis,
	"u": Underline, "s": Strike, "strike": Strike, "del": Strike,
	"sub": Subscript, "sup": Superscript,
	"code": Code, "kbd": Code, "samp": Code, "tt": Code,
}

// unseen are the elements whose content is not text for a reader.
var unseen = set("script style noscript iframe noframes noembed template title xml object " +
	"applet select datalist audio video canvas textarea")

// paste knows what the program that a text was copied from does to HTML.
type paste struct {
	office bool // Word, LibreOffice: they put a language on everything, often a wrong one
	shift  int  // a text with a first-level heading has all its headings one level down
}

var (
	officeMark = regexp.MustCompile(`(?i)<[^<>]*(\bmso-|\bMso[A-Z]|urn:schemas-microsoft-com|LibreOffice|OpenOffice)[^<>]*>`)
	topHeading = regexp.MustCompile(`(?i)<h1[\s>]`)
)

func detectPaste(source string) paste {
	p := paste{office: officeMark.MatchString(source)}
	if topHeading.MatchString(source) {
		p.shift = 1
	}
	return p
}

// headingLevel gives 1 to 6, or 0 for what is no heading.
func headingLevel(name string) int {
	if len(name) == 2 && name[0] == 'h' && '1' <= name[1] && name[1] <= '6' {
		return int(name[1] - '0')
	}
	return 0
}

// effectOf reads a start tag. Nothing of its attributes survives as it was written.
func (p paste) effectOf(t html.Token) effect {
	e := effect{set: marksOf[t.Data], hidden: unseen[t.Data], pre: t.Data == "pre"}
	e.clear = opposite(e.set)
	if level := headingLevel(t.Data); level > 0 {
		e.heading = clamp(level+p.shift, 2, 4)
	}
	if t.Data == "a" {
		e.href = CleanLink(attr(t, "href"))
	}
	if !p.office && t.Data != "html" && t.Data != "body" {
		e.lang, e.blockLang = cleanLang(attr(t, "lang")), isBlock(t.Data)
	}
	for _, a := range t.Attr {
		if a.Key == "hidden" {
			e.hidden = true
		}
	}
	// Browsers write so, on the clipboard, a space that they had to make visible.
	e.plainSpaces = attr(t, "class") == "Apple-converted-space"
	applyStyle(&e, attr(t, "style"))
	return e
}

// opposite is what a mark drives out: a text is not both above and below the line.
func opposite(m Mark) Mark {
	switch m {
	case Subscript:
		return Superscript
	case Superscript:
		return Subscript
	default:
		return 0
	}
}

var language = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$`)

func cleanLang(s string) string {
	if language.MatchString(s) {
		return s
	}
	return ""
}

// applyStyle reads from a style attribute what its program had no element for, and
// what makes a word processor's text invisible or a list item.
func applyStyle(e *effect, style string) {
	if style == "" {
		return
	}
	for declaration := range strings.SplitSeq(style, ";") {
		property, value, _ := strings.Cut(declaration, ":")
		value = strings.ToLower(strings.TrimSpace(value))
		switch strings.ToLower(strings.TrimSpace(property)) {
		case "font-weight":
			e.mark(Strong, bold(value), value == "normal" || value == "400" || value == "300")
		case "font-style":
			e.mark(Emphasis, value == "italic" || value == "oblique", value == "normal")
		case "text-decoration", "text-decoration-line":
			e.mark(Underline, strings.Contains(value, "underline"), value == "none")
			e.mark(Strike, strings.Contains(value, "line-through"), value == "none")
		case "vertical-align":
			e.mark(Subscript, value == "sub", value == "baseline" || value == "super")
			e.mark(Superscript, value == "super", value == "baseline" || value == "sub")
		case "display":
			e.hidden = e.hidden || value == "none"
		case "mso-hide":
			e.hidden = e.hidden || value == "all"
		case "mso-list":
			e.bullet = wordBullet(value)
		}
	}
}

func bold(weight string) bool {
	return weight == "bold" || weight == "bolder" || (len(weight) == 3 && weight >= "600" && weight <= "900")
}

// mark sets or clears a mark, or leaves it as it was.
func (e *effect) mark(m Mark, on, off bool) {
	switch {
	case on:
		e.set, e.clear = e.set|m, e.clear&^m
	case off:
		e.set, e.clear = e.set&^m, e.clear|m
	}
}
