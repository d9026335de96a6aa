package i18n

import (
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// SortBy puts a list in the order in which the printer's language has the names:
// « Élan » between « Effort » and « Envol ». Equal names keep their order.
func SortBy[T any](p *Printer, list []T, name func(T) string) {
	order := collate.New(language.Make(p.lang), collate.IgnoreCase, collate.Numeric)
	slices.SortStableFunc(list, func(a, b T) int { return order.CompareString(name(a), name(b)) })
}
