package directory

import "errors"

// Errors that every part of the house may answer with.
var (
	// ErrNotFound: there is no such thing, or the actor may not know of it. The
	// two look the same from outside.
	ErrNotFound = errors.New("not found")
	// ErrTaken: the name or address is already in use.
	ErrTaken = errors.New("already taken")
)
