package postgres_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// keeping is the service of spaces at the desk's time.
func (d *desk) keeping() *publication.Spaces {
	return publication.NewSpaces(postgres.Transactions[publication.SpaceTx](d.db), d.clock)
}

// tend runs the job, and then what it promised. It tells which spaces it found, and
// in how many of them there was something to be done.
func (d *desk) tend(t *testing.T) (found []id.Space, did int) {
	t.Helper()
	places, err := d.db.Untended(t.Context(), d.clock())
	if err != nil {
		t.Fatal(err)
	}
	for _, place := range places {
		ok, err := d.keeping().Tend(t.Context(), place.Tenant, place.Space)
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			did++
		}
		found = append(found, place.Space)
	}
	d.work(t)
	return found, did
}

// ended ends somebody's memberships yesterday.
func (d *desk) ended(t *testing.T, who id.Person) {
	t.Helper()
	d.exec(t, `UPDATE membership SET during = daterange(NULL, $2::date) WHERE person_id = $1`, who, d.clock())
}

func (d *desk) frozen(t *testing.T, space id.Space) bool {
	t.Helper()
	known, _, err := d.keeping().View(t.Context(), person(d.Tilleuls, d.Garcia), space)
	if err != nil {
		t.Fatal(err)
	}
	return known.Space.Frozen
}

// trailed lists the acts on vacancies and holds, the oldest first.
func (d *desk) trailed(t *testing.T) string {
	t.Helper()
	var acts string
	err := d.admin.QueryRow(t.Context(), `SELECT coalesce(string_agg(concat_ws(' ', action, actor_kind, via, rule), ', ' ORDER BY at, entry_id), '')
		FROM audit_entry WHERE subject_kind IN ('vacancy', 'hold')`).Scan(&acts)
	if err != nil {
		t.Fatal(err)
	}
	return acts
}

// TestASpaceThatNobodyAnswersForIsHandedOver walks R15's whole way: told at once and
// once, open while the handover runs, then frozen, until somebody is named and lifts it.
func TestASpaceThatNobodyAnswersForIsHandedOver(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if found, _ := d.tend(t); len(found) != 0 {
		t.Fatalf("everybody answers, and the job looks into %v", found)
	}
	d.ended(t, d.Petit) // owns the site, and nothing else
	for range 3 {
		if found, _ := d.tend(t); !slices.Equal(found, []id.Space{d.Web}) {
			t.Fatalf("the job looks into %v, want the site", found)
		}
	}
	for who, want := range map[id.Person][]string{d.Garcia: {"handover"}, d.Diallo: {"handover"}, d.Martin: {}, d.Petit: {}} {
		if got := d.told(t, who); !slices.Equal(got, want) {
			t.Errorf("%s was told %v, want %v", who, got, want)
		}
	}
	page, err := d.mod.Notices(t.Context(), person(d.Tilleuls, d.Garcia), "", 0)
	if err != nil || !page.Items[0].Ends.Equal(dbtest.Now.AddDate(0, 0, 15)) || page.Items[0].Space != d.Web {
		t.Errorf("the head is told %+v, %v", page.Items, err)
	}
	d.pass(15*24*time.Hour - time.Second)
	if _, did := d.tend(t); did != 0 || d.frozen(t, d.Web) {
		t.Errorf("frozen before its time")
	}
	d.pass(time.Second)
	if _, did := d.tend(t); did != 1 || !d.frozen(t, d.Web) {
		t.Errorf("the handover is over, and the site is not frozen")
	}
	if got := d.told(t, d.Garcia); len(got) != 2 || !strings.HasPrefix(got[1], "frozen ") {
		t.Errorf("the head was told %v", got)
	}
	if found, _ := d.tend(t); len(found) != 0 {
		t.Errorf("what is frozen costs the job %v", found)
	}
	if got, want := d.trailed(t), "begin_vacancy system clock:handover R15, freeze system clock:handover"; !strings.HasPrefix(got, want) {
		t.Errorf("the trail says %s", got)
	}
}

// handedOver is a school whose site was frozen because its owner left.
func handedOver(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	d.ended(t, d.Petit)
	d.tend(t)
	d.pass(15 * 24 * time.Hour)
	d.tend(t)
	return d
}

