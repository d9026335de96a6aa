package moderation

import (
	"context"
	"time"

	"imprimatur/internal/id"
	"imprimatur/internal/mail"
	"imprimatur/internal/settings"
)

// workMails are the notices that somebody who examines is written to about as well: they learn
// of a case before they sign in next.
var workMails = map[NoticeKind]mail.Kind{
	ToldUnacknowledged: mail.CaseAssigned, ToldCaseAssigned: mail.CaseAssigned, ToldCaseEscalated: mail.CaseEscalated, ToldCaseOverdue: mail.CaseOverdue,
	ToldCaseAnswered: mail.CaseAnswered, ToldCaseAppealed: mail.CaseAppealed,
	ToldOrderReceived: mail.CaseAssigned, ToldOrderDue: mail.CaseEscalated, ToldOrderOverdue: mail.CaseOverdue, ToldCaseUnreferred: mail.CaseOverdue,
	ToldReplyToAnswer: mail.CaseAssigned, ToldReplyDue: mail.CaseAssigned, ToldReplySoon: mail.CaseAssigned, ToldReplyOverdue: mail.CaseOverdue,
}

// tellWork tells those who examine, here and by mail: at once of what is grave or late, else
// with what else their letter gathers.
func (f CaseFile) tellWork(ctx context.Context, tx CasesTx, cause id.Message, tellings []Telling, now time.Time) error {
	o := f.occurrence()
	if f.Kind == OfReply {
		o.Ends = f.DueAt
	}
	if err := tx.Tell(ctx, cause, o, tellings, now); err != nil {
		return err
	}
	var items []mail.Item
	due := now
	for _, telling := range tellings {
		kind, mailed := workMails[telling.Kind]
		if !mailed {
			continue
		}
		if f.Severity < severe && f.Kind != OfOrder && f.Kind != OfReply && kind != mail.CaseOverdue {
			due = now.Add(max(settings.MailGather.Of(f.House.Values), mail.LeastGather))
		}
		for _, person := range known(telling.Persons) {
			items = append(items, mail.Item{Cause: cause.UUID, Kind: kind, Person: person, Case: f.ID, Reference: f.Reference})
		}
	}
	return tx.Post(ctx, items, due, now)
}
