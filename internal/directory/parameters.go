package directory

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/settings"
)

// Settings are what an establishment has decided for itself, with the version that
// whoever changes them has looked at.
type Settings struct {
	Version int64
	Values  settings.Values
}

// Parameters reads the establishment's settings, for who works there (R09).
func (s *Service) Parameters(ctx context.Context, who actor.Actor) (Settings, error) {
	var read Settings
	err := s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, _ time.Time) error {
		if err := require(who, "read_settings", actor.Staff, actor.Director, actor.Admin); err != nil {
			return err
		}
		house, err := tx.Here(ctx)
		read = Settings{house.SettingsVersion, house.Values}
		return err
	})
	if err != nil {
		return Settings{}, fmt.Errorf("read settings: %w", err)
	}
	return read, nil
}

// Configure changes settings, all or none; null takes one back to its default.
// version is the one that the actor looked at. The director or the administrator
// may. The errors are a [Refusal] (R09), [ErrStale], and one [settings.Refusal] for
// every value that is unknown, out of bounds or weaker than what the law or the
// charter fixes, joined.
func (s *Service) Configure(ctx context.Context, who actor.Actor, version int64, changes map[string]json.RawMessage) (Settings, error) {
	var kept Settings
	err := s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, now time.Time) error {
		if err := require(who, "configure", actor.Director, actor.Admin); err != nil {
			return err
		}
		if err := tx.LockSettings(ctx); err != nil {
			return err
		}
		house, err := tx.Here(ctx)
		if err != nil {
			return err
		}
		if house.SettingsVersion != version {
			return ErrStale
		}
		values, err := house.Values.Patch(changes)
		if err != nil {
			return err
		}
		changed, err := replace(ctx, tx, who, house.Values, values, now)
		kept = Settings{version, values}
		if changed {
			kept.Version++
		}
		return err
	})
	if err != nil {
		return Settings{}, fmt.Errorf("configure: %w", err)
	}
	return kept, nil
}

// replace writes what differs, with an entry of the trail for each parameter, and
// reports whether anything does.
func replace(ctx context.Context, tx ServiceTx, who actor.Actor, from, to settings.Values, now time.Time) (bool, error) {
	was, is := from.Stored(), to.Stored()
	changed := map[string]json.RawMessage{}
	for key := range was {
		if _, kept := is[key]; !kept {
			changed[key] = json.RawMessage("null")
		}
	}
	for key, value := range is {
		if !bytes.Equal(was[key], value) {
			changed[key] = value
		}
	}
	if len(changed) == 0 {
		return false, nil
	}
	if err := tx.SaveSettings(ctx, changed, who.Person, now); err != nil {
		return false, err
	}
	for _, key := range slices.Sorted(maps.Keys(changed)) {
		p, err := settings.Find(key)
		if err != nil {
			return false, err
		}
		told := func(v settings.Values) string { return key + "=" + string(p.JSON(v)) }
		err = record(ctx, tx, who, "configure", "setting", who.Tenant.UUID, p.Rule(), now, told(from), told(to))
		if err != nil {
			return false, err
		}
	}
	return true, nil
}
