package settings

import (
	"encoding/json"
	"slices"
)

// Set is some of the choices of a parameter, in the order in which they were declared.
// It cannot be changed.
type Set struct{ members []string }

// NewSet returns the set of these members.
func NewSet(members ...string) Set { return newSet(members, members) }

// newSet returns the members without repetition, those of the order first, in it.
// Members that the order does not know stay, for admits to refuse.
func newSet(members, order []string) Set {
	var s Set
	for _, list := range [][]string{order, members} {
		for _, m := range list {
			if slices.Contains(members, m) && !s.Has(m) {
				s.members = append(s.members, m)
			}
		}
	}
	return s
}

// Has reports whether m is in the set.
func (s Set) Has(m string) bool { return slices.Contains(s.members, m) }

// Len is the number of members.
func (s Set) Len() int { return len(s.members) }

// Members lists the members, in a slice of the caller's own.
func (s Set) Members() []string { return slices.Clone(s.members) }

// Contains reports whether every member of t is in s.
func (s Set) Contains(t Set) bool {
	return !slices.ContainsFunc(t.members, func(m string) bool { return !s.Has(m) })
}

// Equal reports whether both have the same members in the same order.
func (s Set) Equal(t Set) bool { return slices.Equal(s.members, t.members) }

// toggled lists the members with m, or without it where it is one.
func (s Set) toggled(m string) []string {
	if !s.Has(m) {
		return append(s.Members(), m)
	}
	return slices.DeleteFunc(s.Members(), func(o string) bool { return o == m })
}

// MarshalJSON gives an array.
func (s Set) MarshalJSON() ([]byte, error) { return json.Marshal(append([]string{}, s.members...)) }
