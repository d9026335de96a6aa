package workflow

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"imprimatur/internal/directory"
)

// Why a command is refused. A [Refusal] wraps exactly one of them.
var (
	ErrStale      = directory.ErrStale
	ErrImpossible = errors.New("the subject's status does not allow this action")
	ErrForbidden  = directory.ErrForbidden
	ErrUnmet      = errors.New("a requirement is not met")
	ErrReason     = errors.New("the reason is incomplete")
)

// Unmet is a need that was not met, with the rule that asks for it.
type Unmet struct {
	Name string
	Rule string
}

// Refusal says which command was refused, and by which rule of RULES.md.
type Refusal struct {
	Machine string
	Action  Action
	Status  string
	Rule    string
	Unmet   []Unmet   // for ErrUnmet: everything that is missing
	Fields  []string  // for ErrReason: the fields at fault
	Until   time.Time // when what is missing comes back by itself, where that is known (R53)
	Err     error
}

// Error states the refusal for a log; pages word it from their catalogues.
func (r *Refusal) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s a %s in status %q: %v", r.Action, r.Machine, r.Status, r.Err)
	for _, unmet := range r.Unmet {
		fmt.Fprintf(&b, " (%s, %s)", unmet.Name, unmet.Rule)
	}
	if len(r.Fields) > 0 {
		fmt.Fprintf(&b, ": %s", strings.Join(r.Fields, ", "))
	}
	return b.String()
}

// Unwrap gives the sentinel.
func (r *Refusal) Unwrap() error { return r.Err }
