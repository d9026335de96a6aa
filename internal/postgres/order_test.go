package postgres_test

import (
	"cmp"
	"errors"
	"strings"
	"testing"
	"time"

	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// judicial is an order about something, as it was received.
func judicial(location string) moderation.OrderInput {
	return moderation.OrderInput{
		Location: location, Ground: "HATE", Authority: "Tribunal judiciaire de Toulouse", LegalBasis: "LCEN, art. 6-3", Reference: "TJ-31/2026/1187",
		OrderedOn: dbtest.Now.AddDate(0, 0, -1), Reasons: "Le texte appelle à la haine.",
	}
}

// ordered records an order, and has the worker do its work.
func (d *desk) ordered(t *testing.T, who id.Person, in moderation.OrderInput) id.Case {
	t.Helper()
	c, err := d.cases.RecordOrder(t.Context(), person(d.Tilleuls, who), in)
	if err != nil {
		t.Fatal(err)
	}
	d.work(t)
	return c
}

var (
	calledBack = moderation.CaseCommand{Action: workflow.Authenticate, Means: "called_back", Text: "Greffe rappelé au 05 61 00 00 00."}
	execution  = moderation.CaseCommand{Action: workflow.ExecuteOrder}
	answer     = moderation.CaseCommand{Action: workflow.AnswerOrder, Means: "mail", Text: "Le contenu est bloqué depuis ce matin."}
	lifting    = moderation.CaseCommand{Action: workflow.LiftOrder, Reference: "TJ-31/2026/1201", Text: "L'ordre est rapporté."}
)

// executed is a text that is blocked by an order.
func (d *desk) executed(t *testing.T, c id.Contribution) id.Case {
	t.Helper()
	order := d.ordered(t, d.Garcia, judicial("/e/0311234A/forum/"+c.String()))
	d.mustOn(t, d.Tilleuls, d.Garcia, order, calledBack)
	d.mustOn(t, d.Tilleuls, d.Garcia, order, execution)
	return order
}

// R48: an order is recorded with its clock running; nothing is blocked before its sender is
// known; then at once; it is answered; and the director lifts it, by a reference: what was
// blocked is there with its original date, whatever else it was.
func TestAnOrderFromReceiptToLift(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
	c := d.topic(t)
	published := d.dossier(t, c, d.Garcia).Contribution.PublishedAt
	order := d.ordered(t, d.Petit, judicial("https://ent.example.fr/e/0311234A/forum/"+c.String()+"-le-mammouth"))
	view := d.seeCase(t, d.Garcia, order)
	if view.Status != workflow.CaseOrdered || !view.DueAt.Equal(dbtest.Now.Add(24*time.Hour)) || len(view.Evidence) != 1 || view.Evidence[0].Exhibit.Title != "Le mammouth" {
		t.Errorf("recorded: %+v", view.Case)
	}
	if err := d.on(t, d.Tilleuls, d.Petit, order, execution); !errors.Is(err, workflow.ErrUnmet) || d.exposed(t, c) != workflow.Visible {
		t.Errorf("executed before its sender is known: %v", err)
	}
	d.mustOn(t, d.Tilleuls, d.Petit, order, calledBack)
	command := execution
	command.Version = d.inHand(t, order).Version
	if err := d.cases.ActOn(t.Context(), person(d.Tilleuls, d.Petit), order, command); err != nil {
		t.Fatal(err)
	}
	if d.exposed(t, c) != workflow.Blocked { // before any worker has done anything
		t.Fatal("executed, and not blocked in the same act")
	}
	d.work(t)
	if view = d.seeCase(t, d.Garcia, order); view.Order.ExecutedName == "" || !strings.Contains(view.Order.Draft, "TJ-31/2026/1187") || !strings.Contains(view.Order.Draft, "bloqué le") {
		t.Errorf("executed: %+v", view.Order)
	}
	d.mustOn(t, d.Tilleuls, d.Petit, order, answer)
	var refusal *workflow.Refusal
	if err := d.on(t, d.Tilleuls, d.Petit, order, lifting); !errors.Is(err, workflow.ErrForbidden) || !errors.As(err, &refusal) || refusal.Rule != "R48" {
		t.Errorf("lifted by a delegate: %v", err)
	}
	bare := lifting
	bare.Reference = ""
	if err := d.on(t, d.Tilleuls, d.Garcia, order, bare); !errors.Is(err, workflow.ErrReason) || d.exposed(t, c) != workflow.Blocked {
		t.Errorf("lifted without a reference: %v", err)
	}
	d.mustOn(t, d.Tilleuls, d.Garcia, order, lifting)
	after := d.dossier(t, c, d.Garcia)
	if after.Exposure() != workflow.Visible || !after.Contribution.PublishedAt.Equal(published) || d.inHand(t, order).Status != "closed" {
		t.Errorf("lifted: %s since %v", after.Exposure(), after.Contribution.PublishedAt)
	}
	d.wantSound(t)
}

// seeCase is a case on its page.
func (d *desk) seeCase(t *testing.T, who id.Person, c id.Case) moderation.CaseView {
	t.Helper()
	view, err := d.cases.Case(t.Context(), person(d.Tilleuls, who), c)
	if err != nil {
		t.Fatal(err)
	}
	return view
}

// A lift ends the order's own block: what another order blocks, and what was masked or withdrawn,
// stays so.
func TestALiftReleasesItsOwn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	d.mustJudge(t, d.Garcia, c, workflow.Mask, workflow.Reason{Ground: "PRIV", Text: "À voir."})
	first, second := d.executed(t, c), d.executed(t, c)
	d.mustOn(t, d.Tilleuls, d.Garcia, first, lifting)
	if d.exposed(t, c) != workflow.Blocked {
		t.Error("the lift of one order released another's block")
	}
	d.mustOn(t, d.Tilleuls, d.Garcia, second, lifting)
	if d.exposed(t, c) != workflow.Masked {
		t.Error("a lift released what it has not placed")
	}
}

