package moderation

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/actor"
	"imprimatur/internal/calendar"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// AuthorView is what the author of a content may know of a case about it: what was
// decided and why, and never who reported it (R44).
type AuthorView struct {
	Case         id.AuthorCase
	Version      int64 // of what they read here; appealing names it
	Reference    string
	Handler      string // the name of the establishment or authority that decides
	Contribution id.Contribution
	Title        string
	Stage        Stage
	Masked       bool             // it is hidden until it is decided (R42)
	Blocked      bool             // by order of an authority (R48)
	Lifted       bool             // that was so, and is not any more
	Verdict      workflow.Verdict // empty before it is decided
	DecidedAt    time.Time
	AppealUntil  time.Time
	DueOn        time.Time // the day on which an appeal is to be answered at the latest, as a date; zero where none is: the time of a report is not the author's to know
	Letters      []CaseLetter
	Appeal       string // their own words, where they have appealed
	MayAppeal    bool
}

// AuthorView shows the author of a content a case about it, once they were told of it: that
// it is masked, or what was decided. The error is [directory.ErrNotFound], also for what is
// sealed (R50).
func (s *Cases) AuthorView(ctx context.Context, who actor.Actor, c id.AuthorCase) (AuthorView, error) {
	var view AuthorView
	err := s.asAuthor(ctx, who, c, look, func(tx CasesTx, file CaseFile, now time.Time) error {
		parts, err := tx.CaseParts(ctx, file.ID, id.Report{})
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

// mostAboutWork bounds the cases that an author is shown of one contribution.
const mostAboutWork = 20

// WorkCases are the cases about a contribution, for its author.
type WorkCases struct {
	Items []AuthorView // the latest first
	More  bool         // there are earlier ones, which the list leaves out
}

// AboutWork lists the cases about a contribution that its author was told of, the latest 20.
// For anybody else the error is [directory.ErrNotFound].
func (s *Cases) AboutWork(ctx context.Context, who actor.Actor, c id.Contribution) (WorkCases, error) {
	err := s.InTx(ctx, who.Tenant, func(tx CasesTx) error {
		author, err := tx.AuthorOf(ctx, c)
		if err == nil && (who.Kind != actor.KindPerson || !who.Is(author)) {
			err = directory.ErrNotFound
		}
		return err
	})
	if err != nil {
		return WorkCases{}, fmt.Errorf("cases about %s: %w", c, err)
	}
	known, err := s.Finder.CasesOf(ctx, c, MaxLimit)
	if err != nil {
		return WorkCases{}, fmt.Errorf("cases about %s: %w", c, err)
	}
	var work WorkCases
	for _, one := range known {
		switch view, err := s.AuthorView(ctx, who, one); {
		case errors.Is(err, directory.ErrNotFound):
		case err != nil:
			return WorkCases{}, err
		case len(work.Items) == mostAboutWork:
			work.More = true
			return work, nil
		default:
			work.Items = append(work.Items, view)
		}
	}
	return work, nil
}

// asAuthor opens a case to the author of what it is about, whoever handles it.
func (s *Cases) asAuthor(ctx context.Context, who actor.Actor, c id.AuthorCase, way way, do func(tx CasesTx, file CaseFile, now time.Time) error) error {
	known, handler, err := s.Finder.CaseToldAs(ctx, c)
	if err != nil {
		return err
	}
	return s.InTx(ctx, handler, func(tx CasesTx) error {
		now := s.Clock()
		file, err := way(ctx, tx, known, id.Person{}, id.Photo{}, now)
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
	if f.Kind == OfOrder { // while the authority wants silence, of what a mask would be told (R48)
		return !f.Order.ToldAt.IsZero() || !f.Order.ExecutedAt.IsZero() && !f.wholeSpace() && !f.sensitive()
	}
	if last := f.ruling(); len(f.Rulings) > 0 {
		return !last.Sealed
	}
	return f.Status.Open() && (f.Hides || f.Interim.Word == InterimShown) && !f.sensitive() || f.Kind == OfAppeal
}

func (f CaseFile) authorView(parts CaseParts, now time.Time) AuthorView {
	view := AuthorView{
		Case: f.ToldAs, Reference: f.Reference, Handler: f.house(), Contribution: f.Target.Contribution, Title: f.Target.Title,
		Masked: f.Verdict == "" && f.Hides, Verdict: f.Verdict, DecidedAt: f.DecidedAt, AppealUntil: f.AppealUntil, MayAppeal: f.authorMayAppeal(now),
	}
	view.Stage, view.DueOn = f.authorStage(parts.Entries, now)
	if f.Kind == OfOrder && f.Order.ToldAt.IsZero() { // what a case that masks would say (R48)
		view.Stage, view.Masked, view.DecidedAt = StageReceived, f.Order.executed(), time.Time{}
	} else if f.Kind == OfOrder {
		view.Blocked, view.Lifted, view.Masked = f.Order.executed(), !f.Order.LiftedAt.IsZero(), false
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
	view.Version = view.seen()
	return view
}

// AppealCase is the author's appeal of what was decided of a case: once, and in time, where
// it went against them (R45). The errors are those of [Cases.Respond].
func (s *Cases) AppealCase(ctx context.Context, who actor.Actor, c id.AuthorCase, version int64, text string) error {
	err := s.asAuthor(ctx, who, c, open, func(tx CasesTx, file CaseFile, now time.Time) error {
		parts, err := tx.CaseParts(ctx, file.ID, id.Report{})
		if err != nil {
			return err
		}
		if view := file.authorView(parts, now); version != view.Version {
			return file.refused(workflow.Appeal, "R19", workflow.ErrStale)
		}
		who.Tenant = file.Tenant
		return file.appeal(ctx, tx, who.As(actor.NewRoles(actor.Author)), nil, text, now)
	})
	if err != nil {
		return fmt.Errorf("appeal case %s: %w", c, err)
	}
	return nil
}

// Contested is a decision that no case came before: the rejection of a text, or a mask or a
// withdrawal of the contribution itself.
type Contested struct {
	Contribution id.Contribution
	Decision     uuid.UUID // the rejected revision, or the hold
}

// Contest is an author's appeal of such a decision, which begins a case of its own: once, and in
// time (R45). The receipt has no secret: the author follows it signed in. The errors are
// [directory.ErrNotFound], a [directory.FieldError] ("text") and a [workflow.Refusal] where
// the time is over or it was appealed before.
func (s *Cases) Contest(ctx context.Context, who actor.Actor, of Contested, text string) (id.AuthorCase, Receipt, error) {
	var c Case
	err := s.InTx(ctx, who.Tenant, func(tx CasesTx) (err error) {
		c, err = s.contest(ctx, tx, who, of, text)
		return err
	})
	if err != nil {
		return id.AuthorCase{}, Receipt{}, fmt.Errorf("contest %s: %w", of.Decision, err)
	}
	return c.ToldAs, Receipt{Reference: c.Reference, At: c.OpenedAt, DueAt: c.DueAt}, nil
}

func (s *Cases) contest(ctx context.Context, tx CasesTx, who actor.Actor, of Contested, text string) (Case, error) {
	now := s.Clock()
	d, err := tx.Dossier(ctx, of.Contribution, who.Person, now)
	if err != nil {
		return Case{}, err
	}
	text, fault := strings.TrimSpace(text), spoken(text)
	revision, at, by, err := d.Unheard(of.Decision)
	switch {
	case who.Kind != actor.KindPerson || !d.Roles.Has(actor.Author) || sealed(d):
		return Case{}, directory.ErrNotFound
	case err != nil || fault != nil:
		return Case{}, cmp.Or(err, fault)
	}
	if err := of.timely(ctx, tx, d, at, now); err != nil {
		return Case{}, err
	}
	exhibit := exhibitOf(d, revision)
	c, _, err := tx.OpenCase(ctx, of.wanted(d, exhibit.Title, now), false)
	if err != nil {
		return c, err
	}
	concerns, err := contestedOf(ctx, tx, d, revision, by, now)
	if err != nil {
		return c, err
	}
	if err := keep(ctx, tx, c, Evidence{Exhibit: exhibit, TakenAt: now}, concerns); err != nil {
		return c, err
	}
	entry := CaseEntry{ID: id.New[id.Entry](), Case: c.ID, Kind: EntryAppeal, Person: who.Person, Text: text, At: now}
	if err := tx.AddCaseEntry(ctx, entry); err != nil {
		return c, err
	}
	file := CaseFile{Case: c}
	command := workflow.Command{Action: workflow.Report, Version: c.Version}
	if err := file.commit(ctx, tx, who.As(actor.NewRoles(actor.Reporter)), command, workflow.CaseFacts{Complete: true}, nil, now); err != nil {
		return c, err
	}
	return tx.CaseTarget(ctx, c.ID)
}

// timely refuses an appeal after its time, and a second one (R45).
func (of Contested) timely(ctx context.Context, tx CasesTx, d publication.Dossier, at, now time.Time) error {
	known, err := tx.Contested(ctx, of.Decision)
	if err != nil {
		return err
	}
	period, err := appealPeriod(ctx, tx, d.Values, at)
	if err != nil {
		return err
	}
	if known || !now.Before(d.Calendar.Add(at, period)) {
		return &workflow.Refusal{
			Machine: workflow.CaseTable.Name, Action: workflow.Appeal, Rule: "R45", Err: workflow.ErrUnmet,
			Unmet: []workflow.Unmet{{Name: "appeal_in_time", Rule: "R45"}},
		}
	}
	return nil
}

// appealPeriod is what held when something was decided: what is set later neither ends an appeal nor
// opens one again (R45).
func appealPeriod(ctx context.Context, tx CasesTx, values settings.Values, at time.Time) (calendar.Duration, error) {
	changes, err := tx.SettingChanges(ctx, settings.AppealPeriod.Key())
	period := settings.AppealPeriod.Of(values)
	for _, change := range changes {
		if !change.At.After(at) {
			break
		}
		if was, refused := settings.AppealPeriod.Parse(change.From); refused == nil {
			period = was
		}
	}
	return period, err
}

// wanted is the case that the appeal begins.
func (of Contested) wanted(d publication.Dossier, title string, now time.Time) Case {
	due := d.Calendar.Add(now, settings.AppealAnswer.Of(d.Values))
	return Case{
		ID: id.New[id.Case](), Tenant: d.Contribution.Tenant, Place: d.Contribution.Tenant, Kind: OfAppeal, Reference: "D-" + id.Reference(), Disputed: of.Decision,
		Target:   Target{Contribution: d.Contribution.ID, Space: d.Space.ID, Author: d.Contribution.Author, Title: title},
		Severity: 1, AppealedBy: TheAuthor, OpenedAt: now, DueAt: due, EscalateAt: halfway(now, due),
	}
}

// contestedOf are those whom a contested decision concerns: whom its text does, the staff whom that
// names, and who decided.
func contestedOf(ctx context.Context, tx CasesTx, d publication.Dossier, text *publication.Revision, by id.Person, now time.Time) ([]Concern, error) {
	concerns := []Concern{{d.Contribution.Author, CauseAuthor}}
	if !by.IsZero() {
		concerns = append(concerns, Concern{by, CauseJudged})
	}
	if text == nil {
		return concerns, nil
	}
	known, err := tx.Concerned(ctx, text.ID, id.Photo{})
	if err != nil {
		return nil, err
	}
	staff, err := tx.Staff(ctx, d.Space.ID, now)
	return slices.Concat(concerns, known, namedIn(exhibitOf(d, text).words(), staff)), err
}

// exhibitOf is a revision of a dossier as evidence; nil where there is no text.
func exhibitOf(d publication.Dossier, r *publication.Revision) Exhibit {
	e := Exhibit{
		Kind: d.Contribution.Kind, Space: d.Space.Title, Audience: d.Space.Audience.Kind, Exposure: d.Exposure(), Byline: d.Contribution.Byline,
		PublishedAt: d.Contribution.PublishedAt,
	}
	if r == nil {
		return e
	}
	e.Number, e.Title, e.HTML, e.Language, e.TextHash = r.Number, r.Title, r.HTML.String(), r.Language, hex.EncodeToString(r.Hash[:])
	for _, p := range r.Pictures {
		e.Pictures = append(e.Pictures, ExhibitedPicture{Photo: p.Photo, Rendition: p.Rendition.ID, Hash: hex.EncodeToString(p.Rendition.Hash[:])})
	}
	return e
}
