package imaging

import (
	"encoding/binary"
)

const tagOrientation = 0x0112

// exifOrientation reads the orientation out of a TIFF structure, which is what
// EXIF is made of; 1 where there is none that makes sense. Nothing else of the
// metadata is ever read.
func exifOrientation(tiff []byte) int {
	var order binary.ByteOrder
	switch {
	case len(tiff) < 8:
		return 1
	case string(tiff[:4]) == "II*\x00":
		order = binary.LittleEndian
	case string(tiff[:4]) == "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	c := &cursor{data: tiff, at: 4}
	c.take(c.number(order, 4) - 8)
	for entries := c.number(order, 2); entries > 0 && !c.short; entries-- {
		tag, kind, count := c.number(order, 2), c.number(order, 2), c.number(order, 4)
		value := c.number(order, 2)
		c.take(2)
		if tag == tagOrientation && kind == 3 && count == 1 && !c.short && value >= 1 && value <= 8 {
			return value
		}
	}
	return 1
}
