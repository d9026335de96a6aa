package postgres_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/notify"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Lists are in the order of deadlines, in pages, with what is late; what is done is a list of its own.
func TestCasesAreListedByUrgency(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	garcia, ctx := person(d.Tilleuls, d.Garcia), t.Context()
	for _, ground := range []workflow.Ground{"PURP", "HAR", "DEF"} {
		d.file(t, anonymous(d.Tilleuls), moderation.ReportInput{Location: "/là", Ground: ground, Explanation: "Là.", Name: "Luc", Email: "luc@exemple.fr", GoodFaith: true})
	}
	d.work(t)
	var got []workflow.Ground
	for f := (moderation.CaseFilter{Limit: 2}); ; {
		page, err := d.cases.Cases(ctx, garcia, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range page.Items {
			got = append(got, line.Ground)
			if line.Reports != 1 || line.AssigneeName != "Inès Garcia" || line.Late {
				t.Errorf("line %+v", line)
			}
		}
		if f.After = page.Next; f.After == "" {
			break
		}
	}
	if want := []workflow.Ground{"HAR", "DEF", "PURP"}; !slices.Equal(got, want) {
		t.Errorf("in the order %v", got)
	}
	if n, err := d.cases.CountCases(ctx, garcia); err != nil || n != 3 {
		t.Errorf("%d wait, %v", n, err)
	}
	for name, who := range map[string]id.Person{"a pupil": d.Noe, "an owner of another": d.Diallo, "the head of another": d.Roche} {
		page, err := d.cases.Cases(ctx, person(d.Tilleuls, who), moderation.CaseFilter{})
		if n, counted := d.cases.CountCases(ctx, person(d.Tilleuls, who)); err != nil || counted != nil || len(page.Items) != 0 || n != 0 {
			t.Errorf("%s lists %d and counts %d: %v, %v", name, len(page.Items), n, err, counted)
		}
	}
	d.pass(5 * time.Hour)
	page, err := d.cases.Cases(ctx, garcia, moderation.CaseFilter{Mine: true})
	if err != nil || !page.Items[0].Late || page.Items[1].Late {
		t.Errorf("after five hours: %+v, %v", page.Items, err)
	}
	if _, err := d.cases.Cases(ctx, garcia, moderation.CaseFilter{After: "x"}); !errors.Is(err, publication.ErrCursor) {
		t.Errorf("a cursor that is none: %v", err)
	}
	first := page.Items[0].ID
	d.mustOn(t, d.Tilleuls, d.Garcia, first, moderation.CaseCommand{Action: workflow.Examine})
	d.mustOn(t, d.Tilleuls, d.Garcia, first, moderation.CaseCommand{Action: workflow.DecideCase, Verdict: workflow.Keep, Reason: "Rien."})
	if page, err := d.cases.Cases(ctx, garcia, moderation.CaseFilter{Done: true}); err != nil || len(page.Items) != 1 || page.Items[0].ID != first {
		t.Errorf("done: %+v, %v", page.Items, err)
	}
}

// Two cases about one thing become one: with what was reported, and with what one has hidden.
func TestCasesAreMerged(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	receipt := d.file(t, anonymous(d.Tilleuls), anyone(c, "HAR"))
	d.work(t)
	grave := d.only(t)
	d.file(t, anonymous(d.Tilleuls), moderation.ReportInput{Location: "le sujet de Lina", Ground: "DEF", Explanation: "Là.", Name: "Luc", Email: "luc@exemple.fr", GoodFaith: true})
	d.work(t)
	var vague id.Case
	if err := d.admin.QueryRow(t.Context(), `SELECT case_id FROM case_file WHERE case_id <> $1`, grave).Scan(&vague); err != nil {
		t.Fatal(err)
	}
	if err := d.on(t, d.Tilleuls, d.Garcia, vague, moderation.CaseCommand{Action: workflow.Merge, Into: vague}); err == nil {
		t.Error("a case goes on with itself")
	}
	var fault *directory.FieldError
	if err := d.on(t, d.Tilleuls, d.Garcia, grave, moderation.CaseCommand{Action: workflow.Merge, Into: vague}); !errors.As(err, &fault) || fault.Code != "hides" {
		t.Errorf("R42: what hides something goes on elsewhere, and nothing would end it: %v", err)
	}
	d.mustOn(t, d.Tilleuls, d.Garcia, vague, moderation.CaseCommand{Action: workflow.Merge, Into: grave})
	view, err := d.cases.Case(t.Context(), person(d.Tilleuls, d.Garcia), grave)
	if err != nil || len(view.Reports) != 2 {
		t.Fatalf("%d reports, %v", len(view.Reports), err)
	}
	d.mustOn(t, d.Tilleuls, d.Garcia, grave, withdrawal)
	if follow, err := d.cases.Follow(t.Context(), moderation.Follower{Secret: receipt.Secret}); err != nil || follow.Stage != moderation.StageDecided {
		t.Errorf("%+v, %v", follow, err)
	}
	if n := d.count(t, `SELECT count(*) FROM case_letter WHERE kind = 'decision' AND party = 'reporter'`); n != 2 {
		t.Errorf("%d answers to two reports", n)
	}
}

// R50: a ground that calls for sealing does, though it comes after another as grave; and the
// address of a comment is that of the comment, not of the text that it is below.
func TestWhatJoinsACaseSealsItsContent(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	d.file(t, anonymous(d.Tilleuls), moderation.ReportInput{
		Location: "https://ent.exemple/e/0310000Z/club/" + d.Lina.String() + "#m-" + c.String(), Ground: "HAR", Explanation: "Là.", Name: "Luc", Email: "luc@exemple.fr", GoodFaith: true,
	})
	d.work(t)
	if got := d.exposed(t, c); got != workflow.Masked {
		t.Errorf("R42: by the comment's address it is %s", got)
	}
	d.report(t, d.Noe, c, "CSAM")
	d.work(t)
	if n := d.count(t, `SELECT count(*) FROM hold WHERE target_id = $1 AND kind = 'mask' AND sealed AND status = 'open'`, c); n != 1 {
		t.Errorf("R50: %d sealed masks", n)
	}
}

// A letter to who reported carries a follow-up address of its own and nothing of what it is
// about; the mailbox shows it in demo mode alone.
func TestALetterCarriesAFollowUpAddress(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.file(t, anonymous(d.Tilleuls), anyone(d.topic(t), "DEF"))
	demo := notify.NewService(notify.Config{
		InTx: postgres.Transactions[notify.Tx](d.db), Links: d.consents(), Follow: d.cases, BaseURL: "https://ent.exemple", Shown: true, Clock: d.clock,
	})
	for list := d.open(t); len(list) > 0; list = d.open(t) {
		for _, m := range list {
			handle := d.handle
			if m.Kind == outbox.SendMail {
				handle = demo.Send
			}
			if err := handle(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
	}
	page, err := demo.Mailbox(t.Context(), person(d.Tilleuls, d.Garcia), "")
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("%+v, %v", page, err)
	}
	_, secret, found := strings.Cut(page.Items[0].Body, "https://ent.exemple/s/")
	if secret = strings.Fields(secret + " ")[0]; !found || strings.Contains(page.Items[0].Body, "mammouth") {
		t.Errorf("%s", page.Items[0].Body)
	}
	if follow, err := d.cases.Follow(t.Context(), moderation.Follower{Secret: secret}); err != nil || len(follow.Letters) != 1 {
		t.Errorf("%+v, %v", follow, err)
	}
}
