package workflow

import "slices"

// The limits of a reason, in characters.
const (
	maxText      = 5000
	maxReference = 200
)

// Reason is why somebody acted. A moderator picks the ground first; the legal
// label of the statement is optional and confirmed by the head.
type Reason struct {
	Ground    Ground
	Text      string     // for the person concerned, in the moderator's words; at most 5000 characters
	Statement *Statement // R43; nil unless the action withdraws
	Reference string     // of an order, a lift or a case; at most 200 characters
}

// ReasonRule says what a reason must hold.
type ReasonRule string

// The kinds of reason asked for.
const (
	NoReason      ReasonRule = ""          // a reason is kept when given
	NeedText      ReasonRule = "text"      // a sentence for the person concerned
	NeedGround    ReasonRule = "ground"    // a ground of RULES and a sentence (R43)
	NeedStatement ReasonRule = "statement" // a ground, a sentence and a complete statement of reasons (R43)
	NeedReference ReasonRule = "reference" // the reference of an order or of its lift (R48), and a sentence
)

// missing names the fields of the reason that are absent or wrong. What was
// given beyond what the rule asks for must be right too.
func (rule ReasonRule) missing(r Reason) []string {
	var fields []string
	lack := func(absent bool, field string) {
		if absent {
			fields = append(fields, field)
		}
	}
	asksGround := rule == NeedGround || rule == NeedStatement
	lack(!r.Ground.Known() && (asksGround || r.Ground != ""), "reason.ground")
	lack(!fits(r.Text, maxText) && (rule != NoReason || r.Text != ""), "reason.text")
	lack(!fits(r.Reference, maxReference) && (rule == NeedReference || r.Reference != ""), "reason.reference")
	lack(r.Statement == nil && rule == NeedStatement, "reason.statement")
	if r.Statement != nil {
		fields = append(fields, r.Statement.Missing()...)
	}
	return fields
}

// clone copies the reason, so that nobody changes what was decided.
// Ending is the reason for which a hold ends, in the same words: ground and statement are those of what
// places one.
func (r Reason) Ending() Reason {
	r.Ground, r.Statement = "", nil
	return r
}

func (r Reason) clone() Reason {
	if r.Statement != nil {
		statement := *r.Statement
		statement.ContentType = slices.Clone(statement.ContentType)
		if statement.EndDate != nil {
			end := *statement.EndDate
			statement.EndDate = &end
		}
		r.Statement = &statement
	}
	return r
}

// fitting satisfies every need that looks at a reason: an offer shows what is
// possible before the reason is written. Its ground is one of the law's and of
// the highest severity.
var fitting = Reason{Ground: "TERR", Text: "-", Reference: "-"}
