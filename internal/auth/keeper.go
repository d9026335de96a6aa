package auth

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"time"

	"imprimatur/internal/directory"
)

// SessionStore keeps sessions by a hash of their token, so that whoever reads
// the table cannot use one.
type SessionStore interface {
	// FindSession reads a session that has not ended, with its end, or answers
	// [directory.ErrNotFound].
	FindSession(ctx context.Context, token string, now time.Time) ([]byte, time.Time, error)
	// SaveSession writes a session, unless its token has ended.
	SaveSession(ctx context.Context, token string, data []byte, expiry, now time.Time) error
	// ExtendSession moves the end of a session that has not ended.
	ExtendSession(ctx context.Context, token string, expiry, now time.Time) error
	// EndSession ends a token for good.
	EndSession(ctx context.Context, token string, now time.Time) error
	// SweepSessions deletes what ended before, and says how many.
	SweepSessions(ctx context.Context, before time.Time) (int64, error)
}

// stored is the form in which a token is kept.
func stored(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

type openedKey struct{}

// opened is what the store told of the session of a request.
type opened struct{ expiry time.Time }

// openedIn gives what Middleware keeps for the request; outside of it, scs has
// panicked before.
func openedIn(ctx context.Context) *opened {
	if at, ok := ctx.Value(openedKey{}).(*opened); ok {
		return at
	}
	return &opened{}
}

// keeper is a SessionStore in the shape that scs asks for.
type keeper struct {
	store SessionStore
	clock func() time.Time
}

func (k keeper) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	data, expiry, err := k.store.FindSession(ctx, stored(token), k.clock())
	if errors.Is(err, directory.ErrNotFound) {
		return nil, false, nil
	}
	openedIn(ctx).expiry = expiry
	return data, err == nil, err
}

func (k keeper) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	return k.store.SaveSession(ctx, stored(token), data, expiry, k.clock())
}

func (k keeper) DeleteCtx(ctx context.Context, token string) error {
	if token == "" {
		return nil
	}
	return k.store.EndSession(ctx, stored(token), k.clock())
}

// scs asks for these three, and calls the ones above.

func (k keeper) Find(token string) ([]byte, bool, error) {
	return k.FindCtx(context.Background(), token)
}
func (k keeper) Delete(token string) error { return k.DeleteCtx(context.Background(), token) }
func (k keeper) Commit(token string, data []byte, expiry time.Time) error {
	return k.CommitCtx(context.Background(), token, data, expiry)
}
