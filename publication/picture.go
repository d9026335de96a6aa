package publication

import (
	"errors"
	"slices"
	"strings"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
	"imprimatur/publication/internal/prose"
	"imprimatur/workflow"
)

// photoPath is how a text names a picture of ours: this, then its id.
const photoPath = "/photos/"

// PhotoIDs gives the photos of a text, in its order, each once.
func PhotoIDs(h HTML) []id.Photo {
	var ids []id.Photo
	for _, address := range Photos(h) {
		photo, err := id.Parse[id.Photo](strings.TrimPrefix(address, photoPath))
		if err == nil && !slices.Contains(ids, photo) {
			ids = append(ids, photo)
		}
	}
	return ids
}

// Use is how pictures of the contribution are shown: in its space, to its space's
// audience of this moment.
func (d Dossier) Use() imageconsent.Use { return d.Space.use() }

func (s Space) use() imageconsent.Use {
	return imageconsent.Use{
		Audience: imageconsent.Audience(s.Audience.Kind), Group: s.Audience.Group, ENT: s.Audience.ENT, Space: s.ID,
	}
}

// Clearances judges each picture of a revision for its use, at a moment (R27).
func (d Dossier) Clearances(r *Revision, now time.Time) []imageconsent.Verdict {
	verdicts := make([]imageconsent.Verdict, len(r.Pictures))
	for i, p := range r.Pictures {
		verdicts[i] = imageconsent.Clearance(p, d.Use(), now)
	}
	return verdicts
}

// picturesClear reports whether no picture of the revision keeps it from appearing: all
// may be seen, or their places are to be held empty.
func (d Dossier) picturesClear(r *Revision, now time.Time) bool {
	return !d.Contribution.WaitsForPhotos ||
		!slices.ContainsFunc(d.Clearances(r, now), func(v imageconsent.Verdict) bool { return !v.Clear() })
}

// sealable says what keeps the pictures of a draft from being sealed with it: each has
// to be there, be made ready, and be the author's to use.
func (d Dossier) sealable(draft *Revision) error {
	var faults []error
	for _, photo := range PhotoIDs(draft.HTML) {
		i := slices.IndexFunc(draft.Pictures, func(p imageconsent.Picture) bool { return p.Photo == photo })
		if code := d.faultOf(draft.Pictures, i); code != "" {
			faults = append(faults, &FieldError{Field: "body", Code: code, Rule: "R27"})
		}
	}
	return errors.Join(faults...)
}

func (d Dossier) faultOf(pictures []imageconsent.Picture, at int) string {
	if at < 0 {
		return "photo_unknown"
	}
	switch p := pictures[at]; {
	case (p.Form() == imageconsent.OfPicture) == (d.Contribution.Kind == Document): // files are what documents are made of, and they alone
		return map[bool]string{true: "photo_in_document", false: "file_in_text"}[d.Contribution.Kind == Document]
	case p.Status == workflow.Preparing:
		return "photo_not_ready"
	case p.Rendition.ID.IsZero() || p.Status == workflow.Erased || p.Status == workflow.Spoiled:
		return "photo_gone"
	}
	return ""
}

// sealedPhotos are the exact pictures that a revision is sealed with, in its order.
func sealedPhotos(r *Revision) []workflow.SealedPhoto {
	var list []workflow.SealedPhoto
	for _, p := range r.Pictures {
		list = append(list, workflow.SealedPhoto{Photo: p.Photo, Rendition: p.Rendition.ID})
	}
	return list
}

// derived is the revision that takes the place of one that awaits consent: the same
// text without the pictures that are not clear, or with their current renditions, in
// which more is blurred (R32). It is nil where that would change nothing, or, for
// blurring, where it would not do.
func (d Dossier) derived(action workflow.Action, now time.Time) *Revision {
	if d.Open == nil || d.Open.Status != workflow.AwaitingConsent {
		return nil
	}
	next := *d.Open
	next.ID, next.Status, next.Version, next.Number, next.Hash = id.New[id.Revision](), workflow.Draft, 1, 0, Hash{}
	next.BasedOn, next.Derivation = d.Open.ID, action
	if d.Open.Derivation != "" { // approved was the text that it was based on
		next.BasedOn = d.Open.BasedOn
	}
	var changed bool
	if action == workflow.OmitPhoto {
		changed = d.omit(&next, now)
	} else {
		changed = d.blur(&next, now)
	}
	if !changed {
		return nil
	}
	return &next
}

// omit leaves out the pictures that are not clear.
func (d Dossier) omit(next *Revision, now time.Time) bool {
	var kept []imageconsent.Picture
	var gone []string
	for _, p := range next.Pictures {
		if imageconsent.Clearance(p, d.Use(), now).Clear() {
			kept = append(kept, p)
		} else {
			gone = append(gone, photoPath+p.Photo.String())
		}
	}
	next.Pictures, next.HTML = kept, withoutPictures(next.HTML, gone)
	return len(gone) > 0 && (len(kept) > 0 || d.Contribution.Kind != Document) // which has a file at least
}

// withoutPictures takes pictures out of a text.
func withoutPictures(h HTML, addresses []string) HTML {
	return HTML{prose.Write(dropImages(prose.Read(h.safe), addresses))}
}

// SameWords reports whether two texts differ in nothing but their pictures.
func SameWords(a, b HTML) bool {
	return withoutPictures(a, Photos(a)) == withoutPictures(b, Photos(b))
}

func dropImages(blocks []*prose.Block, addresses []string) []*prose.Block {
	var kept []*prose.Block
	for _, b := range blocks {
		if b.Kind == prose.Image && slices.Contains(addresses, b.Src) {
			continue
		}
		b.Kids = dropImages(b.Kids, addresses)
		kept = append(kept, b)
	}
	return kept
}

// blur shows the current renditions, where they are other ones and make it all clear.
func (d Dossier) blur(next *Revision, now time.Time) bool {
	changed := false
	next.Pictures = slices.Clone(next.Pictures)
	for i := range next.Pictures {
		p := &next.Pictures[i]
		if p.Rendition.ID != p.Current.ID && !p.Current.ID.IsZero() {
			p.Rendition, changed = p.Current, true
		}
	}
	return changed && !slices.ContainsFunc(d.Clearances(next, now), func(v imageconsent.Verdict) bool { return !v.Clear() })
}
