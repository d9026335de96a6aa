package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"imprimatur/publication"
)

// pictureChecks are what must hold of pictures and of consents to them. What readers see
// goes through a view that cannot show more than it is told; these look at what it is told.
var pictureChecks = []check{
	query("invariant 1: no cover lasts beyond its request, nor what rests on guardians beyond majority", `
		SELECT k.cover_id::text FROM (SELECT * FROM consent_cover WHERE ended_at IS NULL ORDER BY made_at DESC LIMIT $1) k
		JOIN consent_request q ON q.request_id = k.request_id JOIN person p ON p.person_id = k.person_id JOIN tenant t ON t.tenant_id = k.tenant_id
		WHERE NOT k.valid <@ q.valid
			OR k.rests_on <> '{}' AND upper(k.valid) > (p.birth_date + interval '18 years' + interval '1 day') AT TIME ZONE t.time_zone`),
	query("invariant 1: every cover rests on answers that stand, and on no objection", `
		SELECT k.cover_id::text FROM (SELECT * FROM consent_cover WHERE ended_at IS NULL ORDER BY made_at DESC LIMIT $1) k
		JOIN consent c ON c.consent_id = k.consent_id
		WHERE c.status <> 'granted' OR (c.person_id, c.request_id) <> (k.person_id, k.request_id)
			OR EXISTS (SELECT 1 FROM consent_answer a WHERE a.consent_id = k.consent_id AND a.ended_at IS NULL AND NOT k.use_id = ANY (a.accepted))
			OR NOT EXISTS (SELECT 1 FROM consent_answer a WHERE a.consent_id = k.consent_id AND a.ended_at IS NULL)
			OR EXISTS (SELECT 1 FROM unnest(k.rests_on) g (guardian) WHERE NOT EXISTS (
				SELECT 1 FROM consent_answer a WHERE a.consent_id = k.consent_id AND a.signatory_id = g.guardian AND a.ended_at IS NULL))`),
	query("invariant 1: a cover is of exactly the use that was asked for", `
		SELECT k.cover_id::text FROM (SELECT * FROM consent_cover WHERE ended_at IS NULL ORDER BY made_at DESC LIMIT $1) k
		LEFT JOIN consent_use u ON u.use_id = k.use_id AND u.request_id = k.request_id
		WHERE (k.medium, k.audience, k.audience_group, k.audience_ent, k.space_id, k.reach)
			IS DISTINCT FROM (u.medium, u.audience, u.audience_group, u.audience_ent, u.space_id, u.reach)`),
	query("R27: what is granted covers something, or is being looked at again", `
		SELECT c.consent_id::text FROM (SELECT * FROM consent WHERE status = 'granted' ORDER BY consent_id DESC LIMIT $1) c
		WHERE NOT EXISTS (SELECT 1 FROM consent_cover k WHERE k.consent_id = c.consent_id AND k.ended_at IS NULL)
			AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.subject_id = c.consent_id AND o.kind = 'consent:review' AND o.status <> 'done')`),
	query("R58: every consent has its trail", `
		SELECT c.consent_id::text FROM (SELECT * FROM consent ORDER BY consent_id DESC LIMIT $1) c
		WHERE c.status || ' ' || c.version IS DISTINCT FROM (
			SELECT x.status_to || ' ' || x.version FROM (
				SELECT e.status_to, e.version FROM audit_entry e WHERE e.subject_id = c.consent_id AND e.subject_kind = 'consent' AND e.version > 0
				UNION ALL
				SELECT e ->> 'status_to', (e ->> 'version')::bigint FROM jsonb_array_elements(c.owed) o, jsonb_array_elements(o -> 'entries') e) x
			ORDER BY x.version DESC LIMIT 1)`),
	query("R33: what a withdrawal owes was not written already", `
		SELECT c.consent_id::text FROM consent c, jsonb_array_elements(c.owed) o, jsonb_array_elements(o -> 'entries') e
		WHERE EXISTS (SELECT 1 FROM audit_entry a WHERE a.entry_id = (e ->> 'id')::uuid) LIMIT $1`),
	query("R28: the text that was signed matches its hash", `
		SELECT request_id::text FROM (SELECT * FROM consent_request ORDER BY request_id DESC LIMIT $1) q
		WHERE hash <> sha256(convert_to(body, 'UTF8'))
			OR EXISTS (SELECT 1 FROM consent c JOIN consent_answer a ON a.consent_id = c.consent_id WHERE c.request_id = q.request_id AND a.text_hash <> q.hash)`),
	query("invariant 1: what rests on guardians rests on those who hold parental authority", `
		SELECT k.cover_id::text FROM (SELECT * FROM consent_cover WHERE ended_at IS NULL ORDER BY made_at DESC LIMIT $1) k
		CROSS JOIN LATERAL unnest(k.rests_on) r (guardian_id)
		WHERE NOT EXISTS (SELECT 1 FROM guardianship g WHERE g.pupil_id = k.person_id AND g.guardian_id = r.guardian_id AND g.parental_authority)`),
	query("R27: of everybody in a picture that is identified it is said who they are", `
		SELECT d.depiction_id::text FROM (SELECT * FROM photo WHERE status = 'identified' ORDER BY photo_id DESC LIMIT $1) p
		JOIN depiction d ON d.photo_id = p.photo_id WHERE d.outcome = ''`),
	query("R32: what a text shows of a picture is made of that picture, and is there", `
		SELECT n.contribution_id::text FROM (SELECT * FROM snapshot ORDER BY updated_at DESC LIMIT $1) n
		JOIN revision_photo u ON u.revision_id = n.revision_id
		JOIN photo p ON p.photo_id = u.photo_id JOIN rendition r ON r.rendition_id = u.rendition_id
		WHERE r.photo_id <> u.photo_id OR p.status NOT IN ('unidentified', 'identified')
			OR NOT EXISTS (SELECT 1 FROM rendition_file f WHERE f.rendition_id = r.rendition_id AND f.size IN ('standard', 'file'))`),
	query("the places of pictures are those of the live revision's", `
		SELECT n.contribution_id::text FROM (SELECT * FROM snapshot WHERE revision_id IS NOT NULL ORDER BY updated_at DESC LIMIT $1) n
		WHERE n.photos IS DISTINCT FROM frames_of(n.revision_id)`),
	query("R58: every photo has its trail", `
		SELECT p.photo_id::text FROM (SELECT * FROM photo ORDER BY photo_id DESC LIMIT $1) p
		WHERE p.status || ' ' || p.version IS DISTINCT FROM (
			SELECT e.status_to || ' ' || e.version FROM audit_entry e WHERE e.subject_id = p.photo_id AND e.subject_kind = 'photo' AND e.version > 0
			ORDER BY e.version DESC LIMIT 1)`),
	{"invariant 2: a text that differs from an approved one in its pictures alone has that one's approval", verifyDerived},
}

