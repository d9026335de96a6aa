package publication

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// TestWhatMayBeTyped holds each limit of an input from both sides, and that every
// field at fault is named at once (R20).
func TestWhatMayBeTyped(t *testing.T) {
	t.Parallel()
	var defaults settings.Values
	title, text := settings.LongestTitle.Of(defaults), settings.LongestText.Of(defaults)
	for name, test := range map[string]struct {
		kind Kind
		in   Input
		want []string
	}{
		"as it should be":            {Article, Input{Title: "Titre", Body: "<p>Texte</p>", Language: "pt-BR"}, nil},
		"nothing at all":             {Article, Input{}, nil}, // a draft may be empty: submitting asks
		"the longest title":          {Article, Input{Title: strings.Repeat("é", title)}, nil},
		"too long a title":           {Article, Input{Title: strings.Repeat("é", title+1)}, []string{"title too_long"}},
		"a long title of spaces":     {Article, Input{Title: strings.Repeat(" ", title+1)}, nil},
		"a title of two lines":       {Topic, Input{Title: "a\nb"}, []string{"title one_line"}},
		"a title with a return":      {Page, Input{Title: "a\rb"}, []string{"title one_line"}},
		"a title with NUL":           {Article, Input{Title: "a\x00b"}, []string{"title not_text"}},
		"a title that is no text":    {Article, Input{Title: "a\xff"}, []string{"title not_text"}},
		"a title where none is due":  {Reply, Input{Title: "a"}, []string{"title not_expected"}},
		"no title where none is due": {Comment, Input{Body: "<p>a</p>"}, nil},
		"the longest text":           {Article, Input{Body: "<p>" + strings.Repeat("é", text) + "</p>"}, nil},
		"too long a text":            {Article, Input{Body: "<p>" + strings.Repeat("é", text+1) + "</p>"}, []string{"body too_long"}},
		"markup does not count":      {Article, Input{Body: "<p><strong>" + strings.Repeat("é", text) + "</strong></p>"}, nil},
		"a text with NUL":            {Article, Input{Body: "a\x00b"}, []string{"body not_text"}},
		"no language":                {Article, Input{Language: "klingon!"}, []string{"language not_a_language"}},
		"everything":                 {Comment, Input{Title: "a", Body: "\xff", Language: "??"}, []string{"body not_text", "language not_a_language", "title not_expected"}},
	} {
		draft, err := compose(test.in, test.kind, defaults, morning)
		if diff := cmp.Diff(test.want, faultsOf(err)); diff != "" || (err == nil) != (test.want == nil) {
			t.Errorf("%s: %v (-want +got)\n%s", name, err, diff)
		}
		if err == nil && (draft.Status != workflow.Draft || draft.Version != 1 || !draft.Hash.IsZero() || draft.Attributions == nil) {
			t.Errorf("%s makes %+v", name, draft)
		}
	}
}

func TestFrenchUnlessToldOtherwise(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{"": "fr", "en": "en", "oc": "oc"} {
		draft, err := compose(Input{Language: given, Title: "  Un titre\t"}, Article, settings.Values{}, morning)
		if err != nil || draft.Language != want || draft.Title != "Un titre" {
			t.Errorf("%q: %q in %q, %v", given, draft.Title, draft.Language, err)
		}
	}
}

// TestWhatIsKeptIsSafe: whatever was typed, what a draft keeps is what the
// sanitiser makes of it, once and again.
func TestWhatIsKeptIsSafe(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		body := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{
			"<p>", "</p>", "<script>alert(1)</script>", `<a href="javascript:x">`, "</a>", "texte ", `<img src=x onerror=y>`, "<b>", "</b>", "&lt;", "<ul><li>",
		})).Draw(rt, "body"), "")
		draft, err := compose(Input{Body: body}, Article, settings.Values{}, morning)
		if err != nil {
			rt.Fatal(err)
		}
		again, err := Sanitize(draft.HTML.String())
		if err != nil || again != draft.HTML {
			rt.Fatalf("%q becomes %q, %v", draft.HTML, again, err)
		}
		for _, evil := range []string{"<script", "javascript:", "onerror"} {
			if strings.Contains(draft.HTML.String(), evil) {
				rt.Fatalf("%q keeps %s", draft.HTML, evil)
			}
		}
	})
}

