package moderation

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
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
	Authority    bool // the person wants the authority above to examine it (R40)
	Language     string
}

// The limits of a report, in characters.
const (
	longestLocation    = 2000
	longestLegalGround = 500
	longestExplanation = 5000
	longestContact     = 2000
	longestName        = 200
	longestAddress     = 320
)

// Receipt is what whoever reported is given at once (R39).
type Receipt struct {
	Reference string // of the report
	Secret    string // of the follow-up address; kept nowhere
	At        time.Time
	DueAt     time.Time // by when a decision is aimed at (R41)
}

// anonymous are the grounds that may be reported without a name or an address: sexual
// offences on minors, and a pupil's safety (R38).
var anonymous = []workflow.Ground{"CSAM", "GROOM", "INTIM", "DEEP", "HAR", "THREAT", "SUI", "MINPROV"}

// ReportTx is what reporting asks of a transaction.
type ReportTx interface {
	// Reported finds what a report is about, as it is now, for whoever reports: nothing that
	// is not there, and for a person nothing that they may not read, is
	// [directory.ErrNotFound].
	Reported(ctx context.Context, who actor.Actor, contribution id.Contribution, photo id.Photo, now time.Time) (Target, Exhibit, id.Revision, error)
	// OpenCase finds the case under way about the same target and locks it, whoever handles
	// it, or writes this one.
	OpenCase(ctx context.Context, c Case) (Case, bool, error)
	// AddReport writes what one person reported, and makes the case as grave as that.
	AddReport(ctx context.Context, c Case, r Report, secret [32]byte) error
	// AddEvidence keeps what the content was, once for each state of it.
	AddEvidence(ctx context.Context, c Case, e Evidence) error
}

// Report takes a report: by anyone, of anything (R38). Many reports of one thing are one
// case, with as many receipts. What it is about is sealed as evidence at once, whatever
// happens to it afterwards. The errors are [FieldError]s that name R38, and
// [directory.ErrNotFound] for somebody signed in who names what they may not read; whoever
// is not signed in learns of no address whether there is something.
func (s *Service) Report(ctx context.Context, who actor.Actor, in ReportInput) (Receipt, error) {
	in = in.trim()
	if err := in.check(who); err != nil {
		return Receipt{}, fmt.Errorf("report: %w", err)
	}
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // never fails
	receipt := Receipt{Reference: newReference("S"), Secret: base64.RawURLEncoding.EncodeToString(secret[:])}
	err := s.inTx(ctx, who.Tenant, func(tx Tx) error {
		now := s.clock()
		house, err := tx.Here(ctx)
		if err != nil {
			return err
		}
		c, evidence, err := in.caseOf(ctx, tx, who, house, now)
		if err != nil {
			return err
		}
		c, fresh, err := tx.OpenCase(ctx, c)
		if err != nil {
			return err
		}
		r := in.report(who, c, receipt.Reference, now)
		if err := tx.AddReport(ctx, c, r, sha256.Sum256(secret[:])); err != nil {
			return err
		}
		if evidence != nil {
			if err := tx.AddEvidence(ctx, c, *evidence); err != nil {
				return err
			}
		}
		receipt.At, receipt.DueAt = now, c.DueAt
		if !fresh {
			return nil
		}
		return commitCase(ctx, tx, who, c, workflow.Report, workflow.CaseFacts{Complete: true}, workflow.Reason{}, now)
	})
	if err != nil {
		return Receipt{}, fmt.Errorf("report: %w", err)
	}
	return receipt, nil
}

