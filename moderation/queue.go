package moderation

import (
	"context"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Wait is what a revision waits for.
type Wait string

// What a revision may wait for.
const (
	ForReview    Wait = "review"    // a moderator, before anybody reads it (R12)
	ForLook      Wait = "look"      // a moderator; readers have it already (R13)
	ForSignature Wait = "signature" // the director or a delegate (R11)
)

// Waits lists what a revision may wait for.
func Waits() []Wait { return []Wait{ForReview, ForLook, ForSignature} }

// The sizes of a page of any list here.
const (
	DefaultLimit = 25
	MaxLimit     = 100
)

// Filter narrows the queue. The zero Filter is its first page, whole.
type Filter struct {
	Space  id.Space
	Kind   publication.Kind
	Reason Wait
	After  string // the Next of the page before
	Limit  int    // 0 means DefaultLimit; at most MaxLimit
}

// Entry is one thing that waits for whoever asked.
type Entry struct {
	Contribution id.Contribution
	Revision     id.Revision
	Number       int
	Space        id.Space
	SpaceTitle   string
	Kind         publication.Kind
	Title        string
	Excerpt      string
	Author       id.Person
	AuthorName   string
	Reason       Wait
	Severity     workflow.Severity // of the worst that screening found; 0 for nothing
	Reach        int               // the rank of the audience, 0 for a group to 3 for the public web
	Since        time.Time         // when it began to wait
	Target       time.Time         // when a human should have looked; zero where none is set
	Overdue      bool
	Claim        *Claim // live, whoever holds it; nil for none
}

// Page is a part of the queue in its order: the severest first, then what is due
// first, then what reaches most readers.
type Page struct {
	Items []Entry
	Next  string // After of the next page; empty on the last
}

// Waiting counts what waits for somebody, each number up to CountCap.
type Waiting struct {
	Review, Look, Signature int
	Notices                 int // unread
}

// CountCap is where counting stops: a header says "99+".
const CountCap = 100

// Total is all that waits, up to CountCap.
func (w Waiting) Total() int { return min(CountCap, w.Review+w.Look+w.Signature) }

// QueueTx is what the queue asks of a transaction.
type QueueTx interface {
	// Queue reads what waits for a person, in order.
	Queue(ctx context.Context, q QueueQuery) ([]Entry, error)
	// CountWaiting counts what waits for a person, each number up to CountCap.
	CountWaiting(ctx context.Context, who id.Person, now time.Time) (Waiting, error)
	// TakeClaim makes the claim on a contribution the person's own, unless another
	// holds a live one, which is returned instead; and records the first human
	// view of the revision, unless it is zero.
	TakeClaim(ctx context.Context, c Claim, seen id.Revision) (Claim, error)
	// DropClaim ends the person's claim, and any that has expired, and records the
	// first human view of the revision, unless it is zero. It reports whether another
	// holds a live one, and which.
	DropClaim(ctx context.Context, contribution id.Contribution, who id.Person, seen id.Revision, now time.Time) (other Claim, held bool, err error)
	// FirstSeen records the first human view of a revision that nobody has seen.
	FirstSeen(ctx context.Context, revision id.Revision, who id.Person, now time.Time) (FirstView, error)
	// Particulars reads what an item page shows beside the dossier.
	Particulars(ctx context.Context, d publication.Dossier, now time.Time) (Particulars, error)
	// RevisionText reads one submitted revision of a contribution by its number, or
	// answers [directory.ErrNotFound].
	RevisionText(ctx context.Context, contribution id.Contribution, number int) (publication.Revision, error)
}

// QueueQuery is a page of the queue to read.
type QueueQuery struct {
	Who       id.Person
	Now       time.Time
	Space     id.Space
	Kind      publication.Kind
	Reason    Wait
	After     *QueueCursor
	Limit     int
	Unclaimed bool            // leave out what another has claimed
	Except    id.Contribution // leave this one out
}

// Queue lists what waits for the actor across their spaces. Nobody is shown
// their own text for review. The error is [publication.ErrCursor].
func (s *Service) Queue(ctx context.Context, who actor.Actor, f Filter) (Page, error) {
	query := QueueQuery{Who: who.Person, Now: s.clock(), Space: f.Space, Kind: f.Kind, Reason: f.Reason, Limit: limited(f.Limit)}
	if f.After != "" {
		after, err := parseQueueCursor(f.After)
		if err != nil {
			return Page{}, err
		}
		query.After = &after
	}
	var page Page
	query.Limit++ // one more tells whether there is a next page
	err := s.inTx(ctx, who.Tenant, func(tx Tx) (err error) {
		page.Items, err = tx.Queue(ctx, query)
		return err
	})
	if last := query.Limit - 1; err == nil && len(page.Items) > last {
		page.Items = page.Items[:last]
		page.Next = cursorOf(page.Items[last-1]).String()
	}
	return page, err
}

// limited is the size of a page that was asked for.
func limited(limit int) int {
	if limit <= 0 {
		return DefaultLimit
	}
	return min(limit, MaxLimit)
}

// Counts counts what waits for the actor, for the header of every page.
func (s *Service) Counts(ctx context.Context, who actor.Actor) (Waiting, error) {
	var w Waiting
	err := s.inTx(ctx, who.Tenant, func(tx Tx) (err error) {
		w, err = tx.CountWaiting(ctx, who.Person, s.clock())
		return err
	})
	return w, err
}

// Next gives the first of what waits for the actor that nobody else has claimed
// and that is not the contribution after, or [directory.ErrNotFound] when there
// is no more to do.
func (s *Service) Next(ctx context.Context, who actor.Actor, after id.Contribution) (id.Contribution, error) {
	var next id.Contribution
	err := s.inTx(ctx, who.Tenant, func(tx Tx) error {
		items, err := tx.Queue(ctx, QueueQuery{Who: who.Person, Now: s.clock(), Limit: 1, Unclaimed: true, Except: after})
		if err != nil {
			return err
		}
		if len(items) == 0 {
			return errNoMore
		}
		next = items[0].Contribution
		return nil
	})
	return next, err
}

// cursorOf is the place just after an entry.
func cursorOf(e Entry) QueueCursor {
	return QueueCursor{Severity: e.Severity, Target: e.Target, Reach: e.Reach, Revision: e.Revision}
}
