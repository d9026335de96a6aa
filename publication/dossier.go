package publication

import (
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/calendar"
	"imprimatur/internal/directory"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// Dossier is a contribution with all that an act on it needs to know, read in
// one transaction under the contribution's lock.
type Dossier struct {
	Contribution Contribution
	Space        Space
	Author       Writer
	Roles        actor.Roles // of whoever acts, here and now
	Values       settings.Values
	Calendar     *calendar.Calendar

	// Its revisions that can still move; nil where there is none.
	Draft      *Revision // the author's mutable draft
	Suggestion *Revision // a moderator's draft for the author (R18)
	Open       *Revision // submitted and on its way
	Live       *Revision
	Former     *Revision // the last one superseded
	Refused    *Revision // the last one rejected
	Derived    *Revision // while omit_photo or blur_photo is decided: what would take the open one's place (R32)

	Holds      []Hold           // open, its own and those that reach it from above
	Authorised []AuthorisedText // R36: what the authorisations on record that have not ended are about
	Collective *Collective      // R37: the decision that the work is one, while it holds
	// EvidentAt is when a text of it was last rejected or reverted, or a hold ended
	// that took it from its readers: what an appeal or a case may still ask for.
	EvidentAt time.Time
	Kept      bool // by a case, as evidence, at the moment of reading (R63)
}

// Head is the row that guards the contribution.
func (d Dossier) Head() workflow.Head {
	c := d.Contribution
	return workflow.Head{ID: c.ID, Tenant: c.Tenant, Version: c.Version, Number: c.Number, Live: c.Live}
}

// Exposure says whether the contribution may be seen.
func (d Dossier) Exposure() workflow.Exposure {
	kinds := make([]workflow.HoldKind, len(d.Holds))
	for i, hold := range d.Holds {
		kinds[i] = hold.Kind
	}
	return workflow.Expose(d.Contribution.Life == workflow.Gone, kinds, !d.Contribution.Live.IsZero())
}

// Revisions lists those that can still move, in the order in which they concern
// somebody: on its way, suggested, drafted, live.
func (d Dossier) Revisions() []*Revision {
	var list []*Revision
	for _, r := range []*Revision{d.Open, d.Suggestion, d.Draft, d.Live, d.Refused} {
		if r != nil {
			list = append(list, r)
		}
	}
	return list
}

// held reports whether a hold hides the contribution, from itself or from above.
func (d Dossier) held() bool {
	for _, hold := range d.Holds {
		if hold.Kind.Hides() {
			return true
		}
	}
	return false
}

// sealed reports whether nobody may look any more, the author included (R50).
func (d Dossier) sealed() bool {
	return slices.ContainsFunc(d.Holds, func(h Hold) bool { return h.Sealed })
}

// AuthorisationDue reports whether R36 asks for an authorisation: a work by a pupil, for
// readers wider than a group of the pupil's own. In a collective work no author holds
// rights to authorise with (R37).
func (d Dossier) AuthorisationDue() bool {
	if !settings.WorksAuthorisation.Of(d.Values) || d.Author.Profile != directory.Pupil || d.Collective != nil || !d.Contribution.Kind.isWork() {
		return false
	}
	return d.Space.Audience.Kind != ToGroup || !d.Author.InAudience
}

// judged is the mode that a revision is judged under: the one it was submitted
// in, or PRE where the space has become stricter since.
func (d Dossier) judged(r *Revision) workflow.Mode {
	if now := d.mode(); r.Mode == "" || now == workflow.Pre {
		return now
	}
	return r.Mode
}

// mode is the mode that what is submitted now is judged under.
func (d Dossier) mode() workflow.Mode { return d.Space.ModeOf(d.Contribution.Kind, d.Values) }

// ModeOf is the mode that contributions of a kind are judged under in the space: its own,
// but that documents and profiles are reviewed first where other texts appear first,
// unless the establishment has it otherwise. Pupils' press stays what R14 makes it.
func (s Space) ModeOf(kind Kind, values settings.Values) workflow.Mode {
	first := kind == Document && settings.DocumentReview.Of(values) || kind == Profile && settings.ProfileReview.Of(values)
	if first && s.Mode == workflow.Post {
		return workflow.Pre
	}
	return s.Mode
}

// signatureDue reports whether the page is for the public, and so for the
// director to sign (R11).
func (d Dossier) signatureDue() bool {
	return d.Space.Audience.Kind == ToPublicWeb && settings.PageSignature.Of(d.Values)
}

// briefed reports whether the author has read the briefing within a year (R16).
func (d Dossier) briefed(now time.Time) bool {
	if !settings.BriefingRequired.Of(d.Values) {
		return true
	}
	return !d.Author.BriefedAt.IsZero() && d.Calendar.Add(d.Author.BriefedAt, settings.BriefingValidity.Of(d.Values)).After(now)
}

// withinQuota reports whether the author may submit once more within the hour (R20).
func (d Dossier) withinQuota() bool {
	limit := settings.AdultPostsPerHour
	if d.Author.Profile == directory.Pupil {
		limit = settings.PupilPostsPerHour
	}
	return d.Author.Submissions < limit.Of(d.Values)
}

func attributed(r *Revision) bool { return ValidateAttributions(r.Attributions) == nil }

// facts is what the editorial table is told of one revision and of whoever acts.
func (d Dossier) facts(r *Revision, who actor.Actor, now time.Time) workflow.Facts {
	return workflow.Facts{
		Author: d.Contribution.Author, Suggester: r.SuggestedBy, Prompted: r.PromptedBy(who), Rejecter: r.RejectedBy,
		Mode: d.judged(r), SignatureDue: d.signatureDue() && !r.Signed,
		Cleared: (!d.AuthorisationDue() || d.covered(r)) && d.picturesClear(r, now), Held: d.held(), Reviewed: !r.ReviewedAt.IsZero(),
		Briefed: d.briefed(now), Attributed: attributed(r), WithinQuota: d.withinQuota(),
		Standing: d.Author.Standing.Kind != directory.Suspended, SpaceOpen: d.Space.Writable(),
		PublishAt: r.PublishAt, Due: !r.PublishAt.After(now), Derived: d.Derived != nil && (r == d.Open || r == d.Derived),
	}
}
