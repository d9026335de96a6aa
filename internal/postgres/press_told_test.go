package postgres_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// headlines is what somebody was told at the lycée, the latest first, with titles and reasons.
func (d *desk) headlines(t *testing.T, who id.Person) []string {
	t.Helper()
	page, err := d.mod.Notices(t.Context(), person(d.Platanes, who), "", moderation.MaxLimit)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, n := range page.Items {
		if slices.Contains([]moderation.NoticeKind{moderation.ToldLive, moderation.ToldInReview, moderation.ToldHeldBack}, n.Kind) {
			continue
		}
		if !n.Case.IsZero() || n.Kind.ToPress() && !n.AuthorCase.IsZero() {
			t.Errorf("R44: a case is named in %+v", n)
		}
		list = append(list, strings.Join([]string{string(n.Kind), n.Title, n.Reason}, "|"))
	}
	return list
}

// head has the head of the lycée act on a text of the paper.
func (d *desk) head(t *testing.T, c id.Contribution, action workflow.Action, ground workflow.Ground) {
	t.Helper()
	command := publication.Command{
		Action: action, Version: int64(d.count(t, `SELECT version FROM contribution WHERE contribution_id = $1`, c)),
		Reason: workflow.Reason{Ground: ground, Text: "Motif : " + string(action)},
	}
	if err := d.mod.Act(t.Context(), person(d.Platanes, d.Roche), c, command); err != nil {
		t.Fatalf("%s: %v", action, err)
	}
	d.work(t)
	d.pass(time.Hour) // what is written in haste is looked at first
}

// R14: who directs a paper is told what the head suspends or forbids in it, with the title and the reasons, once;
// who wrote it is told as its author, and nobody who has left is told.
func TestWhoDirectsAPaperIsTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if _, err := d.mod.CreateWordList(t.Context(), person(d.Platanes, d.Roche), sample("Menaces", 3, moderation.Hold, "sot")); err != nil {
		t.Fatal(err)
	}
	acts := []struct {
		action     workflow.Action
		body       string
		told, mine moderation.NoticeKind
	}{
		{workflow.Mask, "Elle ment.", moderation.ToldPressMasked, moderation.ToldMasked},
		{workflow.Stop, "Elle ment.", moderation.ToldPressMasked, moderation.ToldMasked},
		{workflow.Withdraw, "Elle ment.", moderation.ToldPressWithdrawn, moderation.ToldWithdrawn},
		{workflow.Revert, "Elle ment.", moderation.ToldPressReverted, moderation.ToldReverted},
		{workflow.Reject, "Le sot ment.", moderation.ToldPressRejected, moderation.ToldRejected},
	}
	var pupils, authors []string
	each := func(director id.Person, about string) {
		t.Helper()
		if err := d.direct(t, director); err != nil {
			t.Fatal(err)
		}
		for _, act := range acts {
			c := d.write(t, d.Martin, d.Press, publication.Article, "La cantine", "<p>"+about+string(act.action)+" : "+act.body+"</p>")
			d.head(t, c, act.action, "DEF")
			said := "|La cantine|Motif : " + string(act.action)
			authors = append([]string{string(act.mine) + said}, authors...)
			if director == d.Zoe {
				pupils = append([]string{string(act.told) + said}, pupils...)
			}
		}
	}
	each(d.Zoe, "Lundi, ")
	each(d.Martin, "Mardi, ") // author, owner and director: one notice of each
	if diff := cmp.Diff(pupils, d.headlines(t, d.Zoe)); diff != "" {
		t.Errorf("the pupil was told (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(authors, d.headlines(t, d.Martin)); diff != "" {
		t.Errorf("the author was told (-want +got)\n%s", diff)
	}
	if err := d.direct(t, d.Zoe); err != nil {
		t.Fatal(err)
	}
	c := d.write(t, d.Martin, d.Press, publication.Article, "La cantine", "<p>Elle ment.</p>")
	d.ended(t, d.Zoe)
	d.head(t, c, workflow.Withdraw, "DEF")
	if n := d.count(t, `SELECT count(*) FROM notice WHERE person_id = $1 AND kind LIKE 'press%'`, d.Zoe); n != len(pupils) {
		t.Errorf("after she has left she was told %d times", n)
	}
}

