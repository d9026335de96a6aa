package notify_test

import (
	"errors"
	"net"
	"net/mail"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	letters "imprimatur/internal/mail"
	"imprimatur/internal/notify"
	"imprimatur/internal/outbox"
	"imprimatur/workflow"
)

// A guardian finds in their mail a link that opens what is asked, and answers by it, once.
func TestAFamilyIsAskedByMail(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, asked := b.ask(t, "La sortie au musée")
	b.send(t)
	mails := b.office.mails(t)
	if len(mails) != 1 {
		t.Fatalf("%d letters", len(mails))
	}
	m := mails[0]
	for name, want := range map[string]string{
		"Auto-Submitted": "auto-generated", "Reply-To": "<accueil@tilleuls.example>", "List-Id": "<0310000z.imprimatur.ent.example>", "Content-Language": "fr",
		"To": "<haddad-1@example.org>",
	} {
		if got := m.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	sender, err := mail.ParseAddress(m.header.Get("From"))
	if err != nil || sender.Name != "Collège Les Tilleuls" || sender.Address != "ne-pas-repondre@ent.example" {
		t.Errorf("from %v %v", sender, err)
	}
	if got := m.subject(t); got != "Une autorisation de droit à l’image attend votre réponse – Collège Les Tilleuls" {
		t.Errorf("subject %q", got)
	}
	for _, text := range []string{m.text, m.html} {
		if !strings.Contains(text, "La sortie au musée") || !strings.Contains(text, "Refuser n’a aucune conséquence") || strings.Contains(text, "Lina") {
			t.Errorf("it says\n%s", text)
		}
	}
	links := m.links()
	if len(links) != 1 || !strings.Contains(m.html, base+"/c/"+links[0]) {
		t.Fatalf("links %v in\n%s", links, m.html)
	}
	visitor, consent, err := b.consents.OpenLink(t.Context(), links[0])
	if err != nil || consent != asked[b.Lina] || visitor.Person != b.Haddad {
		t.Fatalf("opens %s for %s: %v", consent, visitor.Person, err)
	}
	sheet, err := b.consents.Sheet(t.Context(), visitor, consent)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.consents.Answer(t.Context(), visitor, consent, sheet.Consent.Version, imageconsent.AnswerInput{Accepted: []id.Use{sheet.Lines[0].ID}}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.consents.OpenLink(t.Context(), links[0]); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("it opens again: %v", err)
	}
}

// Three children in a list, and five requests in an hour, are one letter; the given name
// says which child where there are several.
func TestOneLetterGathersAnHour(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.brother(t)
	b.ask(t, "La sortie", b.Lina, b.Noe)
	for _, title := range []string{"Le spectacle", "Le cross", "La chorale", "Le journal"} {
		b.work(t)
		b.pass(10 * time.Minute)
		b.ask(t, title)
	}
	b.send(t)
	mails := b.office.mails(t)
	if len(mails) != 1 || len(mails[0].links()) != 6 {
		t.Fatalf("%d letters, %v", len(mails), mails)
	}
	if got := mails[0].subject(t); !strings.HasPrefix(got, "6 autorisations de droit à l’image attendent votre réponse") {
		t.Errorf("subject %q", got)
	}
	for _, want := range []string{"La sortie (pour Lina)", "La sortie (pour Noé)", "Le journal (pour Lina)"} {
		if !strings.Contains(mails[0].text, want) {
			t.Errorf("no %q in\n%s", want, mails[0].text)
		}
	}
	if got := slices.Compact(slices.Sorted(slices.Values(mails[0].links()))); len(got) != 6 {
		t.Errorf("links %v", got)
	}
	b.ask(t, "Plus tard")
	b.send(t)
	if got := len(b.office.mails(t)); got != 2 {
		t.Errorf("%d letters after another hour", got)
	}
}

// Minors are told in the application alone, and so is who has no address; an adult pupil is
// written to, in the language that they read.
func TestWhoIsWrittenTo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `UPDATE person SET birth_date = '2008-01-10', language = 'en' WHERE person_id = $1`, b.Noe)
	b.ask(t, "La sortie", b.Lina, b.Noe)
	b.exec(t, `UPDATE person SET email = '' WHERE person_id = $1`, b.Haddad)
	b.send(t)
	mails := b.office.mails(t)
	if len(mails) != 1 || mails[0].to != "noe@example.org" || !strings.Contains(mails[0].text, "before showing your image") {
		t.Fatalf("%+v", mails)
	}
	b.exec(t, `UPDATE person SET birth_date = NULL WHERE person_id = $1`, b.Noe) // a pupil of unknown age is a minor
	b.ask(t, "Le cross", b.Noe)
	b.send(t)
	if got := len(b.office.mails(t)); got != 1 {
		t.Errorf("%d letters", got)
	}
	if got := value[int](t, b, `SELECT count(*) FROM notice WHERE person_id = $1`, b.Lina); got == 0 {
		t.Error("the pupil has no notice")
	}
}

