package web_test

import (
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/chromedp/chromedp"
)

// phrases are what would give away English on a page in French: the messages of
// the English catalogue, two words long or more, and words that French has not.
type phrases struct {
	messages []string
	words    *regexp.Regexp
}

// common are frequent English words that no French word is written like.
var common = regexp.MustCompile(`(?i)(^|[^\p{L}'’])(the|and|of|with|your|you|this|that|these|is|are|was|were|not|has|have|been|will|would|to|for|from|it|please|page not found|` +
	`password|required|submit|save|search|settings|review|reviewed|approve|approved|reject|rejected|draft|space|spaces|owner|reader|author|history|notices|error|unknown|invalid|missing|forbidden|optional|choose|open|closed|because|who|what|when|which|must|cannot|only)([^\p{L}'’]|$)`)

// hole is where a message has something put in.
var hole = regexp.MustCompile(`\{\{[^}]*\}\}`)

func english(t *testing.T) phrases {
	t.Helper()
	french := strings.Join(messages(t, "fr"), "\n")
	p := phrases{words: common}
	for _, message := range messages(t, "en") {
		for _, part := range hole.Split(message, -1) {
			part = strings.Join(strings.Fields(part), " ")
			if len(strings.Fields(part)) >= 2 && len(part) > 6 && !strings.Contains(french, part) {
				p.messages = append(p.messages, part)
			}
		}
	}
	return p
}

// messages are the texts of a catalogue.
func messages(t *testing.T, lang string) []string {
	t.Helper()
	text, err := os.ReadFile("i18n/active." + lang + ".toml")
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := toml.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	return leaves(tree)
}

func leaves(node any) []string {
	switch node := node.(type) {
	case string:
		return []string{node}
	case map[string]any:
		var list []string
		for _, below := range node {
			list = append(list, leaves(below)...)
		}
		return list
	}
	return nil
}

// in lists what is English in a text.
func (p phrases) in(text string) []string {
	text = strings.Join(strings.Fields(text), " ")
	var found []string
	for _, message := range p.messages {
		if strings.Contains(text, message) {
			found = append(found, message)
		}
	}
	if word := p.words.FindString(text); word != "" {
		found = append(found, strings.TrimSpace(word))
	}
	slices.Sort(found)
	return found
}

// said lists all that a page says to whoever sees or hears it, in details and
// attributes too; not what people typed, code, or what is marked as another language.
const said = `(() => {
	const theirs = '.prose, .typed, code, mark, script, style, noscript, .ProseMirror, textarea, [lang]:not(html, [lang=fr])'
	const texts = [document.title]
	for (const e of document.body.querySelectorAll('*')) {
		if (e.closest(theirs) && !e.matches('textarea')) continue
		for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-description'])
			if (e.getAttribute(name)) texts.push(e.getAttribute(name))
		if (e.matches('textarea')) continue
		for (const n of e.childNodes) if (n.nodeType === Node.TEXT_NODE && n.data.trim()) texts.push(n.data)
	}
	return texts
})()`

// search fails the test for everything on the browser's page that is English.
func (p phrases) search(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	var lang string
	var texts []string
	do(t, ctx, chromedp.Evaluate(`document.documentElement.lang`, &lang), chromedp.Evaluate(said, &texts))
	if lang != "fr" {
		t.Errorf("%s is in %q", name, lang)
	}
	for _, text := range texts {
		if found := p.in(text); len(found) > 0 {
			t.Errorf("%s says %q: English is %q", name, strings.TrimSpace(text), found)
		}
	}
}

// What is English is found, and French is left alone.
func TestEnglishIsFound(t *testing.T) {
	t.Parallel()
	p := english(t)
	for text, want := range map[string]bool{
		"Sign in": true, "Your text was sent.": true, "The page": true, "Save": true, "Se connecter": false, "On a lu le texte d'Or.": false,
		"Votre texte est paru. Un modérateur le relira bientôt.": false, "Une page de plus": false,
	} {
		if got := len(p.in(text)) > 0; got != want {
			t.Errorf("%q: English %v, want %v", text, got, want)
		}
	}
}

// header is a header's name: the same in every language.
var header = regexp.MustCompile(`X(-[A-Z][a-z]+)+`)

// Every message in French is French, but for the names of headers.
func TestFrenchCatalogueIsFrench(t *testing.T) {
	t.Parallel()
	for _, message := range messages(t, "fr") {
		if found := common.FindString(header.ReplaceAllString(hole.ReplaceAllString(message, ""), "")); found != "" {
			t.Errorf("%q: English is %q", message, found)
		}
	}
}
