package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// sides are the author of a text and those who have reported it.
type sides struct {
	*desk
	text  id.Contribution
	about id.Case
	by    map[string]moderation.Receipt
}

// reads are what each side reads of the case, with the versions that its pages and ETags carry.
func (s *sides) reads(t *testing.T) map[string]string {
	t.Helper()
	ctx, lina, noe := t.Context(), person(s.Tilleuls, s.Lina), person(s.Tilleuls, s.Noe)
	all := map[string]string{}
	keep := func(who string, view any, err error) {
		if err != nil {
			t.Fatalf("%s: %v", who, err)
		}
		all[who] += fmt.Sprintf("%+v\n", view)
	}
	work, err := s.cases.AboutWork(ctx, lina, s.text)
	keep("the author", work, err)
	view, err := s.mod.Notices(ctx, lina, "", 50)
	keep("the author", view, err)
	for name, receipt := range s.by {
		follow, err := s.cases.Follow(ctx, moderation.Follower{Secret: receipt.Secret})
		keep(name, follow, err)
	}
	list, err := s.cases.ReportsBy(ctx, noe, "", 50)
	keep("noe", list, err)
	return all
}

// unmoved does something, and looks that nothing has moved but for those who did it.
func (s *sides) unmoved(t *testing.T, what, but string, do func() error) {
	t.Helper()
	before := s.reads(t)
	if err := do(); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	s.work(t)
	for who, read := range s.reads(t) {
		if was := before[who]; was != read && was != "" && who != but {
			t.Errorf("R44: %s has moved what %s reads:\n%s\n%s", what, who, was, read)
		} else if who == but && was == read {
			t.Errorf("%s: %s reads nothing of it", what, but)
		}
	}
}

// Nothing that the author reads moves by an act of who reported, nor the other way round, nor what one
// who reported reads by an act of another: neither a stage, a time nor a version (R44).
func TestNoSideMovesWhatAnotherReads(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
	s := &sides{desk: d, text: d.topic(t), by: map[string]moderation.Receipt{}}
	ctx := t.Context()
	report := func(name string, who actor.Actor, in moderation.ReportInput) func() error {
		return func() (err error) {
			in.Contribution = s.text
			s.by[name], err = d.cases.Report(ctx, who, in)
			return err
		}
	}
	follower := func(name string) (moderation.Follower, int64) {
		return moderation.Follower{Secret: s.by[name].Secret}, d.followed(t, s.by[name].Secret).Version
	}
	appeal := func(name string) func() error {
		return func() error {
			by, version := follower(name)
			return d.cases.AppealReport(ctx, by, version, "Ce n'est pas assez.")
		}
	}
	if err := report("noe", person(d.Tilleuls, d.Noe), moderation.ReportInput{Ground: "HAR"})(); err != nil {
		t.Fatal(err)
	}
	d.work(t)
	s.about = d.only(t)
	d.pass(time.Hour)
	s.unmoved(t, "another report", "", report("jeanne", anonymous(d.Tilleuls), anyone(s.text, "HAR")))
	d.pass(time.Hour)
	garcia := person(d.Tilleuls, d.Garcia)
	if _, err := d.cases.Case(ctx, garcia, s.about); err != nil { // which begins the examination
		t.Fatal(err)
	}
	d.pass(time.Hour)
	s.unmoved(t, "a third report", "", report("late", anonymous(d.Tilleuls), anyone(s.text, "HAR")))
	if view := d.followed(t, s.by["late"].Secret); view.Stage != moderation.StageReceived {
		t.Errorf("R44: that somebody examines tells that others have reported: %s", view.Stage)
	}
	if view := d.followed(t, s.by["noe"].Secret); view.Stage != moderation.StageExamining {
		t.Errorf("who reported first reads %s", view.Stage)
	}
	s.unmoved(t, "a question", "noe", func() error {
		return d.on(t, d.Tilleuls, d.Garcia, s.about, moderation.CaseCommand{Action: workflow.Inquire, Text: "Quand ?", Report: s.by["noe"].Report})
	})
	s.unmoved(t, "an answer", "noe", func() error {
		by, version := follower("noe")
		return d.cases.Respond(ctx, by, version, "Lundi.")
	})
	d.mustOn(t, d.Tilleuls, d.Garcia, s.about, moderation.CaseCommand{
		Action: workflow.DecideCase, Verdict: workflow.AskEdit, Ground: "HAR", Reason: "Retire le nom.", Answer: "Le texte sera corrigé.",
	})
	d.pass(48 * time.Hour)
	s.unmoved(t, "an appeal of one who reported", "noe", appeal("noe"))
	d.pass(48 * time.Hour)
	s.unmoved(t, "an appeal of another", "jeanne", appeal("jeanne"))
	d.pass(48 * time.Hour)
	s.unmoved(t, "the author's appeal", "the author", func() error {
		view := d.authorReads(t, s.about)
		return d.cases.AppealCase(ctx, person(d.Tilleuls, d.Lina), view.Case, view.Version, "Je ne vois pas pourquoi.")
	})
	if view := d.authorReads(t, s.about); view.Stage != moderation.StageAppealed || !view.DueOn.Equal(d.clock().AddDate(0, 0, 15).Truncate(day)) {
		t.Errorf("the author reads %s, by %s", view.Stage, view.DueOn)
	}
	d.mustOn(t, d.Tilleuls, d.inHand(t, s.about).Assignee, s.about, moderation.CaseCommand{Action: workflow.Dismiss, Reason: "C'est juste."})
	d.pass(48 * time.Hour)
	s.unmoved(t, "an appeal after the answer", "late", appeal("late"))
	if view := d.authorReads(t, s.about); view.Stage != moderation.StageDecided {
		t.Errorf("answered, the author reads %s", view.Stage)
	}
	d.pass(200 * day)
	for who, read := range s.reads(t) {
		if who != "late" && !strings.Contains(read, string(moderation.StageClosed)) {
			t.Errorf("R44: while another's appeal is examined, %s reads that it is not over:\n%s", who, read)
		}
	}
}

// Whoever acts on what they have not seen is told so, by the version of what they read.
func TestASideActsOnWhatItHasRead(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	about, receipts := d.decided(t, workflow.Keep, anyone(id.Contribution{}, "DEF"))
	by := moderation.Follower{Secret: receipts[0].Secret}
	version := d.followed(t, by.Secret).Version
	if err := d.cases.AppealReport(t.Context(), by, d.inHand(t, about).Version, "C'est faux."); !errors.Is(err, workflow.ErrStale) {
		t.Errorf("by the case's version: %v", err)
	}
	if err := d.cases.AppealReport(t.Context(), by, version, "C'est faux."); err != nil {
		t.Error(err)
	}
}
