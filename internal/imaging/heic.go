package imaging

import (
	"strings"
)

// beginsHEIC looks at the brands of the first box: HEVC stills, alone or as the
// primary picture of a collection.
func beginsHEIC(data []byte) bool {
	if len(data) < 16 || string(data[4:8]) != "ftyp" {
		return false
	}
	c := &cursor{data: data}
	brands := string(peek(&cursor{data: data, at: 8}, c.be32()-8))
	for _, brand := range []string{"heic", "heix", "heim", "heis"} {
		if strings.Contains(brands, brand) {
			return true
		}
	}
	return false
}

// box is one box of the ISO base media format.
type box struct {
	kind string
	body []byte
}

// nextBox reads a box. A box that says it goes on beyond its parent is not one.
func nextBox(c *cursor) (box, bool) {
	begin := c.at
	size, kind := c.be32(), string(c.take(4))
	switch size {
	case 0:
		size = len(c.data) - begin
	case 1:
		if high := c.be32(); high != 0 {
			c.short = true
		}
		size = c.be32()
	}
	header := c.at - begin
	if c.short || size < header || size > len(c.data)-begin {
		c.at = begin
		return box{kind: kind}, false
	}
	return box{kind, c.take(size - header)}, true
}

// child finds a box within another.
func child(parent []byte, kind string) []byte {
	for c := (&cursor{data: parent}); !c.done(); {
		b, ok := nextBox(c)
		switch {
		case !ok:
			return nil
		case b.kind == kind:
			return b.body
		}
	}
	return nil
}

// surveyHEIC walks over the top boxes and takes the size of the primary picture
// from its properties. No picture of the file, tiles and thumbnails included, may
// declare more pixels than it: the size that is judged is the largest.
func surveyHEIC(data []byte) (survey, error) {
	s := survey{orientation: 1}
	c := &cursor{data: data}
	var meta []byte
	for !c.done() {
		b, ok := nextBox(c)
		if !ok && isBoxKind(b.kind) {
			return s, corrupt("box %q is cut off", b.kind)
		}
		if !ok {
			break // whatever follows is no longer the picture
		}
		if b.kind == "meta" && meta == nil {
			meta = b.body
		}
	}
	s.end = c.at
	if len(meta) < 4 {
		return s, corrupt("it describes no picture")
	}
	return s, s.primary(meta[4:])
}

// isBoxKind reports whether four bytes could name a box of a picture.
func isBoxKind(kind string) bool {
	return strings.Contains("ftyp meta mdat moov free skip uuid idat mpvd", kind) && len(kind) == 4
}

// primary takes the properties of the primary picture.
func (s *survey) primary(meta []byte) error {
	item := primaryItem(child(meta, "pitm"))
	iprp := child(meta, "iprp")
	properties := children(child(iprp, "ipco"))
	for _, index := range associated(child(iprp, "ipma"), item) {
		if index < 1 || index > len(properties) {
			return corrupt("property %d of %d", index, len(properties))
		}
		s.property(properties[index-1])
	}
	for _, p := range properties {
		if width, height := extent(p); p.kind == "ispe" {
			s.area = max(s.area, area(width, height))
		}
	}
	if s.area > area(s.width, s.height) {
		return corrupt("a part of it is larger than the whole")
	}
	return nil
}

func children(parent []byte) []box {
	var all []box
	for c := (&cursor{data: parent}); !c.done(); {
		b, ok := nextBox(c)
		if !ok {
			return all
		}
		all = append(all, b)
	}
	return all
}

// primaryItem reads a pitm box.
func primaryItem(pitm []byte) int {
	c := &cursor{data: pitm}
	version := c.u8()
	c.take(3)
	if version == 0 {
		return c.be16()
	}
	return c.be32()
}

// associated reads an ipma box: which properties, counted from one, an item has.
func associated(ipma []byte, item int) []int {
	c := &cursor{data: ipma}
	version := c.u8()
	c.take(2)
	flags := c.u8()
	var indices []int
	for entries := c.be32(); entries > 0 && !c.short; entries-- {
		id := c.be16()
		if version > 0 {
			id = id<<16 | c.be16()
		}
		for n := c.u8(); n > 0 && !c.short; n-- {
			index := c.u8()
			if flags&1 == 1 {
				index = (index&0x7f)<<8 | c.u8()
			} else {
				index &= 0x7f
			}
			if id == item && !c.short {
				indices = append(indices, index)
			}
		}
	}
	return indices
}

// extent reads an ispe box.
func extent(p box) (width, height int) {
	c := &cursor{data: p.body, at: min(4, len(p.body))}
	return c.be32(), c.be32()
}

// property applies one property: the size, a turn that swaps its sides, a crop,
// the colours. The decoder turns and crops by itself.
func (s *survey) property(p box) {
	switch p.kind {
	case "ispe":
		s.width, s.height = extent(p)
	case "irot":
		if len(p.body) == 1 && p.body[0]&1 == 1 {
			s.width, s.height = s.height, s.width
		}
	case "clap":
		c := &cursor{data: p.body}
		wn, wd, hn, hd := c.be32(), c.be32(), c.be32(), c.be32()
		if !c.short && wd > 0 && hd > 0 && wn/wd <= s.width && hn/hd <= s.height {
			s.width, s.height = wn/wd, hn/hd
		}
	case "colr":
		if len(p.body) > 4 && (string(p.body[:4]) == "prof" || string(p.body[:4]) == "rICC") {
			s.profile = p.body[4:]
		}
	}
}
