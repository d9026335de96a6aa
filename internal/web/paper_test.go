package web_test

import (
	"net/http"
	"strings"
	"testing"
)

// widened lets the whole collège read the class blog: what its pupils write there
// then needs an authorisation (R36).
func (b *bundle) widened(t *testing.T) {
	t.Helper()
	b.exec(t, `UPDATE space SET audience = 'establishment', audience_group = NULL WHERE space_id = $1`, b.Blog)
}

// Martin approves Lina's poem, finds it among those that wait, records the signed
// paper, and it appears; he takes it back, and it is gone.
func TestAnAuthorisationIsRecordedWithoutJavaScript(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.widened(t)
	b.written(t, "lina", b.Blog, tilleuls, "Mon poème", "La nuit, le vent.")
	b.work(t)
	martin := b.as(t, "martin")
	martin.open("/e/" + tilleuls + "/-/review").click(`table a`).expect(http.StatusOK)
	martin.click(`form:has(input[value="approve"]) button`).expect(http.StatusOK)
	b.work(t)

	diallo := b.as(t, "diallo") // the backup was told
	diallo.open("/e/" + tilleuls + "/-/notices")
	if got := diallo.text("main"); !strings.Contains(got, "Il paraîtra dès que vous aurez enregistré l'autorisation") {
		t.Errorf("notices: %s", got)
	}
	martin.open("/e/" + tilleuls + "/-/review").click(`a[href$="/-/authorisations"]`).expect(http.StatusOK)
	martin.click(`main li.card a`).expect(http.StatusOK)
	if got := martin.find("#guardian option").Last().Text(); got != "Samia Haddad" {
		t.Errorf("the last guardian offered is %q", got)
	}

	martin.fill(`form[action$="/authorisations"] button`, map[string]string{"reference": "Classeur 5A"}).expect(http.StatusUnprocessableEntity)
	for field, want := range map[string]string{"guardian": "Choisissez le responsable légal qui a signé.", "naming": "Choisissez comment l'élève veut être nommé."} {
		if got := martin.text("#" + field + "-fault"); got != want {
			t.Errorf("beside %s: %q", field, got)
		}
	}
	if got := martin.find("#paper_reference").AttrOr("value", ""); got != "Classeur 5A" || martin.page.Find("#paper_reference-fault").Length() > 0 {
		t.Errorf("the reference typed is not kept: %q", got)
	}
	martin.fill(`form[action$="/authorisations"] button`, map[string]string{
		"reference": "Classeur 5A, fiche 3", "guardian": b.Haddad.String(), "naming": "first_name",
	}).expect(http.StatusOK)
	if got := martin.text("main"); !strings.Contains(got, "Signée par l'élève et par Samia Haddad (Classeur 5A, fiche 3). Enregistrée par Paul Martin") {
		t.Errorf("recorded: %s", got)
	}
	b.work(t)
	noe := b.as(t, "noe")
	noe.open("/e/" + tilleuls + "/blog-5a/").click(".card a").expect(http.StatusOK)
	if got := noe.text("article .meta"); !strings.HasPrefix(got, "Lina ·") {
		t.Errorf("the author is named %q", got)
	}
	if got := martin.open("/e/" + tilleuls + "/-/authorisations").text("main .notice"); got != "Aucun texte n'attend d'autorisation." {
		t.Errorf("still waiting: %q", got)
	}

	article := noe.at.Path
	diallo.open("/e/" + tilleuls + "/-/texts/" + article[strings.LastIndex(article, "/")+1:])
	diallo.click(`form[action$="/end"] button`).expect(http.StatusOK)
	if got := diallo.text("main"); !strings.Contains(got, "Retirée :") || diallo.page.Find(`form[action$="/end"]`).Length() > 0 {
		t.Errorf("taken back: %s", got)
	}
	b.work(t)
	if noe.open(article); strings.Contains(noe.text("main"), "le vent") {
		t.Errorf("still shown: %s", noe.text("main"))
	}
}

