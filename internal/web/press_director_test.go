package web_test

import (
	"net/http"
	"strings"
	"testing"

	"imprimatur/internal/id"
)

// R14: whoever keeps a paper names its director in its form, among adults and the pupils who are old
// enough; readers see a byline on its page.
func TestWhoDirectsAPaper(t *testing.T) {
	t.Parallel()
	b := setup(t)
	young := id.New[id.Person]()
	b.exec(t, `INSERT INTO person (person_id, source, external_id, given_name, family_name, birth_date) VALUES ($1, 'test', 'tom', 'Tom', 'Petit', '2010-11-25')`, young)
	b.exec(t, `INSERT INTO membership (membership_id, tenant_id, person_id, profile) VALUES ($1, $2, $3, 'pupil')`, id.New[id.Membership](), b.Platanes, young)
	settings := "/e/" + platanes + "/-/spaces/" + b.Press.String()
	martin, zoe := b.as(t, "martin"), b.as(t, "zoe")
	martin.open(settings).expect(http.StatusOK)
	for who, there := range map[id.Person]bool{b.Zoe: true, b.Martin: true, b.Roche: true, young: false, b.Lina: false} {
		if got := martin.page.Find(`#press_director option[value="`+who.String()+`"]`).Length() == 1; got != there {
			t.Errorf("%s is proposed: %t", who, got)
		}
	}
	martin.fill(`main form button`, map[string]string{"press_director": young.String()}).expect(http.StatusUnprocessableEntity)
	if got := martin.text("#press_director-fault"); !strings.Contains(got, "R14") || !strings.Contains(got, "16 ans") {
		t.Errorf("too young: %q", got)
	}
	martin.open(settings).fill(`main form button`, map[string]string{"press_director": b.Zoe.String()}).expect(http.StatusOK)
	if got := martin.find(`#press_director option[selected]`).AttrOr("value", ""); got != b.Zoe.String() {
		t.Errorf("named: %s", got)
	}
	paper := "/e/" + platanes + "/gazette/"
	if got := zoe.open(paper).expect(http.StatusOK).text("main"); !strings.Contains(got, "Directeur ou directrice de la publication du journal : Zoé L.") || strings.Contains(got, "Lambert") {
		t.Errorf("its page: %s", got)
	}
	martin.open(settings).fill(`main form button`, map[string]string{"title": "La Gazette du lycée"}).expect(http.StatusOK)
	if got := zoe.open(paper).text("main"); !strings.Contains(got, "Zoé L.") {
		t.Errorf("after another change: %s", got)
	}
}

// R14: only pupils' press has such a director, so only a lycée's form of a new space and a paper's ask for one.
func TestWhereADirectorOfAPaperIsAskedFor(t *testing.T) {
	t.Parallel()
	b := setup(t)
	martin := b.as(t, "martin")
	for path, asked := range map[string]bool{
		"/e/" + tilleuls + "/-/spaces/new": false, "/e/" + tilleuls + "/-/spaces/" + b.Blog.String(): false,
		"/e/" + platanes + "/-/spaces/new": true, "/e/" + platanes + "/-/spaces/" + b.Press.String(): true,
	} {
		martin.open(path).expect(http.StatusOK)
		if got := martin.page.Find("#press_director").Length() == 1; got != asked {
			t.Errorf("%s asks: %t", path, got)
		}
	}
	martin.open("/e/" + platanes + "/-/spaces/new")
	martin.fill(`main form button`, map[string]string{"title": "Le journal", "mode": "POST", "backup": b.Roche.String(), "press_director": b.Zoe.String()}).expect(http.StatusUnprocessableEntity)
	if got := martin.text("#press_director-fault"); !strings.Contains(got, "R14") {
		t.Errorf("of another blog: %q", got)
	}
	martin.fill(`main form button`, map[string]string{"mode": "PUPIL_PRESS"}).expect(http.StatusOK)
	if got := martin.find(`#press_director option[selected]`).AttrOr("value", ""); got != b.Zoe.String() {
		t.Errorf("of a new paper: %s", got)
	}
}

// R14: who directs a paper reads in their notices what the head forbids in it, and why, without a way to a page
// that is not theirs.
func TestWhoDirectsAPaperIsTold(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `UPDATE space SET press_director_id = $1 WHERE space_id = $2`, b.Zoe, b.Press)
	text := b.sent(t, "martin", platanes, b.Press.String(), "La cantine", "Elle ment.")
	roche := b.as(t, "roche")
	roche.open("/e/"+platanes+"/-/review/"+text).fill(`form:has(input[name="action"][value="withdraw"]) button`, map[string]string{"ground": "DEF", "text": "Une diffamation."}).expect(http.StatusOK)
	b.work(t)
	notices := b.as(t, "zoe").open("/e/" + platanes + "/-/notices").expect(http.StatusOK).find("main")
	if got := notices.Text(); !strings.Contains(got, "La cantine") || !strings.Contains(got, "dans La Gazette, a été retiré.") || !strings.Contains(got, "Une diffamation.") {
		t.Errorf("her notices: %s", got)
	}
	if notices.Find(`a[href*="`+text+`"]`).Length() != 0 {
		t.Error("her notice leads to a page of its author's")
	}
}
