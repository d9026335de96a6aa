package imageconsent

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// Described is one person in a picture, as somebody says it.
type Described struct {
	ID       id.Depiction // of a box that is there; zero: it is added
	Box      Box          // zero: in the picture without a box
	Outcome  Outcome
	Person   id.Person // for IsPerson, unless it is an outsider
	Outsider *Outsider
	Media    []Medium // none: the image, or of sound the voice. Of who is in a box, the image is one
	Reason   string   // for Unrecognisable
}

// Identification is what somebody says of a picture: all who are in it. A box that the
// machine found and that is not spoken of stays undecided.
type Identification struct {
	Version int64 // of the photo that they looked at
	People  []Described
	// Complete declares that nobody is missing. Without it, what is said is kept and the
	// picture goes on waiting.
	Complete bool
	// Nobody says that nobody can be recognised, where the picture shows nobody at all.
	Nobody bool
}

const (
	mostDepictions = 200
	longestReason  = 500
)

// Identify keeps who is in a photo, and declares it complete if so asked: then every use
// is judged anew, and what is to be blurred is (R27, R32). An adult who works here and
// has uploaded it, or answers for a text that shows it, a consent officer or the
// director may; who has said no to it is taken off it, or moved in it, by the latter two
// alone (R33). The errors are [directory.ErrNotFound], a [workflow.Refusal] and
// [directory.FieldError]s ("people.N.…", and "people" for somebody left out), joined.
func (s *Photos) Identify(ctx context.Context, who actor.Actor, photo id.Photo, in Identification) error {
	err := s.InTx(ctx, who.Tenant, func(tx PhotoTx) error {
		now := s.Clock()
		d, err := workOn(ctx, tx, who, photo, now)
		if err != nil {
			return err
		}
		return d.identify(ctx, tx, who, in, now)
	})
	if err != nil {
		return fmt.Errorf("identify photo %s: %w", photo, err)
	}
	return nil
}

func (d PhotoDossier) identify(ctx context.Context, tx PhotoTx, who actor.Actor, in Identification, now time.Time) error {
	var err error
	before := d.Depictions
	if d.Depictions, err = describe(ctx, tx, d, in); err != nil {
		return err
	}
	facts := d.facts()
	facts.Accounted = facts.Accounted && (len(d.Depictions) > 0 || in.Nobody)
	c := workflow.Command{Action: workflow.Describe, Actor: who.As(d.Roles), Version: in.Version}
	if in.Complete {
		c.Action = workflow.Identify
	}
	change, err := workflow.PhotoTable.Decide(d.subject(), facts, c, now)
	if err != nil {
		return err
	}
	if err := d.keepNaming(ctx, tx, before, in, now); err != nil {
		return err
	}
	if err := tx.PutDepictions(ctx, d.Photo.ID, d.Depictions); err != nil {
		return err
	}
	if in.Complete {
		if err := tx.PutIdentified(ctx, d.Photo.ID, who.Person, now); err != nil {
			return err
		}
	}
	return workflow.Commit(ctx, tx, new(workflow.Batch).Photo(change))
}

// keepNaming refuses to take off a picture, or to move in it, somebody who has said no to it:
// they are blurred in it as they are, and would be seen again as somebody else, or as nobody
// whom anyone could recognise (R33). Whoever keeps the register may: a box had the wrong name.
func (d PhotoDossier) keepNaming(ctx context.Context, tx PhotoTx, before []Depiction, in Identification, now time.Time) error {
	if d.Roles.HasAny(keepers...) {
		return nil
	}
	declined, err := tx.Declined(ctx, d.Photo.ID, now)
	if err != nil {
		return err
	}
	var faults []error
	for _, old := range before {
		if old.Outcome != IsPerson || !slices.Contains(declined, old.Person) || slices.ContainsFunc(d.Depictions, old.still) {
			continue
		}
		field := "people"
		if at := slices.IndexFunc(in.People, func(said Described) bool { return said.ID == old.ID }); at >= 0 {
			field = fmt.Sprintf("people.%d.outcome", at)
		}
		faults = append(faults, &directory.FieldError{Field: field, Code: "declined", Rule: "R33"})
	}
	return errors.Join(faults...)
}

// still reports whether another depiction shows the same person as this one, where it does:
// who had no box may have been given one.
func (d Depiction) still(other Depiction) bool {
	return other.Outcome == IsPerson && other.Person == d.Person && (d.Box.IsZero() || other.ID == d.ID) &&
		(slices.Contains(other.Media, Image) || !slices.Contains(d.Media, Image))
}

