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
	title  string
	advice string // what to do; empty where the title says it
}

// table is the one place where errors become answers. The first kind that an
// error is wins, so that the more precise stand before the more general.
var table = []kind{
	{api.ErrMatch, http.StatusPreconditionFailed, "precondition-failed", "It has moved since it was looked at.", "Read it again, and send its ETag as If-Match."},
	{api.ErrNoMatch, http.StatusPreconditionRequired, "precondition-required", "The version that was looked at is missing.", "Send the ETag of what was read as If-Match."},
	{api.ErrMalformed, http.StatusBadRequest, "malformed", "The body is not the JSON that was asked for.", ""},
	{api.ErrInvalid, http.StatusUnprocessableEntity, "invalid", "Fields of the body are wrong.", ""},
	{api.ErrParameter, http.StatusBadRequest, "invalid-parameter", "Parameters or headers are wrong.", ""},
	{api.ErrTooLarge, http.StatusRequestEntityTooLarge, "too-large", "The body is too large.", ""},
	{api.ErrMediaType, http.StatusUnsupportedMediaType, "unsupported-media-type", "The body has to be application/json in UTF-8.", ""},
	{api.ErrPerson, http.StatusForbidden, "person-required", "The call acts for a person.", "Name them by external id in X-On-Behalf-Of."},
	{api.ErrKeyReused, http.StatusUnprocessableEntity, "idempotency-key-reused", "The idempotency key was used with another request.", "Use a new key for a new request."},
	{api.ErrKeyBusy, http.StatusConflict, "idempotency-key-busy", "The first request with this idempotency key is under way.", "Ask again in a moment."},
	{api.ErrKeyUnknown, http.StatusConflict, "outcome-unknown", "The first request with this idempotency key was interrupted.", "Look whether it took effect before asking again with a new key."},
	{api.ErrTooMany, http.StatusTooManyRequests, "too-many-requests", "Too many requests.", "Wait as Retry-After says."},
	{api.ErrUnavailable, http.StatusServiceUnavailable, "unavailable", "Not possible at the moment.", "Ask again later."},

	{auth.ErrCredentials, http.StatusUnauthorized, "credentials", "Login or password not recognised.", ""},
	{auth.ErrKey, http.StatusUnauthorized, "key", "The API key is not recognised.", "Send Authorization: Bearer and the key."},
	{auth.ErrLogin, http.StatusUnauthorized, "login", "Somebody known is needed.", "Sign in, or send an API key."},
	{auth.ErrScope, http.StatusForbidden, "scope", "The API key is not made for this call.", "Ask for a key with the scope that the document names."},
	{auth.ErrOnBehalf, http.StatusForbidden, "on-behalf-of", "X-On-Behalf-Of names nobody in the key's establishments.", ""},
	{auth.ErrWhichTenant, http.StatusBadRequest, "which-establishment", "Several establishments are possible.", "Name one by its UAI in X-Establishment."},
	{auth.ErrEstablishment, http.StatusNotFound, "not-found", "There is no such establishment for the caller.", ""},
	{auth.ErrLimited, http.StatusTooManyRequests, "too-many-requests", "Too many attempts.", "Wait as Retry-After says."},
	{auth.ErrPassword, http.StatusUnprocessableEntity, "invalid", "A password has 1 to 1024 bytes.", ""},

	{publication.ErrCursor, http.StatusBadRequest, "invalid-cursor", "There is no such place in the list.", "Begin the list again."},
	{workflow.ErrUnknownAction, http.StatusUnprocessableEntity, "unknown-action", "There is no such action.", ""},
	{workflow.ErrStale, http.StatusConflict, "stale", "It has moved since it was looked at.", "Read it again."},
	{workflow.ErrImpossible, http.StatusConflict, "impossible", "Its status does not allow this.", ""},
	{workflow.ErrForbidden, http.StatusForbidden, "forbidden", "Your roles do not allow this.", ""},
	{workflow.ErrUnmet, http.StatusUnprocessableEntity, "unmet", "A requirement is not met.", ""},
	{workflow.ErrReason, http.StatusUnprocessableEntity, "reason", "The reason is incomplete.", ""},
	{settings.ErrWeaker, http.StatusUnprocessableEntity, "weaker", "What is fixed by law or charter cannot be weakened.", ""},
	{settings.ErrUnknown, http.StatusUnprocessableEntity, "invalid", "There is no such parameter.", ""},
	{settings.ErrInvalid, http.StatusUnprocessableEntity, "invalid", "That is no value of this parameter.", ""},
	{directory.ErrStale, http.StatusConflict, "stale", "It has moved since it was looked at.", "Read it again."},
	{directory.ErrTaken, http.StatusConflict, "taken", "The name or address is in use.", ""},
	{web.ErrTooLarge, http.StatusRequestEntityTooLarge, "too-large", "The form is too large.", ""},
	{web.ErrForm, http.StatusBadRequest, "malformed", "This is not a form of ours.", ""},
	{publication.ErrSourceTooLong, http.StatusRequestEntityTooLarge, "too-large", "The text is too large.", ""},
	{publication.ErrSourceEncoding, http.StatusUnprocessableEntity, "invalid", "The text is not UTF-8.", ""},
	{publication.ErrSourceNUL, http.StatusUnprocessableEntity, "invalid", "The text holds NUL.", ""},
	{context.Canceled, http.StatusServiceUnavailable, "unavailable", "The request was given up.", ""},
	{context.DeadlineExceeded, http.StatusServiceUnavailable, "unavailable", "It took too long.", "Ask again later."},
}

// typed are the kinds of errors that are known by their type. FieldErrors stand
// before what they may wrap: a parent that is not found is a wrong field, and not
// a missing page.
var (
	invalidKind  = kind{nil, http.StatusUnprocessableEntity, "invalid", "Fields are wrong.", ""}
	claimedKind  = kind{nil, http.StatusConflict, "claimed", "Somebody else is at it.", "Wait until the claim has ended."}
	notFoundKind = kind{nil, http.StatusNotFound, "not-found", "There is no such thing.", ""}
	tooLargeKind = kind{nil, http.StatusRequestEntityTooLarge, "too-large", "The body is too large.", ""}
	internalKind = kind{nil, http.StatusInternalServerError, "internal", "Something went wrong here.", "Quote the request id to whoever runs the service."}
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
		return kind{nil, status, "method-not-allowed", "The address does not take this method.", "See Allow."}
	case http.StatusRequestEntityTooLarge:
		return tooLargeKind
	case http.StatusForbidden:
		return kind{nil, status, "cross-origin", "The request came from another site.", "Send the form from the service's own page."}
	case http.StatusBadRequest:
		return kind{nil, status, "malformed", "The request cannot be understood.", ""}
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
