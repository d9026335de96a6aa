// Package directory knows who is who: establishments and the authority above
// them, persons and their memberships, guardians, groups, who directs, who stands
// in for whom, and who may publish.
package directory

import (
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
)

// TenantKind is what sort of body a tenant is.
type TenantKind string

// The kinds of tenant.
const (
	Establishment TenantKind = "establishment"
	Authority     TenantKind = "authority" // an académie or a collectivité
)

// Level is the level of teaching of an establishment.
type Level string

// The levels. An authority has none.
const (
	NoLevel Level = ""
	Ecole   Level = "ecole"
	College Level = "college"
	Lycee   Level = "lycee"
)

// Tenant is an establishment or an authority.
type Tenant struct {
	ID       id.Tenant
	UAI      string // 7 digits and a letter
	Name     string
	Kind     TenantKind
	Level    Level
	Parent   id.Tenant // the authority above; zero for an authority
	City     string
	TimeZone string // IANA name, such as Europe/Paris
	Zone     string // of the school calendar: A, B, C, …
}

// Profile is the capacity in which a person belongs to a tenant.
type Profile string

// The profiles.
const (
	Pupil            Profile = "pupil"
	Guardian         Profile = "guardian"
	Teacher          Profile = "teacher"
	Staff            Profile = "staff"
	External         Profile = "external"
	AuthorityProfile Profile = "authority"
)

// Works reports whether the profile is of somebody who teaches or works in the
// establishment.
func (p Profile) Works() bool { return p == Teacher || p == Staff }

// Person is somebody whom the directory knows, once for all tenants.
type Person struct {
	ID         id.Person
	Source     string // the directory that the external id comes from
	ExternalID string
	GivenName  string
	FamilyName string
	BirthDate  time.Time // midnight UTC of the day; zero when unknown
	Email      string
	Language   string // of the interface: "fr" or "en"
}

// Majority is the age from which a person acts alone [L].
const Majority = 18

// Minor reports whether the person is under 18 on the day of at, in the zone of
// at. Somebody whose birth date is unknown is not taken for a minor here: a pupil
// without a birth date must be treated as one by whoever asks (see [Person.MinorAs]).
func (p Person) Minor(at time.Time) bool {
	return !p.BirthDate.IsZero() && p.Age(at) < Majority
}

// MinorAs is Minor, except that a child of unknown age is a minor: a pupil, or somebody
// who has guardians. When in doubt, the child is protected.
func (p Person) MinorAs(child bool, at time.Time) bool {
	return p.Minor(at) || (child && p.BirthDate.IsZero())
}

// Age is the person's age in whole years on the day of at; 0 when unknown.
func (p Person) Age(at time.Time) int {
	if p.BirthDate.IsZero() {
		return 0
	}
	years := at.Year() - p.BirthDate.Year()
	if at.Month() < p.BirthDate.Month() || (at.Month() == p.BirthDate.Month() && at.Day() < p.BirthDate.Day()) {
		years--
	}
	return years
}

// FullName is the given name, then the family name.
func (p Person) FullName() string { return join(p.GivenName, p.FamilyName) }

// Byline is how readers see the person named: a pupil by given name and initial,
// anyone else in full.
func (p Person) Byline(profile Profile) string {
	if profile != Pupil {
		return p.FullName()
	}
	for _, initial := range p.FamilyName {
		return join(p.GivenName, string(initial)+".")
	}
	return p.GivenName
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}

// Period runs from its first instant to just before its last. A zero end is open.
type Period struct{ From, Until time.Time }

// Holds reports whether the instant is within the period.
func (p Period) Holds(at time.Time) bool {
	return !at.Before(p.From) && (p.Until.IsZero() || at.Before(p.Until))
}

// Meets reports whether the two periods have an instant in common.
func (p Period) Meets(o Period) bool {
	return (o.Until.IsZero() || p.From.Before(o.Until)) && (p.Until.IsZero() || o.From.Before(p.Until))
}

// Membership ties a person to a tenant in a profile.
type Membership struct {
	Tenant  id.Tenant
	Person  id.Person
	Profile Profile
	Roles   []string // "admin", "custodian", "officer"
	During  Period   // in days; left out where memberships in force are read
}

// Guardianship ties a guardian to a pupil.
type Guardianship struct {
	Pupil, Guardian   id.Person
	ParentalAuthority bool
	Relation          string // the directory's code for mother, father, …
	During            Period // in days
}

// GroupKind is what sort of list a group is.
type GroupKind string

// The kinds of group.
const (
	Class      GroupKind = "class"
	OtherGroup GroupKind = "other"
)

// Group is a class or any other list of a tenant's persons.
type Group struct {
	ID     id.Group
	Tenant id.Tenant
	Kind   GroupKind
	Name   string
}

// Capacity is as what somebody is in a group.
type Capacity string

// The capacities in a group.
const (
	AsPupil    Capacity = "pupil"
	AsGuardian Capacity = "guardian"
	AsStaff    Capacity = "staff"
)

// GroupMember is somebody in a group.
type GroupMember struct {
	Group    Group
	Person   id.Person
	Capacity Capacity
}

// DirectorCapacity is as what somebody directs.
type DirectorCapacity string

// Who directs: the head, or an acting one while there is no head in office.
const (
	Head   DirectorCapacity = "head"
	Acting DirectorCapacity = "acting"
)

// Tenure is the time in which somebody directs the publication.
type Tenure struct {
	ID         id.Tenure
	Tenant     id.Tenant
	Person     id.Person
	Capacity   DirectorCapacity
	During     Period
	RecordedBy id.Person // zero when the directory tells
	Reference  string    // of the act of appointment; empty when the directory tells
}

// Delegation lends one of the director's powers, with dates. It holds while
// whoever gave it is in office.
type Delegation struct {
	ID       id.Delegation
	Loan     id.Loan // those that were lent together
	Tenant   id.Tenant
	From, To id.Person
	Power    actor.Role // one of [Powers]
	During   Period
}

// Powers lists what a director may delegate. Lifting a block (R48), answering a
// reply (R56), R14's prohibition, R52's validation and R24 are never delegated.
func Powers() []actor.Role {
	return []actor.Role{actor.Signatory, actor.Judge, actor.Masker, actor.Withdrawer, actor.Stopper}
}

// StandingKind says what limits a person's right to publish.
type StandingKind string

// The kinds of standing. Supervised and suspended end by themselves (R53).
const (
	Clear      StandingKind = "clear"
	Supervised StandingKind = "supervised" // screening holds what they submit
	Suspended  StandingKind = "suspended"  // reading and reporting are kept
)

// Standing is a person's right to publish in an establishment, at a moment.
type Standing struct {
	Kind  StandingKind
	Until time.Time // zero when clear
}