// caseOf is the case that a report begins, where none is under way, with the evidence.
func (in ReportInput) caseOf(ctx context.Context, tx Tx, who actor.Actor, house directory.House, now time.Time) (Case, *Evidence, error) {
	info, _ := in.Ground.Info()
	due := house.Calendar.Due(now, settings.SeverityTarget(house.Values, int(info.Severity)))
	c := Case{
		ID: id.New[id.Case](), Tenant: who.Tenant, Place: who.Tenant, Kind: OfTakedown, Reference: newReference("D"), Location: in.Location,
		Ground: in.Ground, Severity: info.Severity, Authority: in.Authority, OpenedAt: now, DueAt: due, EscalateAt: now.Add(due.Sub(now) / 2),
	}
	if who.Kind == actor.KindPerson {
		c.Kind = OfReport
	}
	if in.Contribution.IsZero() {
		return c, nil, nil
	}
	target, exhibit, revision, err := tx.Reported(ctx, who, in.Contribution, in.Photo, now)
	if errors.Is(err, directory.ErrNotFound) && who.Kind != actor.KindPerson {
		return c, nil, nil // the answer is the same as where there is something
	}
	if err != nil {
		return c, nil, err
	}
	text, err := json.Marshal(exhibit)
	if err != nil {
		return c, nil, fmt.Errorf("encode evidence: %w", err)
	}
	c.Target = target
	return c, &Evidence{Revision: revision, Exhibit: exhibit, Hash: sha256.Sum256(text), Sealed: info.Severity == gravest, TakenAt: now}, nil
}

func (in ReportInput) report(who actor.Actor, c Case, reference string, now time.Time) Report {
	return Report{
		ID: id.New[id.Report](), Case: c.ID, Reference: reference, Person: who.Person, Name: in.Name, Email: in.Email, Language: in.Language,
		Ground: in.Ground, LegalGround: in.LegalGround, Explanation: in.Explanation, PriorContact: in.PriorContact, GoodFaith: in.GoodFaith, At: now,
	}
}

func (in ReportInput) trim() ReportInput {
	for _, field := range []*string{&in.Location, &in.LegalGround, &in.Explanation, &in.PriorContact, &in.Name, &in.Email} {
		*field = strings.TrimSpace(*field)
	}
	return in
}

// check asks for what R38 does: of somebody signed in the ground alone.
func (in ReportInput) check(who actor.Actor) error {
	var faults []error
	lack := func(wrong bool, field, code string) {
		if wrong {
			faults = append(faults, &directory.FieldError{Field: field, Code: code, Rule: "R38"})
		}
	}
	lack(in.Contribution.IsZero() && in.Location == "", "location", "required")
	lack(!in.Ground.Known(), "ground", "unknown")
	if who.Kind != actor.KindPerson {
		named := !slices.Contains(anonymous, in.Ground)
		lack(in.Explanation == "", "explanation", "required")
		lack(named && in.Name == "", "name", "required")
		lack(named && in.Email == "", "email", "required")
		lack(!in.GoodFaith, "good_faith", "required")
	}
	if in.Email != "" {
		address, err := mail.ParseAddress(in.Email)
		lack(err != nil || address.Address != in.Email, "email", "malformed")
	}
	for _, limit := range []struct {
		field, text string
		most        int
	}{
		{"location", in.Location, longestLocation}, {"legal_ground", in.LegalGround, longestLegalGround}, {"explanation", in.Explanation, longestExplanation},
		{"prior_contact", in.PriorContact, longestContact}, {"name", in.Name, longestName}, {"email", in.Email, longestAddress},
	} {
		if utf8.RuneCountInString(limit.text) > limit.most {
			faults = append(faults, &directory.FieldError{Field: limit.field, Code: "too_long", Rule: "R38", Limit: limit.most})
		}
	}
	return errors.Join(faults...)
}


// newReference makes a reference that can be read over the telephone: a letter for what it
// is of, and eight signs.
func newReference(of string) string {
	const signs = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
	var raw [8]byte
	text := make([]byte, 0, len(raw))
	for len(text) < cap(text) {
		_, _ = rand.Read(raw[:])
		for _, b := range raw {
			if int(b) < 256/len(signs)*len(signs) && len(text) < cap(text) {
				text = append(text, signs[int(b)%len(signs)])
			}
		}
	}
	return of + "-" + string(text[:4]) + "-" + string(text[4:])
}
