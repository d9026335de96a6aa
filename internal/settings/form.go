package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"imprimatur/internal/calendar"
)

// FormKind says how a value is written and asked for.
type FormKind string

// The kinds of form, with the JSON of a value.
const (
	Flag   FormKind = "flag"   // true
	Number FormKind = "number" // 20
	Choice FormKind = "choice" // "PRE"
	Choose FormKind = "set"    // ["authors", "source"], in the order of the choices
	Text   FormKind = "text"   // "Espace de contributions personnelles"
	Mail   FormKind = "mail"   // "ecole@ac-ville.example", or ""
	Day    FormKind = "day"    // "08-31": month and day of any year
	Clock  FormKind = "clock"  // "30m": time on a clock, for machines
	Span   FormKind = "span"   // "6 MONTHS"
	Target FormKind = "target" // "1 SCHOOL_DAYS, at most 72 HOURS"
)

// FormKinds lists the kinds.
func FormKinds() []FormKind {
	return []FormKind{Flag, Number, Choice, Choose, Text, Mail, Day, Clock, Span, Target}
}

// Range bounds what is counted: a number, the count of a span or of each part of a
// target, the seconds of a clock, the characters of a text. Of other forms it is zero.
type Range struct {
	From, To int
	Kind     calendar.Kind // of a span
}

// form is how the values of a parameter look and what bounds them.
type form[T any] struct {
	kind    FormKind
	within  Range
	choices []string // of a choice or a set
	bounds  string   // in words, for tables and refusals
	decode  func(json.RawMessage) (T, error)
	admits  func(T) bool
	others  func(T) []T // values next to one; nil where no binding parameter has this form
}

func (f form[T]) encode(value T) json.RawMessage {
	var shown any = value
	if d, ok := shown.(time.Duration); ok {
		shown = clockText(d)
	}
	raw, err := json.Marshal(shown)
	if err != nil {
		return json.RawMessage("null") // no accepted value comes here; none reads null
	}
	return raw
}

var errNull = errors.New("null is no value")

// plain decodes what encoding/json knows, null excepted.
func plain[T any](raw json.RawMessage) (T, error) {
	var value T
	if bytes.Equal(bytes.TrimSpace(raw), []byte("null")) {
		return value, errNull
	}
	return value, json.Unmarshal(raw, &value)
}

func flag() form[bool] {
	return form[bool]{
		kind: Flag, bounds: "true or false", decode: plain[bool],
		admits: func(bool) bool { return true },
		others: func(b bool) []bool { return []bool{!b} },
	}
}

func number(from, to int) form[int] {
	bounds := fmt.Sprintf("%d to %d", from, to)
	if from == to {
		bounds = fmt.Sprintf("only %d", from)
	}
	return form[int]{
		kind: Number, within: Range{From: from, To: to}, bounds: bounds, decode: plain[int],
		admits: func(n int) bool { return from <= n && n <= to },
		others: func(n int) []int { return []int{n - 1, n + 1} },
	}
}

func choice(of ...string) form[string] {
	return form[string]{
		kind: Choice, choices: of, bounds: "one of " + strings.Join(of, ", "), decode: plain[string],
		admits: func(s string) bool { return slices.Contains(of, s) },
		others: func(s string) []string {
			return slices.DeleteFunc(slices.Clone(of), func(o string) bool { return o == s })
		},
	}
}

// some is one or more of the choices.
func some(of ...string) form[Set] {
	return form[Set]{
		kind: Choose, choices: of, bounds: "one or more of " + strings.Join(of, ", "),
		decode: func(raw json.RawMessage) (Set, error) {
			members, err := plain[[]string](raw)
			return newSet(members, of), err
		},
		admits: func(s Set) bool { return s.Len() > 0 && newSet(s.members, of).Equal(s) && newSet(of, of).Contains(s) },
		others: func(s Set) []Set {
			var toggled []Set
			for _, m := range of {
				toggled = append(toggled, newSet(s.toggled(m), of))
			}
			return toggled
		},
	}
}

func text(longest int) form[string] {
	return form[string]{
		kind: Text, within: Range{From: 1, To: longest}, bounds: fmt.Sprintf("1 to %d characters on one line", longest), decode: plain[string],
		admits: func(s string) bool {
			n := utf8.RuneCountInString(s)
			return n > 0 && n <= longest && utf8.ValidString(s) && strings.TrimSpace(s) == s && !strings.ContainsFunc(s, unicode.IsControl)
		},
	}
}

func between(from, to time.Duration) form[time.Duration] {
	return form[time.Duration]{
		kind: Clock, within: Range{From: int(from / time.Second), To: int(to / time.Second)}, bounds: clockText(from) + " to " + clockText(to),
		decode: func(raw json.RawMessage) (time.Duration, error) {
			s, err := plain[string](raw)
			if err != nil {
				return 0, err
			}
			return time.ParseDuration(s)
		},
		admits: func(d time.Duration) bool { return from <= d && d <= to && d%time.Second == 0 },
	}
}

// clockText writes 30m, where time.Duration has 30m0s.
func clockText(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// span is a count of one kind.
func span(kind calendar.Kind, from, to int) form[calendar.Duration] {
	return form[calendar.Duration]{
		kind: Span, within: Range{from, to, kind}, bounds: fmt.Sprintf("%d to %d %s", from, to, kind), decode: plain[calendar.Duration],
		admits: func(d calendar.Duration) bool { return d.Kind == kind && from <= d.N && d.N <= to },
	}
}

// target is a term of any kind, of at most a hundred units.
// prompt is a target that is over in so many hours, whatever else it says: what is grave waits for no
// school day.
func prompt(most int) form[calendar.Term] {
	f := target()
	fits := f.admits
	f.within.To, f.bounds = most, fmt.Sprintf("1 to %d HOURS, or capped by that", most)
	f.admits = func(t calendar.Term) bool {
		return fits(t) && (t.In.Kind == calendar.Hours && t.In.N <= most || t.AtMost.Kind == calendar.Hours && t.AtMost.N >= 1 && t.AtMost.N <= most)
	}
	return f
}

func target() form[calendar.Term] {
	const most = 100
	fits := func(d calendar.Duration) bool { return d.Valid() && d.N >= 1 && d.N <= most }
	return form[calendar.Term]{
		kind: Target, within: Range{From: 1, To: most}, bounds: fmt.Sprintf("1 to %d of %v, with or without a cap", most, calendar.Kinds()), decode: plain[calendar.Term],
		admits: func(t calendar.Term) bool { return fits(t.In) && (t.AtMost.IsZero() || fits(t.AtMost)) },
	}
}
