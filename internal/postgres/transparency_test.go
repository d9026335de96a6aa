package postgres_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
	"imprimatur/publication"
)

// A report is published once, by who directs alone, as it is told: nothing changes it, and neither it
// nor its row has a number that it hides.
func TestAReportIsPublishedAsItIsTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
	err := postgres.Transactions[moderation.FiguresTx](d.db)(t.Context(), d.Tilleuls, func(tx moderation.FiguresTx) error {
		for m := time.January; m <= time.December; m++ {
			counts := moderation.Counts{moderation.ReportGround: {"INJ": 31, "HAR": 7}, moderation.CaseVerdict: {"keep": 20, "withdraw": int(m / time.December)}, moderation.CaseDecision: {"90": 30}}
			if err := tx.KeepFigures(t.Context(), moderation.Month{Year: 2025, Month: m}, counts, d.clock()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	head, door := person(d.Tilleuls, d.Garcia), d.db.Door()
	for _, who := range []actor.Actor{person(d.Tilleuls, d.Petit), person(d.Tilleuls, d.Martin)} {
		if err := d.figures().Publish(t.Context(), who, 2025); !errors.Is(err, directory.ErrForbidden) {
			t.Errorf("published by who does not direct: %v", err)
		}
	}
	var unnamed *directory.FieldError
	if err := d.figures().Publish(t.Context(), head, 0); !errors.As(err, &unnamed) || unnamed.Field != "year" {
		t.Errorf("R67: published of no year: %v", err)
	}
	above := d.académie(t)
	if err := d.figures().Publish(t.Context(), person(above.Tenant, above.Recteur), 2025); !errors.Is(err, directory.ErrForbidden) {
		t.Errorf("published by an authority: %v", err)
	}
	if _, err := door.Transparency(t.Context(), publication.Anonymous(d.Tilleuls), 2025); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("read before it was published: %v", err)
	}
	var published, refused int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			err := d.figures().Publish(t.Context(), head, 2025)
			mu.Lock()
			defer mu.Unlock()
			var field *directory.FieldError
			switch {
			case err == nil:
				published++
			case errors.As(err, &field) && field.Code == "published":
				refused++
			}
		})
	}
	wg.Wait()
	if published != 1 || refused != 3 {
		t.Errorf("published %d times, refused %d", published, refused)
	}
	if n := d.count(t, `SELECT count(*) FROM audit_entry WHERE action = $1`, moderation.ActPublishReport); n != 1 {
		t.Errorf("%d acts in the trail", n)
	}

	told, err := d.figures().ReportOn(t.Context(), head, 2025)
	if err != nil || told.PublishedAt.IsZero() {
		t.Fatalf("told at %s: %v", told.PublishedAt, err)
	}
	said, err := door.Transparency(t.Context(), publication.Anonymous(d.Tilleuls), 2025)
	if err != nil {
		t.Fatal(err)
	}
	read, err := moderation.ReadReport(said.Document)
	if err != nil {
		t.Fatal(err)
	}
	told.Years, told.PublishedAt = nil, time.Time{}
	if diff := cmp.Diff(told, read); diff != "" {
		t.Errorf("what is read is not what is told: %s", diff)
	}
	for _, cell := range read.Verdicts.Cells {
		if cell.Code == "withdraw" && (cell.N != 0 || cell.Hiding != moderation.Small) {
			t.Errorf("R67: a small number is told: %+v", cell)
		}
	}
	if _, err := door.Transparency(t.Context(), publication.Anonymous(d.Platanes), 2025); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("read by way of another establishment: %v", err)
	}
	for _, change := range []string{`UPDATE transparency_report SET report = '{}'`, `DELETE FROM transparency_report`} {
		if _, err := d.admin.Exec(t.Context(), change); err == nil {
			t.Errorf("%s: done", change)
		}
	}
}
