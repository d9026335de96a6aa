-- A photo on each of @photos published pages, with one pupil in it who has consented;
-- and one article of @crowd photos with @persons persons in each, all of whom have.
INSERT INTO photo (photo_id, tenant_id, uploader_id, status, version, name, format, bytes, width, height, original, sha256, faces, created_at, identified_at, identified_by)
SELECT bench.id('0020', n), bench.id('0001', n % @establishments::int), bench.id('0018', n % @establishments::int), 'identified', 3, 'photo.jpg', 'jpeg',
    @bytes::int, 1600, 1067, '', sha256('original'), 1, @now::timestamptz, @now::timestamptz, bench.id('0018', n % @establishments::int)
FROM generate_series(0, @photos::int - 1) n;
INSERT INTO photo (photo_id, tenant_id, uploader_id, status, version, name, format, bytes, width, height, original, sha256, faces, created_at, identified_at, identified_by)
SELECT bench.id('0026', n), bench.id('0001', 0), bench.id('0018', 0), 'identified', 3, 'photo.jpg', 'jpeg',
    @bytes::int, 1600, 1067, '', sha256('original'), 30, @now::timestamptz, @now::timestamptz, bench.id('0018', 0)
FROM generate_series(0, @crowd::int - 1) n;
INSERT INTO rendition (rendition_id, tenant_id, photo_id, hash, created_at)
SELECT overlay(p.photo_id::text PLACING '1' FROM 21 FOR 1)::uuid, p.tenant_id, p.photo_id, sha256('rendition'), @now::timestamptz FROM photo p;
UPDATE photo p SET rendition_id = r.rendition_id FROM rendition r WHERE r.photo_id = p.photo_id;
INSERT INTO rendition_file (rendition_id, tenant_id, size, file, bytes, width, height, sha256)
SELECT r.rendition_id, r.tenant_id, 'standard', @file::text, @bytes::int, 1600, 1067, sha256('file') FROM rendition r;
INSERT INTO depiction (depiction_id, tenant_id, photo_id, found, x, y, width, height, outcome, person_id)
SELECT bench.id('0027', n), bench.id('0001', n % @establishments::int), bench.id('0020', n), true, 0.4, 0.2, 0.1, 0.15, 'person',
    bench.id('0004', n % @establishments::int * @pupils::int * @classes::int)
FROM generate_series(0, @photos::int - 1) n;
INSERT INTO depiction (depiction_id, tenant_id, photo_id, found, x, y, width, height, outcome, person_id)
SELECT gen_random_uuid(), bench.id('0001', 0), bench.id('0026', n), true, p * 0.03, 0.2, 0.03, 0.05, 'person', bench.id('0004', p)
FROM generate_series(0, @crowd::int - 1) n, generate_series(0, @persons::int - 1) p;

-- One request for each page's photo, and one for all of the article's.
CREATE TABLE bench.project AS
SELECT bench.id('0022', n) AS request_id, bench.id('0001', n % @establishments::int) AS tenant_id, bench.id('0008', n % @establishments::int) AS space_id, n AS n
FROM generate_series(0, @photos::int - 1) n
UNION ALL SELECT bench.id('0028', 0), bench.id('0001', 0), bench.id('0008', 0), 0;
INSERT INTO consent_request (request_id, tenant_id, title, beneficiary, nature, purpose, place, taken_from, taken_to, operations, territory, valid, to_come, body, hash, reference, asked_by, asked_at)
SELECT p.request_id, p.tenant_id, 'Sortie', 'Collège', 'Photographies', 'Rendre compte', 'Toulouse', @now::timestamptz::date, @now::timestamptz::date, '{show}', 'France',
    tstzrange(@now::timestamptz - interval '1 day', @now::timestamptz + interval '200 days'), false, 'texte', sha256('texte'), p.request_id::text,
    bench.id('0018', 0), @now::timestamptz
FROM bench.project p;
INSERT INTO consent_use (use_id, tenant_id, request_id, ordinal, medium, audience, space_id)
SELECT overlay(p.request_id::text PLACING '2' FROM 21 FOR 1)::uuid, p.tenant_id, p.request_id, 1, 'image', 'public_web', p.space_id FROM bench.project p;
INSERT INTO request_photo (request_id, photo_id, tenant_id)
SELECT bench.id('0022', n), bench.id('0020', n), bench.id('0001', n % @establishments::int) FROM generate_series(0, @photos::int - 1) n
UNION ALL SELECT bench.id('0028', 0), bench.id('0026', n), bench.id('0001', 0) FROM generate_series(0, @crowd::int - 1) n;
INSERT INTO consent (consent_id, tenant_id, request_id, person_id, status, version, asked_at)
SELECT bench.id('0024', n), bench.id('0001', n % @establishments::int), bench.id('0022', n), bench.id('0004', n % @establishments::int * @pupils::int * @classes::int),
    'granted', 2, @now::timestamptz FROM generate_series(0, @photos::int - 1) n
UNION ALL SELECT bench.id('0029', p), bench.id('0001', 0), bench.id('0028', 0), bench.id('0004', p), 'granted', 2, @now::timestamptz FROM generate_series(0, @persons::int - 1) p;
INSERT INTO consent_cover (cover_id, tenant_id, consent_id, request_id, use_id, person_id, medium, audience, space_id, valid, rests_on, made_at)
SELECT gen_random_uuid(), c.tenant_id, c.consent_id, c.request_id, u.use_id, c.person_id, 'image', 'public_web', u.space_id,
    tstzrange(@now::timestamptz - interval '1 day', @now::timestamptz + interval '200 days'), '{}', @now::timestamptz
FROM consent c JOIN consent_use u ON u.request_id = c.request_id;

INSERT INTO revision_photo (revision_id, tenant_id, ordinal, photo_id, rendition_id)
SELECT bench.id('0013', n), p.tenant_id, 0, p.photo_id, p.rendition_id
FROM generate_series(0, @photos::int - 1) n JOIN photo p ON p.photo_id = bench.id('0020', n);
DROP TABLE bench.project;
