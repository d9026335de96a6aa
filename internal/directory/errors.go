package directory

import (
	"errors"
	"fmt"
	"time"
)

// Errors that every part of the house may answer with.
var (
	// ErrNotFound: there is no such thing, or the actor may not know of it. The
	// two look the same from outside.
	ErrNotFound = errors.New("not found")
	// ErrTaken: the name or address is already in use.
	ErrTaken = errors.New("already taken")
	// ErrStale: what was looked at has moved since.
	ErrStale = errors.New("the subject has moved since it was looked at")
	// ErrForbidden: the actor may know of the thing, and not do this to it.
	ErrForbidden = errors.New("the actor's roles do not allow this action")
)

// Refusal says which act of the directory was refused, and by which rule of
// RULES.md. Acts that move a status have workflow's Refusal instead.
type Refusal struct {
	Act  string // in the words of the trail, such as "delegate"
	Rule string
	Err  error // the sentinel
	// Until is when it is over, where it ends by itself (R47).
	Until time.Time
}

// Error states the refusal for a log; pages word it from their catalogues.
func (r *Refusal) Error() string { return fmt.Sprintf("%s: %v (%s)", r.Act, r.Err, r.Rule) }

// Unwrap gives the sentinel.
func (r *Refusal) Unwrap() error { return r.Err }

// FieldError says what is wrong with one field of an input, and by which rule.
type FieldError struct {
	Field string // as in the API, such as "title"
	Code  string // stable, in message catalogues, such as "too_long"
	Limit int    // where the code speaks of one
	Named string // what the code speaks of by name, such as a case's reference
	Rule  string // of RULES.md; may be empty
	Err   error
}

// Error states the fault for a log.
func (e *FieldError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %s: %v", e.Field, e.Code, e.Err)
	}
	return e.Field + ": " + e.Code
}

// Unwrap gives the cause, if another package named one.
func (e *FieldError) Unwrap() error { return e.Err }
