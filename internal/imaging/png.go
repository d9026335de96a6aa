package imaging

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/png"
	"io"
)

const (
	maxDeflate = 1032    // bytes that one byte of deflated data can become
	maxProfile = 1 << 20 // bytes of a colour profile that are looked at
)

// surveyPNG walks from chunk to chunk, checking each sum, to IEND.
func surveyPNG(data []byte) (survey, error) {
	s := survey{orientation: 1}
	c := &cursor{data: data, at: 8}
	for first := true; ; first = false {
		size := c.be32()
		sum := crc32.ChecksumIEEE(peek(c, size+4))
		kind, body := string(c.take(4)), c.take(size)
		if stored := c.be32(); c.short || uint32(stored) != sum {
			return s, corrupt("chunk %q is cut off or damaged", kind)
		}
		if first != (kind == "IHDR") {
			return s, corrupt("its header is not its first chunk, and the only one")
		}
		switch kind {
		case "IHDR":
			if err := s.headerPNG(body); err != nil {
				return s, err
			}
		case "IDAT":
			s.packed += int64(size)
		case "fcTL":
			s.area += frameArea(body)
		case "eXIf":
			s.exif(body)
		case "iCCP":
			s.profile = inflateProfile(body)
		case "IEND":
			s.end = c.at
			return s, nil
		}
	}
}

// peek gives the next n bytes without going there, fewer at the end.
func peek(c *cursor, n int) []byte {
	return c.data[c.at:min(len(c.data), c.at+n)]
}

func (s *survey) headerPNG(body []byte) error {
	if len(body) != 13 {
		return corrupt("a header of %d bytes", len(body))
	}
	s.width, s.height = int(binary.BigEndian.Uint32(body)), int(binary.BigEndian.Uint32(body[4:]))
	if s.width > 1<<31-1 || s.height > 1<<31-1 {
		return corrupt("%d × %d pixels", s.width, s.height)
	}
	channels, known := map[byte]int64{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[body[9]]
	if !known {
		return corrupt("colour type %d", body[9])
	}
	s.area = area(s.width, s.height)
	if row := (int64(s.width)*channels*int64(body[8]) + 7) / 8; s.area < 1<<40 { // else far beyond every limit
		s.least = row * int64(s.height) / maxDeflate
	}
	return nil
}

// area is how many pixels there are, with no overflow.
func area(width, height int) int64 {
	if width > 1<<20 && height > 1<<20 {
		return 1 << 40
	}
	return int64(width) * int64(height)
}

// frameArea is the size of one frame of an animated PNG.
func frameArea(control []byte) int64 {
	c := &cursor{data: control, at: 4}
	return area(c.be32(), c.be32())
}

// inflateProfile unpacks an iCCP chunk: a name, a zero, the method, deflated data.
// What is wrong with it costs the colours, not the picture.
func inflateProfile(body []byte) []byte {
	_, packed, found := bytes.Cut(body, []byte{0})
	if !found || len(packed) < 2 {
		return nil
	}
	r, err := zlib.NewReader(bytes.NewReader(packed[1:]))
	if err != nil {
		return nil
	}
	profile, err := io.ReadAll(io.LimitReader(r, maxProfile))
	if err != nil {
		return nil
	}
	return profile
}

func decodePNG(data []byte, _ survey) (image.Image, error) { return png.Decode(bytes.NewReader(data)) }
