// Package demo is the demo school: three establishments, some thirty persons and
// three weeks of what they wrote. Everything in it is invented.
//
// The directory is loaded as an import would load it. What people did is carried
// out through the real services, at its time, so that every text has the trail it
// would have. A start that was interrupted goes on where it stopped.
package demo

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/auth"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
	"imprimatur/publication"
)

// Source is the directory that the demo's persons come from.
const Source = "demo"

// Key is the API key of demo mode: every scope, in both establishments and the académie.
const Key = "imprimatur-demo"

// ErrOccupied is answered for a database that holds anything but the demo school.
var ErrOccupied = errors.New("the database holds something else than the demo school")

// Config is what loading needs.
type Config struct {
	DB    *postgres.DB
	Files imageconsent.Files
	Now   time.Time // the day that the three weeks end on, when the school is new
}

// Personas are offered at sign-in, one click each.
func Personas() auth.Demo {
	demo := auth.Demo{Source: Source}
	for _, persona := range personas {
		demo.Personas = append(demo.Personas, persona.external)
	}
	return demo
}

// Persona is somebody to try the service as.
type Persona struct{ External, Name, French, English string }

// Introductions says who the personas are, in the order of Personas.
func Introductions() []Persona {
	list := make([]Persona, len(personas))
	for i, persona := range personas {
		list[i] = Persona{External: persona.external, French: persona.french, English: persona.english}
		at := slices.IndexFunc(people, func(s somebody) bool { return s.external == persona.external })
		list[i].Name = people[at].given + " " + people[at].family
	}
	return list
}

// Load fills an empty database with the demo school, and leaves one that has it
// as it is. The error is [ErrOccupied] when there is anything else.
func Load(ctx context.Context, cfg Config) error {
	s := &school{
		db: cfg.DB, files: cfg.Files, photos: map[string]id.Photo{}, albums: map[string]id.Series{}, requests: map[string]id.Request{}, tenants: map[string]id.Tenant{}, persons: map[string]id.Person{}, groups: map[string]id.Group{},
		spaces: map[string]id.Space{}, texts: map[string]id.Contribution{}, home: map[string]string{}, docket: map[string]file{},
	}
	if err := cfg.DB.Load(ctx, func(l postgres.Loading) error { return s.directory(ctx, l, cfg.Now) }); err != nil {
		return err
	}
	if err := s.found(ctx); err != nil {
		return err
	}
	if err := s.recall(ctx); err != nil {
		return err
	}
	if err := s.keepLists(ctx); err != nil {
		return fmt.Errorf("word lists: %w", err)
	}
	return s.play(ctx)
}

// school is what is known of the demo while it is loaded: ids by the script's keys.
type school struct {
	db      *postgres.DB
	began   time.Time // the day that the script's days are counted from
	clock   time.Time // now, for the services
	tenants map[string]id.Tenant
	persons map[string]id.Person
	groups  map[string]id.Group
	spaces  map[string]id.Space
	texts   map[string]id.Contribution

	publication    *publication.Service
	moderation     *moderation.Service
	cases          *moderation.Cases
	stops          *publication.Stops
	rooms          *publication.Spaces
	legal          *publication.LegalPages
	photography    *imageconsent.Photos
	consents       *imageconsent.Consents
	trombinoscopes *imageconsent.Trombinoscopes
	files          imageconsent.Files
	photos         map[string]id.Photo
	albums         map[string]id.Series
	requests       map[string]id.Request
	ent            id.ENT
	home           map[string]string // of a text: the slug of its space
	docket         map[string]file
	done           []postgres.Happening
}

