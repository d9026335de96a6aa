package postgres

import (
	"context"
	"fmt"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// PhotoUses lists the texts that show a photo, the newest first; two hundred at most.
func (tx *Tx) PhotoUses(ctx context.Context, photo id.Photo, who id.Person, now time.Time) ([]imageconsent.PhotoUse, error) {
	var rows []struct {
		Contribution id.Contribution    `json:"contribution_id"`
		Revision     id.Revision        `json:"revision_id"`
		Status       workflow.Editorial `json:"status"`
		Title        string             `json:"title"`
		Rendition    id.Rendition       `json:"rendition_id"`
		Elsewhere    bool               `json:"elsewhere"`
		lineRow
	}
	err := tx.document(ctx, &rows, `SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.revision_id DESC), '[]') FROM (
			SELECT r.contribution_id, r.revision_id, r.status, s.space_id, s.title, s.audience, s.audience_group, s.audience_ent, u.rendition_id,
				c.author_id <> $2 AND NOT roles_of($2, s.space_id, $3) && CASE r.status
					WHEN 'draft' THEN '{}'
					WHEN 'live' THEN ARRAY['reader', 'moderator', 'owner', 'backup', 'director']
					ELSE ARRAY['moderator', 'owner', 'backup', 'director'] END AS elsewhere
			FROM revision_photo u JOIN revision r ON r.revision_id = u.revision_id
			JOIN contribution c ON c.contribution_id = r.contribution_id JOIN space s ON s.space_id = c.space_id
			WHERE u.photo_id = $1 AND r.status NOT IN ('rejected', 'replaced', 'abandoned', 'superseded')
			ORDER BY r.revision_id DESC LIMIT 200) x`, photo, who, now.UTC())
	if err != nil {
		return nil, fmt.Errorf("read uses of photo %s: %w", photo, err)
	}
	list := make([]imageconsent.PhotoUse, len(rows))
	for i, r := range rows {
		list[i] = imageconsent.PhotoUse{
			Elsewhere: r.Elsewhere, Contribution: r.Contribution, Revision: r.Revision, Status: r.Status, Space: deref(r.SpaceID), SpaceTitle: r.Title,
			Use: r.lineRow.domain().Use, Rendition: r.Rendition,
		}
	}
	return list, nil
}
