package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Violation is something in the database that must not be there.
type Violation struct {
	Tenant  id.Tenant
	Check   string // what was checked, with the rule or invariant of RULES.md
	Subject string // the id of the offending row
}

// VerifyConfig bounds a verification.
type VerifyConfig struct {
	Rows    int           // of each establishment and check, the most recent; 0 means 100,000
	Timeout time.Duration // of one statement; 0 means 30 s
}

// Verification is what a pass over the database found.
type Verification struct {
	Tenants    int
	Checks     int // that ran, over all establishments
	Violations []Violation
}

// Verify checks the invariants on a live database: read-only, establishment by
// establishment, each check bounded in rows and time. It answers with what it
// found; an error means that a check could not run, so that nothing is known.
func (db *DB) Verify(ctx context.Context, cfg VerifyConfig) (Verification, error) {
	var v Verification
	if cfg.Rows == 0 {
		cfg.Rows = 100_000
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 30 * time.Second
	}
	if err := db.CheckRoles(ctx); err != nil {
		return v, err
	}
	tenants, err := db.tenantIDs(ctx)
	if err != nil {
		return v, err
	}
	for _, tenant := range tenants {
		if err := db.verifyTenant(ctx, tenant, cfg, &v); err != nil {
			return v, fmt.Errorf("verify establishment %s: %w", tenant, err)
		}
	}
	v.Tenants = len(tenants)
	return v, nil
}

func (db *DB) tenantIDs(ctx context.Context) ([]id.Tenant, error) {
	rows, err := db.worker.Query(ctx, `SELECT tenant_id FROM tenant ORDER BY tenant_id`)
	if err != nil {
		return nil, fmt.Errorf("list establishments: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[id.Tenant])
}

// verifyTenant runs every check in one read-only transaction, so that all of
// them see the same moment.
func (db *DB) verifyTenant(ctx context.Context, tenant id.Tenant, cfg VerifyConfig, v *Verification) error {
	return pgx.BeginTxFunc(ctx, db.app, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `SELECT set_config('imprimatur.tenant', $1, true), set_config('statement_timeout', $2, true)`,
			tenant.String(), fmt.Sprint(cfg.Timeout.Milliseconds()))
		if err != nil {
			return err
		}
		for _, check := range allChecks() {
			subjects, err := check.run(ctx, tx, cfg.Rows)
			if err != nil {
				return fmt.Errorf("%s: %w", check.name, err)
			}
			v.Checks++
			for _, subject := range subjects {
				v.Violations = append(v.Violations, Violation{tenant, check.name, subject})
			}
		}
		return nil
	})
}

// check looks for rows that must not be. Its query takes the bound on rows as $1
// and gives the ids of offenders.
type check struct {
	name string
	run  func(ctx context.Context, tx pgx.Tx, rows int) ([]string, error)
}

// query makes a check of a statement.
func query(name, sql string) check {
	return check{name, func(ctx context.Context, tx pgx.Tx, rows int) ([]string, error) {
		found, err := tx.Query(ctx, sql, rows)
		if err != nil {
			return nil, err
		}
		return pgx.CollectRows(found, pgx.RowTo[string])
	}}
}

