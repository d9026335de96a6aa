package web

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/publication"
)

// InformationPage is one of the pages that an establishment owes to everybody (R66): they
// need no session, and no charter accepted.
type InformationPage struct {
	Base
	Missing  []string // what R66 asks for and is not said yet
	Edit     string   // where whoever may completes them; empty for others
	Sections []Section
}

// Template names the page's file.
func (*InformationPage) Template() string { return "information" }

// Section is a part of an information page. What is empty is left out.
type Section struct {
	ID, Title string
	Texts     []string
	Facts     []Stated
	Table     Table
	Points    []string
	Links     []Crumb
}

// Stated is a fact with its name; it may have several lines, and lead somewhere.
type Stated struct{ Label, Text, URL string }

// Table has a heading for each of its columns.
type Table struct {
	Heads []string
	Rows  [][]Cell
}

// Cell is a cell of a table, with the heading that is above it.
type Cell struct{ Head, Text string }

// add adds a row.
func (t *Table) add(cells ...string) {
	row := make([]Cell, len(cells))
	for i, text := range cells {
		row[i] = Cell{t.Heads[i], text}
	}
	t.Rows = append(t.Rows, row)
}

// foot leads to every information page of the establishment, from below each page of it.
func (v *visit) foot(h house) []Crumb {
	return []Crumb{
		{h.desk("legal"), v.Text("legal.title")}, {h.desk("privacy"), v.Text("privacy.title")}, {h.desk("checks"), v.Text("checks.title")},
		{h.desk("charter"), v.Text("charter.title")}, {h.desk("accessibility"), v.Text("accessibility.title")},
		{h.desk("reply"), v.Text("reply.link")},
	}
}

// information shows one of the pages. For somebody unknown it is made once, and kept with
// what it says.
func (v *visit) information(title string, sections func(publication.LegalPage) []Section) error {
	said, err := v.site.cfg.Reader.Legal(v.Request().Context(), v.viewer())
	if err != nil {
		return err
	}
	return v.reading(http.StatusOK, said.Sheet, func() (Page, error) {
		base, err := v.base(v.Text(title))
		if err != nil {
			return nil, err
		}
		page := &InformationPage{Base: base, Sections: sections(said), Edit: v.legalDesk("legal")}
		for _, field := range said.Missing() {
			page.Missing = append(page.Missing, v.Text("legal.field_"+string(field)))
		}
		return page, nil
	})
}

// legalDesk is where an information page is written, for whoever may; empty for others.
func (v *visit) legalDesk(page string) string {
	if !v.works() && !v.administers() {
		return ""
	}
	if _, err := v.site.cfg.Legal.File(v.Request().Context(), v.actor()); err != nil {
		return "" // they may read it, like everybody
	}
	return v.house.desk(page, "edit")
}

func (s *Site) showLegal(v *visit) error {
	return v.information("legal.title", v.legalSections)
}

func (v *visit) legalSections(said publication.LegalPage) []Section {
	f := said.Facts
	director := said.Director.Name
	if said.Director.Capacity == directory.Acting {
		director = v.Text("legal.acting", "Name", director)
	}
	publisher := Section{ID: "publisher", Title: v.Text("legal.publisher"), Facts: []Stated{{v.Text("legal.field_name"), said.Name, ""}, {v.Text("legal.uai"), v.house.UAI, ""}}}
	publisher.Facts = append(publisher.Facts, v.contact(f)...)
	requests := Section{ID: "requests", Title: v.Text("legal.requests"), Texts: []string{v.Text("legal.requests_about")}}
	if said.Authority != "" {
		requests.Texts = append(requests.Texts, v.Text("legal.requests_above", "Authority", said.Authority))
	}
	sections := []Section{
		publisher,
		{ID: "director", Title: v.Text("legal.field_director"), Facts: v.stated(Stated{v.Text("legal.name"), director, ""}), Texts: []string{v.Text("legal.director_about")}},
		{ID: "reply", Title: v.Text("legal.reply"), Texts: []string{v.Text("legal.reply_about")}, Facts: v.stated(
			Stated{v.Text("legal.field_reply_name"), f.ReplyName, ""}, Stated{v.Text("legal.field_reply_contact"), f.ReplyContact, ""})},
		requests,
		{ID: "host", Title: v.Text("legal.host"), Facts: v.stated(
			Stated{v.Text("legal.field_host_name"), f.HostName, ""}, Stated{v.Text("legal.field_host_address"), f.HostAddress, ""},
			Stated{v.Text("legal.field_host_phone"), f.HostPhone, dial(f.HostPhone)})},
		{ID: "reuse", Title: v.Text("legal.field_reuse"), Texts: v.orUnsaid(f.Reuse)},
	}
	return append(append(sections, v.publicReports(said.Reports)...), v.dated(said))
}

