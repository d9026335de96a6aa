package web_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"imprimatur/internal/htmltest"
)

// middle is where on the screen an element's middle is, once it is in view.
func middle(selector string, x, y *float64) chromedp.Action {
	var at []float64
	return chromedp.Tasks{
		chromedp.ScrollIntoView(selector, chromedp.ByQuery),
		chromedp.Evaluate(`(({ left, top, width, height }) => [left + width / 2, top + height / 2])(document.querySelector(`+strconv.Quote(selector)+`).getBoundingClientRect())`, &at),
		chromedp.ActionFunc(func(context.Context) error {
			*x, *y = at[0], at[1]
			return nil
		}),
	}
}

// dropped has a file dropped on an element, as from another window.
func dropped(selector, file string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		var x, y float64
		if err := middle(selector, &x, &y).Do(ctx); err != nil {
			return err
		}
		data := &input.DragData{Items: []*input.DragDataItem{}, Files: []string{file}, DragOperationsMask: 1}
		for _, kind := range []input.DispatchDragEventType{input.DragEnter, input.DragOver, input.Drop} {
			if err := input.DispatchDragEvent(kind, x, y, data).Do(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// pasted has a drawing of the browser's own pasted where the focus is.
const pasted = `new Promise((done) => {
	const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 48 })
	canvas.getContext('2d').fillRect(0, 0, 32, 48)
	canvas.toBlob((blob) => {
		const clipboardData = new DataTransfer()
		clipboardData.items.add(new File([blob], 'dessin.png', { type: 'image/png' }))
		done(document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })))
	}, 'image/png')
})`

// Pictures reach the album by drop, by paste and from a phone's camera, and a text by drop
// and by paste.
func TestPicturesByDropPasteAndCamera(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	b := setup(t)
	b.enter(t, ctx, "martin")
	sends := func(n int, how chromedp.Action) chromedp.Action { // and the album is loaded again with what was sent
		return chromedp.ActionFunc(func(ctx context.Context) error {
			if _, err := chromedp.RunResponse(ctx, how); err != nil {
				return err
			}
			return until(`document.querySelectorAll('.album > li').length === ` + strconv.Itoa(n)).Do(ctx)
		})
	}
	album := b.url + desk + "photos"
	do(t, ctx, chromedp.Navigate(album), chromedp.WaitVisible(`form[data-send-photos]`),
		sends(1, dropped(`form[data-send-photos]`, kept(t, "fusée.jpg", rocket(t)))), sends(2, chromedp.Evaluate(pasted, nil, awaited)))
	do(t, ctx, emulation.SetDeviceMetricsOverride(390, 800, 1, true), emulation.SetTouchEmulationEnabled(true), chromedp.Navigate(album),
		chromedp.WaitVisible(`#camera[capture]`, chromedp.ByQuery), sends(3, chromedp.SetUploadFiles(`#camera`, []string{kept(t, "IMG_1.jpg", rocket(t))})))
	accessible(t, ctx, "album on a phone")
	shoot(t, ctx, "album on a phone")
	htmltest.Quiet(t, ctx)
	written := func(n int) chromedp.Action {
		return until(`document.querySelectorAll('.ProseMirror img[src]').length === ` + strconv.Itoa(n))
	}
	do(t, ctx, emulation.SetTouchEmulationEnabled(false), emulation.SetDeviceMetricsOverride(1280, 800, 1, false),
		chromedp.Navigate(b.url+desk+"write/"+b.Blog.String()), chromedp.WaitVisible(`.ProseMirror`), chromedp.SendKeys(`.ProseMirror`, "Une fusée."),
		dropped(`.ProseMirror`, kept(t, "fusée.jpg", rocket(t))), written(1),
		chromedp.Focus(`.ProseMirror`), chromedp.Evaluate(pasted, nil, awaited), written(2))
	htmltest.Quiet(t, ctx)
}

// touched has a finger go from one place to another, in steps.
func touched(x0, y0, x1, y1 float64) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		at := func(x, y float64) []*input.TouchPoint { return []*input.TouchPoint{{X: x, Y: y, ID: 1}} }
		if err := input.DispatchTouchEvent(input.TouchStart, at(x0, y0)).Do(ctx); err != nil {
			return err
		}
		const steps = 5
		for i := 1; i <= steps; i++ {
			part := float64(i) / steps
			if err := input.DispatchTouchEvent(input.TouchMove, at(x0+(x1-x0)*part, y0+(y1-y0)*part)).Do(ctx); err != nil {
				return err
			}
		}
		return input.DispatchTouchEvent(input.TouchEnd, []*input.TouchPoint{}).Do(ctx)
	})
}

// On a phone a frame is drawn and moved with a finger; by keyboard it is sized.
func TestFramesByTouch(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	b := setup(t)
	photo := b.uploaded(t, "martin", tilleuls, rocket(t))
	b.enter(t, ctx, "martin")
	var x, y float64
	do(t, ctx, emulation.SetDeviceMetricsOverride(390, 800, 1, true), emulation.SetTouchEmulationEnabled(true),
		chromedp.Navigate(b.url+desk+"photos/"+photo), chromedp.WaitVisible(`.photo-side button`), chromedp.Click(`.photo-side button`, chromedp.ByQuery),
		until(`document.querySelector('.photo-drawing')`), middle(`.photo-boxes svg`, &x, &y))
	do(t, ctx, touched(x-60, y-40, x+20, y+30), until(`document.querySelectorAll('.frame').length === 1`))
	box := func() (at []float64) {
		t.Helper()
		do(t, ctx, chromedp.Evaluate(`['x', 'y', 'w', 'h'].map((name) => Number(document.querySelector('[data-row][data-boxed]').querySelector('[data-' + name + ']').value))`, &at))
		return at
	}
	drawn := box()
	if drawn[2] < 0.1 || drawn[3] < 0.1 {
		t.Fatalf("drawn: %v", drawn)
	}
	do(t, ctx, middle(`.frame rect`, &x, &y))
	do(t, ctx, touched(x, y, x+40, y+10))
	moved := box()
	if moved[0] <= drawn[0] || moved[2] != drawn[2] || moved[3] != drawn[3] {
		t.Errorf("moved from %v to %v", drawn, moved)
	}
	do(t, ctx, chromedp.Focus(`.frame`, chromedp.ByQuery), chromedp.KeyEvent(kb.ArrowRight, chromedp.KeyModifiers(input.ModifierShift)))
	if sized := box(); sized[2] <= moved[2] || sized[0] != moved[0] {
		t.Errorf("sized from %v to %v", moved, sized)
	}
	accessible(t, ctx, "frames on a phone")
	shoot(t, ctx, "frames on a phone")
	htmltest.Quiet(t, ctx)
}
