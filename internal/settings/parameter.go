package settings

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Authority says who fixed a parameter's value.
type Authority string

// The authorities of RULES, and the service's own.
const (
	Law     Authority = "L" // fixed by law: an establishment may only make it stricter
	Charter Authority = "C" // fixed by the charter: likewise
	Default Authority = "D" // each establishment may change it
	Service Authority = "S" // no rule asks for it: how the service runs
)

// binds reports whether a value may only be made stricter.
func (a Authority) binds() bool { return a == Law || a == Charter }

// Parameter is one setting, with values of type T. Parameters are declared in this
// package alone, and never change.
type Parameter[T any] struct {
	key       string
	rule      string
	theme     Theme // where it is not the rule's
	authority Authority
	initial   T
	form      form[T]
	// stricter reports whether a is at least as strict as b: a partial order. An
	// authority that binds needs one; without it every value is as good.
	stricter func(a, b T) bool
	about    string // one English sentence, for docs/configuration.md
}

// Definition is a parameter of any type.
type Definition interface {
	Key() string
	Rule() string
	Authority() Authority
	// Fixed reports whether no other value than the default is accepted.
	Fixed() bool
	// Admits answers nil for the JSON of a value that may be set, or the [Refusal].
	Admits(json.RawMessage) error
	// Row describes the parameter for a table or a form.
	Row() Row
	// JSON is the value in an establishment.
	JSON(Values) json.RawMessage

	read(json.RawMessage) (any, error)
	write(any) json.RawMessage
}

// Key names the parameter in the database, the API and the message catalogues.
func (p *Parameter[T]) Key() string { return p.key }

// Rule is the rule of RULES that the parameter belongs to; empty where none is.
func (p *Parameter[T]) Rule() string { return p.rule }

// Authority says who fixed the value.
func (p *Parameter[T]) Authority() Authority { return p.authority }

// Initial is the value that holds where an establishment has set none. For what the
// law or the charter fixed it is the weakest value that there can be.
func (p *Parameter[T]) Initial() T { return p.initial }

// Stricter reports whether a is at least as strict as b. Where the parameter binds
// nobody, every value is.
func (p *Parameter[T]) Stricter(a, b T) bool { return p.stricter == nil || p.stricter(a, b) }

// Fixed reports whether no other value than the default is accepted.
func (p *Parameter[T]) Fixed() bool {
	if !p.authority.binds() || p.form.others == nil {
		return false
	}
	return !slices.ContainsFunc(p.form.others(p.initial), func(other T) bool { return p.accept(other) == nil })
}

// Of returns the value in an establishment.
func (p *Parameter[T]) Of(v Values) T {
	if set, ok := v.set[p.key].(T); ok {
		return set
	}
	return p.initial
}

// Set returns v with another value, or v itself and a [Refusal] that wraps ErrInvalid
// or ErrWeaker.
func (p *Parameter[T]) Set(v Values, to T) (Values, error) {
	if err := p.accept(to); err != nil {
		return v, err
	}
	return v.with(p.key, to), nil
}

// JSON is the value in an establishment.
func (p *Parameter[T]) JSON(v Values) json.RawMessage { return p.write(p.Of(v)) }

// Parse reads a value from its JSON form, refusing what Set would.
func (p *Parameter[T]) Parse(raw json.RawMessage) (T, error) {
	var none T
	to, err := p.form.decode(raw)
	if err != nil {
		return none, p.refuse(ErrInvalid, p.form.bounds)
	}
	if err := p.accept(to); err != nil {
		return none, err
	}
	return to, nil
}

// Format gives the JSON form of a value that Parse or Set accepted.
func (p *Parameter[T]) Format(value T) json.RawMessage { return p.form.encode(value) }

// Admits answers nil for the JSON of a value that Parse reads, or its refusal.
func (p *Parameter[T]) Admits(raw json.RawMessage) error {
	_, err := p.Parse(raw)
	return err
}

func (p *Parameter[T]) read(raw json.RawMessage) (any, error) { return p.Parse(raw) }

func (p *Parameter[T]) write(value any) json.RawMessage { return p.Format(value.(T)) }

// accept refuses what is out of bounds or weaker than what is fixed.
func (p *Parameter[T]) accept(to T) error {
	if !p.form.admits(to) {
		return p.refuse(ErrInvalid, p.form.bounds)
	}
	if p.authority.binds() && !p.Stricter(to, p.initial) {
		return p.refuse(ErrWeaker, p.text(p.initial)+" or stricter")
	}
	return nil
}

func (p *Parameter[T]) refuse(why error, want string) *Refusal {
	return &Refusal{Key: p.key, Rule: p.rule, Authority: p.authority, Want: want, Err: why}
}

// text is the JSON form without the quotes of a lone string.
func (p *Parameter[T]) text(value T) string {
	return strings.Trim(string(p.Format(value)), `"`)
}

// declared holds every parameter by its key. Declarations fill it while the package
// initialises; nothing writes to it later.
var declared = map[string]Definition{}

// declare registers a parameter. It panics on one that contradicts itself, which the
// first test of any package would tell.
func declare[T any](p Parameter[T]) *Parameter[T] {
	switch {
	case declared[p.key] != nil:
		panic(fmt.Sprintf("parameter %s is declared twice", p.key))
	case p.authority.binds() && p.stricter == nil:
		panic(fmt.Sprintf("parameter %s binds, and knows no order", p.key))
	case p.authority != Service && len(sources[p.rule]) == 0:
		panic(fmt.Sprintf("parameter %s names no rule that comes from somewhere", p.key))
	}
	if err := p.accept(p.initial); err != nil {
		panic(fmt.Sprintf("default of parameter %s: %v", p.key, err))
	}
	declared[p.key] = &p
	return &p
}
