package bench

import (
	"context"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
	"imprimatur/internal/tasks"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// now is the benchmark's clock.
func now() time.Time { return time.Now().UTC() }

// quiet says only what is wrong.
func quiet() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// services are the real ones over a database.
type services struct {
	db          *postgres.DB
	publication *publication.Service
	moderation  *moderation.Service
	consents    *imageconsent.Consents
	photos      *imageconsent.Photos // of which no original is kept here
	cases       *moderation.Cases
	figures     *moderation.Figures
	stops       *publication.Stops
}

func openServices(ctx context.Context, cfg postgres.Config) (*services, error) {
	cfg.Clock = now
	db, err := postgres.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return &services{
		db:          db,
		publication: publication.NewService(publication.Config{InTx: postgres.Transactions[publication.Tx](db), Clock: now}),
		moderation:  moderation.NewService(moderation.Config{InTx: postgres.Transactions[moderation.Tx](db), Clock: now}),
		stops:       publication.NewStops(postgres.Transactions[publication.StopTx](db), now),
		cases:       moderation.NewCases(moderation.CasesConfig{InTx: postgres.Transactions[moderation.CasesTx](db), Finder: db, Clock: now}),
		figures:     moderation.NewFigures(moderation.FiguresConfig{InTx: postgres.Transactions[moderation.FiguresTx](db), Tenants: db.Tenants, Clock: now}),
		photos:      imageconsent.NewPhotos(imageconsent.PhotosConfig{InTx: postgres.Transactions[imageconsent.PhotoTx](db), Imaging: imageconsent.NewDeveloper(1), Clock: now}),
		consents:    imageconsent.NewConsents(imageconsent.ConsentsConfig{InTx: postgres.Transactions[imageconsent.ConsentTx](db), Clock: now, Links: db}),
	}, nil
}

// tasks are the services that messages are handled by, each able to be watched.
func (s *services) tasks() tasks.Services {
	return tasks.Services{Screener: s.moderation, Publisher: s.publication, Notifier: s.moderation, Rescreener: s.moderation, Darkroom: s.photos, Families: s.consents, Registry: s.cases, Stops: s.stops}
}

// The versions of a contribution that its author and its moderator have looked at.
const (
	versionWritten  = 1
	versionScreened = 3
	versionOfPage   = 5
)

func by(tenant id.Tenant, who id.Person) actor.Actor {
	return actor.Actor{Kind: actor.KindPerson, Person: who, Tenant: tenant, Via: "bench"}
}

// submit is the author's act.
func (s *services) submit(ctx context.Context, d draft) error {
	return s.publication.Act(ctx, by(d.Tenant, d.Author), d.Contribution, publication.Command{Action: workflow.Submit, Version: versionWritten})
}

// approve is the moderator's act.
func (s *services) approve(ctx context.Context, d draft) error {
	return s.moderation.Act(ctx, by(d.Tenant, d.Moderator), d.Contribution, publication.Command{Action: workflow.Approve, Version: versionScreened})
}

// withdraw takes a published page down.
func (s *services) withdraw(ctx context.Context, p page) error {
	reason := workflow.Reason{Ground: "PRIV", Text: "Le nom d'une élève est cité."}
	return s.moderation.Act(ctx, by(p.Tenant, p.Moderator), p.Contribution,
		publication.Command{Action: workflow.Withdraw, Version: versionOfPage, Reason: reason})
}

// counted counts what a relay asks of its store.
type counted struct {
	outbox.Store
	claims, looks atomic.Int64
}

func (c *counted) Claim(ctx context.Context, now, lease time.Time, limit int) ([]outbox.Delivery, error) {
	c.claims.Add(1)
	return c.Store.Claim(ctx, now, lease, limit)
}

func (c *counted) Next(ctx context.Context) (time.Time, error) {
	c.looks.Add(1)
	return c.Store.Next(ctx)
}

// labour is a relay and a worker, as a process of the service has them.
type labour struct {
	relay  *outbox.Relay
	store  *counted
	sender *tasks.Sender
	server *tasks.Server
	cancel context.CancelFunc
	ended  chan struct{}
}

// startLabour starts them, with the handlers' services as given.
func startLabour(ctx context.Context, s *services, work tasks.Services, socket string, concurrency int) (*labour, error) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	l := &labour{store: &counted{Store: s.db.Outbox()}, cancel: cancel, ended: make(chan struct{})}
	var err error
	if l.sender, err = tasks.NewSender(redisOpt(socket)); err != nil {
		cancel()
		return nil, err
	}
	metrics := tasks.NewMetrics(prometheus.NewRegistry())
	l.server = tasks.NewServer(tasks.Config{
		Redis: redisOpt(socket), Outbox: s.db.Outbox(), Services: work, Clock: now, Log: quiet(), Metrics: metrics, Concurrency: concurrency,
	})
	if err := l.server.Start(); err != nil {
		cancel()
		return nil, err
	}
	l.relay = outbox.NewRelay(outbox.Config{Store: l.store, Sender: l.sender, Observer: metrics, Clock: now, Log: quiet()})
	s.db.AfterCommit(func(c postgres.Committed) {
		if c.Messages > 0 {
			l.relay.Wake()
		}
	})
	go func() {
		defer close(l.ended)
		l.relay.Run(ctx)
	}()
	return l, nil
}

func (l *labour) stop() error {
	l.server.Stop()
	l.cancel()
	<-l.ended
	return l.sender.Close()
}
