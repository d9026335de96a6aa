package publication

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// Naming is how a pupil chooses to be named on a work (R36). The establishment's
// setting pupil_naming says which of these it offers.
type Naming string

// The ways of naming.
const (
	FirstName    Naming = "first_name"
	FirstInitial Naming = "first_name_initial"
	FullName     Naming = "full_name"
	Pseudonym    Naming = "pseudonym"
	ClassName    Naming = "class"
	Unnamed      Naming = "unnamed"
)

// Authorisation is the pupil's and a guardian's consent, on paper, to a work that
// leaves the class (R36).
type Authorisation struct {
	ID           id.Authorisation
	Contribution id.Contribution
	Revision     id.Revision // the text that the paper was signed for
	Number       int         // of that revision; read, not written
	Pupil        id.Person
	Guardian     id.Person // zero for a pupil of age
	Naming       Naming
	Reference    string // where the paper is
	RecordedBy   id.Person
	RecordedAt   time.Time
	EndedAt      time.Time // zero while it holds
}

// AuthorisationInput is what the paper says.
type AuthorisationInput struct {
	Guardian  id.Person
	Naming    Naming
	Pseudonym string // with that naming alone
	Reference string
}

// AuthorisationTx is what recording authorisations does inside a transaction.
type AuthorisationTx interface {
	Tx
	CollectiveTx
	// HoldsAuthority reports whether the guardian holds parental authority over the pupil today.
	HoldsAuthority(ctx context.Context, pupil, guardian id.Person, now time.Time) (bool, error)
	// Guardians lists those who hold parental authority over the pupil today, by name.
	Guardians(ctx context.Context, pupil id.Person, now time.Time) ([]directory.Person, error)
	// Unauthorised lists the texts that wait for an authorisation which the person
	// may record, the oldest first; what is sealed is left out.
	Unauthorised(ctx context.Context, who id.Person, now time.Time, limit int) ([]Unauthorised, error)
	// ClassOf names the pupil's class; empty where there is none.
	ClassOf(ctx context.Context, pupil id.Person) (string, error)
	// Authorisations lists those of a contribution, the latest first.
	Authorisations(ctx context.Context, contribution id.Contribution) ([]Authorisation, error)
	InsertAuthorisation(ctx context.Context, a Authorisation) error
	EndAuthorisation(ctx context.Context, authorisation id.Authorisation, at time.Time) error
	// SetByline changes how readers see the author named, also where it is live.
	SetByline(ctx context.Context, contribution id.Contribution, byline string) error
}

// AuthorisationTransactions opens a transaction for recording authorisations.
type AuthorisationTransactions func(ctx context.Context, tenant id.Tenant, do func(AuthorisationTx) error) error

// Authorisations records what pupils and guardians allow, by hand.
type Authorisations struct {
	inTx  AuthorisationTransactions
	clock func() time.Time
}

// NewAuthorisations returns the service of authorisations.
func NewAuthorisations(inTx AuthorisationTransactions, clock func() time.Time) *Authorisations {
	return &Authorisations{inTx, clock}
}

// The bounds of what is typed, in characters.
const (
	longestReference = 200
	longestPseudonym = 60
)

// Record writes what the paper says, names the author as the pupil chose, and
// lets a revision that awaited it go on. Whoever answers for the space or
// moderates it may, the pupil never. The errors are [directory.ErrNotFound], a
// [directory.Refusal] (R36) and [FieldError]s, joined.
func (s *Authorisations) Record(ctx context.Context, who actor.Actor, contribution id.Contribution, in AuthorisationInput) (id.Authorisation, error) {
	in.Reference, in.Pseudonym = strings.TrimSpace(in.Reference), strings.TrimSpace(in.Pseudonym)
	given := id.New[id.Authorisation]()
	err := s.inTx(ctx, who.Tenant, func(tx AuthorisationTx) error {
		now := s.clock()
		d, err := authorisable(ctx, tx, who, contribution, "record_authorisation", now)
		if err != nil {
			return err
		}
		text := d.authorising()
		if text == nil { // abandoned or replaced: there is nothing to sign for
			return &directory.Refusal{Act: "record_authorisation", Rule: "R36", Err: workflow.ErrImpossible}
		}
		if err := in.check(ctx, tx, d, now); err != nil {
			return err
		}
		a := Authorisation{
			ID: given, Contribution: contribution, Revision: text.ID, Pupil: d.Contribution.Author, Guardian: in.Guardian, Naming: in.Naming,
			Reference: in.Reference, RecordedBy: who.Person, RecordedAt: now,
		}
		if err := tx.InsertAuthorisation(ctx, a); err != nil {
			return err
		}
		if err := in.name(ctx, tx, d); err != nil {
			return err
		}
		if err := d.tell(ctx, tx, who, given, "record_authorisation", now); err != nil {
			return err
		}
		return d.goOn(ctx, tx, now)
	})
	if err != nil {
		return id.Authorisation{}, fmt.Errorf("authorise contribution %s: %w", contribution, err)
	}
	return given, nil
}

