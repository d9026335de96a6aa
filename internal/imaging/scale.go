package imaging

import (
	"image"
	"math"
)

const (
	weightBits = 14
	weightOne  = 1 << weightBits
)

// taps are the source positions that one target position is made of.
type taps struct {
	first   int
	weights []int32 // they add up to weightOne
}

// catmullRom is the cubic kernel of that name. The conversions keep processors
// from fusing operations, which would round differently from one to the next.
func catmullRom(t float64) float64 {
	t = math.Abs(t)
	switch {
	case t < 1:
		return float64(float64(float64(1.5*t)-2.5)*t*t) + 1
	case t < 2:
		return float64(float64(float64(float64(float64(-0.5*t)+2.5)*t)-4)*t) + 2
	default:
		return 0
	}
}

// kernel spreads each of n target positions over the source positions near it,
// wide enough that nothing of a larger source is passed over.
func kernel(source, n int) []taps {
	ratio := float64(source) / float64(n)
	spread := math.Max(ratio, 1)
	all := make([]taps, n)
	for i := range all {
		centre := float64((float64(i)+0.5)*ratio) - 0.5
		first := max(0, int(math.Ceil(centre-float64(2*spread))))
		last := min(source-1, int(math.Floor(centre+float64(2*spread))))
		all[i] = taps{first, weigh(first, last, centre, spread)}
	}
	return all
}

// weigh rounds the weights and gives the largest what rounding lost.
func weigh(first, last int, centre, spread float64) []int32 {
	exact := make([]float64, last-first+1)
	var sum float64
	for j := range exact {
		exact[j] = catmullRom((float64(first+j) - centre) / spread)
		sum += exact[j]
	}
	weights := make([]int32, len(exact))
	left, largest := int32(weightOne), 0
	for j, w := range exact {
		weights[j] = int32(math.Round(float64(w/sum) * weightOne))
		left -= weights[j]
		if weights[j] > weights[largest] {
			largest = j
		}
	}
	weights[largest] += left
	return weights
}

// scale makes an opaque picture of another size with the Catmull-Rom kernel, in
// whole numbers and with as many rows between the two passes as one target row
// needs. (The scaler of golang.org/x/image/draw keeps 32 bytes for every source
// row and target column: 300 MB for a photo of 12 megapixels; and it counts in
// floating point, which differs between processors.)
func scale(src *image.RGBA, width, height int) *image.RGBA {
	across, downward := kernel(src.Rect.Dx(), width), kernel(src.Rect.Dy(), height)
	most := 0
	for _, t := range downward {
		most = max(most, len(t.weights))
	}
	ring := make([][]int32, most)
	for i := range ring {
		ring[i] = make([]int32, 3*width)
	}
	dst := image.NewRGBA(image.Rect(0, 0, width, height))
	sums := make([]int32, 3*width)
	made := 0
	for y, t := range downward {
		for ; made < t.first+len(t.weights); made++ {
			scaleRow(ring[made%most], src.Pix[made*src.Stride:], across)
		}
		clear(sums)
		for j, w := range t.weights {
			addRow(sums, ring[(t.first+j)%most], w)
		}
		putRow(dst.Pix[y*dst.Stride:], sums)
	}
	return dst
}

// scaleRow makes one row of another width.
func scaleRow(to []int32, row []byte, across []taps) {
	for x, t := range across {
		var r, g, b int32
		at := row[4*t.first:]
		for j, w := range t.weights {
			p := at[4*j : 4*j+3 : 4*j+3]
			r += w * int32(p[0])
			g += w * int32(p[1])
			b += w * int32(p[2])
		}
		to[3*x], to[3*x+1], to[3*x+2] = shade(r), shade(g), shade(b)
	}
}

func addRow(sums, row []int32, w int32) {
	row = row[:len(sums)]
	for i := range sums {
		sums[i] += w * row[i]
	}
}

func putRow(to []byte, sums []int32) {
	for x := 0; 3*x < len(sums); x++ {
		to[4*x], to[4*x+1], to[4*x+2], to[4*x+3] = byte(shade(sums[3*x])), byte(shade(sums[3*x+1])), byte(shade(sums[3*x+2])), 0xff
	}
}

// shade takes the weights' unit off a sum, rounded, within what a byte holds.
func shade(sum int32) int32 {
	return min(max((sum+weightOne/2)>>weightBits, 0), 255)
}

// fit scales a picture down to a longest side; what is smaller stays as it is.
func fit(src *image.RGBA, side int) *image.RGBA {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	longest := max(w, h)
	if longest <= side {
		return src
	}
	return scale(src, max(1, (w*side+longest/2)/longest), max(1, (h*side+longest/2)/longest))
}
