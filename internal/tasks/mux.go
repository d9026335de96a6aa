package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// Handler does the work of one delivery. It may be called any number of times
// for a message, and at the same time in two processes.
type Handler func(ctx context.Context, m outbox.Message) error

// Services are what handlers call.
type Services struct {
	Screener   Screener
	Publisher  Publisher
	Notifier   Notifier
	Rescreener Rescreener
	Families   Families
	Darkroom   Darkroom
	Postman    Postman
	Registry   Registry
	Stops      Stops
}

// Handlers are all handlers by the kind of their message.
func (s Services) Handlers() map[outbox.Kind]Handler {
	return map[outbox.Kind]Handler{
		outbox.ScreenRevision:  s.screenRevision,
		outbox.PublishRevision: s.publishRevision,
		outbox.CheckClearance:  s.checkClearance,
		outbox.NoticeRevision:  s.noticeRevision,
		outbox.NoticeHold:      s.noticeHold,
		outbox.HoldDue:         s.holdDue,
		outbox.HaltDue:         s.haltDue,
		outbox.NoticeSpace:     s.noticeSpace,
		outbox.NoticeHandover:  s.noticeHandover,
		outbox.NoticeStanding:  s.noticeStanding,
		outbox.NoticeDenials:   s.noticeDenials,
		outbox.NoticeOffice:    s.noticeOffice,
		outbox.NoticePhoto:     s.noticePhoto,
		outbox.RescreenList:    s.rescreenList,
		outbox.ReviewConsent:   s.reviewConsent,
		outbox.ConsentMoved:    s.consentMoved,
		outbox.NoticeConsent:   s.noticeConsent,
		outbox.SendMail:        s.sendMail,
		outbox.ReceiveCase:     s.receiveCase,
		outbox.JoinCase:        s.joinCase,
		outbox.RouteCase:       s.routeCase,
		outbox.CaseDue:         s.caseDue,
		outbox.CarryCase:       s.carryCase,
		outbox.CaseLetters:     s.caseLetters,
		outbox.NoticeCase:      s.noticeCase,
		outbox.WarnAbove:       s.warnAbove,
		outbox.PreparePhoto:    s.preparePhoto,
		outbox.ReviewPhoto:     s.reviewPhoto,
	}
}
