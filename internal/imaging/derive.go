package imaging

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	"image/jpeg"
)

// Size names a derivative.
type Size string

// The derivatives, by what they are for.
const (
	Thumbnail Size = "thumbnail" // lists
	Standard  Size = "standard"  // the page
	Double    Size = "double"    // the page on a screen with two pixels for one
)

// sizes say how long the longest side may be and how good the JPEG is. The double
// is shown at half its size, where nobody sees what its quality leaves out.
var sizes = []struct {
	size          Size
	side, quality int
}{
	{Double, 3200, 72},
	{Standard, 1600, 82},
	{Thumbnail, 320, 80},
}

// Derivative is a picture to be published: a JPEG that holds pixels and nothing
// else.
type Derivative struct {
	Size          Size
	Width, Height int
	JPEG          []byte
	SHA256        [sha256.Size]byte // of JPEG
}

// Derive makes the derivatives, the largest first, each out of the one before.
// None is larger than the picture: a thumbnail and a standard are always made, a
// double only where it has more pixels than the standard. The same picture gives
// the same bytes.
func Derive(img *image.RGBA) ([]Derivative, error) {
	var all []Derivative
	for _, s := range sizes {
		if s.size == Double && max(img.Rect.Dx(), img.Rect.Dy()) <= sizes[1].side {
			continue
		}
		img = fit(img, s.side)
		var b bytes.Buffer
		if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: s.quality}); err != nil {
			return nil, fmt.Errorf("write the %s: %w", s.size, err)
		}
		all = append(all, Derivative{s.size, img.Rect.Dx(), img.Rect.Dy(), b.Bytes(), sha256.Sum256(b.Bytes())})
	}
	return all, nil
}
