package moderation

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// ReportInput is what somebody reports, and where it is.
type ReportInput struct {
	Contribution id.Contribution // picked on its page; zero where Location says where it is
	Photo        id.Photo        // where it is about one picture of it
	Location     string          // an address or a reference, as given; at most 2,000 characters
	Ground       workflow.Ground
	LegalGround  string // at most 500 characters
	Explanation  string // at most 5,000 characters; whoever is signed in may leave it out
	PriorContact string // at most 2,000 characters
	Name         string // of whoever has no account; at most 200 characters
	Email        string
	GoodFaith    bool
	Authority    bool    // the person wants the authority above to examine it (R40)
	Language     string  // of the letters: "fr" or "en"; anything else is "fr"
	Sending      Sending // of a form that anybody may send
}

// The limits of a report, in characters.
const (
	LongestLocation    = 2000
	LongestLegalGround = 500
	LongestExplanation = 5000
	LongestContact     = 2000
	LongestName        = 200
	longestAddress     = 320
)

// withoutName are the grounds that may be reported without a name or an address: sexual
// offences on minors, and a pupil's safety (R38).
var withoutName = []workflow.Ground{"CSAM", "GROOM", "INTIM", "DEEP", "HAR", "THREAT", "SUI", "MINPROV"}

// NameNeeded reports whether whoever has no account gives name and address with a report on
// this ground (R38).
func NameNeeded(ground workflow.Ground) bool { return !slices.Contains(withoutName, ground) }

// Report takes a report: by anyone, of anything (R38). Many reports of one thing are one
// case, with as many receipts. What it is about is sealed as evidence at once, whatever
// happens to it afterwards. The errors are [directory.FieldError]s that name R38;
// [directory.ErrNotFound] for somebody signed in who names what they may not read, while
// whoever is not signed in learns of no address whether there is something; and a
// [directory.Refusal] (R47) for somebody who has reported too much, of what is not grave.
func (s *Cases) Report(ctx context.Context, who actor.Actor, in ReportInput) (Receipt, error) {
	in = in.trim()
	if err := in.check(who); err != nil {
		return Receipt{}, fmt.Errorf("report: %w", err)
	}
	receipt, err := s.file(ctx, who, in, func(tx CasesTx, _ directory.House, now time.Time) (Found, error) {
		return in.find(ctx, tx, who, now)
	})
	if err != nil {
		return Receipt{}, fmt.Errorf("report: %w", err)
	}
	return receipt, nil
}

// finding finds what is reported, in the transaction that takes the report.
type finding func(tx CasesTx, house directory.House, now time.Time) (Found, error)

// file takes a report of what is found, in one transaction.
func (s *Cases) file(ctx context.Context, who actor.Actor, in ReportInput, find finding) (Receipt, error) {
	return s.once(ctx, in.Sending, func(receipt Receipt, secret [32]byte) (Receipt, error) {
		err := s.InTx(ctx, who.Tenant, func(tx CasesTx) (err error) {
			receipt, err = s.take(ctx, tx, who, in, find, receipt, secret)
			return err
		})
		return receipt, err
	})
}

func (s *Cases) take(ctx context.Context, tx CasesTx, who actor.Actor, in ReportInput, find finding, receipt Receipt, secret [32]byte) (Receipt, error) {
	now := s.Clock()
	house, err := tx.Here(ctx)
	if err != nil {
		return receipt, err
	}
	if err := in.bound(ctx, tx, who, house, now); err != nil {
		return receipt, err
	}
	found, err := find(tx, house, now)
	if err != nil {
		return receipt, err
	}
	if found.Target == (Target{}) && in.Location == "" {
		in.Location = in.Contribution.String() // what was given is kept, for a human to look for
	}
	wanted := in.caseOf(who, house, found.Target, now)
	c, opened, err := tx.OpenCase(ctx, wanted, found.Minors)
	if err != nil {
		return receipt, err
	}
	r := in.report(who, c, receipt.Reference, now)
	r.DueAt = wanted.DueAt
	if err := tx.AddReport(ctx, r, secret, in.Sending.Form); err != nil {
		return receipt, err
	}
	if err := in.keep(ctx, tx, c, found, now); err != nil {
		return receipt, err
	}
	receipt.Report, receipt.At, receipt.DueAt = r.ID, now, wanted.DueAt // theirs: the case's tells when somebody reported before (R44)
	if !opened {
		return receipt, joinCase(ctx, tx, c, wanted, r, house, now)
	}
	change, err := c.decide(nameless(who), workflow.Command{Action: workflow.Report, Version: c.Version}, filed(house, now), now)
	if err != nil {
		return receipt, err
	}
	return receipt, workflow.Commit(ctx, tx, new(workflow.Batch).Case(change))
}

