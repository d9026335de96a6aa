package postgres_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"imprimatur/internal/dbtest"
	"imprimatur/internal/id"
	"imprimatur/publication"
)

// published writes n published contributions of Lina's straight into the tables, a
// minute apart and the newest at the school's present, and gives their ids, the
// newest first. It stands for years of a school's life.
func (b *bundle) published(t testing.TB, space id.Space, kind publication.Kind, parent id.Contribution, n int) []id.Contribution {
	t.Helper()
	conn := b.superuser(t)
	rows, err := conn.Query(t.Context(), `
		WITH fresh AS MATERIALIZED (
			SELECT g, gen_random_uuid() AS c, gen_random_uuid() AS r, $5::timestamptz - g * interval '1 minute' AS at FROM generate_series(0, $1::int - 1) g
		), place AS (SELECT * FROM space WHERE space_id = $2), contributions AS (
			INSERT INTO contribution (contribution_id, tenant_id, space_id, parent_id, kind, author_id, byline, slug, number, published_at, created_at)
			SELECT c, tenant_id, space_id, nullif($3::uuid, '00000000-0000-0000-0000-000000000000'), $4, $6, 'Lina H.', 'texte-' || g, 1, at, at FROM fresh, place
		), revisions AS (
			INSERT INTO revision (revision_id, tenant_id, contribution_id, space_id, author_id, status, number, title, html, plain, language, sanitiser,
				hash, mode, updated_at, submitted_at)
			SELECT r, tenant_id, c, space_id, $6, 'superseded', 1, 'Texte ' || g, '<p>Un texte.</p>', 'Un texte.', 'fr', 'test',
				sha256(r::text::bytea), mode, at, at FROM fresh, place
		), snapshots AS (
			INSERT INTO snapshot (contribution_id, tenant_id, space_id, parent_id, revision_id, number, kind, slug, title, html, excerpt, language,
				attributions, byline, hash, published_at, updated_at)
			SELECT c, tenant_id, space_id, nullif($3::uuid, '00000000-0000-0000-0000-000000000000'), r, 1, $4, 'texte-' || g, 'Texte ' || g,
				'<p>' || repeat('Un texte qui dit quelque chose. ', 20) || '</p>', 'Un texte qui dit…', 'fr', '[]', 'Lina H.', sha256(r::text::bytea), at, at
			FROM fresh, place
		)
		SELECT c FROM fresh ORDER BY g`, n, space.UUID, parent.UUID, string(kind), dbtest.Now, b.Lina.UUID)
	if err != nil {
		t.Fatal(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[[16]byte])
	if err != nil {
		t.Fatal(err)
	}
	out := make([]id.Contribution, len(ids))
	for i := range ids {
		out[i].UUID = ids[i]
	}
	return out
}

// superuser is a connection that no wall stops.
func (b *bundle) superuser(t testing.TB) *pgx.Conn {
	t.Helper()
	return b.connect(t, b.AdminURL())
}

func (b *bundle) connect(t testing.TB, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}
