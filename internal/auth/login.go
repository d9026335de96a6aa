package auth

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// Credential is how somebody proves by a password who they are.
type Credential struct {
	Person id.Person
	Hash   string // argon2id, in PHC form
}

// limit is how many attempts fit into a window, which begins with the first of them.
type limit struct {
	most   int
	window time.Duration
}

// The limits of attempts. They are counted in the database, because a bound per
// process would grow with each process that serves; a login is rare and its
// password's hash costs far more than the row. A school is often one address, so
// the address's limit is wide, and what succeeds is taken back.
//
// Guesses at a login close it first where they come from: 10 in 15 minutes, so that
// whoever guesses keeps its owner out nowhere else. What passes there counts against
// the login wherever it comes from: 150 an hour, which takes four addresses at their
// utmost, and leaves a guesser with a botnet 3600 tries a day.
var (
	perAddress = limit{200, 15 * time.Minute}
	perPair    = limit{10, 15 * time.Minute}
	perLogin   = limit{150, time.Hour}
)

// Login opens a session for whoever knows the password. It answers with
// [ErrCredentials], after the same work for an unknown login as for a wrong
// password, or with a [LimitError]. The request must have come through Middleware.
func (s *Service) Login(ctx context.Context, login, password string, from netip.Addr) error {
	login = strings.ToLower(strings.TrimSpace(login))
	place := network(from)
	byAddress, byPair, byLogin := subject("address", place), subject("pair", place+"\x00"+login), subject("login", login)
	now := s.clock()
	for _, count := range []struct {
		by [32]byte
		limit
	}{{byAddress, perAddress}, {byPair, perPair}, {byLogin, perLogin}} {
		if err := s.attempt(ctx, count.by, count.limit, now); err != nil {
			return err
		}
	}
	credential, err := s.prove(ctx, login, password)
	if err != nil {
		return err
	}
	if err := errors.Join(s.store.Forgive(ctx, byPair, true), s.store.Forgive(ctx, byLogin, false), s.store.Forgive(ctx, byAddress, false)); err != nil {
		return fmt.Errorf("forgive attempts: %w", err)
	}
	return s.begin(ctx, credential.Person)
}

// network is what attempts from an address are counted by: the address itself,
// or the half of an IPv6 address that one household or school has.
func network(from netip.Addr) string {
	from = from.Unmap().WithZone("")
	if from.Is6() {
		if prefix, err := from.Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return from.String()
}

// subject is what attempts are counted by. What was typed is not kept: people
// type passwords into the wrong field.
func subject(kind, text string) [32]byte { return sha256.Sum256([]byte(kind + "\x00" + text)) }

func (s *Service) attempt(ctx context.Context, by [32]byte, l limit, now time.Time) error {
	count, until, err := s.store.Attempt(ctx, by, l.window, now)
	if err != nil {
		return fmt.Errorf("count attempt: %w", err)
	}
	if count > l.most {
		return &LimitError{until}
	}
	return nil
}

// storable reports whether the database could hold the text: no row is to be
// looked for where not.
func storable(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

// prove finds the credential that login and password open, and brings its hash
// up to today's cost.
func (s *Service) prove(ctx context.Context, login, password string) (Credential, error) {
	if len(login) > longestLogin || len(password) > longestPassword || !storable(login) {
		return Credential{}, ErrCredentials
	}
	credential, err := s.store.Credential(ctx, login)
	if err != nil && !errors.Is(err, directory.ErrNotFound) {
		return Credential{}, fmt.Errorf("find login: %w", err)
	}
	same, err := s.passwords.check(ctx, password, credential.Hash)
	if err != nil {
		return Credential{}, err
	}
	if !same {
		return Credential{}, ErrCredentials
	}
	fresh, err := s.passwords.renew(password, credential.Hash)
	if err != nil || fresh == "" {
		return credential, err
	}
	return credential, s.store.Rehash(ctx, credential.Person, credential.Hash, fresh)
}
