package publication

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
)

// Contributor is somebody who took part in a collective work (R37). A pupil is named as they
// and their family have chosen (R36), and is never typed: who is from outside is.
type Contributor struct {
	Person id.Person // zero: from outside
	Naming Naming    // of a pupil
	Name   string    // as readers see them named
}

// ContributorInput says who took part.
type ContributorInput struct {
	Person    id.Person
	Name      string // of somebody from outside, and of nobody else
	Naming    Naming // of a pupil; empty: as they have chosen for another work, or else by first name and initial
	Pseudonym string // with that naming alone
}

// Contributing is what the directory and former choices say of who took part.
type Contributing struct {
	directory.Person
	Profile    directory.Profile
	Class      string
	Chosen     Naming // the pupil's, for the latest work of theirs that was authorised; empty for none
	ChosenName string // what they were named there
}

// ContributorTx is what naming those who took part asks of a transaction.
type ContributorTx interface {
	// Contributing reads those of the persons who belong to the establishment now.
	Contributing(ctx context.Context, persons []id.Person, now time.Time) ([]Contributing, error)
	// PupilNamed reports whether a pupil of the establishment is called so: by first and
	// last name in either order, by first name and initial, or by first name alone.
	PupilNamed(ctx context.Context, name string, now time.Time) (bool, error)
}

// contributors names those who took part, each once. The errors are [FieldError]s of
// "contributors" and of "contributors.N.…", joined, and the database's.
func (in CollectiveInput) contributors(ctx context.Context, tx ContributorTx, values settings.Values, now time.Time) ([]Contributor, error) {
	if len(in.Contributors) > mostContributors {
		return nil, &FieldError{Field: "contributors", Code: "too_many", Limit: mostContributors, Rule: "R37"}
	}
	var asked []id.Person
	for _, c := range in.Contributors {
		if !c.Person.IsZero() {
			asked = append(asked, c.Person)
		}
	}
	known, err := tx.Contributing(ctx, asked, now)
	if err != nil {
		return nil, err
	}
	var list []Contributor
	var faults []error
	for i, c := range in.Contributors {
		named, err := c.named(ctx, tx, known, values, now)
		if fault := new(FieldError); errors.As(err, &fault) {
			fault.Field = fmt.Sprintf("contributors.%d.%s", i, fault.Field)
			faults = append(faults, fault)
			continue
		}
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(list, named.same) {
			list = append(list, named)
		}
	}
	if len(faults) == 0 && len(list) < fewestContributors {
		faults = append(faults, &FieldError{Field: "contributors", Code: "too_few", Limit: fewestContributors, Rule: "R37"})
	}
	return list, errors.Join(faults...)
}

// same reports whether two are one.
func (c Contributor) same(other Contributor) bool {
	return c.Person == other.Person && (!c.Person.IsZero() || c.Name == other.Name)
}

func (in ContributorInput) named(ctx context.Context, tx ContributorTx, known []Contributing, values settings.Values, now time.Time) (Contributor, error) {
	if in.Person.IsZero() {
		return in.outsider(ctx, tx, now)
	}
	i := slices.IndexFunc(known, func(k Contributing) bool { return k.ID == in.Person })
	if i < 0 {
		return Contributor{}, &FieldError{Field: "person", Code: "not_found", Rule: "R37"}
	}
	if known[i].Profile != directory.Pupil {
		return Contributor{Person: in.Person, Name: known[i].FullName()}, nil
	}
	return in.pupil(known[i], settings.PupilNaming.Of(values))
}

// outsider takes a name that no pupil of the establishment has: theirs is theirs to choose.
func (in ContributorInput) outsider(ctx context.Context, tx ContributorTx, now time.Time) (Contributor, error) {
	name := strings.Join(strings.Fields(in.Name), " ")
	if err := checkLine("name", name, longestContributor, true); err != nil {
		return Contributor{}, err
	}
	pupil, err := tx.PupilNamed(ctx, name, now)
	if err == nil && pupil {
		err = &FieldError{Field: "name", Code: "a_pupil", Rule: "R36"}
	}
	return Contributor{Name: name}, err
}

// pupil names a pupil as they have chosen before, or as was said now where they have not, or by
// first name and initial. Nobody says otherwise than the pupil's own choice on record (R36).
func (in ContributorInput) pupil(p Contributing, offered settings.Set) (Contributor, error) {
	pseudonym := strings.TrimSpace(in.Pseudonym)
	if in.Naming == "" && pseudonym != "" {
		in.Naming = Pseudonym
	}
	c := Contributor{Person: in.Person, Naming: in.Naming}
	switch {
	case in.Naming != "" && !offered.Has(string(in.Naming)):
		return c, &FieldError{Field: "naming", Code: "unknown", Rule: "R36"}
	case in.otherwise(p, pseudonym, offered):
		return c, &FieldError{Field: "naming", Code: "chosen_otherwise", Rule: "R36"}
	case in.Naming == Pseudonym || pseudonym != "":
		if err := checkLine("pseudonym", pseudonym, longestPseudonym, in.Naming == Pseudonym); err != nil {
			return c, err
		}
	case in.Naming == "" && p.Chosen == Pseudonym && offered.Has(string(Pseudonym)):
		c.Naming, pseudonym = p.Chosen, p.ChosenName
	case in.Naming == "" && offered.Has(string(p.Chosen)):
		c.Naming = p.Chosen
	}
	if c.Naming == "" {
		c.Naming = FirstInitial
	}
	c.Name = c.Naming.byline(p.Person, pseudonym, p.Class)
	return c, nil
}

// otherwise reports whether somebody is to be named in another way than they have chosen, as
// long as that way is offered.
func (in ContributorInput) otherwise(p Contributing, pseudonym string, offered settings.Set) bool {
	if in.Naming == "" || p.Chosen == "" || !offered.Has(string(p.Chosen)) {
		return false
	}
	return in.Naming != p.Chosen || in.Naming == Pseudonym && pseudonym != p.ChosenName
}
