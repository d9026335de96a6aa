package moderation

import (
	"context"
	"fmt"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// AuthorView is what the author of a content may know of a case about it: what was
// decided and why, and never who reported it (R44).
type AuthorView struct {
	Case         id.Case
	Version      int64
	Reference    string
	Handler      string // the name of the establishment or authority that decides
	Contribution id.Contribution
	Title        string
	Stage        Stage
	Masked       bool             // hidden until it is decided (R42)
	Verdict      workflow.Verdict // empty before it is decided
	DecidedAt    time.Time
	AppealUntil  time.Time
	DueAt        time.Time // by when it is to be decided, or an appeal answered; zero once that is done
	Letters      []CaseLetter
	Appeal       string // their own words, where they have appealed
	MayAppeal    bool
}

// AuthorView shows the author of a content a case about it, once they were told of it: that
// it is masked, or what was decided. The error is [directory.ErrNotFound], also for what is
// sealed (R50).
func (s *Cases) AuthorView(ctx context.Context, who actor.Actor, c id.Case) (AuthorView, error) {
	var view AuthorView
	err := s.asAuthor(ctx, who, c, func(tx CasesTx, file CaseFile, now time.Time) error {
		parts, err := tx.CaseParts(ctx, c)
		if err != nil {
			return err
		}
		view = file.authorView(parts, now)
		return nil
	})
	if err != nil {
		return AuthorView{}, fmt.Errorf("case %s for its author: %w", c, err)
	}
	return view, nil
}

// asAuthor opens a case to the author of what it is about, whoever handles it.
func (s *Cases) asAuthor(ctx context.Context, who actor.Actor, c id.Case, do func(tx CasesTx, file CaseFile, now time.Time) error) error {
	handler, err := s.Finder.HandlerOf(ctx, c)
	if err != nil {
		return err
	}
	return s.InTx(ctx, handler, func(tx CasesTx) error {
		now := s.Clock()
		file, err := open(ctx, tx, c, id.Person{}, id.Photo{}, now)
		if err != nil {
			return err
		}
		if who.Kind != actor.KindPerson || !who.Is(file.Target.Author) || who.Tenant != file.Place || !file.toldAuthor() {
			return directory.ErrNotFound
		}
		return do(tx, file, now)
	})
}

// toldAuthor reports whether the author was told of the case.
func (f CaseFile) toldAuthor() bool {
	if last := f.ruling(); len(f.Rulings) > 0 {
		return !last.Sealed
	}
	masked := f.Status.Open() && masks(f.Case, f.Minors, f.Reports)
	return masked && !interim(f.Case, "").sealed || f.Kind == OfAppeal
}

func (f CaseFile) authorView(parts CaseParts, now time.Time) AuthorView {
	view := AuthorView{
		Case: f.ID, Version: f.Version, Reference: f.Reference, Handler: f.house(), Contribution: f.Target.Contribution, Title: f.Target.Title,
		Stage: f.stage(), Masked: f.Verdict == "" && masks(f.Case, f.Minors, f.Reports), Verdict: f.Verdict, DecidedAt: f.DecidedAt,
		AppealUntil: f.AppealUntil, MayAppeal: f.mayAppeal(TheAuthor, now),
	}
	if view.Stage == StageAsked {
		view.Stage = StageExamining // what is asked of who reported is not theirs to know
	}
	if f.Status.Open() {
		view.DueAt = f.DueAt
	}
	for _, l := range parts.Letters {
		if l.To == TheAuthor {
			view.Letters = append(view.Letters, l)
		}
	}
	for _, e := range parts.Entries {
		if e.Kind == EntryAppeal && e.Report.IsZero() {
			view.Appeal = e.Text
		}
	}
	return view
}

// AppealCase is the author's appeal of what was decided of a case: once, and in time, where
// it went against them (R45). The errors are those of [Cases.Respond].
func (s *Cases) AppealCase(ctx context.Context, who actor.Actor, c id.Case, version int64, text string) error {
	err := s.asAuthor(ctx, who, c, func(tx CasesTx, file CaseFile, now time.Time) error {
		who.Tenant = file.Tenant
		return file.appeal(ctx, tx, who.As(actor.NewRoles(actor.Author)), TheAuthor, id.Report{}, version, text, now)
	})
	if err != nil {
		return fmt.Errorf("appeal case %s: %w", c, err)
	}
	return nil
}
