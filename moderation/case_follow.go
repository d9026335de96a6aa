package moderation

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Follower is who follows what they reported: by the secret of a follow-up address, which
// lets nobody do anything else, or signed in. Where there is a secret it alone counts.
type Follower struct {
	Secret string
	Who    actor.Actor
	Report id.Report
}

// Stage is how far a case has come, in the words of whoever waits for it.
type Stage string

// The stages.
const (
	StageReceived  Stage = "received"  // somebody will look at it
	StageExamining Stage = "examining" // somebody does
	StageAsked     Stage = "asked"     // and has a question
	StageDecided   Stage = "decided"   // and may still be appealed
	StageAppealed  Stage = "appealed"  // another human looks at it again
	StageClosed    Stage = "closed"
)

// Stages lists the stages.
func Stages() []Stage {
	return []Stage{StageReceived, StageExamining, StageAsked, StageDecided, StageAppealed, StageClosed}
}

// FollowUp is what whoever reported may know of what became of it: never who wrote the
// content, nor who else reported it.
type FollowUp struct {
	Report      Report         // their own words
	Tenant      id.Tenant      // who examines it
	Version     int64          // of what they read here; answering and appealing name it
	Handler     string         // the name of the establishment or authority that examines it
	Zone        *time.Location // of its times, as its letters say them
	Title       string         // of the content, for somebody signed in; else empty: nobody learns what is where
	Stage       Stage
	DueAt       time.Time // by when it is aimed to be decided, or the appeal answered; zero once that is done
	DecidedAt   time.Time
	AppealUntil time.Time    // zero before it is decided
	Thread      []CaseEntry  // questions to them, their answers and their appeal
	Letters     []CaseLetter // to them
	Attached    []Attachment // by them
	MayAttach   bool         // a file, with what they have said
	Harmful     bool         // nothing of it is to be kept or sent (R50)
	MayRespond  bool
	MayAppeal   bool
	MayClaim    bool             // it is asked whether it was they who reported (see [Cases.Claim])
	Disowned    bool             // they have said that it was not
	Reply       *Reply           // their own words and when readers see them; nil where it is no reply
	Verdict     workflow.Verdict // of a reply; empty before it is answered
}

// Follow shows whoever reported what became of it. What a secret does not open is
// [directory.ErrNotFound], whatever is wrong with it; so is another's report. Whoever only looks
// proves nothing: mail filters do, and whoever wonders what they were sent.
func (s *Cases) Follow(ctx context.Context, f Follower) (FollowUp, error) {
	var view FollowUp
	place, err := s.find(ctx, f)
	if err != nil {
		return view, fmt.Errorf("follow a report: %w", err)
	}
	err = s.at(ctx, place, look, func(tx CasesTx, file CaseFile, r Report, now time.Time) error {
		parts, err := tx.CaseParts(ctx, file.ID, r.ID)
		if err != nil {
			return err
		}
		view = file.followUp(r, parts, now)
		unproved := place.Proves && file.Kind != OfReply
		view.MayClaim, view.Disowned = unproved && r.DisownedAt.IsZero(), unproved && !r.DisownedAt.IsZero()
		return nil
	})
	if err != nil {
		return FollowUp{}, fmt.Errorf("follow a report: %w", err)
	}
	return view, nil
}

// Claim keeps what whoever has the address of a report says with a secret that was mailed there: that
// they reported it, and then they do not judge it (R46), or that they did not, and then no mail about it
// goes there any more. Where that is not asked, or not any more, nothing changes. The error is
// [directory.ErrNotFound].
func (s *Cases) Claim(ctx context.Context, f Follower, mine bool) error {
	place, err := s.find(ctx, f)
	if err == nil && place.Proves {
		err = s.at(ctx, place, open, func(tx CasesTx, _ CaseFile, _ Report, now time.Time) error {
			if mine {
				return tx.ProveAddress(ctx, hashOf(f.Secret), now)
			}
			return tx.DisownAddress(ctx, hashOf(f.Secret), now)
		})
	}
	if err != nil {
		return fmt.Errorf("claim a report: %w", err)
	}
	return nil
}

