package filetype

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// The bounds of what an office file may unpack to.
const (
	mostEntries  = 4000
	mostOffice   = 128 << 20 // bytes of all entries
	mostRatio    = 200       // times what it is packed as, for an entry above
	ratioFrom    = 4 << 20   // bytes
	mostNested   = 2         // files within files: a chart's table
	mostSaid     = 4 << 20   // bytes of what an archive says of its parts
	window       = 1 << 20   // bytes in which a part is searched
	entrySniffed = 16
)

// Endings of names that programs and scripts have, and folders that hold macros.
var (
	programEnds = []string{
		".exe", ".dll", ".com", ".scr", ".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".hta", ".jar", ".msi", ".lnk",
		".html", ".htm", ".svg", ".sh", ".py", "vbaproject.bin", "vbadata.xml",
	}
	macroFolders = []string{"basic/", "scripts/", "word/activex/", "xl/activex/", "ppt/activex/", "xl/macrosheets/"}
	// What an executable, an old office file, or a shortcut begins with.
	programBegins = []string{"MZ", "\x7fELF", "\xd0\xcf\x11\xe0", "\xca\xfe\xba\xbe", "\xfe\xed\xfa", "#!", "L\x00\x00\x00\x01\x14\x02", "{\\rtf"}
	// What a part of an office file says of itself that acts.
	xmlActs = []string{"macroenabled", "vbaproject", "activex", "oleobject", "macrosheet", "application/x-shockwave"}
	// Parts of other places that are loaded when a file is opened.
	externActs = []string{"/attachedtemplate\"", "/oleobject\"", "/frame\"", "/subdocument\""}
	// What acts in the text itself.
	partActs = []string{"<script:event-listener", "ddeauto", "<office:dde-source", "<!entity"}
)

// telltales are the parts that say which office file it is.
var telltales = []string{"mimetype", "meta-inf/manifest.xml", "[content_types].xml"}

var openDocuments = map[string]Format{
	ODT.Media(): ODT, ODS.Media(): ODS, ODP.Media(): ODP, ODG.Media(): ODG,
}

var openXMLs = map[string]Format{
	DOCX.Media() + ".main+xml": DOCX, XLSX.Media() + ".main+xml": XLSX, PPTX.Media() + ".main+xml": PPTX,
}

// checkOffice takes an archive apart: one of OpenDocument or Office Open XML, whole,
// without anything in it that acts.
func checkOffice(w *walk) (Checked, error) {
	data, err := w.bytes(w.left())
	if err != nil {
		return Checked{}, err
	}
	o := office{left: mostOffice}
	format, err := o.check(data, 0)
	return Checked{Format: format}, err
}

// office is a file that is taken apart, with those in it.
type office struct{ left int64 } // bytes that may still be unpacked

func (o *office) check(data []byte, depth int) (Format, error) {
	if depth > mostNested {
		return "", active("files within files")
	}
	if len(data) < zipRecord || !bytes.HasPrefix(data, []byte("PK\x03\x04")) || !bytes.HasPrefix(data[len(data)-zipRecord:], zipEnd) {
		return "", fmt.Errorf("%w: bytes before or behind the archive", ErrDamaged)
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return "", damaged("%v", err)
	}
	if len(archive.File) > mostEntries {
		return "", ErrUnpacks
	}
	names := map[string]bool{}
	parts := map[string][]byte{}
	for _, entry := range archive.File {
		name := strings.ToLower(entry.Name)
		if names[name] {
			return "", damaged("two entries of one name")
		}
		names[name] = true
		data, err := o.entry(entry, name, depth)
		if err != nil {
			return "", err
		}
		if slices.Contains(telltales, name) {
			parts[name] = data
		}
	}
	return told(archive.File[0], parts)
}

// told says which office file it is, by what its parts say.
func told(first *zip.File, parts map[string][]byte) (Format, error) {
	if first.Name == "mimetype" && first.Method == zip.Store {
		if bytes.Contains(parts["meta-inf/manifest.xml"], []byte("encryption-data")) {
			return "", ErrLocked
		}
		if format, ok := openDocuments[strings.TrimSpace(string(parts["mimetype"]))]; ok {
			return format, nil
		}
		return "", ErrUnknown
	}
	types := strings.ToLower(string(parts["[content_types].xml"]))
	for kind, format := range openXMLs {
		if strings.Contains(types, `"`+kind+`"`) {
			return format, nil
		}
	}
	return "", ErrUnknown
}

// entry looks into one entry, and gives what is in it if it is to be read.
func (o *office) entry(entry *zip.File, name string, depth int) ([]byte, error) {
	if err := namedWell(entry, name); err != nil {
		return nil, err
	}
	packed, size := entry.CompressedSize64, entry.UncompressedSize64
	if size > uint64(o.left) || (size > ratioFrom && size > mostRatio*packed) {
		return nil, ErrUnpacks
	}
	r, err := entry.Open()
	if errors.Is(err, zip.ErrAlgorithm) {
		return nil, ErrLocked
	}
	if err != nil {
		return nil, damaged("%v", err)
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, o.left+1))
	if err != nil {
		return nil, damaged("%v", err)
	}
	if o.left -= int64(len(data)); o.left < 0 {
		return nil, ErrUnpacks
	}
	return data, o.judge(name, data, depth)
}

func namedWell(entry *zip.File, name string) error {
	const encrypted = 1
	switch {
	case entry.Flags&encrypted != 0:
		return ErrLocked
	case strings.ContainsAny(name, "\\\x00") || strings.HasPrefix(name, "/") || slices.Contains(strings.Split(name, "/"), ".."):
		return damaged("an entry that reaches out of the archive")
	case slices.ContainsFunc(programEnds, func(end string) bool { return strings.HasSuffix(name, end) }):
		return active(path.Base(name))
	case slices.ContainsFunc(macroFolders, func(folder string) bool { return strings.HasPrefix(name, folder) }):
		return active(name)
	}
	return nil
}

// judge refuses what acts in an entry. A table within a presentation is a file of its own.
func (o *office) judge(name string, data []byte, depth int) error {
	begin := data[:min(len(data), entrySniffed)]
	switch {
	case beginsWith(begin, programBegins):
		return active("a program in " + path.Base(name))
	case bytes.HasPrefix(begin, []byte("PK\x03\x04")):
		_, err := o.check(data, depth+1)
		return err
	case name != "[content_types].xml" && !strings.HasSuffix(name, ".rels") && !strings.HasSuffix(name, ".xml"):
		return nil
	}
	if name != "[content_types].xml" && !strings.HasSuffix(name, ".rels") {
		if act := firstIn(data, partActs); act != "" {
			return active(act)
		}
		return nil
	}
	if len(data) > mostSaid {
		return ErrUnpacks
	}
	if act := firstIn(data, xmlActs); act != "" {
		return active(act)
	}
	if act := firstIn(data, externActs); act != "" && firstIn(data, []string{`targetmode="external"`}) != "" {
		return active(act + " from elsewhere")
	}
	return nil
}

// firstIn finds one of some marks, in letters of any case.
func firstIn(data []byte, marks []string) string {
	const longest = 64 // of a mark
	for ; len(data) > 0; data = data[min(len(data), window):] {
		part := strings.ToLower(string(data[:min(len(data), window+longest)]))
		for _, mark := range marks {
			if strings.Contains(part, mark) {
				return mark
			}
		}
	}
	return ""
}
