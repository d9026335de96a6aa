package web

import "imprimatur/internal/web/i18n"

// Page is a typed struct that one template renders. Every page embeds [Base].
type Page interface {
	// Template names the file in templates/, without its ending.
	Template() string
	frame() *Base
}

// Base is what every page shows around its own matter.
type Base struct {
	*i18n.Printer
	Title    string
	Assets   Assets
	Path     string // of this page, to come back to after signing in
	School   School // zero outside of an establishment
	Me       Me     // zero for somebody who is not signed in
	Nav      Nav
	Foot     []Crumb // the information pages of the establishment (R66)
	Done     string  // what was just done, in words; empty when nothing was
	Feed     string  // address of the Atom feed of what is shown
	Wide     bool    // the page has tables or panes and takes the whole width
	Faults   Faults  // what is wrong with what was sent
	Takedown string  // where anybody asks for a removal (R38)
}

func (b *Base) frame() *Base { return b }

// Assets are the addresses of scripts and styles.
type Assets struct {
	Style, Script, Icon string
	Editor              string // on writing pages alone
}

// School is an establishment as the header names it.
type School struct {
	Name string
	Home string // address; ends with a slash

	Halted string // why nobody can write in it (R54); empty while they can
}

// Me is whoever looks at the page.
type Me struct {
	ID      string // of the person, for what a script keeps on the device (R24)
	Name    string
	Schools bool // belongs to several, and may change
}

// Nav is what the header offers. An empty address is left out.
type Nav struct {
	Mine, Review, Notices, Spaces string
	Photos, Consents, Mail        string
	Settings                      string
	Cases                         string
	Desk, Establishments          string
	ReviewCount, NoticeCount      int
	CaseCount                     int
}

// Fault is what is wrong with one field, in words.
type Fault struct {
	Field string // the id of the form's field
	Text  string
}

// Faults are in the order of the form.
type Faults []Fault

// Of is the sentence beside a field; empty when nothing is wrong with it.
func (f Faults) Of(field string) string {
	for _, fault := range f {
		if fault.Field == field {
			return fault.Text
		}
	}
	return ""
}
