package web

import (
	"time"

	"imprimatur/moderation"
	"imprimatur/workflow"
)

// OrderNote is an order on the page of its case (R48).
type OrderNote struct {
	Lines           []Fact
	Reasons, Reply  string
	Blocked, Lifted string
}

// orderNote tells what was ordered, and what was done of it by whom.
func (v *visit) orderNote(o moderation.OrderView) *OrderNote {
	note := &OrderNote{Reasons: o.Reasons, Reply: o.Reply}
	add := func(key, text string) {
		if text != "" {
			note.Lines = append(note.Lines, Fact{v.Text("order." + key), text})
		}
	}
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return v.Moment(t)
	}
	add("authority", o.Authority)
	add("legal_basis", o.LegalBasis)
	add("reference", o.Reference)
	add("ordered_on", v.Date(o.OrderedOn))
	add("received_at", at(o.ReceivedAt))
	add("due_by", at(o.DueBy))
	add("silent_until", at(o.SilentUntil))
	add("redress", o.Redress)
	if o.CheckedHow == "" {
		add("checked", v.Text("order.unchecked"))
	} else {
		add("checked", v.Text("order.checked_by", "How", v.Text("order.how_"+string(o.CheckedHow)), "Name", o.CheckedName, "At", at(o.CheckedAt), "Note", o.CheckedNote))
	}
	if !o.ExecutedAt.IsZero() {
		note.Blocked = v.Text("order.executed_by", "Name", o.ExecutedName, "At", at(o.ExecutedAt))
	}
	if !o.RepliedAt.IsZero() {
		add("replied", v.Text("order.replied_by", "Name", o.RepliedName, "At", at(o.RepliedAt), "Means", v.Text("order.means_"+string(o.ReplyMeans))))
	}
	if !o.LiftedAt.IsZero() {
		note.Lifted = v.Text("order.lifted_by", "Name", o.LiftedName, "At", at(o.LiftedAt), "Reference", o.LiftRef, "Why", o.LiftReason)
	}
	return note
}

// orderFields are what an act on an order asks for besides words.
func (v *visit) orderFields(act *CaseAct, order moderation.OrderView) {
	switch act.Action {
	case workflow.Authenticate:
		act.Choice, act.ChoiceLabel, act.TextLabel = "means", v.Text("order.how"), v.Text("order.how_note")
		for _, how := range moderation.ChecksHow() {
			act.Choices = append(act.Choices, Option{string(how), v.Text("order.how_" + string(how)), false})
		}
	case workflow.AnswerOrder:
		act.Choice, act.ChoiceLabel, act.TextLabel, act.Text = "means", v.Text("order.means"), v.Text("order.reply"), order.Draft
		act.Moment, act.MomentValue = true, v.Input(v.site.cfg.Clock())
		for _, means := range moderation.RepliesBy() {
			act.Choices = append(act.Choices, Option{string(means), v.Text("order.means_" + string(means)), false})
		}
	case workflow.LiftOrder:
		act.Refers, act.TextLabel, act.Class, act.Must = true, v.Text("order.lift_why"), "contrast", true
	case workflow.ExecuteOrder:
		act.Says, act.Class = false, ""
	}
}
