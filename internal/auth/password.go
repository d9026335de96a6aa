package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/alexedwards/argon2id"
)

// DefaultCost is that of a password's hash: OWASP's for argon2id. A stored hash
// of another cost is replaced at the next login.
var DefaultCost = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// atOnce is how many hashes a process works on at a time: each takes 19 MiB.
const atOnce = 2

// Longest login and password, in bytes. What is longer is wrong.
const (
	longestLogin    = 256
	longestPassword = 1024
)

// ErrPassword is a password that nobody may have.
var ErrPassword = errors.New("a password has 1 to 1024 bytes")

// HashPassword gives what is stored for a password, or [ErrPassword].
func HashPassword(password string, cost argon2id.Params) (string, error) {
	if password == "" || len(password) > longestPassword {
		return "", ErrPassword
	}
	hash, err := argon2id.CreateHash(password, &cost)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// passwords compares, a few at a time.
type passwords struct {
	cost  argon2id.Params
	slots chan struct{}
	none  string // a hash of the same cost that no password has
}

func newPasswords(cost argon2id.Params) (*passwords, error) {
	none, err := HashPassword(rand.Text(), cost)
	return &passwords{cost: cost, slots: make(chan struct{}, atOnce), none: none}, err
}

// check compares a password with a hash. An empty hash is that of an unknown
// login: the work is the same and the answer no.
func (p *passwords) check(ctx context.Context, password, hash string) (bool, error) {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	stored := hash
	if stored == "" {
		stored = p.none
	}
	same, err := argon2id.ComparePasswordAndHash(password, stored)
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return same && hash != "", nil
}

// renew gives a hash of today's cost for a password whose hash has another;
// empty where it has not.
func (p *passwords) renew(password, hash string) (string, error) {
	params, _, _, err := argon2id.DecodeHash(hash)
	if err != nil {
		return "", fmt.Errorf("read hash: %w", err)
	}
	if *params == p.cost {
		return "", nil
	}
	return HashPassword(password, p.cost)
}
