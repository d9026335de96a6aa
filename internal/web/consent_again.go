package web

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// askPrint is where a project is asked for on paper too: empty where it was already, for a
// trombinoscope, which asks on its own page, and for who does not look after it.
func (v *visit) askPrint(request id.Request) (string, error) {
	r, err := v.site.cfg.Consents.Request(v.Request().Context(), v.actor(), request)
	if errors.Is(err, directory.ErrNotFound) {
		return "", nil
	}
	own := func(l imageconsent.Line) bool { return l.Space.IsZero() } // paper, and trombinoscopes
	if err != nil || slices.ContainsFunc(r.Lines, own) || !v.site.cfg.Clock().Before(r.Valid.Until) {
		return "", err
	}
	return v.house.desk("consents", "ask") + "?again=" + request.String(), nil
}

// ofProject fills in a request for paper alone, for a project that was asked for without it:
// what it said, its pictures, and those who were asked.
func (v *visit) ofProject(again string, form url.Values) error {
	request, err := id.Parse[id.Request](again)
	if err != nil {
		return directory.ErrNotFound
	}
	ctx := v.Request().Context()
	r, err := v.site.cfg.Consents.Request(ctx, v.actor(), request)
	if err != nil {
		return err
	}
	const most = 500
	asked, err := v.site.cfg.Consents.Register(ctx, v.actor(), imageconsent.RegisterFilter{Request: request, Limit: most}, "")
	if err != nil {
		return err
	}
	for field, text := range map[string]string{
		"title": r.Title, "nature": r.Nature, "purpose": r.Purpose, "place": r.Place, "operations": strings.Join(r.Operations, "\n"), "territory": r.Territory,
		"taken_from": r.TakenFrom.Format(time.DateOnly), "taken_to": r.TakenTo.Format(time.DateOnly), "use-" + printed: string(imageconsent.Image),
	} {
		form.Set(field, text)
	}
	if r.ToCome {
		form.Set("to_come", "yes")
	}
	for _, photo := range r.Photos {
		form.Add("photo", photo.String())
	}
	for _, e := range asked.Items {
		if person := e.Consent.Person.String(); !slices.Contains(form["before"], person) {
			form.Add("before", person)
			form.Add("asked", person)
		}
	}
	return nil
}

// askedBefore are those whom a project has asked, ticked where they are to be asked again.
func (v *visit) askedBefore(form url.Values) ([]Chosen, error) {
	var persons []id.Person
	for _, one := range form["before"] {
		if person, err := id.Parse[id.Person](one); err == nil {
			persons = append(persons, person)
		}
	}
	names, err := v.site.cfg.Directory.Names(v.Request().Context(), v.actor(), persons)
	if err != nil {
		return nil, err
	}
	var list []Chosen
	for _, person := range persons {
		if name, known := names[person]; known {
			list = append(list, Chosen{Somebody{person.String(), name}, slices.Contains(form["asked"], person.String())})
		}
	}
	return list, nil
}

// mostLookedAt is of how many pictures it is looked up where they wait.
const mostLookedAt = 20

// ofTexts ticks what is missing where texts wait for the pictures: there, of those in them,
// the image, the voice or the name.
func (v *visit) ofTexts(form url.Values) error {
	for i, one := range form["photo"] {
		if i == mostLookedAt {
			break
		}
		photo, err := id.Parse[id.Photo](one)
		if err != nil {
			continue
		}
		uses, err := v.site.cfg.Photos.Uses(v.Request().Context(), v.actor(), photo)
		if errors.Is(err, directory.ErrNotFound) { // who may not ask for it is told when they do
			continue
		}
		if err != nil {
			return err
		}
		for _, use := range uses {
			for _, m := range use.Missing {
				field := "use-" + use.Space.String()
				if m.Lack == imageconsent.LacksConsent && !slices.Contains(form[field], string(m.Medium)) {
					form.Add(field, string(m.Medium))
				}
			}
		}
	}
	return nil
}
