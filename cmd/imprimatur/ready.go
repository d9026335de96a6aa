package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/hibiken/asynq"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"

	"imprimatur/internal/server"
	"imprimatur/migrations"
)

// checks are what /readyz asks.
func checks(pool *pgxpool.Pool, queue asynq.RedisConnOpt) []server.Check {
	asApp := func(ask func(context.Context, pgx.Tx) error) func(context.Context) error {
		return func(ctx context.Context) error {
			return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
				if _, err := tx.Exec(ctx, `SET LOCAL ROLE `+migrations.App); err != nil {
					return err
				}
				return ask(ctx, tx)
			})
		}
	}
	return []server.Check{
		{Name: "roles", Probe: asApp(refuseBypass)},
		{Name: "schema", Probe: asApp(refusePending)},
		{Name: "queue", Probe: func(ctx context.Context) error { return pingQueue(ctx, queue) }},
	}
}

// refuseBypass fails where the login, or a role it may take, could see past
// row-level security: superuser, BYPASSRLS, or the owner of a table.
func refuseBypass(ctx context.Context, tx pgx.Tx) error {
	var role string
	err := tx.QueryRow(ctx, `
		SELECT rolname FROM pg_roles
		WHERE pg_has_role(session_user, oid, 'MEMBER') AND (rolsuper OR rolbypassrls OR rolname = $1)
		LIMIT 1`, migrations.Owner).Scan(&role)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("ask for roles: %w", err)
	}
	return fmt.Errorf("the database login may act as %s, which row-level security does not bind", role)
}

func refusePending(ctx context.Context, tx pgx.Tx) error {
	pending, err := migrations.Pending(ctx, tx)
	if err != nil {
		return err
	}
	if len(pending) > 0 {
		return fmt.Errorf("migrations %v were not applied: run imprimatur migrate", pending)
	}
	return nil
}

// pingQueue opens a client for the question: readiness is asked for rarely.
func pingQueue(ctx context.Context, queue asynq.RedisConnOpt) error {
	client, ok := queue.MakeRedisClient().(redis.UniversalClient)
	if !ok {
		return fmt.Errorf("%T makes no Redis client", queue)
	}
	defer client.Close()
	return client.Ping(ctx).Err()
}
