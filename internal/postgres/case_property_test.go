package postgres_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"imprimatur/internal/actor"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// saga is what befalls one text, from its first report on.
type saga struct {
	*court
	t       *rapid.T
	all     *testing.T
	author  id.Person
	text    id.Contribution
	secrets []string // of those who have reported it
	done    map[string]int
}

// telltale is in everything that those who report say of themselves, and in nothing else.
const telltale = "Zorglub"

// Whatever befalls a text, whoever does it, after every step: what a case has withdrawn has all of its
// reasons and a way to appeal (invariant 5); nobody whom a case concerns has decided it, nor what
// readers see meanwhile (11); and neither what its author reads, nor what those who work on it
// export, nor a figure identifies who reported (12).
func TestSagasOfCases(t *testing.T) {
	t.Parallel()
	c := newCourt(t)
	done := map[string]int{}
	dbtest.Check(t, 18, func(rt *rapid.T) {
		s := &saga{court: c, t: rt, all: t, done: done, author: rapid.SampledFrom([]id.Person{c.Lina, c.Noe, c.Diallo}).Draw(rt, "author")}
		c.pass(3 * time.Hour)
		s.text = c.write(t, s.author, c.Forum, publication.Topic, "Un sujet", "<p>Monsieur Petit a dit non.</p>")
		s.report()
		for range rapid.IntRange(4, 8).Draw(rt, "steps") {
			s.step()
			c.work(t)
			s.hasReasons()
			s.isFair()
		}
		s.isDiscreet()
	})
	for _, needed := range []string{"withdrawn", "decided"} {
		if done[needed] == 0 {
			t.Errorf("nothing was ever %s: %v", needed, done)
		}
	}
	c.figuresAreDiscreet(t)
}

// report has somebody report the text: anyone, or a teacher who is signed in.
func (s *saga) report() {
	in := anyone(s.text, rapid.SampledFrom([]workflow.Ground{"DEF", "HAR", "INJ", "SUI"}).Draw(s.t, "ground"))
	in.Name, in.Email, in.Explanation = "Jeanne "+telltale, strings.ToLower(telltale)+"@exemple.fr", "Je suis "+telltale+", et cela me blesse."
	in.Authority = rapid.IntRange(0, 7).Draw(s.t, "to the authority") == 0
	who := anonymous(s.Tilleuls)
	if rapid.IntRange(0, 3).Draw(s.t, "signed in") == 0 {
		who = person(s.Tilleuls, rapid.SampledFrom([]id.Person{s.Martin, s.Diallo, s.Garcia}).Draw(s.t, "who reports"))
	}
	if receipt, err := s.cases.Report(s.all.Context(), who, in); err == nil {
		s.secrets = append(s.secrets, receipt.Secret)
	} else if !expectedOfCase(err) {
		s.t.Fatal(err)
	}
	s.work(s.all)
}

// about are the cases of the text, the first first.
func (s *saga) about() []id.Case {
	rows, err := s.admin.Query(s.all.Context(), `SELECT case_id FROM case_file WHERE contribution_id = $1 ORDER BY case_id`, s.text)
	if err != nil {
		s.t.Fatal(err)
	}
	defer rows.Close()
	var list []id.Case
	for rows.Next() {
		var c id.Case
		if err := rows.Scan(&c); err != nil {
			s.t.Fatal(err)
		}
		list = append(list, c)
	}
	return list
}

// step is one thing that somebody does, mostly what comes next.
func (s *saga) step() {
	s.pass(time.Second) // whoever has masked it and then reports it has not done both at once
	cases := s.about()
	about := cases[len(cases)-1]
	stands := s.inHand(s.all, about)
	who := person(stands.Tenant, stands.Assignee)
	if stands.Assignee.IsZero() || rapid.IntRange(0, 3).Draw(s.t, "by anybody") == 0 {
		somebody := rapid.SampledFrom(s.people).Draw(s.t, "who")
		who = person(s.tenants[somebody], somebody)
	}
	command, err := s.next(who, about, stands), error(nil)
	switch command.Action {
	case workflow.Report:
		s.report()
	case workflow.Appeal:
		err = s.appeal(about)
	default:
		command.Version = stands.Version
		err = s.cases.ActOn(s.all.Context(), who, about, command)
	}
	if err != nil && !expectedOfCase(err) {
		s.t.Fatalf("%s: %v", command.Action, err)
	}
	if err == nil {
		s.done[string(command.Action)]++
		switch command.Action {
		case workflow.DecideCase, workflow.Overturn:
			s.done["decided"]++
		case workflow.Appeal:
			s.done["appealed"]++
		}
	}
}

