package imageconsent

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/workflow"
)

// Prepare carries out what follows an upload: it is scanned, the plain pictures are made
// and boxes found. A file is shown as it is. Nothing goes on that a scanner has not let
// pass: where it gives no answer the message comes again. Repeating it is safe: only a photo that is still being prepared moves. A file that
// cannot be read after all spoils the photo; a store that fails is an error, and the
// message comes again.
func (s *Photos) Prepare(ctx context.Context, m outbox.Message) error {
	d, err := s.snapshot(ctx, m)
	if errors.Is(err, directory.ErrNotFound) || (err == nil && d.Photo.Status != workflow.Preparing) {
		return s.done(ctx, m)
	}
	if err != nil {
		return err
	}
	o, err := s.make(ctx, d)
	if err != nil {
		return fmt.Errorf("prepare photo %s: %w", d.Photo.ID, err)
	}
	err = s.InTx(ctx, m.Tenant, func(tx PhotoTx) error { return s.prepared(ctx, tx, m, o) })
	if err == nil && o.problem == Infected {
		s.discard(ctx, d.Photo.Original)
	}
	return err
}

// make makes what may be shown of a photo. What is wrong with the file is in the outcome;
// an error is worth another try.
func (s *Photos) make(ctx context.Context, d PhotoDossier) (outcome, error) {
	infected, err := s.infected(ctx, d.Photo.Original)
	switch {
	case err != nil:
		return outcome{}, err
	case infected:
		return outcome{faces: -1, problem: Infected}, nil
	case d.Photo.Form() != OfPicture:
		return d.Photo.asItIs(), nil
	}
	data, err := s.read(ctx, d.Photo.Original)
	if err != nil {
		return outcome{}, err
	}
	_, maxPixels := limits(d.House.Values)
	prepared, err := s.Imaging.Prepare(ctx, data, maxPixels)
	spoiled := new(ProblemError)
	if err != nil && !errors.As(err, &spoiled) {
		return outcome{}, err
	}
	o := outcome{likeness: prepared.Likeness, boxes: prepared.Boxes, faces: len(prepared.Boxes), problem: spoiled.Problem}
	o.rendition, o.files, err = s.keep(ctx, d.Photo.ID, nil, prepared.Pictures)
	return o, err
}

// infected asks the scanner, where there is one.
func (s *Photos) infected(ctx context.Context, name string) (bool, error) {
	if s.Scanner == nil {
		return false, nil
	}
	file, err := s.Files.Get(ctx, name)
	if err != nil {
		return false, err
	}
	defer file.Close()
	found, err := s.Scanner.Scan(ctx, file)
	return found != "", err
}

// asItIs is the only rendition of a file: its own bytes. What it has in common with its
// copies is all of it.
func (p Photo) asItIs() outcome {
	file := File{Size: AsItIs, Format: p.Format, Name: p.Original, Bytes: p.Bytes, SHA256: p.SHA256}
	r := Rendition{ID: id.New[id.Rendition](), Hash: sha256.Sum256(file.line())}
	return outcome{likeness: p.SHA256[:], faces: -1, rendition: r, files: []File{file}}
}

// line is what the hash of a rendition covers of a file.
func (f File) line() []byte { return fmt.Appendf(nil, "%s %x\n", f.Size, f.SHA256) }

// outcome is what the worker has made of a photo.
type outcome struct {
	likeness  []byte
	boxes     []Box
	faces     int // -1: none were looked for
	problem   Problem
	rendition Rendition
	files     []File
}