// follow opens the case of a report to whoever reported it and acts on it, and to nobody else. With a
// secret that came by mail that proves whose its address is: they do not judge it (R46).
func (s *Cases) follow(ctx context.Context, f Follower, do func(tx CasesTx, file CaseFile, r Report, now time.Time) error) error {
	place, err := s.find(ctx, f)
	if err != nil {
		return err
	}
	return s.at(ctx, place, open, func(tx CasesTx, file CaseFile, r Report, now time.Time) error {
		if err := do(tx, file, r, now); err != nil || !place.Proves {
			return err
		}
		return tx.ProveAddress(ctx, hashOf(f.Secret), now)
	})
}

// at opens the case of a report where it is.
func (s *Cases) at(ctx context.Context, place ReportPlace, way way, do func(tx CasesTx, file CaseFile, r Report, now time.Time) error) error {
	return s.InTx(ctx, place.Tenant, func(tx CasesTx) error {
		now := s.Clock()
		file, err := way(ctx, tx, place.Case, id.Person{}, id.Photo{}, now)
		if err != nil {
			return err
		}
		r, err := tx.ReportIn(ctx, place.Case, place.Report)
		if err != nil {
			return err
		}
		return do(tx, file, r, now)
	})
}

// find finds a report by the secret of its follow-up address or, of somebody signed in, by its
// id. A secret that is none is looked for like any other.
func (s *Cases) find(ctx context.Context, f Follower) (ReportPlace, error) {
	if f.Secret != "" || f.Report.IsZero() {
		return s.Finder.ReportOf(ctx, hashOf(f.Secret))
	}
	place, err := s.Finder.PlaceOfReport(ctx, f.Report)
	if err == nil && (f.Who.Kind != actor.KindPerson || !f.Who.Is(place.Person)) {
		err = directory.ErrNotFound
	}
	return place, err
}

// FollowLink makes one more secret of a report's follow-up address, for the letter that carries
// it: it is kept nowhere. It is the system's to call. The error is [directory.ErrNotFound] where
// no letter is about that report.
func (s *Cases) FollowLink(ctx context.Context, tenant id.Tenant, report id.Report) (string, error) {
	secret, text := newSecret()
	err := s.InTx(ctx, tenant, func(tx CasesTx) error { return tx.LinkReport(ctx, report, secret) })
	if err != nil {
		return "", fmt.Errorf("follow-up address of report %s: %w", report, err)
	}
	return text, nil
}

// dueTo is by when one who reported is answered: by the clock of their own report, since the case's
// would tell them when somebody reported before (R44).
func (f CaseFile) dueTo(r Report) time.Time {
	if f.Kind == OfReply {
		return f.DueAt
	}
	return cmp.Or(r.DueAt, dueOf(f.House, gravity(r.Ground), r.At))
}

// reportedAs is the title of what one reported: not of another's text that the case goes on with, which
// they may not read (R44).
func (f CaseFile) reportedAs(r Report) string {
	if r.About != nil {
		return *r.About
	}
	return f.Target.Title
}

// followUp is what one who reported may know.
func (f CaseFile) followUp(r Report, parts CaseParts, now time.Time) FollowUp {
	view := FollowUp{
		Report: r, Tenant: f.Tenant, Handler: f.house(), DecidedAt: f.DecidedAt, AppealUntil: f.AppealUntil, MayAppeal: f.reporterMayAppeal(r, now),
		MayRespond: f.asks(r.ID, parts.Entries), Zone: f.House.Calendar.Location(),
	}
	view.Stage, view.DueAt = f.stageOf(r, parts.Entries, now)
	if !r.Person.IsZero() {
		view.Title = f.reportedAs(r)
	}
	if f.Reply != nil { // nothing of the message, which they may not be among the readers of
		view.Reply, view.Verdict = &Reply{
			Name: f.Reply.Name, Passages: f.Reply.Passages, Text: f.Reply.Text, Lines: f.Reply.Lines, ShownFrom: f.Reply.ShownFrom, ShownUntil: f.Reply.ShownUntil,
		}, f.Verdict
	}
	for _, e := range parts.Entries {
		if e.Report == r.ID && e.Kind != EntryNote && e.Kind != EntryMove {
			e.Person, e.Name = id.Person{}, ""
			view.Thread = append(view.Thread, e)
		}
	}
	view.Harmful = seals(r.Ground)
	view.Attached = attachmentsOf(parts.Attachments, r.ID)
	view.MayAttach = f.hears() && !view.Harmful && parts.attachedBy(r.ID) < settings.Attachments.Of(f.House.Values)
	for _, l := range parts.Letters {
		if l.Report == r.ID {
			view.Letters = append(view.Letters, l)
		}
	}
	view.Version = view.seen()
	return view
}

