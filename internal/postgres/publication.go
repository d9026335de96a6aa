package postgres

import (
	"context"
	_ "embed" // the statement
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/calendar"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/publication"
	"imprimatur/workflow"
)

var _ publication.Tx = (*Tx)(nil)

//go:embed dossier.sql
var dossierSQL string

// dossierRow is what dossier.sql gives, as JSON.
type dossierRow struct {
	Contribution contributionRow            `json:"contribution"`
	Space        spaceRow                   `json:"space"`
	Author       personRow                  `json:"author"`
	Profile      directory.Profile          `json:"profile"`
	Standing     *standingRow               `json:"standing"`
	BriefedAt    *time.Time                 `json:"briefed_at"`
	InAudience   bool                       `json:"in_audience"`
	Submissions  int                        `json:"submissions"`
	Roles        []actor.Role               `json:"roles"`
	Zone         calendar.Zone              `json:"zone"`
	TimeZone     string                     `json:"time_zone"`
	Settings     map[string]json.RawMessage `json:"settings"`
	Authorised   []authorisedRow            `json:"authorised"`
	Collective   *collectiveRow             `json:"collective"`
	EvidentAt    *time.Time                 `json:"evident_at"`
	Holds        []holdRow                  `json:"holds"`
	Kept         keptRow                    `json:"kept"`
	Revisions    []revisionRow              `json:"revisions"`
}

type authorisedRow struct {
	Authorisation id.Authorisation `json:"authorisation"`
	Revision      id.Revision      `json:"revision"`
	Title         string           `json:"title"`
	HTML          string           `json:"html"`
}

type standingRow struct {
	Kind  directory.StandingKind `json:"kind"`
	Until time.Time              `json:"until"`
}

// Dossier locks the contribution's row first, as the parent of all that follows,
// then reads it with what acting on it needs.
func (tx *Tx) Dossier(ctx context.Context, contribution id.Contribution, who id.Person, now time.Time) (publication.Dossier, error) {
	var locked bool
	err := tx.conn.QueryRowContext(ctx,
		`SELECT true FROM contribution WHERE contribution_id = $1 FOR NO KEY UPDATE`, contribution).Scan(&locked)
	if err != nil {
		return publication.Dossier{}, translate(err)
	}
	return tx.read(ctx, contribution, who, now)
}

// read is Dossier for a contribution that is locked already.
func (tx *Tx) read(ctx context.Context, contribution id.Contribution, who id.Person, now time.Time) (publication.Dossier, error) {
	var text []byte
	if err := tx.conn.QueryRowContext(ctx, dossierSQL, contribution, nullable(who), now).Scan(&text); err != nil {
		return publication.Dossier{}, translate(err)
	}
	var row dossierRow
	if err := json.Unmarshal(text, &row); err != nil {
		return publication.Dossier{}, fmt.Errorf("decode dossier of %s: %w", contribution, err)
	}
	d, err := row.domain(who, now)
	if err != nil {
		return publication.Dossier{}, err
	}
	return d, tx.illustrate(ctx, &d, row.Revisions, now)
}

// illustrate gives the revisions of a dossier their pictures, all at once. Most have
// none, and cost nothing.
func (tx *Tx) illustrate(ctx context.Context, d *publication.Dossier, rows []revisionRow, now time.Time) error {
	var shown []imageconsent.Shown
	for _, row := range rows {
		for _, s := range row.shown() {
			if !slices.Contains(shown, s) {
				shown = append(shown, s)
			}
		}
	}
	pictures, err := tx.Pictures(ctx, shown)
	if err != nil {
		return err
	}
	own, err := tx.ownPictures(ctx, d, pictures, now)
	if err != nil {
		return err
	}
	for _, r := range append(d.Revisions(), d.Former) {
		for _, row := range rows {
			switch {
			case r == nil || r.ID != row.RevisionID:
			case row.Hash == nil:
				r.Pictures = picturesOf(row.shown(), own)
			default:
				r.Pictures = picturesOf(row.shown(), pictures)
			}
		}
	}
	return nil
}

// answersForPhoto holds for the photo x.photo_id where $2 works with it at $3, as a consent
// officer, the director, or whoever answers for a space in which somebody else has shown it.
const answersForPhoto = `(roles_of($2, NULL, $3) && ARRAY['officer', 'director'] OR EXISTS (
	SELECT 1 FROM revision_photo u JOIN revision v ON v.revision_id = u.revision_id
	WHERE u.photo_id = x.photo_id AND v.author_id <> $2 AND roles_of($2, v.space_id, $3) && ARRAY['moderator', 'owner', 'backup']))`

