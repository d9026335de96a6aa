package api

import (
	"context"
	"errors"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// FollowUps shows whoever reported something what becomes of it. moderation.Cases is one.
type FollowUps interface {
	Follow(ctx context.Context, f moderation.Follower) (moderation.FollowUp, error)
	Respond(ctx context.Context, f moderation.Follower, version int64, text string) error
	Claim(ctx context.Context, f moderation.Follower, mine bool) error
	AppealReport(ctx context.Context, f moderation.Follower, version int64, text string) error
}

// followUpJSON is what became of a report: never who wrote the content, nor who else
// reported it (R44).
type followUpJSON struct {
	Report         id.Report         `json:"report"`
	Reference      string            `json:"reference"`
	Version        int64             `json:"version" doc:"To be named by an action."`
	Handler        string            `json:"handler" doc:"Who examines it: the establishment, or the authority above."`
	Title          string            `json:"title,omitempty" doc:"Of the content; for somebody who reported it signed in."`
	Ground         workflow.Ground   `json:"ground,omitempty" doc:"Absent for a reply."`
	Explanation    string            `json:"explanation,omitempty" doc:"Their own words."`
	Stage          moderation.Stage  `json:"stage"`
	ReceivedAt     time.Time         `json:"received_at"`
	DueAt          time.Time         `json:"due_at,omitzero" doc:"By when it is aimed to be decided, or the appeal answered; absent once that is done."`
	DecidedAt      time.Time         `json:"decided_at,omitzero"`
	AppealUntil    time.Time         `json:"appeal_until,omitzero" doc:"Absent before it is decided (R45)."`
	Thread         []saidJSON        `json:"thread" doc:"What they were asked, their answers and their appeal."`
	Attachments    []attachmentJSON  `json:"attachments" doc:"What they have attached."`
	Letters        []caseLetterJSON  `json:"letters" doc:"To them, the first first."`
	Reply          *ownReplyJSON     `json:"reply,omitempty" doc:"Of a right of reply (R55); absent for any other report."`
	Unclaimed      bool              `json:"unclaimed" doc:"This secret was mailed, and whoever has the address is asked whether they reported it: see the claim."`
	AllowedActions []workflow.Action `json:"allowed_actions" doc:"respond, appeal or neither."`
}

// ownReplyJSON is a reply as whoever asks for it knows it: nothing of the message, which they may not
// be among the readers of.
type ownReplyJSON struct {
	Name       string           `json:"name" doc:"That readers see."`
	Passages   string           `json:"passages" doc:"Of the message, that are answered."`
	Text       string           `json:"text" doc:"As it was received, and is shown."`
	Lines      int              `json:"lines" doc:"Of 80 characters."`
	Verdict    workflow.Verdict `json:"verdict,omitempty" doc:"inserted or refused; absent before it is answered (R56)."`
	ShownFrom  time.Time        `json:"shown_from,omitzero" doc:"Since when readers see it."`
	ShownUntil time.Time        `json:"shown_until,omitzero" doc:"Absent while they do (R57)."`
}

// saidJSON is one thing that was said in a case.
type saidJSON struct {
	Kind   moderation.CaseEntryKind `json:"kind"`
	Report id.Report                `json:"report,omitzero" doc:"To or from whom, of those who reported."`
	Name   string                   `json:"name,omitempty" doc:"Of who said it, where they are of the house."`
	Text   string                   `json:"text"`
	At     time.Time                `json:"at"`
}

// caseLetterJSON is a letter as it was written: plain text, paragraphs parted by empty lines.
type caseLetterJSON struct {
	Kind    moderation.CaseLetterKind `json:"kind"`
	To      moderation.Party          `json:"to"`
	Report  id.Report                 `json:"report,omitzero" doc:"To whom, of those who reported."`
	Subject string                    `json:"subject"`
	Body    string                    `json:"body"`
	At      time.Time                 `json:"at"`
}

// spokenActionJSON is an act that has nothing but words.
type spokenActionJSON struct {
	Action  workflow.Action `json:"action" doc:"respond or appeal."`
	Version int64           `json:"version" doc:"Of what was looked at; 409 when it has moved since."`
	Reason  spokenJSON      `json:"reason"`
}

type spokenJSON struct {
	Text string `json:"text" doc:"At most 5,000 characters."`
}

// reportClaimJSON says whether a report was made by whoever has its address.
type reportClaimJSON struct {
	Mine *bool `json:"mine" doc:"True: they reported it, and do not examine it (R46). False: they did not, and are written no more about it."`
}

// placeOfFollowUp is nobody, in the tenant that handles what the secret opens.
func (a *API) placeOfFollowUp(c *call) (actor.Actor, error) {
	view, err := a.cfg.FollowUps.Follow(c.Request().Context(), bySecret(c))
	return actor.Anonymous(view.Tenant, c.identity.Via), err
}

// bySecret is whoever has a follow-up address; it alone counts.
func bySecret(c *call) moderation.Follower { return moderation.Follower{Secret: c.Param("secret")} }

// byReport is somebody signed in with their own report.
func byReport(c *call) (moderation.Follower, error) {
	report, err := pathID[id.Report](c, "report")
	return moderation.Follower{Who: c.who, Report: report}, err
}

func (a *API) getFollowUp(c *call) (answer, error) { return a.followUp(c, bySecret(c)) }

func (a *API) actOnFollowUp(c *call) (answer, error) { return a.speak(c, bySecret(c)) }

func (a *API) claimFollowUp(c *call) (answer, error) {
	in, err := decode[reportClaimJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	if in.Mine == nil {
		return answer{}, wrong(ErrInvalid, "mine", "required")
	}
	if err := a.cfg.FollowUps.Claim(c.Request().Context(), bySecret(c), *in.Mine); err != nil {
		return answer{}, err
	}
	return a.followUp(c, bySecret(c))
}

func (a *API) getReport(c *call) (answer, error) {
	by, err := byReport(c)
	if err != nil {
		return answer{}, err
	}
	return a.followUp(c, by)
}

func (a *API) actOnReport(c *call) (answer, error) {
	by, err := byReport(c)
	if err != nil {
		return answer{}, err
	}
	return a.speak(c, by)
}

// speak answers a question, or appeals.
func (a *API) speak(c *call, by moderation.Follower) (answer, error) {
	in, err := decode[spokenActionJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	switch in.Action {
	case workflow.Respond:
		err = a.cfg.FollowUps.Respond(c.Request().Context(), by, in.Version, in.Reason.Text)
	case workflow.Appeal:
		err = a.cfg.FollowUps.AppealReport(c.Request().Context(), by, in.Version, in.Reason.Text)
	default:
		err = errors.Join(workflow.ErrUnknownAction, wrong(ErrInvalid, "action", "unknown"))
	}
	if err != nil {
		return answer{}, inReason(err)
	}
	return a.followUp(c, by)
}

// inReason names the field of an act's words as the API has it.
func inReason(err error) error {
	field := new(directory.FieldError)
	if !errors.As(err, &field) || (field.Field != "text" && field.Field != "reason") {
		return err
	}
	named := *field
	named.Field = "reason.text"
	return &named
}

func (a *API) followUp(c *call, by moderation.Follower) (answer, error) {
	view, err := a.cfg.FollowUps.Follow(c.Request().Context(), by)
	if err != nil {
		return answer{}, err
	}
	r := view.Report
	out := followUpJSON{
		Report: r.ID, Reference: r.Reference, Version: view.Version, Handler: view.Handler, Title: view.Title, Ground: r.Ground, Explanation: r.Explanation,
		Stage: view.Stage, ReceivedAt: r.At, DueAt: view.DueAt, DecidedAt: view.DecidedAt, AppealUntil: view.AppealUntil,
		Thread: shownEach(view.Thread, shownSaid), Attachments: shownEach(view.Attached, shownAttachment), Letters: shownEach(view.Letters, shownCaseLetter), Unclaimed: view.MayClaim, AllowedActions: []workflow.Action{},
	}
	if r := view.Reply; r != nil {
		out.Reply = &ownReplyJSON{Name: r.Name, Passages: r.Passages, Text: r.Text, Lines: r.Lines, Verdict: view.Verdict, ShownFrom: r.ShownFrom, ShownUntil: r.ShownUntil}
	}
	if view.MayRespond {
		out.AllowedActions = append(out.AllowedActions, workflow.Respond)
	}
	if view.MayAppeal {
		out.AllowedActions = append(out.AllowedActions, workflow.Appeal)
	}
	return answer{body: out, version: max(1, view.Version)}, nil
}

func shownSaid(e moderation.CaseEntry) saidJSON {
	return saidJSON{Kind: e.Kind, Report: e.Report, Name: e.Name, Text: e.Text, At: e.At}
}

func shownCaseLetter(l moderation.CaseLetter) caseLetterJSON {
	return caseLetterJSON{Kind: l.Kind, To: l.To, Report: l.Report, Subject: l.Subject, Body: l.Body, At: l.At}
}

// shownEach shows a list; an empty one as [].
func shownEach[D, T any](list []D, as func(D) T) []T { return listOf(list, "", as).Items }
