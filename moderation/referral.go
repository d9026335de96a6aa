package moderation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// Recipient is an authority to which what is grave is referred (R49).
type Recipient string

// The recipients. Nobody is an abstention, with its reasons.
const (
	ToProsecutor Recipient = "prosecutor" // the procureur de la République: a crime or an offence
	ToPharos     Recipient = "pharos"     // illegal content online
	To3018       Recipient = "3018"       // harassment and violence online of minors
	ToCRIP       Recipient = "crip"       // a child in danger
	ToDASEN      Recipient = "dasen"      // the education authority of the département
	ToNobody     Recipient = ""
)

// Recipients lists the authorities.
func Recipients() []Recipient {
	return []Recipient{ToProsecutor, ToPharos, To3018, ToCRIP, ToDASEN}
}

// Referral is what a human has sent to an authority of a case, or why nothing was sent.
type Referral struct {
	ID         id.Entry
	Recipient  Recipient // ToNobody: an abstention
	Body       string    // what was sent, or why nothing was
	Person     id.Person
	Name       string
	At         time.Time
	LiftedBy   id.Person // who has ended the keeping of evidence that comes with it
	LiftedAt   time.Time
	LiftReason string
}

// ReferralTx is what referring asks of a transaction.
type ReferralTx interface {
	// Referrals lists the referrals of a case, the first first.
	Referrals(ctx context.Context, c id.Case) ([]Referral, error)
	// AddReferral writes one.
	AddReferral(ctx context.Context, c id.Case, r Referral) error
	// LiftReferral ends the keeping that comes with one, or answers [directory.ErrNotFound].
	LiftReferral(ctx context.Context, c id.Case, r Referral) error
}

// Acts on referrals, in the trail.
const (
	ActRefer        = "refer"
	ActAbstain      = "abstain"
	ActLiftReferral = "lift_referral"
	noteUnreferred  = "unreferred" // of the message that looks whether it was referred in time
)

// ToldCaseUnreferred tells whoever judges that what is grave was not referred in time.
const ToldCaseUnreferred NoticeKind = "case_unreferred"

// referable reports whether the case is one that authorities are told of promptly (R49).
func (c Case) referable() bool {
	return c.Severity >= severe && c.Kind != OfAppeal && c.Kind != OfOrder
}

// referralDue is by when it is referred, or said why not.
func (c Case) referralDue(house directory.House) time.Time {
	return house.Calendar.Add(c.OpenedAt, settings.ReferralDraft.Of(house.Values))
}

// Refer keeps what a human has sent to an authority, or why nothing was: for who judges, of what
// is of severity 3 or 4. The machine sends nothing. While it stands, nothing that the case is
// about is purged. The errors are those of [Cases.ActOn].
func (s *Cases) Refer(ctx context.Context, who actor.Actor, c id.Case, to Recipient, body string) error {
	err := s.asJudgeOf(ctx, who, c, ActRefer, func(tx CasesTx, file CaseFile, who actor.Actor, now time.Time) error {
		body = strings.TrimSpace(body)
		switch {
		case to != ToNobody && !slices.Contains(Recipients(), to):
			return &directory.FieldError{Field: "recipient", Code: "unknown", Rule: "R49"}
		case body == "":
			return &directory.FieldError{Field: "body", Code: "refer_or_say_why", Rule: "R49"}
		case utf8.RuneCountInString(body) > longestSaid:
			return &directory.FieldError{Field: "body", Code: "too_long", Rule: "R49", Limit: longestSaid}
		case !file.referable():
			return file.refused(ActRefer, "R49", workflow.ErrImpossible)
		}
		act := ActRefer
		if to == ToNobody {
			act = ActAbstain
		}
		if err := tx.AddReferral(ctx, c, Referral{ID: id.New[id.Entry](), Recipient: to, Body: body, Person: who.Person, At: now}); err != nil {
			return err
		}
		return tx.Record(ctx, audit.Act(who, act, audit.Subject{Kind: workflow.CaseTable.Name, ID: c.UUID}, "R49", now))
	})
	if err != nil {
		return fmt.Errorf("refer case %s: %w", c, err)
	}
	return nil
}

