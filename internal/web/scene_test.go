package web_test

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
)

const (
	atTilleuls = "/e/" + tilleuls + "/"
	desk       = atTilleuls + "-/"
	atPlatanes = "/e/" + platanes + "/"
)

// scene is a school in which every page has something to show. Each field is the
// id of a text, named for where it stands.
type scene struct {
	*bundle
	flagged   string // Lina's, in review, with words that screening found
	changes   string // Lina's, sent back with a reason
	proposed  string // Noé's, in review, with a moderator's suggestion
	live      string // Noé's, on the blog with a comment, a new version in review
	withdrawn string // Noé's, taken down with its statement of reasons
	topic     string // Lina's, on the forum, with an answer and one that is masked
	signed    string // Martin's, on the public pages
	unsigned  string // Martin's, waiting for the director
	press     string // Zoé's, in the lycée's press
	pictured  string // Lina's, on the blog with two pictures: one that is seen, and one that is not
	document  string // Martin's, on the blog: a sound that is heard, and a PDF that is not
	voice     string // that sound
	profile   string // Martin's, on the blog: Lina with her portrait
	faces     string // a picture with somebody on it
	nobody    string // a picture with nobody on it
	asked     string // Lina's consent, of which a sheet waits for a second look
	paper     string // that sheet
	link      string // to it, for her guardian
	receipt   string // of her guardian's answer to another
	request   string // by which it was asked for
	portrait  string // Lina's, in the trombinoscope
	attached  string // the address of a file that was attached to that
	harassed  string // a case of harassment
	reported  string // the case about Noé's "Le match", with its owner
	decided   string // the case about Noé's "Le vestiaire", withdrawn
	told      string // the same, as he knows it
	follow    string // the follow-up address of the first
	known     string // Lina's own report, in the second
	reply     string // the case of a reply to the first, which waits for the head
	replying  string // its follow-up address
}

func played(t *testing.T) *scene {
	t.Helper()
	s := &scene{bundle: setup(t)}
	s.playBlog(t)
	s.playForum(t)
	s.playSite(t)
	s.playPictures(t)
	s.playConsents(t)
	s.playDocument(t)
	s.playProfile(t)
	s.playPortraits(t)
	s.exec(t, `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, 'collective_works', 'true', now())`, s.Tilleuls)
	s.playCases(t)
	s.past(t, 2024, 30, 30, 30, 30, 30, 30, 3, 3, 30, 30, 30, 30)
	s.as(t, "garcia").send("POST", desk+"transparency/publish", url.Values{"year": {"2024"}, "read": {"1"}}, nil)
	s.past(t, 2025, 30, 30, 30, 30, 30, 30, 3, 0, 30, 30, 30, 30)
	s.press = s.sent(t, "zoe", platanes, s.Press.String(), "Le menu de la cantine", "Trop de chou-fleur, pas assez de frites.")
	s.exec(t, `DELETE FROM briefing WHERE person_id = $1`, s.Noe)
	s.exec(t, `INSERT INTO denial (denial_id, tenant_id, person_id, action, rule, at, alert_id) VALUES (gen_random_uuid(), $1, $2, 'space:freeze', 'R26', now(), gen_random_uuid())`, s.Tilleuls, s.Lina)
	for _, kind := range []string{"suspended", "supervised", "cleared", "handover", "denials"} {
		s.exec(t, `INSERT INTO notice (notice_id, tenant_id, person_id, message_id, kind, space_id, reason, begins, ends, created_at)
			VALUES (gen_random_uuid(), $1, $2, gen_random_uuid(), $3, $4, 'Propos blessants.', now(), now() + interval '8 days', now())`, s.Tilleuls, s.Garcia, kind, s.Web)
	}
	s.playAbove(t)
	return s
}

