package web_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"imprimatur/internal/web/assets"
)

// chromium starts a browser with a profile of its own. Where there is none, or
// where the assets are not built, the test is skipped; in CI it fails.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if _, missing := assets.Load(); err != nil || missing != nil {
		if os.Getenv("TESTDB") == "required" {
			t.Fatal("chromium and built assets are needed: ", err, missing)
		}
		t.Skip("chromium and built assets are needed")
	}
	flags := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true))
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	t.Cleanup(cancel)
	ctx, stop := chromedp.NewExecAllocator(ctx, flags...)
	t.Cleanup(stop)
	return tab(t, ctx)
}

// tab opens a window that keeps what the content security policy refuses.
func tab(t *testing.T, ctx context.Context, options ...chromedp.ContextOption) context.Context {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(ctx, options...)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // waits until the browser has left its folder
		closeTab()
	})
	do(t, ctx, chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := page.AddScriptToEvaluateOnNewDocument(`
			window.refused = []
			document.addEventListener('securitypolicyviolation', (e) => refused.push(e.effectiveDirective + ' ' + e.blockedURI + ' ' + e.sample))
			window.addEventListener('error', (e) => refused.push(e.message))
			window.addEventListener('unhandledrejection', (e) => refused.push(String(e.reason)))`).Do(ctx)
		return err
	}))
	return ctx
}

func do(t *testing.T, ctx context.Context, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(ctx, actions...); err != nil {
		t.Fatal(err)
	}
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

// quiet fails the test when the browser refused anything or a script broke.
func quiet(t *testing.T, ctx context.Context) {
	t.Helper()
	var refused []string
	do(t, ctx, chromedp.Evaluate(`refused`, &refused))
	for _, r := range refused {
		t.Errorf("the browser says: %s", r)
	}
}

// accessible fails the test for everything that axe finds against WCAG 2 A and AA.
func accessible(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	axe, err := os.ReadFile("assets/node_modules/axe-core/axe.min.js")
	if err != nil {
		if os.Getenv("TESTDB") == "required" {
			t.Fatal(err)
		}
		return
	}
	var found []string
	do(t, ctx, chromedp.Evaluate(`if (!window.axe) {`+string(axe)+`};0`, nil), chromedp.Evaluate(
		`axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}).then((r) =>
			r.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.html + ' ' + n.failureSummary)))`, &found, awaited))
	for _, f := range found {
		t.Errorf("%s: axe: %s", name, f)
	}
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
	shoot(t, ctx, name+" wide")
	do(t, ctx, emulation.SetDeviceMetricsOverride(360, 800, 1, true),
		chromedp.Evaluate(`document.querySelectorAll('details').forEach((d) => { d.open = true })`, nil))
	accessible(t, ctx, name+" narrow")
	shoot(t, ctx, name+" narrow")
	do(t, ctx, emulation.SetDeviceMetricsOverride(1280, 800, 1, false))
	quiet(t, ctx)
}
