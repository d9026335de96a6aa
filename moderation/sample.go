package moderation

import (
	"strings"
	"time"

	"imprimatur/publication"
)

// Sample is all that the phases may look at. They read nothing else.
type Sample struct {
	Screening
	Revision *publication.Revision
	Lexicons []*Lexicon
	Hosts    []string // this service's own, which a link may lead to
	Now      time.Time

	fields []field
}

// field is one part of the text, in plain words.
type field struct {
	name Field
	text string
}

// newSample prepares the open revision, or what is live, for the phases.
func newSample(given Screening, r *publication.Revision, lexicons []*Lexicon, now time.Time) Sample {
	s := Sample{Screening: given, Revision: r, Lexicons: lexicons, Now: now}
	s.fields = []field{{Title, r.Title}, {Body, publication.PlainText(r.HTML)}}
	if text := creditsOf(r); text != "" {
		s.fields = append(s.fields, field{Attribution, text})
	}
	return s
}

// creditsOf is what readers see of the attributions, in plain words.
func creditsOf(r *publication.Revision) string {
	var lines []string
	for _, a := range r.Attributions {
		for _, author := range a.Authors {
			lines = append(lines, author.Name, author.Capacity)
		}
		lines = append(lines, a.Source, a.Adaptation)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// written are the fields that the author wrote as text of their own: sources and
// credits name strangers and lead elsewhere by their nature.
func (s Sample) written() []field { return s.fields[:2] }

// body is the plain text.
func (s Sample) body() string { return s.fields[1].text }

// inField is a match of a part of a field.
func (f field) match(start, end int) Match {
	return Match{Field: f.name, Start: start, End: end, Text: clip(f.text[start:end])}
}

// longestMatch is how much of a match is kept beside its place, in characters.
const longestMatch = 120

func clip(text string) string {
	if runes := []rune(text); len(runes) > longestMatch {
		return string(runes[:longestMatch-1]) + "…"
	}
	return text
}
