package imaging

import (
	"bytes"
	"math"
)

// Phones write Display P3 and say so in a profile. Derivatives have none, so what
// they hold is taken for sRGB: left as it is, P3 would look washed out, and Adobe
// RGB more so. Profiles of that kind (three primaries and a curve for each) are
// applied; any other (grey, CMYK, tables) is left out, as viewers without colour
// management do.

// matrix takes linear colours from one set of primaries to another.
type matrix [3][3]float64

// toSRGB takes linear colours from the space in which profiles state their
// primaries (XYZ under D50) to those of sRGB.
var toSRGB = matrix{
	{3.1338561, -1.6168667, -0.4906146},
	{-0.9787684, 1.9161415, 0.0334540},
	{0.0719453, -0.2289914, 1.4052427},
}

const (
	fine    = 1 << 12 // steps in which linear light is counted
	unit    = 1 << 14 // one, in the matrix
	nearOne = unit / 64
)

// conversion is a profile made ready, in whole numbers.
type conversion struct {
	linear [3][256]int32 // from a byte to linear light
	mix    [3][3]int32
	back   [fine + 1]byte // from linear light to a byte of sRGB
}

// colours gives what turns pixels of a profile into sRGB. Without a profile, with
// one that is not understood or with sRGB itself they stay as they are.
func colours(profile []byte) func([]byte) {
	c, ok := convert(profile)
	if !ok {
		return func([]byte) {}
	}
	return c.apply
}

func convert(profile []byte) (*conversion, bool) {
	if len(profile) < 132 || string(profile[16:20]) != "RGB " {
		return nil, false
	}
	tags := iccTags(profile)
	var c conversion
	var primaries matrix
	for i, colour := range []string{"r", "g", "b"} {
		xyz := tags[colour+"XYZ"]
		curve, ok := iccCurve(tags[colour+"TRC"])
		if len(xyz) < 20 || !ok {
			return nil, false
		}
		for row := range 3 {
			primaries[row][i] = fixed(xyz[8+4*row:])
		}
		for v := range c.linear[i] {
			c.linear[i][v] = int32(math.Round(clamp(curve(float64(v)/255)) * fine))
		}
	}
	same := true
	for row := range 3 {
		for col := range 3 {
			var sum float64
			for k := range 3 {
				sum += float64(toSRGB[row][k] * primaries[k][col])
			}
			c.mix[row][col] = int32(math.Round(min(max(sum, -4), 4) * unit))
			want := int32(0)
			if row == col {
				want = unit
			}
			same = same && c.mix[row][col]-want < nearOne && want-c.mix[row][col] < nearOne
		}
	}
	for v := range c.back {
		c.back[v] = byte(math.Round(gammaSRGB(float64(v)/fine) * 255))
	}
	return &c, !same
}

func (c *conversion) apply(pixels []byte) {
	for i := 0; i+3 < len(pixels); i += 4 {
		p := pixels[i : i+3 : i+3]
		r, g, b := c.linear[0][p[0]], c.linear[1][p[1]], c.linear[2][p[2]]
		for k := range 3 {
			light := (c.mix[k][0]*r + c.mix[k][1]*g + c.mix[k][2]*b + unit/2) / unit
			p[k] = c.back[min(max(light, 0), fine)]
		}
	}
}

// iccTags lists the tagged elements of a profile.
func iccTags(profile []byte) map[string][]byte {
	tags := map[string][]byte{}
	c := &cursor{data: profile, at: 128}
	for n := c.be32(); n > 0 && !c.short; n-- {
		name := string(c.take(4))
		offset, size := c.be32(), c.be32()
		if !c.short && offset <= len(profile) && size <= len(profile)-offset {
			tags[name] = profile[offset : offset+size]
		}
	}
	return tags
}

// fixed reads a signed number with 16 bits after the point.
func fixed(b []byte) float64 {
	return float64(int32((&cursor{data: b}).be32())) / 65536
}

func clamp(v float64) float64 { return min(max(v, 0), 1) }

func gammaSRGB(v float64) float64 {
	if v <= 0.0031308 {
		return 12.92 * v
	}
	return float64(1.055*math.Pow(v, 1/2.4)) - 0.055
}

// iccCurve reads a tone curve: an exponent, a table, or the formulas with up to
// five parameters that sRGB and P3 are written in.
func iccCurve(tag []byte) (func(float64) float64, bool) {
	c := &cursor{data: tag, at: min(8, len(tag))}
	switch {
	case bytes.HasPrefix(tag, []byte("para")):
		kind := c.be16()
		c.take(2)
		return parametric(c, kind)
	case bytes.HasPrefix(tag, []byte("curv")):
		return tabled(c, c.be32())
	default:
		return nil, false
	}
}

func tabled(c *cursor, n int) (func(float64) float64, bool) {
	switch n {
	case 0:
		return func(v float64) float64 { return v }, !c.short
	case 1:
		exponent := float64(c.be16()) / 256
		return func(v float64) float64 { return math.Pow(v, exponent) }, !c.short
	}
	table := c.take(2 * min(n, maxProfile))
	return func(v float64) float64 {
		at := int(math.Round(v * float64(n-1)))
		return float64(int(table[2*at])<<8|int(table[2*at+1])) / 65535
	}, table != nil && n <= maxProfile
}

func parametric(c *cursor, kind int) (func(float64) float64, bool) {
	if kind != 0 && kind != 3 {
		return nil, false
	}
	g := fixed(c.take(4))
	if kind == 0 {
		return func(v float64) float64 { return math.Pow(v, g) }, !c.short
	}
	a, b, k, d := fixed(c.take(4)), fixed(c.take(4)), fixed(c.take(4)), fixed(c.take(4))
	return func(v float64) float64 {
		if v < d {
			return k * v
		}
		return math.Pow(max(a*v+b, 0), g)
	}, !c.short
}
