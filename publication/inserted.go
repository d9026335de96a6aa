package publication

import (
	"html"
	"strings"
	"time"

	"imprimatur/internal/id"
)

// Inserted is a reply of somebody whom a message names or designates, as readers see it under
// that message (R57): unaltered, whatever becomes of the message.
type Inserted struct {
	ID           id.Case   `json:"reply_id"`
	Reference    string    `json:"reference"`
	Name         string    `json:"name"` // of who replies
	Text         string    `json:"body"` // plain, exactly as it was received
	ShownFrom    time.Time `json:"shown_from"`
	MessageAt    time.Time `json:"message_at"`    // when the message appeared
	MessageUntil time.Time `json:"message_until"` // and when it ceased to be seen; zero while it is
}

// WithInserted gives a text followed by the replies to it, for where there is no page around it: each
// below its heading, with nothing in it read as markup.
func WithInserted[T HTML | Annotated](text T, replies []Inserted, heading func(Inserted) string) Annotated {
	var b strings.Builder
	b.WriteString(Annotated(text).safe)
	for _, r := range replies {
		b.WriteString("<h2>" + html.EscapeString(heading(r)) + "</h2>")
		for paragraph := range strings.SplitSeq(r.Text, "\n") {
			b.WriteString("<p>" + html.EscapeString(paragraph) + "</p>")
		}
	}
	return Annotated{b.String()}
}
