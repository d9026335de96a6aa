package postgres_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"imprimatur/internal/actor"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/notify"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// desk is a school with moderation over it, at a time that tests move on.
type desk struct {
	*bundle
	mod   *moderation.Service
	cases *moderation.Cases
	stops *publication.Stops
	admin *pgx.Conn // behind the walls
	scans cupboard

	mu  sync.Mutex
	now time.Time
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{bundle: setup(t), now: dbtest.Now}
	d.mod = moderation.NewService(moderation.Config{InTx: postgres.Transactions[moderation.Tx](d.db), Clock: d.clock})
	d.cases = moderation.NewCases(moderation.CasesConfig{InTx: postgres.Transactions[moderation.CasesTx](d.db), Finder: d.db, Clock: d.clock})
	d.stops = publication.NewStops(postgres.Transactions[publication.StopTx](d.db), d.clock)
	d.publish = publication.NewService(publication.Config{InTx: d.inTx, Clock: d.clock})
	admin, err := pgx.Connect(t.Context(), d.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = admin.Close(context.WithoutCancel(t.Context())) })
	d.admin = admin
	return d
}

func (d *desk) clock() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

func (d *desk) pass(time time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = d.now.Add(time)
}

func (d *desk) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	if _, err := d.admin.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
}

// count answers a question that has a number for an answer.
func (d *desk) count(t *testing.T, sql string, args ...any) int {
	t.Helper()
	var n int
	if err := d.admin.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	return n
}

