package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
	"imprimatur/internal/web/i18n"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Card is a text in a list, or its tombstone.
type Card struct {
	*i18n.Printer
	Exposure    workflow.Exposure // empty while the text is visible
	URL         string
	Title       string
	Byline      string
	Excerpt     string
	Space       string // where it is, in a list of several spaces
	Answers     int
	PublishedAt time.Time
}

// Text is a published text, or its tombstone.
type Text struct {
	*i18n.Printer
	ID          string
	Exposure    workflow.Exposure // empty while the text is visible
	Reference   string            // of the case by which it was withdrawn
	Title       string
	Byline      string
	Language    string
	HTML        publication.Annotated // with the addresses of its pictures
	Profile     bool                  // its portrait stands beside its words
	Credits     []publication.Attribution
	Several     string // R37: who took part in a collective work, and who holds the rights
	PublishedAt time.Time
	UpdatedAt   time.Time
	Edited      bool
	Suggested   bool   // R18
	Unreviewed  bool   // R13
	Report      string // where it is reported; empty of what is not visible
	Stop        string // where it is stopped at once (R26); empty for who may not
	ReplyTo     string // where somebody whom it names replies (R55); likewise
	Inserted    []InsertedNote
	Reports     []Crumb // where each of its photos is
}

// Crumb is a step of the way to a page.
type Crumb struct{ URL, Text string }

// Pager leads to the rest of a list. An empty address is left out.
type Pager struct{ Newer, Older string }

func (v *visit) card(slug string, p publication.Published) Card {
	c := Card{Printer: v.Printer, URL: v.house.text(slug, p), Title: p.Title, Byline: p.Byline, Excerpt: p.Excerpt, PublishedAt: p.PublishedAt}
	if !p.Visible() {
		c.Exposure = p.Exposure
	}
	if c.Title == "" {
		c.Title = c.Excerpt
	}
	return c
}

func (v *visit) text(mode workflow.Mode, p publication.Published) Text {
	t := Text{
		Printer: v.Printer, ID: p.ID.String(), Title: p.Title, Byline: p.Byline, Language: p.Language, HTML: v.illustrated(p),
		Profile: p.Kind == publication.Profile, Credits: p.Attributions, PublishedAt: p.PublishedAt, UpdatedAt: p.UpdatedAt,
		Edited: p.UpdatedAt.After(p.PublishedAt.Add(time.Minute)), Suggested: p.Suggested, Unreviewed: !p.Reviewed && mode != workflow.Pre,
	}
	if len(p.Contributors) > 0 {
		t.Several = v.Text("reading.collective", "Holder", v.house.Name, "Contributors", strings.Join(p.Contributors, ", "))
	}
	t.Inserted = v.inserted(p)
	if !p.Visible() {
		t.Exposure, t.Reference = p.Exposure, p.Reference
		return t
	}
	t.Report, t.ReplyTo, t.Reports = v.reportAt(p.ID), v.house.replyTo(v.house.permanent(p.ID)), v.photoReports(p)
	if v.stops {
		t.Stop = v.house.desk("stops", "text", p.ID.String())
	}
	return t
}

// photoReports is where each photo of a text is reported, by what it shows.
func (v *visit) photoReports(p publication.Published) []Crumb {
	alts := altsOf(p)
	var list []Crumb
	for _, f := range p.Frames {
		if f.Format != "" || !f.Shown {
			continue
		}
		at := v.house.takedown(v.house.seen(p.ID, f.Photo, imageconsent.Standard))
		if v.belongs() {
			at = v.house.desk("report", p.ID.String()) + "?photo=" + f.Photo.String()
		}
		list = append(list, Crumb{at, v.Text("reading.report_photo", "Alt", alts[f.Photo], "Number", len(list)+1)})
	}
	return list
}

// altsOf is what the photos of a text show, in words.
func altsOf(p publication.Published) map[id.Photo]string {
	alts := map[id.Photo]string{}
	_, pictures := publication.TakeApart(p.HTML)
	for _, picture := range pictures {
		alts[picture.Photo] = picture.Alt
	}
	return alts
}

// reportAt is where a text is reported: by who belongs here in three taps, by anybody
// else with what R38 asks for.
func (v *visit) reportAt(c id.Contribution) string {
	if v.belongs() {
		return v.house.desk("report", c.String())
	}
	return v.house.takedown(v.house.permanent(c))
}

func (v *visit) texts(mode workflow.Mode, list []publication.Published) []Text {
	out := make([]Text, len(list))
	for i, p := range list {
		out[i] = v.text(mode, p)
	}
	return out
}

// pager leads on from a cursor; and back to the beginning from anywhere else.
func (v *visit) pager(next string) Pager {
	var p Pager
	here := v.Request().URL
	if here.Query().Get("after") != "" {
		p.Newer = withQuery(here, "after", "")
	}
	if next != "" {
		p.Older = withQuery(here, "after", next)
	}
	return p
}

// withQuery is an address with one parameter changed, or without it.
func withQuery(u *url.URL, name, value string) string {
	query := u.Query()
	query.Set(name, value)
	if value == "" {
		query.Del(name)
	}
	if len(query) == 0 {
		return u.EscapedPath()
	}
	return u.EscapedPath() + "?" + query.Encode()
}

// reading sends what the Reader gave. For somebody unknown the bytes are kept
// beside it: they depend on nothing but the sheet, the language and the address.
func (v *visit) reading(status int, sheet publication.Sheet, build func() (Page, error)) error {
	if v.known() {
		page, err := build()
		if err != nil {
			return err
		}
		return v.site.render(v.Context, status, page)
	}
	body, err := sheet.Rendered(v.Lang()+" "+v.house.Halted+" "+v.Request().URL.RequestURI(), func() ([]byte, error) {
		page, err := build()
		if err != nil {
			return nil, err
		}
		return v.site.templates.execute(page)
	})
	if err != nil {
		return err
	}
	return send(v.Context, status, body, v.Lang())
}

// InsertedNote is a reply under its message (R57).
type InsertedNote struct {
	Heading, About, Text string
	Gone                 string // what became of the message; empty while it is there
	Report               string // where it is reported; empty on a page of a case
}

// inserted are the replies under a message.
func (v *visit) inserted(p publication.Published) []InsertedNote {
	var notes []InsertedNote
	for _, r := range p.Inserted {
		note := InsertedNote{Heading: v.insertedBy(r), About: v.Text("reply.inserted_about", "At", v.DateTime(r.ShownFrom), "Reference", r.Reference), Text: r.Text, Report: v.house.takedown(r.Reference)}
		if !r.MessageUntil.IsZero() {
			note.Gone = v.Text("reply.message_gone", "From", v.DateTime(r.MessageAt), "Until", v.DateTime(r.MessageUntil))
		}
		notes = append(notes, note)
	}
	return notes
}

func (v *visit) insertedBy(r publication.Inserted) string {
	return v.Text("reply.inserted_by", "Name", r.Name)
}

// statusOf is the HTTP status of a text's page: what hides it decides, but where there is a
// reply to be read (R57).
func statusOf(p publication.Published) int {
	if len(p.Inserted) > 0 {
		return http.StatusOK
	}
	switch p.Exposure {
	case workflow.Visible:
		return http.StatusOK
	case workflow.Blocked:
		return http.StatusUnavailableForLegalReasons
	case workflow.Purged, workflow.Withdrawn:
		return http.StatusGone
	case workflow.Masked, workflow.Archived, workflow.Unpublished:
	}
	return http.StatusNotFound
}
