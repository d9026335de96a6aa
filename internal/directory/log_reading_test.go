package directory_test

import (
	"errors"
	"testing"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// TestNobodyReadsALogWithoutAReason: and whoever has one is in the trail with it, each
// time (R60). What is refused is not.
func TestNobodyReadsALogWithoutAReason(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.denied(t, b.Lina, 1)
	logs := map[string]func(who actor.Actor, why directory.LogReason) error{
		"denials": func(who actor.Actor, why directory.LogReason) error {
			_, err := b.dir.Denials(t.Context(), who, why, id.Denial{}, 10)
			return err
		},
		"trail": func(who actor.Actor, why directory.LogReason) error {
			_, err := b.dir.Trail(t.Context(), who, why, directory.TrailFilter{Limit: 10})
			return err
		},
	}
	for log, read := range logs {
		kept := func() int {
			return look[int](t, b, `SELECT count(*) FROM audit_entry WHERE action = 'read_' || $1 AND rule = 'R60'
				AND subject_kind = $1 AND subject_id = $2 AND actor_kind = 'person' AND ground IN ('dysfunction', 'offence', 'security')`, log, b.Tilleuls)
		}
		for why, code := range map[directory.LogReason]string{"": "required", "curiosity": "unknown"} {
			field := new(directory.FieldError)
			if err := read(b.at(b.Garcia), why); !errors.As(err, &field) || field.Field != "reason" || field.Code != code || field.Rule != "R60" {
				t.Errorf("%s read for %q: %v", log, why, err)
			}
		}
		wantErr(t, read(b.at(b.Lina), directory.Security), directory.ErrForbidden)
		if n := kept(); n != 0 {
			t.Errorf("%d readings of the %s that were refused are in the trail", n, log)
		}
		for n, why := range directory.LogReasons() {
			if err := read(b.at(b.Garcia), why); err != nil || kept() != n+1 {
				t.Errorf("%s read for %s: %v, and %d entries", log, why, err, kept())
			}
		}
	}
}
