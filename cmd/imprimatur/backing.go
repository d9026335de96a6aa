package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/hibiken/asynq"

	"imprimatur/internal/blob"
	"imprimatur/internal/config"
	"imprimatur/internal/embedded"
	"imprimatur/migrations"
)

// backing is what the program stands on: the database and the queue that were
// configured, or else its own.
type backing struct {
	database string // URL, as migrations.Login
	listen   string // URL of the connection that listens
	redis    asynq.RedisConnOpt
	ownQueue bool // redis is inside this process
	files    *blob.Store
	forms    []byte         // the key that forms for anybody are signed with
	stops    []func() error // last started first
}

// openBacking starts what was not configured, and migrates where it may: the
// private database always, a configured one by the login that is named for it.
// The caller closes it.
func (p process) openBacking(ctx context.Context, c config.Serve) (*backing, error) {
	b := &backing{database: string(c.DatabaseURL), listen: string(c.ListenURL)}
	migrator := string(c.MigrateURL)
	if c.DatabaseURL == "" {
		pg, err := p.startPostgres(ctx, c.Private)
		if err != nil {
			return nil, err
		}
		b.stops = append(b.stops, pg.Stop)
		b.database, migrator = pg.URL(migrations.Login), pg.URL(migrations.Migrator)
	}
	if b.listen == "" {
		b.listen = b.database
	}
	if migrator != "" {
		if err := migrations.Apply(ctx, migrator); err != nil {
			return nil, errors.Join(err, b.close())
		}
	}
	if err := b.openQueue(c.RedisURL); err != nil {
		return nil, errors.Join(err, b.close())
	}
	if err := b.openFiles(ctx, c.Store, c.Var); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

// openFiles opens the store of pictures that was configured, or else one of the
// program's own, with a key of its own beside it.
func (b *backing) openFiles(ctx context.Context, c config.Store, dir string) error {
	cfg := blob.Config{URL: c.Files}
	var err error
	if c.Files == "" {
		cfg.URL = filepath.Join(dir, "files")
		cfg.Key, err = blob.KeyFile(filepath.Join(dir, "files.key"))
	} else {
		cfg.Key, err = blob.ParseKey(c.FilesKey)
	}
	if err != nil {
		return fmt.Errorf("--files-key: %w", err)
	}
	b.forms = cfg.Key.For("forms for anybody")
	if b.files, err = blob.Open(ctx, cfg); err != nil {
		return fmt.Errorf("--files: %w", err)
	}
	b.stops = append(b.stops, b.files.Close)
	return nil
}

// startPostgres starts the private database, with its roles.
func (p process) startPostgres(ctx context.Context, c config.Private) (*embedded.Postgres, error) {
	pg, err := embedded.StartPostgres(ctx, embedded.Config{Dir: c.Var, Binaries: c.PGBin, Log: p.log})
	if err != nil {
		return nil, err
	}
	if err := pg.Install(ctx); err != nil {
		return nil, errors.Join(err, pg.Stop())
	}
	return pg, nil
}

// visitPostgres is startPostgres for whoever looks at a database that is there: the
// one of a server that runs is used as it runs, and none is made.
func (p process) visitPostgres(ctx context.Context, c config.Private) (*embedded.Postgres, error) {
	running, err := embedded.Attach(c.Var)
	if err != nil {
		return nil, err
	}
	own, err := p.startPostgres(ctx, c)
	if errors.Is(err, embedded.ErrInUse) {
		return running, nil
	}
	return own, err
}

func (b *backing) openQueue(url config.RedisURL) error {
	if url == "" {
		own := embedded.StartRedis()
		b.stops = append(b.stops, func() error { own.Stop(); return nil })
		b.redis, b.ownQueue = own, true
		return nil
	}
	var err error
	if b.redis, err = url.Opt(); err != nil {
		return fmt.Errorf("--redis-url: %w", err)
	}
	return nil
}

// close stops what openBacking started.
func (b *backing) close() error {
	var errs []error
	for _, stop := range slices.Backward(b.stops) {
		errs = append(errs, stop())
	}
	return errors.Join(errs...)
}
