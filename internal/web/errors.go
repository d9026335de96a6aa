package web

import (
	"errors"
	"fmt"
	"net/http"

	"imprimatur/workflow"
)

// Errors of the browser's side of a request.
var (
	// ErrTooLarge: what was sent is larger than any form of ours (R20).
	ErrTooLarge = errors.New("the form is too large")
	// ErrForm: what was sent cannot be read as one of our forms.
	ErrForm = errors.New("not a form")
)

// badForm tells a form that is too large from one that cannot be read.
func badForm(err error) error {
	if large := new(http.MaxBytesError); errors.As(err, &large) {
		return fmt.Errorf("%w: more than %d bytes", ErrTooLarge, large.Limit)
	}
	return fmt.Errorf("%w: %w", ErrForm, err)
}

// reworded reports whether an act was refused for what its form can still supply:
// a reason, or something missing that the page can name.
func reworded(err error) bool {
	return errors.Is(err, workflow.ErrReason) || correctable(err)
}

// refusalIn is the refusal in an error, or an empty one.
func refusalIn(err error) *workflow.Refusal {
	refusal := new(workflow.Refusal)
	if errors.As(err, &refusal) {
		return refusal
	}
	return new(workflow.Refusal)
}
