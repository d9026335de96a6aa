package postgres_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/actor"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// power lends somebody a power for a month, behind the walls.
func (d *desk) power(t *testing.T, to id.Person, power actor.Role) {
	t.Helper()
	d.exec(t, `INSERT INTO delegation (delegation_id, tenant_id, from_id, to_id, power, during) VALUES (gen_random_uuid(), $1, $2, $3, $4, tstzrange($5, $6))`,
		d.Tilleuls, d.Garcia, to, power, dbtest.Now.AddDate(0, 0, -1), dbtest.Now.AddDate(0, 0, 30))
}

func (d *desk) deskOf(t *testing.T, tenant id.Tenant, who id.Person) moderation.Desk {
	t.Helper()
	desk, err := d.cases.Desk(t.Context(), person(tenant, who))
	if err != nil {
		t.Fatal(err)
	}
	return desk
}

// lately is what the head reads of what delegates did, the latest first.
func (d *desk) lately(t *testing.T) []string {
	t.Helper()
	page, err := d.cases.LentActs(t.Context(), person(d.Tilleuls, d.Garcia), id.Person{}, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, act := range page.Items {
		list = append(list, strings.Join([]string{act.Name, string(act.Action), string(act.Power), act.Title}, " "))
	}
	return list
}

// The desk begins with what the law gives least time for, then with what is gravest, and each
// person sees the part that is theirs.
func TestTheDeskBeginsWithWhatIsUrgent(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for i, ground := range []workflow.Ground{"PURP", "HAR", "DEF", "SPAM"} {
		c := d.write(t, d.Lina, d.Forum, publication.Topic, string(ground), "<p>Là.</p>")
		d.report(t, d.Noe, c, ground)
		if i == 3 { // as whoever records a reply would leave it
			d.exec(t, `UPDATE case_file SET kind = 'reply', due_at = $1 WHERE title = 'SPAM'`, d.clock().Add(72*time.Hour))
		}
	}
	d.power(t, d.Petit, actor.Signatory)
	desk := d.deskOf(t, d.Tilleuls, d.Garcia)
	var got []string
	for _, line := range desk.Cases {
		got = append(got, line.Target.Title)
	}
	if diff := cmp.Diff([]string{"SPAM", "HAR", "DEF", "PURP"}, got); diff != "" {
		t.Errorf("in the order %s", diff)
	}
	if want := (moderation.DeskCounts{Cases: 4, Replies: 1, Stopped: 1}); desk.Counts != want || !desk.Directs || len(desk.Powers) != 5 {
		t.Errorf("counts %+v, want %+v; %v", desk.Counts, want, desk.Powers)
	}
	if len(desk.Stopped) != 1 || desk.Stopped[0].Title != "HAR" || desk.Stopped[0].Late || desk.Stopped[0].Case.IsZero() {
		t.Errorf("R42: what is masked %+v", desk.Stopped)
	}
	if len(desk.Holidays) == 0 || desk.Holidays[0].Day != "" || !slices.Contains(desk.Holidays[0].Uncovered(), actor.Judge) {
		t.Errorf("holidays %+v", desk.Holidays)
	}
	d.pass(49 * time.Hour)
	d.work(t)
	desk = d.deskOf(t, d.Tilleuls, d.Garcia)
	if !desk.Stopped[0].Late || !desk.Cases[1].Late || desk.Cases[0].Late || desk.Counts.Late == 0 || len(desk.Escalated) == 0 {
		t.Errorf("two days later: %+v, %+v", desk.Counts, desk.Escalated)
	}
	signer := d.deskOf(t, d.Tilleuls, d.Petit)
	if signer.Directs || len(signer.Cases)+len(signer.Stopped)+len(signer.Escalated)+signer.Counts.Cases != 0 || len(signer.Delegations) != 1 || len(signer.Holidays) != 0 {
		t.Errorf("whoever may only sign reads %+v", signer)
	}
}

func TestNobodyElseHasADesk(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.report(t, d.Noe, d.topic(t), "DEF")
	for name, who := range map[string]actor.Actor{
		"a teacher": person(d.Tilleuls, d.Martin), "a pupil": person(d.Tilleuls, d.Lina), "the neighbour's head": person(d.Tilleuls, d.Roche), "anyone": anonymous(d.Tilleuls),
	} {
		if desk, err := d.cases.Desk(t.Context(), who); !errors.Is(err, directory.ErrNotFound) || len(desk.Cases) != 0 {
			t.Errorf("%s reads %+v, %v", name, desk, err)
		}
	}
	d.power(t, d.Petit, actor.Judge)
	if _, err := d.cases.LentActs(t.Context(), person(d.Tilleuls, d.Petit), id.Person{}, "", 0); !errors.Is(err, directory.ErrForbidden) {
		t.Errorf("a delegate reads what delegates did: %v", err)
	}
	if _, err := d.cases.LentActs(t.Context(), person(d.Tilleuls, d.Garcia), id.Person{}, "x", 0); !errors.Is(err, publication.ErrCursor) {
		t.Errorf("a cursor that is none: %v", err)
	}
	if desk := d.deskOf(t, d.Platanes, d.Roche); len(desk.Cases)+len(desk.Stopped)+len(desk.Unsigned)+desk.Counts.Cases != 0 {
		t.Errorf("the lycée reads %+v", desk)
	}
}

// What a delegate did in the head's name is told; what they may do of their own is not, nor what
// the head did.
func TestTheHeadReadsWhatDelegatesDid(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.power(t, d.Petit, actor.Judge)
	d.power(t, d.Diallo, actor.Masker) // who owns the forum, and masks there as that
	d.power(t, d.Petit, actor.Masker)
	c := d.topic(t)
	d.report(t, d.Noe, c, "DEF")
	about := d.only(t)
	d.mustOn(t, d.Tilleuls, d.Petit, about, moderation.CaseCommand{Action: workflow.Reassign, Assignee: d.Petit, Text: "Je m’en charge."})
	d.mustOn(t, d.Tilleuls, d.Petit, about, moderation.CaseCommand{Action: workflow.Examine})
	d.mustOn(t, d.Tilleuls, d.Petit, about, withdrawal)
	for _, who := range []id.Person{d.Diallo, d.Petit, d.Garcia} {
		other := d.write(t, d.Lina, d.Forum, publication.Topic, "Un autre", "<p>Là.</p>")
		d.mustJudge(t, who, other, workflow.Mask, workflow.Reason{Ground: "INJ", Text: "À voir."})
	}
	want := []string{"Marc Petit mask masker Un autre", "Marc Petit decide judge Le mammouth", "Marc Petit reassign judge Le mammouth"}
	if diff := cmp.Diff(want, d.lately(t)); diff != "" {
		t.Error(diff)
	}
	if acts := d.deskOf(t, d.Tilleuls, d.Garcia).Acts; len(acts) != 3 || acts[1].Case != about || acts[1].Reference == "" {
		t.Errorf("on the desk: %+v", acts)
	}
	first, err := d.cases.LentActs(t.Context(), person(d.Tilleuls, d.Garcia), d.Petit, "", 2)
	if err != nil || len(first.Items) != 2 {
		t.Fatalf("%+v, %v", first, err)
	}
	rest, err := d.cases.LentActs(t.Context(), person(d.Tilleuls, d.Garcia), d.Petit, first.Next, 2)
	if err != nil || len(rest.Items) != 1 || rest.Next != "" || rest.Items[0].Action != workflow.Reassign {
		t.Errorf("the second page: %+v, %v", rest, err)
	}
	if none, err := d.cases.LentActs(t.Context(), person(d.Tilleuls, d.Garcia), d.Diallo, "", 0); err != nil || len(none.Items) != 0 {
		t.Errorf("of the owner: %+v, %v", none, err)
	}
	d.pass(31 * 24 * time.Hour)
	if late := d.lately(t); len(late) != 0 {
		t.Errorf("a month later: %v", late)
	}
}

// A case that the head is concerned in is handled above, and leaves this list too (R46).
func TestWhatConcernsTheHeadIsNotOnTheDesk(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.académie(t)
	d.power(t, d.Petit, actor.Judge)
	c := d.said(t, "<p>Mme Garcia ment.</p>")
	d.report(t, d.Noe, c, "DEF")
	other := d.topic(t)
	d.report(t, d.Noe, other, "INJ")
	desk := d.deskOf(t, d.Tilleuls, d.Garcia)
	if len(desk.Cases) != 1 || desk.Cases[0].Target.Contribution != other || desk.Counts.Cases != 1 {
		t.Errorf("on the desk: %+v", desk.Cases)
	}
	about := desk.Cases[0].ID
	d.mustOn(t, d.Tilleuls, d.Petit, about, moderation.CaseCommand{Action: workflow.Reassign, Assignee: d.Petit, Text: "Je m’en charge."})
	if len(d.lately(t)) != 1 {
		t.Errorf("%v", d.lately(t))
	}
	d.mustOn(t, d.Tilleuls, d.Petit, about, moderation.CaseCommand{Action: workflow.Transfer, Text: "Plus haut."})
	if lately := d.lately(t); len(lately) != 0 {
		t.Errorf("of a case in other hands: %v", lately)
	}
}

// lent_power follows the tables: for each act that a delegable power allows, it names that power
// where nothing else allowed it, and nothing where something did.
func TestLentPowersFollowTheTables(t *testing.T) {
	t.Parallel()
	b := setup(t)
	conn := b.admin(t)
	ask := func(act workflow.Action, roles ...actor.Role) actor.Role {
		var power *actor.Role
		if err := conn.QueryRow(t.Context(), `SELECT lent_power($1, $2)`, string(act), actor.NewRoles(roles...).String()).Scan(&power); err != nil {
			t.Fatal(err)
		}
		if power == nil {
			return ""
		}
		return *power
	}
	type row struct {
		act   workflow.Action
		roles []actor.Role
	}
	var rows []row
	for _, r := range workflow.HoldTable.Rules {
		rows = append(rows, row{r.Action, r.Roles})
	}
	for _, r := range workflow.EditorialTable.Rules {
		rows = append(rows, row{r.Action, r.Roles})
	}
	checked := 0
	for _, r := range rows {
		for _, power := range directory.Powers() {
			if !slices.Contains(r.roles, power) || (r.act == workflow.Reverse || (r.act == workflow.Mask && power == actor.Judge)) {
				continue
			}
			if got := ask(r.act, power, actor.Staff, actor.Reader); got != power {
				t.Errorf("%s by a lent %s is told as %q", r.act, power, got)
			}
			for _, other := range r.roles {
				if other != power && other != actor.System && ask(r.act, power, other, actor.Staff) != "" {
					t.Errorf("%s by a %s who holds %s is told as lent", r.act, other, power)
				}
			}
			checked++
		}
	}
	if checked < 8 {
		t.Errorf("only %d acts", checked)
	}
	for act, alone := range lentActs(t) {
		if got := ask(act, actor.Judge, actor.Examiner, actor.Staff); got != actor.Judge {
			t.Errorf("%s by a delegate is told as %q", act, got)
		}
		if got := ask(act, actor.Examiner, actor.Owner, actor.Judge); (got == actor.Judge) != alone {
			t.Errorf("%s by the owner is told as %q", act, got)
		}
		if got := ask(act, actor.Examiner, actor.Director, actor.Judge); got != "" {
			t.Errorf("%s by the director is told as %q", act, got)
		}
	}
}

// notLent are the acts of cases that nobody does in the head's name, with the reason.
var notLent = map[string]string{
	"examine": "to look is no decision", "respond": "a party's", "appeal": "a party's", "report": "a party's", "acknowledge": "the machine's", "assign": "the machine's",
	"close_case": "the machine's", "reject_order": "the director's alone", "lift_order": "the director's alone", "insert_reply": "the director's alone",
	"refuse_reply": "the director's alone", "end_reply": "the director's alone", "lift_referral": "the director's alone", "tell_guardians": "the director's alone",
	"hold_guardians": "the director's alone", "publish_report": "the director's alone", "release_guardians": "the director's alone", "purge_case": "the machine's",
	"read_reporters": "reading, which its own log tells", "read_attachment": "reading, which its own log tells",
	"write_reason": "a text of the house, and about no case", "drop_reason": "a text of the house, and about no case",
}

// lentActs are all other acts of cases that there are, of the tables and of the package's constants,
// and whether a lent power alone allows them: else whoever answers for the space does them as well.
func lentActs(t *testing.T) map[workflow.Action]bool {
	t.Helper()
	all := map[workflow.Action]bool{}
	add := func(act workflow.Action, alone bool) {
		if notLent[string(act)] == "" {
			all[act] = alone
		}
	}
	for _, r := range slices.Concat(workflow.CaseTable.Rules, workflow.ReplyTable.Rules) {
		add(r.Action, false)
	}
	for _, r := range workflow.OrderTable.Rules {
		add(r.Action, true)
	}
	constants := regexp.MustCompile(`(?m)^(?:const |\t)(Act\w+)\s+= "(\w+)"`)
	files, err := filepath.Glob("../../moderation/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, constant := range constants.FindAllStringSubmatch(string(text), -1) {
			found++
			add(workflow.Action(constant[2]), slices.Contains([]string{"refer", "abstain", "mark_unfounded", "lift_unfounded"}, constant[2]))
		}
	}
	if found < 15 {
		t.Errorf("only %d constants were found", found)
	}
	all[workflow.ReopenCase] = false
	return all
}

