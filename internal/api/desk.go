package api

import (
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// deskJSON is what waits for whoever directs, or of that the part that is lent to the person.
type deskJSON struct {
	Directs   bool            `json:"directs"`
	Powers    []actor.Role    `json:"powers" doc:"The delegable powers that the person holds."`
	Counts    deskCountsJSON  `json:"counts" doc:"How many there are; what is long is not counted to its end."`
	Unsigned  []unsignedJSON  `json:"unsigned" doc:"Pages that wait for a signature, the first six."`
	Cases     []deskCaseJSON  `json:"cases" doc:"Those on a legal clock first, then the gravest: six of each."`
	Escalated []escalatedJSON `json:"escalated" doc:"Handed up (R40), the latest first."`
	Stopped   []stoppedJSON   `json:"stopped" doc:"Masked or frozen until somebody looks again (R26, R42)."`
	Guardians []kinDueJSON    `json:"guardians" doc:"Confirmed breaches of minors, whose guardians wait to be told (R52): for whoever directs."`
	Limited   []limitedJSON   `json:"limited" doc:"Whose right to publish is limited now (R53): for whoever directs."`
	Acts      []lentActJSON   `json:"acts" doc:"What was done lately by lent powers: for whoever directs."`
	Holidays  []holidaysJSON  `json:"holidays" doc:"The next days without lessons, and who can use which power then: for whoever directs."`
}

type deskCountsJSON struct {
	Unsigned  int `json:"unsigned"`
	Cases     int `json:"cases"`
	Late      int `json:"late" doc:"Of the cases."`
	Orders    int `json:"orders"`
	Replies   int `json:"replies"`
	Stopped   int `json:"stopped"`
	Guardians int `json:"guardians"`
}

type unsignedJSON struct {
	Contribution id.Contribution `json:"contribution"`
	Title        string          `json:"title"`
	Space        string          `json:"space"`
	Author       string          `json:"author"`
	Since        time.Time       `json:"since,omitzero"`
	Target       time.Time       `json:"target,omitzero"`
	Late         bool            `json:"late" doc:"Its target is over."`
}

type deskCaseJSON struct {
	ID        id.Case             `json:"id"`
	Reference string              `json:"reference"`
	Kind      moderation.CaseKind `json:"kind"`
	Status    workflow.CaseStatus `json:"status"`
	Title     string              `json:"title,omitempty"`
	Severity  workflow.Severity   `json:"severity"`
	DueAt     time.Time           `json:"due_at"`
	Late      bool                `json:"late"`
	Legal     bool                `json:"legal" doc:"Its clock never pauses."`
}

type escalatedJSON struct {
	deskCaseJSON
	At  time.Time `json:"escalated_at"`
	Why string    `json:"why,omitempty" doc:"What whoever handed it up wrote; absent where its time did."`
}

type stoppedJSON struct {
	Kind         workflow.HoldKind `json:"kind"`
	Contribution id.Contribution   `json:"contribution,omitzero"`
	Photo        id.Photo          `json:"photo,omitzero"`
	Space        id.Space          `json:"space,omitzero"`
	Case         id.Case           `json:"case,omitzero" doc:"That hides it."`
	Title        string            `json:"title,omitempty"`
	Reason       string            `json:"reason,omitempty"`
	PlacedAt     time.Time         `json:"placed_at"`
	ReviewBy     time.Time         `json:"review_by"`
	Late         bool              `json:"late"`
}

// kinDueJSON is a confirmed breach; late and tell_by are of the telling.
type kinDueJSON struct {
	deskCaseJSON
	ConfirmedAt time.Time `json:"confirmed_at"`
	TellBy      time.Time `json:"tell_by"`
}

type limitedJSON struct {
	Person personJSON             `json:"person"`
	Kind   directory.StandingKind `json:"kind"`
	Until  time.Time              `json:"until"`
}

// lentActJSON is an act in the director's name.
type lentActJSON struct {
	ID           id.Entry        `json:"id"`
	At           time.Time       `json:"at"`
	Person       personJSON      `json:"person"`
	Power        actor.Role      `json:"power"`
	Action       string          `json:"action"`
	Case         id.Case         `json:"case,omitzero"`
	Contribution id.Contribution `json:"contribution,omitzero"`
	Space        id.Space        `json:"space,omitzero"`
	Title        string          `json:"title,omitempty"`
}

type holidaysJSON struct {
	From      time.Time    `json:"from"`
	Until     time.Time    `json:"until"`
	Uncovered []actor.Role `json:"uncovered" doc:"Powers that nobody else holds at some moment of them."`
}

func (a *API) getDesk(c *call) (answer, error) {
	desk, err := a.cfg.Cases.Desk(c.Request().Context(), c.who)
	if err != nil {
		return answer{}, err
	}
	return answer{body: deskJSON{
		Directs: desk.Directs, Powers: desk.Powers, Counts: deskCountsJSON(desk.Counts), Unsigned: each(desk.Unsigned, shownUnsigned), Cases: each(desk.Cases, shownDeskCase),
		Escalated: each(desk.Escalated, shownEscalated), Stopped: each(desk.Stopped, shownStopped), Guardians: each(desk.Guardians, shownKinDue), Limited: each(desk.Limited, shownLimited),
		Acts: each(desk.Acts, shownLentAct), Holidays: each(desk.Holidays, shownHolidays),
	}}, nil
}

// each makes one list of another.
func each[D, T any](items []D, as func(D) T) []T { return listOf(items, "", as).Items }

func shownUnsigned(u moderation.Unsigned) unsignedJSON {
	return unsignedJSON{u.Contribution, u.Title, u.Space, u.Author, u.Since, u.Target, u.Late}
}

func shownDeskCase(l moderation.CaseLine) deskCaseJSON {
	return deskCaseJSON{l.ID, l.Reference, l.Kind, l.Status, l.Target.Title, l.Severity, l.DueAt, l.Late, l.Legal()}
}

func shownEscalated(e moderation.Escalated) escalatedJSON {
	return escalatedJSON{shownDeskCase(e.CaseLine), e.Case.Escalated, e.Why}
}

func shownStopped(h moderation.Stopped) stoppedJSON {
	return stoppedJSON{h.Kind, h.Contribution, h.Photo, h.Space, h.Case, h.Title, h.Reason, h.Placed, h.Until, h.Late}
}

func shownKinDue(g moderation.GuardiansDue) kinDueJSON {
	return kinDueJSON{shownDeskCase(g.CaseLine), g.Since, g.Due}
}

func shownLimited(l moderation.Limited) limitedJSON {
	return limitedJSON{personJSON{ID: l.Person, Name: l.Name}, l.Kind, l.Ends}
}

func shownLentAct(l moderation.LentAct) lentActJSON {
	return lentActJSON{l.Entry, l.At, personJSON{ID: l.Person, Name: l.Name}, l.Power, string(l.Action), l.Case, l.Contribution, l.Space, l.Title}
}

func shownHolidays(h directory.Holidays) holidaysJSON {
	return holidaysJSON{h.During.From, h.During.Until, append([]actor.Role{}, h.Uncovered()...)}
}

func (a *API) getLentActs(c *call) (answer, error) {
	limit, err := c.limit()
	if err != nil {
		return answer{}, err
	}
	by, err := queryID[id.Person](c, "by")
	if err != nil {
		return answer{}, err
	}
	page, err := a.cfg.Cases.LentActs(c.Request().Context(), c.who, by, c.query.Get("after"), limit)
	if err != nil {
		return answer{}, err
	}
	return answer{body: listOf(page.Items, page.Next, shownLentAct)}, nil
}
