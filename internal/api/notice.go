package api

import (
	"time"

	"imprimatur/internal/id"
	"imprimatur/moderation"
)

// noticeJSON is something that the person was told.
type noticeJSON struct {
	ID           id.Notice             `json:"id"`
	Kind         moderation.NoticeKind `json:"kind"`
	Contribution id.Contribution       `json:"contribution,omitzero" doc:"Absent for a notice about a space or a person."`
	Space        id.Space              `json:"space,omitzero"`
	Consent      id.Consent            `json:"consent,omitzero" doc:"Of a notice about a consent; its title is the project's."`
	Case         id.Case               `json:"case,omitzero" doc:"Of a notice about a case, for who examines it."`
	AuthorCase   id.AuthorCase         `json:"author_case,omitzero" doc:"Of a notice about a case, for its author: as getAuthorCases names it."`
	SpaceTitle   string                `json:"space_title"`
	Title        string                `json:"title" doc:"Of the text, or of the space that is held, as it was."`
	Reason       string                `json:"reason,omitempty" doc:"In the words of whoever decided."`
	Begins       time.Time             `json:"begins,omitzero" doc:"Of what is told, where that has dates: a suspension (R53), a handover (R15)."`
	Ends         time.Time             `json:"ends,omitzero"`
	At           time.Time             `json:"at"`
	ReadAt       time.Time             `json:"read_at,omitzero"`
}

type readJSON struct {
	Notices []id.Notice `json:"notices,omitempty" doc:"Which; all of them unless told."`
}

func (a *API) getNotices(c *call) (answer, error) {
	limit, err := c.limit()
	if err != nil {
		return answer{}, err
	}
	page, err := a.cfg.Desk.Notices(c.Request().Context(), c.who, c.query.Get("after"), limit)
	if err != nil {
		return answer{}, err
	}
	return answer{body: listOf(page.Items, page.Next, func(n moderation.Notice) noticeJSON { return noticeJSON(n) })}, nil
}

// mostRead bounds one request's work.
const mostRead = 100

func (a *API) readNotices(c *call) (answer, error) {
	in, err := decode[readJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	if len(in.Notices) > mostRead {
		return answer{}, &RequestError{Err: ErrInvalid, Faults: []Fault{{Field: "notices", Code: "too_many", Limit: mostRead}}}
	}
	return answer{}, a.cfg.Desk.MarkRead(c.Request().Context(), c.who, in.Notices...)
}
