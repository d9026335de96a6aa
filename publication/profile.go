package publication

import "imprimatur/publication/internal/prose"

// mostPortraits is how many pictures a profile may show.
const mostPortraits = 1

// Arranged gives a text as contributions of this kind have it: a profile's portrait
// stands before its words, where a page finds it to put it beside them.
func (k Kind) Arranged(h HTML) HTML {
	if k != Profile || len(Photos(h)) == 0 {
		return h
	}
	blocks := prose.Read(h.safe)
	var portraits []*prose.Block
	for _, b := range everyBlock(blocks) {
		if b.Kind == prose.Image {
			portraits = append(portraits, b)
		}
	}
	return HTML{prose.Write(append(portraits, dropImages(blocks, Photos(h))...))}
}

// checkPortrait refuses a profile with more than one picture: each more would be of
// somebody whom it does not present.
func checkPortrait(h HTML, kind Kind) error {
	if kind == Profile && len(Photos(h)) > mostPortraits {
		return &FieldError{Field: "photos", Code: "one_portrait", Limit: mostPortraits, Rule: "R20"}
	}
	return nil
}
