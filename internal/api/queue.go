package api

import (
	"time"

	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// entryJSON is one thing that waits for the person.
type entryJSON struct {
	Contribution id.Contribution   `json:"contribution"`
	Revision     id.Revision       `json:"revision"`
	Number       int               `json:"number"`
	Space        id.Space          `json:"space"`
	SpaceTitle   string            `json:"space_title"`
	Kind         publication.Kind  `json:"kind"`
	Title        string            `json:"title"`
	Excerpt      string            `json:"excerpt"`
	Author       personJSON        `json:"author"`
	Reason       moderation.Wait   `json:"reason"`
	Severity     workflow.Severity `json:"severity" doc:"Of the worst that screening found; 0 for nothing."`
	Since        time.Time         `json:"since"`
	Target       time.Time         `json:"target,omitzero" doc:"When a human should have looked."`
	Overdue      bool              `json:"overdue"`
	Claim        *claimJSON        `json:"claim,omitempty"`
}

// claimJSON says who is at it, and until when.
type claimJSON struct {
	Contribution id.Contribution `json:"contribution"`
	Person       personJSON      `json:"person"`
	At           time.Time       `json:"at"`
	Expires      time.Time       `json:"expires"`
}

type newClaimJSON struct {
	Contribution id.Contribution `json:"contribution"`
}

func (a *API) getQueue(c *call) (answer, error) {
	limit, err := c.limit()
	if err != nil {
		return answer{}, err
	}
	filter := moderation.Filter{After: c.query.Get("after"), Limit: limit}
	if filter.Space, err = queryID[id.Space](c, "space"); err != nil {
		return answer{}, err
	}
	if filter.Kind, err = word(c, "kind", publication.Kinds()); err != nil {
		return answer{}, err
	}
	if filter.Reason, err = word(c, "reason", moderation.Waits()); err != nil {
		return answer{}, err
	}
	page, err := a.cfg.Desk.Queue(c.Request().Context(), c.who, filter)
	if err != nil {
		return answer{}, err
	}
	return answer{body: listOf(page.Items, page.Next, shownEntry)}, nil
}

func (a *API) postClaim(c *call) (answer, error) {
	in, err := decode[newClaimJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	claim, err := a.cfg.Desk.Claim(c.Request().Context(), c.who, in.Contribution)
	if err != nil {
		return answer{}, err
	}
	return answer{body: shownClaim(claim)}, nil
}

func (a *API) deleteClaim(c *call) (answer, error) {
	contribution, err := pathID[id.Contribution](c, "id")
	if err != nil {
		return answer{}, err
	}
	return answer{}, a.cfg.Desk.Release(c.Request().Context(), c.who, contribution)
}

func shownEntry(e moderation.Entry) entryJSON {
	out := entryJSON{
		Contribution: e.Contribution, Revision: e.Revision, Number: e.Number, Space: e.Space, SpaceTitle: e.SpaceTitle, Kind: e.Kind,
		Title: e.Title, Excerpt: e.Excerpt, Author: personJSON{e.Author, e.AuthorName}, Reason: e.Reason, Severity: e.Severity,
		Since: e.Since, Target: e.Target, Overdue: e.Overdue,
	}
	if e.Claim != nil {
		claim := shownClaim(*e.Claim)
		out.Claim = &claim
	}
	return out
}

func shownClaim(c moderation.Claim) claimJSON {
	return claimJSON{Contribution: c.Contribution, Person: personJSON{c.Person, c.Name}, At: c.At, Expires: c.Expires}
}
