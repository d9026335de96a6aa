package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"imprimatur/internal/id"
)

// A teacher opens a space, sets it, freezes it; nobody writes there until it is
// unfrozen. A rule that refuses says so beside the field.
func TestSpaces(t *testing.T) {
	t.Parallel()
	b := setup(t)
	martin := b.as(t, "martin")
	martin.open("/e/" + tilleuls + "/-/spaces/new").expect(http.StatusOK)
	martin.fill(`main form button`, map[string]string{
		"title": "Le journal", "kind": "forum", "mode": "PRE", "audience": "public_web", "owner": b.Martin.String(), "backup": b.Martin.String(),
	}).expect(http.StatusUnprocessableEntity)
	for field, rule := range map[string]string{"audience": "R10", "mode": "R11", "owner": "R15"} {
		if got := martin.text("#" + field + "-fault"); !strings.Contains(got, rule) {
			t.Errorf("%s: %q, want %s", field, got, rule)
		}
	}
	if got := martin.find("#title").AttrOr("value", ""); got != "Le journal" {
		t.Errorf("the title typed is not kept: %q", got)
	}
	martin.fill(`main form button`, map[string]string{
		"mode": "POST", "audience": "establishment", "backup": b.Diallo.String(), "writers": "group:" + b.Class.String(),
	}).expect(http.StatusOK)
	if got := martin.text(".notice-success"); got != "Espace créé." {
		t.Fatalf("after creating: %s", martin.text("main"))
	}
	settings := martin.at.Path
	lina := b.as(t, "lina")
	lina.open("/e/" + tilleuls + "/le-journal/").click(`a[role="button"]`).expect(http.StatusOK)
	write := lina.at.Path
	lina.open(settings).expect(http.StatusNotFound)

	martin.fill(`form:has(input[value="freeze"]) button`, map[string]string{"text": ""}).expect(http.StatusUnprocessableEntity)
	martin.fill(`form:has(input[value="freeze"]) button`, map[string]string{"text": "Une dispute à calmer."}).expect(http.StatusOK)
	lina.open("/e/" + tilleuls + "/le-journal/").expect(http.StatusOK)
	if got := lina.text(".notice-warning"); !strings.Contains(got, "gelé") || lina.page.Find(`a[role="button"]`).Length() != 0 {
		t.Errorf("frozen: %s", lina.text("main"))
	}
	lina.open(write)
	if lina.status < http.StatusBadRequest || !strings.Contains(lina.text("main"), "R26") {
		t.Errorf("writing in a frozen space: %d %s", lina.status, lina.text("main"))
	}
	martin.open(settings).fill(`form:has(input[value="unfreeze"]) button`, map[string]string{"text": "C'est réglé."}).expect(http.StatusOK)
	lina.open(write).expect(http.StatusOK)
}

// What the form of a new space proposes is allowed: a name and a backup are enough.
func TestANewSpaceAsProposed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	martin := b.as(t, "martin")
	martin.open("/e/" + tilleuls + "/-/spaces/new").expect(http.StatusOK)
	martin.fill(`main form button`, map[string]string{"title": "Le journal", "backup": b.Diallo.String()}).expect(http.StatusOK)
	if got := martin.text(".notice-success"); got != "Espace créé." {
		t.Errorf("as proposed: %s", martin.text("main"))
	}
}

// Moderators are named in the form, and stay until it says otherwise; who writes
// there stays whatever it says.
func TestModeratorsOfASpace(t *testing.T) {
	t.Parallel()
	b := setup(t)
	martin := b.as(t, "martin")
	settings := "/e/" + tilleuls + "/-/spaces/" + b.Blog.String()
	chosen := `#moderators input[checked]`
	martin.open(settings).expect(http.StatusOK)
	if got := martin.find(chosen).AttrOr("value", ""); got != "person:"+b.Martin.String() {
		t.Errorf("the moderator before: %s", got)
	}
	martin.fill(`main form button`, map[string]string{"moderators": "person:" + b.Petit.String()}).expect(http.StatusOK)
	martin.open(settings).fill(`main form button`, map[string]string{"title": "Le blog"}).expect(http.StatusOK)
	if got := martin.open(settings).find(chosen); got.Length() != 1 || got.AttrOr("value", "") != "person:"+b.Petit.String() {
		t.Errorf("the moderator after: %s", got.Text())
	}
	text := b.sent(t, "lina", tilleuls, b.Blog.String(), "La sortie", "Nous avons vu un mammouth.")
	b.judged(t, "petit", tilleuls, text, "approve", nil)
}

