package postgres_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"imprimatur/internal/dbtest"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

func TestUpkeepPurgesWhatIsOver(t *testing.T) {
	t.Parallel()
	b := setup(t)
	admin := b.admin(t)
	now := dbtest.Now
	c := b.submitted(t, b.Blog, publication.Article)
	execute(t, admin, `UPDATE outbox SET status = 'done', done_at = '2026-11-01'`)
	execute(t, admin, `INSERT INTO outbox (message_id, tenant_id, kind, queue, subject_id, version, due_at, status, done_at)
		SELECT gen_random_uuid(), gen_random_uuid(), 'screening:revision', 'screening', gen_random_uuid(), 1, now(), 'done', '2026-11-01'
		FROM generate_series(1, 2500)`)
	execute(t, admin, `INSERT INTO outbox (message_id, tenant_id, kind, queue, subject_id, version, due_at, created_at)
		VALUES (gen_random_uuid(), gen_random_uuid(), 'screening:revision', 'screening', gen_random_uuid(), 1, now(), '2020-01-01')`)
	execute(t, admin, `INSERT INTO idempotency (tenant_id, caller, key, request, created_at)
		SELECT tenant_id, 'test', 'old', ''::bytea, '2026-11-01'::timestamptz FROM tenant UNION ALL SELECT tenant_id, 'test', 'new', ''::bytea, '2026-11-24' FROM tenant`)
	execute(t, admin, `INSERT INTO claim (contribution_id, tenant_id, person_id, claimed_at, expires_at)
		VALUES ('`+c.String()+`', '`+b.Tilleuls.String()+`', '`+b.Martin.String()+`', '2026-11-01', '2026-11-02')`)
	for name, purge := range map[string]func(context.Context, time.Time) (int, error){
		"outbox": b.db.PurgeDone, "idempotency": b.db.PurgeIdempotency, "claim": b.db.PurgeClaims,
	} {
		before := look[int](t, b.School, `SELECT count(*) FROM `+name)
		purged, err := purge(t.Context(), now.AddDate(0, 0, -7))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		left := map[string]int{"outbox": 1, "idempotency": 2, "claim": 0}[name]
		if after := look[int](t, b.School, `SELECT count(*) FROM `+name); after != left || purged != before-left {
			t.Errorf("%s: %d of %d purged, %d left", name, purged, before, after)
		}
	}
}

// Denials are kept as long as their establishment keeps its access log, and no
// longer (R59).
func TestUpkeepPurgesDenials(t *testing.T) {
	t.Parallel()
	b := setup(t)
	admin := b.admin(t)
	for tenant, who := range map[id.Tenant]id.Person{b.Tilleuls: b.Lina, b.Platanes: b.Zoe} {
		execute(t, admin, `INSERT INTO denial (denial_id, tenant_id, person_id, action, rule, at)
			SELECT gen_random_uuid(), '`+tenant.String()+`', '`+who.String()+`', 'x', 'R09', '2026-11-24 09:30+00'::timestamptz - n * interval '1 month' + interval '1 second'
			FROM generate_series(1, 13) n`)
	}
	execute(t, admin, `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ('`+b.Platanes.String()+`', 'access_log_retention', '"6 MONTHS"', now())`)
	if purged, err := b.db.PurgeDenials(t.Context(), dbtest.Now); err != nil || purged != 1+7 {
		t.Errorf("%d purged, %v", purged, err)
	}
	for tenant, want := range map[id.Tenant]int{b.Tilleuls: 12, b.Platanes: 6} {
		if n := look[int](t, b.School, `SELECT count(*) FROM denial WHERE tenant_id = $1`, tenant); n != want {
			t.Errorf("%d left, want %d", n, want)
		}
	}
}

func TestAloneIsOneProcessAtATime(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ran, err := b.db.Alone(t.Context(), "purge", func(ctx context.Context) error {
		again, err := b.db.Alone(ctx, "purge", func(context.Context) error { t.Error("two at once"); return nil })
		if again || err != nil {
			t.Errorf("ran %t: %v", again, err)
		}
		other, err := b.db.Alone(ctx, "count", func(context.Context) error { return nil })
		if !other || err != nil {
			t.Errorf("another job ran %t: %v", other, err)
		}
		return nil
	})
	if !ran || err != nil {
		t.Errorf("ran %t: %v", ran, err)
	}
	failure := errors.New("no connection")
	if ran, err := b.db.Alone(t.Context(), "purge", func(context.Context) error { return failure }); !ran || !errors.Is(err, failure) {
		t.Errorf("ran %t: %v", ran, err)
	}
}

func TestTransitionsAndPoolsAreCounted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	registry := prometheus.NewPedanticRegistry()
	b.db.Observe(registry)
	c := b.submitted(t, b.Blog, publication.Article)
	b.step(t, c, workflow.Pass)
	want := `
# HELP imprimatur_transitions_total Transitions committed by this process.
# TYPE imprimatur_transitions_total counter
imprimatur_transitions_total{action="pass",machine="revision"} 1
imprimatur_transitions_total{action="submit",machine="revision"} 1
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "imprimatur_transitions_total"); err != nil {
		t.Error(err)
	}
	if problems, err := testutil.GatherAndLint(registry); err != nil || len(problems) > 0 {
		t.Errorf("%v, %v", problems, err)
	}
	waiting := `
# HELP imprimatur_review_queue_texts Texts that wait for a human, by what they wait for.
# TYPE imprimatur_review_queue_texts gauge
imprimatur_review_queue_texts{waits_for="review"} 1
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(waiting), "imprimatur_review_queue_texts"); err != nil {
		t.Error(err)
	}
	if n, err := testutil.GatherAndCount(registry, "imprimatur_review_queue_age_seconds"); err != nil || n != 1 {
		t.Errorf("%d ages: %v", n, err)
	}
	if n, err := testutil.GatherAndCount(registry, "imprimatur_db_connections"); err != nil || n != 6 {
		t.Errorf("%d series of connections: %v", n, err)
	}
}
