package auth

import (
	"errors"
	"fmt"
	"time"

	"imprimatur/internal/directory"
)

// Why somebody is not let in. None says more than its words.
var (
	// ErrCredentials: the login or the password is wrong, or nothing is open to
	// them. Which of these is never said.
	ErrCredentials = errors.New("login or password not recognised")
	// ErrKey: the API key is missing where one is needed, malformed, unknown or revoked.
	ErrKey = errors.New("API key not recognised")
	// ErrLogin: somebody known is needed, and nobody is logged in.
	ErrLogin = errors.New("login needed")
	// ErrScope: the key's scopes do not cover the call.
	ErrScope = errors.New("outside the key's scopes")
	// ErrOnBehalf: X-On-Behalf-Of names nobody who belongs to the key's establishments now.
	ErrOnBehalf = errors.New("nobody by that external id in the key's establishments")
	// ErrWhichTenant: the caller acts in several establishments and named none.
	ErrWhichTenant = errors.New("several establishments, and none named")
	// ErrEstablishment: the establishment named is not one in which the caller
	// acts. It is a [directory.ErrNotFound].
	ErrEstablishment = fmt.Errorf("no such establishment for the caller: %w", directory.ErrNotFound)
	// ErrLimited: too many attempts; see [LimitError].
	ErrLimited = errors.New("too many attempts")
)

// LimitError says when to try again. It wraps [ErrLimited].
type LimitError struct{ Until time.Time }

// Error states the limit for a log.
func (e *LimitError) Error() string {
	return fmt.Sprintf("%v: until %s", ErrLimited, e.Until.UTC().Format(time.RFC3339))
}

// Unwrap gives the sentinel.
func (e *LimitError) Unwrap() error { return ErrLimited }
