package api

import (
	"encoding/json"

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

// changesJSON are the body of a change: values by key; null takes one back to its default.
type changesJSON map[string]any

func (a *API) getSettings(c *call) (answer, error) {
	values, err := a.cfg.Directory.Parameters(c.Request().Context(), c.who)
	if err != nil {
		return answer{}, err
	}
	return answer{body: shownValues(values)}, nil
}

func (a *API) patchSettings(c *call) (answer, error) {
	changes, err := decode[map[string]json.RawMessage](c.body)
	if err != nil {
		return answer{}, err
	}
	values, err := a.cfg.Directory.Configure(c.Request().Context(), c.who, changes)
	if err != nil {
		return answer{}, err
	}
	return answer{body: shownValues(values)}, nil
}

func shownValues(values settings.Values) list[parameterJSON] {
	return listOf(settings.All(), "", func(p settings.Definition) parameterJSON {
		row := p.Row()
		return parameterJSON{
			Key: row.Key, Value: p.JSON(values), Default: row.Default, Rule: row.Rule, Authority: row.Authority, Change: row.Change,
			About: row.About, Bounds: row.Bounds, Choices: row.Choices,
		}
	})
}
