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
	Minor     bool      // at the moment of asking
	Majority  time.Time // when the person comes of age; zero when that is not known
	Guardians []Holder  // with parental authority today, and no others (R29)
	Sole      bool      // it is proved that one of them holds it alone (R30)
}

// Holder is a guardian who holds parental authority.
type Holder struct {
	Person id.Person
	Until  time.Time // when the directory says that it ends; zero where it says nothing
}

// never is after all that has a date.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// ends is when the authority ends, as far as is known.
func (h Holder) ends() time.Time {
	if h.Until.IsZero() {
		return never
	}
	return h.Until
}

// holder finds who holds parental authority.
func (f Family) holder(who id.Person) (Holder, bool) {
	for _, h := range f.Guardians {
		if h.Person == who {
			return h, true
		}
	}
	return Holder{}, false
}

// capacity is as what somebody may answer; nobody else may.
func (f Family) capacity(who id.Person, at time.Time) (Capacity, bool) {
	if who.IsZero() {
		return "", false
	}
	if who == f.Person {
		return AsDepicted, true
	}
	_, holds := f.holder(who)
	return AsGuardian, holds && f.minorAt(at)
}

// signers are who may answer: the person, and of a minor the guardians.
func (f Family) signers(at time.Time) []id.Person {
	if f.minorAt(at) {
		return append([]id.Person{f.Person}, persons(f.Guardians)...)
	}
	return []id.Person{f.Person}
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

	// Guardianless: a use needs a guardian, and nobody is known to hold parental authority.
	// Until the directory names one, no answer can cover it (R29).
	Guardianless bool
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
			if period := f.period(asked.Valid, j.guardians, at); period.Until.After(period.From) {
				r.Covers = append(r.Covers, Resolved{line, period, persons(j.guardians)})
			}
			continue
		}
		for _, who := range j.wanted {
			waiting[who] = true
		}
		r.Proof = r.Proof || j.alone
		r.Guardianless = r.Guardianless || j.nobody
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
	guardians []Holder // who have agreed: as many as are needed, those who hold authority longest
	short     bool     // not enough of them have
	alone     bool     // two are needed, and one is known
	nobody    bool     // one or more are needed, and none is known
	wanted    []id.Person
}

func (j judgement) agreed() bool { return j.self && !j.short }

func (f Family) judge(line Line, answers []Answer, rules Rules, at time.Time) judgement {
	var j judgement
	j.self = !rules.PupilHas && f.minorAt(at)
	for _, a := range answers {
		if a.Signatory == f.Person && a.Capacity == AsDepicted {
			j.self = j.self || f.minorAt(at) || !f.minorAt(a.At)
		}
	}
	if !j.self {
		j.wanted = append(j.wanted, f.Person)
	}
	if f.minorAt(at) {
		f.ask(&j, rules.needed(line.Audience), answers)
	}
	return j
}

// ask judges whether enough guardians have agreed. One is enough where it is proved that
// they hold authority alone, as long as nobody else is known to hold it.
func (f Family) ask(j *judgement, need int, answers []Answer) {
	if f.Sole && len(f.Guardians) == 1 {
		need = 1
	}
	var silent []id.Person
	for _, guardian := range f.Guardians {
		agreed := slices.ContainsFunc(answers, func(a Answer) bool { return a.Signatory == guardian.Person && a.Capacity == AsGuardian })
		if agreed {
			j.guardians = append(j.guardians, guardian)
		} else {
			silent = append(silent, guardian.Person)
		}
	}
	if len(j.guardians) < need {
		j.short, j.alone, j.nobody = true, need == 2 && len(f.Guardians) == 1, len(f.Guardians) == 0
		j.wanted = append(j.wanted, silent...)
		return
	}
	slices.SortStableFunc(j.guardians, func(a, b Holder) int { return b.ends().Compare(a.ends()) })
	j.guardians = j.guardians[:need]
}

// persons lists who the holders are.
func persons(holders []Holder) []id.Person {
	list := make([]id.Person, len(holders))
	for i, h := range holders {
		list[i] = h.Person
	}
	return list
}

// minorAt reports whether the person was a minor then, as far as is known: without a
// birth date they are what they are today.
func (f Family) minorAt(then time.Time) bool {
	if f.Majority.IsZero() {
		return f.Minor
	}
	return then.Before(f.Majority)
}

// period is the time of a cover that is made now: it ends with the request's, and what
// guardians gave ends when their authority does, or when the person comes of age (R31, R34).
func (f Family) period(valid Period, guardians []Holder, at time.Time) Period {
	if at.After(valid.From) {
		valid.From = at
	}
	if f.minorAt(at) && !f.Majority.IsZero() && f.Majority.Before(valid.Until) {
		valid.Until = f.Majority
	}
	for _, guardian := range guardians {
		if guardian.ends().Before(valid.Until) {
			valid.Until = guardian.ends()
		}
	}
	return valid
}

// inOrder lists those wanted: the person, then the guardians in the directory's order.
func (f Family) inOrder(wanted map[id.Person]bool) []id.Person {
	var list []id.Person
	for _, who := range append([]id.Person{f.Person}, persons(f.Guardians)...) {
		if wanted[who] && !slices.Contains(list, who) {
			list = append(list, who)
		}
	}
	return list
}
