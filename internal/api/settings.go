package api

import (
	"encoding/json"

	"imprimatur/internal/directory"
	"imprimatur/internal/settings"
)

// parameterJSON is a parameter with its value here.
type parameterJSON struct {
	Key       string             `json:"key"`
	Value     any                `json:"value"`
	Default   string             `json:"default"`
	Rule      string             `json:"rule,omitempty"`
	Authority settings.Authority `json:"authority" doc:"Who fixes it: L the law, C the charter, D nobody: a default; S the service."`
	Change    settings.Change    `json:"change" doc:"What the establishment may do with it."`
	About     string             `json:"about"`
	Bounds    string             `json:"bounds,omitempty"`
	Choices   []string           `json:"choices,omitempty"`
}

// settingsJSON are all parameters of an establishment.
type settingsJSON struct {
	Version int64           `json:"version" doc:"Moves with every change; its ETag is what If-Match of a change names."`
	Items   []parameterJSON `json:"items"`
}

// changesJSON are the body of a change: values by key; null takes one back to its default.
type changesJSON map[string]any

func (a *API) getSettings(c *call) (answer, error) {
	read, err := a.cfg.Directory.Parameters(c.Request().Context(), c.who)
	if err != nil {
		return answer{}, err
	}
	return shownSettings(read), nil
}

func (a *API) patchSettings(c *call) (answer, error) {
	changes, err := decode[map[string]json.RawMessage](c.body)
	if err != nil {
		return answer{}, err
	}
	version, err := c.ifMatch()
	if err != nil {
		return answer{}, err
	}
	kept, err := a.cfg.Directory.Configure(c.Request().Context(), c.who, version, changes)
	if err != nil {
		return answer{}, stale(err)
	}
	return shownSettings(kept), nil
}

func shownSettings(s directory.Settings) answer {
	out := settingsJSON{Version: s.Version}
	for _, p := range settings.All() {
		row := p.Row()
		out.Items = append(out.Items, parameterJSON{
			Key: row.Key, Value: p.JSON(s.Values), Default: row.Default, Rule: row.Rule, Authority: row.Authority, Change: row.Change,
			About: row.About, Bounds: row.Bounds, Choices: row.Choices,
		})
	}
	return answer{body: out, version: s.Version}
}
