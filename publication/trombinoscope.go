package publication

import (
	"context"
	"fmt"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
)

// Class is a group whose trombinoscope somebody may open.
type Class struct {
	Group   id.Group
	Name    string
	Class   bool                  // or another group
	Readers imageconsent.Audience // for whom the trombinoscope is
}

// Face is somebody of a group, by name, and by a portrait if one may be seen (R35).
type Face struct {
	Person        id.Person
	GivenName     string
	FamilyName    string
	Pupil         bool     // or one of the staff
	Photo         id.Photo // zero: none may be seen
	Width, Height int      // of the portrait's standard size, in pixels
	Printable     bool     // on paper too
}

// TrombinoscopePage is a group with everybody in it: pupils first, by family name.
type TrombinoscopePage struct {
	Class
	Members []Face
}

// Classes lists the groups whose trombinoscopes the viewer may open, classes first.
func (r *Reader) Classes(ctx context.Context, v Viewer) ([]Class, error) {
	classes, err := r.store.Classes(ctx, v)
	if err != nil {
		return nil, fmt.Errorf("read classes: %w", err)
	}
	return classes, nil
}

// Trombinoscope reads a group's trombinoscope. It is asked of the store each time, and
// never kept: a consent may have ended just now (R33). The error is [directory.ErrNotFound].
func (r *Reader) Trombinoscope(ctx context.Context, v Viewer, group id.Group) (TrombinoscopePage, error) {
	page, err := r.store.Trombinoscope(ctx, v, group, r.clock())
	if err != nil {
		return TrombinoscopePage{}, fmt.Errorf("read trombinoscope of %s: %w", group, err)
	}
	return page, nil
}

// Portrait finds the file of a portrait in a trombinoscope, as [Reader.Photo] does a
// text's. The error is [directory.ErrNotFound].
func (r *Reader) Portrait(ctx context.Context, v Viewer, group id.Group, photo id.Photo, size imageconsent.Size) (imageconsent.File, error) {
	file, err := r.store.Portrait(ctx, v, group, photo, size, r.clock())
	if err != nil {
		return imageconsent.File{}, fmt.Errorf("read portrait %s of %s: %w", photo, group, err)
	}
	return file, nil
}
