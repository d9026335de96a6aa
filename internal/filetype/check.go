package filetype

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// HeadBytes is how much of a file Sniff wants to see of it, where it has so much.
const HeadBytes = 3072

// family is a set of formats that are told apart by a walk.
type family string

const (
	pdf     family = "application/pdf"
	packed  family = "application/zip"
	mpeg    family = "audio/mpeg"
	wave    family = "audio/wav"
	flac    family = "audio/flac"
	ogg     family = "application/ogg"
	mp4     family = "video/mp4"
	webm    family = "video/webm"
	oldOLE         = "application/x-ole-storage"
	svg            = "image/svg+xml"
	picture        = "image/"
)

var families = map[string]family{
	"application/pdf": pdf, "application/zip": packed, "audio/mpeg": mpeg, "audio/wav": wave, "audio/flac": flac,
	"application/ogg": ogg, "audio/ogg": ogg, "video/ogg": ogg, "video/mp4": mp4, "audio/mp4": mp4, "audio/x-m4a": mp4,
	"video/webm": webm,
}

// Sniff says by its beginning what somebody would do with a file. The errors are
// ErrUnknown, ErrPicture and ErrOldOffice; of a file that it does not refuse, Check
// still may refuse the whole.
func Sniff(head []byte) (Form, error) {
	f, err := sniff(head)
	switch f {
	case mpeg, wave, flac, ogg:
		return Sound, err
	case mp4, webm:
		return Film, err
	case pdf, packed:
	}
	return Paper, err
}

func sniff(head []byte) (family, error) {
	found := mimetype.Detect(head)
	for kind := found; kind != nil; kind = kind.Parent() {
		name, _, _ := strings.Cut(kind.String(), ";")
		if f, ok := families[name]; ok {
			return f, nil
		}
		switch {
		case name == oldOLE:
			return "", fmt.Errorf("%w: %s", ErrOldOffice, found)
		case strings.HasPrefix(name, picture) && name != svg:
			return "", fmt.Errorf("%w: %s", ErrPicture, found)
		}
	}
	return "", fmt.Errorf("%w: %s", ErrUnknown, found)
}

// Checked is what a walk found.
type Checked struct {
	Format Format
	// Blanks are parts that say where, when and by whom it was made; see [Blanked].
	Blanks []Blank
}

// Blank is a part of a file that says nothing when it is written over: the name of a
// box, then what is in it.
type Blank struct{ At, Bytes int64 }

// Check walks a whole file of so many bytes. The errors are those of this package,
// wrapped, and those of reading.
func Check(r io.ReadSeeker, size int64) (Checked, error) {
	head := make([]byte, min(size, HeadBytes))
	if _, err := io.ReadFull(r, head); err != nil {
		return Checked{}, fmt.Errorf("read the beginning: %w", err)
	}
	f, err := sniff(head)
	if err != nil {
		return Checked{}, err
	}
	if err := twofold(head, r, size); err != nil {
		return Checked{}, err
	}
	w, err := newWalk(r, size)
	if err != nil {
		return Checked{}, err
	}
	found, err := f.check(w)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = damaged("it ends too early")
	}
	if err != nil {
		return Checked{}, fmt.Errorf("%s: %w", f, err)
	}
	return found, nil
}

func (f family) check(w *walk) (Checked, error) {
	switch f {
	case pdf:
		return checkPDF(w)
	case packed:
		return checkOffice(w)
	case mpeg:
		return checkMP3(w)
	case wave:
		return checkWAV(w)
	case flac:
		return checkFLAC(w)
	case ogg:
		return checkOGG(w)
	case mp4:
		return checkMP4(w)
	case webm:
		return checkWebM(w)
	}
	return Checked{}, ErrUnknown
}

// What a browser, or a reader of another kind of file, would take for its own.
var (
	pageMarks = []string{"<html", "<script", "<!doctype", "<svg", "<body", "<iframe", "<?php"}
	zipEnd    = []byte("PK\x05\x06")
)

const (
	pageReach = 1024      // how far into a file browsers and readers of PDF look
	zipRecord = 22        // bytes of the record that ends a ZIP
	zipReach  = 1<<16 - 1 // of the comment behind it
)

// twofold refuses a file that is a page, a PDF or an archive as well as what it is.
func twofold(head []byte, r io.ReadSeeker, size int64) error {
	begin := head[:min(len(head), pageReach)]
	lower := bytes.ToLower(begin)
	for _, mark := range pageMarks {
		if bytes.Contains(lower, []byte(mark)) {
			return fmt.Errorf("%w: %q at its beginning", ErrPolyglot, mark)
		}
	}
	if bytes.LastIndex(begin, []byte("%PDF-")) > 0 {
		return fmt.Errorf("%w: a PDF after its beginning", ErrPolyglot)
	}
	if bytes.HasPrefix(head, []byte("PK")) {
		return nil // whose end is looked at with all of it
	}
	back := min(size, zipReach+zipRecord)
	if _, err := r.Seek(size-back, io.SeekStart); err != nil {
		return err
	}
	tail := make([]byte, back)
	if _, err := io.ReadFull(r, tail); err != nil {
		return fmt.Errorf("read the end: %w", err)
	}
	for at := bytes.LastIndex(tail, zipEnd); at >= 0; at = bytes.LastIndex(tail[:at], zipEnd) {
		if record := tail[at:]; len(record) >= zipRecord && int(record[20])|int(record[21])<<8 == len(record)-zipRecord {
			return fmt.Errorf("%w: an archive at its end", ErrPolyglot)
		}
	}
	return nil
}
