package postgres

import (
	"context"
	_ "embed" // the statement
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
)

// Directions lists the establishments below, with who directs each.
func (tx *Tx) Directions(ctx context.Context, now time.Time) ([]directory.Directed, error) {
	var rows []struct {
		Tenant  tenantRow `json:"tenant"`
		Tenures []struct {
			tenureRow
			Name    string `json:"name"`
			Directs bool   `json:"directs"`
		} `json:"tenures"`
	}
	err := tx.document(ctx, &rows, `SELECT directions($1)`, now.UTC())
	list := make([]directory.Directed, len(rows))
	for i, row := range rows {
		list[i].Tenant = row.Tenant.domain()
		for _, t := range row.Tenures {
			list[i].Tenures = append(list[i].Tenures, directory.NamedTenure{Tenure: t.domain(), Name: t.Name, Directs: t.Directs})
		}
	}
	return list, err
}

// StaffBelow lists who works in an establishment below.
func (tx *Tx) StaffBelow(ctx context.Context, place id.Tenant, now time.Time) ([]directory.Listed, error) {
	var rows []listedRow
	err := tx.document(ctx, &rows, `SELECT staff_below($1, $2)`, place, now.UTC())
	list := make([]directory.Listed, len(rows))
	for i, row := range rows {
		list[i] = row.domain()
	}
	return list, err
}

// AppointActing writes the tenure of an acting head below.
func (tx *Tx) AppointActing(ctx context.Context, t directory.Tenure, now time.Time) error {
	var against string
	err := tx.conn.QueryRowContext(ctx, `SELECT appoint_acting($1, $2, $3, $4, $5, $6, $7, $8)`, t.ID, t.Tenant, t.Person, t.During.From.UTC(), t.During.Until.UTC(),
		t.Reference, t.RecordedBy, now.UTC()).Scan(&against)
	if err != nil {
		return translate(err)
	}
	switch against {
	case "":
		return nil
	case "unknown":
		return directory.ErrNotFound
	case "not_a_colleague":
		return &directory.FieldError{Field: "person", Code: against}
	}
	return &directory.FieldError{Field: "from", Code: against}
}

// EndActing ends the tenure of an acting head below.
func (tx *Tx) EndActing(ctx context.Context, place id.Tenant, tenure id.Tenure, by id.Person, now time.Time) error {
	var ended bool
	if err := tx.conn.QueryRowContext(ctx, `SELECT end_acting($1, $2, $3, $4)`, tenure, place, by, now.UTC()).Scan(&ended); err != nil {
		return translate(err)
	}
	if !ended {
		return directory.ErrNotFound
	}
	return nil
}

// TellBelow writes an act into the trail of an establishment below, and promises its notice there.
func (tx *Tx) TellBelow(ctx context.Context, place id.Tenant, tenure id.Tenure, act string, who actor.Actor, now, due time.Time) error {
	_, err := tx.conn.ExecContext(ctx, `SELECT tell_below($1, $2, $3, $4, $5, $6, $7)`, place, tenure, act, who.Person, who.Via, now.UTC(), due.UTC())
	if err == nil {
		tx.committed.Messages++
	}
	return translate(err)
}

//go:embed office.sql
var officeSQL string

// occurrenceOf is the statement for a message of a kind.
func occurrenceOf(kind outbox.Kind) string {
	if kind == outbox.NoticeOffice {
		return officeSQL
	}
	return occurrenceSQL
}
