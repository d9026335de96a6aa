package postgres

import (
	"context"
	_ "embed" // the statements
	"fmt"
	"math"
	"strings"
	"time"

	"gorm.io/gorm"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// stillWaits is what queue and counts ask of a revision r of a contribution c
// that a part m of the queue holds: it is not the person's own, it fell to nobody
// before them, and nothing has taken it out of review's hands.
const stillWaits = `c.life = 'kept'
	AND (m.waits_for = 'signature' OR (r.author_id <> $1
		AND NOT EXISTS (SELECT 1 FROM revision_suggester x WHERE x.revision_id = r.revision_id AND x.person_id = $1)
		AND NOT EXISTS (SELECT 1 FROM unnest(m.before) b WHERE b <> r.author_id
			AND NOT EXISTS (SELECT 1 FROM revision_suggester x WHERE x.revision_id = r.revision_id AND x.person_id = b))))
	AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.target_id = ANY (ARRAY[c.contribution_id, c.parent_id, c.space_id]) AND h.status = 'open'
		AND (h.sealed OR (m.waits_for = 'look' AND h.kind IN ('withdraw', 'block', 'archive') AND NOT hushed(h))))`

// wanted is what a page of the queue asks besides: it comes after the place where
// the page begins, and passes the filter.
const wanted = stillWaits + `
	AND (r.calm, r.due, r.narrow, r.revision_id) > ($6::smallint, $7::timestamptz, $8::smallint, $9::uuid)
	AND ($4 = '' OR c.kind = $4) AND c.contribution_id IS DISTINCT FROM $11::uuid
	AND NOT ($10::boolean AND EXISTS (
		SELECT 1 FROM claim l WHERE l.contribution_id = c.contribution_id AND l.person_id <> $1 AND l.expires_at > $2))`

var (
	//go:embed queue.sql
	queueText string
	//go:embed waiting.sql
	waitingText string
	//go:embed particulars.sql
	particularsSQL string

	queueSQL   = strings.ReplaceAll(queueText, "/*wanted*/", wanted)
	waitingSQL = strings.ReplaceAll(waitingText, "/*waiting*/", stillWaits)
)

// named is somebody in a JSON document of ours.
type named struct {
	Person     id.Person `json:"person"`
	GivenName  string    `json:"given_name"`
	FamilyName string    `json:"family_name"`
	At         time.Time `json:"at"`
	Expires    time.Time `json:"expires"`
}

func (n named) name() string {
	return directory.Person{GivenName: n.GivenName, FamilyName: n.FamilyName}.FullName()
}

func (n *named) claim(contribution id.Contribution) *moderation.Claim {
	if n == nil {
		return nil
	}
	return &moderation.Claim{Contribution: contribution, Person: n.Person, Name: n.name(), At: n.At, Expires: n.Expires}
}

// queueRow is an entry of the queue, as queue.sql gives it.
type queueRow struct {
	named
	Contribution id.Contribution   `json:"contribution"`
	Revision     id.Revision       `json:"revision"`
	Number       int               `json:"number"`
	Space        id.Space          `json:"space"`
	SpaceTitle   string            `json:"space_title"`
	Kind         publication.Kind  `json:"kind"`
	Title        string            `json:"title"`
	Excerpt      string            `json:"excerpt"`
	Author       id.Person         `json:"author"`
	Reason       moderation.Wait   `json:"reason"`
	Severity     workflow.Severity `json:"severity"`
	Reach        int               `json:"reach"`
	Since        *time.Time        `json:"since"`
	Target       *time.Time        `json:"target"`
	Claim        *named            `json:"claim"`
}

func (r queueRow) domain(now time.Time) moderation.Entry {
	target := deref(r.Target)
	return moderation.Entry{
		Contribution: r.Contribution, Revision: r.Revision, Number: r.Number, Space: r.Space, SpaceTitle: r.SpaceTitle, Kind: r.Kind,
		Title: r.Title, Excerpt: publication.Shorten(r.Excerpt, 240), Author: r.Author, AuthorName: r.name(), Reason: r.Reason,
		Severity: r.Severity, Reach: r.Reach, Since: deref(r.Since), Target: target, Overdue: !target.IsZero() && now.After(target),
		Claim: r.Claim.claim(r.Contribution),
	}
}

// Queue reads a page of what waits for somebody: from each part of the queue that
// falls to them the first by the index, then the first of those.
func (tx *Tx) Queue(ctx context.Context, q moderation.QueueQuery) ([]moderation.Entry, error) {
	if err := tx.readInOrder(ctx); err != nil {
		return nil, fmt.Errorf("read the queue: %w", err)
	}
	calm, narrow, due, revision := math.MinInt16, math.MinInt16, "-infinity", id.Revision{}
	if q.After != nil {
		calm, narrow, due, revision = 4-int(q.After.Severity), 3-q.After.Reach, "infinity", q.After.Revision
		if !q.After.Target.IsZero() {
			due = q.After.Target.UTC().Format(time.RFC3339Nano)
		}
	}
	var rows []queueRow
	err := tx.document(ctx, &rows, queueSQL, q.Who, q.Now, nullable(q.Space), q.Kind, q.Reason, calm, due, narrow, revision,
		q.Unclaimed, nullable(q.Except), q.Limit)
	entries := make([]moderation.Entry, len(rows))
	for i, row := range rows {
		entries[i] = row.domain(q.Now)
	}
	return entries, err
}

// CountWaiting counts what waits for somebody, as far as it is worth counting.
func (tx *Tx) CountWaiting(ctx context.Context, who id.Person, now time.Time) (moderation.Waiting, error) {
	if err := tx.readInOrder(ctx); err != nil {
		return moderation.Waiting{}, fmt.Errorf("count what waits: %w", err)
	}
	var row struct{ Review, Look, Signature, Notices int }
	err := tx.document(ctx, &row, waitingSQL, who, now, moderation.CountCap)
	return moderation.Waiting(row), err
}

// TakeClaim claims, or reads the live claim of another, in one statement. The
// contribution is locked.
func (tx *Tx) TakeClaim(ctx context.Context, c moderation.Claim, seen id.Revision) (moderation.Claim, error) {
	const statement = `WITH seen AS (
			INSERT INTO first_view (revision_id, tenant_id, person_id, viewed_at)
			SELECT $5::uuid, current_tenant(), $2, $3 WHERE $5::uuid IS NOT NULL ON CONFLICT DO NOTHING
		), taken AS (
			INSERT INTO claim AS l (contribution_id, tenant_id, person_id, claimed_at, expires_at)
			VALUES ($1, current_tenant(), $2, $3, $4)
			ON CONFLICT (contribution_id) DO UPDATE SET person_id = excluded.person_id, claimed_at = excluded.claimed_at, expires_at = excluded.expires_at
			WHERE l.person_id = excluded.person_id OR l.expires_at <= excluded.claimed_at
			RETURNING person_id, claimed_at, expires_at
		)
		SELECT jsonb_build_object('person', x.person_id, 'given_name', p.given_name, 'family_name', p.family_name, 'at', x.claimed_at, 'expires', x.expires_at)
		FROM (
			SELECT * FROM taken
			UNION ALL SELECT l.person_id, l.claimed_at, l.expires_at FROM claim l WHERE l.contribution_id = $1 AND NOT EXISTS (SELECT 1 FROM taken)
		) x JOIN person p ON p.person_id = x.person_id`
	var row named
	if err := tx.document(ctx, &row, statement, c.Contribution, c.Person, c.At.UTC(), c.Expires.UTC(), nullable(seen)); err != nil {
		return moderation.Claim{}, err
	}
	return *row.claim(c.Contribution), nil
}

// FirstSeen records the first human view. The contribution is locked.
func (tx *Tx) FirstSeen(ctx context.Context, revision id.Revision, who id.Person, now time.Time) (moderation.FirstView, error) {
	const statement = `WITH seen AS (
			INSERT INTO first_view (revision_id, tenant_id, person_id, viewed_at) VALUES ($1, current_tenant(), $2, $3) ON CONFLICT DO NOTHING
		)
		SELECT jsonb_build_object('person', p.person_id, 'given_name', p.given_name, 'family_name', p.family_name, 'at', $3::timestamptz)
		FROM person p WHERE p.person_id = $2`
	var row named
	err := tx.document(ctx, &row, statement, revision, who, now.UTC())
	return moderation.FirstView{Person: row.Person, Name: row.name(), At: row.At}, err
}

// DropClaim ends what is the person's or over, and reads what is another's, in one
// statement.
func (tx *Tx) DropClaim(ctx context.Context, contribution id.Contribution, who id.Person, seen id.Revision, now time.Time) (moderation.Claim, bool, error) {
	const statement = `WITH dropped AS (
			DELETE FROM claim WHERE contribution_id = $1 AND (person_id = $2 OR expires_at <= $3)
		), seen AS (
			INSERT INTO first_view (revision_id, tenant_id, person_id, viewed_at) SELECT $4::uuid, current_tenant(), $2, $3 WHERE $4::uuid IS NOT NULL
			ON CONFLICT DO NOTHING
		)
		SELECT coalesce(jsonb_agg(jsonb_build_object('person', l.person_id, 'given_name', p.given_name, 'family_name', p.family_name,
			'at', l.claimed_at, 'expires', l.expires_at)), '[]')
		FROM claim l JOIN person p ON p.person_id = l.person_id
		WHERE l.contribution_id = $1 AND l.person_id <> $2 AND l.expires_at > $3`
	var others []named // one at most
	err := tx.document(ctx, &others, statement, contribution, who, now.UTC(), nullable(seen))
	for _, other := range others {
		return *other.claim(contribution), true, err
	}
	return moderation.Claim{}, false, err
}

// Particulars reads what an item page shows beside the dossier, in one statement.
func (tx *Tx) Particulars(ctx context.Context, d publication.Dossier, now time.Time) (moderation.Particulars, error) {
	var row struct {
		Findings                           []findingRow
		FirstView                          *named `json:"first_view"`
		Claim                              *named
		Submitted, Live, Rejected, Changes int
		Recent                             []moderation.Decision
	}
	concerned := id.Revision{}
	if r := moderation.Concerned(d); r != nil {
		concerned = r.ID
	}
	c := d.Contribution
	if err := tx.document(ctx, &row, particularsSQL, c.ID, nullable(concerned), c.Author, now.UTC()); err != nil {
		return moderation.Particulars{}, err
	}
	p := moderation.Particulars{Claim: row.Claim.claim(c.ID), Record: moderation.Record{
		Submitted: row.Submitted, Live: row.Live, Rejected: row.Rejected, ChangesRequested: row.Changes, Recent: row.Recent,
	}}
	for _, f := range row.Findings {
		p.Findings = append(p.Findings, f.domain())
	}
	if v := row.FirstView; v != nil {
		p.FirstView = &moderation.FirstView{Person: v.Person, Name: v.name(), At: v.At}
	}
	return p, nil
}

// RevisionText reads one submitted revision by its number.
func (tx *Tx) RevisionText(ctx context.Context, contribution id.Contribution, number int) (publication.Revision, error) {
	row, err := gorm.G[revisionRow](tx.db).Select("revision_id", "contribution_id", "number", "title", "html").
		Where("contribution_id = ? AND number = ?", contribution, number).Take(ctx)
	return row.domain(), translate(err)
}
