package publication

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
)

// LegalField names a part of the information pages (R66), as in the API.
type LegalField string

// The parts that the directory and the charter's own page give; those that are written
// are the fields of [LegalFacts].
const (
	LegalName     LegalField = "name"
	LegalDirector LegalField = "director"
	LegalCharter  LegalField = "charter"
)

// LegalFields lists all parts that R66 asks for, in the order of the pages.
func LegalFields() []LegalField { return Legal{}.Missing() }

// Conformity is how far the pages conform to the RGAA, by whoever had them audited.
type Conformity string

// The states that an accessibility statement may declare.
const (
	FullyConforms  Conformity = "full"    // every criterion
	PartlyConforms Conformity = "partial" // at least half of them
	NotConforming  Conformity = "none"    // fewer, or nobody has audited the pages
)

// Conformities lists the states.
func Conformities() []Conformity { return []Conformity{FullyConforms, PartlyConforms, NotConforming} }

// LegalFacts are what an establishment has to write of itself (R66): the directory does
// not know it. An address may have several lines.
type LegalFacts struct {
	Address      string     `json:"address"`       // postal
	Email        string     `json:"email"`         // of the establishment
	Phone        string     `json:"phone"`         //
	ReplyName    string     `json:"reply_name"`    // the responsable de la rédaction, in charge of the right of reply
	ReplyContact string     `json:"reply_contact"` // how to reach them
	HostName     string     `json:"host_name"`     // who keeps the service running, and the data
	HostAddress  string     `json:"host_address"`
	HostPhone    string     `json:"host_phone"`
	Reuse        string     `json:"reuse"`      // what members may do with what others publish (A3)
	Protection   string     `json:"protection"` // the data protection officer, and how to reach them
	Conformity   Conformity `json:"conformity"` // of the pages, to the RGAA
	Gaps         string     `json:"gaps"`       // what does not conform; not needed where everything does
}

// LegalForm is how a fact is written.
type LegalForm string

// The forms.
const (
	LegalLine   LegalForm = "line"   // one line
	LegalLines  LegalForm = "lines"  // a few lines
	LegalMail   LegalForm = "email"  // an e-mail address
	LegalPhone  LegalForm = "phone"  // a telephone number
	LegalChoice LegalForm = "choice" // one of [Conformities]
)

// LegalPart is one fact, with its value.
type LegalPart struct {
	Field LegalField
	Form  LegalForm
	Limit int // in characters
	Value string
}

// Parts gives the facts in the order of the form.
func (f LegalFacts) Parts() []LegalPart {
	return []LegalPart{
		{"address", LegalLines, 300, f.Address}, {"email", LegalMail, 254, f.Email}, {"phone", LegalPhone, 25, f.Phone},
		{"reply_name", LegalLine, 200, f.ReplyName}, {"reply_contact", LegalLines, 300, f.ReplyContact},
		{"host_name", LegalLine, 200, f.HostName}, {"host_address", LegalLines, 300, f.HostAddress}, {"host_phone", LegalPhone, 25, f.HostPhone},
		{"reuse", LegalLines, 5000, f.Reuse}, {"protection", LegalLines, 300, f.Protection},
		{"conformity", LegalChoice, 20, string(f.Conformity)}, {"gaps", LegalLines, 5000, f.Gaps},
	}
}

// Tidy gives the facts without blanks around them, and with lines ending in one way.
func (f LegalFacts) Tidy() LegalFacts {
	for _, text := range []*string{
		&f.Address, &f.Email, &f.Phone, &f.ReplyName, &f.ReplyContact, &f.HostName, &f.HostAddress, &f.HostPhone, &f.Reuse, &f.Protection, &f.Gaps,
	} {
		*text = visibleOnly(strings.ReplaceAll(*text, "\r\n", "\n"))
	}
	return f
}

// missing lists the facts that are not written, in the order of the form.
func (f LegalFacts) missing() []LegalField {
	var fields []LegalField
	for _, part := range f.Parts() {
		if part.Value == "" && (part.Field != "gaps" || f.Conformity != FullyConforms) {
			fields = append(fields, part.Field)
		}
	}
	return fields
}

// check says what is wrong with each fact that is written: one may be left empty.
func (f LegalFacts) check() error {
	var faults []error
	for _, part := range f.Parts() {
		if code := part.fault(); code != "" {
			faults = append(faults, &FieldError{Field: string(part.Field), Code: code, Limit: part.Limit, Rule: "R66"})
		}
	}
	return errors.Join(faults...)
}

// telephone is a number as people write it: digits, in groups if they like.
var telephone = regexp.MustCompile(`^\+?(?:\(\d{1,4}\))?\d(?:[ .-]?\d){4,19}$`)

