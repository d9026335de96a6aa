package imaging

import (
	"encoding/binary"
	"time"
)

// What is read of EXIF: how the picture lies, and on which day it was taken. Nothing else
// of the metadata is ever read, not even the time of that day.
const (
	tagOrientation = 0x0112
	tagDetails     = 0x8769 // where the second list of tags is
	tagTaken       = 0x9003
)

// The types of the values of those tags.
const (
	exifText  = 2
	exifShort = 3
	exifLong  = 4
)

// exifDay is how EXIF writes a day, before the time of it.
const exifDay = "2006:01:02"

// exif reads a TIFF structure, which is what EXIF is made of, into what is not known yet.
func (s *survey) exif(tiff []byte) {
	var order binary.ByteOrder
	switch {
	case len(tiff) < 8:
		return
	case string(tiff[:4]) == "II*\x00":
		order = binary.LittleEndian
	case string(tiff[:4]) == "MM\x00*":
		order = binary.BigEndian
	default:
		return
	}
	eachTag(tiff, order, (&cursor{data: tiff, at: 4}).number(order, 4), func(tag, kind, count, value int) {
		switch {
		case tag == tagOrientation && kind == exifShort && count == 1 && value >= 1 && value <= 8 && s.orientation == 1:
			s.orientation = value
		case tag == tagDetails && kind == exifLong && count == 1:
			eachTag(tiff, order, value, s.detail(tiff))
		}
	})
}

// detail takes the day on which the picture was taken; what is no day is none.
func (s *survey) detail(tiff []byte) func(tag, kind, count, value int) {
	return func(tag, kind, count, value int) {
		if tag == tagTaken && kind == exifText && count >= len(exifDay) && s.taken.IsZero() {
			s.taken, _ = time.Parse(exifDay, string(from(tiff, value).take(len(exifDay))))
		}
	}
}

// from reads on at a place that the data itself names; past its end where there is none.
func from(data []byte, at int) *cursor {
	if at < 0 || at > len(data) {
		at = len(data)
	}
	return &cursor{data: data, at: at}
}

// eachTag reads one list of tags of a TIFF structure. A short value is in its first bytes.
func eachTag(tiff []byte, order binary.ByteOrder, at int, do func(tag, kind, count, value int)) {
	c := from(tiff, at)
	for entries := c.number(order, 2); entries > 0 && !c.short; entries-- {
		tag, kind, count := c.number(order, 2), c.number(order, 2), c.number(order, 4)
		value := &cursor{data: c.take(4)}
		size := 4
		if kind == exifShort {
			size = 2
		}
		if v := value.number(order, size); !c.short {
			do(tag, kind, count, v)
		}
	}
}
