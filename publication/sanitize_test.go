package publication

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"
)

// clean sanitises, and fails the test when the source is refused.
func clean(t testing.TB, source string) HTML {
	t.Helper()
	h, err := Sanitize(source)
	if err != nil {
		t.Fatalf("Sanitize: %v", err)
	}
	return h
}

const rel = ` rel="nofollow noopener noreferrer ugc"`

func TestSanitize(t *testing.T) {
	t.Parallel()
	const photo = `<img src="/photos/0190b3a0-0000-7000-8000-000000000001" alt="la cour">`
	tests := []struct{ name, source, want string }{
		{"empty", " \n<p>&nbsp;</p><div><br></div>", ""},
		{"bare text", "Bonjour", "<p>Bonjour</p>"},
		{"spaces", "<p> a \n b<b> c </b> d </p>", "<p>a b<strong> c </strong>d</p>"},
		{"paragraph in paragraph", "<p>a<p>b</p>c", "<p>a</p><p>b</p><p>c</p>"},
		{"divs", "<div>a<div>b</div>c</div>", "<p>a</p><p>b</p><p>c</p>"},
		{"line break", "<p>a<br> b<br></p>", "<p>a<br>b</p>"},
		{"two line breaks are a paragraph", "<p><b>a<br><br>b</b></p>", "<p><strong>a</strong></p><p><strong>b</strong></p>"},
		{"headings without h1", "<h2>a</h2><h4>b</h4><h6>c</h6>", "<h2>a</h2><h4>b</h4><h4>c</h4>"},
		{"headings below h1", "<h1>a</h1><h2>b</h2><h3>c</h3>", "<h2>a</h2><h3>b</h3><h4>c</h4>"},
		{"synonyms", "<b>a</b><i>b</i><strike>c</strike><kbd>d</kbd>", "<p><strong>a</strong><em>b</em><s>c</s><code>d</code></p>"},
		{"order of marks", "<em><strong>a</strong></em>", "<p><strong><em>a</em></strong></p>"},
		{"overlapping marks", "<p><b>a<i>b</b>c</i>", "<p><strong>a<em>b</em></strong><em>c</em></p>"},
		{"mark around blocks", "<b><p>a</p><p>b</p></b>", "<p><strong>a</strong></p><p><strong>b</strong></p>"},
		{"below and above", "<sub>a<sup>b</sup></sub>", "<p><sub>a</sub><sup>b</sup></p>"},
		{"list", "<ul><li>a<li>b<ul><li>c</ul></ul>", "<ul><li><p>a</p></li><li><p>b</p><ul><li><p>c</p></li></ul></li></ul>"},
		{"list in list", "<ul><li>a</li><ul><li>b</li></ul></ul>", "<ul><li><p>a</p><ul><li><p>b</p></li></ul></li></ul>"},
		{"items without list", "<li>a<li>b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"},
		{"empty item", "<ul><li> </li></ul>", ""},
		{"start", `<ol start="3"><li>a</ol><ol start="1"><li>b</ol>`, `<ol start="3"><li><p>a</p></li></ol><ol><li><p>b</p></li></ol>`},
		{"item that starts with a list", "<ul><li><ol><li>a</ol></ul>", "<ul><li><p></p><ol><li><p>a</p></li></ol></li></ul>"},
		{"heading in an item", "<ul><li><h2>a</h2></ul>", "<ul><li><p>a</p></li></ul>"},
		{"quotation", "<blockquote>a<blockquote>b</blockquote></blockquote>", "<blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote>"},
		{"code", "<pre>\na <b>b</b>\n\tc\n</pre>", "<pre><code>a b\n\tc</code></pre>"},
		{"rule", "a<hr>b", "<p>a</p><hr><p>b</p>"},
		{"photo", "<p>a" + photo + "b</p>", "<p>a</p>" + photo + "<p>b</p>"},
		{"photo of another site", `<img src="https://example.org/a.png" alt="a">`, ""},
		{"photo as data", `<img src="data:image/png;base64,AAAA">`, ""},
		{"link", `<a href=" HTTPS://example.org/a?b=c&d " onclick=x class=y target=_blank>a</a>`, `<p><a href="https://example.org/a?b=c&amp;d"` + rel + `>a</a></p>`},
		{"mail link", `<a href="mailto:cdi@example.org">a</a>`, `<p><a href="mailto:cdi@example.org"` + rel + `>a</a></p>`},
		{"own link", `<a href="/e/0310000Z/5a">a</a>`, `<p><a href="/e/0310000Z/5a"` + rel + `>a</a></p>`},
		{"link around blocks", `<a href="/x"><h2>a</h2><p>b</p></a>`, `<h2><a href="/x"` + rel + `>a</a></h2><p><a href="/x"` + rel + `>b</a></p>`},
		{"underlined link", `<u><a href="/x">a</a> b</u>`, `<p><a href="/x"` + rel + `>a</a><u> b</u></p>`},
		{"table", "<table><caption>t</caption><tr><th>a<th>b<tr><td>1<td>2</table>", `<p>t</p><table><thead><tr><th scope="col"><p>a</p></th><th scope="col"><p>b</p></th></tr></thead><tbody><tr><td><p>1</p></td><td><p>2</p></td></tr></tbody></table>`},
		{"row headers", "<table><tr><th>a<td>b</table>", `<table><tbody><tr><th scope="row"><p>a</p></th><td><p>b</p></td></tr></tbody></table>`},
		{"ragged table", "<table><tr><td rowspan=9>a<td>b<td>c<tr><td colspan=1>d</table>", `<table><tbody><tr><td rowspan="2"><p>a</p></td><td><p>b</p></td><td><p>c</p></td></tr><tr><td><p>d</p></td><td><p></p></td></tr></tbody></table>`},
		{"overlapping cells", "<table><tr><td>a<td rowspan=2>b<tr><td colspan=2>c</table>", `<table><tbody><tr><td><p>a</p></td><td rowspan="2"><p>b</p></td></tr><tr><td><p>c</p></td></tr></tbody></table>`},
		{"row without cells", "<table><tr><td rowspan=3>a<td>b<tr><tr><td>c</table>", `<table><tbody><tr><td rowspan="2"><p>a</p></td><td><p>b</p></td></tr><tr><td><p>c</p></td></tr></tbody></table>`},
		{"table in a table", "<table><tr><td>a<table><tr><td>b</table></table>", `<table><tbody><tr><td><p>a</p><p>b</p></td></tr></tbody></table>`},
		{"table in a quotation", "<blockquote><table><tr><td>a<td>b</table></blockquote>", `<blockquote><p>a</p><p>b</p></blockquote>`},
		{"language", `<div lang="en"><p>a <span lang="fr">b</span></p></div>`, `<p lang="en">a <span lang="fr">b</span></p>`},
		{"language that is none", `<p lang="x'y">a</p>`, `<p>a</p>`},
		{"hidden", `a<span style="display:none">b</span><span hidden>c</span>d`, `<p>ad</p>`},
		{"invisible characters", "mot\u200b\u00ad\u202ecaché", "<p>motcaché</p>"},
		{"composed", "e\u0301te\u0301", "<p>été</p>"},
		{"stroke after a tag", "<p>\u0338a</p>", "<p>a</p>"},
		{"hard space", "Quoi\u00a0? « \u00a0oui\u00a0 »", "<p>Quoi\u00a0? «\u00a0oui\u00a0»</p>"},
		{"script", "a<script>alert(1)</script><style>p{}</style><iframe src=x>b</iframe>c", "<p>ac</p>"},
		{"unknown elements", "<marquee><blink>a</blink></marquee><svg onload=x><text>b</text></svg>", "<p>ab</p>"},
		{"entities", "&lt;script&gt; &amp;amp; \"'", "<p>&lt;script&gt; &amp;amp; &#34;&#39;</p>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := clean(t, tt.source)
			if diff := cmp.Diff(tt.want, got.String()); diff != "" {
				t.Errorf("Sanitize(%q) (-want +got):\n%s", tt.source, diff)
			}
			if again := clean(t, got.String()); again != got {
				t.Errorf("a second time: %s", cmp.Diff(got.String(), again.String()))
			}
		})
	}
}

