package tasks_test

import (
	"context"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/outbox"
	"imprimatur/internal/tasks"
)

// called is every service, and notes what it was asked.
type called struct{ last string }

func (c *called) Screen(context.Context, outbox.Message) error   { c.last = "screen"; return nil }
func (c *called) Publish(context.Context, outbox.Message) error  { c.last = "publish"; return nil }
func (c *called) Cleared(context.Context, outbox.Message) error  { c.last = "cleared"; return nil }
func (c *called) Notify(context.Context, outbox.Message) error   { c.last = "notify"; return nil }
func (c *called) Rescreen(context.Context, outbox.Message) error { c.last = "rescreen"; return nil }
func (c *called) Review(context.Context, outbox.Message) error   { c.last = "review"; return nil }
func (c *called) Moved(context.Context, outbox.Message) error    { c.last = "moved"; return nil }
func (c *called) Send(context.Context, outbox.Message) error     { c.last = "send"; return nil }

// darkroom has a Review of its own.
type darkroom struct{ *called }

func (d darkroom) Prepare(context.Context, outbox.Message) error { d.last = "prepare"; return nil }
func (d darkroom) Review(context.Context, outbox.Message) error  { d.last = "photo"; return nil }

func (c *called) Overdue(context.Context, outbox.Message) error { c.last = "overdue"; return nil }
func (c *called) Lapse(context.Context, outbox.Message) error   { c.last = "lapse"; return nil }

func (c *called) Step(context.Context, outbox.Message) error { c.last = "step"; return nil }

func TestEveryKindHasAHandlerOfItsName(t *testing.T) {
	t.Parallel()
	c := &called{}
	handlers := tasks.Services{Screener: c, Publisher: c, Notifier: c, Rescreener: c, Families: c, Darkroom: darkroom{c}, Postman: c, Registry: c, Stops: c}.Handlers()
	got := map[outbox.Kind]string{}
	for kind, handle := range handlers {
		if err := handle(t.Context(), outbox.Message{Kind: kind}); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		got[kind] = c.last
	}
	want := map[outbox.Kind]string{
		outbox.ScreenRevision: "screen", outbox.PublishRevision: "publish", outbox.CheckClearance: "cleared",
		outbox.NoticeRevision: "notify", outbox.NoticeHold: "notify", outbox.NoticeSpace: "notify", outbox.NoticeHandover: "notify", outbox.HoldDue: "overdue", outbox.HaltDue: "lapse",
		outbox.NoticeStanding: "notify", outbox.NoticeDenials: "notify", outbox.NoticeOffice: "notify", outbox.WarnAbove: "step", outbox.NoticePhoto: "notify", outbox.RescreenList: "rescreen",
		outbox.ReviewConsent: "review", outbox.ConsentMoved: "moved", outbox.NoticeConsent: "notify",
		outbox.PreparePhoto: "prepare", outbox.ReviewPhoto: "photo", outbox.SendMail: "send",
		outbox.ReceiveCase: "step", outbox.JoinCase: "step", outbox.RouteCase: "step", outbox.CaseDue: "step", outbox.CarryCase: "step", outbox.NoticeCase: "step",
		outbox.CaseLetters: "step",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	kinds := slices.Sorted(maps.Keys(outbox.Kinds()))
	if diff := cmp.Diff(kinds, slices.Sorted(maps.Keys(handlers))); diff != "" {
		t.Errorf("kinds and handlers: %s", diff)
	}
}

// Each handler's comment says what starts it, why repeating it is safe, and what
// a failure does.
func TestEveryHandlerSaysHowItBehaves(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	handlers := 0
	for _, entry := range entries {
		text, err := os.ReadFile(entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "\nfunc (s Services) ") || entry.Name() == "mux.go" {
			continue
		}
		handlers++
		for _, says := range []string{"// Trigger: ", "Repeating", "Failure: "} {
			if !strings.Contains(string(text), says) {
				t.Errorf("%s does not say %q", entry.Name(), says)
			}
		}
	}
	if want := len(outbox.Kinds()); handlers != want {
		t.Errorf("%d files hold a handler, for %d kinds", handlers, want)
	}
}
