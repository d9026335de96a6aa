package api_test

import (
	"net/http"
	"testing"
	"time"

	"imprimatur/internal/postgres"
	"imprimatur/moderation"
)

// past keeps a year of the collège as if it had been.
func (b *bundle) past(t *testing.T, year int) {
	t.Helper()
	err := postgres.Transactions[moderation.FiguresTx](b.db)(t.Context(), b.Tilleuls, func(tx moderation.FiguresTx) error {
		for m := time.January; m <= time.December; m++ {
			counts := moderation.Counts{moderation.ReportGround: {"INJ": 30, "HAR": 2, "DEF": int(m)}, moderation.CaseDecision: {"90": 30}, moderation.CaseDecisionKept: {"in_time": 20, "late": 10}}
			if err := tx.KeepFigures(t.Context(), moderation.Month{Year: year, Month: m}, counts, time.Now()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Figures by the API say what the pages say, hide what they hide, and are for the same people.
func TestFigures(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.past(t, 2025)
	read := func(as, path string) response { return b.do(t, request{as: as, method: "GET", path: path}) }
	month := read("garcia", "/figures?month=2025-03").want(http.StatusOK).thing()
	if month["final"] != true || month.text("month") != "2025-03" {
		t.Errorf("March is %v", month)
	}
	for _, item := range month["reports"].(map[string]any)["cells"].([]any) {
		cell := item.(map[string]any)
		switch cell["code"] {
		case "INJ":
			if cell["n"] != 30.0 || cell["hidden"] != nil {
				t.Errorf("insults are %v", cell)
			}
		case "HAR", "DEF":
			if _, told := cell["n"]; told || cell["hidden"] != "small" {
				t.Errorf("few are %v", cell)
			}
		}
	}
	if total := month["reports"].(map[string]any)["total"].(map[string]any); total["hidden"] != "withheld" || total["n"] != nil {
		t.Errorf("the total is %v", total)
	}
	if took := month["case_decision"].(map[string]any); took["median_minutes"] != 90.0 || took["percent_in_time"] != 67.0 {
		t.Errorf("decisions took %v", took)
	}
	if now := read("garcia", "/figures").want(http.StatusOK).thing(); now["final"] != false {
		t.Errorf("this month is %v", now)
	}
	year := read("garcia", "/transparency").want(http.StatusOK).thing()
	if year["year"] != 2025.0 {
		t.Errorf("the report is %v", year)
	}
	publish := func(as, year string) response {
		return b.do(t, request{as: as, method: "POST", path: "/transparency/" + year + "/publication"})
	}
	publish("diallo", "2025").problem(403, "forbidden", "R09")
	publish("garcia", "2026").problem(422, "invalid", "R67")
	publish("garcia", "nulle").problem(404, "not-found", "")
	if year.text("published_at") != "" {
		t.Errorf("published by nobody at %s", year.text("published_at"))
	}
	if public := publish("garcia", "2025").want(http.StatusOK).thing(); public.text("published_at") == "" {
		t.Errorf("published: %v", public)
	}
	publish("garcia", "2025").problem(422, "invalid", "R58")
	for _, path := range []string{"/figures?month=9999-99", "/figures?month=2999-01", "/transparency?year=2024", "/transparency?year=x"} {
		read("garcia", path).problem(422, "invalid", "R67")
	}
	read("garcia", "/figures?who=noe").problem(400, "invalid-parameter", "")
	read("diallo", "/figures").problem(403, "forbidden", "R09")
	read("lina", "/transparency").problem(403, "forbidden", "R09")
}
