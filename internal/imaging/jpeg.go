package imaging

import (
	"bytes"
	"image"
	"image/jpeg"
)

// The markers of a JPEG that matter here.
const (
	markSOF0, markSOF15           = 0xc0, 0xcf
	markDHT, markJPG, markDAC     = 0xc4, 0xc8, 0xcc
	markRST0, markSOI, markEOI    = 0xd0, 0xd8, 0xd9
	markSOS, markAPP1, markAPP2   = 0xda, 0xe1, 0xe2
	markStuffed, markTEM, markPad = 0x00, 0x01, 0xff
)

var (
	exifHeader = []byte("Exif\x00\x00")
	iccHeader  = []byte("ICC_PROFILE\x00")
)

// surveyJPEG walks from segment to segment, entropy-coded data included, to the
// end of the image. There is exactly one frame header, and it comes before the
// first scan.
func surveyJPEG(data []byte) (survey, error) {
	s := survey{orientation: 1}
	c := &cursor{data: data, at: 2}
	for {
		marker, ok := nextMarker(c)
		if !ok {
			return s, corrupt("it has no end")
		}
		switch {
		case marker == markEOI:
			return s.endJPEG(c.at)
		case marker == markSOI:
			return s, corrupt("one image begins within another")
		case marker == markTEM || marker >= markRST0 && marker < markSOI:
			continue
		}
		segment := c.take(c.be16() - 2)
		if c.short || segment == nil {
			return s, corrupt("segment %#x is cut off", marker)
		}
		if err := s.segment(marker, segment); err != nil {
			return s, err
		}
		if marker == markSOS {
			s.packed += skipScan(c)
		}
	}
}

// nextMarker goes to the next marker, over whatever is not one.
func nextMarker(c *cursor) (int, bool) {
	for {
		skip := bytes.IndexByte(c.data[c.at:], 0xff)
		if skip < 0 {
			return 0, false
		}
		c.at += skip + 1
		for !c.done() && c.data[c.at] == markPad {
			c.at++
		}
		if marker := c.u8(); c.short || marker != markStuffed {
			return marker, !c.short
		}
	}
}

// skipScan goes over entropy-coded data to the marker that ends it, and counts.
func skipScan(c *cursor) int64 {
	begin := c.at
	for {
		skip := bytes.IndexByte(c.data[c.at:], 0xff)
		if skip < 0 || c.at+skip+1 >= len(c.data) {
			c.at = len(c.data)
			return int64(c.at - begin)
		}
		c.at += skip
		next := c.data[c.at+1]
		if next != markStuffed && next != markPad && (next < markRST0 || next >= markSOI) {
			return int64(c.at - begin)
		}
		c.at++
	}
}

func (s *survey) segment(marker int, segment []byte) error {
	switch {
	case marker == markDHT || marker == markJPG || marker == markDAC:
	case marker >= markSOF0 && marker <= markSOF15:
		return s.frameHeader(segment)
	case marker == markSOS && s.width == 0:
		return corrupt("a scan comes before its frame")
	case marker == markAPP1 && bytes.HasPrefix(segment, exifHeader):
		s.exif(segment[len(exifHeader):])
	case marker == markAPP2 && bytes.HasPrefix(segment, iccHeader) && len(segment) > len(iccHeader)+2:
		s.profile = append(s.profile, segment[len(iccHeader)+2:]...)
	}
	return nil
}

// frameHeader takes the size. Every block of 8 × 8 pixels takes one bit at least.
func (s *survey) frameHeader(segment []byte) error {
	if s.width != 0 {
		return corrupt("it has two frames")
	}
	c := &cursor{data: segment, at: 1}
	s.height, s.width = c.be16(), c.be16()
	if c.short || s.width == 0 || s.height == 0 {
		return corrupt("%d × %d pixels", s.width, s.height)
	}
	s.area = int64(s.width) * int64(s.height)
	s.least = int64((s.width+7)/8) * int64((s.height+7)/8) / 8
	return nil
}

func (s survey) endJPEG(at int) (survey, error) {
	if s.packed == 0 {
		return s, corrupt("it has no scan")
	}
	s.end = at
	return s, nil
}

func decodeJPEG(data []byte, _ survey) (image.Image, error) {
	return jpeg.Decode(bytes.NewReader(data))
}
