package publication

import (
	"context"
	"fmt"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
)

// AuthorisationSheet is what recording an authorisation by hand needs (R36): what is on
// record, and what may be chosen.
type AuthorisationSheet struct {
	Recorded  []Authorisation // the latest first
	Names     map[id.Person]string
	Minor     bool               // a guardian signs beside the pupil
	Guardians []directory.Person // of a minor, with parental authority today, by name
	Namings   []Naming           // that the establishment offers
}

// Namings lists every way of naming, in the order in which they are offered.
func Namings() []Naming {
	return []Naming{FirstName, FirstInitial, FullName, Pseudonym, ClassName, Unnamed}
}

// Sheet reads what somebody needs who may record an authorisation. The errors
// are those of Record, without the fields.
func (s *Authorisations) Sheet(ctx context.Context, who actor.Actor, contribution id.Contribution) (AuthorisationSheet, error) {
	var sheet AuthorisationSheet
	err := s.inTx(ctx, who.Tenant, func(tx AuthorisationTx) error {
		now := s.clock()
		d, err := authorisable(ctx, tx, who, contribution, "list_authorisations", now)
		if err != nil {
			return err
		}
		sheet = d.sheet(now)
		if sheet.Minor {
			if sheet.Guardians, err = tx.Guardians(ctx, d.Contribution.Author, now); err != nil {
				return err
			}
		}
		return sheet.read(ctx, tx, contribution)
	})
	if err != nil {
		return AuthorisationSheet{}, fmt.Errorf("authorisation sheet of %s: %w", contribution, err)
	}
	return sheet, nil
}

// sheet is what the dossier tells of it.
func (d Dossier) sheet(now time.Time) AuthorisationSheet {
	sheet := AuthorisationSheet{Minor: d.Author.Person.MinorAs(d.Author.Profile == directory.Pupil, now.In(d.Calendar.Location()))}
	for _, naming := range Namings() {
		if settings.PupilNaming.Of(d.Values).Has(string(naming)) {
			sheet.Namings = append(sheet.Namings, naming)
		}
	}
	return sheet
}

// read adds what is on record, and the names of who signed and who recorded it.
func (s *AuthorisationSheet) read(ctx context.Context, tx AuthorisationTx, contribution id.Contribution) error {
	var err error
	if s.Recorded, err = tx.Authorisations(ctx, contribution); err != nil {
		return err
	}
	s.Names = map[id.Person]string{}
	for _, a := range s.Recorded {
		for _, person := range []id.Person{a.Guardian, a.RecordedBy} {
			if _, known := s.Names[person]; known || person.IsZero() {
				continue
			}
			p, err := tx.Person(ctx, person)
			if err != nil {
				return err
			}
			s.Names[person] = p.FullName()
		}
	}
	return nil
}

// Unauthorised is a text that nothing but an authorisation keeps from appearing.
type Unauthorised struct {
	Contribution id.Contribution
	Title        string
	Byline       string
	Space        string    // title
	Since        time.Time // it was approved
}

// mostUnauthorised is how many are listed; the oldest come first.
const mostUnauthorised = 100

// Awaited lists the texts that wait for an authorisation and for which the actor
// may record one, the oldest first, at most a hundred.
func (s *Authorisations) Awaited(ctx context.Context, who actor.Actor) ([]Unauthorised, error) {
	var list []Unauthorised
	err := s.inTx(ctx, who.Tenant, func(tx AuthorisationTx) (err error) {
		list, err = tx.Unauthorised(ctx, who.Person, s.clock(), mostUnauthorised)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list what awaits authorisation: %w", err)
	}
	return list, nil
}