// TestAddressesOfWhatHasNoTitle: a reply is named by how it begins.
func TestAddressesOfWhatHasNoTitle(t *testing.T) {
	t.Parallel()
	for _, kind := range Kinds() {
		draft, err := compose(Input{Body: "<p>Je suis d'accord avec toi.</p>"}, kind, settings.Values{}, morning)
		if err != nil {
			t.Fatal(err)
		}
		want := "je-suis-d-accord-avec-toi"
		if kind.Titled() {
			draft.Title, want = "Mon Été", "mon-ete"
		}
		if got := slugOf(kind, draft); got != want {
			t.Errorf("a %s is at %q, want %q", kind, got, want)
		}
	}
}

// TestWhereEachKindBelongs: every kind has one kind of space, but for documents and
// profiles, which blogs and web pages take, and answers what is in the same (R11).
func TestWhereEachKindBelongs(t *testing.T) {
	t.Parallel()
	for _, kind := range append(Kinds(), "poem") {
		var spaces []SpaceKind
		for _, space := range SpaceKinds() {
			if kind.In(space) {
				spaces = append(spaces, space)
			}
		}
		want := map[Kind]int{"poem": 0, Document: 2, Profile: 2}
		if n, special := want[kind]; len(spaces) != n && (special || len(spaces) != 1) {
			t.Errorf("a %s belongs in %v", kind, spaces)
			continue
		}
		above, answers := kind.Below()
		if answers && (!above.In(spaces[0]) || !above.Titled() || kind.Titled()) {
			t.Errorf("a %s answers a %s", kind, above)
		}
		if _, twice := above.Below(); twice {
			t.Errorf("a %s answers what is itself an answer", kind)
		}
	}
}

// answered is a transaction in which one contribution may be answered.
type answered struct {
	Tx
	d   Dossier
	err error
}

func (a *answered) Dossier(context.Context, id.Contribution, id.Person, time.Time) (Dossier, error) {
	return a.d, a.err
}

// TestWhatMayBeAnswered: what is of the right kind, in the same space, and there
// to be read; what is not is told apart by nobody from what does not exist.
func TestWhatMayBeAnswered(t *testing.T) {
	t.Parallel()
	broken := errors.New("the database is away")
	for name, test := range map[string]struct {
		kind   Kind
		change func(*answered, *New)
		want   []string
	}{
		"what is visible":           {Comment, func(*answered, *New) {}, nil},
		"what is frozen above":      {Comment, func(a *answered, _ *New) { a.d.Holds = []Hold{{Kind: workflow.FreezeHold}} }, nil},
		"what is masked":            {Comment, func(a *answered, _ *New) { a.d.Holds = []Hold{{Kind: workflow.MaskHold}} }, []string{"parent not_open"}},
		"what nobody has published": {Comment, func(a *answered, _ *New) { a.d.Contribution.Live = id.Revision{} }, []string{"parent not_open"}},
		"a comment":                 {Comment, func(a *answered, _ *New) { a.d.Contribution.Kind = Comment }, []string{"parent not_open"}},
		"an article, by a reply":    {Reply, func(*answered, *New) {}, []string{"parent not_open"}},
		"what is in another space":  {Comment, func(_ *answered, n *New) { n.Space = id.New[id.Space]() }, []string{"parent not_found"}},
		"what is not there":         {Comment, func(a *answered, _ *New) { a.err = directory.ErrNotFound }, []string{"parent not_found"}},
		"nothing, by an article":    {Article, func(_ *answered, n *New) { n.Parent = id.Contribution{} }, nil},
		"something, by an article":  {Article, func(*answered, *New) {}, []string{"parent not_expected"}},
	} {
		m := newMatter(t)
		m.live(t)
		tx, n := &answered{d: m.d}, New{Space: m.d.Contribution.Space, Parent: m.d.Contribution.ID, Kind: test.kind}
		test.change(tx, &n)
		err := mayAnswer(t.Context(), tx, n, m.person(m.martin), morning)
		if diff := cmp.Diff(test.want, faultsOf(err)); diff != "" || (err == nil) != (test.want == nil) {
			t.Errorf("%s: %v (-want +got)\n%s", name, err, diff)
		}
	}
	m := newMatter(t)
	if err := mayAnswer(t.Context(), &answered{err: broken}, New{Kind: Comment}, m.person(m.lina), morning); !errors.Is(err, broken) {
		t.Errorf("a fault of ours is told as %v", err)
	}
}

