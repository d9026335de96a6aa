package publication

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// TestWhenAWorkNeedsItsPaper holds R36 over every kind, audience and author: whatever is
// not said in a conversation, by a pupil, read further than their own group.
func TestWhenAWorkNeedsItsPaper(t *testing.T) {
	t.Parallel()
	for _, kind := range Kinds() {
		for _, audience := range AudienceKinds() {
			for _, profile := range []directory.Profile{directory.Pupil, directory.Teacher, directory.Guardian} {
				for _, own := range []bool{true, false} {
					m := newMatter(t)
					m.d.Contribution.Kind, m.d.Space.Audience.Kind = kind, audience
					m.d.Author.Profile, m.d.Author.InAudience = profile, own
					work := kind == Article || kind == Page || kind == Document || kind == Profile
					want := profile == directory.Pupil && work && !(audience == ToGroup && own)
					if got := m.d.AuthorisationDue(); got != want {
						t.Errorf("a %s by a %s for %s (their own: %t): %t", kind, profile, audience, own, got)
					}
				}
			}
		}
	}
	if diff := cmp.Diff([]Kind{Article, Page, Document, Profile}, Works()); diff != "" {
		t.Errorf("works (-want +got)\n%s", diff)
	}
	m := newMatter(t)
	m.d.Contribution.Kind, m.d.Space.Audience.Kind = "poem", ToENT
	if !m.d.AuthorisationDue() {
		t.Error("a kind that nobody thought of goes without its paper")
	}
	if m.d.Collective = new(Collective); m.d.AuthorisationDue() {
		t.Error("R37: nobody in particular holds rights in a collective work")
	}
}

// TestHowReadersSeeAPupilNamed holds R36's namings: none tells more than was chosen.
func TestHowReadersSeeAPupilNamed(t *testing.T) {
	t.Parallel()
	lina := directory.Person{GivenName: "Lina", FamilyName: "Haddad"}
	for naming, want := range map[Naming]string{
		FirstName: "Lina", FirstInitial: "Lina H.", FullName: "Lina Haddad", Pseudonym: "Le Hérisson", ClassName: "Élève de 5A", Unnamed: "Élève", "nonsense": "Élève",
	} {
		if got := naming.byline(lina, "Le Hérisson", "5A"); got != want {
			t.Errorf("%s: %q, want %q", naming, got, want)
		}
	}
	if got := ClassName.byline(lina, "", ""); got != "Élève" {
		t.Errorf("without a class: %q", got)
	}
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.StringMatching(`[A-ZÉÈ][a-zéè]{3,12}`)
		p := directory.Person{GivenName: "Zoé", FamilyName: name.Draw(rt, "family name")}
		for _, naming := range Namings() {
			if got := naming.byline(p, "Plume", "5A"); naming != FullName && strings.Contains(got, p.FamilyName) {
				rt.Fatalf("%s tells the family name: %q", naming, got)
			}
		}
	})
}

