package moderation

// words looks for what the establishment's lists name (R21). A list says itself
// whether it flags or holds; DESIGN says where it may hold.
type words struct{}

func (words) name() string { return "words" }

func (words) look(s Sample) []Finding {
	var found []Finding
	tokens := make([][]token, len(s.fields))
	for i, f := range s.fields {
		tokens[i] = fold(f.text)
	}
	for _, lexicon := range s.Lexicons {
		var matches []Match
		for i, f := range s.fields {
			for _, p := range lexicon.find(tokens[i]) {
				matches = append(matches, f.match(p.start, p.end))
			}
		}
		if len(matches) > 0 {
			found = append(found, Finding{
				Verdict: lexicon.list.Action, Reason: lexicon.list.Name, Ground: lexicon.list.Ground,
				Severity: lexicon.list.Severity, Matches: matches[:min(len(matches), mostMatches)],
			})
		}
	}
	return found
}

// mostMatches is how many places are kept of one list: enough for any human.
const mostMatches = 50
