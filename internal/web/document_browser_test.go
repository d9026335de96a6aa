package web_test

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"imprimatur/internal/htmltest"
)

// Files of a document are sent as they are chosen, each with its progress, and what is refused
// says why beside its name; they go with the form, each with its own words.
func TestDocumentsInTheBrowser(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	b := setup(t)
	b.enter(t, ctx, "lina")
	do(t, ctx, chromedp.Navigate(b.url+desk+"write/"+b.Blog.String()+"?kind=document"), chromedp.WaitVisible(`#document`),
		chromedp.SendKeys(`#title`, "Bonjour"),
		chromedp.SetUploadFiles(`#document`, []string{kept(t, "jeu.exe", []byte("MZ rien")), kept(t, "bonjour.wav", voice()), kept(t, "notice.pdf", leaflet(""))}),
		until(`document.querySelectorAll('#documents [data-name]').length === 2 && document.querySelector('#documents .field-error').textContent.includes('refusé')`))
	accessible(t, ctx, "files of a document")
	shoot(t, ctx, "files of a document")
	do(t, ctx, emulation.SetDeviceMetricsOverride(390, 800, 1, true))
	shoot(t, ctx, "files of a document on a phone")
	htmltest.Quiet(t, ctx)
	var sent string
	do(t, ctx, emulation.SetDeviceMetricsOverride(1280, 800, 1, false), chromedp.SendKeys(`#documents input[id^="alt-"]`, "Lina se présente", chromedp.ByQuery))
	b.work(t)
	do(t, ctx, press(`button[value="submit"]`), chromedp.Text(`main`, &sent))
	for _, want := range []string{"Lina se présente", "WAV", "PDF"} {
		if !strings.Contains(sent, want) {
			t.Errorf("%q is not in what was sent: %s", want, sent)
		}
	}
}
