package postgres

import (
	"context"
	_ "embed" // the statement
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

//go:embed register.sql
var registerSQL string

// Register reads consents, the latest first.
func (tx *Tx) Register(ctx context.Context, f imageconsent.RegisterFilter, before id.Consent, limit int) ([]imageconsent.Entry, error) {
	var rows []struct {
		Consent      consentRow `json:"consent"`
		Title        string     `json:"title"`
		Reference    string     `json:"reference"`
		AskedBy      id.Person  `json:"asked_by"`
		Person       string     `json:"person"`
		Class        string     `json:"class"`
		Until        time.Time  `json:"until"`
		Lines        int        `json:"lines"`
		Covered      int        `json:"covered"`
		Waiting      []reachRow `json:"waiting"`
		Guardianless bool       `json:"guardianless"`
		Family       bool       `json:"family"`
	}
	err := tx.document(ctx, &rows, registerSQL, nullable(before), limit, nullable(f.Group), nullable(f.Request), nullable(f.Person),
		string(f.Status), f.Unanswered, nullable(f.AskedBy), tx.clock().UTC(), f.Reader)
	entries := make([]imageconsent.Entry, len(rows))
	for i, r := range rows {
		entries[i] = imageconsent.Entry{
			Consent: r.Consent.domain(), Title: r.Title, Reference: r.Reference, AskedBy: r.AskedBy, Person: r.Person, Class: r.Class,
			Until: r.Until.UTC(), Lines: r.Lines, Covered: r.Covered, Guardianless: r.Guardianless, Family: r.Family,
		}
		for _, reach := range r.Waiting {
			entries[i].Waiting = append(entries[i].Waiting, reach.domain())
		}
	}
	return entries, err
}

// PhotosOf lists the photos of a request in which somebody is named.
func (tx *Tx) PhotosOf(ctx context.Context, request id.Request, person id.Person) ([]id.Photo, error) {
	var photos []id.Photo
	err := tx.document(ctx, &photos, `SELECT coalesce(jsonb_agg(q.photo_id ORDER BY q.photo_id), '[]') FROM request_photo q
		WHERE q.request_id = $1 AND EXISTS (SELECT 1 FROM depiction d WHERE d.photo_id = q.photo_id AND d.person_id = $2 AND d.outcome = 'person')`,
		request, person)
	return photos, err
}

// ConsentHistory reads the trail of a consent, the latest first.
func (tx *Tx) ConsentHistory(ctx context.Context, consent id.Consent) ([]imageconsent.Event, error) {
	var rows []struct {
		At     time.Time              `json:"at"`
		Action workflow.Action        `json:"action"`
		From   workflow.ConsentStatus `json:"status_from"`
		To     workflow.ConsentStatus `json:"status_to"`
		Kind   actor.Kind             `json:"actor_kind"`
		Person *id.Person             `json:"person_id"`
		Via    string                 `json:"via"`
	}
	err := tx.document(ctx, &rows, `SELECT coalesce(jsonb_agg(to_jsonb(e) || jsonb_build_object('person_id', w.person_id) ORDER BY e.entry_id DESC), '[]')
		FROM audit_entry e LEFT JOIN audit_pseudonym w ON w.pseudonym = e.pseudonym
		WHERE e.subject_id = $1 AND e.subject_kind = 'consent'`, consent)
	events := make([]imageconsent.Event, len(rows))
	for i, r := range rows {
		events[i] = imageconsent.Event{At: r.At.UTC(), Action: r.Action, From: r.From, To: r.To, Kind: r.Kind, Person: deref(r.Person), Via: r.Via}
	}
	return events, err
}

// mostAround is how many consents of a family are listed.
const mostAround = 100

// ConsentsAround lists the consents of a person and of whom they are a guardian with authority.
func (tx *Tx) ConsentsAround(ctx context.Context, who id.Person, now time.Time) ([]id.Consent, error) {
	var consents []id.Consent
	err := tx.document(ctx, &consents, `SELECT coalesce(jsonb_agg(x.consent_id ORDER BY x.consent_id DESC), '[]') FROM (
			SELECT c.consent_id FROM consent c WHERE c.person_id IN (
				SELECT $1::uuid UNION ALL SELECT g.pupil_id FROM guardianship g JOIN tenant t ON t.tenant_id = current_tenant()
				WHERE g.guardian_id = $1 AND g.parental_authority AND g.during @> ($2::timestamptz AT TIME ZONE t.time_zone)::date)
			ORDER BY c.consent_id DESC LIMIT $3) x`, who, now.UTC(), mostAround)
	return consents, err
}

// ShownUnder lists what shows the person now in the places that the consent covers.
func (tx *Tx) ShownUnder(ctx context.Context, consent id.Consent, now time.Time) ([]imageconsent.Appearance, error) {
	var rows []struct {
		Contribution id.Contribution `json:"contribution_id"`
		Space        id.Space        `json:"space_id"`
		SpaceTitle   string          `json:"space_title"`
		SpaceSlug    string          `json:"space_slug"`
		Title        string          `json:"title"`
		Slug         string          `json:"slug"`
		Photo        id.Photo        `json:"photo_id"`
	}
	err := tx.document(ctx, &rows, `SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.published_at DESC, x.photo_id), '[]') FROM (
			SELECT DISTINCT n.contribution_id, n.space_id, s.title AS space_title, s.slug AS space_slug, n.title, n.slug, u.photo_id, n.published_at
			FROM standing_cover k
			JOIN depiction d ON d.photo_id = k.photo_id AND d.person_id = k.person_id AND d.outcome = 'person'
			JOIN revision_photo u ON u.photo_id = k.photo_id
			JOIN rendition r ON r.rendition_id = u.rendition_id AND NOT d.depiction_id = ANY (r.blurred)
			JOIN snapshot n ON n.revision_id = u.revision_id AND n.space_id = k.space_id
			JOIN space s ON s.space_id = n.space_id
			WHERE k.consent_id = $1 AND k.valid @> $2::timestamptz
			  AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.target_id IN (n.contribution_id, n.parent_id, n.space_id, k.photo_id)
				AND h.status = 'open' AND h.kind <> 'freeze')) x`, consent, now.UTC())
	list := make([]imageconsent.Appearance, len(rows))
	for i, r := range rows {
		list[i] = imageconsent.Appearance(r)
	}
	return list, err
}

// Remindable counts a reminder of each consent of a request that still waits, and lists them.
func (tx *Tx) Remindable(ctx context.Context, request id.Request, since time.Time, most int, now time.Time) ([]id.Consent, error) {
	var consents []id.Consent
	err := tx.document(ctx, &consents, `WITH reminded AS (
			UPDATE consent SET reminders = reminders + 1, reminded_at = $4
			WHERE request_id = $1 AND status = 'asked' AND waiting <> '{}' AND asked_at <= $2 AND coalesce(reminded_at <= $2, true) AND reminders < $3
			RETURNING consent_id)
		SELECT coalesce(jsonb_agg(consent_id ORDER BY consent_id), '[]') FROM reminded`, request, since.UTC(), most, now.UTC())
	return consents, err
}

// DueConsent is a consent that the clock has to look at, and whose it is.
type DueConsent struct {
	Tenant  id.Tenant
	Consent id.Consent
}

// LapsingConsents lists the consents of all establishments whose time asks for something:
// the request is over, a cover has ended, the person has come of age.
func (db *DB) LapsingConsents(ctx context.Context, now time.Time) ([]DueConsent, error) {
	return db.dueConsents(ctx, `SELECT * FROM consents_lapsing($1)`, now)
}

// EndingConsents lists the consents of all establishments of whose end nobody has been
// told, and which end soon.
func (db *DB) EndingConsents(ctx context.Context, now time.Time) ([]DueConsent, error) {
	return db.dueConsents(ctx, `SELECT * FROM consents_ending($1)`, now)
}

func (db *DB) dueConsents(ctx context.Context, statement string, now time.Time) ([]DueConsent, error) {
	rows, err := db.worker.Query(ctx, statement, now)
	if err != nil {
		return nil, fmt.Errorf("look for consents that end: %w", err)
	}
	due, err := pgx.CollectRows(rows, pgx.RowToStructByPos[DueConsent])
	if err != nil {
		return nil, fmt.Errorf("look for consents that end: %w", err)
	}
	return due, nil
}
