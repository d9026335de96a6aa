package web_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"imprimatur/internal/htmltest"
)

// kept writes a picture where a browser can choose it from.
func kept(t *testing.T, name string, data []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func until(expression string) chromedp.Action {
	return chromedp.Poll(expression, nil, chromedp.WithPollingTimeout(time.Minute))
}

// Two pictures, one of which is none, are added while a text is written; then it is said
// by keyboard who is on the one, and a frame is drawn that the machine has not found.
func TestPicturesInTheBrowser(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	b := setup(t)
	home := b.url + "/e/" + tilleuls + "/"
	b.enter(t, ctx, "martin")
	do(t, ctx, chromedp.Navigate(home+"-/write/"+b.Blog.String()), chromedp.WaitVisible(`.ProseMirror`),
		chromedp.SendKeys(`#title`, "La sortie"), chromedp.SendKeys(`.ProseMirror`, "Nous y étions."),
		chromedp.SetUploadFiles(`#photo`, []string{kept(t, "notes.jpg", []byte("rien")), kept(t, "sortie.png", astronaut(t))}),
		until(`document.querySelector('.pictures-failed')?.textContent.includes("n’est pas une photo")`),
		chromedp.WaitVisible(`.ProseMirror img`), until(`document.querySelector('.pictures-box').textContent.includes('En préparation')`))
	accessible(t, ctx, "writing with pictures under way")
	shoot(t, ctx, "writing with pictures under way")
	b.work(t)
	do(t, ctx, until(`document.querySelector('.pictures-box').textContent.includes('Photo prête')`),
		until(`document.querySelector('.ProseMirror img').naturalWidth > 100`),
		chromedp.SendKeys(`.pictures-box input[id^="alt-"]`, "Une astronaute"))
	accessible(t, ctx, "writing with a picture")
	shoot(t, ctx, "writing with a picture")
	htmltest.Quiet(t, ctx)
	do(t, ctx, press(`button[value="submit"]`))
	b.work(t)
	shoot(t, ctx, "sent with a picture")
	var people string
	do(t, ctx, chromedp.Evaluate(`document.querySelector('#pictures ~ ul a').href`, &people))
	do(t, ctx, chromedp.Navigate(people), chromedp.WaitVisible(`.photo-boxes .frame`))
	var x0, x1, label string
	do(t, ctx, chromedp.Focus(`.photo-boxes .frame`, chromedp.ByQuery), chromedp.Value(`[name="p0-x"]`, &x0), chromedp.KeyEvent(kb.ArrowRight),
		chromedp.Value(`[name="p0-x"]`, &x1), chromedp.KeyEvent(kb.Enter))
	if x0 == x1 {
		t.Errorf("the arrow moves nothing: %s", x1)
	}
	do(t, ctx, chromedp.SetValue(`#p0-outcome`, "person"), chromedp.SendKeys(`#p0-who`, "Lina H"),
		until(`[...document.querySelector('#people').options].some((o) => o.value === 'Lina Haddad · 5A')`),
		chromedp.SendKeys(`#p0-who`, "addad"), chromedp.Evaluate(`document.querySelector('.photo-boxes .frame').getAttribute('aria-label')`, &label))
	if !strings.Contains(label, "Lina Haddad") {
		t.Errorf("the frame is called %q", label)
	}
	do(t, ctx, chromedp.Focus(`.photo-side button`, chromedp.ByQuery), chromedp.KeyEvent(kb.Enter), until(`document.querySelectorAll('.frame').length === 2`),
		chromedp.KeyEvent(kb.Enter), chromedp.SetValue(`.people-rows > li:last-child select`, "blur", chromedp.ByQuery))
	accessible(t, ctx, "who is on a picture, with frames")
	shoot(t, ctx, "who is on a picture, with frames")
	htmltest.Quiet(t, ctx)
	do(t, ctx, press(`button[value="declare"]`))
	b.work(t)
	martin := b.as(t, "martin")
	martin.open(strings.TrimPrefix(people, b.url)).expect(http.StatusOK)
	if got := martin.text(".badge"); !strings.Contains(got, "Tout le monde") || martin.find(`.photo-boxes rect`).Length() != 2 {
		t.Errorf("declared: %q", martin.text("main"))
	}
}
