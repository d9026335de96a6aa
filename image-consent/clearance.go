package imageconsent

import (
	"slices"
	"time"

	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// Picture is a photo as one revision shows it, with the facts of its clearance.
type Picture struct {
	Photo      id.Photo
	Uploader   id.Person
	Format     string
	Status     workflow.PhotoStatus
	Held       bool      // an open hold is on it
	Rendition  Rendition // the one that is shown
	Current    Rendition // the one that a text shows from now on
	Width      int       // of the page size, in pixels; 0 for what is no picture
	Height     int
	Depictions []Depiction
	Covers     []Cover    // of those in it, by requests that the photo is in; ended ones are left out
	Consents   []Standing // of those in it, by those requests: to say from whom what is missing
}

// Form is what the picture is to who receives it.
func (p Picture) Form() Form { return FormOf(p.Format) }

// Cover is what answers were resolved into: this person may be seen so, within this time.
type Cover struct {
	Person id.Person
	Line
	From, Until time.Time // until is not in it
}

// covers reports whether it is for this person, medium and exact use at the moment.
func (c Cover) covers(person id.Person, medium Medium, use Use, at time.Time) bool {
	return c.Person == person && c.Medium == medium && c.Use == use && !at.Before(c.From) && at.Before(c.Until)
}

// Standing is where somebody's consent stands.
type Standing struct {
	Consent id.Consent
	Person  id.Person
	Status  workflow.ConsentStatus
	Waiting []id.Person // whose answer is missing
	Family  []id.Person // the person and their guardians, where somebody's answer is missing
	Lines   []Line      // asked for
	// Declined are the lines that somebody has said no to: here, or to the same use of the
	// photo elsewhere, and has not agreed to since.
	Declined []id.Use
}

// of is where the consent stands for one of its lines: what was declined is refused,
// whatever else was agreed to.
func (s Standing) of(l Line) (workflow.ConsentStatus, []id.Person) {
	if slices.Contains(s.Declined, l.ID) && (s.Status == workflow.Asked || s.Status == workflow.Granted) {
		return workflow.Refused, nil
	}
	return s.Status, s.Waiting
}

// Lack is why a picture is not clear.
type Lack string

// What a picture may lack.
const (
	LacksPreparation    Lack = "preparation"    // its renditions are not made, or it could not be read
	LacksIdentification Lack = "identification" // nobody has declared completely who is in it
	LacksRelease        Lack = "release"        // a hold is on it
	LacksBlur           Lack = "blur"           // somebody who is to be blurred is not, in what is shown
	LacksConsent        Lack = "consent"        // somebody in it is not covered for the use
)

// Lacks lists what a picture may lack.
func Lacks() []Lack {
	return []Lack{LacksPreparation, LacksIdentification, LacksRelease, LacksBlur, LacksConsent}
}

// Missing is one thing that keeps a picture from being shown.
type Missing struct {
	Lack      Lack
	Depiction id.Depiction           // for blur and consent
	Person    id.Person              // for consent
	Medium    Medium                 // for consent
	Status    workflow.ConsentStatus // of the latest consent that was asked for this use, to this use; empty: nobody was asked
	From      []id.Person            // whose answer is missing, where it was asked
	Family    []id.Person            // the person and their guardians, where it is
}

// Awaited lists whose answer is missing, for a reader who works here. Who is of the family
// learns that of nobody but themselves, whatever they are here (R46).
func (m Missing) Awaited(reader id.Person) []id.Person {
	if slices.Contains(m.Family, reader) {
		return only(reader, m.From)
	}
	return m.From
}

// Verdict is what Clearance answers: clear, or exactly what is missing and from whom.
type Verdict struct{ Missing []Missing }

// Clear reports whether nothing is missing.
func (v Verdict) Clear() bool { return len(v.Missing) == 0 }

// Clearance judges whether a picture may be shown for a use at a moment (R27). It reads
// nothing but its arguments, and agrees with the view of the reading door. A zero
// Picture is not clear.
func Clearance(p Picture, use Use, at time.Time) Verdict {
	var v Verdict
	if !p.Status.Ready() { // an unknown status closes
		return Verdict{[]Missing{{Lack: LacksPreparation}}}
	}
	if p.Status == workflow.Unidentified {
		v.Missing = append(v.Missing, Missing{Lack: LacksIdentification})
	}
	if p.Rendition.ID.IsZero() {
		v.Missing = append(v.Missing, Missing{Lack: LacksPreparation})
	}
	if p.Held {
		v.Missing = append(v.Missing, Missing{Lack: LacksRelease})
	}
	for _, d := range p.Depictions {
		v.Missing = append(v.Missing, p.missing(d, use, at)...)
	}
	return v
}

// missing is what one depiction lacks.
func (p Picture) missing(d Depiction, use Use, at time.Time) []Missing {
	blurred := slices.Contains(p.Rendition.Blurred, d.ID)
	if blurred && !slices.ContainsFunc(d.Media, func(m Medium) bool { return m != Image }) {
		return nil
	}
	switch d.Outcome {
	case Unrecognisable, NotAFace:
		return nil
	case ToBlur:
		return []Missing{{Lack: LacksBlur, Depiction: d.ID}}
	case IsPerson:
		if len(d.Media) > 0 {
			return p.uncovered(d, blurred, use, at)
		}
	case Undecided:
	}
	return []Missing{{Lack: LacksIdentification, Depiction: d.ID}}
}

// uncovered lists the media of a person that nobody has agreed to. A blur hides a face,
// never a name or a voice.
func (p Picture) uncovered(d Depiction, blurred bool, use Use, at time.Time) []Missing {
	var list []Missing
	for _, medium := range d.Media {
		if blurred && medium == Image {
			continue
		}
		covered := slices.ContainsFunc(p.Covers, func(c Cover) bool { return c.covers(d.Person, medium, use, at) })
		if !covered {
			list = append(list, p.wanting(d, medium, use))
		}
	}
	return list
}

// wanting says where the consent that is missing stands: the latest that was asked for
// this use of the person.
func (p Picture) wanting(d Depiction, medium Medium, use Use) Missing {
	missing := Missing{Lack: LacksConsent, Depiction: d.ID, Person: d.Person, Medium: medium}
	for _, s := range p.Consents {
		at := slices.IndexFunc(s.Lines, func(l Line) bool { return l.Medium == medium && l.Use == use })
		if s.Person == d.Person && at >= 0 {
			missing.Status, missing.From = s.of(s.Lines[at])
			missing.Family = s.Family
		}
	}
	return missing
}