// TestSanitizeLinks: an address that may not be linked to leaves its words.
func TestSanitizeLinks(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"javascript:alert(1)", " java\nscript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x",
		"//evil.example/x", `/\evil.example`, "http://user:password@example.org/", "http:///x", "ftp://example.org",
		"https://", "mailto:", "relative/page", "#anchor", "", "http://[::1", "file:///etc/passwd", "http://a b.example/",
	} {
		got := clean(t, `<a href="`+html.EscapeString(address)+`">mots</a>`)
		if want := "<p>mots</p>"; got.String() != want {
			t.Errorf("link to %q: got %s, want %s", address, got, want)
		}
	}
}

func TestSanitizeRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, source string
		want         error
	}{
		{"too long", strings.Repeat("a", MaxSource+1), ErrSourceTooLong},
		{"too long once spelled out", strings.Repeat("<p>'", MaxSource/4), ErrSourceTooLong},
		{"not UTF-8", "a\xff", ErrSourceEncoding},
		{"NUL", "a\x00b", ErrSourceNUL},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if h, err := Sanitize(tt.source); !errors.Is(err, tt.want) || !h.IsZero() {
				t.Errorf("Sanitize: %.40q, %v; want %v", h, err, tt.want)
			}
		})
	}
}

// TestSanitizeBombs: sources made to be slow or deep come out flat, in time.
func TestSanitizeBombs(t *testing.T) {
	t.Parallel()
	fill := func(s string) string { return strings.Repeat(s, MaxSource/3/slow/len(s)) }
	bombs := map[string]string{
		"nested lists":      strings.Repeat("<ul><li>a", 10_000),
		"closed lists":      strings.Repeat("<ol><li>", 10_000) + "a" + strings.Repeat("</li></ol>", 10_000),
		"nested quotations": strings.Repeat("<blockquote>", 10_000) + "a",
		"nested tables":     strings.Repeat("<table><tr><td>a", 10_000),
		"open marks":        fill("<b><i>a"),
		"closing tags":      strings.Repeat("<b>", 150) + fill("</p></i>"),
		"comments in text":  fill("a<!---->"),
		"one long word":     fill("a"),
		"links":             fill(`<a href="/x">a`),
		"wide table":        "<table>" + fill("<td colspan=1000>a"),
		"tall table":        "<table><tr>" + strings.Repeat("<td>a", 50) + fill("<tr><td rowspan=9999>"),
		"line breaks":       "a" + fill("<br>"),
		"hard spaces":       fill("\u00a0 "),
		"bullets":           fill("<p>·\u00a0\u00a0a"),
		"bullets in a row":  "<p>" + fill("·\u00a0\u00a0"),
		"strokes":           fill("a\u0338\u0327"),
		"less-than":         strings.Repeat("<", MaxSource/8/slow),
	}
	for name, source := range bombs {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			got := clean(t, source)
			if took := time.Since(start); took > time.Minute { // quadratic, not slow: the machine may be busy
				t.Errorf("took %v", took)
			}
			if depth := depthOf(got); depth > 100 {
				t.Errorf("%d elements deep", depth)
			}
			if again := clean(t, got.String()); again != got {
				t.Error("sanitising again changes it")
			}
		})
	}
}

