package postgres_test

import (
	"crypto/sha256"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// replying is the reply of somebody whom a message names.
func replying(c id.Contribution) moderation.ReplyInput {
	return moderation.ReplyInput{
		Contribution: c, Designated: "Le message me nomme.", Passages: "Noé est un tricheur.", Text: "Je n'ai <b>jamais</b> triché.", Name: "Noé Blanc",
		Email: "noe@exemple.fr", GoodFaith: true,
	}
}

// asked has anyone ask for a reply to be inserted, and the worker do its work.
func (d *desk) asked(t *testing.T, in moderation.ReplyInput) (moderation.Receipt, id.Case) {
	t.Helper()
	receipt, err := d.cases.Reply(t.Context(), anonymous(d.Tilleuls), in)
	if err != nil {
		t.Fatal(err)
	}
	d.work(t)
	var about id.Case
	if err := d.admin.QueryRow(t.Context(), `SELECT case_id FROM report WHERE report_id = $1`, receipt.Report).Scan(&about); err != nil {
		t.Fatal(err)
	}
	return receipt, about
}

// readBy is what somebody of the collège reads of a contribution.
func (d *desk) readBy(t *testing.T, who id.Person, c id.Contribution) (publication.ContributionPage, error) {
	t.Helper()
	r := publication.NewReader(publication.ReaderConfig{Store: d.db.Door(), Clock: d.clock})
	return r.Contribution(t.Context(), d.viewer(t, r, who), c)
}

func (d *desk) wantShown(t *testing.T, when string, c id.Contribution, want ...string) {
	t.Helper()
	page, err := d.readBy(t, d.Noe, c)
	if err != nil && !errors.Is(err, directory.ErrNotFound) {
		t.Fatal(err)
	}
	var got []string
	for _, r := range page.Published.Inserted {
		got = append(got, r.Text)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("R57: %s readers see (-want +got)\n%s", when, diff)
	}
}

var insertion = moderation.CaseCommand{Action: workflow.InsertReply}

// The whole way: anyone asks, the director inserts; the reply stands under its message to the
// letter, for its readers alone, whatever becomes of the message, and nobody takes it away by
// itself.
func TestAReplyStandsWhateverBecomesOfItsMessage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	receipt, about := d.asked(t, replying(c))
	if want := d.clock().AddDate(0, 0, 3); !receipt.DueAt.Equal(want) || len(receipt.Secret) != 43 {
		t.Errorf("R55: receipt %+v, due by %s", receipt, want)
	}
	if got := d.inHand(t, about); got.Status != "assigned" || got.Assignee != d.Garcia || got.As != "director" {
		t.Errorf("R56: %+v", got)
	}
	view, err := d.cases.Case(t.Context(), person(d.Tilleuls, d.Garcia), about)
	if err != nil || view.Reply == nil || view.Reply.Late() || view.Reply.Hash != sha256.Sum256([]byte("Je n'ai <b>jamais</b> triché.")) || len(view.Evidence) != 1 {
		t.Fatalf("case %+v, %v", view, err)
	}
	d.wantShown(t, "before it is answered", c)
	d.mustOn(t, d.Tilleuls, d.Garcia, about, insertion)
	d.wantShown(t, "once it is inserted", c, "Je n'ai <b>jamais</b> triché.")
	if page, err := d.readBy(t, id.Person{}, c); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("somebody outside of the audience reads %+v, %v", page, err)
	}
	follow, err := d.cases.Follow(t.Context(), moderation.Follower{Secret: receipt.Secret})
	if err != nil || follow.Verdict != workflow.ReplyInserted || len(follow.Letters) != 2 || follow.MayAppeal || follow.Reply.MessageLines != 0 {
		t.Errorf("follow-up %+v, %v", follow, err)
	}
	alone := moderation.CaseCommand{Action: workflow.EndReply}
	wantRefused := func(when string) {
		t.Helper()
		if err := d.on(t, d.Tilleuls, d.Garcia, about, alone); !errors.Is(err, workflow.ErrUnmet) || ruleOf(err) != "R57" {
			t.Errorf("%s it can be taken away: %v", when, err)
		}
	}
	wantRefused("under its message")
	d.pass(48 * time.Hour)
	archived := d.clock()
	d.mustJudge(t, d.Lina, c, workflow.Archive)
	d.wantShown(t, "once the message is archived", c, "Je n'ai <b>jamais</b> triché.")
	if page, err := d.readBy(t, d.Noe, c); err != nil || page.Published.Exposure != workflow.Archived || page.Published.Title != "" || page.Published.HTML.String() != "" ||
		page.Published.Inserted[0].MessageUntil.Before(archived) {
		t.Errorf("the archived message shows %+v, %v", page.Published, err)
	}
	d.mustOn(t, d.Tilleuls, d.Garcia, about, alone) // it has stood for as long as its message, and a day
	d.wantShown(t, "in the end", c)
	d.wantVerified(t)
}

