package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"imprimatur/internal/htmltest"
	"imprimatur/internal/settings"
)

// parameter is the address of a parameter's page.
func parameter(key string) string { return desk + "settings/" + key }

// The head finds a parameter by the header, looks at what a change would do, changes it,
// sees who changed what when, and goes back to the default.
func TestTripOfASetting(t *testing.T) {
	t.Parallel()
	b := setup(t)
	garcia := b.as(t, "garcia")
	garcia.click(`.site-nav a[href$="/settings"]`).expect(http.StatusOK)
	garcia.click(`a[href$="/settings/review_target"]`).expect(http.StatusOK)
	if got := garcia.text("main"); !strings.Contains(got, "2 jours de classe") || !strings.Contains(got, "Au choix de l'établissement (Règle R12)") ||
		!strings.Contains(got, "charte de l'ENT Midi-Pyrénées, art. 4-3-2") || !strings.Contains(got, "Personne n'a encore changé") {
		t.Errorf("before: %s", got)
	}
	garcia.fill(`button[value="preview"]`, map[string]string{"value": "3", "most": "96", "most_unit": "HOURS"}).expect(http.StatusOK)
	if got := garcia.text("#effect ~ p"); !strings.Contains(got, "Aujourd'hui : 2 jours de classe") ||
		!strings.Contains(got, "Après l'enregistrement : 3 jours de classe, et 96 heures au plus") || !strings.Contains(got, "irait jusqu'au") {
		t.Errorf("the preview: %s", garcia.text("main"))
	}
	if n := b.count(t, `SELECT count(*)::int FROM setting`); n != 0 {
		t.Fatalf("a preview has set %d", n)
	}
	garcia.fill(`button[value="save"]`, nil).expect(http.StatusOK)
	if got := garcia.text("main"); !strings.Contains(got, "Paramètre enregistré") ||
		!strings.Contains(got, "2 jours de classe → 3 jours de classe, et 96 heures au plus") || !strings.Contains(got, "Inès Garcia · mardi 24 novembre 2026") {
		t.Errorf("once saved: %s", got)
	}
	garcia.open(desk + "settings?show=changed").expect(http.StatusOK)
	if got := garcia.text("tbody"); garcia.find("tbody tr").Length() != 1 || !strings.Contains(got, "Par défaut : 2 jours de classe") || !strings.Contains(got, "Inès Garcia") {
		t.Errorf("changed here: %s", got)
	}
	garcia.open(parameter("review_target")).fill(`button[value="reset"]`, nil).expect(http.StatusOK)
	if got := garcia.find("#history + ol li").First().Text(); !strings.Contains(got, "→ 2 jours de classe") {
		t.Errorf("after the reset: %s", garcia.text("main"))
	}
	if got := garcia.open(desk + "settings?show=changed").text("main"); !strings.Contains(got, "Rien n'a été changé ici") {
		t.Errorf("nothing is changed here any more: %s", got)
	}
}

