package web

import (
	"net/http"
	"net/url"

	"imprimatur/internal/actor"
	"imprimatur/internal/auth"
	"imprimatur/moderation"
)

// ReplyPage is where somebody whom a message names or designates asks to have their reply
// inserted: anybody by themselves, and the head's office what came by post (R55).
type ReplyPage struct {
	Base
	Crumbs     []Crumb
	Send       string
	Office     bool // it is recorded; then when it came is asked for, and no stamp
	Received   string
	Message    string // where it is
	Byline     string
	Designated string
	Passages   string
	Text       string
	Named      string
	Email      string
	Postal     string
	Sincere    bool
	Stamp      string // of the moment at which the form was opened
	Before     string // it was sent before, with something else in it: what came of that
	Again      bool   // it was sent as machines send forms: the person sends it once more
}

// Template names the page's file.
func (*ReplyPage) Template() string { return "reply" }

func (s *Site) newReply(v *visit) error {
	page, err := v.replyPage(url.Values{"message": {v.located(v.QueryParam("at"))}})
	if err != nil {
		return err
	}
	page.Stamp = s.stamp(opening)
	return v.render(page)
}

// replyPage is the form, with what was typed.
func (v *visit) replyPage(form url.Values) (*ReplyPage, error) {
	base, err := v.base(v.Text("reply.title"))
	if err != nil {
		return nil, err
	}
	base.Path = v.house.desk("reply")
	return &ReplyPage{
		Base: base, Send: base.Path, Message: form.Get("message"), Byline: form.Get("byline"), Designated: form.Get("designated"), Passages: form.Get("passages"),
		Text: form.Get("text"), Named: form.Get("name"), Email: form.Get("email"), Postal: form.Get("postal"), Sincere: form.Get("sincere") != "",
	}, nil
}

// replyIn reads what both forms send.
func (v *visit) replyIn(form url.Values) moderation.ReplyInput {
	return moderation.ReplyInput{
		Location: form.Get("message"), Byline: form.Get("byline"), Designated: form.Get("designated"), Passages: form.Get("passages"), Text: form.Get("text"),
		Name: form.Get("name"), Email: form.Get("email"), Postal: form.Get("postal"), GoodFaith: form.Get("sincere") != "", Language: v.Lang(),
	}
}

// replyFields are the fields of the form that the service calls otherwise.
var replyFields = map[string]string{"location": "message", "good_faith": "sincere", "email": "contact", "received_at": "received"}

// reply takes a request of anybody, whoever they are, for whoever directs where the message is (R56).
func (s *Site) reply(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	if !s.human(form) {
		return v.replyAgain(form, nil)
	}
	in := v.replyIn(form)
	in.Sending = s.sending(form)
	place, err := v.placeOf(in.Location)
	if err != nil {
		return err
	}
	receipt, err := s.cfg.Cases.Reply(v.Request().Context(), actor.Anonymous(place.Tenant, auth.ViaWeb), in)
	if err == nil {
		return v.see(followUp + receipt.Secret + "?sent=1")
	}
	if !reworded(err) && v.sentBefore(err) == "" {
		return err
	}
	return v.replyAgain(form, err)
}

// replyAgain shows the form with all that was typed: for what is wrong with it, or to be sent
// once more.
func (v *visit) replyAgain(form url.Values, wrong error) error {
	page, err := v.replyPage(form)
	if err != nil {
		return err
	}
	page.Stamp, page.Before, page.Again = v.site.stamp(again), v.sentBefore(wrong), wrong == nil
	if page.Before == "" {
		page.Faults = v.faults(wrong, replyFields)
	}
	return v.site.render(v.Context, http.StatusUnprocessableEntity, page)
}

func (s *Site) newRecord(v *visit) error {
	if err := s.cfg.Cases.MayRecordReply(v.Request().Context(), v.actor()); err != nil {
		return err
	}
	page, err := v.recordPage(url.Values{"message": {v.located(v.QueryParam("at"))}, "received": {v.Input(s.cfg.Clock())}})
	if err != nil {
		return err
	}
	return v.render(page)
}

// recordPage is the form for what came to the head's office.
func (v *visit) recordPage(form url.Values) (*ReplyPage, error) {
	page, err := v.replyPage(form)
	if err != nil {
		return nil, err
	}
	page.Title, page.Path = v.Text("reply.record"), v.house.desk("reply", "record")
	page.Crumbs = []Crumb{{v.house.desk("cases"), v.Text("cases.title")}}
	page.Send, page.Office, page.Received = page.Path, true, form.Get("received")
	return page, nil
}

// recordReply takes what came to the head's office, for whoever judges here.
func (s *Site) recordReply(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	in := v.replyIn(form)
	received, unread := v.ParseInput(form.Get("received"))
	in.ReceivedAt = received
	if unread != nil {
		in.ReceivedAt = s.cfg.Clock().AddDate(-10, 0, 0) // never: the service says what is wrong
	}
	_, err = s.cfg.Cases.RecordReply(v.Request().Context(), v.actor(), in)
	if err == nil {
		return v.done("did.record_reply", v.house.desk("cases")+"?kind="+string(moderation.OfReply))
	}
	if !reworded(err) {
		return err
	}
	page, failed := v.recordPage(form)
	if failed != nil {
		return failed
	}
	page.Faults = v.faults(err, replyFields)
	return s.render(v.Context, http.StatusUnprocessableEntity, page)
}
