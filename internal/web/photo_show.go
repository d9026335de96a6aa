package web

import (
	"net/http"
	"strconv"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/internal/web/i18n"
	"imprimatur/workflow"
)

// PhotoPage is where it is said who is on a photo (R27).
type PhotoPage struct {
	Base
	Crumbs           []Crumb
	Status           Status
	About            []string // when and by whom, how many faces the machine counts
	Conflict         string   // somebody has saved meanwhile
	Standard, Double string   // addresses; empty while there is no picture
	File             *FileNote
	Words            PhotoWords
	Width, Height    int
	Action           string
	Version          int64
	Letter           int // how tall the numbers are that are drawn on it
	Rows             []PersonForm
	More             PersonForm // for somebody whom a script adds
	Boxed            []Option   // what may be said besides of somebody with a box
	Nobody           bool
	Mine             bool // the visitor may say who is on it
	People           []Somebody
	Persons          string // where a script looks people up
	Labels           string
	Known            []string // who is on it, for those who may not say so
	Offers           []OfferForm
	Holds            []ReasonGiven
	Original         string
	Ask              string // where consent is asked for
	AddTo            *AddTo // nil where no project takes it
	ID               string
}

// PhotoWords are the words of the page that are others for a file than for a photo.
type PhotoWords struct{ Who, About, More, Nobody, Does, Act string }

func (v *visit) photoWords(form imageconsent.Form) PhotoWords {
	if form == imageconsent.OfPicture {
		return PhotoWords{
			v.Text("photo.who_title"), v.Text("photo.who_about"), v.Text("photo.more"), v.Text("photo.nobody"), v.Text("photo.declare_does"), v.Text("photo.actions"),
		}
	}
	return PhotoWords{
		v.Text("file.who_title"), v.Text("file.who_about_" + string(form)), v.Text("file.more"), v.Text("file.nobody"), v.Text("file.declare_does"), v.Text("file.actions"),
	}
}

// Template names the page's file.
func (*PhotoPage) Template() string { return "photo" }

// PersonForm is a row with the words around it.
type PersonForm struct {
	*i18n.Printer
	Row     PersonRow
	Persons string // where a script looks people up
	NoBox   string // who it is that has none
}

// Fault is the sentence beside a field of the row; empty when nothing is wrong with it.
func (f PersonForm) Fault(field string) string { return f.Row.Faults[field] }

// PersonRow is somebody on a photo, in the form.
type PersonRow struct {
	ID                    string // of its fields
	Number                int    // of its box on the picture; 0 for none
	Depiction             string
	Boxed                 bool
	X, Y, Width, Height   string  // shares
	Left, Top, Wide, Tall float64 // on the drawing
	Found                 bool
	Outcomes              []Option
	Who, Person           string
	Choices               []Somebody
	Given, Family, Email  string
	Reason                string
	Media                 []Option
	Faults                map[string]string // by field
}

// showIdentify shows a photo with those who are on it.
func (s *Site) showIdentify(v *visit) error {
	_, d, err := v.ownPhoto()
	if err != nil {
		return err
	}
	page, err := v.photoPage(d, rowsOf(d))
	if err != nil {
		return err
	}
	return v.render(page)
}

func (v *visit) ownPhoto() (id.Photo, imageconsent.PhotoDossier, error) {
	photo, err := photoOf(v.Param("photo"))
	if err != nil {
		return photo, imageconsent.PhotoDossier{}, err
	}
	d, err := v.site.cfg.Photos.Photo(v.Request().Context(), v.actor(), photo)
	return photo, d, err
}

