-- @rows contributions in the blogs of the first establishment, some of which wait:
-- of 100, 2 for review and 2 that are live for a look. The others are live and
-- looked at. Its first teacher moderates all of those blogs.
INSERT INTO space_role (tenant_id, space_id, person_id, role)
SELECT tenant_id, space_id, bench.id('0003', 0), 'moderator' FROM space
WHERE tenant_id = bench.id('0001', 0) AND kind = 'blog' AND space_id <> bench.id('0007', 0);

INSERT INTO contribution (contribution_id, tenant_id, space_id, kind, author_id, byline, slug, version, number, live_id, published_at, created_at)
SELECT bench.id('0020', n), bench.id('0001', 0), bench.id('0007', n % @classes::int), 'article', bench.id('0004', n % (@classes::int * @pupils::int)),
    'Une élève', 'billet-' || n, 4, 1, CASE WHEN n / 10 % 50 <> 0 THEN bench.id('0021', n) END,
    CASE WHEN n / 10 % 50 <> 0 THEN @now::timestamptz - (@rows::int - n) * interval '20 seconds' END,
    @now::timestamptz - (@rows::int - n) * interval '20 seconds'
FROM generate_series(0, @rows::int - 1) n;

INSERT INTO revision (revision_id, tenant_id, contribution_id, space_id, author_id, status, version, number, title, html, plain, language,
    sanitiser, hash, mode, updated_at, submitted_at, decided_at, reviewed_at, severity, target_at, reach)
SELECT bench.id('0021', n), bench.id('0001', 0), bench.id('0020', n), bench.id('0007', n % @classes::int), bench.id('0004', n % (@classes::int * @pupils::int)),
    CASE WHEN n / 10 % 50 = 0 THEN 'in_review' ELSE 'live' END, 4, 1, 'Billet ' || n,
    '<p>Le billet numéro ' || n || ' raconte la semaine de la classe.</p>', 'Le billet numéro ' || n || ' raconte la semaine de la classe.',
    'fr', @sanitiser::text, sha256(int8send(n)), 'PRE', t.at, t.at, t.at, CASE WHEN n / 10 % 50 > 1 THEN t.at END,
    CASE WHEN n / 10 % 50 < 2 THEN n / 500 % 4 ELSE 0 END, t.at + interval '48 hours', 0
FROM generate_series(0, @rows::int - 1) n
CROSS JOIN LATERAL (SELECT @now::timestamptz - (@rows::int - n) * interval '20 seconds' AS at) t;
