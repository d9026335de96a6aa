package postgres

import (
	"context"
	_ "embed" // the statement
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"imprimatur/internal/actor"
	"imprimatur/internal/calendar"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

var _ publication.SpaceTx = (*Tx)(nil)

//go:embed space.sql
var spaceSQL string

// spaceDossierRow is what space.sql gives, as JSON.
type spaceDossierRow struct {
	Space        *spaceRow                  `json:"space"`
	Tenant       tenantRow                  `json:"tenant"`
	Settings     map[string]json.RawMessage `json:"settings"`
	Roles        []actor.Role               `json:"roles"`
	Holds        []holdRow                  `json:"holds"`
	Grants       []grantRow                 `json:"grants"`
	Adults       []id.Person                `json:"adults"`
	People       []id.Person                `json:"people"`
	Pupils       []personRow                `json:"pupils"`
	Groups       []id.Group                 `json:"groups"`
	ENTs         []publication.ENT          `json:"ents"`
	Unsigned     bool                       `json:"unsigned"`
	Unauthorised int                        `json:"unauthorised"`
	Vacancy      *publication.Vacancy       `json:"vacancy"`
	Legal        legalRow                   `json:"legal"`
}

// grantRow is a row of space_role.
type grantRow struct {
	TenantID id.Tenant  `json:"tenant_id"`
	SpaceID  id.Space   `json:"space_id"`
	PersonID *id.Person `json:"person_id"`
	GroupID  *id.Group  `json:"group_id"`
	Role     actor.Role `json:"role"`
}

func (grantRow) TableName() string { return "space_role" }

// SpaceDossier locks the space's row first, then reads it.
func (tx *Tx) SpaceDossier(ctx context.Context, space id.Space, who id.Person, candidates publication.Candidates, now time.Time) (publication.SpaceDossier, error) {
	var locked bool
	err := tx.conn.QueryRowContext(ctx, `SELECT true FROM space WHERE space_id = $1 FOR NO KEY UPDATE`, space).Scan(&locked)
	if err != nil {
		return publication.SpaceDossier{}, translate(err)
	}
	return tx.spaceDossier(ctx, space, who, candidates, now)
}

// NewSpaceDossier reads what creating a space needs.
func (tx *Tx) NewSpaceDossier(ctx context.Context, who id.Person, candidates publication.Candidates, now time.Time) (publication.SpaceDossier, error) {
	return tx.spaceDossier(ctx, id.Space{}, who, candidates, now)
}

func (tx *Tx) spaceDossier(ctx context.Context, space id.Space, who id.Person, candidates publication.Candidates, now time.Time) (publication.SpaceDossier, error) {
	var text []byte
	err := tx.conn.QueryRowContext(ctx, spaceSQL, nullable(space), nullable(who), texts(candidates.Persons), now, texts(candidates.Groups), publication.Works()).Scan(&text)
	if err != nil {
		return publication.SpaceDossier{}, translate(err)
	}
	var row spaceDossierRow
	if err := json.Unmarshal(text, &row); err != nil {
		return publication.SpaceDossier{}, fmt.Errorf("decode space %s: %w", space, err)
	}
	d, err := row.domain()
	return d.KnownTo(who), err
}

func (r spaceDossierRow) domain() (publication.SpaceDossier, error) {
	house, err := newHouse(r.Settings, calendar.Zone(r.Tenant.Zone), r.Tenant.TimeZone)
	if err != nil {
		return publication.SpaceDossier{}, err
	}
	house.Tenant = r.Tenant.domain()
	d := publication.SpaceDossier{
		House: house, Roles: actor.NewRoles(r.Roles...), Adults: r.Adults, People: r.People, Groups: r.Groups, ENTs: r.ENTs,
		Unsigned: r.Unsigned, Unauthorised: r.Unauthorised, Vacancy: r.Vacancy,
	}
	if r.Space != nil {
		d.Space = r.Space.domain()
	}
	if d.Legal, err = r.Legal.domain(); err != nil {
		return publication.SpaceDossier{}, err
	}
	for _, pupil := range r.Pupils {
		d.Pupils = append(d.Pupils, pupil.domain())
	}
	for _, hold := range r.Holds {
		d.Holds = append(d.Holds, hold.domain(id.Contribution{}))
	}
	for _, grant := range r.Grants {
		d.Grants = append(d.Grants, publication.Grant{Role: grant.Role, Person: deref(grant.PersonID), Group: deref(grant.GroupID)})
	}
	return d, nil
}

// Spaces lists the tenant's spaces by title.
func (tx *Tx) Spaces(ctx context.Context, who id.Person, now time.Time) ([]publication.KnownSpace, error) {
	var text []byte
	err := tx.conn.QueryRowContext(ctx, `SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.title, x.space_id), '[]') FROM (
		SELECT `+spaceColumns+`, roles_of($1, s.space_id, $2) AS roles FROM space s WHERE s.status <> '') x`, nullable(who), now).Scan(&text)
	if err != nil {
		return nil, translate(err)
	}
	var rows []struct {
		spaceRow
		Roles []actor.Role `json:"roles"`
	}
	if err := json.Unmarshal(text, &rows); err != nil {
		return nil, fmt.Errorf("decode spaces: %w", err)
	}
	listed := make([]publication.KnownSpace, len(rows))
	for i, row := range rows {
		listed[i] = publication.KnownSpace{Space: row.domain(), Roles: actor.NewRoles(row.Roles...)}
	}
	return listed, nil
}

// InsertSpace adds a space without a status: the batch that follows gives it one.
func (tx *Tx) InsertSpace(ctx context.Context, s publication.Space, now time.Time) error {
	row := newSpaceRow(s)
	row.Status, row.Version, row.CreatedAt = workflow.NoSpace, 0, now
	return translate(gorm.G[spaceRow](tx.db).Omit("Frozen").Create(ctx, &row))
}

// UpdateSpace writes all of a space that is not its status.
func (tx *Tx) UpdateSpace(ctx context.Context, s publication.Space) error {
	row := newSpaceRow(s)
	_, err := gorm.G[spaceRow](tx.db).Where("space_id = ?", s.ID).
		Select("Title", "Description", "Mode", "Audience", "AudienceGroup", "AudienceENT", "OwnerID", "BackupID", "PressDirectorID").Updates(ctx, row)
	return translate(err)
}

func newSpaceRow(s publication.Space) spaceRow {
	return spaceRow{
		SpaceID: s.ID, TenantID: s.Tenant, Slug: s.Slug, Title: s.Title, Description: s.Description, Kind: s.Kind, Mode: s.Mode,
		Audience: s.Audience.Kind, AudienceGroup: nullable(s.Audience.Group), AudienceENT: nullable(s.Audience.ENT),
		OwnerID: nullable(s.Owner), BackupID: nullable(s.Backup), PressDirectorID: nullable(s.PressDirector), Status: s.Status, Version: s.Version,
	}
}

// SetGrants replaces who contributes to and moderates a space.
func (tx *Tx) SetGrants(ctx context.Context, space id.Space, grants []publication.Grant) error {
	if _, err := tx.conn.ExecContext(ctx, `DELETE FROM space_role WHERE space_id = $1`, space); err != nil {
		return translate(err)
	}
	rows := make([]grantRow, 0, len(grants))
	for _, grant := range grants {
		rows = append(rows, grantRow{tx.tenant, space, nullable(grant.Person), nullable(grant.Group), grant.Role})
	}
	if len(rows) == 0 {
		return nil
	}
	return translate(gorm.G[grantRow](tx.db).CreateInBatches(ctx, &rows, len(rows)))
}
