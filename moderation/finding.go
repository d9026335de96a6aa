package moderation

import "imprimatur/workflow"

// Verdict is what a phase of screening answers.
type Verdict string

// The verdicts, the mildest first.
const (
	Pass Verdict = "pass"
	Flag Verdict = "flag" // goes on, and a human is told what to look at
	Hold Verdict = "hold" // waits for a human first
)

// Finding is what one phase said of a text.
type Finding struct {
	Phase    string  // stable, in message catalogues, such as "words"
	Verdict  Verdict // after the rules on who may hold where
	Reason   string  // stable code, or for word lists the list's name
	Ground   workflow.Ground
	Severity workflow.Severity
	Matches  []Match
}

// Field is a part of a contribution that is screened.
type Field string

// The fields. Positions in Body are bytes of the text's PlainText.
const (
	Title       Field = "title"
	Body        Field = "body"
	Attribution Field = "attribution"
)

// Match is a place that a phase took offence at: from Start up to End, in bytes
// of the field's plain text. Where Start is End the field as a whole is meant, or
// what is not spelled out in it, such as the address behind a link.
type Match struct {
	Field Field  `json:"field"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
}
