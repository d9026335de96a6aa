package moderation

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// within is that some numbers are part of others: somebody who knows what both are told as may
// subtract.
type within struct {
	name        string
	part, whole []Cell
}

// cells are those of a breakdown that have one of the codes; all of them where none is named.
func cells(b Breakdown, codes ...string) []Cell {
	if len(codes) == 0 {
		return b.Cells
	}
	var list []Cell
	for _, c := range b.Cells {
		for _, code := range codes {
			if c.Code == code {
				list = append(list, c)
			}
		}
	}
	return list
}

// between is what a cell tells of its number by itself.
func between(c Cell, least int) (from, to int) {
	switch {
	case c.Hiding == Told:
		return c.N, c.N
	case c.Hiding == Small:
		return 1, least - 1
	case c.To > 0:
		return c.From, c.To
	}
	return 1, unbounded
}

// found are the numbers that the subtraction tells, though they are hidden, or tells nearer than
// so few that nobody is hidden among them.
func (w within) found(least int) []string {
	var list []string
	spans := func(cells []Cell, but int) (from, to int) {
		for i, c := range cells {
			if i == but {
				continue
			}
			f, t := between(c, least)
			from, to = from+f, to+t
		}
		return from, to
	}
	fewest, _ := spans(w.part, -1)
	_, most := spans(w.whole, -1)
	for i, c := range w.part {
		others, _ := spans(w.part, i)
		if from, to := between(c, least); c.Hiding != Told && min(to, most-others) <= from {
			list = append(list, fmt.Sprintf("%s: %+v is %d", w.name, c, from))
		}
	}
	for i, c := range w.whole {
		_, others := spans(w.whole, i)
		if from, to := between(c, least); c.Hiding != Told && max(from, fewest-others) >= to {
			list = append(list, fmt.Sprintf("%s: %+v is %d", w.name, c, to))
		}
	}
	return list
}

// drawn is a month in which everything that figures tell belongs together as it does in life.
func drawn(t *rapid.T, name string) Counts {
	amount := rapid.OneOf(rapid.Just(0), rapid.IntRange(1, 12), rapid.IntRange(0, 40))
	c := Counts{ReportGround: {}, CaseOpened: {}, CaseVerdict: {}, CaseDecision: {}, TextStatus: {}, TextScreened: {}, sourceType: {}, "decision_visibility": {}}
	for _, kind := range fromReports {
		c[CaseOpened][kind] = amount.Draw(t, name+kind)
	}
	reports := sumOf(c[CaseOpened], fromReports) + rapid.OneOf(rapid.Just(0), amount).Draw(t, name+"more reports")
	c[ReportGround]["HAR"] = rapid.OneOf(rapid.Just(0), rapid.IntRange(0, min(reports, 12)), rapid.IntRange(0, reports)).Draw(t, name+"HAR")
	c[ReportGround]["DEF"] = reports - c[ReportGround]["HAR"]
	for _, verdict := range append([]string{"keep"}, removing...) {
		c[CaseVerdict][verdict] = amount.Draw(t, name+verdict)
	}
	c[CaseDecision]["60"] = sumOf(c[CaseVerdict], verdictCodes())
	c[sourceType][answersNotice] = sumOf(c[CaseVerdict], removing) + rapid.OneOf(rapid.Just(0), amount).Draw(t, name+"upheld")
	c[sourceType]["VOLUNTARY"] = amount.Draw(t, name+"voluntary")
	c["decision_visibility"]["DISABLED"] = sumOf(c[sourceType], []string{answersNotice, "VOLUNTARY"})
	for _, status := range []string{"live", "rejected"} {
		flagged, held := amount.Draw(t, name+"flag"+status), amount.Draw(t, name+"hold"+status)
		c[TextScreened]["flag:"+status], c[TextScreened]["hold:"+status] = flagged, held
		c[TextStatus][status] = flagged + held + rapid.OneOf(rapid.Just(0), amount).Draw(t, name+"more"+status)
	}
	for _, codes := range c {
		for code, n := range codes {
			if n == 0 {
				delete(codes, code)
			}
		}
	}
	return c
}

