package server

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

// A class of 30 behind one address signs in at once and then works: nobody is ever
// told to wait.
func TestAClassBehindOneAddressWorks(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	ask := func(pupil int, path string) {
		t.Helper()
		if w := h.get(path, "Cookie", fmt.Sprintf("imprimatur=session-%d", pupil)); w.Code >= http.StatusBadRequest {
			t.Fatalf("pupil %d: %d for %s", pupil, w.Code, path)
		}
	}
	for pupil := range 30 {
		for range 20 {
			ask(pupil, "/page")
			ask(pupil, "/assets/app.js")
		}
	}
	for range 10 * 60 {
		h.now = h.now.Add(time.Second)
		for pupil := range 30 {
			ask(pupil, fmt.Sprintf("/signed-in/%d", pupil))
			ask(pupil, "/page")
		}
	}
}

func small(c *Config) {
	c.Limits = Limits{AddressPerSecond: 1, AddressBurst: 10, CallerPerSecond: 1, CallerBurst: 3}
}

// until asks until it is refused, and gives how often it was let in.
func (h *house) until(t *testing.T, path string, header ...string) int {
	t.Helper()
	for n := range 100 {
		switch w := h.get(path, header...); {
		case w.Code == http.StatusTooManyRequests && w.Header().Get("Retry-After") != "":
			return n
		case w.Code >= http.StatusBadRequest:
			t.Fatalf("%d %v", w.Code, w.Header())
		}
	}
	t.Fatal("nobody is ever refused")
	return 0
}

// Whoever has no account may ask for a removal, and not for thousands: an address waits
// after some, and only for that.
func TestStrangersDoNotFloodThoseWhoExamine(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	post := func(header ...string) int {
		return h.ask(http.MethodPost, "/api/v1/takedown-requests", header...).Code
	}
	refused := func() int {
		for n := range 100 {
			if post("Authorization", fmt.Sprintf("Bearer made-up-%d", n)) == http.StatusTooManyRequests {
				return n
			}
		}
		return 100
	}
	if n := refused(); n != 60 {
		t.Errorf("a stranger asks %d times", n)
	}
	if w := h.get("/page"); w.Code != http.StatusOK {
		t.Errorf("a page: %d", w.Code)
	}
	h.now = h.now.Add(time.Minute)
	if n := refused(); n != 6 {
		t.Errorf("a minute later %d times", n)
	}
}

// A form that is anybody's keeps nothing of who is signed in, and so nobody sends more of it for having a
// session or many: one session is bounded by itself, a person over all of theirs, and neither takes
// anything from anybody else at their address (R47).
func TestASessionLiftsNoBoundOfWhatSomebodyExamines(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		session func(n int) string
		known   bool // by the page as well: a session may have ended meanwhile
		want    int
	}{
		"a stranger":           {session: func(int) string { return "" }, want: 60},
		"one session":          {session: func(int) string { return "imprimatur=one" }, want: 60},
		"one person in many":   {session: func(n int) string { return fmt.Sprintf("imprimatur=%d", n%20) }, known: true, want: 60},
		"a session that ended": {session: func(int) string { return "imprimatur=ended" }, want: 60},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, nil)
			send := func(person, session string) int {
				header := []string{"Origin", "http://example.com", "Cookie", session}
				if person != "" {
					header = append(header, "Person", person)
				}
				return h.ask(http.MethodPost, "/e/0310000Z/-/takedown", header...).Code
			}
			for n := range 20 {
				if session := test.session(n); session != "" {
					h.get("/signed-in/noe", "Cookie", session)
				}
			}
			h.get("/signed-in/lina", "Cookie", "imprimatur=lina")
			h.now = h.now.Add(time.Hour)
			person, let := "", 0
			if test.known {
				person = "noe"
			}
			for n := range 190 {
				if send(person, test.session(n)) == http.StatusSeeOther {
					let++
				}
			}
			if let != test.want {
				t.Errorf("%d of 190 are let in", let)
			}
			if got := send("lina", "imprimatur=lina"); got != http.StatusSeeOther {
				t.Errorf("somebody else at the same address: %d", got)
			}
		})
	}
}

// One session that runs wild is stopped by itself; strangers behind the address
// use up what strangers have. Neither locks the others out.
func TestNobodyUsesUpTheAddressOfOthers(t *testing.T) {
	t.Parallel()
	h := newHouse(t, small)
	quiet := []string{"Cookie", "__Host-imprimatur=quiet"}
	for range 2 { // who they are is known by the first
		if w := h.get("/signed-in/quiet", quiet...); w.Code != http.StatusNoContent {
			t.Fatalf("a quiet session: %d", w.Code)
		}
		h.now = h.now.Add(time.Minute)
	}
	if n := h.until(t, "/page", "Cookie", "imprimatur=wild"); n != 3 {
		t.Errorf("a wild session is let in %d times", n)
	}
	for range 50 {
		h.get("/page", "Cookie", "imprimatur=wild")
	}
	if n := h.until(t, "/page"); n != 7 { // a session that proved nothing is a stranger's
		t.Errorf("a stranger is let in %d times", n)
	}
	for session := range 50 {
		h.get("/page", "Cookie", fmt.Sprintf("imprimatur=made-up-%d", session))
	}
	if n := h.until(t, "/page", quiet...); n != 3 {
		t.Errorf("somebody else is let in %d times", n)
	}
}

// A person is counted over all their sessions, and a key by whom it acts for.
func TestAPersonIsOneHoweverManySessions(t *testing.T) {
	t.Parallel()
	h := newHouse(t, small)
	for session := range 4 {
		w := h.get("/signed-in/lina", "Cookie", fmt.Sprintf("imprimatur=%d", session))
		if want := session == 3; want != (w.Code == http.StatusTooManyRequests) {
			t.Errorf("session %d: %d", session, w.Code)
		}
	}
	if w := h.get("/signed-in/noe", "Cookie", "imprimatur=noe"); w.Code != http.StatusNoContent {
		t.Errorf("Noé: %d", w.Code)
	}
	lina := credentialOf(asking("/api/v1/spaces", "Authorization", "Bearer key", "X-On-Behalf-Of", "lina"))
	other := credentialOf(asking("/api/v1/spaces", "Authorization", "Bearer key", "X-On-Behalf-Of", "noe"))
	if lina == "" || lina == other {
		t.Error("a key is one for all whom it acts for")
	}
	if credentialOf(asking("/api/v1/spaces", "X-On-Behalf-Of", "lina")) != "" || credentialOf(asking("/page", "Authorization", "Bearer key")) != "" {
		t.Error("counted by what is no credential there")
	}
}

// Scripts and styles are not counted: a page that was let in can be shown.
func TestAssetsAreNotCounted(t *testing.T) {
	t.Parallel()
	h := newHouse(t, small)
	for range 100 {
		if w := h.get("/assets/app.js"); w.Code != http.StatusOK {
			t.Fatalf("%d", w.Code)
		}
	}
	if n := h.until(t, "/page"); n != 10 {
		t.Errorf("let in %d times after", n)
	}
}
