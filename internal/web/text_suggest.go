package web

import (
	"errors"

	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// suggesting is a moderator's change to somebody else's text (R18).
type suggesting struct {
	draft
	text    id.Contribution
	from    publication.Revision // what the change is made to
	version int64                // of the suggestion; 0 begins one
}

func (v *visit) suggesting() (suggesting, error) {
	c, err := contribution(v.Param("text"))
	if err != nil {
		return suggesting{}, err
	}
	item, err := v.site.cfg.Reviewer.Item(v.Request().Context(), v.actor(), c)
	if err != nil {
		return suggesting{}, err
	}
	g := suggesting{text: c, from: *concerned(item), draft: v.suggestion(c, item)}
	if item.Suggestion != nil && v.actor().Is(item.Suggestion.SuggestedBy) {
		g.from, g.version = *item.Suggestion, item.Suggestion.Version
	}
	return g, nil
}

func (v *visit) suggestion(c id.Contribution, item moderation.Item) draft {
	title := concerned(item).Title
	d := draft{
		title: v.Text("write.suggest", "Title", title), space: item.Space, values: item.Values, kind: item.Contribution.Kind,
		action: v.house.item(c, "suggest"), back: v.house.item(c),
	}
	if title == "" {
		d.title = v.Text("write.suggest_untitled")
	}
	return d
}

// asSuggestion words the page for who proposes rather than decides.
func (g suggesting) words(v *visit) func(*WritePage) {
	return func(p *WritePage) {
		p.Do, p.Send, p.Next, p.CanSave = "suggest", v.Text("write.save_suggestion"), v.Text("write.next_suggest"), false
		p.Lossy = flattened(g.kind, g.from.HTML)
	}
}

func (s *Site) newSuggestion(v *visit) error {
	g, err := v.suggesting()
	if err != nil {
		return err
	}
	form := v.formOf(g.kind, g.from)
	form.Version = g.version
	return v.rewrite(g.draft, form, nil, g.words(v))
}

// suggestText keeps the suggestion, for the author to take or to leave.
func (s *Site) suggestText(v *visit) error {
	g, err := v.suggesting()
	if err != nil {
		return err
	}
	form, err := v.form()
	if err != nil {
		return err
	}
	w, err := v.decode(delivery{form: form}, g.kind, g.from.HTML)
	if err == nil {
		_, err = s.cfg.Writer.Suggest(v.Request().Context(), v.actor(), g.text, w.Form.Version, w.Input)
	}
	switch {
	case err == nil:
		return v.done("did.suggested", v.house.item(g.text))
	case errors.Is(err, workflow.ErrStale):
		w.Form.Version = g.version
		return v.conflict(g.draft, w.Form, g.words(v))
	case correctable(err):
		return v.rewrite(g.draft, w.Form, err, g.words(v))
	}
	return err
}
