package auth

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
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
// utmost, and leaves a guesser with a botnet 3600 tries a day. Its owner, in a browser
// that knows them, is kept out by none of these: see [perCard].
var (
	perAddress = limit{200, 15 * time.Minute}
	perPair    = limit{10, 15 * time.Minute}
	perLogin   = limit{150, time.Hour}
)

// Login opens a session for whoever knows the password. It answers with
// [ErrCredentials], after the same work for an unknown login as for a wrong
// password, or with a [LimitError]. The request must have come through Middleware.
func (s *Service) Login(w http.ResponseWriter, r *http.Request, login, password string, from netip.Addr) error {
	ctx, now := r.Context(), s.clock()
	login = strings.ToLower(strings.TrimSpace(login))
	credential, err := s.find(ctx, login)
	if err != nil {
		return err
	}
	card := s.card(r, credential, now)
	tried, err := s.count(ctx, card, login, network(from), now)
	if err != nil {
		return err
	}
	if credential, err = s.prove(ctx, credential, password); err != nil {
		return err
	}
	for _, t := range tried {
		if err := s.store.Forgive(ctx, t.by, t.wholly); err != nil {
			return fmt.Errorf("forgive attempts: %w", err)
		}
	}
	if err := s.begin(ctx, credential.Person); err != nil {
		return err
	}
	s.give(w, r, credential, card, now)
	return nil
}

// tally is what an attempt is counted by.
type tally struct {
	by [32]byte
	limit
	wholly bool // success forgives every attempt, not this one alone
}

// count counts an attempt, and says by what: by the card of a browser that is known,
// while that has not been guessed with too often; by address and login otherwise. The
// error is a [LimitError].
func (s *Service) count(ctx context.Context, card, login, place string, now time.Time) ([]tally, error) {
	if card != "" {
		known := []tally{{subject("card", card), perCard, true}}
		if err := s.attempts(ctx, known, now); !errors.Is(err, ErrLimited) {
			return known, err
		}
	}
	strange := []tally{
		{subject("address", place), perAddress, false}, {subject("pair", place+"\x00"+login), perPair, true}, {subject("login", login), perLogin, false},
	}
	return strange, s.attempts(ctx, strange, now)
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

func (s *Service) attempts(ctx context.Context, by []tally, now time.Time) error {
	for _, t := range by {
		count, until, err := s.store.Attempt(ctx, t.by, t.window, now)
		if err != nil {
			return fmt.Errorf("count attempt: %w", err)
		}
		if count > t.most {
			return &LimitError{until}
		}
	}
	return nil
}

// storable reports whether the database could hold the text: no row is to be
// looked for where not.
func storable(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

// find gives the credential of a login; a zero one, which no password opens, where
// there is none.
func (s *Service) find(ctx context.Context, login string) (Credential, error) {
	if len(login) > longestLogin || !storable(login) {
		return Credential{}, nil
	}
	credential, err := s.store.Credential(ctx, login)
	if err != nil && !errors.Is(err, directory.ErrNotFound) {
		return Credential{}, fmt.Errorf("find login: %w", err)
	}
	return credential, nil
}

// prove compares the password, and brings the credential's hash up to today's cost.
// The error is [ErrCredentials] where they do not go together.
func (s *Service) prove(ctx context.Context, credential Credential, password string) (Credential, error) {
	if len(password) > longestPassword {
		return Credential{}, ErrCredentials
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
	former := credential.Hash
	credential.Hash = fresh
	return credential, s.store.Rehash(ctx, credential.Person, former, fresh)
}