func (d *desk) unfreeze(t *testing.T) error {
	t.Helper()
	known, _, err := d.keeping().View(t.Context(), person(d.Tilleuls, d.Garcia), d.Web)
	if err != nil {
		t.Fatal(err)
	}
	return d.keeping().Act(t.Context(), person(d.Tilleuls, d.Garcia), d.Web, publication.SpaceCommand{
		Action: workflow.Unfreeze, Version: known.Space.Version, Reason: workflow.Reason{Text: "Un responsable est désigné."},
	})
}

// name has the head name an owner of the site.
func (d *desk) name(t *testing.T, owner id.Person) error {
	t.Helper()
	known, _, err := d.keeping().View(t.Context(), person(d.Tilleuls, d.Garcia), d.Web)
	if err != nil {
		t.Fatal(err)
	}
	s := known.Space
	return d.keeping().Configure(t.Context(), person(d.Tilleuls, d.Garcia), d.Web, s.Version, publication.SpaceInput{
		Title: s.Title, Kind: s.Kind, Mode: s.Mode, Audience: s.Audience, Owner: owner, Backup: s.Backup, Grants: known.Grants,
	})
}

func TestTheFreezeIsLiftedOnceSomebodyAnswers(t *testing.T) {
	t.Parallel()
	d := handedOver(t)
	var refusal *workflow.Refusal
	if err := d.unfreeze(t); !errors.As(err, &refusal) || refusal.Rule != "R15" {
		t.Errorf("nobody answers, and the freeze was lifted: %v", err)
	}
	if err := d.name(t, d.Lina); !errors.As(err, &refusal) || refusal.Rule != "R15" {
		t.Errorf("a pupil answers: %v", err)
	}
	if err := d.name(t, d.Martin); err != nil {
		t.Fatal(err)
	}
	if found, _ := d.tend(t); len(found) != 0 || !d.frozen(t, d.Web) {
		t.Errorf("naming somebody lifts by itself, or leaves the job %v", found)
	}
	if err := d.unfreeze(t); err != nil || d.frozen(t, d.Web) {
		t.Errorf("somebody answers, and it stays frozen: %v", err)
	}
	if _, did := d.tend(t); did != 0 {
		t.Error("frozen again")
	}
	if got := d.verified(t); got != "" {
		t.Error(got)
	}
}

func TestAFreezeLostIsFound(t *testing.T) {
	t.Parallel()
	d := handedOver(t)
	if got := d.verified(t); got != "" {
		t.Error(got)
	}
	d.exec(t, `UPDATE hold SET status = 'released', version = 2, released_at = now()`)
	if got := d.verified(t); !strings.Contains(got, "R15") {
		t.Errorf("nobody answers, nothing is frozen, and verify says %q", got)
	}
}

// Whoever comes back ends the vacancy; the next one has its whole handover.
func TestAnOwnerWhoComesBackEndsTheHandover(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.ended(t, d.Petit)
	d.tend(t)
	d.exec(t, `UPDATE membership SET during = daterange(NULL, NULL) WHERE person_id = $1`, d.Petit)
	d.pass(14 * 24 * time.Hour)
	if _, did := d.tend(t); did != 1 || !strings.HasSuffix(d.trailed(t), "end_vacancy system clock:handover R15") {
		t.Errorf("the trail says %s", d.trailed(t))
	}
	d.ended(t, d.Petit)
	d.tend(t)
	d.pass(2 * 24 * time.Hour)
	if _, did := d.tend(t); did != 0 || d.frozen(t, d.Web) {
		t.Error("the second handover was cut short by the first")
	}
}

