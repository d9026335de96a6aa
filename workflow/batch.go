package workflow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
)

// ErrBatch is a batch put together wrongly: the program's fault, never the user's.
var ErrBatch = errors.New("the batch does not hold together")

// Head is the parent row of a contribution, as read under its lock. Its version
// guards whatever happens inside the contribution.
type Head struct {
	ID      id.Contribution
	Tenant  id.Tenant
	Version int64
	Number  int         // of the last submitted revision
	Live    id.Revision // zero while nothing is published
	Slug    string      // words of its address that the act brings with it; empty leaves them
}

// Seal is what a draft becomes when it is submitted: its number, the hash of its
// exact text and the mode it will be judged under. It never changes again.
type Seal struct {
	Number int
	Hash   []byte
	Mode   Mode
	Photos []SealedPhoto // in the order of the text
}

// SealedPhoto is a photo of a sealed text, and the exact rendition of it that was
// sealed with the text.
type SealedPhoto struct {
	Photo     id.Photo
	Rendition id.Rendition
}

// Placed describes the hold that a change opens.
type Placed struct {
	On     HoldOn
	Target uuid.UUID // the contribution, the space or the photo
	Kind   HoldKind
	Sealed bool
	Case   id.Case   // that it is placed for; zero for none
	Until  time.Time // when it must be reviewed; it never ends by time (R42). Zero: no review due.
}

// RevisionWrite is the change of one revision with what it writes beside the status.
type RevisionWrite struct {
	Record Record
	Seal   *Seal // for what submits; nil otherwise
}

// HoldWrite is the change of one hold; Placed is nil when the hold is released.
type HoldWrite struct {
	Record Record
	Placed *Placed
}

// SpaceWrite is the change of one space.
type SpaceWrite struct{ Record Record }

// PhotoWrite is the change of one photo.
type PhotoWrite struct{ Record Record }

// CaseWrite is the change of one case.
type CaseWrite struct{ Record Record }

// ConsentWrite is the change of one consent.
type ConsentWrite struct{ Record Record }

// Batch collects the changes of one act. The zero Batch is empty and ready to use.
type Batch struct {
	heads     []HeadWrite
	revisions []RevisionWrite
	holds     []HoldWrite
	spaces    []SpaceWrite
	photos    []PhotoWrite
	cases     []CaseWrite
	consents  []ConsentWrite
	done      []id.Message
	owing     bool
	failure   error
}

// HeadWrite moves a contribution's version on, with its live revision and its life.
type HeadWrite struct {
	Head   Head
	Number int         // of the last submitted revision, after the act
	Live   id.Revision // after the act
	Purge  *Record     // nil unless the act purges it
}

// Within declares the contribution that the act is in. Every revision or hold of
// a contribution needs it, so that the parent is guarded first.
func (b *Batch) Within(head Head) *Batch {
	b.heads = append(b.heads, HeadWrite{Head: head, Number: head.Number, Live: head.Live})
	return b
}

// Submit adds the change that seals a draft: it leaves draft for submitted or,
// when it is derived from an approved text, for where that one had come to.
func (b *Batch) Submit(change Change[Editorial], seal Seal) *Batch {
	b.require(seals(change), "submit needs a draft that moves on")
	b.require(len(seal.Hash) > 0 && slices.Contains(Modes(), seal.Mode), "submit needs a seal")
	b.revisions = append(b.revisions, RevisionWrite{change.record, &seal})
	if head := b.head(change.record); head != nil {
		b.require(seal.Number > head.Number, "submit needs the next number")
		head.Number = seal.Number
	}
	return b
}

// seals reports whether a draft becomes a revision that never changes again.
func seals(change Change[Editorial]) bool {
	return change.From() == Draft && change.To() != Abandoned
}

// Revision adds a change that moves a revision and no reader.
func (b *Batch) Revision(change Change[Editorial]) *Batch {
	moves := change.From() != change.To()
	b.require(!seals(change), "what submits needs Submit")
	b.require(!moves || (change.To() != Live && change.From() != Live), "what publishes needs Publish or Revert")
	b.revisions = append(b.revisions, RevisionWrite{Record: change.record})
	return b
}

