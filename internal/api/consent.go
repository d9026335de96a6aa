package api

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"net/http"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/auth"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// consentLineJSON is a consent in a list.
type consentLineJSON struct {
	ID              id.Consent             `json:"id"`
	Request         id.Request             `json:"request"`
	Title           string                 `json:"title" doc:"Of the project."`
	Reference       string                 `json:"reference"`
	Person          personJSON             `json:"person" doc:"Whose consent it is."`
	Class           string                 `json:"class,omitempty"`
	Status          workflow.ConsentStatus `json:"status"`
	Version         int64                  `json:"version" doc:"To be named by an answer."`
	AskedAt         time.Time              `json:"asked_at"`
	DecidedAt       time.Time              `json:"decided_at,omitzero"`
	Until           time.Time              `json:"until"`
	Lines           int                    `json:"lines" doc:"Uses that are asked for."`
	Covered         int                    `json:"covered" doc:"Uses that may be shown now."`
	Missing         int                    `json:"missing" doc:"Answers that are awaited; of a consent in the caller's own family, theirs alone (R46)."`
	Waiting         []string               `json:"waiting,omitempty" doc:"Whose, by name."`
	Reach           []reachJSON            `json:"reach,omitempty" doc:"How each of them was told, in the register."`
	GuardianUnknown bool                   `json:"guardian_unknown,omitempty" doc:"A guardian is needed, and nobody is known to hold parental authority: the directory has to name one (R29)."`
	Reminders       int                    `json:"reminders"`
	RemindedAt      time.Time              `json:"reminded_at,omitzero"`
	Shown           []appearanceJSON       `json:"shown,omitempty" doc:"Where a picture of the person is seen under it now."`
}

// appearanceJSON is a contribution that shows a picture of somebody now.
type appearanceJSON struct {
	Contribution id.Contribution `json:"contribution"`
	Space        id.Space        `json:"space"`
	SpaceTitle   string          `json:"space_title"`
	Title        string          `json:"title"`
	Photo        id.Photo        `json:"photo"`
}

// listConsents answers with the register, or with the consents of the person's own family.
func (a *API) listConsents(c *call) (answer, error) {
	limit, err := c.limit()
	if err != nil {
		return answer{}, err
	}
	mine, err := c.flag("mine")
	if err != nil {
		return answer{}, err
	}
	if mine {
		return whole(c, a.cfg.Consents.Mine, func(h imageconsent.Held) string { return h.Consent.ID.String() }, shownHeld)
	}
	filter, err := c.registerFilter()
	if err != nil {
		return answer{}, err
	}
	filter.Limit = limit
	if _, err := cursorID[id.Consent](c); err != nil {
		return answer{}, err
	}
	page, err := a.cfg.Consents.Register(c.Request().Context(), c.who, filter, c.query.Get("after"))
	if err != nil {
		return answer{}, err
	}
	return answer{body: listOf(page.Items, page.Next, shownRegistered)}, nil
}

// exportConsents answers with the register as a table. That it was taken is in the trail.
func (a *API) exportConsents(c *call) (answer, error) {
	filter, err := c.registerFilter()
	if err != nil {
		return answer{}, err
	}
	rows, err := a.cfg.Consents.Export(c.Request().Context(), c.who, filter)
	if err != nil {
		return answer{}, err
	}
	var table bytes.Buffer
	if err := csv.NewWriter(&table).WriteAll(rows); err != nil {
		return answer{}, err
	}
	return answer{file: &file{data: io.NopCloser(&table), media: mediaTable, keep: true, bytes: int64(table.Len())}}, nil
}

func (c *call) registerFilter() (imageconsent.RegisterFilter, error) {
	var f imageconsent.RegisterFilter
	var faults [5]error
	f.Group, faults[0] = queryID[id.Group](c, "group")
	f.Request, faults[1] = queryID[id.Request](c, "request")
	f.Person, faults[2] = queryID[id.Person](c, "person")
	f.Status, faults[3] = word(c, "status", workflow.ConsentStatuses()[1:])
	f.Unanswered, faults[4] = c.flag("unanswered")
	return f, errors.Join(faults[:]...)
}

func shownRegistered(e imageconsent.Entry) consentLineJSON {
	out := consentLine(e.Consent)
	out.Title, out.Reference, out.Person.Name, out.Class, out.Until = e.Title, e.Reference, e.Person, e.Class, e.Until
	out.Lines, out.Covered, out.Waiting, out.GuardianUnknown = e.Lines, e.Covered, e.WaitingNames(), e.Guardianless
	for _, reach := range e.Waiting {
		out.Reach = append(out.Reach, shownReach(reach))
	}
	return out
}

