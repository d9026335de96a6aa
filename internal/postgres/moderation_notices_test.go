package postgres_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// told lists what somebody was told, the oldest first, with the reasons.
func (d *desk) told(t *testing.T, who id.Person) []string {
	t.Helper()
	page, err := d.mod.Notices(t.Context(), person(d.Tilleuls, who), "", moderation.MaxLimit)
	if err != nil {
		t.Fatal(err)
	}
	list := []string{}
	for _, n := range slices.Backward(page.Items) {
		list = append(list, strings.TrimSpace(string(n.Kind)+" "+n.Reason))
	}
	return list
}

func TestThoseConcernedAreTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.write(t, d.Lina, d.Blog, publication.Article, "Le musée", "<p>Un mammouth.</p>")
	d.mustJudge(t, d.Martin, c, workflow.RequestChanges, workflow.Reason{Text: "Relis-toi."})
	d.work(t)
	if _, err := d.publish.SaveDraft(t.Context(), person(d.Tilleuls, d.Lina), c, 0, publication.Input{Title: "Le musée", Body: "<p>Deux mammouths.</p>"}); err != nil {
		t.Fatal(err)
	}
	d.mustJudge(t, d.Lina, c, workflow.Submit)
	d.work(t)
	d.mustJudge(t, d.Martin, c, workflow.Approve)
	d.work(t)
	d.mustJudge(t, d.Garcia, c, workflow.Mask, workflow.Reason{Ground: "PRIV", Text: "Un nom."})
	d.work(t)
	d.pass(time.Second)
	restore := publication.Command{Action: workflow.Restore, Reason: workflow.Reason{Text: "Vérifié."}}
	item, err := d.mod.Item(t.Context(), person(d.Tilleuls, d.Garcia), c)
	if err != nil {
		t.Fatal(err)
	}
	restore.Version, restore.Revision = item.Contribution.Version, item.Contribution.Live
	if err := d.mod.Act(t.Context(), person(d.Tilleuls, d.Garcia), c, restore); err != nil {
		t.Fatal(err)
	}
	d.work(t)
	d.pass(time.Second)
	d.mustJudge(t, d.Lina, c, workflow.Archive)
	d.work(t)
	for who, want := range map[id.Person][]string{
		d.Lina:   {"changes_requested Relis-toi.", "live", "masked Un nom.", "restored Vérifié."}, // not of what she did herself
		d.Martin: {"in_review", "in_review"},
		d.Diallo: {}, d.Garcia: {}, d.Noe: {},
	} {
		if diff := cmp.Diff(want, d.told(t, who)); diff != "" {
			t.Errorf("%s was told (-want +got)\n%s", who, diff)
		}
	}
}

func TestSignatoriesAreTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.exec(t, `INSERT INTO delegation (delegation_id, tenant_id, from_id, to_id, power, during)
		VALUES ($1, $2, $3, $4, 'signatory', '[2026-09-01,2027-07-01)')`, id.New[id.Delegation](), d.Tilleuls, d.Garcia, d.Petit)
	page := d.write(t, d.Martin, d.Web, publication.Page, "L'accueil", "<p>Bienvenue.</p>")
	d.mustJudge(t, d.Diallo, page, workflow.Approve)
	d.work(t)
	for who, want := range map[id.Person][]string{d.Garcia: {"awaiting_signature"}, d.Petit: {"awaiting_signature"}, d.Diallo: {"in_review"}, d.Martin: {}} {
		if diff := cmp.Diff(want, d.told(t, who)); diff != "" {
			t.Errorf("%s was told (-want +got)\n%s", who, diff)
		}
	}
	if got := d.queue(t, d.Petit, moderation.Filter{}); len(got) != 1 || got[0].Reason != moderation.ForSignature {
		t.Errorf("the delegate signs %v", got)
	}
}

// TestNoticesComeOnce delivers a message many times at once.
func TestNoticesComeOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.submit(t, d.Lina, publication.New{Space: d.Blog, Kind: publication.Article, Input: publication.Input{Title: "Un", Body: "<p>Deux</p>"}})
	if err := d.mod.Screen(t.Context(), d.open(t)[0]); err != nil {
		t.Fatal(err)
	}
	m := d.open(t)[0]
	errs := make([]error, 8)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = d.mod.Notify(t.Context(), m) })
	}
	wg.Wait()
	done := 0
	for _, err := range errs {
		if err == nil {
			done++
		} else if !errors.Is(err, workflow.ErrStale) {
			t.Errorf("a second delivery: %v", err)
		}
	}
	if got := d.told(t, d.Martin); done != 1 || !slices.Equal(got, []string{"in_review"}) {
		t.Errorf("%d were done, and Martin was told %v of %s", done, got, c)
	}
}

func TestANoticeOfNothingIsNotFound(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	m := outbox.Message{ID: id.New[id.Message](), Tenant: d.Tilleuls, Kind: outbox.NoticeRevision, Subject: id.New[id.Revision]().UUID, Version: 1, Note: "pass"}
	if err := d.mod.Notify(t.Context(), m); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

func TestNoticesAreRead(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, title := range []string{"Un", "Deux", "Trois"} {
		d.write(t, d.Lina, d.Blog, publication.Article, title, "<p>"+title+"</p>")
	}
	martin := person(d.Tilleuls, d.Martin)
	page, err := d.mod.Notices(t.Context(), martin, "", 2)
	if err != nil || len(page.Items) != 2 || page.Next == "" {
		t.Fatalf("first page %+v, %v", page, err)
	}
	rest, err := d.mod.Notices(t.Context(), martin, page.Next, 2)
	if err != nil || len(rest.Items) != 1 || rest.Next != "" {
		t.Fatalf("second page %+v, %v", rest, err)
	}
	titles := []string{page.Items[0].Title, page.Items[1].Title, rest.Items[0].Title}
	if slices.Sort(titles); !slices.Equal(titles, []string{"Deux", "Trois", "Un"}) || page.Items[0].SpaceTitle != "Le blog de la 5A" {
		t.Errorf("notices of %v in %s", titles, page.Items[0].SpaceTitle)
	}
	unread := func(who actor.Actor) int {
		counts, err := d.mod.Counts(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		return counts.Notices
	}
	if err := d.mod.MarkRead(t.Context(), person(d.Tilleuls, d.Lina), page.Items[0].ID); err != nil || unread(martin) != 3 {
		t.Errorf("another marks them: %d unread, %v", unread(martin), err)
	}
	if err := d.mod.MarkRead(t.Context(), martin, page.Items[0].ID); err != nil || unread(martin) != 2 {
		t.Errorf("one is read: %d unread, %v", unread(martin), err)
	}
	if err := d.mod.MarkRead(t.Context(), martin); err != nil || unread(martin) != 0 {
		t.Errorf("all are read: %d unread, %v", unread(martin), err)
	}
	if _, err := d.mod.Notices(t.Context(), martin, "?", 2); !errors.Is(err, publication.ErrCursor) {
		t.Errorf("a cursor made up: %v", err)
	}
}
