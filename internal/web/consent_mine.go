package web

import (
	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/web/i18n"
	"imprimatur/workflow"
)

// MyConsentsPage lists the consents that somebody has given or is asked for, with where
// each is used now.
type MyConsentsPage struct {
	Base
	Open, Answered []MyConsent
	Register       string // for who works here
}

// Template names the page's file.
func (*MyConsentsPage) Template() string { return "consents_mine" }

// MyConsent is one of them.
type MyConsent struct {
	URL, Title, Person, Mine, Until string
	Status                          Status
	Lines                           []ConsentLine
	Shown                           []Crumb
	Revoke                          string
}

func (s *Site) listMyConsents(v *visit) error {
	held, err := s.cfg.Consents.Mine(v.Request().Context(), v.actor())
	if err != nil {
		return err
	}
	base, err := v.base(v.Text("consent.mine_title"))
	if err != nil {
		return err
	}
	page := &MyConsentsPage{Base: base}
	if v.works() {
		page.Register = v.house.desk("consents")
	}
	for _, one := range held {
		mine := v.myConsent(one)
		if one.Mine == nil && one.Consent.Status == workflow.Asked {
			page.Open = append(page.Open, mine)
		} else {
			page.Answered = append(page.Answered, mine)
		}
	}
	return v.render(page)
}

func (v *visit) myConsent(h imageconsent.Held) MyConsent {
	mine := MyConsent{
		URL: v.house.consent(h.Consent.ID), Title: h.Request.Title, Person: h.Person.FullName(), Status: v.consentStatus(h.Consent.Status),
		Mine: v.answered(imageconsent.Sheet{Mine: h.Mine, Lines: h.Lines}), Until: v.Day(lastDay(h.Request.Valid.Until)),
	}
	for _, line := range h.Lines {
		if line.Covered {
			mine.Lines = append(mine.Lines, ConsentLine{line.ID.String(), i18n.Typeset(line.Text), false, true})
			mine.Revoke = mine.URL + "/revoke"
		}
	}
	for _, shown := range h.Shown {
		mine.Shown = append(mine.Shown, Crumb{v.house.permanent(shown.Contribution), shown.Title + " · " + shown.SpaceTitle})
	}
	return mine
}
