package postgres_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// hushedFor is an order about something of which its authority wants silence for ten days, executed at
// the desk's time.
func (d *desk) hushedFor(t *testing.T, location string) id.Case {
	t.Helper()
	return d.hushedOn(t, location, "HATE")
}

func (d *desk) hushedOn(t *testing.T, location string, ground workflow.Ground) id.Case {
	t.Helper()
	in := judicial(location)
	in.Ground, in.SilentUntil = ground, d.clock().AddDate(0, 0, 10)
	order := d.ordered(t, d.Garcia, in)
	for _, command := range []moderation.CaseCommand{calledBack, execution} {
		if err := d.on(t, d.Tilleuls, d.Garcia, order, command); err != nil {
			t.Fatalf("%s: %v", command.Action, err)
		}
	}
	d.exec(t, `UPDATE outbox SET status = 'done', done_at = now() WHERE kind = 'photo:review' AND status <> 'done'`) // is another test's
	d.work(t)
	return order
}

var (
	anyID        = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	anyReference = regexp.MustCompile(`D-[0-9A-Z]{4,}(-[0-9A-Z]+)*|"Tag": ".*"`)
)

// everything is all that people of a school are shown of a text and may try on it, line by line, without
// ids and references: what is left tells two texts apart.
func (d *desk) everything(t *testing.T, c id.Contribution) string {
	t.Helper()
	var all strings.Builder
	show := func(what string, v any, err error) {
		text, failed := json.MarshalIndent(v, "", " ")
		if failed != nil {
			t.Fatal(failed)
		}
		said := anyReference.ReplaceAllString(anyID.ReplaceAllString(string(text), "ID"), "REF")
		fmt.Fprintln(&all, what, said, anyID.ReplaceAllString(fmt.Sprint(err), "ID"))
	}
	reader := d.reader()
	people := map[string]id.Person{"author": d.Lina, "reader": d.Noe, "owner": d.Diallo, "guardian": d.Haddad, "moderator and admin": d.Petit}
	for _, name := range slices.Sorted(maps.Keys(people)) {
		who := people[name]
		actor := person(d.Tilleuls, who)
		item, err := d.mod.Open(t.Context(), actor, c)
		show(name+" item", item, err)
		history, err := d.mod.History(t.Context(), actor, c, "", 0)
		show(name+" history", history.Items, err)
		page, err := reader.Contribution(t.Context(), d.viewer(t, reader, who), c)
		show(name+" page", page, err)
		work, err := d.cases.AboutWork(t.Context(), actor, c)
		show(name+" cases", work, err)
		notices, err := d.mod.Notices(t.Context(), actor, "", moderation.MaxLimit)
		for _, n := range notices.Items {
			if n.Contribution == c && n.Kind != moderation.ToldCaseInformed { // whoever answers for a space knows of reports
				show(name+" notice", n, err)
			}
		}
		show(name+" stops", d.waitsFor(t, who, c), nil)
		for _, action := range []workflow.Action{workflow.Restore, workflow.Lift, workflow.Purge, workflow.Unarchive} {
			command := publication.Command{Action: action, Version: item.Contribution.Version, Revision: item.Contribution.Live, Reason: workflow.Reason{Ground: "HATE", Text: "Non.", Reference: "X"}}
			show(name+" "+string(action), nil, d.publish.Act(t.Context(), actor, c, command))
		}
	}
	works, err := d.publish.Works(t.Context(), person(d.Tilleuls, d.Lina), "")
	for _, w := range works.Items {
		if w.Contribution.ID == c {
			show("in the list", w, err)
		}
	}
	show("trail", d.trailAs(t, d.Petit, c), nil)
	return all.String()
}