// TestWhoWritesWhere tries every role alone: who belongs there writes, who only
// reads is told the rule, and to anybody else the space is not there (R09, R26).
func TestWhoWritesWhere(t *testing.T) {
	t.Parallel()
	writes := []actor.Role{actor.Contributor, actor.Moderator, actor.Owner, actor.Backup}
	for _, role := range append(actor.AllRoles(), "") {
		roles := actor.NewRoles(role)
		w := Writing{Space: Space{Status: workflow.SpaceOpen}, Roles: roles}
		err := w.admits()
		switch {
		case roles.HasAny(writes...):
			if err != nil {
				t.Errorf("a %s: %v", role, err)
			}
		case role == actor.Reader || role == actor.Director:
			if !errors.Is(err, workflow.ErrForbidden) {
				t.Errorf("a %s: %v", role, err)
			}
		case !errors.Is(err, directory.ErrNotFound):
			t.Errorf("a %s: %v", role, err)
		}
	}
	for name, space := range map[string]Space{
		"frozen": {Status: workflow.SpaceOpen, Frozen: true}, "closed": {Status: workflow.SpaceClosed}, "not created": {},
	} {
		err := Writing{Space: space, Roles: actor.NewRoles(writes...)}.admits()
		if diff := cmp.Diff([]string{"space_open"}, unmet(err)); diff != "" {
			t.Errorf("a space that is %s: %v", name, err)
		}
	}
}

// TestWhoEditsWhat holds R18, R24 and R50 for every role alone: the author's draft
// is the author's, a moderator suggests, and nobody writes over another's
// suggestion.
func TestWhoEditsWhat(t *testing.T) {
	t.Parallel()
	suggests := []actor.Role{actor.Moderator, actor.Owner, actor.Backup, actor.Director}
	for _, role := range actor.AllRoles() {
		for _, submitted := range []bool{true, false} {
			m := newMatter(t, role)
			if m.d.Contribution.Number = 0; submitted {
				m.d.Contribution.Number, m.d.Open = 1, m.text(t, workflow.InReview)
			}
			_, err := m.d.editable(m.person(m.martin), actor.Author)
			if (err == nil) != (role == actor.Author) {
				t.Errorf("a %s writes the author's draft (submitted: %t): %v", role, submitted, err)
			}
			_, err = m.d.editable(m.person(m.martin), actor.Suggester)
			if (err == nil) != (submitted && actor.NewRoles(role).HasAny(suggests...)) {
				t.Errorf("a %s suggests (submitted: %t): %v", role, submitted, err)
			}
		}
	}
}

func TestWhatNobodyEdits(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*matter)
		rule   string // empty: not found
		want   error
	}{
		"what was purged":        {func(m *matter) { m.d.Contribution.Life = workflow.Gone }, "R63", workflow.ErrImpossible},
		"what is sealed":         {func(m *matter) { m.hold(workflow.MaskHold, func(h *Hold) { h.Sealed = true }) }, "", directory.ErrNotFound},
		"another's suggestion":   {func(m *matter) { m.d.Suggestion.SuggestedBy = id.New[id.Person]() }, "R18", workflow.ErrImpossible},
		"what only ever drafted": {func(m *matter) { m.d.Open = nil }, "R09", workflow.ErrForbidden},
		"one's own work":         {func(m *matter) { m.d.Roles = m.d.Roles.With(actor.Author) }, "R09", workflow.ErrForbidden},
	} {
		m := newMatter(t, actor.Moderator)
		m.d.Open, m.d.Suggestion = m.text(t, workflow.InReview), m.text(t, workflow.Draft)
		m.d.Suggestion.SuggestedBy = m.martin
		if kept, err := m.d.editable(m.person(m.martin), actor.Suggester); err != nil || kept != m.d.Suggestion {
			t.Fatalf("one's own suggestion: %v, %v", kept, err)
		}
		test.change(m)
		_, err := m.d.editable(m.person(m.martin), actor.Suggester)
		var refusal *workflow.Refusal
		if !errors.Is(err, test.want) || (errors.As(err, &refusal) && refusal.Rule != test.rule) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
