package prose

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRead: how broken markup is read. What browsers do is the model, where it gives
// the shape that this package has.
func TestRead(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, source, want string }{
		{"paragraph closed by a block", "<p>a<div>b</div>c", "<p>a</p><p>b</p><p>c</p>"},
		{"paragraph closed by a list", "<p>a<ul><li>b</ul>c", "<p>a</p><ul><li><p>b</p></li></ul><p>c</p>"},
		{"format of a paragraph ends with it", `<p style="font-weight:bold">a<p>b`, "<p><strong>a</strong></p><p>b</p>"},
		{"heading closed by a heading", "<h2>a<h3>b</h3>c", "<h2>a</h2><h3>b</h3><p>c</p>"},
		{"block in a heading", "<h2><div>a</div></h2>", "<h2>a</h2>"},
		{"heading around a list", "<h2>a<ul><li>b</ul></h2>", "<h2>a</h2><ul><li><p>b</p></li></ul>"},
		{"end without a start", "a</p></div></b></li>b", "<p>a</p><p>b</p>"},
		{"end of a break", "a</br>b", "<p>a<br>b</p>"},
		{"mark that nobody closes", "<p>a<b>b</p><p>c</p>", "<p>a<strong>b</strong></p><p>c</p>"},
		{"mark closed in a block", "<b>a<p>b</b>c</p>d", "<p><strong>a</strong></p><p><strong>b</strong>c</p><p>d</p>"},
		{"end of a mark outside a cell", "<b>a<table><tr><td>b</b>c</table>d", "<p><strong>a</strong></p><table><tbody><tr><td><p><strong>bc</strong></p></td></tr></tbody></table><p><strong>d</strong></p>"},
		{"link in a link", `<a href="/a">a<a href="/b">b</a>c`, `<p><a href="/a" rel="` + LinkRel + `">a</a><a href="/b" rel="` + LinkRel + `">b</a>c</p>`},
		{"item closed by an item", "<ol><li>a<p>b<li>c</ol>", "<ol><li><p>a</p><p>b</p></li><li><p>c</p></li></ol>"},
		{"item of a list within", "<ul><li>a<ul><li>b<li>c</ul><li>d</ul>", "<ul><li><p>a</p><ul><li><p>b</p></li><li><p>c</p></li></ul></li><li><p>d</p></li></ul>"},
		{"text in a list", "<ul>a<li>b</li>c</ul>", "<ul><li><p>a</p></li><li><p>b</p></li><li><p>c</p></li></ul>"},
		{"cells without rows", "<table><td>a<td>b</table>", "<table><tbody><tr><td><p>a</p></td></tr><tr><td><p>b</p></td></tr></tbody></table>"},
		{"cell without a table", "<td>a</td>b", "<p>a</p><p>b</p>"},
		{"text between cells", "<table><tr>x<td>a</tr></table>", "<table><tbody><tr><td><p>x</p></td><td><p>a</p></td></tr></tbody></table>"},
		{"cells of a head are headers", "<table><thead><tr><td>a</thead><tr><td>b</table>", `<table><thead><tr><th scope="col"><p>a</p></th></tr></thead><tbody><tr><td><p>b</p></td></tr></tbody></table>`},
		{"a head that reaches into the body", "<table><tr><th rowspan=2>a<th>b<tr><td>c</table>", `<table><tbody><tr><th rowspan="2" scope="col"><p>a</p></th><th scope="col"><p>b</p></th></tr><tr><td><p>c</p></td></tr></tbody></table>`},
		{"two rows of head", "<table><tr><th rowspan=2>a<th>b<tr><th>c<tr><td>d<td>e</table>", `<table><thead><tr><th rowspan="2" scope="col"><p>a</p></th><th scope="col"><p>b</p></th></tr><tr><th scope="col"><p>c</p></th></tr></thead><tbody><tr><td><p>d</p></td><td><p>e</p></td></tr></tbody></table>`},
		{"spans that are no numbers", "<table><tr><td colspan=x rowspan=-3>a</table>", "<table><tbody><tr><td><p>a</p></td></tr></tbody></table>"},
		{"code within code", "<pre>a\n<code>b</code><br>c</pre>", "<pre><code>a\nb\nc</code></pre>"},
		{"empty code", "<pre> \n </pre>", ""},
		{"list in code", "<pre>a<ul><li>b</ul></pre>", "<pre><code>a</code></pre><ul><li><p>b</p></li></ul>"},
		{"comments", "a<!-- b -->c<!doctype x><![if x]>d<![endif]>", "<p>acd</p>"},
		{"hidden within hidden", `<div hidden>a<p style="display:block">b</p></div>c`, "<p>c</p>"},
		{"an end that text brings", "<p>a", "<p>a</p>"},
		{"a tag cut off", "<p>a<b", "<p>a</p>"},
		{"nothing", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, Write(Read(tt.source))); diff != "" {
				t.Errorf("Read(%q) (-want +got):\n%s", tt.source, diff)
			}
		})
	}
}