// R48: while an authority wants silence, what it has blocked looks to the author, their guardian, readers
// and whoever answers for the space like what a case masks, word for word; so does its lift. Who directs
// sees what it is. When the silence is over everybody is told, once.
func TestASilentBlockLooksLikeAMask(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const body = "<p>Noé est un tricheur.</p>"
	d.helper(t)
	d.exec(t, `UPDATE membership SET roles = '{admin}' WHERE person_id = $1`, d.Petit)
	plain, silent := d.said(t, body), d.said(t, body)
	d.pass(time.Hour)
	d.report(t, d.Noe, plain, "HATE")
	reported := d.only(t)
	d.exec(t, `UPDATE case_file SET assignee_id = $1, status = 'examining'`, d.Garcia)
	order := d.hushedFor(t, silent.String())
	if diff := cmp.Diff(d.everything(t, plain), d.everything(t, silent)); diff != "" {
		t.Errorf("R48, blocked: it does not look like a mask:\n%s", diff)
	}
	if got := d.exposed(t, silent); got != workflow.Blocked {
		t.Errorf("R48: who directs sees it as %s", got)
	}
	d.pass(time.Hour)
	d.mustOn(t, d.Tilleuls, d.Garcia, reported, showing)
	d.mustOn(t, d.Tilleuls, d.Garcia, order, lifting)
	if diff := cmp.Diff(d.everything(t, plain), d.everything(t, silent)); diff != "" {
		t.Errorf("R48, lifted: it does not look like a mask that has ended:\n%s", diff)
	}
	d.pass(10 * 24 * time.Hour)
	d.work(t)
	view, err := d.cases.AuthorView(t.Context(), person(d.Tilleuls, d.Lina), d.toldAs(t, order))
	if err != nil || view.Blocked || !view.Lifted || len(view.Letters) != 1 {
		t.Fatalf("R43: after the silence: %+v, %v", view, err)
	}
	for _, want := range []string{"Tribunal judiciaire de Toulouse", "Ce blocage a pris fin le", "ne pas vous en informer plus tôt"} {
		if !strings.Contains(view.Letters[0].Body, want) {
			t.Errorf("R43: the letter does not say %q:\n%s", want, view.Letters[0].Body)
		}
	}
	if d.toldOf(t, moderation.ToldOrderLifted, d.Lina) != 1 || d.toldOf(t, moderation.ToldOrderBlocked, d.Lina) != 0 {
		t.Errorf("told: %v", d.told(t, d.Lina))
	}
	if history, err := d.mod.History(t.Context(), person(d.Tilleuls, d.Lina), silent, "", 0); err != nil || !did(history.Items, workflow.Block) || !did(history.Items, workflow.Lift) {
		t.Errorf("after the silence the history hides what was done: %+v, %v", history.Items, err)
	}
	d.wantSound(t)
}

