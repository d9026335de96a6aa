package web_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
)

// portrait is a public page with a picture of Lina, who has two guardians.
type portrait struct {
	*stage
	c     id.Contribution
	photo id.Photo
	karim id.Person
	asked id.Consent
	lines []id.Use
}

func newPortrait(t *testing.T) *portrait {
	t.Helper()
	p := &portrait{stage: newStage(t)}
	p.karim = p.newcomer("karim", directory.Guardian, time.Time{})
	p.must(p.tie(p.first.Lina, p.karim, tie{authority: true}))
	p.publish()
	p.ask()
	return p
}

func (p *portrait) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// publish has a teacher show the picture on the collège's public pages.
func (p *portrait) publish() {
	p.Helper()
	martin := p.by(p.first.Martin)
	photo, err := p.first.photos.Upload(p.Context(), martin, imageconsent.Upload{Name: "a.jpg", Data: []byte("Lina")})
	p.must(err)
	p.photo = photo
	p.work()
	d, err := p.first.photos.Photo(p.Context(), martin, photo)
	p.must(err)
	p.must(p.first.photos.Identify(p.Context(), martin, photo, imageconsent.Identification{
		Version: d.Photo.Version, Complete: true, People: []imageconsent.Described{
			{ID: d.Depictions[0].ID, Box: d.Depictions[0].Box, Outcome: imageconsent.IsPerson, Person: p.first.Lina},
			{ID: d.Depictions[1].ID, Box: d.Depictions[1].Box, Outcome: imageconsent.NotAFace},
		},
	}))
	p.c, err = p.first.publish.Create(p.Context(), martin, publication.New{
		Space: p.first.Web, Kind: publication.Page, Submit: true, WithoutPhotos: true,
		Input: publication.Input{Title: "La sortie", Body: `<p>Nous y étions.</p><img src="/photos/` + photo.String() + `" alt="Zoé devant la fusée">`},
	})
	p.must(err)
	p.must(p.push(p.c))
}

func (p *portrait) ask() {
	p.Helper()
	now := p.now()
	sent, err := p.consents.Ask(p.Context(), p.by(p.first.Martin), imageconsent.AskInput{
		Title: "Sortie", Nature: "Un portrait", Purpose: "Raconter", Place: "Saint-Denis", Territory: "France", Operations: []string{"Mise en ligne"},
		TakenFrom: now, TakenTo: now, Photos: []id.Photo{p.photo}, Uses: []imageconsent.UseInput{{Space: p.first.Web, Media: []imageconsent.Medium{imageconsent.Image}}},
	})
	p.must(err)
	p.asked, p.lines = sent.Persons[0].Consent, []id.Use{sent.Request.Lines[0].ID}
}

// says has somebody agree to the picture, or refuse it.
func (p *portrait) says(who id.Person, yes bool) error {
	sheet, err := p.consents.Sheet(p.Context(), p.by(who), p.asked)
	if err != nil {
		return err
	}
	in := imageconsent.AnswerInput{}
	if yes {
		in.Accepted = p.lines
	}
	_, err = p.consents.Answer(p.Context(), p.by(who), p.asked, sheet.Consent.Version, in)
	return err
}

// seen asks both processes, as a pupil and as nobody, for the picture, whose text stays.
func (p *portrait) seen(when string, want bool) {
	p.Helper()
	for _, reader := range append(p.readers, p.strangers...) {
		if got := asks(p, reader, p.c, p.photo, imageconsent.Standard) != ""; got != want {
			p.Errorf("%s: seen %t, want %t", when, got, want)
		}
		reader.open(desk + p.c.String()).expect(http.StatusOK)
	}
}

// R30: where two guardians disagree the picture is not there, whoever speaks last, and it
// goes with the very word that takes it back (R33).
func TestTwoGuardiansDisagreeAndReadersSee(t *testing.T) {
	t.Parallel()
	p := newPortrait(t)
	p.seen("nobody was heard", false)
	p.must(p.says(p.first.Lina, true))
	p.must(p.says(p.first.Haddad, true))
	p.seen("one guardian of two", false)
	p.must(p.says(p.karim, true))
	p.seen("both", true)
	p.must(p.says(p.karim, false))
	p.seen("one refuses", false)
	p.must(p.says(p.first.Haddad, true))
	p.seen("the other insists", false)
	p.must(p.says(p.karim, true))
	p.seen("who thinks again", true)
	p.must(p.consents.Revoke(p.Context(), p.by(p.first.Haddad), p.asked, imageconsent.RevokeInput{}))
	p.seen("withdrawn by either", false)
	p.must(p.says(p.first.Haddad, true))
	p.must(p.consents.Revoke(p.Context(), p.by(p.first.Lina), p.asked, imageconsent.RevokeInput{}))
	p.seen("withdrawn by the pupil", false)
}

// R30: when the directory takes authority away, the next request is refused.
func TestAuthorityIsTakenAwayAndReadersSee(t *testing.T) {
	t.Parallel()
	p := newPortrait(t)
	for _, who := range []id.Person{p.first.Lina, p.first.Haddad, p.karim} {
		p.must(p.says(who, true))
	}
	p.seen("all agree", true)
	p.must(p.tie(p.first.Lina, p.karim, tie{}))
	p.seen("authority is taken away", false)
	p.work()
	p.seen("and looked at again", false)
	p.must(p.tie(p.first.Lina, p.karim, tie{authority: true}))
	p.work()
	p.seen("it comes back", true)
	year, month, day := p.now().Date()
	p.must(p.tie(p.first.Lina, p.karim, tie{authority: true, until: time.Date(year, month, day+3, 0, 0, 0, 0, time.UTC)}))
	p.seen("it will end", false) // until it is looked at again
	p.work()
	p.seen("it will end, looked at again", true)
	p.set(time.Date(year, month, day+2, 19, 59, 59, 0, time.UTC)) // 23 h 59 on the island
	p.seen("its last moment", true)
	p.set(p.now().Add(time.Second))
	p.seen("it has ended", false)
}

