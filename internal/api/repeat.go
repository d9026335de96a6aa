package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"net/http"
	"regexp"
	"time"

	"imprimatur/internal/repeat"
)

// Repeats remembers the answers to requests that were sent with an
// Idempotency-Key. postgres.DB is one.
type Repeats interface {
	// BeginRequest claims the key for its first request. Where it was claimed
	// before, it gives what is known of that request, and begun is false.
	BeginRequest(ctx context.Context, key repeat.Key, request repeat.Fingerprint, now time.Time) (known repeat.Request, begun bool, err error)
	// FinishRequest keeps the answer to the request that claimed the key.
	FinishRequest(ctx context.Context, key repeat.Key, given repeat.Answer) error
	// ForgetRequest gives the key back: nothing came of the request.
	ForgetRequest(ctx context.Context, key repeat.Key) error
}

// repeatable is what an Idempotency-Key may be.
var repeatable = regexp.MustCompile(`^[\x21-\x7e]{1,200}$`)

// kept are the headers that belong to an answer.
var kept = []string{"Content-Type", "Content-Language", "ETag", "Location"}

// interrupted is when a request without an answer has none coming: later than any
// request may take.
const interrupted = 3 * time.Minute

// once carries a request out once per Idempotency-Key, and gives its answer again
// to whoever repeats it. Without a key each request is its own.
func (a *API) once(c *call, run func() error) error {
	given := c.Request().Header.Values("Idempotency-Key")
	if len(given) == 0 {
		return run()
	}
	if len(given) > 1 || !repeatable.MatchString(given[0]) {
		return wrong(ErrParameter, "Idempotency-Key", "malformed")
	}
	key := repeat.Key{Tenant: c.who.Tenant, Caller: c.caller(), Name: given[0]}
	now, request := a.cfg.Clock(), c.fingerprint()
	known, begun, err := a.cfg.Repeats.BeginRequest(c.Request().Context(), key, request, now)
	switch {
	case err != nil:
		return err
	case begun:
		return a.record(c, key, run)
	case known.Fingerprint != request:
		return wrong(ErrKeyReused, "Idempotency-Key", "reused")
	case known.Answer.Status != 0:
		return c.replay(known.Answer)
	case now.Sub(known.At) > interrupted:
		return &RequestError{Err: ErrKeyUnknown}
	}
	return &RetryError{After: time.Second, Err: ErrKeyBusy}
}

// fingerprint tells one request from another.
func (c *call) fingerprint() repeat.Fingerprint {
	h := sha256.New()
	r := c.Request()
	for _, part := range []string{r.Method, r.URL.EscapedPath(), r.URL.RawQuery, r.Header.Get("If-Match")} {
		h.Write([]byte(part + "\n"))
	}
	if c.boundary == "" {
		h.Write(c.body)
	} else { // which a client makes up anew each time
		for piece := range bytes.SplitSeq(c.body, []byte(c.boundary)) {
			h.Write(piece)
		}
	}
	return repeat.Fingerprint(h.Sum(nil))
}

// record answers and keeps the answer. A fault of ours is no answer: the same
// request may be made again.
func (a *API) record(c *call, key repeat.Key, run func() error) error {
	tape := &tape{ResponseWriter: c.Response().Writer}
	c.Response().Writer = tape
	if err := run(); err != nil {
		c.Error(err) // answered here, to be on the tape
	}
	// The caller may have gone; the answer is kept all the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request().Context()), 5*time.Second)
	defer cancel()
	status := c.Response().Status
	if status >= http.StatusInternalServerError {
		return a.cfg.Repeats.ForgetRequest(ctx, key)
	}
	header := map[string]string{}
	for _, name := range kept {
		if value := c.Response().Header().Get(name); value != "" {
			header[name] = value
		}
	}
	body := tape.body.Bytes()
	if c.kept != nil {
		body = c.kept
	}
	return a.cfg.Repeats.FinishRequest(ctx, key, repeat.Answer{Status: status, Header: header, Body: body})
}

// tape keeps what goes through it.
type tape struct {
	http.ResponseWriter
	body bytes.Buffer
}

// Write sends and keeps.
func (t *tape) Write(p []byte) (int, error) {
	t.body.Write(p)
	return t.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (t *tape) Unwrap() http.ResponseWriter { return t.ResponseWriter }

// replay gives an answer again.
func (c *call) replay(given repeat.Answer) error {
	for name, value := range given.Header {
		c.Response().Header().Set(name, value)
	}
	c.Response().Header().Set("Cache-Control", "private, no-cache")
	c.Response().Header().Set("Idempotency-Replayed", "true")
	if len(given.Body) == 0 { // 204 allows none
		return c.NoContent(given.Status)
	}
	c.Response().WriteHeader(given.Status)
	_, err := c.Response().Write(given.Body)
	return err
}
