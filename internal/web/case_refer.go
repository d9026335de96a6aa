package web

import (
	"net/http"
	"net/url"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
)

// ReferNote is what of a case was referred to an authority, and the form to say so (R49).
type ReferNote struct {
	URL, LiftURL string
	Due          string // by when; empty once something was referred, or said why not
	Late         bool
	Recipients   []Option
	Body         string
	Made         []MadeNote
}

// MadeNote is a referral that was made, or why none was.
type MadeNote struct {
	ID, What, Body, Lifted string
	Lifts                  bool // the visitor may end the keeping that comes with it
}

// CareNote is the checklist of a harassment case (R51).
type CareNote struct {
	URL, Export string
	Steps       []CareLine
	Related     []Fact // Name is its address
}

// CareLine is a step, with who took it.
type CareLine struct{ Code, Label, Done, Note string }

// aside fills in what goes with what is grave.
func (p *CasePage) aside(v *visit, view moderation.CaseView) {
	if view.Referral != nil {
		p.Refer = v.referNote(view)
	}
	if view.Guardians != nil {
		p.Kin = v.kinNote(view)
	}
	if view.Care != nil {
		p.Care = v.careNote(view)
	}
}

func (v *visit) referNote(view moderation.CaseView) *ReferNote {
	r := view.Referral
	note := &ReferNote{URL: v.house.dossier(view.ID, "refer"), LiftURL: v.house.dossier(view.ID, "keeping"), Late: r.Late, Body: r.Draft}
	if !r.Due.IsZero() {
		note.Due = v.Limit(r.Due)
	}
	for _, to := range moderation.Recipients() {
		note.Recipients = append(note.Recipients, Option{string(to), v.Text("refer.to_" + string(to)), false})
	}
	for _, m := range r.Made {
		made := MadeNote{ID: m.ID.String(), Body: m.Body, What: v.Text("refer.abstained", "Name", m.Name, "At", v.Moment(m.At))}
		if m.Recipient != moderation.ToNobody {
			made.What = v.Text("refer.sent", "Name", m.Name, "At", v.Moment(m.At), "To", v.Text("refer.to_"+string(m.Recipient)))
			made.Lifts = m.LiftedAt.IsZero()
		}
		if !m.LiftedAt.IsZero() {
			made.Lifted = v.Text("refer.lifted", "At", v.Moment(m.LiftedAt), "Why", m.LiftReason)
		}
		note.Made = append(note.Made, made)
	}
	return note
}

func (v *visit) careNote(view moderation.CaseView) *CareNote {
	note := &CareNote{URL: v.house.dossier(view.ID, "step"), Export: v.house.dossier(view.ID, "export")}
	for _, step := range moderation.CareSteps() {
		line := CareLine{Code: string(step), Label: v.Text("care.step_" + string(step))}
		for _, taken := range view.Care.Steps {
			if taken.Step == step {
				line.Done, line.Note = v.Text("care.done", "Name", taken.Name, "At", v.Moment(taken.At)), taken.Note
			}
		}
		note.Steps = append(note.Steps, line)
	}
	for _, r := range view.Care.Related {
		key := "care.same_place"
		if r.Author {
			key = "care.same_author"
		}
		note.Related = append(note.Related, Fact{v.house.dossier(r.Case), v.Text(key, "Reference", r.Reference, "Title", r.Title, "Status", v.Text("case.status_"+string(r.Status)))})
	}
	return note
}

// refer keeps what a human has sent to an authority, or why nothing was.
func (s *Site) refer(v *visit) error {
	return v.besides("did.refer", func(c id.Case, form url.Values) error {
		to := moderation.Recipient(form.Get("recipient"))
		body := form.Get("body")
		if form.Get("recipient") == "nobody" {
			to, body = moderation.ToNobody, form.Get("why")
		} else if to == moderation.ToNobody {
			return &directory.FieldError{Field: "recipient", Code: "refer_or_say_why", Rule: "R49"}
		}
		return s.cfg.Cases.Refer(v.Request().Context(), v.actor(), c, to, body)
	})
}

// endKeeping ends the keeping of evidence that comes with a referral.
func (s *Site) endKeeping(v *visit) error {
	return v.besides("did.lift_referral", func(c id.Case, form url.Values) error {
		referral, err := id.Parse[id.Entry](form.Get("referral"))
		if err != nil {
			return directory.ErrNotFound
		}
		return s.cfg.Cases.LiftReferral(v.Request().Context(), v.actor(), c, referral, form.Get("text"))
	})
}

// takeStep keeps that a step of a harassment case was taken.
func (s *Site) takeStep(v *visit) error {
	return v.besides("did.step", func(c id.Case, form url.Values) error {
		return s.cfg.Cases.TakeCareStep(v.Request().Context(), v.actor(), c, moderation.CareStep(form.Get("step")), form.Get("note"))
	})
}

// besides does something beside the machine of a case, and shows the case again with what is
// wrong.
func (v *visit) besides(did string, do func(c id.Case, form url.Values) error) error {
	c, form, err := v.caseForm()
	if err != nil {
		return err
	}
	err = do(c, form)
	if err == nil {
		return v.done(did, v.house.dossier(c))
	}
	if !correctable(err) {
		return err
	}
	page, failed := v.casePage()
	if failed != nil {
		return failed
	}
	page.Faults = v.faults(err, map[string]string{"body": "refer-recipient", "recipient": "refer-recipient", "text": "referral", "step": "care", "note": "care", "reason": "guardians"})
	if page.Refer != nil && form.Get("body") != "" {
		page.Refer.Body = form.Get("body")
	}
	return v.site.render(v.Context, http.StatusUnprocessableEntity, page)
}

// exportCase sends a harassment case with initials instead of names, as plain text (R51).
func (s *Site) exportCase(v *visit) error {
	c, err := caseOf(v.Param("case"))
	if err != nil {
		return err
	}
	text, err := s.cfg.Cases.ExportCase(v.Request().Context(), v.actor(), c)
	if err != nil {
		return err
	}
	v.Response().Header().Set("Content-Disposition", `attachment; filename="dossier.txt"`)
	return v.Blob(http.StatusOK, "text/plain; charset=utf-8", []byte(text))
}