// TestWhoDoesNotAnswer: an owner or a backup who has left, is a minor, or is no
// staff any more. A space that is closed is left in peace.
func TestWhoDoesNotAnswer(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"an owner who has left":         `UPDATE membership SET during = daterange(NULL, '2026-11-24') WHERE person_id = (SELECT owner_id FROM space WHERE slug = 'site')`,
		"an owner of another profile":   `UPDATE membership SET profile = 'guardian' WHERE person_id = (SELECT owner_id FROM space WHERE slug = 'site')`,
		"an owner under age":            `UPDATE person SET birth_date = '2008-11-25' WHERE person_id = (SELECT owner_id FROM space WHERE slug = 'site')`,
		"a backup under age":            `UPDATE person SET birth_date = '2008-11-25' FROM space s WHERE s.slug = 'site' AND person_id = s.backup_id`,
		"a backup who was never named":  `UPDATE space SET backup_id = NULL WHERE slug = 'site'`,
		"an owner who comes of age":     `UPDATE person SET birth_date = '2008-11-24' WHERE person_id = (SELECT owner_id FROM space WHERE slug = 'site')`,
		"a space that is closed":        `WITH x AS (UPDATE space SET status = 'closed' WHERE slug = 'site') UPDATE membership SET during = 'empty' WHERE person_id = (SELECT owner_id FROM space WHERE slug = 'site')`,
		"a membership of next week":     `UPDATE membership SET during = '[2026-12-01,)' WHERE person_id = (SELECT owner_id FROM space WHERE slug = 'site')`,
		"a membership of another house": `UPDATE membership SET tenant_id = (SELECT tenant_id FROM tenant WHERE uai = '0310001Y') WHERE person_id = (SELECT owner_id FROM space WHERE slug = 'site')`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.exec(t, change)
			found, did := d.tend(t)
			want := name != "an owner who comes of age" && name != "a space that is closed"
			if slices.Contains(found, d.Web) != want || (did > 0) != want {
				t.Errorf("the job finds %v and does %d things, want %t", found, did, want)
			}
		})
	}
}

// What was stopped already is not stopped twice, and stays stopped (R26, R15). The
// freeze stops writing and lets reading go on.
func TestAHandoverEndsInOneFreeze(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.ended(t, d.Petit)
	d.tend(t)
	if err := d.keeping().Act(t.Context(), person(d.Tilleuls, d.Diallo), d.Web, publication.SpaceCommand{
		Action: workflow.Freeze, Version: 1, Reason: workflow.Reason{Text: "Le temps de voir."},
	}); err != nil {
		t.Fatal(err)
	}
	d.pass(16 * 24 * time.Hour)
	d.tend(t)
	if n := d.count(t, `SELECT count(*) FROM hold WHERE status = 'open' AND kind = 'freeze'`); n != 1 {
		t.Errorf("%d freezes", n)
	}
	if err := d.unfreeze(t); err == nil {
		t.Error("the stop was lifted, and nobody answers")
	}
	_, err := d.publish.Create(t.Context(), person(d.Tilleuls, d.Martin), publication.New{Space: d.Web, Kind: publication.Page, Input: publication.Input{Title: "Une", Body: "<p>Page</p>"}})
	if !errors.Is(err, workflow.ErrUnmet) {
		t.Errorf("written in a frozen space: %v", err)
	}
	reader := d.reader()
	if _, err := reader.Space(t.Context(), d.viewer(t, reader, d.Lina), "site", ""); err != nil {
		t.Errorf("a freeze hides: %v", err)
	}
}

// TestManyTendOneSpaceOnce: several processes at once, by mistake or after a lock
// was lost, leave one vacancy, one freeze, and one notice each.
func TestManyTendOneSpaceOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.ended(t, d.Petit)
	for _, wait := range []time.Duration{0, 15 * 24 * time.Hour} {
		d.pass(wait)
		errs, did := make([]error, 6), make([]bool, 6)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() { did[i], errs[i] = d.keeping().Tend(t.Context(), d.Tilleuls, d.Web) })
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		if n := len(slices.DeleteFunc(did, func(ok bool) bool { return !ok })); n != 1 {
			t.Errorf("done %d times after %s", n, wait)
		}
		d.work(t)
	}
	if n := d.count(t, `SELECT count(*) FROM hold`); n != 1 {
		t.Errorf("%d freezes", n)
	}
	if got := d.told(t, d.Garcia); len(got) != 2 {
		t.Errorf("told %v", got)
	}
}

// A notice that comes late, when somebody answers already, tells nobody anything.
func TestALateNoticeOfAHandoverIsSilent(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.ended(t, d.Petit)
	if _, err := d.keeping().Tend(t.Context(), d.Tilleuls, d.Web); err != nil {
		t.Fatal(err)
	}
	if err := d.name(t, d.Martin); err != nil {
		t.Fatal(err)
	}
	d.work(t)
	if got := d.told(t, d.Garcia); len(got) != 0 {
		t.Errorf("told %v", got)
	}
}

