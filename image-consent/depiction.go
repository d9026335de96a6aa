package imageconsent

import (
	"imprimatur/internal/id"
)

// Box is a part of an upright picture, in shares of its width and height: each from 0
// to 1. The zero Box is no box.
type Box struct{ X, Y, Width, Height float64 }

// IsZero reports whether there is no box.
func (b Box) IsZero() bool { return b == Box{} }

// within reports whether the box is inside the picture and has an area.
func (b Box) within() bool {
	const slack = 1e-6 // of what a browser computed
	return b.X >= 0 && b.Y >= 0 && b.Width > 0 && b.Height > 0 && b.X+b.Width <= 1+slack && b.Y+b.Height <= 1+slack
}

// Outcome is what was said of somebody in a picture, or of a box.
type Outcome string

// The outcomes.
const (
	Undecided      Outcome = ""               // a box that nobody has spoken of
	IsPerson       Outcome = "person"         // somebody, by name
	Unrecognisable Outcome = "unrecognisable" // somebody whom nobody can recognise, with a reason
	ToBlur         Outcome = "blur"           // somebody who is to be blurred (R32)
	NotAFace       Outcome = "not_a_face"     // the machine was wrong
)

// Outcomes lists what may be said.
func Outcomes() []Outcome { return []Outcome{IsPerson, Unrecognisable, ToBlur, NotAFace} }

// Depiction is one person in a photo, or a box in which there might be one. A box that
// moves is another depiction, of which nothing has been said or blurred before.
type Depiction struct {
	ID      id.Depiction
	Photo   id.Photo
	Found   bool // by the machine, which counts faces and recognises nobody
	Box     Box  // zero for who has none: from behind, by voice, by caption
	Outcome Outcome
	Person  id.Person // for IsPerson
	Media   []Medium  // what of them is shown
	Reason  string    // for Unrecognisable
}

// Rendition is the pictures derived from a photo that may be shown: plain, or with some
// depictions blurred.
type Rendition struct {
	ID      id.Rendition
	Blurred []id.Depiction // nobody can make them out
	Hash    [32]byte       // SHA-256 over its files'
}
