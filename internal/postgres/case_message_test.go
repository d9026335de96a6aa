package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// external is the id by which the ENT knows somebody.
func (d *desk) external(t *testing.T, who id.Person) moderation.Correspondent {
	t.Helper()
	var c moderation.Correspondent
	if err := d.admin.QueryRow(t.Context(), `SELECT external_id FROM person WHERE person_id = $1`, who).Scan(&c.ExternalID); err != nil {
		t.Fatal(err)
	}
	return c
}

// insult is a message from Noé to Lina, with one before and one after it.
func (d *desk) insult(t *testing.T) moderation.MessageInput {
	t.Helper()
	noe, lina := d.external(t, d.Noe), d.external(t, d.Lina)
	at := func(minutes int) time.Time { return dbtest.Now.Add(time.Duration(minutes-60) * time.Minute) }
	return moderation.MessageInput{
		Message:    moderation.PrivateMessage{ID: "msg-2", Author: noe, SentAt: at(2), Text: "Tu es nulle.\nPersonne ne t'aime."},
		Recipients: []moderation.Correspondent{lina, {ExternalID: "parti-1", Name: "Ancien élève"}},
		Before:     []moderation.PrivateMessage{{ID: "msg-1", Author: lina, SentAt: at(1), HTML: "<p>On joue ?<script>alert(1)</script></p>"}},
		After:      []moderation.PrivateMessage{{ID: "msg-3", Author: lina, SentAt: at(3), Text: "Arrête.", Attachments: []moderation.AttachedName{{Name: "capture.png"}}}},
		Ground:     "INJ",
	}
}

func (d *desk) reportMessage(t *testing.T, who id.Person, in moderation.MessageInput) moderation.Receipt {
	t.Helper()
	receipt, err := d.cases.ReportMessage(t.Context(), person(d.Tilleuls, who), in)
	if err != nil {
		t.Fatal(err)
	}
	d.work(t)
	return receipt
}

// A private message that was reported is what the ENT sent of it, sealed; its examination ends
// with a reminder, and nothing here is hidden (R25).
func TestAPrivateMessageIsReported(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.reportMessage(t, d.Lina, d.insult(t))
	c := d.only(t)
	view, err := d.cases.Case(t.Context(), person(d.Tilleuls, d.Garcia), c)
	if err != nil {
		t.Fatal(err)
	}
	messages := view.Evidence[0].Exhibit.Messages
	var got []string
	for _, m := range messages {
		got = append(got, fmt.Sprint(m.ID, " ", m.Reported, " ", m.Author.Name, " ", m.HTML))
	}
	want := "msg-1 false Lina Moreau <p>On joue ?</p>|msg-2 true Noé Petit <p>Tu es nulle.</p><p>Personne ne t'aime.</p>|msg-3 false Lina Moreau <p>Arrête.</p>"
	names := strings.NewReplacer(messages[0].Author.Name, "Lina Moreau", messages[1].Author.Name, "Noé Petit", "&#39;", "'")
	if strings.Join(got, "|") != names.Replace(want) && names.Replace(strings.Join(got, "|")) != want {
		t.Errorf("exhibit %q", got)
	}
	if view.Target.Author != d.Noe || view.Current != nil || messages[1].Recipients[1].Name != "Ancien élève" {
		t.Errorf("view %+v", view)
	}
	for _, o := range view.Offers {
		if o.Action == workflow.DecideCase && fmt.Sprint(o.Verdicts) != "[keep remind]" {
			t.Errorf("R25: verdicts %v", o.Verdicts)
		}
	}
	if err := d.on(t, d.Tilleuls, d.Garcia, c, withdrawal); err == nil {
		t.Error("R25: a message was withdrawn that is not here")
	}
	d.mustOn(t, d.Tilleuls, d.Garcia, c, moderation.CaseCommand{
		Action: workflow.DecideCase, Verdict: workflow.Remind, Ground: "INJ", Reason: "On ne s'insulte pas.", Answer: "Les règles ont été rappelées.",
	})
	told, err := d.cases.AuthorView(t.Context(), person(d.Tilleuls, d.Noe), d.toldAs(t, c))
	if err != nil || len(told.Letters) != 1 || !strings.Contains(told.Letters[0].Body, "On ne s'insulte pas.") || strings.Contains(told.Letters[0].Body, "nulle") {
		t.Errorf("author told %+v, %v", told, err)
	}
	if n := d.count(t, `SELECT count(*) FROM hold`); n != 0 {
		t.Errorf("%d holds", n)
	}
	if broken, err := d.verify(t); err != nil || len(broken) > 0 {
		t.Errorf("verify %v, %v", broken, err)
	}
}

// barred reports whether the error keeps somebody from acting, and names the rule.
func barred(err error, rule string) bool {
	var refusal *directory.Refusal
	return errors.As(err, &refusal) && refusal.Rule == rule
}

