package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"

	"imprimatur/migrations"
)

// Names of the databases that dbtest makes, so that leftovers are known.
const (
	clonePrefix    = "imprimatur_test_"
	templatePrefix = "imprimatur_template_"
)

// buildLock is held while roles and template are made: test processes share
// the server.
const buildLock = 0x696d7072696d6174

// templateName follows the migrations' text, so that a changed migration gets
// a template of its own.
func templateName() (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(migrations.Schema, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := migrations.Schema.ReadFile(path)
		fmt.Fprintf(sum, "%s %d\n%s", path, len(text), text)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("read migrations: %w", err)
	}
	return templatePrefix + hex.EncodeToString(sum.Sum(nil)[:8]), nil
}

// buildTemplate makes the roles, and the migrated template unless some process
// has made it already.
func (s *server) buildTemplate(ctx context.Context) (string, error) {
	name, err := templateName()
	if err != nil {
		return "", err
	}
	conn, err := pgx.Connect(ctx, s.admin) // its end drops the lock
	if err != nil {
		return "", err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, int64(buildLock)); err != nil {
		return "", err
	}
	if err := makeRoles(ctx, conn); err != nil {
		return "", err
	}
	var ready bool
	err = conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND datistemplate)`, name).Scan(&ready)
	if err != nil || ready {
		return name, err
	}
	return name, s.migrateTemplate(ctx, conn, name)
}

func makeRoles(ctx context.Context, conn *pgx.Conn) error {
	if _, err := conn.Exec(ctx, migrations.Roles); err != nil {
		return err
	}
	for _, login := range []string{migrations.Login, migrations.Migrator} {
		if _, err := conn.Exec(ctx, `ALTER ROLE `+login+` PASSWORD '`+password+`'`); err != nil {
			return err
		}
	}
	return nil
}

// migrateTemplate marks the database as a template last of all: one without
// the mark was left unfinished, and is made anew.
func (s *server) migrateTemplate(ctx context.Context, conn *pgx.Conn, name string) error {
	db := &DB{name: name, admin: s.admin}
	quoted := pgx.Identifier{name}.Sanitize()
	if _, err := conn.Exec(ctx, `DROP DATABASE IF EXISTS `+quoted+` WITH (FORCE)`); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, `CREATE DATABASE `+quoted+` TEMPLATE template0 ENCODING 'UTF8'`); err != nil {
		return err
	}
	if err := run(ctx, db.AdminURL(), migrations.Database); err != nil {
		return err
	}
	if err := migrations.Apply(ctx, db.URL(migrations.Migrator)); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, `ALTER DATABASE `+quoted+` WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`)
	return err
}
