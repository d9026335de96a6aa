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
	Contributors:  []string{" Lina H. ", "", "Noé G.", "Lina H."},
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
	if diff := cmp.Diff([]string{"Lina H.", "Noé G."}, b.contributors(t, c)); diff != "" {
		t.Errorf("readers see: %s", diff)
	}

	// Another decision takes its place, and readers hear of it.
	heard := 0
	b.db.AfterCommit(func(c postgres.Committed) { heard += len(c.Readings) })
	other := together
	other.Contributors = []string{"La 5A", "La 5B"}
	if _, err := papers.Qualify(t.Context(), martin, c, other); err != nil {
		t.Fatal(err)
	}
	if got := b.contributors(t, c); !slices.Equal(got, other.Contributors) || heard == 0 {
		t.Errorf("readers see %q, told %d times", got, heard)
	}
	who, err := papers.DecidedBy(t.Context(), person(b.Tilleuls, b.Diallo), c)
	if err != nil || who != "Paul Martin" {
		t.Errorf("decided by %q, %v", who, err)
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
		"alone":                 {func(in *publication.CollectiveInput) { in.Contributors = []string{"Lina", " Lina"} }, []string{"contributors too_few R37"}},
		"a crowd":               {func(in *publication.CollectiveInput) { in.Contributors = names(201) }, []string{"contributors too_many R37"}},
		"a name without an end": {func(in *publication.CollectiveInput) { in.Contributors = []string{strings.Repeat("é", 101), "x"} }, []string{"contributors too_long "}},
		"no reason":             {func(in *publication.CollectiveInput) { in.Justification = " \n" }, []string{"justification too_short R37"}},
		"hardly a reason":       {func(in *publication.CollectiveInput) { in.Justification = "Parce que." }, []string{"justification too_short R37"}},
		"a book":                {func(in *publication.CollectiveInput) { in.Justification = strings.Repeat("é", 2001) }, []string{"justification too_long R37"}},
		"no text":               {func(in *publication.CollectiveInput) { in.Justification = strings.Repeat("é", 30) + "\x00" }, []string{"justification not_text R37"}},
		"nothing":               {func(in *publication.CollectiveInput) { *in = publication.CollectiveInput{} }, []string{"contributors too_few R37", "justification too_short R37"}},
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

func names(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = strings.Repeat("x", i%90+1) + string(rune('a'+i/90))
	}
	return list
}