// fault is the code of what is wrong; empty where nothing is.
func (p LegalPart) fault() string {
	switch {
	case p.Value == "":
		return ""
	case !utf8.ValidString(p.Value) || strings.ContainsRune(p.Value, 0):
		return "not_text"
	case utf8.RuneCountInString(p.Value) > p.Limit:
		return "too_long"
	case p.Form != LegalLines && strings.ContainsAny(p.Value, "\n\r"):
		return "several_lines"
	case p.Form == LegalMail && !settings.IsAddress(p.Value):
		return "not_an_address"
	case p.Form == LegalPhone && !telephone.MatchString(p.Value):
		return "not_a_phone"
	case p.Form == LegalChoice && !slices.Contains(Conformities(), Conformity(p.Value)):
		return "unknown"
	case !legible(p.Value):
		return "invisible"
	}
	return ""
}

// Directing is who directs the publication at a moment; zero while nobody does.
type Directing struct {
	Name     string
	Capacity directory.DirectorCapacity
}

// Legal is all that the information pages of an establishment say that is not
// generated. The zero Legal says nothing, and is not complete.
type Legal struct {
	Version   int64 // of the facts; 0 before anybody wrote any
	Facts     LegalFacts
	WrittenAt time.Time
	Name      string // of the establishment
	Director  Directing
	Charter   Charter // the one in force; zero before there is any
	Pause     Pause   // that lasts; zero for none. Readers are not told
}

// Missing lists what R66 asks for and nobody has said yet, in the order of the pages.
// A space is open to the public web only where nothing is missing.
func (l Legal) Missing() []LegalField {
	var fields []LegalField
	if strings.TrimSpace(l.Name) == "" {
		fields = append(fields, LegalName)
	}
	if l.Director.Name == "" {
		fields = append(fields, LegalDirector)
	}
	fields = append(fields, l.Facts.missing()...)
	if l.Charter.Version == 0 {
		fields = append(fields, LegalCharter)
	}
	return fields
}

// unsaid names each of the fields that are missing to who wants a space to be public.
func unsaid(missing []LegalField) error {
	faults := make([]error, len(missing))
	for i, field := range missing {
		faults[i] = &FieldError{Field: "legal_" + string(field), Code: "unsaid", Rule: "R66"}
	}
	return errors.Join(faults...)
}

// Charter is the text that everybody accepts before they use the service (R01), in the
// version of a day.
type Charter struct {
	Version   int64 // 0: there is none
	Title     string
	HTML      HTML
	Hash      Hash      // of title and text: what an acceptance names
	AdoptedOn time.Time // midnight UTC of the day
	WrittenAt time.Time
}

// CharterInput is a charter as somebody wants it to be. Body is HTML as somebody wrote or
// pasted it.
type CharterInput struct {
	Title     string
	Body      string
	AdoptedOn time.Time // midnight UTC of the day
}

// charter makes the next version, or says what is wrong with each field.
func (in CharterInput) charter(version int64, values settings.Values, now time.Time) (Charter, error) {
	c := Charter{Version: version, Title: visibleOnly(in.Title), AdoptedOn: in.AdoptedOn, WrittenAt: now}
	faults := []error{checkTitle(c.Title, Page, values)}
	if c.Title == "" {
		faults = append(faults, &FieldError{Field: "title", Code: "required", Rule: "R01"})
	}
	if in.AdoptedOn.IsZero() {
		faults = append(faults, &FieldError{Field: "adopted_on", Code: "required", Rule: "R01"})
	}
	html, err := Sanitize(in.Body)
	switch {
	case err != nil:
		faults = append(faults, &FieldError{Field: "body", Code: "not_text", Err: err})
	case !legible(PlainText(html)):
		faults = append(faults, &FieldError{Field: "body", Code: "required", Rule: "R01"})
	case len(Photos(html)) > 0:
		faults = append(faults, &FieldError{Field: "body", Code: "not_expected", Rule: "R27"})
	}
	c.HTML = html
	c.Hash = c.sum()
	return c, errors.Join(faults...)
}

// sum is the SHA-256 of the canonical JSON of title, text and the sanitiser's version.
func (c Charter) sum() Hash {
	var b bytes.Buffer
	writeCanonical(&b, object{{"html", c.HTML.String()}, {"sanitiser", SanitiserVersion}, {"title", c.Title}})
	return sha256.Sum256(b.Bytes())
}

// LegalVersion is what the information pages said from a moment on.
type LegalVersion struct {
	Version int64
	Facts   LegalFacts
	By      id.Person
	ByName  string
	At      time.Time
}

// CharterVersion is a charter with who wrote it.
type CharterVersion struct {
	Charter
	By     id.Person
	ByName string
}
