package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"imprimatur/internal/config"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/migrations"
)

// asideLimit bounds the list of what was set aside.
const asideLimit = 1000

// outbox lists what was set aside after too many failures, or re-arms it.
func (p process) outbox(ctx context.Context, c config.Outbox) error {
	messages, err := parseMessages(c.Rearm)
	if err != nil {
		return err
	}
	if c.DatabaseURL != "" {
		return p.outboxAt(ctx, string(c.DatabaseURL), len(c.Rearm) > 0, messages)
	}
	pg, err := p.visitPostgres(ctx, c.Private)
	if err != nil {
		return err
	}
	return errors.Join(p.outboxAt(ctx, pg.URL(migrations.Login), len(c.Rearm) > 0, messages), pg.Stop())
}

// parseMessages reads what is to be re-armed: none means all.
func parseMessages(texts []string) ([]id.Message, error) {
	if len(texts) == 1 && texts[0] == "all" {
		return nil, nil
	}
	var messages []id.Message
	for _, text := range texts {
		message, err := id.Parse[id.Message](text)
		if err != nil {
			return nil, fmt.Errorf("--rearm: %q is no message of the list", text)
		}
		messages = append(messages, message)
	}
	return messages, nil
}

func (p process) outboxAt(ctx context.Context, url string, rearm bool, messages []id.Message) error {
	db, err := postgres.Open(ctx, postgres.Config{URL: url, MaxConns: 2, Clock: now})
	if err != nil {
		return err
	}
	defer db.Close()
	if !rearm {
		return p.listAside(ctx, db.Outbox())
	}
	count, err := db.Outbox().Rearm(ctx, now(), messages...)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "Messages to be sent again: %d\n", count)
	return nil
}

func (p process) listAside(ctx context.Context, box *postgres.Outbox) error {
	aside, err := box.SetAside(ctx, asideLimit)
	if err != nil {
		return err
	}
	for _, m := range aside {
		fmt.Fprintf(p.out, "%s %s %s (establishment %s, %d failures): %s\n",
			m.ID, m.CreatedAt.UTC().Format(time.DateTime), m.Kind, m.Tenant, m.Failures, m.LastError)
	}
	fmt.Fprintf(p.out, "Messages set aside: %d\n", len(aside))
	return nil
}
