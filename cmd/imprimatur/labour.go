package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"imprimatur/internal/auth"
	"imprimatur/internal/blob"
	"imprimatur/internal/id"
	"imprimatur/internal/mail"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
	"imprimatur/internal/server"
	"imprimatur/internal/tasks"
)

// labour is what a process does beside its requests: it listens for what others
// commit, relays what was promised and, unless others are left to do it, works.
type labour struct {
	listener *postgres.Listener
	sender   *tasks.Sender
	server   *tasks.Server // nil where others work
	cancel   context.CancelFunc
	all      sync.WaitGroup
}

// startLabour starts listener and relay, and with concurrency above zero the
// worker. Every process relays its own promises, so that its own signal after
// each commit is enough to wake it. The caller stops it.
func (p process) startLabour(ctx context.Context, h *house, b *backing, concurrency int) (*labour, error) {
	box := h.db.Outbox()
	if b.ownQueue { // it begins empty, and nobody else sends there
		if err := box.Forget(ctx, now()); err != nil {
			return nil, err
		}
	}
	l := &labour{}
	var err error
	if l.sender, err = tasks.NewSender(b.redis); err != nil {
		return nil, err
	}
	metrics := tasks.NewMetrics(h.registry)
	h.registry.MustRegister(tasks.NewDepth(box.Depth, now, p.log))
	relay := outbox.NewRelay(outbox.Config{Store: box, Sender: l.sender, Observer: metrics, Clock: now, Log: p.log})
	h.db.AfterCommit(func(c postgres.Committed) {
		if c.Messages > 0 {
			relay.Wake()
		}
	})
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	l.cancel = cancel
	l.listener, err = postgres.Listen(ctx, h.db, postgres.ListenerConfig{
		URL: b.listen, Readings: h.reader, OnOutbox: relay.Wake, Clock: now, Log: p.log,
	})
	if err == nil && concurrency > 0 {
		err = l.startWorker(running, p, h, b, metrics, concurrency)
	}
	if err != nil {
		return nil, errors.Join(err, l.stop())
	}
	l.all.Go(func() { relay.Run(running) })
	return l, nil
}

func (l *labour) startWorker(ctx context.Context, p process, h *house, b *backing, metrics *tasks.Metrics, concurrency int) error {
	l.server = tasks.NewServer(tasks.Config{
		Redis: b.redis, Outbox: h.db.Outbox(), Clock: now, Log: p.log, Metrics: metrics, Concurrency: concurrency,
		Services: tasks.Services{Screener: h.moderation, Publisher: h.publication, Notifier: h.moderation, Rescreener: h.moderation, Darkroom: h.photos, Families: h.consents, Postman: h.post, Registry: h.cases, Stops: h.stops},
	})
	if err := l.server.Start(); err != nil {
		l.server = nil
		return err
	}
	periodic := tasks.NewPeriodic(tasks.PeriodicConfig{Jobs: append(upkeep(h.db), handover(h), sweep(b.files), orphans(h, b.files), lapsing(h), ending(h), counting(h), forgetting(h), informing(h)), Alone: h.db.Alone, Clock: now, Log: p.log})
	l.all.Go(func() { periodic.Run(ctx) })
	return nil
}

// upkeep is what has to be cleared away.
func upkeep(db *postgres.DB) []tasks.Job {
	before := func(age time.Duration, purge func(context.Context, time.Time) (int, error)) func(context.Context, time.Time) (int, error) {
		return func(ctx context.Context, now time.Time) (int, error) { return purge(ctx, now.Add(-age)) }
	}
	return []tasks.Job{
		{Name: "purge done messages", Every: time.Hour, Run: before(7*24*time.Hour, db.PurgeDone)},
		{Name: "purge idempotency keys", Every: time.Hour, Run: before(24*time.Hour, db.PurgeIdempotency)},
		{Name: "purge expired claims", Every: 10 * time.Minute, Run: before(time.Hour, db.PurgeClaims)},
		{Name: "purge old denials", Every: time.Hour, Run: db.PurgeDenials},
		{Name: "forget what letters said", Every: time.Hour, Run: before(mail.WordsKept, db.ForgetMail)},
		{Name: "purge ended sessions", Every: time.Hour, Run: func(ctx context.Context, now time.Time) (int, error) {
			count, err := auth.Sweep(ctx, db.Accounts(), now)
			return int(count), err
		}},
	}
}

