package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

func (d *desk) figures() *moderation.Figures {
	return moderation.NewFigures(moderation.FiguresConfig{InTx: postgres.Transactions[moderation.FiguresTx](d.db), Tenants: d.db.Tenants, Clock: d.clock})
}

// at sets the clock.
func (d *desk) at(now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = now
}

// month reads a month's figures as somebody.
func (d *desk) month(t *testing.T, who actor.Actor, text string) moderation.MonthFigures {
	t.Helper()
	m, err := moderation.ParseMonth(text)
	if err != nil {
		t.Fatal(err)
	}
	f, err := d.figures().Month(t.Context(), who, m)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// reported writes so many reports on a ground at a moment, each a case of its own.
func (d *desk) reported(t *testing.T, tenant id.Tenant, ground workflow.Ground, n int, at time.Time) {
	t.Helper()
	d.exec(t, `WITH made AS (
			INSERT INTO case_file (case_id, tenant_id, place_id, kind, status, reference, location, ground, severity, opened_at, due_at, escalate_at)
			SELECT gen_random_uuid(), $1, $1, 'report', 'closed', gen_random_uuid(), 'x', $2, 2, $4::timestamptz, $4, $4 FROM generate_series(1, $3) RETURNING case_id)
		INSERT INTO report (report_id, tenant_id, case_id, reference, ground, good_faith, reported_at)
		SELECT gen_random_uuid(), $1, case_id, case_id::text, $2, true, $4 FROM made`, tenant, ground, n, at)
}

func cellOf(b moderation.Breakdown, code string) moderation.Cell {
	for _, c := range b.Cells {
		if c.Code == code {
			return c
		}
	}
	return moderation.Cell{}
}

// What people did is counted once, where it belongs, as many times as it takes to be told.
func TestWhatHappenedIsCounted(t *testing.T) {
	t.Parallel()
	d := lived(t)
	m := moderation.MonthOf(d.clock(), time.UTC)
	from, until := m.Bounds(time.UTC)
	var got moderation.Counts
	err := postgres.Transactions[moderation.FiguresTx](d.db)(t.Context(), d.Tilleuls, func(tx moderation.FiguresTx) (err error) {
		got, err = tx.CountFigures(t.Context(), from, until)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for measure, want := range map[moderation.Measure]map[string]int{
		moderation.ReportGround: {"DEF": 2}, moderation.CaseOpened: {"report": 1, "takedown": 1, "order": 1, "reply": 1}, moderation.CaseVerdict: {"keep": 1},
		moderation.CaseDecisionKept: {"in_time": 1}, moderation.ConsentAsked: {"all": 1}, moderation.ConsentAnswered: {"granted": 1},
		"decision_visibility": {"DISABLED": 1}, "category": {"ILLEGAL_OR_HARMFUL_SPEECH": 1}, "automated_decision": {"NOT_AUTOMATED": 1},
		moderation.TextDecision: {"1": 1}, moderation.AppealLodged: nil,
	} {
		if diff := cmp.Diff(want, got[measure]); diff != "" {
			t.Errorf("%s (-want +got):\n%s\nof %v", measure, diff, got)
		}
	}
	if n := got[moderation.TextScreened]["hold:live"] + got[moderation.TextScreened]["hold:in_review"]; n != 1 {
		t.Errorf("screening held %v", got[moderation.TextScreened])
	}
}

// A month is the establishment's own: what comes half an hour after its midnight is in it, and
// what comes half an hour before is not, wherever it is and whatever the clocks do.
func TestMonthsAreLocal(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	head := person(d.Tilleuls, d.Garcia)
	d.at(time.Date(2028, 12, 15, 12, 0, 0, 0, time.UTC))
	d.exec(t, `UPDATE director SET during = tstzrange('2020-01-01', NULL)`)
	for zone, months := range map[string][]string{
		"Indian/Reunion": {"2026-11", "2027-03"}, "America/Martinique": {"2026-12"}, "Europe/Paris": {"2026-04", "2026-11", "2028-02", "2028-03"},
		"Pacific/Noumea": {"2027-01"},
	} {
		place, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		d.exec(t, `UPDATE tenant SET time_zone = $1`, zone)
		for _, text := range months {
			m, _ := moderation.ParseMonth(text)
			first := time.Date(m.Year, m.Month, 1, 0, 30, 0, 0, place)
			d.exec(t, `DELETE FROM report`)
			d.reported(t, d.Tilleuls, "INJ", 11, first)
			d.reported(t, d.Tilleuls, "DEF", 12, first.Add(-time.Hour))
			d.reported(t, d.Tilleuls, "HAR", 13, first.AddDate(0, 1, 0).Add(-time.Hour)) // the last of a short February too
			f := d.month(t, head, text)
			if cellOf(f.Reports, "INJ").N != 11 || cellOf(f.Reports, "DEF").N != 0 || cellOf(f.Reports, "HAR").N != 13 || f.Reports.Total.N != 24 {
				t.Errorf("%s in %s has %+v", text, zone, f.Reports)
			}
			if before := d.month(t, head, m.Previous().String()).Reports; cellOf(before, "DEF").N != 12 || before.Total.N != 12 {
				t.Errorf("the month before %s in %s has %+v", text, zone, before)
			}
		}
	}
}

// A month that is over is kept once, and says the same when all that it counted is gone. One
// that is under way is not kept, and one that a job came to again stays as it is.
func TestFiguresOutliveCases(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	head := person(d.Tilleuls, d.Garcia)
	d.exec(t, `UPDATE tenant SET time_zone = 'Europe/Paris'`)
	d.reported(t, d.Tilleuls, "INJ", 20, time.Date(2026, 9, 3, 8, 0, 0, 0, time.UTC))
	d.reported(t, d.Tilleuls, "INJ", 30, time.Date(2026, 10, 31, 22, 59, 0, 0, time.UTC)) // 23:59 in Paris
	d.at(time.Date(2026, 10, 31, 23, 30, 0, 0, time.UTC))                                 // November, and not settled
	if n, err := d.figures().Keep(t.Context(), d.clock()); n != 1 || err != nil {
		t.Fatalf("%d months are kept: %v", n, err)
	}
	if f := d.month(t, head, "2026-10"); f.Final || !f.Over || f.Reports.Total.N != 30 {
		t.Errorf("October before it is kept: %+v", f)
	}
	d.at(time.Date(2026, 11, 1, 0, 30, 0, 0, time.UTC))
	for want := range 2 {
		if n, err := d.figures().Keep(t.Context(), d.clock()); n != 1-want || err != nil {
			t.Fatalf("%d months are kept: %v", n, err)
		}
	}
	d.exec(t, `DELETE FROM report`)
	d.exec(t, `DELETE FROM case_file`)
	if f := d.month(t, head, "2026-10"); !f.Final || f.Reports.Total.N != 30 || f.Empty {
		t.Errorf("October after everything is gone: %+v", f)
	}
	if f := d.month(t, head, "2026-11"); f.Final || f.Over || !f.Empty {
		t.Errorf("November: %+v", f)
	}
	if _, err := d.admin.Exec(t.Context(), `UPDATE figure_month SET counts = '{}'`); err == nil {
		t.Error("a month was changed")
	}
}

// Who directs, judges or runs the house reads figures, and the trail tells which; a teacher may
// not, and to a pupil of another school there is nothing.
func TestWhoReadsFigures(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
	m := moderation.MonthOf(d.clock(), time.UTC)
	for _, may := range []id.Person{d.Garcia, d.Petit} {
		if _, err := d.figures().Month(t.Context(), person(d.Tilleuls, may), m); err != nil {
			t.Error(err)
		}
	}
	refusal := new(directory.Refusal)
	if _, err := d.figures().Month(t.Context(), person(d.Tilleuls, d.Martin), m); !errors.As(err, &refusal) || refusal.Rule != "R09" {
		t.Errorf("a teacher: %v", err)
	}
	for _, nobody := range []actor.Actor{person(d.Tilleuls, d.Zoe), actor.Anonymous(d.Tilleuls, "test"), person(d.Platanes, d.Garcia)} {
		if _, err := d.figures().Month(t.Context(), nobody, m); !errors.Is(err, directory.ErrNotFound) {
			t.Errorf("%+v: %v", nobody, err)
		}
	}
	if _, err := d.figures().Month(t.Context(), person(d.Tilleuls, d.Garcia), m.Next()); err == nil {
		t.Error("a month that has not begun is told")
	}
	var read int
	err := d.admin.QueryRow(t.Context(), `SELECT count(*) FROM audit_entry WHERE action = 'read_figures' AND rule = 'R67' AND status_to = $1 AND tenant_id = $2`,
		m.String(), d.Tilleuls).Scan(&read)
	if err != nil || read != 2 {
		t.Errorf("the trail tells of %d readings: %v", read, err)
	}
}

// An authority counts the cases that it handles; the establishment neither counts nor sees them.
func TestAnAuthorityCountsItsOwn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	above := d.académie(t)
	d.reported(t, d.Tilleuls, "INJ", 20, d.clock().Add(-time.Minute))
	d.reported(t, d.Platanes, "DEF", 15, d.clock().Add(-time.Minute))
	d.exec(t, `UPDATE case_file SET tenant_id = $1 WHERE case_id IN (SELECT case_id FROM case_file WHERE place_id = $2 LIMIT 12)`, above.Tenant, d.Tilleuls)
	now := moderation.MonthOf(d.clock(), time.UTC).String()
	if f := d.month(t, person(above.Tenant, above.Recteur), now); f.Cases.Total.N != 12 || f.Reports.Total.N != 12 {
		t.Errorf("the authority counts %+v", f.Cases)
	}
	if f := d.month(t, person(d.Tilleuls, d.Garcia), now); cellOf(f.Cases, "report").Hiding != moderation.Small || f.Cases.Total.N != 0 {
		t.Errorf("the collège counts %+v", f.Cases)
	}
}

// A report of a year comes when all of it is kept: before, it would tell a month by what it was
// without it.
func TestAYearIsReportedOnWhenItIsOver(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	head := person(d.Tilleuls, d.Garcia)
	for month := time.January; month <= time.December; month++ {
		d.reported(t, d.Tilleuls, "INJ", 3, time.Date(2025, month, 10, 8, 0, 0, 0, time.UTC))
	}
	d.reported(t, d.Tilleuls, "HAR", 4, time.Date(2025, 5, 10, 8, 0, 0, 0, time.UTC))
	d.exec(t, `UPDATE director SET during = tstzrange('2020-01-01', NULL)`)
	d.at(time.Date(2025, 12, 31, 12, 0, 0, 0, time.UTC))
	if _, err := d.figures().Keep(t.Context(), d.clock()); err != nil {
		t.Fatal(err)
	}
	if _, err := d.figures().ReportOn(t.Context(), head, 2025); err == nil {
		t.Error("a year that is not over is reported on")
	}
	if r, err := d.figures().ReportOn(t.Context(), head, 0); err != nil || r.Year != 0 || len(r.Years) != 0 {
		t.Errorf("the latest report is %+v: %v", r, err)
	}
	d.at(time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC))
	if _, err := d.figures().Keep(t.Context(), d.clock()); err != nil {
		t.Fatal(err)
	}
	r, err := d.figures().ReportOn(t.Context(), head, 0)
	if err != nil || r.Year != 2025 {
		t.Fatalf("%+v: %v", r, err)
	}
	if c := cellOf(r.Notices, "ILLEGAL_OR_HARMFUL_SPEECH"); c.N != 36 {
		t.Errorf("twelve months of three: %+v", c)
	}
	if c := cellOf(r.Notices, "CYBER_VIOLENCE"); c.Hiding != moderation.Small || r.Notices.Total.Hiding != moderation.Withheld {
		t.Errorf("four in all: %+v of %+v", c, r.Notices.Total)
	}
}

// Invariant 12: figures say the same whoever reported, and name nobody.
func TestFiguresIdentifyNoReporter(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.exec(t, `UPDATE director SET during = tstzrange('2020-01-01', NULL)`)
	head := person(d.Tilleuls, d.Garcia)
	for month := time.January; month <= time.December; month++ {
		d.reported(t, d.Tilleuls, "INJ", int(month), time.Date(2025, month, 10, 8, 0, 0, 0, time.UTC))
		d.reported(t, d.Tilleuls, "HAR", 1, time.Date(2025, month, 11, 8, 0, 0, 0, time.UTC))
	}
	d.at(time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC))
	told := func() string {
		var all strings.Builder
		for month := time.January; month <= time.December; month++ {
			fmt.Fprintf(&all, "%+v\n", d.month(t, head, fmt.Sprintf("2025-%02d", month)))
		}
		return all.String()
	}
	before := told()
	d.exec(t, `UPDATE report SET person_id = $1, name = 'Noé Perrin', email = 'noe@example.org', explanation = 'Noé', language = 'en', legal_ground = 'x'`, d.Noe)
	after := told()
	if before != after {
		t.Errorf("who reported changes the figures:\n%s\n%s", before, after)
	}
	if _, err := d.figures().Keep(t.Context(), d.clock()); err != nil {
		t.Fatal(err)
	}
	r, err := d.figures().ReportOn(t.Context(), head, 2025)
	if err != nil {
		t.Fatal(err)
	}
	kept := fmt.Sprintf("%+v", r.Lines())
	var stored string
	if err := d.admin.QueryRow(t.Context(), `SELECT string_agg(counts::text, ' ') FROM figure_month`).Scan(&stored); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"Noé", "Perrin", "noe@", d.Noe.String()} {
		if strings.Contains(after+kept+stored, secret) {
			t.Errorf("figures tell %s", secret)
		}
	}
	for _, line := range r.Lines() {
		var n int
		if _, err := fmt.Sscan(line.Value, &n); err == nil && 0 < n && n < r.Least && !strings.HasSuffix(line.Code, "_minutes") {
			t.Errorf("the report tells of %d %s", n, line.Code)
		}
	}
}

