package main

import (
	"context"
	"errors"
	"fmt"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/config"
	"imprimatur/internal/demo"
	"imprimatur/internal/postgres"
	"imprimatur/migrations"
)

// demo fills an empty database with the demo school: the one named, or the
// private one.
func (p process) demo(ctx context.Context, c config.Demo) error {
	url, stop := string(c.DatabaseURL), func() error { return nil }
	if url == "" {
		pg, err := p.startPostgres(ctx, c.Private)
		if err != nil {
			return err
		}
		url, stop = pg.URL(migrations.Login), pg.Stop
		if err := migrations.Apply(ctx, pg.URL(migrations.Migrator)); err != nil {
			return errors.Join(err, stop())
		}
	}
	b := &backing{}
	if err := b.openFiles(ctx, c.Store, c.Var); err != nil {
		return errors.Join(err, stop())
	}
	return errors.Join(p.demoAt(ctx, url, b.files), b.close(), stop())
}

func (p process) demoAt(ctx context.Context, url string, files imageconsent.Files) error {
	db, err := postgres.Open(ctx, postgres.Config{URL: url, MaxConns: 2, Clock: now})
	if err != nil {
		return err
	}
	defer db.Close()
	if err := loadDemo(ctx, db, files); err != nil {
		return err
	}
	p.introduce()
	return nil
}

func loadDemo(ctx context.Context, db *postgres.DB, files imageconsent.Files) error {
	err := demo.Load(ctx, demo.Config{DB: db, Files: files, Now: now()})
	if errors.Is(err, demo.ErrOccupied) {
		return fmt.Errorf("demo mode: %w", err)
	}
	return err
}

// introduce prints who can be tried, and the key of the API.
func (p process) introduce() {
	fmt.Fprintln(p.out, "Personas, one click each on the sign-in page:")
	for _, persona := range demo.Introductions() {
		fmt.Fprintf(p.out, "  %-9s %s, %s\n", persona.External, persona.Name, persona.French)
	}
	fmt.Fprintf(p.out, "API key: %s\n", demo.Key)
}
