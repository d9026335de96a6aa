package demo

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/publication"
)

// illustrated is what somebody has written, with its photos.
func (s *school) illustrated(t *text) string {
	var behind []publication.Illustration
	for _, one := range t.shows {
		behind = append(behind, publication.Illustration{Photo: s.photos[one.photo], Alt: one.alt})
	}
	return publication.PutTogether(t.body, behind)
}

// picture carries out a line about photos and those in them, unless it was.
func (s *school) picture(ctx context.Context, who actor.Actor, l line) error {
	switch l.do { //nolint:exhaustive // the others are about texts
	case series:
		return s.begin(ctx, who, l)
	case upload:
		return s.upload(ctx, who, l)
	case identify:
		return s.identify(ctx, who, l)
	case request:
		return s.request(ctx, who, l)
	case classAsk:
		return s.askClass(ctx, who, l)
	case portrait:
		return s.portrait(ctx, who, l)
	case confirm:
		return s.confirm(ctx, who)
	case sheet:
		return s.sheet(ctx, who, l)
	}
	return s.answer(ctx, who, l)
}

func (s *school) begin(ctx context.Context, who actor.Actor, l line) error {
	known, there := s.happened("series")
	s.albums[l.text] = id.Series(known)
	if there {
		return nil
	}
	var err error
	s.albums[l.text], err = s.photography.NewSeries(ctx, who, "Sortie au planétarium")
	return err
}

func (s *school) upload(ctx context.Context, who actor.Actor, l line) error {
	known, there := s.happened("upload")
	s.photos[l.text] = id.Photo(known)
	if there {
		return nil
	}
	if l.photo.sound {
		var err error
		s.photos[l.text], err = s.photography.Receive(ctx, who, imageconsent.Incoming{Name: l.photo.name, Body: bytes.NewReader(signal())})
		return err
	}
	data, err := l.photo.file()
	if err != nil {
		return err
	}
	s.photos[l.text], err = s.photography.Upload(ctx, who, imageconsent.Upload{Name: l.photo.name, Data: data, Series: s.albums[l.photo.album]})
	return err
}

// identify names who is in a photo: each by the box that the machine has found where they
// are, or without one where it has found none; what it found besides is no face.
func (s *school) identify(ctx context.Context, who actor.Actor, l line) error {
	if _, there := s.happened("identify"); there {
		return nil
	}
	d, err := s.photography.Photo(ctx, who, s.photos[l.text])
	if err != nil {
		return err
	}
	in := imageconsent.Identification{Version: d.Photo.Version, Complete: true, Nobody: len(l.photo.faces) == 0}
	named := make([]bool, len(l.photo.faces))
	for _, found := range d.Depictions {
		said := imageconsent.Described{ID: found.ID, Box: found.Box, Outcome: imageconsent.NotAFace}
		for i, one := range l.photo.faces {
			if !named[i] && math.Abs(found.Box.X+found.Box.Width/2-one.at) < nearFace {
				said.Outcome, said.Person, named[i] = imageconsent.IsPerson, s.persons[one.who], true
				break
			}
		}
		in.People = append(in.People, said)
	}
	for i, one := range l.photo.faces {
		if !named[i] {
			in.People = append(in.People, imageconsent.Described{Outcome: imageconsent.IsPerson, Person: s.persons[one.who]})
		}
	}
	return s.photography.Identify(ctx, who, s.photos[l.text], in)
}

// nearFace is how far a box may be from where somebody is.
const nearFace = 0.05

func (s *school) request(ctx context.Context, who actor.Actor, l line) error {
	known, there := s.happened("request")
	s.requests[l.text] = id.Request(known)
	if there {
		return nil
	}
	day := s.clock.AddDate(0, 0, -1)
	in := imageconsent.AskInput{
		Title: l.ask.title, Nature: l.ask.nature, Purpose: l.ask.purpose, Place: l.ask.place, TakenFrom: day, TakenTo: day,
		Operations: []string{"Mise en ligne sur l'ENT"}, Territory: "France",
	}
	for _, photo := range l.ask.photos {
		in.Photos = append(in.Photos, s.photos[photo])
	}
	for _, person := range l.ask.persons {
		in.Persons = append(in.Persons, s.persons[person])
	}
	medium := imageconsent.Image
	if l.ask.voice {
		medium = imageconsent.Voice
	}
	for _, slug := range l.ask.spaces {
		in.Uses = append(in.Uses, imageconsent.UseInput{Space: s.spaces[slug], Media: []imageconsent.Medium{medium}})
	}
	sent, err := s.consents.Ask(ctx, who, in)
	s.requests[l.text] = sent.Request.ID
	return err
}

// consentOf finds somebody's consent to a request, with the lines of the spaces named.
func (s *school) consentOf(ctx context.Context, l line) (imageconsent.Consent, []id.Use, error) {
	officer := s.who("garcia", tilleuls)
	page, err := s.consents.Register(ctx, officer, imageconsent.RegisterFilter{Request: s.requests[l.text], Person: s.persons[l.said.person]}, "")
	if err != nil || len(page.Items) != 1 {
		return imageconsent.Consent{}, nil, fmt.Errorf("consent of %s: %d of them: %w", l.said.person, len(page.Items), err)
	}
	asked, err := s.consents.Request(ctx, officer, s.requests[l.text])
	var uses []id.Use
	for _, line := range asked.Lines {
		if slices.ContainsFunc(l.said.spaces, func(slug string) bool {
			return s.spaces[slug] == line.Space && line.Trombinoscope().IsZero() || slug == string(line.Audience)
		}) {
			uses = append(uses, line.ID)
		}
	}
	return page.Items[0].Consent, uses, err
}

func (s *school) answer(ctx context.Context, who actor.Actor, l line) error {
	if _, there := s.happened(string(l.do)); there {
		return nil
	}
	consent, uses, err := s.consentOf(ctx, l)
	if err != nil {
		return err
	}
	_, err = s.consents.Answer(ctx, who, consent.ID, consent.Version, imageconsent.AnswerInput{Accepted: uses})
	return err
}

// blankSheet is the scan of a signed sheet, as small as a PDF can be.
const blankSheet = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
	"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

func (s *school) sheet(ctx context.Context, who actor.Actor, l line) error {
	if _, there := s.happened(imageconsent.ActRecordPaper); there {
		return nil
	}
	consent, uses, err := s.consentOf(ctx, l)
	if err != nil {
		return err
	}
	_, err = s.consents.RecordPaper(ctx, who, consent.ID, imageconsent.PaperInput{
		Signatory: s.persons[l.said.signer], Accepted: uses, SignedOn: s.clock, Scan: bytes.NewReader([]byte(blankSheet)),
	})
	return err
}
