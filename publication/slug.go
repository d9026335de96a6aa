package publication

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"imprimatur/internal/id"
)

// maxSlug is the length of the longest slug, in bytes.
const maxSlug = 80

// noSlug stands for titles without a Latin letter or a digit.
const noSlug = "texte"

// ligatures are the letters that do not come apart into a letter and an accent.
var ligatures = strings.NewReplacer("œ", "oe", "æ", "ae", "ß", "ss", "ø", "o", "ł", "l", "đ", "d", "ı", "i", "þ", "th")

// Slug makes the readable part of an address of a title: lower-case ASCII letters
// and digits with single hyphens between, at most 80 bytes, never empty. It names
// nothing: the id beside it does.
func Slug(title string) string {
	var b strings.Builder
	gap := false
	for _, r := range ligatures.Replace(norm.NFKD.String(strings.ToLower(title))) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		default:
			gap = true
		}
	}
	return cutSlug(b.String())
}

// cutSlug shortens a slug, between two words if it can.
func cutSlug(s string) string {
	if s == "" {
		return noSlug
	}
	if len(s) <= maxSlug {
		return s
	}
	if at := strings.LastIndexByte(s[:maxSlug+1], '-'); at > maxSlug/2 {
		return s[:at]
	}
	return strings.TrimRight(s[:maxSlug], "-")
}

// spaceSlug is the slug of a new space. It names the space, alone: where the title has
// no letter for it, the kind and a part of the id do, and not the same word for all.
func spaceSlug(in SpaceInput, space id.Space) string {
	if slug := Slug(in.Title); slug != noSlug {
		return slug
	}
	text := space.String()
	return string(in.Kind) + "-" + text[len(text)-8:]
}
