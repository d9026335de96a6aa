package prose

import (
	"slices"
	"strings"
	"unicode"
)

// comparisons is the budget of one Diff: a second or less.
const comparisons = 30_000_000

// alike is how much two texts must share for the one to be a new version of the
// other, from 0 to 1.
const alike = 0.4

// Diff gives one document that shows two: what was deleted and what was inserted is
// marked so, run by run, and never overlaps; without the deleted runs it is the
// second one's text. It is coarse when texts were too long and too different to be
// compared word by word in reasonable time.
func Diff(before, after []*Block) (merged []*Block, coarse bool) {
	d := differ{budget{left: comparisons}}
	return d.blocks(before, after), d.budget.coarse
}

// DiffText does the same for a line of plain text, and gives inline HTML.
func DiffText(before, after string) string {
	d := differ{budget{left: comparisons}}
	var w writer
	w.runs(d.runs([]Run{{Text: before}}, []Run{{Text: after}}))
	return w.String()
}

type differ struct{ budget budget }

func (d *differ) blocks(before, after []*Block) []*Block {
	var out []*Block
	for _, e := range align(keysOf(before), keysOf(after), &d.budget) {
		if e.same {
			out = append(out, after[e.after.from:e.after.to]...)
		} else {
			out = append(out, d.changed(before[e.before.from:e.before.to], after[e.after.from:e.after.to])...)
		}
	}
	return out
}

func keysOf(blocks []*Block) []string {
	keys := make([]string, len(blocks))
	for i, b := range blocks {
		keys[i] = Write([]*Block{b})
		if b.Kind == Row || b.Kind == Cell {
			keys[i] = "row or cell " + keys[i]
		}
	}
	return keys
}

// changed pairs the blocks of two stretches that are versions of each other, and
// shows the others as gone or new.
func (d *differ) changed(before, after []*Block) []*Block {
	var out []*Block
	for len(before) > 0 && len(after) > 0 {
		switch {
		case versions(before[0], after[0]):
			out = append(out, d.version(before[0], after[0]))
			before, after = before[1:], after[1:]
		case len(after) > 1 && versions(before[0], after[1]):
			out = append(out, note(after[0], Inserted))
			after = after[1:]
		case len(before) > 1 && versions(before[1], after[0]):
			out = append(out, note(before[0], Deleted))
			before = before[1:]
		default:
			out = append(out, note(before[0], Deleted), note(after[0], Inserted))
			before, after = before[1:], after[1:]
		}
	}
	for _, b := range before {
		out = append(out, note(b, Deleted))
	}
	for _, b := range after {
		out = append(out, note(b, Inserted))
	}
	return out
}

// versions reports whether one block may be shown as a new version of another.
func versions(a, b *Block) bool {
	if a.Kind != b.Kind || a.Level != b.Level || a.Ordered != b.Ordered {
		return false
	}
	switch a.Kind {
	case Image, Rule:
		return false
	case Table:
		return sameShape(a, b)
	default:
		return likeness(wordsIn(a), wordsIn(b)) >= alike
	}
}

func sameShape(a, b *Block) bool {
	if a.Colspan != b.Colspan || a.Rowspan != b.Rowspan || a.Header != b.Header {
		return false
	}
	if a.Kind == Cell {
		return true
	}
	return slices.EqualFunc(a.Kids, b.Kids, sameShape)
}

// likeness is the share of words that two texts have in common.
func likeness(a, b []string) float64 {
	if len(a)+len(b) == 0 {
		return 1
	}
	count := map[string]int{}
	for _, w := range a {
		count[w]++
	}
	common := 0
	for _, w := range b {
		if count[w] > 0 {
			count[w]--
			common++
		}
	}
	return 2 * float64(common) / float64(len(a)+len(b))
}

func wordsIn(b *Block) []string {
	var words []string
	for _, r := range b.Runs {
		words = append(words, strings.Fields(r.Text)...)
	}
	for _, k := range b.Kids {
		words = append(words, wordsIn(k)...)
	}
	return words
}

// version shows two versions of a block as one.
func (d *differ) version(before, after *Block) *Block {
	out := *after
	switch {
	case after.IsText():
		out.Runs = d.runs(before.Runs, after.Runs)
	case after.Kind == Table || after.Kind == Row: // of the same shape
		out.Kids = make([]*Block, len(after.Kids))
		for i := range after.Kids {
			out.Kids[i] = d.version(before.Kids[i], after.Kids[i])
		}
	default:
		out.Kids = d.blocks(before.Kids, after.Kids)
	}
	return &out
}

// note marks all that a block holds.
func note(b *Block, m Mark) *Block {
	out := *b
	out.Note |= m
	out.Runs = noteRuns(b.Runs, m)
	out.Kids = make([]*Block, len(b.Kids))
	for i, k := range b.Kids {
		out.Kids[i] = note(k, m)
	}
	return &out
}

func noteRuns(runs []Run, m Mark) []Run {
	out := slices.Clone(runs)
	for i := range out {
		out[i].Marks |= m
	}
	return out
}

// runs compares word by word.
func (d *differ) runs(before, after []Run) []Run {
	was, is := tokens(before), tokens(after)
	edits := bridge(align(tokenKeys(was), tokenKeys(is), &d.budget), is)
	var out []Run
	for _, e := range edits {
		if e.same {
			out = append(out, is[e.after.from:e.after.to]...)
			continue
		}
		out = append(out, noteRuns(was[e.before.from:e.before.to], Deleted)...)
		out = append(out, noteRuns(is[e.after.from:e.after.to], Inserted)...)
	}
	return out
}

// tokens cuts runs into words, and what is between words.
func tokens(runs []Run) []Run {
	var out []Run
	for _, r := range runs {
		if r.Break {
			out = append(out, r)
			continue
		}
		for len(r.Text) > 0 {
			n := tokenLength(r.Text)
			out = append(out, Run{Text: r.Text[:n], Format: r.Format})
			r.Text = r.Text[n:]
		}
	}
	return out
}

// tokenLength gives the length of the word, the space or the sign that a text
// begins with.
func tokenLength(s string) int {
	first := rune(0)
	for i, c := range s {
		if i == 0 {
			first = c
		} else if !wordRune(first) || !wordRune(c) {
			return i
		}
	}
	return len(s)
}

func wordRune(c rune) bool {
	return unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c)
}

func tokenKeys(runs []Run) []string {
	keys := make([]string, len(runs))
	for i, r := range runs {
		keys[i] = r.Text + "\x00" + string(rune(r.Marks)) + "\x00" + r.Lang + "\x00" + r.Href
		if r.Break {
			keys[i] = "\n"
		}
	}
	return keys
}

// bridge joins changes that only a space keeps apart: whole phrases read better than
// every other word.
func bridge(edits []edit, is []Run) []edit {
	var out []edit
	for i, e := range edits {
		between := e.same && i > 0 && i < len(edits)-1 && blank(is[e.after.from:e.after.to])
		last := len(out) - 1
		if between || last >= 0 && !out[last].same && !e.same {
			out[last].before.to, out[last].after.to = e.before.to, e.after.to
			continue
		}
		out = append(out, e)
	}
	return out
}

func blank(runs []Run) bool {
	for _, r := range runs {
		if r.Break || strings.TrimSpace(r.Text) != "" {
			return false
		}
	}
	return true
}
