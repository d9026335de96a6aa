package moderation

import (
	"context"
	"time"

	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/publication"
)

// Tx is what moderation does inside a transaction.
type Tx interface {
	publication.Tx
	outbox.Emitter
	ScreeningTx
	QueueTx
	NoticeTx
	WordListTx
	ConcernTx

	// History reads the trail of a contribution, newest first, at most limit
	// entries, from the cursor on. The zero cursor is the beginning.
	History(ctx context.Context, contribution id.Contribution, after HistoryCursor, limit int) ([]Event, error)
}

// Transactions opens a transaction in a tenant and commits it when do returns nil.
type Transactions func(ctx context.Context, tenant id.Tenant, do func(Tx) error) error

// Config is what a Service is made of.
type Config struct {
	InTx  Transactions     // required
	Clock func() time.Time // required
	Hosts []string         // of this service, in lower case: a link to one of them does not lead outside
}

// Service screens, lists what waits, decides and tells.
type Service struct {
	inTx     Transactions
	clock    func() time.Time
	hosts    []string
	lexicons *lexicons
}

// NewService returns a Service.
func NewService(cfg Config) *Service {
	return &Service{inTx: cfg.InTx, clock: cfg.Clock, hosts: cfg.Hosts, lexicons: newLexicons()}
}
