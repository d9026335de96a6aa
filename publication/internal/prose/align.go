package prose

import (
	"slices"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// edit is a stretch of two sequences: kept in both, or gone from the first and come
// into the second. A stretch that is not same has before, after or both.
type edit struct {
	same          bool
	before, after span
}

// span is a stretch of one sequence, up to and without its end.
type span struct{ from, to int }

func (s span) len() int { return s.to - s.from }

// budget is how much comparing may still cost, in pairs of elements. It makes the
// time of a comparison depend on nothing but the texts.
type budget struct {
	left   int
	coarse bool // something was too much
}

// align compares two sequences of keys.
func align(before, after []string, b *budget) []edit {
	a := aligner{before: before, after: after, budget: b}
	a.compare(span{0, len(before)}, span{0, len(after)})
	return a.edits
}

type aligner struct {
	before, after []string
	budget        *budget
	edits         []edit
}

// compare takes off what the stretches begin and end with in common, and compares
// the middle: element by element if the budget allows, else around the elements
// that are unmistakable, else not at all.
func (a *aligner) compare(x, y span) {
	head, tail := 0, 0
	for head < min(x.len(), y.len()) && a.before[x.from+head] == a.after[y.from+head] {
		head++
	}
	for tail < min(x.len(), y.len())-head && a.before[x.to-1-tail] == a.after[y.to-1-tail] {
		tail++
	}
	a.same(x.from, y.from, head)
	a.middle(span{x.from + head, x.to - tail}, span{y.from + head, y.to - tail})
	a.same(x.to-tail, y.to-tail, tail)
}

func (a *aligner) middle(x, y span) {
	cost := x.len() * y.len()
	if cost == 0 {
		a.changed(x, y)
		return
	}
	if cost <= a.budget.left {
		a.budget.left -= cost
		a.exact(x, y)
		return
	}
	anchors := a.anchors(x, y)
	if len(anchors) == 0 {
		a.budget.coarse = true
		a.changed(x, y)
		return
	}
	for _, at := range anchors {
		a.compare(span{x.from, at[0]}, span{y.from, at[1]})
		a.same(at[0], at[1], 1)
		x.from, y.from = at[0]+1, at[1]+1
	}
	a.compare(x, y)
}

func (a *aligner) same(x, y, n int) {
	if n > 0 {
		a.add(edit{true, span{x, x + n}, span{y, y + n}})
	}
}

func (a *aligner) changed(x, y span) {
	if x.len()+y.len() > 0 {
		a.add(edit{false, x, y})
	}
}

// add joins neighbours of a sort.
func (a *aligner) add(e edit) {
	if last := len(a.edits) - 1; last >= 0 && a.edits[last].same == e.same {
		a.edits[last].before.to, a.edits[last].after.to = e.before.to, e.after.to
		return
	}
	a.edits = append(a.edits, e)
}

// exact runs Myers' algorithm over one character for each different key.
func (a *aligner) exact(x, y span) {
	letters := map[string]rune{}
	spell := func(keys []string) []rune {
		out := make([]rune, len(keys))
		for i, k := range keys {
			if _, ok := letters[k]; !ok {
				letters[k] = letter(len(letters))
			}
			out[i] = letters[k]
		}
		return out
	}
	differ := diffmatchpatch.New()
	differ.DiffTimeout = 0 // the budget bounds it
	at, to := x.from, y.from
	for _, d := range differ.DiffMainRunes(spell(a.before[x.from:x.to]), spell(a.after[y.from:y.to]), false) {
		n := len([]rune(d.Text))
		switch d.Type {
		case diffmatchpatch.DiffEqual:
			a.same(at, to, n)
			at, to = at+n, to+n
		case diffmatchpatch.DiffDelete:
			a.changed(span{at, at + n}, span{to, to})
			at += n
		case diffmatchpatch.DiffInsert:
			a.changed(span{at, at}, span{to, to + n})
			to += n
		}
	}
}

// letter numbers the characters of Unicode, surrogates left out.
func letter(n int) rune {
	if n >= 0xd800-1 {
		return rune(n + 1 + 0x800)
	}
	return rune(n + 1)
}

// anchors gives the places of the elements that each sequence has once, in the
// longest order that both have (as in Bram Cohen's patience diff).
func (a *aligner) anchors(x, y span) [][2]int {
	where := once(a.after, y)
	var pairs [][2]int
	for key, at := range once(a.before, x) {
		if to, ok := where[key]; ok {
			pairs = append(pairs, [2]int{at, to})
		}
	}
	slices.SortFunc(pairs, func(p, q [2]int) int { return p[0] - q[0] })
	return increasing(pairs)
}

func once(keys []string, s span) map[string]int {
	seen := map[string]int{}
	where := map[string]int{}
	for i := s.from; i < s.to; i++ {
		seen[keys[i]]++
		where[keys[i]] = i
	}
	for key, n := range seen {
		if n > 1 {
			delete(where, key)
		}
	}
	return where
}

// increasing gives the longest part of the pairs whose second places increase.
func increasing(pairs [][2]int) [][2]int {
	var piles []int // the pair on top of each pile
	below := make([]int, len(pairs))
	for i, p := range pairs {
		pile, _ := slices.BinarySearchFunc(piles, p[1], func(top, place int) int { return pairs[top][1] - place })
		below[i] = -1
		if pile > 0 {
			below[i] = piles[pile-1]
		}
		if pile == len(piles) {
			piles = append(piles, i)
		} else {
			piles[pile] = i
		}
	}
	if len(piles) == 0 {
		return nil
	}
	var out [][2]int
	for i := piles[len(piles)-1]; i >= 0; i = below[i] {
		out = append(out, pairs[i])
	}
	slices.Reverse(out)
	return out
}