// authorisable reads a pupil's contribution for somebody who may record what is
// allowed with it.
func authorisable(ctx context.Context, tx AuthorisationTx, who actor.Actor, contribution id.Contribution, act string, now time.Time) (Dossier, error) {
	d, err := tx.Dossier(ctx, contribution, who.Person, now)
	if err != nil {
		return d, err
	}
	refusal := &directory.Refusal{Act: act, Rule: "R36", Err: directory.ErrForbidden}
	switch {
	case !d.VisibleTo(who) || d.sealed():
		return d, directory.ErrNotFound
	case d.Roles.Has(actor.Author) || !d.Roles.HasAny(actor.Moderator, actor.Owner, actor.Backup, actor.Director):
		return d, refusal
	case d.Author.Profile != directory.Pupil || d.Contribution.Life == workflow.Gone:
		refusal.Err = workflow.ErrImpossible
		return d, refusal
	}
	return d, nil
}

func (in AuthorisationInput) check(ctx context.Context, tx AuthorisationTx, d Dossier, now time.Time) error {
	holds, err := tx.HoldsAuthority(ctx, d.Contribution.Author, in.Guardian, now)
	if err != nil {
		return err
	}
	minor := d.Author.Person.MinorAs(d.Author.Profile == directory.Pupil, now.In(d.Calendar.Location()))
	faults := []error{in.checkGuardian(minor, holds), checkLine("reference", in.Reference, longestReference, true)}
	if !settings.PupilNaming.Of(d.Values).Has(string(in.Naming)) {
		faults = append(faults, &FieldError{Field: "naming", Code: "unknown", Rule: "R36"})
	}
	if in.Naming == Pseudonym || in.Pseudonym != "" {
		faults = append(faults, checkLine("pseudonym", in.Pseudonym, longestPseudonym, in.Naming == Pseudonym))
	}
	return errors.Join(faults...)
}

// checkGuardian asks for a guardian with parental authority for a minor, and for
// none where the pupil acts alone.
func (in AuthorisationInput) checkGuardian(minor, holds bool) error {
	switch named := !in.Guardian.IsZero(); {
	case minor && !named:
		return &FieldError{Field: "guardian", Code: "required", Rule: "R36"}
	case minor && !holds:
		return &FieldError{Field: "guardian", Code: "no_parental_authority", Rule: "R36"}
	case !minor && named:
		return &FieldError{Field: "guardian", Code: "not_expected", Rule: "R36"}
	}
	return nil
}

// checkLine refuses what is no single line of text of that length.
func checkLine(field, text string, limit int, required bool) error {
	switch {
	case required && text == "":
		return &FieldError{Field: field, Code: "required", Rule: "R36"}
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		return &FieldError{Field: field, Code: "not_text"}
	case utf8.RuneCountInString(text) > limit:
		return &FieldError{Field: field, Code: "too_long", Limit: limit}
	}
	return nil
}

// name writes the author's name as the pupil chose it.
func (in AuthorisationInput) name(ctx context.Context, tx AuthorisationTx, d Dossier) error {
	class := ""
	if in.Naming == ClassName {
		var err error
		if class, err = tx.ClassOf(ctx, d.Contribution.Author); err != nil {
			return err
		}
	}
	return tx.SetByline(ctx, d.Contribution.ID, in.Naming.byline(d.Author.Person, in.Pseudonym, class))
}

