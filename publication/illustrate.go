package publication

import (
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
)

// imageTag is how Sanitize writes the beginning of a picture, and nothing else.
var imageTag = regexp.MustCompile(`<img src="` + photoPath + `([0-9a-f-]{36})"`)

// Illustrate gives a text its pictures' addresses, in two resolutions, and keeps each
// place at its size. address names a picture to whoever is reading.
func Illustrate[T HTML | Annotated](text T, frames []Frame, address func(id.Photo, imageconsent.Size) string) Annotated {
	h := Annotated(text)
	if !strings.Contains(h.safe, "<img ") {
		return h
	}
	return Annotated{imageTag.ReplaceAllStringFunc(h.safe, func(tag string) string {
		photo, err := id.Parse[id.Photo](imageTag.FindStringSubmatch(tag)[1])
		if err != nil {
			return tag
		}
		standard, double := html.EscapeString(address(photo, imageconsent.Standard)), html.EscapeString(address(photo, imageconsent.Double))
		tag = `<img src="` + standard + `" srcset="` + standard + ` 1x, ` + double + ` 2x" loading="lazy" decoding="async"`
		if i := slices.IndexFunc(frames, func(f Frame) bool { return f.Photo == photo }); i >= 0 {
			tag += ` width="` + strconv.Itoa(frames[i].Width) + `" height="` + strconv.Itoa(frames[i].Height) + `"`
		}
		return tag
	})}
}
