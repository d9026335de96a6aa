package assets

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"imprimatur/internal/htmltest"
	"imprimatur/publication"
	"imprimatur/publication/documenttest"
)

func clean(t testing.TB, source string) string {
	t.Helper()
	h, err := publication.Sanitize(source)
	if err != nil {
		t.Fatal(err)
	}
	return h.String()
}

// throughEditor puts texts into the editor and takes them out again. It is a change
// to the editor, so its plugins have their say; but the linking of addresses while
// they are typed, which is for typing.
func throughEditor(ctx context.Context, texts []string) ([]string, error) {
	data, err := json.Marshal(texts)
	if err != nil {
		return nil, err
	}
	var out []string
	err = chromedp.Run(ctx, chromedp.Evaluate(`(() => {
		const editor = document.querySelector('.ProseMirror').editor
		return `+string(data)+`.map((html) => {
			editor.chain().setMeta('preventAutolink', true).setContent(html).run()
			return editor.isEmpty ? '' : editor.getHTML()
		})
	})()`, &out))
	return out, err
}

// everyElement has each element and attribute that the sanitiser allows.
var everyElement = map[string]string{
	"paragraphs":    `<p>a</p><p>b<br>c</p>`,
	"headings":      `<h2>a</h2><h3>b</h3><h4>c</h4>`,
	"marks":         `<p><strong>a</strong><em>b</em><u>c</u><s>d</s><sub>e</sub><sup>f</sup><code>g</code></p>`,
	"marks in all":  `<p><a href="/x"><span lang="en"><strong><em><s><sup><code>a</code></sup></s></em></strong></span></a></p>`,
	"u in all":      `<p><strong><em><u><s><sub><code>a</code></sub></s></u></em></strong></p>`,
	"break in mark": `<p><strong>a<br>b</strong></p>`,
	"links":         `<p><a href="https://example.org/?a=b&amp;c">a</a> <a href="mailto:a@example.org">b</a> <a href="/e/x">c</a></p>`,
	"lists":         `<ul><li><p>a</p><ol start="3"><li><p>b</p></li></ol></li></ul><ol start="0"><li><p>c</p></li></ol>`,
	"list at once":  `<ul><li><p></p><ul><li><p>a</p></li></ul></li></ul>`,
	"in an item":    `<ul><li><p>a</p><p>b</p><blockquote><p>c</p></blockquote><pre><code>d</code></pre><hr></li></ul>`,
	"quotation":     `<blockquote><h2>a</h2><p>b</p><blockquote><p>c</p></blockquote></blockquote>`,
	"code":          "<pre><code>a\n\t&lt;b&gt;  c</code></pre>",
	"rule":          `<p>a</p><hr><p>b</p>`,
	"photo":         `<img src="` + documenttest.Photo + `" alt="la cour &#34;nord&#34;"><p>a</p>`,
	"photo in item": `<ul><li><p>a</p><img src="` + documenttest.Photo + `" alt=""></li></ul>`,
	"language":      `<h2 lang="en">a</h2><p lang="es">b <span lang="pt-BR">c</span></p>`,
	"table":         `<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>c</td><td>d</td></tr></tbody></table>`,
	"row headers":   `<table><tbody><tr><th>a</th><td>b</td></tr></tbody></table>`,
	"spans":         `<table><tbody><tr><td colspan="2">a</td><td rowspan="2">b</td></tr><tr><td>c</td><td></td></tr></tbody></table>`,
	"in a cell":     `<table><tbody><tr><td><h2>a</h2><ul><li>b</li></ul></td></tr></tbody></table>`,
	"hard spaces":   "<p>Quoi\u00a0? «\u202foui\u202f»</p>",
	"signs":         `<p>&lt;p&gt; &amp;amp; " ' 😀 1. - # **a** https://example.org</p>`,
}

// TestRoundTripElements: R18, nothing is lost by opening a text in the editor.
func TestRoundTripElements(t *testing.T) {
	s, ctx := newSite(t), htmltest.Browser(t)
	open(t, ctx, s)
	for name, source := range everyElement {
		text := clean(t, source)
		got, err := throughEditor(ctx, []string{text})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(text, clean(t, got[0])); diff != "" {
			t.Errorf("%s (-sanitised +edited):\n%s\nthe editor gave %s", name, diff, got[0])
		}
	}
	htmltest.Quiet(t, ctx)
}

// TestRoundTripOnLoad: the same for the text that the page comes with.
func TestRoundTripOnLoad(t *testing.T) {
	s, ctx := newSite(t), htmltest.Browser(t)
	var all strings.Builder
	for _, source := range everyElement {
		all.WriteString(source)
	}
	text := clean(t, all.String())
	s.set(text, http.StatusNoContent)
	open(t, ctx, s)
	var got, field string
	run(t, ctx, chromedp.Evaluate(`document.querySelector('.ProseMirror').editor.getHTML()`, &got),
		chromedp.Evaluate(`document.querySelector('[name=html]').value`, &field))
	if diff := cmp.Diff(text, clean(t, got)); diff != "" {
		t.Errorf("(-sanitised +edited):\n%s", diff)
	}
	if field != text {
		t.Error("the form's field changed without an edit")
	}
	htmltest.Quiet(t, ctx)
}

// TestRoundTripProperty: Sanitize(editor(Sanitize(x))) == Sanitize(x).
func TestRoundTripProperty(t *testing.T) {
	s, ctx := newSite(t), htmltest.Browser(t)
	open(t, ctx, s)
	rapid.Check(t, func(rt *rapid.T) {
		texts := rapid.SliceOfN(rapid.Map(documenttest.Sources(), func(source string) string { return clean(t, source) }), 1, 10).Draw(rt, "texts")
		got, err := throughEditor(ctx, texts)
		if err != nil {
			rt.Fatal(err)
		}
		for i, text := range texts {
			if diff := cmp.Diff(text, clean(t, got[i])); diff != "" {
				rt.Fatalf("(-sanitised +edited):\n%s\nthe editor gave %s", diff, got[i])
			}
		}
	})
	htmltest.Quiet(t, ctx)
}

// TestPaste: what other programs put on the clipboard comes out of the editor and the
// sanitiser as it does out of the sanitiser alone.
func TestPaste(t *testing.T) {
	s, ctx := newSite(t), htmltest.Browser(t)
	for _, program := range []string{"word", "libreoffice", "googledocs", "webpage"} {
		open(t, ctx, s)
		source := fixture(t, program+".html")
		pasted := paste(t, ctx, source)
		want := strings.ReplaceAll(fixture(t, program+".want"), "\n", "")
		if diff := cmp.Diff(want, clean(t, pasted)); diff != "" {
			t.Errorf("%s (-want +got):\n%s\nthe editor gave %s", program, diff, pasted)
		}
		htmltest.Quiet(t, ctx)
	}
}

func fixture(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile("../../../publication/testdata/paste/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// paste does what the browser does on Ctrl-V, and gives the editor's HTML.
func paste(t testing.TB, ctx context.Context, html string) string {
	t.Helper()
	data, err := json.Marshal(html)
	if err != nil {
		t.Fatal(err)
	}
	var got string
	run(t, ctx, chromedp.Evaluate(`(() => {
		const clipboardData = new DataTransfer()
		clipboardData.setData('text/html', `+string(data)+`)
		const page = document.querySelector('.ProseMirror')
		page.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
		return page.editor.getHTML()
	})()`, &got))
	return got
}
