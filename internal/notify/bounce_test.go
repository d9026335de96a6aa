package notify_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"imprimatur/internal/id"
	"imprimatur/internal/mail"
	"imprimatur/internal/notify"
)

// bounced is what a mail server writes about a letter that it could not deliver.
func bounced(to, action, status string) string {
	return fmt.Sprintf(`From: MAILER-DAEMON@mail.example
To: %s
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain

Your mail came back.
--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example
Arrival-Date: Thu, 15 Oct 2026 08:00:00 +0000

Final-Recipient: rfc822; haddad-1@example.org
Action: %s
Status: %s
Diagnostic-Code: smtp; 550 haddad-1@example.org unknown

--part
Content-Type: message/rfc822

Subject: what was sent

A letter.
--part--
`, to, action, status)
}

// back hands over what came to the return address of letters.
func (b *bundle) back(t *testing.T, recipient, message string) (bool, error) {
	t.Helper()
	return notify.Bounced(t.Context(), b.db, recipient, strings.NewReader(strings.ReplaceAll(message, "\n", "\r\n")), b.clock())
}

// one sends one letter, and gives where it comes back to.
func (b *bundle) one(t *testing.T) (from string) {
	t.Helper()
	b.ask(t, "La sortie")
	b.send(t)
	mails := b.office.mails(t)
	if len(mails) != 1 || mails[0].header.Get("Return-Path") != "" {
		t.Fatalf("%d letters", len(mails))
	}
	return mails[0].from
}

func (b *bundle) state(t *testing.T) mail.State {
	t.Helper()
	return value[mail.State](t, b, `SELECT state FROM letter`)
}

// A letter has a return address of its own, and what comes back to it for good is noted, once.
func TestALetterComesBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	from := b.one(t)
	if !strings.HasPrefix(from, "retours+") || !strings.HasSuffix(from, "@ent.example") || len(from) > 64+len("@ent.example") {
		t.Fatalf("it comes back to %q", from)
	}
	b.pass(time.Minute)
	if noted, err := b.back(t, "", bounced(strings.ToUpper(from), "failed", "5.1.1 (no such user)")); !noted || err != nil {
		t.Fatalf("%t %v", noted, err)
	}
	if got := value[string](t, b, `SELECT state || ' ' || fault FROM letter`); got != "bounced code 5.1.1" {
		t.Errorf("it is %q", got)
	}
	if noted, err := b.back(t, from, bounced(from, "failed", "5.1.1")); noted || err != nil {
		t.Errorf("a second time: %t %v", noted, err)
	}
}

// What says nothing for good, or comes to an address that somebody made up, notes nothing.
func TestWhatIsNoBounce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	from := b.one(t)
	last := from[strings.Index(from, "@")-2]
	other := "b"
	if last == 'b' {
		other = "c"
	}
	forged := from[:strings.Index(from, "@")-2] + other + from[strings.Index(from, "@")-1:]
	away := "From: haddad-1@example.org\nTo: " + from + "\nSubject: Absence\nAuto-Submitted: auto-replied\n\nJe suis absente.\n"
	for name, message := range map[string]struct{ recipient, text string }{
		"a delay":              {from, bounced(from, "delayed", "4.4.1")},
		"relayed":              {from, bounced(from, "relayed", "2.0.0")},
		"failed, not for good": {from, bounced(from, "failed", "4.2.2")},
		"no status":            {from, bounced(from, "failed", "")},
		"somebody is away":     {from, away},
		"another token":        {forged, bounced(forged, "failed", "5.1.1")},
		"no tag":               {"retours@ent.example", bounced("retours@ent.example", "failed", "5.1.1")},
		"a short tag":          {"retours+abc@ent.example", bounced("retours+abc@ent.example", "failed", "5.1.1")},
		"nothing":              {from, ""},
		"no message":           {from, "\x00\x01\x02"},
		"cut":                  {from, bounced(from, "failed", "5.1.1")[:400]},
	} {
		if noted, err := b.back(t, message.recipient, message.text); noted || err != nil {
			t.Errorf("%s: %t %v", name, noted, err)
		}
	}
	if got := b.state(t); got != mail.Sent {
		t.Errorf("the letter is %s", got)
	}
}

// A database that is away is an error, so that the mail server tries again.
func TestABounceIsNotLost(t *testing.T) {
	t.Parallel()
	b := setup(t)
	from := b.one(t)
	b.db.Close()
	if noted, err := b.back(t, from, bounced(from, "failed", "5.1.1")); noted || err == nil {
		t.Errorf("%t %v", noted, err)
	}
}

// nobody has sent no letter.
type nobody struct{}

func (nobody) Bounce(context.Context, id.Letter, []byte, string, time.Time) (bool, error) {
	return false, nil
}

// FuzzBounced reads anything without failing.
func FuzzBounced(f *testing.F) {
	f.Add("retours+x@ent.example", bounced("retours+x@ent.example", "failed", "5.1.1"))
	f.Add("", "To: a@b\nContent-Type: multipart/report; report-type=delivery-status\n\n--\n")
	f.Fuzz(func(t *testing.T, recipient, message string) {
		if _, err := notify.Bounced(t.Context(), nobody{}, recipient, strings.NewReader(message), time.Time{}); err != nil {
			t.Error(err)
		}
	})
}
