-- Schools to measure in: @establishments of them, each with @classes classes of
-- @pupils pupils, a teacher and a pre-moderated blog, a public site and a forum,
-- @drafts drafts in the blogs, @pages pages on the sites, @topics topics with
-- @messages messages in the first forum. Ids are numbered, so that the program
-- knows them; school.go has the same sorts.
CREATE SCHEMA bench;
CREATE FUNCTION bench.id(sort text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ('01900000-0000-7000-8' || right(sort, 3) || '-' || lpad(to_hex(n), 12, '0'))::uuid;

INSERT INTO tenant (tenant_id, uai, name, kind, level, city)
SELECT bench.id('0001', e), '0319' || lpad(e::text, 3, '0') || 'A', 'Collège ' || e, 'establishment', 'college', 'Toulouse'
FROM generate_series(0, @establishments::int - 1) e;

CREATE TABLE bench.somebody AS
SELECT bench.id('0002', e) AS person_id, 'head ' || e AS name, e AS e, 'staff' AS profile, NULL::int AS class FROM generate_series(0, @establishments::int - 1) e
UNION ALL SELECT bench.id('0018', e), 'editor ' || e, e, 'staff', NULL FROM generate_series(0, @establishments::int - 1) e
UNION ALL SELECT bench.id('0003', c), 'teacher ' || c, c / @classes::int, 'teacher', c FROM generate_series(0, @establishments::int * @classes::int - 1) c
UNION ALL SELECT bench.id('0004', p), 'pupil ' || p, p / (@pupils::int * @classes::int), 'pupil', p / @pupils::int
    FROM generate_series(0, @establishments::int * @classes::int * @pupils::int - 1) p;

INSERT INTO person (person_id, source, external_id, given_name, family_name, birth_date)
SELECT person_id, 'bench', replace(name, ' ', '-'), split_part(name, ' ', 1), split_part(name, ' ', 2),
    @now::timestamptz::date - CASE profile WHEN 'pupil' THEN 4400 ELSE 15000 END
FROM bench.somebody;
-- Triggers are off while this is loaded.
INSERT INTO audit_pseudonym (person_id) SELECT person_id FROM bench.somebody;
INSERT INTO membership (membership_id, tenant_id, person_id, profile)
SELECT gen_random_uuid(), bench.id('0001', e), person_id, profile FROM bench.somebody;
INSERT INTO briefing (tenant_id, person_id, version, answers, read_at)
SELECT bench.id('0001', e), person_id, '1', '{}', @now::timestamptz - interval '30 days' FROM bench.somebody;
INSERT INTO director (tenant_id, person_id, capacity, during)
SELECT bench.id('0001', e), person_id, 'head', tstzrange(@now::timestamptz - interval '1 year', NULL) FROM bench.somebody WHERE name LIKE 'head %';
INSERT INTO groups (group_id, tenant_id, kind, name)
SELECT bench.id('0006', c), bench.id('0001', c / @classes::int), 'class', 'Classe ' || c
FROM generate_series(0, @establishments::int * @classes::int - 1) c;
INSERT INTO group_member (tenant_id, group_id, person_id, capacity)
SELECT bench.id('0001', e), bench.id('0006', class), person_id, CASE profile WHEN 'pupil' THEN 'pupil' ELSE 'staff' END
FROM bench.somebody WHERE class IS NOT NULL;

INSERT INTO space (space_id, tenant_id, slug, title, kind, mode, audience, audience_group, owner_id, backup_id, status, version, created_at)
SELECT bench.id('0007', c), bench.id('0001', c / @classes::int), 'blog-' || c, 'Le blog de la classe ' || c, 'blog', 'PRE', 'group',
    bench.id('0006', c), bench.id('0003', c), bench.id('0018', c / @classes::int), 'open', 1, @now::timestamptz - interval '60 days'
FROM generate_series(0, @establishments::int * @classes::int - 1) c
UNION ALL
SELECT bench.id('0008', e), bench.id('0001', e), 'site', 'Le site du collège', 'web', 'PRE', 'public_web', NULL::uuid,
    bench.id('0018', e), bench.id('0002', e), 'open', 1, @now::timestamptz - interval '60 days'
FROM generate_series(0, @establishments::int - 1) e
UNION ALL
SELECT bench.id('0009', e), bench.id('0001', e), 'forum', 'Club lecture', 'forum', 'POST', 'establishment', NULL,
    bench.id('0018', e), bench.id('0002', e), 'open', 1, @now::timestamptz - interval '60 days'
FROM generate_series(0, @establishments::int - 1) e;
INSERT INTO space_role (tenant_id, space_id, person_id, group_id, role)
SELECT s.tenant_id, s.space_id, s.owner_id, NULL::uuid, 'moderator' FROM space s
UNION ALL
SELECT s.tenant_id, s.space_id, NULL, s.audience_group, 'contributor' FROM space s WHERE s.kind = 'blog';

INSERT INTO contribution (contribution_id, tenant_id, space_id, kind, author_id, byline, slug, created_at)
SELECT bench.id('0010', n), bench.id('0001', n % (@establishments::int * @classes::int) / @classes::int),
    bench.id('0007', n % (@establishments::int * @classes::int)), 'article',
    bench.id('0004', n % (@establishments::int * @classes::int) * @pupils::int + n / (@establishments::int * @classes::int) % @pupils::int),
    'Une élève', 'la-sortie-' || n, @now::timestamptz - interval '1 day'
FROM generate_series(0, @drafts::int - 1) n;
INSERT INTO revision (revision_id, tenant_id, contribution_id, space_id, author_id, status, title, html, plain, language, sanitiser, updated_at)
SELECT bench.id('0011', n), c.tenant_id, c.contribution_id, c.space_id, c.author_id, 'draft', 'La sortie ' || n,
    @html::text || '<p>Récit ' || n || '</p>', @plain::text || E'\n\nRécit ' || n, 'fr', @sanitiser::text, @now::timestamptz - interval '1 day'
FROM generate_series(0, @drafts::int - 1) n JOIN contribution c ON c.contribution_id = bench.id('0010', n);

-- What is published: pages, topics, messages.
INSERT INTO contribution (contribution_id, tenant_id, space_id, parent_id, kind, author_id, byline, slug, version, number, live_id, published_at, created_at)
SELECT bench.id('0012', n), bench.id('0001', n % @establishments::int), bench.id('0008', n % @establishments::int), NULL::uuid, 'page',
    bench.id('0003', n % @establishments::int * @classes::int), 'Une professeure', 'page-' || n, 5, 1, bench.id('0013', n),
    @now::timestamptz - interval '20 days' + n * interval '1 second', @now::timestamptz - interval '21 days'
FROM generate_series(0, @pages::int - 1) n
UNION ALL
SELECT bench.id('0014', n), bench.id('0001', 0), bench.id('0009', 0), NULL::uuid, 'topic', bench.id('0004', n), 'Un élève', 'sujet-' || n, 5, 1,
    bench.id('0015', n), @now::timestamptz - interval '20 days', @now::timestamptz - interval '20 days'
FROM generate_series(0, @topics::int - 1) n
UNION ALL
SELECT bench.id('0016', n), bench.id('0001', 0), bench.id('0009', 0), bench.id('0014', n / @messages::int), 'reply',
    bench.id('0004', n % (@pupils::int * @classes::int)), 'Un élève', 'message-' || n, 5, 1, bench.id('0017', n),
    @now::timestamptz - interval '19 days' + n * interval '1 minute', @now::timestamptz - interval '19 days'
FROM generate_series(0, @topics::int * @messages::int - 1) n;
INSERT INTO revision (revision_id, tenant_id, contribution_id, space_id, author_id, status, version, number, title, html, plain, language,
    sanitiser, hash, mode, updated_at, submitted_at, decided_at, reviewed_at)
SELECT c.live_id, c.tenant_id, c.contribution_id, c.space_id, c.author_id, 'live', 5, 1,
    CASE WHEN c.kind = 'reply' THEN '' ELSE 'Titre de ' || c.slug END,
    CASE WHEN c.kind = 'reply' THEN left(@html::text, position('</p>' IN @html::text) + 3) ELSE @html::text END,
    CASE WHEN c.kind = 'reply' THEN left(@plain::text, 250) ELSE @plain::text END,
    'fr', @sanitiser::text, sha256(c.slug::bytea), s.mode, c.created_at, c.created_at, c.published_at, c.published_at
FROM contribution c JOIN space s ON s.space_id = c.space_id WHERE c.live_id IS NOT NULL;
INSERT INTO snapshot (contribution_id, tenant_id, space_id, parent_id, revision_id, number, kind, slug, title, html, excerpt, language,
    attributions, byline, hash, reviewed, published_at, updated_at)
SELECT c.contribution_id, c.tenant_id, c.space_id, c.parent_id, r.revision_id, 1, c.kind, c.slug, r.title, r.html, left(r.plain, 280), 'fr',
    '[]', c.byline, r.hash, true, c.published_at, c.published_at
FROM contribution c JOIN revision r ON r.revision_id = c.live_id;
DROP TABLE bench.somebody;
