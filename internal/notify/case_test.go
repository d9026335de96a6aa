package notify_test

import (
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"imprimatur/internal/actor"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/id"
	letters "imprimatur/internal/mail"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// reported has somebody without an account report something, and gives their secret and the
// case.
func (b *bundle) reported(t *testing.T) (secret string, c id.Case) {
	t.Helper()
	receipt, err := b.cases.Report(t.Context(), actor.Anonymous(b.Tilleuls, "test"), moderation.ReportInput{
		Location: "le blog de la 5e A", Ground: "DEF", Explanation: "On y dit du mal de Zoé Tartempion.", Name: "Jeanne Perrin", Email: "jeanne@exemple.fr", GoodFaith: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return receipt.Secret, value[id.Case](t, b, `SELECT case_id FROM case_file`)
}

// decided has the head decide the case: nothing is where it was said to be.
func (b *bundle) decided(t *testing.T, c id.Case) {
	t.Helper()
	b.exec(t, `UPDATE case_file SET assignee_id = $1, assigned_as = 'director' WHERE case_id = $2`, b.Garcia, c)
	who := actor.Actor{Kind: actor.KindPerson, Person: b.Garcia, Tenant: b.Tilleuls, Via: "test"}
	for _, command := range []moderation.CaseCommand{
		{Action: workflow.Examine}, {Action: workflow.DecideCase, Verdict: workflow.Keep, Reason: "Rien.", Answer: "Rien de tel ne se trouve sur le blog."},
	} {
		command.Version = value[int64](t, b, `SELECT version FROM case_file WHERE case_id = $1`, c)
		if err := b.cases.ActOn(t.Context(), who, c, command); err != nil {
			t.Fatalf("%s: %v", command.Action, err)
		}
	}
}

// No mail server keeps anybody from deciding: what was decided is on the follow-up page at
// once, and the letter goes when it can, once, with nothing of what it is about.
func TestNoMailServerKeepsADecision(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answer func(*postOffice)
		away   bool
		state  letters.State
	}{
		"away":               {away: true, state: letters.Sending},
		"slow":               {answer: func(p *postOffice) { p.slow, p.letter = 9*time.Second, &smtp.SMTPError{Code: 451, Message: "later"} }, state: letters.Sending},
		"rejects for now":    {answer: func(p *postOffice) { p.sender = &smtp.SMTPError{Code: 451, Message: "later"} }, state: letters.Sending},
		"rejects the sender": {answer: func(p *postOffice) { p.sender = &smtp.SMTPError{Code: 553, Message: "not you"} }, state: letters.Sending},
		"rejects for good":   {answer: func(p *postOffice) { p.address = &smtp.SMTPError{Code: 550, Message: "jeanne@exemple.fr"} }, state: letters.Refused},
		"cuts":               {answer: func(p *postOffice) { p.cut = true }, state: letters.Sending},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			secret, c := b.reported(t)
			for _, m := range b.work(t) {
				if err := b.post.Send(t.Context(), m); err != nil {
					t.Fatal(err)
				}
			}
			b.decided(t, c)
			if test.away {
				b.post = b.service(t, "smtp://127.0.0.1:1", 60)
			} else {
				b.office.set(test.answer)
			}
			if state, err := b.tried(t); state != test.state || (err == nil) != (state == letters.Refused) {
				t.Fatalf("%s: %v", state, err)
			}
			view, err := b.cases.Follow(t.Context(), moderation.Follower{Secret: secret})
			if err != nil || view.Stage != moderation.StageDecided || len(view.Letters) != 2 {
				t.Fatalf("the follow-up page: %+v %v", view, err)
			}
			if test.state == letters.Refused {
				if rest := b.work(t); len(rest) != 0 {
					t.Errorf("it is tried again: %v", rest)
				}
				return
			}
			b.office.set(func(p *postOffice) { p.sender, p.address, p.letter, p.slow, p.cut = nil, nil, nil, 0, false })
			b.post = b.service(t, b.office.url, 60)
			if state, err := b.tried(t); state != letters.Sent || err != nil {
				t.Fatalf("the next time: %s %v", state, err)
			}
			b.says(t)
		})
	}
}

// says looks into the letters: nothing is in them of the content, of whom it names, nor of what
// was answered.
func (b *bundle) says(t *testing.T) {
	t.Helper()
	for _, m := range b.office.mails(t) {
		if m.to != "jeanne@exemple.fr" || !strings.Contains(m.text, "/s/") {
			t.Errorf("to %s: %s", m.to, m.text)
		}
		for _, secret := range []string{"Tartempion", "blog", "Rien de tel", "Lina", "Garcia"} {
			if strings.Contains(m.raw+m.text+m.html, secret) {
				t.Errorf("it tells %q:\n%s", secret, m.text)
			}
		}
	}
}

// What comes back is noted on the letter, and a letter to who reported names nobody in the mailbox.
func TestALetterToWhoReportedComesBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.reported(t)
	for _, m := range b.work(t) {
		if err := b.post.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	from := b.office.mails(t)[0].from
	if noted, err := b.back(t, from, bounced(from, "failed", "5.1.1")); !noted || err != nil {
		t.Fatalf("%t %v", noted, err)
	}
	page, err := b.post.Mailbox(t.Context(), b.person(b.Garcia), "")
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("%+v %v", page, err)
	}
	if e := page.Items[0]; e.State != letters.Bounced || e.Address != "" || e.Fault != "" || !e.Reporter || !e.SettledAt.Equal(dbtest.Now) {
		t.Errorf("the mailbox: %+v", e)
	}
}
