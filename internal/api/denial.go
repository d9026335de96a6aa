package api

import (
	"slices"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
)

// denialJSON is one act that somebody was refused.
type denialJSON struct {
	ID     id.Denial `json:"id"`
	Person id.Person `json:"person"`
	Action string    `json:"action"`
	Rule   string    `json:"rule,omitempty"`
	At     time.Time `json:"at"`
	Alert  id.Alert  `json:"alert,omitzero" doc:"The alert that it is part of. Each alert is told once."`
}

func (a *API) getDenials(c *call) (answer, error) {
	limit, err := c.limit()
	if err != nil {
		return answer{}, err
	}
	var before id.Denial
	if after := c.query.Get("after"); after != "" {
		if before, err = parseID[id.Denial](after); err != nil {
			return answer{}, publication.ErrCursor
		}
	}
	denials, err := a.cfg.Directory.Denials(c.Request().Context(), c.who, before, limit+1)
	if err != nil {
		return answer{}, err
	}
	next := ""
	if len(denials) > limit {
		denials = slices.Clip(denials[:limit])
		next = denials[limit-1].ID.String()
	}
	return answer{body: listOf(denials, next, func(d directory.NamedDenial) denialJSON { return denialJSON(d.Denial) })}, nil
}
