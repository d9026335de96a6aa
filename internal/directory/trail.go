package directory

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
)

// TrailEntry is one act as the trail has it (R58): ids, hashes and codes, never
// content and never a name.
type TrailEntry struct {
	ID           id.Entry
	At           time.Time
	ActorKind    actor.Kind
	Pseudonym    uuid.UUID // of the person; zero for the machine
	Roles        []actor.Role
	Via          string
	Action       string
	SubjectKind  string
	Subject      uuid.UUID
	Contribution id.Contribution // zero for what belongs to none
	Version      int64
	From, To     string
	Hash         []byte // SHA-256 of the text concerned; nil where there is none
	Ground       string // or why a log was read (R60)
	Rule         string
}

// TrailFilter narrows the trail. The zero filter is its newest part.
type TrailFilter struct {
	Subject uuid.UUID // of this subject, or within this contribution
	Action  string
	Before  id.Entry // what is older than this entry
	Limit   int      // required
}

// Trail reads the establishment's trail, the newest first: for the director, the
// administrator and the evidence custodian, who say why. Whoever does not hear of orders, or wrote what one
// is about, reads nothing of it while its authority wants silence (R48). The errors are
// [ErrNotFound], a [Refusal] (R09) and a [FieldError] (R60).
func (s *Service) Trail(ctx context.Context, who actor.Actor, why LogReason, f TrailFilter) ([]TrailEntry, error) {
	var entries []TrailEntry
	err := s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, now time.Time) (err error) {
		if err := reading(ctx, tx, who, theTrail, why, now, actor.Director, actor.Admin, actor.Custodian); err != nil {
			return err
		}
		entries, err = tx.ReadTrail(ctx, who, f, now)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the trail: %w", err)
	}
	return entries, nil
}
