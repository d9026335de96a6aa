package imageconsent

import (
	"slices"

	"imprimatur/internal/filetype"
)

// Form is what an upload is to who receives it.
type Form string

// The forms.
const (
	OfPicture Form = "picture"
	OfSound   Form = "sound" // a browser plays it
	OfFilm    Form = "film"  // a browser plays it
	OfPaper   Form = "paper" // is kept, and read elsewhere
)

// Forms lists the forms.
func Forms() []Form { return []Form{OfPicture, OfSound, OfFilm, OfPaper} }

// FormOf is the form of a format.
func FormOf(format string) Form {
	switch filetype.Format(format).Form() {
	case filetype.Sound:
		return OfSound
	case filetype.Film:
		return OfFilm
	case filetype.Paper:
		return OfPaper
	}
	return OfPicture
}

// FileFormats lists the formats of files that are no pictures, as they are written behind
// a file's name.
func FileFormats() []string {
	var list []string
	for _, format := range filetype.Formats() {
		list = append(list, string(format))
	}
	return list
}

// Media lists what of somebody uploads of the form can show.
func (f Form) Media() []Medium {
	if f == OfSound {
		return []Medium{Voice, Name}
	}
	if f == OfPicture || f == OfFilm {
		return []Medium{Image, Voice, Name}
	}
	return []Medium{Image, Name}
}

// usual is what of somebody an upload of the form shows where nothing else is said.
func (f Form) usual() Medium { return f.Media()[0] }

func (f Form) shows(media []Medium) bool {
	return !slices.ContainsFunc(media, func(m Medium) bool { return !slices.Contains(f.Media(), m) })
}

// MediaType is the type that a file of a format is served as. Pictures are always JPEG.
func MediaType(format string) string {
	if FormOf(format) == OfPicture {
		return "image/jpeg"
	}
	return filetype.Format(format).Media()
}