// TestStyles: what a style says that no element does.
func TestStyles(t *testing.T) {
	t.Parallel()
	for style, want := range map[string]string{
		"font-weight:700":                         "<strong>a</strong>",
		"FONT-WEIGHT : Bold ;color:red":           "<strong>a</strong>",
		"font-weight:500":                         "a",
		"font-style:italic;font-weight:bolder":    "<strong><em>a</em></strong>",
		"text-decoration:underline line-through":  "<u><s>a</s></u>",
		"text-decoration-line:underline":          "<u>a</u>",
		"vertical-align:super":                    "<sup>a</sup>",
		"vertical-align:sub":                      "<sub>a</sub>",
		"vertical-align:top":                      "a",
		"background:url(javascript:alert(1))":     "a",
		";;:;font-weight":                         "a",
		"font-weight:bold;font-weight:normal":     "a",
		"font-style:italic;text-decoration: none": "<em>a</em>",
	} {
		if got := Write(Read(`<span style="` + style + `">a</span>`)); got != "<p>"+want+"</p>" {
			t.Errorf("%s: got %s, want %s", style, got, want)
		}
	}
	if got := Write(Read(`<b>a<span style="font-weight:normal">b</span>c</b>`)); got != "<p><strong>a</strong>b<strong>c</strong></p>" {
		t.Errorf("a style against its element: %s", got)
	}
}

var tags = regexp.MustCompile(`<[^>]*>`)

// TestNesting: what is deeper than the limits comes out flat, with all its text.
func TestNesting(t *testing.T) {
	t.Parallel()
	for _, open := range []string{"<ul><li>", "<blockquote>", "<ol><li><blockquote>", "<div>", "<b>", "<table><tr><td>"} {
		for _, n := range []int{1, MaxNesting, MaxNesting + 1, MaxOpen, 3 * MaxOpen} {
			var source strings.Builder
			for range n {
				source.WriteString(open + "a ")
			}
			got := Write(Read(source.String()))
			if words := strings.Count(tags.ReplaceAllString(got, ""), "a"); words != n {
				t.Errorf("%d times %s: %d words are left", n, open, words)
			}
			if deep := nesting(Read(source.String())); deep > MaxNesting {
				t.Errorf("%d times %s: %d deep", n, open, deep)
			}
			if again := Write(Read(got)); again != got {
				t.Errorf("%d times %s: reading again changes it", n, open)
			}
		}
	}
}

func nesting(blocks []*Block) int {
	deepest := 0
	for _, b := range blocks {
		deep := nesting(b.Kids)
		if b.Kind == List || b.Kind == Quote {
			deep++
		}
		deepest = max(deepest, deep)
	}
	return deepest
}

func TestBullets(t *testing.T) {
	t.Parallel()
	const gap = "\u00a0\u00a0 "
	item := func(level, text string) string {
		return `<p class="MsoListParagraph" style="mso-list:l0 level` + level + ` lfo1">` + text + "</p>"
	}
	tests := []struct{ name, source, want string }{
		{"signs", "<p>·" + gap + "a</p><p>•" + gap + "b</p>", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"},
		{"Symbol's bullet", "<p>\uf0b7" + gap + "a</p>", "<ul><li><p>a</p></li></ul>"},
		{"numbers go on", "<p>3." + gap + "a</p><p>4." + gap + "b</p>", `<ol start="3"><li><p>a</p></li><li><p>b</p></li></ol>`},
		{"numbers after signs", "<p>·" + gap + "a</p><p>1)" + gap + "b</p>", "<ul><li><p>a</p></li></ul><ol><li><p>b</p></li></ol>"},
		{"usual levels", "<p>·" + gap + "a</p><p>o" + gap + "b</p><p>§" + gap + "c</p><p>·" + gap + "d</p>",
			"<ul><li><p>a</p><ul><li><p>b</p><ul><li><p>c</p></li></ul></li></ul></li><li><p>d</p></li></ul>"},
		{"letters below numbers", "<p>1." + gap + "a</p><p>a)" + gap + "b</p>", "<ol><li><p>a</p><ol><li><p>b</p></li></ol></li></ol>"},
		{"levels said", item("1", "·"+gap+"a") + item("2", "·"+gap+"b") + item("1", "·"+gap+"c"),
			"<ul><li><p>a</p><ul><li><p>b</p></li></ul></li><li><p>c</p></li></ul>"},
		{"a level left out", item("3", "·"+gap+"a") + item("9", "·"+gap+"b"), "<ul><li><p>a</p><ul><li><p>b</p></li></ul></li></ul>"},
		{"a picture for a bullet", item("1", "a"), "<ul><li><p>a</p></li></ul>"},
		{"a marker over several elements", "<p><b>·</b>\u00a0<i>\u00a0</i><u>a</u></p>", "<ul><li><p><u>a</u></p></li></ul>"},
		{"a marker alone", "<p>·" + gap + "</p><p>a</p>", "<p>a</p>"},
		{"typed by hand", "<p>- a</p><p>1. b</p><p>- \u00a0c</p>", "<p>- a</p><p>1. b</p><p>- c</p>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, Write(Read(tt.source))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
