package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// Lifetime is how long a session lasts at the most, however much it is used.
const Lifetime = 12 * time.Hour

// visit is how long what a session keeps for somebody not logged in is kept.
const visit = 10 * time.Minute

// touch is the part of an idle time after which a session in use is written
// again: a thirtieth, so that a request seldom writes. A session may end that
// much early and never late.
const touch = 30

// The names in a session's data.
const (
	keyPerson = "person"
	keyTenant = "tenant"
	keySince  = "since"
	keyFlash  = "flash"
)

// The names of the session's cookie, by http and by https.
const (
	cookiePlain  = "imprimatur"
	cookieSecure = "__Host-imprimatur"
)

func newSessions(cfg Config) *scs.SessionManager {
	m := scs.New()
	m.Store = keeper{cfg.Store, cfg.Clock}
	m.Lifetime = visit
	m.ErrorFunc = cfg.OnError
	m.Cookie.Name = cookiePlain
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Path = "/"
	m.Cookie.Persist = false // it goes with the browser
	if cfg.Secure {
		m.Cookie.Secure, m.Cookie.Name = true, cookieSecure
	}
	return m
}

// SessionOf is what a request says to be its session's cookie; empty for none. It
// proves nothing.
func SessionOf(r *http.Request) string {
	for _, name := range []string{cookieSecure, cookiePlain} {
		if cookie, err := r.Cookie(name); err == nil {
			return cookie.Value
		}
	}
	return ""
}

// Middleware reads the session of each request and writes it back. It stands
// before every page; the API has none.
func (s *Service) Middleware(next http.Handler) http.Handler {
	inner := s.sessions.LoadAndSave(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := context.WithValue(r.Context(), openedKey{}, &opened{})
		inner.ServeHTTP(w, r.WithContext(ctx))
	})
}

// Session says whose session a request is in; anyone's without one. A session
// whose person has gone or has changed their password is ended here.
func (s *Service) Session(r *http.Request) (Identity, error) {
	ctx, now := r.Context(), s.clock()
	who := anonymous(ViaWeb)
	text := s.sessions.GetString(ctx, keyPerson)
	if text == "" {
		return s.visitor(r, who)
	}
	person, err := id.Parse[id.Person](text)
	if err != nil {
		return Identity{}, fmt.Errorf("read session: %w", err)
	}
	known, err := s.store.Known(ctx, person, nil, now)
	if err != nil && !errors.Is(err, directory.ErrNotFound) {
		return Identity{}, fmt.Errorf("read session: %w", err)
	}
	since := time.UnixMicro(s.sessions.GetInt64(ctx, keySince))
	if len(known.Memberships) == 0 || known.SecretChanged.After(since) {
		who.Expired = true
		return who, s.Logout(ctx)
	}
	if err := s.extend(ctx, since, known.idle(), now); err != nil {
		return Identity{}, err
	}
	who = known.identity(ViaWeb)
	if tenant, err := id.Parse[id.Tenant](s.sessions.GetString(ctx, keyTenant)); err == nil && who.In(tenant) {
		who.Chosen = tenant
	}
	return who, nil
}

// visitor is somebody who has not logged in, or no longer is: then the cookie of
// the session that has ended goes, so that this is said once.
func (s *Service) visitor(r *http.Request, who Identity) (Identity, error) {
	ctx := r.Context()
	if _, err := r.Cookie(s.sessions.Cookie.Name); err != nil || s.sessions.Token(ctx) != "" {
		return who, nil //nolint:nilerr // the only error is that there is no cookie
	}
	who.Expired = true
	return who, s.Logout(ctx)
}

// extend moves the end of a session that is in use, where that is worth a write.
func (s *Service) extend(ctx context.Context, since time.Time, idle time.Duration, now time.Time) error {
	at := openedIn(ctx)
	until := end(since, idle, now)
	if until.Sub(at.expiry) < idle/touch && !until.Before(at.expiry) {
		return nil
	}
	if err := s.store.ExtendSession(ctx, stored(s.sessions.Token(ctx)), until, now); err != nil {
		return fmt.Errorf("extend session: %w", err)
	}
	at.expiry = until
	return nil
}

// end is when a session ends if nobody uses it any more.
func end(since time.Time, idle time.Duration, now time.Time) time.Time {
	if last := since.Add(Lifetime); now.Add(idle).After(last) {
		return last
	}
	return now.Add(idle)
}

// begin makes the session that of a person, under a fresh token: one that was
// planted in the browser before is worth nothing. Who belongs nowhere now has
// [ErrCredentials].
func (s *Service) begin(ctx context.Context, person id.Person) error {
	now := s.clock().UTC()
	known, err := s.store.Known(ctx, person, nil, now)
	if err != nil {
		return unless(err, ErrCredentials)
	}
	if len(known.Memberships) == 0 {
		return ErrCredentials
	}
	if err := s.sessions.Clear(ctx); err != nil {
		return fmt.Errorf("begin session: %w", err)
	}
	if err := s.sessions.RenewToken(ctx); err != nil {
		return fmt.Errorf("begin session: %w", err)
	}
	s.sessions.Put(ctx, keyPerson, person.String())
	s.sessions.Put(ctx, keySince, now.UnixMicro())
	s.keep(ctx, end(now, known.idle(), now))
	return nil
}

// Choose takes one of the person's establishments as that of the requests to
// come. It answers with [ErrEstablishment] for any other.
func (s *Service) Choose(ctx context.Context, who Identity, tenant id.Tenant) error {
	if !who.In(tenant) {
		return ErrEstablishment
	}
	s.sessions.Put(ctx, keyTenant, tenant.String())
	s.keep(ctx, openedIn(ctx).expiry)
	return nil
}

// Logout ends the session, for good.
func (s *Service) Logout(ctx context.Context) error {
	if err := s.sessions.Destroy(ctx); err != nil {
		return fmt.Errorf("log out: %w", err)
	}
	openedIn(ctx).expiry = time.Time{}
	return nil
}

// Flash leaves a message key for the next page that this browser asks for.
func (s *Service) Flash(ctx context.Context, message string) {
	s.sessions.Put(ctx, keyFlash, message)
	s.keep(ctx, openedIn(ctx).expiry)
}

// TakeFlash gives the message key that was left, once; empty where there is none.
func (s *Service) TakeFlash(ctx context.Context) string {
	message := s.sessions.PopString(ctx, keyFlash)
	if message != "" {
		s.keep(ctx, openedIn(ctx).expiry)
	}
	return message
}

// keep says when the session that is about to be written ends; a session that
// was not there before keeps its visit.
func (s *Service) keep(ctx context.Context, until time.Time) {
	if until.IsZero() {
		until = s.clock().Add(visit)
	}
	openedIn(ctx).expiry = until
	s.sessions.SetDeadline(ctx, until.UTC())
}

// Sweep deletes the sessions and counts of attempts that ended long ago, and
// says how many. A job calls it now and then.
func Sweep(ctx context.Context, store SessionStore, now time.Time) (int64, error) {
	return store.SweepSessions(ctx, now.Add(-Lifetime))
}
