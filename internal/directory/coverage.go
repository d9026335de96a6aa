package directory

import (
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/calendar"
	"imprimatur/internal/id"
)

// Holidays are days off that come next, and who besides the director can use which power then.
type Holidays struct {
	During Period
	Day    calendar.Holiday // empty for school holidays
	Covers []Cover          // of each delegable power, in the order of [Powers]
}

// Cover is who holds a power by delegation in some days.
type Cover struct {
	Power actor.Role
	By    []id.Person
	Whole bool // at every moment of them somebody does
}

// Uncovered lists the powers that nobody else holds at some moment of the days.
func (h Holidays) Uncovered() []actor.Role {
	var list []actor.Role
	for _, c := range h.Covers {
		if !c.Whole {
			list = append(list, c.Power)
		}
	}
	return list
}

// How far ahead holidays are looked for, and how many are shown.
const (
	holidayHorizon = 90
	mostHolidays   = 3
)

// NextHolidays tells who covers the next days off. It is pure.
func NextHolidays(c *calendar.Calendar, now time.Time, lent []Delegation) []Holidays {
	var list []Holidays
	for _, off := range c.DaysOff(now, holidayHorizon, mostHolidays) {
		h := Holidays{During: Period{off.From, off.Until}, Day: off.Holiday}
		if h.During.From.Before(now) {
			h.During.From = now
		}
		for _, power := range Powers() {
			h.Covers = append(h.Covers, cover(power, h.During, lent))
		}
		list = append(list, h)
	}
	return list
}

// cover goes through the delegations of a power from the first to begin, as far as one follows
// another without a gap.
func cover(power actor.Role, during Period, lent []Delegation) Cover {
	c := Cover{Power: power}
	lent = slices.Clone(lent)
	slices.SortFunc(lent, func(a, b Delegation) int { return a.During.From.Compare(b.During.From) })
	reached := during.From
	for _, d := range lent {
		if d.Power != power || !d.During.Meets(during) {
			continue
		}
		if !slices.Contains(c.By, d.To) {
			c.By = append(c.By, d.To)
		}
		if !d.During.From.After(reached) && d.During.Until.After(reached) {
			reached = d.During.Until
		}
	}
	c.Whole = !reached.Before(during.Until)
	return c
}