// What is weaker, out of bounds or no value is refused beside the field, by its rule, and
// what was typed is kept. What cannot be changed has no form, and is refused all the same.
func TestSettingsThatAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	garcia := b.as(t, "garcia")
	for key, tt := range map[string]struct {
		typed map[string]string
		want  string
	}{
		"audience_cap_forum":   {map[string]string{"value": "public_web"}, "La charte fixe « Tout l'ENT » : vous pouvez seulement être plus strict (R10)."},
		"idle_pupil":           {map[string]string{"value": "1", "unit": "m"}, "Choisissez de 5 minutes à 12 heures (R08)."},
		"posts_per_hour_pupil": {map[string]string{"value": "beaucoup"}, "Choisissez de 1 à 200 textes par heure (R20)."},
		"consent_ends":         {map[string]string{"value": "29", "unit": "2"}, "Choisissez un jour qui existe tous les ans (R31)."},
		"contact_mail":         {map[string]string{"value": "Claire <claire@example.org>"}, "Écrivez une adresse de courriel, ou rien."},
		"personal_label":       {map[string]string{"value": ""}, "Écrivez de 1 à 120 caractères, sur une ligne (R13)."},
		"consent_longest":      {map[string]string{"value": "37"}, "Choisissez de 1 à 36 mois (R31)."},
		"stop_review":          {map[string]string{"value": "0"}, "Choisissez de 1 à 100, dans l'unité de votre choix (R26)."},
		"pupil_naming":         {map[string]string{"value": "surnom"}, "Cochez au moins une case (R36)."},
		"auto_mask_severity_4": {map[string]string{"value": "peut-être"}, "Choisissez une des valeurs proposées (R21)."},
	} {
		for _, do := range []string{"save", "preview"} {
			garcia.open(parameter(key)).fill(`button[value="`+do+`"]`, tt.typed).expect(http.StatusUnprocessableEntity)
			if got := garcia.text("#value-fault"); got != tt.want || garcia.page.Find(`#faults a[href="#value"]`).Length() != 1 {
				t.Errorf("%s: beside the field %q, want %q", key, got, tt.want)
			}
			if field := garcia.page.Find("input#value"); field.Length() == 1 && field.AttrOr("value", "") != tt.typed["value"] {
				t.Errorf("%s: what was typed is lost: %q", key, field.AttrOr("value", ""))
			}
		}
	}
	for key, want := range map[string]string{"majority_age": "R02", "mode_forum": "R11", "approver_differs": "R12", "attribution_fields": "R17"} {
		garcia.open(parameter(key)).expect(http.StatusOK)
		if garcia.page.Find("main form").Length() != 0 || !strings.Contains(garcia.text("main"), "ne se change pas") {
			t.Errorf("%s has a form: %s", key, garcia.text("main"))
		}
		garcia.send(http.MethodPost, parameter(key), url.Values{"version": {"1"}, "value": {"16"}, "do": {"save"}}, nil).expect(http.StatusUnprocessableEntity)
		if got := garcia.text("main"); !strings.Contains(got, want) {
			t.Errorf("%s is refused without %s: %s", key, want, got)
		}
	}
	garcia.open(parameter("audience_cap_forum"))
	if options := garcia.find("#value option"); options.Length() != 3 {
		t.Errorf("what would be weaker is offered: %s", options.Text())
	}
	if n := b.count(t, `SELECT count(*)::int FROM setting`); n != 0 {
		t.Errorf("refused, and %d set", n)
	}
	garcia.open(parameter("unheard_of")).expect(http.StatusNotFound)
}

// Who works there reads the parameters and has no form; pupils and families read none; the
// administrator changes them as the head does.
func TestWhoMayReadAndChangeSettings(t *testing.T) {
	t.Parallel()
	b := setup(t)
	martin := b.as(t, "martin")
	martin.open(desk + "settings").expect(http.StatusOK)
	if martin.page.Find(`.site-nav a[href$="/settings"]`).Length() != 0 || !strings.Contains(martin.text("main"), "Seuls la direction et les administrateurs") {
		t.Error("Martin is offered to change what he may not")
	}
	martin.open(parameter("idle_pupil")).expect(http.StatusOK)
	if martin.page.Find("main form").Length() != 0 {
		t.Error("Martin has a form")
	}
	for _, do := range []string{"save", "reset", "preview"} {
		martin.send(http.MethodPost, parameter("idle_pupil"), url.Values{"version": {"1"}, "value": {"20"}, "unit": {"m"}, "do": {do}}, nil).expect(http.StatusForbidden)
		if got := martin.text("main"); !strings.Contains(got, "R09") {
			t.Errorf("refused without its rule: %s", got)
		}
	}
	for _, who := range []string{"lina", "haddad-1"} {
		for _, at := range []string{desk + "settings", parameter("idle_pupil")} {
			if got := b.as(t, who).open(at).expect(http.StatusForbidden).text("main"); !strings.Contains(got, "R09") {
				t.Errorf("%s is refused without its rule: %s", who, got)
			}
		}
	}
	b.exec(t, `UPDATE membership SET roles = '{admin}' WHERE person_id = $1`, b.Diallo)
	diallo := b.as(t, "diallo")
	diallo.click(`.site-nav a[href$="/settings"]`).expect(http.StatusOK)
	diallo.open(parameter("idle_pupil")).fill(`button[value="save"]`, map[string]string{"value": "20"}).expect(http.StatusOK)
	if b.count(t, `SELECT count(*)::int FROM setting WHERE key = 'idle_pupil' AND value = '"20m"' AND tenant_id = $1`, b.Tilleuls) != 1 {
		t.Errorf("not set: %s", diallo.text("main"))
	}
}