// An order blocks a picture wherever it is used, and a whole space. Neither is released beside
// its order.
func TestAnOrderAboutAPictureOrASpace(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c, photo := d.topic(t), d.picture(t, d.Lina)
	act := func(order id.Case, command moderation.CaseCommand) {
		t.Helper()
		if err := d.on(t, d.Tilleuls, d.Garcia, order, command); err != nil {
			t.Fatal(err)
		}
	}
	for column, location := range map[string]string{"photo_id": "/photos/" + photo.String(), "space_id": d.Forum.String()} {
		order, err := d.cases.RecordOrder(t.Context(), person(d.Tilleuls, d.Garcia), judicial(location))
		if err != nil {
			t.Fatal(err)
		}
		act(order, calledBack)
		act(order, execution)
		open := `SELECT count(*) FROM hold WHERE case_id = $1 AND kind = 'block' AND status = 'open' AND ` + column + ` IS NOT NULL`
		if d.count(t, open, order) != 1 {
			t.Errorf("%s is not blocked", location)
		}
		if column == "space_id" {
			if d.exposed(t, c) != workflow.Blocked {
				t.Error("what is in the space is seen")
			}
			command := publication.SpaceCommand{
				Action: workflow.Lift, Version: int64(d.count(t, `SELECT version FROM space WHERE space_id = $1`, d.Forum)), Reason: workflow.Reason{Text: "Non.", Reference: "X"},
			}
			if err := d.spaces().Act(t.Context(), person(d.Tilleuls, d.Garcia), d.Forum, command); !errors.Is(err, workflow.ErrUnmet) {
				t.Errorf("lifted beside its order: %v", err)
			}
		}
		act(order, lifting)
		if d.count(t, open, order) != 0 {
			t.Errorf("%s is blocked yet", location)
		}
	}
	if d.exposed(t, c) != workflow.Visible {
		t.Error("the space was lifted, and what is in it is not seen")
	}
}

