package api

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"imprimatur/internal/actor"
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

// whole answers with a page of a list that a service gives whole, because it is short; name is what
// the next page comes after.
func whole[D, T any](c *call, read func(context.Context, actor.Actor) ([]D, error), name func(D) string, as func(D) T) (answer, error) {
	limit, err := c.limit()
	if err != nil {
		return answer{}, err
	}
	all, err := read(c.Request().Context(), c.who)
	if err != nil {
		return answer{}, err
	}
	page, next, err := cutPage(all, c.query.Get("after"), limit, name)
	if err != nil {
		return answer{}, err
	}
	return answer{body: listOf(page, next, as)}, nil
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
	page, next = firstOf(all, limit, name)
	return page, next, nil
}

// firstOf takes the first page of a list that may hold more, with the name that the
// next one comes after; empty on the last.
func firstOf[T any](all []T, limit int, name func(T) string) (page []T, next string) {
	if len(all) > limit {
		return all[:limit], name(all[limit-1])
	}
	return all, ""
}

// cursorID reads the cursor of a list that is read from the latest on: the id of its
// last item. The zero id is the list's beginning. The error is [publication.ErrCursor].
func cursorID[T ~struct{ uuid.UUID }](c *call) (T, error) {
	var at T
	after := c.query.Get("after")
	if after == "" {
		return at, nil
	}
	at, err := parseID[T](after)
	if err != nil {
		return at, publication.ErrCursor
	}
	return at, nil
}
