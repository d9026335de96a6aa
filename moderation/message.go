package moderation

import (
	"cmp"
	"context"
	"fmt"
	"html"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// MessageInput is a private message that somebody who took part in the conversation reports, as
// the ENT copies it. Nothing else of the conversation can be read here (R25).
type MessageInput struct {
	Message       PrivateMessage
	Recipients    []Correspondent  // of the message; at most 500
	Before, After []PrivateMessage // what was said around it, in its order; of each as many as the establishment lets be shown
	Ground        workflow.Ground
	Explanation   string // at most 5,000 characters
	Authority     bool   // the person wants the authority above to examine it (R40)
	Language      string
}

// PrivateMessage is one message of a conversation, in the ENT's own words.
type PrivateMessage struct {
	ID          string // the ENT's; at most 200 characters
	Author      Correspondent
	SentAt      time.Time
	HTML        string // or Text; at most 20,000 characters
	Text        string
	Attachments []AttachedName // at most 20
}

// Correspondent is somebody as the ENT knows them.
type Correspondent struct {
	ExternalID string    `json:"external_id"`
	Name       string    `json:"name,omitempty"` // as the ENT shows it; whom the directory knows has its name
	Person     id.Person `json:"person,omitzero"`
}

// AttachedName tells of a file of a private message, and is not the file.
type AttachedName struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256,omitempty"` // in hexadecimal
}

// ExhibitedMessage is a private message of an exhibit.
type ExhibitedMessage struct {
	ID          string          `json:"id"`
	Reported    bool            `json:"reported"` // else it is context
	Author      Correspondent   `json:"author"`
	Recipients  []Correspondent `json:"recipients,omitempty"`
	SentAt      time.Time       `json:"sent_at"`
	HTML        string          `json:"html"` // sanitised
	Attachments []AttachedName  `json:"attachments,omitempty"`
}

// The limits of a reported message, in characters, and of what it lists.
const (
	LongestMessage   = 20000
	longestMessageID = 200
	mostRecipients   = 500
	mostAttached     = 20
)

// KnownCorrespondent is somebody of a conversation whom the directory knows here.
type KnownCorrespondent struct {
	ExternalID string
	Person     id.Person
	Name       string
	Minor      bool
	Guardians  []id.Person // who answer for them
}

// MessageTx is what reporting a private message asks of a transaction.
type MessageTx interface {
	// Correspondents finds who of a conversation belongs to this establishment now, and who
	// may come to judge here.
	Correspondents(ctx context.Context, external []string, now time.Time) ([]KnownCorrespondent, []directory.Person, error)
}

// messageTitle is what the case of a private message is called: never a word of the message.
const messageTitle = "Message privé"

// ReportMessage takes a report of a private message, by somebody who wrote it or whom it was
// written to: what the ENT sends with it is sealed as evidence, and is all that anybody who
// examines the case can read (R25). Many reports of one message are one case. The errors are
// [directory.FieldError]s (R25, R38), and [directory.Refusal]s for somebody who took no part in the
// conversation (R25) or has reported too much, of what is not grave (R47).
func (s *Cases) ReportMessage(ctx context.Context, who actor.Actor, in MessageInput) (Receipt, error) {
	report := ReportInput{Ground: in.Ground, Explanation: in.Explanation, Authority: in.Authority, Language: in.Language, Location: in.Message.ID}.trim()
	found, err := in.exhibit()
	if err == nil {
		err = report.check(who)
	}
	if err != nil {
		return Receipt{}, fmt.Errorf("report a message: %w", err)
	}
	receipt, err := s.file(ctx, who, report, func(tx CasesTx, house directory.House, now time.Time) (Found, error) {
		if err := in.bounded(house); err != nil {
			return found, err
		}
		return in.identify(ctx, tx, who, found, now)
	})
	if err != nil {
		return Receipt{}, fmt.Errorf("report a message: %w", err)
	}
	return receipt, nil
}

// subjectOf is the one examination that all reports of a message are: ids of an ENT are its own.
func subjectOf(place id.Tenant, message string) uuid.UUID {
	return uuid.NewSHA1(place.UUID, []byte("message:"+message))
}

