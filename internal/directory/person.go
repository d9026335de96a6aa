package directory

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
)

// Listed is somebody in a list to choose from.
type Listed struct {
	ID         id.Person
	ExternalID string
	GivenName  string
	FamilyName string
	Profile    Profile
	Groups     []string // names, in order
	Near       bool     // shares a group with whoever asks
}

// FullName is the given name, then the family name.
func (l Listed) FullName() string { return join(l.GivenName, l.FamilyName) }

// GroupListing is a group in a list.
type GroupListing struct {
	Group
	Pupils int
	Staff  int
	Mine   bool // whoever asks is in it
}

// File is what an establishment knows of somebody.
type File struct {
	Person      Person
	Memberships []Membership // in force
	Groups      []Group
	Guardians   []Listed // with parental authority today
	Standings   []StandingRecord
	BriefedAt   time.Time
}

// Names gives the full names of persons whom the actor has read of elsewhere: in a
// picture, say, or among those whose answer is awaited. Who is not of the establishment
// is left out.
func (s *Service) Names(ctx context.Context, who actor.Actor, persons []id.Person) (map[id.Person]string, error) {
	if len(persons) == 0 {
		return map[id.Person]string{}, nil
	}
	var names map[id.Person]string
	err := s.inside(ctx, who, func(tx ServiceTx, _ actor.Actor, _ time.Time) (err error) {
		names, err = tx.Names(ctx, persons)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("names: %w", err)
	}
	return names, nil
}

// The bounds of a search: a list to choose from, not a register.
const (
	mostListed    = 50
	longestSearch = 100
)

// Search lists persons of the establishment by words of their name, at most 50,
// those of the actor's own groups first. An empty text lists those nearest. Only
// who works there or runs the service may look people up (R09); too long a text
// is a [FieldError].
func (s *Service) Search(ctx context.Context, who actor.Actor, text string, limit int) ([]Listed, error) {
	if utf8.RuneCountInString(text) > longestSearch {
		return nil, &FieldError{Field: "q", Code: "too_long", Limit: longestSearch}
	}
	if !isText(text) {
		return nil, &FieldError{Field: "q", Code: "not_text"}
	}
	if limit < 1 || limit > mostListed {
		limit = mostListed
	}
	var found []Listed
	err := s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, now time.Time) (err error) {
		if err := require(who, "search_persons", actor.Staff, actor.Director, actor.Admin); err != nil {
			return err
		}
		found, err = tx.FindPersons(ctx, who.Person, text, limit, now)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("search persons: %w", err)
	}
	return found, nil
}

// These are more than any establishment has: a list to choose from is whole.
const (
	mostColleagues = 1000
	mostPupils     = 5000
)

// Colleagues lists everybody who teaches or works in the establishment, by name, for
// who works there or runs the service (R09).
func (s *Service) Colleagues(ctx context.Context, who actor.Actor) ([]Listed, error) {
	var found []Listed
	err := s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, now time.Time) (err error) {
		if err := require(who, "list_colleagues", actor.Staff, actor.Director, actor.Admin); err != nil {
			return err
		}
		found, err = tx.ListColleagues(ctx, mostColleagues, now)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list colleagues: %w", err)
	}
	return found, nil
}

// PressPupils lists the pupils who are old enough to direct the publication of a pupils' paper
// (R14), by name, for who works there or runs the service (R09).
func (s *Service) PressPupils(ctx context.Context, who actor.Actor) ([]Listed, error) {
	var found []Listed
	err := s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, now time.Time) error {
		if err := require(who, "list_press_pupils", actor.Staff, actor.Director, actor.Admin); err != nil {
			return err
		}
		house, err := tx.Here(ctx)
		if err != nil {
			return err
		}
		found, err = tx.ListPupils(ctx, settings.PressDirectorAge.Of(house.Values), mostPupils, now)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list pupils of the press: %w", err)
	}
	return found, nil
}

// Groups lists the establishment's groups for who works there, and one's own for
// anybody else.
func (s *Service) Groups(ctx context.Context, who actor.Actor) ([]GroupListing, error) {
	var shown []GroupListing
	err := s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, _ time.Time) error {
		groups, err := tx.ListGroups(ctx, who.Person)
		if err != nil {
			return err
		}
		all := who.Roles.HasAny(actor.Staff, actor.Director, actor.Admin)
		for _, group := range groups {
			if all || group.Mine {
				shown = append(shown, group)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list groups: %w", err)
	}
	return shown, nil
}

// File reads what the establishment knows of somebody: all of it for themselves,
// the director and the administrator; for who works there, without birth date,
// address and standing. Anybody else has [ErrNotFound].
func (s *Service) File(ctx context.Context, who actor.Actor, person id.Person) (File, error) {
	var file File
	err := s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, now time.Time) error {
		read, err := tx.PersonFile(ctx, person, now)
		if err != nil {
			return err
		}
		switch {
		case who.Is(person) || who.Roles.HasAny(actor.Director, actor.Admin):
			file = read
		case who.Roles.Has(actor.Staff):
			file = read.forColleagues()
		default:
			return ErrNotFound
		}
		return nil
	})
	if err != nil {
		return File{}, fmt.Errorf("file of %s: %w", person, err)
	}
	return file, nil
}

func (f File) forColleagues() File {
	f.Person.BirthDate, f.Person.Email, f.Standings = time.Time{}, "", nil
	return f
}