// Whom a power is lent to is told when it begins, and both when it ends; an acting head likewise.
func TestALentPowerIsTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	house := directory.NewService(directory.Config{InTx: postgres.Transactions[directory.ServiceTx](d.db), Clock: d.clock})
	garcia := person(d.Tilleuls, d.Garcia)
	until := d.clock().Add(48 * time.Hour)
	lent, err := house.Lend(t.Context(), garcia, directory.Loan{To: d.Petit, Powers: directory.Powers(), During: directory.Period{Until: until}})
	if err != nil {
		t.Fatal(err)
	}
	d.work(t)
	told := func(who id.Person) (kinds []moderation.NoticeKind) {
		page, err := d.mod.Notices(t.Context(), person(d.Tilleuls, who), "", 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range page.Items {
			kinds = append(kinds, n.Kind)
		}
		return kinds
	}
	if diff := cmp.Diff([]moderation.NoticeKind{moderation.ToldPowerLent}, told(d.Petit)); diff != "" {
		t.Errorf("five powers, one notice: %s", diff)
	}
	d.pass(time.Minute)                                                          // notices are in the order of their times
	if err := house.EndDelegation(t.Context(), garcia, lent[0].ID); err != nil { // the one that the message is about
		t.Fatal(err)
	}
	d.work(t)
	d.pass(49 * time.Hour)
	d.work(t)
	if diff := cmp.Diff([]moderation.NoticeKind{moderation.ToldPowerEnded, moderation.ToldPowerEnded, moderation.ToldPowerLent}, told(d.Petit)); diff != "" {
		t.Errorf("one taken back, the others over: %s", diff)
	}
	if diff := cmp.Diff([]moderation.NoticeKind{moderation.ToldPowerEnded}, told(d.Garcia)); diff != "" {
		t.Errorf("who lent is told what has ended by itself: %s", diff)
	}
}