// playAbove has Zoé direct an authority as well, and a power of the head's lent at the collège.
func (s *scene) playAbove(t *testing.T) {
	t.Helper()
	s.exec(t, `WITH above AS (INSERT INTO tenant (tenant_id, uai, name, kind, time_zone) VALUES (gen_random_uuid(), '0310010H', 'Académie', 'authority', 'Europe/Paris') RETURNING tenant_id),
		member AS (INSERT INTO membership (membership_id, tenant_id, person_id, profile) SELECT gen_random_uuid(), tenant_id, $1, 'authority' FROM above),
		head AS (INSERT INTO director (tenant_id, person_id, capacity, during) SELECT tenant_id, $1, 'head', '[2024-09-01,)' FROM above)
		UPDATE tenant t SET parent_id = above.tenant_id FROM above WHERE t.tenant_id = $2`, s.Zoe, s.Tilleuls)
	s.exec(t, `INSERT INTO delegation (delegation_id, tenant_id, from_id, to_id, power, during) VALUES (gen_random_uuid(), $1, $2, $3, 'judge', '[2026-11-01,2027-02-01)')`,
		s.Tilleuls, s.Garcia, s.Petit)
}

// sent is the id of a text that somebody sent and that the worker took on.
func (b *bundle) sent(t *testing.T, who, uai, space, title, text string) string {
	t.Helper()
	br := b.as(t, who)
	br.open("/e/" + uai + "/-/write/" + space).expect(http.StatusOK)
	br.fill(`button[value="submit"]`, map[string]string{"title": title, "text": text}).expect(http.StatusOK)
	b.work(t)
	return path.Base(br.at.Path)
}

// judged sends the form of an action on the page where a text is judged.
func (b *bundle) judged(t *testing.T, who, uai, text, action string, fields map[string]string) *browser {
	t.Helper()
	br := b.as(t, who)
	br.open("/e/" + uai + "/-/review/" + text).expect(http.StatusOK)
	br.fill(`form:has(input[value="`+action+`"]) button`, fields).expect(http.StatusOK)
	b.work(t)
	return br
}

// answered sends what answers a text, below it.
func (b *bundle) answered(t *testing.T, who, text, answer string) {
	t.Helper()
	br := b.as(t, who)
	br.open(desk + text).expect(http.StatusOK)
	br.fill(`button[value="submit"]`, map[string]string{"text": answer}).expect(http.StatusOK)
	b.work(t)
}

func (s *scene) playBlog(t *testing.T) {
	t.Helper()
	write := func(who, title, text string) string { return s.sent(t, who, tilleuls, s.Blog.String(), title, text) }
	long := strings.Repeat("o", 60) // nothing that somebody writes makes a page scroll sideways
	s.flagged = write("lina", "La sortie au z"+long, "Nous avons vu un mammouth.\n\nIl était grand. Écrivez-nous : musee@example.org, ou https://example.org/"+long+".")
	s.changes = write("lina", "Mon poème", "Sous le chataîgnier, je rêve.")
	s.proposed = write("noe", "La recette", "Il faut trois oeufs et de la farine.")
	s.live = write("noe", "Mon poney", "Il s'appelle Éclair et il mange des pommes.")
	s.withdrawn = write("noe", "Le secret", "Je sais où habite la maîtresse.")
	s.judged(t, "martin", tilleuls, s.changes, "request_changes", map[string]string{"text": "Relisez l'accent de châtaignier."})
	for _, text := range []string{s.live, s.withdrawn} {
		s.judged(t, "martin", tilleuls, text, "approve", nil)
	}
	s.answered(t, "lina", s.live, "Il est très beau.")
	s.judged(t, "martin", tilleuls, s.withdrawn, "withdraw", map[string]string{"ground": "PRIV", "text": "L'adresse de quelqu'un ne se publie pas."})
	noe := s.as(t, "noe")
	noe.open(desk + "texts/" + s.live + "/edit").expect(http.StatusOK)
	noe.fill(`button[value="submit"]`, map[string]string{"text": "Il s'appelle Éclair et il mange des carottes."}).expect(http.StatusOK)
	s.work(t)
	martin := s.as(t, "martin")
	martin.open(desk + "review/" + s.proposed + "/suggest").expect(http.StatusOK)
	martin.fill(`button[value="suggest"]`, map[string]string{"text": "Il faut trois œufs et de la farine."}).expect(http.StatusOK)
}

