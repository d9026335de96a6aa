package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// ReplyAnswerPage is where the director inserts a reply, or refuses it with reasons; then the
// letter to whoever replies, before it is sent (R56).
type ReplyAnswerPage struct {
	Base
	Crumbs  []Crumb
	Send    string
	Version int64
	Reply   *ReplyNote
	Clock   string // the legal time that is left
	Chosen  workflow.Action
	Insert  workflow.Action
	Refuse  workflow.Action
	Grounds []Option
	Reason  string
	Letter  *LetterNote // to be sent as it is; nil while the form is filled in
	Button  string
}

// Template names the page's file.
func (*ReplyAnswerPage) Template() string { return "reply_answer" }

// ReplyNote is a reply beside its message, as they were received.
type ReplyNote struct {
	Name, Contact, Designated, Byline, Passages string
	Text, Lines, MessageLines, Hash             string
	Received                                    string
	Flags                                       []string // what the head is to judge: late, long, nothing found
	Message                                     *ExhibitNote
	Shown                                       string // since when readers see it
	Refused                                     []string
	Reason                                      string
}

// replyNote sets a reply beside its message.
func (v *visit) replyNote(view moderation.CaseView) *ReplyNote {
	r := view.Reply
	if r == nil {
		return nil
	}
	note := &ReplyNote{
		Name: r.Name, Designated: r.Designated, Byline: r.Byline, Passages: r.Passages, Text: r.Text, Reason: r.Reason,
		Received: v.DateTime(r.ReceivedAt), Hash: hashed(r.Hash),
	}
	note.Lines, _ = v.N("reply.lines", r.Lines)
	if r.MessageLines > 0 {
		note.MessageLines, _ = v.N("reply.lines", r.MessageLines)
	}
	for _, report := range view.Reports {
		note.Contact = report.Email
	}
	if r.Postal != "" {
		note.Contact = joinWords(note.Contact, r.Postal)
	}
	switch {
	case !r.ShownUntil.IsZero():
		note.Shown = v.Text("reply.shown_until", "From", v.DateTime(r.ShownFrom), "Until", v.DateTime(r.ShownUntil))
	case !r.ShownFrom.IsZero():
		note.Shown = v.Text("reply.shown_from", "From", v.DateTime(r.ShownFrom))
	}
	for _, g := range r.Grounds {
		note.Refused = append(note.Refused, v.Text("reply.ground_"+string(g)))
	}
	note.Flags = v.replyFlags(*r)
	return note
}

func joinWords(a, b string) string {
	if a == "" {
		return b
	}
	return a + " · " + b
}

// replyFlags are what the head is to judge, and the machine does not.
func (v *visit) replyFlags(r moderation.Reply) []string {
	var flags []string
	if r.Late() {
		flags = append(flags, v.Text("reply.late", "Until", v.Limit(r.Until), "Appeared", v.Date(r.MessageAt)))
	}
	if r.Long() && r.MessageLines > 0 {
		flags = append(flags, v.Text("reply.long", "Lines", r.Lines, "Most", r.MostLines))
	}
	return flags
}

// answering finds what may be done with a reply; nothing is [workflow.ErrImpossible].
func (v *visit) answering() (moderation.CaseView, []moderation.CaseOffer, error) {
	c, err := caseOf(v.Param("case"))
	if err != nil {
		return moderation.CaseView{}, nil, err
	}
	view, err := v.site.cfg.Cases.Case(v.Request().Context(), v.actor(), c)
	if err != nil {
		return view, nil, err
	}
	offers := slices.DeleteFunc(view.Offers, func(o moderation.CaseOffer) bool { return !answersReply(o.Action) })
	if len(offers) == 0 {
		err = &workflow.Refusal{Machine: workflow.ReplyTable.Name, Action: workflow.InsertReply, Status: string(view.Status), Rule: "R56", Err: workflow.ErrImpossible}
	}
	return view, offers, err
}

// answersReply reports whether an act has its page here.
func answersReply(a workflow.Action) bool {
	return a == workflow.InsertReply || a == workflow.RefuseReply
}

func (s *Site) newReplyAnswer(v *visit) error {
	page, err := v.replyAnswerPage(url.Values{})
	if err != nil {
		return err
	}
	return v.render(page)
}

