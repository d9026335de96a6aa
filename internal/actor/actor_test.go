package actor_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
)

func someRoles(t *rapid.T, name string) []actor.Role {
	return rapid.SliceOf(rapid.SampledFrom(actor.AllRoles())).Draw(t, name)
}

// TestRolesAreASet: a role counts once, in whatever order and however often it
// was given, and none that was not.
func TestRolesAreASet(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		given, more := someRoles(t, "given"), someRoles(t, "more")
		set := actor.NewRoles(given...)
		for _, role := range actor.AllRoles() {
			if set.Has(role) != slices.Contains(given, role) {
				t.Fatalf("%v has %s: %t", given, role, set.Has(role))
			}
			if both := set.With(more...); both.Has(role) != (slices.Contains(given, role) || slices.Contains(more, role)) {
				t.Fatalf("%v with %v has %s: %t", given, more, role, both.Has(role))
			}
		}
		list := set.List()
		if !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list) {
			t.Fatalf("%v is listed as %v", given, list)
		}
		if set.HasAny(more...) != slices.ContainsFunc(more, set.Has) {
			t.Fatalf("%v has any of %v: %t", given, more, set.HasAny(more...))
		}
	})
}

// TestRolesAreNobodyElses: what came out of a set, and what went in, changes
// nothing in it.
func TestRolesAreNobodyElses(t *testing.T) {
	t.Parallel()
	given := []actor.Role{actor.Reader, actor.Author}
	set := actor.NewRoles(given...)
	given[0] = actor.Director
	set.List()[0] = actor.Director
	_ = set.With(actor.Director)
	if set.Has(actor.Director) || set.String() != "author,reader" {
		t.Errorf("the set has become %s", set)
	}
}

// TestNobodyMayDoAnything: the zero values allow nothing, and nobody is nobody.
func TestNobodyMayDoAnything(t *testing.T) {
	t.Parallel()
	var nobody actor.Actor
	if nobody.Is(id.Person{}) {
		t.Error("nobody is the person whom nobody is")
	}
	if nobody.Roles.HasAny(actor.AllRoles()...) || nobody.Roles.HasAny() {
		t.Error("nobody has a role")
	}
	if who := actor.Anonymous(id.New[id.Tenant](), "web"); who.Roles.HasAny(actor.AllRoles()...) || !who.Person.IsZero() {
		t.Errorf("a reader without a login is %+v", who)
	}
}

// TestTheClockIsThatAlone: what happens by itself acts as the system, as no person.
func TestTheClockIsThatAlone(t *testing.T) {
	t.Parallel()
	tenant := id.New[id.Tenant]()
	clock := actor.Clock(tenant, "publish")
	if clock.Roles.String() != string(actor.System) || !clock.Person.IsZero() || clock.Tenant != tenant || clock.Via != "publish" {
		t.Errorf("the clock is %+v", clock)
	}
	person := id.New[id.Person]()
	somebody := actor.Actor{Kind: actor.KindPerson, Person: person}.As(actor.NewRoles(actor.Owner))
	if !somebody.Is(person) || somebody.Is(id.New[id.Person]()) || !somebody.Roles.Has(actor.Owner) {
		t.Errorf("somebody is %+v", somebody)
	}
}

// TestRolesHaveNamesOfTheirOwn: they are stored, joined by commas.
func TestRolesHaveNamesOfTheirOwn(t *testing.T) {
	t.Parallel()
	seen := map[actor.Role]bool{}
	for _, role := range actor.AllRoles() {
		if role == "" || seen[role] || strings.ContainsAny(string(role), ", ") {
			t.Errorf("role %q", role)
		}
		seen[role] = true
	}
}
