package moderation

import (
	"time"

	"imprimatur/internal/calendar"
	"imprimatur/internal/settings"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// judge runs the phases over a sample and says what becomes of it. It reads
// nothing but its arguments.
func judge(s Sample) (Result, workflow.Action) {
	r := Result{Revision: s.Revision.ID, Reach: s.Dossier.Space.Audience.Reach(), At: s.Now}
	action := workflow.Pass
	for _, p := range phases {
		for _, finding := range p.look(s) {
			finding.Phase = p.name()
			if finding.Verdict == Hold && !mayHold(finding, s.Dossier) {
				finding.Verdict = Flag
			}
			if finding.Verdict == Hold {
				action = workflow.HoldBack
			}
			r.Severity = max(r.Severity, finding.Severity)
			r.Findings = append(r.Findings, finding)
		}
	}
	r.Target = target(s, action, r.Severity)
	r.Alert = r.Severity == gravest
	return r, action
}

// gravest is the severity of what is a danger to somebody now.
const gravest workflow.Severity = 4

// mayHold reports whether a finding may keep a text from readers. In a forum
// publishing first is the charter's, for a lycée's pupils the law's: there only
// what is severe, a flood and a dated supervision may hold (R11, R14, R53).
func mayHold(f Finding, d publication.Dossier) bool {
	if d.Space.Kind != publication.Forum && d.Space.Mode != workflow.PupilPress {
		return true
	}
	switch f.Phase {
	case flood{}.name(), supervision{}.name():
		return true
	}
	return int(f.Severity) >= settings.ForumHoldSeverity.Of(d.Values)
}

// target is when a human should have looked: by the mode of the space (R12, R13),
// and sooner where what was found asks for it (R41).
func target(s Sample, action workflow.Action, severity workflow.Severity) time.Time {
	d := s.Dossier
	term := settings.ReviewTarget
	if action == workflow.Pass && d.Space.Mode != workflow.Pre {
		term = settings.PostReviewTarget
	}
	due := d.Calendar.Due(s.Revision.SubmittedAt, term.Of(d.Values))
	if severity == 0 {
		return due
	}
	return earlier(due, d.Calendar.Due(s.Revision.SubmittedAt, severityTerm(d, severity)))
}

func severityTerm(d publication.Dossier, severity workflow.Severity) calendar.Term {
	return settings.SeverityTarget(d.Values, int(severity))
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
