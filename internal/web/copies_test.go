package web_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"

	"imprimatur/internal/htmltest"
)

// copies counts the unsent texts that the browser keeps.
const copies = `Object.keys(localStorage).filter((key) => key.startsWith('imprimatur.copy:')).length`

// endSessions is what half an hour away from the computer does.
func (b *bundle) endSessions(t *testing.T) {
	t.Helper()
	b.exec(t, `DELETE FROM sessions`)
}

// begin types a new text and sends nothing.
func (b *bundle) begin(t *testing.T, ctx context.Context) {
	t.Helper()
	do(t, ctx, chromedp.Navigate(b.url+"/e/"+tilleuls+"/-/write/"+b.Blog.String()), chromedp.WaitVisible(`.ProseMirror`),
		chromedp.SendKeys(`#title`, "Mon secret"), chromedp.SendKeys(`.ProseMirror`, "Rien que pour moi."))
}

// A session that ends while somebody writes loses nothing: the page says what was
// typed, leads back to the same form, and the text is taken up there with its title
// (R08).
func TestAnEndedSessionLosesNoText(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	b := setup(t)
	b.enter(t, ctx, "lina")
	b.begin(t, ctx)
	b.endSessions(t)
	var kept, title, text, at string
	do(t, ctx, press(`button[value="submit"]`), chromedp.Value(`main textarea`, &kept),
		press(`main a[href^="/login"]`), press(`form:has(input[value="lina"]) button`), chromedp.Location(&at),
		chromedp.WaitVisible(`.editor-copy`), chromedp.Click(`.editor-copy button`),
		chromedp.Value(`#title`, &title), chromedp.Text(`.ProseMirror`, &text))
	if kept != "Mon secret\n\nRien que pour moi." || title != "Mon secret" || text != "Rien que pour moi." {
		t.Errorf("the page kept %q, the form %q: %q", kept, title, text)
	}
	if want := b.url + "/e/" + tilleuls + "/-/write/" + b.Blog.String(); at != want {
		t.Errorf("back at %s, want %s", at, want)
	}
	var left int
	do(t, ctx, press(`button[value="save"]`), chromedp.Evaluate(copies, &left))
	if left != 0 {
		t.Errorf("%d copies of what is saved", left)
	}
	htmltest.Quiet(t, ctx)
}

// A text that was not sent is its author's alone (R24): it goes when they sign out,
// and when somebody else signs in after their session has ended.
func TestUnsentTextsAreTheirAuthorsAlone(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	b := setup(t)
	for name, leave := range map[string]func(){
		"signing out":      func() { do(t, ctx, press(`form[action="/logout"] button`)) },
		"an ended session": func() { b.endSessions(t) },
	} {
		b.enter(t, ctx, "lina")
		b.begin(t, ctx)
		var before, after, offers int
		do(t, ctx, chromedp.Evaluate(copies, &before))
		leave()
		b.enter(t, ctx, "noe")
		do(t, ctx, chromedp.Evaluate(copies, &after), chromedp.Navigate(b.url+"/e/"+tilleuls+"/-/write/"+b.Blog.String()), chromedp.WaitVisible(`.ProseMirror`),
			chromedp.Evaluate(`document.querySelectorAll('.editor-copy').length`, &offers))
		if before != 1 || after != 0 || offers != 0 {
			t.Errorf("%s: %d copies, then %d, %d offered to another", name, before, after, offers)
		}
		do(t, ctx, press(`form[action="/logout"] button`))
	}
}

// Signing out has the browser forget what scripts kept.
func TestSigningOutClearsTheDevice(t *testing.T) {
	t.Parallel()
	b := setup(t)
	lina := b.as(t, "lina")
	lina.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	lina.send(http.MethodPost, "/logout", url.Values{}, nil).expect(http.StatusSeeOther)
	if got := lina.header.Get("Clear-Site-Data"); got != `"storage"` {
		t.Errorf("Clear-Site-Data is %s", got)
	}
}

// Without a script too, a form whose sender is nobody any more gives back what was
// typed, and leads to where it was typed.
func TestAnEndedSessionGivesTheFormBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	write := "/e/" + tilleuls + "/-/write/" + b.Blog.String()
	review := "/e/" + tilleuls + "/-/review/01a214d6-9372-77cf-a81c-8e57d751ca6a"
	for path, back := range map[string]string{write + "?to=x": write + "?to=x", review + "/act": review, "/e/" + tilleuls + "/-/review/next": "/e/" + tilleuls + "/-/review"} {
		visitor := b.visitor(t)
		visitor.send(http.MethodPost, path, url.Values{"title": {"Mon titre"}, "text": {"Mes mots."}, "html": {"<p>Mes <strong>mots</strong>.</p>"}}, nil).expect(http.StatusUnauthorized)
		if got := visitor.text("main textarea"); got != "Mon titre Mes **mots**." && got != "Mon titre Mes mots." {
			t.Errorf("%s gives back %q", path, got)
		}
		if got, want := visitor.find(`main a[href^="/login"]`).AttrOr("href", ""), "/login?next="+url.QueryEscape(back); got != want {
			t.Errorf("%s leads to %s, want %s", path, got, want)
		}
	}
}
