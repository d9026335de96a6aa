package auth_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"imprimatur/internal/auth"
)

// lock guesses at a login from the school until nobody unknown gets in there.
func (b *bundle) lock(t *testing.T, login string) {
	t.Helper()
	for range 10 {
		wantErr(t, b.browser().login(t, login, "wrong"), auth.ErrCredentials)
	}
	wantErr(t, b.browser().login(t, login, "nénuphar"), auth.ErrLimited)
}

// A classmate behind the same address does not keep a teacher out of the browser
// in which they have signed in before.
func TestAKnownBrowserIsNotLockedByOthers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.password(t, b.Martin, "martin", "nénuphar", cheap)
	own := b.browser()
	if err := own.login(t, "martin", "nénuphar"); err != nil {
		t.Fatal(err)
	}
	b.lock(t, "martin")
	for range 3 {
		own.cookie = nil // the session has ended
		if err := own.login(t, "MARTIN ", "nénuphar"); err != nil {
			t.Fatalf("the teacher's own browser: %v", err)
		}
	}
	wantErr(t, b.browser().login(t, "martin", "nénuphar"), auth.ErrLimited) // and forgives no stranger
	b.exec(t, `UPDATE login_attempt SET attempts = 1000000`)                // the address's, too, and the login's everywhere
	if err := own.login(t, "martin", "nénuphar"); err != nil {
		t.Errorf("behind an address that is closed: %v", err)
	}
}

// Whoever sits at that browser guesses no more than anybody: ten times as its owner,
// ten as a stranger.
func TestGuessesInAKnownBrowserAreBounded(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.password(t, b.Martin, "martin", "nénuphar", cheap)
	own := b.browser()
	if err := own.login(t, "martin", "nénuphar"); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		wantErr(t, own.login(t, "martin", "wrong"), auth.ErrCredentials)
	}
	wantErr(t, own.login(t, "martin", "nénuphar"), auth.ErrLimited)
	b.pass(15 * time.Minute)
	if err := own.login(t, "martin", "nénuphar"); err != nil {
		t.Errorf("after the window: %v", err)
	}
	for range 10 { // what succeeded begins the count anew
		wantErr(t, own.login(t, "martin", "wrong"), auth.ErrCredentials)
	}
}

// A card is worth something for the person and the password that it was given for,
// for half a year, and as it was given.
func TestCardsOpenNothingElse(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.password(t, b.Martin, "martin", "nénuphar", cheap)
	b.password(t, b.Lina, "lina", "nénuphar", cheap)
	own, pupil := b.browser(), b.browser()
	for login, br := range map[string]*browser{"martin": own, "lina": pupil} {
		if err := br.login(t, login, "nénuphar"); err != nil {
			t.Fatal(err)
		}
	}
	given := *own.devices
	b.lock(t, "martin")
	with := func(value string) error {
		br := b.browser()
		if value != "" {
			br.devices = &http.Cookie{Name: given.Name, Value: value}
		}
		return br.login(t, "martin", "nénuphar")
	}
	bytes, err := base64.RawURLEncoding.DecodeString(given.Value)
	if err != nil {
		t.Fatal(err)
	}
	for at := range bytes {
		forged := append([]byte{}, bytes...)
		forged[at] ^= 1
		wantErr(t, with(base64.RawURLEncoding.EncodeToString(forged)), auth.ErrLimited)
	}
	many := strings.Repeat("x.", 8) + given.Value // more than a browser is given
	for _, value := range []string{"", ".", "x", pupil.devices.Value, given.Value + "A", given.Value[1:], "\x00", strings.Repeat(".", 4000), many} {
		wantErr(t, with(value), auth.ErrLimited)
	}
	if err := with(pupil.devices.Value + "." + given.Value); err != nil {
		t.Errorf("among others: %v", err)
	}
	b.exec(t, `DELETE FROM login_attempt`)
	b.pass(180*24*time.Hour - time.Second)
	b.lock(t, "martin")
	if err := with(given.Value); err != nil {
		t.Errorf("in its last second: %v", err)
	}
	b.pass(time.Second)
	wantErr(t, with(given.Value), auth.ErrLimited)
}