// LiftReferral ends the keeping of evidence that comes with a referral: by the director, with the
// reason. The errors are those of [Cases.ActOn].
func (s *Cases) LiftReferral(ctx context.Context, who actor.Actor, c id.Case, referral id.Entry, reason string) error {
	err := s.asJudgeOf(ctx, who, c, ActLiftReferral, func(tx CasesTx, file CaseFile, who actor.Actor, now time.Time) error {
		if !file.Roles.Has(actor.Director) {
			return &directory.Refusal{Act: ActLiftReferral, Rule: "R63", Err: directory.ErrForbidden}
		}
		if err := spoken(reason); err != nil {
			return err
		}
		lift := Referral{ID: referral, LiftedBy: who.Person, LiftedAt: now, LiftReason: strings.TrimSpace(reason)}
		if err := tx.LiftReferral(ctx, c, lift); err != nil {
			return err
		}
		return tx.Record(ctx, audit.Act(who, ActLiftReferral, audit.Subject{Kind: workflow.CaseTable.Name, ID: c.UUID}, "R63", now))
	})
	if err != nil {
		return fmt.Errorf("lift the keeping of case %s: %w", c, err)
	}
	return nil
}

// asJudgeOf opens a case to whoever judges here and whom it does not concern. An act of theirs that
// the table of cases does not know is refused with R46 or R49.
func (s *Cases) asJudgeOf(ctx context.Context, who actor.Actor, c id.Case, act string, do func(tx CasesTx, file CaseFile, who actor.Actor, now time.Time) error) error {
	return s.InTx(ctx, who.Tenant, func(tx CasesTx) error {
		now := s.Clock()
		file, who, err := openFor(ctx, tx, who, c, id.Photo{}, now)
		switch {
		case err != nil:
			return err
		case !file.judges():
			return &directory.Refusal{Act: act, Rule: "R49", Err: directory.ErrForbidden}
		case !file.unconcerned(who.Person):
			return &directory.Refusal{Act: act, Rule: "R46", Err: directory.ErrForbidden}
		}
		return do(tx, file, who, now)
	})
}

// watchReferral promises a look at whether what is grave was referred in time.
func (f CaseFile) watchReferral(ctx context.Context, tx CasesTx, now time.Time) error {
	if !f.referable() {
		return nil
	}
	return tx.Emit(ctx, outbox.Message{
		Tenant: f.Tenant, Kind: outbox.CaseDue, Subject: f.ID.UUID, Version: f.Version, Note: noteUnreferred, Due: later(f.referralDue(f.House), now),
	})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// unreferred tells whoever judges that nothing was referred in time, nor said why not.
func (f CaseFile) unreferred(ctx context.Context, tx CasesTx, m outbox.Message, now time.Time) error {
	made, err := tx.Referrals(ctx, f.ID)
	if err != nil {
		return err
	}
	if len(made) == 0 && f.referable() && f.Status != workflow.CaseMerged {
		if err := f.tellWork(ctx, tx, m.ID, []Telling{{Kind: ToldCaseUnreferred, Persons: f.bench()}}, now); err != nil {
			return err
		}
	}
	return done(ctx, tx, m)
}

// referralDraft is what may be sent to an authority: no name of anybody, which whoever sends it
// adds where the authority needs it.
func (f CaseFile) referralDraft(evidence []Evidence, now time.Time) (string, error) {
	s := sheet{House: f.house(), Reference: f.Reference, At: f.moment(f.OpenedAt, "fr"), Rule: ruleOf(f.Ground), Removed: f.Verdict != "" && f.Verdict.Removes(), Masked: f.Hides}
	for _, e := range evidence {
		s.Facts += fmt.Sprintf("- %s, « %s », empreinte SHA-256 %x\n", f.moment(e.TakenAt, "fr"), e.Exhibit.Space, e.Hash)
	}
	l, err := f.letter(LetterAnswer, "referral", "fr", s, now)
	return l.Subject + "\n\n" + l.Body, err
}

// ReferralView is what of a case was referred, and is to be.
type ReferralView struct {
	Made  []Referral
	Due   time.Time // by when; zero once something was referred, or said why not
	Late  bool
	Draft string // in French, as the authorities are
}

func (f CaseFile) referralView(ctx context.Context, tx CasesTx, parts CaseParts, now time.Time) (*ReferralView, error) {
	made, err := tx.Referrals(ctx, f.ID)
	if err != nil {
		return nil, err
	}
	view := &ReferralView{Made: made}
	if len(made) == 0 {
		view.Due = f.referralDue(f.House)
		view.Late = !now.Before(view.Due)
	}
	view.Draft, err = f.referralDraft(parts.Evidence, now)
	return view, err
}
