package web_test

import (
	"net/http"
	"strings"
	"testing"
)

// A takedown by form: a ground and a sentence are asked for, the statement of
// reasons is on record, the author reads why, and the text comes back (R43, R46).
func TestTakedownByForm(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text := b.sent(t, "noe", tilleuls, b.Blog.String(), "Le secret", "Je sais où habite la maîtresse.")
	b.judged(t, "martin", tilleuls, text, "approve", nil)
	martin := b.as(t, "martin")
	martin.open(desk + "review/" + text)
	martin.fill(`form:has(input[value="withdraw"]) button`, map[string]string{"text": "L'adresse de quelqu'un."}).expect(http.StatusUnprocessableEntity)
	if martin.text("#act-withdraw-ground-fault") == "" || martin.text("#act-withdraw-text") != "L'adresse de quelqu'un." {
		t.Errorf("withdrawn without a ground: %s", martin.text("main"))
	}
	b.judged(t, "martin", tilleuls, text, "withdraw", map[string]string{"ground": "PRIV", "text": "L'adresse de quelqu'un."})
	lina, noe := b.as(t, "lina"), b.as(t, "noe")
	lina.open(desk + text).expect(http.StatusGone)
	if got := lina.text(".tombstone"); !strings.Contains(got, "retiré par décision motivée") || strings.Contains(lina.text("body"), "maîtresse") {
		t.Errorf("tombstone: %q", got)
	}
	noe.open(desk + "texts/" + text).expect(http.StatusOK)
	if got := noe.text(".notice-error"); !strings.Contains(got, "L'adresse de quelqu'un.") || !strings.Contains(got, "R45") || !strings.Contains(got, "Paul Martin") {
		t.Errorf("the reasons: %q", got)
	}
	noe.open(desk + "notices").expect(http.StatusOK)
	if got := noe.text(`main .card:contains("a été retiré.") .typed`); got != "L'adresse de quelqu'un." {
		t.Errorf("the notices: %s", noe.text("main"))
	}
	noe.click(`form[action$="/notices"] button`).expect(http.StatusOK)
	if noe.page.Find("main .badge-waiting").Length() != 0 {
		t.Errorf("notices that were read: %s", noe.text("main"))
	}
	b.judged(t, "martin", tilleuls, text, "restore", map[string]string{"text": "Après examen."})
	lina.open(desk + text).expect(http.StatusOK)
}

// A mask hides, and its release shows again; an author puts away what is theirs
// and takes it out again, by themselves (R06, R42).
func TestHoldsByForm(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text := b.sent(t, "noe", tilleuls, b.Blog.String(), "Mon poney", "Il s'appelle Éclair.")
	b.judged(t, "martin", tilleuls, text, "approve", nil)
	lina, noe := b.as(t, "lina"), b.as(t, "noe")
	b.judged(t, "martin", tilleuls, text, "mask", map[string]string{"ground": "PRIV", "text": "À regarder ensemble."})
	lina.open(desk + text).expect(http.StatusNotFound)
	if got := lina.text(".tombstone"); !strings.Contains(got, "masqué") {
		t.Errorf("masked: %s", lina.text("main"))
	}
	b.judged(t, "martin", tilleuls, text, "restore", map[string]string{"text": "Rien de grave."})
	lina.open(desk + text).expect(http.StatusOK)
	work := desk + "texts/" + text
	for _, act := range []struct {
		action string
		status int
	}{{"archive", http.StatusNotFound}, {"unarchive", http.StatusOK}} {
		noe.open(work).fill(`form:has(input[value="`+act.action+`"]) button`, nil).expect(http.StatusOK)
		b.work(t)
		if noe.text(".notice-success") == "" || lina.open(desk+text).status != act.status {
			t.Errorf("after %s: %d %s", act.action, lina.status, noe.text("main"))
		}
	}
}

