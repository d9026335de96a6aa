package auth_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/auth"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

func TestASessionIsItsPersons(t *testing.T) {
	t.Parallel()
	b := setup(t)
	br := b.browser()
	if who := br.who(t); who.Kind != "anonymous" || who.Expired || br.cookie != nil {
		t.Errorf("a first visit: %+v, cookie %v", who, br.cookie)
	}
	br.become(t, "lina")
	who := br.who(t)
	if who.Person.ID != b.Lina || who.Via != auth.ViaWeb || who.RequireLogin() != nil {
		t.Errorf("got %+v", who)
	}
	if diff := cmp.Diff([]directory.Profile{directory.Pupil}, who.Profiles(b.Tilleuls)); diff != "" {
		t.Error(diff)
	}
	scopes := map[string]bool{}
	for _, scope := range who.Scopes {
		scopes[scope] = true
	}
	want := map[string]bool{
		"public_web": true, "establishment:" + b.Tilleuls.String(): true, "ent:" + b.ENT.String(): true, "group:" + b.Class.String(): true,
	}
	if diff := cmp.Diff(want, scopes); diff != "" {
		t.Errorf("audiences: %s", diff)
	}
}

func TestCookie(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		secure bool
		cookie string
	}{
		{"plain", false, "imprimatur"},
		{"behind TLS", true, "__Host-imprimatur"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, func(c *auth.Config) { c.Secure = tt.secure })
			br := b.browser()
			br.become(t, "lina")
			c := br.cookie
			if c.Name != tt.cookie || c.Secure != tt.secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
				t.Errorf("cookie %s", c)
			}
			if c.MaxAge != 0 || !c.Expires.IsZero() {
				t.Errorf("the cookie outlives the browser: %s", c)
			}
		})
	}
}

func TestIdleSessionsEnd(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, persona, setting string
		step                   time.Duration // between two requests
		alive                  bool
	}{
		{"a pupil within 15 min", "lina", "", 14 * time.Minute, true},
		{"a pupil after 15 min", "lina", "", 15 * time.Minute, false},
		{"an adult within 30 min", "martin", "", 28 * time.Minute, true},
		{"an adult after 30 min", "martin", "", 30 * time.Minute, false},
		{"the shortest of an adult's schools", "martin", `"10m"`, 10 * time.Minute, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			if tt.setting != "" {
				b.exec(t, `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, 'idle_adult', $2, now())`, b.Platanes, tt.setting)
			}
			br := b.browser()
			br.become(t, tt.persona)
			for range 3 { // in use: the idle time begins anew at each request
				b.pass(tt.step)
				who := br.who(t)
				if alive := who.RequireLogin() == nil; alive != tt.alive {
					t.Fatalf("alive: %t, want %t", alive, tt.alive)
				}
				if tt.alive {
					continue
				}
				if !who.Expired {
					t.Error("nobody is told that the session has ended (R08)")
				}
				if who = br.who(t); who.Expired {
					t.Error("told twice")
				}
				return
			}
		})
	}
}

func TestNoSessionOutlivesTwelveHours(t *testing.T) {
	t.Parallel()
	b := setup(t)
	br := b.browser()
	br.become(t, "martin")
	for used := time.Duration(0); used < auth.Lifetime-20*time.Minute; used += 20 * time.Minute {
		b.pass(20 * time.Minute)
		if err := br.who(t).RequireLogin(); err != nil {
			t.Fatalf("after %s: %v", used, err)
		}
	}
	b.pass(20 * time.Minute)
	wantErr(t, br.who(t).RequireLogin(), auth.ErrLogin)
}

