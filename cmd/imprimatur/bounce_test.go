package main

import (
	"errors"
	"os/exec"
	"strings"
	"testing"
)

// A mail server that hands over a message while the database is away keeps it, and tries again.
func TestABounceIsTriedAgain(t *testing.T) {
	t.Parallel()
	p := start(t, "bounce", "--database-url", "postgres://imprimatur@127.0.0.1:1/imprimatur")
	err := p.cmd.Wait()
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok || exit.ExitCode() != 75 || !strings.Contains(p.errs.String(), "to be tried again") {
		t.Errorf("%v: %s", err, p.errs)
	}
}
