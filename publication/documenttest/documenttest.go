// Package documenttest draws texts for property tests: of the sanitiser, and of the
// page editor, which must keep all that the sanitiser allows.
package documenttest

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"
)

// Photo is the address of a picture that may be shown.
const Photo = "/photos/0190b3a0-0000-7000-8000-000000000001"

// Sources draws sources in the vocabulary of the sanitiser's allow-list, nested as a
// person would and as none would, with the occasional piece of rubbish.
func Sources() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		var b strings.Builder
		for range rapid.IntRange(1, 5).Draw(t, "blocks") {
			b.WriteString(drawBlock(t, 3))
		}
		return b.String()
	})
}

func drawBlock(t *rapid.T, depth int) string {
	kinds := []string{"p", "p", "h2", "h3", "h4", "pre", "hr", "img", "ul", "ol", "blockquote", "table", "bare"}
	if depth == 0 {
		kinds = kinds[:8]
	}
	kind := rapid.SampledFrom(kinds).Draw(t, "kind")
	switch kind {
	case "hr":
		return "<hr>"
	case "img":
		return fmt.Sprintf(`<img src="%s" alt="%s">`, Photo, drawWord(t))
	case "pre":
		return "<pre><code>" + drawWord(t) + "\n\t" + drawWord(t) + "</code></pre>"
	case "ul", "ol":
		return drawList(t, kind, depth)
	case "blockquote":
		return "<blockquote>" + drawBlock(t, depth-1) + drawBlock(t, depth-1) + "</blockquote>"
	case "table":
		return drawTable(t, depth)
	case "bare":
		return drawInline(t, 2)
	default:
		return "<" + kind + drawLang(t) + ">" + drawInline(t, 3) + "</" + kind + ">"
	}
}

func drawList(t *rapid.T, kind string, depth int) string {
	var b strings.Builder
	open := kind
	if kind == "ol" {
		open = fmt.Sprintf(`ol start="%d"`, rapid.IntRange(0, 12).Draw(t, "start"))
	}
	b.WriteString("<" + open + ">")
	for range rapid.IntRange(1, 3).Draw(t, "items") {
		b.WriteString("<li>" + drawInline(t, 2))
		if rapid.Bool().Draw(t, "nested") {
			b.WriteString(drawBlock(t, depth-1))
		}
		b.WriteString("</li>")
	}
	return b.String() + "</" + kind + ">"
}

func drawTable(t *rapid.T, depth int) string {
	var b strings.Builder
	b.WriteString("<table>")
	for range rapid.IntRange(1, 4).Draw(t, "rows") {
		b.WriteString("<tr>")
		for range rapid.IntRange(0, 4).Draw(t, "cells") {
			tag := rapid.SampledFrom([]string{"td", "td", "th"}).Draw(t, "cell")
			fmt.Fprintf(&b, `<%s colspan="%d" rowspan="%d">`, tag,
				rapid.SampledFrom([]int{1, 1, 1, 2, 3}).Draw(t, "colspan"), rapid.SampledFrom([]int{1, 1, 1, 2, 3}).Draw(t, "rowspan"))
			if rapid.Bool().Draw(t, "block") {
				b.WriteString(drawBlock(t, depth-1))
			} else {
				b.WriteString(drawInline(t, 1))
			}
			b.WriteString("</" + tag + ">")
		}
		b.WriteString("</tr>")
	}
	return b.String() + "</table>"
}

func drawInline(t *rapid.T, depth int) string {
	var b strings.Builder
	for range rapid.IntRange(0, 4).Draw(t, "pieces") {
		tag := ""
		if depth > 0 {
			tag = rapid.SampledFrom([]string{"", "", "strong", "em", "u", "s", "sub", "sup", "code", "a", "span", "br"}).Draw(t, "mark")
		}
		switch tag {
		case "":
			b.WriteString(drawWord(t))
		case "br":
			b.WriteString("<br>")
		case "a":
			href := rapid.SampledFrom([]string{"https://example.org/?a=b&amp;c", "mailto:a@example.org", "/e/x"}).Draw(t, "href")
			b.WriteString(`<a href="` + href + `">` + drawInline(t, depth-1) + "</a>")
		case "span":
			b.WriteString(`<span` + drawLang(t) + `>` + drawInline(t, depth-1) + "</span>")
		default:
			b.WriteString("<" + tag + ">" + drawInline(t, depth-1) + "</" + tag + ">")
		}
	}
	return b.String()
}

func drawLang(t *rapid.T) string {
	lang := rapid.SampledFrom([]string{"", "", "en", "pt-BR"}).Draw(t, "lang")
	if lang == "" {
		return ""
	}
	return ` lang="` + lang + `"`
}

func drawWord(t *rapid.T) string {
	return rapid.SampledFrom([]string{"a", " ", "mot", " été ", "«\u00a0oui\u00a0»", "&amp;", "&lt;p&gt;", "&quot;", "'",
		"\u00a0", "  b", "\n", "e\u0301", "\u0338", "😀", "1. ", "- ", "·", "# x", "https://example.org"}).Draw(t, "word")
}