// The order's own date counts where it is earlier than the law's; an order about terrorism is
// for the hour; neither a holiday nor a later date moves that (invariant 10 of its kind).
func TestTheTimeToExecute(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	received := dbtest.Now.Add(-30 * time.Minute)
	for name, o := range map[string]struct {
		ground workflow.Ground
		by     time.Time
		want   time.Duration
	}{
		"the law's":            {"HATE", time.Time{}, 24 * time.Hour},
		"terrorism":            {"TERR", time.Time{}, time.Hour},
		"earlier":              {"HATE", received.Add(3 * time.Hour), 3 * time.Hour},
		"later":                {"HATE", received.AddDate(0, 0, 9), 24 * time.Hour},
		"terrorism, and later": {"TERR", received.Add(6 * time.Hour), time.Hour},
	} {
		in := judicial(c.String())
		in.Ground, in.DueBy, in.ReceivedAt = o.ground, o.by, received
		if due := d.seeCase(t, d.Garcia, d.ordered(t, d.Garcia, in)).DueAt; !due.Equal(received.Add(o.want)) {
			t.Errorf("%s: due %v after receipt", name, due.Sub(received))
		}
	}
}

// What an order does not say, or names where nothing is, is refused by its field.
func TestAnOrderSaysWhatItMust(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	for field, spoil := range map[string]func(*moderation.OrderInput){
		"location":    func(in *moderation.OrderInput) { in.Location = id.New[id.Contribution]().String() },
		"authority":   func(in *moderation.OrderInput) { in.Authority = " " },
		"legal_basis": func(in *moderation.OrderInput) { in.LegalBasis = "" },
		"reference":   func(in *moderation.OrderInput) { in.Reference = strings.Repeat("é", 201) },
		"ordered_on":  func(in *moderation.OrderInput) { in.OrderedOn = dbtest.Now.AddDate(0, 0, 1) },
		"received_at": func(in *moderation.OrderInput) { in.ReceivedAt = dbtest.Now.Add(time.Minute) },
		"ground":      func(in *moderation.OrderInput) { in.Ground = "X" },
	} {
		in := judicial(c.String())
		spoil(&in)
		_, err := d.cases.RecordOrder(t.Context(), person(d.Tilleuls, d.Garcia), in)
		var fault *directory.FieldError
		if !errors.As(err, &fault) || fault.Field != field || fault.Rule != "R48" {
			t.Errorf("%s: %v", field, err)
		}
	}
	for name, who := range map[string]id.Person{"a teacher": d.Martin, "a pupil": d.Lina} {
		var refusal *directory.Refusal
		if _, err := d.cases.RecordOrder(t.Context(), person(d.Tilleuls, who), judicial(c.String())); !errors.As(err, &refusal) || refusal.Rule != "R48" {
			t.Errorf("recorded by %s: %v", name, err)
		}
	}
	if n := d.count(t, `SELECT count(*) FROM case_file`); n != 0 {
		t.Errorf("%d cases are left", n)
	}
}

// The author is told why, once: at once, or when the silence is over that the authority wants.
func TestTheAuthorIsToldOfAnOrder(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	told := func(kind string) int {
		return d.count(t, `SELECT count(*) FROM notice WHERE kind = $1 AND person_id = $2`, kind, d.Lina)
	}
	open := d.executed(t, d.topic(t))
	view, err := d.cases.AuthorView(t.Context(), person(d.Tilleuls, d.Lina), d.toldAs(t, open))
	if err != nil || !view.Blocked || len(view.Letters) != 1 || !strings.Contains(view.Letters[0].Body, "Tribunal judiciaire") || told("order_blocked") != 1 {
		t.Errorf("told: %+v, %v, %d notices", view, err, told("order_blocked"))
	}
	in := judicial(d.said(t, "<p>Autre chose.</p>").String())
	in.SilentUntil = dbtest.Now.AddDate(0, 0, 10)
	silent := d.ordered(t, d.Garcia, in)
	d.mustOn(t, d.Tilleuls, d.Garcia, silent, calledBack)
	d.mustOn(t, d.Tilleuls, d.Garcia, silent, execution)
	if view, err = d.cases.AuthorView(t.Context(), person(d.Tilleuls, d.Lina), d.toldAs(t, silent)); err != nil || view.Blocked || len(view.Letters) != 0 || told("order_blocked") != 1 {
		t.Errorf("told in the silence: %+v, %v, %d notices", view, err, told("order_blocked"))
	}
	d.pass(10*24*time.Hour + time.Minute)
	d.work(t)
	if _, err := d.cases.AuthorView(t.Context(), person(d.Tilleuls, d.Lina), d.toldAs(t, silent)); err != nil || told("order_blocked") != 2 {
		t.Errorf("after the silence: %v, %d notices", err, told("order_blocked"))
	}
	d.mustOn(t, d.Tilleuls, d.Garcia, silent, lifting)
	if told("order_lifted") != 1 {
		t.Errorf("told of the lift %d times", told("order_lifted"))
	}
}

