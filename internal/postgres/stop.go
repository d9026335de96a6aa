package postgres

import (
	"context"
	_ "embed" // the statement
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
)

//go:embed stop.sql
var stopSQL string

// stoppedRow is what the stop button stopped, with what somebody is there.
type stoppedRow struct {
	Hold           holdRow          `json:"hold"`
	ContributionID *id.Contribution `json:"contribution_id"`
	LiveID         *id.Revision     `json:"live_id"`
	PhotoID        *id.Photo        `json:"photo_id"`
	SpaceID        *id.Space        `json:"space_id"`
	SpaceTitle     string           `json:"space_title"`
	Title          string           `json:"title"`
	StoppedBy      string           `json:"stopped_by"`
	Roles          []actor.Role     `json:"roles"`
}

func (r stoppedRow) domain() publication.Stopped {
	return publication.Stopped{
		Hold: r.Hold.domain(deref(r.ContributionID)), Contribution: deref(r.ContributionID), Live: deref(r.LiveID), Photo: deref(r.PhotoID), Space: deref(r.SpaceID),
		SpaceTitle: r.SpaceTitle, Title: r.Title, StoppedBy: r.StoppedBy, Roles: actor.NewRoles(r.Roles...),
	}
}

// OpenStops lists what is stopped and was not looked at, the first due first.
func (tx *Tx) OpenStops(ctx context.Context, who id.Person, now time.Time) ([]publication.Stopped, error) {
	return tx.stops(ctx, id.Hold{}, who, now)
}

// StopOf finds what a hold stops.
func (tx *Tx) StopOf(ctx context.Context, hold id.Hold, who id.Person, now time.Time) (publication.Stopped, error) {
	found, err := tx.stops(ctx, hold, who, now)
	if err == nil && len(found) == 0 {
		err = directory.ErrNotFound
	}
	if err != nil {
		return publication.Stopped{}, err
	}
	return found[0], nil
}

func (tx *Tx) stops(ctx context.Context, hold id.Hold, who id.Person, now time.Time) ([]publication.Stopped, error) {
	var rows []stoppedRow
	err := tx.document(ctx, &rows, stopSQL, nullable(who), now.UTC(), nullable(hold))
	list := make([]publication.Stopped, len(rows))
	for i, row := range rows {
		list[i] = row.domain()
	}
	return list, err
}

// ReviewOf reads how far the review of a hold has come.
func (tx *Tx) ReviewOf(ctx context.Context, hold id.Hold) (publication.Review, error) {
	var row struct{ Open, Due, Mask bool }
	err := tx.document(ctx, &row, `SELECT jsonb_build_object('open', count(*) > 0, 'mask', coalesce(bool_or(h.kind = 'mask' AND h.ground <> ''), false),
			'due', coalesce(bool_or(h.hold_id IN (SELECT a.hold_id FROM awaited_by(NULL) a)), false))
		FROM hold h WHERE h.hold_id = $1 AND h.status = 'open' AND h.case_id IS NULL`, hold)
	return publication.Review(row), err
}
