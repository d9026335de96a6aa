package api_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"imprimatur/internal/dbtest"
)

func named(key string) map[string]string { return map[string]string{"Idempotency-Key": key} }

func (b *bundle) article(key string) request {
	return request{
		as: "lina", method: "POST", path: "/spaces/" + b.Blog.String() + "/contributions", header: named(key),
		body: thing{"kind": "article", "title": "Une fois", "body": "<p>Texte</p>", "submit": true},
	}
}

func TestRepeatedRequestsAreCarriedOutOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first := b.do(t, b.article("trip-1")).want(http.StatusCreated)
	again := b.do(t, b.article("trip-1")).want(http.StatusCreated)
	if !bytes.Equal(first.body, again.body) || again.header.Get("Idempotency-Replayed") != "true" || first.header.Get("Idempotency-Replayed") != "" {
		t.Errorf("answered %s, then %s", first.body, again.body)
	}
	for _, name := range []string{"Location", "ETag", "Content-Type"} {
		if first.header.Get(name) != again.header.Get(name) {
			t.Errorf("%s: %q, then %q", name, first.header.Get(name), again.header.Get(name))
		}
	}
	other := b.article("trip-1")
	other.body = thing{"kind": "article", "title": "Autre", "body": ""}
	b.do(t, other).problem(422, "idempotency-key-reused", "")
	another := b.article("trip-1")
	another.as = "noe"
	b.do(t, another).want(http.StatusCreated) // a key is of one caller
	if n := b.count(t, `SELECT count(*) FROM contribution`); n != 2 {
		t.Errorf("%d contributions", n)
	}
}

func TestRefusalsAreRepeatedToo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	q := b.article("refused")
	q.body = thing{"kind": "topic", "title": "Titre", "body": ""}
	first := b.do(t, q).problem(422, "invalid", "R11")
	again := b.do(t, q).want(422)
	if again.header.Get("Idempotency-Replayed") != "true" || again.thing().text("type") != first.Type {
		t.Errorf("%s", again.body)
	}
}

func TestBadKeys(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, key := range []string{"", "with space", "é", string(bytes.Repeat([]byte("k"), 201))} {
		b.do(t, b.article(key)).problem(400, "invalid-parameter", "")
	}
}

func TestTwentyAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var all sync.WaitGroup
	statuses := make([]int, 20)
	for n := range statuses {
		r := b.article("race").http(t)
		all.Go(func() {
			w := httptest.NewRecorder()
			b.handler.ServeHTTP(w, r)
			statuses[n] = w.Code
		})
	}
	all.Wait()
	for _, status := range statuses {
		if status != http.StatusCreated && status != http.StatusConflict {
			t.Errorf("status %d", status)
		}
	}
	if n := b.count(t, `SELECT count(*) FROM contribution`); n != 1 {
		t.Errorf("%d contributions", n)
	}
	if n := b.count(t, `SELECT count(*) FROM audit_entry WHERE action = 'submit'`); n != 1 {
		t.Errorf("submitted %d times", n)
	}
	b.do(t, b.article("race")).want(http.StatusCreated)
}

func TestInterruptedRequests(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.do(t, b.article("cut")).want(http.StatusCreated)
	b.exec(t, `UPDATE idempotency SET status = NULL, header = NULL, body = NULL`)
	busy := b.do(t, b.article("cut"))
	busy.problem(409, "idempotency-key-busy", "")
	if busy.header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After %q", busy.header.Get("Retry-After"))
	}
	b.exec(t, `UPDATE idempotency SET created_at = $1`, dbtest.Now.Add(-time.Hour))
	b.do(t, b.article("cut")).problem(409, "outcome-unknown", "")
}

func TestFaultsOfOursAreNoAnswer(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `ALTER TABLE revision RENAME TO gone`)
	b.faulty = true
	b.do(t, b.article("fault")).problem(500, "internal", "")
	b.exec(t, `ALTER TABLE gone RENAME TO revision`)
	b.do(t, b.article("fault")).want(http.StatusCreated)
}