// counted is what happened within the hour.
func (d *desk) counted(t *testing.T) moderation.Counts {
	t.Helper()
	var got moderation.Counts
	err := postgres.Transactions[moderation.FiguresTx](d.db)(t.Context(), d.Tilleuls, func(tx moderation.FiguresTx) (err error) {
		got, err = tx.CountFigures(t.Context(), d.clock().Add(-time.Hour), d.clock().Add(time.Hour))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// A mask of the machine that nobody has decided on is reported on as one (R42).
func TestAnUndecidedMaskIsReportedOn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.set(t, "smallest_cell", 5)
	for n := range 5 {
		text := d.write(t, d.Lina, d.Forum, publication.Topic, fmt.Sprint("Sujet ", n), strings.Repeat("<p>"+strings.Repeat(string(rune('a'+n)), 9)+"</p>", n+1))
		d.pass(20 * time.Minute)
		d.report(t, d.Noe, text, "TERR")
	}
	d.exec(t, `UPDATE director SET during = tstzrange('2020-01-01', NULL)`)
	d.exec(t, `UPDATE hold SET placed_at = '2025-12-10T10:00:00Z' WHERE kind = 'mask'`)
	d.exec(t, `UPDATE case_file SET opened_at = '2025-12-10T10:00:00Z'`)
	d.at(time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC))
	if _, err := d.figures().Keep(t.Context(), d.clock()); err != nil {
		t.Fatal(err)
	}
	r, err := d.figures().ReportOn(t.Context(), person(d.Tilleuls, d.Garcia), 2025)
	if got := cellOf(r.Masked, moderation.Undecided); err != nil || got.N != 5 || r.Masked.Total.N != 5 {
		t.Errorf("R67: of five undecided masks %+v is told: %v", r.Masked, err)
	}
}

// A case that is decided again, once it was reopened, is counted as decided once: as it was first (R41).
func TestASecondDecisionIsNoFirstOne(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, about := d.underway(t, "DEF")
	d.mustOn(t, d.Tilleuls, d.Diallo, about, moderation.CaseCommand{Action: workflow.DecideCase, Verdict: workflow.Keep, Reason: "Rien à redire."})
	if got := d.counted(t); got[moderation.CaseVerdict]["keep"] != 1 || len(got[moderation.CaseDecision]) != 1 || len(got[moderation.CaseDecisionKept]) != 1 {
		t.Fatalf("a first decision is counted as %v", got)
	}
	d.exec(t, `UPDATE director SET during = tstzrange('2020-01-01', NULL)`)
	d.exec(t, `UPDATE membership SET during = daterange('2020-01-01', NULL)`)
	d.at(d.clock().AddDate(0, 7, 0))
	d.work(t)
	d.mustOn(t, d.Tilleuls, d.Garcia, about, moderation.CaseCommand{Action: workflow.ReopenCase, Text: "Du nouveau."})
	who := d.inHand(t, about).Assignee
	if who.IsZero() {
		who = d.Garcia
	}
	if _, err := d.cases.Case(t.Context(), person(d.Tilleuls, who), about); err != nil {
		t.Fatal(err)
	}
	d.mustOn(t, d.Tilleuls, who, about, moderation.CaseCommand{Action: workflow.DecideCase, Verdict: workflow.Keep, Reason: "Rien à redire non plus."})
	got := d.counted(t)
	for _, measure := range []moderation.Measure{moderation.CaseVerdict, moderation.CaseDecision, moderation.CaseDecisionKept} {
		if len(got[measure]) != 0 {
			t.Errorf("R67: a second decision is counted as %s %v", measure, got[measure])
		}
	}
}

// A statement of reasons is counted once, also where an appeal of it is dismissed (R43, R45).
func TestADismissedAppealIsNoSecondStatement(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, about := d.underway(t, "DEF")
	d.mustOn(t, d.Tilleuls, d.Diallo, about, withdrawal)
	if got := d.counted(t)["decision_visibility"]["DISABLED"]; got != 1 {
		t.Fatalf("a removal has %d statements", got)
	}
	d.exec(t, `INSERT INTO case_ruling (ruling_id, tenant_id, case_id, verdict, appeal, upheld, person_id, ground, reason, answer, statement, decided_at)
		SELECT 'ffffffff-ffff-7fff-bfff-ffffffffffff', tenant_id, case_id, verdict, true, false, person_id, ground, '', '', statement, decided_at FROM case_ruling`)
	got := d.counted(t)
	if got["decision_visibility"]["DISABLED"] != 1 || got[moderation.AppealAnswered]["dismissed"] != 1 || got[moderation.CaseVerdict]["withdraw"] != 1 {
		t.Errorf("R43: a statement whose appeal is dismissed is counted as %v", got)
	}
}