// Publish adds the change that makes a revision live and, unless it is the
// contribution's first, the one that supersedes its predecessor. The snapshot
// that readers see follows the contribution's live revision.
func (b *Batch) Publish(live Change[Editorial], former ...Change[Editorial]) *Batch {
	b.require(live.From() == Scheduled && live.To() == Live, "publish needs a change to live")
	head := b.head(live.record)
	if head == nil {
		return b
	}
	b.require(len(former) <= 1 && head.Live.IsZero() == (len(former) == 0), "publish supersedes exactly what was live")
	for _, change := range former {
		b.require(change.record.entry.Subject.ID == head.Live.UUID && change.To() == Superseded, "publish supersedes what was live")
		b.revisions = append(b.revisions, RevisionWrite{Record: change.record})
	}
	head.Live = id.Revision{UUID: live.record.entry.Subject.ID}
	b.revisions = append(b.revisions, RevisionWrite{Record: live.record})
	return b
}

// Revert adds the change that takes the live revision down and, if there was one
// before it, the change that makes that one live again.
func (b *Batch) Revert(rejected Change[Editorial], again ...Change[Editorial]) *Batch {
	head := b.head(rejected.record)
	if head == nil {
		return b
	}
	b.require(rejected.From() == Live && rejected.To() == Rejected, "revert rejects")
	b.require(rejected.record.entry.Subject.ID == head.Live.UUID, "revert takes down what is live")
	b.require(len(again) <= 1, "revert brings back one revision at most")
	b.revisions = append(b.revisions, RevisionWrite{Record: rejected.record})
	head.Live = id.Revision{}
	for _, change := range again {
		b.require(change.From() == Superseded && change.To() == Live, "revert brings back what was superseded")
		head.Live = id.Revision{UUID: change.record.entry.Subject.ID}
		b.revisions = append(b.revisions, RevisionWrite{Record: change.record})
	}
	return b
}

// Place adds the change that opens a hold.
func (b *Batch) Place(change Change[Holding], placed Placed) *Batch {
	b.require(change.From() == NoHold && change.To() == Open, "place opens a hold")
	subject := change.record.entry.Subject
	kind, _ := Action(change.record.entry.Action).Places()
	b.require(placed.Kind == kind, "place opens a hold of the action's kind")
	b.require(!placed.Sealed || Restore.Releases(kind) || Lift.Releases(kind), "only a mask, a withdrawal or a block is sealed (R50)")
	switch placed.On {
	case OnContribution:
		b.require(!subject.Contribution.IsZero() && placed.Target == subject.Contribution.UUID, "place names its contribution")
	case OnSpace, OnPhoto:
		b.require(placed.Target != uuid.Nil && subject.Contribution.IsZero(), "place names its space or photo")
	default:
		b.require(false, "place is on a contribution, a space or a photo")
	}
	b.holds = append(b.holds, HoldWrite{change.record, &placed})
	return b
}

// Release adds the change that releases a hold.
func (b *Batch) Release(change Change[Holding]) *Batch {
	b.require(change.From() == Open && change.To() == Released, "release closes an open hold")
	b.holds = append(b.holds, HoldWrite{Record: change.record})
	return b
}

// Purge adds the change that removes a contribution's texts.
func (b *Batch) Purge(change Change[Life]) *Batch {
	if head := b.head(change.record); head != nil {
		record := change.record
		head.Purge, head.Live = &record, id.Revision{}
	}
	return b
}

// Space adds the change of a space.
func (b *Batch) Space(change Change[SpaceStatus]) *Batch {
	b.spaces = append(b.spaces, SpaceWrite{change.record})
	return b
}

// Photo adds the change of a photo.
func (b *Batch) Photo(change Change[PhotoStatus]) *Batch {
	b.photos = append(b.photos, PhotoWrite{change.record})
	return b
}

// Case adds the change of a case.
func (b *Batch) Case(change Change[CaseStatus]) *Batch {
	b.cases = append(b.cases, CaseWrite{change.record})
	return b
}

// Consent adds the change of a consent.
func (b *Batch) Consent(change Change[ConsentStatus]) *Batch {
	b.consents = append(b.consents, ConsentWrite{change.record})
	return b
}

// Done marks a message as done with this act: its work and its end are one.
func (b *Batch) Done(message id.Message) *Batch {
	b.done = append(b.done, message)
	return b
}

// Owing says that the act must not fail for want of what it promises or of its trail (R33):
// where its messages or its entries cannot be written all else is, and its consents owe
// them.
func (b *Batch) Owing() *Batch {
	b.owing = true
	return b
}

// MayOwe reports whether the act goes through without its messages and its entries.
func (b *Batch) MayOwe() bool { return b.owing }

