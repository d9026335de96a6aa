package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// LockSettings keeps another change of this tenant's settings waiting. There may
// be no row yet to lock.
func (tx *Tx) LockSettings(ctx context.Context) error {
	_, err := tx.conn.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('setting ' || current_tenant(), 0))`)
	return translate(err)
}

// SaveSettings writes values, and a version more; null deletes one. Readers see
// some of them: the establishment's pages are announced with the commit.
func (tx *Tx) SaveSettings(ctx context.Context, changes map[string]json.RawMessage, by id.Person, at time.Time) error {
	text, err := json.Marshal(changes)
	if err != nil {
		return fmt.Errorf("encode settings: %w", err)
	}
	const statement = `WITH change AS (SELECT key, value FROM jsonb_each($1::jsonb)), reset AS (
			DELETE FROM setting s USING change c WHERE s.key = c.key AND c.value = 'null'), moved AS (
			INSERT INTO settings_version AS v (tenant_id, version) VALUES (current_tenant(), 2)
			ON CONFLICT (tenant_id) DO UPDATE SET version = v.version + 1)
		INSERT INTO setting (tenant_id, key, value, changed_by, changed_at)
		SELECT current_tenant(), c.key, c.value, $2, $3 FROM change c WHERE c.value <> 'null'
		ON CONFLICT (tenant_id, key) DO UPDATE SET value = excluded.value, changed_by = excluded.changed_by, changed_at = excluded.changed_at`
	if _, err = tx.conn.ExecContext(ctx, statement, string(text), by, at.UTC()); err != nil {
		return translate(err)
	}
	return tx.announceHouse(ctx)
}

// settingChanges reads the trail's entries about settings, which say what a parameter
// was and is as key=value. nth counts the changes of one parameter from the latest.
const settingChanges = `WITH change AS MATERIALIZED (
		SELECT e.entry_id, e.at, e.pseudonym, e.status_from, e.status_to, split_part(e.status_to, '=', 1) AS key,
			row_number() OVER (PARTITION BY split_part(e.status_to, '=', 1) ORDER BY e.entry_id DESC) AS nth
		FROM audit_entry e
		WHERE e.tenant_id = current_tenant() AND e.subject_id = current_tenant() AND e.subject_kind = 'setting' AND e.action = 'configure')
	SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.entry_id DESC), '[]') FROM (
		SELECT c.entry_id, c.at, c.key, c.status_from, c.status_to,
			p.person_id, coalesce(p.given_name, '') AS given_name, coalesce(p.family_name, '') AS family_name
		FROM change c
		LEFT JOIN audit_pseudonym w ON w.pseudonym = c.pseudonym
		LEFT JOIN person p ON p.person_id = w.person_id
		WHERE `

// settingChangeRow is a change, as settingChanges gives it.
type settingChangeRow struct {
	At         time.Time  `json:"at"`
	Key        string     `json:"key"`
	From       string     `json:"status_from"`
	To         string     `json:"status_to"`
	PersonID   *id.Person `json:"person_id"`
	GivenName  string     `json:"given_name"`
	FamilyName string     `json:"family_name"`
}

func (r settingChangeRow) domain() directory.SettingChange {
	value := func(told string) json.RawMessage { return json.RawMessage(strings.TrimPrefix(told, r.Key+"=")) }
	return directory.SettingChange{
		Key: r.Key, At: r.At, By: deref(r.PersonID), Name: directory.Person{GivenName: r.GivenName, FamilyName: r.FamilyName}.FullName(),
		From: value(r.From), To: value(r.To),
	}
}

// LatestSettingChanges reads the latest change of each parameter.
func (tx *Tx) LatestSettingChanges(ctx context.Context) ([]directory.SettingChange, error) {
	return tx.settingChanges(ctx, settingChanges+`c.nth = 1) x`)
}

// SettingChanges reads the latest hundred changes of one parameter.
func (tx *Tx) SettingChanges(ctx context.Context, key string) ([]directory.SettingChange, error) {
	return tx.settingChanges(ctx, settingChanges+`c.key = $1 AND c.nth <= 100) x`, key)
}

func (tx *Tx) settingChanges(ctx context.Context, query string, args ...any) ([]directory.SettingChange, error) {
	var rows []settingChangeRow
	err := tx.document(ctx, &rows, query, args...)
	changes := make([]directory.SettingChange, len(rows))
	for i, row := range rows {
		changes[i] = row.domain()
	}
	return changes, err
}
