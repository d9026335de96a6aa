package postgres_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// developed gives a photo of Lina's the files that readers are given.
func (d *desk) developed(t *testing.T, photo id.Photo) {
	t.Helper()
	d.exec(t, `INSERT INTO rendition_file (rendition_id, tenant_id, size, file, bytes, width, height, sha256)
		SELECT rendition_id, tenant_id, 'standard', 'x', 1, 1, 1, sha256('x') FROM rendition WHERE photo_id = $1`, photo)
	d.exec(t, `UPDATE photo p SET uploader_id = $2, rendition_id = r.rendition_id FROM rendition r WHERE p.photo_id = $1 AND r.photo_id = p.photo_id`, photo, d.Lina)
}

// promised finds the open message of a kind about something, if there is one.
func (d *desk) promised(t *testing.T, kind outbox.Kind) (outbox.Message, bool) {
	t.Helper()
	for _, m := range d.open(t) {
		if m.Kind == kind {
			return m, true
		}
	}
	return outbox.Message{}, false
}

// did does all that is promised of the kinds named, and forgets all notices.
func (d *desk) did(t *testing.T, kinds ...outbox.Kind) {
	t.Helper()
	d.exec(t, `UPDATE outbox SET status = 'done', done_at = now() WHERE kind LIKE 'notification:%' AND status <> 'done'`)
	for _, kind := range kinds {
		for m, found := d.promised(t, kind); found; m, found = d.promised(t, kind) {
			if err := d.handle(t.Context(), m); err != nil {
				t.Fatalf("%s: %v", kind, err)
			}
		}
	}
}

// outpaced is a text of Lina's with her photo, on its way to its readers, and the family
// that takes it back at the last moment.
type outpaced struct {
	*household
	lina   id.Consent
	reader *publication.Reader
	viewer publication.Viewer
}

func (o *outpaced) agree(t *testing.T) {
	t.Helper()
	for _, who := range []id.Person{o.Lina, o.Haddad, o.karim} {
		o.mustAnswer(t, who, o.lina, imageconsent.ToGroup)
	}
}

// ready is a text that readers will see with its next message: it is scheduled, or it has
// waited for consent.
func (o *outpaced) ready(t *testing.T, waited bool) (id.Contribution, outbox.Message) {
	t.Helper()
	if !waited {
		o.agree(t)
	}
	c, err := o.publish.Create(t.Context(), person(o.Tilleuls, o.Lina), publication.New{
		Space: o.Blog, Kind: publication.Article, Submit: true, Input: publication.Input{
			Title: "La sortie", Body: `<p>Nous y étions.</p><img src="/photos/` + o.photo.String() + `" alt="La classe">`,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	o.did(t, outbox.ScreenRevision)
	o.mustJudge(t, o.Martin, c, workflow.Approve)
	if waited {
		o.agree(t)
	}
	o.did(t, outbox.ConsentMoved)
	kind := outbox.PublishRevision
	if waited {
		kind = outbox.CheckClearance
	}
	m, found := o.promised(t, kind)
	if !found {
		t.Fatalf("no %s is promised: %v", kind, o.status(t, c))
	}
	return c, m
}

// goOn is the worker, which publishes.
func (o *outpaced) goOn(t *testing.T, m outbox.Message) error {
	if m.Kind == outbox.PublishRevision {
		return o.publish.Publish(t.Context(), m)
	}
	if err := o.publish.Cleared(t.Context(), m); err != nil {
		return err
	}
	next := outbox.Message{Tenant: m.Tenant, Kind: outbox.PublishRevision, Subject: m.Subject}
	err := o.admin.QueryRow(t.Context(), `SELECT message_id, version FROM outbox WHERE subject_id = $1 AND kind = $2 AND status <> 'done'`,
		m.Subject, next.Kind).Scan(&next.ID, &next.Version)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil // the withdrawal came first
	}
	return errors.Join(err, o.publish.Publish(t.Context(), next))
}

// A thousand times a family withdraws while the worker publishes: whichever comes first,
// the picture is not seen afterwards; neither waits for the other for ever, and neither fails.
func TestWithdrawRacesPublish(t *testing.T) {
	t.Parallel()
	times, longest := 1000, 3*time.Minute
	if testing.Short() {
		times = 50
	}
	o := &outpaced{household: newHousehold(t)}
	o.developed(t, o.photo)
	in := o.outing(o.photo)
	in.Uses = in.Uses[:1]
	_, asked := o.ask(t, in)
	o.lina = asked[o.Lina]
	o.reader = publication.NewReader(publication.ReaderConfig{Store: o.db.Door(), Clock: o.clock})
	o.viewer = o.bundle.viewer(t, o.reader, o.Noe)
	begun, live, n := time.Now(), 0, 0
	for ; n < times && time.Since(begun) < longest; n++ {
		if o.race(t, n) {
			live++
		}
		if t.Failed() {
			return
		}
	}
	if deadlocks := o.count(t, `SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`); deadlocks > 0 {
		t.Errorf("%d deadlocks", deadlocks)
	}
	t.Logf("%d races, in %d of which the text was published first", n, live)
	if live == 0 || live == n {
		t.Errorf("one of the two always wins: %d of %d", live, n)
	}
}

// race runs one race, and reports whether the text is live after it.
func (o *outpaced) race(t *testing.T, n int) bool {
	t.Helper()
	o.pass(4 * time.Minute) // a pupil writes so often and no more (R20)
	c, m := o.ready(t, n%2 == 1)
	if _, err := o.reader.Photo(t.Context(), o.viewer, c, o.photo, imageconsent.Standard); !errors.Is(err, directory.ErrNotFound) {
		t.Fatalf("seen before it is published: %v", err)
	}
	who := []id.Person{o.Lina, o.Haddad, o.karim, o.Diallo}[n/2%4]
	var all sync.WaitGroup
	var published, revoked error
	all.Go(func() { published = o.goOn(t, m) })
	all.Go(func() {
		revoked = o.consents().Revoke(t.Context(), person(o.Tilleuls, who), o.lina, imageconsent.RevokeInput{})
	})
	all.Wait()
	if err := errors.Join(published, revoked); err != nil {
		t.Errorf("race %d: %v", n, err)
	}
	for range 2 { // and after all that follows
		if _, err := o.reader.Photo(t.Context(), o.viewer, c, o.photo, imageconsent.Standard); !errors.Is(err, directory.ErrNotFound) {
			t.Errorf("race %d: withdrawn, and seen: %v", n, err)
		}
		o.did(t, outbox.ConsentMoved, outbox.CheckClearance, outbox.PublishRevision)
	}
	status := o.status(t, c)[0]
	if status != string(workflow.Live) && status != string(workflow.AwaitingConsent) {
		t.Errorf("race %d: %s", n, status)
	}
	o.exec(t, `UPDATE revision SET status = 'abandoned' WHERE contribution_id = $1 AND status = 'awaiting_consent'`, c) // or each race would be slower than the one before
	return status == string(workflow.Live)
}