func (v *visit) photoPage(d imageconsent.PhotoDossier, rows []spoken) (*PhotoPage, error) {
	title := v.Text("photo.identify", "Name", d.Photo.Name)
	if d.Photo.Form() != imageconsent.OfPicture {
		title = v.Text("file.identify", "Name", d.Photo.Name)
	}
	base, err := v.base(title)
	if err != nil {
		return nil, err
	}
	base.Wide = true
	page := &PhotoPage{
		Base: base, Crumbs: []Crumb{{v.house.desk("photos"), v.Text("photo.title")}}, Status: v.photoStatus(d.Photo.Status), About: v.aboutPhoto(d),
		Width: d.Photo.Width, Height: d.Photo.Height, Action: v.house.photo(d.Photo.ID), Version: d.Photo.Version, Persons: v.house.desk("persons"),
		Labels: v.site.labels[v.Lang()], Letter: max(d.Photo.Width/28, 1), Offers: v.photoOffers(d), Holds: v.photoHolds(d),
	}
	page.Words = v.photoWords(d.Photo.Form())
	switch {
	case d.Photo.Current.IsZero():
	case d.Photo.Form() != imageconsent.OfPicture:
		page.File = v.workingFile(d.Photo.ID, d.Photo.Format, d.Photo.Bytes, d.Photo.Name)
	default:
		page.Standard, page.Double = working(d.Photo.ID, imageconsent.Standard), working(d.Photo.ID, imageconsent.Double)
	}
	if d.Photo.Original != "" && (v.actor().Is(d.Photo.Uploader) || d.Roles.Has(actor.Officer)) {
		page.Original = v.house.photo(d.Photo.ID, "original")
	}
	page.Mine = d.Roles.HasAny(actor.Staff, actor.Officer, actor.Director) && d.Photo.Status.Ready()
	if !page.Mine {
		page.known(v, d)
		return page, nil
	}
	if d.Photo.Status == workflow.Identified {
		page.Ask, page.ID = v.house.desk("consents", "ask")+"?chosen="+d.Photo.ID.String(), d.Photo.ID.String()
		if page.AddTo, err = v.projects(""); err != nil {
			return nil, err
		}
	}
	if page.People, err = v.nearest(); err != nil {
		return nil, err
	}
	page.fill(v, d, rows)
	return page, nil
}

// fill makes the rows of the form, and an empty one for somebody more.
func (p *PhotoPage) fill(v *visit, d imageconsent.PhotoDossier, rows []spoken) {
	boxes, noBox := 0, v.Text("photo.no_box")
	if d.Photo.Form() != imageconsent.OfPicture {
		noBox = v.Text("file.somebody")
	}
	for i, r := range rows {
		row := v.personRow(i, d, r)
		if row.Boxed {
			boxes++
			row.Number = boxes
		}
		p.Rows = append(p.Rows, PersonForm{v.Printer, row, p.Persons, noBox})
	}
	for _, outcome := range boxedAlone {
		if d.Photo.Form() != imageconsent.OfPicture { // nothing else has boxes
			break
		}
		p.Boxed = append(p.Boxed, Option{string(outcome), v.Text("photo.outcome_" + string(outcome)), false})
	}
	more := v.personRow(len(rows), d, spoken{})
	more.ID = "pN"
	p.More = PersonForm{v.Printer, more, p.Persons, noBox}
}

func (p *PhotoPage) known(v *visit, d imageconsent.PhotoDossier) {
	for _, one := range d.Depictions {
		if one.Outcome == imageconsent.IsPerson {
			p.Known = append(p.Known, d.Names[one.Person])
		} else {
			p.Known = append(p.Known, v.Text("photo.outcome_"+string(one.Outcome)))
		}
	}
}

func (v *visit) aboutPhoto(d imageconsent.PhotoDossier) []string {
	about := []string{v.Text("photo.sent_at", "At", v.Moment(d.Photo.CreatedAt))}
	if d.Photo.Faces >= 0 {
		if text, err := v.N("photo.faces", d.Photo.Faces); err == nil {
			about = append(about, text)
		}
	}
	if !d.Photo.IdentifiedAt.IsZero() && d.Photo.Status == workflow.Identified {
		about = append(about, v.Text("photo.identified_at", "At", v.Moment(d.Photo.IdentifiedAt)))
	}
	if d.Photo.Problem != "" {
		about = append(about, v.photoProblem(d.Photo))
	}
	return about
}

// outcomes are what may be said of somebody, in the order of the list. An outsider is a
// person whom the directory does not know.
const outsider = "outsider"

func (v *visit) personRow(i int, d imageconsent.PhotoDossier, r spoken) PersonRow {
	row := PersonRow{
		ID: rowID(i), Depiction: zeroless(r.ID), Boxed: !r.Box.IsZero(), Found: r.found, Who: r.who, Choices: r.choices, Reason: r.Reason,
		X: share(r.Box.X), Y: share(r.Box.Y), Width: share(r.Box.Width), Height: share(r.Box.Height), Faults: r.faults,
		Left: r.Box.X * float64(d.Photo.Width), Top: r.Box.Y * float64(d.Photo.Height),
		Wide: r.Box.Width * float64(d.Photo.Width), Tall: r.Box.Height * float64(d.Photo.Height),
	}
	chosen := string(r.Outcome)
	if r.Outsider != nil {
		chosen, row.Given, row.Family, row.Email = outsider, r.Outsider.GivenName, r.Outsider.FamilyName, r.Outsider.Email
	}
	if !r.Person.IsZero() {
		row.Person = r.Person.String()
		if name, ok := d.Names[r.Person]; ok && row.Who == "" {
			row.Who = name
		}
	}
	for _, outcome := range rowOutcomes(row.Boxed) {
		row.Outcomes = append(row.Outcomes, Option{outcome, v.Text("photo.outcome_" + outcome), outcome == chosen})
	}
	for _, medium := range d.Photo.Form().Media() {
		row.Media = append(row.Media, Option{string(medium), v.Text("photo.medium_" + string(medium)), r.shows(medium, d.Photo.Form())})
	}
	return row
}

