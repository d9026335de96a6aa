package postgres_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
	"imprimatur/publication"
)

// R28: what a family agreed to for an ENT is for the establishments that it was told of. One
// that joins later reads the text, and sees the picture when they are asked anew.
func TestAnENTThatGrowsShowsNoPictureFurther(t *testing.T) {
	t.Parallel()
	o := outpaced{household: newHousehold(t)}
	o.lina = func() id.Consent {
		in := o.outing(o.photo)
		in.Uses = in.Uses[:1]
		_, asked := o.ask(t, in)
		return asked[o.Lina]
	}()
	o.developed(t, o.photo)
	text, m := o.ready(t, false)
	if m.Kind != outbox.PublishRevision {
		t.Fatal(m.Kind)
	}
	if err := o.publish.Publish(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	o.exec(t, `UPDATE space SET audience = 'ent', audience_ent = $2, audience_group = NULL WHERE space_id = $1`, o.Blog, o.ENT)

	var tree id.Tenant
	o.load(t, func(l postgres.Loading) (err error) {
		tree, err = l.Tenant(t.Context(), directory.Tenant{UAI: "0310099X", Name: "École Les Érables", Kind: directory.Establishment, TimeZone: "Europe/Paris", Zone: "C"})
		return err
	})
	newcomer := o.newcomer(t, "arrivant", "Ida", "Blanc", directory.Guardian)
	o.exec(t, `UPDATE membership SET tenant_id = $2 WHERE person_id = $1`, newcomer, tree)
	reader := publication.NewReader(publication.ReaderConfig{Store: o.db.Door(), Clock: o.clock})
	seen := func(when string, who id.Person, want bool) {
		t.Helper()
		viewer := o.bundle.viewer(t, reader, who)
		_, err := reader.Photo(t.Context(), viewer, text, o.photo, imageconsent.Standard)
		if (err == nil) != want || err != nil && !errors.Is(err, directory.ErrNotFound) {
			t.Errorf("%s, seen by %s: %v", when, who, err)
		}
	}
	agree := func() imageconsent.Request {
		t.Helper()
		in := o.outing(o.photo)
		in.Uses = in.Uses[:1]
		r, asked := o.ask(t, in)
		for _, who := range []id.Person{o.Lina, o.Haddad, o.karim} {
			o.mustAnswer(t, who, asked[o.Lina], imageconsent.ToENT)
		}
		return r
	}
	seen("agreed to for the class alone", o.Noe, false)
	r := agree()
	for _, words := range []string{"qui sont 2 et que cette demande nomme", "Établissements de « ENT de test » : Collège Les Tilleuls ; Lycée Les Platanes."} {
		if !strings.Contains(r.Body, words) {
			t.Errorf("the text does not say %q:\n%s", words, r.Body)
		}
	}
	seen("agreed", o.Noe, true)
	seen("agreed", o.Zoe, true)
	seen("agreed", newcomer, false)

	o.exec(t, `INSERT INTO ent_member (ent_id, tenant_id) VALUES ($1, $2)`, o.ENT, tree)
	if page, err := reader.Contribution(t.Context(), o.bundle.viewer(t, reader, newcomer), text); err != nil || page.Published.Title == "" {
		t.Errorf("the text: %+v, %v", page, err)
	}
	seen("after a school has joined", newcomer, false)
	seen("after a school has joined", o.Zoe, true)
	o.pass(time.Minute)
	if r := agree(); !strings.Contains(r.Body, "École Les Érables") {
		t.Errorf("asked anew:\n%s", r.Body)
	}
	seen("asked anew", newcomer, true)
}
