package postgres_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// sabotage makes one write of the next act fail: the one that is counted out,
// whatever its table. What is counted stays counted when a transaction is lost.
const sabotage = `
	CREATE SEQUENCE writes; CREATE SEQUENCE failing START 1000000000; -- none so far
	CREATE FUNCTION sabotage() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
		IF nextval('writes') = (SELECT last_value FROM failing) THEN RAISE EXCEPTION 'made to fail: %', TG_TABLE_NAME; END IF;
		IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
		RETURN NEW;
	END $$`

// saboteur counts the writes of acts.
type saboteur struct {
	*desk
	t      *testing.T
	tables []string
	all    string // the question for the content of every table
}

func newSaboteur(t *testing.T) *saboteur {
	t.Helper()
	s := &saboteur{desk: newDesk(t), t: t}
	s.exec(t, sabotage)
	rows, err := s.admin.Query(t.Context(), `SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	if s.tables, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
		t.Fatal(err)
	}
	var parts []string
	for _, table := range s.tables {
		s.exec(t, fmt.Sprintf(`CREATE TRIGGER aa_sabotage BEFORE INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION sabotage()`, table))
		parts = append(parts, fmt.Sprintf(`SELECT '%s', md5(coalesce(string_agg(x::text, E'\n' ORDER BY x::text), '')) FROM %s x`, table, table))
	}
	s.all = strings.Join(parts, " UNION ALL ")
	return s
}

// content tells every table's content from another.
func (s *saboteur) content() map[string]string {
	s.t.Helper()
	rows, err := s.admin.Query(s.t.Context(), s.all)
	if err != nil {
		s.t.Fatal(err)
	}
	all := map[string]string{}
	var table, sum string
	if _, err := pgx.ForEachRow(rows, []any{&table, &sum}, func() error { all[table] = sum; return nil }); err != nil {
		s.t.Fatal(err)
	}
	return all
}

// try does an act as often as it has writes, with the next one made to fail each
// time, and once with none: it happens then, and not at all before.
func (s *saboteur) try(name string, do func() error) {
	s.t.Helper()
	s.tryAll(name, 2, do)
}

// tryAll is try of what writes so many rows at least: an act and its trail are two, and
// a message with nothing to be done any more is one.
func (s *saboteur) tryAll(name string, least int, do func() error) {
	s.t.Helper()
	before := s.content()
	for n := 1; n < 200; n++ {
		s.exec(s.t, fmt.Sprintf(`SELECT setval('writes', 1, false), setval('failing', %d)`, n))
		err := do()
		after := s.content()
		switch {
		case err == nil && s.count(s.t, `SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM writes`) >= n:
			s.t.Fatalf("%s succeeds although its write %d failed", name, n)
		case err == nil && (n-1 < least || cmp.Equal(before, after)):
			s.t.Fatalf("%s writes %d rows, want at least %d", name, n-1, least)
		case err == nil:
			s.exec(s.t, `SELECT setval('failing', 1000000000)`)
			return
		case !strings.Contains(err.Error(), "made to fail"):
			s.t.Fatalf("%s, write %d: %v", name, n, err)
		}
		if diff := cmp.Diff(before, after); diff != "" {
			s.t.Fatalf("%s left something behind when write %d failed (%v):\n%s", name, n, err, diff)
		}
	}
	s.t.Fatalf("%s never ends", name)
}

// judged tries an act of somebody's on a contribution.
func (s *saboteur) judged(who id.Person, c id.Contribution, action workflow.Action, reason workflow.Reason) {
	s.t.Helper()
	s.try(string(action), func() error {
		d := s.dossier(s.t, c, who)
		return s.mod.Act(s.t.Context(), person(s.Tilleuls, who), c, publication.Command{
			Action: action, Version: d.Contribution.Version, Revision: revisionFor(d, action), Reason: reason,
		})
	})
	s.pass(time.Second)
}

// revisionFor is the live one, for an act that names what readers will see.
func revisionFor(d publication.Dossier, action workflow.Action) id.Revision {
	if slices.Contains([]workflow.Action{workflow.Restore, workflow.Lift, workflow.Unarchive}, action) {
		return d.Contribution.Live
	}
	return id.Revision{}
}

// worked tries what the worker is asked, of one kind.
func (s *saboteur) worked(kind outbox.Kind) {
	s.t.Helper()
	for _, m := range s.open(s.t) {
		if m.Kind == kind {
			s.try(string(kind), func() error { return s.handle(s.t.Context(), m) })
		}
	}
}

// TestEachWriteOfEveryActFailsInTurn: whatever people and the worker do to a text,
// they do wholly or not at all, down to the last row.
func TestEachWriteOfEveryActFailsInTurn(t *testing.T) {
	t.Parallel()
	s := newSaboteur(t)
	s.keepList(t, sample("Insultes", 2, moderation.Hold, "sot"))
	lina, martin, garcia := person(s.Tilleuls, s.Lina), person(s.Tilleuls, s.Martin), person(s.Tilleuls, s.Garcia)
	input := publication.Input{Title: "Un sot", Body: "<p>Le sot dort.</p>"}
	var c id.Contribution
	s.try("create", func() (err error) {
		c, err = s.publish.Create(t.Context(), lina, publication.New{Space: s.Blog, Kind: publication.Article, Submit: true, Input: input})
		return err
	})
	s.worked(outbox.ScreenRevision)
	s.worked(outbox.NoticeRevision)
	s.try("open", func() error { return second(s.mod.Open(t.Context(), martin, c)) })
	s.judged(s.Martin, c, workflow.RequestChanges, workflow.Reason{Text: "Plus poliment."})
	s.try("suggest", func() error { return second(s.publish.Suggest(t.Context(), martin, c, 0, input)) })
	s.judged(s.Lina, c, workflow.Accept, workflow.Reason{})
	s.worked(outbox.ScreenRevision)
	s.judged(s.Garcia, c, workflow.Approve, workflow.Reason{})
	s.worked(outbox.PublishRevision)
	insult := workflow.Reason{Ground: "INJ", Text: "Une insulte.", Reference: "TJ 2026/4"}
	for _, action := range []workflow.Action{
		workflow.Mask, workflow.Restore, workflow.Withdraw, workflow.Restore, workflow.Block, workflow.Lift, workflow.Archive, workflow.Unarchive, workflow.Revert,
	} {
		who := s.Garcia
		if action == workflow.Archive || action == workflow.Unarchive {
			who = s.Lina
		}
		s.judged(who, c, action, insult)
	}
	s.pass(300 * 24 * time.Hour) // beyond appeal and retention, which keep what was hidden (R45, R63)
	s.judged(garcia.Person, c, workflow.Purge, insult)
}

// TestEachWriteOfTheHouseFailsInTurn: the same of spaces, authorisations, word
// lists and the directory.
func TestEachWriteOfTheHouseFailsInTurn(t *testing.T) {
	t.Parallel()
	s := newSaboteur(t)
	martin, garcia := person(s.Tilleuls, s.Martin), person(s.Tilleuls, s.Garcia)
	var space id.Space
	s.try("create space", func() (err error) { space, err = s.spaces().Create(t.Context(), martin, s.readingClub()); return err })
	s.try("configure space", func() error { return s.spaces().Configure(t.Context(), martin, space, 1, s.readingClub()) })
	freeze := publication.SpaceCommand{Action: workflow.Freeze, Version: 2, Reason: workflow.Reason{Text: "Le temps de regarder."}}
	s.try("freeze", func() error { return s.spaces().Act(t.Context(), garcia, space, freeze) })

	c := s.bundle.work(t)
	var paper id.Authorisation
	s.try("record", func() (err error) {
		paper, err = s.authorisations().Record(t.Context(), martin, c, s.paper())
		return err
	})
	s.desk.work(t)
	s.try("end", func() error { return s.authorisations().End(t.Context(), martin, c, paper) })

	list := sample("Insultes", 2, moderation.Hold, "sot")
	s.try("create list", func() (err error) { list.ID, err = s.mod.CreateWordList(t.Context(), garcia, list); return err })
	list.Version = 1
	s.try("update list", func() error { return s.mod.UpdateWordList(t.Context(), garcia, list) })
	s.try("delete list", func() error { return s.mod.DeleteWordList(t.Context(), garcia, list.ID, 2) })

	house := directory.NewService(directory.Config{InTx: postgres.Transactions[directory.ServiceTx](s.db), Clock: s.clock})
	until := s.clock().Add(time.Hour)
	s.try("set standing", func() error {
		return second(house.SetStanding(t.Context(), garcia, directory.StandingInput{Person: s.Noe, Kind: directory.Suspended, Until: until, Reason: "À revoir."}))
	})
	s.try("delegate", func() error {
		return second(house.Lend(t.Context(), garcia, directory.Loan{To: s.Petit, Powers: []actor.Role{actor.Masker}, During: directory.Period{Until: until}}))
	})
	s.try("settings", func() error {
		return second(house.Configure(t.Context(), garcia, 1, map[string]json.RawMessage{"longest_title": json.RawMessage("100"), "longest_text": json.RawMessage("5000")}))
	})
}
