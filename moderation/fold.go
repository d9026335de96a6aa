package moderation

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// token is a word of a text in the spelling that words are compared in: lower
// case, without accents, look-alikes and invisible characters.
type token struct {
	word       string
	start, end int  // in bytes of the text
	glued      bool // no space stands between it and the token before
	disguised  bool // a digit or sign among its letters may stand for a letter
}

// place is where something was found, in bytes of the text.
type place struct{ start, end int }

// fold reads the words of a text. Its cost is linear in the text.
func fold(text string) []token {
	f := folder{text: text}
	for at, r := range text {
		f.read(at, r)
	}
	f.finish()
	return f.tokens
}

type folder struct {
	text    string
	tokens  []token
	word    []byte
	start   int
	end     int
	letters bool
	signs   bool
	spaced  bool // since the token before
}

func (f *folder) read(at int, r rune) {
	size := utf8.RuneLen(r)
	switch {
	case r < utf8.RuneSelf && (isLower(r) || isDigit(r)):
		f.add(at, size, string(r), isDigit(r))
	case invisible(r):
	case enclosed(r) != "":
		f.add(at, size, enclosed(r), false)
	case unicode.IsLetter(r) || unicode.IsDigit(r):
		f.add(at, size, spell(r), unicode.IsDigit(r))
	case f.disguise(at, r, size):
		f.add(at, size, string(r), true)
	default:
		f.finish()
		f.spaced = f.spaced || !glue(r)
	}
}

func isLower(r rune) bool { return r >= 'a' && r <= 'z' }
func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// invisible characters are written into words to take them apart.
func invisible(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Variation_Selector)
}

// enclosed gives the letter in a circle or a square, as pages that dress up text
// write it; empty for anything else.
func enclosed(r rune) string {
	for _, first := range []rune{'Ⓐ', 'ⓐ', '🄰', '🅐', '🅰'} {
		if n := r - first; n >= 0 && n < 26 {
			return string('a' + n)
		}
	}
	return ""
}

// spell writes a letter as the letters that readers take it for.
func spell(r rune) string {
	if s, ok := lookAlikes[unicode.ToLower(r)]; ok {
		return s
	}
	var b strings.Builder
	for _, part := range norm.NFKD.String(string(r)) {
		if invisible(part) {
			continue
		}
		part = unicode.ToLower(part)
		if s, ok := lookAlikes[part]; ok {
			b.WriteString(s)
		} else {
			b.WriteRune(part)
		}
	}
	return b.String()
}

// lookAlikes are letters that no decomposition leads back to the Latin ones that
// they are, or are mistaken for.
var lookAlikes = map[rune]string{
	'œ': "oe", 'æ': "ae", 'ß': "ss", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i", 'ſ': "s",
	'а': "a", 'в': "b", 'е': "e", 'ѕ': "s", 'і': "i", 'ј': "j", 'к': "k", 'м': "m", 'н': "h", 'о': "o", 'р': "p",
	'с': "c", 'т': "t", 'у': "y", 'х': "x", 'ԁ': "d", 'ո': "n",
	'ʝ': "j", 'ɑ': "a", 'ɡ': "g", 'ɢ': "g", 'ɛ': "e", 'ɪ': "i", 'ɩ': "i", 'ʙ': "b", 'ʜ': "h", 'ʟ': "l", 'ɴ': "n", 'ʀ': "r", 'ʏ': "y",
	'ᴀ': "a", 'ᴄ': "c", 'ᴅ': "d", 'ᴇ': "e", 'ᴊ': "j", 'ᴋ': "k", 'ᴍ': "m", 'ᴏ': "o", 'ᴘ': "p", 'ᴛ': "t", 'ᴜ': "u", 'ᴠ': "v", 'ᴡ': "w", 'ᴢ': "z",
	'α': "a", 'β': "b", 'ε': "e", 'η': "n", 'ι': "i", 'κ': "k", 'ν': "v", 'ο': "o", 'ρ': "p", 'τ': "t", 'υ': "u", 'χ': "x",
}

// disguise reports whether a sign at a place stands among letters, as in "m@rde".
func (f *folder) disguise(at int, r rune, size int) bool {
	if !strings.ContainsRune("@$€!|", r) {
		return false
	}
	next := visible(f.text[at+size:])
	after := unicode.IsLetter(next)
	if len(f.word) > 0 && f.letters {
		return after || r == '$' || isDigit(next) || strings.ContainsRune("@$€", next)
	}
	return after && strings.ContainsRune("@$€", r)
}

// visible is the first character of a text that can be seen, among its first few.
func visible(text string) rune {
	seen := 0
	for _, r := range text {
		if seen++; !invisible(r) || seen > 16 {
			return r
		}
	}
	return utf8.RuneError
}

// glue is what is written between letters to keep a word from being read, and
// between the parts of compound words.
func glue(r rune) bool { return strings.ContainsRune(".-_*·•~+/\\:,;'’^=", r) }

func (f *folder) add(at, size int, letters string, sign bool) {
	if len(f.word) == 0 {
		f.start, f.letters, f.signs = at, false, false
	}
	f.word = append(f.word, letters...)
	f.end = at + size
	f.letters = f.letters || !sign
	f.signs = f.signs || sign
}

func (f *folder) finish() {
	if len(f.word) == 0 {
		return
	}
	f.tokens = append(f.tokens, token{
		word: string(f.word), start: f.start, end: f.end,
		glued: len(f.tokens) > 0 && !f.spaced, disguised: f.signs,
	})
	f.word, f.spaced = f.word[:0], false
}

// disguises are the letters that digits and signs stand for; where one stands for
// two, each reading is tried on the word as a whole.
var disguises = []*strings.Replacer{
	strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "6", "g", "7", "t", "8", "b", "9", "g",
		"@", "a", "$", "s", "€", "e", "!", "i", "|", "i"),
	strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "6", "b", "7", "t", "8", "b", "9", "q",
		"@", "a", "$", "s", "€", "e", "!", "l", "|", "l"),
}

// readings are the words that a word may be meant as, itself first.
func readings(word string, disguised bool) []string {
	list := []string{word}
	if disguised {
		for _, d := range disguises {
			list = append(list, d.Replace(word))
		}
	}
	return list
}

// squeeze writes each run of a letter once.
func squeeze(word string) string {
	var b strings.Builder
	var last rune = -1
	for _, r := range word {
		if r != last {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

// stretched reports whether a letter stands three times in a row, as no word of
// French has it.
func stretched(word string) bool {
	var last rune = -1
	run := 0
	for _, r := range word {
		if r != last {
			last, run = r, 0
		}
		if run++; run == 3 {
			return true
		}
	}
	return false
}
