package moderation

import (
	"unicode"
	"unicode/utf8"

	"imprimatur/publication"
)

// length flags what says nothing, and an answer as long as an article. How long
// a text may be at all is refused when it is written (R20).
type length struct{}

// longAnswer is the length from which an answer is unusual, in characters.
const longAnswer = 5000

func (length) name() string { return "length" }

func (length) look(s Sample) []Finding {
	if !hasWords(s.body()) && len(publication.Photos(s.Revision.HTML)) == 0 {
		return []Finding{{Verdict: Flag, Reason: "no_words", Ground: "SPAM", Severity: 1}}
	}
	_, answer := s.Dossier.Contribution.Kind.Below()
	if answer && utf8.RuneCountInString(s.body()) > longAnswer {
		return []Finding{{Verdict: Flag, Reason: "long_answer", Ground: "SPAM", Severity: 1}}
	}
	return nil
}

func hasWords(text string) bool {
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.In(r, unicode.So) { // a lone emoji is an answer
			return true
		}
	}
	return false
}