// sweep drops files that somebody began to write and never ended.
func sweep(files *blob.Store) tasks.Job {
	return tasks.Job{Name: "sweep half-written files", Every: time.Hour, Run: func(ctx context.Context, now time.Time) (int, error) {
		return files.Sweep(ctx, now.Add(-time.Hour))
	}}
}

// orphans drops files that no row speaks of: a page of the store at a time.
func orphans(h *house, files *blob.Store) tasks.Job {
	o := tasks.NewOrphans(tasks.OrphansConfig{Files: files, Unspoken: h.db.UnspokenFiles, Prefixes: []string{"photos/", "scan/", "attached/"}})
	return tasks.Job{Name: "sweep files that no row speaks of", Every: 10 * time.Minute, Run: o.Sweep}
}

// handover looks after spaces whose owner or backup has gone (R15).
func handover(h *house) tasks.Job {
	return tasks.Job{Name: "look after spaces without owner or backup", Every: 5 * time.Minute, Run: func(ctx context.Context, now time.Time) (int, error) {
		places, err := h.db.Untended(ctx, now)
		return each(places, err, func(p postgres.Place) (int, error) { return once(h.spaces.Tend(ctx, p.Tenant, p.Space)) })
	}}
}

// lapsing ends consents whose time is over, and asks who has come of age (R34). What
// readers may see does not wait for it: a cover ends by itself.
func lapsing(h *house) tasks.Job {
	return tasks.Job{Name: "end consents", Every: time.Minute, Run: func(ctx context.Context, now time.Time) (int, error) {
		due, err := h.db.LapsingConsents(ctx, now)
		return each(due, err, func(c postgres.DueConsent) (int, error) { return once(h.consents.Tend(ctx, c.Tenant, c.Consent)) })
	}}
}

// ending tells families and who asked that a consent ends soon (R34).
func ending(h *house) tasks.Job {
	return tasks.Job{Name: "tell that consents end", Every: time.Hour, Run: func(ctx context.Context, now time.Time) (int, error) {
		due, err := h.db.EndingConsents(ctx, now)
		return each(due, err, func(c postgres.DueConsent) (int, error) { return once(h.consents.Warn(ctx, c.Tenant, c.Consent)) })
	}}
}

// counting keeps the figures of months that are over, before anything in them is purged (R67).
func counting(h *house) tasks.Job {
	return tasks.Job{Name: "keep the figures of months", Every: 30 * time.Minute, Run: h.figures.Keep}
}

// forgetting purges closed cases when their time is over (R63).
func forgetting(h *house) tasks.Job {
	return tasks.Job{Name: "forget closed cases", Every: time.Hour, Run: func(ctx context.Context, _ time.Time) (int, error) {
		houses, err := h.db.CaseHouses(ctx)
		return each(houses, err, func(tenant id.Tenant) (int, error) { return h.cases.Forget(ctx, tenant) })
	}}
}

// informing takes back what is public where the information pages have come to lack something, and gives it
// back (R66).
func informing(h *house) tasks.Job {
	return tasks.Job{Name: "look after information pages", Every: 5 * time.Minute, Run: func(ctx context.Context, _ time.Time) (int, error) {
		houses, err := h.db.PublicHouses(ctx)
		return each(houses, err, func(tenant id.Tenant) (int, error) { return once(h.legal.Tend(ctx, tenant)) })
	}}
}

// each does one thing to everything that is due, and counts what was done. What fails keeps nothing
// else waiting, and comes again in the next turn.
func each[T any](due []T, err error, do func(T) (int, error)) (int, error) {
	count, faults := 0, []error{err}
	for _, one := range due {
		done, err := do(one)
		count += done
		faults = append(faults, err)
	}
	return count, errors.Join(faults...)
}

// once counts what was to be done and is.
func once(did bool, err error) (int, error) {
	if did {
		return 1, err
	}
	return 0, err
}

// checks are what has to be so for the process to be ready.
func (l *labour) checks(pool *pgxpool.Pool, b *backing) []server.Check {
	return append(checks(pool, b.redis), server.Check{Name: "listening", Probe: l.listener.Check})
}

// stop lets the tasks under way finish, then ends the relay: what they promised
// on their way out is sent, or found by the next process.
func (l *labour) stop() error {
	if l.server != nil {
		l.server.Stop()
	}
	l.cancel()
	l.all.Wait()
	if l.listener != nil {
		l.listener.Close()
	}
	return l.sender.Close()
}