var checks = []check{
	query("invariant 2: what is visible and was judged in PRE was approved, in exactly this text, by somebody else", `
		SELECT r.revision_id::text FROM (SELECT * FROM snapshot ORDER BY updated_at DESC LIMIT $1) n
		JOIN revision r ON r.revision_id = n.revision_id
		WHERE r.mode = 'PRE' AND r.derivation = '' AND NOT EXISTS (
			SELECT 1 FROM decision d WHERE d.revision_id = r.revision_id AND d.action = 'approve' AND d.hash = r.hash
			AND d.person_id <> r.author_id AND d.person_id IS DISTINCT FROM r.suggested_by
			AND NOT EXISTS (SELECT 1 FROM revision_suggester x WHERE x.revision_id = r.revision_id AND x.person_id = d.person_id))`),
	query("R11: what the public sees was signed by somebody in office or delegated", `
		SELECT r.revision_id::text FROM (SELECT * FROM snapshot ORDER BY updated_at DESC LIMIT $1) n
		JOIN revision r ON r.revision_id = n.revision_id JOIN space s ON s.space_id = n.space_id
		WHERE s.audience = 'public_web' AND r.derivation = '' AND NOT EXISTS (
			SELECT 1 FROM decision d WHERE d.revision_id = r.revision_id AND d.action = 'sign' AND d.hash = r.hash)
		AND NOT EXISTS (SELECT 1 FROM setting x WHERE x.key = 'page_signature' AND x.value = 'false')`),
	query("invariant 3: a block was lifted with a reference", `
		SELECT hold_id::text FROM (SELECT * FROM hold WHERE kind = 'block' ORDER BY placed_at DESC LIMIT $1) h
		WHERE status = 'released' AND (release_reference = '' OR released_by IS NULL)`),
	query("a snapshot is the live revision, and a live revision has its snapshot", `
		SELECT c.contribution_id::text FROM (SELECT * FROM contribution ORDER BY created_at DESC LIMIT $1) c
		LEFT JOIN snapshot n ON n.contribution_id = c.contribution_id
		WHERE c.live_id IS DISTINCT FROM n.revision_id`),
	query("what readers see is the live revision's text, word for word", `
		SELECT n.contribution_id::text FROM (SELECT * FROM snapshot WHERE revision_id IS NOT NULL ORDER BY updated_at DESC LIMIT $1) n
		JOIN revision r ON r.revision_id = n.revision_id JOIN contribution c ON c.contribution_id = n.contribution_id
		WHERE (n.title, n.html, n.language, n.attributions, n.hash, n.number, n.kind, n.space_id, n.parent_id, n.byline)
			IS DISTINCT FROM (r.title, r.html, r.language, r.attributions, r.hash, r.number, c.kind, c.space_id, c.parent_id, c.byline)`),
	query("the live revision has the status live", `
		SELECT c.contribution_id::text FROM (SELECT * FROM contribution WHERE live_id IS NOT NULL ORDER BY created_at DESC LIMIT $1) c
		JOIN revision r ON r.revision_id = c.live_id
		WHERE r.status <> 'live' OR r.contribution_id <> c.contribution_id`),
	query("R58: every status has its trail", `
		SELECT r.revision_id::text FROM (SELECT * FROM revision WHERE status <> 'draft' ORDER BY updated_at DESC LIMIT $1) r
		WHERE r.status IS DISTINCT FROM (
			SELECT e.status_to FROM audit_entry e WHERE e.subject_id = r.revision_id AND e.subject_kind = 'revision'
			ORDER BY e.version DESC LIMIT 1)`),
	query("R58: every hold has its trail", `
		SELECT h.hold_id::text FROM (SELECT * FROM hold ORDER BY placed_at DESC LIMIT $1) h
		WHERE h.status IS DISTINCT FROM (
			SELECT e.status_to FROM audit_entry e WHERE e.subject_id = h.hold_id ORDER BY e.version DESC LIMIT 1)`),
	query("R58: the trail of a subject has no gap", `
		SELECT DISTINCT x.subject_id::text FROM (
			SELECT e.subject_id, e.version, e.status_from, e.status_to,
				lag(e.version) OVER w AS version_before, lag(e.status_to) OVER w AS status_before
			FROM audit_entry e JOIN (
				SELECT revision_id AS subject_id FROM (SELECT * FROM revision WHERE status <> 'draft' ORDER BY updated_at DESC LIMIT $1) r
				UNION ALL SELECT hold_id FROM (SELECT * FROM hold ORDER BY placed_at DESC LIMIT $1) h
				UNION ALL SELECT space_id FROM (SELECT * FROM space LIMIT $1) s) y ON y.subject_id = e.subject_id
			WHERE e.version > 0 -- an act of the clock on what is overdue moves nothing
			WINDOW w AS (PARTITION BY e.subject_kind, e.subject_id ORDER BY e.version)
		) x
		WHERE x.version_before IS NULL AND x.status_from NOT IN ('', 'draft', 'open')
		   OR x.version_before + 1 <> x.version OR x.status_before <> x.status_from`),
	query("R58: a subject is at the version of its last entry", `
		SELECT y.subject_id::text FROM (
			SELECT revision_id AS subject_id, version FROM (SELECT * FROM revision WHERE status <> 'draft' ORDER BY updated_at DESC LIMIT $1) r
			UNION ALL SELECT hold_id, version FROM (SELECT * FROM hold ORDER BY placed_at DESC LIMIT $1) h) y
		WHERE y.version IS DISTINCT FROM (SELECT max(e.version) FROM audit_entry e WHERE e.subject_id = y.subject_id)`),
	query("R58: an entry of the trail matches its hash", `
		SELECT entry_id::text FROM (SELECT * FROM audit_entry ORDER BY entry_id DESC LIMIT $1) e
		WHERE entry_hash <> audit_hash(e::audit_entry)`),
	query("R12: the first human view is not a writer's", `
		SELECT v.revision_id::text FROM (SELECT * FROM first_view ORDER BY viewed_at DESC LIMIT $1) v
		JOIN revision r USING (revision_id) WHERE v.person_id IN (r.author_id, r.suggested_by)`),
	query("R15: an open space has an owner and a backup, or is frozen", `
		SELECT space_id::text FROM (SELECT * FROM space WHERE status = 'open' LIMIT $1) s
		WHERE (owner_id IS NULL OR backup_id IS NULL) AND NOT EXISTS (
			SELECT 1 FROM hold h WHERE h.target_id = s.space_id AND h.kind = 'freeze' AND h.status = 'open')`),
	query("R15: what was frozen because nobody answered stays frozen until somebody does", `
		SELECT v.space_id::text FROM (SELECT * FROM vacancy WHERE frozen_at IS NOT NULL LIMIT $1) v JOIN space s ON s.space_id = v.space_id
		WHERE s.status = 'open' AND NOT (answers(s.tenant_id, s.owner_id, now()) AND answers(s.tenant_id, s.backup_id, now())) AND NOT EXISTS (
			SELECT 1 FROM hold h WHERE h.target_id = s.space_id AND h.kind = 'freeze' AND h.status = 'open')`),
	query("R15: owner and backup teach or work in the establishment, and are of age", `
		SELECT s.space_id::text FROM (SELECT * FROM space WHERE status = 'open' LIMIT $1) s
		CROSS JOIN LATERAL unnest(ARRAY[s.owner_id, s.backup_id]) k (person_id)
		JOIN person p ON p.person_id = k.person_id
		WHERE NOT EXISTS (SELECT 1 FROM membership m WHERE m.person_id = p.person_id AND m.profile IN ('teacher', 'staff'))
			OR p.birth_date > current_date - interval '18 years'`),
	query("R53: a standing has an end", `
		SELECT standing_id::text FROM (SELECT * FROM standing LIMIT $1) s WHERE upper_inf(during)`),
	query("no message was set aside", `
		SELECT message_id::text FROM outbox WHERE status = 'set_aside' LIMIT $1`),
	{"invariant 5: a withdrawal has a complete statement of reasons and a way to appeal", verifyStatements},
	{"invariant 8: no parameter is weaker than law or charter", verifySettings},
	{"R19: the hash is of the text, and of the pictures in it", verifyHashes},
}

