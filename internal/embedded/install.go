package embedded

import (
	"context"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"

	"github.com/jackc/pgx/v5"

	"imprimatur/migrations"
)

// Database is the name of the database that Install makes.
const Database = "imprimatur"

// Install makes the roles, their passwords and the database, as a production
// server has them. It repeats safely, so a first start cut short is finished
// by the next.
func (p *Postgres) Install(ctx context.Context) error {
	if err := p.asSuperuser(ctx, "postgres", p.createDatabase); err != nil {
		return fmt.Errorf("make the database: %w", err)
	}
	if err := p.asSuperuser(ctx, Database, p.installRoles); err != nil {
		return fmt.Errorf("make the database's roles: %w", err)
	}
	return nil
}

// URL connects a login role, such as migrations.Login, to the installed
// database.
func (p *Postgres) URL(login string) string { return p.url(login, Database) }

func (p *Postgres) asSuperuser(ctx context.Context, database string, do func(context.Context, *pgx.Conn) error) error {
	conn, err := pgx.Connect(ctx, p.url(Superuser, database))
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return do(ctx, conn)
}

func (p *Postgres) createDatabase(ctx context.Context, conn *pgx.Conn) error {
	var exists bool
	err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, Database).Scan(&exists)
	if err != nil || exists {
		return err
	}
	_, err = conn.Exec(ctx, `CREATE DATABASE `+Database+` TEMPLATE template0 ENCODING 'UTF8'`)
	return err
}

func (p *Postgres) installRoles(ctx context.Context, conn *pgx.Conn) error {
	for _, script := range []string{migrations.Roles, migrations.Database} {
		if _, err := conn.Exec(ctx, script); err != nil {
			return err
		}
	}
	for _, login := range []string{migrations.Login, migrations.Migrator} {
		if err := p.setPassword(ctx, conn, login); err != nil {
			return err
		}
	}
	return nil
}

// setPassword sends the verifier, never the password, which a statement log
// would keep.
func (p *Postgres) setPassword(ctx context.Context, conn *pgx.Conn, login string) error {
	verifier, err := scramVerifier(p.password(login))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, `ALTER ROLE `+pgx.Identifier{login}.Sanitize()+` PASSWORD '`+verifier+`'`)
	return err
}

// password derives a login's password from the folder's secret.
func (p *Postgres) password(login string) string {
	mac := hmac.New(sha256.New, p.key)
	mac.Write([]byte(login))
	return hex.EncodeToString(mac.Sum(nil))
}

// scramVerifier is what PostgreSQL stores of a password (RFC 5802, RFC 7677).
func scramVerifier(password string) (string, error) {
	const rounds = 4096
	salt := make([]byte, 16)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	salted, err := pbkdf2.Key(sha256.New, password, salt, rounds, sha256.Size)
	if err != nil {
		return "", err
	}
	keyed := func(label string) []byte {
		mac := hmac.New(sha256.New, salted)
		mac.Write([]byte(label))
		return mac.Sum(nil)
	}
	stored := sha256.Sum256(keyed("Client Key"))
	b64 := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("SCRAM-SHA-256$%d:%s$%s:%s", rounds, b64(salt), b64(stored[:]), b64(keyed("Server Key"))), nil
}
