package moderation

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

// vague reports whether each of so many small numbers could still be one of several, for
// somebody who knows that they are small and what they come to, with so many others that are
// hidden beside them.
func vague(sum, small, others, least int) bool {
	if small == 0 {
		return true
	}
	most := min(least-1, sum-(small-1)-others*least)
	fewest := 1
	if others == 0 {
		fewest = max(1, sum-(small-1)*(least-1))
	}
	return most-fewest+1 >= least/2
}

// yearly adds the months of a year up by code. A number is told where it is not small, and where
// it tells nothing of the months in which its parts were: parts are those, as they stand in the
// figures of each month. Where it would, it is told as nearly as the months tell it.
func yearly(measure Measure, parts []map[string]int, meaning func(string) string, codes []string, least int) Breakdown {
	sums, hidden, small := map[string]int{}, map[string]int{}, map[string]int{}
	for _, month := range parts {
		for code, n := range month {
			meant := meaning(code)
			sums[meant] += n
			if cellOf(code, n, least).Hiding != Told {
				hidden[meant] += n
				small[meant]++
			}
		}
	}
	b := breakdown(measure, sums, codes, least)
	for i, c := range b.Cells {
		if few := small[c.Code]; c.Hiding == Told && !vague(hidden[c.Code], few, 0, least) {
			told := c.N - hidden[c.Code]
			b.Cells[i] = c.withhold()
			b.Cells[i].From, b.Cells[i].To = told+few, told+few*(least-1)
		}
	}
	return b.totalled()
}

// together tells several breakdowns of the same things. Who knows how many there are, from one of
// them, must not find a small number in another: as many more as that takes are withheld.
func together(counts Counts, measures []Measure, codes func(Measure) []string, least int) []Breakdown {
	list := make([]Breakdown, len(measures))
	open := false
	for i, measure := range measures {
		list[i] = breakdown(measure, counts[measure], codes(measure), least)
		open = !list[i].guard(counts[measure], least) || open
	}
	if open { // one of them cannot be guarded while others tell how many there are
		for i := range list {
			list[i].closed(counts[list[i].Measure])
		}
	}
	return list
}

// guard withholds the least of what is told until the small numbers are vague, and reports
// whether they are.
func (b *Breakdown) guard(counts map[string]int, least int) bool {
	for {
		sum, small, others := 0, 0, 0
		next := -1
		for i, c := range b.Cells {
			n := counts[c.Code]
			switch {
			case c.Hiding == Small:
				sum, small = sum+n, small+1
			case c.Hiding == Withheld:
				sum, others = sum+n, others+1
			case n > 0 && (next < 0 || n < counts[b.Cells[next].Code]):
				next = i
			}
		}
		if vague(sum, small, others, least) {
			*b = b.totalled()
			return true
		}
		if next < 0 {
			return false
		}
		b.Cells[next] = b.Cells[next].withhold()
	}
}

// closed withholds everything that there is any of.
func (b *Breakdown) closed(counts map[string]int) {
	for i, c := range b.Cells {
		if c.Hiding == Told && counts[c.Code] > 0 {
			b.Cells[i] = c.withhold()
		}
	}
	*b = b.totalled()
}