// What was answered meanwhile is not asked again; a reminder says that it is one.
func TestALetterTellsWhatIsSoNow(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, asked := b.ask(t, "La sortie")
	other, _ := b.ask(t, "Le cross")
	b.work(t)
	haddad := b.person(b.Haddad)
	if _, err := b.consents.Answer(t.Context(), haddad, asked[b.Lina], 1, imageconsent.AnswerInput{}); err != nil {
		t.Fatal(err)
	}
	b.send(t)
	if mails := b.office.mails(t); len(mails) != 1 || strings.Contains(mails[0].text, "La sortie") || len(mails[0].links()) != 1 {
		t.Fatalf("%+v", mails)
	}
	b.pass(4 * 24 * time.Hour)
	if n, err := b.consents.Remind(t.Context(), b.person(b.Martin), other.ID); n != 1 || err != nil {
		t.Fatalf("%d %v", n, err)
	}
	b.send(t)
	if mails := b.office.mails(t); len(mails) != 2 || !strings.HasPrefix(mails[1].subject(t), "Rappel : une autorisation") {
		t.Fatalf("%d letters", len(mails))
	}
}

// Families hear that what they granted ends soon; the mail carries no link, since there is
// nothing to do.
func TestAFamilyHearsOfTheEnd(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, asked := b.ask(t, "La sortie")
	b.send(t)
	for _, who := range []id.Person{b.Lina, b.Haddad} {
		sheet, err := b.consents.Sheet(t.Context(), b.person(who), asked[b.Lina])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.consents.Answer(t.Context(), b.person(who), asked[b.Lina], sheet.Consent.Version, imageconsent.AnswerInput{Accepted: []id.Use{sheet.Lines[0].ID}}); err != nil {
			t.Fatal(err)
		}
	}
	b.work(t)
	b.mu.Lock()
	b.now = time.Date(2027, 8, 20, 8, 0, 0, 0, time.UTC)
	b.mu.Unlock()
	if warned, err := b.consents.Warn(t.Context(), b.Tilleuls, asked[b.Lina]); !warned || err != nil {
		t.Fatalf("%t %v", warned, err)
	}
	b.send(t)
	mails := b.office.mails(t)
	if last := mails[len(mails)-1]; len(mails) != 2 || !strings.Contains(last.text, "La sortie : jusqu’au 31\u00a0août 2027") || len(last.links()) != 0 {
		t.Errorf("%d letters\n%s", len(mails), last.text)
	}
}

