package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"imprimatur/workflow"
)

// badForm is the answer to what cannot be read as one of our forms. What is too
// large says so by itself (R20).
func badForm(err error) error {
	if large := new(http.MaxBytesError); errors.As(err, &large) {
		return err
	}
	return echo.NewHTTPError(http.StatusBadRequest).SetInternal(err)
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
