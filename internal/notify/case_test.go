package notify_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"imprimatur/internal/actor"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/id"
	letters "imprimatur/internal/mail"
	"imprimatur/moderation"
	"imprimatur/publication"
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
	at := slices.IndexFunc(page.Items, func(e letters.Entry) bool { return e.Reporter })
	if err != nil || at < 0 {
		t.Fatalf("%+v %v", page, err)
	}
	if e := page.Items[at]; e.State != letters.Bounced || e.Address != "" || e.Fault != "" || !e.Reporter || !e.SettledAt.Equal(dbtest.Now) {
		t.Errorf("the mailbox: %+v", e)
	}
}

// told reports something of a ground, has the machine do its work and gives the case.
func (b *bundle) told(t *testing.T, ground workflow.Ground) id.Case {
	t.Helper()
	_, err := b.cases.Report(t.Context(), actor.Anonymous(b.Tilleuls, "test"), moderation.ReportInput{
		Location: "le blog de la 5e A", Ground: ground, Explanation: "On y dit du mal de Zoé Tartempion.", Name: "Jeanne Perrin", GoodFaith: true, Email: "jeanne@exemple.fr",
	})
	if err != nil {
		t.Fatal(err)
	}
	return value[id.Case](t, b, `SELECT case_id FROM case_file ORDER BY case_id DESC LIMIT 1`)
}

// toExaminers are the letters to who examines, so far.
func (b *bundle) toExaminers(t *testing.T) []mailed {
	t.Helper()
	for _, m := range b.work(t) {
		if err := b.post.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	var list []mailed
	for _, m := range b.office.mails(t) {
		if m.to != "jeanne@exemple.fr" {
			list = append(list, m)
		}
	}
	return list
}

// Who examines is written to of what is grave at once, of the rest in one letter for an hour's
// worth: with the reference and the time that is left, and nothing of what it is about.
func TestWhoExaminesIsWrittenTo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.told(t, "DEF")
	b.told(t, "PRIV")
	if got := b.toExaminers(t); len(got) != 0 {
		t.Fatalf("at once: %s", got[0].text)
	}
	b.pass(time.Hour)
	got := b.toExaminers(t)
	if len(got) != 1 || got[0].to != "garcia@example.org" || got[0].subject(t) != "2 dossiers vous attendent – Collège Les Tilleuls" {
		t.Fatalf("%d letters: %v", len(got), got)
	}
	for _, part := range []string{got[0].text, got[0].html} {
		if strings.Count(part, "vous est confié") != 2 || !strings.Contains(part, base+"/e/0310000Z/-/cases/") || !strings.Contains(part, "À décider avant le ") ||
			strings.Contains(part, "/s/") || strings.Contains(part, "Tartempion") || strings.Contains(part, "Perrin") || strings.Contains(part, "5e A") {
			t.Errorf("it says\n%s", part)
		}
	}
	b.told(t, "HATE")
	if got = b.toExaminers(t); len(got) != 2 || got[1].subject(t) != "Un dossier vous attend – Collège Les Tilleuls" {
		t.Fatalf("of what is grave: %d letters", len(got))
	}
}

// A case that was decided meanwhile is not written about any more.
func TestALetterToWhoExaminesTellsWhatIsSoNow(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.told(t, "DEF")
	b.work(t)
	b.decided(t, c)
	b.pass(time.Hour)
	if got := b.toExaminers(t); len(got) != 0 {
		t.Errorf("it says\n%s", got[0].text)
	}
	if got := value[int](t, b, `SELECT count(*) FROM letter WHERE state = 'void'`); got != 1 {
		t.Errorf("%d letters with nothing left to tell", got)
	}
}

// Who lets the time of a case pass is written to at once, whatever it is about.
func TestWhoIsLateIsWrittenTo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.told(t, "DEF")
	b.toExaminers(t)
	b.pass(time.Hour)
	before := len(b.toExaminers(t))
	b.until(t, `SELECT due_at FROM case_file WHERE case_id = $1`, c)
	got := b.toExaminers(t)
	if len(got) != before+1 || !strings.Contains(got[before].text, "Le délai du dossier") {
		t.Errorf("%d letters, then %d", before, len(got))
	}
}

