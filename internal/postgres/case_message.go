package postgres

import (
	"context"
	_ "embed" // the statement
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
)

//go:embed correspondents.sql
var correspondentsSQL string

// Correspondents finds who of a conversation belongs to this establishment, and who may judge.
func (tx *Tx) Correspondents(ctx context.Context, external []string, now time.Time) ([]moderation.KnownCorrespondent, []directory.Person, error) {
	var row struct {
		People []struct {
			ExternalID string      `json:"external_id"`
			Person     id.Person   `json:"person"`
			Name       string      `json:"name"`
			Minor      bool        `json:"minor"`
			Guardians  []id.Person `json:"guardians"`
		} `json:"people"`
		Staff []personRow `json:"staff"`
	}
	if err := tx.document(ctx, &row, correspondentsSQL, external, now.UTC()); err != nil {
		return nil, nil, err
	}
	people := make([]moderation.KnownCorrespondent, len(row.People))
	for i, p := range row.People {
		people[i] = moderation.KnownCorrespondent(p)
	}
	staff := make([]directory.Person, len(row.Staff))
	for i, p := range row.Staff {
		staff[i] = p.domain()
	}
	return people, staff, nil
}