// What a server says of an address for good settles the letter; what it may think better of
// is tried again, and goes out once.
func TestWhatAMailServerAnswers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answer func(*postOffice)
		state  letters.State
	}{
		"no such address":      {func(p *postOffice) { p.address = &smtp.SMTPError{Code: 550, Message: "haddad-1@example.org unknown"} }, letters.Refused},
		"letter not taken":     {func(p *postOffice) { p.letter = &smtp.SMTPError{Code: 554, Message: "no"} }, letters.Refused},
		"greylisted":           {func(p *postOffice) { p.address = &smtp.SMTPError{Code: 451, Message: "later"} }, letters.Sending},
		"we may not send":      {func(p *postOffice) { p.sender = &smtp.SMTPError{Code: 553, Message: "not you"} }, letters.Sending},
		"full for now":         {func(p *postOffice) { p.letter = &smtp.SMTPError{Code: 452, Message: "full"} }, letters.Sending},
		"too slow to wait for": {func(p *postOffice) { p.slow, p.letter = 9*time.Second, errors.New("later") }, letters.Sending},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.ask(t, "La sortie")
			b.work(t)
			b.pass(time.Hour)
			b.office.set(test.answer)
			state, err := b.tried(t)
			if state != test.state || (err == nil) != (state == letters.Refused) || len(b.office.mails(t)) > 0 {
				t.Fatalf("%s: %v", state, err)
			}
			if err != nil && strings.Contains(err.Error(), "example.org") {
				t.Errorf("the error names somebody: %v", err)
			}
			b.office.set(func(p *postOffice) { p.sender, p.address, p.letter, p.slow = nil, nil, nil, 0 })
			if state == letters.Refused {
				if got := b.work(t); len(got) != 0 {
					t.Errorf("it is tried again: %v", got)
				}
				return
			}
			if state, err := b.tried(t); state != letters.Sent || err != nil || len(b.office.mails(t)) != 1 {
				t.Errorf("the next time: %s %v", state, err)
			}
		})
	}
}

// A server that is away leaves nothing behind: no link, and the letter for later.
func TestAMailServerThatIsAway(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.ask(t, "La sortie")
	b.work(t)
	b.pass(time.Hour)
	b.post = b.service(t, "smtp://127.0.0.1:1", 60)
	if state, err := b.tried(t); state != letters.Sending || err == nil {
		t.Fatalf("%s %v", state, err)
	}
	if got := value[int](t, b, `SELECT count(*) FROM consent_link`); got != 0 {
		t.Errorf("%d links were made", got)
	}
	b.post = b.service(t, b.office.url, 60)
	if state, err := b.tried(t); state != letters.Sent || err != nil {
		t.Errorf("%s %v", state, err)
	}
}

// A server that is not this machine gets nothing without TLS. This machine's own name stands
// for one that is not.
func TestNothingGoesWithoutTLS(t *testing.T) {
	t.Parallel()
	name, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	addresses, err := net.DefaultResolver.LookupHost(t.Context(), name)
	if err != nil || !slices.Contains(addresses, "127.0.0.1") || name == "localhost" {
		t.Skipf("%s is %v: its name leads to no server of this test", name, addresses)
	}
	b := setup(t)
	b.ask(t, "La sortie")
	b.work(t)
	b.pass(time.Hour)
	b.post = b.service(t, strings.Replace(b.office.url, "127.0.0.1", name, 1), 60)
	if state, err := b.tried(t); state != letters.Sending || err == nil || len(b.office.mails(t)) != 0 {
		t.Errorf("%s %v", state, err)
	} else if !strings.Contains(err.Error(), "TLS") {
		t.Errorf("it failed for another reason: %v", err)
	}
}

