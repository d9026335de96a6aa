package dbtest

import (
	"bytes"
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"imprimatur/internal/id"
)

// Reporter is somebody of the collège who reports, signed in and again without that, and of whom
// every trace is a word that occurs nowhere else: what the other side reads can be searched for them
// (R44).
type Reporter struct {
	id.Person
	Name, Email, Words string
	traces             []string
}

// NewReporter enters one in the directory, as a guardian of nobody.
func (s *School) NewReporter(t *testing.T) *Reporter {
	t.Helper()
	r := &Reporter{Person: id.New[id.Person](), Name: "Zéphyrine Quetzalcoat", Email: "quetzalcoat@oiseaux.example", Words: "xylophone de cobalt"}
	reporting(t, s, `INSERT INTO person (person_id, source, external_id, given_name, family_name, email) VALUES ($1, 'test', 'quetzal', 'Zéphyrine', 'Quetzalcoat', $2)`, r.Person, r.Email)
	reporting(t, s, `INSERT INTO membership (membership_id, tenant_id, person_id, profile) VALUES ($1, $2, $3, 'guardian')`, id.New[id.Membership](), s.Tilleuls, r.Person)
	r.traces = []string{"Quetzalcoat", "Zéphyrine", r.Email, "xylophone", "cobalt", r.String()}
	return r
}

// Reported moves all reports to a moment that nothing else happened at, with the time by which they
// are to be decided, and learns the ids and references of them and of their cases.
func (r *Reporter) Reported(t *testing.T, s *School) {
	t.Helper()
	reporting(t, s, `UPDATE report SET reported_at = '2026-10-07 03:07:41Z'`)
	reporting(t, s, `UPDATE case_file SET opened_at = '2026-10-07 03:07:41Z', due_at = '2027-02-03 03:07:41Z', escalate_at = '2027-02-03 03:07:41Z'`)
	r.traces = append(r.traces, "2026-10-07", "7 octobre", "7\u00a0octobre", "7 October", "07/10/2026", "03:07", "05:07", "5\u00a0h\u00a007", "05 h 07",
		"2027-02-03", "3 février", "3\u00a0février", "3 February", "03/02/2027")
	conn := reporting(t, s, `SELECT 1`)
	rows, err := conn.Query(t.Context(), `SELECT unnest(ARRAY[r.report_id::text, r.reference, r.case_id::text, r.name, r.email]) FROM report r`)
	if err != nil {
		t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range found {
		if word != "" {
			r.traces = append(r.traces, word)
		}
	}
}

// Besides has traces of something else searched for, too. Each is a text that no random one holds by
// chance: a secret of a form is of capitals and digits, an address of letters, digits, "-" and "_".
func (r *Reporter) Besides(traces ...string) { r.traces = append(r.traces, traces...) }

// Found is the first trace of the reporter in what somebody reads; empty where there is none.
func (r *Reporter) Found(text []byte) string {
	for _, trace := range r.traces {
		if bytes.Contains(text, []byte(trace)) {
			return trace
		}
	}
	return ""
}

// reporting writes behind the walls, and keeps the way there for as long as the test runs.
func reporting(t *testing.T, s *School, statement string, args ...any) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	if _, err := conn.Exec(t.Context(), statement, args...); err != nil {
		t.Fatal(err)
	}
	return conn
}
