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

func monthOf(m Month, c Counts, least int) MonthFigures {
	tell := func(measure Measure, codes []string) Breakdown { return breakdown(measure, c[measure], codes, least) }
	f := MonthFigures{
		Month: m, Least: least, Empty: c.empty(),
		Texts:   breakdown(TextStatus, gathered(c[TextStatus], standing), Standings(), least),
		Reports: tell(ReportGround, groundCodes()), Cases: tell(CaseOpened, kindCodes()), Verdicts: tell(CaseVerdict, verdictCodes()),
		Appeals: cellOf(all, c[AppealLodged][all], least), Answered: tell(AppealAnswered, []string{Upheld, Dismissed}),
		Asked: cellOf(all, c[ConsentAsked][all], least), Consents: tell(ConsentAnswered, consentOutcomes),
		Looks: timing(c, TextLook, TextLookKept, least), Decisions: timing(c, TextDecision, TextDecisionKept, least),
		Opened: timing(c, CaseLook, "", least), Rulings: timing(c, CaseDecision, CaseDecisionKept, least),
	}
	return f
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
