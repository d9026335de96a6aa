package api

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// Reports takes what is reported, and tells what becomes of it. moderation.Cases is one.
type Reports interface {
	Report(ctx context.Context, who actor.Actor, in moderation.ReportInput) (moderation.Receipt, error)
	ReportMessage(ctx context.Context, who actor.Actor, in moderation.MessageInput) (moderation.Receipt, error)
	ReportsBy(ctx context.Context, who actor.Actor, after string, limit int) (moderation.FiledPage, error)
}

// takedownJSON is what anyone asks to have removed (R38).
type takedownJSON struct {
	Contribution id.Contribution `json:"contribution,omitzero" doc:"What it is about, where its id is known."`
	Photo        id.Photo        `json:"photo,omitzero" doc:"One picture of it."`
	Location     string          `json:"location,omitempty" doc:"The exact place: its address, or a reference. At most 2,000 characters; needed without contribution."`
	Ground       workflow.Ground `json:"ground"`
	LegalGround  string          `json:"legal_ground,omitempty" doc:"The provision, where it is known; at most 500 characters."`
	Explanation  string          `json:"explanation,omitempty" doc:"What is wrong with it; at most 5,000 characters. Needed of whoever is not signed in."`
	PriorContact string          `json:"prior_contact,omitempty" doc:"With the author or the owner; at most 2,000 characters."`
	Name         string          `json:"name,omitempty" doc:"Of whoever is not signed in. Not needed for sexual offences on minors and a pupil's safety."`
	Email        string          `json:"email,omitempty" doc:"Likewise."`
	GoodFaith    bool            `json:"good_faith,omitempty" doc:"That what is said is true, to the best of their knowledge. Needed of whoever is not signed in."`
	Authority    bool            `json:"authority,omitempty" doc:"The authority above the establishment is to examine it (R40)."`
	Language     string          `json:"language,omitempty" doc:"Of the letters: fr unless told, or en."`
}

func (in takedownJSON) input() moderation.ReportInput {
	return moderation.ReportInput{
		Contribution: in.Contribution, Photo: in.Photo, Location: in.Location, Ground: in.Ground, LegalGround: in.LegalGround,
		Explanation: in.Explanation, PriorContact: in.PriorContact, Name: in.Name, Email: in.Email, GoodFaith: in.GoodFaith,
		Authority: in.Authority, Language: in.Language,
	}
}

// newReportJSON is what somebody signed in reports: a ground is enough.
type newReportJSON struct {
	Contribution id.Contribution `json:"contribution,omitzero" doc:"What it is about."`
	Photo        id.Photo        `json:"photo,omitzero" doc:"One picture of it."`
	Location     string          `json:"location,omitempty" doc:"Its address, without contribution; at most 2,000 characters."`
	Ground       workflow.Ground `json:"ground"`
	LegalGround  string          `json:"legal_ground,omitempty" doc:"The provision, where it is known; at most 500 characters."`
	Explanation  string          `json:"explanation,omitempty" doc:"At most 5,000 characters."`
	PriorContact string          `json:"prior_contact,omitempty" doc:"With the author or the owner; at most 2,000 characters."`
	Authority    bool            `json:"authority,omitempty" doc:"The authority above the establishment is to examine it (R40)."`
}

// receiptJSON is what whoever reported is given at once (R39).
type receiptJSON struct {
	Report     id.Report `json:"report" doc:"For somebody signed in: their report."`
	Reference  string    `json:"reference" doc:"To name it by, also on the telephone."`
	ReceivedAt time.Time `json:"received_at"`
	DueAt      time.Time `json:"due_at" doc:"By when a decision is aimed at (R41)."`
	Secret     string    `json:"secret,omitempty" doc:"Of /follow-ups. It is given once and kept nowhere: an answer that is repeated for its Idempotency-Key is without it."`
	FollowUp   string    `json:"follow_up,omitempty" doc:"The page to follow it on. Whoever has this address reads what became of the report, answers and appeals; likewise given once."`
}

// reportLineJSON is a line of what somebody has reported.
type reportLineJSON struct {
	Report     id.Report        `json:"report"`
	Reference  string           `json:"reference"`
	Title      string           `json:"title" doc:"Of the content, as it was."`
	Stage      moderation.Stage `json:"stage"`
	ReceivedAt time.Time        `json:"received_at"`
	DueAt      time.Time        `json:"due_at,omitzero" doc:"Absent once it is decided."`
}

// schoolIn finds the UAI of an establishment in the address of one of its pages.
var schoolIn = regexp.MustCompile(`/e/([0-9]{7}[A-Z])(?:/|\?|#|$)`)

// placeOfTakedown is who somebody is to the establishment that they write to: the one that the address
// of what they ask to have removed names or, without one, X-Establishment. A person acts where they
// belong.
func (a *API) placeOfTakedown(c *call) (actor.Actor, error) {
	return a.placeAt(c, func() (string, error) {
		in, err := decode[takedownJSON](c.body)
		return in.Location, err
	})
}

// placeAt is who somebody is to the establishment that X-Establishment names, or an address.
func (a *API) placeAt(c *call, address func() (string, error)) (actor.Actor, error) {
	location, err := address()
	if err != nil {
		return actor.Actor{}, err
	}
	if named := schoolIn.FindStringSubmatch(location); named != nil {
		house, err := a.cfg.Reader.House(c.Request().Context(), named[1])
		switch {
		case err == nil && (c.identity.Kind != actor.KindPerson || c.identity.In(house.Tenant)):
			return c.identity.Actor(house.Tenant)
		case err != nil && !errors.Is(err, directory.ErrNotFound):
			return actor.Actor{}, err
		}
	}
	return c.identity.Actor(id.Tenant{})
}

func (a *API) postTakedown(c *call) (answer, error) {
	in, err := decode[takedownJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	return a.report(c, in.input())
}

func (a *API) postReport(c *call) (answer, error) {
	in, err := decode[newReportJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	return a.report(c, moderation.ReportInput{
		Contribution: in.Contribution, Photo: in.Photo, Location: in.Location, Ground: in.Ground, LegalGround: in.LegalGround,
		Explanation: in.Explanation, PriorContact: in.PriorContact, Authority: in.Authority,
	})
}

// report answers with the receipt.
func (a *API) report(c *call, in moderation.ReportInput) (answer, error) {
	given, err := a.cfg.Reports.Report(c.Request().Context(), c.who, in)
	if err != nil {
		return answer{}, err
	}
	return a.receipt(given), nil
}

// receipt is what whoever reported is given at once; it is remembered without the secret.
func (a *API) receipt(given moderation.Receipt) answer {
	out := receiptJSON{Report: given.Report, Reference: given.Reference, ReceivedAt: given.At, DueAt: given.DueAt}
	kept := out
	out.Secret, out.FollowUp = given.Secret, a.cfg.BaseURL+"/s/"+given.Secret
	return answer{body: out, kept: kept, status: http.StatusAccepted}
}

func (a *API) listReports(c *call) (answer, error) {
	limit, err := c.limit()
	if err != nil {
		return answer{}, err
	}
	page, err := a.cfg.Reports.ReportsBy(c.Request().Context(), c.who, c.query.Get("after"), limit)
	if err != nil {
		return answer{}, err
	}
	return answer{body: listOf(page.Items, page.Next, func(f moderation.Filed) reportLineJSON {
		return reportLineJSON{f.Report, f.Reference, f.Title, f.Stage, f.At, f.DueAt}
	})}, nil
}
