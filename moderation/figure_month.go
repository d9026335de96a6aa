package moderation

import (
	"math"
	"time"

	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// MonthFigures are the figures of one month.
type MonthFigures struct {
	Month  Month
	Least  int  // numbers from 1 to below it are hidden
	Over   bool // nothing more happens in it
	Final  bool // and what did was kept: it will not change any more
	Empty  bool
	Values settings.Values // of the establishment: the targets that times are held against

	Texts     Breakdown // submitted, by standing
	Reports   Breakdown // by ground
	Cases     Breakdown // opened, by kind
	Verdicts  Breakdown
	Appeals   Cell
	Answered  Breakdown // appeals, upheld or dismissed
	Asked     Cell      // consents
	Consents  Breakdown // by what they came to
	Looks     Timing    // at texts, until the first human saw them
	Decisions Timing    // on texts
	Opened    Timing    // cases, until they were examined
	Rulings   Timing    // on cases
}

// Timing is how long something took.
type Timing struct {
	Measure Measure       `json:"measure"`
	None    bool          `json:"none"`   // there was nothing to measure
	Enough  bool          `json:"enough"` // there was enough to tell: Median is told
	Many    bool          `json:"many"`   // and twice as much, so that P95 is not one single case's time
	Median  time.Duration `json:"median"`
	P95     time.Duration `json:"p95"`
	Kept    Kept          `json:"kept"`
}

// Kept is how much was in time.
type Kept struct {
	Measured bool `json:"measured"`
	Told     bool `json:"told"` // Percent is told: neither what was in time nor what was late is few
	Percent  int  `json:"percent"`
}

// consentOutcomes are what consents come to, as figures tell them.
var consentOutcomes = []string{string(workflow.Granted), string(workflow.Refused), string(workflow.Revoked)}

// Codes of what is part of something else that figures tell: whoever subtracts the one from the
// other must find nothing small.
var (
	fromReports = []string{string(OfReport), string(OfTakedown)} // cases that one report at least opened
	removing    = removingCodes()                                // verdicts that have a statement of reasons each
)

// answersNotice is the source of a statement of reasons that a case came to.
const answersNotice = "ARTICLE_16"

func monthOf(m Month, c Counts, least int) MonthFigures {
	tell := func(measure Measure, codes []string) Breakdown { return breakdown(measure, c[measure], codes, least) }
	f := MonthFigures{
		Month: m, Least: least, Empty: c.empty(),
		Texts:   breakdown(TextStatus, gathered(c[TextStatus], standing), Standings(), least),
		Reports: tell(ReportGround, groundCodes()), Cases: tell(CaseOpened, kindCodes()), Verdicts: tell(CaseVerdict, verdictCodes()),
		Appeals: cellOf(all, c[AppealLodged][all], least), Answered: tell(AppealAnswered, []string{Upheld, Dismissed}),
		Asked: cellOf(all, c[ConsentAsked][all], least), Consents: tell(ConsentAnswered, consentOutcomes),
		Looks: timing(c, TextLook, TextLookKept, least), Decisions: timing(c, TextDecision, TextDecisionKept, least),
		Opened: timing(c, CaseLook, "", least),
	}
	guardReported(&f.Cases, &f.Reports, c, c[ReportGround], groundCodes(), least)
	guardRemoved(&f.Verdicts, c, least)
	f.Rulings = timing(c, CaseDecision, CaseDecisionKept, least).beside(f.Verdicts, least)
	return f
}

// guardReported keeps cases and reports from telling something small of each other: a case that
// a report opened has one at least, in the same month. reports are counted by the codes given.
func guardReported(cases, told *Breakdown, c Counts, reports map[string]int, codes []string, least int) {
	cases.guard(c[CaseOpened], clue{of: fromReports, to: under(sumOf(reports, codes), least)}, least)
	told.guard(reports, clue{of: codes, from: cases.atLeast(c[CaseOpened], fromReports), to: unbounded}, least)
}

// guardRemoved keeps the verdicts that remove something from telling a small one beside the
// statements of reasons: each has one. It does so in a month too, whose statements the year alone tells.
func guardRemoved(verdicts *Breakdown, c Counts, least int) {
	verdicts.guard(c[CaseVerdict], clue{of: removing, to: under(c[sourceType][answersNotice], least)}, least)
}

func timing(c Counts, measure, kept Measure, least int) Timing {
	n := 0
	for _, there := range c[measure] {
		n += there
	}
	t := Timing{Measure: measure, None: n == 0, Enough: n >= least, Many: n >= 2*least, Kept: keptOf(c[kept], least)}
	if t.Enough {
		t.Median = percentile(c[measure], 0.5)
	}
	if t.Many {
		t.P95 = percentile(c[measure], 0.95)
	}
	return t
}

// beside is the timing beside a breakdown of the same things: it tells no nearer how many they are
// than what is told of them does, neither by having a 95th percentile nor by a share of them.
func (t Timing) beside(b Breakdown, least int) Timing {
	told := 0
	for _, c := range b.Cells {
		told += c.N
	}
	if told < 2*least {
		t.Many, t.P95 = false, 0
	}
	if b.Total.Hiding != Told && 0 < t.Kept.Percent && t.Kept.Percent < 100 {
		t.Kept = Kept{Measured: true}
	}
	return t
}

func keptOf(counts map[string]int, least int) Kept {
	inTime, late := counts[InTime], counts[Late]
	k := Kept{Measured: inTime+late > 0}
	k.Told = k.Measured && cellOf(InTime, inTime, least).Hiding == Told && cellOf(Late, late, least).Hiding == Told
	if k.Told {
		k.Percent = int(math.Round(100 * float64(inTime) / float64(inTime+late)))
	}
	return k
}

func groundCodes() []string {
	var codes []string
	for _, info := range workflow.Grounds() {
		codes = append(codes, string(info.Ground))
	}
	return codes
}

func kindCodes() []string {
	var codes []string
	for _, kind := range CaseKinds() {
		codes = append(codes, string(kind))
	}
	return codes
}

func verdictCodes() []string {
	var codes []string
	for _, verdict := range workflow.Verdicts() {
		codes = append(codes, string(verdict))
	}
	return codes
}

func removingCodes() []string {
	var codes []string
	for _, verdict := range workflow.Verdicts() {
		if verdict.Removes() {
			codes = append(codes, string(verdict))
		}
	}
	return codes
}
