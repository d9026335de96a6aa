package imaging

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
)

// maxLZW is how many pixels one byte of a GIF can become.
const maxLZW = 4096

// surveyGIF walks from block to block to the trailer, and adds up all frames. The
// picture is the logical screen with the first frame on it.
func surveyGIF(data []byte) (survey, error) {
	s := survey{orientation: 1}
	c := &cursor{data: data, at: 6}
	s.width, s.height = c.le16(), c.le16()
	flags := c.u8()
	c.take(2)
	c.take(paletteSize(flags))
	for frames := 0; ; {
		switch kind := c.u8(); {
		case c.short:
			return s, corrupt("it has no end")
		case kind == 0x21: // an extension: its label, then blocks
			c.take(1)
			skipBlocks(c)
		case kind == 0x2c:
			frames++
			s.frameGIF(c, frames)
		case kind == 0x3b && frames > 0:
			s.end = c.at
			return s, nil
		default:
			return s, corrupt("block %#x after %d frames", kind, frames)
		}
	}
}

func (s *survey) frameGIF(c *cursor, frames int) {
	c.take(4)
	pixels := area(c.le16(), c.le16())
	c.take(paletteSize(c.u8()))
	c.take(1)
	packed := skipBlocks(c)
	s.area += pixels
	if frames == 1 {
		s.packed, s.least = packed, pixels/maxLZW
	}
}

// paletteSize is the length of the palette that a flags byte announces.
func paletteSize(flags int) int {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (flags&7 + 1)
}

// skipBlocks goes over length-prefixed blocks to the empty one, and counts.
func skipBlocks(c *cursor) int64 {
	var total int64
	for {
		n := c.u8()
		if n == 0 || c.take(n) == nil {
			return total
		}
		total += int64(n)
	}
}

func decodeGIF(data []byte, s survey) (image.Image, error) {
	frame, err := gif.Decode(bytes.NewReader(data))
	if err != nil || frame.Bounds() == image.Rect(0, 0, s.width, s.height) {
		return frame, err
	}
	screen := image.NewPaletted(image.Rect(0, 0, s.width, s.height), color.Palette{color.White})
	if p, ok := frame.(*image.Paletted); ok {
		screen.Palette = append(screen.Palette, p.Palette...)
		screen.Palette = screen.Palette[:min(len(screen.Palette), 256)]
	}
	draw.Draw(screen, frame.Bounds(), frame, frame.Bounds().Min, draw.Over)
	return screen, nil
}