// trailAs is what somebody reads in the trail of the holds of a text, without ids.
func (d *desk) trailAs(t *testing.T, who id.Person, c id.Contribution) string {
	t.Helper()
	house := directory.NewService(directory.Config{InTx: postgres.Transactions[directory.ServiceTx](d.db), Clock: d.clock})
	entries, err := house.Trail(t.Context(), person(d.Tilleuls, who), directory.Security, directory.TrailFilter{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, e := range entries {
		if e.Contribution == c && e.SubjectKind == "hold" {
			fmt.Fprintln(&all, e.At, e.ActorKind, e.Pseudonym == uuid.Nil, e.Roles, e.Via, e.Action, e.Version, e.From, e.To, e.Ground, e.Rule)
		}
		if strings.HasSuffix(e.Action, "_order") || e.Action == string(workflow.Authenticate) {
			fmt.Fprintln(&all, e.Action)
		}
	}
	return all.String()
}

// R48, R58: an administrator, and a head who wrote it, read of a silent block in the trail what a case's mask
// leaves there, and of the order nothing; who directs reads it, and everybody when the silence is over.
func TestTheTrailKeepsASilence(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.exec(t, `UPDATE membership SET roles = '{admin}' WHERE person_id = $1`, d.Petit)
	plain, silent := d.said(t, "<p>Noé est un tricheur.</p>"), d.said(t, "<p>Noé est un tricheur.</p>")
	d.report(t, d.Noe, plain, "HATE")
	reported := d.only(t)
	d.exec(t, `UPDATE case_file SET assignee_id = $1, status = 'examining'`, d.Garcia)
	order := d.hushedFor(t, silent.String())
	if diff := cmp.Diff(d.trailAs(t, d.Petit, plain), d.trailAs(t, d.Petit, silent)); diff != "" {
		t.Errorf("R48: an administrator reads:\n%s", diff)
	}
	if got := d.trailAs(t, d.Garcia, silent); !strings.Contains(got, "block") || !strings.Contains(got, "record_order") {
		t.Errorf("R58: who directs reads only:\n%s", got)
	}
	d.exec(t, `UPDATE case_file SET author_id = $1 WHERE case_id = $2`, d.Garcia, order) // as of a head's own text
	if got := d.trailAs(t, d.Garcia, silent); strings.Contains(got, "block") || strings.Contains(got, "order") {
		t.Errorf("R48: a head who is the author reads:\n%s", got)
	}
	d.exec(t, `UPDATE case_file SET author_id = $1 WHERE case_id = $2`, d.Lina, order)
	d.mustOn(t, d.Tilleuls, d.Garcia, reported, showing)
	d.mustOn(t, d.Tilleuls, d.Garcia, order, lifting)
	if diff := cmp.Diff(d.trailAs(t, d.Petit, plain), d.trailAs(t, d.Petit, silent)); diff != "" {
		t.Errorf("R48, lifted: an administrator reads:\n%s", diff)
	}
	d.pass(10*24*time.Hour + time.Minute)
	d.work(t)
	if got := d.trailAs(t, d.Petit, silent); !strings.Contains(got, "block") || !strings.Contains(got, "lift_order") {
		t.Errorf("R58: after the silence an administrator reads only:\n%s", got)
	}
}

// R50: what is blocked by order on a ground that seals is sealed, as a case would; in the silence its author
// is told as little.
func TestASilentBlockOfWhatIsSealed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const body = "<p>Voici la photo de Noé.</p>"
	d.exec(t, `UPDATE membership SET roles = '{admin}' WHERE person_id = $1`, d.Petit)
	plain, silent := d.said(t, body), d.said(t, body)
	d.report(t, d.Noe, plain, "INTIM")
	order := d.hushedOn(t, silent.String(), "INTIM")
	if sealed := d.count(t, `SELECT count(*) FROM hold WHERE case_id = $1 AND kind = 'block' AND sealed AND status = 'open'`, order); sealed != 1 {
		t.Error("R50: a block on a ground that seals is not sealed")
	}
	if diff := cmp.Diff(d.everything(t, plain), d.everything(t, silent)); diff != "" {
		t.Errorf("R48, R50: it does not look like what a case seals:\n%s", diff)
	}
	if _, err := d.cases.AuthorView(t.Context(), person(d.Tilleuls, d.Lina), d.toldAs(t, order)); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("R50: its author opens the order: %v", err)
	}
	d.mustOn(t, d.Tilleuls, d.Garcia, order, lifting)
	d.work(t)
	if n := d.toldOf(t, moderation.ToldRestored, d.Lina); n != 0 {
		t.Errorf("R48: of the end of what they were not told of they are told %d times", n)
	}
	photo := d.picture(t, d.Lina)
	order = d.hushedOn(t, "/photos/"+photo.String(), "INTIM")
	if sealed := d.count(t, `SELECT count(*) FROM hold WHERE case_id = $1 AND kind = 'block' AND sealed AND status = 'open'`, order); sealed != 1 {
		t.Error("R50: a block of a picture on a ground that seals is not sealed")
	}
	d.wantSound(t)
}

func did(events []moderation.Event, action workflow.Action) bool {
	for _, e := range events {
		if e.Action == action {
			return true
		}
	}
	return false
}

// R48: what is blocked yet when the silence is over says so from that moment, to readers too; the case
// is not forgotten before.
func TestTheEndOfASilence(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	order := d.hushedFor(t, c.String())
	if kept := d.count(t, `SELECT count(*) FROM case_file WHERE case_id = $1 AND case_kept(case_id)`, order); kept != 1 {
		t.Error("R63: a case of which nobody is told yet may be forgotten")
	}
	page := func() workflow.Exposure {
		t.Helper()
		reader := d.reader()
		page, err := reader.Contribution(t.Context(), d.viewer(t, reader, d.Noe), c)
		if err != nil {
			t.Fatal(err)
		}
		return page.Published.Exposure
	}
	if got := page(); got != workflow.Masked {
		t.Errorf("R48: in the silence readers see it as %s", got)
	}
	heard := 0
	d.db.AfterCommit(func(committed postgres.Committed) {
		for _, r := range committed.Readings {
			if r.Contribution == c {
				heard++
			}
		}
	})
	d.pass(10*24*time.Hour + time.Minute)
	d.work(t)
	if got := page(); got != workflow.Blocked {
		t.Errorf("R48: after the silence readers see it as %s", got)
	}
	if got := d.dossier(t, c, d.Lina).Exposure(); got != workflow.Blocked {
		t.Errorf("R48: after the silence its author sees it as %s", got)
	}
	if heard == 0 {
		t.Error("R48: pages that are kept are not told that the silence is over")
	}
}