// prepared writes what came of a photo, unless somebody was faster.
func (s *Photos) prepared(ctx context.Context, tx PhotoTx, m outbox.Message, o outcome) error {
	now := s.Clock()
	d, err := tx.PhotoDossier(ctx, id.Photo{UUID: m.Subject}, id.Person{}, now)
	if err != nil {
		return err
	}
	batch := new(workflow.Batch).Done(m.ID)
	if d.Photo.Status != workflow.Preparing || d.Photo.Version != m.Version {
		return workflow.Commit(ctx, tx, batch)
	}
	c := workflow.Command{Action: workflow.Prepare, Actor: actor.Clock(m.Tenant, string(m.Kind)), Version: m.Version}
	if o.problem != "" {
		c.Action = workflow.Spoil
	}
	change, err := workflow.PhotoTable.Decide(d.subject(), d.facts(), c, now)
	if err != nil {
		return err
	}
	if err := tx.PutPrepared(ctx, d.Photo.ID, o.likeness, o.faces, o.problem); err != nil {
		return err
	}
	if o.problem == Infected {
		if err := tx.ForgetOriginal(ctx, d.Photo.ID); err != nil {
			return err
		}
	}
	if o.problem == "" {
		if err := tx.PutRendition(ctx, d.Photo.ID, o.rendition, o.files, now); err != nil {
			return err
		}
		if err := tx.PutDepictions(ctx, d.Photo.ID, named(boxed(d.Photo.ID, o.boxes), d.Depictions)); err != nil {
			return err
		}
	}
	if err := workflow.Commit(ctx, tx, batch.Photo(change)); err != nil {
		return err
	}
	return s.likened(ctx, tx, d, o.likeness, m)
}

// boxed makes depictions of the boxes that the machine found, of which nothing is said yet.
func boxed(photo id.Photo, boxes []Box) []Depiction {
	list := make([]Depiction, len(boxes))
	for i, box := range boxes {
		list[i] = Depiction{ID: id.New[id.Depiction](), Photo: photo, Found: true, Box: box, Media: []Medium{Image}}
	}
	return list
}

// Review carries out what follows when it was said anew who is in a photo, when somebody
// in it has said no, or when it was held: what is to be blurred is, in a rendition that
// texts may show from now on (R32); near-duplicates of what is held are held; and what
// waits for the photo is looked at again. Repeating it is safe.
func (s *Photos) Review(ctx context.Context, m outbox.Message) error {
	d, err := s.snapshot(ctx, m)
	if errors.Is(err, directory.ErrNotFound) {
		return s.done(ctx, m)
	}
	if err != nil {
		return err
	}
	var made *rendered
	if d.Photo.Original != "" && !d.Photo.Current.IsZero() {
		if made, err = s.render(ctx, m.Tenant, d); err != nil {
			return err
		}
	}
	if err := s.maskTwins(ctx, m, d); err != nil {
		return err
	}
	erased := false
	err = s.InTx(ctx, m.Tenant, func(tx PhotoTx) (err error) {
		if made != nil {
			erased, err = made.put(ctx, tx, d.Photo.ID, s.Clock())
		}
		if err == nil {
			err = s.goOn(ctx, tx, m)
		}
		if err != nil {
			return err
		}
		return workflow.Commit(ctx, tx, new(workflow.Batch).Done(m.ID))
	})
	if err == nil && erased {
		for _, file := range made.files {
			s.discard(ctx, file.Name)
		}
	}
	return err
}