// next is what is done to a case: what brings it on, mostly.
func (s *saga) next(who actor.Actor, about id.Case, stands caseStands) moderation.CaseCommand {
	command := moderation.CaseCommand{
		Verdict: rapid.SampledFrom([]workflow.Verdict{workflow.WithdrawAll, workflow.WithdrawAll, workflow.Keep, workflow.AskEdit}).Draw(s.t, "verdict"),
		Ground:  "DEF", Reason: "Parce que.", Answer: "Voilà.", Text: "Voyez.", Assignee: rapid.SampledFrom(s.people).Draw(s.t, "to whom"),
	}
	likely := map[string][]workflow.Action{
		"assigned": {workflow.Examine, workflow.MaskCase}, "examining": {workflow.DecideCase, workflow.MaskCase, workflow.ShowCase},
		"decided": {workflow.Appeal}, "appealed": {workflow.Overturn, workflow.Dismiss},
	}[stands.Status]
	anything := append(moderation.CaseActions(), workflow.Report, workflow.Appeal)
	if len(likely) == 0 || rapid.IntRange(0, 4).Draw(s.t, "anything") == 0 {
		likely = anything
	}
	command.Action = rapid.SampledFrom(likely).Draw(s.t, "act")
	if who.Person == stands.Assignee && stands.Status == "assigned" && command.Action == workflow.Examine {
		_, _ = s.cases.Case(s.all.Context(), who, about) // to look at it is to begin
	}
	return command
}

// appeal is by either side.
func (s *saga) appeal(about id.Case) error {
	if rapid.Bool().Draw(s.t, "the author appeals") {
		author, told := person(s.Tilleuls, s.author), s.toldAs(s.all, about)
		view, _ := s.cases.AuthorView(s.all.Context(), author, told) // or it is refused
		return s.cases.AppealCase(s.all.Context(), author, told, view.Version, "Je conteste.")
	}
	if len(s.secrets) == 0 {
		return nil
	}
	by := moderation.Follower{Secret: s.secrets[0]}
	view, _ := s.cases.Follow(s.all.Context(), by)
	return s.cases.AppealReport(s.all.Context(), by, view.Version, "Je conteste.")
}

// hasReasons is invariant 5.
func (s *saga) hasReasons() {
	if s.exposed(s.all, s.text) != workflow.Withdrawn {
		return
	}
	s.done["withdrawn"]++
	work, err := s.cases.AboutWork(s.all.Context(), person(s.Tilleuls, s.author), s.text)
	if err != nil {
		s.t.Fatal(err)
	}
	open := 0
	for _, view := range work.Items {
		if view.Verdict == workflow.WithdrawAll && len(view.Letters) > 0 && (view.MayAppeal || view.Appeal != "") {
			open++
		}
	}
	if open == 0 {
		s.t.Fatalf("invariant 5: withdrawn, and no way to appeal: %+v", work.Items)
	}
	var raw []byte
	if err := s.admin.QueryRow(s.all.Context(), `SELECT u.statement FROM case_ruling u JOIN case_file f USING (case_id) JOIN hold h ON h.case_id = f.case_id
		WHERE f.contribution_id = $1 AND h.status = 'open' AND h.kind = 'withdraw' AND u.statement IS NOT NULL ORDER BY u.ruling_id DESC LIMIT 1`, s.text).Scan(&raw); err != nil {
		s.t.Fatalf("invariant 5: no statement: %v", err)
	}
	var fields map[string]any
	if err := json.Unmarshal(raw, &fields); err != nil {
		s.t.Fatal(err)
	}
	for _, field := range []string{
		"decision_visibility", "decision_ground", "category", "content_type", "content_date", "application_date", "decision_facts", "source_type",
		"automated_decision", "puid", "redress", "redress_until",
	} {
		if told := fmt.Sprint(fields[field]); told == "<nil>" || told == "" || told == "[]" || strings.HasPrefix(told, "0001-") {
			s.t.Fatalf("invariant 5: the statement lacks %s: %s", field, raw)
		}
	}
}

