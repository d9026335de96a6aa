package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/publication"
)

// LegalFormPage is where the director or an administrator writes what the directory does
// not know of the establishment (R66).
type LegalFormPage struct {
	Base
	Conflict string // somebody saved meanwhile
	Missing  []string
	Paused   string // since when what is public is read inside the establishment alone; empty for no such time
	Public   bool   // a space is open to the public web: nothing may be emptied
	Version  int64
	Groups   []LegalGroup
	Versions []WrittenVersion
}

// Template names the page's file.
func (*LegalFormPage) Template() string { return "legal_form" }

// LegalGroup is a set of fields.
type LegalGroup struct {
	Title  string
	Fields []LegalInput
}

// LegalInput is a field: a list where it has options, lines where it has rows, else one line.
type LegalInput struct {
	ID, Label, Hint, Value string
	Type                   string // of one line
	Rows, Limit            int
	Options                []Option
}

// WrittenVersion is who wrote a version when, and what it changed.
type WrittenVersion struct {
	By, About string
	At        time.Time
	Changes   []Stated
}

// legalGroups say which facts stand together, by the key of their heading.
var legalGroups = []struct {
	title  string
	fields []publication.LegalField
}{
	{"legal.publisher", []publication.LegalField{"address", "email", "phone"}},
	{"legal.reply", []publication.LegalField{"reply_name", "reply_contact"}},
	{"legal.host", []publication.LegalField{"host_name", "host_address", "host_phone"}},
	{"legal.form_rest", []publication.LegalField{"reuse", "protection"}},
	{"accessibility.title", []publication.LegalField{"conformity", "gaps"}},
}

func (s *Site) editLegal(v *visit) error {
	file, err := s.cfg.Legal.File(v.Request().Context(), v.actor())
	if err != nil {
		return err
	}
	page, err := v.legalForm(file, file.Facts)
	if err != nil {
		return err
	}
	return v.render(page)
}

func (s *Site) saveLegal(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(form.Get("version"), 10, 64)
	facts := legalFacts(form)
	_, err = s.cfg.Legal.Write(v.Request().Context(), v.actor(), version, facts)
	if err == nil {
		return v.done("did.legal", v.house.desk("legal"))
	}
	if !correctable(err) && !errors.Is(err, directory.ErrStale) {
		return err
	}
	file, failed := s.cfg.Legal.File(v.Request().Context(), v.actor())
	if failed != nil {
		return failed
	}
	page, failed := v.legalForm(file, facts)
	if failed != nil {
		return failed
	}
	page.Faults = v.faults(err, nil)
	status := http.StatusUnprocessableEntity
	if errors.Is(err, directory.ErrStale) {
		page.Conflict, status = v.Text("legal.conflict"), http.StatusConflict
	}
	return s.render(v.Context, status, page)
}

// legalFacts reads the form.
func legalFacts(form url.Values) publication.LegalFacts {
	return publication.LegalFacts{
		Address: form.Get("address"), Email: form.Get("email"), Phone: form.Get("phone"),
		ReplyName: form.Get("reply_name"), ReplyContact: form.Get("reply_contact"),
		HostName: form.Get("host_name"), HostAddress: form.Get("host_address"), HostPhone: form.Get("host_phone"),
		Reuse: form.Get("reuse"), Protection: form.Get("protection"),
		Conformity: publication.Conformity(form.Get("conformity")), Gaps: form.Get("gaps"),
	}
}

// legalForm shows the form with the facts as they stand in it.
func (v *visit) legalForm(file publication.LegalFile, facts publication.LegalFacts) (*LegalFormPage, error) {
	base, err := v.base(v.Text("legal.form_title"))
	if err != nil {
		return nil, err
	}
	page := &LegalFormPage{Base: base, Public: file.Public, Version: file.Version}
	if !file.Pause.Since.IsZero() {
		page.Paused = v.Text("legal.paused", "Since", v.DateTime(file.Pause.Since))
	}
	for _, field := range file.Missing() {
		page.Missing = append(page.Missing, v.Text("legal.field_"+string(field)))
	}
	parts := map[publication.LegalField]publication.LegalPart{}
	for _, part := range facts.Parts() {
		parts[part.Field] = part
	}
	for _, group := range legalGroups {
		shown := LegalGroup{Title: v.Text(group.title)}
		for _, field := range group.fields {
			shown.Fields = append(shown.Fields, v.legalInput(parts[field]))
		}
		page.Groups = append(page.Groups, shown)
	}
	for i, version := range file.Versions {
		before := publication.LegalFacts{}
		if i+1 < len(file.Versions) {
			before = file.Versions[i+1].Facts
		}
		page.Versions = append(page.Versions, WrittenVersion{By: version.ByName, At: version.At, Changes: v.legalChanges(before, version.Facts)})
	}
	return page, nil
}

func (v *visit) legalInput(part publication.LegalPart) LegalInput {
	name := string(part.Field)
	in := LegalInput{
		ID: name, Label: v.Text("legal.field_" + name), Hint: v.Text("legal.hint_" + name), Limit: part.Limit,
		Value: strings.ToValidUTF8(part.Value, ""),
	}
	switch part.Form {
	case publication.LegalLines:
		in.Rows = 3
		if part.Limit > 1000 {
			in.Rows = 8
		}
	case publication.LegalLine:
		in.Type = "text"
	case publication.LegalMail:
		in.Type = "email"
	case publication.LegalPhone:
		in.Type = "tel"
	case publication.LegalChoice:
		in.Options = append([]Option{{"", v.Text("legal.choose"), part.Value == ""}}, options(v, "legal.conformity_", publication.Conformities(), publication.Conformity(part.Value))...)
	}
	return in
}

// legalChanges are the facts that a version changed, as they have been since.
func (v *visit) legalChanges(was, is publication.LegalFacts) []Stated {
	var changes []Stated
	before := was.Parts()
	for i, part := range is.Parts() {
		if part.Value == before[i].Value {
			continue
		}
		text := part.Value
		if part.Form == publication.LegalChoice && text != "" {
			text = v.Text("legal.conformity_" + text)
		}
		changes = append(changes, Stated{v.Text("legal.field_" + string(part.Field)), v.orUnsaid(text)[0], ""})
	}
	return changes
}
