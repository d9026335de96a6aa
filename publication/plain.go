package publication

import (
	"html"
	"regexp"
	"strings"

	"imprimatur/publication/internal/prose"
)

// FromPlainText makes a source for Sanitize of what was typed into a plain text
// area: an empty line begins a paragraph, a line break stays one, and web addresses
// become links. Nothing in it is read as markup.
func FromPlainText(typed string) string {
	typed = strings.ReplaceAll(strings.ReplaceAll(typed, "\r\n", "\n"), "\r", "\n")
	var b strings.Builder
	for _, paragraph := range emptyLines.Split(typed, -1) {
		paragraph = strings.Trim(paragraph, " \t\n")
		if paragraph == "" {
			continue
		}
		lines := strings.Split(paragraph, "\n")
		for i, line := range lines {
			lines[i] = linkAddresses(line)
		}
		b.WriteString("<p>" + strings.Join(lines, "<br>") + "</p>")
	}
	return b.String()
}

var (
	emptyLines = regexp.MustCompile(`\n[ \t\x{a0}]*\n`)
	webAddress = regexp.MustCompile(`https?://[^\s<>"«»]+`)
)

// linkAddresses escapes a line and links its web addresses. What closes a sentence
// or a parenthesis around an address is not part of it.
func linkAddresses(line string) string {
	var b strings.Builder
	rest := line
	for {
		at := webAddress.FindStringIndex(rest)
		if at == nil {
			b.WriteString(html.EscapeString(rest))
			return b.String()
		}
		address := strings.TrimRight(rest[at[0]:at[1]], ".,;:!?…'’")
		if !strings.Contains(address, "(") {
			address = strings.TrimRight(address, ").,;:!?…'’")
		}
		b.WriteString(html.EscapeString(rest[:at[0]]))
		if escaped := html.EscapeString(address); prose.CleanLink(address) != "" {
			b.WriteString(`<a href="` + escaped + `">` + escaped + `</a>`)
		} else {
			b.WriteString(escaped)
		}
		rest = rest[at[0]+len(address):]
	}
}

// ToPlainSource gives what to show in a plain text area for editing h without
// JavaScript. It is lossy exactly when h has more than paragraphs, line breaks and
// spelled-out addresses: then saving the area loses the rest, and its page says so.
func ToPlainSource(h HTML) (typed string, lossy bool) {
	var paragraphs []string
	for _, b := range withWords(prose.Read(h.safe)) {
		paragraphs = append(paragraphs, wordsOf(b))
	}
	typed = strings.Join(paragraphs, "\n\n")
	back, err := Sanitize(FromPlainText(typed))
	return typed, err != nil || back != h
}
