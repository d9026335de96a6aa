package moderation

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// ReplyInput is what somebody asks to have inserted, and under what.
type ReplyInput struct {
	Contribution id.Contribution // picked on its page; zero where Location says where it is
	Location     string          // an address or a reference, as given; at most 2,000 characters
	Byline       string          // the message's author, where it names one; at most 200 characters
	Designated   string          // how the message names or designates them; at most 1,000 characters
	Passages     string          // of the message; at most 5,000 characters
	Text         string          // the reply, plain; kept and shown to the letter
	Name         string          // at most 200 characters
	Email        string
	Postal       string // an address by post; one of the two is needed; at most 500 characters
	GoodFaith    bool
	Language     string    // of the letters: "fr" or "en"; anything else is "fr"
	ReceivedAt   time.Time // of what the office records: when it came; zero: now
	Sending      Sending   // of a form that anybody may send
}

// The limits of a reply, in characters. A text of LongestReply is several times what the law
// allows: shorter ones are never refused for their length by anybody but the head (R55).
const (
	LongestReply      = 60_000
	LongestDesignated = 1000
	LongestPassages   = 5000
	LongestPostal     = 500
)

// Reply takes a reply of anybody, whoever they are (R55). The message is sealed as evidence at
// once. Late or too long, it is for the head to judge. The errors are [directory.FieldError]s
// that name R55; nobody learns of an address whether there is something.
func (s *Cases) Reply(ctx context.Context, who actor.Actor, in ReplyInput) (Receipt, error) {
	in.ReceivedAt = time.Time{}
	return s.reply(ctx, actor.Anonymous(who.Tenant, who.Via), id.Person{}, in)
}

// RecordReply takes a reply that came to the head's office, for whoever judges here. The
// errors are those of Reply, and a [directory.Refusal] (R55) for anybody else.
func (s *Cases) RecordReply(ctx context.Context, who actor.Actor, in ReplyInput) (Receipt, error) {
	return s.reply(ctx, who, who.Person, in)
}

func (s *Cases) reply(ctx context.Context, who actor.Actor, recorder id.Person, in ReplyInput) (Receipt, error) {
	now := s.Clock()
	in = in.trim(now)
	receipt, err := s.once(ctx, in.Sending, func(receipt Receipt, secret [32]byte) (Receipt, error) {
		err := s.InTx(ctx, who.Tenant, func(tx CasesTx) (err error) {
			if !recorder.IsZero() {
				if err := mayRecord(ctx, tx, who, now); err != nil {
					return err
				}
			}
			if err := in.check(now); err != nil {
				return err
			}
			receipt, err = s.takeReply(ctx, tx, who, in, recorder, receipt, secret, now)
			return err
		})
		return receipt, err
	})
	if err != nil {
		return Receipt{}, fmt.Errorf("reply: %w", err)
	}
	return receipt, nil
}

// MayRecordReply answers nil for whoever may record a reply, and a [directory.Refusal] (R55) for
// anybody else.
func (s *Cases) MayRecordReply(ctx context.Context, who actor.Actor) error {
	return s.InTx(ctx, who.Tenant, func(tx CasesTx) error { return mayRecord(ctx, tx, who, s.Clock()) })
}

// mayRecord refuses whoever does not judge here.
func mayRecord(ctx context.Context, tx CasesTx, who actor.Actor, now time.Time) error {
	roles, err := tx.Roles(ctx, who.Person, id.Space{}, now)
	if err == nil && (who.Kind != actor.KindPerson || !roles.HasAny(actor.Director, actor.Judge)) {
		err = &directory.Refusal{Act: string(workflow.Report), Rule: "R55", Err: directory.ErrForbidden}
	}
	return err
}

func (s *Cases) takeReply(
	ctx context.Context, tx CasesTx, who actor.Actor, in ReplyInput, recorder id.Person, receipt Receipt, secret [32]byte, now time.Time,
) (Receipt, error) {
	house, err := tx.Here(ctx)
	if err != nil {
		return receipt, err
	}
	// Whoever records it need not be among the readers of the message.
	found, err := ReportInput{Contribution: in.Contribution, Location: in.Location}.find(ctx, tx, nameless(who), now)
	if err != nil {
		return receipt, err
	}
	c, _, err := tx.OpenCase(ctx, in.caseOf(who.Tenant, house, found.Target, now), found.Minors)
	if err != nil {
		return receipt, err
	}
	r := Report{
		ID: id.New[id.Report](), Case: c.ID, Reference: receipt.Reference, Name: in.Name, Email: in.Email, Language: in.Language, Explanation: in.Designated,
		GoodFaith: in.GoodFaith, At: in.ReceivedAt, DueAt: c.DueAt,
	}
	reply := in.of(c.ID, recorder).measured(found.Exhibit, house.Calendar, house.Values)
	if err := errors.Join(tx.AddReport(ctx, r, secret, in.Sending.Form), tx.AddReply(ctx, reply), in.keep(ctx, tx, c, found, now)); err != nil {
		return receipt, err
	}
	receipt.Report, receipt.At, receipt.DueAt = r.ID, in.ReceivedAt, c.DueAt
	change, err := c.decide(nameless(who), workflow.Command{Action: workflow.Report, Version: c.Version}, filed(house, now), now)
	if err != nil {
		return receipt, err
	}
	return receipt, workflow.Commit(ctx, tx, new(workflow.Batch).Case(change))
}

