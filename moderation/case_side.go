package moderation

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"time"

	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// What a side of a case reads of it moves with its own acts and with those of who examines, and with
// nothing that the other side does, nor another who reported: that would tell of them (R44). Its
// version is of what it reads, and not the case's, which every act moves.

// Progress is how far a case has come, for one who reported.
type Progress struct {
	Status      workflow.CaseStatus
	ViewedAt    time.Time // by the first human who examines it; zero: by nobody
	AppealUntil time.Time
	Since       time.Time // when they reported
	Asked       bool      // the last question to them waits for their answer
	Appealing   bool      // they have appealed, and are not answered yet
}

// stage is how far the case has come for them. That somebody examines it tells only whom it does not
// tell that others have reported before.
func (p Progress) stage(now time.Time) Stage {
	switch p.Status {
	case workflow.NoCase:
		return StageReceived
	case workflow.CaseReceived, workflow.CaseAcknowledged, workflow.CaseAssigned, workflow.CaseExamining, workflow.CaseInquiring:
		switch examined := p.Status == workflow.CaseExamining || p.Status == workflow.CaseInquiring; {
		case p.Asked:
			return StageAsked
		case !examined || p.ViewedAt.IsZero() || p.ViewedAt.Before(p.Since):
			return StageReceived
		}
		return StageExamining
	case workflow.CaseDecided, workflow.CaseAppealed:
		switch {
		case p.Appealing && p.Status == workflow.CaseAppealed:
			return StageAppealed
		case now.Before(p.AppealUntil):
			return StageDecided
		}
	case workflow.CaseClosed, workflow.CaseMerged, workflow.CaseOrdered, workflow.CaseExecuted, workflow.CaseAnswered: // of an order nobody waits here
	}
	return StageClosed
}

// asks reports whether one who reported is asked for something yet: the last question to them has no
// answer, and nothing was judged since. Who else is asked, and whose hands the case is in, changes nothing.
func (f CaseFile) asks(side id.Report, entries []CaseEntry) bool {
	asked, last := false, f.ruling().ID
	for _, e := range entries {
		if e.Report == side && (e.Kind == EntryQuestion || e.Kind == EntryAnswer) {
			asked = e.Kind == EntryQuestion && bytes.Compare(e.ID.UUID[:], last.UUID[:]) > 0
		}
	}
	return asked && f.hears()
}

// appealOf is the appeal of one who reported, or of the author for the zero id.Report, that is not
// answered yet; the zero CaseEntry where there is none.
func (f CaseFile) appealOf(side id.Report, entries []CaseEntry) CaseEntry {
	if f.Status != workflow.CaseAppealed {
		return CaseEntry{}
	}
	last := f.ruling().ID
	for _, e := range entries {
		if e.Kind == EntryAppeal && e.Report == side && bytes.Compare(e.ID.UUID[:], last.UUID[:]) > 0 {
			return e
		}
	}
	return CaseEntry{}
}

// answerBy is by when an appeal is to be answered, by its own time: the case's would tell when
// another appealed.
func (f CaseFile) answerBy(appeal CaseEntry) time.Time {
	return f.House.Calendar.Add(appeal.At, settings.AppealAnswer.Of(f.House.Values))
}

// stageOf is how far the case has come for one who reported, with by when they are answered; zero
// where nothing is waited for.
func (f CaseFile) stageOf(r Report, entries []CaseEntry, now time.Time) (Stage, time.Time) {
	if f.Kind == OfReply {
		stage, due := f.stage(), time.Time{}
		if f.Status.Open() {
			due = f.DueAt
		}
		return stage, due
	}
	appeal := f.appealOf(r.ID, entries)
	p := Progress{
		Status: f.Status, ViewedAt: f.ViewedAt, AppealUntil: f.AppealUntil, Since: r.At, Asked: f.asks(r.ID, entries), Appealing: appeal.Kind != "",
	}
	switch stage := p.stage(now); stage {
	case StageAppealed:
		return stage, f.answerBy(appeal)
	case StageReceived, StageExamining, StageAsked:
		return stage, f.dueTo(r)
	case StageDecided, StageClosed:
		return stage, time.Time{}
	}
	return StageClosed, time.Time{}
}

// authorStage is how far the case has come for the author, with the day on which their appeal is to
// be answered. Before it is decided they are told that somebody will look, and no more.
func (f CaseFile) authorStage(entries []CaseEntry, now time.Time) (Stage, time.Time) {
	switch f.Kind {
	case OfAppeal:
		if !f.Status.Open() {
			return f.stage(), time.Time{}
		}
		return f.stage(), f.day(f.DueAt)
	case OfOrder:
		return f.stage(), time.Time{}
	case OfReport, OfTakedown, OfReply:
	}
	appeal := f.appealOf(id.Report{}, entries)
	stage := Progress{Status: f.Status, AppealUntil: f.AppealUntil, Appealing: appeal.Kind != ""}.stage(now)
	if stage != StageAppealed {
		return stage, time.Time{}
	}
	return stage, f.day(f.answerBy(appeal))
}

// day is the day of a moment in the house, as a date.
func (f CaseFile) day(at time.Time) time.Time {
	year, month, day := at.In(f.House.Calendar.Location()).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// sight is the version of what a side reads: it moves with any of the parts, and is a number that
// every reader of JSON takes exactly.
func sight(parts ...any) int64 {
	h := fnv.New64a()
	for _, part := range parts {
		fmt.Fprintln(h, part)
	}
	return int64(h.Sum64()>>12) + 1 // 52 bits, and no zero
}

// seen is the version of what one who reported reads.
func (v FollowUp) seen() int64 {
	parts := []any{v.Stage, v.DueAt.UTC(), v.DecidedAt.UTC(), v.AppealUntil.UTC(), v.Handler, v.Verdict}
	for _, e := range v.Thread {
		parts = append(parts, e.ID)
	}
	for _, l := range v.Letters {
		parts = append(parts, l.ID)
	}
	for _, a := range v.Attached {
		parts = append(parts, a.ID)
	}
	if v.Reply != nil {
		parts = append(parts, v.Reply.ShownFrom.UTC(), v.Reply.ShownUntil.UTC())
	}
	return sight(parts...)
}

// seen is the version of what the author reads.
func (v AuthorView) seen() int64 {
	parts := []any{v.Stage, v.Masked, v.Blocked, v.Lifted, v.Verdict, v.DecidedAt.UTC(), v.AppealUntil.UTC(), v.DueOn, v.Handler, v.Appeal}
	for _, l := range v.Letters {
		parts = append(parts, l.ID)
	}
	return sight(parts...)
}
