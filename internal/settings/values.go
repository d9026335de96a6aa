package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"imprimatur/internal/calendar"
)

// Values is a snapshot of one establishment's settings: what it has set, above the
// defaults. It is immutable and safe for concurrent use; the zero Values are the
// defaults.
type Values struct{ set map[string]any } // key → T of its Parameter[T], always accepted

// Load reads what is stored for an establishment. It fails closed: a value that is
// malformed, out of bounds or weaker than what is fixed, and a key that is unknown, is
// left out, so that its default holds. The Values are good whatever the error, which
// joins a [Refusal] for each.
func Load(stored map[string]json.RawMessage) (Values, error) {
	var v Values
	var refused []error
	for _, key := range slices.Sorted(maps.Keys(stored)) {
		next, err := v.Set(key, stored[key])
		if err != nil {
			refused = append(refused, err)
			continue
		}
		v = next
	}
	return v, errors.Join(refused...)
}

// Set returns v with one more value, read from its JSON form, or v itself and a
// [Refusal] that wraps ErrUnknown, ErrInvalid or ErrWeaker.
func (v Values) Set(key string, raw json.RawMessage) (Values, error) {
	p, ok := declared[key]
	if !ok {
		return v, &Refusal{Key: key, Err: ErrUnknown}
	}
	to, err := p.read(raw)
	if err != nil {
		return v, err
	}
	return v.with(key, to), nil
}

// Reset returns v with the default of one parameter, or a [Refusal] that wraps
// ErrUnknown. A reset weakens nothing: the default is what is fixed.
func (v Values) Reset(key string) (Values, error) {
	if _, ok := declared[key]; !ok {
		return v, &Refusal{Key: key, Err: ErrUnknown}
	}
	next := maps.Clone(v.set)
	delete(next, key)
	return Values{next}, nil
}

// Patch applies several changes, all or none; null resets. The error joins a
// [Refusal] for every field at fault, in the order of the keys.
func (v Values) Patch(changes map[string]json.RawMessage) (Values, error) {
	next := v
	var refused []error
	for _, key := range slices.Sorted(maps.Keys(changes)) {
		var err error
		if bytes.Equal(bytes.TrimSpace(changes[key]), []byte("null")) {
			next, err = next.Reset(key)
		} else {
			next, err = next.Set(key, changes[key])
		}
		if err != nil {
			refused = append(refused, err)
		}
	}
	if len(refused) > 0 {
		return v, errors.Join(refused...)
	}
	return next, nil
}

func (v Values) with(key string, to any) Values {
	next := maps.Clone(v.set)
	if next == nil {
		next = map[string]any{}
	}
	next[key] = to
	return Values{next}
}

// Stored gives the JSON form of what the establishment has set, by key: what Load
// reads.
func (v Values) Stored() map[string]json.RawMessage {
	out := make(map[string]json.RawMessage, len(v.set))
	for key, value := range v.set {
		out[key] = declared[key].write(value)
	}
	return out
}

// MarshalJSON gives every parameter's value, set or not: what the API shows.
func (v Values) MarshalJSON() ([]byte, error) {
	out := make(map[string]json.RawMessage, len(declared))
	for key, p := range declared {
		out[key] = p.JSON(v)
	}
	return json.Marshal(out)
}

// Calendar returns the clocks of an establishment in a school zone and a time zone
// (empty: the zone's own), with the public holidays of its [Territory]. The error is
// that of calendar.New.
func (v Values) Calendar(zone calendar.Zone, timeZone string) (*calendar.Calendar, error) {
	where := calendar.Territory(Territory.Of(v))
	if where == ByZone {
		where = ""
	}
	return calendar.New(calendar.Config{Zone: zone, TimeZone: timeZone, Territory: where})
}
