package publication

import (
	"errors"
	"slices"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// Command is somebody's wish to act on a contribution, as they saw it.
type Command struct {
	Action   workflow.Action
	Version  int64       // of the contribution that they looked at
	Revision id.Revision // zero: the one that the action is about
	Hold     id.Hold     // to release; zero where only one can be meant
	Sealed   bool        // with mask or withdraw: nobody may look any more (R50)
	Reason   workflow.Reason
}

// inner are the steps that only go along with another act, never by themselves.
var inner = []workflow.Action{workflow.Replace, workflow.Supersede, workflow.Reinstate, workflow.Derive}

// Decide answers a command with the batch to commit, or with a
// [workflow.Refusal]. It reads nothing but its arguments.
func Decide(d Dossier, who actor.Actor, c Command, now time.Time) (*workflow.Batch, error) {
	if c.Version != d.Contribution.Version {
		return nil, d.refuse(c, workflow.ErrStale, "R19")
	}
	if slices.Contains(inner, c.Action) {
		return nil, d.refuse(c, workflow.ErrImpossible, "")
	}
	if d.Contribution.Life == workflow.Gone {
		return nil, d.refuse(c, workflow.ErrImpossible, "R63")
	}
	who = who.As(d.Roles)
	if kind, ok := c.Action.Places(); ok {
		return d.place(who, c, kind, now)
	}
	switch c.Action {
	case workflow.Restore, workflow.Lift, workflow.Unarchive, workflow.Unfreeze:
		return d.release(who, c, now)
	case workflow.Purge:
		return d.purge(who, c, now)
	}
	return d.edit(who, c, now)
}

// edit decides an action on a revision.
func (d Dossier) edit(who actor.Actor, c Command, now time.Time) (*workflow.Batch, error) {
	r := d.target(c)
	if r == nil {
		return nil, d.refuse(c, workflow.ErrImpossible, "")
	}
	switch c.Action {
	case workflow.Submit, workflow.Accept:
		return d.submit(r, who, c, now)
	case workflow.Revert:
		return d.revert(r, who, c, now)
	case workflow.Publish:
		return d.publish(r, who, now)
	case workflow.OmitPhoto, workflow.BlurPhoto:
		return d.derive(r, who, c, now)
	}
	change, err := d.decide(r, who, c.Action, c.Reason, now)
	if err != nil {
		return nil, err
	}
	return new(workflow.Batch).Within(d.Head()).Revision(change), nil
}

// target is the revision that a command is about: the one it names, or the
// first that the action can move.
func (d Dossier) target(c Command) *Revision {
	for _, r := range d.Revisions() {
		if c.Revision == r.ID || (c.Revision.IsZero() && moves(c.Action, r.Status)) {
			return r
		}
	}
	return nil
}

func moves(action workflow.Action, status workflow.Editorial) bool {
	return slices.ContainsFunc(workflow.EditorialTable.Rules, func(row workflow.Rule[workflow.Editorial, workflow.Facts]) bool {
		return row.Action == action && row.From == status
	})
}

// decide asks the editorial table about one revision.
func (d Dossier) decide(r *Revision, who actor.Actor, action workflow.Action, reason workflow.Reason, now time.Time) (workflow.Change[workflow.Editorial], error) {
	c := workflow.Command{Action: action, Actor: who, Version: r.Version, Reason: reason}
	change, err := workflow.EditorialTable.Decide(d.subject(r), d.facts(r, who, now), c, now)
	return change, d.dated(err)
}

// dated says in a refusal until when the author's right to publish is suspended,
// where that is what it is for (R53).
func (d Dossier) dated(err error) error {
	if refusal := new(workflow.Refusal); errors.As(err, &refusal) && d.Author.Standing.Kind == directory.Suspended &&
		slices.ContainsFunc(refusal.Unmet, func(u workflow.Unmet) bool { return u.Rule == "R53" }) {
		refusal.Until = d.Author.Standing.Until
	}
	return err
}

func (d Dossier) subject(r *Revision) workflow.Subject[workflow.Editorial] {
	s := workflow.Subject[workflow.Editorial]{
		ID: r.ID.UUID, Tenant: d.Contribution.Tenant, Contribution: d.Contribution.ID, Version: r.Version, Status: r.Status,
	}
	if !r.Hash.IsZero() {
		s.Hash = r.Hash[:]
	}
	return s
}

// submit seals the draft; what was on its way is replaced.
func (d Dossier) submit(draft *Revision, who actor.Actor, c Command, now time.Time) (*workflow.Batch, error) {
	if err := errors.Join(complete(draft, d.Contribution.Kind), d.sealable(draft)); err != nil {
		return nil, err
	}
	hash := d.hash(draft)
	sealed := *draft
	sealed.Hash = hash
	change, err := d.decide(&sealed, who, c.Action, c.Reason, now)
	if err != nil {
		return nil, err
	}
	batch := new(workflow.Batch).Within(d.Head())
	batch.Submit(change, d.seal(draft, hash, d.mode()))
	if d.Open == nil {
		return batch, nil
	}
	replaced, err := d.decide(d.Open, who, workflow.Replace, workflow.Reason{}, now)
	if err != nil {
		return nil, err
	}
	return batch.Revision(replaced), nil
}

// seal is what the draft becomes.
func (d Dossier) seal(draft *Revision, hash Hash, mode workflow.Mode) workflow.Seal {
	return workflow.Seal{Number: d.Contribution.Number + 1, Hash: hash[:], Mode: mode, Photos: sealedPhotos(draft)}
}

// derive puts the derived revision in the place of the one that awaits consent.
func (d Dossier) derive(r *Revision, who actor.Actor, c Command, now time.Time) (*workflow.Batch, error) {
	replaced, err := d.decide(r, who, c.Action, c.Reason, now)
	if err != nil {
		return nil, err
	}
	hash := d.hash(d.Derived)
	d.Derived.Hash = hash
	change, err := d.decide(d.Derived, who, workflow.Derive, c.Reason, now)
	if err != nil {
		return nil, err
	}
	return new(workflow.Batch).Within(d.Head()).Revision(replaced).Submit(change, d.seal(d.Derived, hash, d.Derived.Mode)), nil
}

// complete refuses to submit what has no text, or no title where one is due.
func complete(draft *Revision, kind Kind) error {
	var faults []error
	switch {
	case draft.Title != "" || !kind.Titled():
	case kind == Profile: // its title is whom it presents
		faults = append(faults, &FieldError{Field: "title", Code: "unnamed"})
	default:
		faults = append(faults, &FieldError{Field: "title", Code: "required"})
	}
	words, shown := TakeApart(draft.HTML)
	switch {
	case kind == Document && len(shown) == 0:
		faults = append(faults, &FieldError{Field: "document", Code: "required"})
	case (len(shown) == 0 || kind == Profile) && !legible(PlainText(words)):
		faults = append(faults, &FieldError{Field: "body", Code: "required"})
	}
	return errors.Join(append(faults, ValidateAttributions(draft.Attributions))...)
}

func (d Dossier) hash(r *Revision) Hash {
	return Sealed{
		Kind: string(d.Contribution.Kind), Space: d.Contribution.Space, Title: r.Title, HTML: r.HTML,
		Language: r.Language, Attributions: r.Attributions, Photos: hashed(r.Pictures), Sanitiser: r.Sanitiser,
	}.Sum()
}

// publish makes a scheduled revision live and supersedes its predecessor, or
// sends it to wait for consent where that has gone in the meantime.
func (d Dossier) publish(r *Revision, who actor.Actor, now time.Time) (*workflow.Batch, error) {
	change, err := d.decide(r, who, workflow.Publish, workflow.Reason{}, now)
	if err != nil {
		return nil, err
	}
	head := d.Head()
	if change.To() != workflow.Live {
		return new(workflow.Batch).Within(head).Revision(change), nil
	}
	if d.Live == nil { // its address says what this text says, and nothing that a draft or a rejected text did
		head.Slug = slugOf(d.Contribution.Kind, *r)
		return new(workflow.Batch).Within(head).Publish(change), nil
	}
	former, err := d.decide(d.Live, who, workflow.Supersede, workflow.Reason{}, now)
	if err != nil {
		return nil, err
	}
	return new(workflow.Batch).Within(head).Publish(change, former), nil
}

// revert takes the live revision down and brings the one before it back.
func (d Dossier) revert(r *Revision, who actor.Actor, c Command, now time.Time) (*workflow.Batch, error) {
	rejected, err := d.decide(r, who, workflow.Revert, c.Reason, now)
	if err != nil {
		return nil, err
	}
	batch := new(workflow.Batch).Within(d.Head())
	if d.Former == nil {
		return batch.Revert(rejected), nil
	}
	again, err := d.decide(d.Former, who, workflow.Reinstate, c.Reason, now)
	if errors.Is(err, workflow.ErrUnmet) { // the one before may not be shown any more: that keeps nothing up
		return batch.Revert(rejected), nil
	}
	if err != nil {
		return nil, err
	}
	return batch.Revert(rejected, again), nil
}

// place decides an action that hides the contribution.
func (d Dossier) place(who actor.Actor, c Command, kind workflow.HoldKind, now time.Time) (*workflow.Batch, error) {
	return d.placing(who, c, workflow.HoldFacts{Kind: kind}, now)
}

// MaskSevere decides the interim mask that re-screening puts on live text of
// severity 4, before any human has looked (R42). via names the task.
func (d Dossier) MaskSevere(via string, reason workflow.Reason, now time.Time) (*workflow.Batch, error) {
	c := Command{Action: workflow.Mask, Reason: reason}
	facts := workflow.HoldFacts{Kind: workflow.MaskHold, Severe: true}
	return d.placing(actor.Clock(d.Contribution.Tenant, via), c, facts, now)
}

func (d Dossier) placing(who actor.Actor, c Command, facts workflow.HoldFacts, now time.Time) (*workflow.Batch, error) {
	batch := new(workflow.Batch).Within(d.Head())
	if err := d.placeIn(batch, who, c, facts, id.Case{}, now); err != nil {
		return nil, err
	}
	return batch, nil
}

func (d Dossier) liveHash() []byte {
	if d.Live == nil {
		return nil
	}
	return d.Live.Hash[:]
}

// statement words a withdrawal for its author and for the European vocabulary (R43).
func (d Dossier) statement(reason workflow.Reason, hold id.Hold, now time.Time) *workflow.Statement {
	dated := d.Contribution.PublishedAt
	if dated.IsZero() {
		dated = d.Contribution.CreatedAt
	}
	return withdrawal(reason, hold, "cette contribution", dated, now, d.Calendar.Add(now, settings.AppealPeriod.Of(d.Values)))
}

// withdrawal is the statement of reasons for taking something down (R43), with
// whoever is concerned appealing from its page until then.
func withdrawal(reason workflow.Reason, hold id.Hold, of string, dated, now, until time.Time) *workflow.Statement {
	statement := workflow.NewStatement(workflow.StatementInput{
		Ground: reason.Ground, Facts: reason.Text, Visibility: "DISABLED", ContentType: []string{"TEXT"},
		ContentDate: dated, At: now, Source: "VOLUNTARY", PUID: hold.String(),
		Redress:      "Recours auprès du chef d’établissement, directeur de la publication, depuis la page de " + of + ".",
		RedressUntil: until,
	})
	return &statement
}

// release decides an action that ends one hold and no other.
func (d Dossier) release(who actor.Actor, c Command, now time.Time) (*workflow.Batch, error) {
	hold := d.releasable(c)
	if hold == nil {
		return nil, d.refuse(c, workflow.ErrImpossible, "")
	}
	if !hold.Case.IsZero() {
		return nil, imageconsent.HeldByCase(c.Action)
	}
	if c.Action == workflow.Unarchive && d.AuthorisationDue() && !d.covered(d.Live) {
		return nil, d.unauthorised(c)
	}
	change, err := workflow.HoldTable.Decide(d.holdSubject(*hold), d.holdFacts(*hold, c, who), workflow.Command{
		Action: c.Action, Actor: who, Version: hold.Version, Reason: c.Reason,
	}, now)
	if err != nil {
		return nil, err
	}
	return new(workflow.Batch).Within(d.Head()).Release(change), nil
}

// unauthorised refuses to show a pupil's work again whose authorisation has ended (R36).
func (d Dossier) unauthorised(c Command) error {
	return &workflow.Refusal{
		Machine: workflow.HoldTable.Name, Action: c.Action, Status: string(workflow.Open), Rule: "R36", Err: workflow.ErrUnmet,
		Unmet: []workflow.Unmet{{Name: "authorisation", Rule: "R36"}},
	}
}

func (d Dossier) holdSubject(h Hold) workflow.Subject[workflow.Holding] {
	return workflow.Subject[workflow.Holding]{
		ID: h.ID.UUID, Tenant: d.Contribution.Tenant, Contribution: d.Contribution.ID, Version: h.Version,
		Status: workflow.Open, Hash: d.liveHash(),
	}
}

func (d Dossier) holdFacts(h Hold, c Command, who actor.Actor) workflow.HoldFacts {
	return workflow.HoldFacts{
		Kind: h.Kind, On: h.On, Mode: d.Space.Mode, Sealed: h.Sealed,
		NamesRevision: d.Contribution.Live.IsZero() || c.Revision == d.Contribution.Live,
		ByAuthor:      !h.PlacedBy.IsZero() && h.PlacedBy == d.Contribution.Author,
		SecondLook:    !h.bySecond() || !who.Is(h.PlacedBy),
	}
}

// releasable is the contribution's own hold that a command means: the one it
// names, or the only one that the action can end.
func (d Dossier) releasable(c Command) *Hold {
	var found []*Hold
	for i, hold := range d.Holds {
		if hold.Own && (c.Hold == hold.ID || (c.Hold.IsZero() && c.Action.Releases(hold.Kind))) {
			found = append(found, &d.Holds[i])
		}
	}
	if len(found) != 1 {
		return nil
	}
	return found[0]
}

func (d Dossier) purge(who actor.Actor, c Command, now time.Time) (*workflow.Batch, error) {
	change, err := workflow.LifeTable.Decide(d.lifeSubject(), d.lifeFacts(now), workflow.Command{
		Action: c.Action, Actor: who, Version: c.Version, Reason: c.Reason,
	}, now)
	if err != nil {
		return nil, err
	}
	return new(workflow.Batch).Within(d.Head()).Purge(change), nil
}

func (d Dossier) lifeSubject() workflow.Subject[workflow.Life] {
	c := d.Contribution
	return workflow.Subject[workflow.Life]{
		ID: c.ID.UUID, Tenant: c.Tenant, Contribution: c.ID, Version: c.Version, Status: c.Life, Hash: d.liveHash(),
	}
}

// lifeFacts tells what keeps a contribution's texts. What is withdrawn or masked
// is evidence, and what was so, or was rejected or reverted, stays until nobody
// can appeal any more and its retention has run out (R45, R63).
func (d Dossier) lifeFacts(now time.Time) workflow.LifeFacts {
	facts := workflow.LifeFacts{
		Mode: d.Space.Mode, Hidden: d.Exposure() != workflow.Visible, Settled: d.Open == nil, Unblocked: true, FreeToGo: !d.evident(now),
	}
	facts.FreeToGo = facts.FreeToGo && !d.Kept
	for _, hold := range d.Holds {
		switch hold.Kind {
		case workflow.BlockHold:
			facts.Unblocked = false
		case workflow.MaskHold, workflow.WithdrawHold:
			facts.FreeToGo = false
		case workflow.ArchiveHold:
			facts.PutAway = facts.PutAway || (hold.Own && hold.PlacedBy == d.Contribution.Author)
		case workflow.FreezeHold:
		}
	}
	return facts
}

// evident reports whether a decision of the past keeps the texts as evidence.
func (d Dossier) evident(now time.Time) bool {
	if d.EvidentAt.IsZero() {
		return false
	}
	return d.Calendar.Add(d.EvidentAt, settings.AppealPeriod.Of(d.Values)).After(now) ||
		d.Calendar.Add(d.EvidentAt, settings.WithdrawnRetention.Of(d.Values)).After(now)
}

func (d Dossier) refuse(c Command, why error, rule string) error {
	status := workflow.Editorial("")
	if d.Open != nil {
		status = d.Open.Status
	} else if d.Live != nil {
		status = d.Live.Status
	}
	return &workflow.Refusal{Machine: workflow.LifeTable.Name, Action: c.Action, Status: string(status), Rule: rule, Err: why}
}
