// Package actor says who is acting. Every act in the house has one actor, the
// clock, the worker and the anonymous reader included; it is an argument of
// every service call and is never fished from a context.
package actor

import (
	"slices"
	"strings"

	"imprimatur/internal/id"
)

// Kind is what sort of actor performs an act.
type Kind string

// The kinds of actor. Who you are is established in internal/auth; what you
// may do is decided in the domain.
const (
	KindPerson    Kind = "person"    // somebody logged in, or an ENT's module acting for them
	KindLink      Kind = "link"      // the holder of a signed, single-use link
	KindAnonymous Kind = "anonymous" // anyone, without a login
	KindService   Kind = "service"   // an API key acting for nobody
	KindSystem    Kind = "system"    // the clock and the worker
)

// Role is a capacity in which somebody acts on one subject. Roles are resolved
// in the transaction that uses them, from the directory's facts of that moment.
type Role string

// The roles. The powers that DESIGN calls delegable are roles of their own: the
// director holds them all, a delegate those delegated, with dates.
const (
	System      Role = "system"      // the clock and the worker
	Author      Role = "author"      // wrote the contribution
	Suggester   Role = "suggester"   // wrote this suggestion (R18)
	Contributor Role = "contributor" // may write in the space
	Moderator   Role = "moderator"   // reviews in the space
	Owner       Role = "owner"       // answers for the space (R15)
	Backup      Role = "backup"      // answers for the space when the owner is away (R15)
	Director    Role = "director"    // director of publication in office, or the acting head
	Signatory   Role = "signatory"   // may sign public pages: director or delegate
	Judge       Role = "judge"       // may decide cases: director or delegate
	Masker      Role = "masker"      // may mask anywhere in the establishment: director or delegate
	Withdrawer  Role = "withdrawer"  // may withdraw anywhere in the establishment: director or delegate
	Stopper     Role = "stopper"     // may stop a space (R26): director or delegate
	Admin       Role = "admin"       // runs the service for the establishment; reads no draft
	Custodian   Role = "custodian"   // evidence custodian (R50)
	Officer     Role = "officer"     // consent officer
	Staff       Role = "staff"       // teaches or works in the establishment
	Depicted    Role = "depicted"    // is the person whose consent it is (R29)
	Guardian    Role = "guardian"    // holds parental authority over that person (R29)
	Reporter    Role = "reporter"    // reports a content: anyone (R38)
	Examiner    Role = "examiner"    // may examine the case: whom it is assigned to, and whoever judges (R40)
	Reader      Role = "reader"      // belongs to the audience, and no more
)

// AllRoles lists every role once, in the order of the documents.
func AllRoles() []Role {
	return []Role{
		System, Author, Suggester, Contributor, Moderator, Owner, Backup, Director, Signatory,
		Judge, Masker, Withdrawer, Stopper, Admin, Custodian, Officer, Staff, Depicted, Guardian, Reporter, Examiner, Reader,
	}
}

// Roles is a set of roles. The zero value holds none, and so allows nothing.
type Roles struct{ set []Role }

// NewRoles returns the set of the given roles.
func NewRoles(roles ...Role) Roles {
	set := slices.Clone(roles)
	slices.Sort(set)
	return Roles{slices.Compact(set)}
}

// Has reports whether the set holds the role.
func (r Roles) Has(role Role) bool { return slices.Contains(r.set, role) }

// HasAny reports whether the set holds at least one of the given roles.
func (r Roles) HasAny(roles ...Role) bool { return slices.ContainsFunc(roles, r.Has) }

// With returns the set enlarged by the given roles.
func (r Roles) With(roles ...Role) Roles { return NewRoles(append(slices.Clone(r.set), roles...)...) }

// List returns the roles in alphabetical order.
func (r Roles) List() []Role { return slices.Clone(r.set) }

// String lists the roles, separated by commas.
func (r Roles) String() string {
	names := make([]string, len(r.set))
	for i, role := range r.set {
		names[i] = string(role)
	}
	return strings.Join(names, ",")
}

// Actor performs an act, in exactly one tenant. The zero Actor is nobody and may
// do nothing.
type Actor struct {
	Kind   Kind
	Person id.Person // zero unless Kind is person or link
	Tenant id.Tenant
	Roles  Roles  // resolved for the subject at hand
	Via    string // the channel: "web", "api:<key id>", "relay", "clock"
}

// Clock is the actor of what happens because its time has come or because a
// message asks for it. via names the task.
func Clock(tenant id.Tenant, via string) Actor {
	return Actor{Kind: KindSystem, Tenant: tenant, Roles: NewRoles(System), Via: via}
}

// Anonymous is anyone without a login, reading or reporting in the tenant.
func Anonymous(tenant id.Tenant, via string) Actor {
	return Actor{Kind: KindAnonymous, Tenant: tenant, Via: via}
}

// As returns the same actor acting in the given roles.
func (a Actor) As(roles Roles) Actor {
	a.Roles = roles
	return a
}

// Is reports whether the actor is that person. Nobody is the zero person.
func (a Actor) Is(person id.Person) bool { return !person.IsZero() && a.Person == person }