// lent has the head lend somebody the power to judge.
func (b *bundle) lent(t *testing.T, to id.Person) {
	t.Helper()
	b.exec(t, `INSERT INTO delegation (delegation_id, tenant_id, from_id, to_id, power, during) VALUES ($1, $2, $3, $4, 'judge', tstzrange($5, $6))`,
		id.New[id.Delegation](), b.Tilleuls, b.Garcia, to, b.clock().AddDate(0, -1, 0), b.clock().AddDate(0, 11, 0))
}

// appealed has Mr Martin judge an appeal of what the head decided.
func (b *bundle) appealed(t *testing.T) id.Case {
	t.Helper()
	b.lent(t, b.Martin)
	secret, c := b.reported(t)
	b.work(t)
	b.decided(t, c)
	b.work(t)
	by := moderation.Follower{Secret: secret}
	view, err := b.cases.Follow(t.Context(), by)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.cases.AppealReport(t.Context(), by, view.Version, "Non."); err != nil {
		t.Fatal(err)
	}
	return c
}

// promised makes sure that somebody is to be written to of something.
func (b *bundle) promised(t *testing.T, kind letters.Kind) {
	t.Helper()
	if value[int](t, b, `SELECT count(*) FROM letter_item i JOIN letter l USING (letter_id) WHERE i.kind = $1 AND l.state = 'gathering'`, string(kind)) == 0 {
		t.Fatalf("nobody is to be written to of %s", kind)
	}
}

// What is told to all who judge they are written to as long as it is so, whoever has the case in hand: what is
// late (R39, R41, R49), and what waits for the head alone (R56).
func TestWhoJudgesIsWrittenToWhoeverHasTheCase(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before func(t *testing.T, b *bundle) // up to when it is told
		to     string
		says   string
	}{
		"R39: a receipt is late": {func(t *testing.T, b *bundle) {
			c := b.told(t, "DEF")
			b.work(t)
			b.exec(t, `UPDATE case_file SET assignee_id = $1, assigned_as = 'owner' WHERE case_id = $2`, b.Martin, c)
			b.exec(t, `DELETE FROM case_letter WHERE kind = 'receipt'`)
			b.pass(time.Hour)
		}, "garcia@example.org", "L’accusé de réception d’un signalement n’est pas parti à temps"},
		"R41: an appeal that another has is late": {func(t *testing.T, b *bundle) {
			c := b.appealed(t)
			b.toExaminers(t)
			b.until(t, `SELECT due_at FROM case_file WHERE case_id = $1`, c)
		}, "garcia@example.org", "est dépassé."},
		"R49: nobody says what was referred, of what is decided": {func(t *testing.T, b *bundle) {
			c := b.told(t, "HATE")
			b.toExaminers(t)
			b.decided(t, c)
			b.toExaminers(t)
			b.pass(24 * time.Hour)
		}, "garcia@example.org", "personne n’a noté dans le délai d’autorité saisie ni de motif d’abstention"},
		"R56: a reply waits for the head": {func(t *testing.T, b *bundle) {
			b.lent(t, b.Martin)
			in := moderation.ReplyInput{
				Location: "le blog de la 5e A", Designated: "Mon nom.", Passages: "Elle dort.", Text: "Je ne dors pas.", Name: "Jeanne Perrin", Email: "jeanne@exemple.fr", GoodFaith: true,
			}
			if _, err := b.cases.Reply(t.Context(), actor.Anonymous(b.Tilleuls, "test"), in); err != nil {
				t.Fatal(err)
			}
			b.toExaminers(t)
			b.pass(24 * time.Hour)
		}, "martin@example.org", "attend toujours, et son délai court."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			test.before(t, b)
			before := len(b.office.mails(t))
			b.toExaminers(t)
			got := b.office.mails(t)[before:]
			at := slices.IndexFunc(got, func(m mailed) bool { return m.to == test.to && strings.Contains(m.text, test.says) })
			if at < 0 {
				t.Fatalf("%s is not written to: %+v", test.to, got)
			}
			if m := got[at]; !strings.Contains(m.html, test.says) || !strings.Contains(m.text, base+"/e/0310000Z/-/cases/") || strings.Contains(m.text, "vous est confié") {
				t.Errorf("it says\n%s", m.text)
			}
		})
	}
}