// R34: at midnight in Réunion the picture is gone, before any clock has done its work;
// who has come of age is asked, and brings it back by themselves.
func TestMajorityAtMidnightInReunionAndReadersSee(t *testing.T) {
	t.Parallel()
	p := newPortrait(t)
	p.first.exec(t, `UPDATE person SET birth_date = '2008-12-01' WHERE person_id = $1`, p.first.Lina)
	for _, who := range []id.Person{p.first.Lina, p.first.Haddad, p.karim} {
		p.must(p.says(who, true))
	}
	midnight := time.Date(2026, 11, 30, 20, 0, 0, 0, time.UTC)
	p.set(midnight.Add(-time.Microsecond))
	p.seen("the last moment of childhood", true)
	p.set(midnight)
	p.seen("midnight", false)
	if _, err := p.consents.Tend(p.Context(), p.first.Tilleuls, p.asked); err != nil {
		t.Fatal(err)
	}
	p.work()
	p.seen("the clock has come", false)
	if err := p.says(p.karim, true); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("a guardian of an adult: %v", err)
	}
	p.must(p.admin.QueryRow(p.Context(), `SELECT consent_id FROM consent WHERE generation = 2`).Scan(&p.asked))
	p.must(p.says(p.first.Lina, true))
	p.seen("an adult's own word", true)
}

// Another establishment knows nothing of a picture, of its original, or of a consent, not
// even where the same person works in both.
func TestAnotherEstablishmentKnowsNothing(t *testing.T) {
	t.Parallel()
	p := newPortrait(t)
	for _, who := range []id.Person{p.first.Lina, p.first.Haddad, p.karim} {
		p.must(p.says(who, true))
	}
	p.seen("at home", true)
	for _, persona := range []string{"", "zoe", "roche", "martin"} {
		for _, b := range []*bundle{p.first, p.second} {
			br := b.visitor(t)
			if persona != "" {
				br = b.as(t, persona)
			}
			for _, path := range []string{"seen/" + p.c.String() + "/" + p.photo.String() + "/standard", "photos/" + p.photo.String()} {
				if br.open(atPlatanes + "-/" + path); br.status == http.StatusOK && br.at.Path != "/login" {
					t.Errorf("%s is given %s at the lycée", persona, path)
				}
			}
		}
	}
	for name, who := range map[string]id.Person{"the head": p.first.Roche, "who asked": p.first.Martin, "the guardian": p.first.Haddad} {
		there := actor.Actor{Kind: actor.KindPerson, Person: who, Tenant: p.first.Platanes, Via: "test"}
		_, photo := p.first.photos.Photo(p.Context(), there, p.photo)
		_, _, opened := p.first.photos.Open(p.Context(), there, imageconsent.Shown{Photo: p.photo}, imageconsent.Thumbnail)
		_, _, original := p.first.photos.Original(p.Context(), there, p.photo)
		_, sheet := p.consents.Sheet(p.Context(), there, p.asked)
		_, answered := p.consents.Answer(p.Context(), there, p.asked, 4, imageconsent.AnswerInput{})
		revoked := p.consents.Revoke(p.Context(), there, p.asked, imageconsent.RevokeInput{})
		for what, err := range map[string]error{"photo": photo, "file": opened, "original": original, "sheet": sheet, "answer": answered, "withdrawal": revoked} {
			if !errors.Is(err, directory.ErrNotFound) {
				t.Errorf("%s of the lycée, %s: %v", name, what, err)
			}
		}
	}
	p.seen("still at home", true)
}

// R33: what describes a picture goes with it, from the page, the feed, the lists and the
// paper, on every process and whatever was kept there; its place stays, at its size.
func TestWhatDescribesAPictureGoesWithIt(t *testing.T) {
	t.Parallel()
	p := newPortrait(t)
	address, site := desk+p.c.String(), "/e/"+tilleuls+"/site/"
	described := func(when string, want bool) {
		t.Helper()
		for _, reader := range append(p.readers, p.strangers...) {
			reader.open(address).expect(http.StatusOK)
			picture := reader.find(".prose img")
			alt := map[bool]string{true: "Zoé devant la fusée", false: "Photo non affichée"}[want]
			if picture.AttrOr("alt", "") != alt || picture.AttrOr("width", "") != "1600" || !strings.Contains(reader.text("main"), "Nous y étions.") {
				t.Errorf("%s: %s", when, reader.text("main"))
			}
			for path, tells := range map[string]bool{reader.at.Path: want, site + "feed.atom": want, site: false, "/e/" + tilleuls + "/": false} {
				if told := strings.Contains(string(reader.open(path).expect(http.StatusOK).raw), "Zoé"); told != tells {
					t.Errorf("%s: %s tells who is on it: %t", when, path, told)
				}
			}
		}
	}
	described("nobody was heard", false)
	for _, who := range []id.Person{p.first.Lina, p.first.Haddad, p.karim} {
		p.must(p.says(who, true))
	}
	described("all agree", true)
	described("and again", true)
	p.must(p.consents.Revoke(p.Context(), p.by(p.karim), p.asked, imageconsent.RevokeInput{}))
	described("withdrawn", false)
	p.must(p.says(p.karim, true))
	described("given again", true)
	p.set(p.now().AddDate(2, 0, 0))
	described("expired", false)
}