func (s *scene) playPictures(t *testing.T) {
	t.Helper()
	s.faces = s.uploaded(t, "martin", tilleuls, astronaut(t))
	s.nobody = s.uploaded(t, "martin", tilleuls, rocket(t))
	s.named(t, "martin", tilleuls, s.nobody, "")
	s.named(t, "martin", tilleuls, s.faces, "Lina Haddad")
	martin := s.as(t, "martin")
	martin.open(desk + "write/" + s.Blog.String()).expect(http.StatusOK)
	martin.fill(`button[value="save"]`, map[string]string{
		"title": "La fusée", "html": `<p>Elle décolle.</p><img src="/photos/` + s.nobody + `" alt="Une fusée"><img src="/photos/` + s.faces + `" alt="">`,
	}).expect(http.StatusOK)
	s.pictured = path.Base(path.Dir(martin.at.Path))
	martin.send(http.MethodPost, desk+"texts/"+s.pictured+"/wait", url.Values{"waits": {"no"}}, nil).expect(http.StatusOK)
	martin.open(desk+"texts/"+s.pictured+"/edit").fill(`button[value="submit"]`, nil).expect(http.StatusOK)
	s.work(t)
	s.judged(t, "diallo", tilleuls, s.pictured, "approve", nil)
	martin.open(desk+"photos").fill(`form[action$="/series"] button`, map[string]string{"title": "La sortie"}).expect(http.StatusOK)
}

func (s *scene) playPortraits(t *testing.T) {
	t.Helper()
	s.portrait = s.portrayed(t, s.Lina, "yes")
	consent := s.consentTo(t, s.Lina)
	s.accepts(t, "lina", consent, 1)
	s.accepts(t, "haddad-1", consent, 1)
	s.receipt = s.linked(t, consent, s.consents.MakeReceipt)
	martin := s.as(t, "martin")
	martin.attachAs("portrait-"+s.Noe.String(), s.classPath("make"), url.Values{"do": {"take"}}, nil, file{"noe.png", astronaut(t)}).expect(http.StatusOK)
	s.work(t) // and so one waits for a look
}

func (s *scene) playCases(t *testing.T) {
	t.Helper()
	second := s.publishedByNoe(t, "Le vestiaire", "Je me moque des chaussures de Tom.")
	lina := s.as(t, "lina")
	lina.open(desk+"report/"+second).fill(`form[action*="/report/"] button`, map[string]string{"ground": "INJ", "text": "C'est méchant."}).expect(http.StatusOK)
	s.work(t)
	s.decided, s.known = s.latestCase(t)
	martin := s.as(t, "martin")
	martin.open(desk + "cases/" + s.decided).expect(http.StatusOK)
	s.decides(t, martin, "withdraw")
	s.work(t)
	s.told = s.toldAs(t, s.decided)
	first := s.publishedByNoe(t, "Le match", "Les filles de 5B sont des quiches.")
	asked := s.requested(t, desk+first, complaint()).expect(http.StatusOK)
	s.follow = asked.at.Path
	asked.attachAs("attachment", s.follow+"/attach", url.Values{}, nil, file{"capture.png", []byte("\x89PNG\r\n\x1a\n")}).expect(http.StatusOK)
	s.work(t)
	s.reported, _ = s.latestCase(t)
	martin.open(desk + "cases/" + s.reported).expect(http.StatusOK)
	s.attached = martin.find(`a[href*="/attachments/"]`).AttrOr("href", "")
	martin.fill(`form:has(input[value="inquire"]) button`, map[string]string{"text": "De quel match s'agit-il ?"}).expect(http.StatusOK)
	martin.fill(`form[action$="/note"] button`, map[string]string{"text": "J'en parle en vie de classe."}).expect(http.StatusOK)
	s.work(t)
	fields := complaint()
	fields["ground"] = "HAR"
	s.requested(t, desk+s.publishedByNoe(t, "Le surnom", "Tout le monde l'appelle la quiche."), fields).expect(http.StatusOK)
	s.work(t)
	s.harassed, _ = s.latestCase(t)
	s.playReplies(t, first)
}

