package postgres_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

func TestTheQueueIsInOrder(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for severity, word := range []string{1: "broutille", 2: "crétin", 3: "menace", 4: "danger"} {
		if word != "" {
			d.keepList(t, sample(word, workflow.Severity(severity), moderation.Flag, word))
		}
	}
	texts := []string{"calme", "broutille", "crétin", "menace", "danger", "calme", "crétin"}
	written := make([]id.Contribution, len(texts))
	for _, i := range rand.Perm(len(texts)) {
		if texts[i] == "calme" && i == 5 || texts[i] == "crétin" && i == 6 {
			continue // later, so that age decides among equals
		}
		written[i] = d.write(t, d.Lina, d.Forum, publication.Topic, texts[i], "<p>Un texte, "+texts[i]+".</p>")
		d.pass(20 * time.Second)
	}
	d.pass(time.Hour)
	written[5] = d.write(t, d.Noe, d.Forum, publication.Topic, "calme", "<p>Plus tard.</p>")
	written[6] = d.write(t, d.Noe, d.Forum, publication.Topic, "crétin", "<p>Plus tard, crétin.</p>")
	want := []id.Contribution{written[4], written[3], written[2], written[6], written[1], written[0], written[5]}
	if diff := cmp.Diff(want, contributions(d.queue(t, d.Diallo, moderation.Filter{}))); diff != "" {
		t.Errorf("order (-want +got)\n%s", diff)
	}
	var walked []id.Contribution
	filter := moderation.Filter{Limit: 2}
	for pages := 0; ; pages++ {
		page, err := d.mod.Queue(t.Context(), person(d.Tilleuls, d.Diallo), filter)
		if err != nil || pages > 4 {
			t.Fatalf("page %d: %v", pages, err)
		}
		walked = append(walked, contributions(page.Items)...)
		if filter.After = page.Next; page.Next == "" {
			break
		}
	}
	if diff := cmp.Diff(want, walked); diff != "" {
		t.Errorf("walked by cursors (-want +got)\n%s", diff)
	}
	if _, err := d.mod.Queue(t.Context(), person(d.Tilleuls, d.Diallo), moderation.Filter{After: "made up"}); !errors.Is(err, publication.ErrCursor) {
		t.Errorf("a cursor made up: %v", err)
	}
}

func TestTheQueueFallsToTheNextInTurn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	blog := d.write(t, d.Lina, d.Blog, publication.Article, "De Lina", "<p>Un mammouth.</p>")
	forum := d.write(t, d.Lina, d.Forum, publication.Topic, "Momo", "<p>Qui a lu Momo ?</p>")
	own := d.write(t, d.Martin, d.Blog, publication.Article, "De Martin", "<p>La sortie.</p>")
	page := d.write(t, d.Martin, d.Web, publication.Page, "L'accueil", "<p>Bienvenue.</p>")
	for who, want := range map[id.Person][]id.Contribution{
		d.Martin: {blog},             // moderates the blog; is the forum's backup
		d.Diallo: {page, own, forum}, // moderates the site; backup of the blog where Martin is the only moderator; owns the forum
		d.Petit:  nil,                // owns the site, which has a moderator
		d.Garcia: nil,                // the director: somebody is left everywhere
		d.Lina:   nil,
		d.Haddad: nil,
	} {
		got := contributions(d.queue(t, who, moderation.Filter{}))
		slices.SortFunc(got, func(a, b id.Contribution) int { return slices.Compare(a.UUID[:], b.UUID[:]) })
		slices.SortFunc(want, func(a, b id.Contribution) int { return slices.Compare(a.UUID[:], b.UUID[:]) })
		if who == d.Martin {
			want = []id.Contribution{blog, forum} // owner and backup are one turn, and the forum has no moderator
			slices.SortFunc(want, func(a, b id.Contribution) int { return slices.Compare(a.UUID[:], b.UUID[:]) })
		}
		if len(got)+len(want) > 0 && !slices.Equal(got, want) {
			t.Errorf("%s has %v, want %v", who, got, want)
		}
	}
	counts, err := d.mod.Counts(t.Context(), person(d.Tilleuls, d.Diallo))
	if err != nil || counts.Review != 2 || counts.Look != 1 || counts.Total() != 3 {
		t.Errorf("counts %+v, %v", counts, err)
	}
	d.exec(t, `UPDATE membership SET during = daterange(NULL, '2026-11-01') WHERE person_id IN ($1, $2)`, d.Martin, d.Diallo)
	if got := contributions(d.queue(t, d.Garcia, moderation.Filter{})); len(got) != 3 {
		t.Errorf("with nobody left the director has %v", got)
	}
	if got := d.queue(t, d.Martin, moderation.Filter{}); len(got) != 0 {
		t.Errorf("somebody who has left has %v", got)
	}
}

