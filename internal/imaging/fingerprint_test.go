package imaging

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math"
	"strconv"
	"testing"
)

func likeness(t testing.TB, img *image.RGBA) Likeness {
	t.Helper()
	l, err := LikenessOf(img)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func pixelwise(img *image.RGBA, change func(byte) byte) *image.RGBA {
	out := copyOf(img)
	for i := range out.Pix {
		if i%4 != 3 {
			out.Pix[i] = change(out.Pix[i])
		}
	}
	return out
}

// cropped is what a crop leaves that takes so much of each side's length, from the middle.
func cropped(img *image.RGBA, percent int) *image.RGBA { return croppedAt(img, percent, 1, 1) }

// croppedAt has what is left lie from the left to the right, and from top to bottom, in
// halves of the way.
func croppedAt(img *image.RGBA, percent, across, down int) *image.RGBA {
	dx, dy := img.Rect.Dx()*percent/100, img.Rect.Dy()*percent/100
	out := image.NewRGBA(image.Rect(0, 0, img.Rect.Dx()-dx, img.Rect.Dy()-dy))
	draw.Draw(out, out.Rect, img, image.Pt(dx*across/2, dy*down/2), draw.Src)
	return out
}

// turned is the picture turned around its middle, its edges drawn out.
func turned(img *image.RGBA, degrees float64) *image.RGBA {
	out := image.NewRGBA(img.Rect)
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	w, h := img.Rect.Dx(), img.Rect.Dy()
	for y := range h {
		for x := range w {
			dx, dy := float64(x-w/2), float64(y-h/2)
			out.SetRGBA(x, y, img.RGBAAt(min(max(int(cos*dx-sin*dy)+w/2, 0), w-1), min(max(int(sin*dx+cos*dy)+h/2, 0), h-1)))
		}
	}
	return out
}

// captioned has a white band with marks in it, as tall as a line of text.
func captioned(img *image.RGBA) *image.RGBA {
	out := copyOf(img)
	w, h := img.Rect.Dx(), img.Rect.Dy()
	band := image.Rect(w/10, h*9/10, w*6/10, h*9/10+h/20)
	draw.Draw(out, band, image.White, image.Point{}, draw.Src)
	for x := band.Min.X; x < band.Max.X; x += h / 40 {
		draw.Draw(out, image.Rect(x, band.Min.Y+2, x+h/80, band.Max.Y-2), image.Black, image.Point{}, draw.Src)
	}
	return out
}

func again(t testing.TB, img *image.RGBA, quality int) *image.RGBA {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return decoded(t, b.Bytes())
}

func TestNearDuplicatesAreNear(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"astronaut.png", "rocket.jpg"} {
		img := decoded(t, readFile(t, samples, name))
		original := likeness(t, img)
		copies := map[string]*image.RGBA{
			"half as large": fit(img, 256), "twice as large": scale(img, 2*img.Rect.Dx(), 2*img.Rect.Dy()),
			"a thumbnail": fit(img, 96), "another shape": scale(img, img.Rect.Dx(), img.Rect.Dy()*9/10),
			"JPEG at 30": again(t, img, 30), "JPEG at 10, thumbnail": again(t, fit(img, 160), 10),
			"brighter":  pixelwise(img, func(b byte) byte { return byte(min(255, int(b)*12/10+10)) }),
			"darker":    pixelwise(img, func(b byte) byte { return byte(int(b) * 7 / 10) }),
			"softer":    pixelwise(img, func(b byte) byte { return byte(64 + int(b)/2) }),
			"captioned": captioned(img), "blurred face": blurred(t, img, face),
			"mirrored": mirrored(img), "mirrored and cropped": mirrored(cropped(img, 10)), "turned a little": turned(img, 2),
			"cropped at the side": croppedAt(img, 12, 2, 1), "cropped and recompressed": again(t, fit(cropped(img, 10), 400), 40),
		}
		for _, percent := range []int{3, 5, 10, 15} {
			copies["cropped by "+strconv.Itoa(percent)+" %"] = cropped(img, percent)
			for place := range 4 {
				copies["cropped by "+strconv.Itoa(percent)+" %, in corner "+strconv.Itoa(place)] = croppedAt(img, percent, place%2*2, place/2*2)
			}
		}
		for change, c := range copies {
			copied := likeness(t, c)
			d := original.Distance(copied)
			t.Logf("%s %s: %d", name, change, d)
			if !original.Near(copied) || d != copied.Distance(original) {
				t.Errorf("%s %s: distance %d", name, change, d)
			}
		}
	}
}

func TestOtherPicturesAreFar(t *testing.T) {
	t.Parallel()
	astronaut, rocket := decoded(t, readFile(t, samples, "astronaut.png")), decoded(t, readFile(t, samples, "rocket.jpg"))
	all := []*image.RGBA{astronaut, rocket, corners(), gradient(400, 300), cropped(rocket, 60)}
	quarter := func(img *image.RGBA, i int) *image.RGBA {
		w, h := img.Rect.Dx()/3, img.Rect.Dy()/3
		out := image.NewRGBA(image.Rect(0, 0, w, h))
		draw.Draw(out, out.Rect, img, image.Pt(i%3*w, i/3*h), draw.Src)
		return out
	}
	for i := range 9 {
		all = append(all, quarter(astronaut, i))
	}
	nearest := 128
	likenesses := make([]Likeness, len(all))
	for i, a := range all {
		likenesses[i] = likeness(t, a)
		for _, b := range likenesses[:i] {
			nearest = min(nearest, likenesses[i].Distance(b))
		}
	}
	t.Logf("the nearest of %d pictures are %d apart", len(all), nearest)
	if nearest <= NearDuplicate {
		t.Errorf("two different pictures are %d apart", nearest)
	}
}

func TestLikenessBytes(t *testing.T) {
	t.Parallel()
	l := likeness(t, gradient(40, 30))
	data := l.Bytes()
	if got, err := ParseLikeness(data); err != nil || got != l || len(data) != LikenessBytes {
		t.Errorf("%d bytes: %v, %v", len(data), got, err)
	}
	for _, bytes := range [][]byte{nil, data[1:], append(data, 0), make([]byte, 16)} {
		if _, err := ParseLikeness(bytes); !errors.Is(err, ErrLikeness) {
			t.Errorf("%d bytes: %v", len(bytes), err)
		}
	}
	if d := (Fingerprint{}).Distance(Fingerprint{^uint64(0), ^uint64(0)}); d != 128 {
		t.Errorf("opposites are %d apart", d)
	}
}

func TestLikenessOfAlmostNothing(t *testing.T) {
	t.Parallel()
	for _, size := range []image.Rectangle{image.Rect(0, 0, 1, 1), image.Rect(0, 0, 1, 9), image.Rect(0, 0, 5000, 1)} {
		dot := image.NewRGBA(size)
		dot.Set(0, 0, color.White)
		likeness(t, dot)
	}
}
