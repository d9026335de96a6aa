package settings

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"imprimatur/internal/calendar"
)

// candidate draws a JSON value that may or may not suit a parameter.
func candidate(t *rapid.T, row Row) json.RawMessage {
	return json.RawMessage(rapid.OneOf(
		rapid.Just(fitting(t, row)),
		rapid.SampledFrom([]string{`null`, ``, `true`, `false`, `0`, `17`, `"PRE"`, `"POST"`, `[]`, `{}`, `"public_web"`, `"x"`}),
	).Draw(t, "value"))
}

// fitting draws a value of the parameter's form, within bounds or not.
func fitting(t *rapid.T, row Row) string {
	var value any
	switch row.Form {
	case Flag:
		value = rapid.Bool().Draw(t, "flag")
	case Number:
		value = rapid.IntRange(-5, 1000).Draw(t, "number")
	case Choice:
		value = rapid.SampledFrom(row.Choices).Draw(t, "choice")
	case Choose:
		value = rapid.SliceOfN(rapid.SampledFrom(row.Choices), 0, 2*len(row.Choices)).Draw(t, "set")
	case Text, Mail, Day:
		value = rapid.String().Draw(t, "text")
	case Clock:
		value = (time.Duration(rapid.IntRange(-60, 24*3600).Draw(t, "seconds")) * time.Second).String()
	case Span, Target:
		value = calendar.Duration{Kind: rapid.SampledFrom(calendar.Kinds()).Draw(t, "kind"), N: rapid.IntRange(0, 200).Draw(t, "n")}
	}
	raw, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// strictEnough reports, for a parameter of any type, whether its value is at least as
// strict as what is fixed. It asks the declared order, not the code that refuses.
func (p *Parameter[T]) strictEnough(v Values) bool {
	return !p.authority.binds() || p.stricter(p.Of(v), p.initial)
}

// Invariant 8: whatever is set, patched, reset or found stored, in whatever order,
// every value stays at least as strict as law and charter, and within its bounds.
func TestNoConfigurationWeakensLawOrCharter(t *testing.T) {
	t.Parallel()
	all := All()
	rapid.Check(t, func(t *rapid.T) {
		var v Values
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			p := rapid.SampledFrom(all).Draw(t, "parameter")
			v = step(t, v, p)
			for _, p := range all {
				if !p.(interface{ strictEnough(Values) bool }).strictEnough(v) {
					t.Fatalf("%s [%s] became %s", p.Key(), p.Authority(), p.JSON(v))
				}
				if _, err := p.read(p.JSON(v)); err != nil {
					t.Fatalf("%s holds what it would not accept: %v", p.Key(), err)
				}
			}
		}
	})
}

// step changes one parameter in one of the ways there are. A refusal changes nothing.
func step(t *rapid.T, v Values, p Definition) Values {
	to := candidate(t, p.Row())
	var next Values
	var err error
	switch rapid.IntRange(0, 3).Draw(t, "way") {
	case 0:
		next, err = v.Set(p.Key(), to)
	case 1:
		next, err = v.Patch(map[string]json.RawMessage{p.Key(): to})
	case 2:
		next, err = v.Reset(p.Key())
	case 3:
		stored := v.Stored()
		stored[p.Key()] = to
		next, _ = Load(stored)
		return next
	}
	if err != nil && string(p.JSON(next)) != string(p.JSON(v)) {
		t.Fatalf("%s was refused %s (%v) and became %s", p.Key(), to, err, p.JSON(next))
	}
	return next
}

// What is stored is read back as it was.
func TestStoredLoadsUnchanged(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var v Values
		for _, p := range All() {
			if rapid.Bool().Draw(t, p.Key()) {
				v = step(t, v, p)
			}
		}
		again, err := Load(v.Stored())
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range All() {
			if a, b := string(p.JSON(v)), string(p.JSON(again)); a != b {
				t.Fatalf("%s was %s, and is %s", p.Key(), a, b)
			}
		}
	})
}

// The orders that bind are partial orders, so that a chain of steps cannot lead
// around them.
func TestOrdersAreOrders(t *testing.T) {
	t.Parallel()
	checkOrder(t, "narrower", audiences, narrower)
	checkOrder(t, "whenTrue", []bool{false, true}, whenTrue)
	checkOrder(t, "same", []string{ModePre, ModePost, ModePupilPress}, same[string])
}

func checkOrder[T comparable](t *testing.T, name string, values []T, stricter func(a, b T) bool) {
	t.Helper()
	for _, a := range values {
		for _, b := range values {
			if stricter(a, b) && stricter(b, a) != (a == b) {
				t.Errorf("%s: %v and %v", name, a, b)
			}
			for _, c := range values {
				if stricter(a, b) && stricter(b, c) && !stricter(a, c) {
					t.Errorf("%s: %v, %v, %v", name, a, b, c)
				}
			}
		}
	}
}

func TestSupersetIsAnOrder(t *testing.T) {
	t.Parallel()
	members := rapid.Custom(func(t *rapid.T) Set {
		return newSet(rapid.SliceOf(rapid.SampledFrom(pupilNames)).Draw(t, "members"), pupilNames)
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := members.Draw(t, "a"), members.Draw(t, "b"), members.Draw(t, "c")
		if superset(a, b) && superset(b, a) != a.Equal(b) {
			t.Fatalf("%v and %v", a, b)
		}
		if superset(a, b) && superset(b, c) && !superset(a, c) {
			t.Fatalf("%v, %v, %v", a, b, c)
		}
	})
}

func TestDeclareRefusesContradictions(t *testing.T) {
	t.Parallel()
	for want, p := range map[string]Parameter[bool]{
		"twice":    {key: "approver_differs", rule: "R12", authority: Default, form: flag()},
		"no order": {key: "test_no_order", rule: "R12", authority: Law, form: flag()},
		"names no rule that comes from somewhere": {key: "test_no_rule", authority: Default, form: flag()},
	} {
		if got := panicOf(func() { declare(p) }); !strings.Contains(got, want) {
			t.Errorf("declared %s: panic %q, want %q", p.key, got, want)
		}
	}
	if got := panicOf(func() {
		declare(Parameter[int]{key: "test_default", rule: "R12", authority: Default, form: number(1, 2)})
	}); !strings.Contains(got, ErrInvalid.Error()) {
		t.Errorf("a default out of bounds: panic %q", got)
	}
}

func panicOf(f func()) (said string) {
	defer func() { said, _ = recover().(string) }()
	f()
	return ""
}

func FuzzSet(f *testing.F) {
	f.Add("attribution_fields", []byte(`["authors"]`))
	f.Add("review_target", []byte(`"1 SCHOOL_DAYS, at most 72 HOURS"`))
	f.Add("approver_differs", []byte(`false`))
	f.Fuzz(func(t *testing.T, key string, value []byte) {
		v, err := Values{}.Set(key, value)
		var refusal *Refusal
		if err != nil && !errors.As(err, &refusal) {
			t.Errorf("an error that is no refusal: %v", err)
		}
		if err == nil && len(v.Stored()) != 1 {
			t.Errorf("%s = %s was accepted, and is not there", key, value)
		}
	})
}