// ownPictures keeps those that the author may put into a text: their own, and for an
// adult who works here those that they work with elsewhere, as a consent officer, the
// director, or whoever answers for a space in which somebody else has shown them. Anybody
// can name a photo whose address they have read; whose it is not learns nothing by it.
func (tx *Tx) ownPictures(ctx context.Context, d *publication.Dossier, pictures []imageconsent.Picture, now time.Time) ([]imageconsent.Picture, error) {
	var others []id.Photo
	for _, p := range pictures {
		if p.Uploader != d.Contribution.Author {
			others = append(others, p.Photo)
		}
	}
	var theirs []id.Photo
	if len(others) > 0 && d.Author.Profile.Works() {
		const statement = `SELECT coalesce(jsonb_agg(x.photo_id), '[]') FROM (SELECT value::uuid AS photo_id FROM jsonb_array_elements_text($1::jsonb)) x
			WHERE ` + answersForPhoto
		if err := documents(ctx, tx, &theirs, statement, others, d.Contribution.Author, now.UTC()); err != nil {
			return nil, fmt.Errorf("read whose photos they are: %w", err)
		}
	}
	return slices.DeleteFunc(slices.Clone(pictures), func(p imageconsent.Picture) bool {
		return p.Uploader != d.Contribution.Author && !slices.Contains(theirs, p.Photo)
	}), nil
}

// picturesOf picks a revision's pictures, in its order. A sealed one is found by its
// exact rendition, a draft's as the photo's current one.
func picturesOf(shown []imageconsent.Shown, pictures []imageconsent.Picture) []imageconsent.Picture {
	var own []imageconsent.Picture
	for _, s := range shown {
		i := slices.IndexFunc(pictures, func(p imageconsent.Picture) bool {
			return p.Photo == s.Photo && (p.Rendition.ID == s.Rendition || (s.Rendition.IsZero() && p.Rendition.ID == p.Current.ID))
		})
		if i >= 0 {
			own = append(own, pictures[i])
		}
	}
	return own
}

// DossierOf locks the revision's contribution and gives its dossier, with nobody's roles.
func (tx *Tx) DossierOf(ctx context.Context, revision id.Revision, now time.Time) (publication.Dossier, error) {
	var contribution id.Contribution
	err := tx.conn.QueryRowContext(ctx, `SELECT contribution_id FROM contribution
		WHERE contribution_id = (SELECT r.contribution_id FROM revision r WHERE r.revision_id = $1) FOR NO KEY UPDATE`, revision).Scan(&contribution)
	if err != nil {
		return publication.Dossier{}, translate(err)
	}
	return tx.read(ctx, contribution, id.Person{}, now)
}

func (r dossierRow) domain(who id.Person, now time.Time) (publication.Dossier, error) {
	house, err := newHouse(r.Settings, r.Zone, r.TimeZone)
	if err != nil {
		return publication.Dossier{}, err
	}
	d := publication.Dossier{
		Contribution: r.Contribution.domain(), Space: r.Space.domain(), Values: house.Values, Calendar: house.Calendar,
		Roles: actor.NewRoles(r.Roles...), EvidentAt: deref(r.EvidentAt), Kept: r.Kept.keeps(house, now),
		Author: publication.Writer{
			Person: r.Author.domain(), Profile: r.Profile, Standing: directory.Standing{Kind: directory.Clear},
			BriefedAt: deref(r.BriefedAt), InAudience: r.InAudience, Submissions: r.Submissions,
		},
	}
	if r.Standing != nil {
		d.Author.Standing = directory.Standing{Kind: r.Standing.Kind, Until: r.Standing.Until}
	}
	for _, hold := range r.Holds {
		d.Holds = append(d.Holds, hold.domain(d.Contribution.ID))
	}
	d.Collective = r.Collective.domain()
	for _, a := range r.Authorised {
		d.Authorised = append(d.Authorised, publication.AuthorisedText{
			Authorisation: a.Authorisation, Revision: a.Revision, Title: a.Title, HTML: publication.StoredHTML(a.HTML),
		})
	}
	r.place(&d)
	if who == d.Contribution.Author {
		d.Roles = d.Roles.With(actor.Author)
	}
	if d.Suggestion != nil && who == d.Suggestion.SuggestedBy {
		d.Roles = d.Roles.With(actor.Suggester)
	}
	return d.KnownTo(who), nil
}

