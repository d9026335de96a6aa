package postgres_test

import (
	"context"
	"errors"
	"testing"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// A photo has an address that readers see. Whoever puts it into a text of their own
// learns nothing of it, and comes to answer for nothing.
func TestNobodyTakesAPhotoByItsAddress(t *testing.T) {
	t.Parallel()
	d := newDarkroom(t)
	photo := d.upload(t, d.Lina, "photo")
	d.write(t, photo)
	d.identify(t, d.Martin, photo, imageconsent.NotAFace)
	named := publication.Input{Title: "La sortie", Body: `<p>Nous y étions.</p><img src="/photos/` + photo.String() + `" alt="La classe">`}
	for name, text := range map[string]struct {
		author id.Person
		space  id.Space
		kind   publication.Kind
		taken  bool
	}{
		"a classmate":                     {d.Noe, d.Blog, publication.Article, false},
		"an adult, in a space of theirs":  {d.Petit, d.Web, publication.Page, false},
		"the moderator of the first text": {d.Martin, d.Blog, publication.Article, true},
	} {
		c, err := d.publish.Create(t.Context(), person(d.Tilleuls, text.author), publication.New{Space: text.space, Kind: text.kind, Input: named})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if told := len(d.dossier(t, c, text.author).Draft.Pictures) == 1; told != text.taken {
			t.Errorf("%s is told of it: %v", name, told)
		}
		err = d.act(t, c, text.author, publication.Command{Action: workflow.Submit})
		if fault := new(directory.FieldError); text.taken != (err == nil) || (err != nil && (!errors.As(err, &fault) || fault.Code != "photo_unknown")) {
			t.Errorf("%s submits: %v", name, err)
		}
		if _, err := d.photos.Photo(t.Context(), person(d.Tilleuls, text.author), photo); (err == nil) != text.taken {
			t.Errorf("%s sees who is in it: %v", name, err)
		}
	}
}

// Who said yes to a project, and no to one of its pictures when they were asked for that
// one, is not shown in it (R30).
func TestANoSaidElsewhereStands(t *testing.T) {
	t.Parallel()
	d := newDarkroom(t)
	photo := d.upload(t, d.Lina, "photo")
	c := d.write(t, photo)
	d.identify(t, d.Martin, photo, imageconsent.NotAFace)
	d.cover(t, photo)
	if err := d.act(t, c, d.Martin, publication.Command{Action: workflow.Approve}); err != nil {
		t.Fatal(err)
	}
	d.step(t, c, workflow.Publish)
	families := imageconsent.NewConsents(imageconsent.ConsentsConfig{
		InTx: postgres.Transactions[imageconsent.ConsentTx](d.db), Clock: d.clock, Files: &cupboard{}, Links: d.db,
	})
	sent, err := families.Ask(t.Context(), person(d.Tilleuls, d.Martin), imageconsent.AskInput{
		Title: "Cette photo", Nature: "Une photo", Purpose: "Raconter la sortie", Place: "Toulouse", Territory: "France",
		TakenFrom: d.clock(), TakenTo: d.clock(), Operations: []string{"Mise en ligne"}, Photos: []id.Photo{photo},
		Uses: []imageconsent.UseInput{{Space: d.Blog, Media: []imageconsent.Medium{imageconsent.Image}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	answer := func(accepted ...id.Use) {
		t.Helper()
		sheet, err := families.Sheet(t.Context(), person(d.Tilleuls, d.Lina), sent.Persons[0].Consent)
		if err == nil {
			_, err = families.Answer(t.Context(), person(d.Tilleuls, d.Lina), sheet.Consent.ID, sheet.Consent.Version, imageconsent.AnswerInput{Accepted: accepted})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if picture, err := d.seen(t, c, photo); err != nil || picture != "plain photo" || !d.clear(t, c) {
		t.Errorf("asked, and not answered: %q, %v, clear %v", picture, err, d.clear(t, c))
	}
	answer()
	if picture, err := d.seen(t, c, photo); !errors.Is(err, directory.ErrNotFound) || d.clear(t, c) {
		t.Errorf("refused: %q, %v, clear %v", picture, err, d.clear(t, c))
	}
	answer(sent.Request.Lines[0].ID)
	if picture, err := d.seen(t, c, photo); err != nil || !d.clear(t, c) {
		t.Errorf("thought again: %q, %v, clear %v", picture, err, d.clear(t, c))
	}
}

// A photo that hides behind a hold is not shown in a request either: it may be the copy
// of one that was taken down.
func TestWhatIsHeldIsNotShownToWhoIsAsked(t *testing.T) {
	t.Parallel()
	d := newDarkroom(t)
	photo := d.upload(t, d.Martin, "photo")
	d.identify(t, d.Martin, photo, imageconsent.NotAFace)
	d.cover(t, photo)
	sees := func() bool {
		_, file, err := d.photos.Open(t.Context(), person(d.Tilleuls, d.Haddad), imageconsent.Shown{Photo: photo}, imageconsent.Standard)
		if err == nil {
			_ = file.Close()
		}
		return err == nil
	}
	if !sees() {
		t.Error("a guardian does not see what they are asked about")
	}
	mask := imageconsent.PhotoCommand{
		Action: workflow.Mask, Version: d.photo(t, d.Garcia, photo).Photo.Version, Reason: workflow.Reason{Ground: "IMG", Text: "On la reconnaît."},
	}
	if err := d.photos.Act(t.Context(), person(d.Tilleuls, d.Garcia), photo, mask); err != nil {
		t.Fatal(err)
	}
	if sees() {
		t.Error("masked, and shown to a guardian")
	}
}

// slowly is a developer in whose time something else happens.
type slowly struct {
	developer
	meanwhile func()
}

func (s slowly) Blur(ctx context.Context, data []byte, maxPixels int, boxes []imageconsent.Box) ([]imageconsent.Drawn, error) {
	s.meanwhile()
	return s.developer.Blur(ctx, data, maxPixels, boxes)
}

// A photo that is erased while it is being blurred does not come back.
func TestErasedWhileItIsBlurred(t *testing.T) {
	t.Parallel()
	d := newDarkroom(t)
	photo := d.upload(t, d.Martin, "photo")
	d.photos.Imaging = slowly{meanwhile: func() {
		erase := imageconsent.PhotoCommand{Action: workflow.Erase, Version: d.photo(t, d.Martin, photo).Photo.Version}
		if err := d.photos.Act(t.Context(), person(d.Tilleuls, d.Martin), photo, erase); err != nil {
			t.Error(err)
		}
	}}
	d.identify(t, d.Martin, photo, imageconsent.ToBlur)
	if p := d.photo(t, d.Martin, photo).Photo; p.Status != workflow.Erased || !p.Current.IsZero() || len(d.shelf.files) != 0 {
		t.Errorf("%s, rendition %s, %d files are left", p.Status, p.Current, len(d.shelf.files))
	}
}