// ruleOf is the rule that a refusal names.
func ruleOf(err error) string {
	var refusal *workflow.Refusal
	if errors.As(err, &refusal) {
		return refusal.Rule
	}
	return ""
}

// A reply is answered by the director alone: whoever judges in their name reads it, and does
// not answer; a refusal gives one of the law's grounds and reasons.
func TestTheDirectorAloneAnswersAReply(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
	receipt, about := d.asked(t, replying(d.topic(t)))
	if view, err := d.cases.Case(t.Context(), person(d.Tilleuls, d.Petit), about); err != nil || view.Reply == nil || len(view.Offers) != 0 {
		t.Errorf("a delegate is offered %+v, %v", view.Offers, err)
	}
	for _, action := range moderation.ReplyActions()[:2] {
		command := moderation.CaseCommand{Action: action, Reason: "Non.", Grounds: []moderation.ReplyGround{moderation.ReplyOffTopic}}
		if err := d.on(t, d.Tilleuls, d.Petit, about, command); !errors.Is(err, workflow.ErrForbidden) || ruleOf(err) != "R56" {
			t.Errorf("R56: a delegate: %s: %v", action, err)
		}
		for name, who := range map[string]id.Person{"a teacher": d.Martin, "the author": d.Lina} {
			if err := d.on(t, d.Tilleuls, who, about, command); !errors.Is(err, directory.ErrNotFound) {
				t.Errorf("%s: %s: %v", name, action, err)
			}
		}
		if err := d.on(t, d.Platanes, d.Garcia, about, command); !errors.Is(err, directory.ErrNotFound) {
			t.Errorf("from another house: %s: %v", action, err)
		}
	}
	refusal := moderation.CaseCommand{Action: workflow.RefuseReply, Reason: "Le texte parle d'autre chose."}
	wantField(t, d.on(t, d.Tilleuls, d.Garcia, about, refusal), "grounds", "required", "R56")
	refusal.Grounds = []moderation.ReplyGround{"not_nice"}
	wantField(t, d.on(t, d.Tilleuls, d.Garcia, about, refusal), "grounds", "unknown", "R56")
	refusal.Grounds, refusal.Reason = []moderation.ReplyGround{moderation.ReplyOffTopic}, ""
	if err := d.on(t, d.Tilleuls, d.Garcia, about, refusal); !errors.Is(err, workflow.ErrReason) {
		t.Errorf("R56: refused without reasons: %v", err)
	}
	refusal.Reason = "Le texte parle d'autre chose."
	d.mustOn(t, d.Tilleuls, d.Garcia, about, refusal)
	follow, err := d.cases.Follow(t.Context(), moderation.Follower{Secret: receipt.Secret})
	if err != nil || len(follow.Letters) != 2 || !strings.Contains(follow.Letters[1].Body, "ne répond pas") || !strings.Contains(follow.Letters[1].Body, "tribunal judiciaire") {
		t.Errorf("R56: the letter: %+v, %v", follow.Letters, err)
	}
	if n := d.count(t, `SELECT count(*) FROM inserted_reply`); n != 0 {
		t.Errorf("%d refused replies are shown", n)
	}
	d.pass(93 * 24 * time.Hour)
	d.work(t)
	if got := d.inHand(t, about); got.Status != "closed" {
		t.Errorf("after the time to go to court: %+v", got)
	}
}

func wantField(t *testing.T, err error, field, code, rule string) {
	t.Helper()
	var fault *directory.FieldError
	if !errors.As(err, &fault) || fault.Field != field || fault.Code != code || fault.Rule != rule {
		t.Errorf("got %v, want %s %s (%s)", err, field, code, rule)
	}
}

// What is late or long is received all the same, and flagged for the head.
func TestALateOrLongReplyIsReceived(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	in := replying(c)
	in.Text = strings.Repeat("Je réponds. ", 40) // the message has two lines
	d.pass(93 * 24 * time.Hour)
	_, about := d.asked(t, in)
	view, err := d.cases.Case(t.Context(), person(d.Tilleuls, d.Garcia), about)
	if err != nil || !view.Reply.Late() || !view.Reply.Long() || view.Reply.Lines != 6 || view.Reply.MessageLines != 2 || view.Reply.MostLines != 2 {
		t.Fatalf("reply %+v, %v", view.Reply, err)
	}
	d.mustOn(t, d.Tilleuls, d.Garcia, about, insertion)
	d.wantShown(t, "where the head let it be", c, in.Text)
}

