package moderation

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// sum is what somebody knows of hidden numbers: those named come to so many.
type sum struct {
	of []string
	is int
}

// knowledge is what whoever reads statistics knows of the hidden numbers in them.
type knowledge struct {
	hidden map[string]Hiding
	sums   []sum
}

// learn adds a breakdown to what is known; cells are named after where they stand. all is how
// many there are, where that is known from elsewhere; otherwise less than zero.
func (k *knowledge) learn(where string, b Breakdown, all int) {
	if b.Total.Hiding == Told {
		all = b.Total.N
	}
	s := sum{is: all}
	for _, c := range b.Cells {
		if c.Hiding == Told {
			s.is -= c.N
			continue
		}
		name := where + c.Code
		k.hidden[name] = c.Hiding
		s.of = append(s.of, name)
	}
	if all >= 0 && len(s.of) > 0 {
		k.sums = append(k.sums, s)
	}
}

// subtract adds that a told number is the sum of others, some of them hidden.
func (k *knowledge) subtract(told int, parts map[string]Cell) {
	s := sum{is: told}
	for _, name := range sorted(parts) {
		if parts[name].Hiding == Told {
			s.is -= parts[name].N
			continue
		}
		k.hidden[name] = parts[name].Hiding
		s.of = append(s.of, name)
	}
	if len(s.of) > 0 {
		k.sums = append(k.sums, s)
	}
}

func sorted(parts map[string]Cell) []string {
	var names []string
	for name := range parts {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// solved are the hidden numbers that linear algebra finds: those that stand alone in a line of
// the sums' reduced echelon form.
func (k *knowledge) solved() []string {
	var names []string
	for name := range k.hidden {
		names = append(names, name)
	}
	slices.Sort(names)
	var lines [][]*big.Rat
	for _, s := range k.sums {
		line := make([]*big.Rat, len(names))
		for i, name := range names {
			line[i] = new(big.Rat)
			if slices.Contains(s.of, name) {
				line[i].SetInt64(1)
			}
		}
		lines = append(lines, line)
	}
	var found []string
	for _, line := range reduced(lines) {
		var at []string
		for i, x := range line {
			if x.Sign() != 0 {
				at = append(at, names[i])
			}
		}
		if len(at) == 1 {
			found = append(found, at[0])
		}
	}
	return found
}

func reduced(lines [][]*big.Rat) [][]*big.Rat {
	done := 0
	for column := 0; len(lines) > 0 && column < len(lines[0]) && done < len(lines); column++ {
		pivot := slices.IndexFunc(lines[done:], func(line []*big.Rat) bool { return line[column].Sign() != 0 })
		if pivot < 0 {
			continue
		}
		lines[done], lines[done+pivot] = lines[done+pivot], lines[done]
		by := new(big.Rat).Inv(lines[done][column])
		for i := range lines[done] {
			lines[done][i].Mul(lines[done][i], by)
		}
		for l := range lines {
			if l == done || lines[l][column].Sign() == 0 {
				continue
			}
			times := new(big.Rat).Set(lines[l][column])
			for i := range lines[l] {
				lines[l][i].Sub(lines[l][i], new(big.Rat).Mul(times, lines[done][i]))
			}
		}
		done++
	}
	return lines
}

// pinned are the small numbers that could be only one, by what each sum and the bounds of what is
// hidden leave open.
func (k *knowledge) pinned(least int) []string {
	var found []string
	for _, s := range k.sums {
		for _, name := range s.of {
			if k.hidden[name] != Small {
				continue
			}
			low, high := 1, least-1
			fewest, most := 0, 0
			for _, other := range s.of {
				switch {
				case other == name:
				case k.hidden[other] == Small:
					fewest, most = fewest+1, most+least-1
				default:
					fewest, most = fewest+least, most+1<<30
				}
			}
			low, high = max(low, s.is-most), min(high, s.is-fewest)
			if low >= high {
				found = append(found, fmt.Sprintf("%s is %d", name, low))
			}
		}
	}
	return found
}

func (k *knowledge) check(t *rapid.T, least int) {
	t.Helper()
	if found := k.solved(); len(found) > 0 {
		t.Fatalf("subtraction finds %v of %+v", found, k.sums)
	}
	if found := k.pinned(least); len(found) > 0 {
		t.Fatalf("the bounds tell that %v of %+v", found, k.sums)
	}
}

// few draws numbers that are often small, and often nothing.
func few(t *rapid.T, codes []string, name string) map[string]int {
	counts := map[string]int{}
	for _, code := range codes {
		if n := rapid.OneOf(rapid.Just(0), rapid.IntRange(1, 12), rapid.IntRange(0, 60)).Draw(t, name+code); n > 0 {
			counts[code] = n
		}
	}
	return counts
}

var letters = []string{"a", "b", "c", "d", "e"}

// One table tells no small number, and no subtraction finds one, of the months nor of the year,
// nor between any of them.
func TestNoSubtractionFindsASmallNumber(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		least := rapid.IntRange(5, 12).Draw(t, "least")
		k := &knowledge{hidden: map[string]Hiding{}}
		var months []part
		var shown []Breakdown
		for m := range 12 {
			counts := few(t, letters, fmt.Sprint(m))
			b := breakdown("x", counts, letters, least)
			months = append(months, part{counts, b})
			k.learn(fmt.Sprint(m), b, -1)
			shown = append(shown, b)
			for _, c := range b.Cells {
				if c.Hiding != Told && c.N != 0 || c.Hiding == Told && 0 < c.N && c.N < least {
					t.Fatalf("%+v is told", c)
				}
			}
		}
		year := yearly("x", months, sound, []string{"vowel", "consonant"}, least)
		k.learn("year", year, -1)
		for _, c := range year.Cells {
			parts := map[string]Cell{}
			for m, b := range shown {
				for _, part := range b.Cells {
					if sound(part.Code) == c.Code {
						parts[fmt.Sprint(m)+part.Code] = part
					}
				}
			}
			if c.Hiding == Told {
				k.subtract(c.N, parts)
			} else if from, to := nearly(parts, least); c.To > 0 && (c.From != from || c.To != to) {
				t.Fatalf("%+v is told nearer than the months tell it, %d to %d", c, from, to)
			}
		}
		k.check(t, least)
	})
}

