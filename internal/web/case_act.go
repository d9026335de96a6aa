package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"imprimatur/internal/id"
	"imprimatur/internal/web/i18n"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// CaseAct is an act on a case with what it will do, and what it asks for.
type CaseAct struct {
	*i18n.Printer
	ID, URL, Label, Does, Class string
	Action                      workflow.Action
	Version                     int64
	Closed                      []string // why it is not possible now
	Fields                      bool
	Choice, ChoiceLabel         string // the name of the list to choose from
	Choices                     []Option
	ChoiceFault                 string
	Says                        bool // has room for words
	Must                        bool // they are needed
	Text, TextFault             string
	TextLabel                   string // of the words; empty: an explanation
	Refers                      bool   // asks for the reference of a lift (R48)
	Reference, ReferenceFault   string
	Moment                      bool // asks when it was done
	MomentValue, MomentFault    string
	Open                        bool
}

// judging are the acts that have a page of their own.
var judging = []workflow.Action{workflow.DecideCase, workflow.Dismiss, workflow.Overturn}

// act fills in what the visitor may do, each with what it will do.
func (p *CasePage) act(v *visit, view moderation.CaseView) error {
	for _, offer := range view.Offers {
		if answersReply(offer.Action) {
			if len(p.Decide) == 0 {
				p.Decide = []Crumb{{v.house.dossier(view.ID, "reply"), v.Text("reply.answer_title")}}
			}
			continue
		}
		if slices.Contains(judging, offer.Action) {
			if len(offer.Unmet) == 0 {
				p.Decide = append(p.Decide, Crumb{v.house.dossier(view.ID, "decide") + "?do=" + string(offer.Action), v.Text("decision.way_" + string(offer.Action))})
			} else if p.Kept == "" {
				p.Kept = v.unmet(offer.Unmet, time.Time{})[0]
			}
			continue
		}
		act, err := v.caseAct(view, offer)
		if err != nil {
			return err
		}
		p.Actions = append(p.Actions, act)
	}
	return nil
}

func (v *visit) caseAct(view moderation.CaseView, offer moderation.CaseOffer) (CaseAct, error) {
	act := CaseAct{
		Printer: v.Printer, ID: "act-" + string(offer.Action), URL: v.house.dossier(view.ID, "act"), Action: offer.Action, Version: view.Version,
		Label: v.Text("action." + string(offer.Action)), Does: v.Text("does.case_"+string(offer.Action), "Above", view.Above),
		Class: "secondary", Closed: v.unmet(offer.Unmet, time.Time{}), Must: offer.Reason == workflow.NeedText, Says: offer.Action != workflow.Examine && offer.Action != workflow.MaskCase,
	}
	switch offer.Action {
	case workflow.Examine:
		act.Class = ""
	case workflow.Reassign:
		act.Choice, act.ChoiceLabel = "assignee", v.Text("case.assignee")
		for _, a := range view.Answerers {
			act.Choices = append(act.Choices, Option{a.Person.String(), v.Text("case.answerer", "Name", a.Name, "As", v.Text("case.as_"+string(a.As))), false})
		}
	case workflow.Inquire:
		act.Choice, act.ChoiceLabel = "report", v.Text("case.ask_whom")
		for _, r := range view.Reports {
			act.Choices = append(act.Choices, Option{r.ID.String(), r.Reference, false})
		}
	case workflow.Merge:
		var err error
		act.Choice, act.ChoiceLabel = "into", v.Text("case.into")
		if act.Choices, err = v.otherCases(view, moderation.Case.Continues); err != nil {
			return act, err
		}
	}
	if view.Order != nil {
		v.orderFields(&act, *view.Order)
	}
	act.Fields = act.Says || act.Choice != ""
	return act, nil
}

// leaving are the acts after which the case may be somebody else's to see.
var leaving = []workflow.Action{workflow.PassOrder, workflow.Reassign, workflow.Escalate, workflow.Transfer, workflow.Merge}

