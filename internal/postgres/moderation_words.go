package postgres

import (
	"context"
	"encoding/json"
	"fmt"

	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// wordListRow is a row of word_list.
type wordListRow struct {
	WordListID id.WordList        `json:"word_list_id"`
	Version    int64              `json:"version"`
	Name       string             `json:"name"`
	Ground     workflow.Ground    `json:"ground"`
	Severity   workflow.Severity  `json:"severity"`
	Action     moderation.Verdict `json:"action"`
	Words      []string           `json:"words"`
}

func (r wordListRow) domain() moderation.WordList {
	return moderation.WordList{
		ID: r.WordListID, Version: r.Version, Name: r.Name, Ground: r.Ground, Severity: r.Severity, Action: r.Action, Words: r.Words,
	}
}

// WordLists reads all lists of the establishment.
func (tx *Tx) WordLists(ctx context.Context) ([]moderation.WordList, error) {
	var rows []wordListRow
	err := tx.document(ctx, &rows, `SELECT coalesce(jsonb_agg(to_jsonb(w) ORDER BY w.name), '[]') FROM word_list w`)
	lists := make([]moderation.WordList, len(rows))
	for i, row := range rows {
		lists[i] = row.domain()
	}
	return lists, err
}

// InsertWordList adds a list.
func (tx *Tx) InsertWordList(ctx context.Context, l moderation.WordList) error {
	words, err := json.Marshal(l.Words)
	if err != nil {
		return fmt.Errorf("encode words: %w", err)
	}
	_, err = tx.conn.ExecContext(ctx, `INSERT INTO word_list (word_list_id, tenant_id, name, ground, severity, action, words, version)
		VALUES ($1, current_tenant(), $2, $3, $4, $5, ARRAY(SELECT jsonb_array_elements_text($6::jsonb)), $7)`,
		l.ID, l.Name, l.Ground, l.Severity, l.Action, string(words), l.Version)
	return translate(err)
}

// UpdateWordList overwrites a list that is still as it was read.
func (tx *Tx) UpdateWordList(ctx context.Context, l moderation.WordList) error {
	words, err := json.Marshal(l.Words)
	if err != nil {
		return fmt.Errorf("encode words: %w", err)
	}
	return tx.one(ctx, workflow.ErrStale, `UPDATE word_list SET name = $3, ground = $4, severity = $5, action = $6,
			words = ARRAY(SELECT jsonb_array_elements_text($7::jsonb)), version = version + 1
		WHERE word_list_id = $1 AND version = $2`, l.ID, l.Version, l.Name, l.Ground, l.Severity, l.Action, string(words))
}

// DeleteWordList removes a list that is still as it was read.
func (tx *Tx) DeleteWordList(ctx context.Context, list id.WordList, version int64) error {
	return tx.one(ctx, workflow.ErrStale, `DELETE FROM word_list WHERE word_list_id = $1 AND version = $2`, list, version)
}

// Owns reports whether the person owns an open space.
func (tx *Tx) Owns(ctx context.Context, who id.Person) (bool, error) {
	var owns bool
	err := tx.conn.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM space WHERE owner_id = $1 AND status = 'open')`, who).Scan(&owns)
	return owns, translate(err)
}
