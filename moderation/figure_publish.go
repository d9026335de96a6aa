package moderation

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
)

// ActPublishReport is the act of publishing the transparency report of a year, in the trail.
const ActPublishReport = "publish_report"

// PublishTx is what publishing a transparency report asks of a transaction.
type PublishTx interface {
	// PublishReport publishes a year's report as it is told, once; false where it was before.
	PublishReport(ctx context.Context, report YearReport, by id.Person, now time.Time) (bool, error)
	// ReportPublishedAt is when a year's report was published; zero where it was not.
	ReportPublishedAt(ctx context.Context, year int) (time.Time, error)
}

// Publish has anybody read the transparency report of a year, as it is told at this moment: what is
// purged or set afterwards changes nothing in it. For the director of an establishment alone, once: an
// authority publishes none. The errors are [directory.ErrNotFound], a [directory.Refusal] (R09), and a [directory.FieldError] of "year", of which
// there is no report (R67), zero too, or of which it was published before (R58).
func (s *Figures) Publish(ctx context.Context, who actor.Actor, year int) error {
	return s.enter(ctx, who, ActPublishReport, []actor.Role{actor.Director}, func(tx FiguresTx, house directory.House, now time.Time) (string, error) {
		if house.Tenant.Kind == directory.Authority {
			return "", &directory.Refusal{Act: ActPublishReport, Rule: "R09", Err: directory.ErrForbidden}
		}
		if year == 0 {
			return "", noMonth("year")
		}
		if _, err := yearIn(ctx, tx, year); err != nil {
			return "", err
		}
		report, err := reportOn(ctx, tx, year, settings.SmallestCell.Of(house.Values))
		if err != nil {
			return "", err
		}
		isNew, err := tx.PublishReport(ctx, report, who.Person, now)
		if err == nil && !isNew {
			err = &directory.FieldError{Field: "year", Code: "published", Rule: "R58"}
		}
		return strconv.Itoa(year), err
	})
}

// ReadReport reads a report as it was published.
func ReadReport(document []byte) (YearReport, error) {
	var r YearReport
	if err := json.Unmarshal(document, &r); err != nil {
		return r, fmt.Errorf("read a published report: %w", err)
	}
	return r, nil
}
