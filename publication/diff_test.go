package publication

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"imprimatur/publication/documenttest"
)

func TestDiff(t *testing.T) {
	t.Parallel()
	const one = `<p>un deux trois quatre cinq</p>`
	tests := []struct{ name, before, after, want string }{
		{"nothing", one, one, one},
		{"a word", one, `<p>un deux TROIS quatre cinq</p>`, `<p>un deux <del>trois</del><ins>TROIS</ins> quatre cinq</p>`},
		{"neighbouring words", one, `<p>un DEUX TROIS quatre cinq</p>`, `<p>un <del>deux trois</del><ins>DEUX TROIS</ins> quatre cinq</p>`},
		{"a format", one, `<p>un deux <strong>trois</strong> quatre cinq</p>`, `<p>un deux <del>trois</del><ins><strong>trois</strong></ins> quatre cinq</p>`},
		{"a line break", one, `<p>un deux<br>trois quatre cinq</p>`, `<p>un deux<del> </del><ins><br></ins>trois quatre cinq</p>`},
		{"a paragraph more", one, one + `<p>six</p>`, one + `<p><ins>six</ins></p>`},
		{"a paragraph before", one, `<p>zéro</p>` + one, `<p><ins>zéro</ins></p>` + one},
		{"a paragraph less", `<p>zéro</p>` + one, one, `<p><del>zéro</del></p>` + one},
		{"another text", one, `<p>tout autre chose</p>`, `<p><del>un deux trois quatre cinq</del></p><p><ins>tout autre chose</ins></p>`},
		{"one more, one changed", one, `<p>tout autre chose</p><p>un deux trois quatre six</p>`, `<p><ins>tout autre chose</ins></p><p>un deux trois quatre <del>cinq</del><ins>six</ins></p>`},
		{"a heading made of a paragraph", one, `<h2>un deux trois quatre cinq</h2>`, `<p><del>un deux trois quatre cinq</del></p><h2><ins>un deux trois quatre cinq</ins></h2>`},
		{"an item", `<ul><li>a b c</li><li>d</li></ul>`, `<ul><li>a b c</li><li>e</li><li>d</li></ul>`, `<ul><li><p>a b c</p></li><li><p><ins>e</ins></p></li><li><p>d</p></li></ul>`},
		{"a cell", `<table><tr><td>a<td>b c d<tr><td>e<td>f</table>`, `<table><tr><td>a<td>b c x<tr><td>e<td>f</table>`,
			`<table><tbody><tr><td><p>a</p></td><td><p>b c <del>d</del><ins>x</ins></p></td></tr><tr><td><p>e</p></td><td><p>f</p></td></tr></tbody></table>`},
		{"a column", `<table><tr><td>a</table>`, `<table><tr><td>a<td>b</table>`,
			`<table><tbody><tr><td><p><del>a</del></p></td></tr></tbody></table><table><tbody><tr><td><p><ins>a</ins></p></td><td><p><ins>b</ins></p></td></tr></tbody></table>`},
		{"a photo", one + `<img src="` + photo + `">`, one, one + `<del><img src="` + photo + `" alt=""></del>`},
		{"a rule", one, one + `<hr>`, one + `<ins><hr></ins>`},
		{"all", "", one, `<p><ins>un deux trois quatre cinq</ins></p>`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := Diff(Version{"", clean(t, tt.before)}, Version{"", clean(t, tt.after)})
			if diff := cmp.Diff(tt.want, got.HTML.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got.Changed != (tt.before != tt.after) || got.Coarse {
				t.Errorf("changed %v, coarse %v", got.Changed, got.Coarse)
			}
		})
	}
}

func TestDiffTitle(t *testing.T) {
	t.Parallel()
	got := Diff(Version{Title: "Le <b>renard</b>"}, Version{Title: "Le <b>loup</b>"})
	if want := `Le &lt;b&gt;<del>renard</del><ins>loup</ins>&lt;/b&gt;`; got.Title.String() != want || !got.Changed {
		t.Errorf("got %s, want %s", got.Title, want)
	}
}

// TestDiffKeepsBothTexts: without what is deleted it has the words of the second
// text, without what is inserted those of the first.
func TestDiffKeepsBothTexts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		before := clean(t, documenttest.Sources().Draw(rt, "before"))
		source := documenttest.Sources().Draw(rt, "after")
		if rapid.Bool().Draw(rt, "related") {
			source = before.String() + source
		}
		after := clean(t, source)
		got := Diff(Version{"", before}, Version{"", after}).HTML.String()
		if diff := cmp.Diff(words(PlainText(after)), words(without("del", got))); diff != "" {
			rt.Fatalf("without del (-after +got):\n%s\n%s", diff, got)
		}
		if diff := cmp.Diff(words(PlainText(before)), words(without("ins", got))); diff != "" {
			rt.Fatalf("without ins (-before +got):\n%s\n%s", diff, got)
		}
	})
}

// without gives the words of a diff, but for those within one of its marks.
func without(mark, diff string) string {
	bare := regexp.MustCompile(`(?s)<`+mark+`>.*?</`+mark+`>`).ReplaceAllString(diff, "")
	bare = strings.NewReplacer("<ins>", "", "</ins>", "", "<del>", "", "</del>", "").Replace(bare)
	return PlainText(StoredHTML(bare))
}

func words(s string) string { return strings.Join(strings.Fields(s), "") }

// TestDiffIsBounded: long texts, made to be hard to compare, in time.
func TestDiffIsBounded(t *testing.T) {
	fill := func(piece string, n int) HTML {
		var b strings.Builder
		for i := 0; b.Len() < MaxSource*6/10/slow; i++ {
			fmt.Fprintf(&b, piece, i*n)
		}
		return clean(t, b.String())
	}
	tests := map[string][2]HTML{
		"many paragraphs, all others": {fill("<p>a%d</p>", 2), fill("<p>b%d</p>", 3)},
		"many paragraphs, half":       {fill("<p>a%d</p>", 2), fill("<p>a%d</p>", 3)},
		"one paragraph":               {fill("a%d ", 2), fill("a%d ", 3)},
		"the same words":              {fill("a b%.0d ", 1), fill("b a c%.0d ", 1)},
		"lists":                       {fill("<ul><li>a%d</ul>", 2), fill("<ul><li>a%d</ul>", 3)},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			got := Diff(Version{"", tt[0]}, Version{"", tt[1]})
			if took := time.Since(start); took > time.Minute { // quadratic, not slow: the machine may be busy
				t.Errorf("took %v", took)
			}
			t.Logf("%v, coarse %v", time.Since(start), got.Coarse)
			if !got.Changed || !strings.Contains(got.HTML.String(), "<ins>") {
				t.Error("nothing changed")
			}
		})
	}
}
