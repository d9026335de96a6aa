package api

import (
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
)

// trailJSON is one act as the trail has it: ids, hashes and codes, no content and
// no name.
type trailJSON struct {
	ID           id.Entry         `json:"id"`
	At           time.Time        `json:"at"`
	ActorKind    actor.Kind       `json:"actor_kind"`
	Pseudonym    id.Person        `json:"pseudonym,omitzero" doc:"Stands for the person as long as their data is kept; not their id."`
	Roles        []actor.Role     `json:"roles"`
	Via          string           `json:"via"`
	Action       string           `json:"action"`
	SubjectKind  string           `json:"subject_kind"`
	Subject      subjectID        `json:"subject"`
	Contribution id.Contribution  `json:"contribution,omitzero"`
	Version      int64            `json:"version"`
	From         string           `json:"from"`
	To           string           `json:"to"`
	Hash         publication.Hash `json:"hash,omitzero"`
	Ground       string           `json:"ground,omitempty" doc:"The ground of a decision, or why a log was read (R60)."`
	Rule         string           `json:"rule,omitempty"`
}

// subjectID names a thing of any kind.
type subjectID = id.ID[any]

func (a *API) getAudit(c *call) (answer, error) {
	limit, err := c.limit()
	if err != nil {
		return answer{}, err
	}
	filter := directory.TrailFilter{Action: c.query.Get("action"), Limit: limit + 1}
	subject, err := queryID[subjectID](c, "subject")
	if err != nil {
		return answer{}, err
	}
	filter.Subject = subject.UUID
	if filter.Before, err = cursorID[id.Entry](c); err != nil {
		return answer{}, err
	}
	entries, err := a.cfg.Directory.Trail(c.Request().Context(), c.who, c.logReason(), filter)
	if err != nil {
		return answer{}, err
	}
	page, next := firstOf(entries, limit, func(e directory.TrailEntry) string { return e.ID.String() })
	return answer{body: listOf(page, next, shownTrail)}, nil
}

func shownTrail(e directory.TrailEntry) trailJSON {
	out := trailJSON{
		ID: e.ID, At: e.At, ActorKind: e.ActorKind, Pseudonym: id.Person{UUID: e.Pseudonym}, Roles: e.Roles, Via: e.Via, Action: e.Action,
		SubjectKind: e.SubjectKind, Subject: subjectID{UUID: e.Subject}, Contribution: e.Contribution, Version: e.Version,
		From: e.From, To: e.To, Ground: e.Ground, Rule: e.Rule,
	}
	copy(out.Hash[:], e.Hash)
	return out
}