// bounded refuses more of a conversation than the establishment lets be shown (R25).
func (in MessageInput) bounded(house directory.House) error {
	most := settings.MessageContext.Of(house.Values)
	for field, around := range map[string][]PrivateMessage{"before": in.Before, "after": in.After} {
		if len(around) > most {
			return &directory.FieldError{Field: field, Code: "too_much_context", Rule: "R25", Limit: most}
		}
	}
	return nil
}

// exhibit is the conversation as evidence, where it is what R25 asks for.
func (in MessageInput) exhibit() (Found, error) {
	found := Found{Target: Target{Message: in.Message.ID, Title: messageTitle}}
	if len(in.Recipients) == 0 || len(in.Recipients) > mostRecipients {
		return found, &directory.FieldError{Field: "recipients", Code: "out_of_bounds", Rule: "R25", Limit: mostRecipients}
	}
	for i, r := range in.Recipients {
		if fault := r.check(); fault != "" {
			return found, &directory.FieldError{Field: fmt.Sprintf("recipients.%d", i), Code: fault, Rule: "R25"}
		}
	}
	shown, err := in.Message.exhibit("message")
	if err != nil {
		return found, err
	}
	shown.Reported, shown.Recipients = true, in.Recipients
	before, err := around("before", in.Before)
	if err != nil {
		return found, err
	}
	after, err := around("after", in.After)
	if err != nil {
		return found, err
	}
	found.Exhibit.Messages = append(append(before, shown), after...)
	return found, ordered(found.Exhibit.Messages)
}

// ordered refuses what was not said in that order, and what is there twice: the context of a
// message is what stands beside it.
func ordered(messages []ExhibitedMessage) error {
	seen := map[string]bool{}
	for i, m := range messages {
		if seen[m.ID] || i > 0 && m.SentAt.Before(messages[i-1].SentAt) {
			return &directory.FieldError{Field: "message", Code: "out_of_order", Rule: "R25"}
		}
		seen[m.ID] = true
	}
	return nil
}

func around(field string, messages []PrivateMessage) ([]ExhibitedMessage, error) {
	list := make([]ExhibitedMessage, 0, len(messages))
	for i, m := range messages {
		shown, err := m.exhibit(fmt.Sprintf("%s.%d", field, i))
		if err != nil {
			return nil, err
		}
		list = append(list, shown)
	}
	return list, nil
}

// exhibit is one message as evidence; field is where it was given.
func (m PrivateMessage) exhibit(field string) (ExhibitedMessage, error) {
	wrong := func(at, code string, limit int) error {
		return &directory.FieldError{Field: field + "." + at, Code: code, Rule: "R25", Limit: limit}
	}
	shown := ExhibitedMessage{ID: m.ID, Author: m.Author, SentAt: m.SentAt.UTC(), Attachments: m.Attachments}
	switch {
	case strings.TrimSpace(m.ID) == "":
		return shown, wrong("id", "required", 0)
	case utf8.RuneCountInString(m.ID) > longestMessageID:
		return shown, wrong("id", "too_long", longestMessageID)
	case m.Author.check() != "":
		return shown, wrong("author", m.Author.check(), 0)
	case m.SentAt.IsZero():
		return shown, wrong("sent_at", "required", 0)
	case m.HTML != "" && m.Text != "":
		return shown, wrong("text", "one_of_two", 0)
	case utf8.RuneCountInString(m.HTML+m.Text) > LongestMessage:
		return shown, wrong("text", "too_long", LongestMessage)
	case len(m.Attachments) > mostAttached:
		return shown, wrong("attachments", "too_many", mostAttached)
	}
	for _, a := range m.Attachments {
		if a.Name == "" || utf8.RuneCountInString(a.Name) > LongestName || len(a.SHA256) > 64 {
			return shown, wrong("attachments", "malformed", 0)
		}
	}
	safe, err := m.sanitised()
	if err != nil {
		return shown, wrong("text", "not_text", 0)
	}
	if shown.HTML = safe.String(); safe.IsZero() && len(m.Attachments) == 0 {
		return shown, wrong("text", "required", 0)
	}
	return shown, nil
}

