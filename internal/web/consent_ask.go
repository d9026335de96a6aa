package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// AskPage is where a consent is asked for, of everybody whom a project concerns (R28).
type AskPage struct {
	Base
	Crumbs  []Crumb
	Action  string
	Classes string // where trombinoscopes are asked for
	Again   string // that one use is asked for of a project that was asked for; empty where it is new
	Form    AskForm
	Photos  []PictureRow
	Uses    []UseGroup
	Groups  []Option
	People  []Somebody
	Choices []Somebody
	Asked   []Chosen // by the project's first request
	Persons string   // where a script looks people up
	Preview *AskPreview
}

// Template names the page's file.
func (*AskPage) Template() string { return "consent_ask" }

// Chosen is somebody to be asked, or not.
type Chosen struct {
	Somebody
	Chosen bool
}

// AskForm is a request as it stands in the form.
type AskForm struct {
	Title, Nature, Purpose, Place, TakenFrom, TakenTo, Operations, Territory, Until, Who string
	ToCome                                                                               bool
}

// UseGroup is the places that one audience reads, the narrowest audience first; paper is last.
type UseGroup struct {
	Audience string
	Rows     []UseRow
}

// UseRow is a place in which the pictures may be shown, with what of somebody.
type UseRow struct {
	ID, Label string
	Media     []Option
}

// AskPreview is what would be sent, and to whom.
type AskPreview struct {
	Body    string
	Persons []WantedRow
	Send    string
	Nobody  bool // all of them rest (R33)
}

// WantedRow is somebody who would be asked, and who must answer for them, and why.
type WantedRow struct {
	Name    string
	Why     []string
	Resting string // asked no more before that; empty: asked now
}

// printed names the use on paper in the form.
const printed = "print"

// newRequest shows the form, for the pictures, the series or the class that the address names.
func (s *Site) newRequest(v *visit) error {
	query := v.Request().URL.Query()
	today := s.cfg.Clock().Format(time.DateOnly)
	form := url.Values{
		"operations": {v.Text("ask.operations_usual")}, "territory": {v.Text("ask.territory_usual")}, "nature": {v.Text("ask.nature_usual")},
		"taken_from": {today}, "taken_to": {today}, "group": query["group"], "photo": query["chosen"],
	}
	if err := v.ofSeries(query.Get("series"), form); err != nil {
		return err
	}
	fill := v.ofTexts
	if again := query.Get("again"); again != "" {
		fill = func(form url.Values) error { return v.ofProject(again, form) }
	}
	if err := fill(form); err != nil {
		return err
	}
	page, err := v.askPage(form)
	if err != nil {
		return err
	}
	return v.render(page)
}

// ofSeries fills in what a series says of itself: its title, and its photos where none of
// them was chosen.
func (v *visit) ofSeries(series string, form url.Values) error {
	if series == "" {
		return nil
	}
	one, err := id.Parse[id.Series](series)
	if err != nil {
		return directory.ErrNotFound
	}
	all, err := v.site.cfg.Photos.Series(v.Request().Context(), v.actor())
	if err != nil {
		return err
	}
	for _, known := range all {
		if known.ID == one {
			form.Set("title", known.Title)
		}
	}
	if len(form["photo"]) > 0 {
		return nil
	}
	photos, err := v.site.cfg.Photos.List(v.Request().Context(), v.actor(), imageconsent.PhotoFilter{Series: one, Limit: 200})
	for _, photo := range photos {
		form.Add("photo", photo.ID.String())
	}
	return err
}