// joinCase has a case that is under way be acknowledged to one more who reported, and makes it
// as grave as what they report: sooner due, and masked where that calls for it (R42).
func joinCase(ctx context.Context, tx CasesTx, c, wanted Case, r Report, house directory.House, now time.Time) error {
	messages := []outbox.Message{
		{Kind: outbox.JoinCase, Version: c.Version, Note: r.ID.String(), Due: now},
		{Kind: outbox.CaseDue, Version: c.Version, Note: workflow.Unacknowledged, Due: acknowledgeBy(house, now)},
	}
	if wanted.Severity > c.Severity {
		c.Severity, c.Ground = wanted.Severity, wanted.Ground
		if wanted.DueAt.Before(c.DueAt) {
			c.DueAt, c.EscalateAt = wanted.DueAt, wanted.EscalateAt
		}
		if c.referable() {
			messages = append(messages, outbox.Message{Kind: outbox.CaseDue, Version: c.Version, Note: noteUnreferred, Due: later(c.referralDue(house), now)})
		}
		for _, due := range []time.Time{c.EscalateAt, c.DueAt} {
			messages = append(messages, outbox.Message{Kind: outbox.CaseDue, Version: c.Version, Note: string(workflow.Report), Due: due})
		}
	}
	c.Authority = c.Authority || wanted.Authority
	return tx.Aggravate(ctx, c, messages)
}

// bound refuses whoever has reported more than there is sense in, or what was manifestly unfounded
// again and again, of what is not grave (R47).
func (in ReportInput) bound(ctx context.Context, tx CasesTx, who actor.Actor, house directory.House, now time.Time) error {
	info, _ := in.Ground.Info()
	if who.Kind != actor.KindPerson || info.Severity >= neverBlocked {
		return nil
	}
	count, err := tx.CountReports(ctx, who.Person, now.Add(-time.Hour))
	if err == nil && count >= settings.ReportsPerHour.Of(house.Values) {
		err = &directory.Refusal{Act: string(workflow.Report), Rule: "R47", Err: directory.ErrForbidden}
	}
	if err != nil {
		return err
	}
	until, err := limitedTo(ctx, tx, who.Person, house, now)
	if err == nil && !until.IsZero() {
		err = &directory.Refusal{Act: string(workflow.Report), Rule: "R47", Err: directory.ErrForbidden, Until: until}
	}
	return err
}

// neverBlocked is the severity from which nobody is kept from reporting (R47).
const neverBlocked workflow.Severity = 3

// caseOf is the case that a report begins, where none is under way.
func (in ReportInput) caseOf(who actor.Actor, house directory.House, target Target, now time.Time) Case {
	info, _ := in.Ground.Info()
	due := dueOf(house, info.Severity, now)
	c := Case{
		ID: id.New[id.Case](), Tenant: who.Tenant, Place: who.Tenant, Kind: OfTakedown, Reference: "D-" + id.Reference(), Location: in.Location, Target: target,
		Ground: in.Ground, Severity: info.Severity, Authority: in.Authority, OpenedAt: now, DueAt: due, EscalateAt: escalateAt(house, now, due),
	}
	if who.Kind == actor.KindPerson {
		c.Kind = OfReport
	}
	return c
}

// dueOf is by when what began at a time is to be decided (R41).
func dueOf(house directory.House, severity workflow.Severity, from time.Time) time.Time {
	return house.Calendar.Due(from, settings.SeverityTarget(house.Values, int(severity)))
}

// escalateAt is when enough of the time to decide is over for a case to go higher (R40).
func escalateAt(house directory.House, from, due time.Time) time.Time {
	return from.Add(due.Sub(from) / 100 * time.Duration(settings.EscalationShare.Of(house.Values)))
}

