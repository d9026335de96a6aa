package web

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// spoken is what the form says of somebody on a photo.
type spoken struct {
	imageconsent.Described
	found   bool
	who     string     // as typed
	choices []Somebody // whom it may mean
	faults  map[string]string
}

func (r spoken) shows(medium imageconsent.Medium, form imageconsent.Form) bool {
	return slices.Contains(r.Media, medium) || (len(r.Media) == 0 && medium == form.Media()[0])
}

// rowsOf are those whom a photo is known to show, and room for one more.
func rowsOf(d imageconsent.PhotoDossier) []spoken {
	var rows []spoken
	for _, one := range d.Depictions {
		rows = append(rows, spoken{found: one.Found, Described: imageconsent.Described{
			ID: one.ID, Box: one.Box, Outcome: one.Outcome, Person: one.Person, Media: one.Media, Reason: one.Reason,
		}})
	}
	return append(rows, spoken{})
}

// mostRows bounds what one form may hold.
const mostRows = 210

// saveIdentify keeps who is on a photo, and declares that nobody is missing if that was
// asked for (R27).
func (s *Site) saveIdentify(v *visit) error {
	photo, d, err := v.ownPhoto()
	if err != nil {
		return err
	}
	form, err := v.form()
	if err != nil {
		return err
	}
	rows, err := v.readRows(d, form)
	if err != nil {
		return err
	}
	if form.Get("do") == "more" {
		return v.reidentify(d, append(rows, spoken{}), form, nil)
	}
	in := imageconsent.Identification{Complete: form.Get("do") == "declare", Nobody: form.Get("nobody") != ""}
	in.Version, _ = strconv.ParseInt(form.Get("version"), 10, 64)
	var places []int // of each person in the form
	unclear := false
	for i, r := range rows {
		unclear = unclear || len(r.faults) > 0
		if !r.empty() {
			in.People, places = append(in.People, r.Described), append(places, i)
		}
	}
	if unclear {
		return v.reidentify(d, rows, form, nil)
	}
	err = s.cfg.Photos.Identify(v.Request().Context(), v.actor(), photo, in)
	if err == nil {
		return v.done("did."+map[bool]string{true: "identify", false: "describe"}[in.Complete], v.house.photo(photo))
	}
	if !correctable(err) && !errors.Is(err, workflow.ErrStale) {
		return err
	}
	rows = v.blame(rows, places, err)
	return v.reidentify(d, rows, form, err)
}

// empty reports whether nothing was said in a row that has no box.
func (r spoken) empty() bool {
	return r.Box.IsZero() && r.ID.IsZero() && r.Outcome == imageconsent.Undecided
}

