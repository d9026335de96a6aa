package workflow_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"imprimatur/workflow"
)

// The grounds are those of RULES, with their category and severity.
func TestGroundsAgreeWithRules(t *testing.T) {
	t.Parallel()
	type line struct {
		category string
		severity workflow.Severity
	}
	want := map[workflow.Ground]line{}
	for _, row := range []struct {
		codes    string
		category string
		severity workflow.Severity
	}{
		{"DEF INJ", "ILLEGAL_OR_HARMFUL_SPEECH", 2},
		{"HATE DISC NEG", "ILLEGAL_OR_HARMFUL_SPEECH", 3},
		{"APO PROVCRIME THREAT", "VIOLENCE", 3},
		{"TERR", "RISK_FOR_PUBLIC_SECURITY", 4},
		{"CSAM GROOM", "PROTECTION_OF_MINORS", 4},
		{"MINPROV MINVIO", "PROTECTION_OF_MINORS", 3},
		{"SUI", "SELF_HARM", 4},
		{"HAR", "CYBER_VIOLENCE", 3},
		{"INTIM DEEP", "CYBER_VIOLENCE", 4},
		{"PRIV IMG DATA", "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", 2},
		{"USURP", "SCAMS_AND_FRAUD", 2},
		{"DRUG", "RISK_FOR_PUBLIC_SECURITY", 2},
		{"COPY NEIGH SOFT TM", "INTELLECTUAL_PROPERTY_INFRINGEMENTS", 2},
		{"YOUTH", "PROTECTION_OF_MINORS", 2},
		{"NEUT-REL NEUT-POL NEUT-IDEO NEUT-COM PURP SPAM MALW IPMETA", "OTHER_VIOLATION_TC", 1},
	} {
		for _, code := range strings.Fields(row.codes) {
			want[workflow.Ground(code)] = line{row.category, row.severity}
		}
	}
	got := map[workflow.Ground]line{}
	for _, info := range workflow.Grounds() {
		got[info.Ground] = line{info.Category, info.Severity}
		if info.Law == "" && info.Charter == "" {
			t.Errorf("%s rests on nothing", info.Ground)
		}
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(line{})); diff != "" {
		t.Errorf("-rules +grounds:\n%s", diff)
	}
	if len(got) != 35 || len(workflow.Grounds()) != 35 {
		t.Errorf("%d grounds, %d of them different, want 35", len(workflow.Grounds()), len(got))
	}
}

// R14: the head acts against a pupils' publication for what the law knows, never
// for neutrality, purpose or attribution.
func TestPressGrounds(t *testing.T) {
	t.Parallel()
	for ground, want := range map[workflow.Ground]bool{
		"DEF": true, "INJ": true, "THREAT": true, "PRIV": true,
		"NEUT-POL": false, "PURP": false, "IPMETA": false, "": false, "nonsense": false,
	} {
		if got := ground.Press(); got != want {
			t.Errorf("%q: %v, want %v", ground, got, want)
		}
	}
}

// The list that callers get is their own.
func TestGroundsIsACopy(t *testing.T) {
	t.Parallel()
	workflow.Grounds()[0].Severity = 0
	if info, ok := workflow.Ground("DEF").Info(); !ok || info.Severity != 2 {
		t.Errorf("DEF became %+v", info)
	}
}