// R48: whoever uploaded a picture, and whoever answers for a space, are told of an order like an author;
// and no sooner.
func TestAnOrderAboutAPictureOrASpaceIsTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	photo := d.picture(t, d.Lina) // uploaded by Martin
	for name, about := range map[string]struct {
		location, words string
		whose           id.Person
	}{
		"picture": {"/photos/" + photo.String(), "Votre fichier", d.Martin},
		"space":   {d.Forum.String(), "L’espace", d.Diallo},
	} {
		order := d.hushedFor(t, about.location)
		told := d.toldAs(t, order)
		view, err := d.cases.AuthorView(t.Context(), person(d.Tilleuls, about.whose), told)
		if name == "space" && !errors.Is(err, directory.ErrNotFound) || name == "picture" && (err != nil || view.Blocked || !view.Masked || len(view.Letters) != 0) {
			t.Errorf("%s, in the silence: %+v, %v", name, view, err)
		}
		d.pass(10*24*time.Hour + time.Minute)
		d.work(t)
		view, err = d.cases.AuthorView(t.Context(), person(d.Tilleuls, about.whose), told)
		if err != nil || !view.Blocked || len(view.Letters) != 1 || !strings.Contains(view.Letters[0].Body, about.words) {
			t.Errorf("%s, after the silence: %+v, %v", name, view, err)
		}
		if n := d.toldOf(t, moderation.ToldOrderBlocked, about.whose); n != 1 {
			t.Errorf("%s: told %d times", name, n)
		}
		if _, err := d.cases.AuthorView(t.Context(), person(d.Tilleuls, d.Noe), told); !errors.Is(err, directory.ErrNotFound) {
			t.Errorf("%s: to somebody else: %v", name, err)
		}
	}
}

// R48: in the silence a picture's uploader and a space's owner see a mask, and who directs the block.
func TestASilentBlockOfAPictureOrASpace(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	photo := d.picture(t, d.Lina)
	d.hushedFor(t, "/photos/"+photo.String())
	d.hushedFor(t, d.Forum.String())
	for name, who := range map[string]id.Person{"Martin": d.Martin, "Diallo": d.Diallo, "Garcia": d.Garcia} {
		want := map[bool]workflow.HoldKind{true: workflow.BlockHold, false: workflow.MaskHold}[who == d.Garcia]
		if who != d.Diallo {
			view := d.photoSeen(t, who, photo)
			if len(view.Holds) != 1 || view.Holds[0].Kind != want {
				t.Errorf("the picture, to %s: %+v", name, view.Holds)
			}
		}
		space, _, err := d.spaces().View(t.Context(), person(d.Tilleuls, who), d.Forum)
		if err != nil || len(space.Holds) != 1 || space.Holds[0].Kind != want {
			t.Errorf("the space, to %s: %+v, %v", name, space.Holds, err)
		}
		if strings.Contains(fmt.Sprint(space.Holds), "ordre") != (who == d.Garcia) {
			t.Errorf("the space, to %s, says %+v", name, space.Holds)
		}
	}
}

// R26, R48: what a moderator has masked stays on their list beneath a silent block, as beneath what a case
// masks; when everybody may know of the block, it is looked at.
func TestASilentBlockLeavesTheListOfStops(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	d.mustJudge(t, d.Diallo, c, workflow.Mask, workflow.Reason{Ground: "INJ", Text: "À examiner."})
	d.hushedFor(t, c.String())
	if !d.waitsFor(t, d.Diallo, c) {
		t.Error("R48: the list tells of a silent block")
	}
	d.pass(10*24*time.Hour + time.Minute)
	d.work(t)
	if d.waitsFor(t, d.Diallo, c) {
		t.Error("R26: after the silence what is blocked waits for a look")
	}
}

// photoSeen is a picture as somebody is shown it.
func (d *desk) photoSeen(t *testing.T, who id.Person, photo id.Photo) (seen imageconsent.PhotoDossier) {
	t.Helper()
	err := postgres.Transactions[imageconsent.PhotoTx](d.db)(t.Context(), d.Tilleuls, func(tx imageconsent.PhotoTx) (err error) {
		seen, err = tx.PhotoDossier(t.Context(), photo, who, d.clock())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return seen
}
