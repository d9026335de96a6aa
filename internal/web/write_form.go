package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/web/i18n"
	"imprimatur/publication"
)

// WriteForm is a text as it stands in the form.
type WriteForm struct {
	Version   int64 // of the draft; 0 begins one
	Title     string
	Text      string // for the plain text area
	HTML      string // for the editor
	Language  string
	PublishAt string
	Credits   []CreditForm
	Pictures  []PictureRow // beside the text: those that the editor does not have in it
}

// PictureRow is a picture of the text in the form.
type PictureRow struct {
	ID, Thumbnail, Alt string
	File               *FileNote // in place of a picture
}

// CreditForm is the attribution of one borrowed work (R17) in the form.
type CreditForm struct {
	ID, AuthorsID, AdaptationID string
	Number                      int
	Authors                     string // one a line: name, capacity
	Adapted                     bool
	Adaptation                  string
	Lines                       []Line
}

// Line is a field of one line.
type Line struct{ ID, Label, Hint, Value string }

// Option is one choice of a list.
type Option struct {
	Code, Label string
	Chosen      bool
}

// creditLines are the parts of an attribution that take one line each.
var creditLines = []publication.AttributionField{
	publication.FieldSource, publication.FieldCreated, publication.FieldUses, publication.FieldBasis,
}

// mostCredits bounds what one form may hold.
const mostCredits = 20

func creditID(index int) string { return "credit-" + strconv.Itoa(index) }

// creditField is the form's field of a part of an attribution. A capacity stands
// behind its author's name.
func creditField(index int, part publication.AttributionField) string {
	if part == publication.FieldCapacity {
		part = publication.FieldAuthors
	}
	return creditID(index) + "-" + string(part)
}

// formOf shows a revision in the form.
func (v *visit) formOf(kind publication.Kind, r publication.Revision) WriteForm {
	words, pictures := publication.TakeApart(r.HTML)
	text, _ := publication.ToPlainSource(words)
	f := WriteForm{
		Version: r.Version, Title: r.Title, Text: text, HTML: edited(kind, r.HTML).String(), Language: r.Language, PublishAt: v.Input(r.PublishAt),
		Pictures: pictureRows(pictures),
	}
	for i, credit := range r.Attributions {
		f.Credits = append(f.Credits, v.creditForm(i, credit))
	}
	return f
}

func (v *visit) creditForm(i int, a publication.Attribution) CreditForm {
	f := CreditForm{
		ID: creditID(i), Number: i + 1, AuthorsID: creditField(i, publication.FieldAuthors),
		AdaptationID: creditField(i, publication.FieldAdaptation), Adapted: a.Adapted, Adaptation: a.Adaptation,
	}
	var authors []string
	for _, author := range a.Authors {
		authors = append(authors, strings.TrimSuffix(author.Name+", "+author.Capacity, ", "))
	}
	f.Authors = strings.Join(authors, "\n")
	values := map[publication.AttributionField]string{
		publication.FieldSource: a.Source, publication.FieldCreated: a.Created,
		publication.FieldUses: strings.Join(a.Uses, " ; "), publication.FieldBasis: a.Basis,
	}
	for _, part := range creditLines {
		f.Lines = append(f.Lines, Line{creditField(i, part), v.Text("credit." + string(part)), v.Text("credit." + string(part) + "_hint"), values[part]})
	}
	return f
}

// written is what was sent from the form, for the service and to be shown again.
type written struct {
	Do    string // "save", "submit", "photo" or "credit"
	Form  WriteForm
	Input publication.Input
}

// decode reads the form. now is the text that the author had before them: a plain
// text area that was left alone does not flatten it. A date that cannot be read is
// the error; the rest is for the service to judge.
func (v *visit) decode(d delivery, kind publication.Kind, now publication.HTML) (written, error) {
	form := d.form
	version, _ := strconv.ParseInt(form.Get("version"), 10, 64)
	w := written{Do: form.Get("do"), Form: WriteForm{
		Version: version, Title: form.Get("title"), Language: form.Get("language"), PublishAt: form.Get("publish_at"),
	}}
	w.Input = publication.Input{Title: w.Form.Title, Language: w.Form.Language, Body: bodyOf(d, kind, now), Attributions: credits(form)}
	for i, credit := range w.Input.Attributions {
		w.Form.Credits = append(w.Form.Credits, v.creditForm(i, credit))
	}
	w.Form.Text, w.Form.HTML, w.Form.Pictures = shown(form, kind, w.Input.Body)
	var err error
	if w.Input.PublishAt, err = v.ParseInput(w.Form.PublishAt); err != nil {
		return w, &directory.FieldError{Field: "publish_at", Code: "not_a_moment", Err: err}
	}
	return w, nil
}

// blank reports whether nothing has been written, so that there is nothing to keep.
func (w written) blank() bool {
	text, err := publication.Sanitize(w.Input.Body)
	return err == nil && strings.TrimSpace(w.Input.Title) == "" && len(w.Input.Attributions) == 0 &&
		strings.TrimSpace(publication.PlainText(text)) == "" && len(publication.Photos(text)) == 0
}

