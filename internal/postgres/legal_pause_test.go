package postgres_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// tendLegal looks once after the information pages of every house that the job would.
func (d *desk) tendLegal(t *testing.T) (did int) {
	t.Helper()
	houses, err := d.db.PublicHouses(t.Context())
	for _, tenant := range houses {
		moved, failed := d.legal().Tend(t.Context(), tenant)
		if err = errors.Join(err, failed); moved {
			did++
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	d.work(t)
	return did
}

// R66: once nobody directs the publication what is public is read by the establishment's own people alone,
// whatever was kept for its readers; who can mend it is told; and as soon as somebody directs it is back.
func TestWhatIsPublicGoesWithItsDirector(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	above := d.académie(t)
	page := d.write(t, d.Martin, d.Web, publication.Page, "L'accueil", "<p>Bienvenue.</p>")
	d.mustJudge(t, d.Petit, page, workflow.Approve)
	d.mustJudge(t, d.Garcia, page, workflow.Sign)
	d.work(t)
	r := publication.NewReader(publication.ReaderConfig{Store: d.db.Door(), Clock: d.clock})
	r.Trust(d.clock().AddDate(9, 0, 0))
	reads := func(who id.Person) bool {
		t.Helper()
		// What is said of the establishment's pages; here nobody listens to it.
		r.Changed(d.Tilleuls, id.Space{}, id.Contribution{}, id.Contribution{})
		for range 2 { // from the database, then what was kept of that
			for _, as := range []id.Person{d.Noe, who} {
				_, err := r.Contribution(t.Context(), d.viewer(t, r, as), page)
				if err != nil && !errors.Is(err, directory.ErrNotFound) || err != nil && as == d.Noe {
					t.Fatalf("a pupil of the establishment: %v", err)
				} else if err != nil {
					return false
				}
			}
		}
		return true
	}
	told := func(tenant id.Tenant, who id.Person) []moderation.NoticeKind {
		return d.heard(t, tenant, who, moderation.ToldPaused, moderation.ToldPausedBelow, moderation.ToldUnpaused)
	}
	if did := d.tendLegal(t); did != 0 || !reads(id.Person{}) || !reads(d.Roche) {
		t.Fatalf("R66: with a director %d houses are taken back", did)
	}

	d.pass(time.Hour)
	d.exec(t, `UPDATE director SET during = tstzrange(lower(during), $2) WHERE tenant_id = $1`, d.Tilleuls, d.clock())
	if did := d.tendLegal(t); did != 1 || reads(id.Person{}) || reads(d.Roche) {
		t.Errorf("R66: without a director anybody reads what is public (%d houses taken back)", did)
	}
	if did := d.tendLegal(t); did != 0 {
		t.Errorf("R66: what is taken back is so again, %d times", did)
	}
	if got := told(above.Tenant, above.Recteur); !slices.Equal(got, []moderation.NoticeKind{moderation.ToldPausedBelow}) {
		t.Errorf("R66: the authority is told %v", got)
	}
	if got, err := d.legal().Read(t.Context(), person(d.Tilleuls, d.Petit)); err != nil || !got.Pause.Since.Equal(d.clock()) || !slices.Equal(got.Missing(), []publication.LegalField{publication.LegalDirector}) {
		t.Errorf("R66: the page of the information pages says %+v, %v", got, err)
	}

	d.pass(time.Hour)
	d.exec(t, `INSERT INTO director (tenant_id, person_id, capacity, during) VALUES ($1, $2, 'acting', tstzrange($3, NULL))`, d.Tilleuls, d.Petit, d.clock())
	if did := d.tendLegal(t); did != 1 || !reads(id.Person{}) || !reads(d.Roche) {
		t.Errorf("R66: with an acting head it is not given back (%d houses)", did)
	}
	if got := told(d.Tilleuls, d.Petit); !slices.Contains(got, moderation.ToldUnpaused) {
		t.Errorf("R66: the acting head is told %v", got)
	}
	if n := d.count(t, `SELECT count(*) FROM audit_entry WHERE tenant_id = $1 AND action IN ('pause_public', 'resume_public') AND rule = 'R66'`, d.Tilleuls); n != 2 {
		t.Errorf("R66: %d entries in the trail", n)
	}
	d.wantSound(t)
}

// R66: whoever completes the pages gives back what is public with the same act, and many who look after it at
// once do it once.
func TestWhoCompletesThePagesGivesBackWhatIsPublic(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	garcia := person(d.Tilleuls, d.Garcia)
	file, err := d.legal().File(t.Context(), garcia)
	if err != nil {
		t.Fatal(err)
	}
	// As a version of the service would that asks for one fact more.
	d.exec(t, `UPDATE legal SET facts = jsonb_set(facts, '{protection}', '""') WHERE tenant_id = $1`, d.Tilleuls)
	did := make(chan bool, 8)
	for range cap(did) {
		go func() {
			moved, err := d.legal().Tend(t.Context(), d.Tilleuls)
			if err != nil {
				t.Error(err)
			}
			did <- moved
		}()
	}
	moved := 0
	for range cap(did) {
		if <-did {
			moved++
		}
	}
	if moved != 1 {
		t.Errorf("R66: it was taken back %d times", moved)
	}
	kept, err := d.legal().Write(t.Context(), garcia, file.Version, file.Facts)
	if err != nil || !kept.Pause.ID.IsZero() {
		t.Fatalf("%+v, %v", kept.Pause, err)
	}
	if n := d.count(t, `SELECT count(*) FROM public_pause WHERE ended_at IS NULL`); n != 0 {
		t.Errorf("R66: %d pauses last", n)
	}
}