func TestTheEstablishmentChoosesWhoReviews(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.write(t, d.Lina, d.Blog, publication.Article, "De Lina", "<p>Un mammouth.</p>")
	if got := d.queue(t, d.Diallo, moderation.Filter{}); len(got) != 0 {
		t.Errorf("the backup has %v while a moderator is there", got)
	}
	d.exec(t, `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, 'approver', '"owner"', $2)`, d.Tilleuls, dbtest.Now)
	if got := contributions(d.queue(t, d.Diallo, moderation.Filter{})); !slices.Equal(got, []id.Contribution{c}) {
		t.Errorf("R12, owner and backup alike: %v", got)
	}
}

func TestTheQueueIsFiltered(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	topic := d.write(t, d.Lina, d.Forum, publication.Topic, "Momo", "<p>Qui a lu Momo ?</p>")
	reply := d.submit(t, d.Noe, publication.New{Space: d.Forum, Parent: topic, Kind: publication.Reply, Input: publication.Input{Body: "<p>Moi.</p>"}})
	d.work(t)
	page := d.write(t, d.Martin, d.Web, publication.Page, "L'accueil", "<p>Bienvenue.</p>")
	for name, test := range map[string]struct {
		filter moderation.Filter
		want   []id.Contribution
	}{
		"a space":         {moderation.Filter{Space: d.Web}, []id.Contribution{page}},
		"a kind":          {moderation.Filter{Kind: publication.Reply}, []id.Contribution{reply}},
		"to be reviewed":  {moderation.Filter{Reason: moderation.ForReview}, []id.Contribution{page}},
		"to be looked at": {moderation.Filter{Reason: moderation.ForLook, Kind: publication.Topic}, []id.Contribution{topic}},
		"to be signed":    {moderation.Filter{Reason: moderation.ForSignature}, []id.Contribution{}},
		"another's space": {moderation.Filter{Space: d.Press}, []id.Contribution{}},
	} {
		if diff := cmp.Diff(test.want, contributions(d.queue(t, d.Diallo, test.filter))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
	d.mustJudge(t, d.Diallo, page, workflow.Approve)
	signatures := d.queue(t, d.Garcia, moderation.Filter{})
	if len(signatures) != 1 || signatures[0].Reason != moderation.ForSignature || signatures[0].Contribution != page {
		t.Errorf("the director signs %+v", signatures)
	}
	d.pass(30 * 24 * time.Hour)
	if got := d.queue(t, d.Garcia, moderation.Filter{})[0]; !got.Overdue {
		t.Errorf("a month later it is not overdue: %+v", got)
	}
}

func TestTheQueueLeavesOutWhatIsOutOfReview(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.keepList(t, sample("danger", 4, moderation.Flag, "danger"))
	c := d.write(t, d.Lina, d.Forum, publication.Topic, "Momo", "<p>Un danger.</p>")
	d.mustJudge(t, d.Diallo, c, workflow.Mask, workflow.Reason{Ground: "SUI", Text: "À vérifier."})
	if got := d.queue(t, d.Martin, moderation.Filter{}); len(got) != 1 {
		t.Errorf("what is masked for now has to be looked at: %v", got)
	}
	d.mustJudge(t, d.Diallo, c, workflow.Withdraw, workflow.Reason{Ground: "SUI", Text: "Retiré."})
	if got := d.queue(t, d.Martin, moderation.Filter{}); len(got) != 0 {
		t.Errorf("what is withdrawn is decided: %v", got)
	}
	other := d.write(t, d.Lina, d.Blog, publication.Article, "Autre", "<p>Autre chose.</p>")
	d.exec(t, `INSERT INTO hold (hold_id, tenant_id, contribution_id, kind, status, sealed, placed_at) VALUES ($1, $2, $3, 'mask', 'open', true, $4)`,
		id.New[id.Hold](), d.Tilleuls, other, dbtest.Now)
	if got := d.queue(t, d.Martin, moderation.Filter{}); len(got) != 0 {
		t.Errorf("R50: what is sealed is in the queue: %v", got)
	}
	for _, who := range []id.Person{d.Martin, d.Lina} {
		if _, err := d.mod.Open(t.Context(), person(d.Tilleuls, who), other); !errors.Is(err, directory.ErrNotFound) {
			t.Errorf("R50: %s opens what is sealed: %v", who, err)
		}
	}
	item, err := d.mod.Item(t.Context(), person(d.Tilleuls, d.Garcia), other)
	if err != nil || !item.Sealed || item.Dossier.Open != nil || item.Findings != nil || item.Marked.String() != "" {
		t.Errorf("R50: the director reads %+v, %v", item, err)
	}
	if err := d.judge(t, d.Martin, other, workflow.Approve); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("R50: a moderator acts on what is sealed: %v", err)
	}
}
