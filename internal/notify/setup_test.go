package notify_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/id"
	"imprimatur/internal/mail"
	"imprimatur/internal/notify"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
	"imprimatur/publication"
)

// bundle is a school that asks families, and a mail server.
type bundle struct {
	*dbtest.School
	db         *postgres.DB
	admin      *pgx.Conn
	moderation *moderation.Service
	consents   *imageconsent.Consents
	cases      *moderation.Cases
	office     *postOffice
	post       *notify.Service

	mu  sync.Mutex
	now time.Time
}

const (
	base = "https://ent.example"
	from = "Imprimatur <ne-pas-repondre@ent.example>"

	bounces = "retours@ent.example"
)

// setup is a school with a mail server, whose families have addresses.
func setup(t *testing.T) *bundle {
	t.Helper()
	b := &bundle{School: dbtest.NewSchool(t), now: dbtest.Now, office: openPostOffice(t)}
	db, err := postgres.Open(t.Context(), postgres.Config{URL: b.URL("imprimatur"), MaxConns: 6, Clock: b.clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	if b.admin, err = pgx.Connect(t.Context(), b.AdminURL()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.admin.Close(context.Background()) })
	b.db = db
	b.moderation = moderation.NewService(moderation.Config{InTx: postgres.Transactions[moderation.Tx](db), Clock: b.clock})
	b.consents = imageconsent.NewConsents(imageconsent.ConsentsConfig{InTx: postgres.Transactions[imageconsent.ConsentTx](db), Clock: b.clock, Links: db})
	b.cases = moderation.NewCases(moderation.CasesConfig{InTx: postgres.Transactions[moderation.CasesTx](db), Finder: db, Clock: b.clock})
	b.post = b.service(t, b.office.url, 600)
	b.exec(t, `UPDATE person SET email = external_id || '@example.org'`)
	b.exec(t, `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, 'contact_mail', '"accueil@tilleuls.example"', now())`, b.Tilleuls)
	return b
}

func (b *bundle) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *bundle) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

// until lets the time pass until the one that a question has for an answer.
func (b *bundle) until(t *testing.T, sql string, args ...any) {
	t.Helper()
	b.pass(value[time.Time](t, b, sql, args...).Sub(b.clock()))
}

// service is a process that sends by a server; by none where the address is empty.
func (b *bundle) service(t *testing.T, address string, perMinute int) *notify.Service {
	t.Helper()
	cfg := notify.Config{InTx: postgres.Transactions[notify.Tx](b.db), Links: b.consents, Follow: b.cases, BaseURL: base, Clock: b.clock}
	if address != "" {
		var err error
		if cfg.SMTP, err = notify.NewSMTP(address, from, bounces, perMinute); err != nil {
			t.Fatal(err)
		}
	}
	return notify.NewService(cfg)
}

func (b *bundle) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	if _, err := b.admin.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
}

// value answers a question that has one value for an answer.
func value[T any](t *testing.T, b *bundle, sql string, args ...any) T {
	t.Helper()
	var v T
	if err := b.admin.QueryRow(t.Context(), sql, args...).Scan(&v); err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	return v
}

func (b *bundle) person(who id.Person) actor.Actor {
	return actor.Actor{Kind: actor.KindPerson, Person: who, Tenant: b.Tilleuls, Via: "test"}
}

// brother makes Noé a child of Haddad's too.
func (b *bundle) brother(t *testing.T) {
	t.Helper()
	b.exec(t, `INSERT INTO guardianship (pupil_id, guardian_id, parental_authority, relation) VALUES ($1, $2, true, '10')`, b.Noe, b.Haddad)
}

// ask has Martin ask for a project, of Lina or of whom else is named.
func (b *bundle) ask(t *testing.T, title string, persons ...id.Person) (imageconsent.Request, map[id.Person]id.Consent) {
	t.Helper()
	if len(persons) == 0 {
		persons = []id.Person{b.Lina}
	}
	sent, err := b.consents.Ask(t.Context(), b.person(b.Martin), imageconsent.AskInput{
		Title: title, Nature: "Photos de groupe", Purpose: "Raconter la sortie", Place: "Toulouse", Territory: "France", ToCome: true,
		TakenFrom: b.clock(), TakenTo: b.clock(), Operations: []string{"Mise en ligne"}, Persons: persons,
		Uses: []imageconsent.UseInput{{Space: b.Blog, Media: []imageconsent.Medium{imageconsent.Image}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	asked := map[id.Person]id.Consent{}
	for _, w := range sent.Persons {
		asked[w.Kin.Person.ID] = w.Consent
	}
	return sent.Request, asked
}

// due lists what is promised and due now.
func (b *bundle) due(t *testing.T) []outbox.Message {
	t.Helper()
	rows, err := b.admin.Query(t.Context(), `SELECT message_id, tenant_id, kind, subject_id, version, note, due_at FROM outbox
		WHERE status <> 'done' AND due_at <= $1 ORDER BY message_id`, b.clock())
	if err != nil {
		t.Fatal(err)
	}
	messages, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (m outbox.Message, err error) {
		return m, row.Scan(&m.ID, &m.Tenant, &m.Kind, &m.Subject, &m.Version, &m.Note, &m.Due)
	})
	if err != nil {
		t.Fatal(err)
	}
	return messages
}

// work does all that is due but letters, and gives those.
func (b *bundle) work(t *testing.T) []outbox.Message {
	t.Helper()
	for {
		var letters []outbox.Message
		did := false
		for _, m := range b.due(t) {
			var err error
			switch m.Kind {
			case outbox.SendMail:
				letters = append(letters, m)
				continue
			case outbox.NoticeConsent:
				err = b.moderation.Notify(t.Context(), m)
			case outbox.ReceiveCase, outbox.RouteCase, outbox.CaseDue, outbox.CaseLetters, outbox.NoticeCase:
				err = b.cases.Step(t.Context(), m)
			case outbox.ConsentMoved:
				err = b.consents.Moved(t.Context(), m)
			default:
				err = fmt.Errorf("nobody works on %s here", m.Kind)
			}
			if err != nil {
				t.Fatal(err)
			}
			did = true
		}
		if !did {
			return letters
		}
	}
}

// send sends every letter that is due an hour from now.
func (b *bundle) send(t *testing.T) {
	t.Helper()
	b.work(t)
	b.pass(time.Hour)
	for _, m := range b.work(t) {
		if err := b.post.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
}

// tried sends the one letter that is due, and gives what became of it.
func (b *bundle) tried(t *testing.T) (mail.State, error) {
	t.Helper()
	letters := b.work(t)
	if len(letters) != 1 {
		t.Fatalf("%d letters are due", len(letters))
	}
	err := b.post.Send(t.Context(), letters[0])
	return value[mail.State](t, b, `SELECT state FROM letter WHERE letter_id = $1`, letters[0].Subject), err
}

// waits reports whether an error says that a letter has to wait its turn.
func waits(err error) bool {
	_, ok := errors.AsType[*publication.WaitError](err)
	return ok
}
