package web

import (
	"net/url"
	"strings"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/web/i18n"
	"imprimatur/workflow"
)

// ConsentsPage is the register of consents.
type ConsentsPage struct {
	Base
	Pager
	Ask, Export, Mine string
	Mail              string // what was mailed, for who runs or directs the house
	Request           string // the id of the one project that is shown; empty for all
	Remind            string
	AddPhotos         string // where pictures are added to the project; empty where they may not be
	AskPrint          string // where the project is asked for on paper too; empty where it was, or may not be
	All               string
	Groups, Statuses  []Option
	Unanswered        bool
	Who               string
	People            []Somebody
	Persons           string
	Filtered          bool
	Items             []ConsentRow
}

// Template names the page's file.
func (*ConsentsPage) Template() string { return "consents" }

// ConsentRow is a line of the register.
type ConsentRow struct {
	URL, Person, Class, Title, Project string
	Waiting                            []Reached
	Status                             Status
	Covered, Lines                     int
	Until, AskedAt                     time.Time
	Reminders                          int
	Guardianless                       bool // nobody is known who could sign for a minor
}

// Reached is somebody whose answer is missing, and how they were told.
type Reached struct{ Name, How string }

func (s *Site) listConsents(v *visit) error {
	filter, faults, err := v.registerFilter()
	if err != nil {
		return err
	}
	found, err := s.cfg.Consents.Register(v.Request().Context(), v.actor(), filter, v.QueryParam("after"))
	if err != nil {
		return err
	}
	base, err := v.base(v.Text("consent.register"))
	if err != nil {
		return err
	}
	base.Wide, base.Faults = true, faults
	query := v.Request().URL.Query()
	page := &ConsentsPage{
		Base: base, Pager: v.pager(found.Next), Ask: v.house.desk("consents", "ask"), Mine: v.house.desk("consents", "mine"), Request: query.Get("request"),
		All: v.house.desk("consents"), Unanswered: filter.Unanswered,
		Who: query.Get("who"), Persons: v.house.desk("persons"), Filtered: filter != imageconsent.RegisterFilter{},
	}
	page.Path = page.All
	if found.Keeps {
		page.Export = v.house.desk("consents", "export") + "?" + query.Encode()
	}
	if found.Runs {
		page.Mail = v.house.desk("mail")
	}
	if page.Request != "" {
		page.Remind = v.house.desk("consents", "remind")
		if page.AddPhotos, err = v.addTo(page.Request); err != nil {
			return err
		}
		if page.AskPrint, err = v.askPrint(filter.Request); err != nil {
			return err
		}
	}
	if page.Groups, err = v.registerGroups(query.Get("group")); err != nil {
		return err
	}
	if page.People, err = v.nearest(); err != nil {
		return err
	}
	for _, status := range workflow.ConsentStatuses() {
		if status != workflow.NoConsent {
			page.Statuses = append(page.Statuses, Option{string(status), v.consentStatus(status).Label, status == filter.Status})
		}
	}
	for _, e := range found.Items {
		page.Items = append(page.Items, v.consentRow(e))
	}
	return v.render(page)
}

// registerFilter reads what the register is narrowed to. Whoever a name may mean is to
// be named more closely.
func (v *visit) registerFilter() (imageconsent.RegisterFilter, Faults, error) {
	query := v.Request().URL.Query()
	f := imageconsent.RegisterFilter{Status: workflow.ConsentStatus(query.Get("status")), Unanswered: query.Get("unanswered") != ""}
	var err error
	if text := query.Get("group"); text != "" {
		if f.Group, err = id.Parse[id.Group](text); err != nil {
			return f, nil, directory.ErrNotFound
		}
	}
	if text := query.Get("request"); text != "" {
		if f.Request, err = id.Parse[id.Request](text); err != nil {
			return f, nil, directory.ErrNotFound
		}
	}
	who := strings.TrimSpace(query.Get("who"))
	if who == "" {
		return f, nil, nil
	}
	var choices []Somebody
	if f.Person, choices, err = v.meant(who); err != nil || !f.Person.IsZero() {
		return f, nil, err
	}
	word := "photo.nobody_so"
	if len(choices) > 0 {
		word = "photo.several_so"
	}
	return f, Faults{{"who", v.Text(word, "Name", who)}}, nil
}

func (v *visit) registerGroups(chosen string) ([]Option, error) {
	groups, err := v.site.cfg.Directory.Groups(v.Request().Context(), v.actor())
	if err != nil {
		return nil, err
	}
	var options []Option
	for _, g := range groups {
		options = append(options, Option{g.ID.String(), g.Name, g.ID.String() == chosen})
	}
	i18n.SortBy(v.Printer, options, func(o Option) string { return o.Label })
	return options, nil
}

func (v *visit) consentRow(e imageconsent.Entry) ConsentRow {
	row := ConsentRow{
		URL: v.house.consent(e.Consent.ID), Person: e.Person, Class: e.Class, Title: e.Title,
		Project: v.house.desk("consents") + "?" + url.Values{"request": {e.Consent.Request.String()}}.Encode(), Status: v.consentStatus(e.Consent.Status),
		Covered: e.Covered, Lines: e.Lines, Until: lastDay(e.Until), AskedAt: e.Consent.AskedAt, Guardianless: e.Guardianless, Reminders: e.Consent.Reminders,
	}
	for _, reach := range e.Waiting {
		row.Waiting = append(row.Waiting, Reached{reach.Name, v.reached(reach)})
	}
	return row
}

// reached says how somebody was told that their answer is missing.
func (v *visit) reached(r imageconsent.Reach) string {
	how := "paper"
	switch {
	case r.Minor:
		how = "notice"
	case r.Mail != "":
		how = string(r.Mail)
	case r.Address:
		how = "notice"
	}
	if how == "notice" && !r.ReadAt.IsZero() {
		return v.Text("reach.read", "At", v.Moment(r.ReadAt))
	}
	words := v.Text("reach."+how, "At", v.Moment(r.MailAt))
	if how != "notice" && !r.ReadAt.IsZero() {
		words += v.Text("reach.and_read", "At", v.Moment(r.ReadAt))
	}
	return words
}

// lastDay is in the last day of a time that ends with it.
func lastDay(until time.Time) time.Time { return until.Add(-time.Nanosecond) }

// remindConsents reminds everybody whose answer to a request is missing.
func (s *Site) remindConsents(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	request, err := id.Parse[id.Request](form.Get("request"))
	if err != nil {
		return directory.ErrNotFound
	}
	count, err := s.cfg.Consents.Remind(v.Request().Context(), v.actor(), request)
	if err != nil {
		return err
	}
	word := "did.consent_reminded"
	if count == 0 {
		word = "did.consent_nobody_reminded"
	}
	return v.done(word, v.house.desk("consents")+"?request="+request.String())
}

// exportConsents gives the register as a table for a spreadsheet, as French ones read it.
func (s *Site) exportConsents(v *visit) error {
	filter, faults, err := v.registerFilter()
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		return v.see(v.house.desk("consents") + "?" + v.Request().URL.RawQuery)
	}
	rows, err := s.cfg.Consents.Export(v.Request().Context(), v.actor(), filter)
	if err != nil {
		return err
	}
	return v.spreadsheet("autorisations.csv", rows)
}
