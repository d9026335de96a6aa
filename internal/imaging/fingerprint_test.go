package imaging

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"testing"
)

func fingerprint(t testing.TB, img *image.RGBA) Fingerprint {
	t.Helper()
	f, err := FingerprintOf(img)
	if err != nil {
		t.Fatal(err)
	}
	return f
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

func cropped(img *image.RGBA, percent int) *image.RGBA {
	dx, dy := img.Rect.Dx()*percent/100, img.Rect.Dy()*percent/100
	out := image.NewRGBA(image.Rect(0, 0, img.Rect.Dx()-dx, img.Rect.Dy()-dy))
	draw.Draw(out, out.Rect, img, image.Pt(dx/2, dy/2), draw.Src)
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
		original := fingerprint(t, img)
		copies := map[string]*image.RGBA{
			"half as large": fit(img, 256), "twice as large": scale(img, 2*img.Rect.Dx(), 2*img.Rect.Dy()),
			"a thumbnail": fit(img, 96), "another shape": scale(img, img.Rect.Dx(), img.Rect.Dy()*9/10),
			"JPEG at 30": again(t, img, 30), "JPEG at 10, thumbnail": again(t, fit(img, 160), 10),
			"brighter": pixelwise(img, func(b byte) byte { return byte(min(255, int(b)*12/10+10)) }),
			"darker":   pixelwise(img, func(b byte) byte { return byte(int(b) * 7 / 10) }),
			"softer":   pixelwise(img, func(b byte) byte { return byte(64 + int(b)/2) }),
			"cropped":  cropped(img, 3), "captioned": captioned(img), "blurred face": blurred(t, img, face),
		}
		for change, c := range copies {
			d := original.Distance(fingerprint(t, c))
			t.Logf("%s %s: %d", name, change, d)
			if !original.Near(fingerprint(t, c), NearDuplicate) {
				t.Errorf("%s %s: distance %d", name, change, d)
			}
		}
	}
}

func TestOtherPicturesAreFar(t *testing.T) {
	t.Parallel()
	astronaut, rocket := decoded(t, readFile(t, samples, "astronaut.png")), decoded(t, readFile(t, samples, "rocket.jpg"))
	all := []*image.RGBA{astronaut, rocket, corners(), gradient(400, 300), cropped(astronaut, 60), cropped(rocket, 60)}
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
	for i, a := range all {
		for _, b := range all[i+1:] {
			nearest = min(nearest, fingerprint(t, a).Distance(fingerprint(t, b)))
		}
	}
	t.Logf("the nearest of %d pictures are %d apart", len(all), nearest)
	if nearest <= NearDuplicate {
		t.Errorf("two different pictures are %d apart", nearest)
	}
}

func TestFingerprintText(t *testing.T) {
	t.Parallel()
	f := Fingerprint{0x0123456789abcdef, 0xfedcba9876543210}
	if got, err := ParseFingerprint(f.String()); err != nil || got != f || f.String() != "0123456789abcdeffedcba9876543210" {
		t.Errorf("%s: %v, %v", f, got, err)
	}
	for _, text := range []string{"", "12", f.String() + "00", "z" + f.String()[1:]} {
		if _, err := ParseFingerprint(text); !errors.Is(err, ErrFingerprint) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if d := f.Distance(Fingerprint{^f.Perceptual, ^f.Difference}); d != 128 {
		t.Errorf("opposites are %d apart", d)
	}
}

func TestFingerprintOfAlmostNothing(t *testing.T) {
	t.Parallel()
	dot := image.NewRGBA(image.Rect(0, 0, 1, 1))
	dot.Set(0, 0, color.White)
	fingerprint(t, dot)
}
