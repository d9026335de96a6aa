-- One batch, all or nothing: every subject guarded by its version and old status.
-- $1 the batch as JSON, $2 the time of the act. The caller compares the counts.
WITH head AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb -> 'heads')
        AS x(id uuid, version bigint, number integer, slug text, live uuid, moved boolean, gone boolean, hidden boolean, told boolean)
), contributions AS (
    UPDATE contribution c SET
        version = c.version + 1, number = x.number, live_id = x.live,
        life = CASE WHEN x.gone THEN 'gone' ELSE c.life END,
        slug = CASE WHEN x.gone THEN '' ELSE coalesce(nullif(x.slug, ''), c.slug) END,
        published_at = CASE WHEN x.moved AND x.live IS NOT NULL THEN coalesce(c.published_at, $2) ELSE c.published_at END
    FROM head x
    WHERE c.contribution_id = x.id AND c.version = x.version AND c.life = 'kept'
    RETURNING c.contribution_id, c.tenant_id, c.space_id, c.parent_id, c.kind, c.slug, c.byline, c.published_at, c.live_id, x.moved, x.gone, x.hidden, x.told
), revision_change AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb -> 'revisions')
        AS x(id uuid, version bigint, status_from text, status_to text, number integer, hash text, mode text, looked boolean)
), revisions AS (
    UPDATE revision r SET
        version = r.version + 1, status = x.status_to, decided_at = $2,
        number = coalesce(x.number, r.number), hash = coalesce(decode(x.hash, 'hex'), r.hash), mode = coalesce(x.mode, r.mode),
        submitted_at = CASE WHEN x.hash IS NOT NULL THEN $2 ELSE r.submitted_at END,
        reviewed_at = CASE WHEN x.looked THEN $2 ELSE r.reviewed_at END
    FROM revision_change x
    WHERE r.revision_id = x.id AND r.version = x.version AND r.status = x.status_from
    RETURNING 1
), sealed AS (
    INSERT INTO revision_photo (revision_id, tenant_id, ordinal, photo_id, rendition_id)
    SELECT x.revision, (SELECT p.tenant_id FROM photo p WHERE p.photo_id = x.photo), x.ordinal, x.photo, x.rendition
    FROM jsonb_to_recordset($1::jsonb -> 'sealed') AS x(revision uuid, ordinal integer, photo uuid, rendition uuid)
), taken_down AS (
    DELETE FROM snapshot n USING contributions c
    WHERE n.contribution_id = c.contribution_id AND c.moved AND c.live_id IS NULL AND NOT c.gone
), entombed AS (
    UPDATE snapshot n SET revision_id = NULL, number = NULL, hash = NULL, slug = '', title = '', html = '', excerpt = '',
        attributions = '[]', photos = '[]', byline = '', updated_at = $2
    FROM contributions c WHERE n.contribution_id = c.contribution_id AND c.gone
), looked_at AS (
    UPDATE snapshot n SET reviewed = true
    FROM revision_change x, contributions c
    WHERE x.looked AND n.revision_id = x.id AND n.contribution_id = c.contribution_id AND NOT c.moved
), shown AS (
    INSERT INTO snapshot AS n (contribution_id, tenant_id, space_id, parent_id, revision_id, number, kind, slug, title, html, excerpt,
        language, attributions, photos, byline, hash, reviewed, published_at, updated_at)
    SELECT c.contribution_id, c.tenant_id, c.space_id, c.parent_id, r.revision_id, r.number, c.kind, c.slug, r.title, r.html, r.excerpt, r.language, r.attributions, frames_of(r.revision_id),
        c.byline, r.hash, r.reviewed_at IS NOT NULL, c.published_at, $2
    FROM contributions c JOIN revision r ON r.revision_id = c.live_id
    WHERE c.moved
    ON CONFLICT (contribution_id) DO UPDATE SET
        revision_id = excluded.revision_id, number = excluded.number, slug = excluded.slug, title = excluded.title,
        html = excluded.html, excerpt = excluded.excerpt, language = excluded.language, attributions = excluded.attributions,
        photos = excluded.photos, byline = excluded.byline, hash = excluded.hash, reviewed = excluded.reviewed, updated_at = excluded.updated_at
), placed AS (
    INSERT INTO hold (hold_id, tenant_id, contribution_id, space_id, photo_id, case_id, kind, status, sealed, until, placed_at, placed_by,
        ground, reason, statement, reference)
    SELECT x.id, x.tenant, x.contribution, x.space, x.photo, x."case", x.kind, 'open', x.sealed, x.until, $2, x.person, x.ground, x.reason, x.statement, x.reference
    FROM jsonb_to_recordset($1::jsonb -> 'placed')
        AS x(id uuid, tenant uuid, contribution uuid, space uuid, photo uuid, "case" uuid, kind text, sealed boolean, until timestamptz, person uuid,
            ground text, reason text, statement jsonb, reference text)
    RETURNING 1
), released AS (
    UPDATE hold h SET status = 'released', version = h.version + 1, released_at = $2, released_by = x.person,
        release_reason = x.reason, release_reference = x.reference
    FROM jsonb_to_recordset($1::jsonb -> 'released') AS x(id uuid, version bigint, person uuid, reason text, reference text)
    WHERE h.hold_id = x.id AND h.version = x.version AND h.status = 'open'
    RETURNING 1
), spaces AS (
    UPDATE space s SET status = x.status_to, version = s.version + 1
    FROM jsonb_to_recordset($1::jsonb -> 'spaces') AS x(id uuid, version bigint, status_from text, status_to text)
    WHERE s.space_id = x.id AND s.version = x.version AND s.status = x.status_from
    RETURNING 1
), photos AS (
    UPDATE photo p SET status = x.status_to, version = p.version + 1
    FROM jsonb_to_recordset($1::jsonb -> 'photos') AS x(id uuid, version bigint, status_from text, status_to text)
    WHERE p.photo_id = x.id AND p.version = x.version AND p.status = x.status_from
    RETURNING 1
), cases AS (
    UPDATE case_file f SET status = x.status_to, version = f.version + 1
    FROM jsonb_to_recordset($1::jsonb -> 'cases') AS x(id uuid, version bigint, status_from text, status_to text)
    WHERE f.case_id = x.id AND f.version = x.version AND f.status = x.status_from
    RETURNING 1
), consents AS (
    UPDATE consent c SET status = x.status_to, version = c.version + 1, decided_at = $2
    FROM jsonb_to_recordset($1::jsonb -> 'consents') AS x(id uuid, version bigint, status_from text, status_to text)
    WHERE c.consent_id = x.id AND c.version = x.version AND c.status = x.status_from
    RETURNING 1
), entries AS (
    INSERT INTO audit_entry (entry_id, tenant_id, at, actor_kind, pseudonym, roles, via, action, subject_kind, subject_id,
        contribution_id, version, status_from, status_to, hash, ground, rule, entry_hash)
    SELECT x.id, x.tenant, $2, x.actor, (SELECT p.pseudonym FROM audit_pseudonym p WHERE p.person_id = x.person), x.roles, x.via,
        x.action, x.subject_kind, x.subject, x.contribution, x.version, x.status_from, x.status_to, decode(x.hash, 'hex'),
        x.ground, x.rule, ''
    FROM jsonb_to_recordset($1::jsonb -> 'entries')
        AS x(id uuid, tenant uuid, actor text, person uuid, roles text, via text, action text, subject_kind text, subject uuid,
            contribution uuid, version bigint, status_from text, status_to text, hash text, ground text, rule text)
    RETURNING 1
), decisions AS (
    INSERT INTO decision (decision_id, tenant_id, contribution_id, revision_id, space_id, action, person_id, hash, ground, reason, statement, decided_at)
    SELECT x.id, x.tenant, x.contribution, x.revision, x.space, x.action, x.person, decode(x.hash, 'hex'), x.ground, x.reason, x.statement, $2
    FROM jsonb_to_recordset($1::jsonb -> 'decisions')
        AS x(id uuid, tenant uuid, contribution uuid, revision uuid, space uuid, action text, person uuid, hash text, ground text, reason text, statement jsonb)
    RETURNING 1
), messages AS (
    INSERT INTO outbox (message_id, tenant_id, kind, queue, subject_id, version, note, due_at)
    SELECT x.id, x.tenant, x.kind, x.queue, x.subject, x.version, x.note, x.due
    FROM jsonb_to_recordset($1::jsonb -> 'messages')
        AS x(id uuid, tenant uuid, kind text, queue text, subject uuid, version bigint, note text, due timestamptz)
    RETURNING 1
), done AS (
    UPDATE outbox o SET status = 'done', done_at = $2, last_error = ''
    WHERE o.message_id IN (SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb -> 'done')) AND o.status IN ('waiting', 'sent', 'set_aside')
    RETURNING 1
)
SELECT (SELECT count(*) FROM contributions), (SELECT count(*) FROM revisions), (SELECT count(*) FROM placed),
    (SELECT count(*) FROM released), (SELECT count(*) FROM spaces), (SELECT count(*) FROM photos), (SELECT count(*) FROM cases),
    (SELECT count(*) FROM consents), (SELECT count(*) FROM done),
    (SELECT count(pg_notify('imprimatur_reading', concat_ws(' ', c.tenant_id, c.space_id, c.contribution_id, c.parent_id)))
        FROM contributions c WHERE c.hidden),
    coalesce((SELECT jsonb_agg(jsonb_build_object('tenant', c.tenant_id, 'space', c.space_id, 'contribution', c.contribution_id,
        'parent', c.parent_id)) FROM contributions c WHERE c.told OR c.hidden), '[]')
