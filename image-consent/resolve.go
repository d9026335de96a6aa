package imageconsent

import (
	"slices"
	"time"

	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// Family is who may answer for a person, and of what age the person is.
type Family struct {
	Person    id.Person
	Minor     bool        // at the moment of asking
	Majority  time.Time   // when the person comes of age; zero when that is not known
	Guardians []id.Person // with parental authority today, and no others (R29)
	Sole      bool        // it is proved that one of them holds it alone (R30)
}

// Capacity is as what somebody answers.
type Capacity string

// The capacities.
const (
	AsDepicted Capacity = "depicted"
	AsGuardian Capacity = "guardian"
)

// Answer is what one signatory said and has not replaced since.
type Answer struct {
	Signatory id.Person
	Capacity  Capacity
	Accepted  []id.Use // the lines; those left out are refused
	At        time.Time
}

// accepts reports whether the answer says yes to a line.
func (a Answer) accepts(l Line) bool { return slices.Contains(a.Accepted, l.ID) }

// Period is a time from its first moment to its last, which is not in it.
type Period struct{ From, Until time.Time }

// Asked is what a request asks of one person.
type Asked struct {
	Lines []Line
	Valid Period
}

// Rules are the establishment's parameters of who must answer.
type Rules struct {
	Guardians map[Audience]int // how many guardians of a minor must agree (R30); 2 where it does not say
	PupilHas  bool             // the pupil's own agreement is asked for beside a guardian's (R29)
}

// needed is how many guardians must agree for an audience.
func (r Rules) needed(a Audience) int {
	if n, ok := r.Guardians[a]; ok {
		return n
	}
	return 2
}

// Resolution is what the answers on record come to.
type Resolution struct {
	Outcome workflow.Outcome
	Covers  []Resolved
	Waiting []id.Person // whose answer could still cover a use, the person first
	Proof   bool        // a use waits for a second guardian whom nobody knows: proof that one holds authority alone would do (R30)
}

// Resolved is a line that is covered, for how long, and on whose authority it rests.
type Resolved struct {
	Line
	Period
	RestsOn []id.Person // guardians: it does not hold without their parental authority
}

// Resolve computes what a family's answers cover, at a moment. It reads nothing but its
// arguments.
//
// A minor's use is covered when the minor has agreed, as many guardians as the audience
// asks for have, and nobody has objected; whoever holds no parental authority can object
// and cannot agree. An adult answers alone, and what they agreed to as a minor counts no
// more (R34). Every known objection to a line closes it, whoever's it is (R30).
func Resolve(f Family, asked Asked, answers []Answer, rules Rules, at time.Time) Resolution {
	var r Resolution
	waiting := map[id.Person]bool{}
	objected := 0
	for _, line := range asked.Lines {
		if slices.ContainsFunc(answers, func(a Answer) bool { return !a.accepts(line) }) {
			objected++
			continue
		}
		j := f.judge(line, answers, rules, at)
		if j.agreed() {
			if period := f.period(asked.Valid, at); period.Until.After(period.From) {
				r.Covers = append(r.Covers, Resolved{line, period, j.guardians})
			}
			continue
		}
		for _, who := range j.wanted {
			waiting[who] = true
		}
		r.Proof = r.Proof || (j.short && len(j.wanted) == 0)
	}
	r.Waiting = f.inOrder(waiting)
	switch {
	case len(r.Covers) > 0:
		r.Outcome = workflow.Covered
	case objected == len(asked.Lines):
		r.Outcome = workflow.Objected
	default:
		r.Outcome = workflow.Unanswered
	}
	return r
}

// judgement is who has agreed to a line, and who is still wanted.
type judgement struct {
	self      bool
	guardians []id.Person // who have agreed, of those whose word counts
	short     bool        // not enough of them have
	wanted    []id.Person
}

func (j judgement) agreed() bool { return j.self && !j.short }

func (f Family) judge(line Line, answers []Answer, rules Rules, at time.Time) judgement {
	var j judgement
	j.self = !rules.PupilHas && f.minorAt(at)
	for _, a := range answers {
		switch {
		case a.Signatory == f.Person && a.Capacity == AsDepicted:
			j.self = j.self || f.minorAt(at) || !f.minorAt(a.At)
		case f.minorAt(at) && slices.Contains(f.Guardians, a.Signatory):
			j.guardians = append(j.guardians, a.Signatory)
		}
	}
	if !j.self {
		j.wanted = append(j.wanted, f.Person)
	}
	if !f.minorAt(at) {
		j.guardians = nil
		return j
	}
	need := rules.needed(line.Audience)
	if f.Sole {
		need = 1
	}
	if len(j.guardians) >= need {
		return j
	}
	j.short = true
	for _, guardian := range f.Guardians {
		if !slices.Contains(j.guardians, guardian) {
			j.wanted = append(j.wanted, guardian)
		}
	}
	return j
}

// minorAt reports whether the person was a minor then, as far as is known: without a
// birth date they are what they are today.
func (f Family) minorAt(then time.Time) bool {
	if f.Majority.IsZero() {
		return f.Minor
	}
	return then.Before(f.Majority)
}

// period is the time of a cover that is made now: it ends with the request's, and what a
// guardian gave ends when the person comes of age (R31, R34).
func (f Family) period(valid Period, at time.Time) Period {
	if at.After(valid.From) {
		valid.From = at
	}
	if f.minorAt(at) && !f.Majority.IsZero() && f.Majority.Before(valid.Until) {
		valid.Until = f.Majority
	}
	return valid
}

// inOrder lists those wanted: the person, then the guardians in the directory's order.
func (f Family) inOrder(wanted map[id.Person]bool) []id.Person {
	var list []id.Person
	for _, who := range append([]id.Person{f.Person}, f.Guardians...) {
		if wanted[who] && !slices.Contains(list, who) {
			list = append(list, who)
		}
	}
	return list
}
