package tasks

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
)

// payload is a delivery as it travels: ids and counts, never content.
type payload struct {
	Message  id.Message `json:"message"`
	Tenant   id.Tenant  `json:"tenant"`
	Subject  uuid.UUID  `json:"subject"`
	Version  int64      `json:"version"`
	Note     string     `json:"note,omitempty"`
	Due      time.Time  `json:"due"`
	Attempt  int        `json:"attempt"`
	Failures int        `json:"failures,omitempty"`
}

func encode(d outbox.Delivery) ([]byte, error) {
	return json.Marshal(payload{d.ID, d.Tenant, d.Subject, d.Version, d.Note, d.Due, d.Attempt, d.Failures})
}

func decode(kind outbox.Kind, text []byte) (outbox.Delivery, error) {
	var p payload
	if err := json.Unmarshal(text, &p); err != nil {
		return outbox.Delivery{}, fmt.Errorf("decode %s: %w", kind, err)
	}
	m := outbox.Message{ID: p.Message, Tenant: p.Tenant, Kind: kind, Subject: p.Subject, Version: p.Version, Note: p.Note, Due: p.Due}
	return outbox.Delivery{Message: m, Attempt: p.Attempt, Failures: p.Failures}, nil
}