// What R55 asks for is asked for; what is not there is answered like what is.
func TestAReplySaysWhatTheLawAsks(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	for field, spoil := range map[string]func(*moderation.ReplyInput){
		"location":   func(in *moderation.ReplyInput) { in.Contribution = id.Contribution{} },
		"designated": func(in *moderation.ReplyInput) { in.Designated = " " },
		"passages":   func(in *moderation.ReplyInput) { in.Passages = "" },
		"text":       func(in *moderation.ReplyInput) { in.Text = "\n \n" },
		"name":       func(in *moderation.ReplyInput) { in.Name = "" },
		"email":      func(in *moderation.ReplyInput) { in.Email = "" },
		"good_faith": func(in *moderation.ReplyInput) { in.GoodFaith = false },
	} {
		in := replying(c)
		spoil(&in)
		_, err := d.cases.Reply(t.Context(), anonymous(d.Tilleuls), in)
		wantField(t, err, field, "required", "R55")
	}
	for field, spoil := range map[string]func(*moderation.ReplyInput){
		"email": func(in *moderation.ReplyInput) { in.Email = "noe@" },
		"text":  func(in *moderation.ReplyInput) { in.Text = "Je\x00" },
	} {
		in := replying(c)
		spoil(&in)
		_, err := d.cases.Reply(t.Context(), anonymous(d.Tilleuls), in)
		wantField(t, err, field, "malformed", "R55")
	}
	in := replying(id.New[id.Contribution]())
	_, about := d.asked(t, in)
	if err := d.on(t, d.Tilleuls, d.Garcia, about, insertion); !errors.Is(err, workflow.ErrUnmet) || ruleOf(err) != "R55" {
		t.Errorf("inserted under nothing: %v", err)
	}
}

// The head's office records what came by post, as of when it came; nobody else does.
func TestTheOfficeRecordsAReply(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
	in := replying(d.topic(t))
	in.Email, in.Postal, in.ReceivedAt = "", "3 rue des Lilas, Toulouse", d.clock().Add(-30*time.Hour)
	if _, err := d.cases.RecordReply(t.Context(), person(d.Tilleuls, d.Martin), in); !errors.Is(err, directory.ErrForbidden) {
		t.Errorf("a teacher records a reply: %v", err)
	}
	receipt, err := d.cases.RecordReply(t.Context(), person(d.Tilleuls, d.Petit), in)
	if err != nil || !receipt.DueAt.Equal(in.ReceivedAt.AddDate(0, 0, 3)) {
		t.Errorf("R56: receipt %+v, %v", receipt, err)
	}
	in.ReceivedAt = d.clock().Add(time.Minute)
	_, err = d.cases.RecordReply(t.Context(), person(d.Tilleuls, d.Petit), in)
	wantField(t, err, "received_at", "malformed", "R55")
	in.ReceivedAt = d.clock().Add(-time.Hour) // nobody else says when theirs came
	if receipt, err := d.cases.Reply(t.Context(), anonymous(d.Tilleuls), in); err != nil || !receipt.At.Equal(d.clock()) {
		t.Errorf("R55: receipt %+v, %v", receipt, err)
	}
}

