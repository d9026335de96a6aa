package postgres

import (
	"context"
	"encoding/json"

	"github.com/jackc/pgx/v5"

	"imprimatur/workflow"
)

// caseChecks look at cases, in the house that handles them.
var caseChecks = []check{
	query("invariant 11: nobody whom a case concerns has decided it", `
		SELECT u.ruling_id::text FROM (SELECT * FROM case_ruling ORDER BY ruling_id DESC LIMIT $1) u
		WHERE EXISTS (SELECT 1 FROM case_concern c WHERE c.case_id = u.case_id AND c.person_id = u.person_id AND c.cause <> 'judged'
				AND (c.noted_at IS NULL OR c.noted_at < u.decided_at))
			OR EXISTS (SELECT 1 FROM report r WHERE r.case_id = u.case_id AND (r.person_id = u.person_id AND r.reported_at <= u.decided_at OR u.person_id = ANY (r.known_ids) AND r.proved_at <= u.decided_at))`),
	query("R45: nobody has judged again what they had judged", `
		SELECT u.ruling_id::text FROM (SELECT * FROM case_ruling ORDER BY ruling_id DESC LIMIT $1) u
		WHERE EXISTS (SELECT 1 FROM case_concern c WHERE c.case_id = u.case_id AND c.person_id = u.person_id AND c.cause = 'judged')
			OR EXISTS (SELECT 1 FROM case_ruling o WHERE o.case_id = u.case_id AND o.person_id = u.person_id AND o.ruling_id < u.ruling_id)`),
	query("R42: a case hides nothing but what it masks until it is decided, or has withdrawn", `
		SELECT h.hold_id::text FROM (SELECT * FROM hold WHERE case_id IS NOT NULL AND status = 'open' ORDER BY placed_at DESC LIMIT $1) h
		LEFT JOIN case_file f ON f.case_id = h.case_id
		WHERE f.purged_at IS NULL AND (h.kind = 'mask' AND f.status IN ('decided', 'closed', 'merged') OR h.kind = 'withdraw' AND f.verdict NOT IN ('withdraw', 'withdraw_picture')
			OR h.kind NOT IN ('mask', 'withdraw', 'block') OR h.kind = 'block' AND order_of(h.case_id) IS NULL OR case_order(h.case_id) IS NULL)`),
	query("invariant 11: nobody whom a case of reply concerns has answered it, and nothing else than its text is shown (R57)", `
		SELECT f.case_id::text FROM (SELECT * FROM case_file WHERE kind = 'reply' AND decided_by IS NOT NULL ORDER BY case_id DESC LIMIT $1) f
		JOIN reply r ON r.case_id = f.case_id LEFT JOIN inserted_reply i ON i.case_id = f.case_id
		WHERE EXISTS (SELECT 1 FROM case_concern c WHERE c.case_id = f.case_id AND c.person_id = f.decided_by AND c.cause <> 'judged'
				AND (c.noted_at IS NULL OR c.noted_at < f.decided_at))
			OR i.hash <> r.hash OR (i.case_id IS NOT NULL AND f.verdict <> 'inserted') OR (f.tenant_id = f.place_id AND f.verdict = 'inserted' AND i.case_id IS NULL)`),
	query("invariant 3: what an order has blocked is blocked until that order is lifted, with a reference", `
		SELECT h.hold_id::text FROM (SELECT * FROM hold WHERE kind = 'block' AND case_id IS NOT NULL ORDER BY placed_at DESC LIMIT $1) h
		WHERE (h.status = 'released') AND coalesce(order_of(h.case_id) ->> 'lift_reference', '') IS DISTINCT FROM h.release_reference
		UNION ALL
		SELECT o.case_id::text FROM (SELECT * FROM authority_order WHERE executed_at IS NOT NULL AND lifted_at IS NULL ORDER BY executed_at DESC LIMIT $1) o
		JOIN case_file f ON f.case_id = o.case_id AND f.place_id = f.tenant_id
		WHERE NOT EXISTS (SELECT 1 FROM hold h WHERE h.case_id = o.case_id AND h.kind = 'block' AND h.status = 'open'
				AND coalesce(h.photo_id, h.contribution_id, h.space_id) = coalesce(f.photo_id, f.contribution_id, f.space_id))
			AND NOT EXISTS (SELECT 1 FROM contribution c WHERE c.contribution_id = f.contribution_id AND c.life = 'gone')
		UNION ALL
		SELECT o.case_id::text FROM (SELECT * FROM authority_order WHERE lifted_at IS NOT NULL ORDER BY lifted_at DESC LIMIT $1) o
		JOIN case_file f ON f.case_id = o.case_id AND f.place_id = f.tenant_id
		WHERE EXISTS (SELECT 1 FROM hold h WHERE h.case_id = o.case_id AND h.status = 'open')`),
	query("R63: evidence is what it was when it was taken", `
		SELECT evidence_id::text FROM (SELECT * FROM evidence ORDER BY evidence_id DESC LIMIT $1) e
		WHERE hash <> sha256(convert_to(document, 'UTF8'))`),
	query("R63: a purged case is figures alone, and was closed", `
		SELECT f.case_id::text FROM (SELECT * FROM case_file WHERE purged_at IS NOT NULL ORDER BY case_id DESC LIMIT $1) f
		WHERE f.status NOT IN ('closed', 'merged') OR num_nonnulls(f.author_id, f.assignee_id, f.decided_by, f.interim_by, f.contribution_id, f.photo_id, f.subject_id) > 0
			OR f.title || f.location <> '' OR EXISTS (SELECT 1 FROM report r WHERE r.case_id = f.case_id)
			OR EXISTS (SELECT 1 FROM evidence e WHERE e.case_id = f.case_id) OR EXISTS (SELECT 1 FROM case_entry e WHERE e.case_id = f.case_id)
			OR EXISTS (SELECT 1 FROM case_letter l WHERE l.case_id = f.case_id) OR EXISTS (SELECT 1 FROM case_concern c WHERE c.case_id = f.case_id)
			OR EXISTS (SELECT 1 FROM report_secret s WHERE s.case_id = f.case_id) OR EXISTS (SELECT 1 FROM notice n WHERE n.case_id = f.case_id)
			OR EXISTS (SELECT 1 FROM case_ruling u WHERE u.case_id = f.case_id AND (u.person_id IS NOT NULL OR u.reason || u.answer <> ''))`),
	query("invariant 9: nothing that is blocked was forgotten", `
		SELECT f.case_id::text FROM (SELECT * FROM case_file WHERE purged_at IS NOT NULL ORDER BY case_id DESC LIMIT $1) f
		WHERE EXISTS (SELECT 1 FROM hold h WHERE h.case_id = f.case_id AND h.status = 'open' AND h.kind = 'block' AND h.placed_at < f.purged_at)`),
	{"invariant 5: what a case has withdrawn has a complete statement of reasons, and could be appealed", verifyRulings},
}

func verifyRulings(ctx context.Context, tx pgx.Tx, rows int) ([]string, error) {
	found, err := tx.Query(ctx, `SELECT u.ruling_id::text, coalesce(u.statement, '{}'),
			f.appeal_until IS NOT NULL AND f.appeal_until > f.opened_at AND (f.status <> 'closed' OR f.closed_at >= f.appeal_until)
		FROM (SELECT * FROM case_ruling WHERE verdict IN ('withdraw', 'withdraw_picture') ORDER BY ruling_id DESC LIMIT $1) u
		JOIN case_file f ON f.case_id = u.case_id WHERE f.purged_at IS NULL`, rows)
	if err != nil {
		return nil, err
	}
	var offenders []string
	var ruling string
	var text []byte
	var open bool
	_, err = pgx.ForEachRow(found, []any{&ruling, &text, &open}, func() error {
		var statement workflow.Statement
		if json.Unmarshal(text, &statement) != nil || len(statement.Missing()) > 0 || !open {
			offenders = append(offenders, ruling)
		}
		return nil
	})
	return offenders, err
}