// depthOf counts how deep elements nest.
func depthOf(h HTML) int {
	deepest, depth := 0, 0
	z := html.NewTokenizer(strings.NewReader(h.String()))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return deepest
		case html.StartTagToken:
			if name, _ := z.TagName(); !voids[string(name)] {
				depth++
			}
		case html.EndTagToken:
			depth--
		default:
		}
		deepest = max(deepest, depth)
	}
}

var voids = map[string]bool{"br": true, "hr": true, "img": true}

// TestSanitizePaste: what word processors and web pages put on the clipboard.
func TestSanitizePaste(t *testing.T) {
	t.Parallel()
	sources, err := filepath.Glob("testdata/paste/*.html")
	if err != nil || len(sources) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, path := range sources {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			source, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(strings.TrimSuffix(path, ".html") + ".want")
			if err != nil {
				t.Fatal(err)
			}
			got := clean(t, string(source))
			if diff := cmp.Diff(strings.ReplaceAll(string(want), "\n", ""), got.String()); diff != "" {
				t.Errorf("(-want +got):\n%s\n%s", diff, got)
			}
			holds(t, got)
		})
	}
}

var (
	danger     = regexp.MustCompile(`(?i)<script|<style|<iframe|<object|<embed|<svg|<form|<input`)
	anyTag     = regexp.MustCompile(`<[^>]*>`)
	badInTag   = regexp.MustCompile(`(?i)\son\w+=|javascript:|data:|vbscript:|\sstyle=|\sclass=|\sid=`)
	attrValues = regexp.MustCompile(`(alt)="[^"]*"`)
)

// holds checks what is true of every sanitised text.
func holds(t testing.TB, h HTML) {
	t.Helper()
	s := h.String()
	if danger.MatchString(s) {
		t.Errorf("dangerous element in %q", s)
	}
	for _, tag := range anyTag.FindAllString(s, -1) {
		if badInTag.MatchString(attrValues.ReplaceAllString(tag, "")) {
			t.Errorf("dangerous attribute in %q", tag)
		}
	}
	if !utf8.ValidString(s) || !norm.NFC.IsNormalString(s) || strings.ContainsRune(s, 0) {
		t.Errorf("not composed UTF-8: %q", s)
	}
	again, err := Sanitize(s)
	if err != nil || again != h {
		t.Errorf("not idempotent (%v):\n 1: %q\n 2: %q", err, s, again)
	}
}

func FuzzSanitize(f *testing.F) {
	paths, _ := filepath.Glob("testdata/paste/*.html")
	for _, path := range paths {
		source, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(source))
	}
	f.Add("<ul><li>a<ol start=3><li>b</ol></ul><table><tr><th rowspan=2>a<td>b<tr><td>c</table>")
	f.Add("<p lang=en><b>a<i>\u0338b</b>c</i><a href='https://é.fr/?q=é'>x</a><br><br>y<pre>\n\nz</pre>")
	f.Add("<a href=\"javascript:alert(1)\" onclick=x>a</a><img src=x onerror=y><svg/onload=z>")
	f.Fuzz(func(t *testing.T, source string) {
		h, err := Sanitize(source)
		if err != nil {
			return
		}
		holds(t, h)
	})
}