// Invariant 7: who took no part reports nothing, more than the establishment lets be shown is
// refused, and what is malformed leaves nothing.
func TestOnlyTheReportedMessageIsReadable(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	stranger := d.insult(t)
	if _, err := d.cases.ReportMessage(t.Context(), person(d.Tilleuls, d.Martin), stranger); !barred(err, "R25") {
		t.Errorf("R25: a stranger's report: %v", err)
	}
	claimed := d.insult(t)
	claimed.Recipients[1].Person = d.Martin // who somebody is the directory says, and nobody else
	if _, err := d.cases.ReportMessage(t.Context(), person(d.Tilleuls, d.Martin), claimed); !barred(err, "R25") {
		t.Errorf("R25: a claim to be somebody: %v", err)
	}
	for name, spoil := range map[string]func(*moderation.MessageInput){
		"before too_much_context": func(in *moderation.MessageInput) {
			for _, name := range []string{"msg-1b", "msg-1c"} {
				in.Before = append(in.Before, moderation.PrivateMessage{ID: name, Author: in.Before[0].Author, SentAt: in.Before[0].SentAt, Text: "Alors ?"})
			}
		},
		"message out_of_order":    func(in *moderation.MessageInput) { in.After[0].SentAt = in.After[0].SentAt.Add(-time.Hour) },
		"message.text too_long":   func(in *moderation.MessageInput) { in.Message.Text = strings.Repeat("é", moderation.LongestMessage+1) },
		"message.text one_of_two": func(in *moderation.MessageInput) { in.Message.HTML = "<p>Autre</p>" },
		"message.text required":   func(in *moderation.MessageInput) { in.Message.Text = " \n" },
		"message.id required":     func(in *moderation.MessageInput) { in.Message.ID = "" },
		"message.sent_at required": func(in *moderation.MessageInput) {
			in.Message.SentAt = time.Time{}
		},
		"before.0.author required": func(in *moderation.MessageInput) { in.Before[0].Author = moderation.Correspondent{} },
		"recipients out_of_bounds": func(in *moderation.MessageInput) { in.Recipients = nil },
		"ground unknown":           func(in *moderation.MessageInput) { in.Ground = "XXX" },
	} {
		in := d.insult(t)
		spoil(&in)
		_, err := d.cases.ReportMessage(t.Context(), person(d.Tilleuls, d.Lina), in)
		field := new(directory.FieldError)
		if !errors.As(err, &field) || field.Field+" "+field.Code != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := d.count(t, `SELECT count(*) FROM case_file`) + d.count(t, `SELECT count(*) FROM evidence`); n != 0 {
		t.Errorf("refused reports left %d rows", n)
	}
}

// R46: who wrote in the conversation or was written to does not judge it, nor does who answers for
// them; the case goes to somebody else.
func TestACorrespondentDoesNotJudge(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a := d.académie(t)
	in := d.insult(t)
	in.Recipients = append(in.Recipients, d.external(t, d.Garcia))
	d.reportMessage(t, d.Lina, in)
	c := d.only(t)
	if got := d.inHand(t, c); got.Tenant != a.Tenant {
		t.Errorf("R46: the head was written to, and the case is with %v", got)
	}
	if _, err := d.cases.Case(t.Context(), person(d.Tilleuls, d.Garcia), c); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("R46: the head finds it: %v", err)
	}
	if n := d.count(t, `SELECT count(*) FROM case_concern WHERE person_id = '`+d.Haddad.String()+`' AND cause = 'kin'`); n != 1 {
		t.Errorf("R46: %d causes of Lina's guardian", n)
	}
	view, err := d.cases.Case(t.Context(), person(a.Tenant, a.Recteur), c)
	if err != nil || len(view.Evidence[0].Exhibit.Messages) != 3 {
		t.Errorf("the authority reads %+v, %v", view.Evidence, err)
	}
}

// Reports of one message are one case; another establishment's message of the same id is another.
// Grave words stay legible to whoever is to help; those of a ground that seals do not (R50).
func TestReportsOfOneMessageAreOneCase(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	in := d.insult(t)
	d.reportMessage(t, d.Lina, in)
	in.Ground = "SUI"
	d.reportMessage(t, d.Noe, in)
	c := d.only(t)
	read := func() []moderation.ExhibitedMessage {
		evidence, err := d.cases.Evidence(t.Context(), person(d.Tilleuls, d.Garcia), c)
		if err != nil {
			t.Fatal(err)
		}
		return evidence[0].Exhibit.Messages
	}
	if len(read()) != 3 {
		t.Error("words of somebody in danger are sealed from whoever is to help")
	}
	in.Ground = "CSAM"
	d.reportMessage(t, d.Lina, in)
	if len(read()) != 0 {
		t.Error("R50: what CSAM was reported of is legible")
	}
}