// Whoever judges is told of an order when it comes, before its time is over, and when it is.
func TestALateOrder(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	order := d.ordered(t, d.Garcia, judicial(d.topic(t).String()))
	for _, step := range []struct {
		kind  string
		after time.Duration
	}{{"order_received", 0}, {"order_due", 12*time.Hour + time.Minute}, {"order_overdue", 12 * time.Hour}} {
		d.pass(step.after)
		d.work(t)
		if n := d.count(t, `SELECT count(*) FROM notice WHERE kind = $1 AND person_id = $2 AND case_id = $3`, step.kind, d.Garcia, order); n != 1 {
			t.Errorf("%s: told %d times", step.kind, n)
		}
	}
}

// R46: an order about what is the head's own goes to the authority above at once, leaves the
// head's view, and is executed and lifted from there.
func TestAnOrderAboutTheHeads(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	above := d.académie(t)
	d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
	c := d.write(t, d.Lina, d.Forum, publication.Topic, "La cantine", "<p>Madame Garcia a menti.</p>")
	order := d.ordered(t, d.Petit, judicial(c.String()))
	if stands := d.inHand(t, order); stands.Tenant != above.Tenant || stands.Status != "ordered" {
		t.Fatalf("it is %+v", stands)
	}
	if err := d.on(t, d.Tilleuls, d.Garcia, order, execution); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("the head: %v", err)
	}
	d.mustOn(t, above.Tenant, above.Legrand, order, calledBack)
	d.mustOn(t, above.Tenant, above.Legrand, order, execution)
	if d.exposed(t, c) != workflow.Blocked {
		t.Error("not blocked from above")
	}
	if err := d.on(t, above.Tenant, above.Legrand, order, lifting); !errors.Is(err, workflow.ErrForbidden) {
		t.Errorf("lifted by a delegate of the authority: %v", err)
	}
	d.mustOn(t, above.Tenant, above.Recteur, order, lifting)
	if d.exposed(t, c) != workflow.Visible {
		t.Error("not lifted from above")
	}
	d.wantSound(t)
}

// Another establishment's director finds neither the order nor what it is about.
func TestOrdersHaveWalls(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	order := d.executed(t, c)
	there := person(d.Platanes, d.Roche)
	for _, command := range []moderation.CaseCommand{answer, lifting} {
		if err := d.cases.ActOn(t.Context(), there, order, command); !errors.Is(err, directory.ErrNotFound) {
			t.Errorf("%s from elsewhere: %v", command.Action, err)
		}
	}
	var fault *directory.FieldError
	if _, err := d.cases.RecordOrder(t.Context(), there, judicial(c.String())); !errors.As(err, &fault) || fault.Field != "location" {
		t.Errorf("recorded elsewhere about what is here: %v", err)
	}
}

// An order acts on what it is about, whatever else a command names: a picture that is withdrawn is of
// decisions alone (R48).
func TestAnOrderActsOnItsOwnTarget(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c, photo := d.topic(t), d.picture(t, d.Lina)
	order := d.ordered(t, d.Garcia, judicial("/e/0311234A/forum/"+c.String()))
	for _, command := range []moderation.CaseCommand{calledBack, execution, answer, lifting} {
		command.Verdict, command.Photo = workflow.WithdrawPicture, photo
		d.mustOn(t, d.Tilleuls, d.Garcia, order, command)
		want := map[workflow.Action]workflow.Exposure{workflow.Authenticate: workflow.Visible, workflow.LiftOrder: workflow.Visible}
		if got := d.exposed(t, c); got != cmp.Or(want[command.Action], workflow.Blocked) {
			t.Errorf("%s: the text is %s", command.Action, got)
		}
		d.wantSound(t)
	}
	if n := d.count(t, `SELECT count(*) FROM hold WHERE photo_id IS NOT NULL`); n != 0 {
		t.Errorf("%d holds on a picture that the order is not about", n)
	}
}
