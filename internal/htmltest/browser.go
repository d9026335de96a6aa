// Package htmltest starts a real browser for tests of pages.
package htmltest

import (
	"context"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// patience bounds a browser's start, for which chromedp alone would wait 20 s, and
// each step: a busy machine takes its time. How many steps a test takes is its own
// affair.
const patience = 2 * time.Minute

// names are what Chromium is called, as in scripts/need: first the one that has no
// window and none of what is around it, which takes half as long over everything. Debian
// has it behind a script that stays beside it.
var names = []string{"/usr/lib/chromium/chromium-headless-shell", "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"}

// Browser starts Chromium with a profile of its own, and gives its first window.
// It ends with the test. Where there is none the test is skipped; in CI it fails.
func Browser(t testing.TB) context.Context {
	t.Helper()
	browser := new(group)
	flags := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program(t)), chromedp.UserDataDir(profile(t)), chromedp.WSURLReadTimeout(patience),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.WindowSize(1000, 900),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.ModifyCmdFunc(browser.own))
	t.Cleanup(browser.end)
	ctx, stop := chromedp.NewExecAllocator(t.Context(), flags...)
	t.Cleanup(stop)
	return window(t, ctx)
}

// group is a browser with all processes that it starts: it may be a script, whose end is not the
// browser's.
type group struct{ leader *exec.Cmd }

func (g *group) own(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	g.leader = cmd
}

// end ends what has not gone by itself.
func (g *group) end() {
	if g.leader != nil && g.leader.Process != nil {
		_ = syscall.Kill(-g.leader.Process.Pid, syscall.SIGKILL)
	}
}

func program(t testing.TB) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("TESTDB") == "required" {
		t.Fatal("chromium is not installed")
	}
	t.Skip("chromium is not installed")
	return ""
}

// profile is a folder for the browser, whose helpers may still write into it for a
// moment after it has closed: t.TempDir would fail the test for that.
func profile(t testing.TB) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "imprimatur-chromium-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for deadline := time.Now().Add(time.Minute); os.RemoveAll(folder) != nil; {
			if time.Now().After(deadline) {
				t.Errorf("the browser keeps %s", folder)
				return
			}
		}
	})
	return folder
}

// window opens a window that keeps what breaks in its pages, for Quiet.
func window(t testing.TB, ctx context.Context) context.Context {
	t.Helper()
	ctx, closeWindow := chromedp.NewContext(ctx)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // asks it to close, and waits
		closeWindow()
	})
	if err := chromedp.Run(ctx, chromedp.ActionFunc(watch)); err != nil {
		t.Fatalf("open a window: %v", err)
	}
	return ctx
}

// watch keeps what the content security policy refuses, and what a script leaves
// unhandled.
func watch(ctx context.Context) error {
	_, err := page.AddScriptToEvaluateOnNewDocument(`
		window.refused = []
		document.addEventListener('securitypolicyviolation', (e) => refused.push(e.effectiveDirective + ' ' + e.blockedURI + ' ' + e.sample))
		window.addEventListener('error', (e) => refused.push(e.message))
		window.addEventListener('unhandledrejection', (e) => refused.push(String(e.reason)))`).Do(ctx)
	return err
}

// Do acts in the window: one step, which fails the test when it takes too long.
func Do(t testing.TB, ctx context.Context, actions ...chromedp.Action) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// Quiet fails the test when the page in the window was refused anything, or a
// script broke there.
func Quiet(t testing.TB, ctx context.Context) {
	t.Helper()
	var refused []string
	Do(t, ctx, chromedp.Evaluate(`refused`, &refused))
	for _, r := range refused {
		t.Errorf("the browser says: %s", r)
	}
}
