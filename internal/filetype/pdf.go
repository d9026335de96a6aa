package filetype

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
)

// The names by which a PDF acts, or carries another file.
var pdfActs = map[string]bool{
	"JavaScript": true, "Launch": true, "EmbeddedFile": true, "EmbeddedFiles": true, "RichMedia": true, "XFA": true,
	"ImportData": true, "SubmitForm": true, "GoToE": true,
}

const (
	pdfBegins    = "%PDF-"
	pdfEnds      = "%%EOF"
	pdfTail      = 64       // bytes of white space behind its end
	mostUnpacked = 64 << 20 // bytes of all compressed objects of a PDF
	longestDict  = 4096     // bytes before a stream that are taken for what is said of it
	longestName  = 40
)

// checkPDF searches a PDF for what acts: in its bytes, and within the compressed
// streams in which objects may be.
func checkPDF(w *walk) (Checked, error) {
	data, err := w.bytes(w.left())
	if err != nil {
		return Checked{}, err
	}
	end := bytes.LastIndex(data, []byte(pdfEnds))
	switch rest := data[max(end, 0):]; {
	case !bytes.HasPrefix(data, []byte(pdfBegins)):
		return Checked{}, damaged("it does not begin as a PDF")
	case end < 0:
		return Checked{}, damaged("it ends too early")
	case len(rest) > len(pdfEnds)+pdfTail || len(bytes.Trim(rest[len(pdfEnds):], " \r\n\t\x00\x1a")) > 0:
		return Checked{}, fmt.Errorf("%w: something behind the end of a PDF", ErrPolyglot)
	}
	if err := pdfNames(data); err != nil {
		return Checked{}, err
	}
	return Checked{Format: PDF}, pdfStreams(data)
}

// pdfNames refuses the names of what acts, however they are spelled, and encryption,
// behind which they could hide.
func pdfNames(data []byte) error {
	for name := range namesIn(data) {
		switch {
		case pdfActs[name]:
			return active("/" + name)
		case name == "Encrypt":
			return ErrLocked
		}
	}
	return nil
}

// namesIn gives the names in a piece of PDF.
func namesIn(data []byte) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for at := bytes.IndexByte(data, '/'); at >= 0; {
			data = data[at+1:]
			if !yield(nameAt(data)) {
				return
			}
			at = bytes.IndexByte(data, '/')
		}
	}
}

// nameAt reads a name, of which any letter may be written as #xx.
func nameAt(b []byte) string {
	name := make([]byte, 0, longestName)
	for i := 0; i < len(b) && len(name) < longestName; i++ {
		switch c := b[i]; {
		case c <= ' ' || bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0:
			return string(name)
		case c == '#' && i+2 < len(b) && hexDigit(b[i+1]) >= 0 && hexDigit(b[i+2]) >= 0:
			name = append(name, byte(hexDigit(b[i+1])<<4|hexDigit(b[i+2])))
			i += 2
		default:
			name = append(name, c)
		}
	}
	return string(name)
}

func hexDigit(c byte) int { return bytes.IndexByte([]byte("0123456789abcdef"), c|0x20) }

// pdfStreams looks into the streams that may hold objects.
func pdfStreams(data []byte) error {
	keyword, left := []byte("stream"), int64(mostUnpacked)
	for at := 0; ; {
		next := bytes.Index(data[at:], keyword)
		if next < 0 {
			return nil
		}
		begin := at + next
		at = begin + len(keyword)
		if begin >= 3 && string(data[begin-3:begin]) == "end" {
			continue
		}
		said := data[max(0, begin-longestDict):begin]
		whole := bytes.LastIndex(said, []byte(" obj"))
		if whole >= 0 {
			said = said[whole:]
		}
		holds, err := objectStream(said, whole >= 0)
		if err != nil {
			return err
		}
		if !holds {
			continue
		}
		if err := unpackNames(bytes.TrimLeft(data[at:], "\r\n "), &left); err != nil {
			return err
		}
	}
}

// objectStream tells by what is said of a stream whether objects may be in it. Those
// that are packed in another way than usual cannot be looked into.
func objectStream(said []byte, whole bool) (bool, error) {
	names := map[string]bool{}
	for name := range namesIn(said) {
		names[name] = true
	}
	if !names["ObjStm"] {
		return !whole, nil
	}
	for _, other := range []string{"ASCIIHexDecode", "ASCII85Decode", "LZWDecode", "RunLengthDecode", "Crypt", "Predictor"} {
		if names[other] {
			return false, fmt.Errorf("%w: objects packed by %s", ErrLocked, other)
		}
	}
	if names["Filter"] && !names["FlateDecode"] {
		return false, fmt.Errorf("%w: objects packed in an unknown way", ErrLocked)
	}
	return names["FlateDecode"], nil
}

// unpackNames searches a compressed stream. What is no such stream is none that holds objects.
func unpackNames(data []byte, left *int64) error {
	unpacked, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil //nolint:nilerr // no reader unpacks it either
	}
	found, _ := io.ReadAll(io.LimitReader(unpacked, *left+1)) // as far as it goes, as readers do
	if *left -= int64(len(found)); *left < 0 {
		return ErrUnpacks
	}
	return pdfNames(found)
}
