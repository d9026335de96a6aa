package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/moderation"
	"imprimatur/publication"
)

// CollectiveForm is where an adult says that a work is collective, with what was said of
// it (R37).
type CollectiveForm struct {
	Send, End     string // End: empty where nothing was said yet
	About         string // what was said last
	Persons       string // where a script asks who is called so
	People        []Somebody
	Rows          []ContributorRow
	Justification string
	Open          bool // it is being filled in
}

// ContributorRow is one of those who took part, or room for one.
type ContributorRow struct {
	ID        string // of its fields, with a part behind it
	Number    int
	Who       string // as typed
	Person    string // whom that means, as long as it is not changed
	Namings   []Option
	Pseudonym string
	Faults    map[string]string // by part
}

// How many rows of contributors a form begins with, shows beyond those that are filled, and
// takes.
const (
	moreContributors    = 4
	mostContributorRows = 250
)

// collective is the form, for whoever may fill it in or take back what was said; nil for
// anybody else.
func (v *visit) collective(c id.Contribution, item moderation.Item) (*CollectiveForm, error) {
	if item.Sealed || !item.MayBeCollective() {
		return nil, nil //nolint:nilnil // no form is no error
	}
	people, err := v.nearest()
	if err != nil {
		return nil, err
	}
	form := &CollectiveForm{Send: v.house.work(c, "collective"), Persons: v.house.desk("persons"), People: people}
	var rows []contributing
	if said := item.Collective; said != nil {
		form.End = v.house.work(c, "collective", "end")
		form.About = v.Text("collective.said", "Who", said.Decider, "At", v.Moment(said.DecidedAt))
		form.Justification = said.Justification
		if rows, err = v.contributorsOf(*said); err != nil {
			return nil, err
		}
	}
	form.fill(v, rows, item.Values)
	return form, nil
}

// contributing is what a form says of somebody who took part.
type contributing struct {
	publication.ContributorInput
	who    string
	faults map[string]string
}

