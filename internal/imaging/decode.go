package imaging

import (
	"errors"
	"fmt"
	"image"
	"image/draw"
)

// decoder decodes what a survey has walked. Its errors need not be ours.
type decoder func([]byte, survey) (image.Image, error)

// stripRows is how many rows are turned at a time.
const stripRows = 64

// Decode inspects a picture and decodes it: its first frame, upright, in sRGB, on
// white where it was transparent, with nothing left of its metadata. The errors
// are those of Inspect; whatever a decoder refuses, or panics at, is ErrCorrupt,
// and ErrUnsupported where it says so. HEIC alone may be ErrTooSlow.
func Decode(data []byte, limits Limits) (*image.RGBA, error) {
	info, s, decode, err := inspect(data, limits)
	if err != nil {
		return nil, err
	}
	img, err := guarded(decode, data, s)
	if err != nil {
		return nil, fmt.Errorf("decode %s: %w", info.Format, err)
	}
	return upright(img, info, colours(s.profile)), nil
}

// guarded runs a decoder, which may panic on what nobody thought of, and holds its
// picture against the size that was judged.
func guarded(decode decoder, data []byte, s survey) (img image.Image, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			img, err = nil, corrupt("%v", cause)
		}
	}()
	img, err = decode(data, s)
	switch {
	case errors.Is(err, ErrUnsupported) || errors.Is(err, ErrCorrupt) || errors.Is(err, ErrTooSlow):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	case img.Bounds().Dx() != s.width || img.Bounds().Dy() != s.height:
		return nil, corrupt("it is %v and says %d × %d", img.Bounds(), s.width, s.height)
	}
	return img, nil
}

// upright copies a picture strip by strip, so that there are never more than two
// of it: onto white, into sRGB, turned as EXIF says.
func upright(img image.Image, info Info, convert func([]byte)) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, info.Width, info.Height))
	bounds := img.Bounds()
	strip := image.NewRGBA(image.Rect(0, 0, bounds.Dx(), stripRows))
	for y := 0; y < bounds.Dy(); y += stripRows {
		rows := min(stripRows, bounds.Dy()-y)
		part := image.Rect(0, 0, bounds.Dx(), rows)
		draw.Draw(strip, part, image.White, image.Point{}, draw.Src)
		draw.Draw(strip, part, img, bounds.Min.Add(image.Pt(0, y)), draw.Over)
		convert(strip.Pix[:rows*strip.Stride])
		turn(out, strip, info.Orientation, y, rows, bounds.Dy())
	}
	return out
}

// turn copies the rows of a strip, which begins at a row of the stored picture of
// that height, to where they are shown.
func turn(out, strip *image.RGBA, orientation, first, rows, height int) {
	width := strip.Rect.Dx()
	origin, right, down := axes(orientation, width, height)
	stepRight := right.X*4 + right.Y*out.Stride
	for y := range rows {
		from := strip.Pix[y*strip.Stride : y*strip.Stride+4*width]
		start := origin.Add(down.Mul(first + y))
		to := start.X*4 + start.Y*out.Stride
		if orientation <= 1 {
			copy(out.Pix[to:], from)
			continue
		}
		for x := 0; x < len(from); x += 4 {
			*(*[4]byte)(out.Pix[to:]) = *(*[4]byte)(from[x:])
			to += stepRight
		}
	}
}

// axes says, for an EXIF orientation of a picture stored with that size, where its
// first pixel is shown and which way its rows and columns run there.
func axes(orientation, width, height int) (origin, right, down image.Point) {
	w, h := width-1, height-1
	switch orientation {
	case 2:
		return image.Pt(w, 0), image.Pt(-1, 0), image.Pt(0, 1)
	case 3:
		return image.Pt(w, h), image.Pt(-1, 0), image.Pt(0, -1)
	case 4:
		return image.Pt(0, h), image.Pt(1, 0), image.Pt(0, -1)
	case 5:
		return image.Pt(0, 0), image.Pt(0, 1), image.Pt(1, 0)
	case 6:
		return image.Pt(h, 0), image.Pt(0, 1), image.Pt(-1, 0)
	case 7:
		return image.Pt(h, w), image.Pt(0, -1), image.Pt(-1, 0)
	case 8:
		return image.Pt(0, w), image.Pt(0, -1), image.Pt(1, 0)
	default:
		return image.Pt(0, 0), image.Pt(1, 0), image.Pt(0, 1)
	}
}