// place puts each revision where the dossier keeps its kind.
func (r dossierRow) place(d *publication.Dossier) {
	for _, row := range r.Revisions {
		revision := row.domain()
		switch {
		case revision.Status == workflow.Draft && revision.SuggestedBy.IsZero():
			d.Draft = &revision
		case revision.Status == workflow.Draft:
			d.Suggestion = &revision
		case revision.Status.Open():
			d.Open = &revision
		case revision.Status == workflow.Live:
			d.Live = &revision
		case revision.Status == workflow.Superseded:
			d.Former = &revision
		case revision.Status == workflow.Rejected:
			d.Refused = &revision
		}
	}
}

func newHouse(stored map[string]json.RawMessage, zone calendar.Zone, timeZone string) (directory.House, error) {
	// A stored value that is not allowed (any more) holds its default: fail closed.
	values, _ := settings.Load(stored)
	cal, err := values.Calendar(zone, timeZone)
	if err != nil {
		return directory.House{}, fmt.Errorf("calendar of the establishment: %w", err)
	}
	return directory.House{Values: values, Calendar: cal}, nil
}

// Insert adds a contribution.
func (tx *Tx) Insert(ctx context.Context, c publication.Contribution) error {
	row := contributionRow{
		ContributionID: c.ID, TenantID: c.Tenant, SpaceID: c.Space, ParentID: nullable(c.Parent), Kind: c.Kind, AuthorID: c.Author,
		Byline: c.Byline, Slug: c.Slug, Life: workflow.Kept, Version: 1, CreatedAt: c.CreatedAt, WaitsForPhotos: c.WaitsForPhotos,
	}
	return translate(gorm.G[contributionRow](tx.db).Create(ctx, &row))
}

// excerpt is what a list shows of a revision.
func excerpt(r publication.Revision) string { return publication.Excerpt(r.HTML, 280) }

// InsertDraft adds a draft and its source in one statement.
func (tx *Tx) InsertDraft(ctx context.Context, r publication.Revision, source string) error {
	const statement = `WITH draft AS (
			INSERT INTO revision (revision_id, tenant_id, contribution_id, space_id, author_id, suggested_by, based_on, status, title, html, plain,
				language, attributions, sanitiser, publish_at, updated_at, excerpt)
			SELECT $1, c.tenant_id, c.contribution_id, c.space_id, c.author_id, $3, c.live_id, 'draft', $4, $5, $6, $7, $8, $9, $10, $11, $13
			FROM contribution c WHERE c.contribution_id = $2
			RETURNING revision_id, tenant_id)
		INSERT INTO revision_source (revision_id, tenant_id, source) SELECT revision_id, tenant_id, $12 FROM draft`
	_, err := tx.conn.ExecContext(ctx, statement, r.ID, r.Contribution, nullable(r.SuggestedBy), r.Title, r.HTML.String(),
		publication.PlainText(r.HTML), r.Language, attributions(r.Attributions), r.Sanitiser, nullTime(r.PublishAt), r.UpdatedAt, source, excerpt(r))
	return translate(err)
}

// UpdateDraft overwrites a draft that is still as it was read. A suggestion moves
// its contribution's version on: an author accepts the text that they have read.
func (tx *Tx) UpdateDraft(ctx context.Context, r publication.Revision, source string) error {
	const statement = `WITH draft AS (
			UPDATE revision SET version = version + 1, title = $3, html = $4, plain = $5, language = $6, attributions = $7,
				sanitiser = $8, publish_at = $9, updated_at = $10, excerpt = $12
			WHERE revision_id = $1 AND version = $2 AND status = 'draft'
			RETURNING revision_id, contribution_id, suggested_by
		), moved AS (
			UPDATE contribution c SET version = c.version + 1 FROM draft d
			WHERE c.contribution_id = d.contribution_id AND d.suggested_by IS NOT NULL)
		UPDATE revision_source s SET source = $11 FROM draft d WHERE s.revision_id = d.revision_id`
	err := tx.one(ctx, workflow.ErrStale, statement, r.ID, r.Version, r.Title, r.HTML.String(), publication.PlainText(r.HTML),
		r.Language, attributions(r.Attributions), r.Sanitiser, nullTime(r.PublishAt), r.UpdatedAt, source, excerpt(r))
	if err != nil {
		return fmt.Errorf("update draft %s: %w", r.ID, err)
	}
	return nil
}