// rowOutcomes are what may be said: of somebody without a box, only who they are, or
// that nobody can recognise them.
func rowOutcomes(boxed bool) []string {
	list := []string{string(imageconsent.Undecided), string(imageconsent.IsPerson), outsider, string(imageconsent.Unrecognisable)}
	for _, outcome := range boxedAlone {
		if boxed {
			list = append(list, string(outcome))
		}
	}
	return list
}

// boxedAlone is said of what has a box, and of nobody without.
var boxedAlone = []imageconsent.Outcome{imageconsent.ToBlur, imageconsent.NotAFace}

func rowID(i int) string { return "p" + strconv.Itoa(i) }

func share(f float64) string { return strconv.FormatFloat(f, 'f', 5, 64) }

func zeroless[K any](one id.ID[K]) string {
	if one.IsZero() {
		return ""
	}
	return one.String()
}

// photoHolds are the reasons for which a photo is hidden.
func (v *visit) photoHolds(d imageconsent.PhotoDossier) []ReasonGiven {
	var list []ReasonGiven
	for _, hold := range d.Holds {
		list = append(list, ReasonGiven{
			Class: "notice-warning", What: v.Text("photo.hold_" + string(hold.Kind)), Ground: v.ground(hold.Ground), Text: hold.Reason, At: hold.PlacedAt,
		})
	}
	return list
}

// photoOffers words what can be done to a photo, wherever it is shown.
func (v *visit) photoOffers(d imageconsent.PhotoDossier) []OfferForm {
	var forms []OfferForm
	for i, o := range d.Offers(v.actor()) {
		if o.Action == workflow.Block { // on an authority's order: with its case
			continue
		}
		f := v.offerForm(o.Offer, v.house.photo(d.Photo.ID, "act"), d.Photo.Version, d.Standing.Until)
		f.Does = v.either("does.photo_"+string(o.Action), "does."+string(o.Action))
		f.MaySeal = o.Action == workflow.Mask || o.Action == workflow.Withdraw
		if !o.Hold.IsZero() {
			f.Hold, f.ID = o.Hold.String(), f.ID+"-"+strconv.Itoa(i)
		}
		forms = append(forms, f)
	}
	return forms
}

// actOnPhoto holds a photo, lets it go, doubts who is on it or erases it.
func (s *Site) actOnPhoto(v *visit) error {
	photo, d, err := v.ownPhoto()
	if err != nil {
		return err
	}
	form, act, err := v.command()
	if err != nil {
		return err
	}
	c := imageconsent.PhotoCommand{Action: act.Action, Version: act.Version, Hold: act.Hold, Sealed: act.Sealed, Reason: act.Reason}
	err = s.cfg.Photos.Act(v.Request().Context(), v.actor(), photo, c)
	switch {
	case err == nil && (act.Sealed || act.Action == workflow.Erase): // it has no page any more
		return v.done("did.photo_"+string(act.Action), v.house.desk("photos"))
	case err == nil:
		return v.done("did.photo_"+string(act.Action), v.house.photo(photo))
	case !reworded(err):
		return err
	}
	page, failed := v.photoPage(d, rowsOf(d))
	if failed != nil {
		return failed
	}
	page.Faults = v.refuseAct(page.Offers, form, err)
	return s.render(v.Context, http.StatusUnprocessableEntity, page)
}

// getOriginal gives the file as it was uploaded, to keep: its uploader and the consent
// officers alone (R32).
func (s *Site) getOriginal(v *visit) error {
	photo, err := photoOf(v.Param("photo"))
	if err != nil {
		return err
	}
	p, data, err := s.cfg.Photos.Original(v.Request().Context(), v.actor(), photo)
	if err != nil {
		return err
	}
	defer data.Close()
	v.guardFile("no-store")
	v.Response().Header().Set("Content-Disposition", `attachment; filename="original"`)
	v.Response().Header().Set("Content-Length", strconv.FormatInt(p.Bytes, 10))
	return v.Stream(http.StatusOK, "application/octet-stream", data)
}