// What was masked and then withdrawn was looked at: it is late for nobody (R26, R42).
func TestWhatWasWithdrawnWaitsForNoLook(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	d.mustJudge(t, d.Garcia, c, workflow.Mask, workflow.Reason{Ground: "PRIV", Text: "À voir."})
	if desk := d.deskOf(t, d.Tilleuls, d.Garcia); len(desk.Stopped) != 1 || desk.Counts.Stopped != 1 {
		t.Errorf("masked: %+v", desk.Stopped)
	}
	d.mustJudge(t, d.Garcia, c, workflow.Withdraw, workflow.Reason{Ground: "INJ", Text: "Une insulte."})
	if desk := d.deskOf(t, d.Tilleuls, d.Garcia); len(desk.Stopped) != 0 || desk.Counts.Stopped != 0 {
		t.Errorf("withdrawn: %+v", desk.Stopped)
	}
}

// Why a case was handed up is what whoever did so wrote; nothing where its time did (R40).
func TestWhatItsTimeHandsUpHasNoWords(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.académie(t)
	d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
	d.report(t, d.Noe, d.topic(t), "DEF")
	d.mustOn(t, d.Tilleuls, d.Garcia, d.only(t), moderation.CaseCommand{Action: workflow.Reassign, Assignee: d.Petit, Text: "À vous, Petit."})
	d.pass(12 * time.Hour)
	d.work(t)
	if up := d.deskOf(t, d.Tilleuls, d.Garcia).Escalated; len(up) != 1 || up[0].Why != "" {
		t.Errorf("handed up %+v", up)
	}
}