// open lists the messages that are due and not done.
func (d *desk) open(t *testing.T) []outbox.Message {
	t.Helper()
	rows, err := d.admin.Query(t.Context(), `SELECT message_id, tenant_id, kind, subject_id, version, note, due_at FROM outbox
		WHERE status <> 'done' AND due_at <= $1 ORDER BY message_id`, d.clock())
	if err != nil {
		t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (m outbox.Message, err error) {
		err = row.Scan(&m.ID, &m.Tenant, &m.Kind, &m.Subject, &m.Version, &m.Note, &m.Due)
		return m, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func (d *desk) handle(ctx context.Context, m outbox.Message) error {
	switch m.Kind {
	case outbox.ScreenRevision:
		return d.mod.Screen(ctx, m)
	case outbox.PublishRevision:
		return d.publish.Publish(ctx, m)
	case outbox.CheckClearance:
		return d.publish.Cleared(ctx, m)
	case outbox.NoticeRevision, outbox.NoticeHold, outbox.NoticeSpace, outbox.NoticeHandover, outbox.NoticeStanding, outbox.NoticeDenials, outbox.NoticeOffice, outbox.NoticePhoto, outbox.NoticeConsent:
		return d.mod.Notify(ctx, m)
	case outbox.HoldDue:
		return d.stops.Overdue(ctx, m)
	case outbox.HaltDue:
		return d.stops.Lapse(ctx, m)
	case outbox.RescreenList:
		return d.mod.Rescreen(ctx, m)
	case outbox.ReviewConsent:
		return d.consents().Review(ctx, m)
	case outbox.ConsentMoved:
		return d.consents().Moved(ctx, m)
	case outbox.SendMail:
		return d.post().Send(ctx, m)
	case outbox.ReceiveCase, outbox.JoinCase, outbox.RouteCase, outbox.CaseDue, outbox.CarryCase, outbox.CaseLetters, outbox.NoticeCase, outbox.WarnAbove:
		return d.cases.Step(ctx, m)
	}
	return errors.New("no handler of " + string(m.Kind))
}

// post keeps letters, where no mail server is configured.
func (d *desk) post() *notify.Service {
	return notify.NewService(notify.Config{InTx: postgres.Transactions[notify.Tx](d.db), Links: d.consents(), Follow: d.cases, Clock: d.clock})
}

// work does all that is promised, and what that promises.
func (d *desk) work(t *testing.T) {
	t.Helper()
	for list := d.open(t); len(list) > 0; list = d.open(t) {
		for _, m := range list {
			if err := d.handle(t.Context(), m); err != nil && !d.moved(t, m) {
				t.Fatalf("%s of %s: %v", m.Kind, m.Note, err)
			}
		}
	}
}

// moved reports whether a message has gone to another house with what it is about: it comes again.
func (d *desk) moved(t *testing.T, m outbox.Message) bool {
	t.Helper()
	return d.count(t, `SELECT count(*) FROM outbox WHERE message_id = $1 AND tenant_id <> $2`, m.ID, m.Tenant) == 1
}

// write has somebody write and submit, and the worker do its work.
func (d *desk) write(t *testing.T, who id.Person, space id.Space, kind publication.Kind, title, body string) id.Contribution {
	t.Helper()
	c := d.submit(t, who, publication.New{Space: space, Kind: kind, Input: publication.Input{Title: title, Body: body}})
	d.work(t)
	return c
}

func (d *desk) submit(t *testing.T, who id.Person, n publication.New) id.Contribution {
	t.Helper()
	tenant := d.Tilleuls
	if n.Space == d.Press {
		tenant = d.Platanes
	}
	author := person(tenant, who)
	c, err := d.publish.Create(t.Context(), author, n)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.publish.Act(t.Context(), author, c, publication.Command{Action: workflow.Submit, Version: 1}); err != nil {
		t.Fatal(err)
	}
	return c
}

// judge has somebody act on the contribution as it is.
func (d *desk) judge(t *testing.T, who id.Person, c id.Contribution, action workflow.Action, reason ...workflow.Reason) error {
	t.Helper()
	command := publication.Command{Action: action, Version: int64(d.count(t, `SELECT version FROM contribution WHERE contribution_id = $1`, c))}
	for _, r := range reason {
		command.Reason = r
	}
	return d.mod.Act(t.Context(), person(d.Tilleuls, who), c, command)
}

func (d *desk) mustJudge(t *testing.T, who id.Person, c id.Contribution, action workflow.Action, reason ...workflow.Reason) {
	t.Helper()
	if err := d.judge(t, who, c, action, reason...); err != nil {
		t.Fatalf("%s: %v", action, err)
	}
	d.pass(time.Second) // so that what follows is later
}

// queue is what waits for somebody, all of it.
func (d *desk) queue(t *testing.T, who id.Person, f moderation.Filter) []moderation.Entry {
	t.Helper()
	page, err := d.mod.Queue(t.Context(), person(d.Tilleuls, who), f)
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}

func contributions(entries []moderation.Entry) []id.Contribution {
	list := make([]id.Contribution, len(entries))
	for i, e := range entries {
		list[i] = e.Contribution
	}
	return list
}

func (d *desk) status(t *testing.T, c id.Contribution) (statuses []string) {
	t.Helper()
	rows, err := d.admin.Query(t.Context(), `SELECT status FROM revision WHERE contribution_id = $1 ORDER BY number`, c)
	if err != nil {
		t.Fatal(err)
	}
	statuses, err = pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return statuses
}

func sample(name string, severity workflow.Severity, action moderation.Verdict, words ...string) moderation.WordList {
	grounds := map[workflow.Severity]workflow.Ground{1: "PURP", 2: "INJ", 3: "HAR", 4: "SUI"}
	return moderation.WordList{Name: name, Ground: grounds[severity], Severity: severity, Action: action, Words: words}
}

func (d *desk) keepList(t *testing.T, l moderation.WordList) id.WordList {
	t.Helper()
	list, err := d.mod.CreateWordList(t.Context(), person(d.Tilleuls, d.Garcia), l)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestScreeningSendsEachTextItsWay(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.keepList(t, sample("insultes", 2, moderation.Hold, "crétin"))
	d.keepList(t, sample("harcèlement", 3, moderation.Hold, "va mourir"))
	d.exec(t, `INSERT INTO standing (standing_id, tenant_id, person_id, kind, during, reason) VALUES ($1, $2, $3, 'supervised', tstzrange($4, $5), 'R53')`,
		id.New[id.Standing](), d.Tilleuls, d.Noe, dbtest.Now.Add(-time.Hour), dbtest.Now.Add(48*time.Hour))
	for _, test := range []struct { // in this order: whoever has three texts live is no newcomer
		name     string
		who      id.Person
		space    id.Space
		kind     publication.Kind
		body     string
		status   string
		severity int
		phases   []string
	}{
		{"a blog reviews first", d.Lina, d.Blog, publication.Article, "<p>Nous avons vu un mammouth.</p>", "in_review", 0, []string{"newcomer"}},
		{"a forum publishes first", d.Lina, d.Forum, publication.Topic, "<p>Qui a lu <em>Momo</em> ?</p>", "live", 0, []string{"newcomer"}},
		{"an insult flags in a forum", d.Lina, d.Forum, publication.Topic, "<p>Quel CRETIN !</p>", "live", 2, []string{"words", "newcomer"}},
		{"harassment holds in a forum", d.Lina, d.Forum, publication.Topic, "<p>Va   mourir.</p>", "in_review", 3, []string{"words", "newcomer"}},
		{"supervision holds everywhere", d.Noe, d.Forum, publication.Topic, "<p>J'aime ce livre.</p>", "in_review", 0, []string{"supervision", "newcomer"}},
		{"an address is told", d.Lina, d.Forum, publication.Topic, "<p>Écris à lina@exemple.fr</p>", "live", 2, []string{"contacts", "newcomer"}},
	} {
		c := d.write(t, test.who, test.space, test.kind, "Un titre", test.body)
		if got := d.status(t, c); !slices.Equal(got, []string{test.status}) {
			t.Errorf("%s: status %v, want %s", test.name, got, test.status)
		}
		item, err := d.mod.Item(t.Context(), person(d.Tilleuls, d.Diallo), c)
		if err != nil {
			t.Fatal(err)
		}
		var phases []string
		for _, f := range item.Findings {
			phases = append(phases, f.Phase)
		}
		if diff := cmp.Diff(test.phases, phases); diff != "" {
			t.Errorf("%s: phases (-want +got)\n%s", test.name, diff)
		}
		if got := moderation.Concerned(item.Dossier); int(got.Severity) != test.severity || got.TargetAt.IsZero() {
			t.Errorf("%s: severity %d, target %s", test.name, got.Severity, got.TargetAt)
		}
		d.pass(2 * time.Minute) // out of the flood's window
	}
}

func TestScreeningIsIdempotent(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.submit(t, d.Lina, publication.New{Space: d.Blog, Kind: publication.Article, Input: publication.Input{Title: "Un", Body: "<p>Écris à lina@exemple.fr</p>"}})
	m := d.open(t)[0]
	if err := d.mod.Screen(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	before := d.count(t, `SELECT count(*) FROM finding`)
	if err := d.mod.Screen(t.Context(), m); !errors.Is(err, workflow.ErrStale) {
		t.Errorf("a second delivery: %v", err)
	}
	if after := d.count(t, `SELECT count(*) FROM finding`); after != before || before == 0 {
		t.Errorf("%d findings, then %d", before, after)
	}
	if got := d.status(t, c); !slices.Equal(got, []string{"in_review"}) {
		t.Errorf("status %v", got)
	}
}

func TestScreeningLeavesWhatHasMoved(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.submit(t, d.Lina, publication.New{Space: d.Blog, Kind: publication.Article, Input: publication.Input{Title: "Un", Body: "<p>Deux</p>"}})
	d.mustJudge(t, d.Lina, c, workflow.Abandon)
	d.work(t)
	if got := d.status(t, c); !slices.Equal(got, []string{"abandoned"}) {
		t.Errorf("status %v", got)
	}
	if n := d.count(t, `SELECT count(*) FROM outbox WHERE status <> 'done'`); n != 0 {
		t.Errorf("%d messages are still open", n)
	}
}

func TestAFloodIsHeld(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var last id.Contribution
	for i := range 5 {
		last = d.write(t, d.Lina, d.Forum, publication.Topic, "Sujet", "<p>Message numéro "+string(rune('1'+i))+"</p>")
		if got := d.status(t, last); i < 4 && got[0] != "live" {
			t.Errorf("message %d: %v", i+1, got)
		}
		d.pass(time.Second)
	}
	if got := d.status(t, last); !slices.Equal(got, []string{"in_review"}) {
		t.Errorf("the fifth within a minute: %v", got)
	}
}

func TestSeverity4AlertsAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.keepList(t, sample("danger", 4, moderation.Hold, "me tuer"))
	d.work(t)
	c := d.write(t, d.Lina, d.Forum, publication.Topic, "Ce soir", "<p>Je vais me tuer.</p>")
	for _, who := range []id.Person{d.Diallo, d.Martin, d.Garcia} { // owner, backup, director
		page, err := d.mod.Notices(t.Context(), person(d.Tilleuls, who), "", 0)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(page.Items, func(n moderation.Notice) bool { return n.Kind == moderation.ToldAlert && n.Contribution == c }) {
			t.Errorf("%s was not alerted: %+v", who, page.Items)
		}
	}
	entries := d.queue(t, d.Diallo, moderation.Filter{})
	if len(entries) != 1 || entries[0].Severity != 4 || !entries[0].Target.Equal(dbtest.Now.Add(time.Hour)) {
		t.Errorf("the queue has %+v", entries)
	}
}

func TestAnotherEstablishmentSeesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.write(t, d.Lina, d.Blog, publication.Article, "Le musée", "<p>Un mammouth.</p>")
	for name, who := range map[string]actor.Actor{
		"the head of another":       person(d.Platanes, d.Roche),
		"a pupil of another":        person(d.Platanes, d.Zoe),
		"a moderator, in the other": person(d.Platanes, d.Martin),
		"the head of another, here": person(d.Tilleuls, d.Roche),
		"a pupil of the same class": person(d.Tilleuls, d.Noe),
		"nobody":                    actor.Anonymous(d.Tilleuls, "test"),
	} {
		for call, err := range map[string]error{
			"item":    second(d.mod.Open(t.Context(), who, c)),
			"claim":   second(d.mod.Claim(t.Context(), who, c)),
			"history": second(d.mod.History(t.Context(), who, c, "", 0)),
			"diff":    second(d.mod.Diff(t.Context(), who, c, 1, 1)),
			"act":     d.mod.Act(t.Context(), who, c, publication.Command{Action: workflow.Approve, Version: 3}),
		} {
			if !errors.Is(err, directory.ErrNotFound) {
				t.Errorf("%s, %s: %v", name, call, err)
			}
		}
		page, err := d.mod.Queue(t.Context(), who, moderation.Filter{})
		if err != nil || len(page.Items) != 0 {
			t.Errorf("%s has %d in the queue, %v", name, len(page.Items), err)
		}
		counts, err := d.mod.Counts(t.Context(), who)
		if diff := cmp.Diff(moderation.Waiting{}, counts); err != nil || diff != "" {
			t.Errorf("%s counts %s, %v", name, diff, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestTheItemShowsWhatAReviewerNeeds(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.keepList(t, sample("insultes", 2, moderation.Flag, "crétin"))
	c := d.write(t, d.Lina, d.Blog, publication.Article, "Le musée", "<p>Un mammouth.</p>")
	d.mustJudge(t, d.Martin, c, workflow.Approve)
	d.work(t)
	lina := person(d.Tilleuls, d.Lina)
	if _, err := d.publish.SaveDraft(t.Context(), lina, c, 0, publication.Input{Title: "Le musée", Body: "<p>Un mammouth crétin.</p>"}); err != nil {
		t.Fatal(err)
	}
	d.mustJudge(t, d.Lina, c, workflow.Submit)
	d.work(t)
	item, err := d.mod.Open(t.Context(), person(d.Tilleuls, d.Martin), c)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := item.Marked.String(), "<p>Un mammouth <mark>crétin</mark>.</p>"; got != want {
		t.Errorf("marked %s", got)
	}
	if item.Diff == nil || item.Diff.HTML.String() != "<p>Un mammouth<ins> crétin</ins>.</p>" {
		t.Errorf("diff %+v", item.Diff)
	}
	if item.Waits == nil || item.Waits.Reason != moderation.ForReview || item.Claim == nil || item.Claim.Name != "Paul Martin" || item.FirstView == nil {
		t.Errorf("waits %+v, claim %+v, first view %+v", item.Waits, item.Claim, item.FirstView)
	}
	want := &moderation.Record{Live: 1, Submitted: 2, Recent: []moderation.Decision{{Contribution: c, Title: "Le musée", Action: workflow.Approve, At: dbtest.Now}}}
	if diff := cmp.Diff(want, item.Record, cmpopts.EquateApproxTime(0)); diff != "" {
		t.Errorf("record (-want +got)\n%s", diff)
	}
	own, err := d.mod.Open(t.Context(), lina, c)
	if err != nil || own.Findings != nil || own.Record != nil || own.Waits != nil || own.Dossier.Open == nil {
		t.Errorf("the author sees %+v, %v", own, err)
	}
	diff, err := d.mod.Diff(t.Context(), lina, c, 1, 2)
	if err != nil || !diff.Changed {
		t.Errorf("the author compares: %+v, %v", diff, err)
	}
	if _, err := d.mod.Diff(t.Context(), lina, c, 1, 9); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("a text that is not there: %v", err)
	}
}

func TestDraftsAreClosedToModerators(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	lina := person(d.Tilleuls, d.Lina)
	c, err := d.publish.Create(t.Context(), lina, publication.New{Space: d.Blog, Kind: publication.Article, Input: publication.Input{Title: "Secret", Body: "<p>Secret.</p>"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []id.Person{d.Martin, d.Garcia} {
		if _, err := d.mod.Open(t.Context(), person(d.Tilleuls, who), c); !errors.Is(err, directory.ErrNotFound) {
			t.Errorf("R24: a draft is open to %s: %v", who, err)
		}
	}
	d.mustJudge(t, d.Lina, c, workflow.Submit)
	d.work(t)
	if _, err := d.publish.SaveDraft(t.Context(), lina, c, 0, publication.Input{Title: "Secret", Body: "<p>Plus secret.</p>"}); err != nil {
		t.Fatal(err)
	}
	item, err := d.mod.Item(t.Context(), person(d.Tilleuls, d.Martin), c)
	if err != nil || item.Draft != nil || item.Dossier.Open == nil {
		t.Errorf("R24: a moderator reads %+v, %v", item.Draft, err)
	}
	if _, err := d.publish.Suggest(t.Context(), person(d.Tilleuls, d.Martin), c, 0, publication.Input{Title: "Mieux", Body: "<p>Mieux.</p>"}); err != nil {
		t.Fatal(err)
	}
	for who, sees := range map[id.Person]bool{d.Martin: true, d.Lina: true, d.Garcia: false} {
		item, err := d.mod.Item(t.Context(), person(d.Tilleuls, who), c)
		if err != nil || (item.Suggestion != nil) != sees {
			t.Errorf("R18: the suggestion for %s: %+v, %v", who, item.Suggestion, err)
		}
	}
}
