package moderation

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// YearReport is the transparency report of a year, in the vocabulary of the statement of reasons
// (R43). It is submitted nowhere.
type YearReport struct {
	Year        int       `json:"year"`  // zero where there is no report yet
	Years       []int     `json:"-"`     // that there is a report on, the latest first
	PublishedAt time.Time `json:"-"`     // zero: it is for who may read figures alone
	Least       int       `json:"least"` // numbers from 1 to below it are hidden
	Empty       bool      `json:"empty"`

	Notices    Breakdown   `json:"notices"` // what was reported, by category
	Cases      Breakdown   `json:"cases"`   // opened, by kind
	Verdicts   Breakdown   `json:"verdicts"`
	Median     Timing      `json:"case_decision"` // until a case was decided; no share in time
	Statements []Breakdown `json:"statements"`    // of reasons, by each of their fields
	Appeals    Cell        `json:"appeals"`
	Answered   Breakdown   `json:"appeals_answered"` // upheld or dismissed
	Screened   Breakdown   `json:"screened"`         // texts that a machine flagged or held, with where they stand
	Masked     Breakdown   `json:"masked"`           // what a machine masked, with what was decided
	Texts      Breakdown   `json:"texts"`            // submitted, by standing
}

// Undecided is what became of a machine's mask as long as nobody has decided.
const Undecided = "undecided"

// ReportOn is the transparency report of a calendar year, of the latest where none is named. A
// year is reported on once it is over and all of it is kept: before, a report would tell a month
// by what it was without it. Where there is none yet Years is empty. For the director, who
// judges, and the administrator. The errors are [directory.ErrNotFound], a [directory.Refusal]
// (R09), and a [directory.FieldError] ("year").
func (s *Figures) ReportOn(ctx context.Context, who actor.Actor, year int) (YearReport, error) {
	var out YearReport
	err := s.enter(ctx, who, actReadFigures, figureReaders, func(tx FiguresTx, house directory.House, _ time.Time) (string, error) {
		years, err := yearIn(ctx, tx, year)
		if err != nil {
			return "", err
		}
		if year == 0 && len(years) > 0 {
			year = years[0]
		}
		if year != 0 {
			out, err = reportOn(ctx, tx, year, settings.SmallestCell.Of(house.Values))
		}
		if err == nil && year != 0 {
			out.PublishedAt, err = tx.ReportPublishedAt(ctx, year)
		}
		out.Years = years
		return strconv.Itoa(year), err
	})
	return out, err
}

// yearIn are the years that there is a report on, the latest first; it refuses one that is named and
// is none of them.
func yearIn(ctx context.Context, tx FiguresTx, year int) ([]int, error) {
	years, err := reported(ctx, tx)
	if err == nil && year != 0 && !slices.Contains(years, year) {
		err = noMonth("year")
	}
	return years, err
}

// reported lists the years whose last month is kept, the latest first.
func reported(ctx context.Context, tx FiguresTx) ([]int, error) {
	last, err := tx.LastFigure(ctx)
	if err != nil || last == (Month{}) {
		return nil, err
	}
	kept, err := tx.KeptFigures(ctx, Month{1, time.January}, last)
	var years []int
	for m := range kept {
		if m.Month == time.December {
			years = append(years, m.Year)
		}
	}
	slices.SortFunc(years, func(a, b int) int { return b - a })
	return years, err
}

func reportOn(ctx context.Context, tx FiguresTx, year, least int) (YearReport, error) {
	from, to := Month{year, time.January}, Month{year, time.December}
	kept, err := tx.KeptFigures(ctx, from, to)
	if err != nil {
		return YearReport{}, err
	}
	var months []Counts
	for m := from; !to.Before(m); m = m.Next() {
		months = append(months, kept[m]) // none of one before anything had happened
	}
	return yearOf(year, months, least), nil
}

func yearOf(year int, months []Counts, least int) YearReport {
	sum := Counts{}
	told := make([]MonthFigures, len(months))
	for i, month := range months {
		sum.add(month)
		told[i] = monthOf(Month{}, month, least)
	}
	parts := func(measure Measure, meaning func(string) string, of func(MonthFigures) Breakdown) []part {
		list := make([]part, len(months))
		for i, month := range months {
			list[i] = part{gathered(month[measure], meaning), of(told[i])}
		}
		return list
	}
	added := func(measure Measure, codes []string, of func(MonthFigures) Breakdown) Breakdown {
		return yearly(measure, parts(measure, same, of), same, codes, least)
	}
	r := YearReport{
		Year: year, Least: least, Empty: sum.empty(),
		Notices:  yearly(ReportGround, parts(ReportGround, same, func(f MonthFigures) Breakdown { return f.Reports }), categoryOf, categories(), least),
		Cases:    added(CaseOpened, kindCodes(), func(f MonthFigures) Breakdown { return f.Cases }),
		Verdicts: added(CaseVerdict, verdictCodes(), func(f MonthFigures) Breakdown { return f.Verdicts }),
		Appeals:  added(AppealLodged, []string{all}, func(f MonthFigures) Breakdown { return Breakdown{Cells: []Cell{f.Appeals}} }).Cells[0],
		Answered: added(AppealAnswered, []string{Upheld, Dismissed}, func(f MonthFigures) Breakdown { return f.Answered }),
		Masked:   breakdown(AutoMasked, sum[AutoMasked], append([]string{Undecided}, verdictCodes()...), least),
		Texts:    yearly(TextStatus, parts(TextStatus, standing, func(f MonthFigures) Breakdown { return f.Texts }), same, Standings(), least),
	}
	guardReported(&r.Cases, &r.Notices, sum, gathered(sum[ReportGround], categoryOf), categories(), least)
	guardRemoved(&r.Verdicts, sum, least)
	r.Median = timing(sum, CaseDecision, "", least).beside(r.Verdicts, least)
	floors := map[Measure]map[string]int{sourceType: {answersNotice: r.Verdicts.atLeast(sum[CaseVerdict], removing)}}
	r.Statements = together(sum, statementMeasures, vocabulary, floors, least)
	r.Screened = screenedUnder(r.Texts, sum, least)
	return r
}

