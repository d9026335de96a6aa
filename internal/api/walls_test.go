package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"imprimatur/internal/id"
)

// things are ids to put into a path, by the name of the parameter and the
// collection before it.
type things map[string]string

// ours are things of the collège.
func (b *bundle) ours() things {
	return things{
		"spaces": b.Blog.String(), "groups": b.Class.String(), "contributions": uuid.NewString(), "claims": uuid.NewString(), "number": "1",
		"uai": "0310000Z", "space": "blog-5a", "contribution": uuid.NewString(),
		"authorisation": uuid.NewString(),
		"photos":        uuid.NewString(), "photo": uuid.NewString(), "size": "standard", "consent-requests": uuid.NewString(),
		"cases": uuid.NewString(), "decisions": uuid.NewString(), "report": uuid.NewString(), "secret": strings.Repeat("A", 43),
		"delegations": uuid.NewString(), "tenure": uuid.NewString(), "reason": uuid.NewString(), "attachment": uuid.NewString(), "other": uuid.NewString(),
		"year": "2025", "referral": uuid.NewString(), "hold": uuid.NewString(), "halt": uuid.NewString(), "standing": uuid.NewString(),
		"consents": uuid.NewString(), "paper": uuid.NewString(), "photo-series": uuid.NewString(),
	}
}

// filled puts ids into a path of the document.
func (b *bundle) filled(path string, with things) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		name := strings.Trim(part, "{}")
		if name == part {
			continue
		}
		if name == "id" {
			name = parts[i-1]
		}
		parts[i] = with[name]
	}
	return strings.Join(parts, "/")
}

// samples are bodies that the calls take, so that none is refused for its form
// before the walls are asked. A new call that takes a body needs one here.
func samples(b *bundle, contribution string) map[string]any {
	action := thing{"action": "approve", "version": 1}
	return map[string]any{
		"post /api/v1/spaces/{id}/actions":                  thing{"action": "close", "version": 1, "reason": thing{"text": "x"}},
		"patch /api/v1/spaces/{id}":                         thing{"title": "À moi"},
		"post /api/v1/spaces/{id}/contributions":            thing{"kind": "article", "title": "Titre", "body": "<p>Texte</p>"},
		"put /api/v1/contributions/{id}/draft":              thing{"title": "Titre", "body": "<p>Texte</p>"},
		"post /api/v1/contributions/{id}/actions":           action,
		"post /api/v1/contributions/{id}/authorisations":    thing{"naming": "unnamed", "reference": "x"},
		"put /api/v1/contributions/{id}/collective":         thing{"contributors": []thing{{"name": "La 5A"}, {"name": "La 5B"}}, "justification": "Écrit ensemble en classe."},
		"post /api/v1/review-queue/claims":                  thing{"contribution": contribution},
		"post /api/v1/replies":                              thing{"contribution": contribution, "designated": "x", "passages": "x", "text": "x", "name": "x", "email": "x@exemple.fr", "good_faith": true},
		"post /api/v1/takedown-requests":                    thing{"contribution": contribution, "ground": "HAR", "explanation": "x", "good_faith": true},
		"post /api/v1/reports":                              thing{"contribution": contribution, "ground": "DEF"},
		"post /api/v1/reports/{report}/actions":             thing{"action": "appeal", "version": 1, "reason": thing{"text": "x"}},
		"post /api/v1/follow-ups/{secret}/claim":            thing{"mine": true},
		"post /api/v1/decisions/{id}/actions":               thing{"action": "appeal", "version": 1, "reason": thing{"text": "x"}},
		"post /api/v1/follow-ups/{secret}/actions":          thing{"action": "appeal", "version": 1, "reason": thing{"text": "x"}},
		"post /api/v1/delegations":                          thing{"to": b.Petit, "powers": []string{"judge"}, "until": "2027-01-01T00:00:00Z"},
		"post /api/v1/establishments/{uai}/acting-heads":    thing{"person": b.Petit, "until": "2027-01-01T00:00:00Z", "reference": "x"},
		"post /api/v1/reports/{report}/attachments":         form{{"attachment", "a.pdf", []byte("%PDF-1.4")}},
		"post /api/v1/follow-ups/{secret}/attachments":      form{{"attachment", "a.pdf", []byte("%PDF-1.4")}},
		"put /api/v1/canned-reasons/{reason}":               thing{"title": "x", "to_author": "x"},
		"post /api/v1/cases/{id}/actions":                   thing{"action": "escalate", "version": 1},
		"post /api/v1/cases/{id}/preview":                   thing{"action": "decide", "version": 1, "verdict": "keep", "reason": thing{"text": "x"}},
		"post /api/v1/orders":                               thing{"location": contribution, "ground": "HATE", "authority": "x", "legal_basis": "x", "reference": "x", "ordered_on": "2026-11-20T00:00:00Z"},
		"post /api/v1/cases/{id}/referrals":                 thing{"text": "x"},
		"post /api/v1/cases/{id}/referrals/{referral}/lift": thing{"text": "x"},
		"post /api/v1/cases/{id}/care":                      thing{"step": "protect"},
		"post /api/v1/stops":                                thing{"contribution": contribution},
		"post /api/v1/stops/{hold}/release":                 thing{"text": "x"},
		"post /api/v1/halts":                                thing{"space": b.Blog, "reason": "x"},
		"post /api/v1/standings":                            thing{"person": b.Lina, "kind": "suspended", "until": "2026-11-28T00:00:00Z", "reason": "x"},
		"post /api/v1/standings/{standing}/observations":    thing{"text": "x"},
		"post /api/v1/cases/{id}/notes":                     thing{"text": "x"},
		"post /api/v1/cases/{id}/links":                     thing{"case": contribution, "text": "x"},
		"post /api/v1/photos":                               form{{"photo", "a.jpg", []byte("no picture")}},
		"post /api/v1/files":                                form{{"document", "a.pdf", []byte("no document")}},
		"put /api/v1/photos/{id}/depictions":                thing{"people": []thing{}, "complete": true, "nobody": true},
		"post /api/v1/photos/{id}/actions":                  thing{"action": "erase", "version": 1},
		"post /api/v1/photo-series":                         thing{"title": "À moi"},
		"post /api/v1/consent-requests":                     theirsAsked(b),
		"post /api/v1/consent-requests/preview":             theirsAsked(b),
		"post /api/v1/consent-requests/{id}/photos":         thing{"photos": []string{}},
		"post /api/v1/consents/{id}/actions":                thing{"action": "revoke"},
		"post /api/v1/photo-series/{id}/people":             thing{"persons": []string{b.Lina.String()}},
		"post /api/v1/consents/{id}/resend":                 thing{"signatory": b.Haddad},
		"post /api/v1/consents/{id}/sole-authority":         thing{"proof": "Jugement du 3 mars"},
		"post /api/v1/consents/{id}/papers":                 form{{"signatory", "", []byte(b.Haddad.String())}, {"scan", "a.pdf", []byte("%PDF-1.4")}},
	}
}

