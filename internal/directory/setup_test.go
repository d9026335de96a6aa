package directory_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"imprimatur/internal/actor"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
)

// bundle is a school with the services over it, at a time that tests move on.
type bundle struct {
	*dbtest.School
	now time.Time
	db  *postgres.DB
	dir *directory.Service
}

func setup(t *testing.T) *bundle {
	t.Helper()
	b := &bundle{School: dbtest.NewSchool(t), now: dbtest.Now}
	clock := func() time.Time { return b.now }
	db, err := postgres.Open(t.Context(), postgres.Config{URL: b.URL("imprimatur"), MaxConns: 4, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	b.db = db
	b.dir = directory.NewService(directory.Config{InTx: postgres.Transactions[directory.ServiceTx](db), Clock: clock})
	return b
}

// at is somebody acting in the collège.
func (b *bundle) at(who id.Person) actor.Actor {
	return actor.Actor{Kind: actor.KindPerson, Person: who, Tenant: b.Tilleuls, Via: "test"}
}

func look[T any](t *testing.T, b *bundle, sql string, args ...any) T {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), b.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	rows, err := conn.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	value, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
	if err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	return value
}

// trail lists the acts on record, the oldest first.
func (b *bundle) trail(t *testing.T) []string {
	t.Helper()
	return look[[]string](t, b, `SELECT coalesce(array_agg(concat_ws(' ', e.action, e.subject_kind, nullif(e.rule, ''), nullif(e.status_from, ''), nullif(e.status_to, ''))
		ORDER BY e.at, e.entry_id), '{}') FROM audit_entry e`)
}

func (b *bundle) roles(t *testing.T, who id.Person) actor.Roles {
	t.Helper()
	var roles actor.Roles
	err := b.db.InTx(t.Context(), b.Tilleuls, func(tx *postgres.Tx) (err error) {
		roles, err = tx.Roles(t.Context(), who, id.Space{}, b.now)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return roles
}

func wantErr(t *testing.T, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// faults lists every field at fault in err as "field code".
func faults(err error) []string {
	var list []string
	var walk func(error)
	walk = func(err error) {
		switch e := err.(type) { //nolint:errorlint // every branch of the tree is walked
		case nil:
		case *directory.FieldError:
			list = append(list, e.Field+" "+e.Code)
		case interface{ Unwrap() []error }:
			for _, one := range e.Unwrap() {
				walk(one)
			}
		case interface{ Unwrap() error }:
			walk(e.Unwrap())
		}
	}
	walk(err)
	slices.SortFunc(list, strings.Compare)
	return list
}
