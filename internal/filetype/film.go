package filetype

import (
	"io"
	"slices"
)

// Boxes of MP4 that say where, when and by whom it was made, and nothing that is
// played; and the tracks that are played.
var (
	telling = []string{"udta", "meta", "uuid"}
	played  = []string{"vide", "soun", "text", "sbtl", "subt", "clcp", "tmcd"}
)

const (
	boxHead   = 8
	mostMovie = 32 << 20 // bytes of the box that describes a film
	freeBox   = "free"
)

// box is a part of an MP4: where it begins, where its content does, and where it ends.
type box struct {
	kind            string
	at, inside, end int64
}

// checkMP4 walks the boxes, which are all of the file. A film without pictures is sound.
func checkMP4(w *walk) (Checked, error) {
	found := Checked{Format: M4A}
	movies := 0
	for w.left() > 0 {
		b, err := nextBox(w)
		if err != nil {
			return Checked{}, err
		}
		switch {
		case b.kind == "moov":
			movies++
			if b.end-b.inside > mostMovie {
				return Checked{}, ErrUnpacks
			}
			inside, err := w.bytes(b.end - b.inside)
			if err != nil {
				return Checked{}, err
			}
			m := movie{bytes: inside, from: b.inside, found: &found}
			if err := m.boxes(0, int64(len(inside)), m.part); err != nil {
				return Checked{}, err
			}
			if !m.sound && !m.film {
				return Checked{}, damaged("nothing is played")
			}
			if m.film {
				found.Format = MP4
			}
			continue
		case slices.Contains(telling, b.kind):
			found.blank(b)
		}
		if err := w.skip(b.end - w.at); err != nil {
			return Checked{}, err
		}
	}
	if movies != 1 {
		return Checked{}, damaged("%d films in it", movies)
	}
	return found, nil
}

func (c *Checked) blank(b box) {
	c.Blanks = append(c.Blanks, Blank{At: b.at + 4, Bytes: b.end - b.at - 4})
}

// nextBox reads the head of a box of the file.
func nextBox(w *walk) (box, error) {
	b := box{at: w.at}
	head, err := w.bytes(boxHead)
	if err != nil {
		return box{}, err
	}
	length := big32(head)
	switch length {
	case 0:
		length = w.size - b.at
	case 1:
		wide, err := w.bytes(8)
		if err != nil {
			return box{}, err
		}
		if length = big32(wide)<<32 | big32(wide[4:]); length < 0 {
			return box{}, damaged("a box of %d bytes", length)
		}
	}
	b.kind, b.inside, b.end = string(head[4:]), w.at, b.at+length
	if b.end < b.inside || b.end > w.size {
		return box{}, damaged("a box reaches out of the file")
	}
	return b, nil
}

// movie is the box that describes a film.
type movie struct {
	bytes       []byte
	from        int64 // where it is in the file
	found       *Checked
	sound, film bool
}

// boxes gives each box between two places to do.
func (m *movie) boxes(at, end int64, do func(box) error) error {
	for at+boxHead <= end {
		b := box{kind: string(m.bytes[at+4 : at+boxHead]), at: at, inside: at + boxHead, end: at + big32(m.bytes[at:])}
		if b.end < b.inside || b.end > end {
			return damaged("a box reaches out of another")
		}
		if err := do(b); err != nil {
			return err
		}
		at = b.end
	}
	return nil
}

func (m *movie) part(b box) error {
	switch {
	case slices.Contains(telling, b.kind):
		m.blank(b)
	case b.kind == "trak":
		return m.track(b)
	}
	return nil
}

func (m *movie) blank(b box) {
	m.found.blank(box{b.kind, b.at + m.from, b.inside + m.from, b.end + m.from})
}

// track blanks what a track tells, and all of one that is not played: where the camera
// was, second by second.
func (m *movie) track(track box) error {
	handler := ""
	err := m.boxes(track.inside, track.end, func(b box) error {
		if slices.Contains(telling, b.kind) {
			m.blank(b)
		}
		if b.kind != "mdia" {
			return nil
		}
		return m.boxes(b.inside, b.end, func(b box) error {
			if b.kind == "hdlr" && b.end-b.inside >= 12 {
				handler = string(m.bytes[b.inside+8 : b.inside+12])
			}
			return nil
		})
	})
	m.film = m.film || handler == "vide"
	m.sound = m.sound || handler == "soun"
	if !slices.Contains(played, handler) {
		m.blank(track)
	}
	return err
}

