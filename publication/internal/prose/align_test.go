package prose

import (
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestAlign: the edits cover both sequences in order; what is called the same is;
// and no two neighbours could be one. With any budget.
func TestAlign(t *testing.T) {
	t.Parallel()
	keys := rapid.SliceOfN(rapid.SampledFrom(strings.Split("a b c d e f g h", " ")), 0, 30)
	rapid.Check(t, func(t *rapid.T) {
		before, after := keys.Draw(t, "before"), keys.Draw(t, "after")
		b := budget{left: rapid.IntRange(0, 500).Draw(t, "budget")}
		at, to := 0, 0
		edits := align(before, after, &b)
		for i, e := range edits {
			if e.before.from != at || e.after.from != to || e.before.len()+e.after.len() == 0 {
				t.Fatalf("edit %d leaves a gap: %v", i, edits)
			}
			if i > 0 && edits[i-1].same == e.same {
				t.Fatalf("edits %d and %d are one: %v", i-1, i, edits)
			}
			if e.same && strings.Join(before[at:e.before.to], "") != strings.Join(after[to:e.after.to], "") {
				t.Fatalf("edit %d is not the same: %v", i, edits)
			}
			at, to = e.before.to, e.after.to
		}
		if at != len(before) || to != len(after) {
			t.Fatalf("the end is missing: %v", edits)
		}
	})
}

// TestAlignIsShortest: with enough budget nothing more is replaced than must be.
func TestAlignIsShortest(t *testing.T) {
	t.Parallel()
	keys := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 12)
	rapid.Check(t, func(t *rapid.T) {
		before, after := keys.Draw(t, "before"), keys.Draw(t, "after")
		same := 0
		for _, e := range align(before, after, &budget{left: comparisons}) {
			if e.same {
				same += e.before.len()
			}
		}
		if longest := longestCommon(before, after); same != longest {
			t.Fatalf("%d kept, could be %d", same, longest)
		}
	})
}

// longestCommon is the length of the longest common subsequence, by the book.
func longestCommon(a, b []string) int {
	table := make([][]int, len(a)+1)
	table[0] = make([]int, len(b)+1)
	for i := range a {
		table[i+1] = make([]int, len(b)+1)
		for j := range b {
			if a[i] == b[j] {
				table[i+1][j+1] = table[i][j] + 1
			} else {
				table[i+1][j+1] = max(table[i][j+1], table[i+1][j])
			}
		}
	}
	return table[len(a)][len(b)]
}

// TestAlignAnchors: without a budget, what each side has once still holds.
func TestAlignAnchors(t *testing.T) {
	t.Parallel()
	b := budget{}
	edits := align(strings.Fields("x a y b z"), strings.Fields("p a q q b r"), &b)
	same := 0
	for _, e := range edits {
		if e.same {
			same++
		}
	}
	if same != 2 || !b.coarse {
		t.Errorf("%d anchors, coarse %v: %v", same, b.coarse, edits)
	}
}

func TestIncreasing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5, 6, 7}).Draw(t, "order")
		pairs := make([][2]int, len(order))
		was, is := make([]string, len(order)), make([]string, len(order))
		for i, to := range order {
			pairs[i] = [2]int{i, to}
			was[i], is[i] = strconv.Itoa(to), strconv.Itoa(i)
		}
		got := increasing(pairs)
		for i := 1; i < len(got); i++ {
			if got[i][0] <= got[i-1][0] || got[i][1] <= got[i-1][1] {
				t.Fatalf("not increasing: %v", got)
			}
		}
		if longest := longestCommon(was, is); len(got) != longest {
			t.Fatalf("%d long, could be %d: %v", len(got), longest, got)
		}
	})
}

func TestLetter(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 0xd7fe, 0xd7ff, 0xd800, MaxCells, 1 << 20} {
		if r := letter(n); string(r) == "\ufffd" || r == 0 {
			t.Errorf("letter(%#x) = %#x is no character", n, r)
		}
	}
	if letter(0xd7fe) == letter(0xd7ff) || letter(0xd7fe) != 0xd7ff || letter(0xd7ff) != 0xe000 {
		t.Errorf("around the surrogates: %#x, %#x", letter(0xd7fe), letter(0xd7ff))
	}
}

// TestDiffText: words, spaces and signs are compared on their own.
func TestDiffText(t *testing.T) {
	t.Parallel()
	tests := []struct{ before, after, want string }{
		{"", "", ""},
		{"", "a", "<ins>a</ins>"},
		{"a", "", "<del>a</del>"},
		{"l'été", "l'hiver", "l&#39;<del>été</del><ins>hiver</ins>"},
		{"a, b", "a b", "a<del>,</del> b"},
		{"un deux trois", "UN DEUX trois", "<del>un deux</del><ins>UN DEUX</ins> trois"},
		{"5A", "5B", "<del>5A</del><ins>5B</ins>"},
	}
	for _, tt := range tests {
		if got := DiffText(tt.before, tt.after); got != tt.want {
			t.Errorf("DiffText(%q, %q) = %s, want %s", tt.before, tt.after, got, tt.want)
		}
	}
}
