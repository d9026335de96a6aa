package postgres_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// An author appeals a rejection that no case came before: somebody else judges it, and the text
// goes to another reviewer than who rejected it (R45).
func TestAnAuthorContestsARejection(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.write(t, d.Lina, d.Blog, publication.Article, "Le mammouth", "<p>Il est grand.</p>")
	d.mustJudge(t, d.Martin, c, workflow.Reject, workflow.Reason{Ground: "PURP", Text: "Hors sujet."})
	refused := d.dossier(t, c, d.Lina).Refused
	of := moderation.Contested{Contribution: c, Decision: refused.ID.UUID}
	lina, ctx := person(d.Tilleuls, d.Lina), t.Context()
	for name, err := range map[string]error{
		"another's":   third(d.cases.Contest(ctx, person(d.Tilleuls, d.Noe), of, "Pour elle.")),
		"no decision": third(d.cases.Contest(ctx, lina, moderation.Contested{Contribution: c, Decision: uuid.New()}, "Si.")),
	} {
		if !errors.Is(err, directory.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var field *directory.FieldError
	if _, _, err := d.cases.Contest(ctx, lina, of, " "); !errors.As(err, &field) || field.Field != "text" {
		t.Errorf("without a word: %v", err)
	}
	told, receipt, err := d.cases.Contest(ctx, lina, of, "C'est le sujet du cours.")
	if err != nil || receipt.Reference == "" || receipt.Secret != "" {
		t.Fatalf("receipt %+v, %v", receipt, err)
	}
	about := d.begunAs(t, told)
	if _, _, err := d.cases.Contest(ctx, lina, of, "Encore."); !errors.Is(err, workflow.ErrUnmet) {
		t.Errorf("R45: appealed twice: %v", err)
	}
	d.work(t)
	if got := d.inHand(t, about); got.Assignee != d.Garcia {
		t.Errorf("R45: %+v", got)
	}
	view, err := d.cases.Case(ctx, person(d.Tilleuls, d.Garcia), about)
	if err != nil || len(view.Evidence) != 1 || view.Evidence[0].Exhibit.HTML != "<p>Il est grand.</p>" {
		t.Fatalf("case %+v, %v", view.Evidence, err)
	}
	for _, o := range view.Offers {
		if o.Action == workflow.DecideCase && !slices.Equal(o.Verdicts, []workflow.Verdict{workflow.Keep, workflow.Stand}) {
			t.Errorf("verdicts %v", o.Verdicts)
		}
	}
	d.mustOn(t, d.Tilleuls, d.Garcia, about, moderation.CaseCommand{Action: workflow.DecideCase, Verdict: workflow.Keep, Reason: "Un autre regard."})
	if got := d.status(t, c); !slices.Equal(got, []string{"in_review"}) {
		t.Errorf("upheld: %v", got)
	}
	if err := d.judge(t, d.Martin, c, workflow.Approve); !errors.Is(err, workflow.ErrUnmet) {
		t.Errorf("R45: who rejected it reviews it again: %v", err)
	}
	author, err := d.cases.AuthorView(ctx, lina, told)
	if err != nil || author.MayAppeal || len(author.Letters) != 1 {
		t.Errorf("for the author %+v, %v", author, err)
	}
}

// A withdrawal that no case came before is appealed in its time, and is never judged again by
// who placed it.
func TestAnAuthorContestsAWithdrawal(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	above := d.académie(t)
	c := d.topic(t)
	d.mustJudge(t, d.Garcia, c, workflow.Withdraw, workflow.Reason{Ground: "INJ", Text: "Une insulte."})
	d.work(t)
	of := moderation.Contested{Contribution: c, Decision: d.dossier(t, c, d.Lina).Holds[0].ID.UUID}
	lina := person(d.Tilleuls, d.Lina)
	d.pass(185 * 24 * time.Hour)
	if _, _, err := d.cases.Contest(t.Context(), lina, of, "Non."); !errors.Is(err, workflow.ErrUnmet) {
		t.Errorf("R45: out of time: %v", err)
	}
	d.pass(-184 * 24 * time.Hour)
	told, _, err := d.cases.Contest(t.Context(), lina, of, "Non.")
	if err != nil {
		t.Fatal(err)
	}
	about := d.begunAs(t, told)
	d.work(t)
	if got := d.inHand(t, about); got.Assignee != above.Recteur { // the head has placed it
		t.Fatalf("R45: %+v", got)
	}
	d.mustOn(t, above.Tenant, above.Recteur, about, moderation.CaseCommand{Action: workflow.Examine})
	d.mustOn(t, above.Tenant, above.Recteur, about, moderation.CaseCommand{Action: workflow.DecideCase, Verdict: workflow.Keep, Reason: "Ce n'en est pas une."})
	if got := d.exposed(t, c); got != workflow.Visible {
		t.Errorf("upheld: %s", got)
	}
}

func third(_ id.AuthorCase, _ moderation.Receipt, err error) error { return err }