// bodyOf is the source of the text: what the editor made, or what was typed into
// the plain text area, with the pictures beside it. Those that came just now stand at
// the end.
func bodyOf(d delivery, kind publication.Kind, now publication.HTML) string {
	kept := keptPictures(d.form)
	if kind == publication.Profile && len(d.added()) > 0 {
		kept = nil // a portrait takes the place of the one before
	}
	if d.form.Has("html") {
		if kind != publication.Profile { // the editor has them in the text
			kept = nil
		}
		return publication.PutTogether(d.form.Get("html"), append(kept, d.added()...))
	}
	typed := strings.ReplaceAll(d.form.Get("text"), "\r\n", "\n")
	words, there := publication.TakeApart(now)
	if plain, _ := publication.ToPlainSource(words); !now.IsZero() && typed == plain && slices.Equal(kept, there) {
		return publication.PutTogether(now.String(), d.added())
	}
	return publication.PutTogether(publication.FromPlainText(typed), append(kept, d.added()...))
}

// added are the pictures that were taken in with the form.
func (d delivery) added() []publication.Illustration {
	var list []publication.Illustration
	for _, one := range d.photos {
		if one.err == nil {
			list = append(list, publication.Illustration{Photo: one.id})
		}
	}
	if len(list) == 1 {
		list[0].Alt = d.form.Get("photo_alt")
	}
	return list
}

// keptPictures are those that the form shows beside the text area, and that were not
// left out there.
func keptPictures(form url.Values) []publication.Illustration {
	var list []publication.Illustration
	for _, one := range form["picture"] {
		photo, err := id.Parse[id.Photo](one)
		if err == nil && !slices.Contains(form["drop"], one) {
			list = append(list, publication.Illustration{Photo: photo, Alt: form.Get("alt-" + one)})
		}
	}
	return list
}

func pictureRows(pictures []publication.Illustration) []PictureRow {
	rows := make([]PictureRow, len(pictures))
	for i, p := range pictures {
		rows[i] = PictureRow{ID: p.Photo.String(), Thumbnail: working(p.Photo, imageconsent.Thumbnail), Alt: p.Alt}
	}
	return rows
}

// edited is what the editor has of a text: all of it, but for the portrait of a profile,
// which has fields of its own.
func edited(kind publication.Kind, h publication.HTML) publication.HTML {
	if kind != publication.Profile {
		return h
	}
	words, _ := publication.TakeApart(h)
	return words
}

// shown gives what was sent back to both the text area and the editor.
func shown(form url.Values, kind publication.Kind, body string) (text, html string, rows []PictureRow) {
	clean, err := publication.Sanitize(body)
	if err != nil {
		return strings.ToValidUTF8(form.Get("text"), ""), "", nil
	}
	words, pictures := publication.TakeApart(clean)
	if text = form.Get("text"); form.Has("html") {
		text, _ = publication.ToPlainSource(words)
	}
	return text, edited(kind, clean).String(), pictureRows(pictures)
}

// flattened reports whether a text loses something in the plain text area: more than
// paragraphs, with pictures where the kind has them.
func flattened(kind publication.Kind, h publication.HTML) bool {
	words, pictures := publication.TakeApart(h)
	typed, _ := publication.ToPlainSource(words)
	back, err := publication.Sanitize(publication.PutTogether(publication.FromPlainText(typed), pictures))
	return err != nil || kind.Arranged(back) != kind.Arranged(h)
}

// credits reads the attributions that have something in them.
func credits(form url.Values) []publication.Attribution {
	list := []publication.Attribution{}
	for i := range mostCredits {
		get := func(part publication.AttributionField) string {
			return strings.TrimSpace(form.Get(creditField(i, part)))
		}
		a := publication.Attribution{
			Authors: authors(get(publication.FieldAuthors)), Source: get(publication.FieldSource), Created: get(publication.FieldCreated),
			Adapted: form.Get(creditID(i)+"-adapted") != "", Adaptation: get(publication.FieldAdaptation),
			Uses: split(get(publication.FieldUses), ";"), Basis: get(publication.FieldBasis),
		}
		if a.Adaptation != "" {
			a.Adapted = true
		}
		if fmt.Sprint(a) != fmt.Sprint(publication.Attribution{}) {
			list = append(list, a)
		}
	}
	return list
}

// authors reads one author a line, with what they made the work as behind the
// last comma.
func authors(typed string) []publication.Author {
	var list []publication.Author
	for _, line := range split(strings.ReplaceAll(typed, "\r", ""), "\n") {
		name, capacity := line, ""
		if at := strings.LastIndexByte(line, ','); at >= 0 {
			name, capacity = line[:at], line[at+1:]
		}
		list = append(list, publication.Author{Name: strings.TrimSpace(name), Capacity: strings.TrimSpace(capacity)})
	}
	return list
}

func split(typed, at string) []string {
	var list []string
	for part := range strings.SplitSeq(typed, at) {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// languages are those that a text is written in at school, and its own.
var languages = []string{"fr", "en", "de", "es", "it", "pt", "oc", "ar", "la"}

func (v *visit) languages(chosen string) []Option {
	if chosen == "" {
		chosen = i18n.French
	}
	var options []Option
	known := false
	for _, code := range languages {
		options = append(options, Option{code, v.Text("language." + code), code == chosen})
		known = known || code == chosen
	}
	if !known {
		options = append(options, Option{chosen, chosen, true})
	}
	return options
}