func TestATokenPlantedBeforeLoginIsWorthNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	victim := b.browser()
	if err := victim.visit(t, func(ctx context.Context, _ *http.Request) error {
		b.auth.Flash(ctx, "hello")
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	attacker := &browser{b: b, cookie: victim.cookie}
	victim.become(t, "lina")
	if victim.cookie.Value == attacker.cookie.Value {
		t.Fatal("the token stayed the same")
	}
	if who := attacker.who(t); who.Kind != "anonymous" {
		t.Errorf("the planted token became %s", who.Person.FullName())
	}
	made := &browser{b: b, cookie: &http.Cookie{Name: "imprimatur", Value: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}
	made.become(t, "lina")
	if made.cookie.Value == "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" {
		t.Error("a token that the browser made up was taken")
	}
}

func TestLogoutEndsASessionForGood(t *testing.T) {
	t.Parallel()
	b := setup(t)
	br := b.browser()
	br.become(t, "martin")
	again := &browser{b: b, cookie: br.cookie}
	// A request that is under way while somebody logs out in another one writes last.
	err := again.visit(t, func(ctx context.Context, _ *http.Request) error {
		if err := br.visit(t, func(ctx context.Context, _ *http.Request) error { return b.auth.Logout(ctx) }); err != nil {
			return err
		}
		b.auth.Flash(ctx, "saved")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if br.cookie != nil {
		t.Error("the cookie stayed")
	}
	if who := again.who(t); who.RequireLogin() == nil {
		t.Error("the session came back")
	}
}

func TestTheTableOpensNoSession(t *testing.T) {
	t.Parallel()
	b := setup(t)
	br := b.browser()
	br.become(t, "lina")
	if _, _, err := b.store.FindSession(t.Context(), br.cookie.Value, b.Now()); err == nil {
		t.Error("the token is stored as the browser has it")
	}
}

func TestWhoeverLeavesOrChangesTheirPasswordIsLoggedOut(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"left the school":       `UPDATE membership SET during = daterange(NULL, '2026-11-20') WHERE person_id = $1`,
		"changed the password":  `UPDATE credential SET changed_at = '2026-11-24 09:31Z' WHERE person_id = $1`,
		"password set for them": `INSERT INTO credential VALUES ($1, 'other', '', '2026-11-24 09:31Z') ON CONFLICT (person_id) DO UPDATE SET changed_at = excluded.changed_at`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.password(t, b.Lina, "lina", "nénuphar", cheap)
			br := b.browser()
			br.become(t, "lina")
			b.pass(2 * time.Minute)
			b.exec(t, change, b.Lina)
			if who := br.who(t); who.RequireLogin() == nil || !who.Expired {
				t.Errorf("still %s", who.Person.FullName())
			}
		})
	}
}

func TestChoosingASchool(t *testing.T) {
	t.Parallel()
	b := setup(t)
	br := b.browser()
	br.become(t, "martin")
	who := br.who(t)
	if _, err := who.Actor(id.Tenant{}); err == nil {
		t.Error("somebody of two schools acts in neither before choosing")
	} else {
		wantErr(t, err, auth.ErrWhichTenant)
	}
	choose := func(tenant id.Tenant) error {
		return br.visit(t, func(ctx context.Context, r *http.Request) error {
			who, err := b.auth.Session(r)
			if err != nil {
				return err
			}
			return b.auth.Choose(ctx, who, tenant)
		})
	}
	wantErr(t, choose(id.New[id.Tenant]()), auth.ErrEstablishment)
	if err := choose(b.Platanes); err != nil {
		t.Fatal(err)
	}
	acting, err := br.who(t).Actor(id.Tenant{})
	if err != nil || acting.Tenant != b.Platanes || acting.Person != b.Martin || acting.Via != auth.ViaWeb {
		t.Errorf("acting %+v, %v", acting, err)
	}
	b.pass(20 * time.Minute)
	if acting, err = br.who(t).Actor(b.Tilleuls); err != nil || acting.Tenant != b.Tilleuls {
		t.Errorf("the resource's own school goes first: %+v, %v", acting, err)
	}
	br.become(t, "lina")
	if who := br.who(t); who.Chosen == b.Platanes {
		t.Error("the choice of one person became that of another")
	}
	_, err = br.who(t).Actor(b.Platanes)
	wantErr(t, err, directory.ErrNotFound)
}

func TestAFlashIsShownOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	br := b.browser()
	br.become(t, "lina")
	left := func(message string) {
		_ = br.visit(t, func(ctx context.Context, _ *http.Request) error { b.auth.Flash(ctx, message); return nil })
	}
	taken := func() (message string) {
		_ = br.visit(t, func(ctx context.Context, _ *http.Request) error { message = b.auth.TakeFlash(ctx); return nil })
		return message
	}
	left("draft.saved")
	if got := taken(); got != "draft.saved" {
		t.Errorf("got %q", got)
	}
	if got := taken(); got != "" {
		t.Errorf("again: %q", got)
	}
	b.pass(14 * time.Minute)
	if err := br.who(t).RequireLogin(); err != nil {
		t.Errorf("writing a message shortened the session: %v", err)
	}
	b.pass(15 * time.Minute)
	if br.who(t).RequireLogin() == nil {
		t.Error("writing a message lengthened the session")
	}
}

func TestSweep(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.browser().become(t, "lina")
	for _, want := range []int64{0, 1} {
		if swept, err := auth.Sweep(t.Context(), b.store, b.Now()); err != nil || swept != want {
			t.Errorf("swept %d, %v; want %d", swept, err, want)
		}
		b.pass(auth.Lifetime + time.Hour)
	}
}
