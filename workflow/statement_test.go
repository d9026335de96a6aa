package workflow_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/workflow"
)

// Every ground of RULES gives a complete statement; one that nobody knows does not.
func TestNewStatementIsComplete(t *testing.T) {
	t.Parallel()
	for _, info := range workflow.Grounds() {
		statement := workflow.NewStatement(input(info.Ground))
		if missing := statement.Missing(); len(missing) > 0 {
			t.Errorf("%s: %v", info.Ground, missing)
		}
		if illegal := statement.DecisionGround == "ILLEGAL_CONTENT"; illegal != (info.Law != "") {
			t.Errorf("%s, law %q: %s", info.Ground, info.Law, statement.DecisionGround)
		}
	}
	want := []string{"reason.statement.category", "reason.statement.decision_ground"}
	if diff := cmp.Diff(want, workflow.NewStatement(input("nonsense")).Missing()); diff != "" {
		t.Errorf("an unknown ground (-want +got):\n%s", diff)
	}
}

// The facts may take 5000 characters, the explanation 2000: it is cut between
// characters, never inside one.
func TestNewStatementCutsTheExplanation(t *testing.T) {
	t.Parallel()
	in := input("DEF")
	in.Facts = strings.Repeat("é", 5000)
	statement := workflow.NewStatement(in)
	if missing := statement.Missing(); len(missing) > 0 {
		t.Errorf("missing %v", missing)
	}
	if statement.LegalExplanation != strings.Repeat("é", 2000) || statement.Facts != in.Facts {
		t.Errorf("explanation of %d bytes, facts of %d", len(statement.LegalExplanation), len(statement.Facts))
	}
}

// Each field that is absent, too long or outside its vocabulary is named.
func TestStatementMissing(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 5001)
	earlier := now.Add(-time.Hour)
	for field, spoil := range map[string][]func(*workflow.Statement){
		"decision_visibility": {func(s *workflow.Statement) { s.Visibility = "" }, func(s *workflow.Statement) { s.Visibility = "GONE" }},
		"decision_account":    {func(s *workflow.Statement) { s.Account = "EXPELLED" }},
		"decision_provision":  {func(s *workflow.Statement) { s.Provision = "SOME" }},
		"decision_ground":     {func(s *workflow.Statement) { s.DecisionGround = "" }, func(s *workflow.Statement) { s.DecisionGround = "TASTE" }},
		"illegal_content_legal_ground": {
			func(s *workflow.Statement) { s.LegalGround = "" }, func(s *workflow.Statement) { s.LegalGround = long[:1002] },
		},
		"illegal_content_explanation": {func(s *workflow.Statement) { s.LegalExplanation = " " }, func(s *workflow.Statement) { s.LegalExplanation = long }},
		"category":                    {func(s *workflow.Statement) { s.Category = "" }, func(s *workflow.Statement) { s.Category = "RUDE" }},
		"content_type": {
			func(s *workflow.Statement) { s.ContentType = nil }, func(s *workflow.Statement) { s.ContentType = []string{"TEXT", "SMELL"} },
		},
		"content_date":       {func(s *workflow.Statement) { s.ContentDate = time.Time{} }},
		"end_date":           {func(s *workflow.Statement) { s.EndDate = &earlier }},
		"decision_facts":     {func(s *workflow.Statement) { s.Facts = "" }, func(s *workflow.Statement) { s.Facts = long }},
		"source_type":        {func(s *workflow.Statement) { s.SourceType = "RUMOUR" }},
		"automated_decision": {func(s *workflow.Statement) { s.AutomatedDecision = "" }},
		"puid":               {func(s *workflow.Statement) { s.PUID = "" }},
		"redress":            {func(s *workflow.Statement) { s.Redress = "" }},
		"redress_until":      {func(s *workflow.Statement) { s.RedressUntil = earlier }},
	} {
		for _, change := range spoil {
			statement := workflow.NewStatement(input("DEF"))
			change(&statement)
			if diff := cmp.Diff([]string{"reason.statement." + field}, statement.Missing()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", field, diff)
			}
		}
	}
}

func TestStatementMissingOfTheCharter(t *testing.T) {
	t.Parallel()
	statement := workflow.NewStatement(input("NEUT-POL"))
	statement.CharterGround, statement.CharterExplanation, statement.ApplicationDate = "", "", time.Time{}
	want := []string{
		"reason.statement.application_date", "reason.statement.incompatible_content_ground",
		"reason.statement.incompatible_content_explanation",
	}
	if diff := cmp.Diff(want, statement.Missing()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
