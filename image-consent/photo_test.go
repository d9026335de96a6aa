package imageconsent

import (
	"testing"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
)

func TestWhoIsShownWhichRendition(t *testing.T) {
	t.Parallel()
	uploader, other := id.New[id.Person](), id.New[id.Person]()
	current, sealed, elsewhere := id.New[id.Rendition](), id.New[id.Rendition](), id.New[id.Rendition]()
	for name, tt := range map[string]struct {
		who                        id.Person
		roles                      []actor.Role
		current, sealed, elsewhere bool
	}{
		"uploader":                 {uploader, nil, true, true, true},
		"consent officer":          {other, []actor.Role{actor.Officer}, true, true, true},
		"director":                 {other, []actor.Role{actor.Director}, true, true, true},
		"who judges a text":        {other, []actor.Role{actor.Moderator}, true, true, false},
		"who is asked for consent": {other, nil, true, false, false},
	} {
		d := PhotoDossier{Photo: Photo{Uploader: uploader, Current: current}, Roles: actor.NewRoles(tt.roles...), Concerned: len(tt.roles) == 0}
		if d.Roles.Has(actor.Moderator) {
			d.Sealed = []id.Rendition{sealed}
		}
		who := actor.Actor{Kind: actor.KindPerson, Person: tt.who}
		for rendition, want := range map[id.Rendition]bool{{}: true, current: tt.current, sealed: tt.sealed, elsewhere: tt.elsewhere} {
			if got := d.shows(who, rendition); got != want {
				t.Errorf("%s, rendition %s: %t", name, rendition, got)
			}
		}
	}
}
