package api

import (
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
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
	before, err := cursorID[id.Denial](c)
	if err != nil {
		return answer{}, err
	}
	denials, err := a.cfg.Directory.Denials(c.Request().Context(), c.who, c.logReason(), before, limit+1)
	if err != nil {
		return answer{}, err
	}
	page, next := firstOf(denials, limit, func(d directory.NamedDenial) string { return d.ID.String() })
	return answer{body: listOf(page, next, func(d directory.NamedDenial) denialJSON { return denialJSON(d.Denial) })}, nil
}
