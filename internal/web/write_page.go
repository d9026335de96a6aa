package web

import (
	"errors"
	"net/http"
	"strings"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/settings"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// WritePage is where a text is written: by the editor, or in a plain text area
// where there is no JavaScript.
type WritePage struct {
	Base
	Crumbs       []Crumb
	Conflict     string // somebody saved meanwhile
	Missing      []string
	Ways         []Crumb
	Advice       []string
	Action       string
	Form         WriteForm
	Titled       bool
	LongestTitle int
	Autosave     string
	Labels       string
	Upload       string // where pictures are sent; empty where none may be added
	PhotoLimit   int    // MiB
	Document     bool   // made of files, with a few words
	Profile      bool   // of somebody, with a portrait beside the text
	Accept       string // what a browser offers to choose
	PaperLimit   int    // MiB
	PlayedLimit  int    // MiB
	Lossy        bool   // the plain text area cannot show all of it
	CreditsOpen  bool
	Languages    []Option
	Next         string // what happens once it is sent
	Do, Send     string
	CanSave      bool
	Back         string
}

// Template names the page's file.
func (*WritePage) Template() string { return "write" }

// draft is what a writing page is about.
type draft struct {
	title  string
	space  publication.Space
	values settings.Values
	kind   publication.Kind
	action string
	back   string
	photos bool // pictures may be added
}

// writePage makes the page of a draft with the form as it stands.
func (v *visit) writePage(d draft, form WriteForm, err error) (*WritePage, error) {
	base, failed := v.base(d.title)
	if failed != nil {
		return nil, failed
	}
	base.Assets.Editor = v.site.assets.Editor
	if len(form.Credits) == 0 {
		form.Credits = []CreditForm{v.creditForm(0, publication.Attribution{})}
	}
	if form.Language == "" {
		form.Language = languages[0]
	}
	mode := d.space.ModeOf(d.kind, d.values)
	page := &WritePage{
		Base: base, Crumbs: []Crumb{{v.house.home(), v.Text("nav.home")}, {v.house.space(d.space.Slug), d.space.Title}},
		Action: d.action, Form: form, Titled: d.kind.Titled(), LongestTitle: settings.LongestTitle.Of(d.values),
		Labels: v.site.labels[v.Lang()], Languages: v.languages(form.Language), Next: v.Text("write.next_" + string(mode)),
		Do: "submit", Send: v.Text("write.submit_" + string(mode)), CanSave: true, Back: d.back, Profile: d.kind == publication.Profile,
	}
	if d.photos {
		page.Upload, page.PhotoLimit = v.house.desk("photos"), settings.PhotoMebibytes.Of(d.values)
	}
	if err := page.document(v, d); err != nil {
		return nil, err
	}
	page.Faults = v.faults(err, map[string]string{"body": "text", "photos": "photo"})
	page.CreditsOpen = form.Credits[0].Authors != "" || len(form.Credits) > 1
	page.refuse(v, err)
	return page, nil
}

// document adds what a document is written with: its files in place of pictures, and no
// editor.
func (p *WritePage) document(v *visit, d draft) error {
	if p.Document = d.kind == publication.Document; !p.Document {
		return nil
	}
	p.Assets.Editor, p.Accept = "", acceptedFiles()
	p.PaperLimit, p.PlayedLimit = settings.PaperMebibytes.Of(d.values), settings.PlayedMebibytes.Of(d.values)
	for i := range p.Form.Pictures {
		row := &p.Form.Pictures[i]
		photo, err := photoOf(row.ID)
		if err != nil {
			return err
		}
		known, err := v.site.cfg.Photos.Photo(v.Request().Context(), v.actor(), photo)
		switch {
		case errors.Is(err, directory.ErrNotFound): // named by a form, and not there
			row.File = v.fileNote("", "", 0, "")
		case err != nil:
			return err
		default:
			row.File = v.workingFile(photo, known.Photo.Format, known.Photo.Bytes, known.Photo.Name)
		}
	}
	return nil
}

// acceptedFiles is what a browser offers to choose for a document: the service judges by
// what is in them.
func acceptedFiles() string {
	var list []string
	for _, format := range imageconsent.FileFormats() {
		list = append(list, "."+format)
	}
	return strings.Join(list, ",")
}

// refuse says why a text that is kept could not be sent.
func (p *WritePage) refuse(v *visit, err error) {
	refusal := new(workflow.Refusal)
	if !errors.As(err, &refusal) {
		return
	}
	p.Missing = v.unmet(refusal.Unmet, refusal.Until)
	for _, unmet := range refusal.Unmet {
		switch unmet.Name {
		case "briefing":
			p.Ways = append(p.Ways, Crumb{v.house.desk("briefing"), v.Text("problem.to_briefing")})
		case "attribution":
			p.CreditsOpen = true
		}
	}
}

// correctable reports whether an error is for the author to correct in the form.
func correctable(err error) bool {
	field, credit := new(directory.FieldError), new(publication.IncompleteAttribution)
	return errors.As(err, &field) || errors.As(err, &credit) || errors.Is(err, workflow.ErrUnmet)
}

// rewrite shows the form again with what is wrong, what was typed kept.
func (v *visit) rewrite(d draft, form WriteForm, err error, more func(*WritePage)) error {
	page, failed := v.writePage(d, form, err)
	if failed != nil {
		return failed
	}
	if more != nil {
		more(page)
	}
	status := http.StatusUnprocessableEntity
	if err == nil {
		status = http.StatusOK
	}
	return v.site.render(v.Context, status, page)
}

// refuseFiles shows the form again with what is wrong with files that it brought, and
// nothing lost.
func (v *visit) refuseFiles(d draft, form WriteForm, faults Faults, more func(*WritePage)) error {
	page, err := v.writePage(d, form, nil)
	if err != nil {
		return err
	}
	if more != nil {
		more(page)
	}
	page.Faults = faults
	return v.site.render(v.Context, http.StatusUnprocessableEntity, page)
}

// oneMoreCredit shows the form again with room for another borrowed work (R17).
func (v *visit) oneMoreCredit(d draft, w written, err error, more func(*WritePage)) error {
	w.Form.Credits = append(w.Form.Credits, v.creditForm(len(w.Form.Credits), publication.Attribution{}))
	return v.rewrite(d, w.Form, err, func(p *WritePage) {
		if more != nil {
			more(p)
		}
		p.CreditsOpen = true
	})
}
