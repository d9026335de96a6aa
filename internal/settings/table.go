package settings

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Row describes one parameter: a line of docs/configuration.md, a field of a form.
type Row struct {
	Key       string    `json:"key"`
	Theme     Theme     `json:"theme"`
	Rule      string    `json:"rule,omitempty"`
	Authority Authority `json:"authority"`
	Sources   []Source  `json:"-"` // of the rule; none where there is none
	Form      FormKind  `json:"form"`
	Default   string    `json:"default"`
	Bounds    string    `json:"bounds"`
	Range     Range     `json:"-"`
	Choices   []string  `json:"choices,omitempty"`
	Change    Change    `json:"change"`
	About     string    `json:"-"`
}

// Change says what an establishment may do with a parameter.
type Change string

// What may be changed.
const (
	Freely       Change = "freely"   // within the bounds
	StricterOnly Change = "stricter" // within the bounds, and never weaker than the default
	Never        Change = "never"
)

// Row describes the parameter.
func (p *Parameter[T]) Row() Row {
	change := Freely
	switch {
	case p.Fixed():
		change = Never
	case p.authority.binds():
		change = StricterOnly
	}
	return Row{
		Key: p.key, Theme: cmp.Or(p.theme, themeOf(p.rule)), Rule: p.rule, Authority: p.authority, Sources: slices.Clone(sources[p.rule]), Form: p.form.kind, Default: p.text(p.initial),
		Bounds: p.form.bounds, Range: p.form.within, Choices: slices.Clone(p.form.choices), Change: change, About: p.about,
	}
}

// All lists the parameters in the order of their rules, the service's own last.
func All() []Definition {
	return slices.SortedFunc(maps.Values(declared), func(a, b Definition) int {
		return cmp.Or(cmp.Compare(ruleNumber(a.Rule()), ruleNumber(b.Rule())), cmp.Compare(a.Key(), b.Key()))
	})
}

// Find returns a parameter by its key, or a [Refusal] that wraps ErrUnknown.
func Find(key string) (Definition, error) {
	if p, ok := declared[key]; ok {
		return p, nil
	}
	return nil, &Refusal{Key: key, Err: ErrUnknown}
}

// Table describes every parameter, in the order of All.
func Table() []Row {
	var rows []Row
	for _, p := range All() {
		rows = append(rows, p.Row())
	}
	return rows
}

// ruleNumber sorts R9 before R12, and no rule after all.
func ruleNumber(rule string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(rule, "R"))
	if err != nil {
		return 1 << 16
	}
	return n
}
