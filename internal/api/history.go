package api

import (
	"strconv"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// eventJSON is one act in the history of a contribution.
type eventJSON struct {
	ID        id.Entry         `json:"id"`
	At        time.Time        `json:"at"`
	Action    workflow.Action  `json:"action"`
	On        string           `json:"on" doc:"revision, hold or contribution"`
	ActorKind actor.Kind       `json:"actor_kind"`
	Person    *personJSON      `json:"person,omitempty" doc:"Absent for the machine, and where the person's data has gone."`
	Roles     []actor.Role     `json:"roles"`
	Number    int              `json:"number,omitzero" doc:"Of the revision concerned."`
	From      string           `json:"from"`
	To        string           `json:"to"`
	Hash      publication.Hash `json:"hash,omitzero" doc:"Of the exact text."`
	Ground    workflow.Ground  `json:"ground,omitempty"`
	Reason    string           `json:"reason,omitempty"`
}

func (a *API) getHistory(c *call) (answer, error) {
	contribution, err := pathID[id.Contribution](c, "id")
	if err != nil {
		return answer{}, err
	}
	limit, err := c.limit()
	if err != nil {
		return answer{}, err
	}
	page, err := a.cfg.Desk.History(c.Request().Context(), c.who, contribution, c.query.Get("after"), limit)
	if err != nil {
		return answer{}, err
	}
	return answer{body: listOf(page.Items, page.Next, shownEvent)}, nil
}

func shownEvent(e moderation.Event) eventJSON {
	out := eventJSON{
		ID: e.Entry, At: e.At, Action: e.Action, On: e.Machine, ActorKind: e.ActorKind, Roles: e.Roles, Number: e.Number,
		From: e.From, To: e.To, Ground: e.Ground, Reason: e.Reason,
	}
	copy(out.Hash[:], e.Hash)
	if !e.Person.IsZero() {
		out.Person = &personJSON{e.Person, e.Name}
	}
	return out
}

// diffJSON shows two texts as one, with del around what went and ins around what came.
type diffJSON struct {
	From    int    `json:"from"`
	To      int    `json:"to"`
	Changed bool   `json:"changed"`
	Title   string `json:"title" doc:"HTML."`
	HTML    string `json:"html"`
	Coarse  bool   `json:"coarse" doc:"Too long and too different to compare word by word."`
}

func (a *API) getDiff(c *call) (answer, error) {
	contribution, err := pathID[id.Contribution](c, "id")
	if err != nil {
		return answer{}, err
	}
	to, err := strconv.Atoi(c.Param("number"))
	if err != nil || to < 1 || strconv.Itoa(to) != c.Param("number") {
		return answer{}, directory.ErrNotFound
	}
	from := to - 1
	if text := c.query.Get("from"); text != "" {
		if from, err = strconv.Atoi(text); err != nil || from < 1 {
			return answer{}, wrong(ErrParameter, "from", "not_a_number")
		}
	}
	diff, err := a.cfg.Desk.Diff(c.Request().Context(), c.who, contribution, from, to)
	if err != nil {
		return answer{}, err
	}
	return answer{body: diffJSON{
		From: from, To: to, Changed: diff.Changed, Title: diff.Title.String(), HTML: diff.HTML.String(), Coarse: diff.Coarse,
	}}, nil
}
