package auth_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"imprimatur/internal/auth"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
)

func TestLogin(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.password(t, b.Martin, "p.martin", "cheval pile agrafe", cheap)
	for _, tt := range []struct {
		name, login, password string
		want                  error
	}{
		{"right", "p.martin", "cheval pile agrafe", nil},
		{"as a telephone writes it", " P.Martin ", "cheval pile agrafe", nil},
		{"wrong password", "p.martin", "cheval", auth.ErrCredentials},
		{"password in other letters", "p.martin", "Cheval pile agrafe", auth.ErrCredentials},
		{"unknown login", "q.martin", "cheval pile agrafe", auth.ErrCredentials},
		{"nothing", "", "", auth.ErrCredentials},
		{"SQL", "' OR true --", "x", auth.ErrCredentials},
		{"NUL", "p.martin\x00", "x", auth.ErrCredentials},
		{"not UTF-8", "\xff", "x", auth.ErrCredentials},
		{"too long a login", strings.Repeat("a", 257), "x", auth.ErrCredentials},
		{"too long a password", "p.martin", strings.Repeat("a", 1025), auth.ErrCredentials},
	} {
		br := b.browser()
		err := br.login(t, tt.login, tt.password)
		wantErr(t, err, tt.want)
		if in := br.who(t).RequireLogin() == nil; in != (tt.want == nil) {
			t.Errorf("%s: logged in %t, %v", tt.name, in, err)
		}
		if tt.want != nil && err.Error() != auth.ErrCredentials.Error() {
			t.Errorf("%s: says more than it should: %v", tt.name, err)
		}
	}
}

func TestWhoHasLeftCannotLogIn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.password(t, b.Lina, "lina", "nénuphar", cheap)
	b.exec(t, `UPDATE membership SET during = daterange(NULL, '2026-11-01') WHERE person_id = $1`, b.Lina)
	wantErr(t, b.browser().login(t, "lina", "nénuphar"), auth.ErrCredentials)
}

func TestAttemptsAreLimitedPerLogin(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.password(t, b.Lina, "lina", "nénuphar", cheap)
	for _, login := range []string{"lina", "nobody"} { // an unknown login is no different
		for range 10 {
			wantErr(t, b.browser().login(t, login, "wrong"), auth.ErrCredentials)
		}
		err := b.browser().login(t, login, "nénuphar")
		var limit *auth.LimitError
		if !errors.As(err, &limit) || !limit.Until.Equal(dbtest.Now.Add(15*time.Minute)) {
			t.Errorf("the eleventh attempt as %s: %v", login, err)
		}
	}
	b.password(t, b.Noe, "noe", "roseau", cheap)
	if err := b.browser().login(t, "noe", "roseau"); err != nil {
		t.Errorf("another login is locked, too: %v", err)
	}
	b.pass(15 * time.Minute)
	if err := b.browser().login(t, "lina", "nénuphar"); err != nil {
		t.Errorf("after the window: %v", err)
	}
	for range 10 { // what succeeded begins the count anew
		wantErr(t, b.browser().login(t, "lina", "wrong"), auth.ErrCredentials)
	}
}

// subjectOf is what attempts are counted by.
func subjectOf(kind, text string) []byte {
	sum := sha256.Sum256([]byte(kind + "\x00" + text))
	return sum[:]
}

// Whoever guesses closes a login where they are, and keeps its owner out nowhere
// else: not with all that one address can do in an hour, nor with that of three.
func TestGuessesKeepNobodyOutElsewhere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.password(t, b.Martin, "martin", "nénuphar", cheap)
	from := func(address, password string) error {
		return b.browser().loginFrom(t, address, "martin", password)
	}
	for range 4 {
		for _, address := range []string{"192.0.2.1", "192.0.2.2", "192.0.2.3"} {
			for range 10 {
				wantErr(t, from(address, "wrong"), auth.ErrCredentials)
			}
			for range 20 { // what is refused already counts against nobody
				wantErr(t, from(address, "nénuphar"), auth.ErrLimited)
			}
		}
		if err := from("198.51.100.7", "nénuphar"); err != nil {
			t.Fatalf("the owner is kept out: %v", err)
		}
		b.pass(15*time.Minute - time.Second)
		wantErr(t, from("192.0.2.1", "nénuphar"), auth.ErrLimited)
		b.pass(time.Second)
	}
}

// From however many addresses, a login takes 150 guesses an hour.
func TestAttemptsAreLimitedPerLoginEverywhere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.password(t, b.Lina, "lina", "nénuphar", cheap)
	from := func(n int, password string) error {
		return b.browser().loginFrom(t, "198.51.100."+strconv.Itoa(n), "lina", password)
	}
	for n := range 150 {
		wantErr(t, from(n, "wrong"), auth.ErrCredentials)
	}
	var limit *auth.LimitError
	if err := from(200, "nénuphar"); !errors.As(err, &limit) || !limit.Until.Equal(dbtest.Now.Add(time.Hour)) {
		t.Errorf("the next attempt from elsewhere: %v", err)
	}
	b.pass(time.Hour)
	if err := from(200, "nénuphar"); err != nil {
		t.Errorf("after the hour: %v", err)
	}
}

