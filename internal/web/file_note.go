package web

import (
	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
	"imprimatur/internal/web/i18n"
	"imprimatur/publication"
)

// FileNote is a file on a page: played by the browser, or to be kept.
type FileNote struct {
	*i18n.Printer
	URL   string // empty where it may not be had now
	Form  imageconsent.Form
	Kind  string // what it is, and how large
	About string // what it holds, in words
}

// fileNote is a file at an address, of so many bytes if that is known.
func (v *visit) fileNote(url, format string, bytes int64, about string) *FileNote {
	kind := v.Text("file.format_" + format)
	if bytes > 0 {
		kind = v.Text("file.kind", "Format", kind, "Size", v.fileSize(bytes))
	}
	return &FileNote{v.Printer, url, imageconsent.FormOf(format), kind, about}
}

// workingFile is a file as those see it who work with it; nil for a picture.
func (v *visit) workingFile(photo id.Photo, format string, bytes int64, about string) *FileNote {
	if imageconsent.FormOf(format) == imageconsent.OfPicture {
		return nil
	}
	return v.fileNote(working(photo, imageconsent.AsItIs), format, bytes, about)
}

// fileSize words a number of bytes, in whole units.
func (v *visit) fileSize(bytes int64) string {
	const kibi = 1 << 10
	if bytes < kibi*kibi {
		return v.Text("file.kib", "Size", v.Number(int((bytes+kibi-1)/kibi)))
	}
	return v.Text("file.mib", "Size", v.Number(int((bytes+kibi*kibi-1)/(kibi*kibi))))
}

// documentFiles are the files of a document for its readers: what may not be had at this
// moment leaves its place empty (R27, R33).
func (v *visit) documentFiles(p publication.Published) []*FileNote {
	var notes []*FileNote
	for _, file := range p.Files() {
		url := ""
		if file.Shown {
			url = v.house.seen(p.ID, file.Photo, imageconsent.AsItIs)
		}
		notes = append(notes, v.fileNote(url, file.Format, file.Bytes, file.About))
	}
	return notes
}
