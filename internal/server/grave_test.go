package server

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"imprimatur/workflow"
)

// send sends a request for a removal, as a form or as a document.
func (h *house) send(path, kind, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w
}

// Of hundreds in a minute from one address few are let in, and the others are told to wait, and until
// when; nobody else is harmed, and what is grave is never kept from being reported (R47).
func TestAFloodKeepsNobodyFromReportingWhatIsGrave(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	const document, form = "/api/v1/takedown-requests", "application/x-www-form-urlencoded"
	let := 0
	for range 300 {
		switch w := h.send(document, "application/json", `{"ground": "DEF"}`); {
		case w.Code != http.StatusTooManyRequests:
			let++
		case w.Header().Get("Retry-After") == "":
			t.Fatal("told to wait, and not how long")
		}
	}
	if let != 60 {
		t.Errorf("%d of 300 are let in", let)
	}
	for _, ground := range workflow.Grounds() {
		for kind, body := range map[string]string{"application/json": fmt.Sprintf(`{"explanation": "é", "ground": %q}`, ground.Ground), form: "explanation=%C3%A9&ground=" + string(ground.Ground)} {
			w := h.send(document, kind, body)
			if blocked := w.Code == http.StatusTooManyRequests; blocked != (ground.Severity < neverBlocked) {
				t.Errorf("R47: %s of severity %d as %s: %d", ground.Ground, ground.Severity, kind, w.Code)
			}
		}
	}
	for _, body := range []string{"", "{", `{"ground": 4}`, `{"ground": "NONE"}`, strings.Repeat("x", mostRead+1)} {
		if w := h.send(document, "application/json", body); w.Code != http.StatusTooManyRequests {
			t.Errorf("%.20q: %d", body, w.Code)
		}
	}
	if w := h.get("/page"); w.Code != http.StatusOK {
		t.Errorf("a page: %d", w.Code)
	}
}

// Whoever floods says what is grave: that widens the bound, and lifts none (R47). A whole building's reports
// of a bad quarter of an hour get through.
func TestWhatIsCalledGraveIsBoundedToo(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	let := 0
	for range 600 {
		if w := h.send("/api/v1/takedown-requests", "application/json", `{"ground": "TERR"}`); w.Code != http.StatusTooManyRequests {
			let++
		} else if w.Header().Get("Retry-After") == "" {
			t.Fatal("told to wait, and not how long")
		}
	}
	if let != 60+120 {
		t.Errorf("%d of 600 are let in", let)
	}
	if w := h.get("/page"); w.Code != http.StatusOK {
		t.Errorf("a page: %d", w.Code)
	}
}

// What was read to learn what it is about is read again by whoever takes it.
func TestWhatWasReadIsReadAgain(t *testing.T) {
	t.Parallel()
	body := "ground=CSAM&explanation=" + strings.Repeat("x", mostRead)
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	if !grave(r) {
		t.Error("it is not grave")
	}
	if err := r.ParseForm(); err != nil || r.PostForm.Encode() != "explanation="+strings.Repeat("x", mostRead)+"&ground=CSAM" {
		t.Errorf("%v, of %d characters", err, len(r.PostForm.Encode()))
	}
}
