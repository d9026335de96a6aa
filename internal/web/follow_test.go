package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"imprimatur/internal/calendar"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/id"
)

// The way from a text to where it is decided is shown to those to whom that opens,
// and to nobody whom it leads nowhere.
func TestNoWayLeadsNowhere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ways := 0
	for slug, space := range map[string]id.Space{"blog-5a": b.Blog, "club-lecture": b.Forum} {
		b.written(t, "lina", space, tilleuls, "La sortie", "Nous avons vu un mammouth.")
		b.work(t)
		if martin := b.as(t, "martin").open("/e/" + tilleuls + "/-/review"); martin.page.Find(`form[action$="/review/next"] button`).Length() > 0 && space == b.Blog {
			martin.click(`form[action$="/review/next"] button`).click(`form:has(input[value="approve"]) button`)
			b.work(t)
		}
		for _, who := range []string{"lina", "noe", "martin", "diallo", "garcia"} {
			br := b.as(t, who).open("/e/" + tilleuls + "/" + slug + "/")
			if br.status == http.StatusNotFound {
				continue // not their audience
			}
			br.click(`.card a[href*="/` + slug + `/"]`).expect(http.StatusOK)
			way, shown := br.page.Find(`main a[href*="/-/review/"]`).Attr("href")
			if !shown {
				id := br.at.Path[strings.LastIndex(br.at.Path, "/")+1:][:36]
				way = "/e/" + tilleuls + "/-/review/" + id
			} else {
				ways++
			}
			opens := br.open(way).status == http.StatusOK && br.page.Find(`form[action$="/act"]`).Length() > 0
			if shown != opens && who != "lina" { // who finds her own texts among hers
				t.Errorf("%s in %s: the way is shown %t, and it opens %t", who, slug, shown, opens)
			}
		}
	}
	if ways < 3 {
		t.Errorf("only %d ways", ways)
	}
}

// The page of a follow-up address says the hours of the school, as its letters do.
func TestAFollowUpSaysTheHourOfTheSchool(t *testing.T) {
	t.Parallel()
	b := setup(t)
	conn, err := pgx.Connect(t.Context(), b.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	text := b.publishedByNoe(t, "Le match", "Les filles de 5B sont des quiches.")
	if _, err := conn.Exec(t.Context(), `UPDATE tenant SET time_zone = 'Indian/Reunion' WHERE uai = $1`, tilleuls); err != nil {
		t.Fatal(err)
	}
	br := b.requested(t, desk+text, complaint()).expect(http.StatusOK)
	follow := br.at.Path
	b.work(t)
	br.open(follow).expect(http.StatusOK)
	place, err := time.LoadLocation("Indian/Reunion")
	if err != nil {
		t.Fatal(err)
	}
	hour := strings.ReplaceAll(calendar.FrenchHour(dbtest.Now.In(place)), "\u00a0", " ")
	if page, letter := br.text(`[aria-labelledby="yours"]`), br.text(".letter"); !strings.Contains(page, hour) || !strings.Contains(letter, hour) {
		t.Errorf("at %s the page says %s\nand the letter %s", hour, page, letter)
	}
}
