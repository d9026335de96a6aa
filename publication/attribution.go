package publication

import (
	"fmt"
	"strings"
)

// Attribution says whose a borrowed work is and what is allowed with it (R17). It is
// shown beside the work and is part of what a revision's hash covers.
type Attribution struct {
	Authors    []Author `json:"authors"`
	Source     string   `json:"source"`     // where it was found: an address, a book
	Created    string   `json:"created"`    // when it was made, as precisely as is known
	Adapted    bool     `json:"adapted"`    // not the original
	Adaptation string   `json:"adaptation"` // how it was adapted; empty for an original
	Uses       []string `json:"uses"`       // what is permitted
	Basis      string   `json:"basis"`      // by what right: licence, agreement, public domain
}

// Author is somebody who made a work, and as what: author, photographer, translator.
type Author struct {
	Name     string `json:"name"`
	Capacity string `json:"capacity"`
}

// AttributionField names a part of an attribution.
type AttributionField string

const (
	FieldAuthors    AttributionField = "authors"
	FieldCapacity   AttributionField = "capacity"
	FieldSource     AttributionField = "source"
	FieldCreated    AttributionField = "created"
	FieldAdaptation AttributionField = "adaptation"
	FieldUses       AttributionField = "uses"
	FieldBasis      AttributionField = "basis"
)

// IncompleteAttribution is R17's refusal: "Complétez : {champs}."
type IncompleteAttribution struct {
	Index   int // which of a contribution's attributions, from 0
	Missing []AttributionField
}

func (e *IncompleteAttribution) Error() string {
	names := make([]string, len(e.Missing))
	for i, f := range e.Missing {
		names[i] = string(f)
	}
	return fmt.Sprintf("R17: attribution %d lacks %s", e.Index, strings.Join(names, ", "))
}

// Rule is the rule that refuses.
func (e *IncompleteAttribution) Rule() string { return "R17" }

// Validate reports every field that R17 asks for and that is missing, as an
// *IncompleteAttribution.
func (a Attribution) Validate() error {
	if missing := a.missing(); len(missing) > 0 {
		return &IncompleteAttribution{Missing: missing}
	}
	return nil
}

// ValidateAttributions reports the first incomplete one, with its index.
func ValidateAttributions(all []Attribution) error {
	for i, a := range all {
		if missing := a.missing(); len(missing) > 0 {
			return &IncompleteAttribution{Index: i, Missing: missing}
		}
	}
	return nil
}

func (a Attribution) missing() []AttributionField {
	named, capable := a.authors()
	checks := []struct {
		field AttributionField
		given bool
	}{
		{FieldAuthors, named},
		{FieldCapacity, capable},
		{FieldSource, given(a.Source)},
		{FieldCreated, given(a.Created)},
		{FieldAdaptation, !a.Adapted || given(a.Adaptation)},
		{FieldUses, given(strings.Join(a.Uses, ""))},
		{FieldBasis, given(a.Basis)},
	}
	var missing []AttributionField
	for _, c := range checks {
		if !c.given {
			missing = append(missing, c.field)
		}
	}
	return missing
}

// authors reports whether there are any and all have a name, and whether all have a
// capacity.
func (a Attribution) authors() (named, capable bool) {
	named, capable = len(a.Authors) > 0, len(a.Authors) > 0
	for _, author := range a.Authors {
		named = named && given(author.Name)
		capable = capable && given(author.Capacity)
	}
	return named, capable
}

func given(s string) bool { return strings.TrimSpace(s) != "" }
