package web

import (
	"net/url"
	"strings"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
)

// house is an establishment's part of the site, by its addresses. What readers see
// is below /e/{uai}/{space}/; the working side is below /e/{uai}/-/, since no
// space can be called so.
type house struct {
	publication.House
	above bool // it is an authority: it has no readers, and examines cases
}

func (h house) home() string { return "/e/" + h.UAI + "/" }

func (h house) feed() string { return h.home() + "feed.atom" }

func (h house) space(slug string) string { return h.home() + slug + "/" }

func (h house) spaceFeed(slug string) string { return h.space(slug) + "feed.atom" }

// text is the address of a published contribution: of what it answers, where it
// has no page of its own.
func (h house) text(slug string, p publication.Published) string {
	if !p.Parent.IsZero() {
		return h.space(slug) + p.Parent.String() + "#m-" + p.ID.String()
	}
	return h.space(slug) + p.ID.String() + "-" + p.Slug
}

// permanent is the address of a published contribution that holds wherever it is
// and whatever it is called: it leads to the one of the day.
func (h house) permanent(c id.Contribution) string { return h.desk(c.String()) }

// seen is the address of a picture of a published contribution, for its readers.
func (h house) seen(c id.Contribution, photo id.Photo, size imageconsent.Size) string {
	return h.desk("seen", c.String(), photo.String(), string(size))
}

func (h house) desk(parts ...string) string {
	return h.home() + "-/" + strings.Join(parts, "/")
}

func (h house) work(c id.Contribution, parts ...string) string {
	return h.desk(append([]string{"texts", c.String()}, parts...)...)
}

func (h house) item(c id.Contribution, parts ...string) string {
	return h.desk(append([]string{"review", c.String()}, parts...)...)
}

func (h house) consent(c id.Consent, parts ...string) string {
	return h.desk(append([]string{"consents", c.String()}, parts...)...)
}

func (h house) album(series id.Series) string { return h.desk("photos") + "?series=" + series.String() }

// class is the address of a group's trombinoscope, or of something in it.
func (h house) class(group id.Group, parts ...string) string {
	return h.desk(append([]string{"classes", group.String(), "trombinoscope"}, parts...)...)
}

func (h house) photo(p id.Photo, parts ...string) string {
	return h.desk(append([]string{"photos", p.String()}, parts...)...)
}

func (h house) write(space string, answers id.Contribution) string {
	if answers.IsZero() {
		return h.desk("write", space)
	}
	return h.desk("write", space) + "?to=" + answers.String()
}

// writeAs is where something is written in a space of what is not its first kind.
func (h house) writeAs(kind publication.Kind, space string) string {
	return h.desk("write", space) + "?kind=" + string(kind)
}

// dossier is the address of a case, for those who examine it.
func (h house) dossier(c id.Case, parts ...string) string {
	return h.desk(append([]string{"cases", c.String()}, parts...)...)
}

// decision is the address of a case for the author of what it is about.
func (h house) decision(c id.AuthorCase, parts ...string) string {
	return h.desk(append([]string{"decisions", c.String()}, parts...)...)
}

// reported is the address of a report for whoever made it while signed in.
func (h house) reported(r id.Report, parts ...string) string {
	return h.desk(append([]string{"reports", r.String()}, parts...)...)
}

// takedown is where anybody asks for the removal of what is at an address.
func (h house) takedown(at string) string {
	return h.desk("takedown") + "?" + url.Values{"at": {at}}.Encode()
}

// replyTo is where somebody whom a message names asks to have their reply inserted (R55).
func (h house) replyTo(at string) string {
	return h.desk("reply") + "?" + url.Values{"at": {at}}.Encode()
}

// contribution reads an id from a path, with or without the words behind it. What
// cannot be an id names nothing.
func contribution(param string) (id.Contribution, error) {
	const size = 36
	if len(param) > size && param[size] == '-' {
		param = param[:size]
	}
	c, err := id.Parse[id.Contribution](param)
	if err != nil {
		return id.Contribution{}, directory.ErrNotFound
	}
	return c, nil
}

// within makes an address on this site of one that a form or a link brought, so
// that nobody is sent elsewhere; home where it is none.
func within(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || u.Opaque != "" ||
		!strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.ContainsAny(next, "\\\r\n") {
		return "/"
	}
	return u.String()
}
