package web

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
)

// linked serves the page of a link: it lets its holder in to one consent of one person,
// once, and to nothing else. No session is read or made, and nothing of the address is
// kept or passed on.
func (s *Site) linked(h func(*visit, consentAt) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		v := &visit{Context: c, site: s}
		c.Set(visitKey, v)
		v.speak("", time.UTC)
		header := c.Response().Header()
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("X-Robots-Tag", "noindex, nofollow")
		who, consent, err := s.cfg.Consents.OpenLink(c.Request().Context(), c.Param("token"))
		if err == nil {
			v.approachBy(who.Tenant)
			at := consentAt{who: who, id: consent, base: "/c/" + c.Param("token"), link: true}
			at.photo = func(photo id.Photo, _ imageconsent.Size) string { return at.base + "/photos/" + photo.String() }
			v.Set(ActorKey, who)
			err = h(v, at)
		}
		if !errors.Is(err, directory.ErrNotFound) {
			return err
		}
		page := &ProblemPage{Base: v.plainBase(v.Text("consent.link_dead_title")), What: v.Text("consent.link_dead"), Do: v.Text("consent.link_dead_do")}
		page.Path, page.Ways = "/", []Crumb{{"/login", v.Text("problem.to_login")}}
		return s.renderOnce(v, http.StatusNotFound, page)
	}
}

// approachBy finds the establishment of a link, if that can be read now: an answer and a
// withdrawal wait for no page below theirs (invariant 4).
func (v *visit) approachBy(tenant id.Tenant) {
	if said, err := v.site.cfg.Reader.Legal(v.Request().Context(), publication.Anonymous(tenant)); err == nil {
		v.near = house{House: said.House}
	}
}

func (s *Site) showLink(v *visit, at consentAt) error {
	page, err := v.consentPage(at)
	if err != nil {
		return err
	}
	return s.renderOnce(v, http.StatusOK, page)
}

// renderOnce sends a page that nobody may keep.
func (s *Site) renderOnce(v *visit, status int, page Page) error {
	body, err := s.templates.execute(page)
	if err != nil {
		return err
	}
	header := v.Response().Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Language", v.Lang())
	return v.HTMLBlob(status, body)
}

// answerLink takes the answer of whoever came by a link, which opens no more after it.
func (s *Site) answerLink(v *visit, at consentAt) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	page, err := v.consentPage(at) // while it still opens
	if err != nil {
		return err
	}
	done, receipt, err := v.say(at, form)
	if err != nil {
		return v.answerAgain(at, form, err)
	}
	page.thank(v.Text("consent.thanks_" + done))
	page.Receipt = v.Text("consent.receipt", "Address", receipt)
	for i := range page.Lines {
		page.Lines[i].Ticked = done == "granted" && slices.Contains(form["use"], page.Lines[i].ID)
	}
	return s.renderOnce(v, http.StatusOK, page)
}

func (s *Site) revokeLink(v *visit, at consentAt) error {
	page, err := v.consentPage(at)
	if err != nil {
		return err
	}
	if err := v.revoke(at); err != nil {
		return err
	}
	page.thank(v.Text("consent.thanks_revoked"))
	return s.renderOnce(v, http.StatusOK, page)
}

// thank makes a page of one on which nothing can be done any more.
func (p *ConsentPage) thank(words string) {
	p.Thanks, p.Answer, p.Revoke, p.Mine, p.Photos = words, nil, "", "", nil
}

// linkPhoto gives a picture to whoever is asked for consent to it, by their link.
func (s *Site) linkPhoto(v *visit, at consentAt) error {
	photo, err := photoOf(v.Param("photo"))
	if err != nil {
		return v.noPicture(err)
	}
	sheet, err := s.cfg.Consents.Sheet(v.Request().Context(), at.who, at.id)
	if err == nil && !slices.Contains(sheet.Photos, photo) {
		err = directory.ErrNotFound
	}
	if err != nil {
		return v.noPicture(err)
	}
	size := imageconsent.Standard
	if _, file := sheet.Request.Files[photo]; file {
		size = imageconsent.AsItIs
	}
	file, data, err := s.cfg.Photos.Open(v.Request().Context(), at.who, imageconsent.Shown{Photo: photo}, size)
	if err != nil {
		return v.noPicture(err)
	}
	defer data.Close()
	return v.opened(file, data)
}