// sanitised is the message as it may be shown: its words alone. A picture that it refers to is not
// one of ours to open.
func (m PrivateMessage) sanitised() (publication.HTML, error) {
	source := m.HTML
	if source == "" {
		for _, line := range strings.Split(m.Text, "\n") {
			source += "<p>" + html.EscapeString(line) + "</p>"
		}
	}
	safe, err := publication.Sanitize(source)
	if err != nil {
		return safe, err
	}
	words, _ := publication.TakeApart(safe)
	return words, nil
}

// check is what is wrong with a correspondent; empty for nothing.
func (c Correspondent) check() string {
	switch {
	case c.ExternalID == "":
		return "required"
	case utf8.RuneCountInString(c.ExternalID) > LongestName || utf8.RuneCountInString(c.Name) > LongestName:
		return "too_long"
	}
	return ""
}

// identify says who of the conversation is who here: whom the case concerns (R46), and whether the
// person who reports took part in it.
func (in MessageInput) identify(ctx context.Context, tx CasesTx, who actor.Actor, found Found, now time.Time) (Found, error) {
	people, staff, err := tx.Correspondents(ctx, in.external(), now)
	if err != nil {
		return found, err
	}
	found.Staff = staff
	known := map[string][]KnownCorrespondent{}
	for _, p := range people {
		known[p.ExternalID] = append(known[p.ExternalID], p)
	}
	took := false
	for i := range found.Exhibit.Messages {
		m := &found.Exhibit.Messages[i]
		m.Author = m.Author.as(known[m.Author.ExternalID])
		cause := CauseTalked
		if m.Reported {
			cause, found.Target.Author, found.Exhibit.Byline = CauseAuthor, m.Author.Person, cmp.Or(m.Author.Name, m.Author.ExternalID)
			took = took || who.Is(m.Author.Person)
			m.Recipients, took = recipients(m.Recipients, known, who, took)
		}
		found.concern(known[m.Author.ExternalID], cause)
		for _, r := range m.Recipients {
			found.concern(known[r.ExternalID], CauseTalked)
			found.Minors = found.Minors || minors(known[r.ExternalID])
		}
	}
	if !took {
		return found, &directory.Refusal{Act: string(workflow.Report), Rule: "R25", Err: directory.ErrForbidden}
	}
	return found, nil
}

// recipients are those of the message as the directory knows them, and whether who reports is one.
func recipients(list []Correspondent, known map[string][]KnownCorrespondent, who actor.Actor, took bool) ([]Correspondent, bool) {
	named := make([]Correspondent, len(list))
	for i, r := range list {
		named[i] = r.as(known[r.ExternalID])
		took = took || who.Is(named[i].Person)
	}
	return named, took
}

// external are the ids of everybody in the conversation.
func (in MessageInput) external() []string {
	list := []string{in.Message.Author.ExternalID}
	for _, r := range in.Recipients {
		list = append(list, r.ExternalID)
	}
	for _, m := range append(append([]PrivateMessage{}, in.Before...), in.After...) {
		list = append(list, m.Author.ExternalID)
	}
	return list
}

// as is the correspondent as the one person whom the directory knows by that id; whom it does
// not know, or knows twice, stays as the ENT gave them.
func (c Correspondent) as(known []KnownCorrespondent) Correspondent {
	c.Person = id.Person{} // who somebody is the directory says
	if len(known) == 1 {
		c.Person, c.Name = known[0].Person, known[0].Name
	}
	return c
}

// minors reports whether somebody may be under age: of whom nothing is known, nobody can say.
func minors(known []KnownCorrespondent) bool {
	for _, p := range known {
		if !p.Minor {
			return false
		}
	}
	return true
}

// concern adds all who may be meant, with who answers for them.
func (f *Found) concern(known []KnownCorrespondent, cause Cause) {
	for _, p := range known {
		f.Concerns = append(f.Concerns, Concern{p.Person, cause})
		for _, g := range p.Guardians {
			f.Concerns = append(f.Concerns, Concern{g, CauseKin})
		}
	}
}