func TestAChangedPasswordForgetsEveryBrowser(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.password(t, b.Martin, "martin", "cheval", cheap)
	own := b.browser()
	if err := own.login(t, "martin", "cheval"); err != nil {
		t.Fatal(err)
	}
	b.exec(t, `DELETE FROM credential`)
	b.password(t, b.Martin, "martin", "nénuphar", cheap)
	b.lock(t, "martin")
	wantErr(t, own.login(t, "martin", "nénuphar"), auth.ErrLimited)
}

// A hash of yesterday's cost is written again at the sign-in; the card is for the new one.
func TestACardOutlivesTheRenewalOfItsHash(t *testing.T) {
	t.Parallel()
	b := setup(t)
	old := cheap
	old.Memory = 32
	b.password(t, b.Martin, "martin", "nénuphar", old)
	own := b.browser()
	if err := own.login(t, "martin", "nénuphar"); err != nil {
		t.Fatal(err)
	}
	b.lock(t, "martin")
	if err := own.login(t, "martin", "nénuphar"); err != nil {
		t.Error(err)
	}
}

// Those who share a computer are each known there, the last eight of them.
func TestASharedComputerKnowsSeveral(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.password(t, b.Martin, "martin", "nénuphar", cheap)
	b.password(t, b.Lina, "lina", "nénuphar", cheap)
	shared := b.browser()
	for range 6 { // a person's next card takes the place of the one before
		for _, login := range []string{"martin", "lina"} {
			if err := shared.login(t, login, "nénuphar"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := len(strings.Split(shared.devices.Value, ".")); n != 2 {
		t.Errorf("%d cards of two persons", n)
	}
	b.lock(t, "martin")
	b.lock(t, "lina")
	for _, login := range []string{"martin", "lina"} {
		if err := shared.login(t, login, "nénuphar"); err != nil {
			t.Errorf("%s: %v", login, err)
		}
	}
	card := strings.Split(shared.devices.Value, ".")[0]
	shared.devices.Value = strings.TrimSuffix(strings.Repeat(card+".", 12), ".")
	b.exec(t, `DELETE FROM login_attempt`)
	if err := shared.login(t, "martin", "nénuphar"); err != nil || strings.Count(shared.devices.Value, ".") != 7 {
		t.Errorf("%v, %d cards", err, 1+strings.Count(shared.devices.Value, "."))
	}
}

// The cookie is kept from scripts and other sites, outlives the session and says
// nothing of whose it is; a wrong password leaves none.
func TestTheCookieOfADevice(t *testing.T) {
	t.Parallel()
	for secure, name := range map[bool]string{false: "imprimatur_device", true: "__Host-imprimatur_device"} {
		b := setup(t, func(c *auth.Config) { c.Secure = secure })
		b.password(t, b.Martin, "martin", "nénuphar", cheap)
		br := b.browser()
		wantErr(t, br.login(t, "martin", "wrong"), auth.ErrCredentials)
		if br.devices != nil {
			t.Errorf("a wrong password was given %v", br.devices)
		}
		if err := br.login(t, "martin", "nénuphar"); err != nil {
			t.Fatal(err)
		}
		c := br.devices
		if c.Name != name || !c.HttpOnly || c.Secure != secure || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 180*24*3600 {
			t.Errorf("cookie %+v", c)
		}
		bytes, _ := base64.RawURLEncoding.DecodeString(c.Value)
		for _, told := range []string{"martin", b.Martin.String(), string(b.Martin.UUID[:])} {
			if strings.Contains(c.Value, told) || strings.Contains(string(bytes), told) {
				t.Errorf("the cookie tells %q", told)
			}
		}
	}
}
