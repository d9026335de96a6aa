package postgres_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// work is a pupil's article on a blog that the whole collège reads, approved.
func (b *bundle) work(t *testing.T) id.Contribution {
	t.Helper()
	_ = look[bool](t, b.School, `UPDATE space SET audience = 'establishment', audience_group = NULL WHERE space_id = $1 RETURNING true`, b.Blog)
	c, err := b.publish.Create(t.Context(), person(b.Tilleuls, b.Lina), publication.New{
		Space: b.Blog, Kind: publication.Article, Input: publication.Input{Title: "Mon poème", Body: "<p>La nuit, le vent.</p>"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []func() error{
		func() error { return b.act(t, c, b.Lina, publication.Command{Action: workflow.Submit}) },
		func() error { b.step(t, c, workflow.Pass); return nil },
		func() error { return b.act(t, c, b.Martin, publication.Command{Action: workflow.Approve}) },
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func (b *bundle) authorisations() *publication.Authorisations {
	return publication.NewAuthorisations(postgres.Transactions[publication.AuthorisationTx](b.db), func() time.Time { return dbtest.Now })
}

func (b *bundle) paper() publication.AuthorisationInput {
	return publication.AuthorisationInput{Guardian: b.Haddad, Naming: publication.FirstName, Reference: "Classeur 5A, feuille 12"}
}

func TestAWorkGoesOnWithItsAuthorisation(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.work(t)
	if d := b.dossier(t, c, b.Martin); d.Open == nil || d.Open.Status != workflow.AwaitingConsent {
		t.Fatalf("approved, and not waiting for the authorisation: %+v", d.Open)
	}
	given, err := b.authorisations().Record(t.Context(), person(b.Tilleuls, b.Martin), c, b.paper())
	if err != nil {
		t.Fatal(err)
	}
	d := b.dossier(t, c, b.Martin)
	promised := look[int](t, b.School, `SELECT count(*)::int FROM outbox WHERE kind = 'publication:cleared' AND subject_id = $1 AND version = $2`, d.Open.ID, d.Open.Version)
	if len(d.Authorised) != 1 || d.Authorised[0].Revision != d.Open.ID || d.Contribution.Byline != "Lina" || promised != 1 {
		t.Errorf("authorised %v, by %q, %d messages", d.Authorised, d.Contribution.Byline, promised)
	}
	b.step(t, c, workflow.ConsentCleared)
	b.step(t, c, workflow.Publish)
	if d := b.dossier(t, c, b.Martin); d.Exposure() != workflow.Visible {
		t.Errorf("exposure %s", d.Exposure())
	}

	// Without it, it is not shown, and does not come back by hand.
	heard := 0
	b.db.AfterCommit(func(c postgres.Committed) { heard += len(c.Readings) })
	if err := b.authorisations().End(t.Context(), person(b.Tilleuls, b.Martin), c, given); err != nil {
		t.Fatal(err)
	}
	if d := b.dossier(t, c, b.Martin); d.Exposure() != workflow.Archived || heard != 1 {
		t.Errorf("ended: exposure %s, %d readings told", d.Exposure(), heard)
	}
	unarchive := publication.Command{Action: workflow.Unarchive, Revision: b.dossier(t, c, b.Martin).Contribution.Live}
	if err := b.act(t, c, b.Martin, unarchive); !errors.Is(err, workflow.ErrUnmet) {
		t.Errorf("shown again without an authorisation: %v", err)
	}
	if _, err := b.authorisations().Record(t.Context(), person(b.Tilleuls, b.Diallo), c, b.paper()); err != nil {
		t.Fatal(err)
	}
	if err := b.act(t, c, b.Martin, unarchive); err != nil {
		t.Fatal(err)
	}
	acts := look[[]string](t, b.School, `SELECT array_agg(action ORDER BY at, entry_id) FROM audit_entry WHERE contribution_id = $1 AND subject_kind IN ('authorisation', 'hold')`, c)
	if diff := cmp.Diff([]string{"record_authorisation", "end_authorisation", "archive", "record_authorisation", "unarchive"}, acts); diff != "" {
		t.Errorf("history: %s", diff)
	}
}

func TestOneOfTwoAuthorisationsIsEnough(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.work(t)
	var given []id.Authorisation
	for range 2 {
		one, err := b.authorisations().Record(t.Context(), person(b.Tilleuls, b.Martin), c, b.paper())
		if err != nil {
			t.Fatal(err)
		}
		given = append(given, one)
	}
	b.step(t, c, workflow.ConsentCleared)
	b.step(t, c, workflow.Publish)
	for n, want := range []workflow.Exposure{workflow.Visible, workflow.Archived} {
		if err := b.authorisations().End(t.Context(), person(b.Tilleuls, b.Garcia), c, given[n]); err != nil {
			t.Fatal(err)
		}
		if got := b.dossier(t, c, b.Martin).Exposure(); got != want {
			t.Errorf("after ending %d: %s, want %s", n+1, got, want)
		}
	}
	if err := b.authorisations().End(t.Context(), person(b.Tilleuls, b.Garcia), c, given[0]); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("ended twice: %v", err)
	}
	list, err := b.authorisations().List(t.Context(), person(b.Tilleuls, b.Martin), c)
	if err != nil || len(list) != 2 || list[0].EndedAt.IsZero() || list[0].Guardian != b.Haddad {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestHowAPupilIsNamed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.work(t)
	for naming, want := range map[publication.Naming]string{
		publication.FirstName: "Lina", publication.FirstInitial: "Lina H.", publication.FullName: "Lina Haddad",
		publication.Pseudonym: "Étoile", publication.ClassName: "Élève de 5A", publication.Unnamed: "Élève",
	} {
		in := b.paper()
		in.Naming = naming
		if naming == publication.Pseudonym {
			in.Pseudonym = "Étoile"
		}
		if _, err := b.authorisations().Record(t.Context(), person(b.Tilleuls, b.Martin), c, in); err != nil {
			t.Fatal(err)
		}
		if got := b.dossier(t, c, b.Martin).Contribution.Byline; got != want {
			t.Errorf("%s: %q, want %q", naming, got, want)
		}
	}
	b.step(t, c, workflow.ConsentCleared)
	b.step(t, c, workflow.Publish)
	in := b.paper()
	in.Naming = publication.Unnamed
	if _, err := b.authorisations().Record(t.Context(), person(b.Tilleuls, b.Martin), c, in); err != nil {
		t.Fatal(err)
	}
	if shown := look[string](t, b.School, `SELECT byline FROM snapshot WHERE contribution_id = $1`, c); shown != "Élève" {
		t.Errorf("readers still see %q", shown)
	}
}

func TestRefusedAuthorisations(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.work(t)
	_ = look[bool](t, b.School, `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, 'pupil_naming', '["first_name", "pseudonym"]', now()) RETURNING true`, b.Tilleuls)
	_ = look[bool](t, b.School, `INSERT INTO guardianship (pupil_id, guardian_id, parental_authority) VALUES ($1, $2, false) RETURNING true`, b.Lina, b.Petit)
	for _, tt := range []struct {
		name   string
		who    id.Person
		change func(*publication.AuthorisationInput)
		want   string // the fields at fault
		err    error
	}{
		{"by the pupil", b.Lina, nil, "", directory.ErrForbidden},
		{"by another pupil", b.Noe, nil, "", directory.ErrNotFound},
		{"by a neighbour", b.Roche, nil, "", directory.ErrNotFound},
		{"by a colleague with no part in the space", b.Petit, nil, "", directory.ErrNotFound},
		{"without the paper", b.Martin, func(in *publication.AuthorisationInput) { in.Reference = " " }, "reference required", nil},
		{"without a guardian", b.Martin, func(in *publication.AuthorisationInput) { in.Guardian = id.Person{} }, "guardian required", nil},
		{"of a stranger", b.Martin, func(in *publication.AuthorisationInput) { in.Guardian = b.Garcia }, "guardian no_parental_authority", nil},
		{"of somebody without authority", b.Martin, func(in *publication.AuthorisationInput) { in.Guardian = b.Petit }, "guardian no_parental_authority", nil},
		{"a naming that is not offered", b.Martin, func(in *publication.AuthorisationInput) { in.Naming = publication.FullName }, "naming unknown", nil},
		{"a pseudonym without one", b.Martin, func(in *publication.AuthorisationInput) { in.Naming = publication.Pseudonym }, "pseudonym required", nil},
		{"a pseudonym of two lines", b.Martin, func(in *publication.AuthorisationInput) {
			in.Naming, in.Pseudonym = publication.Pseudonym, "a\nb"
		}, "pseudonym not_text", nil},
		{"nothing", b.Martin, func(in *publication.AuthorisationInput) { *in = publication.AuthorisationInput{} }, "guardian required, reference required, naming unknown", nil},
	} {
		in := b.paper()
		if tt.change != nil {
			tt.change(&in)
		}
		_, err := b.authorisations().Record(t.Context(), person(b.Tilleuls, tt.who), c, in)
		if tt.err != nil {
			if !errors.Is(err, tt.err) {
				t.Errorf("%s: %v, want %v", tt.name, err, tt.err)
			}
			continue
		}
		if err == nil {
			t.Errorf("%s: recorded", tt.name)
			continue
		}
		for _, fault := range strings.Split(tt.want, ", ") {
			if field, code, _ := strings.Cut(fault, " "); !strings.Contains(err.Error(), field+": "+code) {
				t.Errorf("%s: %v, want %s", tt.name, err, fault)
			}
		}
	}
	if n := look[int](t, b.School, `SELECT count(*)::int FROM work_authorisation`); n != 0 {
		t.Errorf("refused, and %d written", n)
	}
}

func TestAnAdultsWorkNeedsNoPaper(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c, err := b.publish.Create(t.Context(), person(b.Tilleuls, b.Martin), publication.New{
		Space: b.Web, Kind: publication.Page, Input: publication.Input{Title: "Horaires", Body: "<p>8 h</p>"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.act(t, c, b.Martin, publication.Command{Action: workflow.Submit}); err != nil {
		t.Fatal(err)
	}
	in := b.paper()
	in.Guardian = id.Person{}
	if _, err := b.authorisations().Record(t.Context(), person(b.Tilleuls, b.Petit), c, in); !errors.Is(err, workflow.ErrImpossible) {
		t.Errorf("recorded for an adult: %v", err)
	}
	if offers := b.dossier(t, c, b.Martin).Revisions(); slices.ContainsFunc(offers, func(r *publication.Revision) bool { return r.Status == workflow.AwaitingConsent }) {
		t.Error("an adult's page waits for an authorisation")
	}
}
