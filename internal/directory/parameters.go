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
	"imprimatur/internal/calendar"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
)

// Settings are what an establishment has decided for itself, with the version that
// whoever changes them has looked at.
type Settings struct {
	Version int64
	Values  settings.Values
	// Calendar is the establishment's, by these settings.
	Calendar *calendar.Calendar
	// Changed is the latest change of each parameter that was ever changed, by its key.
	Changed map[string]SettingChange
	// MayChange: the actor directs or administers the establishment.
	MayChange bool
}

// SettingChange is one change of one parameter, as the trail has it (R58).
type SettingChange struct {
	Key      string
	At       time.Time
	By       id.Person       // zero where the person's data has gone, or is another establishment's
	Name     string          // of By
	From, To json.RawMessage // the values that held, the default where it did
}

// configurers may change settings; who works in the establishment may read them.
var configurers = []actor.Role{actor.Director, actor.Admin}

// Parameters reads the establishment's settings, for who works there (R09).
func (s *Service) Parameters(ctx context.Context, who actor.Actor) (Settings, error) {
	var read Settings
	err := s.readSettings(ctx, who, func(tx ServiceTx, who actor.Actor) (err error) {
		read, err = settingsOf(ctx, tx, who)
		return err
	})
	return read, err
}

// ParameterChanges lists the changes of one parameter, the latest first and a hundred
// at most, for who works there (R09). A parameter that is unknown has none.
func (s *Service) ParameterChanges(ctx context.Context, who actor.Actor, key string) ([]SettingChange, error) {
	var changes []SettingChange
	err := s.readSettings(ctx, who, func(tx ServiceTx, _ actor.Actor) (err error) {
		changes, err = tx.SettingChanges(ctx, key)
		return err
	})
	return changes, err
}

func (s *Service) readSettings(ctx context.Context, who actor.Actor, read func(tx ServiceTx, who actor.Actor) error) error {
	err := s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, _ time.Time) error {
		if err := require(who, "read_settings", append([]actor.Role{actor.Staff}, configurers...)...); err != nil {
			return err
		}
		return read(tx, who)
	})
	if err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	return nil
}

func settingsOf(ctx context.Context, tx ServiceTx, who actor.Actor) (Settings, error) {
	house, err := tx.Here(ctx)
	if err != nil {
		return Settings{}, err
	}
	latest, err := tx.LatestSettingChanges(ctx)
	changed := make(map[string]SettingChange, len(latest))
	for _, change := range latest {
		changed[change.Key] = change
	}
	return Settings{house.SettingsVersion, house.Values, house.Calendar, changed, who.Roles.HasAny(configurers...)}, err
}

// Configure changes settings, all or none; null takes one back to its default.
// version is the one that the actor looked at. The director or the administrator
// may. The errors are a [Refusal] (R09), [ErrStale], and one [settings.Refusal] for
// every value that is unknown, out of bounds or weaker than what the law or the
// charter fixes, joined.
func (s *Service) Configure(ctx context.Context, who actor.Actor, version int64, changes map[string]json.RawMessage) (Settings, error) {
	var kept Settings
	err := s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, now time.Time) error {
		if err := require(who, "configure", configurers...); err != nil {
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
		if err := replace(ctx, tx, who, house.Values, values, now); err != nil {
			return err
		}
		kept, err = settingsOf(ctx, tx, who)
		return err
	})
	if err != nil {
		return Settings{}, fmt.Errorf("configure: %w", err)
	}
	return kept, nil
}

// replace writes what differs, with an entry of the trail for each parameter.
func replace(ctx context.Context, tx ServiceTx, who actor.Actor, from, to settings.Values, now time.Time) error {
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
		return nil
	}
	if err := tx.SaveSettings(ctx, changed, who.Person, now); err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(changed)) {
		p, err := settings.Find(key)
		if err != nil {
			return err
		}
		told := func(v settings.Values) string { return key + "=" + string(p.JSON(v)) }
		err = record(ctx, tx, who, "configure", "setting", who.Tenant.UUID, p.Rule(), now, told(from), told(to))
		if err != nil {
			return err
		}
	}
	return nil
}
