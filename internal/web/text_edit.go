package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// own reads a contribution that the visitor wrote. Somebody else's is to be
// reviewed, not edited (R18).
func (v *visit) own() (id.Contribution, moderation.Item, error) {
	c, err := contribution(v.Param("text"))
	if err != nil {
		return c, moderation.Item{}, err
	}
	item, err := v.site.cfg.Reviewer.Item(v.Request().Context(), v.actor(), c)
	if err == nil && !v.actor().Is(item.Contribution.Author) {
		err = &workflow.Refusal{Machine: workflow.EditorialTable.Name, Action: workflow.Submit, Rule: "R18", Err: workflow.ErrForbidden}
	}
	return c, item, err
}

// ownForm is own with the form that was sent for it.
func (v *visit) ownForm() (id.Contribution, moderation.Item, delivery, error) {
	c, item, err := v.own()
	if err != nil {
		return c, item, delivery{}, err
	}
	form, err := v.deliver()
	return c, item, form, err
}

// latest is the text that its author goes on from, and the version of the draft
// that this is; 0 where there is none yet.
func latestOf(item moderation.Item) (publication.Revision, int64) {
	if item.Draft != nil {
		return *item.Draft, item.Draft.Version
	}
	var last publication.Revision
	for _, r := range []*publication.Revision{item.Live, item.Refused, item.Open} {
		if r != nil && r.Number >= last.Number {
			last = *r
		}
	}
	return last, 0
}

func (v *visit) editing(c id.Contribution, item moderation.Item) draft {
	last, _ := latestOf(item)
	d := draft{
		title: v.Text("write.edit", "Title", last.Title), space: item.Space, values: item.Values, kind: item.Contribution.Kind,
		action: v.house.work(c, "edit"), back: v.house.work(c), photos: true,
	}
	if last.Title == "" {
		d.title = v.Text("write.edit_untitled")
	}
	return d
}

// advise tells what becomes of the versions that are there already.
func (v *visit) advise(item moderation.Item, c id.Contribution, html publication.HTML) func(*WritePage) {
	return func(p *WritePage) {
		p.Autosave = v.house.work(c, "draft")
		p.Lossy = flattened(item.Contribution.Kind, html)
		if item.Exposure == workflow.Visible {
			p.Advice = append(p.Advice, v.Text("write.live_stays"))
		}
		if item.Open != nil {
			p.Advice = append(p.Advice, v.Text("write.open_replaced"))
		}
	}
}

func (s *Site) editText(v *visit) error {
	c, item, err := v.own()
	if err != nil {
		return err
	}
	return v.rewriteLatest(c, item, nil)
}

// rewriteLatest shows the writing page with the text as it was last kept.
func (v *visit) rewriteLatest(c id.Contribution, item moderation.Item, why error) error {
	last, version := latestOf(item)
	form := v.formOf(item.Contribution.Kind, last)
	form.Version = version
	return v.rewrite(v.editing(c, item), form, why, v.advise(item, c, last.HTML))
}

// saveText keeps the draft, and sends it if that was asked for.
func (s *Site) saveText(v *visit) error {
	c, item, brought, err := v.ownForm()
	if err != nil {
		return err
	}
	last, version := latestOf(item)
	w, err := v.decode(brought, item.Contribution.Kind, last.HTML)
	if faults := brought.faults(v); len(faults) > 0 {
		return v.refuseFiles(v.editing(c, item), w.Form, faults, v.advise(item, c, last.HTML))
	}
	if w.Do == "credit" {
		return v.oneMoreCredit(v.editing(c, item), w, err, v.advise(item, c, last.HTML))
	}
	if err == nil {
		_, err = s.cfg.Writer.SaveDraft(v.Request().Context(), v.actor(), c, w.Form.Version, w.Input)
	}
	switch {
	case errors.Is(err, workflow.ErrStale):
		w.Form.Version = version
		return v.conflict(v.editing(c, item), w.Form, v.advise(item, c, last.HTML))
	case correctable(err):
		return v.rewrite(v.editing(c, item), w.Form, err, v.advise(item, c, last.HTML))
	case err != nil:
		return err
	}
	return s.goOn(v, c, w)
}

// conflict shows what was typed again, ready to be saved over what another page
// has saved meanwhile.
func (v *visit) conflict(d draft, form WriteForm, more func(*WritePage)) error {
	page, err := v.writePage(d, form, nil)
	if err != nil {
		return err
	}
	if more != nil {
		more(page)
	}
	page.Conflict = v.Text("write.stale")
	return v.site.render(v.Context, http.StatusConflict, page)
}

// goOn follows a draft that was kept: to its page, by way of submitting where
// that was asked for. What stands in the way is said on the writing page.
func (s *Site) goOn(v *visit, c id.Contribution, w written) error {
	if w.Do != "submit" {
		return v.done("did.saved", v.house.work(c, "edit"))
	}
	ctx := v.Request().Context()
	item, err := s.cfg.Reviewer.Item(ctx, v.actor(), c)
	if err != nil {
		return err
	}
	err = s.cfg.Reviewer.Act(ctx, v.actor(), c, publication.Command{Action: workflow.Submit, Version: item.Contribution.Version})
	if !correctable(err) {
		if err != nil {
			return err
		}
		return v.done("did.submit", v.house.work(c))
	}
	return v.rewriteLatest(c, item, err)
}

// autosaveText keeps the draft while its author writes: PUT with If-Match, and the
// next version as ETag.
func (s *Site) autosaveText(v *visit) error {
	c, item, brought, err := v.ownForm()
	if err != nil {
		return err
	}
	last, _ := latestOf(item)
	w, err := v.decode(brought, item.Contribution.Kind, last.HTML)
	if err != nil {
		return err
	}
	version, err := ifMatch(v.Request())
	if err != nil {
		return err
	}
	saved, err := s.cfg.Writer.SaveDraft(v.Request().Context(), v.actor(), c, version, w.Input)
	if errors.Is(err, workflow.ErrStale) {
		return v.problemJSON(http.StatusPreconditionFailed, err)
	}
	if err != nil {
		return err
	}
	v.Response().Header().Set("ETag", `"`+strconv.FormatInt(saved.Version, 10)+`"`)
	return v.NoContent(http.StatusNoContent)
}

// ifMatch reads the version that a script has looked at.
func ifMatch(r *http.Request) (int64, error) {
	tag := strings.Trim(strings.TrimPrefix(r.Header.Get("If-Match"), "W/"), `"`)
	version, err := strconv.ParseInt(tag, 10, 64)
	if err != nil {
		return 0, badForm(err)
	}
	return version, nil
}
