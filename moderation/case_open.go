package moderation

import (
	"cmp"
	"context"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// decide asks the table about an act on the case.
func (c Case) decide(who actor.Actor, command workflow.Command, facts workflow.CaseFacts, now time.Time) (workflow.Change[workflow.CaseStatus], error) {
	command.Actor = who
	return c.machine().Decide(c.subject(), facts, command, now)
}

func (c Case) subject() workflow.Subject[workflow.CaseStatus] {
	return workflow.Subject[workflow.CaseStatus]{ID: c.ID.UUID, Tenant: c.Tenant, Version: c.Version, Status: c.Status}
}

// nameless is somebody who reports as the trail knows them: it never says who that is (R44).
func nameless(who actor.Actor) actor.Actor {
	return actor.Anonymous(who.Tenant, who.Via).As(actor.NewRoles(actor.Reporter))
}

// open locks what a case is about, then the case, in the order in which a batch writes them,
// and reads it for somebody. picture is one that the act is about besides. The error is
// [directory.ErrNotFound].
func open(ctx context.Context, tx CasesTx, c id.Case, who id.Person, picture id.Photo, now time.Time) (CaseFile, error) {
	known, err := tx.CaseTarget(ctx, c)
	if err != nil {
		return CaseFile{}, err
	}
	content, err := lockContent(ctx, tx, known, who, picture, now)
	if err != nil {
		return CaseFile{}, err
	}
	file, err := tx.CaseFile(ctx, c, who, now)
	file.content = content
	file.Concerns = append(file.Concerns, file.namedNow()...)
	if err != nil {
		return file, err
	}
	return file.withOrder(ctx, tx)
}

// withOrder is the file with what an authority has ordered, where it is about that (R48).
func (f CaseFile) withOrder(ctx context.Context, tx CasesTx) (CaseFile, error) {
	if f.Kind != OfOrder {
		return f, nil
	}
	var err error
	f.Order, err = tx.OrderOf(ctx, f.ID)
	return f, err
}

// way is a way into a case: open to act on it, look to read it.
type way func(ctx context.Context, tx CasesTx, c id.Case, who id.Person, picture id.Photo, now time.Time) (CaseFile, error)

// look reads a case without its content, and locks nothing: who only wants to know keeps nobody
// waiting.
func look(ctx context.Context, tx CasesTx, c id.Case, who id.Person, _ id.Photo, now time.Time) (CaseFile, error) {
	file, err := tx.ReadCase(ctx, c, who, now)
	if err != nil {
		return file, err
	}
	return file.withOrder(ctx, tx)
}

// lockContent locks what a case is about and reads it, in the establishment where it is; in
// another there is nothing to lock.
func lockContent(ctx context.Context, tx CasesTx, c Case, who id.Person, picture id.Photo, now time.Time) (content, error) {
	var found content
	house, err := tx.Here(ctx)
	if err != nil || house.Tenant.ID != c.Place {
		return found, err
	}
	if !c.Target.Contribution.IsZero() {
		d, err := tx.Dossier(ctx, c.Target.Contribution, who, now)
		if err != nil {
			return found, err
		}
		found.Dossier = &d
	}
	if c.wholeSpace() {
		d, err := tx.SpaceDossier(ctx, c.Target.Space, who, publication.Candidates{}, now)
		if err != nil {
			return found, err
		}
		found.Space = &d
	}
	if photo := cmp.Or(c.Picture(), picture); !photo.IsZero() {
		d, err := tx.PhotoDossier(ctx, photo, who, now)
		if err != nil {
			return found, err
		}
		found.Photo = &d
	}
	return found, nil
}

// openFor is open for somebody who may examine the case, in the roles that they have there.
func openFor(ctx context.Context, tx CasesTx, who actor.Actor, c id.Case, picture id.Photo, now time.Time) (CaseFile, actor.Actor, error) {
	file, err := open(ctx, tx, c, who.Person, picture, now)
	if err != nil {
		return file, who, err
	}
	who, err = file.admit(who)
	return file, who, err
}

// facts is what the table of cases is told of the case and of whoever acts.
func (f CaseFile) facts(who actor.Actor, now time.Time) workflow.CaseFacts {
	return f.replyFacts(workflow.CaseFacts{
		Verdict: f.Verdict, Complete: true, Unconcerned: f.unconcerned(who.Person), Fresh: f.fresh(who.Person),
		Lapsed: !f.AppealUntil.IsZero() && !now.Before(f.AppealUntil), Late: !now.Before(f.EscalateAt), Above: !f.Above.IsZero(), Undecided: len(f.Rulings) == 0,
		Maskable: f.maskable(), Masked: f.masked(), Unsealed: f.unsealed(), Unordered: f.unordered(),
		EscalateAt: f.EscalateAt, DueAt: f.DueAt, CloseAt: f.AppealUntil,
	}, now)
}

// partyFacts is facts for a party that appeals, and may or not.
func (f CaseFile) partyFacts(may bool, now time.Time) workflow.CaseFacts {
	facts := f.facts(actor.Actor{}, now)
	facts.InTime = may
	facts.EscalateAt, facts.DueAt = f.appealTimes(now)
	return facts
}

// authorMayAppeal reports whether the author may appeal what stands (R45).
func (f CaseFile) authorMayAppeal(now time.Time) bool {
	return f.appealable(f.Verdict != workflow.Keep, f.AppealedBy == TheAuthor || f.AppealedBy == bothParties, now)
}

// reporterMayAppeal reports whether one who reported may appeal what stands (R45): that another did
// takes nothing from them.
func (f CaseFile) reporterMayAppeal(r Report, now time.Time) bool {
	return f.appealable(!f.Verdict.Removes(), f.hasAppealed(r), now)
}

// hasAppealed reports whether one who reported has appealed since the case was judged last, but for
// appeals.
func (f CaseFile) hasAppealed(r Report) bool {
	var judged time.Time
	for _, u := range f.Rulings {
		if !u.Appeal {
			judged = u.At
		}
	}
	return !r.AppealedAt.IsZero() && !r.AppealedAt.Before(judged)
}

// appealable reports whether what stands may be appealed by somebody: it went against them, they
// have not appealed it before, and the time for it is not over. Where an appeal is under way
// theirs joins it.
func (c Case) appealable(against, before bool, now time.Time) bool {
	return (c.Status == workflow.CaseDecided && c.Kind != OfReply || c.Status == workflow.CaseAppealed) && against && !before &&
		!c.AppealUntil.IsZero() && now.Before(c.AppealUntil)
}

// appealTimes are when half, and all, of the time to answer an appeal made now is over (R45).
func (f CaseFile) appealTimes(now time.Time) (half, due time.Time) {
	due = f.House.Calendar.Add(now, settings.AppealAnswer.Of(f.House.Values))
	return halfway(now, due), due
}

// restart sets the clocks of whoever has the case in hand from now on (R41); those of a reply
// go on as they are (R56).
func (f *CaseFile) restart(now time.Time) {
	if f.Kind == OfReply {
		return
	}
	f.DueAt = dueOf(f.House, f.Severity, now)
	f.EscalateAt, f.Escalated = escalateAt(f.House, now, f.DueAt), time.Time{}
}

// refused is a refusal of an act on the case by a rule.
func (c Case) refused(action workflow.Action, rule string, why error) error {
	return &workflow.Refusal{Machine: c.machine().Name, Action: action, Status: string(c.Status), Rule: rule, Err: why}
}

// house is the name of whoever handles the case.
func (f CaseFile) house() string { return f.House.Tenant.Name }
