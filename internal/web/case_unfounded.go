package web

import (
	"net/url"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
)

// MarkNote is that a report was found manifestly unfounded, or may be (R47).
type MarkNote struct {
	URL, Report string
	Do          string // what the form does: mark or lift; empty for nothing
	Found       string // by whom, and why
	Lifted      string
}

// markNote is what the visitor may say of a report; nil for nothing.
func (v *visit) markNote(view moderation.CaseView, report id.Report) *MarkNote {
	note := &MarkNote{URL: v.house.dossier(view.ID, "unfounded"), Report: report.String()}
	for _, u := range view.Unfounded {
		if u.Report != report {
			continue
		}
		note.Found = v.Text("unfounded.found", "Name", u.Name, "At", v.Moment(u.At), "Why", u.Reason)
		switch {
		case !u.LiftedAt.IsZero():
			note.Lifted = v.Text("unfounded.lifted", "At", v.Moment(u.LiftedAt), "Why", u.LiftReason)
		case !v.actor().Is(u.By):
			note.Do = "lift"
		}
		return note
	}
	if !view.Markable {
		return nil
	}
	note.Do = "mark"
	return note
}

// onUnfounded finds a report manifestly unfounded, or lifts that.
func (s *Site) onUnfounded(v *visit) error {
	return v.besides("did.unfounded", func(c id.Case, form url.Values) error {
		report, err := id.Parse[id.Report](form.Get("report"))
		if err != nil {
			return directory.ErrNotFound
		}
		if form.Get("do") == "lift" {
			return s.cfg.Cases.LiftUnfounded(v.Request().Context(), v.actor(), c, report, form.Get("reason"))
		}
		return s.cfg.Cases.MarkUnfounded(v.Request().Context(), v.actor(), c, report, form.Get("reason"))
	})
}
