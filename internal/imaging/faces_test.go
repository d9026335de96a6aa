package imaging

import (
	"bytes"
	"image"
	"image/draw"
	"math"
	"math/rand/v2"
	"testing"
)

// What is embedded is what the modules ship.
func TestEmbeddedDataIsTheModules(t *testing.T) {
	t.Parallel()
	if !bytes.Equal(cascade, readFile(t, moduleDir(t, "github.com/esimov/pigo"), "cascade", "facefinder")) {
		t.Error("the cascade is not that of the module: copy it again, and its sum into cascade/README.md")
	}
	if !bytes.Equal(heifWasm, readFile(t, moduleDir(t, "github.com/gen2brain/heic"), "lib", "heif.wasm.gz")) {
		t.Error("the HEIC decoder is not that of the module: copy it again, and its sum into heif/README.md")
	}
}

func TestFacesOfTheTwoPictures(t *testing.T) {
	t.Parallel()
	if got := Faces(decoded(t, readFile(t, samples, "astronaut.png"))); len(got) != 1 || math.Hypot(got[0].X+got[0].W/2-0.434, got[0].Y+got[0].H/2-0.225) > 0.05 {
		t.Errorf("the astronaut: %+v", got)
	}
	if got := Faces(decoded(t, readFile(t, samples, "rocket.jpg"))); len(got) != 0 {
		t.Errorf("the rocket: %+v", got)
	}
	for _, size := range []image.Point{{1, 1}, {19, 19}, {1600, 1}, {3, 900}} {
		if got := Faces(gradient(size.X, size.Y)); len(got) != 0 {
			t.Errorf("%v of nothing: %+v", size, got)
		}
	}
}

// portrait is a face that group pictures are composed of.
type portrait struct {
	img     *image.RGBA
	x, y, r float64 // its middle, and its width
}

// posed is a face as it was put into a group picture.
type posed struct {
	box     Box
	covered bool
}

// group composes a picture of 24 people: faces of 40 to 200 in 3200 pixels,
// mirrored, dimmed to 45 %, bent up to 25°, one in five half covered.
func group(background *image.RGBA, faces []portrait, rng *rand.Rand) (*image.RGBA, []posed) {
	const w, h, columns, rows = 3200, 2400, 6, 4
	img := scale(background, w, h)
	var all []posed
	for i := range columns * rows {
		size := []float64{40, 60, 80, 110, 150, 200}[rng.IntN(6)]
		x := (float64(i%columns)+0.5)*w/columns + rng.Float64()*60
		y := (float64(i/columns)+0.5)*h/rows + rng.Float64()*60
		f := faces[rng.IntN(len(faces))]
		pose(img, f, x, y, size, (rng.Float64()*2-1)*25*math.Pi/180, 0.45+rng.Float64()*0.55, rng.IntN(2) == 0)
		covered := rng.IntN(5) == 0
		if covered {
			part := image.Rect(int(x+size*0.15), int(y-size*0.7), int(x+size), int(y+size))
			draw.Draw(img, part, image.NewUniform(img.RGBAAt(5, 5)), image.Point{}, draw.Src)
		}
		all = append(all, posed{Box{(x - size/2) / w, (y - size/2) / h, size / w, size / h}, covered})
	}
	return img, all
}

// pose puts a head into a picture.
func pose(dst *image.RGBA, f portrait, x, y, size, angle, dim float64, mirror bool) {
	reach, sin, cos, k := size*1.1, math.Sin(angle), math.Cos(angle), f.r/size
	for dy := -reach; dy < reach; dy++ {
		for dx := -reach; dx < reach; dx++ {
			sx, sy := (dx*cos+dy*sin)*k, (dy*cos-dx*sin)*k
			if mirror {
				sx = -sx
			}
			from, to := image.Pt(int(f.x+sx), int(f.y+sy)), image.Pt(int(x+dx), int(y+dy))
			if dx*dx/0.5625+dy*dy > reach*reach || !from.In(f.img.Rect) || !to.In(dst.Rect) {
				continue
			}
			c := f.img.RGBAAt(from.X, from.Y)
			c.R, c.G, c.B = byte(float64(c.R)*dim), byte(float64(c.G)*dim), byte(float64(c.B)*dim)
			dst.SetRGBA(to.X, to.Y, c)
		}
	}
}

// tally counts what was found of what is there.
type tally struct{ clear, clearFound, covered, coveredFound, extra int }

func (n *tally) count(there []posed, found []Box) {
	used := make([]bool, len(found))
	for _, p := range there {
		hit := false
		for i, b := range found {
			near := math.Hypot(b.X+b.W/2-p.box.X-p.box.W/2, b.Y+b.H/2-p.box.Y-p.box.H/2) < p.box.W/2
			if near && b.W > p.box.W/2 && b.W < p.box.W*2.5 {
				used[i], hit = true, true
			}
		}
		switch {
		case p.covered && hit:
			n.coveredFound++
		case hit:
			n.clearFound++
		}
		if p.covered {
			n.covered++
		} else {
			n.clear++
		}
	}
	for _, u := range used {
		if !u {
			n.extra++
		}
	}
}

// The figures of docs/performance.md come from this test with -v and more groups.
func TestFacesOfGroups(t *testing.T) {
	t.Parallel()
	groups := 2
	if testing.Short() {
		groups = 1
	}
	faces := []portrait{{decoded(t, readFile(t, samples, "astronaut.png")), 222, 115, 100}}
	rng := rand.New(rand.NewPCG(3, 4))
	var n tally
	for i := range groups {
		background := gradient(320, 240)
		if i%2 == 1 {
			background = decoded(t, readFile(t, samples, "rocket.jpg"))
		}
		img, there := group(background, faces, rng)
		n.count(there, Faces(img))
	}
	t.Logf("%d groups: %d of %d clear faces, %d of %d half covered, %d boxes too many", groups, n.clearFound, n.clear, n.coveredFound, n.covered, n.extra)
	if n.clearFound*100 < n.clear*95 || n.extra > n.clear+n.covered-n.clearFound-n.coveredFound+2*groups {
		t.Errorf("worse than what was measured: %+v", n)
	}
}