// accounted reports whether of everybody in a picture it is said who they are, or why not.
func accounted(depictions []Depiction) bool {
	return !slices.ContainsFunc(depictions, func(d Depiction) bool { return d.Outcome == Undecided })
}

// describe checks what was said, and gives the depictions that it makes.
func describe(ctx context.Context, tx PhotoTx, d PhotoDossier, in Identification) ([]Depiction, error) {
	if len(in.People) > mostDepictions {
		return nil, &directory.FieldError{Field: "people", Code: "too_many", Limit: mostDepictions, Rule: "R27"}
	}
	var list []Depiction
	var faults []error
	for i, said := range in.People {
		if fault := said.check(d.Photo, d.Depictions); fault != nil {
			fault.Field = fmt.Sprintf("people.%d.%s", i, fault.Field)
			faults = append(faults, fault)
			continue
		}
		depiction, err := said.depiction(ctx, tx, d)
		if errors.Is(err, directory.ErrNotFound) {
			faults = append(faults, &directory.FieldError{Field: fmt.Sprintf("people.%d.person", i), Code: "not_found", Rule: "R27", Err: err})
			continue
		}
		if fault := new(directory.FieldError); errors.As(err, &fault) {
			fault.Field = fmt.Sprintf("people.%d.%s", i, fault.Field)
			faults = append(faults, fault)
			continue
		}
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(list, depiction.same) {
			faults = append(faults, &directory.FieldError{Field: fmt.Sprintf("people.%d", i), Code: "repeated", Rule: "R27"})
		}
		list = append(list, depiction)
	}
	for _, old := range d.Depictions { // what the machine found does not go by not being spoken of
		spoken := slices.ContainsFunc(in.People, func(said Described) bool { return said.ID == old.ID })
		if old.Found && !spoken {
			old.Outcome, old.Person, old.Reason, old.Media = Undecided, id.Person{}, "", []Medium{Image}
			list = append(list, old)
		}
	}
	return list, errors.Join(faults...)
}

// same reports whether two depictions are of one thing: the same box, or the same person
// without one.
func (d Depiction) same(other Depiction) bool {
	if d.ID == other.ID {
		return true
	}
	return d.Box.IsZero() && other.Box.IsZero() && d.Outcome == IsPerson && d.Person == other.Person
}

// check says what is wrong with what was said of one person. Only a picture has boxes, so
// that nobody can be blurred in anything else; and whoever is in a box is seen there,
// whatever else of them is shown.
func (said Described) check(photo Photo, known []Depiction) *directory.FieldError {
	form := photo.Form()
	old := slices.IndexFunc(known, func(d Depiction) bool { return d.ID == said.ID })
	named := !said.Person.IsZero() || said.Outsider != nil
	switch {
	case !said.ID.IsZero() && old < 0:
		return fault("id", "not_found")
	case said.Outcome != Undecided && !slices.Contains(Outcomes(), said.Outcome):
		return fault("outcome", "unknown")
	case form != OfPicture && (!said.Box.IsZero() || said.Outcome == ToBlur):
		return boxFault("not_expected")
	case !said.Box.IsZero() && !said.Box.within():
		return boxFault("outside")
	case !said.Box.IsZero() && !said.Box.clamped().frames(photo.Width, photo.Height) && (old < 0 || !known[old].Box.near(said.Box)):
		return boxFault("too_small")
	case said.Box.IsZero() && (said.Outcome == ToBlur || said.Outcome == NotAFace || said.Outcome == Undecided):
		return boxFault("required")
	case (said.Outcome == IsPerson) != named || (!said.Person.IsZero() && said.Outsider != nil):
		return fault("person", map[bool]string{true: "not_expected", false: "required"}[named])
	case slices.ContainsFunc(said.Media, func(m Medium) bool { return !slices.Contains(Media(), m) }):
		return fault("media", "unknown")
	case !form.shows(said.Media):
		return fault("media", "not_shown")
	case said.Outcome == IsPerson && !said.Box.IsZero() && len(said.Media) > 0 && !slices.Contains(said.Media, Image):
		return fault("media", "face_shown")
	}
	if said.Outcome == Unrecognisable {
		return checkText("reason", strings.TrimSpace(strings.ReplaceAll(said.Reason, "\r", "")), longestReason, "R27")
	}
	if said.Outsider != nil {
		return said.Outsider.check()
	}
	return nil
}

