package moderation

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Item is a contribution as its page shows it to somebody on its working side.
// What that person may not read is not in it: drafts of others (R24), and the
// texts of what is sealed (R50).
type Item struct {
	publication.Dossier
	Exposure  workflow.Exposure
	Offers    []publication.Offer
	Sealed    bool      // an open hold is sealed: the texts are left out
	Waits     *Awaiting // what it waits for, of whoever asked; nil for nothing
	Claim     *Claim    // live, whoever holds it
	FirstView *FirstView

	// For reviewers alone; nothing of it is told to the author.
	Findings []Finding               // of the revision concerned, in the order of the phases
	Marked   publication.Annotated   // its text, with the matches of the findings marked
	Diff     *publication.Difference // from the live text to the one on its way; nil where there are not both
	Record   *Record
}

// Awaiting is what a contribution waits for, and since when.
type Awaiting struct {
	Reason   Wait
	Revision *publication.Revision
	Since    time.Time
	Target   time.Time
	Overdue  bool
}

// FirstView is the first time that a human other than its writers saw a revision
// (R12, R13).
type FirstView struct {
	Person id.Person
	Name   string
	At     time.Time
}

// Record is an author's history in the establishment.
type Record struct {
	Live, Rejected, ChangesRequested, Submitted int
	Recent                                      []Decision // the last few, newest first
}

// Decision is one human act on a text of the author's.
type Decision struct {
	Contribution id.Contribution `json:"contribution"`
	Title        string          `json:"title"`
	Action       workflow.Action `json:"action"`
	Ground       workflow.Ground `json:"ground"`
	At           time.Time       `json:"at"`
}

// Particulars is what an item page shows beside the dossier.
type Particulars struct {
	Findings  []Finding
	FirstView *FirstView
	Claim     *Claim
	Record    Record
}

// Open reads a contribution for somebody on its working side, and takes it for
// them if it waits for them and nobody else has it (R12). The errors are
// [directory.ErrNotFound] and the database's.
func (s *Service) Open(ctx context.Context, who actor.Actor, contribution id.Contribution) (Item, error) {
	return s.item(ctx, who, contribution, true)
}

// Item is Open without taking it.
func (s *Service) Item(ctx context.Context, who actor.Actor, contribution id.Contribution) (Item, error) {
	return s.item(ctx, who, contribution, false)
}

func (s *Service) item(ctx context.Context, who actor.Actor, contribution id.Contribution, claim bool) (Item, error) {
	var item Item
	err := s.inTx(ctx, who.Tenant, func(tx Tx) error {
		now := s.clock()
		d, err := openDossier(ctx, tx, who, contribution, now)
		if err != nil {
			return fmt.Errorf("open contribution %s: %w", contribution, err)
		}
		waits := waitsFor(d, who)
		if claim && waits != nil {
			if _, err := take(ctx, tx, who, d, waits.Revision, now); err != nil {
				return err
			}
		}
		particulars, err := tx.Particulars(ctx, d, now)
		if err != nil {
			return err
		}
		item = present(d, who, particulars, now)
		return item.witness(ctx, tx, who, now)
	})
	return item, err
}

// present shows what the actor may see of a dossier.
func present(d publication.Dossier, who actor.Actor, p Particulars, now time.Time) Item {
	item := Item{
		Dossier: redact(d, who), Exposure: d.Exposure(), Offers: d.Offers(who, now), Sealed: sealed(d),
		Waits: waitsFor(d, who), Claim: p.Claim, FirstView: p.FirstView,
	}
	if item.Waits != nil {
		item.Waits.Overdue = !item.Waits.Target.IsZero() && now.After(item.Waits.Target)
	}
	if !judges(item.Dossier) || (item.Sealed && !d.Roles.Has(actor.Custodian)) {
		return item
	}
	item.Findings, item.Record = p.Findings, &p.Record
	if r := Concerned(d); r != nil {
		item.Marked = publication.Locate(r.HTML, bodyMatches(p.Findings))
	}
	if d.Open != nil && d.Live != nil {
		diff := publication.Diff(versionOf(d.Live), versionOf(d.Open))
		item.Diff = &diff
	}
	return item
}

// witness records that the actor is the first human besides its writers who sees
// the text, whether or not it waits for them: knowing is what counts (R12, R13).
func (i *Item) witness(ctx context.Context, tx Tx, who actor.Actor, now time.Time) error {
	r := Concerned(i.Dossier)
	if i.FirstView != nil || r == nil || !judges(i.Dossier) || who.Is(r.SuggestedBy) {
		return nil
	}
	view, err := tx.FirstSeen(ctx, r.ID, who.Person, now)
	i.FirstView = &view
	return err
}

// judges reports whether what is for reviewers alone may be shown: never to the
// author, whatever else they are in the space (R12).
func judges(d publication.Dossier) bool {
	return !d.Roles.Has(actor.Author) && d.Roles.HasAny(append(slices.Clone(reviewers), actor.Signatory, actor.Custodian)...)
}

// Concerned is the revision that a reviewer's page is about.
func Concerned(d publication.Dossier) *publication.Revision {
	return cmp.Or(d.Open, d.Live, d.Refused)
}

func versionOf(r *publication.Revision) publication.Version {
	return publication.Version{Title: r.Title, HTML: r.HTML}
}

// bodyMatches are the places in the text that findings name.
func bodyMatches(findings []Finding) []publication.Match {
	var places []publication.Match
	for _, f := range findings {
		for _, m := range f.Matches {
			if m.Field == Body && m.Start < m.End {
				places = append(places, publication.Match{Start: m.Start, End: m.End})
			}
		}
	}
	return places
}

// redact takes out what the actor may not read: the draft of another (R24), a
// suggestion that is neither theirs nor for them, every text of what is sealed
// (R50), and of the holds what is not theirs to know (R48).
func redact(d publication.Dossier, who actor.Actor) publication.Dossier {
	author := who.Is(d.Contribution.Author)
	if !author {
		d.Draft = nil
	}
	if d.Suggestion != nil && !author && !who.Is(d.Suggestion.SuggestedBy) {
		d.Suggestion = nil
	}
	if sealed(d) && !d.Roles.Has(actor.Custodian) {
		d.Draft, d.Suggestion, d.Open, d.Live, d.Former, d.Refused = nil, nil, nil, nil, nil, nil
	}
	return d.Disclosed()
}

// Diff compares two submitted texts of a contribution, by their numbers, for
// somebody on its working side. The errors are [directory.ErrNotFound] and the
// database's.
func (s *Service) Diff(ctx context.Context, who actor.Actor, contribution id.Contribution, from, to int) (publication.Difference, error) {
	var versions [2]publication.Version
	err := s.inTx(ctx, who.Tenant, func(tx Tx) error {
		d, err := openDossier(ctx, tx, who, contribution, s.clock())
		if err == nil && sealed(d) && !d.Roles.Has(actor.Custodian) {
			err = directory.ErrNotFound
		}
		if err != nil {
			return fmt.Errorf("compare texts of %s: %w", contribution, err)
		}
		for i, number := range []int{from, to} {
			r, err := tx.RevisionText(ctx, contribution, number)
			if err != nil {
				return fmt.Errorf("text %d of %s: %w", number, contribution, err)
			}
			versions[i] = versionOf(&r)
		}
		return nil
	})
	if err != nil {
		return publication.Difference{}, err
	}
	return publication.Diff(versions[0], versions[1]), nil
}