// R14: of the whole paper they are told what whoever answers for it is: frozen, masked, withdrawn and closed,
// once each, with the reason, which is kept.
func TestWhoDirectsAPaperIsToldOfTheWhole(t *testing.T) {
	t.Parallel()
	for _, director := range []string{"a pupil", "the owner"} {
		t.Run(director, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			who := map[string]id.Person{"a pupil": d.Zoe, "the owner": d.Martin}[director]
			if err := d.direct(t, who); err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, act := range []struct {
				action workflow.Action
				told   moderation.NoticeKind
			}{{workflow.Freeze, moderation.ToldFrozen}, {workflow.Mask, moderation.ToldMasked}, {workflow.Withdraw, moderation.ToldWithdrawn}, {workflow.Close, moderation.ToldClosed}} {
				reason := workflow.Reason{Ground: "DEF", Text: "Motif : " + string(act.action)}
				err := d.keeping().Act(t.Context(), person(d.Platanes, d.Roche), d.Press, publication.SpaceCommand{Action: act.action, Version: 2, Reason: reason})
				if err != nil {
					t.Fatalf("%s: %v", act.action, err)
				}
				d.work(t)
				d.pass(time.Second)
				want = append([]string{string(act.told) + "|La Gazette|" + reason.Text}, want...)
			}
			for name, told := range map[string]id.Person{"who directs it": who, "who owns it": d.Martin} {
				if diff := cmp.Diff(want, d.headlines(t, told)); diff != "" {
					t.Errorf("%s was told (-want +got)\n%s", name, diff)
				}
			}
			if got := d.headlines(t, d.Roche); len(got) != 0 {
				t.Errorf("who acted was told %v", got)
			}
			kept := d.count(t, `SELECT count(*) FROM decision WHERE space_id = $1 AND action = 'close' AND person_id = $2 AND ground = 'DEF' AND reason = 'Motif : close' AND revision_id IS NULL`, d.Press, d.Roche)
			if kept != 1 {
				t.Errorf("the reason for closing it is kept %d times", kept)
			}
		})
	}
}

// R14, R44: what a case masks and withdraws they are told as well, with the reason for the author, and nothing by
// which a case or who reported could be found.
func TestWhoDirectsAPaperIsToldOfACase(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if err := d.direct(t, d.Zoe); err != nil {
		t.Fatal(err)
	}
	reporter := d.joined(t, d.Platanes, "pupil", "Ida", "Nzinga", "2010-01-01")
	c := d.write(t, d.Martin, d.Press, publication.Article, "La cantine", "<p>Elle ment.</p>")
	d.file(t, person(d.Platanes, reporter), moderation.ReportInput{Contribution: c, Ground: "TERR"})
	d.work(t)
	want := []string{"press_masked|La cantine|" + workflow.InterimText}
	if diff := cmp.Diff(want, d.headlines(t, d.Zoe)); diff != "" {
		t.Errorf("masked (-want +got)\n%s", diff)
	}
	about := d.only(t)
	d.mustOn(t, d.Platanes, d.Roche, about, moderation.CaseCommand{Action: workflow.Examine})
	d.pass(time.Second)
	d.mustOn(t, d.Platanes, d.Roche, about, withdrawal)
	want = append([]string{"press_withdrawn|La cantine|" + withdrawal.Reason}, want...)
	if diff := cmp.Diff(want, d.headlines(t, d.Zoe)); diff != "" {
		t.Errorf("withdrawn (-want +got)\n%s", diff)
	}
	if n := d.count(t, `SELECT count(*) FROM notice n WHERE n.person_id = $1 AND (n.told_as IS NOT NULL OR n::text ~* 'nzinga' OR strpos(n::text, $2::uuid::text) > 0)`, d.Zoe, reporter); n != 0 {
		t.Errorf("R44: %d of her notices tell of the case", n)
	}
}

// R48: of an order about which its authority wants silence they are told what a case's mask is told as, and
// of its lift nothing, as of the end of such a mask; of an order that is no secret nothing.
func TestWhoDirectsAPaperIsToldOfNoOrder(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if err := d.direct(t, d.Zoe); err != nil {
		t.Fatal(err)
	}
	for silent, want := range map[bool][]string{false: nil, true: {"press_masked|La cantine|" + workflow.InterimText}} {
		c := d.write(t, d.Martin, d.Press, publication.Article, "La cantine", "<p>Elle ment.</p>")
		in := judicial("/e/0310001Y/gazette/" + c.String())
		if silent {
			in.SilentUntil = d.clock().AddDate(0, 0, 10)
		}
		order, err := d.cases.RecordOrder(t.Context(), person(d.Platanes, d.Roche), in)
		if err != nil {
			t.Fatal(err)
		}
		d.work(t)
		for _, command := range []moderation.CaseCommand{calledBack, execution, lifting} {
			d.mustOn(t, d.Platanes, d.Roche, order, command)
			d.pass(time.Second)
		}
		if diff := cmp.Diff(want, d.headlines(t, d.Zoe)); diff != "" {
			t.Errorf("silent: %t (-want +got)\n%s", silent, diff)
		}
		d.exec(t, `DELETE FROM notice`)
	}
}