// readRows reads the rows of the form. Who is meant by a name is looked up here.
func (v *visit) readRows(d imageconsent.PhotoDossier, form url.Values) ([]spoken, error) {
	var rows []spoken
	for i := range mostRows {
		if !form.Has(rowID(i) + "-outcome") {
			break
		}
		if form.Get(rowID(i)+"-gone") != "" { // a box that was taken away
			continue
		}
		r, err := v.readRow(d, form, rowID(i))
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func (v *visit) readRow(d imageconsent.PhotoDossier, form url.Values, at string) (spoken, error) {
	get := func(field string) string { return strings.TrimSpace(form.Get(at + "-" + field)) }
	r := spoken{who: get("who"), faults: map[string]string{}}
	r.Reason = get("reason")
	r.Box = imageconsent.Box{X: shareOf(get("x")), Y: shareOf(get("y")), Width: shareOf(get("w")), Height: shareOf(get("h"))}
	for _, old := range d.Depictions { // one that is gone meanwhile is added anew
		if old.ID.String() == get("id") {
			r.ID, r.found = old.ID, old.Found
		}
	}
	for _, medium := range form[at+"-media"] {
		r.Media = append(r.Media, imageconsent.Medium(medium))
	}
	r.Outcome = imageconsent.Outcome(get("outcome"))
	if r.Outcome == imageconsent.Undecided && r.who != "" {
		r.Outcome = imageconsent.IsPerson
	}
	switch r.Outcome {
	case imageconsent.IsPerson:
		return r, v.readPerson(d, &r, get("person"))
	case outsider:
		r.Outcome, r.who = imageconsent.IsPerson, ""
		r.Outsider = &imageconsent.Outsider{GivenName: get("given"), FamilyName: get("family"), Email: get("email")}
	case imageconsent.Undecided, imageconsent.Unrecognisable, imageconsent.ToBlur, imageconsent.NotAFace:
	}
	return r, nil
}

// readPerson finds out who a row names: somebody who was there already under this name,
// one of those that were offered, or whoever the name means.
func (v *visit) readPerson(d imageconsent.PhotoDossier, r *spoken, chosen string) error {
	if person, err := id.Parse[id.Person](chosen); err == nil {
		if name, there := d.Names[person]; r.who == "" || !there || name == r.who {
			r.Person = person
			return nil
		}
	}
	if r.who == "" {
		r.faults["who"] = v.Text("photo.name_somebody")
		return nil
	}
	var err error
	r.Person, r.choices, err = v.meant(r.who)
	switch {
	case err != nil || !r.Person.IsZero():
	case len(r.choices) == 0:
		r.faults["who"] = v.Text("photo.nobody_so", "Name", r.who)
	default:
		r.faults["who"] = v.Text("photo.several_so", "Name", r.who)
	}
	return err
}

// shareOf reads a share of the picture; what is none is 0, and so no box.
func shareOf(text string) float64 {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(f) || f < 0 || f > 1 {
		return 0
	}
	return f
}

// rowFields are the fields of a row, by those of the service.
var rowFields = map[string]string{
	"person": "who", "reason": "reason", "outsider.given_name": "given", "outsider.family_name": "family", "outsider.email": "email",
}

// blame puts what is wrong with somebody beside them.
func (v *visit) blame(rows []spoken, places []int, err error) []spoken {
	for _, one := range each(err) {
		field := new(directory.FieldError)
		if !errors.As(one, &field) {
			continue
		}
		var at int
		var part string
		if n, _ := fmt.Sscanf(field.Field, "people.%d.%s", &at, &part); n == 0 || at >= len(places) {
			continue
		}
		own, ok := rowFields[part]
		if !ok {
			own = "outcome"
		}
		rows[places[at]].faults[own] = v.either("fault."+field.Code+"_"+own, "fault."+field.Code)
	}
	return rows
}

// reidentify shows the form again, what was said kept.
func (v *visit) reidentify(d imageconsent.PhotoDossier, rows []spoken, form url.Values, err error) error {
	page, failed := v.photoPage(d, rows)
	if failed != nil {
		return failed
	}
	page.Nobody = form.Get("nobody") != ""
	for i, r := range rows {
		for _, field := range []string{"outcome", "who", "given", "family", "email", "reason"} {
			if text := r.faults[field]; text != "" {
				page.Faults = append(page.Faults, Fault{rowID(i) + "-" + field, v.Text("photo.row", "Number", i+1, "Text", text)})
			}
		}
	}
	for _, one := range each(err) { // of nobody in the form
		if field := new(directory.FieldError); errors.As(one, &field) && field.Field == "people" {
			page.Faults = append(page.Faults, Fault{"people-rows", v.Text("fault."+field.Code, "Limit", field.Limit)})
		}
	}
	refusal := refusalIn(err)
	for _, need := range v.unmet(refusal.Unmet, refusal.Until) {
		page.Faults = append(page.Faults, Fault{"people-rows", need})
	}
	if errors.Is(err, workflow.ErrStale) {
		page.Conflict = v.Text("photo.stale")
	}
	status := http.StatusUnprocessableEntity
	if form.Get("do") == "more" {
		status = http.StatusOK
	} else if page.Conflict != "" {
		status = http.StatusConflict
	}
	return v.site.render(v.Context, status, page)
}
