package postgres

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/audit"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/workflow"
)

var (
	_ audit.Log      = (*Tx)(nil)
	_ outbox.Emitter = (*Tx)(nil)
)

// Record writes one entry of the trail. The database gives it its hash, and
// refuses to change it afterwards.
func (tx *Tx) Record(ctx context.Context, e audit.Entry) error {
	const statement = `INSERT INTO audit_entry (entry_id, tenant_id, at, actor_kind, pseudonym, roles, via, action, subject_kind,
			subject_id, contribution_id, version, status_from, status_to, hash, ground, rule, entry_hash)
		VALUES ($1, $2, $3, $4, (SELECT p.pseudonym FROM audit_pseudonym p WHERE p.person_id = $5), $6, $7, $8, $9,
			$10, $11, $12, $13, $14, nullif(decode($15, 'hex'), ''), $16, $17, '')`
	_, err := tx.conn.ExecContext(ctx, statement, id.New[id.Entry](), tx.tenant, e.At.UTC(), e.Actor.Kind, nullable(e.Actor.Person),
		e.Actor.Roles.String(), e.Actor.Via, e.Action, e.Subject.Kind, e.Subject.ID, nullable(e.Subject.Contribution), e.Version,
		e.From, e.To, hex.EncodeToString(e.Hash), e.Ground, e.Rule)
	if err != nil {
		return fmt.Errorf("record %s: %w", e.Action, translate(err))
	}
	return nil
}

// Emit writes one promise; the relay of this process hears of it on commit.
func (tx *Tx) Emit(ctx context.Context, m outbox.Message) error {
	const statement = `INSERT INTO outbox (message_id, tenant_id, kind, queue, subject_id, version, note, due_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	_, err := tx.conn.ExecContext(ctx, statement, id.New[id.Message](), tx.tenant, m.Kind, m.Queue(), m.Subject, m.Version, m.Note, m.Due.UTC())
	if err != nil {
		return fmt.Errorf("emit %s: %w", m.Kind, translate(err))
	}
	tx.committed.Messages++
	return nil
}

// wake sends again, at once, for what was to appear in the spaces that the batch
// opens, thaws or changes, and has waited for that. A delivery that is under way is
// overtaken: it may have looked before this commit, and what it then puts off would
// wait for its hour. Done twice, it does nothing.
func (tx *Tx) wake(ctx context.Context, a *applied) error {
	var opened []uuid.UUID
	for _, space := range a.Spaces {
		if space.To == string(workflow.SpaceOpen) {
			opened = append(opened, space.ID)
		}
	}
	released := make([]uuid.UUID, len(a.Released))
	for i, hold := range a.Released {
		released[i] = hold.ID
	}
	return tx.awaken(ctx, opened, released, a.at)
}

// awaken is wake for spaces that are open for writing again, and for holds that ended.
func (tx *Tx) awaken(ctx context.Context, opened, released []uuid.UUID, now time.Time) error {
	if len(opened)+len(released) == 0 {
		return nil
	}
	const statement = `UPDATE outbox o SET status = 'waiting', due_at = $1, attempt = o.attempt + 1
		FROM (SELECT unnest($2::uuid[]) AS space_id UNION SELECT h.space_id FROM hold h WHERE h.hold_id = ANY ($3) AND h.space_id IS NOT NULL) s
		JOIN revision r ON r.space_id = s.space_id AND r.status = 'scheduled' AND (r.publish_at IS NULL OR r.publish_at <= $1)
		WHERE o.kind = $4 AND o.subject_id = r.revision_id AND o.version = r.version AND o.status IN ('waiting', 'sent')`
	result, err := tx.conn.ExecContext(ctx, statement, now, opened, released, outbox.PublishRevision)
	if err != nil {
		return fmt.Errorf("wake what waits for a space: %w", translate(err))
	}
	woken, err := result.RowsAffected()
	tx.committed.Messages += int(woken)
	return err
}