// actOnCase carries out what somebody does with a case.
func (s *Site) actOnCase(v *visit) error {
	c, form, err := v.caseForm()
	if err != nil {
		return err
	}
	command, err := v.caseCommand(form)
	if err != nil {
		return err
	}
	if err := s.cfg.Cases.ActOn(v.Request().Context(), v.actor(), c, command); err != nil {
		if !reworded(err) {
			return err
		}
		return v.caseAgain(form, err)
	}
	at := v.house.dossier(c)
	if slices.Contains(leaving, command.Action) {
		at = v.house.desk("cases")
	}
	return v.done("did."+string(command.Action), at)
}

// caseCommand reads what the form of an act sends.
func (v *visit) caseCommand(form url.Values) (moderation.CaseCommand, error) {
	action, err := workflow.ParseAction(form.Get("action"))
	if err != nil {
		return moderation.CaseCommand{}, err
	}
	command := moderation.CaseCommand{Action: action, Text: form.Get("text"), Means: form.Get("means"), Reference: form.Get("reference")}
	if command.Version, err = strconv.ParseInt(form.Get("version"), 10, 64); err != nil {
		return command, badForm(err)
	}
	if command.At, err = v.ParseInput(form.Get("at")); err != nil {
		return command, badForm(err)
	}
	// Nobody chosen is nobody, and the service says so.
	command.Assignee, _ = id.Parse[id.Person](form.Get("assignee"))
	command.Report, _ = id.Parse[id.Report](form.Get("report"))
	command.Into, _ = id.Parse[id.Case](form.Get("into"))
	return command, nil
}

// caseAgain shows the case with the form that was refused, open, and what was typed in it.
func (v *visit) caseAgain(form url.Values, err error) error {
	page, failed := v.casePage()
	if failed != nil {
		return failed
	}
	refusal := refusalIn(err)
	for i := range page.Actions {
		a := &page.Actions[i]
		if string(a.Action) != form.Get("action") {
			continue
		}
		a.Open, a.Text, a.Reference, a.MomentValue = true, form.Get("text"), form.Get("reference"), form.Get("at")
		for j := range a.Choices {
			a.Choices[j].Chosen = a.Choices[j].Code == form.Get(a.Choice)
		}
		if slices.Contains(refusal.Fields, "reason.text") {
			a.TextFault = v.Text("fault.reason_text")
			page.Faults = append(page.Faults, Fault{a.ID + "-text", a.TextFault})
		}
		if slices.Contains(refusal.Fields, "reason.reference") {
			a.ReferenceFault = v.Text("order.lift_reference_needed")
			page.Faults = append(page.Faults, Fault{a.ID + "-reference", a.ReferenceFault})
		}
		for _, fault := range v.faults(err, nil) {
			page.Faults = append(page.Faults, a.fault(fault))
		}
	}
	for _, need := range v.unmet(refusal.Unmet, refusal.Until) {
		page.Faults = append(page.Faults, Fault{"actions", need})
	}
	return v.site.render(v.Context, http.StatusUnprocessableEntity, page)
}

// fault puts a fault beside the field that it is of, and says where that is.
func (a *CaseAct) fault(f Fault) Fault {
	switch f.Field {
	case a.Choice:
		a.ChoiceFault, f.Field = f.Text, a.ID+"-choice"
	case "at":
		a.MomentFault, f.Field = f.Text, a.ID+"-at"
	default:
		a.TextFault, f.Field = f.Text, a.ID+"-text"
	}
	return f
}

// noteInCase keeps a note for those who examine.
func (s *Site) noteInCase(v *visit) error {
	c, form, err := v.caseForm()
	if err != nil {
		return err
	}
	err = s.cfg.Cases.AddNote(v.Request().Context(), v.actor(), c, form.Get("text"))
	if err == nil {
		return v.done("did.note", v.house.dossier(c)+"#thread")
	}
	if !correctable(err) {
		return err
	}
	page, failed := v.casePage()
	if failed != nil {
		return failed
	}
	page.Note.Text, page.Faults = form.Get("text"), v.faults(err, map[string]string{"text": "note"})
	return s.render(v.Context, http.StatusUnprocessableEntity, page)
}
