package api

import (
	"encoding/json"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/settings"
)

// parameterJSON is a parameter with its value here.
type parameterJSON struct {
	Key       string             `json:"key"`
	Value     any                `json:"value"`
	Default   string             `json:"default"`
	Form      settings.FormKind  `json:"form" doc:"How a value is written."`
	Theme     settings.Theme     `json:"theme"`
	Rule      string             `json:"rule,omitempty"`
	Authority settings.Authority `json:"authority" doc:"Who fixes it: L the law, C the charter, D nobody: a default; S the service."`
	Sources   []string           `json:"sources" doc:"Where the rule comes from. A and B are the charters of Mon ENT Occitanie and of Midi-Pyrénées, B-An the order annexed to B."`
	Change    settings.Change    `json:"change" doc:"What the establishment may do with it."`
	About     string             `json:"about"`
	Bounds    string             `json:"bounds,omitempty"`
	Choices   []string           `json:"choices,omitempty"`
	ChangedAt time.Time          `json:"changed_at,omitzero" doc:"The latest change, back to the default included; absent where there was none."`
	ChangedBy *personJSON        `json:"changed_by,omitempty" doc:"Absent too where the person's data has gone."`
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
		out.Items = append(out.Items, shownParameter(p, s))
	}
	return answer{body: out, version: s.Version}
}

func shownParameter(p settings.Definition, s directory.Settings) parameterJSON {
	row := p.Row()
	out := parameterJSON{
		Key: row.Key, Value: p.JSON(s.Values), Default: row.Default, Form: row.Form, Theme: row.Theme, Rule: row.Rule, Authority: row.Authority,
		Sources: []string{}, Change: row.Change, About: row.About, Bounds: row.Bounds, Choices: row.Choices,
	}
	for _, source := range row.Sources {
		out.Sources = append(out.Sources, source.String())
	}
	if change, ok := s.Changed[row.Key]; ok {
		out.ChangedAt = change.At
		if !change.By.IsZero() {
			out.ChangedBy = &personJSON{change.By, change.Name}
		}
	}
	return out
}