// A space is open to an ENT of the establishment's from its creation, and to no
// other; what was ticked stays ticked where something else is wrong.
func TestSpaceForAnENT(t *testing.T) {
	t.Parallel()
	b := setup(t)
	own, other := id.New[id.ENT](), id.New[id.ENT]()
	b.exec(t, `INSERT INTO ent (ent_id, name) VALUES ($1, 'Occitanie'), ($2, 'Bretagne')`, own, other)
	b.exec(t, `INSERT INTO ent_member (ent_id, tenant_id) VALUES ($1, $3), ($2, $4)`, own, other, b.Tilleuls, b.Platanes)
	martin := b.as(t, "martin")
	martin.open("/e/" + tilleuls + "/-/spaces/new").expect(http.StatusOK)
	if got := martin.find(`#audience option[value="ent:` + own.String() + `"]`).Text(); !strings.Contains(got, "Occitanie") {
		t.Errorf("the ENT is called %q", got)
	}
	if strings.Contains(martin.text("main"), "Bretagne") {
		t.Error("another establishment's ENT is offered")
	}
	martin.fill(`main form button`, map[string]string{
		"title": "Lectures", "kind": "forum", "mode": "POST", "audience": "ent:" + other.String(), "backup": b.Diallo.String(),
		"moderators": "person:" + b.Petit.String(),
	}).expect(http.StatusUnprocessableEntity)
	if got := martin.text("#audience-fault"); !strings.Contains(got, "R10") {
		t.Errorf("another establishment's ENT: %q", got)
	}
	if got := martin.find(`#moderators input[checked]`); got.Length() != 1 || got.AttrOr("value", "") != "person:"+b.Petit.String() {
		t.Errorf("ticked after a refusal: %s", got.Parent().Text())
	}
	martin.fill(`main form button`, map[string]string{"audience": "ent:" + own.String()}).expect(http.StatusOK)
	if got := martin.find(`#audience option[selected]`).AttrOr("value", ""); got != "ent:"+own.String() {
		t.Errorf("audience after creating: %s", got)
	}
}

// Whoever teaches or works there can be chosen, however many pupils are nearer; a
// class may write and not review; whoever was chosen elsewhere can be taken out.
func TestWhoCanBeChosenForASpace(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for n := range 60 {
		pupil := id.New[id.Person]()
		b.exec(t, `INSERT INTO person (person_id, source, external_id, given_name, family_name) VALUES ($1, 'test', $2, 'Ana', $2)`, pupil, fmt.Sprintf("a%d", n))
		b.exec(t, `INSERT INTO membership (membership_id, person_id, tenant_id, profile, during) VALUES ($1, $2, $3, 'pupil', '[2026-09-01,)')`, id.New[id.Membership](), pupil, b.Tilleuls)
		b.exec(t, `INSERT INTO group_member (tenant_id, group_id, person_id, capacity) VALUES ($1, $2, $3, 'pupil')`, b.Tilleuls, b.Class, pupil)
	}
	b.exec(t, `INSERT INTO space_role (tenant_id, space_id, person_id, role) VALUES ($1, $2, $3, 'contributor')`, b.Tilleuls, b.Blog, b.Zoe)
	martin := b.as(t, "martin")
	settings := "/e/" + tilleuls + "/-/spaces/" + b.Blog.String()
	martin.open(settings).expect(http.StatusOK)
	for _, person := range []id.Person{b.Martin, b.Diallo, b.Garcia, b.Petit} {
		martin.find(`#moderators input[value="person:` + person.String() + `"]`)
	}
	for box, there := range map[string]bool{
		`#writers input[value="group:` + b.Class.String() + `"][checked]`: true, `#moderators input[value="group:` + b.Class.String() + `"]`: false,
		`#moderators input[value="person:` + b.Lina.String() + `"]`: false, `#writers input[value="person:` + b.Zoe.String() + `"][checked]`: true,
	} {
		if got := martin.page.Find(box).Length() == 1; got != there {
			t.Errorf("%s: %t", box, got)
		}
	}
	martin.fill(`main form button`, map[string]string{"writers": "group:" + b.Class.String()}).expect(http.StatusOK)
	if got := martin.open(settings).find(`#writers input[checked]`); got.Length() != 1 || got.AttrOr("value", "") != "group:"+b.Class.String() {
		t.Errorf("after taking her out: %s", got.Parent().Text())
	}
}

