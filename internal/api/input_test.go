package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/api"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

func TestBadInput(t *testing.T) {
	t.Parallel()
	b := setup(t)
	good := `"kind":"article","title":"Titre","body":"<p>Texte</p>"`
	tests := map[string]struct {
		body   string
		status int
		word   string
		field  string
		code   string
	}{
		"empty":              {``, 400, "malformed", "", "not_json"},
		"not JSON":           {`{"kind":`, 400, "malformed", "kind", "not_json"},
		"trailing data":      {`{` + good + `} {}`, 400, "malformed", "", "trailing_data"},
		"trailing comma":     {`{` + good + `,}`, 400, "malformed", "", "not_json"},
		"duplicate name":     {`{` + good + `,"title":"Autre"}`, 400, "malformed", "title", "duplicate"},
		"invalid UTF-8":      {"{\"kind\":\"article\",\"title\":\"\xff\",\"body\":\"\"}", 400, "malformed", "title", "not_json"},
		"NUL":                {`{"kind":"article","title":"a\u0000b","body":""}`, 422, "invalid", "title", "not_text"},
		"NUL far down":       {`{` + good + `,"attributions":[{"authors":[{"name":"\u0000"}]}]}`, 422, "invalid", "attributions.0.authors.0.name", "not_text"},
		"unpaired surrogate": {`{"kind":"article","title":"\ud800","body":""}`, 400, "malformed", "title", "not_json"},
		"unknown field":      {`{` + good + `,"author":"x"}`, 422, "invalid", "author", "unknown"},
		"other case":         {`{` + good + `,"Submit":true}`, 422, "invalid", "Submit", "unknown"},
		"unknown far down":   {`{` + good + `,"attributions":[{"licence":"x"}]}`, 422, "invalid", "attributions.0.licence", "unknown"},
		"wrong type":         {`{"kind":"article","title":7,"body":""}`, 422, "invalid", "title", "wrong_type"},
		"not a time":         {`{` + good + `,"publish_at":"tomorrow"}`, 422, "invalid", "publish_at", "wrong_type"},
		"not an id":          {`{` + good + `,"parent":"x"}`, 422, "invalid", "parent", "wrong_type"},
		"array":              {`[]`, 422, "invalid", "", "wrong_type"},
		"too deep":           {strings.Repeat(`[`, 5000) + strings.Repeat(`]`, 5000), 400, "malformed", "", "too_deep"},
		"unknown kind":       {`{"kind":"poem","title":"Titre","body":""}`, 422, "invalid", "kind", "not_in_this_space"},
		"kind of elsewhere":  {`{"kind":"topic","title":"Titre","body":""}`, 422, "invalid", "kind", "not_in_this_space"},
		"title too long":     {`{"kind":"article","title":"` + strings.Repeat("é", 300) + `","body":""}`, 422, "invalid", "title", "too_long"},
		"text too long":      {`{"kind":"article","title":"Titre","body":"` + strings.Repeat("mot ", 50_000) + `"}`, 422, "invalid", "body", "too_long"},
		"5 MB paste":         {`{"kind":"article","title":"Titre","body":"` + strings.Repeat("mot ", 5<<20/4) + `"}`, 413, "too-large", "body", "too_large"},
		"not a language":     {`{` + good + `,"language":"klingon!"}`, 422, "invalid", "language", "not_a_language"},
		"parent of another":  {`{"kind":"comment","body":"<p>x</p>","parent":"` + id.New[id.Contribution]().String() + `"}`, 422, "invalid", "parent", "not_found"},
		"nothing to submit":  {`{"kind":"article","title":"","body":"","submit":true}`, 422, "invalid", "title", "required"},
		"no credits":         {`{` + good + `,"submit":true,"attributions":[{"authors":[],"source":"","created":"","adapted":false,"adaptation":"","uses":[],"basis":""}]}`, 422, "invalid", "attributions.0.authors", "required"},
	}
	path := "/spaces/" + b.Blog.String() + "/contributions"
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			answer := b.do(t, request{as: "lina", method: "POST", path: path, body: test.body}).want(test.status)
			rule := answer.thing().text("rule")
			p := answer.problem(test.status, test.word, rule)
			if len(p.Errors) == 0 || p.Errors[0].Field != test.field || p.Errors[0].Code != test.code {
				t.Errorf("%+v, want %s: %s", p.Errors, test.field, test.code)
			}
			for _, inside := range []string{"SQL", "goroutine", ".go:", "pgx", "json:"} {
				if strings.Contains(string(answer.body), inside) {
					t.Errorf("tells of the inside: %s", answer.body)
				}
			}
		})
	}
	if n := b.count(t, `SELECT count(*) FROM contribution`); n != 0 {
		t.Errorf("%d contributions were half written", n)
	}
}