// contributorsOf are those whom a decision names.
func (v *visit) contributorsOf(said publication.Collective) ([]contributing, error) {
	var persons []id.Person
	for _, one := range said.Contributors {
		if !one.Person.IsZero() {
			persons = append(persons, one.Person)
		}
	}
	names, err := v.site.cfg.Directory.Names(v.Request().Context(), v.actor(), persons)
	if err != nil {
		return nil, err
	}
	var rows []contributing
	for _, one := range said.Contributors {
		row := contributing{who: one.Name, ContributorInput: publication.ContributorInput{Person: one.Person, Naming: one.Naming}}
		if name, known := names[one.Person]; known {
			row.who = name
		}
		if one.Naming == publication.Pseudonym {
			row.Pseudonym = one.Name
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// fill makes the rows of the form, and room for more.
func (f *CollectiveForm) fill(v *visit, rows []contributing, values settings.Values) {
	f.Rows = nil
	for i, r := range append(rows, make([]contributing, moreContributors)...) {
		row := ContributorRow{ID: contributorRow(i), Number: i + 1, Who: r.who, Pseudonym: r.Pseudonym, Faults: r.faults}
		if !r.Person.IsZero() {
			row.Person = r.Person.String()
		}
		for _, naming := range publication.Namings() {
			if settings.PupilNaming.Of(values).Has(string(naming)) {
				row.Namings = append(row.Namings, Option{string(naming), v.Text("naming." + string(naming)), naming == r.Naming})
			}
		}
		f.Rows = append(f.Rows, row)
	}
}

func contributorRow(i int) string { return "c" + strconv.Itoa(i) }

// readContributors reads the rows of the form in which somebody is named. certain says that
// each means one person, or one from outside.
func (v *visit) readContributors(form url.Values) (rows []contributing, certain bool, err error) {
	var chosen []id.Person
	for i := 0; i < mostContributorRows && form.Has(contributorRow(i)+"-who"); i++ {
		get := func(part string) string { return strings.TrimSpace(form.Get(contributorRow(i) + "-" + part)) }
		r := contributing{who: get("who"), faults: map[string]string{}}
		if r.who == "" {
			continue
		}
		r.Naming, r.Pseudonym = publication.Naming(get("naming")), get("pseudonym")
		if person, err := id.Parse[id.Person](get("person")); err == nil {
			r.Person, chosen = person, append(chosen, person)
		}
		rows = append(rows, r)
	}
	names, err := v.site.cfg.Directory.Names(v.Request().Context(), v.actor(), chosen)
	certain = true
	for i := 0; i < len(rows) && err == nil; i++ {
		if name, known := names[rows[i].Person]; !known || name != rows[i].who {
			err = v.lookUp(&rows[i])
		}
		certain = certain && len(rows[i].faults) == 0
	}
	return rows, certain, err
}

// lookUp finds out who is meant by what was typed: whoever is nobody of the establishment is
// from outside.
func (v *visit) lookUp(r *contributing) error {
	person, choices, err := v.meant(r.who)
	r.Person = person
	switch {
	case err != nil:
		return err
	case len(choices) > 0:
		r.faults["who"] = v.Text("collective.several", "Name", r.who, "Choices", labels(choices))
	case person.IsZero():
		r.Name = r.who
	}
	return nil
}

// labels lists the first of those to choose from.
func labels(choices []Somebody) string {
	const most = 5
	var list []string
	for _, one := range choices[:min(len(choices), most)] {
		list = append(list, one.Label)
	}
	return strings.Join(list, " ; ")
}

// sayCollective says that a work is collective.
func (s *Site) sayCollective(v *visit) error {
	c, err := contribution(v.Param("text"))
	if err != nil {
		return err
	}
	form, err := v.form()
	if err != nil {
		return err
	}
	rows, certain, err := v.readContributors(form)
	if err != nil {
		return err
	}
	if form.Get("do") == "more" || !certain {
		return v.sayAgain(c, form, rows, nil)
	}
	in := publication.CollectiveInput{Justification: form.Get("justification")}
	for _, r := range rows {
		in.Contributors = append(in.Contributors, r.ContributorInput)
	}
	_, err = s.cfg.Authorisations.Qualify(v.Request().Context(), v.actor(), c, in)
	if err == nil {
		return v.done("did.qualify_collective", v.house.work(c))
	}
	if !correctable(err) {
		return err
	}
	return v.sayAgain(c, form, v.blameContributors(rows, err), err)
}

// contributorFields are the fields of a row, by those of the service.
var contributorFields = map[string]string{"person": "who", "name": "who", "naming": "naming", "pseudonym": "pseudonym"}

// blameContributors puts what is wrong with somebody beside them.
func (v *visit) blameContributors(rows []contributing, err error) []contributing {
	for _, one := range each(err) {
		field := new(directory.FieldError)
		var at int
		var part string
		if !errors.As(one, &field) {
			continue
		}
		if n, _ := fmt.Sscanf(field.Field, "contributors.%d.%s", &at, &part); n == 2 && at < len(rows) {
			rows[at].faults[contributorFields[part]] = v.Fault(field.Code, contributorFields[part], field.Limit)
		}
	}
	return rows
}

// sayAgain shows the form on the page that it was on, with what is wrong and what was typed.
func (v *visit) sayAgain(c id.Contribution, form url.Values, rows []contributing, err error) error {
	item, failed := v.site.cfg.Reviewer.Item(v.Request().Context(), v.actor(), c)
	if failed != nil {
		return failed
	}
	keep := func(base *Base, said *CollectiveForm) {
		for _, fault := range v.faults(err, nil) {
			if !strings.HasPrefix(fault.Field, "contributors.") {
				base.Faults = append(base.Faults, fault)
			}
		}
		if said == nil {
			return
		}
		said.fill(v, rows, item.Values)
		said.Justification, said.Open = form.Get("justification"), true
		for i, r := range rows {
			for _, part := range []string{"who", "naming", "pseudonym"} {
				if text := r.faults[part]; text != "" {
					base.Faults = append(base.Faults, Fault{contributorRow(i) + "-" + part, text})
				}
			}
		}
	}
	status := http.StatusUnprocessableEntity
	if form.Get("do") == "more" {
		status = http.StatusOK
	}
	if v.actor().Is(item.Contribution.Author) {
		page, failed := v.workPage(c, item)
		if failed != nil {
			return failed
		}
		keep(&page.Base, page.Collective)
		return v.site.render(v.Context, status, page)
	}
	page, failed := v.itemPage(c, item)
	if failed != nil {
		return failed
	}
	keep(&page.Base, page.Collective)
	return v.site.render(v.Context, status, page)
}

// endCollective takes back that a work is collective.
func (s *Site) endCollective(v *visit) error {
	c, err := contribution(v.Param("text"))
	if err != nil {
		return err
	}
	if err := s.cfg.Authorisations.Disqualify(v.Request().Context(), v.actor(), c); err != nil {
		return err
	}
	return v.done("did.disqualify_collective", v.house.work(c))
}