// A connection that is cut when the server has taken the letter may double it: both are the
// same letter by their Message-ID, and answering by one uses up the other.
func TestALetterThatIsSentTwice(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, asked := b.ask(t, "La sortie")
	b.work(t)
	b.pass(time.Hour)
	b.office.set(func(p *postOffice) { p.cut = true })
	if state, err := b.tried(t); state != letters.Sending || err == nil {
		t.Fatalf("%s %v", state, err)
	}
	b.office.set(func(p *postOffice) { p.cut = false })
	if state, err := b.tried(t); state != letters.Sent || err != nil {
		t.Fatalf("%s %v", state, err)
	}
	mails := b.office.mails(t)
	if len(mails) != 2 || mails[0].header.Get("Message-Id") != mails[1].header.Get("Message-Id") {
		t.Fatalf("%d letters, %s and %s", len(mails), mails[0].header.Get("Message-Id"), mails[1].header.Get("Message-Id"))
	}
	visitor, _, err := b.consents.OpenLink(t.Context(), mails[0].links()[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.consents.Answer(t.Context(), visitor, asked[b.Lina], 1, imageconsent.AnswerInput{}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.consents.OpenLink(t.Context(), mails[1].links()[0]); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("the other link still opens: %v", err)
	}
}

// A message that comes several times, and to several workers at once, sends one letter; a
// worker that died with it keeps it no longer than it may.
func TestALetterGoesOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.ask(t, "La sortie")
	notices := b.due(t)
	b.work(t)
	for _, m := range notices { // delivered again: nobody is written to twice for it
		if err := b.moderation.Notify(t.Context(), m); m.Kind == outbox.NoticeConsent && !errors.Is(err, workflow.ErrStale) {
			t.Errorf("the notice again: %v", err)
		}
	}
	b.pass(time.Hour)
	m := b.work(t)[0]
	b.office.set(func(p *postOffice) { p.slow = 500 * time.Millisecond })
	var all sync.WaitGroup
	outcomes := make(chan error, 4)
	for range 4 {
		post := b.service(t, b.office.url, 600) // a process each
		all.Go(func() { outcomes <- post.Send(t.Context(), m) })
	}
	all.Wait()
	close(outcomes)
	went := 0
	for err := range outcomes {
		switch {
		case err == nil:
			went++
		case !waits(err) && !errors.Is(err, workflow.ErrStale):
			t.Error(err)
		}
	}
	if got := len(b.office.mails(t)); got != 1 || went == 0 {
		t.Fatalf("%d letters", got)
	}
	b.ask(t, "Le cross")
	b.work(t)
	b.pass(time.Hour)
	m = b.work(t)[0]
	b.exec(t, `UPDATE letter SET state = 'sending', busy_until = $2 WHERE letter_id = $1`, m.Subject, b.clock().Add(20*time.Second)) // as a worker that is killed leaves it
	if err := b.post.Send(t.Context(), m); !waits(err) {
		t.Errorf("another worker has it: %v", err)
	}
	b.pass(21 * time.Second)
	if err := b.post.Send(t.Context(), m); err != nil || len(b.office.mails(t)) != 2 {
		t.Errorf("once that worker is dead: %v", err)
	}
}

// Mail is bounded by the minute and in conversations at once; what has to wait is put off,
// and keeps no worker.
func TestMailIsBounded(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `INSERT INTO person (person_id, source, external_id, given_name, family_name, birth_date, email)
		SELECT gen_random_uuid(), 'test', 'p' || n, 'Jean', 'Petit', '1980-01-01', 'p' || n || '@example.org' FROM generate_series(1, 12) n`)
	b.exec(t, `INSERT INTO membership (membership_id, tenant_id, person_id, profile) SELECT gen_random_uuid(), $1, person_id, 'teacher' FROM person WHERE family_name = 'Petit' AND given_name = 'Jean'`, b.Tilleuls)
	rows, err := b.admin.Query(t.Context(), `SELECT person_id FROM person WHERE given_name = 'Jean'`)
	if err != nil {
		t.Fatal(err)
	}
	var staff []id.Person
	for rows.Next() {
		var p id.Person
		if err := rows.Scan(&p); err != nil {
			t.Fatal(err)
		}
		staff = append(staff, p)
	}
	b.ask(t, "La sortie", staff...)
	b.work(t)
	b.pass(time.Hour)
	b.post = b.service(t, b.office.url, 20) // two at once, then one in three seconds
	sent := 0
	for _, m := range b.work(t) {
		switch err := b.post.Send(t.Context(), m); {
		case err == nil:
			sent++
		case !waits(err):
			t.Fatal(err)
		}
	}
	if sent != 2 {
		t.Errorf("%d letters went at once", sent)
	}
	b.pass(time.Minute)
	for _, m := range b.work(t) {
		if err := b.post.Send(t.Context(), m); err != nil {
			t.Error(err)
		}
	}
	if got := len(b.office.mails(t)); got != 12 {
		t.Errorf("%d letters after a minute", got)
	}
}

