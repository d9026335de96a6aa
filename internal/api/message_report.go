package api

import (
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// messageReportJSON is a private message that one of its correspondents reports, as the ENT
// copies it: nothing else of the conversation can be read (R25).
type messageReportJSON struct {
	Message     messageJSON         `json:"message" doc:"The one that is reported, exactly as it was sent."`
	Recipients  []correspondentJSON `json:"recipients" doc:"To whom it was written; at most 500. The person reports what they have written or received, and nothing else (R25)."`
	Before      []messageJSON       `json:"before,omitempty" doc:"Context, in its order: as many as message_context says, 2 unless the establishment changed that."`
	After       []messageJSON       `json:"after,omitempty" doc:"Likewise."`
	Ground      workflow.Ground     `json:"ground"`
	Explanation string              `json:"explanation,omitempty" doc:"At most 5,000 characters."`
	Authority   bool                `json:"authority,omitempty" doc:"The authority above the establishment is to examine it (R40)."`
	Language    string              `json:"language,omitempty" doc:"Of the letters: fr unless told, or en."`
}

// messageJSON is one message of a conversation.
type messageJSON struct {
	ID          string             `json:"id" doc:"The ENT's own, at most 200 characters: reports of one message are one case."`
	Author      correspondentJSON  `json:"author"`
	SentAt      time.Time          `json:"sent_at"`
	Text        string             `json:"text,omitempty" doc:"Plain text, at most 20,000 characters; or html."`
	HTML        string             `json:"html,omitempty" doc:"Instead of text; it is sanitised, and pictures are left out."`
	Attachments []attachedNameJSON `json:"attachments,omitempty" doc:"What was attached, by name: the files stay with the ENT. At most 20."`
}

type correspondentJSON struct {
	ExternalID string    `json:"external_id"`
	Name       string    `json:"name,omitempty" doc:"As the ENT shows it; whom the directory knows has its name."`
	Person     id.Person `json:"person,omitzero" doc:"Whom the directory knows by that; ignored where it is sent."`
}

type attachedNameJSON struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256,omitempty"`
}

func (m messageJSON) domain() moderation.PrivateMessage {
	out := moderation.PrivateMessage{ID: m.ID, Author: moderation.Correspondent(m.Author), SentAt: m.SentAt, HTML: m.HTML, Text: m.Text}
	for _, a := range m.Attachments {
		out.Attachments = append(out.Attachments, moderation.AttachedName(a))
	}
	return out
}

func conversation(list []messageJSON) []moderation.PrivateMessage {
	out := make([]moderation.PrivateMessage, len(list))
	for i, m := range list {
		out[i] = m.domain()
	}
	return out
}

// postMessageReport takes a report of a private message.
func (a *API) postMessageReport(c *call) (answer, error) {
	if c.identity.Key.IsZero() { // what somebody sends from a browser is no copy of the ENT's (R25)
		return answer{}, &directory.Refusal{Act: "report_message", Rule: "R25", Err: directory.ErrForbidden}
	}
	sent, err := decode[messageReportJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	in := moderation.MessageInput{
		Message: sent.Message.domain(), Before: conversation(sent.Before), After: conversation(sent.After), Ground: sent.Ground,
		Explanation: sent.Explanation, Authority: sent.Authority, Language: sent.Language,
	}
	for _, r := range sent.Recipients {
		in.Recipients = append(in.Recipients, moderation.Correspondent(r))
	}
	given, err := a.cfg.Reports.ReportMessage(c.Request().Context(), c.who, in)
	if err != nil {
		return answer{}, err
	}
	return a.receipt(given), nil
}

// exhibitedMessageJSON is a private message of an exhibit.
type exhibitedMessageJSON struct {
	ID          string              `json:"id" doc:"The ENT's own."`
	Reported    bool                `json:"reported" doc:"Else it is context."`
	Author      correspondentJSON   `json:"author"`
	Recipients  []correspondentJSON `json:"recipients,omitempty" doc:"Of the message that was reported."`
	SentAt      time.Time           `json:"sent_at"`
	HTML        string              `json:"html"`
	Attachments []attachedNameJSON  `json:"attachments,omitempty"`
}

func shownMessage(m moderation.ExhibitedMessage) exhibitedMessageJSON {
	out := exhibitedMessageJSON{ID: m.ID, Reported: m.Reported, Author: correspondentJSON(m.Author), SentAt: m.SentAt, HTML: m.HTML}
	for _, r := range m.Recipients {
		out.Recipients = append(out.Recipients, correspondentJSON(r))
	}
	for _, a := range m.Attachments {
		out.Attachments = append(out.Attachments, attachedNameJSON(a))
	}
	return out
}
