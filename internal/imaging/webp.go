package imaging

import (
	"bytes"
	"image"

	"golang.org/x/image/webp"
)

// surveyWebP walks from chunk to chunk to the end that the file declares. The
// canvas and the picture on it must be of one size.
func surveyWebP(data []byte) (survey, error) {
	s := survey{orientation: 1}
	c := &cursor{data: data, at: 4}
	s.end = c.le32() + 8
	if s.end > len(data) || s.end < 20 {
		return s, corrupt("it is cut off")
	}
	c = &cursor{data: data[:s.end], at: 12}
	for pictures := 0; !c.done(); {
		kind := string(c.take(4))
		size := c.le32()
		body := c.take(size)
		if c.short {
			return s, corrupt("chunk %q is cut off", kind)
		}
		if size%2 == 1 && !c.done() {
			c.take(1)
		}
		switch kind {
		case "VP8 ", "VP8L":
			if pictures++; pictures > 1 {
				return s, corrupt("it has two pictures")
			}
		case "ANIM", "ANMF":
			return s, unsupported("animated")
		}
		if err := s.chunkWebP(kind, body); err != nil {
			return s, err
		}
	}
	s.area = area(s.width, s.height)
	return s, nil
}

func (s *survey) chunkWebP(kind string, body []byte) error {
	c := &cursor{data: body}
	switch kind {
	case "VP8X":
		c.take(4)
		return s.sizeWebP(c, c.le16()+c.u8()<<16+1, c.le16()+c.u8()<<16+1)
	case "VP8L":
		c.take(1)
		bits := c.le32()
		return s.sizeWebP(c, bits&0x3fff+1, bits>>14&0x3fff+1)
	case "VP8 ":
		c.take(6)
		return s.sizeWebP(c, c.le16()&0x3fff, c.le16()&0x3fff)
	case "EXIF":
		s.exif(bytes.TrimPrefix(body, exifHeader))
	case "ICCP":
		s.profile = body
	}
	return nil
}

func (s *survey) sizeWebP(c *cursor, width, height int) error {
	if c.short || s.width != 0 && (s.width != width || s.height != height) {
		return corrupt("a picture of %d × %d on a canvas of %d × %d", width, height, s.width, s.height)
	}
	s.width, s.height = width, height
	return nil
}

func decodeWebP(data []byte, s survey) (image.Image, error) {
	return webp.Decode(bytes.NewReader(data[:s.end]))
}