// Who is to answer is reminded after a day, and another, and told once when the time is over,
// however often the clock looks; the authority above is informed, and the case stays.
func TestAReplyIsRemindedOf(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	above := d.académie(t)
	_, about := d.asked(t, replying(d.said(t, "<p>Noé ment.</p>")))
	for range 4 {
		d.pass(24 * time.Hour)
		d.work(t)
	}
	want := []string{"reply_to_answer", "reply_due", "reply_soon", "reply_overdue"}
	var got []string
	for _, n := range d.told(t, d.Garcia) {
		if strings.HasPrefix(n, "reply") {
			got = append(got, n)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("R56: the head was told (-want +got)\n%s", diff)
	}
	if n := d.count(t, `SELECT count(*) FROM notice WHERE tenant_id = $1 AND kind = 'reply_late_below' AND title LIKE '% · D-%' AND person_id = $2`, above.Tenant, above.Recteur); n != 1 {
		t.Errorf("R56: the authority was told %d times", n)
	}
	if got := d.inHand(t, about); got.Tenant != d.Tilleuls || got.Assignee != d.Garcia {
		t.Errorf("R56: an overdue reply went to %+v", got)
	}
}

// What names the head, or comes from them, is answered by who directs the authority above, and
// shown where the message is.
func TestTheHeadDoesNotAnswerTheirOwnReply(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	above := d.académie(t)
	c := d.said(t, "<p>Le règlement est absurde.</p>")
	in := replying(c)
	in.Name = "Claire Garcia"
	d.exec(t, `UPDATE person SET given_name = 'Claire', family_name = 'Garcia' WHERE person_id = $1`, d.Garcia)
	_, about := d.asked(t, in)
	if got := d.inHand(t, about); got.Tenant != above.Tenant || got.Assignee != above.Recteur {
		t.Fatalf("R46: %+v", got)
	}
	due := d.count(t, `SELECT count(*) FROM case_file WHERE due_at = opened_at + interval '3 days'`)
	if _, err := d.cases.Case(t.Context(), person(d.Tilleuls, d.Garcia), about); !errors.Is(err, directory.ErrNotFound) || due != 1 {
		t.Errorf("R46: the head reads it: %v; its time is as it was: %d", err, due)
	}
	if err := d.on(t, above.Tenant, above.Legrand, about, insertion); !errors.Is(err, workflow.ErrForbidden) {
		t.Errorf("R56: who judges for the authority inserts: %v", err)
	}
	d.mustOn(t, above.Tenant, above.Recteur, about, insertion)
	d.wantShown(t, "by the authority", c, in.Text)
	if n := d.count(t, `SELECT count(*) FROM notice WHERE person_id = $1 AND kind = 'reply_inserted'`, d.Lina); n != 1 {
		t.Errorf("the author was told %d times", n)
	}
	ending := moderation.CaseCommand{Action: workflow.EndReply}
	d.pass(48 * time.Hour)
	if err := d.on(t, above.Tenant, above.Recteur, about, ending); !errors.Is(err, workflow.ErrUnmet) || ruleOf(err) != "R57" {
		t.Errorf("R57: the authority ends it under its message: %v", err)
	}
	d.mustJudge(t, d.Lina, c, workflow.Archive)
	d.pass(48 * time.Hour)
	d.mustOn(t, above.Tenant, above.Recteur, about, ending)
	d.wantShown(t, "once the authority has ended it", c)
	d.wantSound(t)
}

// Many insert at once, and somebody withdraws the message: one insertion, one letter, and the
// reply is there whoever came first.
func TestARaceInsertsOneReply(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	_, about := d.asked(t, replying(c))
	if _, err := d.cases.Case(t.Context(), person(d.Tilleuls, d.Garcia), about); err != nil {
		t.Fatal(err)
	}
	version := d.inHand(t, about).Version
	var race sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		race.Go(func() {
			errs[i] = d.cases.ActOn(t.Context(), person(d.Tilleuls, d.Garcia), about, moderation.CaseCommand{Action: workflow.InsertReply, Version: version})
		})
	}
	race.Go(func() {
		d.mustJudge(t, d.Garcia, c, workflow.Withdraw, workflow.Reason{Ground: "DEF", Text: "Un élève est accusé."})
	})
	race.Wait()
	done := 0
	for _, err := range errs {
		if err == nil {
			done++
		} else if !errors.Is(err, workflow.ErrStale) && !errors.Is(err, workflow.ErrImpossible) {
			t.Error(err)
		}
	}
	letters := d.count(t, `SELECT count(*) FROM case_letter WHERE case_id = $1 AND kind = 'decision'`, about)
	if done != 1 || letters != 1 {
		t.Errorf("%d insertions, %d letters", done, letters)
	}
	d.wantShown(t, "of a withdrawn message", c, "Je n'ai <b>jamais</b> triché.")
}

// A failure of any write leaves nothing; repeating what another house has decided inserts once.
func TestAnInsertionIsWholeOrNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	_, about := d.asked(t, replying(c))
	for _, table := range []string{"case_letter", "inserted_reply"} {
		mend := d.broken(t, table)
		before := d.inHand(t, about)
		if err := d.on(t, d.Tilleuls, d.Garcia, about, insertion); err == nil {
			t.Errorf("%s cannot be written, and it is inserted", table)
		}
		mend()
		if diff := cmp.Diff(before, d.inHand(t, about)); diff != "" {
			t.Errorf("%s: the case moved: %s", table, diff)
		}
		d.wantShown(t, "after "+table+" failed", c)
	}
	d.mustOn(t, d.Tilleuls, d.Garcia, about, insertion)
}

// An authority's order on the page takes the reply along; the reply's text cannot be altered by
// anybody.
func TestAReplyIsNeitherAlteredNorShownAgainstAnOrder(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	_, about := d.asked(t, replying(c))
	d.mustOn(t, d.Tilleuls, d.Garcia, about, insertion)
	for _, statement := range []string{`UPDATE inserted_reply SET body = 'Rien.'`, `UPDATE reply SET body = 'Rien.'`} {
		if _, err := d.admin.Exec(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "unaltered") {
			t.Errorf("%s: %v", statement, err)
		}
	}
	d.mustJudge(t, d.Garcia, c, workflow.Block, workflow.Reason{Text: "Ordonnance.", Reference: "TJ 12/345"})
	d.wantShown(t, "under an order", c)
}