// Heads, Revisions, Holds, Spaces, Photos, Cases, Consents and Finished are what an
// adapter writes, in this order. Heads and revisions keep the order in which they were added.
func (b *Batch) Heads() []HeadWrite         { return slices.Clone(b.heads) }
func (b *Batch) Revisions() []RevisionWrite { return slices.Clone(b.revisions) }
func (b *Batch) Holds() []HoldWrite         { return slices.Clone(b.holds) }
func (b *Batch) Spaces() []SpaceWrite       { return slices.Clone(b.spaces) }
func (b *Batch) Photos() []PhotoWrite       { return slices.Clone(b.photos) }
func (b *Batch) Cases() []CaseWrite         { return slices.Clone(b.cases) }
func (b *Batch) Consents() []ConsentWrite   { return slices.Clone(b.consents) }
func (b *Batch) Finished() []id.Message     { return slices.Clone(b.done) }

// Entries returns the audit entries of all changes, in order. Each call gives
// fresh ids: an adapter calls it once.
func (b *Batch) Entries() []audit.Entry {
	var entries []audit.Entry
	for _, record := range b.records() {
		entry := record.entry
		entry.ID = id.New[id.Entry]()
		entries = append(entries, entry)
	}
	return entries
}

// Reasons returns the reasons of all changes, in the order of Entries.
func (b *Batch) Reasons() []Reason {
	var reasons []Reason
	for _, record := range b.records() {
		reasons = append(reasons, record.reason)
	}
	return reasons
}

// Messages returns the promises of all changes, in order. Each call gives fresh
// ids: an adapter calls it once.
func (b *Batch) Messages() []outbox.Message {
	var messages []outbox.Message
	for _, record := range b.records() {
		for _, message := range record.messages {
			message.ID = id.New[id.Message]()
			messages = append(messages, message)
		}
	}
	return messages
}

func (b *Batch) records() []Record {
	var records []Record
	for _, head := range b.heads {
		if head.Purge != nil {
			records = append(records, *head.Purge)
		}
	}
	for _, w := range b.revisions {
		records = append(records, w.Record)
	}
	for _, w := range b.holds {
		records = append(records, w.Record)
	}
	for _, w := range b.spaces {
		records = append(records, w.Record)
	}
	for _, w := range b.photos {
		records = append(records, w.Record)
	}
	for _, w := range b.cases {
		records = append(records, w.Record)
	}
	for _, w := range b.consents {
		records = append(records, w.Record)
	}
	return records
}

// head finds the contribution that a record belongs to, declared before.
func (b *Batch) head(record Record) *HeadWrite {
	for i := range b.heads {
		if b.heads[i].Head.ID == record.entry.Subject.Contribution {
			return &b.heads[i]
		}
	}
	b.require(false, "the contribution was not declared")
	return nil
}

func (b *Batch) require(ok bool, what string) {
	if !ok && b.failure == nil {
		b.failure = fmt.Errorf("%w: %s", ErrBatch, what)
	}
}

// check refuses a batch in which a change was not decided, a subject moves
// twice, tenants are mixed, or a revision's change has no declared contribution.
func (b *Batch) check() error {
	declared := map[id.Contribution]bool{}
	for _, head := range b.heads {
		b.require(!declared[head.Head.ID], "a contribution is declared twice")
		declared[head.Head.ID] = true
	}
	for _, w := range b.revisions {
		b.require(!w.Record.entry.Subject.Contribution.IsZero(), "a revision belongs to a contribution")
	}
	seen := map[uuid.UUID]bool{}
	for _, record := range b.records() {
		subject := record.entry.Subject
		b.require(!record.IsZero(), "a change was not decided")
		b.require(!seen[subject.ID], "a subject moves twice")
		b.require(b.tenant() == record.entry.Tenant, "one act is in one tenant")
		seen[subject.ID] = true
		if !subject.Contribution.IsZero() {
			b.head(record)
		}
	}
	return b.failure
}

// tenant is the tenant of the act, which its first declaration or change gives.
func (b *Batch) tenant() id.Tenant {
	if len(b.heads) > 0 {
		return b.heads[0].Head.Tenant
	}
	return b.records()[0].entry.Tenant
}

// Tx is what the mechanism asks of a transaction.
type Tx interface {
	directory.Tx
	Applier
}

// Applier writes a batch: every subject guarded by its old status and version,
// with the audit entries and messages, in one round trip. It answers with
// [ErrStale] when one of them had moved, and the transaction is then lost.
type Applier interface {
	Apply(ctx context.Context, b *Batch) error
}

// Commit applies all of the batch or none of it. It is the only way that a
// status moves. The errors are [ErrStale], [ErrBatch] and the database's.
func Commit(ctx context.Context, tx Applier, b *Batch) error {
	if err := b.check(); err != nil {
		return err
	}
	if err := tx.Apply(ctx, b); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}
