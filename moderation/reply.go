package moderation

import (
	"strings"
	"time"
	"unicode/utf8"

	"imprimatur/internal/calendar"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Reply is what somebody who is named or designated asks to have inserted (R55), and what
// came of it.
type Reply struct {
	Case         id.Case
	Name         string // of who replies; readers see it
	Designated   string // how the message names or designates them
	Postal       string
	Byline       string // the message's author, as it was given
	Passages     string // of the message that it answers
	Text         string // plain; shown unaltered, or not at all
	Hash         [32]byte
	Lines        int
	MessageLines int       // 0 where the location names nothing here
	MostLines    int       // that it may have
	MessageAt    time.Time // when the message appeared; zero where that is not known
	Until        time.Time // the first moment that is too late; likewise
	ReceivedAt   time.Time
	RecordedBy   id.Person     // of the head's office; zero for the public form
	Grounds      []ReplyGround // of a refusal
	Reason       string        // likewise
	ShownFrom    time.Time     // zero: never
	ShownUntil   time.Time     // zero: no end
	Hidden       time.Duration // since then, while its message was masked or blocked
	MessageGone  bool          // withdrawn, archived or reverted to nothing, or below what is: it comes back by no clock
	MessageStood time.Duration // until then
}

// Late reports whether it came after its time: that is for the head to judge (R55).
func (r Reply) Late() bool { return !r.Until.IsZero() && !r.ReceivedAt.Before(r.Until) }

// Long reports whether it is longer than it may be: likewise.
func (r Reply) Long() bool { return r.Lines > r.MostLines }

// shown reports whether readers see it.
func (r Reply) shown() bool { return !r.ShownFrom.IsZero() && r.ShownUntil.IsZero() }

// ReplyGround is why a reply is refused (R56).
type ReplyGround string

// The grounds of a refusal.
const (
	ReplyTooLate  ReplyGround = "too_late"      // after three months
	ReplyTooLong  ReplyGround = "too_long"      // longer than the message, or than 200 lines
	ReplyNotNamed ReplyGround = "not_named"     // the message neither names nor designates them
	ReplyOffTopic ReplyGround = "off_topic"     // it does not answer the message
	ReplyUnlawful ReplyGround = "unlawful"      // it breaks the law, or is indecent
	ReplyThird    ReplyGround = "third_party"   // it harms somebody who is not concerned
	ReplyHonour   ReplyGround = "author_honour" // it attacks the honour of the author
	ReplyOpen     ReplyGround = "by_themselves" // they can answer there by themselves
)

// ReplyGrounds lists the grounds of a refusal.
func ReplyGrounds() []ReplyGround {
	return []ReplyGround{ReplyTooLate, ReplyTooLong, ReplyNotNamed, ReplyOffTopic, ReplyUnlawful, ReplyThird, ReplyHonour, ReplyOpen}
}

// LinesOf counts the lines of a text: what is longer than a line takes as many as it needs,
// and what is empty takes none. A width below one counts as one.
func LinesOf(text string, width int) int {
	width, lines := max(width, 1), 0
	for line := range strings.Lines(text) {
		length := utf8.RuneCountInString(strings.TrimSpace(line))
		lines += (length + width - 1) / width
	}
	return lines
}

// ReplyUntil is the first moment at which a reply to a message of then is too late: the day
// of the same date after the time for it counts whole, in the establishment's time zone.
func ReplyUntil(c *calendar.Calendar, appeared time.Time, window calendar.Duration) time.Time {
	last := c.Add(appeared, window).In(c.Location())
	return time.Date(last.Year(), last.Month(), last.Day()+1, 0, 0, 0, 0, c.Location()).UTC()
}

// measured sets the reply beside its message: how long both are, and whether it is in time.
func (r Reply) measured(message Exhibit, c *calendar.Calendar, values settings.Values) Reply {
	width := settings.ReplyLine.Of(values)
	r.Lines, r.MostLines = LinesOf(r.Text, width), settings.ReplyLines.Of(values)
	if message.Kind == "" {
		return r
	}
	r.MessageLines = LinesOf(message.Title+"\n"+publication.PlainText(publication.StoredHTML(message.HTML)), width)
	r.MostLines = min(r.MostLines, r.MessageLines)
	if !message.PublishedAt.IsZero() {
		r.MessageAt, r.Until = message.PublishedAt, ReplyUntil(c, message.PublishedAt, settings.ReplyWindow.Of(values))
	}
	return r
}

// machine is the table that the case moves by.
func (c Case) machine() workflow.Table[workflow.CaseStatus, workflow.CaseFacts] {
	if c.Kind == OfReply {
		return workflow.ReplyTable
	}
	return workflow.CaseTable
}

// replyFacts adds what the table of replies needs to know.
func (f CaseFile) replyFacts(facts workflow.CaseFacts, now time.Time) workflow.CaseFacts {
	if f.Reply == nil {
		return facts
	}
	facts.AlertAt = f.House.Calendar.Add(f.Reply.ReceivedAt, settings.ReplyAlert.Of(f.House.Values))
	facts.Located, facts.Shown, facts.Outlived = !f.Target.Contribution.IsZero(), f.Reply.shown(), f.Reply.outlived(f.House, now)
	return facts
}

// replyClocks are the times that run of a reply. No holiday pauses any.
func (f CaseFile) replyClocks(add func(kind ClockKind, due time.Time, legal bool), now time.Time) {
	switch {
	case f.Status.Open():
		for _, at := range []time.Time{f.replyFacts(workflow.CaseFacts{}, now).AlertAt, f.EscalateAt} {
			if now.Before(at) {
				add(ClockReminder, at, true)
				break
			}
		}
		add(ClockReply, f.DueAt, true)
	case f.Status == workflow.CaseDecided:
		add(ClockRedress, f.AppealUntil, true)
	}
}

// outlived reports whether the message is gone for good, and readers have seen the reply for as long as
// they had seen the message, and a day at least (R57). While the message is masked or blocked they see
// neither, and that time does not count.
func (r Reply) outlived(house directory.House, now time.Time) bool {
	if !r.shown() || !r.MessageGone {
		return false
	}
	seen := r.ShownFrom.Add(r.Hidden)
	least := house.Calendar.Add(seen, settings.ReplyDisplay.Of(house.Values))
	return !now.Before(least) && !now.Before(seen.Add(r.MessageStood))
}