func TestAttemptsAreLimitedPerAddress(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.password(t, b.Lina, "lina", "nénuphar", cheap)
	from := func(address, login, password string) error {
		return b.browser().loginFrom(t, address, login, password)
	}
	for _, addresses := range [][4]string{
		{"192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2", "192.0.2.1"},
		{"2001:db8::1", "2001:db8::2:3", "2001:db8:0:1::1", "2001:db8::/64"}, // one household has half of an address
	} {
		b.exec(t, `DELETE FROM login_attempt`)
		for n := range 2 {
			wantErr(t, from(addresses[n], "guess", "wrong"), auth.ErrCredentials)
		}
		b.exec(t, `UPDATE login_attempt SET attempts = 199 WHERE attempts = 2 AND subject = $1`, subjectOf("address", addresses[3]))
		b.exec(t, `DELETE FROM login_attempt WHERE attempts < 199`)
		wantErr(t, from(addresses[1], "another guess", "wrong"), auth.ErrCredentials)
		wantErr(t, from(addresses[0], "lina", "nénuphar"), auth.ErrLimited)
		if err := from(addresses[2], "lina", "nénuphar"); err != nil {
			t.Errorf("another address is limited, too: %v", err)
		}
	}
}

// TestAnUnknownLoginCostsTheSame compares the least of several attempts, and
// widely, for a busy machine: without the hash there would be a factor of fifty.
func TestAnUnknownLoginCostsTheSame(t *testing.T) {
	t.Parallel()
	cost := argon2id.Params{Memory: 32 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	b := setup(t, func(c *auth.Config) { c.Password = cost })
	b.password(t, b.Lina, "lina", "nénuphar", cost)
	least := func(login string) time.Duration {
		var took []time.Duration
		for range 4 {
			start := time.Now()
			wantErr(t, b.browser().login(t, login, "wrong"), auth.ErrCredentials)
			took = append(took, time.Since(start))
		}
		return slices.Min(took)
	}
	known, unknown := least("lina"), least("nobody")
	if unknown < known/5 || unknown > 5*known {
		t.Errorf("a known login takes %s, an unknown one %s", known, unknown)
	}
}

func TestAHashOfAnotherCostIsRenewed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	old := cheap
	old.Memory = 32
	b.password(t, b.Lina, "lina", "nénuphar", old)
	hash := func() string {
		t.Helper()
		credential, err := b.store.Credential(t.Context(), "lina")
		if err != nil {
			t.Fatal(err)
		}
		return credential.Hash
	}
	before := hash()
	wantErr(t, b.browser().login(t, "lina", "wrong"), auth.ErrCredentials)
	if hash() != before {
		t.Error("renewed for a wrong password")
	}
	br := b.browser()
	if err := br.login(t, "lina", "nénuphar"); err != nil {
		t.Fatal(err)
	}
	if after := hash(); !strings.Contains(after, "m=64,t=1,p=1") {
		t.Errorf("hash %s", after)
	}
	if err := br.who(t).RequireLogin(); err != nil {
		t.Errorf("a renewed hash is no changed password: %v", err)
	}
	if err := b.browser().login(t, "lina", "nénuphar"); err != nil {
		t.Error(err)
	}
}

func TestPasswordsThatNobodyMayHave(t *testing.T) {
	t.Parallel()
	for _, password := range []string{"", strings.Repeat("a", 1025)} {
		_, err := auth.HashPassword(password, cheap)
		wantErr(t, err, auth.ErrPassword)
	}
}

func TestPersonasAreForDemosAlone(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *auth.Config) { c.Demo = auth.Demo{} })
	become := func(b *bundle, persona string) error {
		return b.browser().visit(t, func(ctx context.Context, _ *http.Request) error { return b.auth.Become(ctx, persona) })
	}
	wantErr(t, become(b, "lina"), directory.ErrNotFound)
	if personas, err := b.auth.Personas(t.Context()); err != nil || len(personas) != 0 {
		t.Errorf("personas %v, %v", personas, err)
	}
	demo := setup(t)
	wantErr(t, become(demo, "garcia"), directory.ErrNotFound) // a person, and no persona
	personas, err := demo.auth.Personas(t.Context())
	if err != nil || len(personas) != 2 || personas[1].Person.ID != demo.Martin || len(personas[1].Tenants) != 2 {
		t.Errorf("personas %+v, %v", personas, err)
	}
}