// Where nothing is asked for there is no form; the pupil and the neighbour record
// nothing; the words are there in English too.
func TestWhoSeesTheFormOfAuthorisations(t *testing.T) {
	t.Parallel()
	b := setup(t)
	lina := b.written(t, "lina", b.Blog, tilleuls, "Mon poème", "La nuit, le vent.")
	text := lina.at.Path[strings.LastIndex(lina.at.Path, "/")+1:]
	b.work(t)
	item := "/e/" + tilleuls + "/-/review/" + text
	martin := b.as(t, "martin")
	martin.lang = "en"
	if martin.open(item); martin.page.Find("#paper").Length() > 0 {
		t.Error("the class reads its own blog, and a paper is asked for")
	}
	b.widened(t)
	if got := martin.open(item).text("#paper"); got == "" {
		t.Errorf("no form: %s", martin.text("main"))
	}
	paper := map[string][]string{"guardian": {b.Haddad.String()}, "naming": {"unnamed"}, "reference": {"x"}}
	for persona, want := range map[string]int{"lina": http.StatusForbidden, "noe": http.StatusNotFound, "petit": http.StatusNotFound} {
		if br := b.as(t, persona); br.send(http.MethodPost, item+"/authorisations", paper, nil).status != want {
			t.Errorf("%s: %d, want %d", persona, br.status, want)
		}
	}
	if martin.send(http.MethodPost, item+"/authorisations/"+text+"/end", map[string][]string{}, nil).status != http.StatusNotFound {
		t.Errorf("ended what was never recorded: %d", martin.status)
	}
}

// Martin writes what the class made together, says so on its page, and readers see who
// took part; without a reason it is not said, and nothing typed is lost (R37).
func TestAWorkIsSaidToBeCollective(t *testing.T) {
	t.Parallel()
	b := setup(t)
	martin := b.written(t, "martin", b.Blog, tilleuls, "Notre sortie", "Nous étions vingt-cinq.")
	work := martin.at.Path
	if martin.page.Find("#collective").Length() > 0 {
		t.Error("offered where the establishment has not decided that works may be")
	}
	b.exec(t, `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, 'collective_works', 'true', now())`, b.Tilleuls)
	martin.open(work).fill(`button[value="say"]`, map[string]string{"c0-who": "Lina Haddad", "c1-who": "Noé P.", "justification": "Non."}).
		expect(http.StatusUnprocessableEntity)
	if got := martin.text("#justification-fault"); got != "Justifiez la qualification d'œuvre collective : 20 caractères au moins." {
		t.Errorf("refused: %q", got)
	}
	if martin.find("#c0-who").AttrOr("value", "") != "Lina Haddad" || martin.find(`[name="c0-person"]`).AttrOr("value", "") != b.Lina.String() {
		t.Error("who was named is not kept")
	}
	martin.fill(`button[value="more"]`, nil).expect(http.StatusOK)
	martin.fill(`button[value="say"]`, map[string]string{
		"c1-who": "Noé Perrin · 5A", "c1-naming": "first_name", "c2-who": "Ana Costa", "justification": "Écrit ensemble, sous ma direction.",
	}).expect(http.StatusOK)
	if got := martin.text(`section[aria-labelledby="collective"]`); !strings.Contains(got, "décidé par Paul Martin") {
		t.Errorf("said: %s", got)
	}
	b.work(t)
	b.as(t, "diallo").open("/e/" + tilleuls + "/-/review").click(`table a`).click(`form:has(input[value="approve"]) button`).expect(http.StatusOK)
	b.work(t)
	noe := b.as(t, "noe")
	noe.open("/e/" + tilleuls + "/blog-5a/").click(".card a").expect(http.StatusOK)
	article := noe.at.Path
	if got := noe.text("article"); !strings.Contains(got, "Œuvre collective : les droits appartiennent à Collège Les Tilleuls. Y ont participé : Lina H., Noé, Ana Costa.") {
		t.Errorf("readers see %s", got)
	}
	if noe.send(http.MethodPost, work+"/collective/end", map[string][]string{}, nil).status != http.StatusNotFound {
		t.Errorf("a pupil took it back: %d", noe.status)
	}
	martin.open(work).fill(`button[value="say"]`, map[string]string{"c0-naming": "unnamed"}).expect(http.StatusOK)
	if noe.open(article); !strings.Contains(noe.text("article"), "Y ont participé : Élève, Noé, Ana Costa.") {
		t.Errorf("named otherwise: %s", noe.text("article"))
	}
	martin.click(`form[action$="/collective/end"] button`).expect(http.StatusOK)
	if noe.open(article).expect(http.StatusOK); strings.Contains(noe.text("article"), "collective") {
		t.Error("readers still see it as collective")
	}
}
