package imageconsent

import (
	"context"
	"errors"
	"fmt"
	"image"

	"golang.org/x/sync/semaphore"

	"imprimatur/internal/imaging"
)

// Developer does with internal/imaging what is done to the bytes of pictures. A decoded
// picture is large, so that only so many are in memory at once, however many come.
type Developer struct{ room *semaphore.Weighted }

var _ Imaging = (*Developer)(nil)

// NewDeveloper returns a Developer that holds at most so many decoded pictures at once.
func NewDeveloper(atOnce int) *Developer {
	return &Developer{semaphore.NewWeighted(int64(max(1, atOnce)))}
}

// Inspect reads type and size without decoding.
func (*Developer) Inspect(data []byte, maxBytes, maxPixels int) (Seen, error) {
	info, err := imaging.Inspect(data, imaging.Limits{MaxBytes: maxBytes, MaxPixels: maxPixels})
	if err != nil {
		return Seen{}, problem(err)
	}
	return Seen{string(info.Format), info.Width, info.Height, info.Taken}, nil
}

// Prepare derives the plain pictures, finds faces and takes the likeness.
func (d *Developer) Prepare(ctx context.Context, data []byte, maxPixels int) (Prepared, error) {
	var p Prepared
	err := d.decoded(ctx, data, maxPixels, func(img *image.RGBA) (err error) {
		for _, box := range imaging.Faces(img) {
			p.Boxes = append(p.Boxes, Box{box.X, box.Y, box.W, box.H})
		}
		likeness, err := imaging.LikenessOf(img)
		if err != nil {
			return err
		}
		p.Likeness = likeness.Bytes()
		p.Pictures, err = derive(img)
		return err
	})
	return p, err
}

// Blur derives the pictures with these boxes blurred.
func (d *Developer) Blur(ctx context.Context, data []byte, maxPixels int, boxes []Box) ([]Drawn, error) {
	var drawn []Drawn
	err := d.decoded(ctx, data, maxPixels, func(img *image.RGBA) (err error) {
		heads := make([]imaging.Box, len(boxes))
		for i, box := range boxes {
			heads[i] = imaging.Box{X: box.X, Y: box.Y, W: min(box.Width, 1-box.X), H: min(box.Height, 1-box.Y)}
		}
		if err := imaging.Blur(img, heads); err != nil {
			return err
		}
		drawn, err = derive(img)
		return err
	})
	return drawn, err
}

// decoded gives a decoded picture to do, in its turn.
func (d *Developer) decoded(ctx context.Context, data []byte, maxPixels int, do func(*image.RGBA) error) error {
	if err := d.room.Acquire(ctx, 1); err != nil {
		return fmt.Errorf("wait for room: %w", err)
	}
	defer d.room.Release(1)
	img, err := imaging.Decode(data, imaging.Limits{MaxBytes: len(data), MaxPixels: maxPixels})
	if err != nil {
		return problem(err)
	}
	return do(img)
}

func derive(img *image.RGBA) ([]Drawn, error) {
	all, err := imaging.Derive(img)
	if err != nil {
		return nil, err
	}
	drawn := make([]Drawn, len(all))
	for i, one := range all {
		drawn[i] = Drawn{Size(one.Size), one.Width, one.Height, one.JPEG}
	}
	return drawn, nil
}

// Alike reports whether two likenesses are of the same picture.
func (*Developer) Alike(a, b []byte) bool {
	one, errOne := imaging.ParseLikeness(a)
	other, errOther := imaging.ParseLikeness(b)
	return errOne == nil && errOther == nil && one.Near(other)
}

// problem says what is wrong with a file in the words of this package, where somebody
// can do something about it.
func problem(err error) error {
	for is, code := range map[error]Problem{
		imaging.ErrUnknownType: UnknownType, imaging.ErrUnsupported: Unsupported, imaging.ErrTooManyBytes: TooManyBytes,
		imaging.ErrTooManyPixels: TooManyPixels, imaging.ErrTooManyFrames: TooManyPixels, imaging.ErrCorrupt: Damaged,
		imaging.ErrTooSlow: Damaged, imaging.ErrPolyglot: SomethingElse,
	} {
		if errors.Is(err, is) {
			return &ProblemError{code, err}
		}
	}
	return err
}
