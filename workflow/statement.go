package workflow

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Statement is the statement of reasons of R43, in the vocabulary of the
// European transparency database. It is never submitted anywhere by the machine.
type Statement struct {
	Visibility         string     `json:"decision_visibility"`
	Account            string     `json:"decision_account,omitempty"`
	Provision          string     `json:"decision_provision,omitempty"`
	DecisionGround     string     `json:"decision_ground"`
	LegalGround        string     `json:"illegal_content_legal_ground,omitempty"`
	LegalExplanation   string     `json:"illegal_content_explanation,omitempty"`
	CharterGround      string     `json:"incompatible_content_ground,omitempty"`
	CharterExplanation string     `json:"incompatible_content_explanation,omitempty"`
	Category           string     `json:"category"`
	ContentType        []string   `json:"content_type"`
	ContentDate        time.Time  `json:"content_date"`
	ApplicationDate    time.Time  `json:"application_date"`
	EndDate            *time.Time `json:"end_date,omitempty"`
	Facts              string     `json:"decision_facts"`
	SourceType         string     `json:"source_type"`
	AutomatedDetection bool       `json:"automated_detection"`
	AutomatedDecision  string     `json:"automated_decision"`
	PUID               string     `json:"puid"`
	Redress            string     `json:"redress"`
	RedressUntil       time.Time  `json:"redress_until"`
}

// The closed vocabularies of the statement.
var (
	visibilities = []string{"REMOVED", "DISABLED", "DEMOTED", "AGE_RESTRICTED", "INTERACTION_RESTRICTED", "LABELLED", "OTHER"}
	contentTypes = []string{"TEXT", "IMAGE", "VIDEO", "AUDIO", "OTHER"}
	sourceTypes  = []string{"ARTICLE_16", "TRUSTED_FLAGGER", "TYPE_OTHER_NOTIFICATION", "VOLUNTARY"}
	accounts     = []string{"", "SUSPENDED", "TERMINATED"}
	provisions   = []string{"", "PARTIAL_SUSPENSION", "TOTAL_SUSPENSION", "PARTIAL_TERMINATION", "TOTAL_TERMINATION"}
	automations  = []string{"FULLY", "PARTIALLY", "NOT_AUTOMATED"}
)

// StatementWords is the closed vocabulary of a field of the statement, by its name; nil where the
// field has none.
func StatementWords(field string) []string {
	return map[string][]string{
		"decision_visibility": visibilities, "content_type": contentTypes, "source_type": sourceTypes, "automated_decision": automations,
		"decision_ground": {illegalContent, incompatibleContent}, "automated_detection": {"false", "true"},
	}[field]
}

// Values of decision_ground.
const (
	illegalContent      = "ILLEGAL_CONTENT"
	incompatibleContent = "INCOMPATIBLE_CONTENT"
)

// Missing names every field that is absent, too long or outside its vocabulary,
// as a path below the command. A statement without any is complete (R43).
func (s Statement) Missing() []string {
	var fields []string
	lack := func(wrong bool, field string) {
		if wrong {
			fields = append(fields, "reason.statement."+field)
		}
	}
	lack(!slices.Contains(visibilities, s.Visibility), "decision_visibility")
	lack(!slices.Contains(accounts, s.Account), "decision_account")
	lack(!slices.Contains(provisions, s.Provision), "decision_provision")
	lack(!slices.ContainsFunc(grounds, func(g GroundInfo) bool { return g.Category == s.Category }), "category")
	lack(len(s.ContentType) == 0 || slices.ContainsFunc(s.ContentType, notIn(contentTypes)), "content_type")
	lack(s.ContentDate.IsZero(), "content_date")
	lack(s.ApplicationDate.IsZero(), "application_date")
	lack(!fits(s.Facts, 5000), "decision_facts")
	lack(!slices.Contains(sourceTypes, s.SourceType), "source_type")
	lack(!slices.Contains(automations, s.AutomatedDecision), "automated_decision")
	lack(s.EndDate != nil && !s.EndDate.After(s.ApplicationDate), "end_date")
	lack(strings.TrimSpace(s.PUID) == "", "puid")
	lack(strings.TrimSpace(s.Redress) == "", "redress")
	lack(!s.RedressUntil.After(s.ApplicationDate), "redress_until")
	switch s.DecisionGround {
	case illegalContent:
		lack(!fits(s.LegalGround, 500), "illegal_content_legal_ground")
		lack(!fits(s.LegalExplanation, 2000), "illegal_content_explanation")
	case incompatibleContent:
		lack(!fits(s.CharterGround, 500), "incompatible_content_ground")
		lack(!fits(s.CharterExplanation, 2000), "incompatible_content_explanation")
	default:
		lack(true, "decision_ground")
	}
	return fields
}

// StatementInput is what a human or a rule knows when something is removed.
type StatementInput struct {
	Ground       Ground
	Facts        string // what was seen, where and why it is wrong; at most 5000 characters
	Visibility   string
	ContentType  []string
	ContentDate  time.Time
	At           time.Time
	Automated    bool // detected by screening; the decision itself is a human's
	Source       string
	PUID         string
	Redress      string
	RedressUntil time.Time
}

// NewStatement words the input in the vocabulary of R43: the ground's law or
// charter article, and its category. An unknown ground gives a statement that
// [Statement.Missing] refuses.
func NewStatement(in StatementInput) Statement {
	info, _ := in.Ground.Info()
	s := Statement{
		Visibility: in.Visibility, Category: info.Category, ContentType: in.ContentType,
		ContentDate: in.ContentDate, ApplicationDate: in.At, Facts: in.Facts, SourceType: in.Source,
		AutomatedDetection: in.Automated, AutomatedDecision: "NOT_AUTOMATED",
		PUID: in.PUID, Redress: in.Redress, RedressUntil: in.RedressUntil,
	}
	explanation := truncate(in.Facts, 2000)
	if info.Law != "" {
		s.DecisionGround, s.LegalGround, s.LegalExplanation = illegalContent, info.Law, explanation
	} else if info.Charter != "" {
		s.DecisionGround, s.CharterGround, s.CharterExplanation = incompatibleContent, "charte, "+info.Charter, explanation
	}
	return s
}

// fits reports whether the text says something, within the limit.
func fits(text string, limit int) bool {
	return strings.TrimSpace(text) != "" && utf8.RuneCountInString(text) <= limit
}

func truncate(text string, limit int) string {
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit])
	}
	return text
}

func notIn(list []string) func(string) bool {
	return func(s string) bool { return !slices.Contains(list, s) }
}