// isFair is invariant 11.
func (s *saga) isFair() {
	if n := s.count(s.all, `SELECT count(*) FROM case_file f CROSS JOIN LATERAL (
			SELECT u.person_id AS judge, u.decided_at AS at FROM case_ruling u WHERE u.case_id = f.case_id
			UNION ALL SELECT f.interim_by, f.interim_at WHERE f.interim_by IS NOT NULL) j
		WHERE f.contribution_id = $1 AND (j.judge = f.author_id
			OR EXISTS (SELECT 1 FROM report r WHERE r.case_id = f.case_id AND r.person_id = j.judge AND r.reported_at <= j.at)
			OR EXISTS (SELECT 1 FROM case_concern c WHERE c.case_id = f.case_id AND c.person_id = j.judge AND c.cause <> 'judged'))`, s.text); n != 0 {
		s.t.Fatalf("invariant 11: %d words of somebody concerned", n)
	}
	if n := s.count(s.all, `SELECT count(*) FROM case_ruling u JOIN case_ruling v ON v.case_id = u.case_id AND v.ruling_id > u.ruling_id AND v.person_id = u.person_id
		JOIN case_file f ON f.case_id = u.case_id WHERE f.contribution_id = $1`, s.text); n != 0 {
		s.t.Fatalf("invariant 11: an appeal was answered by who had decided: %d", n)
	}
}

// isDiscreet is invariant 12, of one text.
func (s *saga) isDiscreet() {
	work, err := s.cases.AboutWork(s.all.Context(), person(s.Tilleuls, s.author), s.text)
	if err != nil {
		s.t.Fatal(err)
	}
	s.discreet("its author reads", work)
	for _, about := range s.about() {
		in := s.inHand(s.all, about)
		text, err := s.cases.ExportCase(s.all.Context(), person(in.Tenant, in.Assignee), about)
		if err != nil && !errors.Is(err, directory.ErrNotFound) && !errors.Is(err, directory.ErrForbidden) {
			s.t.Fatal(err)
		}
		if err == nil {
			s.done["exported"]++
			s.discreet("an export says", text)
		}
	}
	if n := s.count(s.all, `SELECT count(*) FROM notice n WHERE n.person_id = $1 AND strpos(lower(n::text), $2) > 0`, s.author, strings.ToLower(telltale)); n != 0 {
		s.t.Fatalf("invariant 12: %d notices to the author", n)
	}
}

// discreet holds that something tells nothing of who reported.
func (s *saga) discreet(what string, told any) {
	raw, err := json.Marshal(told)
	if err != nil {
		s.t.Fatal(err)
	}
	if strings.Contains(strings.ToLower(string(raw)), strings.ToLower(telltale)) {
		s.t.Fatalf("invariant 12: %s %s", what, raw)
	}
}

// figuresAreDiscreet is invariant 12, of all that is counted: by month, and the year's report in each
// of its lines.
func (c *court) figuresAreDiscreet(t *testing.T) {
	t.Helper()
	if n := c.count(t, `SELECT count(*) FROM report WHERE strpos(name, $1) > 0`, telltale); n < 5 {
		t.Errorf("no more than %d reports name who makes them", n)
	}
	c.exec(t, `UPDATE director SET during = tstzrange('2020-01-01', NULL)`)
	head := person(c.Tilleuls, c.Garcia)
	told := fmt.Sprintf("%+v", c.month(t, head, c.clock().UTC().Format("2006-01")))
	c.at(time.Date(2028, 1, 3, 9, 0, 0, 0, time.UTC))
	if _, err := c.figures().Keep(t.Context(), c.clock()); err != nil {
		t.Fatal(err)
	}
	for _, year := range []int{2026, 2027} {
		report, err := c.figures().ReportOn(t.Context(), head, year)
		var field *directory.FieldError
		if err != nil && !errors.As(err, &field) {
			t.Fatal(err)
		}
		told += fmt.Sprintf("%+v", report.Lines())
	}
	var kept string
	if err := c.admin.QueryRow(t.Context(), `SELECT coalesce(string_agg(m::text, ' '), '') FROM figure_month m`).Scan(&kept); err != nil {
		t.Fatal(err)
	}
	if all := strings.ToLower(told + kept); strings.Contains(all, strings.ToLower(telltale)) || len(kept) == 0 {
		t.Errorf("invariant 12: figures tell who reported: %s", all)
	}
}
