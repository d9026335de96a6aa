package moderation

import (
	"context"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// cause is why a case is somebody's own (R46); empty where it is not. That they reported it comes
// after what else there is.
func (f CaseFile) cause(who id.Person) Cause {
	var cause Cause
	for _, c := range f.Concerns {
		if c.Person == who && !who.IsZero() && !c.Cause.Fresh() && (cause == "" || cause == CauseReporter) {
			cause = c.Cause
		}
	}
	return cause
}

// fresh reports whether somebody has judged neither the exact text nor the case (R45). A reply
// asks for nobody new: the director answers it, who has let its message appear (R56).
func (f CaseFile) fresh(who id.Person) bool {
	return f.Kind == OfReply || !slices.ContainsFunc(f.Concerns, func(c Concern) bool { return c.Person == who && c.Cause.Fresh() })
}

// headIs reports whether somebody who directs here has a cause that meets.
func (f CaseFile) headIs(meets func(Cause) bool) bool {
	return f.Local() && slices.ContainsFunc(f.Answerers, func(a Answerer) bool { return a.As == ToDirector && meets(f.cause(a.Person)) })
}

// headConcerned reports whether the case is the cause of who directs here: then it is for the
// authority above (R46). That they reported it makes it nobody's cause: they do not judge it, and
// whoever stands in for them may.
func (f CaseFile) headConcerned() bool {
	return f.headIs(func(c Cause) bool { return c != "" && c != CauseReporter })
}

// headAbove reports whether the case goes to the authority above, or would, since it is the cause of who
// directs here. Where the establishment has it otherwise, whoever stands in for them judges it, but for
// what nobody does in their name: carry out an order (R48), answer a reply (R56), or decide of what a
// child has written and have their guardians told (R52).
func (f CaseFile) headAbove() bool {
	reserved := f.Kind == OfOrder || f.Kind == OfReply || f.Child
	return f.headConcerned() && !f.Above.IsZero() && (reserved || settings.HeadCasesAbove.Of(f.House.Values))
}

// headReported reports whether who directs here has reported it, and is not its target.
func (f CaseFile) headReported() bool {
	return f.headIs(func(c Cause) bool { return c == CauseReporter })
}

// unconcerned reports whether somebody may judge the case: it is not their own, nor that of
// the head whom they answer to, where somebody above judges that.
func (f CaseFile) unconcerned(who id.Person) bool {
	return !who.IsZero() && f.cause(who) == "" && !f.headAbove()
}

// judges reports whether the actor judges cases here: then all of them are theirs to see,
// and who reported is.
func (f CaseFile) judges() bool { return f.Roles.HasAny(actor.Director, actor.Judge) }

// admit gives the actor in the roles that they have in the case. Whoever may not examine it,
// and its author, does not find it; whoever reported it or is named in it is refused (R46).
func (f CaseFile) admit(who actor.Actor) (actor.Actor, error) {
	if who.Kind != actor.KindPerson || (!who.Is(f.inHand()) && !f.judges()) {
		return who, directory.ErrNotFound
	}
	switch f.cause(who.Person) {
	case "":
		return who.As(f.Roles.With(actor.Examiner)), nil
	case CauseReporter, CauseNamed:
		return who, &directory.Refusal{Act: string(workflow.Examine), Rule: "R46", Err: directory.ErrForbidden}
	case CauseAuthor, CauseDepicted, CauseKin, CauseTalked, CauseJudged, CauseDecided:
	}
	return who, directory.ErrNotFound
}

// inHand is who has the case in hand and may still examine it: nobody where the space is another's by
// now, or the power to judge that somebody lent has ended (R40).
func (f CaseFile) inHand() id.Person {
	if f.capacity(f.Assignee) == "" {
		return id.Person{}
	}
	return f.Assignee
}

// capacity is as what somebody would be assigned the case; empty for whoever cannot.
func (f CaseFile) capacity(who id.Person) Assignment {
	for _, a := range f.Answerers {
		if a.Person == who {
			return a.As
		}
	}
	return ""
}

// suitable are those to whom the case may be assigned: none is concerned, and none has judged
// it before. What is sealed, and a reply, falls to who directs alone.
func (f CaseFile) suitable() []Answerer {
	directs := f.sealedMask() || f.toSeal() || f.Kind == OfReply
	return slices.DeleteFunc(slices.Clone(f.Answerers), func(a Answerer) bool {
		return !f.unconcerned(a.Person) || !f.fresh(a.Person) || directs && !a.Directs
	})
}

// severe is the severity from which a case goes straight to the director (R40): the owner of
// the space is told besides, and waits for nobody.
const severe workflow.Severity = 3

// route says who the case falls to (R40): owner, backup, director, then whom the director
// lent the power to judge, always past those whom it concerns (R46) and those who have judged
// the text (R45). It goes up where somebody asked for the authority, where it is the head's own
// cause (R46), and where nobody is left. Nobody at all is the zero Answerer: whoever judges finds it
// in their list.
func (f CaseFile) route() (to Answerer, up bool) {
	above := !f.Above.IsZero()
	if above && f.Local() && f.Authority || f.headAbove() {
		return Answerer{}, true
	}
	suitable := f.suitable()
	for _, as := range f.turns() {
		for _, a := range suitable {
			if a.As == as {
				return a, false
			}
		}
	}
	return Answerer{}, above
}

// turns is the order in which the case is offered. Where the head is concerned and nobody
// above judges that, or has reported what is grave, whoever stands in for them comes before whoever is under
// them. What is grave, and an appeal, is judged higher than by the space else: by the space only
// where nobody is above.
func (f CaseFile) turns() []Assignment {
	low := f.Severity < severe && f.Status != workflow.CaseAppealed && f.Kind != OfAppeal
	switch {
	case f.Kind == OfReply: // nobody answers it in their name (R56)
		return []Assignment{ToDirector, ToAuthority}
	case f.headConcerned(), f.headReported() && !low:
		return []Assignment{ToDelegate, ToBackup, ToOwner}
	case low:
	case f.Above.IsZero():
		return []Assignment{ToDirector, ToDelegate, ToAuthority, ToBackup, ToOwner}
	default:
		return []Assignment{ToDirector, ToDelegate, ToAuthority}
	}
	return Assignments()
}

// climb says who a late case goes to next: from the space to the director, also from whom they lent the
// power to judge, and from the director to the authority above (R40). Neither is that nobody is higher.
func (f CaseFile) climb() (to Answerer, up bool) {
	below := f.AssignedAs == ToOwner || f.AssignedAs == ToBackup || f.inHand().IsZero()
	for _, a := range f.suitable() {
		if a.Person != f.Assignee && (a.Directs && !f.directs(f.Assignee) || below && a.As != ToOwner && a.As != ToBackup) {
			return a, false
		}
	}
	return Answerer{}, !f.Above.IsZero()
}

// directs reports whether somebody directs the house that has the case in hand.
func (f CaseFile) directs(who id.Person) bool {
	return slices.ContainsFunc(f.Answerers, func(a Answerer) bool { return a.Person == who && a.Directs })
}

// namedIn are those of the staff whom a text names: by given and family name, or by family name
// after a form of address. They would judge what is said of them (R46).
func namedIn(text string, staff []directory.Person) []Concern {
	words := folded(text)
	var list []Concern
	for _, p := range staff {
		if names(words, folded(p.GivenName), folded(p.FamilyName)) {
			list = append(list, Concern{p.ID, CauseNamed})
		}
	}
	return list
}

// words are what an exhibit says.
func (e Exhibit) words() string {
	text := e.Title + " . " + publication.PlainText(publication.StoredHTML(e.HTML))
	for _, m := range e.Messages {
		text += " . " + publication.PlainText(publication.StoredHTML(m.HTML))
	}
	for _, r := range e.Replies {
		text += " . " + r.Text
	}
	return text
}

// namedNow are those of the staff whom the text names as readers have it now, or would: it may
// have changed since it was reported.
func (f CaseFile) namedNow() []Concern {
	if f.Dossier == nil || f.Dossier.Live == nil {
		return nil
	}
	return namedIn(exhibitOf(*f.Dossier, f.Dossier.Live).words(), f.Staff)
}

// concernAnew keeps whom a text that has just appeared concerns, where a case is about it: they lose
// sight of that (R46).
func concernAnew(ctx context.Context, tx Tx, o Occurrence, now time.Time) error {
	if workflow.Editorial(o.To) != workflow.Live || o.Contribution.IsZero() {
		return nil
	}
	examined, err := tx.Examined(ctx, o.Contribution)
	if err != nil || !examined {
		return err
	}
	d, err := tx.Dossier(ctx, o.Contribution, id.Person{}, now)
	if err != nil || d.Live == nil {
		return err
	}
	concerns, err := tx.Concerned(ctx, d.Live.ID, id.Photo{})
	if err != nil {
		return err
	}
	staff, err := tx.Staff(ctx, d.Space.ID, now)
	if err != nil {
		return err
	}
	return tx.ConcernAnew(ctx, o.Contribution, append(concerns, namedIn(exhibitOf(d, d.Live).words(), staff)...), now)
}

// forms are what stands before the family name of an adult at school, folded.
var forms = []string{
	"m", "mr", "monsieur", "mme", "madame", "mlle", "mademoiselle", "prof", "professeur", "professeure", "directeur", "directrice",
	"proviseur", "proviseure", "principal", "principale", "mrs", "ms", "miss",
}

// names reports whether a text has a family name with the given name before or after it, or
// with a form of address before it.
func names(text, given, family []string) bool {
	for i := range text {
		if len(family) == 0 || !begins(text[i:], family) {
			continue
		}
		before, after := text[:i], text[i+len(family):]
		switch {
		case len(before) > 0 && slices.Contains(forms, before[len(before)-1]),
			len(given) > 0 && begins(after, given),
			len(given) > 0 && len(before) >= len(given) && begins(before[len(before)-len(given):], given):
			return true
		}
	}
	return false
}

func begins(text, with []string) bool {
	return len(text) >= len(with) && slices.Equal(text[:len(with)], with)
}

// folded are the words of a text, folded.
func folded(text string) []string {
	tokens := fold(text)
	list := make([]string, len(tokens))
	for i, t := range tokens {
		list[i] = t.word
	}
	return list
}