// TestTheSearchForVacanciesIsOneRead: it does not grow into a transaction for each
// space.
func TestTheSearchForVacanciesIsOneRead(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.exec(t, `INSERT INTO space (space_id, tenant_id, slug, title, kind, mode, audience, owner_id, backup_id, status, version, created_at)
		SELECT gen_random_uuid(), $1, 'espace-' || n, 'Espace', 'forum', 'POST', 'establishment', $2, $3, 'open', 1, $4 FROM generate_series(1, 2000) n`,
		d.Tilleuls, d.Martin, d.Diallo, dbtest.Now)
	if found, _ := d.tend(t); len(found) != 0 {
		t.Errorf("%d of two thousand spaces that two answer for", len(found))
	}
}

func TestStandingsAreTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dir := directory.NewService(directory.Config{InTx: postgres.Transactions[directory.ServiceTx](d.db), Clock: d.clock})
	head := person(d.Tilleuls, d.Garcia)
	until := d.clock().Add(48 * time.Hour)
	standing, err := dir.SetStanding(t.Context(), head, directory.StandingInput{Person: d.Lina, Kind: directory.Suspended, Until: until, Reason: "Propos blessants."})
	if err != nil {
		t.Fatal(err)
	}
	d.work(t)
	d.pass(time.Hour)
	if err := dir.EndStanding(t.Context(), head, standing); err != nil {
		t.Fatal(err)
	}
	if _, err := dir.SetStanding(t.Context(), head, directory.StandingInput{Person: d.Noe, Kind: directory.Supervised, Until: until, Reason: "À suivre."}); err != nil {
		t.Fatal(err)
	}
	d.work(t)
	for who, want := range map[id.Person]string{
		d.Lina:   fmt.Sprintf("suspended %s %s Propos blessants., cleared %s %s ", stamp(dbtest.Now), stamp(until), stamp(dbtest.Now), stamp(d.clock())),
		d.Noe:    fmt.Sprintf("supervised %s %s À suivre.", stamp(d.clock()), stamp(until)),
		d.Garcia: "", d.Martin: "",
	} {
		if got := d.dated(t, who); got != want {
			t.Errorf("%s was told %q, want %q", who, got, want)
		}
	}
}

func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// dated lists what somebody was told, with its dates, the oldest first.
func (d *desk) dated(t *testing.T, who id.Person) string {
	t.Helper()
	page, err := d.mod.Notices(t.Context(), person(d.Tilleuls, who), "", moderation.MaxLimit)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, n := range slices.Backward(page.Items) {
		list = append(list, fmt.Sprintf("%s %s %s %s", n.Kind, stamp(n.Begins), stamp(n.Ends), n.Reason))
	}
	return strings.Join(list, ", ")
}

// TestARefusalSaysUntilWhen: a suspended author is told when it ends (R53).
func TestARefusalSaysUntilWhen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	until := d.clock().Add(48 * time.Hour)
	d.exec(t, `INSERT INTO standing (standing_id, tenant_id, person_id, kind, during, reason) VALUES (gen_random_uuid(), $1, $2, 'suspended', tstzrange($3, $4), 'x')`,
		d.Tilleuls, d.Lina, d.clock(), until)
	_, err := d.publish.Create(t.Context(), person(d.Tilleuls, d.Lina), publication.New{
		Space: d.Blog, Kind: publication.Article, Submit: true, Input: publication.Input{Title: "Un", Body: "<p>Texte</p>"},
	})
	var refusal *workflow.Refusal
	if !errors.As(err, &refusal) || !refusal.Until.Equal(until) {
		t.Errorf("refused %+v", err)
	}
}

// TestAdministratorsAreToldOfDenials: once, and the director where nobody else runs
// the house (R09).
func TestAdministratorsAreToldOfDenials(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dir := directory.NewService(directory.Config{InTx: postgres.Transactions[directory.ServiceTx](d.db), Clock: d.clock})
	burst := func(who id.Person) {
		for range 7 {
			if err := dir.Denied(t.Context(), person(d.Tilleuls, who), "space:freeze", "R09"); err != nil {
				t.Fatal(err)
			}
		}
		d.work(t)
	}
	burst(d.Lina)
	d.exec(t, `UPDATE membership SET roles = '{admin}' WHERE person_id = $1`, d.Diallo)
	burst(d.Noe)
	burst(d.Diallo) // who would have to tell on herself
	for who, want := range map[id.Person]int{d.Garcia: 2, d.Diallo: 1, d.Martin: 0, d.Lina: 0, d.Noe: 0} {
		if got := d.told(t, who); len(got) != want || slices.ContainsFunc(got, func(k string) bool { return k != "denials" }) {
			t.Errorf("%s was told %v, want %d", who, got, want)
		}
	}
}
