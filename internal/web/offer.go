package web

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"imprimatur/internal/id"
	"imprimatur/internal/web/i18n"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// OfferForm is an action with what it would do, and the reason that it asks for.
type OfferForm struct {
	*i18n.Printer
	ID, URL                                string
	Action                                 workflow.Action
	Label, Does, Class                     string
	Version                                int64
	Revision, Hold                         string
	Fields                                 bool // asks for anything at all
	AsksGround, AsksText, AsksReference    bool
	MaySeal, Seals                         bool // what is sensitive may be taken from everybody's eyes (R50)
	Grounds                                []Option
	Text, Reference                        string // as typed before
	GroundFault, TextFault, ReferenceFault string
	Closed                                 []string // why it is not possible now
	Open                                   bool
}

// elsewhere are the actions that have a page of their own or that a later issue
// brings the pages of.
var elsewhere = []workflow.Action{workflow.Block, workflow.Reverse, workflow.Configure}

// harmful are the actions that take something away, or send it back.
var harmful = []workflow.Action{
	workflow.Reject, workflow.Revert, workflow.Mask, workflow.Withdraw, workflow.Purge, workflow.Abandon, workflow.Freeze, workflow.Stop, workflow.Close,
}

// first are the actions that a page is opened for; all others look secondary.
var first = []workflow.Action{workflow.Approve, workflow.Sign, workflow.Review, workflow.Accept, workflow.Submit, workflow.Restore}

// offerForm words an offer; until is when a suspension ends that closes it. An act that asks for a reason has a form for it.
func (v *visit) offerForm(o workflow.Offer, address string, version int64, until time.Time) OfferForm {
	f := OfferForm{
		Printer: v.Printer, ID: "act-" + string(o.Action), URL: address, Action: o.Action, Version: version,
		Label: v.Text("action." + string(o.Action)), Closed: v.unmet(o.Unmet, until),
		Does: v.either("does."+string(o.Action)+"_"+o.To, "does."+string(o.Action)),
	}
	switch {
	case slices.Contains(harmful, o.Action):
		f.Class = "danger"
	case !slices.Contains(first, o.Action):
		f.Class = "secondary"
	}
	f.AsksGround = o.Reason == workflow.NeedGround || o.Reason == workflow.NeedStatement
	f.AsksReference = o.Reason == workflow.NeedReference
	f.AsksText = o.Reason != workflow.NoReason
	f.Fields = f.AsksText
	if f.AsksGround {
		f.Grounds = v.grounds("")
	}
	return f
}

// offers words the offers on a contribution.
func (v *visit) offers(d publication.Dossier, list []publication.Offer, address string) []OfferForm {
	var forms []OfferForm
	for _, o := range list {
		if slices.Contains(elsewhere, o.Action) {
			continue
		}
		f := v.offerForm(o.Offer, address, d.Contribution.Version, d.Author.Standing.Until)
		if !o.Revision.IsZero() {
			f.Revision = o.Revision.String()
		}
		f.MaySeal = o.Action == workflow.Mask || o.Action == workflow.Withdraw
		if !o.Hold.IsZero() {
			f.Hold, f.ID = o.Hold.String(), f.ID+"-"+strconv.Itoa(len(forms))
		}
		forms = append(forms, f)
	}
	slices.SortStableFunc(forms, func(a, b OfferForm) int { return rank(a) - rank(b) })
	return forms
}

// rank puts what a page is opened for first, and what cannot be done now last.
func rank(f OfferForm) int {
	switch {
	case len(f.Closed) > 0:
		return 3
	case f.Class == "":
		return 0
	case f.Class == "secondary":
		return 1
	}
	return 2
}

// grounds lists the charter's grounds, in the order of the words.
func (v *visit) grounds(chosen string) []Option {
	var options []Option
	for _, info := range workflow.Grounds() {
		options = append(options, Option{string(info.Ground), v.Text("ground." + string(info.Ground)), string(info.Ground) == chosen})
	}
	i18n.SortBy(v.Printer, options, func(o Option) string { return o.Label })
	return options
}

// command reads what an offer's form sends, and gives the form beside it: a page
// that refuses keeps what was typed.
func (v *visit) command() (url.Values, publication.Command, error) {
	form, err := v.form()
	if err != nil {
		return nil, publication.Command{}, err
	}
	act, err := commandOf(form)
	return form, act, err
}

func commandOf(form url.Values) (publication.Command, error) {
	action, err := workflow.ParseAction(form.Get("action"))
	if err != nil {
		return publication.Command{}, err
	}
	c := publication.Command{Action: action, Sealed: form.Get("sealed") != "", Reason: reason(form)}
	if c.Version, err = strconv.ParseInt(form.Get("version"), 10, 64); err != nil {
		return c, badForm(err)
	}
	if text := form.Get("revision"); text != "" {
		if c.Revision, err = id.Parse[id.Revision](text); err != nil {
			return c, badForm(err)
		}
	}
	if text := form.Get("hold"); text != "" {
		if c.Hold, err = id.Parse[id.Hold](text); err != nil {
			return c, badForm(err)
		}
	}
	return c, nil
}

func reason(form url.Values) workflow.Reason {
	return workflow.Reason{Ground: workflow.Ground(form.Get("ground")), Text: form.Get("text"), Reference: form.Get("reference")}
}

// again opens the form of the action that was refused for its reason, with what
// was typed and a sentence beside each field at fault.
func (v *visit) again(forms []OfferForm, form url.Values, refusal *workflow.Refusal) Faults {
	var faults Faults
	for i := range forms {
		f := &forms[i]
		if string(f.Action) != form.Get("action") || f.Hold != form.Get("hold") {
			continue
		}
		f.Open, f.Text, f.Reference = true, form.Get("text"), form.Get("reference")
		f.Seals = form.Get("sealed") != ""
		if f.AsksGround {
			f.Grounds = v.grounds(form.Get("ground"))
		}
		for _, field := range refusal.Fields {
			faults = append(faults, f.blame(v, field)...)
		}
	}
	return faults
}

func (f *OfferForm) blame(v *visit, field string) Faults {
	switch field {
	case "reason.ground":
		f.GroundFault = v.Text("fault.reason_ground")
		return Faults{{f.ID + "-ground", f.GroundFault}}
	case "reason.text":
		f.TextFault = v.Text("fault.reason_text")
		return Faults{{f.ID + "-text", f.TextFault}}
	case "reason.reference":
		f.ReferenceFault = v.Text("fault.reason_reference")
		return Faults{{f.ID + "-reference", f.ReferenceFault}}
	}
	return nil
}