// asked are the queries without which a call would be refused before the walls are asked.
var asked = map[string]string{"get /api/v1/audit": "?reason=security", "get /api/v1/denials": "?reason=security"}

// own are calls without anything of another in them: they show what is the
// caller's own, and are tried for what they must not show.
var own = map[string]bool{
	"get /api/v1/spaces": true, "post /api/v1/spaces": true, "get /api/v1/review-queue": true, "get /api/v1/notices": true,
	"get /api/v1/persons": true, "get /api/v1/groups": true, "get /api/v1/settings": true, "get /api/v1/audit": true, "get /api/v1/denials": true, "patch /api/v1/settings": true,
	"get /api/v1/legal": true, "put /api/v1/legal": true, "get /api/v1/charter": true, "put /api/v1/charter": true,
	"post /api/v1/notices/read": true, "get /api/v1/reports": true, "post /api/v1/message-reports": true, "get /api/v1/canned-reasons": true, "post /api/v1/canned-reasons": true, "get /api/v1/cases": true, "get /api/v1/desk": true, "get /api/v1/desk/acts": true, "get /api/v1/delegations": true, "post /api/v1/delegations": true, "get /api/v1/figures": true, "get /api/v1/stops": true, "get /api/v1/halts": true, "delete /api/v1/halts/{halt}": true, "delete /api/v1/standings/{standing}": true, "post /api/v1/halts": true, "get /api/v1/standings": true, "post /api/v1/standings": true, "get /api/v1/transparency": true, "post /api/v1/transparency/{year}/publication": true, "post /api/v1/orders": true, "post /api/v1/photos": true, "post /api/v1/files": true, "get /api/v1/photos": true, "post /api/v1/photo-series": true,
	"get /api/v1/photo-series": true, "get /api/v1/consents": true, "get /api/v1/consents.csv": true, "post /api/v1/consent-requests": true, "post /api/v1/consent-requests/preview": true,
	"post /api/v1/replies": true, // answered the same whether there is something or not
}