func (v *visit) askPage(form url.Values) (*AskPage, error) {
	base, err := v.base(v.Text("ask.title"))
	if err != nil {
		return nil, err
	}
	page := &AskPage{
		Base: base, Crumbs: []Crumb{{v.house.desk("consents"), v.Text("consent.register")}}, Action: v.house.desk("consents", "ask"),
		Classes: v.house.desk("classes"),
		Persons: v.house.desk("persons"), Form: AskForm{
			Title: form.Get("title"), Nature: form.Get("nature"), Purpose: form.Get("purpose"), Place: form.Get("place"), TakenFrom: form.Get("taken_from"),
			TakenTo: form.Get("taken_to"), Operations: form.Get("operations"), Territory: form.Get("territory"), Until: form.Get("until"),
			Who: form.Get("who"), ToCome: form.Get("to_come") != "",
		},
	}
	for _, one := range form["photo"] {
		if photo, err := id.Parse[id.Photo](one); err == nil {
			page.Photos = append(page.Photos, PictureRow{ID: one, Thumbnail: working(photo, imageconsent.Thumbnail)})
		}
	}
	if page.Groups, err = v.registerGroups(form.Get("group")); err != nil {
		return nil, err
	}
	if page.People, err = v.nearest(); err != nil {
		return nil, err
	}
	if page.Asked, err = v.askedBefore(form); err != nil {
		return nil, err
	}
	if len(page.Asked) > 0 {
		page.Again = v.Text("ask.again_print")
	}
	page.Uses, err = v.useGroups(form)
	return page, err
}

// useGroups lists the places that the visitor may read, by audience, and paper.
func (v *visit) useGroups(form url.Values) ([]UseGroup, error) {
	home, err := v.site.cfg.Reader.Home(v.Request().Context(), v.viewer())
	if err != nil {
		return nil, err
	}
	row := func(one, label string) UseRow {
		r := UseRow{ID: one, Label: label}
		for _, medium := range imageconsent.Media() {
			r.Media = append(r.Media, Option{string(medium), v.Text("photo.medium_" + string(medium)), slices.Contains(form["use-"+one], string(medium))})
		}
		return r
	}
	var groups []UseGroup
	for _, audience := range imageconsent.Audiences() {
		group := UseGroup{Audience: v.Text("ask.seen_" + string(audience))}
		for _, shelf := range home.Shelves {
			if string(shelf.Place.Audience) == string(audience) {
				group.Rows = append(group.Rows, row(shelf.Place.ID.String(), shelf.Place.Title))
			}
		}
		if audience == imageconsent.ToPrint {
			group.Rows = append(group.Rows, row(printed, v.Text("ask.use_print")))
		}
		if len(group.Rows) > 0 {
			groups = append(groups, group)
		}
	}
	return groups, nil
}

// ask shows what would be sent, or sends it.
func (s *Site) ask(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	page, err := v.askPage(form)
	if err != nil {
		return err
	}
	in, err := v.askInput(form, page)
	if err != nil {
		return err
	}
	if len(page.Faults) > 0 {
		return s.render(v.Context, http.StatusUnprocessableEntity, page)
	}
	ctx := v.Request().Context()
	if form.Get("do") == "send" {
		sent, err := s.cfg.Consents.Ask(ctx, v.actor(), in)
		if err == nil {
			return v.done("did.consent_asked", v.house.desk("consents")+"?request="+sent.Request.ID.String())
		}
		return v.askAgain(page, err)
	}
	preview, err := s.cfg.Consents.Preview(ctx, v.actor(), in)
	if err != nil {
		return v.askAgain(page, err)
	}
	page.Preview = v.preview(preview)
	return v.render(page)
}

// askAgain shows the form again with what is wrong.
func (v *visit) askAgain(page *AskPage, err error) error {
	if !correctable(err) {
		return err
	}
	for _, one := range each(err) {
		field := new(directory.FieldError)
		if !errors.As(one, &field) {
			continue
		}
		at := page.fieldOf(field.Field)
		page.Faults = append(page.Faults, Fault{at, v.Fault(field.Code, at, field.Limit)})
	}
	for _, need := range v.unmet(refusalIn(err).Unmet, time.Time{}) {
		page.Faults = append(page.Faults, Fault{"persons", need})
	}
	return v.site.render(v.Context, http.StatusUnprocessableEntity, page)
}

// fieldOf is the form's field of a field of the service.
func (*AskPage) fieldOf(field string) string {
	switch {
	case strings.HasPrefix(field, "uses"):
		return "uses"
	case field == "taken":
		return "taken_from"
	}
	return field
}