// allChecks are those of texts, of pictures and of cases.
func allChecks() []check { return slices.Concat(checks, pictureChecks, caseChecks) }

func verifyStatements(ctx context.Context, tx pgx.Tx, rows int) ([]string, error) {
	found, err := tx.Query(ctx, `SELECT hold_id::text, coalesce(statement, '{}') FROM hold WHERE kind = 'withdraw' ORDER BY placed_at DESC LIMIT $1`, rows)
	if err != nil {
		return nil, err
	}
	var offenders []string
	var hold string
	var text []byte
	_, err = pgx.ForEachRow(found, []any{&hold, &text}, func() error {
		var statement workflow.Statement
		if json.Unmarshal(text, &statement) != nil || len(statement.Missing()) > 0 {
			offenders = append(offenders, hold)
		}
		return nil
	})
	return offenders, err
}

func verifySettings(ctx context.Context, tx pgx.Tx, rows int) ([]string, error) {
	found, err := tx.Query(ctx, `SELECT key, value FROM setting LIMIT $1`, rows)
	if err != nil {
		return nil, err
	}
	var offenders []string
	var key string
	var value []byte
	_, err = pgx.ForEachRow(found, []any{&key, &value}, func() error {
		if _, err := settings.Load(map[string]json.RawMessage{key: value}); err != nil {
			offenders = append(offenders, key)
		}
		return nil
	})
	return offenders, err
}

// verifyHashes recomputes what is shown now: what was shown before cannot be
// changed either, but costs more to read than it tells.
func verifyHashes(ctx context.Context, tx pgx.Tx, rows int) ([]string, error) {
	found, err := tx.Query(ctx, `SELECT r.revision_id::text, c.kind, r.space_id, r.title, r.html, r.language, r.attributions, r.sanitiser, r.hash,
			ARRAY(SELECT u.photo_id FROM revision_photo u WHERE u.revision_id = r.revision_id ORDER BY u.ordinal),
			ARRAY(SELECT x.hash FROM revision_photo u JOIN rendition x ON x.rendition_id = u.rendition_id WHERE u.revision_id = r.revision_id ORDER BY u.ordinal)
		FROM (SELECT * FROM snapshot ORDER BY updated_at DESC LIMIT $1) n
		JOIN revision r ON r.revision_id = n.revision_id JOIN contribution c ON c.contribution_id = r.contribution_id`, rows)
	if err != nil {
		return nil, err
	}
	var offenders []string
	var revision, html string
	var sealed publication.Sealed
	var credits, hash []byte
	var photos []uuid.UUID
	var renditions [][]byte
	row := []any{&revision, &sealed.Kind, &sealed.Space, &sealed.Title, &html, &sealed.Language, &credits, &sealed.Sanitiser, &hash, &photos, &renditions}
	_, err = pgx.ForEachRow(found, row, func() error {
		sealed.HTML, sealed.Photos = publication.StoredHTML(html), nil
		for i, photo := range photos {
			sealed.Photos = append(sealed.Photos, publication.SealedPhoto{ID: photo, Derivatives: []publication.Hash{publication.Hash(renditions[i])}})
		}
		if err := json.Unmarshal(credits, &sealed.Attributions); err != nil {
			return err
		}
		shown := publication.PhotoIDs(sealed.HTML)
		if sum := sealed.Sum(); string(sum[:]) != string(hash) || !slices.EqualFunc(shown, photos, func(p id.Photo, u uuid.UUID) bool { return p.UUID == u }) {
			offenders = append(offenders, revision)
		}
		return nil
	})
	return offenders, err
}
