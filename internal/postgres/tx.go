package postgres

import (
	"context"
	"database/sql"
	sqldriver "database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"imprimatur/internal/id"
)

// Tx is one transaction of the application's role, in one tenant. It satisfies
// the Tx interface of every domain package. It must not outlive its InTx, nor be
// used by two goroutines.
type Tx struct {
	conn      *sql.Conn
	db        *gorm.DB
	tenant    id.Tenant
	clock     func() time.Time
	committed Committed
}

// Committed tells what a transaction left behind for others in this process.
type Committed struct {
	Messages    int          // promises written; the relay should look
	Readings    []Reading    // what readers see has changed
	Transitions []Transition // statuses that moved
}

// Transition says which machine moved, and by what.
type Transition struct{ Machine, Action string }

// Reading names what readers see of a contribution, of a whole space when
// Contribution is zero, or of a whole establishment when Space is zero too.
type Reading struct {
	Tenant       id.Tenant
	Space        id.Space
	Contribution id.Contribution
	Parent       id.Contribution
}

// retries is how often a transaction that lost a deadlock is begun again.
const retries = 3

// InTx runs do in a transaction in which row-level security shows the tenant
// alone. It commits when do returns nil and leaves nothing behind otherwise;
// a deadlock or serialisation failure runs do again, at most three times.
func (db *DB) InTx(ctx context.Context, tenant id.Tenant, do func(*Tx) error) error {
	for attempt := 1; ; attempt++ {
		committed, err := db.once(ctx, tenant, do)
		if err == nil {
			db.hooks.call(committed)
			return nil
		}
		if attempt >= retries || !transient(err) || ctx.Err() != nil {
			return err
		}
	}
}

func (db *DB) once(ctx context.Context, tenant id.Tenant, do func(*Tx) error) (Committed, error) {
	conn, err := db.sql.Conn(ctx)
	if err != nil {
		return Committed{}, fmt.Errorf("begin: %w", err)
	}
	defer conn.Close()
	// One round trip: the id's text is made of hexadecimal digits and hyphens alone.
	begin := "BEGIN; SELECT set_config('imprimatur.tenant', '" + tenant.String() + "', true)" //nolint:gosec // see above
	if _, err := conn.ExecContext(ctx, begin, pgx.QueryExecModeSimpleProtocol); err != nil {
		return Committed{}, fmt.Errorf("begin: %w", err)
	}
	tx := &Tx{conn: conn, tenant: tenant, clock: db.clock, db: db.session(ctx, conn)}
	if err := tx.run(do); err != nil {
		rollback(ctx, conn)
		return Committed{}, left(ctx, err)
	}
	if _, err := conn.ExecContext(ctx, "COMMIT", pgx.QueryExecModeSimpleProtocol); err != nil {
		rollback(ctx, conn)
		return Committed{}, fmt.Errorf("commit: %w", translate(err))
	}
	return tx.committed, nil
}

// one runs a statement that writes exactly one row, or answers with what it means
// that it does not.
func (tx *Tx) one(ctx context.Context, otherwise error, statement string, args ...any) error {
	result, err := tx.conn.ExecContext(ctx, statement, args...)
	if err != nil {
		return translate(err)
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return otherwise
	}
	return nil
}

// attempt runs do, and takes back what it wrote when it fails: the transaction goes on.
func (tx *Tx) attempt(ctx context.Context, do func() error) error {
	if _, err := tx.conn.ExecContext(ctx, "SAVEPOINT attempt", pgx.QueryExecModeSimpleProtocol); err != nil {
		return translate(err)
	}
	failed := do()
	end := "RELEASE SAVEPOINT attempt"
	if failed != nil {
		end = "ROLLBACK TO SAVEPOINT attempt"
	}
	if _, err := tx.conn.ExecContext(ctx, end, pgx.QueryExecModeSimpleProtocol); err != nil {
		return errors.Join(failed, translate(err))
	}
	return failed
}

// run turns a panic of do into a lost transaction before it goes on.
func (tx *Tx) run(do func(*Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			rollback(context.Background(), tx.conn)
			panic(p)
		}
	}()
	return do(tx)
}

// session is gorm on this connection alone.
func (db *DB) session(ctx context.Context, conn *sql.Conn) *gorm.DB {
	session := db.gorm.Session(&gorm.Session{NewDB: true, Context: ctx})
	session.Statement.ConnPool = conn
	return session
}

// rollback happens even when the caller is gone, or the connection would keep
// its locks until it is noticed.
func rollback(ctx context.Context, conn *sql.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if _, err := conn.ExecContext(ctx, "ROLLBACK", pgx.QueryExecModeSimpleProtocol); err != nil {
		// A connection that cannot roll back must not return to the pool.
		_ = conn.Raw(func(any) error { return sqldriver.ErrBadConn })
	}
}

// left says that a connection broke because whoever asked has gone, where that is why.
func left(ctx context.Context, err error) error {
	if errors.Is(err, sqldriver.ErrBadConn) && ctx.Err() != nil {
		return fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	return err
}

func transient(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40P01" || pg.Code == "40001")
}

// Transactions gives a domain package its way into a transaction: T is the
// package's Tx interface, which *Tx satisfies.
func Transactions[T any](db *DB) func(context.Context, id.Tenant, func(T) error) error {
	return func(ctx context.Context, tenant id.Tenant, do func(T) error) error {
		return db.InTx(ctx, tenant, func(tx *Tx) error {
			domain, ok := any(tx).(T)
			if !ok {
				return fmt.Errorf("postgres.Tx is no %T", domain)
			}
			return do(domain)
		})
	}
}

// orderedPlans: what waits is a small share of what there is, which the planner takes
// for smaller still. It would fetch all of it by a bitmap and sort; without bitmaps
// it takes the first by the index, in the index's order. It is planned once, since
// planning takes longer than reading. (Sorting has to stay allowed: the penalty
// would blur every other comparison.)
const orderedPlans = `SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_bitmapscan = off`

// readInOrder makes the rest of the transaction read what waits by its index.
func (tx *Tx) readInOrder(ctx context.Context) error {
	_, err := tx.conn.ExecContext(ctx, orderedPlans, pgx.QueryExecModeSimpleProtocol)
	return translate(err)
}
