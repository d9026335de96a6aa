package bench

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
)

// statement is what was sent to the database: one statement, or a pipeline of
// them in one round trip.
type statement struct {
	setUp string // what was done first on its connection: the role, mostly
	sql   string
	args  []any
	batch []statement
}

// recorder is a tracer that keeps every statement in the order of its sending. What
// sets a connection up is kept with each statement of that connection.
type recorder struct {
	mu     sync.Mutex
	kept   []statement
	setUps map[*pgx.Conn]string
}

func newRecorder() *recorder { return &recorder{setUps: map[*pgx.Conn]string{}} }

var (
	_ pgx.QueryTracer = (*recorder)(nil)
	_ pgx.BatchTracer = (*recorder)(nil)
)

// take gives what was kept since the last time.
func (r *recorder) take() []statement {
	r.mu.Lock()
	defer r.mu.Unlock()
	kept := r.kept
	r.kept = nil
	return kept
}

func (r *recorder) keep(conn *pgx.Conn, s statement) {
	r.mu.Lock()
	defer r.mu.Unlock()
	setUp, known := r.setUps[conn]
	if !known {
		r.setUps[conn] = s.sql
		return
	}
	s.setUp = setUp
	r.kept = append(r.kept, s)
}

// TraceQueryStart keeps a statement.
func (r *recorder) TraceQueryStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	r.keep(conn, statement{sql: data.SQL, args: data.Args})
	return ctx
}

// TraceQueryEnd has nothing to add.
func (r *recorder) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TraceBatchStart keeps a pipeline.
func (r *recorder) TraceBatchStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	var s statement
	for _, queued := range data.Batch.QueuedQueries {
		s.batch = append(s.batch, statement{sql: queued.SQL, args: queued.Arguments})
	}
	r.keep(conn, s)
	return ctx
}

// TraceBatchQuery has nothing to add.
func (r *recorder) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd has nothing to add.
func (r *recorder) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

// transactions counts those that a list of statements opens.
func transactions(statements []statement) int {
	n := 0
	for _, s := range statements {
		if strings.HasPrefix(s.sql, "BEGIN") {
			n++
		}
	}
	return n
}

// setUpsOf lists how the connections are set up that statements were sent on.
func setUpsOf(statements ...statement) []string {
	var all []string
	for _, s := range statements {
		if !slices.Contains(all, s.setUp) {
			all = append(all, s.setUp)
		}
	}
	return all
}

// send sends a statement again as it was, and reads what comes back without
// looking at it.
func (s statement) send(ctx context.Context, conn *pgx.Conn) error {
	if s.batch == nil {
		rows, err := conn.Query(ctx, s.sql, s.args...)
		if err != nil {
			return err
		}
		return drain(rows)
	}
	batch := &pgx.Batch{}
	for _, each := range s.batch {
		batch.Queue(each.sql, each.args...).Query(drain)
	}
	return conn.SendBatch(ctx, batch).Close()
}

func drain(rows pgx.Rows) error {
	defer rows.Close()
	for rows.Next() {
		_ = rows.RawValues()
	}
	return rows.Err()
}
