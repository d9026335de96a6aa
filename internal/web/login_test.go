package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/alexedwards/argon2id"

	"imprimatur/internal/auth"
	"imprimatur/internal/dbtest"
)

// Ten guesses of a classmate close the teacher's login behind the school's address,
// and not in the browser in which the teacher has signed in before.
func TestTheTeachersBrowserIsKnownAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	hash, err := auth.HashPassword("nénuphar", argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
	if err != nil {
		t.Fatal(err)
	}
	b.exec(t, `INSERT INTO credential (person_id, login, hash, changed_at) VALUES ($1, 'p.martin', $2, $3)`, b.Martin, hash, dbtest.Now.AddDate(0, -1, 0))
	login := func(br *browser, password string) *browser {
		br.open("/login").expect(http.StatusOK)
		return br.send(http.MethodPost, "/login", url.Values{"login": {"p.martin"}, "password": {password}}, nil)
	}
	teacher, classmate := b.visitor(t), b.visitor(t)
	login(teacher, "nénuphar").expect(http.StatusOK)
	for range 10 {
		login(classmate, "mammouth").expect(http.StatusUnauthorized)
	}
	login(classmate, "nénuphar").expect(http.StatusTooManyRequests)
	if got := classmate.text("main"); got == "" || classmate.find("#login").AttrOr("value", "") != "p.martin" {
		t.Errorf("told %q", got)
	}
	teacher.click(`form[action="/logout"] button`).expect(http.StatusOK)
	login(teacher, "nénuphar").expect(http.StatusOK)
	if teacher.at.Path == "/login" {
		t.Errorf("the teacher is kept out: %s", teacher.text("main"))
	}
}
