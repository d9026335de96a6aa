package imaging

import (
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"math/bits"

	"github.com/corona10/goimagehash"
)

// Fingerprint is what a picture looks like, in 128 bits: a perceptual hash (its
// low frequencies) and a difference hash (where it gets brighter). It tells
// pictures that look alike, not persons, and no picture can be made of it.
type Fingerprint struct {
	Perceptual, Difference uint64
}

// ErrFingerprint is text that is no fingerprint.
var ErrFingerprint = errors.New("not a fingerprint")

const (
	fingerprintSide = 256 // what a picture is scaled down to first
	// NearDuplicate is the Distance up to which two pictures are taken for the same
	// one. Measured (docs/performance.md): copies resized, recompressed, brightened,
	// cropped by 3 % or captioned stay below it, other pictures above.
	NearDuplicate = 20
)

// FingerprintOf computes the fingerprint of a decoded picture.
func FingerprintOf(img *image.RGBA) (Fingerprint, error) {
	small := fit(img, fingerprintSide)
	p, err := goimagehash.PerceptionHash(small)
	if err != nil {
		return Fingerprint{}, fmt.Errorf("perceptual hash: %w", err)
	}
	d, err := goimagehash.DifferenceHash(small)
	if err != nil {
		return Fingerprint{}, fmt.Errorf("difference hash: %w", err)
	}
	return Fingerprint{p.GetHash(), d.GetHash()}, nil
}

// Distance is in how many of the 128 bits two fingerprints differ. Pictures that
// have nothing to do with each other differ in about 64.
func (f Fingerprint) Distance(other Fingerprint) int {
	return bits.OnesCount64(f.Perceptual^other.Perceptual) + bits.OnesCount64(f.Difference^other.Difference)
}

// Near reports whether the distance is the threshold or less.
func (f Fingerprint) Near(other Fingerprint, threshold int) bool {
	return f.Distance(other) <= threshold
}

// String is the fingerprint as 32 hexadecimal digits.
func (f Fingerprint) String() string {
	return fmt.Sprintf("%016x%016x", f.Perceptual, f.Difference)
}

// ParseFingerprint reads what String wrote; ErrFingerprint for anything else.
func ParseFingerprint(s string) (Fingerprint, error) {
	raw, err := hex.DecodeString(s)
	if err != nil || len(raw) != 16 {
		return Fingerprint{}, fmt.Errorf("%w: %q", ErrFingerprint, s)
	}
	c := &cursor{data: raw}
	word := func() uint64 { high := c.be32(); return uint64(high)<<32 | uint64(c.be32()) }
	return Fingerprint{Perceptual: word(), Difference: word()}, nil
}