// A public page waits for the director, who sends it back with a word or signs it;
// nobody else is offered to (R11).
func TestSignature(t *testing.T) {
	t.Parallel()
	b := setup(t)
	page := b.sent(t, "martin", tilleuls, b.Web.String(), "Le règlement", "On ne court pas dans les couloirs.")
	diallo := b.judged(t, "diallo", tilleuls, page, "approve", nil)
	diallo.open(desk + "review/" + page)
	if diallo.page.Find(`form:has(input[value="sign"])`).Length() != 0 {
		t.Error("a moderator is offered to sign")
	}
	garcia := b.as(t, "garcia")
	garcia.open(desk + "review").expect(http.StatusOK)
	if got := garcia.text("main table"); !strings.Contains(got, "Le règlement") {
		t.Errorf("the director's queue: %s", garcia.text("main"))
	}
	b.judged(t, "garcia", tilleuls, page, "refuse_signature", map[string]string{"text": "Ajoutez l'escalier."})
	martin := b.as(t, "martin")
	martin.open(desk + "texts/" + page)
	if got := martin.text(".notice-warning"); !strings.Contains(got, "Ajoutez l'escalier.") {
		t.Errorf("the refusal's reason: %s", martin.text("main"))
	}
	martin.open(desk+"texts/"+page+"/edit").fill(`button[value="submit"]`, map[string]string{"text": "On ne court ni dans les couloirs ni dans l'escalier."})
	b.work(t)
	b.judged(t, "diallo", tilleuls, page, "approve", nil)
	b.visitor(t).open(desk + page).expect(http.StatusNotFound)
	b.judged(t, "garcia", tilleuls, page, "sign", nil)
	stranger := b.visitor(t)
	stranger.open("/e/" + tilleuls + "/site/").click(".card a").expect(http.StatusOK)
	if got := stranger.text(".prose"); !strings.Contains(got, "l'escalier") {
		t.Errorf("the signed page: %q", got)
	}
}

// Pupils' press appears without anybody's leave; its moderator approves nothing
// and takes nothing down, the director alone does (R14).
func TestPupilPress(t *testing.T) {
	t.Parallel()
	b := setup(t)
	// Among themselves no authorisation is needed (R36).
	b.exec(t, `UPDATE space SET audience = 'group', audience_group = $2 WHERE space_id = $1`, b.Press, b.ClassOfPlatanes)
	text := b.sent(t, "zoe", platanes, b.Press.String(), "Le menu", "Trop de chou-fleur.")
	zoe := b.as(t, "zoe")
	zoe.open("/e/" + platanes + "/gazette/").click(".card a").expect(http.StatusOK)
	for who, allowed := range map[string]bool{"martin": false, "roche": true} {
		br := b.as(t, who)
		br.open("/e/" + platanes + "/-/review/" + text).expect(http.StatusOK)
		if br.page.Find(`input[value="approve"]`).Length() != 0 {
			t.Errorf("%s is offered to approve", who)
		}
		for _, action := range []string{"mask", "withdraw"} {
			if got := br.page.Find(`form:has(input[name="action"][value="`+action+`"])`).Length() != 0; got != allowed {
				t.Errorf("%s is offered to %s: %v", who, action, got)
			}
		}
	}
}

// While its page is open a text stays with whoever opened it; another is told who
// has it; once it is given back it is anybody's.
func TestClaim(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text := b.sent(t, "lina", tilleuls, b.Blog.String(), "La sortie", "Nous avons vu un mammouth.")
	item := desk + "review/" + text
	martin, diallo := b.as(t, "martin"), b.as(t, "diallo")
	martin.open(item).expect(http.StatusOK)
	beat := martin.find(`.notice-info[hx-post]`).AttrOr("hx-post", "")
	if got := martin.send(http.MethodPost, beat, nil, nil); got.status != http.StatusNoContent {
		t.Errorf("the heartbeat: %d", got.status)
	}
	diallo.open(item).expect(http.StatusOK)
	if got := diallo.text(".notice-warning"); !strings.Contains(got, "Paul Martin") || diallo.page.Find("[hx-post]").Length() != 0 {
		t.Errorf("a text in another's hands: %s", diallo.text("main"))
	}
	diallo.send(http.MethodPost, beat, nil, nil).expect(http.StatusConflict)
	martin.open(item).click(`form[action$="/release"] button`).expect(http.StatusOK)
	diallo.open(item).expect(http.StatusOK)
	diallo.find(`.notice-info form[action$="/release"]`)
}
