package postgres

import (
	"context"
	"database/sql"
	_ "embed" // the statement
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
)

var _ publication.AuthorisationTx = (*Tx)(nil)

// authorisationRow is a row of work_authorisation.
type authorisationRow struct {
	AuthorisationID id.Authorisation `gorm:"primaryKey"`
	TenantID        id.Tenant
	ContributionID  id.Contribution
	RevisionID      id.Revision
	Number          int `gorm:"->"` // of the revision: a query adds it
	PupilID         id.Person
	GuardianID      *id.Person
	Naming          publication.Naming
	Reference       string
	RecordedBy      id.Person
	RecordedAt      time.Time
	EndedAt         *time.Time
}

func (authorisationRow) TableName() string { return "work_authorisation" }

func (r authorisationRow) domain() publication.Authorisation {
	return publication.Authorisation{
		ID: r.AuthorisationID, Contribution: r.ContributionID, Revision: r.RevisionID, Number: r.Number, Pupil: r.PupilID, Guardian: deref(r.GuardianID), Naming: r.Naming,
		Reference: r.Reference, RecordedBy: r.RecordedBy, RecordedAt: r.RecordedAt, EndedAt: deref(r.EndedAt),
	}
}

// HoldsAuthority reports whether the guardian holds parental authority today.
func (tx *Tx) HoldsAuthority(ctx context.Context, pupil, guardian id.Person, now time.Time) (bool, error) {
	const query = `SELECT EXISTS (SELECT 1 FROM guardianship g, tenant t
		WHERE t.tenant_id = current_tenant() AND g.pupil_id = $1 AND g.guardian_id = $2 AND g.parental_authority
		  AND g.during @> ($3::timestamptz AT TIME ZONE t.time_zone)::date)`
	var holds bool
	err := tx.conn.QueryRowContext(ctx, query, pupil, guardian, now).Scan(&holds)
	return holds, translate(err)
}

// Guardians lists those who hold parental authority today.
func (tx *Tx) Guardians(ctx context.Context, pupil id.Person, now time.Time) ([]directory.Person, error) {
	rows, err := gorm.G[personRow](tx.db).Raw(`SELECT p.* FROM guardianship g JOIN person p ON p.person_id = g.guardian_id
		JOIN tenant t ON t.tenant_id = current_tenant()
		WHERE g.pupil_id = ? AND g.parental_authority AND g.during @> (?::timestamptz AT TIME ZONE t.time_zone)::date
		ORDER BY p.family_name, p.given_name, p.person_id`, pupil, now).Find(ctx)
	persons := make([]directory.Person, len(rows))
	for i, row := range rows {
		persons[i] = row.domain()
	}
	return persons, translate(err)
}

//go:embed unauthorised.sql
var unauthorisedSQL string

// Unauthorised lists what waits for an authorisation.
func (tx *Tx) Unauthorised(ctx context.Context, who id.Person, now time.Time, limit int) ([]publication.Unauthorised, error) {
	var rows []struct {
		Contribution         id.Contribution
		Title, Byline, Space string
		Since                time.Time
	}
	err := tx.document(ctx, &rows, unauthorisedSQL, who, now, limit)
	list := make([]publication.Unauthorised, len(rows))
	for i, row := range rows {
		list[i] = publication.Unauthorised(row)
	}
	return list, err
}

// ClassOf names the pupil's class.
func (tx *Tx) ClassOf(ctx context.Context, pupil id.Person) (string, error) {
	var name string
	err := tx.conn.QueryRowContext(ctx, `SELECT g.name FROM groups g JOIN group_member m ON m.group_id = g.group_id
		WHERE m.person_id = $1 AND m.capacity = 'pupil' AND g.kind = 'class' ORDER BY g.name LIMIT 1`, pupil).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return name, translate(err)
}

// Authorisations lists those of a contribution.
func (tx *Tx) Authorisations(ctx context.Context, contribution id.Contribution) ([]publication.Authorisation, error) {
	rows, err := gorm.G[authorisationRow](tx.db).Raw(`SELECT w.*, r.number FROM work_authorisation w JOIN revision r ON r.revision_id = w.revision_id
		WHERE w.contribution_id = ? ORDER BY w.recorded_at DESC, w.authorisation_id DESC`, contribution).Find(ctx)
	if err != nil {
		return nil, translate(err)
	}
	list := make([]publication.Authorisation, len(rows))
	for i, row := range rows {
		list[i] = row.domain()
	}
	return list, nil
}

// InsertAuthorisation writes one.
func (tx *Tx) InsertAuthorisation(ctx context.Context, a publication.Authorisation) error {
	row := authorisationRow{
		AuthorisationID: a.ID, TenantID: tx.tenant, ContributionID: a.Contribution, RevisionID: a.Revision, PupilID: a.Pupil, GuardianID: nullable(a.Guardian),
		Naming: a.Naming, Reference: a.Reference, RecordedBy: a.RecordedBy, RecordedAt: a.RecordedAt.UTC(),
	}
	return translate(gorm.G[authorisationRow](tx.db).Omit("Number").Create(ctx, &row))
}

// EndAuthorisation ends one that holds.
func (tx *Tx) EndAuthorisation(ctx context.Context, authorisation id.Authorisation, at time.Time) error {
	n, err := gorm.G[authorisationRow](tx.db).Where("authorisation_id = ? AND ended_at IS NULL", authorisation).Update(ctx, "ended_at", at.UTC())
	if err == nil && n != 1 {
		return directory.ErrNotFound
	}
	return translate(err)
}

// SetByline changes how readers see the author named, and tells them where the
// contribution is live: the name that goes may be one that had to.
func (tx *Tx) SetByline(ctx context.Context, contribution id.Contribution, byline string) error {
	const statement = `WITH named AS (
			UPDATE contribution SET byline = $2 WHERE contribution_id = $1 AND byline <> $2 RETURNING contribution_id)
		UPDATE snapshot n SET byline = $2 FROM named c WHERE n.contribution_id = c.contribution_id AND n.revision_id IS NOT NULL`
	done, err := tx.conn.ExecContext(ctx, statement, contribution, byline)
	if err != nil {
		return fmt.Errorf("name author of %s: %w", contribution, translate(err))
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err // the same name, or nothing is live
	}
	return tx.announceLive(ctx, contribution)
}
