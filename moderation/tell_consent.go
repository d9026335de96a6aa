package moderation

import (
	"context"
	"fmt"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
	"imprimatur/internal/mail"
	"imprimatur/internal/outbox"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// ConsentNoticeTx is what notices of consents ask of a transaction.
type ConsentNoticeTx interface {
	mail.Poster

	// ConsentOccurrence reads what a message about a consent speaks of, or answers
	// [directory.ErrNotFound].
	ConsentOccurrence(ctx context.Context, m outbox.Message) (ConsentOccurrence, error)
}

// ConsentOccurrence is what a message about a consent speaks of.
type ConsentOccurrence struct {
	Action   workflow.Action
	From, To workflow.ConsentStatus // equal where nothing moved
	By       id.Person              // zero for the clock
	Consent  id.Consent
	Title    string // of the project
	Asker    id.Person
	Family   []id.Person // the person, and while they are a minor who holds parental authority
	Waiting  []id.Person // whose answer is missing now
	Ends     time.Time
	Expected []Showing // texts that wait for consent, with a picture of the person
	Live     []Showing // texts that readers see, with a picture of the person
	Stopped  []Showing // of Expected: those to whose use somebody has said no, whatever else was agreed to
	Gone     []Showing // of Live: those whose use was covered until the answer that the act took said no to it
}

// Showing is a text with a picture of somebody, and who hears of what becomes of it.
type Showing struct {
	Contribution id.Contribution
	Space        id.Space
	Title        string
	Author       id.Person
	Owner        id.Person // of the space
}

// notifyConsent carries out a message about a consent. Whoever it concerns for a text of
// theirs is told of the text; of several, of the first: each person once.
func (s *Service) notifyConsent(ctx context.Context, m outbox.Message) error {
	return s.inTx(ctx, m.Tenant, func(tx Tx) error {
		o, err := tx.ConsentOccurrence(ctx, m)
		if err != nil {
			return fmt.Errorf("notify of %s %s: %w", m.Note, m.Subject, err)
		}
		for _, n := range o.tell() {
			if err := tx.Tell(ctx, m.ID, n.occurrence, n.tellings, s.clock()); err != nil {
				return fmt.Errorf("notify of %s %s: %w", m.Note, m.Subject, err)
			}
		}
		if err := s.post(ctx, tx, o.mails(m.ID)); err != nil {
			return fmt.Errorf("notify of %s %s: %w", m.Note, m.Subject, err)
		}
		return workflow.Commit(ctx, tx, new(workflow.Batch).Done(m.ID))
	})
}

// post has items told by mail, when the establishment's letters have gathered enough.
func (s *Service) post(ctx context.Context, tx Tx, items []mail.Item) error {
	if len(items) == 0 {
		return nil
	}
	house, err := tx.Here(ctx)
	if err != nil {
		return err
	}
	now := s.clock()
	return tx.Post(ctx, items, now.Add(max(settings.MailGather.Of(house.Values), mail.LeastGather)), now)
}

// mails says who is told by mail besides: who must answer, when they are asked and
// reminded, and the family before the end. What one guardian has said is not the other's to
// know, and whoever asked looks here anyway. Who is a minor, and who has no address, is
// left out by [mail.Poster]. It is pure.
func (o ConsentOccurrence) mails(cause id.Message) []mail.Item {
	var kind mail.Kind
	readers := o.Waiting
	switch o.Action {
	case workflow.Ask:
		kind = mail.ConsentAsked
	case imageconsent.ActRemind:
		kind = mail.ConsentReminder
	case imageconsent.ActWarn:
		kind, readers = mail.ConsentEnding, o.Family
	default:
		return nil
	}
	items := make([]mail.Item, len(readers))
	for i, reader := range readers {
		items[i] = mail.Item{Cause: cause.UUID, Kind: kind, Person: reader, Consent: o.Consent}
	}
	return items
}

// news is what some people are told of one thing.
type news struct {
	occurrence Occurrence
	tellings   []Telling
}

// tell says who is told what of a consent. It is pure.
func (o ConsentOccurrence) tell() []news {
	switch o.Action {
	case workflow.Ask:
		return o.of(ToldConsentAsked, o.Waiting...)
	case imageconsent.ActRemind:
		return o.of(ToldConsentReminder, o.Waiting...)
	case imageconsent.ActWarn:
		return o.of(ToldConsentEnding, append(append([]id.Person{}, o.Family...), o.Asker)...)
	}
	var list []news
	if o.From == workflow.Granted && o.To != workflow.Granted {
		list = o.ofTexts(ToldPictureGone, o.Live)
	} else {
		list = o.ofTexts(ToldPictureGone, o.Gone)
	}
	switch o.To {
	case workflow.Granted:
		list = append(list, o.ofTexts(ToldConsentRefused, o.Stopped)...)
		if o.From != workflow.Granted {
			list = append(list, o.of(ToldConsentGranted, o.Asker)...)
		}
	case workflow.Refused:
		list = append(append(list, o.ofTexts(ToldConsentRefused, o.Expected)...), o.of(ToldConsentRefused, o.Asker)...)
	case workflow.Revoked:
		list = append(append(list, o.ofTexts(ToldConsentRefused, o.Expected)...), o.of(ToldConsentRevoked, o.Asker)...)
	case workflow.ExpiredConsent:
		list = append(append(list, o.ofTexts(ToldConsentRefused, o.Expected)...), o.of(ToldConsentExpired, o.Asker)...)
	case workflow.Asked:
		list = append(list, o.ofTexts(ToldConsentRefused, o.Stopped)...)
	case workflow.NoConsent, workflow.SupersededConsent:
	}
	return list
}

// of tells persons of the consent itself.
func (o ConsentOccurrence) of(kind NoticeKind, persons ...id.Person) []news {
	return []news{{Occurrence{By: o.By, Consent: o.Consent, Title: o.Title, Ends: o.Ends}, []Telling{{Kind: kind, Persons: persons}}}}
}

// ofTexts tells the authors of texts, and who owns where they are, of them.
func (o ConsentOccurrence) ofTexts(kind NoticeKind, texts []Showing) []news {
	var list []news
	for _, text := range texts {
		persons := []id.Person{text.Author}
		if kind == ToldPictureGone && !text.Owner.IsZero() {
			persons = append(persons, text.Owner)
		}
		occurrence := Occurrence{By: o.By, Contribution: text.Contribution, Space: text.Space, Title: text.Title}
		list = append(list, news{occurrence, []Telling{{Kind: kind, Persons: persons}}})
	}
	return list
}
