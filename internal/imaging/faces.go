package imaging

import (
	"cmp"
	_ "embed"
	"fmt"
	"image"
	"slices"
	"sync"

	pigo "github.com/esimov/pigo/core"
)

// cascade is pigo's face finder, as the module ships it: see cascade/README.md.
//
//go:embed cascade/facefinder
var cascade []byte

// How faces are looked for. Measured on group pictures (docs/performance.md): as
// many faces as can be found while a box too many stays rarer than a missed face.
const (
	searchSide  = 1600 // the picture is scaled down to this
	smallestBox = 20   // pixels, there
	stepShare   = 0.1  // of a box, from one place to the next
	growth      = 1.1  // of a box, from one size to the next
	sameFace    = 0.2  // overlap above which two findings are one
	leastScore  = 4    // of the findings of one face, together
)

// tilts are the angles at which faces are looked for, in turns: upright, and heads
// bent a little to either side.
var tilts = []float64{0, 2. / 32, 30. / 32}

var finder = sync.OnceValue(func() *pigo.Pigo {
	p, err := pigo.NewPigo().Unpack(cascade)
	if err != nil {
		panic(fmt.Sprintf("the embedded face finder: %v", err)) // a broken build
	}
	return p
})

// Faces finds boxes that may hold a face, to be filled in by people, from top to
// bottom. Nobody is recognised: boxes are all that comes out, and nothing of a
// face is kept.
func Faces(img *image.RGBA) []Box {
	small := fit(img, searchSide)
	grey, side := greySquare(small)
	params := pigo.CascadeParams{
		MinSize: smallestBox, MaxSize: side, ShiftFactor: stepShare, ScaleFactor: growth,
		ImageParams: pigo.ImageParams{Pixels: grey, Rows: side, Cols: side, Dim: side},
	}
	var found []pigo.Detection
	for _, tilt := range tilts {
		found = append(found, finder().RunCascade(params, tilt)...)
	}
	var boxes []Box
	for _, d := range finder().ClusterDetections(found, sameFace) {
		if d.Q < leastScore {
			continue
		}
		if b := boxAround(d, small.Rect); b.Valid() {
			boxes = append(boxes, b)
		}
	}
	slices.SortFunc(boxes, func(a, b Box) int { return cmp.Or(cmp.Compare(a.Y, b.Y), cmp.Compare(a.X, b.X)) })
	return boxes
}

// greySquare gives the brightness of a picture, filled up with grey to a square:
// pigo confuses rows and columns where it looks for bent heads.
func greySquare(img *image.RGBA) (grey []byte, side int) {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	side = max(w, h)
	grey = make([]byte, side*side)
	for i := range grey {
		grey[i] = 128
	}
	for y := range h {
		row := img.Pix[y*img.Stride:]
		for x := range w {
			r, g, b := int(row[4*x]), int(row[4*x+1]), int(row[4*x+2])
			grey[y*side+x] = byte((299*r + 587*g + 114*b + 500) / 1000)
		}
	}
	return grey, side
}

// boxAround gives a finding's box, cut where the picture ends.
func boxAround(d pigo.Detection, bounds image.Rectangle) Box {
	half := d.Scale / 2
	r := image.Rect(d.Col-half, d.Row-half, d.Col+half, d.Row+half).Intersect(bounds)
	w, h := float64(bounds.Dx()), float64(bounds.Dy())
	return Box{X: float64(r.Min.X) / w, Y: float64(r.Min.Y) / h, W: float64(r.Dx()) / w, H: float64(r.Dy()) / h}
}
