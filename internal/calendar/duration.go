package calendar

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Kind says what a span is counted in.
type Kind string

// The kinds of RULES.
const (
	Hours        Kind = "HOURS"         // sixty minutes each, whatever the wall shows
	CalendarDays Kind = "CALENDAR_DAYS" // every day
	WorkingDays  Kind = "WORKING_DAYS"  // jours ouvrables: Monday to Saturday less public holidays
	SchoolDays   Kind = "SCHOOL_DAYS"   // Monday to Friday less public and school holidays; service targets only
	Months       Kind = "MONTHS"        // date to date
)

// Kinds lists the kinds.
func Kinds() []Kind { return []Kind{Hours, CalendarDays, WorkingDays, SchoolDays, Months} }

// MaxN is the largest count that a Duration may have: a century of days.
const MaxN = 36600

// Errors that reading a Duration or a Term, or making a Calendar, may wrap.
var (
	ErrDuration         = errors.New("not a duration")
	ErrUnknownZone      = errors.New("unknown school zone")
	ErrUnknownTerritory = errors.New("unknown territory")
	ErrUnknownTimeZone  = errors.New("unknown time zone")
)

// Duration is a span of N of a kind. The zero Duration is no span at all.
// Its text form, also in JSON, is "2 SCHOOL_DAYS".
type Duration struct {
	Kind Kind
	N    int
}

// Legal reports whether the kind never pauses, so that a legal deadline may be
// counted in it.
func (k Kind) Legal() bool {
	switch k {
	case Hours, CalendarDays, WorkingDays, Months:
		return true
	case SchoolDays:
		return false
	}
	return false
}

// ParseDuration reads the text form: a count from 0 to MaxN, one space, a kind.
// The error wraps ErrDuration.
func ParseDuration(s string) (Duration, error) {
	count, kind, _ := strings.Cut(s, " ")
	n, err := strconv.Atoi(count)
	d := Duration{Kind(kind), n}
	if err != nil || !d.Valid() || d.String() != s {
		return Duration{}, fmt.Errorf("%w: %q, want a count and one of %v", ErrDuration, s, Kinds())
	}
	return d, nil
}

// Valid reports whether the kind is known and the count between 0 and MaxN.
func (d Duration) Valid() bool {
	switch d.Kind {
	case Hours, CalendarDays, WorkingDays, SchoolDays, Months:
		return d.N >= 0 && d.N <= MaxN
	}
	return false
}

// IsZero reports whether d is no span at all.
func (d Duration) IsZero() bool { return d == Duration{} }

func (d Duration) String() string {
	if d.IsZero() {
		return ""
	}
	return strconv.Itoa(d.N) + " " + string(d.Kind)
}

// MarshalText gives the text form. It refuses what ParseDuration would.
func (d Duration) MarshalText() ([]byte, error) {
	if !d.Valid() {
		return nil, fmt.Errorf("write duration: %w: %d %s", ErrDuration, d.N, d.Kind)
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads the text form.
func (d *Duration) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDuration(string(text))
	return err
}

// Term is a target with a cap: due after In, but after AtMost at the latest where
// there is one (R26, R41: "1 SCHOOL_DAY and ≤ 72 h"). Its text form is
// "1 SCHOOL_DAYS" or "1 SCHOOL_DAYS, at most 72 HOURS".
type Term struct {
	In     Duration
	AtMost Duration
}

const atMost = ", at most "

// ParseTerm reads the text form of a Term. The error wraps ErrDuration.
func ParseTerm(s string) (Term, error) {
	main, limit, capped := strings.Cut(s, atMost)
	in, err := ParseDuration(main)
	if err != nil || !capped {
		return Term{In: in}, err
	}
	most, err := ParseDuration(limit)
	if err != nil {
		return Term{}, err
	}
	return Term{in, most}, nil
}

// Valid reports whether In is valid and AtMost valid or absent.
func (t Term) Valid() bool { return t.In.Valid() && (t.AtMost.IsZero() || t.AtMost.Valid()) }

func (t Term) String() string {
	if t.AtMost.IsZero() {
		return t.In.String()
	}
	return t.In.String() + atMost + t.AtMost.String()
}

// MarshalText gives the text form. It refuses what ParseTerm would.
func (t Term) MarshalText() ([]byte, error) {
	if !t.Valid() {
		return nil, fmt.Errorf("write term: %w: %q", ErrDuration, t.String())
	}
	return []byte(t.String()), nil
}

// UnmarshalText reads the text form.
func (t *Term) UnmarshalText(text []byte) (err error) {
	*t, err = ParseTerm(string(text))
	return err
}
