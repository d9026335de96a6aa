// Package id gives every kind of thing an identifier type of its own, so that a
// space's id cannot be passed where a person's is meant. All but [AuthorCase] are UUIDv7
// (RFC 9562): opaque to clients, and ordered by time of creation in an index.
package id

import (
	"fmt"

	"github.com/google/uuid"
)

// ID is a UUIDv7 that names a thing of kind K. K is never instantiated; it only
// keeps the types apart. The zero ID names nothing.
//
// It marshals to and from its canonical text in JSON, and to and from uuid in SQL.
type ID[K any] struct{ uuid.UUID }

// IsZero reports whether the id names nothing.
func (i ID[K]) IsZero() bool { return i.UUID == uuid.Nil }

// New returns a fresh id. It panics only if the system has no randomness.
func New[T ~struct{ uuid.UUID }]() T {
	return T(struct{ uuid.UUID }{uuid.Must(uuid.NewV7())})
}

// Parse reads the canonical text form, and only that: 36 characters with hyphens.
// The error names no kind, because what is malformed cannot be of any.
func Parse[T ~struct{ uuid.UUID }](s string) (T, error) {
	var none T
	if len(s) != len(uuid.Nil.String()) {
		return none, fmt.Errorf("parse id: %d characters, want 36", len(s))
	}
	u, err := uuid.Parse(s)
	if err != nil {
		return none, fmt.Errorf("parse id: %w", err)
	}
	return T(struct{ uuid.UUID }{u}), nil
}

type (
	tenant        struct{}
	person        struct{}
	group         struct{}
	ent           struct{}
	space         struct{}
	contribution  struct{}
	revision      struct{}
	hold          struct{}
	message       struct{}
	entry         struct{}
	notice        struct{}
	apiKey        struct{}
	authorisation struct{}
	decision      struct{}
	delegation    struct{}
	standing      struct{}
	membership    struct{}
	wordList      struct{}
	vacancy       struct{}
	denial        struct{}
	alert         struct{}
	photo         struct{}
	series        struct{}
	depiction     struct{}
	rendition     struct{}
	request       struct{}
	use           struct{}
	consent       struct{}
	answer        struct{}
	paper         struct{}
	link          struct{}
	cover         struct{}
	collective    struct{}
	letter        struct{}
	caseFile      struct{}
	authorCase    struct{}
	report        struct{}
	tenure        struct{}
	loan          struct{}
	halt          struct{}
	pause         struct{}
	observation   struct{}
	attachment    struct{}
	canned        struct{}
)

// The kinds of thing that have an id. The words are DESIGN's.
type (
	Tenant        = ID[tenant]
	Person        = ID[person]
	Group         = ID[group]
	ENT           = ID[ent]
	Space         = ID[space]
	Contribution  = ID[contribution]
	Revision      = ID[revision]
	Hold          = ID[hold]
	Message       = ID[message]
	Entry         = ID[entry]
	Notice        = ID[notice]
	APIKey        = ID[apiKey]
	Authorisation = ID[authorisation]
	Decision      = ID[decision]
	Delegation    = ID[delegation]
	Standing      = ID[standing]
	Membership    = ID[membership]
	WordList      = ID[wordList]
	Vacancy       = ID[vacancy]
	Denial        = ID[denial]
	Alert         = ID[alert]
	Photo         = ID[photo]
	Series        = ID[series]
	Depiction     = ID[depiction]
	Rendition     = ID[rendition]
	Request       = ID[request]
	Use           = ID[use]
	Consent       = ID[consent]
	Answer        = ID[answer]
	Paper         = ID[paper]
	Link          = ID[link]
	Cover         = ID[cover]
	Collective    = ID[collective]
	Letter        = ID[letter]
	Case          = ID[caseFile]
	AuthorCase    = ID[authorCase] // a case as the author of what it is about knows it: random, it does not tell since when it is (R44)
	Report        = ID[report]
	Tenure        = ID[tenure]
	Loan          = ID[loan]
	Halt          = ID[halt]
	Pause         = ID[pause]
	Observation   = ID[observation]
	Attachment    = ID[attachment]
	Canned        = ID[canned]
)
