package web

import (
	"regexp"
	"strings"
	"time"

	"imprimatur/internal/mail"
)

// MailPage lists what the establishment has mailed, and what it would have, for who runs
// or directs it.
type MailPage struct {
	Base
	Pager
	Server bool // a mail server is configured
	Shown  bool // letters have their links in them
	Items  []MailItem
}

// Template names the page's file.
func (*MailPage) Template() string { return "mail" }

// MailItem is one letter.
type MailItem struct {
	ID, To, Subject, Fault string
	Status                 Status
	Mend                   bool       // the address does not work
	Parts                  []MailPart // empty where what it said is forgotten, or is not written yet
	At                     time.Time  // when it was settled, or is to go
}

// MailPart is a part of what a letter says: words, or an address of this service.
type MailPart struct{ Text, URL string }

func (s *Site) listMail(v *visit) error {
	found, err := s.cfg.Post.Mailbox(v.Request().Context(), v.actor(), v.QueryParam("after"))
	if err != nil {
		return err
	}
	base, err := v.base(v.Text("mail.title"))
	if err != nil {
		return err
	}
	page := &MailPage{Base: base, Pager: v.pager(found.Next), Server: found.Server, Shown: found.Shown}
	page.Path = v.house.desk("mail")
	for _, e := range found.Items {
		page.Items = append(page.Items, v.mailItem(e))
	}
	return v.render(page)
}

// mailBadges are the looks of the states of a letter; a state without one is plain.
var mailBadges = map[mail.State]string{
	mail.Gathering: "badge-waiting", mail.Sending: "badge-waiting", mail.Sent: "badge-live", mail.Refused: "badge-rejected", mail.Bounced: "badge-rejected", mail.Kept: "badge-hidden",
}

func (v *visit) mailItem(e mail.Entry) MailItem {
	if e.Reporter { // R44
		e.Name = v.Text("mail.reporter")
	}
	item := MailItem{
		ID: e.ID.String(), To: e.Name, Subject: e.Subject, Fault: e.Fault, At: e.SettledAt,
		Status: Status{mailBadges[e.State], v.Text("mail.state_" + string(e.State))}, Parts: v.mailParts(e.Body),
	}
	item.Mend = !e.Reporter && (e.State == mail.Refused || e.State == mail.Bounced)
	if e.Address != "" {
		item.To += ", " + e.Address
	}
	if !e.State.Settled() {
		item.At = e.DueAt
	}
	return item
}

// linkText is a personal link in what a letter says: a family's, or a follow-up address.
var linkText = regexp.MustCompile(`https?://\S+?(/[cs]/[A-Za-z0-9_-]{43})`)

// mailParts takes what a letter says apart, so that a link in it can be followed.
func (v *visit) mailParts(body string) []MailPart {
	var parts []MailPart
	for body = strings.TrimSpace(body); body != ""; {
		at := linkText.FindStringSubmatchIndex(body)
		if at == nil {
			return append(parts, MailPart{Text: body})
		}
		parts = append(parts, MailPart{Text: body[:at[0]]}, MailPart{Text: body[at[0]:at[1]], URL: body[at[2]:at[3]]})
		body = body[at[1]:]
	}
	return parts
}
