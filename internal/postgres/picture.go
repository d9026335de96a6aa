package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// The three statements of Pictures. Each takes the photos that are shown, as JSON.
const (
	// A photo that is asked for as two renditions comes twice.
	shownSQL = `SELECT coalesce(jsonb_agg(jsonb_build_object('photo', p.photo_id, 'uploader', p.uploader_id, 'format', p.format, 'status', p.status,
			'held', EXISTS (SELECT 1 FROM hold h WHERE h.target_id = p.photo_id AND h.status = 'open'),
			'asked', x.rendition, 'rendition', to_jsonb(r), 'current', to_jsonb(n), 'width', f.width, 'height', f.height) ORDER BY x.place), '[]')
		FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (photo uuid, rendition uuid)) WITH ORDINALITY AS x(photo, rendition, place)
		JOIN photo p ON p.photo_id = x.photo
		LEFT JOIN rendition r ON r.rendition_id = coalesce(x.rendition, p.rendition_id) AND r.photo_id = p.photo_id
		LEFT JOIN rendition n ON n.rendition_id = p.rendition_id
		LEFT JOIN rendition_file f ON f.rendition_id = r.rendition_id AND f.size = 'standard'`

	depictionsSQL = `SELECT coalesce(jsonb_agg(to_jsonb(d) ORDER BY d.y, d.x, d.depiction_id), '[]') FROM depiction d
		WHERE d.photo_id IN (SELECT (e.value ->> 'photo')::uuid FROM jsonb_array_elements($1::jsonb) e)`

	// Covers that are over are no facts any more, whatever the moment that is asked for later;
	// nor are those that a no said elsewhere stands against.
	consentsSQL = `WITH inside AS (
			SELECT DISTINCT q.request_id, q.photo_id, d.person_id FROM request_photo q
			JOIN depiction d ON d.photo_id = q.photo_id AND d.person_id IS NOT NULL
			WHERE q.photo_id IN (SELECT (e.value ->> 'photo')::uuid FROM jsonb_array_elements($1::jsonb) e)
		), asked AS (SELECT DISTINCT request_id FROM inside)
		SELECT jsonb_build_object(
			'lines', (SELECT coalesce(jsonb_agg(to_jsonb(u) ORDER BY u.ordinal), '[]') FROM consent_use u WHERE u.request_id IN (SELECT request_id FROM asked)),
			'covers', (SELECT coalesce(jsonb_agg(jsonb_build_object('photo', i.photo_id, 'person', c.person_id, 'use', c.use_id,
					'from', lower(c.valid), 'until', upper(c.valid))), '[]')
				FROM inside i JOIN standing_cover c ON c.request_id = i.request_id AND c.person_id = i.person_id AND c.photo_id = i.photo_id),
			'consents', (SELECT coalesce(jsonb_agg(jsonb_build_object('photo', i.photo_id, 'consent', c.consent_id, 'request', c.request_id,
					'person', c.person_id, 'status', c.status, 'waiting', c.waiting,
					'family', CASE WHEN c.waiting = '{}' THEN '[]' ELSE to_jsonb(family_of(c.person_id)) END, 'declined', (SELECT coalesce(jsonb_agg(DISTINCT u.use_id), '[]')
						FROM declined_use u WHERE u.consent_id = c.consent_id AND u.photo_id = i.photo_id)) ORDER BY c.asked_at, c.generation), '[]')
				FROM inside i JOIN consent c ON c.request_id = i.request_id AND c.person_id = i.person_id))`
)

type renditionRow struct {
	RenditionID id.Rendition   `json:"rendition_id"`
	Blurred     []id.Depiction `json:"blurred"`
	Hash        bytea          `json:"hash"`
}

func (r *renditionRow) domain() imageconsent.Rendition {
	if r == nil {
		return imageconsent.Rendition{}
	}
	rendition := imageconsent.Rendition{ID: r.RenditionID, Blurred: r.Blurred}
	copy(rendition.Hash[:], r.Hash)
	return rendition
}

type pictureRow struct {
	Photo     id.Photo             `json:"photo"`
	Uploader  id.Person            `json:"uploader"`
	Format    string               `json:"format"`
	Status    workflow.PhotoStatus `json:"status"`
	Held      bool                 `json:"held"`
	Rendition *renditionRow        `json:"rendition"`
	Current   *renditionRow        `json:"current"`
	Width     int                  `json:"width"`
	Height    int                  `json:"height"`
}

type depictionRow struct {
	DepictionID id.Depiction          `json:"depiction_id"`
	PhotoID     id.Photo              `json:"photo_id"`
	Found       bool                  `json:"found"`
	X           float64               `json:"x"`
	Y           float64               `json:"y"`
	Width       float64               `json:"width"`
	Height      float64               `json:"height"`
	Outcome     imageconsent.Outcome  `json:"outcome"`
	PersonID    *id.Person            `json:"person_id"`
	Media       []imageconsent.Medium `json:"media"`
	Reason      string                `json:"reason"`
}

func (r depictionRow) domain() imageconsent.Depiction {
	return imageconsent.Depiction{
		ID: r.DepictionID, Photo: r.PhotoID, Found: r.Found, Outcome: r.Outcome, Person: deref(r.PersonID), Media: r.Media, Reason: r.Reason,
		Box: imageconsent.Box{X: r.X, Y: r.Y, Width: r.Width, Height: r.Height},
	}
}

