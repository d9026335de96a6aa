package api

import (
	"slices"

	"imprimatur/publication"
)

// list is a page of anything.
type list[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"after of the next page; absent on the last."`
}

// listOf makes a page of what a service gave.
func listOf[D, T any](items []D, next string, as func(D) T) list[T] {
	page := list[T]{Items: make([]T, len(items)), Next: next}
	for i, item := range items {
		page.Items[i] = as(item)
	}
	return page
}

// cutPage takes a page out of a list that a service gives whole, because it is
// short: what comes after the item of that name. The error is
// [publication.ErrCursor] when there is none.
func cutPage[T any](all []T, after string, limit int, name func(T) string) (page []T, next string, err error) {
	if after != "" {
		at := slices.IndexFunc(all, func(item T) bool { return name(item) == after })
		if at < 0 {
			return nil, "", publication.ErrCursor
		}
		all = all[at+1:]
	}
	if len(all) > limit {
		return all[:limit], name(all[limit-1]), nil
	}
	return all, "", nil
}