// screenedUnder tells what screening flagged or held: part of the texts that stand in the same place, and
// telling nothing small of them either.
func screenedUnder(texts Breakdown, sum Counts, least int) Breakdown {
	counts, stand := gathered(sum[TextScreened], screenedStanding), gathered(sum[TextStatus], standing)
	b := breakdown(TextScreened, counts, screenedCodes(), least)
	for _, standing := range Standings() {
		var codes []string
		for _, screening := range screenings {
			codes = append(codes, ScreenedCode(screening, standing))
		}
		b.guard(counts, clue{of: codes, to: under(stand[standing], least)}, least)
		if !texts.vague(stand, clue{of: []string{standing}, from: b.atLeast(counts, codes), to: unbounded}, least) {
			b.close(counts, codes)
		}
	}
	return b
}

// same is the meaning of a code that stands for itself.
func same(code string) string { return code }

// vocabulary is the closed list of a field of the statement of reasons.
func vocabulary(field Measure) []string {
	if field == "category" {
		return categories()
	}
	return workflow.StatementWords(string(field))
}

// categories are those of the grounds, each once.
func categories() []string {
	var list []string
	for _, info := range workflow.Grounds() {
		if !slices.Contains(list, info.Category) {
			list = append(list, info.Category)
		}
	}
	return list
}

// screening's verdicts that a human comes after, by their codes.
var screenings = []string{string(Flag), string(Hold)}

// ScreenedCode is a text that screening flagged or held, and where it stands.
func ScreenedCode(screening, standing string) string { return screening + "_" + standing }

func screenedCodes() []string {
	var codes []string
	for _, screening := range screenings {
		for _, standing := range Standings() {
			codes = append(codes, ScreenedCode(screening, standing))
		}
	}
	return codes
}

// screenedStanding is the code of a text by what was counted: "hold:live".
func screenedStanding(code string) string {
	screening, status, _ := strings.Cut(code, ":")
	return ScreenedCode(screening, standing(status))
}

// ParseYear reads a year of four digits; none is the zero year. The error is a
// [directory.FieldError] ("year").
func ParseYear(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	t, err := time.Parse("2006", text)
	if err != nil || t.Year() == 0 {
		return 0, noMonth("year")
	}
	return t.Year(), nil
}

// Line is a number of a report as a table has it.
type Line struct {
	Measure Measure
	Code    string
	Value   string // "<10" for one that is small, "31..39" for one told nearly, empty for one that is withheld
}

// Lines are all numbers of the report in its order, by the codes of its own vocabulary.
func (r YearReport) Lines() []Line {
	lines := r.lines(r.Notices, r.Cases, r.Verdicts)
	lines = append(lines, minutes("median_minutes", r.Median.Median, r.Median.Enough), minutes("p95_minutes", r.Median.P95, r.Median.Many))
	lines = append(lines, r.lines(r.Statements...)...)
	lines = append(lines, Line{AppealLodged, r.Appeals.Code, written(r.Appeals, r.Least)})
	return append(lines, r.lines(r.Answered, r.Screened, r.Masked, r.Texts)...)
}

func (r YearReport) lines(list ...Breakdown) []Line {
	var lines []Line
	for _, b := range list {
		for _, c := range b.Cells {
			lines = append(lines, Line{b.Measure, c.Code, written(c, r.Least)})
		}
	}
	return lines
}

func minutes(code string, d time.Duration, told bool) Line {
	l := Line{Measure: CaseDecision, Code: code}
	if told {
		l.Value = strconv.Itoa(int(d.Minutes()))
	}
	return l
}

func written(c Cell, least int) string {
	switch c.Hiding {
	case Told:
		return strconv.Itoa(c.N)
	case Small:
		return "<" + strconv.Itoa(least)
	case Withheld:
		if c.To > 0 {
			return strconv.Itoa(c.From) + ".." + strconv.Itoa(c.To)
		}
	}
	return ""
}
