package postgres_test

import (
	"errors"
	"testing"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// inquire has whoever has a case in hand ask who reported it first.
func (d *desk) inquire(t *testing.T, c id.Case, text string) {
	t.Helper()
	examiner := d.inHand(t, c).Assignee
	if _, err := d.cases.Case(t.Context(), person(d.Tilleuls, examiner), c); err != nil { // which begins the examination
		t.Fatal(err)
	}
	d.mustOn(t, d.Tilleuls, examiner, c, moderation.CaseCommand{Action: workflow.Inquire, Text: text})
}

// respond answers what the holder of a receipt reads.
func (d *desk) respond(t *testing.T, r moderation.Receipt, text string) error {
	t.Helper()
	return d.cases.Respond(t.Context(), moderation.Follower{Secret: r.Secret}, d.followed(t, r.Secret).Version, text)
}

// Whoever was asked may answer whatever hands the case goes through meanwhile; that moves it nowhere but
// where the answer was waited for, and whoever has it in hand by then is told.
func TestAQuestionOutlivesAHandOver(t *testing.T) {
	t.Parallel()
	for name, move := range map[string]func(*testing.T, *desk, id.Case){
		"none": func(*testing.T, *desk, id.Case) {},
		"the clock escalates": func(t *testing.T, d *desk, c id.Case) {
			d.pass(13 * time.Hour)
			d.work(t)
		},
		"by hand": func(t *testing.T, d *desk, c id.Case) {
			d.mustOn(t, d.Tilleuls, d.inHand(t, c).Assignee, c, moderation.CaseCommand{Action: workflow.Escalate})
		},
		"to another": func(t *testing.T, d *desk, c id.Case) {
			d.mustOn(t, d.Tilleuls, d.Garcia, c, moderation.CaseCommand{Action: workflow.Reassign, Assignee: d.Garcia, Text: "Je le prends."})
		},
		"examined again": func(t *testing.T, d *desk, c id.Case) {
			d.mustOn(t, d.Tilleuls, d.inHand(t, c).Assignee, c, moderation.CaseCommand{Action: workflow.Escalate})
			d.mustOn(t, d.Tilleuls, d.Garcia, c, moderation.CaseCommand{Action: workflow.Examine})
		},
		"to the authority": func(t *testing.T, d *desk, c id.Case) {
			d.académie(t)
			d.mustOn(t, d.Tilleuls, d.Garcia, c, moderation.CaseCommand{Action: workflow.Transfer, Text: "Nous sommes concernés."})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			first := d.file(t, anonymous(d.Tilleuls), anyone(d.topic(t), "DEF"))
			d.work(t)
			c := d.only(t)
			d.inquire(t, c, "Qui est visé ?")
			move(t, d, c)
			before := d.inHand(t, c)
			if view := d.followed(t, first.Secret); view.Stage != moderation.StageAsked || !view.MayRespond {
				t.Errorf("who is asked reads %s, and may answer: %v", view.Stage, view.MayRespond)
			}
			if err := d.respond(t, first, "Moi."); err != nil {
				t.Fatalf("the answer: %v", err)
			}
			d.work(t)
			want := before.Status
			if want == string(workflow.CaseInquiring) {
				want = string(workflow.CaseExamining)
			}
			if got := d.inHand(t, c); got.Status != want || got.Assignee != before.Assignee {
				t.Errorf("answered: %+v, and %+v before", got, before)
			}
			if n := d.count(t, `SELECT count(*) FROM notice WHERE kind = 'case_answered' AND person_id = $1`, before.Assignee); n != 1 {
				t.Errorf("%d notices to whoever has it in hand", n)
			}
			if view := d.followed(t, first.Secret); view.MayRespond || view.Stage == moderation.StageAsked || len(view.Thread) != 2 {
				t.Errorf("answered, they read %s, and may answer: %v", view.Stage, view.MayRespond)
			}
			if err := d.respond(t, first, "Encore."); !errors.Is(err, workflow.ErrUnmet) {
				t.Errorf("answered twice: %v", err)
			}
		})
	}
}

// Where two who reported are asked, since their cases were merged, each may answer.
func TestBothWhoAreAskedAnswer(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first := d.file(t, person(d.Tilleuls, d.Noe), moderation.ReportInput{Contribution: d.topic(t), Ground: "DEF"})
	d.work(t)
	one := d.only(t)
	other := d.file(t, anonymous(d.Tilleuls), anyone(d.said(t, "<p>Noé est un tricheur, encore.</p>"), "DEF"))
	d.work(t)
	into := d.caseOf(t, other)
	for _, c := range []id.Case{one, into} {
		d.mustOn(t, d.Tilleuls, d.Garcia, c, moderation.CaseCommand{Action: workflow.Escalate})
		d.inquire(t, c, "Qui est visé ?")
		d.pass(time.Minute)
	}
	d.mustOn(t, d.Tilleuls, d.Garcia, one, merge(into))
	noe := moderation.Follower{Who: person(d.Tilleuls, d.Noe), Report: first.Report}
	view, err := d.cases.Follow(t.Context(), noe)
	if err != nil || !view.MayRespond || d.listed(t, noe.Who).Stage != moderation.StageAsked {
		t.Errorf("who reported what was merged reads %s, in their list %s, %v", view.Stage, d.listed(t, noe.Who).Stage, err)
	}
	if err := d.respond(t, other, "Moi."); err != nil {
		t.Errorf("who reported what goes on: %v", err)
	}
	if err := d.cases.Respond(t.Context(), noe, view.Version, "Moi aussi."); err != nil {
		t.Errorf("who reported what was merged: %v", err)
	}
	if got := d.listed(t, noe.Who).Stage; got != moderation.StageExamining {
		t.Errorf("answered, their list says %s", got)
	}
}

// listed is the last of what somebody signed in has reported, as their list shows it.
func (d *desk) listed(t *testing.T, who actor.Actor) moderation.Filed {
	t.Helper()
	page, err := d.cases.ReportsBy(t.Context(), who, "", 1)
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("the list: %+v, %v", page, err)
	}
	return page.Items[0]
}

// A decision leaves no question open: what is reopened asks nobody anything of then.
func TestADecisionEndsAQuestion(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first := d.file(t, anonymous(d.Tilleuls), anyone(d.topic(t), "DEF"))
	d.work(t)
	c := d.only(t)
	d.inquire(t, c, "Qui est visé ?")
	d.mustOn(t, d.Tilleuls, d.inHand(t, c).Assignee, c, moderation.CaseCommand{
		Action: workflow.DecideCase, Verdict: workflow.Keep, Ground: "DEF", Reason: "Rien d'illicite.", Answer: "Le texte reste.",
	})
	if view := d.followed(t, first.Secret); view.MayRespond || view.Stage != moderation.StageDecided {
		t.Errorf("decided, they read %s, and may answer: %v", view.Stage, view.MayRespond)
	}
	d.pass(200 * day)
	d.work(t)
	d.mustOn(t, d.Tilleuls, d.Garcia, c, moderation.CaseCommand{Action: workflow.ReopenCase, Text: "Un fait nouveau."})
	if view := d.followed(t, first.Secret); view.MayRespond || view.Stage != moderation.StageReceived {
		t.Errorf("reopened, they read %s, and may answer: %v", view.Stage, view.MayRespond)
	}
}
