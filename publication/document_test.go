package publication_test

import (
	"testing"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Documents and profiles are reviewed first where other texts appear first, unless the
// establishment has it otherwise for either; pupils' press never is (R11, R14).
func TestWhatIsReviewedFirstEverywhere(t *testing.T) {
	t.Parallel()
	without := func(key string) settings.Values {
		values, err := settings.Values{}.Set(key, []byte("false"))
		if err != nil {
			t.Fatal(err)
		}
		return values
	}
	otherwise, unread := without(settings.DocumentReview.Key()), without(settings.ProfileReview.Key())
	for _, tt := range []struct {
		space  workflow.Mode
		kind   publication.Kind
		values settings.Values
		want   workflow.Mode
	}{
		{workflow.Post, publication.Document, settings.Values{}, workflow.Pre},
		{workflow.Post, publication.Article, settings.Values{}, workflow.Post},
		{workflow.Pre, publication.Document, otherwise, workflow.Pre},
		{workflow.Post, publication.Document, otherwise, workflow.Post},
		{workflow.PupilPress, publication.Document, settings.Values{}, workflow.PupilPress},
		{workflow.Post, publication.Profile, settings.Values{}, workflow.Pre},
		{workflow.Post, publication.Profile, otherwise, workflow.Pre},
		{workflow.Post, publication.Profile, unread, workflow.Post},
		{workflow.Pre, publication.Profile, unread, workflow.Pre},
		{workflow.PupilPress, publication.Profile, settings.Values{}, workflow.PupilPress},
	} {
		if got := (publication.Space{Mode: tt.space}).ModeOf(tt.kind, tt.values); got != tt.want {
			t.Errorf("a %s in %s is judged %s, want %s", tt.kind, tt.space, got, tt.want)
		}
	}
	for _, space := range publication.SpaceKinds() {
		for _, kind := range []publication.Kind{publication.Document, publication.Profile} {
			if got := kind.In(space); got == (space == publication.Forum) {
				t.Errorf("a %s takes a %s: %t", space, kind, got)
			}
		}
	}
}

// The files of a document are shown beside its words, each with what it holds.
func TestFilesStandBesideTheWords(t *testing.T) {
	t.Parallel()
	one := id.New[id.Photo]()
	html, err := publication.Sanitize(publication.PutTogether("<p>Écoutez.</p>", []publication.Illustration{{Photo: one, Alt: "Trois notes"}}))
	if err != nil {
		t.Fatal(err)
	}
	p := publication.Published{Kind: publication.Document, HTML: html, Frames: []publication.Frame{{Photo: one, Format: "wav", Bytes: 9}}}
	if got := p.Words().String(); got != "<p>Écoutez.</p>" {
		t.Errorf("words: %s", got)
	}
	files := p.Files()
	if len(files) != 1 || files[0].Photo != one || files[0].About != "Trois notes" || imageconsent.FormOf(files[0].Format) != imageconsent.OfSound {
		t.Errorf("files: %+v", files)
	}
	p.Kind = publication.Article
	if len(p.Files()) != 0 || p.Words() != html {
		t.Error("an article has files")
	}
}
