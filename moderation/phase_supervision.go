package moderation

import "imprimatur/internal/directory"

// supervision holds what an author under dated supervision submits (R53).
type supervision struct{}

func (supervision) name() string { return "supervision" }

func (supervision) look(s Sample) []Finding {
	if s.Dossier.Author.Standing.Kind != directory.Supervised {
		return nil
	}
	return []Finding{{Verdict: Hold, Reason: "supervised_author"}}
}
