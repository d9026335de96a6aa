package bench

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"imprimatur/internal/dbtest"
)

// recorded is a connection whose statements are kept, set up by the first.
func recorded(t *testing.T, url string, r *recorder) *pgx.Conn {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	config.Tracer = r
	conn, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

func TestWhatWasRecordedIsSentAgain(t *testing.T) {
	t.Parallel()
	db, r := dbtest.New(t), newRecorder()
	conn := recorded(t, db.AdminURL(), r)
	send := func(sql string, args ...any) {
		t.Helper()
		if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	send(`SET search_path = public`)
	send(`CREATE TABLE kept (n integer, word text)`)
	r.take()
	send(`BEGIN; SELECT 1`, pgx.QueryExecModeSimpleProtocol)
	send(`INSERT INTO kept VALUES ($1, $2)`, 1, "un")
	send(`COMMIT`, pgx.QueryExecModeSimpleProtocol)
	batch := &pgx.Batch{}
	batch.Queue(`INSERT INTO kept VALUES ($1, $2)`, 2, "deux")
	batch.Queue(`SELECT * FROM kept`)
	if err := conn.SendBatch(t.Context(), batch).Close(); err != nil {
		t.Fatal(err)
	}
	sent := r.take()
	if len(sent) != 4 || len(sent[3].batch) != 2 || transactions(sent) != 1 {
		t.Fatalf("%d statements, %d transactions: %+v", len(sent), transactions(sent), sent)
	}
	setUps := setUpsOf(sent...)
	if !slices.Equal(setUps, []string{`SET search_path = public`}) {
		t.Errorf("set up by %q", setUps)
	}
	raw, err := gather(t.Context(), db.AdminURL(), 2, setUps)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range raw {
		if err := one.send(t.Context(), sent); err != nil {
			t.Fatal(err)
		}
	}
	var rows int
	if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM kept`).Scan(&rows); err != nil || rows != 6 {
		t.Errorf("%d rows, want 6 (%v)", rows, err)
	}
	if err := raw[0].send(t.Context(), []statement{{setUp: "SET ROLE nobody", sql: "SELECT 1"}}); err == nil {
		t.Error("a connection that nobody set up was used")
	}
	if err := raw[0].send(t.Context(), []statement{{setUp: setUps[0], sql: "SELECT 1/0"}}); err == nil {
		t.Error("an error of the database is lost")
	}
	if err := raw.leave(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestGatherTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	if _, err := gather(t.Context(), db.AdminURL(), 1, []string{"SET ROLE nobody_at_all"}); err == nil {
		t.Error("it is set up")
	}
}

func TestShareDoesEachJobOnce(t *testing.T) {
	t.Parallel()
	var done [20]atomic.Int32
	got, err := make(crowd, 4).share(t.Context(), 5, 20, func(_ context.Context, who, n int) error {
		if who < 0 || who > 3 {
			t.Errorf("client %d", who)
		}
		done[n].Add(1)
		return nil
	})
	if err != nil || got.Count != 15 {
		t.Fatalf("%+v, %v", got, err)
	}
	for n := range done {
		if times := done[n].Load(); (times == 1) != (n >= 5) {
			t.Errorf("job %d was done %d times", n, times)
		}
	}
}

func TestCrowdsStopAtAnError(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	fail := func(context.Context, int, int) error { return broken }
	if _, err := make(crowd, 2).share(t.Context(), 0, 10, fail); !errors.Is(err, broken) {
		t.Errorf("share: %v", err)
	}
	if _, err := make(crowd, 2).repeat(t.Context(), time.Hour, fail); !errors.Is(err, broken) {
		t.Errorf("repeat: %v", err)
	}
	got, err := make(crowd, 2).repeat(t.Context(), time.Millisecond, func(context.Context, int, int) error { return nil })
	if err != nil || got.Count == 0 || got.Took < time.Millisecond {
		t.Errorf("%+v, %v", got, err)
	}
}
