package imaging

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"testing"

	"github.com/gen2brain/heic"
)

// corners are four patches whose colours say which corner they are.
func corners() *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, 96, 64))
	for i, c := range []color.RGBA{{220, 0, 0, 255}, {0, 200, 0, 255}, {0, 0, 220, 255}, {230, 230, 0, 255}} {
		x, y := i%2*48, i/2*32
		draw.Draw(img, image.Rect(x, y, x+48, y+32), image.NewUniform(c), image.Point{}, draw.Src)
	}
	return img
}

// seen names the corners of a picture from the top left, row by row.
func seen(img *image.RGBA) string {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	var names []byte
	for _, p := range []image.Point{{10, 10}, {w - 10, 10}, {10, h - 10}, {w - 10, h - 10}} {
		switch c := img.RGBAAt(p.X, p.Y); {
		case c.R > 150 && c.G > 150:
			names = append(names, 'D')
		case c.R > 150:
			names = append(names, 'A')
		case c.G > 150:
			names = append(names, 'B')
		case c.B > 150:
			names = append(names, 'C')
		}
	}
	return string(names)
}

func TestPicturesAreTurnedUpright(t *testing.T) {
	t.Parallel()
	stored := jpegOf(t, corners())
	for n, want := range []string{1: "ABCD", "BADC", "DCBA", "CDAB", "ACBD", "CADB", "DBCA", "BDAC"} {
		if n == 0 {
			continue
		}
		img := decoded(t, withSegments(stored, segment(markAPP1, "Exif\x00\x00"+tiff(binary.LittleEndian, uint16(n)))))
		if got := seen(img); got != want || (img.Rect.Dx() == 64) != (n > 4) {
			t.Errorf("orientation %d: %s in %v, want %s", n, got, img.Rect, want)
		}
	}
}

func TestTransparencyBecomesWhite(t *testing.T) {
	t.Parallel()
	img := image.NewNRGBA(image.Rect(0, 0, 3, 1))
	img.SetNRGBA(0, 0, color.NRGBA{200, 0, 0, 255})
	img.SetNRGBA(1, 0, color.NRGBA{200, 0, 0, 0})
	img.SetNRGBA(2, 0, color.NRGBA{0, 0, 0, 128})
	got := decoded(t, pngOf(t, img))
	for x, want := range []color.RGBA{{200, 0, 0, 255}, {255, 255, 255, 255}, {127, 127, 127, 255}} {
		if got.RGBAAt(x, 0) != want {
			t.Errorf("pixel %d is %v, want %v", x, got.RGBAAt(x, 0), want)
		}
	}
}

func TestGIFIsItsScreenWithTheFirstFrame(t *testing.T) {
	t.Parallel()
	data := at(gifOf(t, 20, 10, 2), 6, "\x28\x00\x1e\x00") // a screen of 40 × 30
	img := decoded(t, data)
	if img.Rect != image.Rect(0, 0, 40, 30) || img.RGBAAt(39, 29) != (color.RGBA{255, 255, 255, 255}) || img.RGBAAt(3, 0) != (color.RGBA{200, 0, 0, 255}) {
		t.Errorf("%v, %v, %v", img.Rect, img.RGBAAt(39, 29), img.RGBAAt(3, 0))
	}
}

func TestWebPIsDecoded(t *testing.T) {
	t.Parallel()
	if got := decoded(t, webpOf(300, 200)).RGBAAt(299, 199); got != (color.RGBA{100, 200, 50, 255}) {
		t.Errorf("got %v", got)
	}
}

// What the sandbox decodes is what the module that the decoder comes from makes of
// it, but for the first pixels, over which the module frees its memory too early.
func TestHEICIsDecodedAsByItsModule(t *testing.T) {
	t.Parallel()
	dir := moduleDir(t, "github.com/gen2brain/heic")
	for _, name := range []string{"test8.heic", "test12.heic", "gray.heic", "test.heic"} {
		data := readFile(t, dir, "testdata", name)
		want, err := heic.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		got := decoded(t, data)
		for _, p := range []image.Point{{64, 0}, {100, 100}, {200, 57}, {got.Rect.Dx() - 1, got.Rect.Dy() - 1}} {
			r, g, b, _ := want.At(p.X, p.Y).RGBA()
			if c := (color.RGBA{byte(r >> 8), byte(g >> 8), byte(b >> 8), 255}); far(c, got.RGBAAt(p.X, p.Y)) > 6 {
				t.Errorf("%s at %v: %v, want %v", name, p, got.RGBAAt(p.X, p.Y), c)
			}
		}
	}
}

func far(a, b color.RGBA) int {
	d := func(x, y byte) int { return max(int(x)-int(y), int(y)-int(x)) }
	return max(d(a.R, b.R), d(a.G, b.G), d(a.B, b.B))
}

// The decoder has the memory that the declared size needs, so a stream that is
// larger than it says cannot take more.
func TestHEICThatLiesOfItsSize(t *testing.T) {
	t.Parallel()
	data := readFile(t, moduleDir(t, "github.com/gen2brain/heic"), "testdata", "test8.heic")
	ispe := bytes.Index(data, []byte("ispe"))
	for _, size := range []string{"\x00\x00\x00\x20\x00\x00\x00\x20", "\x00\x00\x1b\x58\x00\x00\x1b\x58"} {
		if _, err := Decode(at(data, ispe+8, size), house); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%x: %v, want ErrCorrupt", size, err)
		}
	}
	if _, err := Inspect(at(data, ispe+8, "\x00\x01\x00\x00\x00\x01\x00\x00"), house); !errors.Is(err, ErrTooManyPixels) {
		t.Errorf("65536 × 65536: %v, want ErrTooManyPixels", err)
	}
}

