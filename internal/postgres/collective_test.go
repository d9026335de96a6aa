package postgres_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/publication"
	"imprimatur/workflow"
)

var together = publication.CollectiveInput{
	Contributors:  []publication.ContributorInput{{Name: " La chorale  du quartier "}, {Name: "Ana Costa"}, {Name: "Ana Costa"}},
	Justification: "Écrit par la classe entière, à l'initiative de M. Martin, qui a dirigé le travail.",
}

func (b *bundle) allowCollectives(t *testing.T) {
	t.Helper()
	changes := map[string]json.RawMessage{"collective_works": json.RawMessage("true")}
	if _, err := b.house().Configure(t.Context(), person(b.Tilleuls, b.Garcia), 1, changes); err != nil {
		t.Fatal(err)
	}
}

// A pupil's work goes on without a family's paper when an adult says why it is collective;
// those who took part are named to its readers; taken back, it is not shown any more (R36, R37).
func TestACollectiveWorkIsAnAdultsJustifiedDecision(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c, papers := b.work(t), b.authorisations()
	martin := person(b.Tilleuls, b.Martin)
	if _, err := papers.Qualify(t.Context(), martin, c, together); !errors.Is(err, workflow.ErrImpossible) {
		t.Fatalf("where the establishment has none: %v", err)
	}
	b.allowCollectives(t)
	made, err := papers.Qualify(t.Context(), martin, c, together)
	if err != nil {
		t.Fatal(err)
	}
	b.step(t, c, workflow.ConsentCleared)
	b.step(t, c, workflow.Publish)
	d := b.dossier(t, c, b.Martin)
	if d.Exposure() != workflow.Visible || d.Collective == nil || d.Collective.ID != made || d.Collective.DecidedBy != b.Martin {
		t.Fatalf("%s, %+v", d.Exposure(), d.Collective)
	}
	if diff := cmp.Diff([]string{"La chorale du quartier", "Ana Costa"}, b.contributors(t, c)); diff != "" {
		t.Errorf("readers see: %s", diff)
	}

	// Another decision takes its place, and readers hear of it.
	heard := 0
	b.db.AfterCommit(func(c postgres.Committed) { heard += len(c.Readings) })
	other := together
	other.Contributors = []publication.ContributorInput{{Name: "La 5A"}, {Name: "La 5B"}}
	if _, err := papers.Qualify(t.Context(), martin, c, other); err != nil {
		t.Fatal(err)
	}
	if got := b.contributors(t, c); !slices.Equal(got, []string{"La 5A", "La 5B"}) || heard == 0 {
		t.Errorf("readers see %q, told %d times", got, heard)
	}
	if d := b.dossier(t, c, b.Diallo); d.Collective.Decider != "Paul Martin" {
		t.Errorf("decided by %q", d.Collective.Decider)
	}

	if err := papers.Disqualify(t.Context(), martin, c); err != nil {
		t.Fatal(err)
	}
	if d := b.dossier(t, c, b.Martin); d.Exposure() != workflow.Archived || d.Collective != nil {
		t.Errorf("taken back: %s, %+v", d.Exposure(), d.Collective)
	}
	if err := papers.Disqualify(t.Context(), martin, c); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("taken back twice: %v", err)
	}
	acts := look[[]string](t, b.School, `SELECT array_agg(action ORDER BY at, entry_id) FROM audit_entry WHERE contribution_id = $1 AND subject_kind = 'collective'`, c)
	if diff := cmp.Diff([]string{"qualify_collective", "qualify_collective", "disqualify_collective"}, acts); diff != "" {
		t.Errorf("history: %s", diff)
	}
}

// contributors is who a reader sees named.
func (b *bundle) contributors(t *testing.T, c id.Contribution) []string {
	t.Helper()
	reader := b.reader()
	page, err := reader.Contribution(t.Context(), b.viewer(t, reader, b.Noe), c)
	if err != nil {
		t.Fatal(err)
	}
	return page.Published.Contributors
}