// Elements of WebM.
const (
	ebmlHeader  = 0x1a45dfa3
	ebmlDocType = 0x4282
	segment     = 0x18538067
	tracks      = 0x1654ae6b
	trackEntry  = 0xae
	trackType   = 0x83
	attachments = 0x1941a469
	mostTracks  = 1 << 20 // bytes
	unknownSize = -1
)

// checkWebM walks the elements of the first two levels. What browsers record says no
// length of its own, and is walked as far as it says one.
func checkWebM(w *walk) (Checked, error) {
	kind, length, err := w.element()
	if err != nil || kind != ebmlHeader {
		return Checked{}, damaged("no header")
	}
	header, err := w.bytes(length)
	if err != nil {
		return Checked{}, err
	}
	docType := ""
	eachElement(header, func(kind int64, inside []byte) {
		if kind == ebmlDocType {
			docType = string(inside)
		}
	})
	if docType != "webm" {
		return Checked{}, ErrUnknown
	}
	if kind, length, err = w.element(); err != nil || kind != segment {
		return Checked{}, damaged("no segment")
	}
	if length != unknownSize && length != w.left() {
		return Checked{}, damaged("its length is not what it says")
	}
	return w.webmParts()
}

func (w *walk) webmParts() (Checked, error) {
	found := Checked{}
	for w.left() > 0 {
		kind, length, err := w.element()
		if err != nil {
			return Checked{}, err
		}
		if length == unknownSize { // as browsers record: clusters to the end
			break
		}
		switch kind {
		case attachments:
			return Checked{}, active("a file attached to a film")
		case tracks:
			if length > mostTracks {
				return Checked{}, ErrUnpacks
			}
			inside, err := w.bytes(length)
			if err != nil {
				return Checked{}, err
			}
			found.Format = webmFormat(inside)
		default:
			if err := w.skip(length); err != nil {
				return Checked{}, err
			}
		}
	}
	if found.Format == "" {
		return Checked{}, damaged("nothing is played")
	}
	return found, nil
}

// webmFormat tells a film from sound by its tracks.
func webmFormat(inside []byte) Format {
	const video, audio = 1, 2
	format := Format("")
	eachElement(inside, func(kind int64, entry []byte) {
		if kind != trackEntry {
			return
		}
		eachElement(entry, func(kind int64, value []byte) {
			switch {
			case kind == trackType && len(value) == 1 && value[0] == video:
				format = WebM
			case kind == trackType && len(value) == 1 && value[0] == audio && format == "":
				format = WebA
			}
		})
	})
	return format
}

// element reads the head of an element: its kind and how long it is.
func (w *walk) element() (kind, length int64, err error) {
	head, err := w.peek(12)
	if err != nil && err != io.EOF { //nolint:errorlint // bufio answers with this very value
		return 0, 0, err
	}
	kind, length, used := elementHead(head)
	if used == 0 {
		return 0, 0, damaged("no element where one should be")
	}
	return kind, length, w.skip(int64(used))
}

// elementHead reads kind and length, and how many bytes they take; 0 for what is none.
func elementHead(b []byte) (kind, length int64, used int) {
	kind, n, _ := vint(b, 4, true)
	if n == 0 {
		return 0, 0, 0
	}
	length, m, all := vint(b[n:], 8, false)
	if m == 0 {
		return 0, 0, 0
	}
	if all {
		length = unknownSize
	}
	return kind, length, n + m
}

// vint reads a number whose first byte says how long it is. all reports that every bit
// of it is set.
func vint(b []byte, most int, marked bool) (value int64, used int, all bool) {
	if len(b) == 0 {
		return 0, 0, false
	}
	n := 1
	for mask := byte(0x80); n <= most && b[0]&mask == 0; mask >>= 1 {
		n++
	}
	if n > most || len(b) < n {
		return 0, 0, false
	}
	value = int64(b[0])
	if !marked {
		value &= int64(0xff) >> n
	}
	all = value == int64(0xff)>>n
	for _, next := range b[1:n] {
		value = value<<8 | int64(next)
		all = all && next == 0xff
	}
	return value, n, all
}

// eachElement gives the elements within b, as far as they are whole.
func eachElement(b []byte, do func(kind int64, inside []byte)) {
	for len(b) > 0 {
		kind, length, used := elementHead(b)
		if used == 0 || length < 0 || length > int64(len(b)-used) {
			return
		}
		do(kind, b[used:int64(used)+length])
		b = b[int64(used)+length:]
	}
}
