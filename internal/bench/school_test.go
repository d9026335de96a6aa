package bench

import (
	"strings"
	"testing"

	"imprimatur/internal/id"
)

func TestNumberedIdsAreDistinctAndKnowTheirNumber(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, s := range []sort{aTenant, aTeacher, aPupil, aClass, aBlog, aSite, aForum, aDraft, aDraftText, aPage, aTopic, aWorkerOfSite} {
		for _, n := range []int{0, 1, 255, 1 << 20} {
			text := numbered(s, n).String()
			if seen[text] {
				t.Errorf("%s is there twice", text)
			}
			seen[text] = true
			if got := tripOf(id.Revision{UUID: numbered(s, n)}); got != n {
				t.Errorf("%s: number %d, want %d", text, got, n)
			}
		}
	}
}

func TestDraftsGoRoundTheClasses(t *testing.T) {
	t.Parallel()
	for n := range 3 * classes {
		d, class := nthDraft(n), n%classes
		if d.Moderator.UUID != numbered(aTeacher, class) || d.Tenant.UUID != numbered(aTenant, class/classesEach) {
			t.Fatalf("draft %d is of tenant %s, moderated by %s", n, d.Tenant, d.Moderator)
		}
		if pupil := tripOf(id.Revision{UUID: d.Author.UUID}); pupil/pupilsEach != class {
			t.Fatalf("draft %d is by pupil %d, of another class than %d", n, pupil, class)
		}
	}
	if nthDraft(0).Author == nthDraft(classes).Author {
		t.Error("a class's second draft is by the same pupil")
	}
}

func TestScriptsSplitIntoStatements(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]string{"seed": seedSQL, "backlog": backlogSQL} {
		for statement := range strings.SplitSeq(script, ";\n") {
			if text := strings.TrimSpace(statement); strings.Count(text, "(") != strings.Count(text, ")") {
				t.Errorf("%s is cut in the middle of a statement: %.80s", name, text)
			}
		}
	}
}
