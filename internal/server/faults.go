package server

import (
	"errors"
	"fmt"
	"strings"

	"imprimatur/internal/api"
	"imprimatur/internal/directory"
	"imprimatur/internal/settings"
	"imprimatur/internal/web/i18n"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// problemOf is the whole answer to an error. Nothing of an error's text is in it.
func problemOf(err error, requestID string, p *i18n.Printer) api.Problem {
	k := classify(err)
	problem := api.Problem{
		Type: api.ProblemType + k.word, Title: p.Text("api." + k.text), Status: k.status,
		Rule: ruleOf(err), Errors: faultsOf(err), RequestID: requestID, Language: p.Lang(),
	}
	if advice, err := p.T("api." + k.text + "_do"); err == nil {
		problem.Detail = advice
	}
	for i := range problem.Errors {
		problem.Errors[i].Text = faultText(problem.Errors[i], p)
	}
	return problem
}

// faultText words a fault as the pages do. What a field lacks is known by the last
// part of its path.
func faultText(f api.Fault, p *i18n.Printer) string {
	if f.Code == "limited" {
		return p.Text("api.fault_limited", "Until", p.Day(f.Until))
	}
	if f.Field == "" && p.Has("need."+f.Code) {
		return p.Need(f.Code, f.Rule)
	}
	if own := "api.fault_" + f.Code; p.Has(own) { // where a page would say: choose one of these
		return p.Text(own)
	}
	field := f.Field[strings.LastIndex(f.Field, ".")+1:]
	if strings.HasPrefix(f.Field, "attributions.") && f.Code == "required" && p.Has("fault."+field) {
		return p.Text("fault." + field)
	}
	return p.FaultOf(f.Code, field, f.Limit, f.Named)
}

// ruleOf is the rule that refused; empty where none did.
func ruleOf(err error) string {
	var refusal *workflow.Refusal
	var act *directory.Refusal
	switch {
	case errors.As(err, &refusal):
		return refusal.Rule
	case errors.As(err, &act):
		return act.Rule
	}
	for _, fault := range faultsOf(err) {
		if fault.Rule != "" {
			return fault.Rule
		}
	}
	return ""
}

// faultsOf lists every field at fault and every requirement that is not met, in
// an error and in all that it joins.
func faultsOf(err error) []api.Fault {
	switch e := err.(type) { //nolint:errorlint // the tree is walked below
	case nil:
		return nil
	case *api.RequestError:
		return e.Faults
	case *workflow.Refusal:
		return refusalFaults(e)
	case *directory.Refusal:
		if e.Until.IsZero() {
			return nil
		}
		return []api.Fault{{Code: "limited", Rule: e.Rule, Until: e.Until.UTC()}}
	case *publication.FieldError:
		return []api.Fault{{Field: e.Field, Code: e.Code, Rule: e.Rule, Limit: e.Limit, Named: e.Named}}
	case *publication.IncompleteAttribution:
		return attributionFaults(e)
	case *settings.Refusal:
		return []api.Fault{{Field: e.Key, Code: settingCode(e), Rule: e.Rule, Want: e.Want}}
	case interface{ Unwrap() []error }:
		var all []api.Fault
		for _, one := range e.Unwrap() {
			all = append(all, faultsOf(one)...)
		}
		return all
	}
	return faultsOf(errors.Unwrap(err))
}

func refusalFaults(r *workflow.Refusal) []api.Fault {
	faults := make([]api.Fault, 0, len(r.Unmet)+len(r.Fields))
	for _, unmet := range r.Unmet {
		fault := api.Fault{Code: unmet.Name, Rule: unmet.Rule}
		if unmet.Rule == "R53" {
			fault.Until = r.Until.UTC()
		}
		faults = append(faults, fault)
	}
	for _, field := range r.Fields {
		faults = append(faults, api.Fault{Field: field, Code: "required", Rule: r.Rule})
	}
	return faults
}

func attributionFaults(e *publication.IncompleteAttribution) []api.Fault {
	faults := make([]api.Fault, len(e.Missing))
	for i, field := range e.Missing {
		faults[i] = api.Fault{Field: fmt.Sprintf("attributions.%d.%s", e.Index, field), Code: "required", Rule: e.Rule()}
	}
	return faults
}

// settingCode names the sentinel of a refused setting.
func settingCode(r *settings.Refusal) string {
	for code, sentinel := range map[string]error{"unknown": settings.ErrUnknown, "invalid": settings.ErrInvalid, "weaker": settings.ErrWeaker} {
		if errors.Is(r, sentinel) {
			return code
		}
	}
	return strings.ToLower(r.Key)
}
