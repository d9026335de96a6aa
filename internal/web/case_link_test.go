package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

func empty(value string) bool { return value == "" }

// Whoever examines two cases links one to the other, sees why on both, and cuts the link again; a
// merged case leads to the one that goes on.
func TestTwoCasesAreLinkedByTheirPages(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, at := range []string{"/ordre", "/ici", "/là"} {
		b.requested(t, at, complaint()).expect(http.StatusOK)
		b.work(t)
	}
	b.exec(t, `UPDATE case_file SET kind = 'order', status = 'ordered', due_at = due_at + interval '1 hour' WHERE location LIKE '%ordre'`)
	garcia := b.as(t, "garcia")
	garcia.open(desk + "cases").click("table a").expect(http.StatusOK)
	page := garcia.at.Path
	var merges, links []string
	garcia.find(`form:has(input[value="merge"]) option[value]`).Each(func(_ int, o *goquery.Selection) { merges = append(merges, o.AttrOr("value", "")) })
	garcia.find("#link-into option[value]").Each(func(_ int, o *goquery.Selection) { links = append(links, o.AttrOr("value", "")) })
	merges, links = slices.DeleteFunc(merges, empty), slices.DeleteFunc(links, empty)
	if len(merges) != 1 || len(links) != 2 {
		t.Fatalf("R48: what may go on with it: %v; linked: %v", merges, links)
	}
	other := merges[0]
	garcia.fill(`form[action$="/link"] button`, map[string]string{"into": other}).expect(http.StatusUnprocessableEntity)
	if garcia.find(`#link-text[aria-invalid="true"]`).Length() != 1 || garcia.find(`#link-into option[selected]`).Length() != 1 {
		t.Errorf("without a reason: %s", garcia.text("main"))
	}
	garcia.fill(`form[action$="/link"] button`, map[string]string{"into": other, "text": "La même classe."}).expect(http.StatusOK)
	if text := garcia.text("main"); !strings.Contains(text, "La même classe.") {
		t.Errorf("linked: %s", text)
	}
	garcia.click(`a[href$="` + other + `"]`).expect(http.StatusOK)
	if text := garcia.text("main"); !strings.Contains(text, "La même classe.") {
		t.Errorf("the other: %s", text)
	}
	garcia.fill(`form[action$="/unlink"] button`, nil).expect(http.StatusOK)
	if garcia.page.Find(`form[action$="/unlink"]`).Length() != 0 {
		t.Error("the link is still there")
	}
	garcia.fill(`form:has(input[value="merge"]) button`, map[string]string{"into": page[strings.LastIndex(page, "/")+1:], "text": "Le même texte."}).expect(http.StatusOK)
	garcia.open(desk + "cases/" + other).expect(http.StatusOK)
	if garcia.find(`.notice a[href="`+page+`"]`).Length() != 1 {
		t.Errorf("the merged one leads nowhere: %s", garcia.text("main"))
	}
}
