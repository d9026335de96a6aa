package imageconsent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// Sheet is what one person sees of a consent: a signatory their own answer, who looks
// after it all of them.
type Sheet struct {
	Consent      Consent
	Request      Request
	Person       directory.Person // whose consent it is
	Lines        []SheetLine
	Photos       []id.Photo // of the request, in which the person is; those of others are not shown
	Mine         *Given     // what the reader has answered; nil where they have not, or do not sign
	Answers      []Given    // everybody's, for who looks after it
	Waiting      []Signer   // whose answer is missing: everybody, for who looks after it; else the reader
	Family       []Signer   // whose word counts: for who looks after it and brings it
	Papers       []Paper    // for who looks after it and for the staff who see to papers
	History      []Event    // the latest first; what the reader did, for who does not look after it
	Signs        bool       // the reader may answer
	Revokes      bool       // the reader may withdraw it, or bring the family's word
	Keeps        bool       // the reader looks after it
	Proof        bool       // a second guardian is needed and not known (R30)
	Guardianless bool       // a guardian is needed, and nobody is known to hold parental authority (R29)
	Names        map[id.Person]string

	Location *time.Location // of the establishment
}

// SheetLine is a line with what has come of it.
type SheetLine struct {
	Line
	Text    string // what it says, in French, as on the letter
	Place   Place  // zero for print and for a trombinoscope
	Covered bool
}

// Signer is somebody who answers, as what they do.
type Signer struct {
	Person   id.Person
	Name     string
	Capacity Capacity
	Reach    *Reach // how they were told, for who looks after the consent; nil for others, and where nothing is known
}

// Event is an act on a consent.
type Event struct {
	At     time.Time
	Action workflow.Action
	From   workflow.ConsentStatus
	To     workflow.ConsentStatus
	Kind   actor.Kind
	Person id.Person // zero for the clock, and for whose data is gone
	Via    string
}

// Sheet reads a consent for somebody whom it concerns: the person, a guardian with parental
// authority while the person is a minor, who asked for it, a consent officer, the director,
// and any of the staff while a paper waits for a second look. Who is of the family sees
// what the family does, whatever they are in the establishment (R46). Anybody else has
// [directory.ErrNotFound].
func (s *Consents) Sheet(ctx context.Context, who actor.Actor, consent id.Consent) (Sheet, error) {
	var sheet Sheet
	err := s.inside(ctx, who, consent, func(tx ConsentTx, d ConsentDossier, who actor.Actor, now time.Time) (err error) {
		pending := slices.ContainsFunc(d.Papers, Paper.Pending)
		if !signs(who) && (d.Kin.concerns(who.Person) || !d.keeps(who) && !pending) {
			return directory.ErrNotFound
		}
		sheet = d.sheet(who, now)
		if !d.link.Receipt {
			if sheet.Photos, err = tx.PhotosOf(ctx, d.Consent.Request, d.Consent.Person); err != nil {
				return err
			}
		}
		if sheet.History, err = tx.ConsentHistory(ctx, consent); err != nil {
			return err
		}
		if err = sheet.reach(ctx, tx, now); err != nil {
			return err
		}
		if !sheet.Keeps {
			sheet.own(who)
		}
		return sheet.name(ctx, tx)
	})
	if err != nil {
		return Sheet{}, fmt.Errorf("sheet of consent %s: %w", consent, err)
	}
	return sheet, nil
}

// own leaves out what others have said, and who of them has not: of that nobody learns
// but whoever looks after the consent.
func (s *Sheet) own(who actor.Actor) {
	s.Consent.Waiting = only(who.Person, s.Consent.Waiting)
	s.Waiting = slices.DeleteFunc(s.Waiting, func(w Signer) bool { return !who.Is(w.Person) })
	s.History = slices.DeleteFunc(s.History, func(e Event) bool { return !who.Is(e.Person) })
}

// only leaves of persons the one, if they are there.
func only(one id.Person, persons []id.Person) []id.Person {
	if slices.Contains(persons, one) {
		return []id.Person{one}
	}
	return nil
}

// sheet is what the dossier tells of it.
func (d ConsentDossier) sheet(who actor.Actor, now time.Time) Sheet {
	resolved := d.resolve(d.Answers, now)
	sheet := Sheet{
		Consent: d.Consent, Request: d.Request, Person: d.Kin.Person, Signs: signs(who) && answerable(d.Consent.Status) && !d.link.Receipt, Keeps: d.keeps(who),
		Location: d.House.Calendar.Location(), Revokes: d.Consent.Status != workflow.Revoked, Proof: resolved.Proof && answerable(d.Consent.Status),
		Guardianless: resolved.Guardianless && answerable(d.Consent.Status),
	}
	for _, line := range d.Request.Lines {
		place, _ := d.Request.place(line)
		covered := slices.ContainsFunc(d.Covers, func(c OpenCover) bool {
			return c.Use == line.ID && !now.Before(c.From) && now.Before(c.Until)
		})
		sheet.Lines = append(sheet.Lines, SheetLine{line, d.Request.Describe(line), place, covered})
	}
	for i, a := range d.Answers {
		if who.Is(a.Signatory) && signs(who) {
			sheet.Mine = &d.Answers[i]
		}
	}
	if sheet.Keeps {
		sheet.Answers = d.Answers
		sheet.Family = d.signers(d.Kin.Signers(now, d.House.Calendar.Location()), now)
	}
	if !signs(who) || sheet.Keeps {
		sheet.Papers = d.Papers
	}
	sheet.Waiting = d.signers(d.Consent.Waiting, now)
	return sheet
}

