package workflow

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

// missing names the fields of the reason that are absent or wrong.
func (rule ReasonRule) missing(r Reason) []string {
	var fields []string
	lack := func(absent bool, field string) {
		if absent {
			fields = append(fields, field)
		}
	}
	lack(r.Ground != "" && !r.Ground.Known(), "reason.ground")
	lack(len([]rune(r.Text)) > 5000, "reason.text")
	lack(len([]rune(r.Reference)) > 200, "reason.reference")
	if rule == NoReason {
		return fields
	}
	lack(r.Text == "", "reason.text")
	switch rule {
	case NoReason, NeedText:
	case NeedGround:
		lack(r.Ground == "", "reason.ground")
	case NeedStatement:
		lack(r.Ground == "", "reason.ground")
		if r.Statement == nil {
			fields = append(fields, "reason.statement")
		} else {
			fields = append(fields, r.Statement.Missing()...)
		}
	case NeedReference:
		lack(r.Reference == "", "reason.reference")
	}
	return fields
}

// fitting satisfies every need that looks at a reason: an offer shows what is
// possible before the reason is written.
var fitting = Reason{Ground: "DEF", Text: "-", Reference: "-"}
