package web_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"imprimatur/internal/htmltest"
	"imprimatur/internal/web/assets"
)

// chromium starts a browser. Where the assets are not built, the test is skipped;
// in CI it fails.
func chromium(t *testing.T) context.Context {
	t.Helper()
	if _, err := assets.Load(); err != nil {
		if os.Getenv("TESTDB") == "required" {
			t.Fatal("built assets are needed: ", err)
		}
		t.Skip("built assets are needed")
	}
	return htmltest.Browser(t)
}

func do(t *testing.T, ctx context.Context, actions ...chromedp.Action) {
	t.Helper()
	htmltest.Do(t, ctx, actions...)
}

// enter signs a persona in.
func (b *bundle) enter(t *testing.T, ctx context.Context, persona string) {
	t.Helper()
	do(t, ctx, chromedp.Navigate(b.url+"/login"), press(`form:has(input[value="`+persona+`"]) button`))
}

// press clicks and waits for the page that follows.
func press(selector string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := chromedp.RunResponse(ctx, chromedp.Click(selector, chromedp.ByQuery, chromedp.NodeVisible))
		return err
	})
}

// unfold opens what can be unfolded. A click would do as well on a page that stands still; while
// pictures come, it may land beside.
func unfold(details string) chromedp.Action {
	return chromedp.SetAttributeValue(details, "open", "", chromedp.ByQuery)
}

// accessible fails the test for everything that axe finds against WCAG 2 A and AA, and for a page
// that does not fit.
func accessible(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	axe, err := os.ReadFile("assets/node_modules/axe-core/axe.min.js")
	if err != nil {
		if os.Getenv("TESTDB") == "required" {
			t.Fatal(err)
		}
		return
	}
	var there bool
	var found []string
	if do(t, ctx, chromedp.Evaluate(`!!window.axe`, &there)); !there {
		do(t, ctx, chromedp.Evaluate(string(axe)+`;0`, nil))
	}
	do(t, ctx, chromedp.Evaluate(
		`axe.run({resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}).then((r) =>
			r.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.html + ' ' + n.failureSummary)))`, &found, awaited))
	for _, f := range found {
		t.Errorf("%s: axe: %s", name, f)
	}
	fits(t, ctx, name)
}

// fits fails the test for a page that scrolls sideways.
func fits(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	var wide bool
	do(t, ctx, chromedp.Evaluate(`document.documentElement.scrollWidth > document.documentElement.clientWidth`, &wide))
	if wide {
		t.Errorf("%s scrolls sideways", name)
	}
}

// shoot keeps a picture of the page where SCREENSHOTS names a folder.
func shoot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	folder := os.Getenv("SCREENSHOTS")
	if folder == "" {
		return
	}
	var picture []byte
	do(t, ctx, chromedp.FullScreenshot(&picture, 100))
	name = strings.NewReplacer("/", "_", " ", "-").Replace(name) + ".png"
	if err := os.WriteFile(filepath.Join(folder, name), picture, 0o600); err != nil {
		t.Error(err)
	}
}

// look looks at a page, wide as it is, and narrow with all that unfolds.
func look(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	accessible(t, ctx, name+" wide")
	glance(t, ctx, name)
}

// glance looks at a page that was looked at before something was done on it.
func glance(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	fits(t, ctx, name+" wide")
	shoot(t, ctx, name+" wide")
	do(t, ctx, emulation.SetDeviceMetricsOverride(360, 800, 1, true),
		chromedp.Evaluate(`document.querySelectorAll('details').forEach((d) => { d.open = true })`, nil))
	accessible(t, ctx, name+" narrow")
	shoot(t, ctx, name+" narrow")
	do(t, ctx, emulation.SetDeviceMetricsOverride(1280, 800, 1, false))
	htmltest.Quiet(t, ctx)
}
