package moderation

import (
	"context"
	"slices"
	"time"

	"imprimatur/internal/id"
	"imprimatur/internal/mail"
	"imprimatur/internal/settings"
)

// workMails are the notices that somebody who examines is written to about as well: they learn
// of a case before they sign in next.
var workMails = map[NoticeKind]mail.Kind{
	ToldCaseAssigned: mail.CaseAssigned, ToldCaseEscalated: mail.CaseEscalated, ToldCaseAnswered: mail.CaseAnswered, ToldCaseAppealed: mail.CaseAppealed,
	ToldOrderReceived: mail.CaseAssigned, ToldReplyToAnswer: mail.CaseAssigned,
	ToldOrderDue: mail.CaseDue, ToldReplyDue: mail.CaseDue, ToldReplySoon: mail.CaseDue,
	ToldCaseOverdue: mail.CaseOverdue, ToldOrderOverdue: mail.CaseOverdue, ToldReplyOverdue: mail.CaseOverdue,
	ToldUnacknowledged: mail.CaseUnacknowledged, ToldCaseUnreferred: mail.CaseUnreferred,
}

// lateMails are those about what was not done in time.
var lateMails = []mail.Kind{mail.CaseOverdue, mail.CaseUnacknowledged, mail.CaseUnreferred}

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
		if f.Severity < severe && f.Kind != OfOrder && f.Kind != OfReply && !slices.Contains(lateMails, kind) {
			due = now.Add(max(settings.MailGather.Of(f.House.Values), mail.LeastGather))
		}
		for _, person := range known(telling.Persons) {
			items = append(items, mail.Item{Cause: cause.UUID, Kind: kind, Person: person, Case: f.ID, Reference: f.Reference})
		}
	}
	return tx.Post(ctx, items, due, now)
}
