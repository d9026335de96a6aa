package demo

import (
	"context"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/id"
)

// faces is the trombinoscope of 5A: some said yes, one of them to paper too, one said no,
// and most have not answered yet.
var faces = []line{
	{at: on(-6, 8, 5), who: "martin", do: classAsk, text: "5A"},
	{at: on(-6, 10, 2), who: "okafor", do: grant, text: "5A", said: &said{person: "okafor", spaces: []string{"class_staff", "print"}}},
	{at: on(-6, 12, 40), who: "lina", do: grant, text: "5A", said: &said{person: "lina", spaces: []string{"class_staff"}}},
	{at: on(-6, 12, 45), who: "noe", do: grant, text: "5A", said: &said{person: "noe", spaces: []string{"class_staff", "print"}}},
	{at: on(-6, 18, 30), who: "haddad-1", do: grant, text: "5A", said: &said{person: "lina", spaces: []string{"class_staff"}}},
	{at: on(-6, 19, 10), who: "perrin-1", do: grant, text: "5A", said: &said{person: "noe", spaces: []string{"class_staff", "print"}}},
	{at: on(-5, 7, 50), who: "moreau-1", do: refuse, text: "5A", said: &said{person: "enzo"}},
	{at: on(-4, 13, 30), who: "martin", do: portrait, text: "lina", photo: &photo{name: "lina.jpg", drawing: drawing{picture: "astronaut.png", times: 1, from: 0.2, to: 0.68, shade: 1}}},
	{at: on(-4, 13, 31), who: "martin", do: portrait, text: "noe", photo: &photo{name: "noe.jpg", drawing: drawing{picture: "astronaut.png", times: 1, from: 0.18, to: 0.7, shade: 0.8}}},
	{at: on(-4, 13, 32), who: "martin", do: portrait, text: "camille", photo: &photo{name: "camille.jpg", drawing: drawing{picture: "astronaut.png", times: 1, from: 0.2, to: 0.68, shade: 0.75}}},
	{at: on(-4, 13, 33), who: "martin", do: portrait, text: "okafor", photo: &photo{name: "okafor.jpg", drawing: drawing{picture: "astronaut.png", times: 1, from: 0.1, to: 0.75, shade: 0.65}}},
	{at: on(-4, 13, 40), who: "martin", do: confirm, text: "5A"},
}

// askClass asks everybody of a class, on paper too.
func (s *school) askClass(ctx context.Context, who actor.Actor, l line) error {
	known, there := s.happened("request")
	s.requests[l.text] = id.Request(known)
	if there {
		return nil
	}
	sent, err := s.trombinoscopes.Ask(ctx, who, s.groups[l.text], true)
	s.requests[l.text] = sent.Request.ID
	return err
}

func (s *school) portrait(ctx context.Context, who actor.Actor, l line) error {
	if _, there := s.happened("upload"); there {
		return nil
	}
	data, err := l.photo.file()
	if err != nil {
		return err
	}
	_, err = s.trombinoscopes.Add(ctx, who, s.groups["5A"], imageconsent.PortraitInput{Of: s.persons[l.text], Name: l.photo.name, Data: data})
	return err
}

// confirm looks at all portraits that are there.
func (s *school) confirm(ctx context.Context, who actor.Actor) error {
	if _, there := s.happened("identify"); there {
		return nil
	}
	album, err := s.trombinoscopes.Album(ctx, who, s.groups["5A"])
	if err != nil {
		return err
	}
	var photos []id.Photo
	for _, m := range album.Members {
		photos = append(photos, m.Photo)
	}
	return s.trombinoscopes.Confirm(ctx, who, s.groups["5A"], photos)
}
