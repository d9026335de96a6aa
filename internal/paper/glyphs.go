package paper

import (
	"strings"
	"unicode"

	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
)

// missing stands for a sign that the fonts do not have: an emoji, say.
const missing = '□'

// glyphs knows which signs the fonts have.
type glyphs struct {
	font *sfnt.Font
	buf  *sfnt.Buffer
	has  map[rune]bool
}

func newGlyphs() glyphs {
	font, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		panic(err) // the font is built in
	}
	return glyphs{font, new(sfnt.Buffer), map[rune]bool{}}
}

// legible puts a box for what the fonts do not have, one for a whole emoji however it is
// put together, and leaves out what is not seen.
func (g glyphs) legible(text string) string {
	var b strings.Builder
	boxed := false
	for _, r := range text {
		switch {
		case r == '\u202f' || r == '\u2009' || r == '\u2007':
			r = '\u00a0' // a space that keeps its neighbours, of another width
		case r == '\u2011':
			r = '-'
		case unicode.In(r, unicode.Cf, unicode.Mn, unicode.Variation_Selector) || r >= 0x1f3fb && r <= 0x1f3ff:
			continue // joins, and skins, what is before it; or is not seen
		}
		if r == '\n' || r == '\t' || g.knows(r) {
			b.WriteRune(r)
			boxed = false
			continue
		}
		if !boxed {
			b.WriteRune(missing)
		}
		boxed = r > 0xffff
	}
	return b.String()
}

func (g glyphs) knows(r rune) bool {
	has, asked := g.has[r]
	if !asked {
		index, err := g.font.GlyphIndex(g.buf, r)
		has = err == nil && index != 0
		g.has[r] = has
	}
	return has
}
