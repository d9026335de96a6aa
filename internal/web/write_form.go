package web

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"imprimatur/internal/directory"
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
func (v *visit) formOf(r publication.Revision) WriteForm {
	text, _ := publication.ToPlainSource(r.HTML)
	f := WriteForm{
		Version: r.Version, Title: r.Title, Text: text, HTML: r.HTML.String(), Language: r.Language, PublishAt: v.Input(r.PublishAt),
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
	Do    string // "save", "submit" or "credit"
	Form  WriteForm
	Input publication.Input
}

// decode reads the form. now is the text that the author had before them: a plain
// text area that was left alone does not flatten it. A date that cannot be read is
// the error; the rest is for the service to judge.
func (v *visit) decode(form url.Values, now publication.HTML) (written, error) {
	version, _ := strconv.ParseInt(form.Get("version"), 10, 64)
	w := written{Do: form.Get("do"), Form: WriteForm{
		Version: version, Title: form.Get("title"), Language: form.Get("language"), PublishAt: form.Get("publish_at"),
	}}
	w.Input = publication.Input{Title: w.Form.Title, Language: w.Form.Language, Body: bodyOf(form, now), Attributions: credits(form)}
	for i, credit := range w.Input.Attributions {
		w.Form.Credits = append(w.Form.Credits, v.creditForm(i, credit))
	}
	w.Form.Text, w.Form.HTML = shown(form, w.Input.Body)
	var err error
	if w.Input.PublishAt, err = v.ParseInput(w.Form.PublishAt); err != nil {
		return w, &directory.FieldError{Field: "publish_at", Code: "not_a_moment", Err: err}
	}
	return w, nil
}

// bodyOf is the source of the text: what the editor made, or what was typed into
// the plain text area.
func bodyOf(form url.Values, now publication.HTML) string {
	if form.Has("html") {
		return form.Get("html")
	}
	typed := strings.ReplaceAll(form.Get("text"), "\r\n", "\n")
	if plain, _ := publication.ToPlainSource(now); !now.IsZero() && typed == plain {
		return now.String()
	}
	return publication.FromPlainText(typed)
}

// shown gives what was sent back to both the text area and the editor.
func shown(form url.Values, body string) (text, html string) {
	clean, err := publication.Sanitize(body)
	if err != nil {
		return strings.ToValidUTF8(form.Get("text"), ""), ""
	}
	if text = form.Get("text"); form.Has("html") {
		text, _ = publication.ToPlainSource(clean)
	}
	return text, clean.String()
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
