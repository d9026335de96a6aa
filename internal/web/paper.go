package web

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// PaperForm is where the authorisation of a pupil and a guardian is recorded, with
// those that are on record (R36).
type PaperForm struct {
	Send       string
	Recorded   []PaperNote
	Minor      bool
	Guardians  []Option // of a minor; empty where none is known
	Namings    []Option
	Pseudonyms bool // may be chosen
	Pseudonym  string
	Reference  string
}

// PaperNote is an authorisation on record.
type PaperNote struct {
	Text, Other string // Other: where it does not reach the text of today
	Changes     Markup // since the version that was signed for; nil where it is the one of today
	End         string // where it is taken back; empty once it has ended
}

// recorders are those who may record an authorisation.
var recorders = []actor.Role{actor.Moderator, actor.Owner, actor.Backup, actor.Director}

// paper is the form, for whoever may fill it in; nil where R36 asks for nothing.
func (v *visit) paper(c id.Contribution, item moderation.Item) (*PaperForm, error) {
	if item.Sealed || item.Contribution.Life != workflow.Kept || !item.AuthorisationDue() || !item.Roles.HasAny(recorders...) {
		return nil, nil //nolint:nilnil // no form is no error
	}
	sheet, err := v.site.cfg.Authorisations.Sheet(v.Request().Context(), v.actor(), c)
	if err != nil {
		return nil, err
	}
	form := &PaperForm{
		Send: v.house.item(c, "authorisations"), Minor: sheet.Minor,
		Pseudonyms: slices.Contains(sheet.Namings, publication.Pseudonym),
	}
	for _, a := range sheet.Recorded {
		form.Recorded = append(form.Recorded, v.paperNote(c, item, a, sheet.Names))
	}
	for _, g := range sheet.Guardians {
		form.Guardians = append(form.Guardians, Option{g.ID.String(), g.FullName(), false})
	}
	for _, naming := range sheet.Namings {
		form.Namings = append(form.Namings, Option{string(naming), v.Text("naming." + string(naming)), false})
	}
	return form, nil
}

func (v *visit) paperNote(c id.Contribution, item moderation.Item, a publication.Authorisation, names map[id.Person]string) PaperNote {
	key := "paper.recorded_alone"
	if !a.Guardian.IsZero() {
		key = "paper.recorded_with"
	}
	note := PaperNote{Text: v.Text(key, "Guardian", names[a.Guardian], "Reference", a.Reference, "Who", names[a.RecordedBy], "At", v.Moment(a.RecordedAt))}
	if r := concerned(item); r.ID != a.Revision && a.EndedAt.IsZero() {
		note.Text += " " + v.Text("paper.signed_for", "Number", a.Number)
		changes, covers := item.Compare(a.ID, r)
		if note.Changes = changes.HTML; !covers {
			note.Other = v.Text("paper.other_text")
		}
	}
	if a.EndedAt.IsZero() {
		note.End = v.house.item(c, "authorisations", a.ID.String(), "end")
	} else {
		note.Text += " " + v.Text("paper.ended", "At", v.Moment(a.EndedAt))
	}
	return note
}

// keep shows again what was typed and chosen.
func (f *PaperForm) keep(form url.Values) {
	f.Reference, f.Pseudonym = form.Get("reference"), form.Get("pseudonym")
	for _, list := range []struct {
		options []Option
		chosen  string
	}{{f.Guardians, form.Get("guardian")}, {f.Namings, form.Get("naming")}} {
		for i := range list.options {
			list.options[i].Chosen = list.options[i].Code == list.chosen
		}
	}
}

func paperInput(form url.Values) publication.AuthorisationInput {
	in := publication.AuthorisationInput{Naming: publication.Naming(form.Get("naming")), Reference: form.Get("reference")}
	if in.Naming == publication.Pseudonym {
		in.Pseudonym = form.Get("pseudonym")
	}
	in.Guardian, _ = id.Parse[id.Person](form.Get("guardian")) // nobody chosen is nobody, and R36 says so
	return in
}

// recordPaper records an authorisation; what it kept from appearing goes on.
func (s *Site) recordPaper(v *visit) error {
	c, err := contribution(v.Param("text"))
	if err != nil {
		return err
	}
	form, err := v.form()
	if err != nil {
		return err
	}
	ctx := v.Request().Context()
	_, err = s.cfg.Authorisations.Record(ctx, v.actor(), c, paperInput(form))
	if err == nil {
		return v.done("did.record_authorisation", v.house.item(c))
	}
	if !correctable(err) {
		return err
	}
	item, failed := s.cfg.Reviewer.Item(ctx, v.actor(), c)
	if failed != nil {
		return failed
	}
	page, failed := v.itemPage(c, item)
	if failed != nil || page.Paper == nil {
		return err
	}
	page.Paper.keep(form)
	page.Faults = v.faults(err, map[string]string{"reference": "paper_reference"})
	return s.render(v.Context, http.StatusUnprocessableEntity, page)
}

// endPaper records that an authorisation was taken back.
func (s *Site) endPaper(v *visit) error {
	c, err := contribution(v.Param("text"))
	if err != nil {
		return err
	}
	a, err := id.Parse[id.Authorisation](v.Param("authorisation"))
	if err != nil {
		return directory.ErrNotFound
	}
	if err := s.cfg.Authorisations.End(v.Request().Context(), v.actor(), c, a); err != nil {
		return err
	}
	return v.done("did.end_authorisation", v.house.item(c))
}

// AwaitedPage lists the texts that nothing but an authorisation keeps from
// appearing, for those who record them.
type AwaitedPage struct {
	Base
	Crumbs []Crumb
	Items  []AwaitedItem
}

// Template names the page's file.
func (*AwaitedPage) Template() string { return "awaited" }

// AwaitedItem is one such text.
type AwaitedItem struct {
	URL, Title, Author, Space string
	Since                     time.Time
}

func (s *Site) listAwaited(v *visit) error {
	list, err := s.cfg.Authorisations.Awaited(v.Request().Context(), v.actor())
	if err != nil {
		return err
	}
	base, err := v.base(v.Text("paper.awaited"))
	if err != nil {
		return err
	}
	page := &AwaitedPage{Base: base, Crumbs: []Crumb{{v.house.desk("review"), v.Text("queue.title")}}}
	for _, u := range list {
		page.Items = append(page.Items, AwaitedItem{v.house.item(u.Contribution), u.Title, u.Byline, u.Space, u.Since})
	}
	return v.render(page)
}
