package directory

import (
	"context"
	"errors"
	"fmt"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/settings"
)

// BriefingVersion names the text of the briefing that is shown today. Its words
// are in the message catalogues, under "briefing" and the version.
const BriefingVersion = "1"

// Checklist lists what somebody confirms when they have read the briefing (R16),
// by the keys of the message catalogues.
func Checklist() []string {
	return []string{"respect", "privacy", "images", "sources", "responsibility", "help"}
}

// Briefing is how somebody stands to the briefing.
type Briefing struct {
	Version   string // of the text to read
	Checklist []string
	Required  bool      // the establishment asks for it
	ReadAt    time.Time // zero: never
	Until     time.Time // what was read holds until then
	Due       bool      // to be read before the next submission
}

// Briefing tells somebody how they stand to the briefing.
func (s *Service) Briefing(ctx context.Context, who actor.Actor) (Briefing, error) {
	b := Briefing{Version: BriefingVersion, Checklist: Checklist()}
	err := s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, now time.Time) error {
		house, err := tx.Here(ctx)
		if err != nil {
			return err
		}
		if b.ReadAt, err = tx.BriefedAt(ctx, who.Person); err != nil {
			return err
		}
		b.Required = settings.BriefingRequired.Of(house.Values)
		if !b.ReadAt.IsZero() {
			b.Until = house.Calendar.Add(b.ReadAt, settings.BriefingValidity.Of(house.Values))
		}
		b.Due = b.Required && !b.Until.After(now)
		return nil
	})
	if err != nil {
		return Briefing{}, fmt.Errorf("briefing: %w", err)
	}
	return b, nil
}

// ReadBriefing records that somebody has read this version of the briefing and
// confirms every point of the checklist. What is missing is a [FieldError] each,
// joined (R16).
func (s *Service) ReadBriefing(ctx context.Context, who actor.Actor, version string, answers map[string]bool) error {
	confirmed, err := confirm(version, answers)
	if err != nil {
		return fmt.Errorf("read briefing: %w", err)
	}
	err = s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, now time.Time) error {
		if err := tx.SaveBriefing(ctx, who.Person, version, confirmed, now); err != nil {
			return err
		}
		return record(ctx, tx, who, "read_briefing", "person", who.Person.UUID, "R16", now, "", version)
	})
	if err != nil {
		return fmt.Errorf("read briefing: %w", err)
	}
	return nil
}

func confirm(version string, answers map[string]bool) (map[string]bool, error) {
	var faults []error
	if version != BriefingVersion {
		faults = append(faults, &FieldError{Field: "version", Code: "outdated", Rule: "R16"})
	}
	confirmed := map[string]bool{}
	for _, point := range Checklist() {
		if !answers[point] {
			faults = append(faults, &FieldError{Field: "answers." + point, Code: "required", Rule: "R16"})
		}
		confirmed[point] = true
	}
	return confirmed, errors.Join(faults...)
}