// Two change parameters as they looked at them: one wins, the other sees what holds now
// and what they had typed, and may send it again.
func TestTwoChangeSettingsAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	answers := []*browser{b.as(t, "garcia").open(parameter("idle_pupil")), b.as(t, "garcia").open(parameter("idle_pupil"))}
	var both sync.WaitGroup
	for n, br := range answers {
		both.Go(func() { br.fill(`button[value="save"]`, map[string]string{"value": fmt.Sprint(20 + n)}) })
	}
	both.Wait()
	late := answers[0]
	if late.status == http.StatusOK {
		late = answers[1]
	}
	late.expect(http.StatusConflict)
	if b.count(t, `SELECT count(*)::int FROM audit_entry WHERE action = 'configure'`) != 1 {
		t.Error("both have changed it")
	}
	typed := late.find("#value").AttrOr("value", "")
	if got := late.text("main"); !strings.Contains(got, "ont été changés pendant que vous regardiez") || !strings.HasPrefix(typed, "2") {
		t.Errorf("who was late typed %s and reads %s", typed, got)
	}
	late.fill(`button[value="save"]`, nil).expect(http.StatusOK)
	if got := late.find(".facts dd").First().Text(); got != typed+" minutes" {
		t.Errorf("sent again: %s", got)
	}
}

// A setting that was changed on its page holds at once: a second guardian is asked for, and
// the picture that one alone agreed to is gone before anybody works; back at the default, it
// is seen again.
func TestASecondGuardianIsAskedForAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.second(t)
	photo := b.uploaded(t, "martin", tilleuls, astronaut(t))
	b.named(t, "martin", tilleuls, photo, "Lina Haddad")
	martin := b.as(t, "martin")
	martin.open(desk+"write/"+b.Blog.String()).fill(`button[value="submit"]`, map[string]string{
		"title": "Le musée", "html": `<p>Nous y étions.</p><img src="/photos/` + photo + `" alt="Lina">`}).expect(http.StatusOK)
	b.work(t)
	text := path.Base(martin.at.Path)
	b.judged(t, "diallo", tilleuls, text, "approve", nil)
	martin.open(desk + "photos/" + photo).click(`a[href*="consents/ask"]`).expect(http.StatusOK)
	martin.fill(`button[value="preview"]`, b.project(map[string]string{"to_come": ""})).expect(http.StatusOK)
	martin.fill(`button[value="send"]`, nil).expect(http.StatusOK)
	b.work(t)
	consent := b.consentAbout(t, martin, b.Lina)
	b.agrees(t, "haddad-1", consent, photo)
	b.agrees(t, "lina", consent, photo)
	noe := b.as(t, "noe")
	address := noe.open(desk+text).expect(http.StatusOK).find(`.prose img`).AttrOr("src", "")
	noe.open(address).expect(http.StatusOK)

	garcia := b.as(t, "garcia")
	garcia.open(parameter("guardians_group")).fill(`button[value="preview"]`, map[string]string{"value": "2"}).expect(http.StatusOK)
	if got := garcia.text("#effect ~ p"); !strings.Contains(got, "2 responsables légaux") || !strings.Contains(got, "cessent d'être montrées") {
		t.Errorf("what it entails: %s", got)
	}
	garcia.fill(`button[value="save"]`, nil).expect(http.StatusOK)
	noe.open(address).expect(http.StatusNotFound)
	b.reviewed(t)
	noe.open(address).expect(http.StatusNotFound)
	garcia.open(parameter("guardians_group")).fill(`button[value="reset"]`, nil).expect(http.StatusOK)
	b.reviewed(t)
	noe.open(address).expect(http.StatusOK)
}

// reviewed does what the worker would once consents are due to be resolved anew, which the
// database promises by its own clock.
func (b *bundle) reviewed(t *testing.T) {
	t.Helper()
	b.exec(t, `UPDATE outbox SET due_at = $1 WHERE kind = 'consent:review' AND status = 'waiting'`, b.now())
	b.work(t)
}

