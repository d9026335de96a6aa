package publication

import (
	"strings"

	"imprimatur/publication/internal/prose"
)

// Version is what a reader of a diff compares: the title and the text of a revision.
type Version struct {
	Title string
	HTML  HTML
}

// Difference shows two versions as one, with <del> around what went and <ins> around
// what came, word by word, in the structure of the text. The style sheet says both
// aloud for screen readers.
type Difference struct {
	Changed bool
	Title   Annotated // inline
	HTML    Annotated // blocks
	Coarse  bool      // too long and too different: whole passages are shown as replaced
}

// Diff compares two versions. Its time is bounded whatever the texts: what is too
// much to compare word by word is shown as replaced, and Coarse says so. Changed is
// exact, also where nothing visible differs (a list's first number, a language).
func Diff(before, after Version) Difference {
	merged, coarse := prose.Diff(prose.Read(before.HTML.safe), prose.Read(after.HTML.safe))
	return Difference{
		Changed: before != after,
		Title:   Annotated{prose.DiffText(oneLine(before.Title), oneLine(after.Title))},
		HTML:    Annotated{prose.Write(merged)},
		Coarse:  coarse,
	}
}

func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ")
}