// TestWhoseSignatureIsAsked: a minor's guardian with parental authority, and for
// who acts alone nobody else's (R02, R36).
func TestWhoseSignatureIsAsked(t *testing.T) {
	t.Parallel()
	guardian := id.New[id.Person]()
	for name, test := range map[string]struct {
		minor, holds bool
		guardian     id.Person
		want         []string
	}{
		"a minor, with a guardian": {true, true, guardian, nil},
		"a minor, without":         {true, true, id.Person{}, []string{"guardian required"}},
		"a minor, with somebody":   {true, false, guardian, []string{"guardian no_parental_authority"}},
		"of age, alone":            {false, false, id.Person{}, nil},
		"of age, with a guardian":  {false, true, guardian, []string{"guardian not_expected"}},
		"of age, with somebody":    {false, false, guardian, []string{"guardian not_expected"}},
	} {
		err := AuthorisationInput{Guardian: test.guardian}.checkGuardian(test.minor, test.holds)
		if diff := cmp.Diff(test.want, faultsOf(err)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

// papers is a transaction in which authorisations are recorded and ended.
type papers struct {
	AuthorisationTx
	d     Dossier
	holds bool
	all   []Authorisation
}

func (p *papers) Dossier(context.Context, id.Contribution, id.Person, time.Time) (Dossier, error) {
	return p.d, nil
}

func (p *papers) HoldsAuthority(context.Context, id.Person, id.Person, time.Time) (bool, error) {
	return p.holds, nil
}

func (p *papers) Authorisations(context.Context, id.Contribution) ([]Authorisation, error) {
	return p.all, nil
}

// TestWhoRecordsAnAuthorisation tries every role alone: who moderates or answers
// for the space, never the pupil whatever else they are, and only a pupil's text
// that is there (R36).
func TestWhoRecordsAnAuthorisation(t *testing.T) {
	t.Parallel()
	records := []actor.Role{actor.Moderator, actor.Owner, actor.Backup, actor.Director}
	visible := append([]actor.Role{actor.Author, actor.Signatory, actor.Judge, actor.Masker, actor.Withdrawer, actor.Stopper}, records...)
	for _, role := range actor.AllRoles() {
		one := actor.NewRoles(role)
		for name, test := range map[string]struct {
			change func(*matter)
			want   func() error
		}{
			"a pupil's article": {func(*matter) {}, func() error {
				switch {
				case one.HasAny(records...):
					return nil
				case one.HasAny(visible...):
					return directory.ErrForbidden
				}
				return directory.ErrNotFound
			}},
			"their own": {func(m *matter) { m.d.Roles = m.d.Roles.With(actor.Author) }, func() error { return directory.ErrForbidden }},
			"sealed":    {func(m *matter) { m.hold(workflow.MaskHold, func(h *Hold) { h.Sealed = true }) }, func() error { return directory.ErrNotFound }},
		} {
			m := newMatter(t, role)
			test.change(m)
			_, err := authorisable(t.Context(), &papers{d: m.d}, m.person(m.martin), m.d.Contribution.ID, "test", morning)
			if want := test.want(); !errors.Is(err, want) || (want == nil && err != nil) {
				t.Errorf("%s, by a %s: %v, want %v", name, role, err, want)
			}
		}
	}
	for name, change := range map[string]func(*matter){
		"a teacher's": func(m *matter) { m.d.Author.Profile = directory.Teacher }, "purged": func(m *matter) { m.d.Contribution.Life = workflow.Gone },
	} {
		m := newMatter(t, actor.Director)
		change(m)
		if _, err := authorisable(t.Context(), &papers{d: m.d}, m.person(m.martin), m.d.Contribution.ID, "test", morning); !errors.Is(err, workflow.ErrImpossible) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWhatAPaperSays names every field at fault (R36).
func TestWhatAPaperSays(t *testing.T) {
	t.Parallel()
	guardian := id.New[id.Person]()
	good := AuthorisationInput{Guardian: guardian, Naming: FirstInitial, Reference: "Classeur 3"}
	for name, test := range map[string]struct {
		change func(*AuthorisationInput)
		want   []string
	}{
		"as it should be":       {func(*AuthorisationInput) {}, nil},
		"no reference":          {func(in *AuthorisationInput) { in.Reference = "" }, []string{"reference required"}},
		"the longest reference": {func(in *AuthorisationInput) { in.Reference = strings.Repeat("é", longestReference) }, nil},
		"too long a reference":  {func(in *AuthorisationInput) { in.Reference = strings.Repeat("é", longestReference+1) }, []string{"reference too_long"}},
		"two lines":             {func(in *AuthorisationInput) { in.Reference = "a\nb" }, []string{"reference not_text"}},
		"no text":               {func(in *AuthorisationInput) { in.Reference = "\xff" }, []string{"reference not_text"}},
		"no naming":             {func(in *AuthorisationInput) { in.Naming = "" }, []string{"naming unknown"}},
		"a pseudonym":           {func(in *AuthorisationInput) { in.Naming, in.Pseudonym = Pseudonym, "Le Hérisson" }, nil},
		"no pseudonym":          {func(in *AuthorisationInput) { in.Naming = Pseudonym }, []string{"pseudonym required"}},
		"too long a pseudonym": {func(in *AuthorisationInput) {
			in.Naming, in.Pseudonym = Pseudonym, strings.Repeat("é", longestPseudonym+1)
		}, []string{"pseudonym too_long"}},
		"everything": {func(in *AuthorisationInput) { *in = AuthorisationInput{Pseudonym: "a\x00"} }, []string{
			"guardian required", "naming unknown", "pseudonym not_text", "reference required",
		}},
	} {
		m := newMatter(t, actor.Owner)
		m.d.Author.Person.BirthDate = time.Date(2014, 3, 2, 0, 0, 0, 0, time.UTC)
		in := good
		test.change(&in)
		err := in.check(t.Context(), &papers{holds: true}, m.d, morning)
		if diff := cmp.Diff(test.want, faultsOf(err)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

// TestAnEstablishmentOffersFewerNamings: what it does not offer is neither shown
// nor taken.
func TestAnEstablishmentOffersFewerNamings(t *testing.T) {
	t.Parallel()
	m := newMatter(t, actor.Owner)
	var err error
	if m.d.Values, err = settings.PupilNaming.Set(m.d.Values, settings.NewSet(string(ClassName), string(Unnamed))); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Naming{ClassName, Unnamed}, m.d.sheet(morning).Namings); diff != "" {
		t.Errorf("offered (-want +got)\n%s", diff)
	}
	for _, naming := range Namings() {
		in := AuthorisationInput{Guardian: id.New[id.Person](), Naming: naming, Reference: "x", Pseudonym: map[bool]string{true: "Plume"}[naming == Pseudonym]}
		err := in.check(t.Context(), &papers{holds: true}, m.d, morning)
		if taken := len(faultsOf(err)) == 0; taken != (naming == ClassName || naming == Unnamed) {
			t.Errorf("%s is taken: %t, %v", naming, taken, err)
		}
	}
}

// TestMajorityIsOnTheBirthday: a guardian signs up to the day before, on the
// establishment's calendar, and for a pupil of unknown age always (R02, [L]).
func TestMajorityIsOnTheBirthday(t *testing.T) {
	t.Parallel()
	paris := days(t).Location()
	birth := time.Date(2008, 11, 24, 0, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		born, at time.Time
		want     bool
	}{
		"the evening before":         {birth, time.Date(2026, 11, 23, 23, 59, 59, 0, paris), true},
		"at midnight, in Paris":      {birth, time.Date(2026, 11, 24, 0, 0, 0, 0, paris), false},
		"that midnight, told in UTC": {birth, time.Date(2026, 11, 23, 23, 0, 0, 0, time.UTC), false},
		"nobody knows":               {time.Time{}, morning, true},
		"on a 29th, the day before":  {time.Date(2008, 2, 29, 0, 0, 0, 0, time.UTC), time.Date(2026, 2, 28, 12, 0, 0, 0, paris), true},
		"on a 29th, the day after":   {time.Date(2008, 2, 29, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 1, 0, 0, 0, 0, paris), false},
	} {
		m := newMatter(t)
		m.d.Author.Person.BirthDate = test.born
		if got := m.d.sheet(test.at).Minor; got != test.want {
			t.Errorf("%s: minor is %t", name, got)
		}
	}
}

func TestLinesAreLines(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text, limit, required := rapid.String().Draw(rt, "text"), rapid.IntRange(0, 20).Draw(rt, "limit"), rapid.Bool().Draw(rt, "required")
		err := checkLine("reference", text, limit, required)
		fine := utf8.ValidString(text) && !strings.ContainsAny(text, "\n\r\x00\t") && utf8.RuneCountInString(text) <= limit && (text != "" || !required)
		if err == nil && !fine {
			rt.Fatalf("%q is a line of at most %d", text, limit)
		}
	})
}
