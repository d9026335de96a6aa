package moderation

import (
	"slices"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// cause is why a case is somebody's own (R46); empty where it is not.
func (f CaseFile) cause(who id.Person) Cause {
	for _, c := range f.Concerns {
		if c.Person == who && !who.IsZero() && !c.Cause.Fresh() {
			return c.Cause
		}
	}
	return ""
}

// fresh reports whether somebody has judged neither the exact text nor the case (R45).
func (f CaseFile) fresh(who id.Person) bool {
	return !slices.ContainsFunc(f.Concerns, func(c Concern) bool { return c.Person == who && c.Cause.Fresh() })
}

// headConcerned reports whether the case is the cause of who directs here: then it is for the
// authority above (R46).
func (f CaseFile) headConcerned() bool {
	return f.Local() && slices.ContainsFunc(f.Answerers, func(a Answerer) bool { return a.As == ToDirector && f.cause(a.Person) != "" })
}

// unconcerned reports whether somebody may judge the case: it is not their own, nor that of
// the head whom they answer to, unless nobody is above who could.
func (f CaseFile) unconcerned(who id.Person) bool {
	return !who.IsZero() && f.cause(who) == "" && (!f.headConcerned() || f.Above.IsZero())
}

// judges reports whether the actor judges cases here: then all of them are theirs to see,
// and who reported is.
func (f CaseFile) judges() bool { return f.Roles.HasAny(actor.Director, actor.Judge) }

// admit gives the actor in the roles that they have in the case. Whoever may not examine it,
// and its author, does not find it; whoever reported it or is named in it is refused (R46).
func (f CaseFile) admit(who actor.Actor) (actor.Actor, error) {
	here := who.Is(f.Assignee) && len(f.Roles.List()) > 0
	if who.Kind != actor.KindPerson || (!here && !f.judges()) {
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
// it before.
func (f CaseFile) suitable() []Answerer {
	return slices.DeleteFunc(slices.Clone(f.Answerers), func(a Answerer) bool { return !f.unconcerned(a.Person) || !f.fresh(a.Person) })
}

// severe is the severity from which a case goes straight to the director (R40): the owner of
// the space is told besides, and waits for nobody.
const severe workflow.Severity = 3

// route says who the case falls to (R40): owner, backup, director, then whom the director
// lent the power to judge, always past those whom it concerns (R46) and those who have judged
// the text (R45). It goes up where somebody asked for the authority, where it is the head's own
// cause, and where nobody is left. Nobody at all is the zero Answerer: whoever judges finds it
// in their list.
func (f CaseFile) route() (to Answerer, up bool) {
	above := !f.Above.IsZero()
	if above && f.Local() && (f.Authority || f.headConcerned()) {
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

// turns is the order in which the case is offered. Where the head is concerned and nobody is
// above, whoever stands in for them comes before whoever is under them. What is grave, and an
// appeal, is judged higher than by the space: by the space only where nobody is above.
func (f CaseFile) turns() []Assignment {
	switch {
	case f.headConcerned():
		return []Assignment{ToDelegate, ToBackup, ToOwner}
	case f.Severity < severe && f.Status != workflow.CaseAppealed && f.Kind != OfAppeal:
	case f.Above.IsZero():
		return []Assignment{ToDirector, ToDelegate, ToAuthority, ToBackup, ToOwner}
	default:
		return []Assignment{ToDirector, ToDelegate, ToAuthority}
	}
	return Assignments()
}

// climb says who a late case goes to next: from the space to the director, from the director
// to the authority above (R40). Neither is that nobody is higher.
func (f CaseFile) climb() (to Answerer, up bool) {
	if f.AssignedAs == ToOwner || f.AssignedAs == ToBackup || f.Assignee.IsZero() {
		for _, a := range f.suitable() {
			if a.As != ToOwner && a.As != ToBackup && a.Person != f.Assignee {
				return a, false
			}
		}
	}
	return Answerer{}, !f.Above.IsZero()
}

// named are those of the staff whom a text names: by given and family name, or by family name
// after a form of address. They would judge what is said of them (R46).
func (f Found) named() []Concern {
	words := f.Exhibit.Title + " . " + publication.PlainText(publication.StoredHTML(f.Exhibit.HTML))
	for _, m := range f.Exhibit.Messages {
		words += " . " + publication.PlainText(publication.StoredHTML(m.HTML))
	}
	text := folded(words)
	var list []Concern
	for _, p := range f.Staff {
		if names(text, folded(p.GivenName), folded(p.FamilyName)) {
			list = append(list, Concern{p.ID, CauseNamed})
		}
	}
	return list
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