// second gives Lina a second guardian with parental authority.
func (b *bundle) second(t *testing.T) {
	t.Helper()
	b.exec(t, `WITH father AS (INSERT INTO person (person_id, source, external_id, given_name, family_name) VALUES (gen_random_uuid(), 'test', 'haddad-2', 'Karim', 'Haddad') RETURNING person_id),
		belongs AS (INSERT INTO membership (membership_id, person_id, tenant_id, profile, during) SELECT gen_random_uuid(), person_id, $2, 'guardian', '[2024-09-01,)' FROM father)
		INSERT INTO guardianship (pupil_id, guardian_id, parental_authority, relation, during) SELECT $1, person_id, true, '2', '[2024-09-01,)' FROM father`, b.Lina, b.Tilleuls)
}

// Every parameter has its line on the list and a page of its own.
func TestEveryParameterHasAPage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	garcia := b.as(t, "garcia")
	garcia.open(desk + "settings").expect(http.StatusOK)
	listed := garcia.find("tbody tr").Length()
	if all := len(settings.All()); listed != all {
		t.Errorf("%d of %d are listed", listed, all)
	}
	for _, p := range settings.All() {
		garcia.open(parameter(p.Key())).expect(http.StatusOK)
		if forms := garcia.page.Find(`main form button[value="save"]`).Length(); (forms == 0) != p.Fixed() {
			t.Errorf("%s has %d forms", p.Key(), forms)
		}
	}
}

// The list and the forms by a browser, wide and narrow; the way round of who administers and
// directs, which is the longest there is, stays on one line at 1280.
func TestSettingsInTheBrowser(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	b := setup(t)
	b.exec(t, `UPDATE membership SET roles = '{admin}' WHERE person_id = $1`, b.Garcia)
	b.as(t, "garcia").open(parameter("review_target")).fill(`button[value="save"]`, map[string]string{"value": "3", "most": "96"}).expect(http.StatusOK)
	b.enter(t, ctx, "garcia")
	for name, at := range map[string]string{
		"list": desk + "settings", "target": parameter("review_target"), "set": parameter("pupil_naming"), "choice": parameter("audience_cap_blog"),
		"yes": parameter("pupil_agrees"), "fixed": parameter("majority_age"), "day": parameter("consent_ends"), "clock": parameter("idle_adult"),
	} {
		for _, size := range [][2]int64{{1280, 900}, {390, 844}} {
			do(t, ctx, emulation.SetDeviceMetricsOverride(size[0], size[1], 1, false), chromedp.Navigate(b.url+at))
			accessible(t, ctx, fmt.Sprintf("%s at %d", name, size[0]))
			shot(t, ctx, fmt.Sprintf("settings-%s-%d.png", name, size[0]))
			var rows int
			do(t, ctx, chromedp.Evaluate(`new Set([...document.querySelectorAll('.site-nav li')].map((li) => Math.round(li.getBoundingClientRect().top + li.getBoundingClientRect().height / 2))).size`, &rows))
			if size[0] == 1280 && rows != 1 {
				t.Errorf("the way round is on %d lines", rows)
			}
		}
	}
	htmltest.Quiet(t, ctx)
}

// A new blog starts in the mode that the establishment has chosen for who writes in it,
// where nobody chooses another.
func TestANewBlogStartsAsTheSettingsSay(t *testing.T) {
	t.Parallel()
	b := setup(t)
	open := func(title, writers string) string {
		t.Helper()
		martin := b.as(t, "martin")
		martin.open(desk+"spaces/new").fill(`main form button`, map[string]string{
			"title": title, "audience": "establishment", "backup": b.Diallo.String(), "writers": writers,
		}).expect(http.StatusOK)
		return martin.find(`#mode option[selected]`).AttrOr("value", "")
	}
	class := "group:" + b.Class.String()
	if got := open("Le journal", class); got != "PRE" {
		t.Errorf("a blog in which pupils write: %q", got)
	}
	b.as(t, "garcia").open(parameter("mode_blog_pupils")).fill(`button[value="save"]`, map[string]string{"value": "POST"}).expect(http.StatusOK)
	if got := open("Un autre journal", class); got != "POST" {
		t.Errorf("once the setting was changed: %q", got)
	}
}
