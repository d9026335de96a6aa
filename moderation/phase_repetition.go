package moderation

import (
	"strings"
	"unicode"
)

// repetition flags text that repeats itself: one character, one word or one line
// over and over, or the same text that the author submitted elsewhere the same day.
type repetition struct{}

// From these on, repeating is no emphasis any more.
const (
	manyCharacters = 12
	manyWords      = 6
	manyLines      = 4
)

func (repetition) name() string { return "repetition" }

func (repetition) look(s Sample) []Finding {
	var found []Finding
	add := func(reason string, matches ...Match) {
		found = append(found, Finding{Verdict: Flag, Reason: reason, Ground: "SPAM", Severity: 1, Matches: matches})
	}
	if s.Same {
		add("same_text")
	}
	for _, f := range s.written() {
		for _, repeats := range []struct {
			reason string
			find   func(string) (int, int, bool)
		}{{"same_character", repeatedCharacter}, {"same_word", repeatedWord}, {"same_line", repeatedLine}} {
			if start, end, ok := repeats.find(f.text); ok {
				add(repeats.reason, f.match(start, end))
			}
		}
	}
	return found
}

// repeatedCharacter finds the first long run of one character. Rules drawn with
// dashes, dots and the like are layout, not noise.
func repeatedCharacter(text string) (start, end int, ok bool) {
	var last rune
	count := 0
	for at, r := range text {
		if r != last {
			if count >= manyCharacters {
				return start, at, true
			}
			last, count, start = r, 0, at
		}
		if !unicode.IsSpace(r) && !strings.ContainsRune("-_=.*#~—–…", r) {
			count++
		}
	}
	return start, len(text), count >= manyCharacters
}

// repeatedWord finds the first word that is said many times in a row.
func repeatedWord(text string) (start, end int, ok bool) {
	count := 0
	var last string
	for _, t := range fold(text) {
		if t.word != last {
			if count >= manyWords {
				return start, end, true
			}
			last, count, start = t.word, 0, t.start
		}
		count++
		end = t.end
	}
	return start, end, count >= manyWords
}

// repeatedLine finds the first line of some length that stands there many times,
// anywhere: the place is that of its last time.
func repeatedLine(text string) (start, end int, ok bool) {
	seen := map[string]int{}
	at := 0
	for line := range strings.SplitSeq(text, "\n") {
		words := strings.TrimSpace(line)
		if len(words) > 3 {
			if seen[words]++; seen[words] == manyLines {
				return at, at + len(line), true
			}
		}
		at += len(line) + 1
	}
	return 0, 0, false
}
