package moderation

import (
	"context"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Order is what an authority has ordered, and what was done of it (R48).
type Order struct {
	Authority   string // who orders; at most 200 characters
	LegalBasis  string // at most 500 characters
	Reference   string // the authority's; at most 200 characters
	OrderedOn   time.Time
	Reasons     string    // of the order; at most 5,000 characters
	Redress     string    // against it; at most 2,000 characters
	ReceivedAt  time.Time // its clock runs from then
	DueBy       time.Time // its own date; zero: it names none
	SilentUntil time.Time // until then nobody but who directs is told; zero: the authority wants no silence

	CheckedHow  CheckedHow // empty: nobody has made sure of its sender yet
	CheckedNote string     // who was asked, by which number; at most 5,000 characters
	CheckedBy   id.Person
	CheckedAt   time.Time
	ExecutedBy  id.Person
	ExecutedAt  time.Time // zero: not yet
	Reply       string    // what a human has sent to the authority
	ReplyMeans  ReplyMeans
	RepliedBy   id.Person
	RepliedAt   time.Time
	LiftRef     string // the reference by which it was lifted
	LiftReason  string
	LiftedBy    id.Person
	LiftedAt    time.Time // zero: what it blocked is blocked
	ToldAt      time.Time // when the silence was over and whose the content is was told; zero: not yet
}

// CheckedHow says how somebody made sure of who sent an order.
type CheckedHow string

// The ways to make sure: never by what the order itself says.
const (
	CalledBack      CheckedHow = "called_back"      // at a number that was found elsewhere
	OfficialChannel CheckedHow = "official_channel" // it came by one that only they can use
	InPerson        CheckedHow = "in_person"
)

// ChecksHow lists the ways to make sure of a sender.
func ChecksHow() []CheckedHow { return []CheckedHow{CalledBack, OfficialChannel, InPerson} }

// ReplyMeans says by what means a human has answered an authority.
type ReplyMeans string

// The means.
const (
	ByMail   ReplyMeans = "mail"
	ByPost   ReplyMeans = "post"
	ByPortal ReplyMeans = "portal"
	ByHand   ReplyMeans = "in_person"
)

// RepliesBy lists the means.
func RepliesBy() []ReplyMeans { return []ReplyMeans{ByMail, ByPost, ByPortal, ByHand} }

// OrderTarget is what the location of an order names.
type OrderTarget struct {
	Contribution id.Contribution
	Photo        id.Photo
	Space        id.Space
	Title        string    // of a photo or a space
	Holder       id.Person // who uploaded the photo, or answers for the space; zero where nobody does
}

// OrderTx is what orders ask of a transaction.
type OrderTx interface {
	// OrderTarget finds what a location names in this establishment, or answers
	// [directory.ErrNotFound].
	OrderTarget(ctx context.Context, location string) (OrderTarget, error)
	// AddOrder writes what an authority has ordered.
	AddOrder(ctx context.Context, c id.Case, o Order) error
	// UpdateOrder writes what was done of it.
	UpdateOrder(ctx context.Context, c id.Case, o Order) error
	// AnnounceContent tells every process, with the commit, that what readers see of a contribution has
	// changed; of the zero one nothing.
	AnnounceContent(ctx context.Context, c id.Contribution) error
	// OrderOf reads an order, where the case is handled or where its content is; else it is
	// [directory.ErrNotFound].
	OrderOf(ctx context.Context, c id.Case) (Order, error)
	// SpaceDossier locks a space and reads it, or answers [directory.ErrNotFound].
	SpaceDossier(ctx context.Context, space id.Space, who id.Person, candidates publication.Candidates, now time.Time) (publication.SpaceDossier, error)
}

// OrderActions lists the acts on an order that was recorded.
func OrderActions() []workflow.Action {
	return slices.DeleteFunc(workflow.OrderTable.Actions(), func(a workflow.Action) bool { return a == workflow.RecordOrder })
}

// executed reports whether what it is about is blocked by it.
func (o Order) executed() bool { return !o.ExecutedAt.IsZero() && o.LiftedAt.IsZero() }

// silent reports whether the author is not told yet.
func (o Order) silent(now time.Time) bool { return now.Before(o.SilentUntil) }

// terrorism is the ground of orders that are executed within the hour.
const terrorism workflow.Ground = "TERR"

// due is when the order is to be executed: within the law's time from its receipt, and by its own
// date where that is earlier (R48).
func (o Order) due(house directory.House, ground workflow.Ground) time.Time {
	within := settings.OrderDeadline
	if ground == terrorism {
		within = settings.TerrorOrderDeadline
	}
	due := house.Calendar.Add(o.ReceivedAt, within.Of(house.Values))
	if !o.DueBy.IsZero() && o.DueBy.Before(due) {
		return o.DueBy
	}
	return due
}

// decideOrder asks the table about an act on the order.
func (f CaseFile) decideOrder(who actor.Actor, command workflow.Command, now time.Time) (workflow.Change[workflow.CaseStatus], error) {
	command.Actor = who
	return workflow.OrderTable.Decide(f.subject(), f.orderFacts(who), command, now)
}

// orderFacts is what the table of orders is told of the case and of whoever acts.
func (f CaseFile) orderFacts(who actor.Actor) workflow.OrderFacts {
	return workflow.OrderFacts{
		Complete: f.Order.Authority != "", Authenticated: f.Order.CheckedHow != "", Unconcerned: f.unconcerned(who.Person), Above: !f.Above.IsZero(),
		AlertAt: f.EscalateAt, DueAt: f.DueAt, TellAt: f.Order.SilentUntil,
	}
}