// playReplies has a reply inserted under a text, and another wait for the head.
func (s *scene) playReplies(t *testing.T, text string) {
	t.Helper()
	ask := func() {
		s.replying = s.replied(t, desk+text, answerable()).expect(http.StatusOK).at.Path
		s.work(t)
		s.reply, _ = s.latestCase(t)
	}
	ask()
	garcia := s.as(t, "garcia")
	garcia.open(desk+"cases/"+s.reply+"/reply").fill(answerReply, map[string]string{"action": "insert_reply"}).expect(http.StatusOK)
	garcia.fill(`button[value="send"]`, nil).expect(http.StatusOK)
	s.work(t)
	ask()
}

func (s *scene) playConsents(t *testing.T) {
	t.Helper()
	martin := s.as(t, "martin")
	martin.open(desk + "consents/ask?chosen=" + s.faces).expect(http.StatusOK)
	martin.fill(`button[value="preview"]`, s.project(map[string]string{"use-" + s.Web.String(): "image"})).expect(http.StatusOK)
	martin.fill(`button[value="send"]`, nil).expect(http.StatusOK)
	s.work(t)
	s.asked, s.request = s.consentAbout(t, martin, s.Lina), martin.at.Query().Get("request")
	martin.attachAs("scan", desk+"consents/"+s.asked+"/papers", url.Values{"signatory": {s.Haddad.String()}, "signed_on": {s.now().Format(time.DateOnly)}}, nil, file{"a.pdf", []byte("%PDF-1.4")}).expect(http.StatusOK)
	s.paper = path.Base(path.Dir(martin.find(`a[href$="/scan"]`).AttrOr("href", "")))
	s.exec(t, `UPDATE person SET email = 'samia@example.org' WHERE person_id = $1`, s.Haddad)
	martin.open(desk + "consents/" + s.asked).click(`form[action$="/resend"] button`).expect(http.StatusOK)
	s.work(t)
	s.link = s.linked(t, s.asked, s.consents.MakeLink)
}

// linked is a link to a consent of Lina's for her guardian.
func (s *scene) linked(t *testing.T, to string, by func(context.Context, id.Tenant, id.Consent, id.Person) (imageconsent.Mailed, error)) string {
	t.Helper()
	consent, err := id.Parse[id.Consent](to)
	if err != nil {
		t.Fatal(err)
	}
	made, err := by(t.Context(), s.Tilleuls, consent, s.Haddad)
	if err != nil {
		t.Fatal(err)
	}
	return "/c/" + made.Token
}

func (s *scene) playForum(t *testing.T) {
	t.Helper()
	s.topic = s.sent(t, "lina", tilleuls, s.Forum.String(), "Quel livre pour Noël ?", "Je cherche une idée de livre.")
	s.answered(t, "diallo", s.topic, "« Vendredi ou la vie sauvage » !")
	s.answered(t, "martin", s.topic, "Ton choix est nul.")
	diallo := s.as(t, "diallo")
	diallo.open(desk + "review")
	row := diallo.find(`tr:contains("est nul") th a`)
	s.judged(t, "diallo", tilleuls, path.Base(row.AttrOr("href", "")), "mask", map[string]string{"ground": "PURP", "text": "À regarder ensemble."})
}

func (s *scene) playSite(t *testing.T) {
	t.Helper()
	write := func(title, text string) string {
		page := s.sent(t, "martin", tilleuls, s.Web.String(), title, text)
		s.judged(t, "diallo", tilleuls, page, "approve", nil)
		return page
	}
	s.signed = write("Les portes ouvertes", "Elles ont lieu le samedi 6 mars.")
	s.judged(t, "garcia", tilleuls, s.signed, "sign", nil)
	s.unsigned = write("Le règlement", strings.Repeat("On ne court pas dans les couloirs. ", 3))
}