// count asks the database behind the API's back.
func (b *bundle) count(t *testing.T, query string) int {
	t.Helper()
	var n int
	conn := b.admin(t)
	if err := conn.QueryRow(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestNestedListsComeOutFlat(t *testing.T) {
	t.Parallel()
	b := setup(t)
	deep := strings.Repeat("<ul><li>", 10_000) + "fond" + strings.Repeat("</li></ul>", 10_000)
	c := b.write(t, "lina", b.Blog, thing{"kind": "article", "title": "Liste", "body": deep})
	html := thing(c["latest"].(map[string]any)).text("html")
	if !strings.Contains(html, "fond") || strings.Count(html, "<ul>") > 100 {
		t.Errorf("%d lists deep", strings.Count(html, "<ul>"))
	}
}

func TestMediaTypes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	path := "/spaces/" + b.Blog.String() + "/contributions"
	for media, status := range map[string]int{
		"text/plain": 415, "application/x-www-form-urlencoded": 415, "": 415, "application/json; charset=latin1": 415,
		"application/json; charset=UTF-8": 201, "application/json": 201,
	} {
		q := request{as: "lina", method: "POST", path: path, body: thing{"kind": "article", "title": "T", "body": ""}, header: map[string]string{"Content-Type": media}}
		b.do(t, q).want(status)
	}
}

func TestBadParameters(t *testing.T) {
	t.Parallel()
	b := setup(t)
	tests := map[string]struct{ query, word, field, code string }{
		"unknown":          {"?page=2", "invalid-parameter", "page", "unknown"},
		"repeated":         {"?limit=1&limit=2", "invalid-parameter", "limit", "repeated"},
		"limit of nothing": {"?limit=0", "invalid-parameter", "limit", "out_of_range"},
		"limit too great":  {"?limit=101", "invalid-parameter", "limit", "out_of_range"},
		"limit of words":   {"?limit=ten", "invalid-parameter", "limit", "out_of_range"},
		"not text":         {"?after=%ff", "invalid-parameter", "after", "not_text"},
		"NUL":              {"?after=%00", "invalid-parameter", "after", "not_text"},
		"half escaped":     {"?after=%f", "invalid-parameter", "", "malformed"},
		"cursor made up":   {"?after=bWFkZS11cA", "invalid-cursor", "", ""},
		"space of no form": {"?space=blog", "invalid-parameter", "space", "not_an_id"},
		"unknown kind":     {"?kind=poem", "invalid-parameter", "kind", "unknown"},
		"unknown reason":   {"?reason=boredom", "invalid-parameter", "reason", "unknown"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := b.do(t, request{as: "martin", method: "GET", path: "/review-queue" + test.query, header: tilleuls}).problem(400, test.word, "")
			if test.code != "" && (len(p.Errors) != 1 || p.Errors[0].Field != test.field || p.Errors[0].Code != test.code) {
				t.Errorf("%+v", p.Errors)
			}
		})
	}
	for _, path := range []string{"/notices", "/spaces", "/published/0310000Z/blog-5a"} {
		b.do(t, request{as: "lina", method: "GET", path: path + "?after=bWFkZS11cA"}).problem(400, "invalid-cursor", "")
	}
}

func TestBadActions(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.write(t, "lina", b.Blog, thing{"kind": "article", "title": "Titre", "body": "<p>Texte</p>", "submit": true})
	b.work(t)
	c = b.do(t, request{as: "martin", method: "GET", path: "/contributions/" + c.text("id")}).want(http.StatusOK).thing()
	if p := b.act(t, "martin", c, "bless", nil).problem(422, "invalid", ""); p.Errors[0].Field != "action" {
		t.Errorf("%+v", p)
	}
	b.act(t, "martin", c, "approve", thing{"version": c.number("version") - 1}).problem(409, "stale", "R19")
	b.act(t, "martin", c, workflow.Publish, nil).problem(409, "impossible", "")
	b.act(t, "martin", c, "approve", thing{"revision": id.New[id.Revision]()}).problem(409, "impossible", "")
	p := b.act(t, "martin", c, workflow.Reject, nil).problem(422, "reason", "R43")
	if len(p.Errors) != 2 || p.Errors[0].Field != "reason.ground" || p.Errors[1].Field != "reason.text" {
		t.Errorf("%+v", p.Errors)
	}
	b.act(t, "diallo", c, workflow.Sign, nil).problem(409, "impossible", "")
}

// A refusal is worded for whoever asks; what a program goes by is the same. An
// answer that is given again keeps its language.
func TestRefusalsInTwoLanguages(t *testing.T) {
	t.Parallel()
	b := setup(t)
	refused := func(lang, key string) (api.Problem, response) {
		q := request{
			as: "lina", method: "POST", path: "/spaces/" + b.Blog.String() + "/contributions", body: thing{"kind": "article", "title": "", "body": "", "submit": true},
			header: map[string]string{"Accept-Language": lang, "Idempotency-Key": key},
		}
		r := b.do(t, q).want(http.StatusUnprocessableEntity)
		var p api.Problem
		r.into(&p)
		if r.header.Get("Content-Language") != lang {
			t.Errorf("in %q: %v", lang, r.header)
		}
		return p, r
	}
	french, _ := refused("fr", "un")
	english, _ := refused("en", "deux")
	if french.Title == english.Title || len(french.Errors) == 0 || french.Errors[0].Text == english.Errors[0].Text {
		t.Errorf("%+v\n%+v", french, english)
	}
	for i := range english.Errors {
		english.Errors[i].Text = french.Errors[i].Text
	}
	if diff := cmp.Diff(french.Errors, english.Errors); diff != "" || french.Type != english.Type || french.Rule != english.Rule {
		t.Errorf("%s %s", french.Type, diff)
	}
	if again, r := refused("fr", "un"); again.Title != french.Title || r.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("again: %+v", again)
	}
}
