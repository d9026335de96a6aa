package moderation

import (
	"slices"
	"testing"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// TestWhoMayHoldWhere holds DESIGN's table of screening: every place, every sort
// of finding that asks for a human first.
func TestWhoMayHoldWhere(t *testing.T) {
	t.Parallel()
	places := map[string]publication.Space{
		"blog, first read": {Kind: publication.Blog, Mode: workflow.Pre},
		"blog, published":  {Kind: publication.Blog, Mode: workflow.Post},
		"forum":            {Kind: publication.Forum, Mode: workflow.Post},
		"press":            {Kind: publication.Blog, Mode: workflow.PupilPress},
		"pages":            {Kind: publication.Web, Mode: workflow.Pre},
	}
	findings := map[string]Finding{
		"a list of severity 1": {Phase: "words", Severity: 1, Verdict: Hold},
		"a list of severity 2": {Phase: "words", Severity: 2, Verdict: Hold},
		"a list of severity 3": {Phase: "words", Severity: 3, Verdict: Hold},
		"a list of severity 4": {Phase: "words", Severity: 4, Verdict: Hold},
		"a flood":              {Phase: "flood", Severity: 1, Verdict: Hold},
		"supervision":          {Phase: "supervision", Verdict: Hold},
	}
	free := []string{"a list of severity 1", "a list of severity 2"}
	for place, space := range places {
		for what, finding := range findings {
			first := space.Kind == publication.Forum || space.Mode == workflow.PupilPress
			want := !first || !slices.Contains(free, what)
			if got := mayHold(finding, publication.Dossier{Space: space}); got != want {
				t.Errorf("%s in a %s may hold: %t", what, place, got)
			}
		}
	}
}

func TestJudging(t *testing.T) {
	t.Parallel()
	list := func(severity workflow.Severity, verdict Verdict) *Lexicon {
		return NewLexicon(WordList{Name: "liste", Severity: severity, Action: verdict, Words: []string{"sot"}})
	}
	at := func(text string) time.Time {
		due, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return due
	}
	for name, test := range map[string]struct {
		html     string
		kind     publication.SpaceKind
		mode     workflow.Mode
		lexicon  *Lexicon
		standing directory.StandingKind
		action   workflow.Action
		severity workflow.Severity
		target   time.Time
	}{
		"nothing, first read":   {"<p>Rien</p>", publication.Blog, workflow.Pre, list(2, Hold), directory.Clear, workflow.Pass, 0, at("2026-11-26T12:00:00Z")},
		"nothing, published":    {"<p>Rien</p>", publication.Forum, workflow.Post, list(2, Hold), directory.Clear, workflow.Pass, 0, at("2026-11-27T12:00:00Z")},
		"held in a blog":        {"<p>sot</p>", publication.Blog, workflow.Post, list(2, Hold), directory.Clear, workflow.HoldBack, 2, at("2026-11-25T12:00:00Z")},
		"flagged in a forum":    {"<p>sot</p>", publication.Forum, workflow.Post, list(2, Hold), directory.Clear, workflow.Pass, 2, at("2026-11-25T12:00:00Z")},
		"severe in a forum":     {"<p>sot</p>", publication.Forum, workflow.Post, list(3, Hold), directory.Clear, workflow.HoldBack, 3, at("2026-11-24T16:00:00Z")},
		"severe, flags only":    {"<p>sot</p>", publication.Forum, workflow.Post, list(4, Flag), directory.Clear, workflow.Pass, 4, at("2026-11-24T13:00:00Z")},
		"mild, by its own mode": {"<p>sot</p>", publication.Blog, workflow.Pre, list(1, Flag), directory.Clear, workflow.Pass, 1, at("2026-11-26T12:00:00Z")},
		"supervised":            {"<p>Rien</p>", publication.Forum, workflow.Post, list(1, Flag), directory.Supervised, workflow.HoldBack, 0, at("2026-11-26T12:00:00Z")},
	} {
		s := sampleOf(t, "Titre", test.html)
		s.Dossier.Space.Kind, s.Dossier.Space.Mode, s.Dossier.Author.Standing.Kind = test.kind, test.mode, test.standing
		s.Lexicons = []*Lexicon{test.lexicon}
		r, action := judge(s)
		if action != test.action || r.Severity != test.severity || r.Alert != (test.severity == 4) || r.Reach != 2 {
			t.Errorf("%s: %s, %+v", name, action, r)
		}
		if !r.Target.Equal(test.target) {
			t.Errorf("%s: target %s, want %s", name, r.Target, test.target)
		}
	}
}

func TestPhasesAreNamedOnce(t *testing.T) {
	t.Parallel()
	names := Phases()
	if slices.Sort(names); len(names) != 8 || len(slices.Compact(names)) != 8 {
		t.Errorf("phases %v", names)
	}
}
