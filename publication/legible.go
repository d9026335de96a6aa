package publication

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// visibleOnly is a line without the characters that nobody sees and that change
// what is seen: those that turn the writing round, join or split words, or take no
// place. A joiner stays between two signs of a picture, which it makes one.
func visibleOnly(line string) string {
	if !utf8.ValidString(line) {
		return line // and is refused for it
	}
	var out strings.Builder
	var before rune
	for _, r := range line {
		if !unicode.Is(unicode.Cf, r) || (r == joiner && pictorial(before)) {
			out.WriteRune(r)
		}
		before = r
	}
	return strings.TrimSpace(out.String())
}

const joiner = '\u200d'

// pictorial reports whether a picture may be joined to the sign.
func pictorial(r rune) bool {
	return unicode.Is(unicode.So, r) || unicode.Is(unicode.Variation_Selector, r) || unicode.Is(unicode.Sk, r)
}

// legible reports whether a text has anything to be seen: a letter, a digit, a
// mark of punctuation or a sign that is not blank.
func legible(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) && !strings.ContainsRune(blanks, r)
	})
}

// blanks are letters and signs by their class, and nothing to the eye: the empty
// Braille cell and the fillers of Hangul.
const blanks = "\u2800\u115f\u1160\u3164\uffa0"
