package publication

import (
	"slices"
	"strings"
	"unicode/utf8"

	"imprimatur/publication/internal/prose"
)

// PlainText gives the words of a text, as screening reads them: each block and each
// line on a line of its own, and behind them the descriptions of pictures. It is
// composed UTF-8 (NFC), and Locate takes offsets into it.
func PlainText(h HTML) string {
	var lines []string
	for _, b := range withWords(prose.Read(h.safe)) {
		lines = append(lines, wordsOf(b))
	}
	return strings.Join(lines, "\n")
}

// Links gives the addresses that a text links to, in order, each once.
func Links(h HTML) []string {
	var links []string
	for _, b := range everyBlock(prose.Read(h.safe)) {
		for _, r := range b.Runs {
			if r.Href != "" && !slices.Contains(links, r.Href) {
				links = append(links, r.Href)
			}
		}
	}
	return links
}

// Photos gives the addresses of the pictures in a text, in order.
func Photos(h HTML) []string {
	var photos []string
	for _, b := range everyBlock(prose.Read(h.safe)) {
		if b.Kind == prose.Image {
			photos = append(photos, b.Src)
		}
	}
	return photos
}

// everyBlock gives all blocks at any depth, in the order of the text.
func everyBlock(blocks []*prose.Block) []*prose.Block {
	var out []*prose.Block
	for _, b := range blocks {
		out = append(out, b)
		out = append(out, everyBlock(b.Kids)...)
	}
	return out
}

// withWords gives the blocks that make up the plain text, in its order: pictures come
// last, so that an excerpt is of what somebody wrote.
func withWords(blocks []*prose.Block) []*prose.Block {
	var words, pictures []*prose.Block
	for _, b := range everyBlock(blocks) {
		switch {
		case b.Alt != "":
			pictures = append(pictures, b)
		case len(b.Runs) > 0:
			words = append(words, b)
		}
	}
	return append(words, pictures...)
}

// wordsOf gives the plain text of one block.
func wordsOf(b *prose.Block) string {
	var words strings.Builder
	words.WriteString(b.Alt)
	for _, r := range b.Runs {
		if r.Break {
			words.WriteByte('\n')
		}
		words.WriteString(r.Text)
	}
	return words.String()
}

// Excerpt gives the first words of a text on one line, at most n characters of
// them, with an ellipsis when there is more. What describes its pictures is no part of
// them: it is shown with the picture or not at all (R33).
func Excerpt(h HTML, n int) string { return Shorten(PlainText(withoutPictures(h, Photos(h))), n) }

// Shorten is Excerpt of a plain text, or of its beginning.
func Shorten(plain string, n int) string {
	words := strings.Join(strings.Fields(plain), " ")
	if utf8.RuneCountInString(words) <= n {
		return words
	}
	if n < 2 {
		return ""
	}
	runes := []rune(words)
	cut := string(runes[:n-1])
	if space := strings.LastIndexByte(cut, ' '); runes[n-1] != ' ' && space > len(cut)/2 {
		cut = cut[:space]
	}
	return strings.TrimRight(cut, " ,;:.!?\u00a0-–—") + "…"
}

// Annotated is trusted HTML with marks of ours (mark, ins, del) put into it, to be
// shown and never to be stored: it is of another type than HTML so that it cannot.
type Annotated struct{ safe string }

// String gives the markup.
func (a Annotated) String() string { return a.safe }

// Match is a place in a PlainText, in bytes: from Start up to End.
type Match struct{ Start, End int }

// Locate puts a <mark> around the places of h that the matches name, each piece of
// text on its own where a match goes over several elements. Matches may overlap,
// come in any order, and reach out of the text or into a character: they are cut.
func Locate(h HTML, matches []Match) Annotated {
	blocks := prose.Read(h.safe)
	marks := merge(matches)
	at := 0
	for _, b := range withWords(blocks) {
		at = locateIn(b, at, marks)
	}
	return Annotated{prose.Write(blocks)}
}

// merge puts matches in order and joins those that touch.
func merge(matches []Match) []Match {
	sorted := slices.SortedFunc(slices.Values(matches), func(a, b Match) int { return a.Start - b.Start })
	var out []Match
	for _, m := range sorted {
		switch last := len(out) - 1; {
		case m.End <= m.Start:
		case last >= 0 && m.Start <= out[last].End:
			out[last].End = max(out[last].End, m.End)
		default:
			out = append(out, m)
		}
	}
	return out
}

// locateIn marks one block, whose text begins at an offset, and gives the offset of
// the next one.
func locateIn(b *prose.Block, at int, marks []Match) int {
	if b.Kind == prose.Image {
		end := at + len(b.Alt)
		if overlaps(marks, at, end) {
			b.Note = prose.Found
		}
		return end + 1
	}
	var runs []prose.Run
	for _, r := range b.Runs {
		if r.Break {
			runs = append(runs, r)
			at++
			continue
		}
		runs = append(runs, splitRun(r, at, marks)...)
		at += len(r.Text)
	}
	b.Runs = runs
	return at + 1
}

// after gives the matches that end after an offset.
func after(marks []Match, at int) []Match {
	i, _ := slices.BinarySearchFunc(marks, at, func(m Match, at int) int {
		if m.End <= at {
			return -1
		}
		return 1
	})
	return marks[i:]
}

func overlaps(marks []Match, start, end int) bool {
	rest := after(marks, start)
	return len(rest) > 0 && rest[0].Start < end
}

// splitRun cuts a run where matches begin and end. A match that begins or ends
// within a character has all of it.
func splitRun(r prose.Run, at int, marks []Match) []prose.Run {
	var out []prose.Run
	done := 0
	add := func(end int, found prose.Mark) {
		if end > done {
			format := r.Format
			format.Marks |= found
			out = append(out, prose.Run{Text: r.Text[done:end], Format: format})
			done = end
		}
	}
	for _, m := range after(marks, at) {
		if m.Start >= at+len(r.Text) {
			break
		}
		add(characterAt(r.Text, m.Start-at, -1), 0)
		add(characterAt(r.Text, m.End-at, +1), prose.Found)
	}
	add(len(r.Text), 0)
	return out
}

// characterAt moves an offset, by the step, to where a character begins.
func characterAt(s string, at, step int) int {
	at = max(0, min(at, len(s)))
	for at > 0 && at < len(s) && !utf8.RuneStart(s[at]) {
		at += step
	}
	return at
}
