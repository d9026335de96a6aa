package moderation

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Lexicon is a word list made ready to be looked for. It is immutable.
//
// A word is found whole, however it is accented or capitalised, and in these
// disguises: digits and signs for letters (m3rde, m@rde), letters stretched
// (meeerde), spaced or pointed out (m e r d e, m.e.r.d.e), cut in pieces without a
// space (mer.de), or written with look-alike and invisible characters. A phrase is
// found wherever spaces, line breaks or nothing at all stand between its letters.
type Lexicon struct {
	list     WordList
	words    map[string]bool
	squeezed map[string]bool
	endings  map[string]bool // words that any ending may follow
	phrases  map[string]bool // without their spaces
	longest  int             // phrase, in bytes
	lengths  []int           // of words, in bytes, ascending
}

// NewLexicon prepares a list.
func NewLexicon(list WordList) *Lexicon {
	l := &Lexicon{list: list, words: map[string]bool{}, squeezed: map[string]bool{}, endings: map[string]bool{}, phrases: map[string]bool{}}
	for _, word := range list.Words {
		l.add(word)
	}
	for word := range l.words {
		if !slices.Contains(l.lengths, len(word)) {
			l.lengths = append(l.lengths, len(word))
		}
	}
	slices.Sort(l.lengths)
	return l
}

func (l *Lexicon) add(entry string) {
	stem, open := strings.CutSuffix(strings.TrimSpace(entry), "*")
	tokens := fold(stem)
	switch {
	case len(tokens) == 0:
	case len(tokens) > 1:
		phrase, _ := join(tokens)
		l.phrases[phrase] = true
		l.longest = max(l.longest, len(phrase))
	case open:
		l.endings[tokens[0].word] = true
	default:
		l.words[tokens[0].word] = true
		l.squeezed[squeeze(tokens[0].word)] = true
	}
}

// find gives the places of the list's words among the tokens of a text, in order.
func (l *Lexicon) find(tokens []token) []place {
	var found []place
	for i := range tokens {
		if l.means(tokens[i].word, tokens[i].disguised) || l.begins(tokens[i]) {
			found = append(found, place{tokens[i].start, tokens[i].end})
		}
		if n := l.phrase(tokens[i:]); n > 0 {
			found = append(found, place{tokens[i].start, tokens[i+n-1].end})
		}
	}
	found = append(found, l.pieces(tokens)...)
	found = append(found, l.spaced(tokens)...)
	slices.SortFunc(found, func(a, b place) int { return a.start - b.start })
	return slices.Compact(found)
}

// means reports whether a word, in one of its readings, is one of the list.
func (l *Lexicon) means(word string, disguised bool) bool {
	for _, reading := range readings(word, disguised) {
		if l.words[reading] || (stretched(reading) && l.squeezed[squeeze(reading)]) {
			return true
		}
	}
	return false
}

// begins reports whether a word begins with one that any ending may follow.
func (l *Lexicon) begins(t token) bool {
	if len(l.endings) == 0 || len(t.word) > 4*MaxWord {
		return false
	}
	for _, reading := range readings(t.word, t.disguised) {
		for at := range reading {
			if l.endings[reading[:at]] {
				return true
			}
		}
		if l.endings[reading] {
			return true
		}
	}
	return false
}

// phrase is the number of tokens that a phrase of the list takes here, or 0. It is
// compared without its spaces: who takes a threat apart, or runs it together, leaves
// its letters in their order.
func (l *Lexicon) phrase(tokens []token) int {
	var letters []byte
	for i, t := range tokens {
		if len(letters)+len(t.word) > l.longest {
			return 0
		}
		if letters = append(letters, t.word...); l.phrases[string(letters)] {
			return i + 1
		}
	}
	return 0
}

// pieces finds words that are cut by signs without a space, such as "mer.de":
// whole groups of pieces only, so that compound words stay innocent.
func (l *Lexicon) pieces(tokens []token) []place {
	var found []place
	for start := 0; start < len(tokens); {
		end := start + 1
		for end < len(tokens) && tokens[end].glued {
			end++
		}
		if group := tokens[start:end]; len(group) > 1 && len(group) <= MaxWord {
			word, disguised := join(group)
			if l.means(word, disguised) {
				found = append(found, place{group[0].start, group[len(group)-1].end})
			}
		}
		start = end
	}
	return found
}

func join(tokens []token) (word string, disguised bool) {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteString(t.word)
		disguised = disguised || t.disguised
	}
	return b.String(), disguised
}

// shortestSpaced is how long a word is that can be recognised when it is spaced
// out: "y a" and "à l" are everyday French.
const shortestSpaced = 3

// spaced finds words whose letters stand one by one, such as "m e r d e". Each
// letter is tried as a beginning, with each length that the list has words of.
func (l *Lexicon) spaced(tokens []token) []place {
	var found []place
	for start := 0; start < len(tokens); {
		end := start
		for end < len(tokens) && single(tokens[end]) {
			end++
		}
		if end-start >= shortestSpaced {
			found = append(found, l.within(tokens[start:end])...)
		}
		start = max(end, start+1)
	}
	return found
}

func single(t token) bool { return utf8.RuneCountInString(t.word) == 1 }

// within finds words among letters that stand alone.
func (l *Lexicon) within(letters []token) []place {
	word, disguised := join(letters)
	var found []place
	for _, reading := range readings(word, disguised) {
		if len(reading) != len(letters) {
			continue // letters outside ASCII: their words are found unspaced
		}
		for start := range letters {
			for _, n := range l.lengths {
				if n >= shortestSpaced && start+n <= len(letters) && l.words[reading[start:start+n]] {
					found = append(found, place{letters[start].start, letters[start+n-1].end})
				}
			}
		}
	}
	return found
}