// Of what is part of something else no small number is found by a subtraction: of a month, of a
// year, and of what both tell together.
func TestWhatIsPartOfSomethingTellsNothingSmall(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		least := rapid.IntRange(5, 12).Draw(t, "least")
		var months []Counts
		var shown []MonthFigures
		check := func(pairs ...within) {
			for _, w := range pairs {
				if found := w.found(least); len(found) > 0 {
					t.Fatalf("subtraction finds %v of %+v", found, w)
				}
			}
		}
		for m := range rapid.SampledFrom([]int{1, 2, 12}).Draw(t, "months") {
			c := drawn(t, fmt.Sprint(m))
			f := monthOf(Month{}, c, least)
			months, shown = append(months, c), append(shown, f)
			check(within{"cases", cells(f.Cases, fromReports...), cells(f.Reports)})
			check(within{"verdicts", cells(f.Verdicts, removing...), []Cell{cellOf("", c[sourceType][answersNotice], least)}})
			if f.Rulings.Many { // that there is a 95th percentile tells that there are as many at least
				check(within{"times", []Cell{{N: 2 * least}}, f.Verdicts.Cells})
			}
		}
		r := yearOf(2025, months, least)
		check(within{"cases", cells(r.Cases, fromReports...), cells(r.Notices)})
		removed, source := cells(r.Verdicts, removing...), r.Statements[slices.Index(statementMeasures, sourceType)]
		check(within{"verdicts", removed, cells(source, answersNotice)})
		if all := r.Statements[0].Total; all.Hiding == Told {
			check(within{"statements", slices.Concat(removed, cells(source, "VOLUNTARY")), []Cell{all}})
		}
		for _, standing := range Standings() {
			check(within{"screened", cells(r.Screened, ScreenedCode("flag", standing), ScreenedCode("hold", standing)), cells(r.Texts, standing)})
		}
		k := &knowledge{hidden: map[string]Hiding{}}
		for _, code := range append([]string{"keep"}, removing...) {
			addUp(k, cells(r.Verdicts, code)[0], shown, func(f MonthFigures) Breakdown { return f.Verdicts })
		}
		for _, code := range fromReports {
			addUp(k, cells(r.Cases, code)[0], shown, func(f MonthFigures) Breakdown { return f.Cases })
		}
		k.check(t, least)
	})
}

// addUp adds what a year and its months tell of a code to what is known.
func addUp(k *knowledge, year Cell, months []MonthFigures, of func(MonthFigures) Breakdown) {
	if year.Hiding != Told {
		return
	}
	parts := map[string]Cell{}
	for m, f := range months {
		b := of(f)
		parts[fmt.Sprint(b.Measure, m, year.Code)] = cells(b, year.Code)[0]
	}
	k.subtract(year.N, parts)
}

// Where eleven of twelve reports opened a case that is told, the twelfth is nobody's to find; so it
// is of texts that screening held, and of pictures that were withdrawn.
func TestOneBesideElevenIsHidden(t *testing.T) {
	t.Parallel()
	month := Counts{
		ReportGround: {"DEF": 12}, CaseOpened: {"report": 11, "takedown": 1}, CaseVerdict: {"withdraw": 11, "withdraw_picture": 1},
		TextStatus: {"rejected": 12, "live": 40}, TextScreened: {"flag:rejected": 11, "hold:rejected": 1},
		"decision_visibility": {"DISABLED": 12}, sourceType: {answersNotice: 12},
	}
	f, r := monthOf(Month{}, month, 10), yearOf(2025, []Counts{month}, 10)
	for name, list := range map[string][]Cell{
		"cases of a month": cells(f.Cases, fromReports...), "cases": cells(r.Cases, fromReports...), "verdicts of a month": cells(f.Verdicts, removing...),
		"verdicts": cells(r.Verdicts, removing...), "screened": cells(r.Screened, "flag_rejected", "hold_rejected"),
	} {
		for _, c := range list {
			if c.Hiding != Withheld {
				t.Errorf("%s: %+v is told", name, c)
			}
		}
	}
	if f.Reports.Total.N != 12 || cells(r.Texts, "rejected")[0].N != 12 || cells(r.Screened, "flag_published")[0].Hiding != Told {
		t.Errorf("more is withheld than it takes: %+v, %+v, %+v", f.Reports, r.Texts, r.Screened)
	}
	month = Counts{ReportGround: {"DEF": 40}, CaseOpened: {"report": 20, "takedown": 3}}
	if f := monthOf(Month{}, month, 10); cells(f.Cases, "report")[0].N != 20 || cells(f.Cases, "takedown")[0].Hiding != Small {
		t.Errorf("what tells nothing small is withheld: %+v", f.Cases)
	}
}

// Neither that there is a 95th percentile nor a share in time tells how many a small verdict makes.
func TestTimesDoNotTellHowMany(t *testing.T) {
	t.Parallel()
	for _, c := range []Counts{
		{CaseVerdict: {"keep": 11, "ask_edit": 9}, CaseDecision: {"60": 20}},
		{CaseVerdict: {"keep": 18, "ask_edit": 1}, CaseDecision: {"60": 19}},
		{CaseVerdict: {"keep": 19, "ask_edit": 9}, CaseDecision: {"60": 28}, CaseDecisionKept: {InTime: 18, Late: 10}},
	} {
		if got := monthOf(Month{}, c, 10).Rulings; got.Many || got.P95 != 0 || got.Kept.Told || !got.Enough {
			t.Errorf("%v: %+v", c, got)
		}
	}
	told := Counts{CaseVerdict: {"keep": 20, "ask_edit": 10}, CaseDecision: {"60": 30}, CaseDecisionKept: {InTime: 20, Late: 10}}
	if got := monthOf(Month{}, told, 10).Rulings; !got.Many || got.Kept != (Kept{true, true, 67}) {
		t.Errorf("what hides nothing is told as %+v", got)
	}
}