// directory loads establishments, persons and what ties them, after looking that
// nobody else lives here.
func (s *school) directory(ctx context.Context, l postgres.Loading, now time.Time) error {
	sources, err := l.Sources(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(sources, func(source string) bool { return source != Source }) {
		return ErrOccupied
	}
	if err := s.establishments(ctx, l); err != nil {
		return err
	}
	if s.began, err = l.Founded(ctx, s.tenants[tilleuls]); err != nil {
		return err
	}
	for _, somebody := range people {
		if err := s.person(ctx, l, somebody); err != nil {
			return err
		}
	}
	for _, class := range classes {
		if err := s.class(ctx, l, class); err != nil {
			return err
		}
	}
	for _, g := range guardians {
		err := l.Guardianship(ctx, directory.Guardianship{
			Pupil: s.persons[g.pupil], Guardian: s.persons[g.guardian], Relation: g.relation, ParentalAuthority: g.authority,
		})
		if err != nil {
			return err
		}
	}
	return s.offices(ctx, l, now)
}

func (s *school) establishments(ctx context.Context, l postgres.Loading) error {
	authority, err := l.Tenant(ctx, directory.Tenant{
		UAI: academie, Name: "Académie des Deux-Vallées", Kind: directory.Authority, City: "Toulouse", TimeZone: "Europe/Paris", Zone: "C",
	})
	if err != nil {
		return err
	}
	s.tenants[academie] = authority
	for _, t := range []directory.Tenant{
		{UAI: tilleuls, Name: "Collège Les Tilleuls", Level: directory.College},
		{UAI: platanes, Name: "Lycée Les Platanes", Level: directory.Lycee},
		{UAI: ormes, Name: "Collège Les Ormes", Level: directory.College},
	} {
		t.Kind, t.Parent, t.City, t.TimeZone, t.Zone = directory.Establishment, authority, "Toulouse", "Europe/Paris", "C"
		if s.tenants[t.UAI], err = l.Tenant(ctx, t); err != nil {
			return err
		}
	}
	s.ent, err = l.ENT(ctx, "ENT des Deux-Vallées", s.tenants[tilleuls], s.tenants[platanes])
	return err
}

// person loads somebody with their memberships, and with the briefing read at the
// beginning of the school year.
func (s *school) person(ctx context.Context, l postgres.Loading, who somebody) error {
	born, err := time.Parse(time.DateOnly, who.born)
	if who.born != "" && err != nil {
		return fmt.Errorf("birth date of %s: %w", who.external, err)
	}
	person, err := l.Person(ctx, directory.Person{
		Source: Source, ExternalID: who.external, GivenName: who.given, FamilyName: who.family, BirthDate: born, Language: "fr",
		Email: who.external + "@demo.example",
	})
	if err != nil {
		return err
	}
	s.persons[who.external] = person
	for _, uai := range who.schools {
		err := l.Membership(ctx, directory.Membership{Tenant: s.tenants[uai], Person: person, Profile: who.profile, Roles: who.roles})
		if err != nil {
			return err
		}
		if err := l.Briefing(ctx, s.tenants[uai], person, directory.BriefingVersion, s.began.AddDate(0, -2, 0)); err != nil {
			return err
		}
	}
	return nil
}

// class loads a group; the guardians with parental authority come with the pupils.
func (s *school) class(ctx context.Context, l postgres.Loading, c class) error {
	group := directory.Group{Tenant: s.tenants[c.school], Kind: c.kind, Name: c.name}
	var err error
	if group.ID, err = l.Group(ctx, group); err != nil {
		return err
	}
	s.groups[c.name] = group.ID
	members := map[directory.Capacity][]string{directory.AsPupil: c.pupils, directory.AsStaff: c.staff}
	for _, g := range guardians {
		if g.authority && slices.Contains(c.pupils, g.pupil) {
			members[directory.AsGuardian] = append(members[directory.AsGuardian], g.guardian)
		}
	}
	for capacity, externals := range members {
		for _, external := range externals {
			err := l.GroupMember(ctx, directory.GroupMember{Group: group, Person: s.persons[external], Capacity: capacity})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// offices says who directs, and gives the key of demo mode.
func (s *school) offices(ctx context.Context, l postgres.Loading, now time.Time) error {
	since := directory.Period{From: time.Date(s.began.Year()-2, time.September, 1, 0, 0, 0, 0, time.UTC)}
	for uai, head := range map[string]string{tilleuls: "garcia", platanes: "roche", academie: "rectorat"} {
		err := l.Tenure(ctx, directory.Tenure{Tenant: s.tenants[uai], Person: s.persons[head], Capacity: directory.Head, During: since})
		if err != nil {
			return err
		}
	}
	if err := s.standIns(ctx, l); err != nil {
		return err
	}
	_, err := l.APIKey(ctx, "démonstration", sha256.Sum256([]byte(Key)), []id.Tenant{s.tenants[tilleuls], s.tenants[platanes], s.tenants[academie]}, auth.AllScopes(), now)
	return err
}

// who is somebody of the demo, in the establishment where they act.
func (s *school) who(external, uai string) actor.Actor {
	return actor.Actor{Kind: actor.KindPerson, Person: s.persons[external], Tenant: s.tenants[uai], Via: "demo"}
}