func TestAPanicIsACorruptFile(t *testing.T) {
	t.Parallel()
	_, err := guarded(func([]byte, survey) (image.Image, error) { panic("index out of range") }, nil, survey{})
	if !errors.Is(err, ErrCorrupt) {
		t.Errorf("%v, want ErrCorrupt", err)
	}
}

// profile is an ICC profile with three primaries and one curve.
func profile(primaries [3][3]float64, curve string) []byte {
	body := bytes.Repeat([]byte{0}, 128)
	copy(body[16:], "RGB XYZ ")
	names := []string{"rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC"}
	var table, elements []byte
	for i, name := range names {
		element := []byte(curve)
		if i < 3 {
			element = []byte("XYZ \x00\x00\x00\x00")
			for _, v := range primaries[i] {
				element = binary.BigEndian.AppendUint32(element, uint32(int32(v*65536)))
			}
		}
		offset := 128 + 4 + 12*len(names) + len(elements)
		table = append(table, name...)
		table = binary.BigEndian.AppendUint32(table, uint32(offset))
		table = binary.BigEndian.AppendUint32(table, uint32(len(element)))
		elements = append(elements, element...)
	}
	body = binary.BigEndian.AppendUint32(body, uint32(len(names)))
	binary.BigEndian.PutUint32(body, uint32(len(body)+len(table)+len(elements)))
	copy(body[36:], "acsp")
	return append(append(body, table...), elements...)
}

// displayP3 and standard are the primaries of Display P3 and sRGB under D50.
var (
	displayP3 = [3][3]float64{{0.51512, 0.24120, -0.00105}, {0.29198, 0.69225, 0.04189}, {0.15710, 0.06657, 0.78407}}
	standard  = [3][3]float64{{0.43607, 0.22249, 0.01392}, {0.38515, 0.71687, 0.09708}, {0.14307, 0.06061, 0.71410}}
	curveP3   = "para\x00\x00\x00\x00\x00\x03\x00\x00\x00\x02\x66\x66\x00\x00\xf2\xa7\x00\x00\x0d\x59\x00\x00\x13\xd0\x00\x00\x0a\x5b"
)

func TestColoursBecomeSRGB(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		profile  []byte
		in, want color.RGBA
	}{
		"P3 white stays":      {profile(displayP3, curveP3), color.RGBA{255, 255, 255, 255}, color.RGBA{255, 255, 255, 255}},
		"P3 grey stays":       {profile(displayP3, curveP3), color.RGBA{128, 128, 128, 255}, color.RGBA{128, 128, 128, 255}},
		"P3 skin":             {profile(displayP3, curveP3), color.RGBA{200, 150, 130, 255}, color.RGBA{207, 149, 127, 255}},
		"P3 red is cut":       {profile(displayP3, curveP3), color.RGBA{255, 0, 0, 255}, color.RGBA{255, 0, 0, 255}},
		"sRGB stays":          {profile(standard, curveP3), color.RGBA{200, 150, 130, 255}, color.RGBA{200, 150, 130, 255}},
		"a curve cut short":   {profile(displayP3, curveP3[:12]), color.RGBA{200, 150, 130, 255}, color.RGBA{200, 150, 130, 255}},
		"a curve of no kind":  {profile(displayP3, "none"), color.RGBA{200, 150, 130, 255}, color.RGBA{200, 150, 130, 255}},
		"a profile cut short": {profile(displayP3, curveP3)[:200], color.RGBA{200, 150, 130, 255}, color.RGBA{200, 150, 130, 255}},
		"linear, as a number": {profile(displayP3, "curv\x00\x00\x00\x00\x00\x00\x00\x00"), color.RGBA{255, 255, 255, 255}, color.RGBA{255, 255, 255, 255}},
		"an exponent":         {profile(standard, "curv\x00\x00\x00\x00\x00\x00\x00\x01\x02\x33"), color.RGBA{128, 128, 128, 255}, color.RGBA{128, 128, 128, 255}},
		"no profile":          {nil, color.RGBA{200, 150, 130, 255}, color.RGBA{200, 150, 130, 255}},
	}
	for name, c := range cases {
		pixel := []byte{c.in.R, c.in.G, c.in.B, 255}
		colours(c.profile)(pixel)
		if got := (color.RGBA{pixel[0], pixel[1], pixel[2], 255}); far(got, c.want) > 2 {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestProfilesAreFoundInEveryFormat(t *testing.T) {
	t.Parallel()
	flat := image.NewRGBA(image.Rect(0, 0, 16, 16))
	draw.Draw(flat, flat.Rect, image.NewUniform(color.RGBA{200, 150, 130, 255}), image.Point{}, draw.Src)
	icc := string(profile(displayP3, curveP3))
	half := len(icc) / 2
	cases := map[string][]byte{
		"JPEG, in two parts": withSegments(jpegOf(t, flat), segment(markAPP2, "ICC_PROFILE\x00\x01\x02"+icc[:half]), segment(markAPP2, "ICC_PROFILE\x00\x02\x02"+icc[half:])),
		"PNG":                withChunks(pngOf(t, flat), chunkPNG("iCCP", "p3\x00\x00"+deflated(t, icc))),
	}
	for name, data := range cases {
		if got := decoded(t, data).RGBAAt(5, 5); far(got, color.RGBA{207, 149, 127, 255}) > 3 {
			t.Errorf("%s: %v", name, got)
		}
	}
	broken := withChunks(pngOf(t, flat), chunkPNG("iCCP", "p3\x00\x00rubbish"))
	if got := decoded(t, broken).RGBAAt(5, 5); far(got, color.RGBA{200, 150, 130, 255}) > 0 {
		t.Errorf("a profile that cannot be unpacked: %v", got)
	}
}