// theirsAsked is a request that names the collège's class, space and pupil.
func theirsAsked(b *bundle) thing {
	asked := asking(b, nil)
	asked["to_come"], asked["group"], asked["persons"] = true, b.Class, []string{b.Lina.String()}
	return asked
}

// shared are the reads across establishments: what is public, and what the ENT shares.
var shared = map[string]bool{
	"get /api/v1/published/{uai}": true, "get /api/v1/published/{uai}/feed.atom": true,
}

// TestWalls tries every call of the document as somebody of the lycée, on things
// of the collège.
func TestWalls(t *testing.T) {
	t.Parallel()
	b := setup(t)
	article := b.write(t, "lina", b.Blog, thing{"kind": "article", "title": "À nous", "body": "<p>Secret de la 5A</p>", "submit": true})
	b.work(t)
	theirs := b.ours()
	theirs["contributions"], theirs["claims"], theirs["contribution"] = article.text("id"), article.text("id"), article.text("id")
	b.pictured(t, theirs)
	b.anyone(t, "POST", "/takedown-requests", takedown(article, "HAR"), nil).want(http.StatusAccepted)
	b.work(t)
	theirs["cases"] = b.firstCase(t, "garcia").text("id")
	bodies := samples(b, article.text("id"))
	paths, _ := document(t, b.handler)
	for path, operations := range paths {
		for method := range operations {
			call := method + " " + path
			for _, somebody := range []string{"roche", "zoe"} {
				q := request{
					as: somebody, method: strings.ToUpper(method), path: strings.TrimPrefix(b.filled(path, theirs), "/api/v1") + asked[call],
					header: map[string]string{"If-Match": `"1"`},
				}
				if body, ok := bodies[call]; ok {
					q.body = body
				} else if method != "get" && method != "delete" {
					q.body = thing{}
				}
				answer := b.do(t, q)
				switch {
				case strings.Contains(string(answer.body), "Secret"), strings.Contains(string(answer.body), "Haddad"):
					t.Errorf("%s tells %s: %s", call, somebody, answer.body)
				case !own[call] && !shared[call] && answer.status != http.StatusNotFound:
					t.Errorf("%s answers %s with %d: %s", call, somebody, answer.status, answer.body)
				}
			}
		}
	}
}

func TestNamesOfNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, name := range []string{uuid.NewString(), "1", "lina", strings.ToUpper(b.Blog.String()), "%00", id.New[id.Space]().String(), strings.Repeat("a", 5000)} {
		for _, path := range []string{"/spaces/" + name, "/contributions/" + name, "/contributions/" + name + "/history", "/published/0310000Z/blog-5a/" + name, "/published/" + name} {
			b.do(t, request{as: "lina", method: "GET", path: path}).problem(http.StatusNotFound, "not-found", "")
		}
	}
}

func TestWhoCalls(t *testing.T) {
	t.Parallel()
	b := setup(t)
	tests := map[string]struct {
		q      request
		status int
		word   string
	}{
		"nobody":           {request{key: "-", method: "GET", path: "/spaces"}, 401, "login"},
		"unknown key":      {request{key: "made-up", as: "lina", method: "GET", path: "/spaces"}, 401, "key"},
		"key for nobody":   {request{method: "GET", path: "/spaces", header: tilleuls}, 403, "person-required"},
		"unknown person":   {request{as: "nobody", method: "GET", path: "/spaces"}, 403, "on-behalf-of"},
		"several schools":  {request{as: "martin", method: "GET", path: "/spaces"}, 400, "which-establishment"},
		"not their school": {request{as: "lina", method: "GET", path: "/spaces", header: map[string]string{"X-Establishment": "0310001Y"}}, 404, "not-found"},
		"no such school":   {request{as: "lina", method: "GET", path: "/spaces", header: map[string]string{"X-Establishment": "nowhere"}}, 404, "not-found"},
		"no such call":     {request{as: "lina", method: "GET", path: "/nowhere"}, 404, "not-found"},
		"no such method":   {request{as: "lina", method: "DELETE", path: "/spaces"}, 405, "method-not-allowed"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			b.do(t, test.q).problem(test.status, test.word, "")
		})
	}
	b.do(t, request{key: "-", method: "GET", path: "/published/0310000Z"}).want(http.StatusOK)
	if spaces := b.do(t, request{as: "martin", method: "GET", path: "/spaces", header: tilleuls}).want(http.StatusOK).thing().items(); len(spaces) != 3 {
		t.Errorf("%d spaces", len(spaces))
	}
}
