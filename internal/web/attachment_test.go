package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Whoever asked for a removal attaches a screenshot on the page that follows, without JavaScript;
// those who examine save it, and no browser opens it here.
func TestAttachOnTheFollowUpPage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text := b.publishedByNoe(t, "Le match", "Les filles de 5B sont des quiches.")
	br := b.requested(t, desk+text, complaint()).expect(http.StatusOK)
	follow := br.at.Path
	form := br.find(`form[action$="/attach"]`)
	if form.AttrOr("enctype", "") != "multipart/form-data" || form.AttrOr("action", "") != follow+"/attach" {
		t.Fatalf("the form is %v", form)
	}
	br.attachAs("attachment", follow+"/attach", url.Values{}, nil, file{"mal.exe", []byte("MZ")}).expect(http.StatusUnprocessableEntity)
	if got := br.text("#attachment-fault"); !strings.Contains(got, "PDF") {
		t.Errorf("R20: refused with %q", got)
	}
	br.attachAs("attachment", follow+"/attach", url.Values{}, nil, file{"capture.png", []byte("\x89PNG\r\n\x1a\n<script>")}).expect(http.StatusOK)
	if got := br.text("main"); !strings.Contains(got, "capture.png") || !strings.Contains(got, "C'est joint") && !strings.Contains(got, "C’est joint") {
		t.Errorf("after it was attached: %s", got)
	}
	b.work(t)
	martin := b.as(t, "martin")
	martin.open(desk + "cases").click(`table a`).expect(http.StatusOK)
	martin.click(`a[href*="/attachments/"]`).expect(http.StatusOK)
	header := martin.header
	if !strings.HasPrefix(header.Get("Content-Disposition"), "attachment") || header.Get("Content-Type") != "application/octet-stream" ||
		!strings.Contains(header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("it is served as %v", header)
	}
	b.as(t, "lina").open(martin.at.Path).expect(http.StatusNotFound)
	b.visitor(t).attachAs("attachment", "/s/nobodys/attach", url.Values{}, nil, file{"capture.png", []byte("\x89PNG\r\n\x1a\n")}).expect(http.StatusNotFound)
}

// Whoever is asked something answers with a file, by the form of the page; where the answer is refused
// their words are kept, and no file without them.
func TestAnswerWithAFile(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text := b.publishedByNoe(t, "Le match", "Les filles de 5B sont des quiches.")
	br := b.requested(t, desk+text, complaint()).expect(http.StatusOK)
	follow := br.at.Path
	b.work(t)
	martin := b.as(t, "martin")
	martin.open(desk + "cases").click("table a").expect(http.StatusOK)
	martin.fill(`form:has(input[value="inquire"]) button`, map[string]string{"text": "Qui est visé ?"}).expect(http.StatusOK)
	b.work(t)
	br.open(follow).expect(http.StatusOK)
	version := br.find(`form[action$="/respond"] input[name="version"]`).AttrOr("value", "")
	answer := func(text, name, data string) *browser {
		return br.attachAs("attachment", follow+"/respond", url.Values{"version": {version}, "text": {text}}, nil, file{name, []byte(data)})
	}
	answer("Moi, voici.", "mal.exe", "MZ").expect(http.StatusUnprocessableEntity)
	if got := br.text("#respond"); got != "Moi, voici." {
		t.Errorf("what was typed is %q", got)
	}
	answer("", "capture.png", "\x89PNG\r\n\x1a\n<script>").expect(http.StatusUnprocessableEntity)
	if got := br.text("main"); strings.Contains(got, "capture.png") {
		t.Errorf("a file is kept without its answer: %s", got)
	}
	answer("Moi, voici.", "capture.png", "\x89PNG\r\n\x1a\n<script>").expect(http.StatusOK)
	if got := br.text("main"); !strings.Contains(got, "Moi, voici.") || strings.Count(got, "capture.png") != 1 || br.page.Find("#respond").Length() != 0 {
		t.Errorf("answered with a file: %s", got)
	}
}

// R50: for the gravest the page says what to do, and takes no file.
func TestNoFileOfTheGravest(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text := b.publishedByNoe(t, "Le match", "Les filles de 5B sont des quiches.")
	fields := complaint()
	fields["ground"] = "CSAM"
	br := b.requested(t, desk+text, fields).expect(http.StatusOK)
	if br.page.Find(`[type="file"]`).Length() != 0 || !strings.Contains(br.text("main"), "Ne pas télécharger. Contactez les autorités") {
		t.Errorf("R50: the page says %s", br.text("main"))
	}
}
