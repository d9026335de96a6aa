package api

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Why a request was refused before any service was asked. A [RequestError] wraps
// exactly one of them.
var (
	ErrMalformed   = errors.New("the body is not the JSON that was asked for")
	ErrInvalid     = errors.New("a field of the body is wrong")
	ErrParameter   = errors.New("a parameter or header is wrong")
	ErrTooLarge    = errors.New("the body is too large")
	ErrMediaType   = errors.New("the body's media type is not application/json")
	ErrForm        = errors.New("the body is not the form that was asked for")
	ErrPerson      = errors.New("the call acts for a person, and none was named")
	ErrNoMatch     = errors.New("If-Match is needed: name the version that was looked at")
	ErrMatch       = errors.New("If-Match names another version")
	ErrKeyReused   = errors.New("the idempotency key was used with another request")
	ErrKeyBusy     = errors.New("the first request with the idempotency key is under way")
	ErrKeyUnknown  = errors.New("the first request with the idempotency key was interrupted")
	ErrTooMany     = errors.New("too many requests")
	ErrUnavailable = errors.New("not possible at the moment")
)

// Fault is what is wrong with one field, parameter or requirement.
type Fault struct {
	Field string    `json:"field,omitempty" doc:"Where: a field of the body as a path with dots, a parameter or a header. Absent for a requirement that no field answers for."`
	Code  string    `json:"code" doc:"What is wrong, stable, such as too_long."`
	Text  string    `json:"detail,omitempty" doc:"The same in words, in the language of the answer."`
	Rule  string    `json:"rule,omitempty" doc:"The rule that asks for it, such as R17."`
	Limit int       `json:"limit,omitempty" doc:"The most that is allowed, where the code speaks of a limit."`
	Named string    `json:"named,omitempty" doc:"What the code speaks of by name, such as the reference of a case."`
	Until time.Time `json:"until,omitzero" doc:"When it comes back by itself, where that is known: the end of a suspension (R53), or of a limit on reports (R47)."`
	Want  string    `json:"want,omitempty" doc:"What would be accepted, where that can be said shortly."`
}

// RequestError says what is wrong with a request, field by field.
type RequestError struct {
	Err    error
	Faults []Fault
}

// Error states the fault for a log; it repeats nothing of what was sent.
func (e *RequestError) Error() string {
	fields := make([]string, len(e.Faults))
	for i, fault := range e.Faults {
		fields[i] = fault.Field + ": " + fault.Code
	}
	if len(fields) == 0 {
		return e.Err.Error()
	}
	return fmt.Sprintf("%v: %s", e.Err, strings.Join(fields, ", "))
}

// Unwrap gives the sentinel.
func (e *RequestError) Unwrap() error { return e.Err }

func wrong(err error, field, code string) error {
	return &RequestError{Err: err, Faults: []Fault{{Field: field, Code: code}}}
}

// RetryError says how long to wait before asking again. It wraps its cause.
type RetryError struct {
	After time.Duration
	Err   error
}

// Error states the wait for a log.
func (e *RetryError) Error() string { return fmt.Sprintf("%v: again in %s", e.Err, e.After) }

// Unwrap gives the cause.
func (e *RetryError) Unwrap() error { return e.Err }