// verifyDerived looks at the texts whose pictures were left out or blurred without
// another review: all else is what was approved, and signed where the public reads it.
func verifyDerived(ctx context.Context, tx pgx.Tx, rows int) ([]string, error) {
	found, err := tx.Query(ctx, `SELECT r.revision_id::text, r.html, coalesce(b.html, ''),
			(r.title, r.language, r.attributions, r.author_id, r.contribution_id) IS NOT DISTINCT FROM (b.title, b.language, b.attributions, b.author_id, b.contribution_id)
			AND b.derivation = '' AND (r.mode <> 'PRE' OR EXISTS (
				SELECT 1 FROM decision d WHERE d.revision_id = b.revision_id AND d.action = 'approve' AND d.hash = b.hash
				AND d.person_id <> b.author_id AND d.person_id IS DISTINCT FROM b.suggested_by
				AND NOT EXISTS (SELECT 1 FROM revision_suggester x WHERE x.revision_id = b.revision_id AND x.person_id = d.person_id)))
			AND (s.audience <> 'public_web' OR EXISTS (SELECT 1 FROM setting x WHERE x.key = 'page_signature' AND x.value = 'false') OR EXISTS (
				SELECT 1 FROM decision d WHERE d.revision_id = b.revision_id AND d.action = 'sign' AND d.hash = b.hash))
			AND NOT EXISTS (SELECT 1 FROM revision_photo u WHERE u.revision_id = r.revision_id
				AND u.photo_id NOT IN (SELECT a.photo_id FROM revision_photo a WHERE a.revision_id = b.revision_id))
		FROM (SELECT * FROM snapshot ORDER BY updated_at DESC LIMIT $1) n
		JOIN revision r ON r.revision_id = n.revision_id AND r.derivation <> ''
		JOIN space s ON s.space_id = n.space_id LEFT JOIN revision b ON b.revision_id = r.based_on`, rows)
	if err != nil {
		return nil, err
	}
	var offenders []string
	var revision, html, base string
	var approved bool
	_, err = pgx.ForEachRow(found, []any{&revision, &html, &base, &approved}, func() error {
		if !approved || !publication.SameWords(publication.StoredHTML(html), publication.StoredHTML(base)) {
			offenders = append(offenders, revision)
		}
		return nil
	})
	return offenders, err
}
