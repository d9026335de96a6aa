package prose

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// Read makes a document of any HTML. It never fails: what it does not know it
// unwraps, what it may not show it leaves out.
func Read(source string) []*Block {
	r := reader{
		tokens: html.NewTokenizer(strings.NewReader(source)),
		root:   &Block{Kind: Document},
		paste:  detectPaste(source),
	}
	for {
		switch r.tokens.Next() {
		case html.ErrorToken:
			return shapeDocument(r.root.Kids)
		case html.TextToken:
			r.text(string(r.tokens.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			r.start(r.tokens.Token())
		case html.EndTagToken:
			name, _ := r.tokens.TagName()
			r.end(string(name))
		case html.CommentToken, html.DoctypeToken:
		}
		r.afterPre = r.openedPre
		r.openedPre = false
	}
}

// reader builds a loose tree, which may nest anything in anything; shape.go then
// gives it its final form.
type reader struct {
	tokens *html.Tokenizer
	root   *Block
	open   []element
	over   int    // elements open beyond MaxOpen
	leaf   *Block // the text block being filled
	paste  paste

	state state // what the open elements amount to
	stale bool  // state must be worked out again

	openedPre, afterPre bool // a line break right after <pre> does not count
}

// element is an open tag and what it does to the text within.
type element struct {
	name   string
	effect effect
	box    *Block // the container that it opened
}

// boxOf says which elements open a container.
var boxOf = map[string]Kind{
	"ul": List, "ol": List, "menu": List, "dir": List, "li": Item, "blockquote": Quote,
	"table": Table, "tr": Row, "td": Cell, "th": Cell,
}

// breaks are the elements before and after which a new line of text begins,
// besides the boxes.
var breaks = set("p h1 h2 h3 h4 h5 h6 pre div section article header footer main nav aside " +
	"address figure figcaption dl dt dd form fieldset legend details summary center body html " +
	"head hgroup caption colgroup thead tbody tfoot option optgroup textarea search dialog title")

// voids have no end tag.
var voids = set("area base br col embed hr img input link meta param source track wbr frame keygen")

func set(words string) map[string]bool {
	s := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		s[w] = true
	}
	return s
}

func isBlock(name string) bool {
	_, box := boxOf[name]
	return box || breaks[name]
}

func (r *reader) start(t html.Token) {
	name := t.Data
	switch {
	case name == "br":
		r.lineBreak()
	case name == "hr":
		r.closeParagraph()
		r.attach(&Block{Kind: Rule})
	case name == "img":
		r.attach(&Block{Kind: Image, Src: attr(t, "src"), Alt: attr(t, "alt")})
	case voids[name]:
	default:
		r.push(t)
	}
}

func (r *reader) push(t html.Token) {
	r.closeImplied(t.Data)
	if isBlock(t.Data) {
		r.leaf = nil
	}
	if len(r.open) >= MaxOpen {
		r.over++
		return
	}
	e := element{name: t.Data, effect: r.paste.effectOf(t)}
	if kind, ok := boxOf[t.Data]; ok {
		e.box = r.box(t, kind)
		r.attach(e.box)
	}
	r.open = append(r.open, e)
	r.stale = true
	r.openedPre = t.Data == "pre"
}

// box makes the container that a tag opens.
func (r *reader) box(t html.Token, kind Kind) *Block {
	b := &Block{Kind: kind}
	switch kind {
	case List:
		b.Ordered = t.Data == "ol"
		b.Start = clamp(number(attr(t, "start"), 1), 0, 9999)
	case Cell:
		b.Header = t.Data == "th" || r.isOpen("thead", "table")
		b.Colspan = clamp(number(attr(t, "colspan"), 1), 1, MaxColumns)
		b.Rowspan = clamp(number(attr(t, "rowspan"), 1), 1, MaxCells)
	default: // the other kinds have no attributes of their own
	}
	return b
}

// implied says which open element a start tag closes, and which ones shield it.
var implied = map[string][]struct{ closes, until string }{
	"li":    {{"li", "ul ol menu dir table td th blockquote"}},
	"td":    {{"td th", "table"}},
	"th":    {{"td th", "table"}},
	"tr":    {{"tr", "table"}},
	"thead": {{"thead tbody tfoot", "table"}},
	"tbody": {{"thead tbody tfoot", "table"}},
	"tfoot": {{"thead tbody tfoot", "table"}},
	"a":     {{"a", "table td th li blockquote"}},
}

func (r *reader) closeImplied(name string) {
	for _, rule := range implied[name] {
		if i := r.find(rule.closes, rule.until); i >= 0 {
			r.closeAt(i)
		}
	}
	if isBlock(name) {
		r.closeParagraph()
	}
	if strings.HasPrefix(name, "h") && headingLevel(name) > 0 && len(r.open) > 0 &&
		headingLevel(r.open[len(r.open)-1].name) > 0 {
		r.closeAt(len(r.open) - 1)
	}
}

func (r *reader) closeParagraph() {
	if i := r.find("p", "td th table li blockquote"); i >= 0 {
		r.closeAt(i)
	}
}

func (r *reader) end(name string) {
	if name == "br" {
		r.lineBreak()
		return
	}
	if isBlock(name) {
		r.leaf = nil
	}
	if r.over > 0 && !voids[name] {
		r.over--
		return
	}
	until := "td th"
	if boxOf[name] >= Table || name == "thead" || name == "tbody" || name == "tfoot" {
		until = "table"
	}
	if i := r.find(name, until); i >= 0 {
		r.closeAt(i)
	}
}

// find gives the place of the innermost open element with one of the names, or -1
// when one of the shields is met before it.
func (r *reader) find(names, until string) int {
	for i := len(r.open) - 1; i >= 0; i-- {
		if among(r.open[i].name, names) {
			return i
		}
		if among(r.open[i].name, until) {
			return -1
		}
	}
	return -1
}

func (r *reader) isOpen(name, until string) bool { return r.find(name, until) >= 0 }

// closeAt ends the element at i: a block ends all that it holds, an inline element
// only itself.
func (r *reader) closeAt(i int) {
	r.stale = true
	if isBlock(r.open[i].name) {
		r.open = r.open[:i]
		r.leaf = nil
		return
	}
	r.open = append(r.open[:i], r.open[i+1:]...)
}

// attach puts a block into the innermost container, and ends the text before it.
func (r *reader) attach(b *Block) {
	r.leaf = nil
	into := r.root
	for i := len(r.open) - 1; i >= 0; i-- {
		if r.open[i].box != nil {
			into = r.open[i].box
			break
		}
	}
	into.Kids = append(into.Kids, b)
}

func (r *reader) text(s string) {
	state := r.now()
	if state.hidden {
		return
	}
	if state.plainSpaces {
		s = strings.ReplaceAll(s, string(hardSpace), " ")
	}
	if r.afterPre {
		s = strings.TrimPrefix(s, "\n")
	}
	if r.leaf == nil {
		if !state.pre && strings.Trim(s, asciiSpace) == "" {
			return
		}
		r.openLeaf()
	}
	if r.leaf.Kind == Preformatted {
		r.leaf.Runs = append(r.leaf.Runs, Run{Text: s})
		return
	}
	f := state.format
	if f.Lang == r.leaf.Lang {
		f.Lang = ""
	}
	r.leaf.Runs = append(r.leaf.Runs, Run{Text: s, Format: f})
}

func (r *reader) lineBreak() {
	state := r.now()
	if state.hidden || r.leaf == nil {
		return
	}
	if r.leaf.Kind == Preformatted {
		r.leaf.Runs = append(r.leaf.Runs, Run{Text: "\n"})
		return
	}
	r.leaf.Runs = append(r.leaf.Runs, Run{Break: true})
}

// openLeaf begins a text block of the kind that the open elements ask for.
func (r *reader) openLeaf() {
	state := r.now()
	b := &Block{Kind: Paragraph, Lang: state.blockLang, bullet: state.bullet}
	switch {
	case state.pre:
		b = &Block{Kind: Preformatted}
	case state.heading > 0:
		b.Kind, b.Level = Heading, state.heading
	}
	r.attach(b)
	r.leaf = b
}

func (r *reader) now() state {
	if r.stale {
		r.state, r.stale = fold(r.open), false
	}
	return r.state
}

func attr(t html.Token, key string) string {
	for _, a := range t.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func number(s string, otherwise int) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return otherwise
	}
	return n
}

func clamp(n, low, high int) int { return max(low, min(n, high)) }

// among reports whether the word is one of the words.
func among(word, words string) bool {
	for len(words) > 0 {
		w, rest, _ := strings.Cut(words, " ")
		if w == word {
			return true
		}
		words = rest
	}
	return false
}