// dated says of which day that is which was written.
func (v *visit) dated(said publication.LegalPage) Section {
	day := v.Text("legal.unsaid")
	if said.Version > 0 {
		day = v.Text("legal.said", "Day", v.Day(said.WrittenAt))
	}
	return Section{ID: "dated", Title: v.Text("legal.dated"), Texts: []string{day}}
}

// contact is how an establishment is reached.
func (v *visit) contact(f publication.LegalFacts) []Stated {
	write := ""
	if f.Email != "" {
		write = "mailto:" + f.Email
	}
	return v.stated(
		Stated{v.Text("legal.field_address"), f.Address, ""}, Stated{v.Text("legal.field_email"), f.Email, write},
		Stated{v.Text("legal.field_phone"), f.Phone, dial(f.Phone)})
}

// stated says of what is not said that it is not.
func (v *visit) stated(facts ...Stated) []Stated {
	for i := range facts {
		facts[i].Text = v.orUnsaid(facts[i].Text)[0]
	}
	return facts
}

func (v *visit) orUnsaid(text string) []string {
	if text == "" {
		text = v.Text("legal.unsaid")
	}
	return []string{text}
}

// dial is the address of a telephone number; empty where there is none.
func dial(number string) string {
	if number == "" {
		return ""
	}
	return "tel:" + strings.Map(func(r rune) rune {
		if r == '+' || ('0' <= r && r <= '9') {
			return r
		}
		return -1
	}, number)
}

func (s *Site) showAccessibility(v *visit) error {
	return v.information("accessibility.title", v.accessibilitySections)
}

func (v *visit) accessibilitySections(said publication.LegalPage) []Section {
	state := v.orUnsaid("")[0]
	if said.Facts.Conformity != "" {
		state = v.Text("accessibility.state_"+string(said.Facts.Conformity), "Name", said.Name)
	}
	gaps := v.orUnsaid(said.Facts.Gaps)
	if said.Facts.Conformity == publication.FullyConforms && said.Facts.Gaps == "" {
		gaps = []string{v.Text("accessibility.no_gaps")}
	}
	return []Section{
		{ID: "state", Title: v.Text("accessibility.state"), Texts: []string{v.Text("accessibility.about", "Name", said.Name), state}},
		{ID: "gaps", Title: v.Text("legal.field_gaps"), Texts: gaps},
		{ID: "tests", Title: v.Text("accessibility.tests"), Points: v.points("accessibility.test_", "machine", "keyboard", "scripts", "phone", "colours"), Texts: []string{v.Text("accessibility.tests_not")}},
		{ID: "report", Title: v.Text("accessibility.report"), Texts: []string{v.Text("accessibility.report_about")}, Facts: v.contact(said.Facts)},
		{ID: "remedy", Title: v.Text("accessibility.remedy"), Texts: []string{v.Text("accessibility.remedy_about")},
			Facts: []Stated{{v.Text("accessibility.remedy_phone"), "09 69 39 00 00", "tel:0969390000"}, {v.Text("accessibility.remedy_post"), v.Text("accessibility.remedy_address"), ""}},
			Links: []Crumb{{"https://formulaire.defenseurdesdroits.fr/", v.Text("accessibility.remedy_form")}}},
		v.dated(said),
	}
}

// points are sentences of the catalogue, by the ends of their keys.
func (v *visit) points(prefix string, ends ...string) []string {
	list := make([]string, len(ends))
	for i, end := range ends {
		list[i] = v.Text(prefix + end)
	}
	return list
}

// CharterPage is the text that everybody accepts before they use the service (R01).
type CharterPage struct {
	Base
	Edit    string
	Written bool // there is one
	HTML    Markup
	Adopted time.Time
	Version string // which, and by what it is known
}

// Template names the page's file.
func (*CharterPage) Template() string { return "charter" }

func (s *Site) showCharter(v *visit) error {
	said, err := s.cfg.Reader.Legal(v.Request().Context(), v.viewer())
	if err != nil {
		return err
	}
	return v.reading(http.StatusOK, said.Sheet, func() (Page, error) {
		c := said.Charter
		base, err := v.base(cmp.Or(c.Title, v.Text("charter.title")))
		if err != nil {
			return nil, err
		}
		return &CharterPage{
			Base: base, Edit: v.legalDesk("charter"), Written: c.Version > 0, HTML: c.HTML, Adopted: c.AdoptedOn,
			Version: v.Text("charter.version", "Number", c.Version, "Hash", c.Hash.String()[:12]),
		}, nil
	})
}
