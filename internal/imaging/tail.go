package imaging

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"unicode/utf8"
)

// What a file that is also a picture may be besides. Cameras append things of
// their own (a film, a second picture, padding); these they do not.
var (
	anywhere = []string{"%pdf-", "rar!\x1a\x07", "7z\xbc\xaf\x27\x1c", "<html", "<!doctype", "<script", "<svg", "<?php"}
	atStart  = []string{"pk\x03\x04", "pk\x05\x06", "\x1f\x8b\x08", "bzh", "\xfd7zxz\x00", "\x7felf", "mz", "#!"}
)

const (
	pdfReach = 1024         // how far into a file readers look for a PDF
	zipEnd   = "PK\x05\x06" // the record that ends a ZIP, which readers look for from the back
	zipReach = 1<<16 + 22
	maxText  = 16 // bytes of text after a picture that are taken for padding
)

// checkTail refuses a file that is a picture and an archive, a document, a page
// or a program as well. What follows a picture is never served, since derivatives
// are written anew; but whoever sends that is not sending a picture.
func checkTail(data []byte, end int) error {
	tail := data[end:]
	lower := lowerASCII(tail)
	for _, mark := range anywhere {
		if bytes.Contains(lower, []byte(mark)) {
			return fmt.Errorf("%w: %q after the picture", ErrPolyglot, mark)
		}
	}
	start := bytes.TrimLeft(lower, "\x00\r\n\t ")
	for _, mark := range atStart {
		if bytes.HasPrefix(start, []byte(mark)) {
			return fmt.Errorf("%w: %q after the picture", ErrPolyglot, mark)
		}
	}
	switch {
	case len(start) > maxText && isText(start):
		return fmt.Errorf("%w: text after the picture", ErrPolyglot)
	case bytes.Contains(data[:min(len(data), pdfReach)], []byte("%PDF-")):
		return fmt.Errorf("%w: a PDF within the picture", ErrPolyglot)
	case endsAsZip(data):
		return fmt.Errorf("%w: a ZIP within the picture", ErrPolyglot)
	}
	return nil
}

// lowerASCII makes small letters of capital ones and leaves all other bytes alone,
// which bytes.ToLower does not.
func lowerASCII(b []byte) []byte {
	lower := bytes.Clone(b)
	for i, c := range lower {
		if c >= 'A' && c <= 'Z' {
			lower[i] = c + 'a' - 'A'
		}
	}
	return lower
}

// isText reports whether all of it could be typed.
func isText(b []byte) bool {
	if !utf8.Valid(b) {
		return false
	}
	return !bytes.ContainsFunc(b, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f })
}

// endsAsZip reports whether a reader of archives would find one: the record that
// ends a ZIP, whose comment is as long as it says.
func endsAsZip(data []byte) bool {
	back := data[max(0, len(data)-zipReach):]
	for at := bytes.LastIndex(back, []byte(zipEnd)); at >= 0; at = bytes.LastIndex(back[:at], []byte(zipEnd)) {
		if record := back[at:]; len(record) >= 22 && int(binary.LittleEndian.Uint16(record[20:])) == len(record)-22 {
			return true
		}
	}
	return false
}
