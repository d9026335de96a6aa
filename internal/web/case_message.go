package web

import (
	"cmp"
	"encoding/hex"
	"strings"
	"time"

	"imprimatur/moderation"
	"imprimatur/publication"
)

// MessageNote is a private message, as evidence shows it.
type MessageNote struct {
	Label, Who, To string
	Reported       bool
	Text           Markup
	Files          []string // names of what was attached: the files are not here
	At             time.Time
}

// conversation is the excerpt of a private conversation that came with a report: all that can be
// read of it (R25).
func (v *visit) conversation(n int, e moderation.Evidence, view moderation.CaseView) ExhibitNote {
	note := ExhibitNote{
		ID: "exhibit-" + string(rune('a'+n%26)), Heading: v.Text("message.heading"), About: v.Text("message.only_this"), Sealed: e.Sealed && !view.Custodian,
		Hash: hex.EncodeToString(e.Hash[:8]), At: e.TakenAt,
	}
	if note.Sealed {
		return note
	}
	for _, m := range e.Exhibit.Messages {
		note.Messages = append(note.Messages, v.messageNote(m))
	}
	return note
}

func (v *visit) messageNote(m moderation.ExhibitedMessage) MessageNote {
	note := MessageNote{Label: v.Text("message.context"), Who: correspondent(m.Author), Reported: m.Reported, Text: publication.StoredHTML(m.HTML), At: m.SentAt}
	if m.Reported {
		note.Label = v.Text("message.reported")
	}
	var to []string
	for _, r := range m.Recipients {
		to = append(to, correspondent(r))
	}
	if len(to) > 0 {
		note.To = v.Text("message.to", "Names", strings.Join(to, ", "))
	}
	for _, f := range m.Attachments {
		note.Files = append(note.Files, f.Name)
	}
	return note
}

func correspondent(c moderation.Correspondent) string { return cmp.Or(c.Name, c.ExternalID) }
