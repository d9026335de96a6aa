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
var imageTag = regexp.MustCompile(`<img src="` + photoPath + `([0-9a-f-]{36})" alt="([^"]*)"`)

// rewriteImages writes the beginning of each picture of ours anew. alt is escaped.
func rewriteImages(safe string, write func(photo id.Photo, alt string) string) string {
	if !strings.Contains(safe, "<img ") {
		return safe
	}
	return imageTag.ReplaceAllStringFunc(safe, func(tag string) string {
		parts := imageTag.FindStringSubmatch(tag)
		photo, err := id.Parse[id.Photo](parts[1])
		if err != nil {
			return tag
		}
		return write(photo, parts[2])
	})
}

// Illustrate gives a text its pictures' addresses, in two resolutions, and keeps each
// place at its size. address names a picture to whoever is reading; withheld is what stands
// for the description of one that a frame says is not shown.
func Illustrate[T HTML | Annotated](text T, frames []Frame, withheld string, address func(id.Photo, imageconsent.Size) string) Annotated {
	return Annotated{rewriteImages(Annotated(text).safe, func(photo id.Photo, alt string) string {
		standard, double := html.EscapeString(address(photo, imageconsent.Standard)), html.EscapeString(address(photo, imageconsent.Double))
		tag := `<img src="` + standard + `" srcset="` + standard + ` 1x, ` + double + ` 2x" loading="lazy" decoding="async"`
		if i := slices.IndexFunc(frames, func(f Frame) bool { return f.Photo == photo }); i >= 0 {
			tag += ` width="` + strconv.Itoa(frames[i].Width) + `" height="` + strconv.Itoa(frames[i].Height) + `"`
			if !frames[i].Shown {
				alt = html.EscapeString(withheld)
			}
		}
		return tag + ` alt="` + alt + `"`
	})}
}