// What is the assignee's they alone are written to about, while it is theirs; and of what was set right
// meanwhile nobody is.
func TestWhatIsSetRightIsNotWrittenAbout(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.appealed(t)
	b.work(t)
	b.promised(t, letters.CaseAppealed)
	b.exec(t, `UPDATE case_file SET assignee_id = $1`, b.Roche)
	b.pass(time.Hour)
	if got := b.toExaminers(t); len(got) != 0 {
		t.Errorf("whose it was is written to:\n%s", got[0].text)
	}
	c := b.told(t, "HATE")
	b.toExaminers(t)
	b.pass(24 * time.Hour)
	before := len(b.office.mails(t))
	waiting := b.work(t)
	b.promised(t, letters.CaseUnreferred)
	b.exec(t, `INSERT INTO referral (referral_id, tenant_id, case_id, recipient, body, person_id, sent_at) VALUES ($1, $2, $3, '', 'Rien de tel.', $4, $5)`,
		id.New[id.Entry](), b.Tilleuls, c, b.Garcia, b.clock())
	for _, m := range waiting {
		if err := b.post.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range b.office.mails(t)[before:] {
		if strings.Contains(m.text, "autorité saisie") {
			t.Errorf("it says\n%s", m.text)
		}
	}
}

// A letter that a worker is sending while its case is handed over stays where it is; when that comes to
// nothing the house that has the case in hand sends it, once.
func TestALetterFollowsItsCase(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, c := b.reported(t)
	waiting := b.work(t)
	if len(waiting) != 1 {
		t.Fatalf("%d letters wait", len(waiting))
	}
	above := id.New[id.Tenant]()
	b.exec(t, `INSERT INTO tenant (tenant_id, uai, name, kind, level, city) VALUES ($1, '0310100A', 'Académie de Toulouse', 'authority', '', 'Toulouse')`, above)
	b.exec(t, `UPDATE tenant SET parent_id = $1 WHERE tenant_id = $2`, above, b.Tilleuls)
	b.exec(t, `INSERT INTO membership (membership_id, tenant_id, person_id, profile) VALUES ($1, $2, $3, 'authority')`, id.New[id.Membership](), above, b.Roche)
	b.exec(t, `INSERT INTO director (tenant_id, person_id, capacity, during) VALUES ($1, $2, 'head', tstzrange($3, NULL))`, above, b.Roche, dbtest.Now.AddDate(-1, 0, 0))
	b.exec(t, `UPDATE letter SET state = 'sending', busy_until = $1`, b.clock().Add(20*time.Second))
	up := moderation.CaseCommand{Action: workflow.Transfer, Text: "Plus haut.", Version: value[int64](t, b, `SELECT version FROM case_file WHERE case_id = $1`, c)}
	if err := b.cases.ActOn(t.Context(), b.person(b.Garcia), c, up); err != nil {
		t.Fatal(err)
	}
	house := func() id.Tenant {
		return value[id.Tenant](t, b, `SELECT tenant_id FROM letter WHERE report_id IS NOT NULL`)
	}
	var wait *publication.WaitError
	if err := b.post.Send(t.Context(), waiting[0]); !errors.As(err, &wait) || house() != b.Tilleuls {
		t.Fatalf("while it is being sent: %v", err)
	}
	b.exec(t, `UPDATE letter SET busy_until = NULL`) // it came to nothing
	if err := b.post.Send(t.Context(), waiting[0]); !errors.As(err, &wait) || house() != above || len(b.office.mails(t)) != 0 {
		t.Fatalf("handed over: %v, in %s", err, house())
	}
	if tenant := value[id.Tenant](t, b, `SELECT tenant_id FROM outbox WHERE message_id = $1`, waiting[0].ID); tenant != above {
		t.Errorf("its message stays in %s", tenant)
	}
	waiting[0].Tenant = above
	for range 2 {
		if err := b.post.Send(t.Context(), waiting[0]); err != nil && !errors.Is(err, workflow.ErrStale) {
			t.Fatal(err)
		}
	}
	if mails := b.office.mails(t); len(mails) != 1 || mails[0].to != "jeanne@exemple.fr" {
		t.Errorf("sent: %+v", mails)
	}
}
