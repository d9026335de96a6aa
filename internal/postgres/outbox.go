package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
)

var _ outbox.Store = (*Outbox)(nil)

// Outbox is the outbox of all tenants, in the worker's role.
type Outbox struct{ pool *pgxpool.Pool }

// Outbox gives access to what was promised.
func (db *DB) Outbox() *Outbox { return &Outbox{db.worker} }

// relaxed lets a statement's transaction commit before it is on disk. A claim or
// a failure that a crash of the server takes back is only repeated; and nothing
// can be done later than its claim and still survive it.
const relaxed = `SELECT set_config('synchronous_commit', 'off', true)`

const deliveryColumns = `o.message_id, o.tenant_id, o.kind, o.subject_id, o.version, o.note, p.due_at, o.attempt, o.failures`

// Claim moves what is due from waiting to sent.
func (o *Outbox) Claim(ctx context.Context, now, lease time.Time, limit int) ([]outbox.Delivery, error) {
	const statement = `WITH p AS (
			SELECT w.message_id, w.due_at FROM unnest($1::text[]) q (name) CROSS JOIN LATERAL (
				SELECT message_id, due_at FROM outbox
				WHERE queue = q.name AND status = 'waiting' AND due_at <= $2
				ORDER BY due_at LIMIT $4 FOR UPDATE SKIP LOCKED
			) w)
		UPDATE outbox o SET status = 'sent', attempt = o.attempt + 1, due_at = $3
		FROM p WHERE o.message_id = p.message_id
		RETURNING ` + deliveryColumns
	claimed, err := o.deliveries(ctx, statement, outbox.Queues(), now, lease, limit)
	if err != nil {
		return nil, fmt.Errorf("claim messages: %w", err)
	}
	return claimed, nil
}

// Lapsed leases again what was sent and has no answer.
func (o *Outbox) Lapsed(ctx context.Context, now, lease time.Time, limit int) ([]outbox.Delivery, error) {
	const statement = `WITH p AS (
			SELECT message_id, due_at FROM outbox WHERE status = 'sent' AND due_at <= $1
			ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
		UPDATE outbox o SET due_at = $2
		FROM p WHERE o.message_id = p.message_id
		RETURNING ` + deliveryColumns
	lapsed, err := o.deliveries(ctx, statement, now, lease, limit)
	if err != nil {
		return nil, fmt.Errorf("look for messages without an answer: %w", err)
	}
	return lapsed, nil
}

// deliveries runs a statement in a relaxed transaction of one round trip.
func (o *Outbox) deliveries(ctx context.Context, statement string, args ...any) ([]outbox.Delivery, error) {
	var found []outbox.Delivery
	batch := &pgx.Batch{}
	batch.Queue(relaxed)
	batch.Queue(statement, args...).Query(func(rows pgx.Rows) (err error) {
		found, err = pgx.CollectRows(rows, scanDelivery)
		return err
	})
	return found, o.pool.SendBatch(ctx, batch).Close()
}

func scanDelivery(row pgx.CollectableRow) (outbox.Delivery, error) {
	var d outbox.Delivery
	err := row.Scan(&d.ID, &d.Tenant, &d.Kind, &d.Subject, &d.Version, &d.Note, &d.Due, &d.Attempt, &d.Failures)
	return d, err
}

// Return makes deliveries wait again that never reached the queue.
func (o *Outbox) Return(ctx context.Context, due time.Time, unsent []outbox.Delivery) error {
	ids, attempts := make([]uuid.UUID, len(unsent)), make([]int, len(unsent))
	for i, d := range unsent {
		ids[i], attempts[i] = d.ID.UUID, d.Attempt
	}
	_, err := o.pool.Exec(ctx, `UPDATE outbox o SET status = 'waiting', due_at = $3
		FROM unnest($1::uuid[], $2::integer[]) x (id, attempt)
		WHERE o.message_id = x.id AND o.attempt = x.attempt AND o.status = 'sent'`, ids, attempts, due)
	if err != nil {
		return fmt.Errorf("give back %d messages: %w", len(unsent), err)
	}
	return nil
}