// Nothing that anybody is called or types gets into a header, and markup stays text.
func TestNothingGetsIntoAHeader(t *testing.T) {
	t.Parallel()
	b := setup(t)
	evil := "A\r\nBcc: victime@example.org\r\n\r\n<script>alert(1)</script>"
	b.exec(t, `UPDATE tenant SET name = $2 WHERE tenant_id = $1`, b.Tilleuls, evil)
	b.exec(t, `UPDATE person SET given_name = $1 WHERE person_id IN ($2, $3)`, evil, b.Haddad, b.Lina)
	b.ask(t, "La <b>sortie</b>")
	b.send(t)
	mails := b.office.mails(t)
	if len(mails) != 1 || mails[0].header.Get("Bcc") != "" || mails[0].to != "haddad-1@example.org" {
		t.Fatalf("%+v", mails)
	}
	if strings.Contains(mails[0].html, "<script>") || strings.Contains(mails[0].html, "<b>") {
		t.Errorf("markup: %s", mails[0].html)
	}
	for _, address := range []string{"x@example.org\r\nBcc: v@example.org", "a@example.org, b@example.org", "Nom <a@example.org>", "pas une adresse"} {
		b.exec(t, `UPDATE person SET email = $2 WHERE person_id = $1`, b.Haddad, address)
		b.ask(t, "Le cross "+address[:3])
		b.work(t)
		b.pass(time.Hour)
		if state, err := b.tried(t); state != letters.Refused || err != nil {
			t.Errorf("%q: %s %v", address, state, err)
		}
	}
	if got := len(b.office.mails(t)); got != 1 {
		t.Errorf("%d letters", got)
	}
}

// A mail server is named by an address with TLS, and its password is told to nobody.
func TestMailServersAreNamed(t *testing.T) {
	t.Parallel()
	for address, fits := range map[string]bool{
		"smtp://u:secret@mail.example:587": true, "smtps://u:secret@mail.example": true, "smtp://127.0.0.1:25": true, "smtp://[::1]:25": true,
		"http://u:secret@mail.example": false, "smtp://u:secret@": false, "smtp://u:secret@mail.example:0": false, "smtp://u:secret@mail.example/path": false,
		"smtp://u:secret%zz@mail.example": false,
	} {
		_, err := notify.NewSMTP(address, from, "", 60)
		if (err == nil) != fits {
			t.Errorf("%s: %v", address, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("it tells the password: %v", err)
		}
	}
	if _, err := notify.NewSMTP("smtp://mail.example", "personne", "", 60); err == nil {
		t.Error("a sender that is none")
	}
}

// Notices that several workers carry out at once put what they tell into one letter.
func TestManyTellSomebodyAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, title := range []string{"Un", "Deux", "Trois", "Quatre", "Cinq", "Six"} {
		b.ask(t, title)
	}
	var all sync.WaitGroup
	for _, m := range b.due(t) {
		all.Go(func() {
			if err := b.moderation.Notify(t.Context(), m); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	b.send(t)
	if mails := b.office.mails(t); len(mails) != 1 || len(mails[0].links()) != 6 {
		t.Errorf("%d letters", len(mails))
	}
}

// What is sent again goes at once, with all that waits for the hour.
func TestALinkSentAgainGoesAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, asked := b.ask(t, "La sortie")
	b.ask(t, "Le cross")
	b.work(t)
	if err := b.consents.Resend(t.Context(), b.person(b.Garcia), asked[b.Lina], b.Haddad); err != nil {
		t.Fatal(err)
	}
	if state, err := b.tried(t); state != letters.Sent || err != nil {
		t.Fatalf("%s %v", state, err)
	}
	if mails := b.office.mails(t); len(mails) != 1 || len(mails[0].links()) != 2 {
		t.Errorf("%d letters", len(mails))
	}
	b.pass(time.Hour)
	if rest := b.work(t); len(rest) != 0 {
		t.Errorf("and again after the hour: %v", rest)
	}
}