func (o Outsider) check() *directory.FieldError {
	for field, text := range map[string]string{"outsider.given_name": o.GivenName, "outsider.family_name": o.FamilyName} {
		if fault := checkLine(field, strings.TrimSpace(text), longestName, "R27"); fault != nil {
			return fault
		}
	}
	local, domain, found := strings.Cut(o.Email, "@")
	if fault := checkLine("outsider.email", o.Email, longestName, "R27"); fault != nil {
		return fault
	}
	if !found || local == "" || !strings.Contains(domain, ".") || strings.ContainsAny(o.Email, " <>,;\"") {
		return fault("outsider.email", "not_an_address")
	}
	return nil
}

func fault(field, code string) *directory.FieldError {
	return &directory.FieldError{Field: field, Code: code, Rule: "R27"}
}

// boxFault is what is wrong with a box, within which somebody can be blurred (R32).
func boxFault(code string) *directory.FieldError {
	return &directory.FieldError{Field: "box", Code: code, Rule: "R32"}
}

// depiction makes what was said a depiction. A box that has moved is another one.
func (said Described) depiction(ctx context.Context, tx PhotoTx, d PhotoDossier) (Depiction, error) {
	made := Depiction{
		ID: said.ID, Photo: d.Photo.ID, Box: said.Box.clamped(), Outcome: said.Outcome, Person: said.Person, Media: said.Media, Reason: strings.TrimSpace(said.Reason),
	}
	if said.Outcome != Unrecognisable {
		made.Reason = ""
	}
	if said.Outcome != IsPerson { // nobody named has a name or a voice
		made.Media = nil
	}
	if len(made.Media) == 0 {
		made.Media = []Medium{d.Photo.Form().usual()}
	}
	for _, old := range d.Depictions {
		if old.ID == said.ID {
			made.Found = old.Found
			if !old.Box.near(said.Box) {
				made.ID = id.Depiction{}
			} else {
				made.Box = old.Box
			}
		}
	}
	if made.ID.IsZero() {
		made.ID = id.New[id.Depiction]()
	}
	if said.Outsider != nil {
		made.Person = id.New[id.Person]()
		return made, said.Outsider.admit(ctx, tx, made.Person)
	}
	if said.Outcome != IsPerson {
		return made, nil
	}
	_, err := tx.Person(ctx, said.Person)
	return made, err
}

// admit adds an outsider to the directory. Nobody of the establishment becomes another
// person by it, for whom their guardians are not asked (R29).
func (o Outsider) admit(ctx context.Context, tx PhotoTx, as id.Person) error {
	belongs, err := tx.Belongs(ctx, o)
	if err != nil {
		return err
	}
	if belongs {
		return fault("outsider.email", "belongs")
	}
	return tx.AdmitOutsider(ctx, as, o)
}

// near reports whether two boxes are the same but for what a form's digits left out.
func (b Box) near(other Box) bool {
	return math.Abs(b.X-other.X) < slack && math.Abs(b.Y-other.Y) < slack &&
		math.Abs(b.Width-other.Width) < slack && math.Abs(b.Height-other.Height) < slack
}

// Add says that the same people are in each of several photos, besides who is in them
// already: without a box, and without declaring anything complete. One gesture for a
// series, for all of them or none. The errors are those of Identify, and a
// [directory.FieldError] of the field "photos" for too many at once.
func (s *Photos) Add(ctx context.Context, who actor.Actor, photos []id.Photo, people []id.Person) error {
	if len(photos) > mostPhotos {
		return &directory.FieldError{Field: "photos", Code: "too_many", Limit: mostPhotos}
	}
	photos = slices.Clone(photos)
	slices.SortFunc(photos, func(a, b id.Photo) int { return slices.Compare(a.UUID[:], b.UUID[:]) }) // in which they are locked
	err := s.InTx(ctx, who.Tenant, func(tx PhotoTx) error {
		now := s.Clock()
		for _, photo := range slices.Compact(photos) {
			d, err := workOn(ctx, tx, who, photo, now)
			if err != nil {
				return err
			}
			in := d.with(people)
			if len(in.People) == len(d.Depictions) { // all are in it: what was declared stands
				continue
			}
			if err := d.identify(ctx, tx, who, in, now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("add people to photos: %w", err)
	}
	return nil
}

// with says that some people are in the photo besides who is there.
func (d PhotoDossier) with(people []id.Person) Identification {
	in := Identification{Version: d.Photo.Version}
	for _, there := range d.Depictions {
		in.People = append(in.People, there.described())
	}
	for _, person := range people {
		if !slices.ContainsFunc(in.People, func(there Described) bool { return there.Person == person }) {
			in.People = append(in.People, Described{Outcome: IsPerson, Person: person})
		}
	}
	return in
}

func (d Depiction) described() Described {
	return Described{ID: d.ID, Box: d.Box, Outcome: d.Outcome, Person: d.Person, Media: d.Media, Reason: d.Reason}
}
