package publication

import (
	"cmp"
	"slices"
	"strings"

	"imprimatur/internal/id"
	"imprimatur/internal/settings"
)

// AuthorisedText is what an authorisation that has not ended is about: one exact
// text, as it was when the paper was recorded (R36).
type AuthorisedText struct {
	Authorisation id.Authorisation
	Revision      id.Revision
	Title         string
	HTML          HTML
}

// authorising is the revision that an authorisation recorded now is about: what
// is on its way, else what is live, else what was refused; nil for none.
func (d Dossier) authorising() *Revision { return cmp.Or(d.Open, d.Live, d.Refused) }

// covered reports whether an authorisation on record reaches a text: the one that
// it is about, or a correction of it. Another text asks for another paper (R36).
func (d Dossier) covered(r *Revision) bool {
	return r != nil && slices.ContainsFunc(d.Authorised, func(a AuthorisedText) bool { return a.reaches(r, d.Values) })
}

// Compare gives what has changed in a text since one authorisation that has not
// ended, and whether that one reaches it all the same.
func (d Dossier) Compare(authorisation id.Authorisation, r *Revision) (Difference, bool) {
	for _, a := range d.Authorised {
		if a.Authorisation == authorisation {
			return Diff(Version{a.Title, a.HTML}, Version{r.Title, r.HTML}), a.reaches(r, d.Values)
		}
	}
	return Difference{}, false
}

func (a AuthorisedText) reaches(r *Revision, values settings.Values) bool {
	return a.Revision == r.ID || changed(a, r) <= settings.AuthorisedChange.Of(values)
}

// changed is the share of a text, in percent and rounded up, that its authorised
// version did not have or has lost, whichever is more: words, links and pictures,
// wherever they stand. It takes time in proportion to the texts.
func changed(a AuthorisedText, r *Revision) int {
	before, after := pieces(a.Title, a.HTML), pieces(r.Title, r.HTML)
	had := map[string]int{}
	for _, piece := range before {
		had[piece]++
	}
	kept := 0
	for _, piece := range after {
		if had[piece] > 0 {
			had[piece]--
			kept++
		}
	}
	most := max(len(before), len(after))
	if most == 0 {
		return 0
	}
	return ((most-kept)*100 + most - 1) / most
}

// pieces are what a text is made of, its title included.
func pieces(title string, h HTML) []string {
	all := strings.Fields(strings.ToLower(title + " " + PlainText(h)))
	return append(append(all, Links(h)...), Photos(h)...)
}
