package imageconsent

import (
	"imprimatur/internal/id"
)

// Box is a part of an upright picture, in shares of its width and height: each from 0
// to 1. The zero Box is no box.
type Box struct{ X, Y, Width, Height float64 }

// IsZero reports whether there is no box.
func (b Box) IsZero() bool { return b == Box{} }

// The least that a box may be: of the picture's width and height, and in pixels of what pages
// show of it ([Standard]). The machine's smallest box has 20 there. What is smaller than 12
// hides nobody, and would pass for somebody hidden (R32).
const (
	leastShare  = 0.01
	leastPixels = 12
	shownSide   = 1600 // of the standard size, at most
)

// slack is how much of a box may be outside by what a form's digits left out.
const slack = 1e-4

// within reports whether the box is inside the picture and has an area.
func (b Box) within() bool {
	return b.X >= 0 && b.Y >= 0 && b.Width > 0 && b.Height > 0 && b.X+b.Width <= 1+slack && b.Y+b.Height <= 1+slack
}

// clamped is a box within a picture without what digits have put outside of it.
func (b Box) clamped() Box {
	b.Width, b.Height = min(b.Width, 1-b.X), min(b.Height, 1-b.Y)
	return b
}

// frames reports whether the box is large enough for a head in a picture of so many pixels.
func (b Box) frames(width, height int) bool {
	shown := min(1, shownSide/float64(max(width, height, 1)))
	return b.Width >= leastShare && b.Height >= leastShare &&
		b.Width*float64(width)*shown >= leastPixels && b.Height*float64(height)*shown >= leastPixels
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
