package postgres_test

import (
	"strings"
	"testing"

	"imprimatur/internal/postgres"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// verified runs the checks and gives their names that found something.
func (b *bundle) verified(t *testing.T) string {
	t.Helper()
	v, err := b.db.Verify(t.Context(), postgres.VerifyConfig{})
	if err != nil {
		t.Fatal(err)
	}
	if v.Tenants != 2 || v.Checks == 0 {
		t.Errorf("%d establishments, %d checks", v.Tenants, v.Checks)
	}
	var names []string
	for _, violation := range v.Violations {
		names = append(names, violation.Check)
	}
	return strings.Join(names, "\n")
}

func TestVerifyFindsWhatMustNotBe(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ forge, found string }{
		"nothing forged":         {`SELECT 1`, ""},
		"approved by nobody":     {`DELETE FROM decision WHERE action = 'approve'`, "invariant 2"},
		"approved by the author": {`UPDATE decision SET person_id = (SELECT author_id FROM contribution LIMIT 1) WHERE action = 'approve'`, "invariant 2"},
		"another text approved":  {`UPDATE decision SET hash = sha256('x') WHERE action = 'approve'`, "invariant 2"},
		"text swapped":           {`ALTER TABLE revision DISABLE TRIGGER USER; UPDATE revision SET html = '<p>x</p>'`, "R19"},
		"status without trail":   {`UPDATE revision SET status = 'rejected' WHERE status = 'live'`, "R58"},
		"snapshot rewritten":     {`UPDATE snapshot SET html = '<p>x</p>'`, "word for word"},
		"snapshot renamed":       {`UPDATE snapshot SET byline = 'X'`, "word for word"},
		"pupil answers":          {`UPDATE space SET owner_id = (SELECT person_id FROM membership m WHERE m.profile = 'pupil' AND m.tenant_id = space.tenant_id LIMIT 1)`, "R15"},
		"approval cut out":       {`ALTER TABLE audit_entry DISABLE TRIGGER USER; DELETE FROM audit_entry WHERE action = 'approve'`, "no gap"},
		"snapshot without text":  {`DELETE FROM snapshot`, "snapshot"},
		"trail rewritten":        {`ALTER TABLE audit_entry DISABLE TRIGGER USER; UPDATE audit_entry SET action = 'reject'`, "R58"},
		"statement emptied":      {`UPDATE hold SET statement = '{}'`, "invariant 5"},
		"setting weakened":       {`INSERT INTO setting (tenant_id, key, value, changed_at) SELECT tenant_id, 'mode_forum', '"PRE"', now() FROM tenant LIMIT 1`, "invariant 8"},
		"space without owner":    {`UPDATE space SET owner_id = NULL`, "R15"},
		"message set aside":      {`UPDATE outbox SET status = 'set_aside'`, "set aside"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			c := b.submitted(t, b.Blog, publication.Article)
			b.step(t, c, workflow.Pass)
			for _, command := range []publication.Command{
				{Action: workflow.Approve},
				{Action: workflow.Withdraw, Reason: workflow.Reason{Ground: "PRIV", Text: "Le nom d'un camarade est cité."}},
			} {
				if err := b.act(t, c, b.Martin, command); err != nil {
					t.Fatal(err)
				}
				if command.Action == workflow.Approve {
					b.step(t, c, workflow.Publish)
				}
			}
			conn := b.admin(t)
			for _, statement := range strings.Split(test.forge, "; ") {
				execute(t, conn, statement)
			}
			found := b.verified(t)
			if (test.found == "") != (found == "") || !strings.Contains(found, test.found) {
				t.Errorf("found %q, want %q", found, test.found)
			}
		})
	}
}