// keep seals the message as evidence, and computes whom the case concerns (R46): besides its
// author and whom it names, whoever here has the name of who replies.
func (in ReplyInput) keep(ctx context.Context, tx CasesTx, c Case, found Found, now time.Time) error {
	if found.Target.Contribution.IsZero() {
		return nil
	}
	concerns := append(found.Concerns, namedIn(found.Exhibit.words(), found.Staff)...)
	signed := folded(in.Name)
	for _, p := range found.Staff {
		if names(signed, folded(p.GivenName), folded(p.FamilyName)) {
			concerns = append(concerns, Concern{p.ID, CauseNamed})
		}
	}
	return keep(ctx, tx, c, Evidence{Revision: found.Revision, Exhibit: found.Exhibit, TakenAt: now}, concerns)
}

// caseOf is the case that the reply begins: each is one of its own. Its clock runs from when
// it came, and nothing pauses it (R56).
func (in ReplyInput) caseOf(tenant id.Tenant, house directory.House, target Target, now time.Time) Case {
	add := house.Calendar.Add
	return Case{
		ID: id.New[id.Case](), Tenant: tenant, Place: tenant, Kind: OfReply, Reference: "D-" + id.Reference(), Location: in.Location, Target: target,
		Severity: mildest, OpenedAt: now, DueAt: add(in.ReceivedAt, settings.ReplyAnswer.Of(house.Values)),
		EscalateAt: add(in.ReceivedAt, settings.ReplySecondAlert.Of(house.Values)),
	}
}

// mildest is the severity of a case in which nothing is said to be against the rules.
const mildest workflow.Severity = 1

func (in ReplyInput) of(c id.Case, recorder id.Person) Reply {
	return Reply{
		Case: c, Name: in.Name, Designated: in.Designated, Postal: in.Postal, Byline: in.Byline, Passages: in.Passages, Text: in.Text,
		Hash: sha256.Sum256([]byte(in.Text)), ReceivedAt: in.ReceivedAt, RecordedBy: recorder,
	}
}

// trim takes away what nobody meant to write. The reply's own text stays as it is, but for
// how a form ends its lines.
func (in ReplyInput) trim(now time.Time) ReplyInput {
	for _, field := range []*string{&in.Location, &in.Byline, &in.Designated, &in.Passages, &in.Name, &in.Email, &in.Postal} {
		*field = strings.TrimSpace(*field)
	}
	in.Text = strings.ReplaceAll(in.Text, "\r\n", "\n")
	if in.Language != "en" {
		in.Language = "fr"
	}
	if in.ReceivedAt.IsZero() {
		in.ReceivedAt = now
	}
	return in
}

// earliestRecord bounds how long ago a reply may have come that is recorded now.
const earliestRecord = 366 * 24 * time.Hour

// check asks for what R55 does.
func (in ReplyInput) check(now time.Time) error {
	l := lacks{rule: "R55"}
	l.when(in.Contribution.IsZero() && in.Location == "", "location", "required")
	l.when(in.Designated == "", "designated", "required")
	l.when(in.Passages == "", "passages", "required")
	l.when(strings.TrimSpace(in.Text) == "", "text", "required")
	l.when(!utf8.ValidString(in.Text) || strings.ContainsRune(in.Text, 0), "text", "malformed")
	l.when(in.Name == "", "name", "required")
	l.when(in.Email == "" && in.Postal == "", "email", "required")
	l.when(!in.GoodFaith, "good_faith", "required")
	l.when(in.ReceivedAt.After(now) || in.ReceivedAt.Before(now.Add(-earliestRecord)), "received_at", "malformed")
	l.address("email", in.Email)
	l.over(
		bounded{"location", in.Location, LongestLocation}, bounded{"byline", in.Byline, LongestName}, bounded{"designated", in.Designated, LongestDesignated},
		bounded{"passages", in.Passages, LongestPassages}, bounded{"text", in.Text, LongestReply}, bounded{"name", in.Name, LongestName}, bounded{"email", in.Email, longestAddress},
		bounded{"postal", in.Postal, LongestPostal},
	)
	return l.err()
}