func (v *visit) askInput(form url.Values, page *AskPage) (imageconsent.AskInput, error) {
	in := imageconsent.AskInput{
		Title: form.Get("title"), Nature: form.Get("nature"), Purpose: form.Get("purpose"), Place: form.Get("place"), Territory: form.Get("territory"),
		Operations: split(strings.ReplaceAll(form.Get("operations"), "\r", ""), "\n"), ToCome: form.Get("to_come") != "",
	}
	for field, day := range map[string]*time.Time{"taken_from": &in.TakenFrom, "taken_to": &in.TakenTo, "until": &in.Until} {
		if text := strings.TrimSpace(form.Get(field)); text != "" {
			var err error
			if *day, err = time.Parse(time.DateOnly, text); err != nil {
				page.Faults = append(page.Faults, Fault{field, v.Text("fault.not_a_day")})
			}
		}
	}
	for _, p := range page.Photos {
		photo, err := photoOf(p.ID)
		if err != nil {
			return in, err
		}
		in.Photos = append(in.Photos, photo)
	}
	if text := form.Get("group"); text != "" {
		var err error
		if in.Group, err = id.Parse[id.Group](text); err != nil {
			return in, directory.ErrNotFound
		}
	}
	in.Uses = usesOf(page.Uses)
	for _, one := range page.Asked {
		if person, err := id.Parse[id.Person](one.ID); err == nil && one.Chosen {
			in.Persons = append(in.Persons, person)
		}
	}
	if form.Get("who") == "" && len(form["person"]) == 0 {
		return in, nil
	}
	people, choices, faults, err := v.whoIsMeant(form.Get("who"), form["person"])
	in.Persons, page.Choices = append(in.Persons, people...), choices
	page.Faults = append(page.Faults, faults...)
	return in, err
}

// usesOf are the places of which something was ticked.
func usesOf(groups []UseGroup) []imageconsent.UseInput {
	var uses []imageconsent.UseInput
	var rows []UseRow
	for _, group := range groups {
		rows = append(rows, group.Rows...)
	}
	for _, row := range rows {
		use := imageconsent.UseInput{Print: row.ID == printed}
		if space, err := id.Parse[id.Space](row.ID); err == nil {
			use.Space = space
		}
		for _, medium := range row.Media {
			if medium.Chosen {
				use.Media = append(use.Media, imageconsent.Medium(medium.Code))
			}
		}
		if len(use.Media) > 0 {
			uses = append(uses, use)
		}
	}
	return uses
}

func (v *visit) preview(p imageconsent.Preview) *AskPreview {
	out := &AskPreview{Body: p.Request.Body, Nobody: true}
	count := 0
	for _, w := range p.Persons {
		row := WantedRow{Name: w.Kin.Person.FullName(), Why: v.whyThey(w)}
		if w.Resting.IsZero() {
			out.Nobody = false
			count++
		} else {
			row.Resting = v.Text("ask.resting", "Until", v.Day(w.Resting))
		}
		out.Persons = append(out.Persons, row)
	}
	if text, err := v.N("ask.send_to", count); err == nil {
		out.Send = text
	}
	return out
}

// whyThey explains who must answer (R29, R30).
func (v *visit) whyThey(w imageconsent.Wanted) []string {
	var names []string
	for _, p := range w.Sign {
		names = append(names, p.FullName())
	}
	why := []string{v.Text("ask.sign", "Names", strings.Join(names, ", "))}
	switch {
	case !w.Minor:
		why = append(why, v.Text("ask.why_adult"))
	default:
		most := 0
		for _, n := range w.Needed {
			most = max(most, n)
		}
		why = append(why, v.Text("ask.why_minor_"+strconv.Itoa(min(max(most, 1), 2))))
		if w.Pupil {
			why = append(why, v.Text("ask.why_pupil"))
		}
	}
	if w.Guardianless {
		why = append(why, v.Text("consent.guardianless"))
	}
	if w.Proof {
		why = append(why, v.Text("ask.why_proof"))
	}
	return why
}
