package web_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// hostile is what nobody types: no text for a database, ends of everything, other
// things than were asked for.
var hostile = []string{"\x00", "a\xff\r\nX: y", strings.Repeat("9", 3000) + "é"}

// sentHostile gives a form in which every field is hostile, and others in which one alone is: of what
// is no text those that the services look at themselves, and one of all others, which no form may have;
// of what is text the turn's share of all fields, since one that is refused hides those after it.
func sentHostile(h string, turn int) []url.Values {
	fields := slices.Sorted(maps.Keys(everyField))
	fields = append(fields, "after", "to", "next", "persona", "login", "password", "tenant", "publish_at", "language", "owner", "backup",
		"moderators", "contributors", "group", "ent", "ground", "sealed", "until", "lift_reference", "guardian", "credit-0-authors", "credit-0-source", "answer", "mask",
		"press_director", "series", "chosen", "who", "person", "picture", "drop", "photo_alt", "nobody", "waits", "p0-outcome", "p0-who", "p0-id", "p0-x", "p0-w", "p0-media", "p0-reason", "p0-email", "use", "use-print", "signatory", "scan", "signed_on", "proof", "for", "request", "taken_from", "operations", "place", "photo",
		"opened", "website", "location", "explanation", "name", "email", "good_faith", "authority", "legal_ground", "prior_contact", "verdict", "facts", "assignee", "report", "into")
	all := url.Values{}
	for _, field := range fields {
		all.Set(field, h)
	}
	forms := []url.Values{all}
	alone := []string{"title", "text", "html", "action"}
	if utf8.ValidString(h) && !strings.Contains(h, "\x00") {
		alone = nil
		for i, field := range fields {
			if (i+turn)%16 == 0 {
				alone = append(alone, field)
			}
		}
	}
	for _, field := range alone {
		form := maps.Clone(everyField)
		form[field] = []string{h}
		forms = append(forms, form)
	}
	return forms
}

// Nothing that somebody sends is a fault of ours: not in the path, not in the query,
// not in a form, not in a header, on any route there is.
func TestHostileRequestsAreNoFault(t *testing.T) {
	t.Parallel()
	b := setup(t)
	lina := b.written(t, "lina", b.Blog, tilleuls, "La sortie", "Nous avons vu un mammouth.")
	text := lina.at.Path[strings.LastIndex(lina.at.Path, "/")+1:]
	b.opens(t, text)
	b.photo = b.uploaded(t, "martin", tilleuls, rocket(t))
	b.consent = b.askedOf(t, b.Lina)
	martin := b.as(t, "martin")
	for turn, route := range b.routes(t) {
		for _, h := range hostile {
			method, path, _ := strings.Cut(route, " ")
			for _, part := range []string{":uai", ":space", ":text", ":authorisation", ":photo", ":size", ":consent", ":paper", ":case", ":report"} {
				if !strings.Contains(path, part) {
					continue
				}
				_, at := b.addressed(strings.Replace(method+" "+path, part, url.PathEscape(h), 1), tilleuls, text)
				martin.answers(method, at, everyField, nil)
			}
			_, at := b.addressed(route, tilleuls, text)
			query := url.Values{"after": {h}, "to": {h}, "space": {h}, "kind": {h}, "reason": {h}, "series": {h}, "q": {h}, "size": {h}, "request": {h}, "group": {h}, "status": {h}, "who": {h}, "chosen": {h}, "at": {h}, "do": {h}, "over": {h}, "mine": {h}, "month": {h}, "year": {h}, h: {h}}
			martin.answers(method, at+"?"+query.Encode(), everyField, nil)
			martin.answers(method, at, everyField, headers(h))
			if method == http.MethodGet {
				continue
			}
			for _, form := range sentHostile(h, turn) {
				martin.answers(method, at, form, nil)
			}
		}
	}
	b.hostileAtTheDoor(t)
}

// hostileAtTheDoor tries the routes of no establishment.
func (b *bundle) hostileAtTheDoor(t *testing.T) {
	t.Helper()
	for _, h := range hostile {
		martin, stranger := b.as(t, "martin"), b.visitor(t)
		for turn, path := range []string{"/login", "/login/demo", "/schools"} {
			for _, form := range sentHostile(h, turn) {
				martin.answers(http.MethodPost, path, form, nil)
				stranger.answers(http.MethodPost, path, form, headers(h))
			}
			stranger.answers(http.MethodGet, "/takedown?"+url.Values{"at": {h}}.Encode(), nil, headers(h))
			stranger.answers(http.MethodGet, "/s/"+url.PathEscape(h), nil, headers(h))
			stranger.answers(http.MethodPost, "/s/"+url.PathEscape(h)+"/respond", everyField, headers(h))
			stranger.answers(http.MethodPost, "/s/"+url.PathEscape(h)+"/appeal", everyField, headers(h))
			stranger.answers(http.MethodPost, "/s/"+url.PathEscape(h)+"/claim", url.Values{"mine": {h}}, headers(h))
			stranger.answers(http.MethodGet, path+"?"+url.Values{"next": {h}}.Encode(), nil, headers(h))
		}
	}
}

// headers are those that are read, with what nobody means. What HTTP itself does not
// carry cannot arrive.
func headers(h string) map[string]string {
	h = strings.NewReplacer("\x00", "", "\r", "", "\n", "").Replace(h)
	return map[string]string{
		"If-Match": h, "If-None-Match": h, "Accept-Language": h, "Accept": h, "Accept-Encoding": h, "X-Request-Id": h, "X-Forwarded-For": h,
		"X-Establishment": h, "X-On-Behalf-Of": h,
	}
}

// answers fails the test where the answer is a fault of ours.
func (br *browser) answers(method, path string, form url.Values, header map[string]string) {
	br.t.Helper()
	if method == http.MethodGet {
		form = nil
	}
	br.send(method, path, form, header)
	if br.status >= http.StatusInternalServerError {
		br.t.Errorf("%s %q with %q and %q: %d", method, path, form, header, br.status)
	}
}