func TestWhoSaysThatAWorkIsCollective(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.allowCollectives(t)
	c := b.work(t)
	for name, test := range map[string]struct {
		tenant id.Tenant
		who    id.Person
		want   error
	}{
		"its author, a pupil":     {b.Tilleuls, b.Lina, directory.ErrForbidden},
		"a classmate":             {b.Tilleuls, b.Noe, directory.ErrNotFound},
		"a guardian":              {b.Tilleuls, b.Haddad, directory.ErrNotFound},
		"a head elsewhere":        {b.Platanes, b.Roche, directory.ErrNotFound},
		"the director":            {b.Tilleuls, b.Garcia, nil},
		"the backup of the space": {b.Tilleuls, b.Diallo, nil},
		"who moderates the space": {b.Tilleuls, b.Martin, nil},
	} {
		if _, err := b.authorisations().Qualify(t.Context(), person(test.tenant, test.who), c, together); !errors.Is(err, test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, test := range map[string]struct {
		change func(*publication.CollectiveInput)
		want   []string
	}{
		"alone": {func(in *publication.CollectiveInput) {
			in.Contributors = []publication.ContributorInput{{Name: "Ana"}, {Name: " Ana"}}
		}, []string{"contributors too_few R37"}},
		"a crowd": {func(in *publication.CollectiveInput) { in.Contributors = names(201) }, []string{"contributors too_many R37"}},
		"a name without an end": {func(in *publication.CollectiveInput) {
			in.Contributors = []publication.ContributorInput{{Name: strings.Repeat("é", 101)}, {Name: "x"}}
		}, []string{"contributors.0.name too_long "}},
		"no reason":       {func(in *publication.CollectiveInput) { in.Justification = " \n" }, []string{"justification too_short R37"}},
		"hardly a reason": {func(in *publication.CollectiveInput) { in.Justification = "Parce que." }, []string{"justification too_short R37"}},
		"a book":          {func(in *publication.CollectiveInput) { in.Justification = strings.Repeat("é", 2001) }, []string{"justification too_long R37"}},
		"no text":         {func(in *publication.CollectiveInput) { in.Justification = strings.Repeat("é", 30) + "\x00" }, []string{"justification not_text R37"}},
		"nothing":         {func(in *publication.CollectiveInput) { *in = publication.CollectiveInput{} }, []string{"contributors too_few R37", "justification too_short R37"}},
	} {
		in := together
		test.change(&in)
		_, err := b.authorisations().Qualify(t.Context(), person(b.Tilleuls, b.Martin), c, in)
		if diff := cmp.Diff(test.want, askFaults(err)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
	// A topic is nobody's work, and nobody's decision makes it one.
	topic := b.published(t, b.Forum, publication.Topic, id.Contribution{}, 1)[0]
	if _, err := b.authorisations().Qualify(t.Context(), person(b.Tilleuls, b.Garcia), topic, together); !errors.Is(err, workflow.ErrImpossible) {
		t.Errorf("a topic: %v", err)
	}
}

func names(n int) []publication.ContributorInput {
	list := make([]publication.ContributorInput, n)
	for i := range list {
		list[i].Name = strings.Repeat("x", i%90+1) + string(rune('a'+i/90))
	}
	return list
}

// Pupils are named as they have chosen, for this work or for another, or else by first name and
// initial (R36); nobody types a pupil's name.
func TestHowContributorsAreNamed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.allowCollectives(t)
	c := b.work(t)
	say := func(said ...publication.ContributorInput) error {
		in := together
		in.Contributors = said
		_, err := b.authorisations().Qualify(t.Context(), person(b.Tilleuls, b.Martin), c, in)
		return err
	}
	named := func() (list []string) {
		for _, one := range b.dossier(t, c, b.Martin).Collective.Contributors {
			list = append(list, one.Name)
		}
		return list
	}
	lina, noe, martin := publication.ContributorInput{Person: b.Lina}, publication.ContributorInput{Person: b.Noe}, publication.ContributorInput{Person: b.Martin}
	noe.Naming = publication.FirstName
	if err := say(lina, noe, martin, publication.ContributorInput{Name: "Ana Costa"}, lina); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Lina H.", "Noé", "Paul Martin", "Ana Costa"}, named()); diff != "" {
		t.Error(diff)
	}
	if err := say(publication.ContributorInput{Person: b.Lina, Pseudonym: "Plume"}, publication.ContributorInput{Person: b.Noe, Naming: publication.ClassName}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Plume", "Élève de 5A"}, named()); diff != "" {
		t.Error(diff)
	}
	for statement, args := range map[string][]any{
		`UPDATE contribution SET byline = 'Luciole' WHERE contribution_id = $1`: {c},
		`INSERT INTO work_authorisation (authorisation_id, tenant_id, contribution_id, revision_id, pupil_id, guardian_id, naming, reference, recorded_by, recorded_at)
			SELECT gen_random_uuid(), tenant_id, contribution_id, revision_id, $2, $3, 'pseudonym', 'Classeur', $4, now() FROM revision WHERE contribution_id = $1 LIMIT 1`: {
			c, b.Lina, b.Haddad, b.Martin,
		},
	} {
		if _, err := b.superuser(t).Exec(t.Context(), statement, args...); err != nil {
			t.Fatal(err)
		}
	}
	if err := say(lina, martin); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Luciole", "Paul Martin"}, named()); diff != "" {
		t.Errorf("as she has chosen before: %s", diff)
	}
	for name, test := range map[string]struct {
		said publication.ContributorInput
		want string
	}{
		"a pupil, typed":             {publication.ContributorInput{Name: "Lina Haddad"}, "contributors.1.name a_pupil R36"},
		"the other way round":        {publication.ContributorInput{Name: "haddad  lina"}, "contributors.1.name a_pupil R36"},
		"by the initial":             {publication.ContributorInput{Name: "Lina H."}, "contributors.1.name a_pupil R36"},
		"by the first name":          {publication.ContributorInput{Name: "noe"}, "contributors.1.name a_pupil R36"},
		"of another establishment":   {publication.ContributorInput{Person: b.Zoe}, "contributors.1.person not_found R37"},
		"a naming that nobody knows": {publication.ContributorInput{Person: b.Noe, Naming: "shouted"}, "contributors.1.naming unknown R36"},
		"not as she has chosen":      {publication.ContributorInput{Person: b.Lina, Naming: publication.FullName}, "contributors.1.naming chosen_otherwise R36"},
		"by another pseudonym":       {publication.ContributorInput{Person: b.Lina, Pseudonym: "Plume"}, "contributors.1.naming chosen_otherwise R36"},
		"a pseudonym without any":    {publication.ContributorInput{Person: b.Noe, Naming: publication.Pseudonym}, "contributors.1.pseudonym required R36"},
	} {
		if diff := cmp.Diff([]string{test.want}, askFaults(say(lina, test.said, martin))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
