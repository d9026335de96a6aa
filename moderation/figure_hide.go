package moderation

import "slices"

// Hiding is why a number is not told (R67); empty for one that is.
type Hiding string

// The reasons to hide a number.
const (
	Told     Hiding = ""
	Small    Hiding = "small"    // there are some, and fewer than are told
	Withheld Hiding = "withheld" // it would tell a small one, by a subtraction
)

// Cell is one number of a statistic. Of a hidden one N is zero, whatever it was.
type Cell struct {
	Code   string `json:"code,omitempty"`
	N      int    `json:"n"`
	Hiding Hiding `json:"hiding,omitempty"`
	// From and To are what the months of a withheld year tell of it by themselves; zero for
	// whatever else.
	From int `json:"from,omitempty"`
	To   int `json:"to,omitempty"`
}

// cellOf is a number as it may be told. That there is nothing at all says nothing of anybody.
func cellOf(code string, n, least int) Cell {
	if 0 < n && n < least {
		return Cell{Code: code, Hiding: Small}
	}
	return Cell{Code: code, N: n}
}

// withhold is the cell without its number.
func (c Cell) withhold() Cell { return Cell{Code: c.Code, Hiding: Withheld} }

// Breakdown is what there is of one thing, by code, in the order of the codes.
type Breakdown struct {
	Measure Measure `json:"measure"`
	Cells   []Cell  `json:"cells"`
	// Total is withheld wherever a cell is hidden, so that no subtraction finds it.
	Total Cell `json:"total"`
}

// Empty reports whether there is nothing in it.
func (b Breakdown) Empty() bool { return b.Total.Hiding == Told && b.Total.N == 0 }

// breakdown tells counts by the codes that there are, each by itself.
func breakdown(measure Measure, counts map[string]int, codes []string, least int) Breakdown {
	b := Breakdown{Measure: measure}
	for _, code := range codes {
		b.Cells = append(b.Cells, cellOf(code, counts[code], least))
	}
	return b.totalled()
}

// totalled gives the breakdown its total: the sum of what is told, or nothing.
func (b Breakdown) totalled() Breakdown {
	b.Total = Cell{}
	for _, c := range b.Cells {
		if c.Hiding != Told {
			b.Total = Cell{Hiding: Withheld}
			return b
		}
		b.Total.N += c.N
	}
	return b
}

// unbounded is more than anything there is.
const unbounded = 1 << 30

// clue is what somebody knows, from elsewhere, of numbers of a breakdown.
type clue struct {
	of       []string       // their codes
	from, to int            // they come to no less, and to no more
	least    map[string]int // of what a code has no less than so many are
}

// span is what somebody knows of hidden numbers.
type span struct {
	from, to int // they come to no less, and to no more
	small    int // how many of them are small
	others   int // what the others are at least; zero where there are none
}

// vague reports whether each of the small numbers could still be one of several.
func (s span) vague(least int) bool {
	if s.small == 0 {
		return true
	}
	most := min(least-1, s.to-(s.small-1)-s.others)
	fewest := 1
	if s.others == 0 {
		fewest = max(1, s.from-(s.small-1)*(least-1))
	}
	return most-fewest+1 >= least/2
}

// part is what a month adds to a year: what there was, and how it is told in the month's own figures.
type part struct {
	counts map[string]int
	told   Breakdown
}

// hiding is why a month does not tell a number; one that it has no place for is hidden as it would be.
func (p part) hiding(code string, least int) Hiding {
	for _, c := range p.told.Cells {
		if c.Code == code {
			return c.Hiding
		}
	}
	return cellOf(code, p.counts[code], least).Hiding
}