// Readers see the establishment's own words above what is read after it appears
// (R13), on every page and in the feeds; above what is read before, none.
func TestLabelOfTheEstablishment(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.written(t, "noe", b.Forum, tilleuls, "Un roman", "Il est bien.")
	b.written(t, "martin", b.Web, tilleuls, "Accueil", "Bienvenue.")
	noe := b.as(t, "noe")
	forum, label := "/e/"+tilleuls+"/club-lecture/", "main .notice-info"
	see := func(want string) {
		t.Helper()
		noe.open(forum).expect(http.StatusOK)
		if got := noe.text(label); got != want {
			t.Errorf("above the forum: %q, want %q", got, want)
		}
		noe.click("main .card a").expect(http.StatusOK)
		if got := noe.text(label); got != want {
			t.Errorf("above the topic: %q, want %q", got, want)
		}
		for _, feed := range []string{"feed.atom", "club-lecture/feed.atom"} {
			noe.open("/e/" + tilleuls + "/" + feed).expect(http.StatusOK)
			if got := noe.find(`entry:has(title:contains("Un roman")) category`).AttrOr("label", ""); got != want {
				t.Errorf("%s: %q, want %q", feed, got, want)
			}
		}
		if got := noe.text("feed > subtitle"); got != want {
			t.Errorf("the feed is called %q, want %q", got, want)
		}
	}
	see("Espace de contributions personnelles")
	b.exec(t, `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, 'personal_label', '"Paroles <b>d''élèves</b>"', now())`, b.Tilleuls)
	see("Paroles <b>d'élèves</b>")
	noe.open("/e/" + tilleuls + "/blog-5a/").expect(http.StatusOK)
	if got := noe.text(label); got != "" {
		t.Errorf("above the blog: %q", got)
	}
}

// Whoever has not read the briefing is led to it, and their text is kept.
func TestBriefing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `DELETE FROM briefing WHERE person_id = $1`, b.Lina)
	lina := b.as(t, "lina")
	lina.open("/e/" + tilleuls + "/-/write/" + b.Blog.String())
	lina.fill(`button[value="submit"]`, map[string]string{"title": "Mon billet", "text": "Bonjour."}).expect(http.StatusUnprocessableEntity)
	if got := lina.text(".notice-warning"); !strings.Contains(got, "R16") {
		t.Errorf("unbriefed: %q", got)
	}
	lina.click(`main a[href$="/-/briefing"]`).expect(http.StatusOK)
	lina.fill(`main form button`, map[string]string{"respect": "yes"}).expect(http.StatusUnprocessableEntity)
	if _, kept := lina.find("#respect").Attr("checked"); !kept || lina.text("#help-fault") == "" {
		t.Errorf("half confirmed: %s", lina.text("main"))
	}
	all := map[string]string{}
	lina.page.Find(`input[type="checkbox"]`).Each(func(_ int, box *goquery.Selection) { all[box.AttrOr("name", "")] = "yes" })
	lina.fill(`main form button`, all).expect(http.StatusOK)
	lina.click(`main .card a`).click(`a[href$="/edit"]`).expect(http.StatusOK)
	lina.click(`button[value="submit"]`).expect(http.StatusOK)
	if got := lina.text(".notice-success"); got != "Texte envoyé." {
		t.Errorf("after the briefing: %s", lina.text("main"))
	}
}

