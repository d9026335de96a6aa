package web

import (
	"slices"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
)

// beginning is a text that is not there yet.
type beginning struct {
	draft
	space id.Space
	to    id.Contribution // what it answers
}

// begin reads the space in which, and what to answer, a text is to be written.
func (v *visit) begin() (beginning, error) {
	space, err := id.Parse[id.Space](v.Param("space"))
	if err != nil {
		return beginning{}, directory.ErrNotFound
	}
	b := beginning{space: space}
	if to := v.QueryParam("to"); to != "" {
		if b.to, err = contribution(to); err != nil {
			return beginning{}, err
		}
	}
	desk, err := v.site.cfg.Writer.Desk(v.Request().Context(), v.actor(), space)
	if err != nil {
		return beginning{}, err
	}
	b.draft = draft{
		space: desk.Space, values: desk.House.Values, kind: topKind(desk.Space.Kind),
		action: v.house.write(space.String(), b.to), back: v.house.space(desk.Space.Slug), photos: true,
	}
	if !b.to.IsZero() {
		b.kind, b.back = answerKind(desk.Space.Kind), v.house.permanent(b.to)
	} else if kind := publication.Kind(v.QueryParam("kind")); slices.Contains(furtherKinds(), kind) {
		b.kind, b.action = kind, v.house.writeAs(kind, space.String())
	}
	b.title = v.Text("write.new_" + string(b.kind))
	return b, nil
}

// answerKind is what answers in a space of a kind. Web pages take no answer, and
// the service says so.
func answerKind(kind publication.SpaceKind) publication.Kind {
	if kind == publication.Forum {
		return publication.Reply
	}
	return publication.Comment
}

// newText shows an empty form.
func (s *Site) newText(v *visit) error {
	b, err := v.begin()
	if err != nil {
		return err
	}
	return v.rewrite(b.draft, WriteForm{}, nil, nil)
}

// createText keeps a new text as a draft, and sends it if that was asked for. A blank one
// that is sent is refused, and leaves no draft behind.
func (s *Site) createText(v *visit) error {
	b, err := v.begin()
	if err != nil {
		return err
	}
	brought, err := v.deliver()
	if err != nil {
		return err
	}
	w, err := v.decode(brought, b.kind, publication.HTML{})
	if faults := brought.faults(v); len(faults) > 0 {
		return v.refuseFiles(b.draft, w.Form, faults, nil)
	}
	if w.Do == "credit" {
		return v.oneMoreCredit(b.draft, w, err, nil)
	}
	var created id.Contribution
	if err == nil {
		created, err = s.cfg.Writer.Create(v.Request().Context(), v.actor(), publication.New{
			Space: b.space, Parent: b.to, Kind: b.kind, Submit: w.Do == "submit" && w.blank(), Input: w.Input,
		})
	}
	if correctable(err) {
		return v.rewrite(b.draft, w.Form, err, nil)
	}
	if err != nil {
		return err
	}
	return s.goOn(v, created, w)
}
