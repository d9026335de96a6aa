package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Pictures that a request announced join it from the album and from their own page, by who
// asked; the register is exported by the director alone.
func TestPicturesJoinTheirProject(t *testing.T) {
	t.Parallel()
	b := setup(t)
	martin := b.as(t, "martin")
	martin.open(desk+"consents/ask").fill(`button[value="preview"]`, b.project(map[string]string{"to_come": "yes", "group": b.Class.String()})).expect(http.StatusOK)
	martin.fill(`button[value="send"]`, nil).expect(http.StatusOK)
	b.work(t)
	request := martin.at.Query().Get("request")
	photo := b.uploaded(t, "martin", tilleuls, astronaut(t))
	b.named(t, "martin", tilleuls, photo, "Lina Haddad")

	martin.open(desk + "consents?request=" + request).click(`a[href$="photos?request=` + request + `"]`).expect(http.StatusOK)
	if got := martin.find(`#request option[selected]`).AttrOr("value", ""); got != request {
		t.Errorf("the project that is chosen is %q", got)
	}
	add := desk + "consents/photos"
	martin.send(http.MethodPost, add, url.Values{"request": {request}}, nil).expect(http.StatusUnprocessableEntity)
	if martin.text("#request-fault") == "" {
		t.Errorf("no picture is ticked: %q", martin.text("#faults"))
	}
	martin.open(desk+"photos/"+photo).fill(`form[action$="/consents/photos"] button`, nil).expect(http.StatusOK)
	if got := martin.text(".notice-success"); !strings.Contains(got, "font partie de la demande") {
		t.Errorf("added: %q", got)
	}
	consent := b.consentAbout(t, martin, b.Lina)
	if got := b.as(t, "haddad-1").open(desk + "consents/" + consent).find(`.whole img`).Length(); got != 1 {
		t.Errorf("the family sees %d pictures", got)
	}
	diallo := b.as(t, "diallo")
	diallo.send(http.MethodPost, add, url.Values{"request": {request}, "chosen": {photo}}, nil).expect(http.StatusNotFound)
	b.as(t, "lina").send(http.MethodPost, add, url.Values{"request": {request}, "chosen": {photo}}, nil).expect(http.StatusNotFound)

	if got := martin.open(desk + "consents").page.Find(`a[href*="export"]`).Length(); got != 0 {
		t.Error("one of the staff is offered the export")
	}
	martin.open(desk + "consents/export").expect(http.StatusForbidden)
	garcia := b.as(t, "garcia")
	garcia.open(desk + "consents").click(`a[href*="export"]`).expect(http.StatusOK)
	if got := garcia.page.Text(); !strings.Contains(got, "Lina Haddad;5A") {
		t.Errorf("exported: %q", got)
	}
}