// yearly adds the months of a year up by code. A number is told where it is not small, and where
// it tells nothing of the months in which its parts were. Where it would, it is told as nearly as
// the months tell it; where a month withholds a part, the year withholds it too.
func yearly(measure Measure, parts []part, meaning func(string) string, codes []string, least int) Breakdown {
	sums, hidden, small, withheld := map[string]int{}, map[string]int{}, map[string]int{}, map[string]bool{}
	for _, month := range parts {
		for code, n := range month.counts {
			meant := meaning(code)
			sums[meant] += n
			switch month.hiding(code, least) {
			case Told:
			case Small:
				hidden[meant] += n
				small[meant]++
			case Withheld:
				withheld[meant] = true
			}
		}
	}
	b := breakdown(measure, sums, codes, least)
	for i, c := range b.Cells {
		few, sum := small[c.Code], hidden[c.Code]
		switch {
		case c.Hiding != Told:
		case withheld[c.Code]:
			b.Cells[i] = c.withhold()
		case !span{from: sum, to: sum, small: few}.vague(least):
			told := c.N - sum
			b.Cells[i] = c.withhold()
			b.Cells[i].From, b.Cells[i].To = told+few, told+few*(least-1)
		}
	}
	return b.totalled()
}

// together tells several breakdowns of the same things. Who knows how many there are, from one of
// them, must not find a small number in another: as many more as that takes are withheld. floors
// are how many of a code there are at least, as other breakdowns tell.
func together(counts Counts, measures []Measure, codes func(Measure) []string, floors map[Measure]map[string]int, least int) []Breakdown {
	list := make([]Breakdown, len(measures))
	open := false
	for i, measure := range measures {
		list[i] = breakdown(measure, counts[measure], codes(measure), least)
		all := sumOf(counts[measure], codes(measure))
		open = !list[i].vague(counts[measure], clue{of: codes(measure), from: all, to: all, least: floors[measure]}, least) || open
	}
	if open { // one of them cannot be guarded while others tell how many there are
		for i, measure := range measures {
			list[i].close(counts[measure], codes(measure))
		}
	}
	return list
}

// sumOf is how many there are of several codes.
func sumOf(counts map[string]int, codes []string) int {
	sum := 0
	for _, code := range codes {
		sum += counts[code]
	}
	return sum
}

// guard withholds what it takes to keep the small numbers vague for somebody who knows so much.
func (b *Breakdown) guard(counts map[string]int, k clue, least int) {
	if !b.vague(counts, k, least) {
		b.close(counts, k.of)
	}
}

// vague withholds the least of what is told until the small numbers are vague for somebody who
// knows so much, and reports whether they are. One that is told nearly is so many told and so many small.
func (b *Breakdown) vague(counts map[string]int, k clue, least int) bool {
	for {
		told, next := 0, -1
		var s span
		for i, c := range b.Cells {
			n := counts[c.Code]
			switch {
			case !slices.Contains(k.of, c.Code):
			case c.Hiding == Small:
				s.small++
			case c.To > 0:
				few := (c.To - c.From) / (least - 2)
				told, s.small = told+c.From-few, s.small+few
			case c.Hiding == Withheld:
				s.others += max(least, k.least[c.Code])
			default:
				told += n
				if n > 0 && (next < 0 || n < counts[b.Cells[next].Code]) {
					next = i
				}
			}
		}
		s.from, s.to = k.from-told, k.to-told
		if s.vague(least) {
			*b = b.totalled()
			return true
		}
		if next < 0 {
			return false
		}
		b.Cells[next] = b.Cells[next].withhold()
	}
}

// close withholds everything that there is any of among some codes, also that a number is small.
func (b *Breakdown) close(counts map[string]int, codes []string) {
	for i, c := range b.Cells {
		if slices.Contains(codes, c.Code) && counts[c.Code] > 0 {
			b.Cells[i] = c.withhold()
		}
	}
	*b = b.totalled()
}

// under is how many there are at most of what several codes are part of, for whoever reads how many
// there are of that: of few, that they are few.
func under(whole, least int) int { return max(whole, least-1) }

// atLeast is how many there are at least of several codes, as a breakdown tells: of a small number
// that there is one.
func (b Breakdown) atLeast(counts map[string]int, codes []string) int {
	sum := 0
	for _, c := range b.Cells {
		switch {
		case !slices.Contains(codes, c.Code):
		case c.Hiding == Small:
			sum++
		default:
			sum += counts[c.Code]
		}
	}
	return sum
}