// signers are persons with what they are to the one whose consent it is.
func (d ConsentDossier) signers(persons []id.Person, now time.Time) []Signer {
	var list []Signer
	for _, person := range persons {
		capacity, _ := d.family(now).capacity(person, now)
		list = append(list, Signer{Person: person, Capacity: capacity})
	}
	return list
}

// reach reads how those whose answer is missing were told, for who looks after it.
func (s *Sheet) reach(ctx context.Context, tx ConsentTx, now time.Time) error {
	if !s.Keeps {
		return nil
	}
	for i := range s.Waiting {
		reach, err := tx.ReachOf(ctx, s.Consent.ID, s.Waiting[i].Person, now)
		switch {
		case err == nil:
			s.Waiting[i].Reach = &reach
		case !errors.Is(err, directory.ErrNotFound):
			return err
		}
	}
	return nil
}

// answerable reports whether the machine takes answers in a status.
func answerable(status workflow.ConsentStatus) bool {
	switch status {
	case workflow.Asked, workflow.Granted, workflow.Refused, workflow.Revoked:
		return true
	case workflow.NoConsent, workflow.ExpiredConsent, workflow.SupersededConsent:
	}
	return false
}

// name reads the names of everybody on the sheet.
func (s *Sheet) name(ctx context.Context, tx ConsentTx) error {
	persons := slices.Clone(s.Consent.Waiting)
	for _, signer := range s.Family {
		persons = append(persons, signer.Person)
	}
	for _, a := range s.Answers {
		persons = append(persons, a.Signatory)
	}
	for _, e := range s.History {
		persons = append(persons, e.Person)
	}
	for _, p := range s.Papers {
		persons = append(persons, p.Signatory, p.RecordedBy, p.ConfirmedBy)
	}
	var err error
	if s.Names, err = tx.Names(ctx, persons); err != nil {
		return err
	}
	for _, signers := range [][]Signer{s.Waiting, s.Family} {
		for i := range signers {
			signers[i].Name = s.Names[signers[i].Person]
		}
	}
	return nil
}

// Held is one consent in somebody's own list.
type Held struct {
	Consent Consent
	Request Request
	Person  directory.Person // whose it is: the reader, or their child
	Mine    *Given           // what the reader has answered
	Lines   []SheetLine
	Shown   []Appearance // where a picture of the person is seen under it now
}

// Appearance is a contribution that shows a picture of somebody now.
type Appearance struct {
	Contribution id.Contribution
	Space        id.Space
	SpaceTitle   string
	SpaceSlug    string
	Title        string
	Slug         string
	Photo        id.Photo
}

// Mine lists the consents that concern the actor: their own, and while they hold parental
// authority those of their minor children, the latest first, with where each is used now.
// It gives nothing to whoever came by a link: that opens one consent.
func (s *Consents) Mine(ctx context.Context, who actor.Actor) ([]Held, error) {
	var list []Held
	if who.Kind != actor.KindPerson {
		return nil, fmt.Errorf("list consents: %w", directory.ErrNotFound)
	}
	err := s.inTx(ctx, who.Tenant, func(tx ConsentTx) error {
		now := s.clock()
		consents, err := tx.ConsentsAround(ctx, who.Person, now)
		if err != nil {
			return err
		}
		for _, consent := range consents {
			d, err := tx.ConsentDossier(ctx, consent, who.Person, now)
			if err != nil {
				return err
			}
			if _, may := d.family(now).capacity(who.Person, now); !may {
				continue
			}
			reader, err := d.standing(ctx, tx, who, now)
			if err != nil {
				return err
			}
			sheet := d.sheet(reader, now)
			d.Consent.Waiting = only(who.Person, d.Consent.Waiting)
			held := Held{Consent: d.Consent, Request: d.Request, Person: d.Kin.Person, Mine: sheet.Mine, Lines: sheet.Lines}
			if held.Shown, err = tx.ShownUnder(ctx, consent, now); err != nil {
				return err
			}
			list = append(list, held)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list consents of %s: %w", who.Person, err)
	}
	return list, nil
}