// A moderator proposes, the author sees what would change and takes it (R18).
func TestSuggestion(t *testing.T) {
	t.Parallel()
	b := setup(t)
	lina := b.written(t, "lina", b.Blog, tilleuls, "La sortie", "Nous avons vu un mamouth.")
	martin := b.as(t, "martin")
	martin.open("/e/" + tilleuls + "/-/review").click(`form[action$="/review/next"] button`).click(`a[href$="/suggest"]`).expect(http.StatusOK)
	martin.fill(`button[value="suggest"]`, map[string]string{"text": "Nous avons vu un mammouth."}).expect(http.StatusOK)
	lina.open(lina.at.Path).expect(http.StatusOK)
	if got := lina.text(".diff ins"); !strings.Contains(got, "mammouth") {
		t.Errorf("the suggestion: %s", lina.text("main"))
	}
	lina.click(`form:has(input[value="accept"]) button`).expect(http.StatusOK)
	b.work(t)
	martin.open("/e/" + tilleuls + "/-/review")
	if got := martin.text("main"); strings.Contains(got, "mamouth") {
		t.Errorf("the queue: %s", got)
	}
	text := path.Base(lina.at.Path)
	martin.send(http.MethodPost, desk+"review/"+text+"/release", url.Values{}, nil).expect(http.StatusOK)
	b.judged(t, "diallo", tilleuls, text, "approve", nil)
	own := b.sent(t, "lina", tilleuls, b.Blog.String(), "Mon chat", "Il dort.")
	b.judged(t, "diallo", tilleuls, own, "approve", nil)
	b.retouched(t, text, true)
	b.retouched(t, own, false)
	b.as(t, "garcia").open(parameter("edit_label")).fill(`button[value="save"]`, map[string]string{"value": "false"}).expect(http.StatusOK)
	b.retouched(t, text, false)
}

// retouched checks whether readers are told that a text took a moderator's suggestion, on
// its page and on paper.
func (b *bundle) retouched(t *testing.T, text string, want bool) {
	t.Helper()
	noe := b.as(t, "noe")
	noe.open(desk + text).expect(http.StatusOK)
	if got := noe.text("header .meta"); strings.Contains(got, "retouché sur proposition d'un modérateur") != want {
		t.Errorf("told on the page: %t; it says %q", !want, got)
	}
	paper, _ := b.paperOf(t, noe, noe.at.Path+"/print.pdf")
	if strings.Contains(paper, "retouché sur proposition") != want {
		t.Errorf("told on paper: %t; it says %q", !want, paper)
	}
}

// A page that was seen is not sent again, and each reader's language is theirs.
func TestConditionalAndLanguage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	br := b.visitor(t)
	home := "/e/" + tilleuls + "/"
	br.open(home).expect(http.StatusOK)
	tag := br.header.Get("ETag")
	if tag == "" || br.header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("headers: %v", br.header)
	}
	br.send(http.MethodGet, home, nil, map[string]string{"If-None-Match": tag}).expect(http.StatusNotModified)
	br.lang = "en"
	br.open(home).expect(http.StatusOK)
	if br.find("html").AttrOr("lang", "") != "en" || !strings.Contains(br.text("main"), "Spaces") || br.header.Get("ETag") == tag {
		t.Errorf("in English: %s", br.text("main"))
	}
	br.open(home + "feed.atom").expect(http.StatusOK)
	if got := br.header.Get("Content-Type"); !strings.HasPrefix(got, "application/atom+xml") {
		t.Errorf("feed: %s", got)
	}
}
