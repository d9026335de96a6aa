package api

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// caseActionJSON is an examiner's wish to act on a case.
type caseActionJSON struct {
	Action   workflow.Action  `json:"action" doc:"examine, inquire, mask_case, show_case, decide, dismiss, overturn, reassign, escalate, transfer, merge or reopen_case; of a reply insert_reply, refuse_reply or end_reply; of an order authenticate, execute, answer_order, lift_order, reject_order or pass_order (R48)."`
	Version  int64            `json:"version" doc:"Of what was looked at; 409 when it has moved since."`
	Reason   caseReasonJSON   `json:"reason,omitzero"`
	Verdict  workflow.Verdict `json:"verdict,omitempty" doc:"Of decide and overturn."`
	Facts    string           `json:"facts,omitempty" doc:"What was seen, for the statement of reasons (R43); the reason's text unless told. At most 5,000 characters."`
	Answer   string           `json:"answer,omitempty" doc:"Of a decision, to who reported; at most 5,000 characters. It tells them nothing of the author, and the author nothing of them (R44)."`
	Photo    id.Photo         `json:"photo,omitzero" doc:"Which picture to withdraw; the one that was reported unless told."`
	Sealed   bool             `json:"sealed,omitempty" doc:"Nobody may look any more (R50)."`
	Report   id.Report        `json:"report,omitzero" doc:"Of inquire: whom to ask; who reported first unless told."`
	Assignee id.Person        `json:"assignee,omitzero" doc:"Of reassign."`
	Into     id.Case          `json:"into,omitzero" doc:"Of merge: the case that goes on."`

	Grounds []moderation.ReplyGround `json:"reply_grounds,omitempty" doc:"Of refuse_reply: why, one at least (R56)."`
	Means   string                   `json:"means,omitempty" doc:"Of authenticate: called_back, official_channel or in_person; of answer_order: mail, post, portal or in_person."`
	At      time.Time                `json:"at,omitzero" doc:"Of answer_order: when it was sent; now unless told."`
}

type caseReasonJSON struct {
	Ground    workflow.Ground `json:"ground,omitempty" doc:"Needed where something is withdrawn."`
	Reference string          `json:"reference,omitempty" doc:"Of lift_order: of the lift; at most 200 characters."`
	Text      string          `json:"text,omitempty" doc:"Of a decision, to the author, who may be a pupil; else why it moves, or what is asked. At most 5,000 characters."`
}

// rulings are the acts whose words are for the author.
var rulings = []workflow.Action{workflow.DecideCase, workflow.Dismiss, workflow.Overturn}

func (in caseActionJSON) command() moderation.CaseCommand {
	c := moderation.CaseCommand{
		Action: in.Action, Version: in.Version, Verdict: in.Verdict, Ground: in.Reason.Ground, Facts: in.Facts, Answer: in.Answer, Photo: in.Photo,
		Sealed: in.Sealed, Report: in.Report, Assignee: in.Assignee, Into: in.Into, Grounds: in.Grounds, Means: in.Means, At: in.At, Reference: in.Reason.Reference,
	}
	if slices.Contains(rulings, in.Action) || slices.Contains(replyActs, in.Action) {
		c.Reason = in.Reason.Text
	} else {
		c.Text = in.Reason.Text
	}
	return c
}

// decodeCaseAction reads which case somebody acts on, and how.
func decodeCaseAction(c *call) (id.Case, moderation.CaseCommand, error) {
	file, err := pathID[id.Case](c, "id")
	if err != nil {
		return file, moderation.CaseCommand{}, err
	}
	in, err := decode[caseActionJSON](c.body)
	if err == nil && !slices.Contains(append(moderation.CaseActions(), moderation.OrderActions()...), in.Action) {
		err = errors.Join(workflow.ErrUnknownAction, wrong(ErrInvalid, "action", "unknown"))
	}
	return file, in.command(), err
}

func (a *API) actOnCase(c *call) (answer, error) {
	file, command, err := decodeCaseAction(c)
	if err != nil {
		return answer{}, err
	}
	if err := a.cfg.Cases.ActOn(c.Request().Context(), c.who, file, command); err != nil {
		return answer{}, inReason(err)
	}
	given, err := a.caseFile(c, file)
	if errors.Is(err, directory.ErrNotFound) { // it is in other hands
		return answer{status: http.StatusNoContent}, nil
	}
	return given, err
}

// previewJSON is what a decision would send.
type previewJSON struct {
	ToAuthor   *caseLetterJSON     `json:"to_author,omitempty" doc:"Absent where no author is known, or none is told (R50)."`
	ToReporter *caseLetterJSON     `json:"to_reporter,omitempty" doc:"To who reported first; the others' differ in their reference alone."`
	Statement  *workflow.Statement `json:"statement,omitempty"`
	Until      time.Time           `json:"appeal_until" doc:"Until when it may be appealed."`
}

func (a *API) previewCase(c *call) (answer, error) {
	file, command, err := decodeCaseAction(c)
	if err != nil {
		return answer{}, err
	}
	p, err := a.cfg.Cases.PreviewDecision(c.Request().Context(), c.who, file, command)
	if err != nil {
		return answer{}, inReason(err)
	}
	return answer{body: previewJSON{shownProof(p.ToAuthor), shownProof(p.ToReporter), p.Statement, p.Until}}, nil
}

func shownProof(l *moderation.CaseLetter) *caseLetterJSON {
	if l == nil {
		return nil
	}
	letter := shownCaseLetter(*l)
	return &letter
}

func (a *API) postNote(c *call) (answer, error) {
	file, err := pathID[id.Case](c, "id")
	if err != nil {
		return answer{}, err
	}
	in, err := decode[spokenJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	return answer{}, a.cfg.Cases.AddNote(c.Request().Context(), c.who, file, in.Text)
}

// linkJSON is a wish to have two cases belong together.
type linkJSON struct {
	Case id.Case `json:"case"`
	Text string  `json:"text" doc:"Why they belong together. At most 5,000 characters."`
}

func (a *API) postLink(c *call) (answer, error) {
	file, err := pathID[id.Case](c, "id")
	if err != nil {
		return answer{}, err
	}
	in, err := decode[linkJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	return answer{}, a.cfg.Cases.Link(c.Request().Context(), c.who, file, in.Case, in.Text)
}

func (a *API) deleteLink(c *call) (answer, error) {
	file, err := pathID[id.Case](c, "id")
	if err != nil {
		return answer{}, err
	}
	other, err := pathID[id.Case](c, "other")
	if err != nil {
		return answer{}, err
	}
	return answer{}, a.cfg.Cases.Unlink(c.Request().Context(), c.who, file, other)
}
