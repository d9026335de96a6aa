// Package outbox holds what has been promised and not yet done. A message is
// written in the transaction of the act that promises it, and is done only in
// the transaction that does its work; in between it may be sent any number of
// times, by any relay, in any order.
package outbox

import (
	"context"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/id"
)

// Queue orders work by urgency.
type Queue string

// The queues, most urgent first.
const (
	Takedown     Queue = "takedown"
	Publication  Queue = "publication"
	Screening    Queue = "screening"
	Notification Queue = "notification"
	Maintenance  Queue = "maintenance"
)

// Queues lists the queues, most urgent first.
func Queues() []Queue { return []Queue{Takedown, Publication, Screening, Notification, Maintenance} }

// Kind says what a message asks for. asynq routes by prefix: no kind may be a
// prefix of another (tested).
type Kind string

// The kinds of message. Each has a handler of exactly this name in internal/tasks.
const (
	ScreenRevision  Kind = "screening:revision"    // subject: a submitted revision
	PublishRevision Kind = "publication:publish"   // subject: a scheduled revision; due when it is to appear
	CheckClearance  Kind = "publication:cleared"   // subject: a revision awaiting consent, of which a fact has changed
	NoticeRevision  Kind = "notification:revised"  // subject: a revision whose status moved; tells those concerned
	NoticeHold      Kind = "notification:held"     // subject: a hold placed or released; tells the author
	HoldDue         Kind = "hold:due"              // subject: a hold that a human had to look at by then; who answers is told, then the authority (R26, R42)
	HaltDue         Kind = "halt:due"              // subject: an emergency stop whose time is over; writing goes on (R54)
	NoticeSpace     Kind = "notification:space"    // subject: a space of pupils' press that was closed; tells those concerned (R14)
	NoticeHandover  Kind = "notification:handover" // subject: a vacancy begun; tells who can name an owner (R15)
	NoticeStanding  Kind = "notification:standing" // subject: a standing decided or ended; tells the person (R53)
	NoticeDenials   Kind = "notification:denials"  // subject: an alert of refusals; tells the administrators (R09)
	NoticeOffice    Kind = "notification:office"   // subject: a power lent, or the tenure of an acting head, begun or ended; tells those concerned
	NoticePhoto     Kind = "notification:photo"    // subject: a photo that was spoiled; tells who uploaded it (R20)
	RescreenList    Kind = "maintenance:rescreen"  // subject: a word list that changed; what is live is screened with it
	PreparePhoto    Kind = "photo:prepare"         // subject: an uploaded photo; renditions and boxes (R27)
	ReviewPhoto     Kind = "photo:review"          // subject: a photo of which it was said anew who is in it; blurs, and judges every use again (R32)
	ReviewConsent   Kind = "consent:review"        // subject: a consent of which a fact has changed: authority, age, a setting (R30, R34)
	ConsentMoved    Kind = "consent:moved"         // subject: a consent that moved; what waited goes on, and who shows the photos is told (R33)
	NoticeConsent   Kind = "notification:consent"  // subject: a consent asked, given or ended; tells those concerned
	ReceiveCase     Kind = "case:received"         // subject: a case just reported; acknowledged, and masked where it is grave (R39, R42)
	RouteCase       Kind = "case:route"            // subject: a case acknowledged; falls to somebody (R40)
	CaseDue         Kind = "case:due"              // subject: a case, as it is by then, of which half of the time or all of it is over; goes higher, or is closed (R41, R45)
	JoinCase        Kind = "case:joined"           // subject: a case that one more has reported; acknowledged, and masked where it has become grave
	CarryCase       Kind = "case:carried"          // subject: a case; its holds are placed and released where its content is
	CaseLetters     Kind = "case:letters"          // subject: a case; those who reported are written to, some at a time
	NoticeCase      Kind = "notification:case"     // subject: a case that moved; tells the parties and whoever examines
	WarnAbove       Kind = "notification:overdue"  // subject: a case of reply, of a house below, that is overdue; tells who directs the authority (R56)
	SendMail        Kind = "notification:mail"     // subject: a letter that gathers what somebody is told by mail; due when it goes
)

// Kinds lists every kind with its queue.
func Kinds() map[Kind]Queue {
	return map[Kind]Queue{
		ScreenRevision:  Screening,
		PublishRevision: Publication,
		CheckClearance:  Publication,
		NoticeRevision:  Notification,
		NoticeHold:      Notification,
		HoldDue:         Takedown,
		HaltDue:         Publication,
		NoticeSpace:     Notification,
		NoticeHandover:  Notification,
		NoticeStanding:  Notification,
		NoticeDenials:   Notification,
		NoticeOffice:    Notification,
		NoticePhoto:     Notification,
		RescreenList:    Maintenance,
		PreparePhoto:    Screening,
		ReviewPhoto:     Publication,
		ReviewConsent:   Takedown,
		ConsentMoved:    Publication,
		NoticeConsent:   Notification,
		ReceiveCase:     Takedown,
		RouteCase:       Takedown,
		CaseDue:         Takedown,
		JoinCase:        Takedown,
		CarryCase:       Takedown,
		CaseLetters:     Notification,
		NoticeCase:      Notification,
		WarnAbove:       Notification,
		SendMail:        Notification,
	}
}

// Message asks for work on a subject, as it was at a version. It holds ids and
// a version, never a model: its handler reads the truth when it runs.
type Message struct {
	ID      id.Message
	Tenant  id.Tenant
	Kind    Kind
	Subject uuid.UUID
	Version int64     // the subject's version that the message was written for
	Note    string    // the action that emitted it; tells a notice what to say
	Due     time.Time // not to be sent before
}

// Queue is the queue that the message travels in.
func (m Message) Queue() Queue { return Kinds()[m.Kind] }

// Emitter takes promises that no change of a status makes: a fact was recorded
// that something else waits for.
type Emitter interface {
	// Emit writes the message in the transaction of the act, and gives it its id.
	Emit(ctx context.Context, m Message) error
}
