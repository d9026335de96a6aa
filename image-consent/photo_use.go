package imageconsent

import (
	"context"
	"fmt"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// PhotoUse is a text that shows a photo, or is on its way to.
type PhotoUse struct {
	Elsewhere    bool // in a text that whoever asks may not read, of which nothing else is told
	Contribution id.Contribution
	Revision     id.Revision
	Status       workflow.Editorial
	Space        id.Space
	SpaceTitle   string
	Use          Use          // of the space as it is now
	Rendition    id.Rendition // the one that the text was sealed with
}

// JudgedUse is a use of a photo with its clearance of this moment.
type JudgedUse struct {
	PhotoUse
	Verdict
}

// elsewhere is what is told of a use to who may not read the text: that there is one, and
// what kinds of things are missing.
func (u JudgedUse) elsewhere() JudgedUse {
	told := JudgedUse{PhotoUse: PhotoUse{Elsewhere: true}}
	for _, m := range u.Missing {
		told.Missing = append(told.Missing, Missing{Lack: m.Lack})
	}
	return told
}

// Uses judges a photo for each text that shows it, or is on its way to (R27). Of a text
// that the actor may not read they learn that there is one. The error is
// [directory.ErrNotFound] for whoever may not work with the photo.
func (s *Photos) Uses(ctx context.Context, who actor.Actor, photo id.Photo) ([]JudgedUse, error) {
	var list []JudgedUse
	err := s.InTx(ctx, who.Tenant, func(tx PhotoTx) error {
		now := s.Clock()
		if _, err := workOn(ctx, tx, who, photo, now); err != nil {
			return err
		}
		uses, err := tx.PhotoUses(ctx, photo, who.Person, now)
		if err != nil {
			return err
		}
		pictures, err := as(ctx, tx, photo, uses)
		for _, use := range uses { // a picture that is not there is the zero one, and closes
			judged := JudgedUse{use, Clearance(pictures[use.Rendition], use.Use, now)}
			if use.Elsewhere {
				judged = judged.elsewhere()
			}
			list = append(list, judged)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("uses of photo %s: %w", photo, err)
	}
	return list, nil
}

// as reads a photo as each rendition that is in use.
func as(ctx context.Context, tx PhotoTx, photo id.Photo, uses []PhotoUse) (map[id.Rendition]Picture, error) {
	pictures := map[id.Rendition]Picture{}
	for _, use := range uses {
		if _, read := pictures[use.Rendition]; read {
			continue
		}
		found, err := tx.Pictures(ctx, []Shown{{Photo: photo, Rendition: use.Rendition}})
		if err != nil {
			return nil, err
		}
		for _, picture := range found {
			pictures[use.Rendition] = picture
		}
	}
	return pictures, nil
}
