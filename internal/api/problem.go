package api

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// ProblemType begins the type of every problem: a name that is stable and leads
// nowhere.
const ProblemType = "urn:imprimatur:problem:"

// MediaProblem is the media type of a [Problem].
const MediaProblem = "application/problem+json"

// Problem is an error as clients see it (RFC 9457). Its words are in the language
// that Accept-Language asks for, French before English; all else is the same in both.
type Problem struct {
	Type      string  `json:"type" doc:"Stable: urn:imprimatur:problem: and a word."`
	Title     string  `json:"title" doc:"What the type means, in the language of the answer."`
	Status    int     `json:"status" doc:"The HTTP status."`
	Detail    string  `json:"detail,omitempty" doc:"What to do, where that can be said, in the language of the answer."`
	Rule      string  `json:"rule,omitempty" doc:"The rule that refused, such as R27."`
	Errors    []Fault `json:"errors,omitempty" doc:"Every field at fault, and every requirement that is not met."`
	RequestID string  `json:"request_id" doc:"X-Request-Id of the answer: what to quote to whoever runs the service."`
	Language  string  `json:"-"`
}

// Write answers with the problem.
func (p Problem) Write(w http.ResponseWriter) error {
	body, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("write problem: %w", err)
	}
	w.Header().Set("Content-Type", MediaProblem)
	w.Header().Set("Content-Language", p.Language)
	w.Header().Add("Vary", "Accept-Language")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_, err = w.Write(body)
	return err
}
