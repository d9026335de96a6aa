package api

import (
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// referralInputJSON is what a human has sent to an authority, or why nothing was.
type referralInputJSON struct {
	Recipient moderation.Recipient `json:"recipient,omitempty" doc:"Absent: nothing was sent, and the text says why."`
	Text      string               `json:"text" doc:"What was sent, or why nothing was; at most 5,000 characters."`
}

// referralJSON is what of a case was referred, and is to be (R49).
type referralJSON struct {
	Due   time.Time  `json:"due,omitzero" doc:"By when it is referred, or said why not; absent once it was."`
	Late  bool       `json:"late"`
	Draft string     `json:"draft" doc:"What may be sent, in French; it names nobody. The machine sends nothing."`
	Made  []madeJSON `json:"made" doc:"The first first."`
}

type madeJSON struct {
	ID         id.Entry             `json:"id"`
	Recipient  moderation.Recipient `json:"recipient,omitempty" doc:"Absent: an abstention."`
	Text       string               `json:"text"`
	Person     personJSON           `json:"person"`
	At         time.Time            `json:"at"`
	LiftedBy   id.Person            `json:"lifted_by,omitzero" doc:"Who has ended the keeping of evidence that comes with it (R63)."`
	LiftedAt   time.Time            `json:"lifted_at,omitzero"`
	LiftReason string               `json:"lift_reason,omitempty"`
}

// referral answers with what was referred; not found where nothing is to be, or not for the person.
func (a *API) referral(c *call, file id.Case) (answer, error) {
	view, err := a.cfg.Cases.Case(c.Request().Context(), c.who, file)
	if err == nil && view.Referral == nil {
		err = directory.ErrNotFound
	}
	if err != nil {
		return answer{}, err
	}
	r := view.Referral
	return answer{body: referralJSON{r.Due, r.Late, r.Draft, shownEach(r.Made, func(m moderation.Referral) madeJSON {
		return madeJSON{m.ID, m.Recipient, m.Body, personJSON{m.Person, m.Name}, m.At, m.LiftedBy, m.LiftedAt, m.LiftReason}
	})}, version: view.Version}, nil
}

func (a *API) getReferral(c *call) (answer, error) {
	file, err := pathID[id.Case](c, "id")
	if err != nil {
		return answer{}, err
	}
	return a.referral(c, file)
}

func (a *API) postReferral(c *call) (answer, error) {
	file, err := pathID[id.Case](c, "id")
	if err != nil {
		return answer{}, err
	}
	in, err := decode[referralInputJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	if err := a.cfg.Cases.Refer(c.Request().Context(), c.who, file, in.Recipient, in.Text); err != nil {
		return answer{}, err
	}
	given, err := a.referral(c, file)
	given.location = "/api/v1/cases/" + file.String() + "/referral"
	return given, err
}

func (a *API) liftReferral(c *call) (answer, error) {
	file, err := pathID[id.Case](c, "id")
	if err != nil {
		return answer{}, err
	}
	referral, err := pathID[id.Entry](c, "referral")
	if err != nil {
		return answer{}, err
	}
	in, err := decode[spokenJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	if err := a.cfg.Cases.LiftReferral(c.Request().Context(), c.who, file, referral, in.Text); err != nil {
		return answer{}, err
	}
	return a.referral(c, file)
}

// stepInputJSON is a step of the harassment path that somebody has taken.
type stepInputJSON struct {
	Step moderation.CareStep `json:"step"`
	Note string              `json:"note,omitempty" doc:"At most 5,000 characters."`
}

// careJSON is the harassment path of a case (R51).
type careJSON struct {
	Steps   []stepJSON    `json:"steps" doc:"All of them, in their order."`
	Related []relatedJSON `json:"related" doc:"Cases that may belong with it, for whoever judges."`
}

type stepJSON struct {
	Step   moderation.CareStep `json:"step"`
	Person *personJSON         `json:"person,omitempty" doc:"Who has taken it; absent before."`
	Note   string              `json:"note,omitempty"`
	At     time.Time           `json:"at,omitzero"`
}

type relatedJSON struct {
	Case      id.Case             `json:"case"`
	Reference string              `json:"reference"`
	Title     string              `json:"title,omitempty"`
	Status    workflow.CaseStatus `json:"status"`
	OpenedAt  time.Time           `json:"opened_at"`
	Author    bool                `json:"same_author" doc:"Else it is about the same content, or in the same space."`
}

// care answers with the path; not found of a case that is none of harassment.
func (a *API) care(c *call, file id.Case) (answer, error) {
	view, err := a.cfg.Cases.Case(c.Request().Context(), c.who, file)
	if err == nil && view.Care == nil {
		err = directory.ErrNotFound
	}
	if err != nil {
		return answer{}, err
	}
	out := careJSON{Related: shownEach(view.Care.Related, func(r moderation.Related) relatedJSON { return relatedJSON(r) })}
	for _, step := range moderation.CareSteps() {
		taken := only(view.Care.Steps, func(s moderation.StepTaken) bool { return s.Step == step })
		out.Steps = append(out.Steps, stepJSON{step, shownPerson(taken.Person, taken.Name), taken.Note, taken.At})
	}
	return answer{body: out, version: view.Version}, nil
}

func (a *API) getCare(c *call) (answer, error) {
	file, err := pathID[id.Case](c, "id")
	if err != nil {
		return answer{}, err
	}
	return a.care(c, file)
}

func (a *API) postStep(c *call) (answer, error) {
	file, err := pathID[id.Case](c, "id")
	if err != nil {
		return answer{}, err
	}
	in, err := decode[stepInputJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	if err := a.cfg.Cases.TakeCareStep(c.Request().Context(), c.who, file, in.Step, in.Note); err != nil {
		return answer{}, err
	}
	return a.care(c, file)
}
