package web_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/jackc/pgx/v5"
)

// posted sends a form as it stands, and follows nothing.
func (b *bundle) posted(t *testing.T, path string, form url.Values) (status int, to string) {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Origin", b.url)
	answer, err := client.Do(request)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer answer.Body.Close()
	return answer.StatusCode, answer.Header.Get("Location")
}

// filed counts the reports that there are.
func (b *bundle) filed(t *testing.T) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), b.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM report`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// reference is that of the latest report.
func (b *bundle) reference(t *testing.T) (text string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), b.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), `SELECT reference FROM report ORDER BY report_id DESC LIMIT 1`).Scan(&text); err != nil {
		t.Fatal(err)
	}
	return text
}

// A form's stamp is good for one sending: pressed twice, or by eight at once, it is one report with one
// receipt; with something else in it, it comes back to be sent once more, and nothing is lost.
func TestAFormIsGoodForOneSending(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text := b.publishedByNoe(t, "La sortie", "Nous avons vu un mammouth.")
	at := "/e/" + tilleuls + "/blog-5a/" + text
	forms := map[string]map[string]string{
		"takedown": complaint(),
		"reply": {
			"message": b.url + at, "passages": "un mammouth", "designated": "C'est moi.", "text": "C'était un éléphant.", "name": "Jeanne Aubert",
			"email": "jeanne.aubert@example.org", "sincere": "1", "byline": "Noé",
		},
	}
	for name, typed := range forms {
		br := b.visitor(t)
		br.open(desk + name + "?" + url.Values{"at": {at}}.Encode()).expect(http.StatusOK)
		br.fill(`form[action$="/`+name+`"] button`, typed).expect(http.StatusUnprocessableEntity) // the clock stands: nobody types so fast
		if br.page.Find("#again").Length() != 1 {
			t.Fatalf("%s: %s", name, br.text("main"))
		}
		form := url.Values{}
		br.page.Find(`form[action$="/` + name + `"] [name]`).Each(func(_ int, field *goquery.Selection) {
			if kind := field.AttrOr("type", ""); (kind == "radio" || kind == "checkbox") && field.AttrOr("checked", "-") == "-" {
				return
			}
			value := field.AttrOr("value", "")
			if goquery.NodeName(field) == "textarea" {
				value = field.Text()
			}
			form.Set(field.AttrOr("name", ""), value)
		})
		before, receipts := b.filed(t), map[string]bool{}
		var all sync.WaitGroup
		var mu sync.Mutex
		for range 8 {
			all.Go(func() {
				status, to := b.posted(t, desk+name, form)
				mu.Lock()
				defer mu.Unlock()
				receipts[to] = true
				if status != http.StatusSeeOther {
					t.Errorf("%s: %d", name, status)
				}
			})
		}
		all.Wait()
		if n := b.filed(t) - before; n != 1 || len(receipts) != 1 {
			t.Errorf("%s: eight at once are %d reports, with the receipts %v", name, n, receipts)
		}
		if status, to := b.posted(t, desk+name, form); status != http.StatusSeeOther || !receipts[to] {
			t.Errorf("%s: sent again: %d %s", name, status, to)
		}
		other := maps.Clone(form)
		other.Set(map[string]string{"takedown": "explanation", "reply": "text"}[name], "Et encore autre chose.")
		if status, _ := b.posted(t, desk+name, other); status != http.StatusUnprocessableEntity {
			t.Errorf("%s: a used stamp, with something else: %d", name, status)
		}
		back := b.visitor(t)
		back.send(http.MethodPost, desk+name, other, map[string]string{"Origin": b.url}).expect(http.StatusUnprocessableEntity)
		if got := back.text("#before"); !strings.Contains(got, "bien arrivé") || !strings.Contains(got, b.reference(t)) || back.page.Find("#again").Length() != 0 {
			t.Errorf("%s: who has changed what they sent is not told that it came: %s", name, back.text("main"))
		}
		if n := b.filed(t) - before; n != 1 {
			t.Errorf("%s: %d reports of one stamp", name, n)
		}
	}
}
