package moderation

import (
	"slices"
	"strconv"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/workflow"
)

// Month is a month of an establishment's own calendar.
type Month struct {
	Year  int
	Month time.Month
}

// monthForm is how a month is written: 2026-11.
const monthForm = "2006-01"

// ParseMonth reads a month such as 2026-11, and only so. The error is a
// [directory.FieldError] ("month").
func ParseMonth(text string) (Month, error) {
	t, err := time.Parse(monthForm, text)
	if err != nil || t.Format(monthForm) != text || t.Year() < 1 {
		return Month{}, noMonth("month")
	}
	return Month{t.Year(), t.Month()}, nil
}

func noMonth(field string) error {
	return &directory.FieldError{Field: field, Code: "no_such_time", Rule: "R67"}
}

// MonthOf is the month in which a moment falls in a place.
func MonthOf(t time.Time, place *time.Location) Month {
	year, month, _ := t.In(place).Date()
	return Month{year, month}
}

func (m Month) String() string { return m.first(time.UTC).Format(monthForm) }

// Day is the first of the month, as a date.
func (m Month) Day() time.Time { return m.first(time.UTC) }

// Next is the month after.
func (m Month) Next() Month { return m.shift(1) }

// Previous is the month before.
func (m Month) Previous() Month { return m.shift(-1) }

// Before reports whether the month is earlier.
func (m Month) Before(other Month) bool { return m.Day().Before(other.Day()) }

func (m Month) shift(months int) Month { return MonthOf(m.Day().AddDate(0, months, 0), time.UTC) }

func (m Month) first(place *time.Location) time.Time {
	return time.Date(m.Year, m.Month, 1, 0, 0, 0, 0, place)
}

// Bounds are when the month begins in a place, and the next one does.
func (m Month) Bounds(place *time.Location) (from, until time.Time) {
	return m.first(place), m.Next().first(place)
}

// Measure names what is counted. Nothing is counted by person, class or space.
type Measure string

// The measures. Those of times count by minutes, in two digits.
const (
	TextStatus       Measure = "text_status"        // texts that were submitted, by their editorial status
	TextLook         Measure = "text_look"          // minutes until the first human looked (R12, R13)
	TextLookKept     Measure = "text_look_kept"     // whether that was in time
	TextDecision     Measure = "text_decision"      // minutes until the first human decision
	TextDecisionKept Measure = "text_decision_kept" // whether that was in time
	TextScreened     Measure = "text_screened"      // texts that screening flagged or held, with what became of them
	ReportGround     Measure = "report_ground"      // reports, by ground
	CaseOpened       Measure = "case_opened"        // cases, by kind
	CaseLook         Measure = "case_look"          // minutes until whoever examines it opened it
	CaseDecision     Measure = "case_decision"      // minutes until the first decision (R41)
	CaseDecisionKept Measure = "case_decision_kept" // whether that was in time
	CaseVerdict      Measure = "case_verdict"       // first decisions, by verdict
	AppealLodged     Measure = "appeal_lodged"      // appeals (R45)
	AppealAnswered   Measure = "appeal_answered"    // answers to appeals: upheld or dismissed
	AutoMasked       Measure = "auto_masked"        // masks that no human placed (R42), with what was decided
	ConsentAsked     Measure = "consent_asked"      // consents that were asked for
	ConsentAnswered  Measure = "consent_answered"   // consents by what they came to
)

// Codes of measures that have no vocabulary elsewhere.
const (
	InTime    = "in_time"
	Late      = "late"
	Upheld    = "upheld"
	Dismissed = "dismissed"
	all       = "all" // of what is counted by nothing
)

// sourceType is the field of a statement of reasons that tells what brought it about.
const sourceType Measure = "source_type"

// statementMeasures are the fields of the statements of reasons (R43), in the order of the
// report: each statement is counted once in each, and in content_type once for each type.
var statementMeasures = []Measure{
	"decision_visibility", "decision_ground", "category", "content_type", sourceType, "automated_detection", "automated_decision",
}

// Counts is how many there are of each code of each measure.
type Counts map[Measure]map[string]int

// add adds other counts up into these.
func (c Counts) add(more Counts) {
	for measure, codes := range more {
		if c[measure] == nil {
			c[measure] = map[string]int{}
		}
		for code, n := range codes {
			c[measure][code] += n
		}
	}
}

// empty reports whether nothing was counted.
func (c Counts) empty() bool {
	for _, codes := range c {
		if len(codes) > 0 {
			return false
		}
	}
	return true
}

// gathered adds the codes of a measure up by what they mean to a reader.
func gathered(codes map[string]int, meaning func(string) string) map[string]int {
	sum := map[string]int{}
	for code, n := range codes {
		sum[meaning(code)] += n
	}
	return sum
}

// The standings of a text, as figures tell them.
const (
	standsPublished = "published"
	standsWaiting   = "waiting"
	standsReturned  = "changes_requested"
	standsRejected  = "rejected"
	standsGivenUp   = "abandoned"
)

// Standings lists them.
func Standings() []string {
	return []string{standsPublished, standsWaiting, standsReturned, standsRejected, standsGivenUp}
}

// standing is where a text stands, by its editorial status.
func standing(status string) string {
	switch workflow.Editorial(status) {
	case workflow.Live, workflow.Superseded:
		return standsPublished
	case workflow.ChangesRequested:
		return standsReturned
	case workflow.Rejected:
		return standsRejected
	case workflow.Abandoned, workflow.Replaced, workflow.Draft:
		return standsGivenUp
	case workflow.Submitted, workflow.InReview, workflow.AwaitingSignature, workflow.AwaitingConsent, workflow.Scheduled:
	}
	return standsWaiting
}

// categoryOf is the category of a ground in the vocabulary of the statement of reasons.
func categoryOf(ground string) string {
	info, ok := workflow.Ground(ground).Info()
	if !ok {
		return "OTHER_VIOLATION_TC"
	}
	return info.Category
}

// percentile is the time that a share of those counted by minutes kept within.
func percentile(minutes map[string]int, share float64) time.Duration {
	total := 0
	var taken []int
	for text, n := range minutes {
		m, err := strconv.Atoi(text)
		if err != nil {
			continue // no measure of time has such a code
		}
		taken, total = append(taken, m), total+n
	}
	slices.Sort(taken)
	seen := 0
	for _, m := range taken {
		if seen += minutes[strconv.Itoa(m)]; float64(seen) >= share*float64(total) {
			return time.Duration(m) * time.Minute
		}
	}
	return 0
}