// stage is how far a case has come that has one side alone: an appeal of an author's, a reply.
func (c Case) stage() Stage {
	switch c.Status {
	case workflow.NoCase, workflow.CaseReceived, workflow.CaseAcknowledged, workflow.CaseAssigned:
		return StageReceived
	case workflow.CaseExamining, workflow.CaseInquiring:
		return StageExamining
	case workflow.CaseDecided:
		return StageDecided
	case workflow.CaseAppealed:
		return StageAppealed
	case workflow.CaseClosed, workflow.CaseMerged, workflow.CaseOrdered, workflow.CaseExecuted, workflow.CaseAnswered: // of an order nobody waits here
	}
	return StageClosed
}

// Respond answers a question of those who examine. The text has at most 5,000 characters. The
// errors are [directory.ErrNotFound], a [directory.FieldError] ("text") and a
// [workflow.Refusal] where nothing is asked, or the case has moved since.
func (s *Cases) Respond(ctx context.Context, f Follower, version int64, text string) error {
	err := s.follow(ctx, f, func(tx CasesTx, file CaseFile, r Report, now time.Time) error {
		return file.respond(ctx, tx, r, version, text, now)
	})
	if err != nil {
		return fmt.Errorf("answer a question: %w", err)
	}
	return nil
}

// respond keeps what one who reported answers to the version that they have read.
func (f CaseFile) respond(ctx context.Context, tx CasesTx, r Report, version int64, text string, now time.Time) error {
	if err := spoken(text); err != nil {
		return err
	}
	parts, err := tx.CaseParts(ctx, f.ID, r.ID)
	if err != nil {
		return err
	}
	if view := f.followUp(r, parts, now); version != view.Version {
		return f.refused(workflow.Respond, "R19", workflow.ErrStale)
	}
	who := nameless(actor.Actor{Tenant: f.Tenant, Via: "follow"})
	facts := f.facts(who, now)
	facts.Asked = f.asks(r.ID, parts.Entries)
	command := workflow.Command{Action: workflow.Respond, Version: f.Version, Reason: workflow.Reason{Text: text}}
	if err := f.commit(ctx, tx, who, command, facts, nil, now); err != nil {
		return err
	}
	return f.said(ctx, tx, EntryAnswer, who, r.ID, text, now)
}

// AppealReport has another human look at what was decided, for whoever reported: once, and in
// time, where it went against them (R45). The errors are those of [Cases.Respond].
func (s *Cases) AppealReport(ctx context.Context, f Follower, version int64, text string) error {
	err := s.follow(ctx, f, func(tx CasesTx, file CaseFile, r Report, now time.Time) error {
		parts, err := tx.CaseParts(ctx, file.ID, r.ID)
		if err != nil {
			return err
		}
		if view := file.followUp(r, parts, now); version != view.Version {
			return file.refused(workflow.Appeal, "R19", workflow.ErrStale)
		}
		who := nameless(actor.Actor{Tenant: file.Tenant, Via: "follow"})
		return file.appeal(ctx, tx, who, &r, text, now)
	})
	if err != nil {
		return fmt.Errorf("appeal by who reported: %w", err)
	}
	return nil
}