func shownHeld(h imageconsent.Held) consentLineJSON {
	out := consentLine(h.Consent)
	out.Title, out.Reference, out.Person.Name, out.Until = h.Request.Title, h.Request.Reference, h.Person.FullName(), h.Request.Valid.Until
	out.Lines = len(h.Lines)
	for _, line := range h.Lines {
		if line.Covered {
			out.Covered++
		}
	}
	for _, s := range h.Shown {
		out.Shown = append(out.Shown, appearanceJSON{s.Contribution, s.Space, s.SpaceTitle, s.Title, s.Photo})
	}
	return out
}

func consentLine(c imageconsent.Consent) consentLineJSON {
	return consentLineJSON{
		ID: c.ID, Request: c.Request, Person: personJSON{ID: c.Person}, Status: c.Status, Version: c.Version, AskedAt: c.AskedAt,
		DecidedAt: c.DecidedAt, Missing: len(c.Waiting), Reminders: c.Reminders, RemindedAt: c.RemindedAt,
	}
}

// consentJSON is a consent as one person sees it: a signatory their own answer, who looks
// after it all of them.
type consentJSON struct {
	ID              id.Consent             `json:"id"`
	Person          personJSON             `json:"person"`
	Request         requestJSON            `json:"request" doc:"Its photos are those in which the person is."`
	Status          workflow.ConsentStatus `json:"status"`
	Version         int64                  `json:"version" doc:"To be named by an answer; a withdrawal needs none."`
	Lines           []coveredJSON          `json:"lines"`
	Mine            *answeredJSON          `json:"mine,omitempty" doc:"What the caller has answered."`
	Answers         []answeredJSON         `json:"answers,omitempty" doc:"Everybody's, for who looks after it."`
	Waiting         []awaitedJSON          `json:"waiting" doc:"Whose answer is missing."`
	Papers          []paperJSON            `json:"papers,omitempty" doc:"For those who see to papers."`
	History         []consentEventJSON     `json:"history" doc:"The latest first."`
	AllowedActions  []workflow.Action      `json:"allowed_actions"`
	ProofNeeded     bool                   `json:"proof_needed,omitempty" doc:"A second guardian is needed, and not known (R30)."`
	GuardianUnknown bool                   `json:"guardian_unknown,omitempty" doc:"A guardian is needed, and nobody is known to hold parental authority: the directory has to name one (R29)."`
	AskedAt         time.Time              `json:"asked_at"`
	DecidedAt       time.Time              `json:"decided_at,omitzero"`
}

type coveredJSON struct {
	lineJSON
	Covered bool `json:"covered" doc:"May be shown so now."`
}

type answeredJSON struct {
	Signatory id.Person             `json:"signatory"`
	Name      string                `json:"name,omitempty"`
	Capacity  imageconsent.Capacity `json:"capacity"`
	Accepted  []id.Use              `json:"accepted" doc:"All others are refused."`
	Revoked   bool                  `json:"revoked"`
	Brought   bool                  `json:"brought" doc:"One of the staff has brought this word."`
	At        time.Time             `json:"at"`
	Paper     id.Paper              `json:"paper,omitzero"`
}

type awaitedJSON struct {
	Person   personJSON            `json:"person"`
	Capacity imageconsent.Capacity `json:"capacity"`
	Reach    *reachJSON            `json:"reach,omitempty" doc:"How they were told, for who looks after it."`
}

type consentEventJSON struct {
	At     time.Time   `json:"at"`
	Action string      `json:"action" doc:"grant, refuse, revoke…; or what moves no status: remind_consent, warn_consent, record_sole_proof."`
	From   string      `json:"from"`
	To     string      `json:"to"`
	Person *personJSON `json:"person,omitempty" doc:"Absent for the clock, and where the person's data has gone."`
}

func (a *API) getConsent(c *call) (answer, error) {
	consent, err := pathID[id.Consent](c, "id")
	if err != nil {
		return answer{}, err
	}
	return a.consent(c, consent)
}

// consent answers with a consent as it is now.
func (a *API) consent(c *call, consent id.Consent) (answer, error) {
	sheet, err := a.cfg.Consents.Sheet(c.Request().Context(), c.who, consent)
	if err != nil {
		return answer{}, err
	}
	return answer{body: shownSheet(sheet), version: sheet.Consent.Version}, nil
}

