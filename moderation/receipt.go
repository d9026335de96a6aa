package moderation

import (
	"context"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// What is told of receipts that were not written in time (R39).
const (
	ToldUnacknowledged      NoticeKind = "case_unacknowledged"       // who judges here
	ToldUnacknowledgedBelow NoticeKind = "case_unacknowledged_below" // the authority above, where nobody here may know of the case (R46)
)

// ReceiptTx is what receipts ask of a transaction.
type ReceiptTx interface {
	// Unacknowledged reports whether somebody who had reported by then has no receipt.
	Unacknowledged(ctx context.Context, c id.Case, by time.Time) (bool, error)
}

// acknowledgeBy is by when whoever reports now is told that it has come: they are at once, and whoever
// judges hears of it where they were not.
func acknowledgeBy(house directory.House, reported time.Time) time.Time {
	return house.Calendar.Add(reported, settings.AcknowledgeWithin.Of(house.Values))
}

// filed is what the table is told of a case that somebody opens by a report.
func filed(house directory.House, now time.Time) workflow.CaseFacts {
	return workflow.CaseFacts{Complete: true, AcknowledgeBy: acknowledgeBy(house, now)}
}

// unacknowledged tells whoever judges that somebody who reported in time has no receipt: what writes it
// fails. Each hour tells it once. Where nobody here may know of the case the authority is told, of the
// establishment alone.
func (f CaseFile) unacknowledged(ctx context.Context, tx CasesTx, m outbox.Message, now time.Time) error {
	missing, err := tx.Unacknowledged(ctx, f.ID, now.Add(now.Sub(acknowledgeBy(f.House, now))))
	if err != nil {
		return err
	}
	if missing {
		cause := id.Message{UUID: uuid.NewSHA1(f.ID.UUID, []byte(string(ToldUnacknowledged)+now.UTC().Format("2006010215")))}
		if bench := f.bench(); len(bench) > 0 {
			err = f.tellWork(ctx, tx, cause, []Telling{{Kind: ToldUnacknowledged, Persons: bench}}, now)
		} else {
			err = tx.TellAbove(ctx, cause, ToldUnacknowledgedBelow, now)
		}
		if err != nil {
			return err
		}
	}
	return done(ctx, tx, m)
}
