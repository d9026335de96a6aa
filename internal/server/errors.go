package server

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"imprimatur/internal/api"
	"imprimatur/internal/auth"
	"imprimatur/internal/directory"
	"imprimatur/internal/settings"
	"imprimatur/internal/web"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// kind is what a client is told of a class of errors.
type kind struct {
	err    error // what [errors.Is] finds
	status int
	word   string // stable: the end of a problem's type
	text   string // the message of the catalogues, below "api."; with "_do", what to do where that is not said yet
}

// table is the one place where errors become answers. The first kind that an
// error is wins, so that the more precise stand before the more general.
var table = []kind{
	{api.ErrMatch, http.StatusPreconditionFailed, "precondition-failed", "precondition-failed"},
	{api.ErrNoMatch, http.StatusPreconditionRequired, "precondition-required", "precondition-required"},
	{api.ErrMalformed, http.StatusBadRequest, "malformed", "not-json"},
	{api.ErrInvalid, http.StatusUnprocessableEntity, "invalid", "invalid-body"},
	{api.ErrParameter, http.StatusBadRequest, "invalid-parameter", "invalid-parameter"},
	{api.ErrTooLarge, http.StatusRequestEntityTooLarge, "too-large", "too-large"},
	{api.ErrMediaType, http.StatusUnsupportedMediaType, "unsupported-media-type", "unsupported-media-type"},
	{api.ErrForm, http.StatusBadRequest, "malformed", "not-a-form"},
	{api.ErrPerson, http.StatusForbidden, "person-required", "person-required"},
	{api.ErrKeyReused, http.StatusUnprocessableEntity, "idempotency-key-reused", "idempotency-key-reused"},
	{api.ErrKeyBusy, http.StatusConflict, "idempotency-key-busy", "idempotency-key-busy"},
	{api.ErrKeyUnknown, http.StatusConflict, "outcome-unknown", "outcome-unknown"},
	{api.ErrTooMany, http.StatusTooManyRequests, "too-many-requests", "too-many-requests"},
	{api.ErrUnavailable, http.StatusServiceUnavailable, "unavailable", "unavailable"},

	{auth.ErrCredentials, http.StatusUnauthorized, "credentials", "credentials"},
	{auth.ErrKey, http.StatusUnauthorized, "key", "key"},
	{auth.ErrLogin, http.StatusUnauthorized, "login", "login"},
	{auth.ErrScope, http.StatusForbidden, "scope", "scope"},
	{auth.ErrOnBehalf, http.StatusForbidden, "on-behalf-of", "on-behalf-of"},
	{auth.ErrWhichTenant, http.StatusBadRequest, "which-establishment", "which-establishment"},
	{auth.ErrEstablishment, http.StatusNotFound, "not-found", "no-establishment"},
	{auth.ErrLimited, http.StatusTooManyRequests, "too-many-requests", "too-many-attempts"},
	{auth.ErrPassword, http.StatusUnprocessableEntity, "invalid", "invalid-password"},

	{publication.ErrCursor, http.StatusBadRequest, "invalid-cursor", "invalid-cursor"},
	{workflow.ErrUnknownAction, http.StatusUnprocessableEntity, "unknown-action", "unknown-action"},
	{workflow.ErrStale, http.StatusConflict, "stale", "stale"},
	{workflow.ErrImpossible, http.StatusConflict, "impossible", "impossible"},
	{workflow.ErrForbidden, http.StatusForbidden, "forbidden", "forbidden"},
	{workflow.ErrUnmet, http.StatusUnprocessableEntity, "unmet", "unmet"},
	{workflow.ErrReason, http.StatusUnprocessableEntity, "reason", "reason"},
	{settings.ErrWeaker, http.StatusUnprocessableEntity, "weaker", "weaker"},
	{settings.ErrUnknown, http.StatusUnprocessableEntity, "invalid", "unknown-setting"},
	{settings.ErrInvalid, http.StatusUnprocessableEntity, "invalid", "invalid-setting"},
	{directory.ErrTaken, http.StatusConflict, "taken", "taken"},
	{web.ErrTooLarge, http.StatusRequestEntityTooLarge, "too-large", "too-large-form"},
	{web.ErrForm, http.StatusBadRequest, "malformed", "not-a-form"},
	{publication.ErrSourceTooLong, http.StatusRequestEntityTooLarge, "too-large", "too-large-text"},
	{publication.ErrSourceEncoding, http.StatusUnprocessableEntity, "invalid", "not-utf8"},
	{publication.ErrSourceNUL, http.StatusUnprocessableEntity, "invalid", "holds-nul"},
	{context.Canceled, http.StatusServiceUnavailable, "unavailable", "given-up"},
	{context.DeadlineExceeded, http.StatusServiceUnavailable, "unavailable", "too-slow"},
}

// typed are the kinds of errors that are known by their type. FieldErrors stand
// before what they may wrap: a parent that is not found is a wrong field, and not
// a missing page.
var (
	invalidKind  = kind{nil, http.StatusUnprocessableEntity, "invalid", "invalid"}
	claimedKind  = kind{nil, http.StatusConflict, "claimed", "claimed"}
	notFoundKind = kind{nil, http.StatusNotFound, "not-found", "not-found"}
	tooLargeKind = kind{nil, http.StatusRequestEntityTooLarge, "too-large", "too-large"}
	internalKind = kind{nil, http.StatusInternalServerError, "internal", "internal"}
)

// classify finds what a client is told of an error. What nobody has classified is
// a fault of ours, and says nothing.
func classify(err error) kind {
	switch {
	case is[*publication.FieldError](err), is[*publication.IncompleteAttribution](err):
		return invalidKind
	case is[*moderation.ClaimedError](err):
		return claimedKind
	case is[*http.MaxBytesError](err):
		return tooLargeKind
	}
	for _, k := range table {
		if errors.Is(err, k.err) {
			return k
		}
	}
	if errors.Is(err, directory.ErrNotFound) {
		return notFoundKind
	}
	if http := new(echo.HTTPError); errors.As(err, &http) {
		return ofHTTP(http.Code)
	}
	return internalKind
}

func is[T error](err error) bool {
	var target T
	return errors.As(err, &target)
}

// ofHTTP is the kind of what echo refuses by itself, wrapped or not.
func ofHTTP(status int) kind {
	switch status {
	case http.StatusNotFound:
		return notFoundKind
	case http.StatusMethodNotAllowed:
		return kind{nil, status, "method-not-allowed", "method-not-allowed"}
	case http.StatusRequestEntityTooLarge:
		return tooLargeKind
	case http.StatusForbidden:
		return kind{nil, status, "cross-origin", "cross-origin"}
	case http.StatusBadRequest:
		return kind{nil, status, "malformed", "malformed-request"}
	}
	return internalKind
}

// Status is the HTTP status of an error.
func Status(err error) int { return classify(err).status }

// retryAfter says when to ask again; zero where nothing is to be said.
func retryAfter(err error, now time.Time) time.Duration {
	if wait := new(api.RetryError); errors.As(err, &wait) {
		return wait.After
	}
	if limit := new(auth.LimitError); errors.As(err, &limit) {
		return limit.Until.Sub(now)
	}
	if claimed := new(moderation.ClaimedError); errors.As(err, &claimed) {
		return claimed.Claim.Expires.Sub(now)
	}
	return 0
}
