package postgres

import (
	"context"
	_ "embed" // the statement
	"time"

	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

//go:embed consent_told.sql
var consentToldSQL string

// showingRow is a text with a picture of somebody.
type showingRow struct {
	Contribution id.Contribution `json:"contribution"`
	Space        id.Space        `json:"space"`
	Title        string          `json:"title"`
	Author       id.Person       `json:"author"`
	Owner        *id.Person      `json:"owner"`
}

func showings(rows []showingRow) []moderation.Showing {
	list := make([]moderation.Showing, len(rows))
	for i, r := range rows {
		list[i] = moderation.Showing{Contribution: r.Contribution, Space: r.Space, Title: r.Title, Author: r.Author, Owner: deref(r.Owner)}
	}
	return list
}

// ConsentOccurrence reads what a message speaks of from the trail, and whom it concerns now.
func (tx *Tx) ConsentOccurrence(ctx context.Context, m outbox.Message) (moderation.ConsentOccurrence, error) {
	var row struct {
		Action   workflow.Action        `json:"action"`
		From     workflow.ConsentStatus `json:"from"`
		To       workflow.ConsentStatus `json:"to"`
		By       *id.Person             `json:"by"`
		Consent  id.Consent             `json:"consent"`
		Title    string                 `json:"title"`
		Asker    id.Person              `json:"asker"`
		Waiting  []id.Person            `json:"waiting"`
		Ends     time.Time              `json:"ends"`
		Kin      kinRow                 `json:"kin"`
		Expected []showingRow           `json:"expected"`
		Live     []showingRow           `json:"live"`
		Stopped  []showingRow           `json:"stopped"`
		Gone     []showingRow           `json:"gone"`
	}
	if err := tx.document(ctx, &row, consentToldSQL, m.Subject, m.Version, m.Note); err != nil {
		return moderation.ConsentOccurrence{}, err
	}
	house, err := tx.Here(ctx)
	if err != nil {
		return moderation.ConsentOccurrence{}, err
	}
	return moderation.ConsentOccurrence{
		Action: row.Action, From: row.From, To: row.To, By: deref(row.By), Consent: row.Consent, Title: row.Title, Asker: row.Asker,
		Family: row.Kin.domain().Signers(tx.clock(), house.Calendar.Location()), Waiting: row.Waiting, Ends: row.Ends.UTC(),
		Expected: showings(row.Expected), Live: showings(row.Live), Stopped: showings(row.Stopped), Gone: showings(row.Gone),
	}, nil
}
