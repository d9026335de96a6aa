package settings

import (
	"errors"
	"fmt"
)

// Why a value is refused. A [Refusal] wraps exactly one of them.
var (
	ErrUnknown = errors.New("no such parameter")
	ErrInvalid = errors.New("not a value of this parameter")
	ErrWeaker  = errors.New("weaker than what is fixed")
)

// Refusal says which parameter refused a value, by which rule, and why.
type Refusal struct {
	Key       string
	Rule      string    // empty for a parameter that has none, or is unknown
	Authority Authority // who fixed it
	Want      string    // what would be accepted
	Err       error
}

// Error states the refusal for a log; pages word it from their catalogues.
func (r *Refusal) Error() string {
	name := r.Key
	if r.Rule != "" {
		name = fmt.Sprintf("%s (%s [%s])", r.Key, r.Rule, r.Authority)
	}
	if r.Want == "" {
		return fmt.Sprintf("set %s: %v", name, r.Err)
	}
	return fmt.Sprintf("set %s: %v: want %s", name, r.Err, r.Want)
}

// Unwrap gives the sentinel.
func (r *Refusal) Unwrap() error { return r.Err }

// Refusals collects every refusal in err, however it is wrapped, in the order of
// their keys where Patch or Load made it.
func Refusals(err error) []*Refusal {
	switch e := err.(type) { //nolint:errorlint // every branch of the tree is walked
	case *Refusal:
		return []*Refusal{e}
	case interface{ Unwrap() []error }:
		var all []*Refusal
		for _, one := range e.Unwrap() {
			all = append(all, Refusals(one)...)
		}
		return all
	case interface{ Unwrap() error }:
		return Refusals(e.Unwrap())
	}
	return nil
}