// Fail records failures of deliveries that are still the latest of their message.
func (o *Outbox) Fail(ctx context.Context, failures ...outbox.Failure) (int, error) {
	if len(failures) == 0 {
		return 0, nil
	}
	const statement = `UPDATE outbox SET failures = failures + 1, last_error = $3, due_at = $4,
			status = CASE WHEN $5 THEN 'set_aside' ELSE 'waiting' END
		WHERE message_id = $1 AND attempt = $2 AND status = 'sent'`
	recorded := 0
	batch := &pgx.Batch{}
	batch.Queue(relaxed)
	for _, f := range failures {
		batch.Queue(statement, f.ID, f.Attempt, f.Error, f.Due, f.SetAside).Exec(func(tag pgconn.CommandTag) error {
			recorded += int(tag.RowsAffected())
			return nil
		})
	}
	if err := o.pool.SendBatch(ctx, batch).Close(); err != nil {
		return 0, fmt.Errorf("record %d failures: %w", len(failures), err)
	}
	return recorded, nil
}

// Postpone makes a delivery wait whose time has not come. Nobody has failed.
func (o *Outbox) Postpone(ctx context.Context, d outbox.Delivery, due time.Time) error {
	_, err := o.pool.Exec(ctx, `UPDATE outbox SET status = 'waiting', due_at = $3
		WHERE message_id = $1 AND attempt = $2 AND status = 'sent'`, d.ID, d.Attempt, due)
	if err != nil {
		return fmt.Errorf("postpone message %s: %w", d.ID, err)
	}
	return nil
}

// Next is when the earliest waiting message is due.
func (o *Outbox) Next(ctx context.Context) (time.Time, error) {
	var next *time.Time
	err := o.pool.QueryRow(ctx, `SELECT min(w.due_at) FROM unnest($1::text[]) q (name) CROSS JOIN LATERAL (
		SELECT due_at FROM outbox WHERE queue = q.name AND status = 'waiting' ORDER BY due_at LIMIT 1) w`, outbox.Queues()).Scan(&next)
	if err != nil {
		return time.Time{}, fmt.Errorf("look for the next message: %w", err)
	}
	return deref(next), nil
}

// Forget makes everything that was sent wait again, for a queue that is known
// to be empty. A message that is in some queue all the same is done twice, which
// does nothing.
func (o *Outbox) Forget(ctx context.Context, now time.Time) error {
	_, err := o.pool.Exec(ctx, `UPDATE outbox SET status = 'waiting', due_at = $1 WHERE status = 'sent'`, now)
	if err != nil {
		return fmt.Errorf("send open messages again: %w", err)
	}
	return nil
}

// Depth counts what is open, by kind and status.
func (o *Outbox) Depth(ctx context.Context) ([]outbox.Depth, error) {
	rows, err := o.pool.Query(ctx, `SELECT kind, status, count(*), min(due_at) FROM outbox
		WHERE status = 'waiting' OR status = 'sent' OR status = 'set_aside' GROUP BY kind, status`)
	if err != nil {
		return nil, fmt.Errorf("measure the outbox: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[outbox.Depth])
}

// SetAside lists what failed too often, oldest first, at most limit.
func (o *Outbox) SetAside(ctx context.Context, limit int) ([]outbox.Aside, error) {
	rows, err := o.pool.Query(ctx, `SELECT message_id, tenant_id, kind, failures, last_error, created_at FROM outbox
		WHERE status = 'set_aside' ORDER BY created_at LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("list what was set aside: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[outbox.Aside])
}

// viaOperator is the channel of whoever runs the service on its machine.
const viaOperator = "operator:outbox"

// Rearm gives messages that were set aside all their attempts again, and counts
// them. With no message named it is every one. Each leaves its entry in its
// establishment's trail, in the same statement (R58).
func (o *Outbox) Rearm(ctx context.Context, now time.Time, messages ...id.Message) (int, error) {
	ids := make([]uuid.UUID, len(messages))
	for i, m := range messages {
		ids[i] = m.UUID
	}
	tag, err := o.pool.Exec(ctx, `WITH armed AS (
			UPDATE outbox SET status = 'waiting', failures = 0, due_at = $1
			WHERE status = 'set_aside' AND (cardinality($2::uuid[]) = 0 OR message_id = ANY ($2))
			RETURNING message_id, tenant_id, version)
		INSERT INTO audit_entry (entry_id, tenant_id, at, actor_kind, roles, via, action, subject_kind, subject_id, version,
			status_from, status_to, entry_hash)
		SELECT new_id($1), tenant_id, $1, $3, $4, $5, 'rearm', 'message', message_id, version, 'set_aside', 'waiting', '' FROM armed`,
		now, ids, actor.KindSystem, actor.System, viaOperator)
	if err != nil {
		return 0, fmt.Errorf("re-arm messages: %w", err)
	}
	return int(tag.RowsAffected()), nil
}
