package publication

import (
	"html"
	"strings"

	"imprimatur/internal/id"
	"imprimatur/publication/internal/prose"
)

// Illustration is a picture of a text, with what it shows in words, for who cannot see it.
type Illustration struct {
	Photo id.Photo
	Alt   string
}

// TakeApart gives a text without its pictures, and the pictures in their order: for
// editing without JavaScript.
func TakeApart(h HTML) (HTML, []Illustration) {
	var list []Illustration
	for _, b := range everyBlock(prose.Read(h.safe)) {
		if b.Kind != prose.Image {
			continue
		}
		if photo, err := id.Parse[id.Photo](strings.TrimPrefix(b.Src, photoPath)); err == nil {
			list = append(list, Illustration{photo, b.Alt})
		}
	}
	if len(list) == 0 {
		return h, nil
	}
	return withoutPictures(h, Photos(h)), list
}

// PutTogether puts pictures behind a source for Sanitize.
func PutTogether(source string, pictures []Illustration) string {
	var b strings.Builder
	b.WriteString(source)
	for _, p := range pictures {
		b.WriteString(`<img src="` + photoPath + p.Photo.String() + `" alt="` + html.EscapeString(p.Alt) + `">`)
	}
	return b.String()
}
