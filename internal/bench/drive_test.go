package bench

import (
	"context"
	"errors"
	"testing"

	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/tasks"
)

// step takes what is next, and says what it was.
func (d *drive) step() (kind string, n int) {
	act, n, wait := d.take()
	switch {
	case act == nil && wait == nil:
		return "end", 0
	case act == nil:
		return "wait", 0
	}
	return "act", n
}

func TestDriveBoundsWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	d := newDrive(&services{}, nil, Trips{First: 5, Last: 100, Clients: 1})
	for n := range underWay {
		if kind, got := d.step(); kind != "act" || got != 5+n {
			t.Fatalf("%s %d, want trip %d to begin", kind, got, 5+n)
		}
	}
	if kind, _ := d.step(); kind != "wait" {
		t.Fatalf("%s, with enough under way", kind)
	}
	d.screened(id.Revision{UUID: numbered(aDraftText, 6)})
	if kind, n := d.step(); kind != "act" || n != 6 {
		t.Errorf("%s %d, want the approval of 6", kind, n)
	}
	d.ended()
	if kind, n := d.step(); kind != "act" || n != 5+underWay {
		t.Errorf("%s %d, want the next to begin", kind, n)
	}
}

func TestDriveEndsWhenAllHaveEnded(t *testing.T) {
	t.Parallel()
	d := newDrive(&services{}, nil, Trips{First: 0, Last: 10, Clients: 1})
	d.step()
	d.step()
	d.enough()
	if kind, _ := d.step(); kind != "wait" {
		t.Errorf("%s, with two under way", kind)
	}
	d.ended()
	d.ended()
	if kind, _ := d.step(); kind != "end" {
		t.Errorf("%s, with nothing under way", kind)
	}
	if d.begun() != 2 || d.open() != 0 {
		t.Errorf("%d begun, %d open", d.begun(), d.open())
	}
}

func TestDriveWakesWhoeverWaits(t *testing.T) {
	t.Parallel()
	d := newDrive(&services{}, nil, Trips{First: 0, Last: 1, Clients: 1})
	d.step()
	_, _, wait := d.take()
	d.ended()
	select {
	case <-wait:
	default:
		t.Error("nobody was woken")
	}
}

// listener remembers what it was told.
type listener struct {
	ready []id.Revision
	ends  int
}

func (l *listener) screened(r id.Revision) { l.ready = append(l.ready, r) }
func (l *listener) ended()                 { l.ends++ }

// scripted answers every message with the error.
type scripted struct{ err error }

func (s scripted) Screen(context.Context, outbox.Message) error { return s.err }
func (s scripted) Notify(context.Context, outbox.Message) error { return s.err }

var (
	_ tasks.Screener = scripted{}
	_ tasks.Notifier = scripted{}
)

func TestWatchTellsOfScreeningsAndLastNotices(t *testing.T) {
	t.Parallel()
	w, l := newWatch(nil), &listener{}
	w.attend(l)
	text := numbered(aDraftText, 3)
	screen := outbox.Message{Kind: outbox.ScreenRevision, Subject: text}
	notice := func(note string) outbox.Message {
		return outbox.Message{Kind: outbox.NoticeRevision, Subject: text, Note: note}
	}
	if err := (watchedScreener{scripted{}, w}).Screen(t.Context(), screen); err != nil {
		t.Fatal(err)
	}
	if len(l.ready) != 1 || tripOf(l.ready[0]) != 3 {
		t.Errorf("ready %v", l.ready)
	}
	notifier := watchedNotifier{scripted{}, w}
	for i, note := range []string{"publish", "withdraw", "pass"} { // in any order, others between them
		if err := notifier.Notify(t.Context(), notice(note)); err != nil {
			t.Fatal(err)
		}
		if want := i / 2; l.ends != want {
			t.Errorf("after %s: %d ended, want %d", note, l.ends, want)
		}
	}
	if len(w.told) != 0 {
		t.Errorf("still remembered: %v", w.told)
	}
}

func TestWatchTellsNothingOfFailures(t *testing.T) {
	t.Parallel()
	w, l := newWatch(nil), &listener{}
	w.attend(l)
	failing := scripted{errors.New("no")}
	m := outbox.Message{Kind: outbox.NoticeRevision, Subject: numbered(aDraftText, 1), Note: "pass"}
	if err := (watchedScreener{failing, w}).Screen(t.Context(), m); err == nil {
		t.Error("the error is lost")
	}
	for range noticesOfTrip {
		if err := (watchedNotifier{failing, w}).Notify(t.Context(), m); err == nil {
			t.Error("the error is lost")
		}
	}
	if len(l.ready) != 0 || l.ends != 0 {
		t.Errorf("told of %+v", l)
	}
	w.attend(nil)
	if err := (watchedScreener{scripted{}, w}).Screen(t.Context(), m); err != nil {
		t.Error(err)
	}
}
