package imageconsent

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"os"
	"testing"
)

// fourfold is the demo school's astronaut, large enough for every derivative.
func fourfold(t *testing.T) []byte {
	t.Helper()
	file, err := os.ReadFile("../internal/demo/pictures/astronaut.png")
	if err != nil {
		t.Fatal(err)
	}
	small, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	large := image.NewRGBA(image.Rect(0, 0, 4*small.Bounds().Dx(), 4*small.Bounds().Dy()))
	for y := range large.Rect.Dy() {
		for x := range large.Rect.Dx() {
			large.Set(x, y, small.At(x/4, y/4))
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, large); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// part is a box of a derived picture, in grey.
func part(t *testing.T, d Drawn, box Box) [][]float64 {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(d.JPEG))
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]float64
	for y := int(box.Y * float64(d.Height)); y < int((box.Y+box.Height)*float64(d.Height)); y++ {
		var row []float64
		for x := int(box.X * float64(d.Width)); x < int((box.X+box.Width)*float64(d.Width)); x++ {
			r, g, b, _ := img.At(x, y).RGBA()
			row = append(row, float64(r+g+b)/3/257)
		}
		rows = append(rows, row)
	}
	return rows
}

// apart is how far two parts are from each other, a pixel.
func apart(one, other [][]float64) float64 {
	sum, n := 0.0, 0
	for y := range one {
		for x := range one[y] {
			sum, n = sum+max(one[y][x]-other[y][x], other[y][x]-one[y][x]), n+1
		}
	}
	return sum / float64(n)
}

// Every size that comes of a picture with a blurred face has none of the face, and all of
// the rest.
func TestEveryDerivativeIsBlurred(t *testing.T) {
	t.Parallel()
	data, d := fourfold(t), NewDeveloper(1)
	face, shuttle := Box{0.33, 0.105, 0.22, 0.22}, Box{0.75, 0.1, 0.2, 0.3}
	plain, err := d.Blur(t.Context(), data, 50_000_000, nil)
	if err != nil {
		t.Fatal(err)
	}
	hidden, err := d.Blur(t.Context(), data, 50_000_000, []Box{face})
	if err != nil || len(hidden) != 3 || len(plain) != len(hidden) {
		t.Fatalf("%d of %d pictures, %v", len(hidden), len(plain), err)
	}
	for i, h := range hidden {
		p := plain[i]
		if far := apart(part(t, p, face), part(t, h, face)); far < 30 {
			t.Errorf("%s: the face is %.1f from what it was", h.Size, far)
		}
		if far := apart(part(t, p, shuttle), part(t, h, shuttle)); far > 1 {
			t.Errorf("%s: the rest is %.1f from what it was", h.Size, far)
		}
	}
}
