package web

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/web/i18n"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// editorLabels gives the words of the editor as it reads them, by language.
func editorLabels(messages *i18n.Catalogue) (map[string]string, error) {
	labels := map[string]string{}
	for _, lang := range i18n.Languages() {
		words := map[string]string{}
		printer := messages.Printer(lang, nil)
		for _, key := range messages.Keys(lang) {
			if name, ok := strings.CutPrefix(key, "editor."); ok {
				words[name] = printer.Text(key)
			}
		}
		text, err := json.Marshal(words)
		if err != nil {
			return nil, err
		}
		labels[lang] = string(text)
	}
	return labels, nil
}

// either is the first of the messages that there is.
func (v *visit) either(keys ...string) string {
	for _, key := range keys {
		if text, err := v.T(key); err == nil {
			return text
		}
	}
	return keys[0]
}

// faults words every field error in err, for the fields of a form. ids names the
// form's field of a domain's field, where the two differ.
func (v *visit) faults(err error, ids map[string]string) Faults {
	var faults Faults
	for _, one := range each(err) {
		field, credit := new(directory.FieldError), new(publication.IncompleteAttribution)
		switch {
		case errors.As(one, &field):
			at := field.Field
			if own, ok := ids[at]; ok {
				at = own
			}
			faults = append(faults, Fault{at, v.FaultOf(field.Code, at, field.Limit, field.Named)})
		case errors.As(one, &credit):
			for _, missing := range credit.Missing {
				faults = append(faults, Fault{creditField(credit.Index, missing), v.Text("fault." + string(missing))})
			}
		}
	}
	return faults
}

// each takes wrapped and joined errors apart, down to those of a field.
func each(err error) []error {
	switch at := err.(type) { //nolint:errorlint // the tree itself is walked
	case nil:
		return nil
	case *directory.FieldError, *publication.IncompleteAttribution:
		return []error{err}
	case interface{ Unwrap() []error }:
		var list []error
		for _, one := range at.Unwrap() {
			list = append(list, each(one)...)
		}
		return list
	case interface{ Unwrap() error }:
		return each(at.Unwrap())
	}
	return nil
}

// unmet words what is missing for an act.
func (v *visit) unmet(list []workflow.Unmet, until time.Time) []string {
	words := make([]string, len(list))
	for i, unmet := range list {
		words[i] = v.Need(unmet.Name, unmet.Rule)
		if unmet.Rule == "R53" && !until.IsZero() {
			words[i] = v.Text("need.standing_until", "Until", v.DateTime(until)) + " (" + unmet.Rule + ")"
		}
	}
	return words
}

// Status is a badge.
type Status struct{ Badge, Label string }

// badges are the looks of the editorial statuses; a status without one is plain.
var badges = map[workflow.Editorial]string{
	workflow.Draft: "badge-draft", workflow.Submitted: "badge-waiting", workflow.InReview: "badge-waiting",
	workflow.ChangesRequested: "badge-changes", workflow.Rejected: "badge-rejected", workflow.AwaitingSignature: "badge-waiting",
	workflow.AwaitingConsent: "badge-waiting", workflow.Scheduled: "badge-scheduled", workflow.Live: "badge-live",
}

func (v *visit) status(e workflow.Editorial) Status {
	return Status{badges[e], v.Text("status." + string(e))}
}

// hidden is the badge of what hides a text; none while nothing does.
func (v *visit) hidden(e workflow.Exposure) []Status {
	if e == workflow.Visible || e == workflow.Unpublished || e == "" {
		return nil
	}
	return []Status{{"badge-hidden", v.Text("exposure." + string(e))}}
}