// goOn promises that every revision which waits for the photo is looked at again.
func (s *Photos) goOn(ctx context.Context, tx PhotoTx, m outbox.Message) error {
	waiting, err := tx.UsesOf(ctx, []id.Photo{{UUID: m.Subject}})
	if err != nil {
		return err
	}
	for _, w := range waiting {
		err := tx.Emit(ctx, outbox.Message{
			Tenant: m.Tenant, Kind: outbox.CheckClearance, Subject: w.Revision.UUID, Version: w.Version, Due: s.Clock(),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// rendered is the rendition that a photo should have as its current one.
type rendered struct {
	Rendition
	files []File // nil: it is there already
}

// put writes it, unless the photo was erased while it was drawn: nothing of that comes back.
func (r *rendered) put(ctx context.Context, tx PhotoTx, photo id.Photo, now time.Time) (erased bool, err error) {
	d, err := tx.PhotoDossier(ctx, photo, id.Person{}, now)
	switch {
	case err != nil:
		return false, err
	case d.Photo.Original == "":
		return true, nil
	case r.files == nil:
		return false, tx.SetCurrent(ctx, photo, r.ID)
	}
	return false, tx.PutRendition(ctx, photo, r.Rendition, r.files, now)
}

// render finds or makes the rendition in which those are blurred who are to be, and those
// who have said no. It is nil where the current one is that already.
func (s *Photos) render(ctx context.Context, tenant id.Tenant, d PhotoDossier) (*rendered, error) {
	var declined []id.Person
	err := s.InTx(ctx, tenant, func(tx PhotoTx) (err error) {
		declined, err = tx.Declined(ctx, d.Photo.ID, s.Clock())
		return err
	})
	if err != nil {
		return nil, err
	}
	var blurred []id.Depiction
	var boxes []Box
	for _, depiction := range d.Depictions {
		no := depiction.Outcome == IsPerson && slices.Contains(declined, depiction.Person)
		if !depiction.Box.IsZero() && (depiction.Outcome == ToBlur || no) {
			blurred, boxes = append(blurred, depiction.ID), append(boxes, depiction.Box)
		}
	}
	for _, r := range d.Renditions {
		if sameIDs(r.Blurred, blurred) {
			if r.ID == d.Photo.Current {
				return nil, nil //nolint:nilnil // nothing to change, and nothing wrong
			}
			return &rendered{Rendition: r}, nil
		}
	}
	data, err := s.read(ctx, d.Photo.Original)
	if err != nil {
		return nil, err
	}
	_, maxPixels := limits(d.House.Values)
	pictures, err := s.Imaging.Blur(ctx, data, maxPixels, boxes)
	if err != nil {
		return nil, fmt.Errorf("blur photo %s: %w", d.Photo.ID, err)
	}
	rendition, files, err := s.keep(ctx, d.Photo.ID, blurred, pictures)
	return &rendered{rendition, files}, err
}

func sameIDs(a, b []id.Depiction) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(one id.Depiction) bool { return !slices.Contains(b, one) })
}

// keep puts derived pictures into the store, under names that nothing speaks of until the
// rendition is written.
func (s *Photos) keep(ctx context.Context, photo id.Photo, blurred []id.Depiction, pictures []Drawn) (Rendition, []File, error) {
	r := Rendition{ID: id.New[id.Rendition](), Blurred: blurred}
	sum := sha256.New()
	var files []File
	for _, p := range pictures {
		file := File{
			Size: p.Size, Name: "photos/" + photo.String() + "/" + r.ID.String() + "/" + string(p.Size),
			Bytes: int64(len(p.JPEG)), Width: p.Width, Height: p.Height, SHA256: sha256.Sum256(p.JPEG),
		}
		if err := s.Files.Put(ctx, file.Name, bytes.NewReader(p.JPEG)); err != nil {
			return Rendition{}, nil, fmt.Errorf("keep a picture of %s: %w", photo, err)
		}
		sum.Write(file.line())
		files = append(files, file)
	}
	sum.Sum(r.Hash[:0])
	return r, files, nil
}

// snapshot reads the photo that a message is about, for the worker.
func (s *Photos) snapshot(ctx context.Context, m outbox.Message) (PhotoDossier, error) {
	var d PhotoDossier
	err := s.InTx(ctx, m.Tenant, func(tx PhotoTx) (err error) {
		d, err = tx.PhotoDossier(ctx, id.Photo{UUID: m.Subject}, id.Person{}, s.Clock())
		return err
	})
	return d, err
}

// done ends a message that has nothing left to do.
func (s *Photos) done(ctx context.Context, m outbox.Message) error {
	return s.InTx(ctx, m.Tenant, func(tx PhotoTx) error {
		return workflow.Commit(ctx, tx, new(workflow.Batch).Done(m.ID))
	})
}

func (s *Photos) read(ctx context.Context, name string) ([]byte, error) {
	file, err := s.Files.Get(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	defer file.Close()
	data, err := io.ReadAll(file)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return data, nil
}