// InsertDerived adds a draft with the approval of the revision that it is based on, to be
// sealed in the same transaction; whoever had suggested that text has suggested this one.
func (tx *Tx) InsertDerived(ctx context.Context, r publication.Revision) error {
	const statement = `WITH approved AS (
			INSERT INTO revision (revision_id, tenant_id, contribution_id, space_id, author_id, suggested_by, based_on, derivation, status, title, html, plain,
				language, attributions, sanitiser, publish_at, updated_at, reviewed_at, severity, target_at, reach, excerpt)
			SELECT $1, b.tenant_id, b.contribution_id, b.space_id, b.author_id, b.suggested_by, b.revision_id, $3, 'draft', b.title, $4, $5, b.language,
				b.attributions, $6, b.publish_at, b.updated_at, b.reviewed_at, b.severity, b.target_at, b.reach, $7
			FROM revision b WHERE b.revision_id = $2
			RETURNING revision_id, tenant_id
		), suggesters AS (
			INSERT INTO revision_suggester (revision_id, person_id, tenant_id)
			SELECT a.revision_id, x.person_id, a.tenant_id FROM approved a, revision_suggester x WHERE x.revision_id = $2
		)
		INSERT INTO revision_source (revision_id, tenant_id, source) SELECT revision_id, tenant_id, $4 FROM approved`
	err := tx.one(ctx, directory.ErrNotFound, statement, r.ID, r.BasedOn, r.Derivation, r.HTML.String(), publication.PlainText(r.HTML), r.Sanitiser, excerpt(r))
	if err != nil {
		return fmt.Errorf("derive from %s: %w", r.BasedOn, err)
	}
	return nil
}

// WaitForPhotos says whether the contribution appears only with all its pictures.
func (tx *Tx) WaitForPhotos(ctx context.Context, contribution id.Contribution, waits bool) error {
	return tx.one(ctx, directory.ErrNotFound, `UPDATE contribution SET waits_for_photos = $2 WHERE contribution_id = $1`, contribution, waits)
}

// Source reads what was typed for a revision.
func (tx *Tx) Source(ctx context.Context, revision id.Revision) (string, error) {
	var source string
	err := tx.conn.QueryRowContext(ctx, `SELECT source FROM revision_source WHERE revision_id = $1`, revision).Scan(&source)
	return source, translate(err)
}

// Rename changes the readable part of an address that nobody has seen.
func (tx *Tx) Rename(ctx context.Context, contribution id.Contribution, slug string) error {
	_, err := tx.conn.ExecContext(ctx,
		`UPDATE contribution SET slug = $2 WHERE contribution_id = $1 AND published_at IS NULL`, contribution, slug)
	return translate(err)
}

const spaceColumns = `s.*, s.owner_id IS NULL OR EXISTS (
	SELECT 1 FROM hold h WHERE h.target_id = s.space_id AND h.status = 'open' AND h.kind = 'freeze') OR EXISTS (
	SELECT 1 FROM halt x WHERE x.tenant_id = s.tenant_id AND x.ended_at IS NULL AND coalesce(x.space_id, s.space_id) = s.space_id) AS frozen`

// Space reads a space.
func (tx *Tx) Space(ctx context.Context, space id.Space) (publication.Space, error) {
	row, err := gorm.G[spaceRow](tx.db).Raw(`SELECT `+spaceColumns+` FROM space s WHERE s.space_id = ? AND s.status <> ''`, space).Take(ctx)
	if err != nil {
		return publication.Space{}, translate(err)
	}
	return row.domain(), nil
}

// Writing reads what writing in a space needs.
func (tx *Tx) Writing(ctx context.Context, space id.Space, who id.Person, now time.Time) (publication.Writing, error) {
	var w publication.Writing
	var err error
	if w.Space, err = tx.Space(ctx, space); err != nil {
		return w, err
	}
	if w.House, err = tx.Here(ctx); err != nil {
		return w, err
	}
	if w.Roles, err = tx.Roles(ctx, who, space, now); err != nil {
		return w, err
	}
	if w.Person, err = tx.Person(ctx, who); err != nil {
		return w, err
	}
	w.Profile, err = tx.Profile(ctx, who)
	return w, err
}
