package imaging

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"math/bits"

	"github.com/corona10/goimagehash"
)

// Fingerprint is what a picture, or a part of one, looks like, in 128 bits: a perceptual
// hash (its low frequencies) and a difference hash (where it gets brighter).
type Fingerprint struct {
	Perceptual, Difference uint64
}

// Likeness is what a picture looks like, so that copies of it are known again that were
// resized, retouched, mirrored or cropped. It tells pictures that look alike, not persons,
// and no picture can be made of it.
type Likeness struct {
	Whole    Fingerprint
	Mirrored Fingerprint                  // the whole, from left to right
	Parts    [partsOfLikeness]Fingerprint // what crops leave: of each size, from corner to corner
}

// ErrLikeness is bytes that are no likeness.
var ErrLikeness = errors.New("not a likeness")

// LikenessBytes is how many bytes a likeness takes.
const LikenessBytes = (2 + partsOfLikeness) * fingerprintBytes

const (
	fingerprintBytes = 16
	fingerprintSide  = 256 // what a picture is scaled down to first
	// NearDuplicate is the Distance up to which two pictures are taken for the same
	// one. Measured (docs/performance.md): copies resized, recompressed, brightened,
	// mirrored, turned by 2°, captioned, or cropped by up to 15 % stay below it, other
	// pictures above.
	NearDuplicate = 20
)

// The parts are as large as these percentages of the whole, each at partsAcross × partsAcross
// places from one side to the other.
const (
	partsAcross     = 3
	partsOfLikeness = 3 * partsAcross * partsAcross
)

var partPercent = [...]int{95, 90, 85}

// LikenessOf computes the likeness of a decoded picture.
func LikenessOf(img *image.RGBA) (Likeness, error) {
	small := fit(img, fingerprintSide)
	var l Likeness
	var err error
	if l.Whole, err = fingerprintOf(small); err != nil {
		return l, err
	}
	if l.Mirrored, err = fingerprintOf(mirrored(small)); err != nil {
		return l, err
	}
	for i, part := range parts(small.Rect) {
		if l.Parts[i], err = fingerprintOf(small.SubImage(part)); err != nil {
			return l, err
		}
	}
	return l, nil
}

func fingerprintOf(img image.Image) (Fingerprint, error) {
	p, err := goimagehash.PerceptionHash(img)
	if err != nil {
		return Fingerprint{}, fmt.Errorf("perceptual hash: %w", err)
	}
	d, err := goimagehash.DifferenceHash(img)
	if err != nil {
		return Fingerprint{}, fmt.Errorf("difference hash: %w", err)
	}
	return Fingerprint{p.GetHash(), d.GetHash()}, nil
}

// parts are what a likeness looks at besides the whole; of next to nothing, all of it.
func parts(whole image.Rectangle) [partsOfLikeness]image.Rectangle {
	var list [partsOfLikeness]image.Rectangle
	for i := range list {
		percent, place := partPercent[i/(partsAcross*partsAcross)], i%(partsAcross*partsAcross)
		size := image.Pt(max(1, whole.Dx()*percent/100), max(1, whole.Dy()*percent/100))
		rest := whole.Size().Sub(size)
		at := whole.Min.Add(image.Pt(rest.X*(place%partsAcross)/(partsAcross-1), rest.Y*(place/partsAcross)/(partsAcross-1)))
		list[i] = image.Rectangle{at, at.Add(size)}
	}
	return list
}

// mirrored is the picture from left to right.
func mirrored(img *image.RGBA) *image.RGBA {
	out := image.NewRGBA(img.Rect)
	for y := range img.Rect.Dy() {
		row, to := img.Pix[y*img.Stride:], out.Pix[y*out.Stride:]
		for x, last := 0, img.Rect.Dx()-1; x <= last; x++ {
			copy(to[4*x:4*x+4], row[4*(last-x):])
		}
	}
	return out
}

// Distance is in how many of the 128 bits two fingerprints differ. Pictures that
// have nothing to do with each other differ in about 64.
func (f Fingerprint) Distance(other Fingerprint) int {
	return bits.OnesCount64(f.Perceptual^other.Perceptual) + bits.OnesCount64(f.Difference^other.Difference)
}

// Distance is the least between one whole picture, mirrored or not, and the other or a part
// of it. Parts are not compared with parts, which may show the same by chance.
func (l Likeness) Distance(other Likeness) int {
	nearest := min(l.Whole.Distance(other.Whole), l.Mirrored.Distance(other.Whole))
	for i := range l.Parts {
		nearest = min(nearest, l.Whole.Distance(other.Parts[i]), l.Mirrored.Distance(other.Parts[i]),
			other.Whole.Distance(l.Parts[i]), other.Mirrored.Distance(l.Parts[i]))
	}
	return nearest
}

// Near reports whether two likenesses are taken to be of the same picture.
func (l Likeness) Near(other Likeness) bool { return l.Distance(other) <= NearDuplicate }

// Bytes is the likeness as LikenessBytes bytes.
func (l Likeness) Bytes() []byte {
	data := make([]byte, 0, LikenessBytes)
	for _, f := range append([]Fingerprint{l.Whole, l.Mirrored}, l.Parts[:]...) {
		data = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(data, f.Perceptual), f.Difference)
	}
	return data
}

// ParseLikeness reads what Bytes wrote; ErrLikeness for anything else.
func ParseLikeness(data []byte) (Likeness, error) {
	if len(data) != LikenessBytes {
		return Likeness{}, fmt.Errorf("%w: %d bytes", ErrLikeness, len(data))
	}
	next := func() Fingerprint {
		f := Fingerprint{binary.BigEndian.Uint64(data), binary.BigEndian.Uint64(data[8:])}
		data = data[fingerprintBytes:]
		return f
	}
	l := Likeness{Whole: next(), Mirrored: next()}
	for i := range l.Parts {
		l.Parts[i] = next()
	}
	return l, nil
}