// replyAnswerPage is the form, with what was chosen and typed.
func (v *visit) replyAnswerPage(form url.Values) (*ReplyAnswerPage, error) {
	view, _, err := v.answering()
	if err != nil {
		return nil, err
	}
	base, err := v.base(v.Text("reply.answer_title"))
	if err != nil {
		return nil, err
	}
	base.Wide, base.Path = true, v.house.dossier(view.ID, "reply")
	page := &ReplyAnswerPage{
		Base: base, Send: base.Path, Version: view.Version, Reply: v.replyNote(view), Clock: v.replyClock(view), Reason: form.Get("reason"),
		Crumbs: []Crumb{{v.house.desk("cases"), v.Text("cases.title")}, {v.house.dossier(view.ID), view.Reference}},
		Chosen: workflow.Action(form.Get("action")), Insert: workflow.InsertReply, Refuse: workflow.RefuseReply,
	}
	if len(view.Evidence) > 0 {
		message := v.exhibit(0, view.Evidence[0], view)
		page.Reply.Message = &message
	}
	for _, g := range moderation.ReplyGrounds() {
		page.Grounds = append(page.Grounds, Option{string(g), v.Text("reply.ground_" + string(g)), slices.Contains(form["grounds"], string(g))})
	}
	return page, nil
}

// replyClock says how much of the legal time is left (R56).
func (v *visit) replyClock(view moderation.CaseView) string {
	left := view.DueAt.Sub(v.site.cfg.Clock())
	if left <= 0 {
		return v.Text("reply.overdue", "Due", v.DateTime(view.DueAt))
	}
	return v.Text("reply.due_in", "Hours", int(left.Hours()), "Due", v.DateTime(view.DueAt))
}

// replyCommand is what the form says.
func replyCommand(form url.Values) (moderation.CaseCommand, error) {
	command := moderation.CaseCommand{Action: workflow.Action(form.Get("action"))}
	var err error
	if command.Version, err = strconv.ParseInt(form.Get("version"), 10, 64); err != nil {
		return command, badForm(err)
	}
	if command.Action != workflow.RefuseReply {
		return command, nil
	}
	command.Reason = form.Get("reason")
	for _, g := range form["grounds"] {
		command.Grounds = append(command.Grounds, moderation.ReplyGround(g))
	}
	return command, nil
}

// answerReply shows the letter, or sends it: that is the answer.
func (s *Site) answerReply(v *visit) error {
	c, form, err := v.caseForm()
	if err != nil {
		return err
	}
	command, err := replyCommand(form)
	if err != nil {
		return err
	}
	if !answersReply(command.Action) {
		return v.replyAnswerAgain(form, Faults{{"answer", v.Text("fault.unknown_answer")}})
	}
	switch form.Get("do") {
	case "edit":
		return v.replyAnswerAgain(form, nil)
	case "send":
		if err = s.cfg.Cases.ActOn(v.Request().Context(), v.actor(), c, command); err == nil {
			return v.done("did."+string(command.Action), v.house.dossier(c))
		}
	default:
		if err = v.showReplyLetter(c, form, command); err == nil {
			return nil
		}
	}
	if !reworded(err) && !errors.Is(err, workflow.ErrStale) {
		return err
	}
	return v.replyAnswerAgain(form, v.answerFaults(err))
}

// answerFaults puts what is wrong beside the fields of the form.
func (v *visit) answerFaults(wrong error) Faults {
	if errors.Is(wrong, workflow.ErrStale) {
		return Faults{{"answer", v.Text("case.moved")}}
	}
	faults, refusal := v.faults(wrong, nil), refusalIn(wrong)
	if len(refusal.Fields) > 0 {
		faults = append(faults, Fault{"reason", v.Text("fault.reason_text")})
	}
	for _, need := range v.unmet(refusal.Unmet, refusal.Until) {
		faults = append(faults, Fault{"answer", need})
	}
	return faults
}

func (v *visit) replyAnswerAgain(form url.Values, faults Faults) error {
	page, err := v.replyAnswerPage(form)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if page.Faults = faults; len(faults) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return v.site.render(v.Context, status, page)
}

// showReplyLetter shows what would be sent.
func (v *visit) showReplyLetter(c id.Case, form url.Values, command moderation.CaseCommand) error {
	letter, err := v.site.cfg.Cases.PreviewReply(v.Request().Context(), v.actor(), c, command)
	if err != nil {
		return err
	}
	page, err := v.replyAnswerPage(form)
	if err != nil {
		return err
	}
	page.Letter, page.Button = &v.letters([]moderation.CaseLetter{letter})[0], v.Text("action."+string(command.Action))
	return v.site.render(v.Context, http.StatusOK, page)
}
