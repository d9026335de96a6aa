package moderation

import "imprimatur/internal/settings"

// newcomer flags the first contributions of a person, and never holds them:
// being new is no fault.
type newcomer struct{}

func (newcomer) name() string { return "newcomer" }

func (newcomer) look(s Sample) []Finding {
	fresh := s.Dossier.Contribution.PublishedAt.IsZero()
	if !fresh || s.Former >= settings.NewAuthor.Of(s.Dossier.Values) {
		return nil
	}
	return []Finding{{Verdict: Flag, Reason: "new_author"}}
}
