package demo

import (
	"bytes"
	"embed"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // of a picture below
)

// The photos of the demo school are drawn from two pictures that are free of rights: see
// pictures/README.md.
//
//go:embed pictures/*.png pictures/*.jpg
var pictures embed.FS

// drawing is how a photo is made of a picture: so many times side by side, every other one
// mirrored, and cut to a part of its width.
type drawing struct {
	picture string
	times   int     // 0: the file as it is
	from    float64 // of the picture's width
	to      float64
	shade   float64 // 1: as bright as it was
}

// file gives the photo as a camera would.
func (d drawing) file() ([]byte, error) {
	data, err := pictures.ReadFile("pictures/" + d.picture)
	if err != nil || d.times == 0 {
		return data, err
	}
	whole, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", d.picture, err)
	}
	left, right := int(d.from*float64(whole.Bounds().Dx())), int(d.to*float64(whole.Bounds().Dx()))
	width, height := right-left, whole.Bounds().Dy()
	drawn := image.NewRGBA(image.Rect(0, 0, width*d.times, height))
	for n := range d.times {
		for x := range width {
			from := left + x
			if n%2 == 1 {
				from = right - 1 - x
			}
			for y := range height {
				drawn.Set(n*width+x, y, dimmed(whole.At(from, y), d.shade))
			}
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, drawn, &jpeg.Options{Quality: 90}); err != nil {
		return nil, fmt.Errorf("draw from %s: %w", d.picture, err)
	}
	return b.Bytes(), nil
}

func dimmed(c color.Color, shade float64) color.Color {
	r, g, b, _ := c.RGBA()
	at := func(v uint32) uint8 { return uint8(float64(v>>8) * shade) }
	return color.RGBA{at(r), at(g), at(b), 255}
}
