package postgres_test

import (
	"errors"
	"testing"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// Who judges keeps the house's reasons, each version once and with a trace; whoever examines a
// case is proposed them; nobody else, and no other establishment, knows of them.
func TestCannedReasons(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	garcia := person(d.Tilleuls, d.Garcia)
	kept, err := d.cases.KeepCanned(t.Context(), garcia, moderation.CannedReason{Title: " Photo ", Verdict: workflow.AskEdit, Ground: "IMG", ToAuthor: "Demande d'abord."})
	if err != nil || kept.Version != 1 || kept.Title != "Photo" {
		t.Fatalf("%+v, %v", kept, err)
	}
	kept.ToReporter = "C'est demandé."
	if _, err := d.cases.KeepCanned(t.Context(), garcia, kept); err != nil {
		t.Fatal(err)
	}
	if _, err := d.cases.KeepCanned(t.Context(), garcia, kept); !errors.Is(err, workflow.ErrStale) {
		t.Errorf("a version that moved is written over: %v", err)
	}
	for name, who := range map[string]struct {
		tenant id.Tenant
		person id.Person
	}{"a pupil": {d.Tilleuls, d.Lina}, "a teacher": {d.Tilleuls, d.Martin}} {
		if _, err := d.cases.CannedReasons(t.Context(), person(who.tenant, who.person)); !errors.Is(err, directory.ErrNotFound) {
			t.Errorf("%s reads them: %v", name, err)
		}
		if _, err := d.cases.KeepCanned(t.Context(), person(who.tenant, who.person), moderation.CannedReason{Title: "x", ToAuthor: "x"}); !errors.Is(err, directory.ErrNotFound) {
			t.Errorf("%s writes one: %v", name, err)
		}
	}
	roche := person(d.Platanes, d.Roche)
	if list, err := d.cases.CannedReasons(t.Context(), roche); err != nil || len(list) != 0 {
		t.Errorf("the lycée reads %v, %v", list, err)
	}
	if err := d.cases.DropCanned(t.Context(), roche, kept.ID, 2); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("the lycée drops it: %v", err)
	}
	for field, r := range map[string]moderation.CannedReason{
		"title": {ToAuthor: "x"}, "to_author": {Title: "x"}, "verdict": {Title: "x", ToAuthor: "x", Verdict: "burn"}, "ground": {Title: "x", ToAuthor: "x", Ground: "XXX"},
	} {
		fault := new(directory.FieldError)
		if _, err := d.cases.KeepCanned(t.Context(), garcia, r); !errors.As(err, &fault) || fault.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	d.report(t, d.Noe, d.topic(t), "IMG")
	view, err := d.cases.Case(t.Context(), garcia, d.only(t))
	if err != nil || len(view.Canned) != 1 || view.Canned[0].ToReporter != "C'est demandé." {
		t.Errorf("proposed %+v, %v", view.Canned, err)
	}
	if err := d.cases.DropCanned(t.Context(), garcia, kept.ID, 2); err != nil {
		t.Error(err)
	}
	if n := d.count(t, `SELECT count(*) FROM audit_entry WHERE action IN ('write_reason', 'drop_reason')`); n != 3 {
		t.Errorf("%d traces", n)
	}
}
