package publication_test

import (
	"testing"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// R36: the paper was signed for one text. It holds for that one and for
// corrections of it, and another text asks for another paper.
func TestAnAuthorisationHoldsForItsTextAndCorrections(t *testing.T) {
	t.Parallel()
	const signed = "La nuit, le vent se lève sur la cour et les arbres parlent tout bas de nous, de toi, de moi."
	tests := map[string]struct {
		body    string
		covered bool
	}{
		"the same":         {"<p>" + signed + "</p>", true},
		"a word corrected": {"<p>La nuit, le vent se leva sur la cour et les arbres parlent tout bas de nous, de toi, de moi.</p>", true},
		"other words":      {"<p>Mon frère a volé le vélo de monsieur Martin hier soir derrière le gymnase du collège.</p>", false},
		"half as much":     {"<p>La nuit, le vent se lève sur la cour</p>", false},
		"much added":       {"<p>" + signed + "</p><p>J'habite au douze rue des Lilas et je suis seul le mercredi.</p>", false},
		"nothing left":     {"", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			html, err := publication.Sanitize("<p>" + signed + "</p>")
			if err != nil {
				t.Fatal(err)
			}
			text, err := publication.Sanitize(test.body)
			if err != nil {
				t.Fatal(err)
			}
			paper := publication.AuthorisedText{Authorisation: id.New[id.Authorisation](), Revision: id.New[id.Revision](), Title: "Mon poème", HTML: html}
			d := publication.Dossier{Author: publication.Writer{Profile: directory.Pupil}, Authorised: []publication.AuthorisedText{paper}}
			r := &publication.Revision{ID: id.New[id.Revision](), Status: workflow.InReview, Title: "Mon poème", HTML: text}
			if _, covered := d.Compare(paper.Authorisation, r); covered != test.covered {
				t.Errorf("covered %t", covered)
			}
		})
	}
}
