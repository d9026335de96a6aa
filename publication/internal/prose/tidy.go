package prose

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	asciiSpace = " \t\n\r\f"
	hardSpace  = '\u00a0' // French puts it before : ; ! ? » and after «
	thinSpace  = '\u202f' // or this one
	whiteSpace = asciiSpace + "\u0085\u00a0\u2028\u2029\u202f"

	// longStroke strikes the character before it through. In front of a text it
	// would be composed with the > of the tag (≯), which NFC must never do.
	longStroke = '\u0338'
)

// tidy gives a text block's runs their form: white space single and never at an
// end, invisible characters gone, composed Unicode (NFC), equal neighbours joined.
// Two line breaks in a row begin a new line of runs when split is set (they meant
// a new paragraph), and count as one otherwise. Nothing comes of an empty text.
func tidy(runs []Run, split bool) [][]Run {
	var t tidier
	for _, r := range runs {
		if r.Break {
			t.lineBreak(split)
			continue
		}
		for _, c := range r.Text {
			t.char(c, r.Format)
		}
	}
	t.endLine()
	return t.lines
}

type tidier struct {
	lines [][]Run
	line  []Run
	text  strings.Builder // the run being filled
	form  Format

	last   rune // the last character of the line, 0 at its beginning
	breaks int  // since the last character
	spaces spaces
}

// spaces is white space seen and not yet written.
type spaces struct {
	count int
	first rune
	hard  bool
	form  Format
}

func (t *tidier) char(c rune, f Format) {
	c = visible(c)
	switch {
	case c == -1 || c == longStroke && !t.carries(f):
	case strings.ContainsRune(whiteSpace, c):
		t.space(c, f)
	default:
		t.flushBreaks()
		if t.spaces.count > 0 && t.last != 0 {
			t.put(t.spaces.single(t.last, c), t.spaces.form)
		}
		t.spaces = spaces{}
		t.put(c, f)
	}
}

// carries reports whether a stroke has a character of its own run to stand on.
func (t *tidier) carries(f Format) bool {
	return t.text.Len() > 0 && t.form == f && t.spaces.count == 0 && !unicode.Is(unicode.Mn, t.last)
}

func (t *tidier) space(c rune, f Format) {
	if t.spaces.count == 0 {
		t.spaces.first, t.spaces.form = c, f
	}
	t.spaces.count++
	t.spaces.hard = t.spaces.hard || c == hardSpace || c == thinSpace
}

// single is the one space that stands for all. A lone hard space is somebody's
// choice; among others it is a word processor's, and stays only where French has it.
func (s spaces) single(before, after rune) rune {
	alone := s.count == 1 && s.hard
	switch {
	case alone:
		return s.first
	case s.hard && (before == '«' || strings.ContainsRune(":;!?»%€", after)):
		return hardSpace
	default:
		return ' '
	}
}

func (t *tidier) put(c rune, f Format) {
	if t.text.Len() > 0 && t.form != f {
		t.endRun()
	}
	t.form = f
	t.text.WriteRune(c)
	t.last = c
}

func (t *tidier) endRun() {
	if t.text.Len() > 0 {
		t.line = append(t.line, Run{Text: norm.NFC.String(t.text.String()), Format: t.form})
	}
	t.text.Reset()
}

func (t *tidier) lineBreak(split bool) {
	t.spaces = spaces{}
	if t.last == 0 && t.breaks == 0 {
		return // nothing before it
	}
	t.endRun()
	t.breaks++
	t.last = 0
	if split && t.breaks == 2 {
		t.endLine()
	}
}

// flushBreaks writes the line break that turned out to stand between two texts.
func (t *tidier) flushBreaks() {
	if t.breaks > 0 && len(t.line) > 0 {
		t.line = append(t.line, Run{Break: true})
	}
	t.breaks = 0
}

func (t *tidier) endLine() {
	t.endRun()
	if len(t.line) > 0 {
		t.lines = append(t.lines, formatBreaks(t.line))
	}
	t.line, t.last, t.breaks, t.spaces = nil, 0, 0, spaces{}
}

// formatBreaks gives a line break what its two neighbours share, so that bold text
// over two lines is one bold text.
func formatBreaks(line []Run) []Run {
	for i := range line {
		if line[i].Break {
			line[i].Format = line[i-1].common(line[i+1].Format)
		}
	}
	return line
}

// visible drops the characters that a reader cannot see and that would hide a word
// from the word lists (R21) or turn a text around, and turns word processors'
// private bullets into real ones. It gives -1 for what goes.
func visible(c rune) rune {
	switch {
	case c == '\uf0b7' || c == '\uf0a7':
		return '•'
	case c == '\u200b' || c == '\ufeff' || c == '\u00ad' || c == '\u2060' || c == '\ufffc':
		return -1
	case '\u202a' <= c && c <= '\u202e':
		return -1
	case unicode.IsControl(c) && !strings.ContainsRune(asciiSpace+"\u0085", c):
		return -1
	default:
		return c
	}
}

// tidyPreformatted keeps white space, but for empty lines around the text.
func tidyPreformatted(runs []Run) string {
	var b strings.Builder
	for _, r := range runs {
		for _, c := range r.Text {
			switch c = visible(c); c {
			case -1:
			case hardSpace, thinSpace:
				b.WriteByte(' ')
			case '\r', '\u0085', '\u2028', '\u2029':
				b.WriteByte('\n')
			default:
				b.WriteRune(c)
			}
		}
	}
	text := strings.Trim(norm.NFC.String(b.String()), "\n"+string(longStroke))
	if strings.Trim(text, asciiSpace) == "" {
		return ""
	}
	return text
}
