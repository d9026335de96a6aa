package publication

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func credit() Attribution {
	return Attribution{
		Authors: []Author{{Name: "Nadar", Capacity: "photographe"}}, Source: "Gallica", Created: "1865", Uses: []string{"classe"}, Basis: "domaine public",
	}
}

// TestEachPartOfACreditIsAsked takes out each part alone, and writes nothing but
// spaces in its place (R17).
func TestEachPartOfACreditIsAsked(t *testing.T) {
	t.Parallel()
	blank := " \t\u00a0"
	for field, takeOut := range map[AttributionField]func(*Attribution, string){
		FieldSource:     func(a *Attribution, s string) { a.Source = s },
		FieldCreated:    func(a *Attribution, s string) { a.Created = s },
		FieldBasis:      func(a *Attribution, s string) { a.Basis = s },
		FieldUses:       func(a *Attribution, s string) { a.Uses = []string{s} },
		FieldAuthors:    func(a *Attribution, s string) { a.Authors = append(a.Authors, Author{Name: s, Capacity: "autrice"}) },
		FieldCapacity:   func(a *Attribution, s string) { a.Authors[0].Capacity = s },
		FieldAdaptation: func(a *Attribution, s string) { a.Adapted, a.Adaptation = true, s },
	} {
		for _, nothing := range []string{"", blank} {
			a := credit()
			takeOut(&a, nothing)
			var incomplete *IncompleteAttribution
			if err := a.Validate(); !errors.As(err, &incomplete) || !slices.Equal(incomplete.Missing, []AttributionField{field}) {
				t.Errorf("without %s: %v", field, err)
			}
		}
	}
	if err := credit().Validate(); err != nil {
		t.Errorf("a whole credit: %v", err)
	}
}

func TestACreditOfNothingLacksEverything(t *testing.T) {
	t.Parallel()
	var incomplete *IncompleteAttribution
	if !errors.As(Attribution{}.Validate(), &incomplete) {
		t.Fatal("nothing is a credit")
	}
	want := []AttributionField{FieldAuthors, FieldCapacity, FieldSource, FieldCreated, FieldUses, FieldBasis}
	if diff := cmp.Diff(want, incomplete.Missing); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, field := range want {
		if !strings.Contains(incomplete.Error(), string(field)) {
			t.Errorf("%q does not name %s", incomplete, field)
		}
	}
}

// TestTheFirstIncompleteCreditIsNamed: by its place among the text's.
func TestTheFirstIncompleteCreditIsNamed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		var all []Attribution
		first := -1
		for i, whole := range rapid.SliceOfN(rapid.Bool(), 0, 6).Draw(rt, "whole") {
			a := credit()
			if !whole {
				a.Source = ""
				if first < 0 {
					first = i
				}
			}
			all = append(all, a)
		}
		err := ValidateAttributions(all)
		var incomplete *IncompleteAttribution
		if errors.As(err, &incomplete) != (first >= 0) || (incomplete != nil && incomplete.Index != first) {
			rt.Fatalf("%v, want the one at %d", err, first)
		}
	})
}
