package moderation

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"imprimatur/internal/directory"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// pieces are what somebody may write: nothing, insults and their disguises, ways
// to be reached, ways out, noise.
var scraps = []string{
	"Le hérisson dort.", "sot", "s0t", "s o t", "grave", "danger", "06 12 34 56 78", "lina@exemple.fr", "lina arobase exemple point fr",
	"https://exemple.fr/a", "www.exemple.fr", "!!!!!!!!!!!!!!!!", "non non non non non non non", "Achetez\nAchetez\nAchetez\nAchetez", "😀", "…",
	"\u200b", "e\u0301", "<b>", "&", "𝐬𝐨𝐭",
}

// drawSample is any text by anybody in any space, with lists of every severity.
func drawSample(t *testing.T, rt *rapid.T) Sample {
	text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(scraps), 0, 12).Draw(rt, "text"), " ")
	s := sampleOf(t, rapid.SampledFrom(append(scraps, "")).Draw(rt, "title"), publication.FromPlainText(text))
	s.Dossier.Space.Kind = rapid.SampledFrom(publication.SpaceKinds()).Draw(rt, "kind of space")
	s.Dossier.Space.Mode = rapid.SampledFrom(workflow.Modes()).Draw(rt, "mode")
	s.Dossier.Contribution.Kind = rapid.SampledFrom(publication.Kinds()).Draw(rt, "kind")
	s.Dossier.Author.Standing.Kind = rapid.SampledFrom([]directory.StandingKind{directory.Clear, directory.Supervised}).Draw(rt, "standing")
	s.Former = rapid.IntRange(0, 10).Draw(rt, "former")
	s.Same = rapid.Bool().Draw(rt, "same")
	for range rapid.IntRange(0, 8).Draw(rt, "recent") {
		s.Recent = append(s.Recent, noon.Add(-time.Second))
	}
	for severity, word := range map[workflow.Severity]string{1: "herisson", 2: "sot", 3: "grave", 4: "danger"} {
		verdict := rapid.SampledFrom([]Verdict{Flag, Hold}).Draw(rt, "verdict")
		s.Lexicons = append(s.Lexicons, NewLexicon(WordList{Name: word, Severity: severity, Action: verdict, Words: []string{word}}))
	}
	return s
}

// TestScreeningKeepsItsPromises holds R11, R14, R20, R21 and R53 over any text:
// what is found decides, and nothing else; where publishing first is the law's or
// the charter's, only what is severe, a flood or a supervision holds.
func TestScreeningKeepsItsPromises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s := drawSample(t, rt)
		r, action := judge(s)
		holds := func(f Finding) bool { return f.Verdict == Hold }
		if (action == workflow.HoldBack) != slices.ContainsFunc(r.Findings, holds) || (action != workflow.HoldBack && action != workflow.Pass) {
			rt.Fatalf("%s with %+v", action, r.Findings)
		}
		first := s.Dossier.Space.Kind == publication.Forum || s.Dossier.Space.Mode == workflow.PupilPress
		var gravest workflow.Severity
		for _, f := range r.Findings {
			gravest = max(gravest, f.Severity)
			if first && holds(f) && f.Severity < 3 && f.Phase != "flood" && f.Phase != "supervision" {
				rt.Fatalf("%s of severity %d holds where publishing comes first", f.Phase, f.Severity)
			}
			if !slices.Contains(Phases(), f.Phase) || f.Reason == "" || f.Verdict == Pass || f.Verdict == "" {
				rt.Fatalf("a finding without its words: %+v", f)
			}
		}
		if r.Severity != gravest || r.Alert != (gravest == 4) || r.Revision != s.Revision.ID {
			rt.Fatalf("severity %d of %+v", r.Severity, r)
		}
		again, sameAction := judge(s)
		if diff := cmp.Diff(r, again); diff != "" || action != sameAction {
			rt.Fatalf("judged again: %s", diff)
		}
	})
}

// TestFindingsPointAtTheirWords: a match is inside its field, at characters, and
// its text is what stands there.
func TestFindingsPointAtTheirWords(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s := drawSample(t, rt)
		r, _ := judge(s)
		texts := map[Field]string{}
		for _, f := range s.fields {
			texts[f.name] = f.text
		}
		for _, f := range r.Findings {
			if len(f.Matches) > mostMatches {
				rt.Fatalf("%s has %d matches", f.Phase, len(f.Matches))
			}
			for _, m := range f.Matches {
				text, ok := texts[m.Field]
				if !ok || m.Start < 0 || m.Start > m.End || m.End > len(text) || !utf8.ValidString(text[m.Start:m.End]) {
					rt.Fatalf("%+v is nowhere in %q", m, text)
				}
				if m.Start < m.End && m.Text != clip(text[m.Start:m.End]) {
					rt.Fatalf("%+v stands at %q", m, text[m.Start:m.End])
				}
			}
		}
	})
}

// TestSeverityIsNeverLater: the graver what was found, the sooner a human should
// look, and never later than with nothing found (R41).
func TestSeverityIsNeverLater(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s := drawSample(t, rt)
		s.Revision.SubmittedAt = noon.Add(time.Duration(rapid.IntRange(0, 400*24).Draw(rt, "hours")) * time.Hour)
		action := rapid.SampledFrom([]workflow.Action{workflow.Pass, workflow.HoldBack}).Draw(rt, "action")
		before := target(s, action, 0)
		for _, severity := range []workflow.Severity{2, 3, 4} { // 1 has five days: what the mode gives is sooner or the same
			due := target(s, action, severity)
			if due.After(before) || !due.After(s.Revision.SubmittedAt) {
				rt.Fatalf("severity %d of %s is due %s, the one before %s", severity, s.Revision.SubmittedAt, due, before)
			}
			before = due
		}
	})
}

// TestOneMoreWordIsNeverMilder: a list that grew finds no less and holds no less.
func TestOneMoreWordIsNeverMilder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s := drawSample(t, rt)
		before, actionBefore := judge(s)
		word := rapid.SampledFrom([]string{"dort", "le", "exemple", "zzz"}).Draw(rt, "word")
		s.Lexicons = append(s.Lexicons, NewLexicon(WordList{Name: "une de plus", Severity: 2, Action: Hold, Words: []string{word}}))
		after, actionAfter := judge(s)
		if after.Severity < before.Severity || after.Target.After(before.Target) || len(after.Findings) < len(before.Findings) ||
			(actionBefore == workflow.HoldBack && actionAfter != workflow.HoldBack) {
			rt.Fatalf("milder with %q:\n%+v\n%+v", word, before, after)
		}
	})
}
