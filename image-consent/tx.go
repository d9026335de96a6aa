package imageconsent

import (
	"context"

	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/workflow"
)

// Tx is what image-consent does for those above it inside a transaction.
type Tx interface {
	workflow.Tx
	outbox.Emitter

	// Pictures reads photos with the facts of their clearance, in three statements
	// however many they are: each as the rendition that is named, or as its current
	// one where none is. Who is not there is left out.
	Pictures(ctx context.Context, shown []Shown) ([]Picture, error)
	// UsesOf lists the revisions that await consent and show one of the photos: each
	// is to be looked at again.
	UsesOf(ctx context.Context, photos []id.Photo) ([]Awaiting, error)
}

// Shown is a photo as a text shows it.
type Shown struct {
	Photo     id.Photo
	Rendition id.Rendition // zero: the photo's current one
}

// Awaiting is a revision that waits for consent.
type Awaiting struct {
	Revision id.Revision
	Version  int64
}
