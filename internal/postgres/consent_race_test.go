package postgres_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
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
func (o *outpaced) goOn(t *testing.T, conn *pgx.Conn, m outbox.Message) error {
	if m.Kind == outbox.PublishRevision {
		return o.publish.Publish(t.Context(), m)
	}
	if err := o.publish.Cleared(t.Context(), m); err != nil {
		return err
	}
	next := outbox.Message{Tenant: m.Tenant, Kind: outbox.PublishRevision, Subject: m.Subject}
	err := conn.QueryRow(t.Context(), `SELECT message_id, version FROM outbox WHERE subject_id = $1 AND kind = $2 AND status <> 'done'`,
		m.Subject, next.Kind).Scan(&next.ID, &next.Version)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil // the withdrawal came first
	}
	return errors.Join(err, o.publish.Publish(t.Context(), next))
}

// lane is one text with its picture and the family's consent, raced over again and again.
type lane struct {
	*outpaced
	text    id.Contribution
	message outbox.Message // by which readers will see it
	waited  bool
	answers []id.Answer
	covers  []id.Cover
}

// lane makes a text ready, and remembers what it is to be put back to.
func (o outpaced) lane(t *testing.T, waited bool) *lane {
	t.Helper()
	o.pass(4 * time.Minute) // a pupil writes so often and no more (R20)
	copied := *o.household
	o.household = &copied
	o.photo = o.picture(t, o.Lina)
	in := o.outing(o.photo)
	in.Uses = in.Uses[:1]
	_, asked := o.ask(t, in)
	o.developed(t, o.photo)
	o.lina = asked[o.Lina]
	l := &lane{outpaced: &o, waited: waited}
	l.text, l.message = o.ready(t, waited)
	err := o.admin.QueryRow(t.Context(), `SELECT ARRAY(SELECT answer_id FROM consent_answer WHERE consent_id = $1 AND ended_at IS NULL),
		ARRAY(SELECT cover_id FROM consent_cover WHERE consent_id = $1 AND ended_at IS NULL)`, o.lina).Scan(&l.answers, &l.covers)
	if err != nil {
		t.Fatal(err)
	}
	o.exec(t, `UPDATE outbox SET status = 'done', done_at = now() WHERE status <> 'done'`) // until it is raced for
	return l
}

// again puts everything back to where it was before the race, behind the walls.
func (l *lane) again(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	status := string(workflow.Scheduled)
	if l.waited {
		status = string(workflow.AwaitingConsent)
	}
	batch := &pgx.Batch{}
	batch.Queue(`UPDATE consent SET status = 'granted', waiting = '{}' WHERE consent_id = $1`, l.lina)
	batch.Queue(`DELETE FROM consent_answer WHERE consent_id = $1 AND revoked`, l.lina)
	batch.Queue(`UPDATE consent_answer SET ended_at = NULL WHERE answer_id = ANY ($1)`, l.answers)
	batch.Queue(`UPDATE consent_cover SET ended_at = NULL WHERE cover_id = ANY ($1)`, l.covers)
	batch.Queue(`DELETE FROM snapshot WHERE contribution_id = $1`, l.text)
	batch.Queue(`UPDATE contribution SET live_id = NULL, published_at = NULL WHERE contribution_id = $1`, l.text)
	batch.Queue(`UPDATE revision SET status = $2 WHERE revision_id = $1`, l.message.Subject, status)
	batch.Queue(`DELETE FROM outbox WHERE subject_id IN ($1, $2) AND message_id <> $3`, l.message.Subject, l.lina, l.message.ID)
	batch.Queue(`UPDATE outbox o SET status = 'waiting', done_at = NULL, version = r.version FROM revision r
		WHERE o.message_id = $1 AND r.revision_id = o.subject_id RETURNING o.version`, l.message.ID).QueryRow(func(row pgx.Row) error { return row.Scan(&l.message.Version) })
	if err := conn.SendBatch(t.Context(), batch).Close(); err != nil {
		t.Fatal(err)
	}
}

// A thousand times a family withdraws while the worker publishes: whichever comes first,
// the picture is not seen afterwards; neither waits for the other for ever, and neither fails.
func TestWithdrawRacesPublish(t *testing.T) {
	t.Parallel()
	const lanes, longest = 4, time.Minute
	each := 60
	if testing.Short() {
		each = 15
	}
	o := outpaced{household: newHousehold(t)}
	o.reader = publication.NewReader(publication.ReaderConfig{Store: o.db.Door(), Clock: o.clock})
	o.viewer = o.bundle.viewer(t, o.reader, o.Noe)
	var all []*lane
	for i := range lanes {
		all = append(all, o.lane(t, i%2 == 1))
	}
	begun := time.Now()
	var running sync.WaitGroup
	var races, live atomic.Int32
	for _, l := range all {
		conn, err := pgx.Connect(t.Context(), o.AdminURL())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(context.WithoutCancel(t.Context()))
		running.Go(func() {
			for n := 0; n < each && time.Since(begun) < longest && !t.Failed(); n++ {
				l.again(t, conn)
				if l.race(t, conn, n) {
					live.Add(1)
				}
				races.Add(1)
			}
		})
	}
	running.Wait()
	if deadlocks := o.count(t, `SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`); deadlocks > 0 {
		t.Errorf("%d deadlocks", deadlocks)
	}
	t.Logf("%d races in %s, in %d of which the text was published first", races.Load(), time.Since(begun).Round(time.Second), live.Load())
	if n := live.Load(); n == 0 || n == races.Load() {
		t.Errorf("one of the two always wins: %d of %d", n, races.Load())
	}
	for _, l := range all { // and after all that follows
		o.did(t, outbox.ConsentMoved, outbox.CheckClearance, outbox.PublishRevision)
		l.unseen(t, "after all that follows")
	}
}

func (l *lane) unseen(t *testing.T, when string) {
	t.Helper()
	if _, err := l.reader.Photo(t.Context(), l.viewer, l.text, l.photo, imageconsent.Standard); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("%s: seen, %v", when, err)
	}
}

// race runs one race, and reports whether the text is live after it.
func (l *lane) race(t *testing.T, conn *pgx.Conn, n int) bool {
	t.Helper()
	who := []id.Person{l.Lina, l.Haddad, l.karim, l.Diallo}[n%4]
	var both sync.WaitGroup
	var published, revoked error
	both.Go(func() { published = l.goOn(t, conn, l.message) })
	both.Go(func() {
		revoked = l.consents().Revoke(t.Context(), person(l.Tilleuls, who), l.lina, imageconsent.RevokeInput{For: l.Haddad})
	})
	both.Wait()
	if err := errors.Join(published, revoked); err != nil {
		t.Errorf("race %d: %v", n, err)
	}
	l.unseen(t, "withdrawn")
	var status workflow.Editorial
	if err := conn.QueryRow(t.Context(), `SELECT status FROM revision WHERE revision_id = $1`, l.message.Subject).Scan(&status); err != nil {
		t.Error(err)
	}
	if status != workflow.Live && status != workflow.AwaitingConsent {
		t.Errorf("race %d: %s", n, status)
	}
	return status == workflow.Live
}