// nearly is what the parts of a number tell of it.
func nearly(parts map[string]Cell, least int) (from, to int) {
	for _, c := range parts {
		if c.Hiding == Told {
			from, to = from+c.N, to+c.N
		} else {
			from, to = from+1, to+least-1
		}
	}
	return from, to
}

func sound(code string) string {
	if code == "a" || code == "e" {
		return "vowel"
	}
	return "consonant"
}

// Of tables of the same things somebody may know how many there are in all, from any of them.
func TestTablesOfTheSameTellNothingOfEachOther(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		least := rapid.IntRange(5, 12).Draw(t, "least")
		counts := Counts{"x": few(t, letters, "x"), "y": {}, "z": {}}
		n := 0
		for _, there := range counts["x"] {
			n += there
		}
		for _, other := range []Measure{"y", "z"} { // the same things, dealt out otherwise
			left := n
			for _, code := range letters[:4] {
				part := rapid.IntRange(0, left).Draw(t, string(other)+code)
				counts[other][code], left = part, left-part
			}
			counts[other]["e"] = left
		}
		list := together(counts, []Measure{"x", "y", "z"}, func(Measure) []string { return letters }, nil, least)
		known := -1
		for _, b := range list {
			if b.Total.Hiding == Told {
				known = n
			}
		}
		k := &knowledge{hidden: map[string]Hiding{}}
		for _, b := range list {
			k.learn(string(b.Measure), b, known)
		}
		k.check(t, least)
	})
}

// What an attacker would find without the second hiding: the property can fail.
func TestAnAttackerWouldFindIt(t *testing.T) {
	t.Parallel()
	naive := Breakdown{Cells: []Cell{cellOf("a", 40, 10), cellOf("b", 3, 10)}, Total: Cell{N: 43}}
	k := &knowledge{hidden: map[string]Hiding{}}
	k.learn("", naive, -1)
	if found := k.solved(); len(found) != 1 {
		t.Errorf("subtraction finds %v", found)
	}
	both := Breakdown{Cells: []Cell{cellOf("a", 9, 10), cellOf("b", 9, 10)}, Total: Cell{N: 18}}
	k = &knowledge{hidden: map[string]Hiding{}}
	k.learn("", both, -1)
	if found := k.pinned(10); len(found) != 2 {
		t.Errorf("the bounds tell %v", found)
	}
}

// A year whose months are small is told as soon as it can be: that is what it is for.
func TestAYearTellsWhatMonthsCannot(t *testing.T) {
	t.Parallel()
	of := func(n int) part {
		counts := map[string]int{"a": n}
		return part{counts, breakdown("x", counts, []string{"a"}, 10)}
	}
	var months []part
	for range 12 {
		months = append(months, of(3))
	}
	if got := yearly("x", months, same, []string{"a"}, 10).Cells[0]; got.N != 36 || got.Hiding != Told {
		t.Errorf("twelve months of three are %+v", got)
	}
	lone := []part{of(30), of(3)}
	if got := yearly("x", lone, same, []string{"a"}, 10).Cells[0]; got.Hiding != Withheld || got.From != 31 || got.To != 39 {
		t.Errorf("one small month among told ones: %+v", got)
	}
}

// A month that withholds a number has the year withhold it too, whose sum would tell it.
func TestAYearTellsNothingThatAMonthWithholds(t *testing.T) {
	t.Parallel()
	withheld := part{map[string]int{"a": 11}, Breakdown{Cells: []Cell{{Code: "a", Hiding: Withheld}}}}
	told := part{map[string]int{"a": 30}, breakdown("x", map[string]int{"a": 30}, []string{"a"}, 10)}
	if got := yearly("x", []part{withheld, told}, same, []string{"a"}, 10).Cells[0]; got != (Cell{Code: "a", Hiding: Withheld}) {
		t.Errorf("a withheld month among told ones: %+v", got)
	}
}
