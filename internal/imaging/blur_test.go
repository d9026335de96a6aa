package imaging

import (
	"bytes"
	"errors"
	"image"
	"image/draw"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// copyOf is another picture with the same pixels.
func copyOf(img *image.RGBA) *image.RGBA {
	c := image.NewRGBA(img.Rect)
	copy(c.Pix, img.Pix)
	return c
}

var face = Box{X: 0.33, Y: 0.105, W: 0.22, H: 0.22} // the astronaut's

func blurred(t testing.TB, img *image.RGBA, boxes ...Box) *image.RGBA {
	t.Helper()
	c := copyOf(img)
	if err := Blur(c, boxes); err != nil {
		t.Fatal(err)
	}
	return c
}

// within are the pixels of a part.
func within(img *image.RGBA, part image.Rectangle) []byte {
	c := image.NewRGBA(image.Rect(0, 0, part.Dx(), part.Dy()))
	draw.Draw(c, c.Rect, img, part.Min, draw.Src)
	return c.Pix
}

func TestBlurCoversTheHeadAndNothingElse(t *testing.T) {
	t.Parallel()
	img := decoded(t, readFile(t, samples, "astronaut.png"))
	got := blurred(t, img, face)
	head := face.head(img.Rect)
	// Her hair goes from 150 to 290, from 10 on; her chin is at 165.
	if covers := image.Rect(150, 15, 290, 170); !covers.In(head) {
		t.Errorf("the blur covers %v, the head is %v", head, covers)
	}
	if len(Faces(got)) > 0 {
		t.Error("a face is found in what was blurred")
	}
	for y := range 512 {
		for x := range 512 {
			if p := image.Pt(x, y); !p.In(head) && img.RGBAAt(x, y) != got.RGBAAt(x, y) {
				t.Fatalf("%v was changed", p)
			}
		}
	}
}

// All that is left of a head are its cells: the pixels are a function of them, and
// they have at most 8 values for each of 16 × 3.
func TestBlurKeepsFewBits(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		one := gradient(200, 300)
		for i := range one.Pix {
			if i%4 != 3 {
				one.Pix[i] = byte(rng.IntN(256))
			}
		}
		box := Box{rng.Float64() * 0.9, rng.Float64() * 0.9, 0.02 + rng.Float64()*0.5, 0.02 + rng.Float64()*0.5}
		head := box.head(one.Rect)
		left := means(one, head)
		for _, row := range left {
			for _, c := range row {
				for _, v := range c {
					if !slices.Contains([]int{0, 36, 72, 109, 145, 182, 218, 255}, v) {
						t.Fatalf("a level of %d", v)
					}
				}
			}
		}
		// Another picture, that has those cells and nothing else in common.
		other := gradient(200, 300)
		paint(other, head, left)
		if !bytes.Equal(within(blurred(t, one, box), head), within(other, head)) {
			t.Fatal("the blurred pixels depend on more than the cells")
		}
	}
}

// Two pictures of the same face differ, and two faces may not: what differs within
// a cell is gone.
func TestTwoFacesMayBlurAlike(t *testing.T) {
	t.Parallel()
	one, two := image.NewRGBA(image.Rect(0, 0, 160, 160)), image.NewRGBA(image.Rect(0, 0, 160, 160))
	box := Box{0.3, 0.4, 0.3, 0.3}
	head := box.head(one.Rect)
	for y := range 160 {
		for x := range 160 {
			one.Pix[one.PixOffset(x, y)] = byte(100 + 40*(x&1))    // stripes
			two.Pix[two.PixOffset(x, y)] = byte(100 + 40*(y>>1&1)) // across
		}
	}
	if !bytes.Equal(within(blurred(t, one, box), head), within(blurred(t, two, box), head)) {
		t.Error("texture shows through")
	}
}

func TestBlurNeedsBoxesWithinThePicture(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for _, b := range []Box{{}, {0, 0, 0, 1}, {-0.1, 0, 1, 1}, {1, 0, 1, 1}, {0, 1, 1, 1}, {nan, 0, 1, 1}, {0, 0, nan, 1}, {0, 0, math.Inf(1), 1}, {0, 0, 2, 1}} {
		img := gradient(40, 40)
		if err := Blur(img, []Box{face, b}); !errors.Is(err, ErrBox) {
			t.Errorf("%+v: %v, want ErrBox", b, err)
		}
		if !bytes.Equal(img.Pix, gradient(40, 40).Pix) {
			t.Errorf("%+v: the picture was touched", b)
		}
	}
	for _, b := range []Box{{0, 0, 1, 1}, {0.999, 0.999, 1e-9, 1e-9}, {0.5, 0.5, 1, 1}} {
		img := gradient(7, 5)
		if err := Blur(img, []Box{b}); err != nil || bytes.Equal(img.Pix, gradient(7, 5).Pix) {
			t.Errorf("%+v: %v, or nothing was blurred", b, err)
		}
	}
}
