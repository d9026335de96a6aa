package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"imprimatur/internal/config"
	"imprimatur/internal/postgres"
	"imprimatur/migrations"
)

// errViolated makes a verification that found something end with exit code 1.
var errViolated = errors.New("the database breaks an invariant")

// verify checks the invariants on a live database, without writing: the one
// named, or the private one.
func (p process) verify(ctx context.Context, c config.Verify) error {
	if c.DatabaseURL != "" {
		return p.verifyAt(ctx, string(c.DatabaseURL))
	}
	pg, err := p.visitPostgres(ctx, c.Private)
	if err != nil {
		return err
	}
	return errors.Join(p.verifyAt(ctx, pg.URL(migrations.Login)), pg.Stop())
}

func (p process) verifyAt(ctx context.Context, url string) error {
	db, err := postgres.Open(ctx, postgres.Config{URL: url, MaxConns: 2, Clock: time.Now})
	if err != nil {
		return err
	}
	defer db.Close()
	v, err := db.Verify(ctx, postgres.VerifyConfig{})
	if err != nil {
		return err
	}
	for _, violation := range v.Violations {
		fmt.Fprintf(p.out, "%s: %s (establishment %s)\n", violation.Check, violation.Subject, violation.Tenant)
	}
	fmt.Fprintf(p.out, "%d establishments, %d checks, %d violations.\n", v.Tenants, v.Checks, len(v.Violations))
	if len(v.Violations) > 0 {
		return errViolated
	}
	return nil
}
