package main

import (
	"context"
	"errors"
	"io"

	"imprimatur/internal/config"
	"imprimatur/internal/notify"
	"imprimatur/internal/postgres"
	"imprimatur/migrations"
)

// errLater makes a mail server try again: the message is not lost because a database is away.
var errLater = errors.New("to be tried again")

// The exit codes of a program that failed; the second is sysexits.h's, which mail servers know.
const (
	exitFailure  = 1
	exitTempFail = 75
)

// exitCode is the exit code of an error.
func exitCode(err error) int {
	if errors.Is(err, errLater) {
		return exitTempFail
	}
	return exitFailure
}

// bounce notes which letter came back, by a message that a mail server hands over.
func (p process) bounce(ctx context.Context, c config.Bounce, message io.Reader) error {
	if c.DatabaseURL != "" {
		return later(p.bounceAt(ctx, string(c.DatabaseURL), c.Recipient, message))
	}
	pg, err := p.visitPostgres(ctx, c.Private)
	if err != nil {
		return later(err)
	}
	return later(errors.Join(p.bounceAt(ctx, pg.URL(migrations.Login), c.Recipient, message), pg.Stop()))
}

func (p process) bounceAt(ctx context.Context, url, recipient string, message io.Reader) error {
	db, err := postgres.Open(ctx, postgres.Config{URL: url, MaxConns: 2, Clock: now})
	if err != nil {
		return err
	}
	defer db.Close()
	noted, err := notify.Bounced(ctx, db, recipient, message, now())
	p.log.InfoContext(ctx, "bounce", "noted", noted)
	return err
}

func later(err error) error {
	if err != nil {
		err = errors.Join(errLater, err)
	}
	return err
}
