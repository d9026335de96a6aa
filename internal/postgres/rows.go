package postgres

import (
	"database/sql/driver"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Rows are the tables' shapes, for gorm and for JSON that PostgreSQL makes of
// them. They become domain types here and nowhere else.

// spaceRow is a row of space. Frozen is not stored: a query adds it.
type spaceRow struct {
	SpaceID       id.Space                 `gorm:"primaryKey" json:"space_id"`
	TenantID      id.Tenant                `json:"tenant_id"`
	Slug          string                   `json:"slug"`
	Title         string                   `json:"title"`
	Description   string                   `json:"description"`
	Kind          publication.SpaceKind    `json:"kind"`
	Mode          workflow.Mode            `json:"mode"`
	Audience      publication.AudienceKind `json:"audience"`
	AudienceGroup *id.Group                `json:"audience_group"`
	AudienceENT   *id.ENT                  `gorm:"column:audience_ent" json:"audience_ent"`
	OwnerID       *id.Person               `json:"owner_id"`
	BackupID      *id.Person               `json:"backup_id"`
	// PressDirectorID is the director of the publication of a pupils' paper (R14).
	PressDirectorID *id.Person           `json:"press_director_id"`
	Status          workflow.SpaceStatus `json:"status"`
	Version         int64                `json:"version"`
	CreatedAt       time.Time            `json:"created_at"`
	Frozen          bool                 `gorm:"->" json:"frozen"`
}

func (spaceRow) TableName() string { return "space" }

func (r spaceRow) domain() publication.Space {
	return publication.Space{
		ID: r.SpaceID, Tenant: r.TenantID, Slug: r.Slug, Title: r.Title, Description: r.Description,
		Kind: r.Kind, Mode: r.Mode, Owner: deref(r.OwnerID), Backup: deref(r.BackupID), PressDirector: deref(r.PressDirectorID), Status: r.Status,
		Version: r.Version, Frozen: r.Frozen, CreatedAt: r.CreatedAt,
		Audience: publication.Audience{Kind: r.Audience, Group: deref(r.AudienceGroup), ENT: deref(r.AudienceENT)},
	}
}

// contributionRow is a row of contribution.
type contributionRow struct {
	ContributionID id.Contribution  `gorm:"primaryKey" json:"contribution_id"`
	TenantID       id.Tenant        `json:"tenant_id"`
	SpaceID        id.Space         `json:"space_id"`
	ParentID       *id.Contribution `json:"parent_id"`
	Kind           publication.Kind `json:"kind"`
	AuthorID       id.Person        `json:"author_id"`
	Byline         string           `json:"byline"`
	Slug           string           `json:"slug"`
	Life           workflow.Life    `json:"life"`
	Version        int64            `json:"version"`
	Number         int              `json:"number"`
	LiveID         *id.Revision     `json:"live_id"`
	PublishedAt    *time.Time       `json:"published_at"`
	CreatedAt      time.Time        `json:"created_at"`
	WaitsForPhotos bool             `json:"waits_for_photos"`
}

func (contributionRow) TableName() string { return "contribution" }

func (r contributionRow) domain() publication.Contribution {
	return publication.Contribution{
		ID: r.ContributionID, Tenant: r.TenantID, Space: r.SpaceID, Parent: deref(r.ParentID), Kind: r.Kind,
		Author: r.AuthorID, Byline: r.Byline, Slug: r.Slug, Life: r.Life, Version: r.Version, Number: r.Number,
		Live: deref(r.LiveID), PublishedAt: deref(r.PublishedAt), CreatedAt: r.CreatedAt, WaitsForPhotos: r.WaitsForPhotos,
	}
}

// shownRow is a photo that a revision was sealed with.
type shownRow struct {
	Photo     id.Photo     `json:"photo"`
	Rendition id.Rendition `json:"rendition"`
}

// revisionRow is a row of revision. RejectedBy, Suggesters and Signed are not
// stored: a query adds them.
type revisionRow struct {
	RevisionID     id.Revision        `gorm:"primaryKey" json:"revision_id"`
	TenantID       id.Tenant          `json:"tenant_id"`
	ContributionID id.Contribution    `json:"contribution_id"`
	SpaceID        id.Space           `json:"space_id"`
	AuthorID       id.Person          `json:"author_id"`
	SuggestedBy    *id.Person         `json:"suggested_by"`
	BasedOn        *id.Revision       `json:"based_on"`
	Derivation     workflow.Action    `json:"derivation"`
	Status         workflow.Editorial `json:"status"`
	Version        int64              `json:"version"`
	Number         *int               `json:"number"`
	Title          string             `json:"title"`
	HTML           string             `gorm:"column:html" json:"html"`
	Plain          string             `json:"plain"`
	Language       string             `json:"language"`
	Attributions   attributions       `json:"attributions"`
	Sanitiser      string             `json:"sanitiser"`
	Hash           bytea              `json:"hash"`
	Mode           *workflow.Mode     `json:"mode"`
	PublishAt      *time.Time         `json:"publish_at"`
	UpdatedAt      time.Time          `json:"updated_at"`
	SubmittedAt    *time.Time         `json:"submitted_at"`
	DecidedAt      *time.Time         `json:"decided_at"`
	ReviewedAt     *time.Time         `json:"reviewed_at"`
	Severity       workflow.Severity  `json:"severity"`
	TargetAt       *time.Time         `json:"target_at"`
	RejectedBy     *id.Person         `gorm:"->" json:"rejected_by"`
	Suggesters     []id.Person        `gorm:"-" json:"suggesters"`
	Photos         []shownRow         `gorm:"-" json:"photos"`
	Signed         bool               `gorm:"->" json:"signed"`
}

func (revisionRow) TableName() string { return "revision" }

func (r revisionRow) domain() publication.Revision {
	revision := publication.Revision{
		ID: r.RevisionID, Contribution: r.ContributionID, Author: r.AuthorID, SuggestedBy: deref(r.SuggestedBy),
		Suggesters: r.Suggesters, Status: r.Status, Version: r.Version, Number: deref(r.Number), Title: r.Title, HTML: publication.StoredHTML(r.HTML),
		Language: r.Language, Attributions: r.Attributions, Sanitiser: r.Sanitiser, Mode: deref(r.Mode),
		PublishAt: deref(r.PublishAt), UpdatedAt: r.UpdatedAt, SubmittedAt: deref(r.SubmittedAt), DecidedAt: deref(r.DecidedAt),
		ReviewedAt: deref(r.ReviewedAt), Severity: r.Severity, TargetAt: deref(r.TargetAt), RejectedBy: deref(r.RejectedBy),
		Signed: r.Signed, BasedOn: deref(r.BasedOn), Derivation: r.Derivation,
	}
	copy(revision.Hash[:], r.Hash)
	return revision
}

// shown lists the photos of a revision: as they were sealed, or as a draft names them.
func (r revisionRow) shown() []imageconsent.Shown {
	var list []imageconsent.Shown
	if r.Hash != nil {
		for _, p := range r.Photos {
			list = append(list, imageconsent.Shown{Photo: p.Photo, Rendition: p.Rendition})
		}
		return list
	}
	for _, photo := range publication.PhotoIDs(publication.StoredHTML(r.HTML)) {
		list = append(list, imageconsent.Shown{Photo: photo})
	}
	return list
}

// holdRow is a row of hold.
type holdRow struct {
	HoldID         id.Hold           `gorm:"primaryKey" json:"hold_id"`
	ContributionID *id.Contribution  `json:"contribution_id"`
	SpaceID        *id.Space         `json:"space_id"`
	Kind           workflow.HoldKind `json:"kind"`
	Version        int64             `json:"version"`
	Sealed         bool              `json:"sealed"`
	Until          *time.Time        `json:"until"`
	PlacedAt       time.Time         `json:"placed_at"`
	PlacedBy       *id.Person        `json:"placed_by"`
	Ground         workflow.Ground   `json:"ground"`
	Reason         string            `json:"reason"`
	Reference      string            `json:"reference"`
	CaseID         *id.Case          `json:"case_id"`
	Hushed         bool              `json:"hushed"` // not stored: a query adds it
}

func (r holdRow) domain(contribution id.Contribution) publication.Hold {
	hold := publication.Hold{
		ID: r.HoldID, On: workflow.OnContribution, Own: deref(r.ContributionID) == contribution, Kind: r.Kind, Version: r.Version,
		Sealed: r.Sealed, Until: deref(r.Until), PlacedAt: r.PlacedAt, PlacedBy: deref(r.PlacedBy),
		Ground: r.Ground, Reason: r.Reason, Reference: r.Reference, Target: deref(r.ContributionID).UUID,
		Case: deref(r.CaseID), Hushed: r.Hushed,
	}
	if r.SpaceID != nil {
		hold.On, hold.Target = workflow.OnSpace, r.SpaceID.UUID
	}
	return hold
}

// personRow is a row of person.
type personRow struct {
	PersonID   id.Person `gorm:"primaryKey" json:"person_id"`
	Source     string    `json:"source"`
	ExternalID string    `json:"external_id"`
	GivenName  string    `json:"given_name"`
	FamilyName string    `json:"family_name"`
	BirthDate  *day      `json:"birth_date"`
	Email      string    `json:"email"`
	Language   string    `json:"language"`
}

func (personRow) TableName() string { return "person" }

func (r personRow) domain() directory.Person {
	return directory.Person{
		ID: r.PersonID, Source: r.Source, ExternalID: r.ExternalID, GivenName: r.GivenName, FamilyName: r.FamilyName,
		BirthDate: time.Time(deref(r.BirthDate)), Email: r.Email, Language: r.Language,
	}
}

// deref gives what a nullable column holds, or the zero value for NULL.
func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// nullable gives NULL for the zero value.
func nullable[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// nullTime gives NULL for no time, in UTC.
func nullTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// bytea is binary that PostgreSQL writes as \x… in JSON.
type bytea []byte

// UnmarshalText reads PostgreSQL's hexadecimal form.
func (b *bytea) UnmarshalText(text []byte) error {
	decoded, err := hex.DecodeString(strings.TrimPrefix(string(text), `\x`))
	if err != nil {
		return fmt.Errorf("read bytea: %w", err)
	}
	*b = decoded
	return nil
}

// day is a date column: midnight UTC.
type day time.Time

// Scan reads a date from the driver.
func (d *day) Scan(src any) error {
	t, ok := src.(time.Time)
	if !ok {
		return fmt.Errorf("scan date: from %T", src)
	}
	*d = day(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC))
	return nil
}

// UnmarshalText reads the date as PostgreSQL writes it in JSON.
func (d *day) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.DateOnly, string(text))
	if err != nil {
		return fmt.Errorf("read date: %w", err)
	}
	*d = day(t)
	return nil
}

// attributions is a jsonb column.
type attributions []publication.Attribution

// Scan reads the column.
func (a *attributions) Scan(src any) error {
	switch src := src.(type) {
	case []byte:
		return json.Unmarshal(src, a)
	case string:
		return json.Unmarshal([]byte(src), a)
	}
	return fmt.Errorf("scan attributions: from %T", src)
}

// Value writes the column.
func (a attributions) Value() (driver.Value, error) {
	if a == nil {
		return "[]", nil
	}
	text, err := json.Marshal(a)
	return string(text), err
}

// keptRow is what case_keeps gives.
type keptRow struct {
	Open     bool       `json:"open"`
	ClosedAt *time.Time `json:"closed_at"`
}

// keeps reports whether a case keeps what it is of.
func (r keptRow) keeps(house directory.House, now time.Time) bool {
	return imageconsent.Kept{Open: r.Open, ClosedAt: deref(r.ClosedAt)}.Keeps(house.Values, house.Calendar, now)
}
