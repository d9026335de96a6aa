package moderation

import "imprimatur/internal/settings"

// flood holds what comes in a burst: FloodPosts submissions by one author within
// FloodWindow, this one included (R20).
type flood struct{}

func (flood) name() string { return "flood" }

func (flood) look(s Sample) []Finding {
	window := settings.FloodWindow.Of(s.Dossier.Values)
	burst := 0
	for _, at := range s.Recent {
		if !at.After(s.Revision.SubmittedAt) && s.Revision.SubmittedAt.Sub(at) < window {
			burst++
		}
	}
	if burst < settings.FloodPosts.Of(s.Dossier.Values) {
		return nil
	}
	return []Finding{{Verdict: Hold, Reason: "flood", Ground: "SPAM", Severity: 1}}
}