// halfway is when half of a time is over.
func halfway(from, due time.Time) time.Time { return from.Add(due.Sub(from) / 2) }

// keep seals what the content is now as evidence of the case, with whom it concerns.
func (in ReportInput) keep(ctx context.Context, tx CasesTx, c Case, found Found, now time.Time) error {
	if found.Target.Contribution.IsZero() && found.Target.Photo.IsZero() && found.Target.Message == "" {
		return in.presume(ctx, tx, c, now)
	}
	evidence := Evidence{Revision: found.Revision, Exhibit: found.Exhibit, TakenAt: now, Sealed: max(gravity(in.Ground), c.Severity) == gravest}
	if found.Target.Message != "" { // words that a human must read at once, to help whoever is in danger
		evidence.Sealed = seals(in.Ground) || seals(c.Ground)
	}
	return keep(ctx, tx, c, evidence, append(found.Concerns, namedIn(found.Exhibit.words(), found.Staff)...))
}

// presume takes whom the explanation names for a target, where nothing else tells who is (R46).
func (in ReportInput) presume(ctx context.Context, tx CasesTx, c Case, now time.Time) error {
	staff, err := tx.Staff(ctx, id.Space{}, now)
	if err != nil {
		return err
	}
	return tx.AddConcerns(ctx, c.ID, namedIn(in.Explanation, staff))
}

// keep seals evidence with the hash of its canonical JSON.
func keep(ctx context.Context, tx CasesTx, c Case, e Evidence, concerns []Concern) error {
	text, err := json.Marshal(e.Exhibit)
	if err != nil {
		return fmt.Errorf("encode evidence: %w", err)
	}
	e.Hash = sha256.Sum256(text)
	return tx.AddEvidence(ctx, c.ID, e, concerns)
}

func (in ReportInput) report(who actor.Actor, c Case, reference string, now time.Time) Report {
	return Report{
		ID: id.New[id.Report](), Case: c.ID, Reference: reference, Person: who.Person, Name: in.Name, Email: in.Email, Language: in.Language,
		Ground: in.Ground, LegalGround: in.LegalGround, Explanation: in.Explanation, PriorContact: in.PriorContact, GoodFaith: in.GoodFaith, At: now,
	}
}

// trim takes away what nobody meant to write. Who is signed in has their name and address
// from the directory.
func (in ReportInput) trim() ReportInput {
	for _, field := range []*string{&in.Location, &in.LegalGround, &in.Explanation, &in.PriorContact, &in.Name, &in.Email} {
		*field = strings.TrimSpace(*field)
	}
	if in.Language != "en" {
		in.Language = "fr"
	}
	return in
}

// check asks for what R38 does: of somebody signed in the ground alone.
func (in ReportInput) check(who actor.Actor) error {
	l := lacks{rule: "R38"}
	l.when(in.Contribution.IsZero() && in.Location == "", "location", "required")
	l.when(!in.Ground.Known(), "ground", "unknown")
	if who.Kind != actor.KindPerson {
		l.when(in.Explanation == "", "explanation", "required")
		l.when(NameNeeded(in.Ground) && in.Name == "", "name", "required")
		l.when(NameNeeded(in.Ground) && in.Email == "", "email", "required")
		l.when(!in.GoodFaith, "good_faith", "required")
	}
	l.address("email", in.Email)
	l.over(
		bounded{"location", in.Location, LongestLocation}, bounded{"legal_ground", in.LegalGround, LongestLegalGround},
		bounded{"explanation", in.Explanation, LongestExplanation}, bounded{"prior_contact", in.PriorContact, LongestContact},
		bounded{"name", in.Name, LongestName}, bounded{"email", in.Email, longestAddress},
	)
	return l.err()
}

var secretText = base64.RawURLEncoding.Strict()

// newSecret makes a follow-up secret of 256 bits: its SHA-256, which is kept, and its text,
// which is not.
func newSecret() ([32]byte, string) {
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // never fails
	return sha256.Sum256(secret[:]), secretText.EncodeToString(secret[:])
}

// hashOf is the hash of a secret as somebody gives it. What is none has a hash too, of nobody's.
func hashOf(text string) [32]byte {
	secret, err := secretText.DecodeString(text)
	if err != nil || len(secret) != 32 {
		return [32]byte{}
	}
	return sha256.Sum256(secret)
}