// useRow is a line with the request that asks for it.
type useRow struct {
	lineRow
	RequestID id.Request `json:"request_id"`
}

// consentFacts is what consentsSQL gives.
type consentFacts struct {
	Lines  []useRow `json:"lines"`
	Covers []struct {
		Photo  id.Photo  `json:"photo"`
		Person id.Person `json:"person"`
		Use    id.Use    `json:"use"`
		From   time.Time `json:"from"`
		Until  time.Time `json:"until"`
	} `json:"covers"`
	Consents []struct {
		Photo   id.Photo               `json:"photo"`
		Consent id.Consent             `json:"consent"`
		Request id.Request             `json:"request"`
		Person  id.Person              `json:"person"`
		Status  workflow.ConsentStatus `json:"status"`
		Waiting []id.Person            `json:"waiting"`
		Family  []id.Person            `json:"family"`
		// Declined are the lines that somebody's no stands against.
		Declined []id.Use `json:"declined"`
	} `json:"consents"`
}

// Pictures reads photos with the facts of their clearance, in three statements.
func (tx *Tx) Pictures(ctx context.Context, shown []imageconsent.Shown) ([]imageconsent.Picture, error) {
	if len(shown) == 0 {
		return nil, nil
	}
	type pair struct {
		Photo     id.Photo     `json:"photo"`
		Rendition id.Rendition `json:"rendition,omitzero"`
	}
	pairs := make([]pair, len(shown))
	for i, s := range shown {
		pairs[i] = pair{s.Photo, s.Rendition}
	}
	asked, err := json.Marshal(pairs)
	if err != nil {
		return nil, fmt.Errorf("encode photos: %w", err)
	}
	var photos []pictureRow
	var depictions []depictionRow
	var facts consentFacts
	for _, read := range []struct {
		statement string
		into      any
	}{{shownSQL, &photos}, {depictionsSQL, &depictions}, {consentsSQL, &facts}} {
		if err := tx.document(ctx, read.into, read.statement, string(asked)); err != nil {
			return nil, fmt.Errorf("read pictures: %w", err)
		}
	}
	return assemble(photos, depictions, facts), nil
}

// assemble puts to each photo what belongs to it.
func assemble(photos []pictureRow, depictions []depictionRow, facts consentFacts) []imageconsent.Picture {
	inside := map[id.Photo][]imageconsent.Depiction{}
	for _, row := range depictions {
		inside[row.PhotoID] = append(inside[row.PhotoID], row.domain())
	}
	lines, byUse := map[id.Request][]imageconsent.Line{}, map[id.Use]imageconsent.Line{}
	for _, row := range facts.Lines {
		lines[row.RequestID] = append(lines[row.RequestID], row.domain())
		byUse[row.UseID] = row.domain()
	}
	covers, consents := map[id.Photo][]imageconsent.Cover{}, map[id.Photo][]imageconsent.Standing{}
	for _, c := range facts.Covers {
		covers[c.Photo] = append(covers[c.Photo], imageconsent.Cover{Person: c.Person, Line: byUse[c.Use], From: c.From, Until: c.Until})
	}
	for _, c := range facts.Consents {
		consents[c.Photo] = append(consents[c.Photo], imageconsent.Standing{
			Consent: c.Consent, Person: c.Person, Status: c.Status, Waiting: c.Waiting, Family: c.Family, Lines: lines[c.Request], Declined: c.Declined,
		})
	}
	pictures := make([]imageconsent.Picture, len(photos))
	for i, p := range photos {
		pictures[i] = imageconsent.Picture{
			Photo: p.Photo, Uploader: p.Uploader, Format: p.Format, Status: p.Status, Held: p.Held, Rendition: p.Rendition.domain(), Current: p.Current.domain(),
			Width: p.Width, Height: p.Height, Depictions: inside[p.Photo], Covers: covers[p.Photo], Consents: consents[p.Photo],
		}
	}
	return pictures
}

// UsesOf lists the revisions that await consent and show one of the photos.
func (tx *Tx) UsesOf(ctx context.Context, photos []id.Photo) ([]imageconsent.Awaiting, error) {
	const statement = `SELECT coalesce(jsonb_agg(jsonb_build_object('revision', r.revision_id, 'version', r.version)), '[]')
		FROM revision r WHERE r.status = 'awaiting_consent' AND EXISTS (SELECT 1 FROM revision_photo u
			WHERE u.revision_id = r.revision_id AND u.photo_id IN (SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb)))`
	asked, err := json.Marshal(append([]id.Photo{}, photos...))
	if err != nil {
		return nil, fmt.Errorf("encode photos: %w", err)
	}
	var rows []struct {
		Revision id.Revision `json:"revision"`
		Version  int64       `json:"version"`
	}
	if err := tx.document(ctx, &rows, statement, string(asked)); err != nil {
		return nil, fmt.Errorf("read what awaits consent: %w", err)
	}
	list := make([]imageconsent.Awaiting, len(rows))
	for i, row := range rows {
		list[i] = imageconsent.Awaiting{Revision: row.Revision, Version: row.Version}
	}
	return list, nil
}
