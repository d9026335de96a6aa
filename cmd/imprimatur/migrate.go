package main

import (
	"context"
	"errors"
	"fmt"

	"imprimatur/internal/config"
	"imprimatur/migrations"
)

// migrate brings a database up to this program's schema: the one named, or the
// private one.
func (p process) migrate(ctx context.Context, c config.Migrate) error {
	url := string(c.MigrateURL)
	if url == "" {
		pg, err := p.startPostgres(ctx, c.Private)
		if err != nil {
			return err
		}
		err = migrations.Apply(ctx, pg.URL(migrations.Migrator))
		return p.migrated(errors.Join(err, pg.Stop()))
	}
	return p.migrated(migrations.Apply(ctx, url))
}

func (p process) migrated(err error) error {
	if err != nil {
		return err
	}
	fmt.Fprintln(p.out, "The database has this program's schema.")
	return nil
}