func shownSheet(s imageconsent.Sheet) consentJSON {
	out := consentJSON{
		ID: s.Consent.ID, Person: personJSON{s.Person.ID, s.Person.FullName()}, Request: shownRequest(s.Request), Status: s.Consent.Status,
		Version: s.Consent.Version, Lines: []coveredJSON{}, Waiting: []awaitedJSON{}, History: []consentEventJSON{},
		AllowedActions: []workflow.Action{}, ProofNeeded: s.Proof, GuardianUnknown: s.Guardianless, AskedAt: s.Consent.AskedAt, DecidedAt: s.Consent.DecidedAt,
	}
	out.Request.Photos = append([]id.Photo{}, s.Photos...)
	for _, line := range s.Lines {
		out.Lines = append(out.Lines, coveredJSON{shownLine(s.Request, line.Line), line.Covered})
	}
	if s.Mine != nil {
		mine := shownAnswer(*s.Mine, s.Names)
		out.Mine = &mine
	}
	for _, given := range s.Answers {
		out.Answers = append(out.Answers, shownAnswer(given, s.Names))
	}
	for _, signer := range s.Waiting {
		awaited := awaitedJSON{Person: personJSON{signer.Person, signer.Name}, Capacity: signer.Capacity}
		if signer.Reach != nil {
			reach := shownReach(*signer.Reach)
			awaited.Reach = &reach
		}
		out.Waiting = append(out.Waiting, awaited)
	}
	for _, paper := range s.Papers {
		out.Papers = append(out.Papers, shownPaper(paper))
	}
	for _, e := range s.History {
		event := consentEventJSON{At: e.At, Action: string(e.Action), From: string(e.From), To: string(e.To)}
		if !e.Person.IsZero() {
			event.Person = &personJSON{e.Person, s.Names[e.Person]}
		}
		out.History = append(out.History, event)
	}
	if s.Signs {
		out.AllowedActions = append(out.AllowedActions, workflow.Grant, workflow.Refuse)
	}
	if s.Revokes {
		out.AllowedActions = append(out.AllowedActions, workflow.Revoke)
	}
	return out
}

func shownAnswer(g imageconsent.Given, names map[id.Person]string) answeredJSON {
	return answeredJSON{g.Signatory, names[g.Signatory], g.Capacity, append([]id.Use{}, g.Accepted...), g.Revoked, g.Brought(), g.At, g.Paper}
}

// consentActionJSON is what somebody answers.
type consentActionJSON struct {
	Action  workflow.Action `json:"action" doc:"grant, refuse or revoke."`
	Version int64           `json:"version,omitzero" doc:"Of what was looked at; 409 when it has moved since. A withdrawal needs none (R33)."`
	Uses    []id.Use        `json:"uses,omitempty" doc:"With grant: those accepted. All others are refused."`
	For     id.Person       `json:"for,omitzero" doc:"With revoke, by one of the staff: whose word they bring. To be said wherever more than one can have said it (R33)."`
	Unknown bool            `json:"unknown,omitempty" doc:"With revoke, by one of the staff, in place of for: nobody can tell whose word it is. It counts as that of each who can have said it, and all of them have to agree again."`
	Reason  *reasonJSON     `json:"reason,omitempty" doc:"Nobody is asked why, and nothing of it is kept."`
}

// actOnConsent takes an answer, or a withdrawal.
func (a *API) actOnConsent(c *call) (answer, error) {
	consent, err := pathID[id.Consent](c, "id")
	if err != nil {
		return answer{}, err
	}
	in, err := decode[consentActionJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	if _, err := workflow.ParseAction(string(in.Action)); err != nil {
		return answer{}, errors.Join(err, wrong(ErrInvalid, "action", "unknown"))
	}
	if err := c.identity.Allows(auth.ConsentsWrite); err != nil {
		return answer{}, err
	}
	if err := a.answer(c, consent, in); err != nil {
		return answer{}, err
	}
	return a.consentAfter(c, consent)
}

// consentAfter answers with a consent after an act on it: with nothing, where the actor has
// helped a family whose consents they do not look after.
func (a *API) consentAfter(c *call, consent id.Consent) (answer, error) {
	given, err := a.consent(c, consent)
	if errors.Is(err, directory.ErrNotFound) {
		return answer{status: http.StatusNoContent}, nil
	}
	return given, err
}

func (a *API) answer(c *call, consent id.Consent, in consentActionJSON) error {
	ctx := c.Request().Context()
	switch in.Action {
	case workflow.Revoke:
		return a.cfg.Consents.Revoke(ctx, c.who, consent, imageconsent.RevokeInput{For: in.For, Unknown: in.Unknown})
	case workflow.Grant:
		if len(in.Uses) == 0 { // which would be a refusal
			return &directory.FieldError{Field: "uses", Code: "required", Rule: "R28"}
		}
	case workflow.Refuse:
		if len(in.Uses) > 0 {
			return &directory.FieldError{Field: "uses", Code: "not_expected", Rule: "R28"}
		}
	default:
		return &workflow.Refusal{Machine: workflow.ConsentTable.Name, Action: in.Action, Err: workflow.ErrImpossible}
	}
	_, err := a.cfg.Consents.Answer(ctx, c.who, consent, in.Version, imageconsent.AnswerInput{Accepted: in.Uses})
	return err
}
