package settings

import (
	"slices"

	"imprimatur/internal/calendar"
)

// The orders that binding parameters are measured by. Each says whether a is at least
// as strict as b, and is a partial order: nothing is stricter than itself by
// accident, and what compares with nothing may not be chosen.

// same is the order of what may not be changed at all.
func same[T comparable](a, b T) bool { return a == b }

// whenTrue is the order of a protection: on is stricter than off.
func whenTrue(a, b bool) bool { return a || !b }

// superset is the order of what must be there: more is stricter.
func superset(a, b Set) bool { return a.Contains(b) }

// sooner is the order of time limits of one kind: less is stricter.
func sooner(a, b calendar.Duration) bool { return a.Kind == b.Kind && a.N <= b.N }

// narrower is the order of audiences: fewer readers is stricter.
func narrower(a, b string) bool {
	return slices.Index(audiences, a) <= slices.Index(audiences, b)
}

// noShorter and noLonger are the orders of time that somebody is given, and of time that
// somebody may take: spans of different kinds do not compare.
func noShorter(a, b calendar.Duration) bool { return a.Kind == b.Kind && a.N >= b.N }
func noLonger(a, b calendar.Duration) bool  { return noShorter(b, a) }

// noFewer is the order of room that somebody is given.
func noFewer(a, b int) bool { return a >= b }