// appeal has somebody else judge the case again: whoever has not judged it, as high as it takes
// (R45). Of one who reported of is what they reported; of the author it is nil. One that comes while
// another is under way joins it: whoever judges that hears both.
func (f CaseFile) appeal(ctx context.Context, tx CasesTx, who actor.Actor, of *Report, text string, now time.Time) error {
	if err := spoken(text); err != nil {
		return err
	}
	party, report, may := TheAuthor, id.Report{}, f.authorMayAppeal
	if of != nil {
		party, report, may = TheReporter, of.ID, func(now time.Time) bool { return f.reporterMayAppeal(*of, now) }
	}
	command := workflow.Command{Action: workflow.Appeal, Version: f.Version, Reason: workflow.Reason{Text: text}}
	if err := f.commit(ctx, tx, who, command, f.partyFacts(may(now), now), nil, now); err != nil {
		return err
	}
	if of != nil {
		if err := tx.MarkAppealed(ctx, report, now); err != nil {
			return err
		}
	}
	if err := f.said(ctx, tx, EntryAppeal, who, report, text, now); err != nil {
		return err
	}
	return f.appealedBy(ctx, tx, party, now)
}

// appealedBy keeps that a party has appealed, and gives the case to whoever judges that.
func (f CaseFile) appealedBy(ctx context.Context, tx CasesTx, party Party, now time.Time) error {
	joins := f.Status == workflow.CaseAppealed
	if f.AppealedBy != "" && f.AppealedBy != party {
		party = bothParties
	}
	f.Status, f.Version, f.AppealedBy = workflow.CaseAppealed, f.Version+1, party
	if joins {
		return tx.UpdateCase(ctx, f.Case)
	}
	f.Escalated = time.Time{}
	f.EscalateAt, f.DueAt = f.appealTimes(now)
	to, up := f.route()
	f.Assignee, f.AssignedAs = to.Person, to.As
	if err := tx.UpdateCase(ctx, f.Case); err != nil || !up {
		return err
	}
	machine := actor.Clock(f.Tenant, "appeal")
	return f.transfer(ctx, tx, machine, CaseCommand{Action: workflow.Transfer, Version: f.Version}, nil, now)
}

// Filed is a line of what somebody has reported.
type Filed struct {
	Report    id.Report
	Reference string
	Title     string
	Stage     Stage
	At        time.Time
	DueAt     time.Time // zero once it is decided
}

// Filing is a report as its place knows it, with how far its case has come.
type Filing struct {
	Progress
	Report    id.Report
	Reference string
	Title     string
	DueAt     time.Time // by when a decision was aimed at when they reported
}

// filed is what who reported sees of it in their list.
func (f Filing) filed(now time.Time) Filed {
	line := Filed{Report: f.Report, Reference: f.Reference, Title: f.Title, Stage: f.stage(now), At: f.Since}
	if line.Stage == StageReceived || line.Stage == StageExamining || line.Stage == StageAsked {
		line.DueAt = f.DueAt
	}
	return line
}

// FiledPage is a part of what somebody has reported, the newest first.
type FiledPage struct {
	Items []Filed
	Next  string // After of the next page; empty on the last
}

// ReportsBy lists what the actor has reported while signed in, whoever handles it. The error
// is [publication.ErrCursor].
func (s *Cases) ReportsBy(ctx context.Context, who actor.Actor, after string, limit int) (FiledPage, error) {
	var before id.Report
	if after != "" {
		var err error
		if before, err = id.Parse[id.Report](after); err != nil {
			return FiledPage{}, fmt.Errorf("list reports: %w", publication.ErrCursor)
		}
	}
	if who.Kind != actor.KindPerson {
		return FiledPage{}, nil
	}
	limit = limited(limit)
	filings, err := s.Finder.ReportsBy(ctx, who.Person, before, limit+1)
	if err != nil {
		return FiledPage{}, fmt.Errorf("list reports: %w", err)
	}
	var page FiledPage
	if len(filings) > limit {
		filings = filings[:limit]
		page.Next = filings[limit-1].Report.String()
	}
	for _, f := range filings {
		page.Items = append(page.Items, f.filed(s.Clock()))
	}
	return page, nil
}