// byline is what readers see. Élève is every pupil's, of either sex.
func (n Naming) byline(p directory.Person, pseudonym, class string) string {
	const pupil = "Élève"
	switch n {
	case FirstName:
		return p.GivenName
	case FirstInitial:
		return p.Byline(directory.Pupil)
	case FullName:
		return p.FullName()
	case Pseudonym:
		return pseudonym
	case ClassName:
		if class != "" {
			return pupil + " de " + class
		}
	case Unnamed:
	}
	return pupil
}

// tell puts an act on an authorisation into the contribution's history.
func (d Dossier) tell(ctx context.Context, tx Tx, who actor.Actor, authorisation id.Authorisation, act string, now time.Time) error {
	subject := audit.Subject{Kind: "authorisation", ID: authorisation.UUID, Contribution: d.Contribution.ID}
	return tx.Record(ctx, audit.Act(who.As(d.Roles), act, subject, "R36", now))
}

// goOn promises that the revision which awaits consent is looked at again.
func (d Dossier) goOn(ctx context.Context, tx Tx, now time.Time) error {
	if d.Open == nil || d.Open.Status != workflow.AwaitingConsent {
		return nil
	}
	return tx.Emit(ctx, outbox.Message{
		Tenant: d.Contribution.Tenant, Kind: outbox.CheckClearance, Subject: d.Open.ID.UUID, Version: d.Open.Version, Due: now,
	})
}

// End takes an authorisation back. Where none is left that covers it, what is scheduled goes
// back to wait for one when its time comes, and what is live is archived with
// the same act, in its author's stead: a work is not shown without its
// authorisation. Archived, it comes back when another is on record. The errors
// are those of Record.
func (s *Authorisations) End(ctx context.Context, who actor.Actor, contribution id.Contribution, authorisation id.Authorisation) error {
	err := s.inTx(ctx, who.Tenant, func(tx AuthorisationTx) error {
		now := s.clock()
		d, err := authorisable(ctx, tx, who, contribution, "end_authorisation", now)
		if err != nil {
			return err
		}
		left := slices.DeleteFunc(slices.Clone(d.Authorised), func(a AuthorisedText) bool { return a.Authorisation == authorisation })
		if len(left) == len(d.Authorised) { // not of this contribution, or ended
			return directory.ErrNotFound
		}
		if err := tx.EndAuthorisation(ctx, authorisation, now); err != nil {
			return err
		}
		if err := d.tell(ctx, tx, who, authorisation, "end_authorisation", now); err != nil {
			return err
		}
		d.Authorised = left
		return d.unshow(ctx, tx, who, now)
	})
	if err != nil {
		return fmt.Errorf("end authorisation %s: %w", authorisation, err)
	}
	return nil
}

// unshow archives, in its author's stead, a live work that lacks its authorisation (R36).
func (d Dossier) unshow(ctx context.Context, tx Tx, who actor.Actor, now time.Time) error {
	if d.Live == nil || !d.AuthorisationDue() || d.covered(d.Live) || d.archived() {
		return nil
	}
	stead := who.As(d.Roles.With(actor.Author))
	batch, err := d.place(stead, Command{Action: workflow.Archive}, workflow.ArchiveHold, now)
	if err != nil {
		return err
	}
	return workflow.Commit(ctx, tx, batch)
}

// archived reports whether the contribution has an archive hold of its own.
func (d Dossier) archived() bool {
	for _, hold := range d.Holds {
		if hold.Own && hold.Kind == workflow.ArchiveHold {
			return true
		}
	}
	return false
}

// List reads a contribution's authorisations for whoever may record one.
func (s *Authorisations) List(ctx context.Context, who actor.Actor, contribution id.Contribution) ([]Authorisation, error) {
	var list []Authorisation
	err := s.inTx(ctx, who.Tenant, func(tx AuthorisationTx) error {
		if _, err := authorisable(ctx, tx, who, contribution, "list_authorisations", s.clock()); err != nil {
			return err
		}
		var err error
		list, err = tx.Authorisations(ctx, contribution)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list authorisations of %s: %w", contribution, err)
	}
	return list, nil
}
