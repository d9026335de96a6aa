package publication

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// SpaceInput is a space as somebody wants it to be.
type SpaceInput struct {
	Title       string
	Description string
	Kind        SpaceKind     // of a new space; it never changes
	Mode        workflow.Mode // of a new space, empty for what the establishment has chosen (R11)
	Audience    Audience
	Owner       id.Person
	Backup      id.Person
	// PressDirector is optional, and of pupils' press alone (R14).
	PressDirector id.Person
	Grants        []Grant
}

// Grant gives a person or a group a role in a space.
type Grant struct {
	Role   actor.Role // Contributor or Moderator
	Person id.Person  // one of the two
	Group  id.Group
}

// ENT is a named set of establishments.
type ENT struct {
	ID   id.ENT
	Name string
}

// SpaceDossier is a space with all that an act on it needs to know, read under
// its lock.
type SpaceDossier struct {
	Space  Space
	House  directory.House
	Roles  actor.Roles // of whoever acts
	Holds  []Hold      // open, on the space itself
	Grants []Grant
	Adults []id.Person        // which of owner, backup and the candidates teach or work here and are of age
	People []id.Person        // which of the candidates belong to the establishment
	Pupils []directory.Person // which of the candidates are its pupils: their ids and birth dates
	Groups []id.Group         // which of the candidates are the establishment's
	// Vacancy is there while owner or backup was found not to answer (R15).
	Vacancy *Vacancy
	ENTs    []ENT // that the establishment belongs to, by name
	Legal   Legal // what the information pages say (R66)
	// Unsigned tells that a page is live here which the director has not signed.
	Unsigned bool
	// Unauthorised counts the pupils' works that are visible here and whose
	// authorisation does not reach further than they are read today (R36).
	Unauthorised int
}

// Candidates are those whom an input names: to answer for a space, to write in it,
// to moderate or to read it.
type Candidates struct {
	Persons []id.Person
	Groups  []id.Group
}

// SpaceTx is what the services of spaces do inside a transaction.
type SpaceTx interface {
	Tx
	VacancyTx
	// SpaceDossier locks the space and reads it, with what is needed to judge
	// the candidates.
	SpaceDossier(ctx context.Context, space id.Space, who id.Person, candidates Candidates, now time.Time) (SpaceDossier, error)
	// NewSpaceDossier is SpaceDossier for a space that is still to be created.
	NewSpaceDossier(ctx context.Context, who id.Person, candidates Candidates, now time.Time) (SpaceDossier, error)
	// ShareLegal keeps whoever changes the information pages waiting.
	ShareLegal(ctx context.Context) error
	// Spaces lists the tenant's spaces by title, with what somebody is in each.
	Spaces(ctx context.Context, who id.Person, now time.Time) ([]KnownSpace, error)
	// InsertSpace adds a space that no status makes real yet. The error is
	// [directory.ErrTaken] when the address is in use.
	InsertSpace(ctx context.Context, s Space, now time.Time) error
	// UpdateSpace writes what Configure changes, after its change was committed.
	UpdateSpace(ctx context.Context, s Space) error
	// SetGrants replaces who contributes and moderates.
	SetGrants(ctx context.Context, space id.Space, grants []Grant) error
}

// SpaceTransactions opens a transaction for the services of spaces.
type SpaceTransactions func(ctx context.Context, tenant id.Tenant, do func(SpaceTx) error) error

// Spaces creates, configures, stops and closes spaces.
type Spaces struct {
	inTx  SpaceTransactions
	clock func() time.Time
}

// NewSpaces returns the service of spaces.
func NewSpaces(inTx SpaceTransactions, clock func() time.Time) *Spaces { return &Spaces{inTx, clock} }

// Prospect reads what a space that is still to be created could be: the ENTs that
// it could be open to, and the establishment's parameters.
func (s *Spaces) Prospect(ctx context.Context, who actor.Actor) (SpaceDossier, error) {
	var d SpaceDossier
	err := s.inTx(ctx, who.Tenant, func(tx SpaceTx) (err error) {
		d, err = tx.NewSpaceDossier(ctx, who.Person, Candidates{}, s.clock())
		return err
	})
	if err != nil {
		return SpaceDossier{}, fmt.Errorf("prospect of a space: %w", err)
	}
	return d, nil
}

// Create opens a space. Its address is made from its title. The errors are a
// [workflow.Refusal] (R09, R10, R11, R15, R66), [FieldError]s, joined, and
// [directory.ErrTaken].
func (s *Spaces) Create(ctx context.Context, who actor.Actor, in SpaceInput) (id.Space, error) {
	space := id.New[id.Space]()
	err := s.inTx(ctx, who.Tenant, func(tx SpaceTx) error {
		now := s.clock()
		if err := in.share(ctx, tx); err != nil {
			return fmt.Errorf("create space: %w", err)
		}
		d, err := tx.NewSpaceDossier(ctx, who.Person, in.candidates(), now)
		if err != nil {
			return fmt.Errorf("create space: %w", err)
		}
		in.Mode = cmp.Or(in.Mode, d.startingMode(in))
		d.Space = in.apply(Space{ID: space, Tenant: who.Tenant, Kind: in.Kind, Slug: spaceSlug(in, space)})
		if err := errors.Join(in.check(d, now), d.checkKind()); err != nil {
			return err
		}
		change, err := d.decide(who, SpaceCommand{Action: workflow.CreateSpace}, in, now)
		if err != nil {
			return err
		}
		if err := tx.InsertSpace(ctx, d.Space, now); err != nil {
			return fmt.Errorf("create space %q: %w", d.Space.Slug, err)
		}
		if err := workflow.Commit(ctx, tx, new(workflow.Batch).Space(change)); err != nil {
			return err
		}
		return tx.SetGrants(ctx, space, in.Grants)
	})
	return space, err
}

// Configure changes all that can be changed of a space. version is the one that
// the actor looked at. It has the errors of Create, and [workflow.ErrStale].
func (s *Spaces) Configure(ctx context.Context, who actor.Actor, space id.Space, version int64, in SpaceInput) error {
	return s.inTx(ctx, who.Tenant, func(tx SpaceTx) error {
		now := s.clock()
		if err := in.share(ctx, tx); err != nil {
			return fmt.Errorf("configure space %s: %w", space, err)
		}
		d, err := s.open(ctx, tx, who, space, in.candidates(), now)
		if err != nil {
			return err
		}
		if err := in.check(d, now); err != nil {
			return err
		}
		change, err := d.decide(who, SpaceCommand{Action: workflow.Configure, Version: version}, in, now)
		if err != nil {
			return err
		}
		if err := workflow.Commit(ctx, tx, new(workflow.Batch).Space(change)); err != nil {
			return err
		}
		if err := tx.UpdateSpace(ctx, in.apply(d.Space)); err != nil {
			return fmt.Errorf("configure space %s: %w", space, err)
		}
		if err := d.endVacancy(ctx, tx, who.As(d.Roles), now); err != nil { // since two answer
			return err
		}
		return tx.SetGrants(ctx, space, in.Grants)
	})
}

// SpaceCommand is somebody's wish to act on a space, as they saw it.
type SpaceCommand struct {
	Action  workflow.Action // close, reopen, or an action of the table of holds
	Version int64
	Hold    id.Hold // to release; zero where only one can be meant
	Sealed  bool    // asked for, and always refused: a space is not sealed (R50)
	Reason  workflow.Reason
}

// Act closes or reopens a space, or places or releases a hold on it. The errors
// are [directory.ErrNotFound] and a [workflow.Refusal].
func (s *Spaces) Act(ctx context.Context, who actor.Actor, space id.Space, c SpaceCommand) error {
	return s.inTx(ctx, who.Tenant, func(tx SpaceTx) error {
		now := s.clock()
		d, err := s.open(ctx, tx, who, space, Candidates{}, now)
		if err != nil {
			return err
		}
		batch, err := d.Decide(who, c, now)
		if err != nil {
			return err
		}
		return workflow.Commit(ctx, tx, batch)
	})
}

// View reads a space for whoever has something to do with it, with what they
// could do.
func (s *Spaces) View(ctx context.Context, who actor.Actor, space id.Space) (SpaceDossier, []workflow.Offer, error) {
	var d SpaceDossier
	err := s.inTx(ctx, who.Tenant, func(tx SpaceTx) (err error) {
		d, err = s.open(ctx, tx, who, space, Candidates{}, s.clock())
		return err
	})
	if err != nil {
		return SpaceDossier{}, nil, err
	}
	offers := d.Offers(who, s.clock())
	d.Holds = disclosed(d.Holds, d.Roles)
	return d, offers, nil
}

// KnownSpace is a space with what somebody is in it.
type KnownSpace struct {
	Space
	Roles actor.Roles
}

// Writable reports whether the actor may write there, as it is now.
func (k KnownSpace) Writable() bool {
	return k.Roles.HasAny(writers...) && k.Status == workflow.SpaceOpen && !k.Frozen
}

// List gives the spaces that the actor reads, writes in or answers for, by title.
func (s *Spaces) List(ctx context.Context, who actor.Actor) ([]KnownSpace, error) {
	var known []KnownSpace
	err := s.inTx(ctx, who.Tenant, func(tx SpaceTx) error {
		all, err := tx.Spaces(ctx, who.Person, s.clock())
		known = slices.DeleteFunc(all, func(l KnownSpace) bool { return !knows(l.Roles) })
		return err
	})
	return known, err
}

// knows reports whether somebody in these roles may know of a space.
func knows(roles actor.Roles) bool { return roles.HasAny(actor.Contributor, actor.Reader, actor.Admin) }

// open reads a space that the actor may know of.
func (s *Spaces) open(ctx context.Context, tx SpaceTx, who actor.Actor, space id.Space, candidates Candidates, now time.Time) (SpaceDossier, error) {
	d, err := tx.SpaceDossier(ctx, space, who.Person, candidates, now)
	if err != nil {
		return SpaceDossier{}, fmt.Errorf("space %s: %w", space, err)
	}
	if !knows(d.Roles) {
		return SpaceDossier{}, fmt.Errorf("space %s: %w", space, directory.ErrNotFound)
	}
	return d, nil
}

// apply writes the input over a space.
func (in SpaceInput) apply(s Space) Space {
	s.Title, s.Description = visibleOnly(in.Title), strings.TrimSpace(in.Description)
	s.Mode, s.Audience, s.Owner, s.Backup, s.PressDirector = in.Mode, in.Audience, in.Owner, in.Backup, in.PressDirector
	return s
}

// check says what is wrong with each field.
func (in SpaceInput) check(d SpaceDossier, now time.Time) error {
	faults := []error{checkTitle(visibleOnly(in.Title), Page, d.House.Values)}
	lack := func(wrong bool, fault FieldError) {
		if wrong {
			faults = append(faults, &fault)
		}
	}
	lack(visibleOnly(in.Title) == "", FieldError{Field: "title", Code: "required"})
	lack(!utf8.ValidString(in.Description) || strings.ContainsRune(in.Description, 0), FieldError{Field: "description", Code: "not_text"})
	lack(utf8.RuneCountInString(in.Description) > longestDescription, FieldError{Field: "description", Code: "too_long", Limit: longestDescription})
	lack(!slices.Contains(workflow.Modes(), in.Mode), FieldError{Field: "mode", Code: "unknown", Rule: "R11"})
	lack(!slices.Contains(AudienceKinds(), in.Audience.Kind), FieldError{Field: "audience", Code: "unknown", Rule: "R10"})
	lack((in.Audience.Kind == ToGroup) != !in.Audience.Group.IsZero(), FieldError{Field: "audience.group", Code: "mismatch", Rule: "R10"})
	lack((in.Audience.Kind == ToENT) != !in.Audience.ENT.IsZero(), FieldError{Field: "audience.ent", Code: "mismatch", Rule: "R10"})
	lack(in.Audience.Kind == ToGroup && !in.Audience.Group.IsZero() && !slices.Contains(d.Groups, in.Audience.Group),
		FieldError{Field: "audience.group", Code: "not_found", Rule: "R10"})
	return errors.Join(append(faults, d.checkPressDirector(in, now), d.checkGrants(in.Grants))...)
}

// longestDescription is in characters: it stands above a list, not in its place.
const longestDescription = 500

func (d SpaceDossier) checkKind() error {
	if !slices.Contains(SpaceKinds(), d.Space.Kind) {
		return &FieldError{Field: "kind", Code: "unknown", Rule: "R11"}
	}
	return nil
}

// decide asks the table of spaces, of the space as it would be. Whoever may not open it to
// the public web is told what the information pages lack, field by field (R66).
func (d SpaceDossier) decide(who actor.Actor, c SpaceCommand, in SpaceInput, now time.Time) (workflow.Change[workflow.SpaceStatus], error) {
	change, err := workflow.SpaceTable.Decide(d.subject(), d.facts(in), workflow.Command{
		Action: c.Action, Actor: who.As(d.Roles), Version: c.Version, Reason: c.Reason,
	}, now)
	refusal := new(workflow.Refusal)
	if errors.As(err, &refusal) && slices.Contains(refusal.Unmet, workflow.Unmet{Name: "legal_pages", Rule: "R66"}) {
		err = errors.Join(err, unsaid(d.Legal.Missing()))
	}
	return change, err
}

func (d SpaceDossier) subject() workflow.Subject[workflow.SpaceStatus] {
	return workflow.Subject[workflow.SpaceStatus]{
		ID: d.Space.ID.UUID, Tenant: d.Space.Tenant, Version: d.Space.Version, Status: d.Space.Status,
	}
}

// facts judges the space as it would be with the input.
func (d SpaceDossier) facts(in SpaceInput) workflow.SpaceFacts {
	return workflow.SpaceFacts{
		Mode: d.Space.Mode, Heard: d.heard(in), AudienceAllowed: d.audienceAllowed(in.Audience), ModeAllowed: d.modeAllowed(in.Mode),
		OwnerAndBackup: in.Owner != in.Backup && slices.Contains(d.Adults, in.Owner) && slices.Contains(d.Adults, in.Backup),
		Signed:         !d.Unsigned || in.Audience.Kind != ToPublicWeb || d.Space.Audience.Kind == ToPublicWeb || !settings.PageSignature.Of(d.House.Values),
		Informed:       in.Audience.Kind != ToPublicWeb || d.isPublic() || len(d.Legal.Missing()) == 0,
		Authorised:     d.Unauthorised == 0 || in.Audience == d.Space.Audience || in.Audience.Reach() < d.Space.Audience.Reach(),
	}
}

// isPublic reports whether the space is open to the public web as it is: what completed the
// information pages then and went since, such as a director, closes nothing. Readers wait for it
// ([Pause]).
func (d SpaceDossier) isPublic() bool {
	return d.Space.Status == workflow.SpaceOpen && d.Space.Audience.Kind == ToPublicWeb
}

// audienceAllowed is R10: forums and blogs stay inside, and an establishment may
// be narrower still.
func (d SpaceDossier) audienceAllowed(a Audience) bool {
	limit := map[SpaceKind]string{
		Forum: settings.ForumAudienceCap.Of(d.House.Values), Blog: settings.BlogAudienceCap.Of(d.House.Values),
		Web: settings.PageAudienceCap.Of(d.House.Values),
	}[d.Space.Kind]
	if a.Kind == ToENT && !slices.ContainsFunc(d.ENTs, func(e ENT) bool { return e.ID == a.ENT }) {
		return false
	}
	return limit != "" && a.Reach() <= Audience{Kind: AudienceKind(limit)}.Reach()
}

// Decide answers a command on a space that exists.
func (d SpaceDossier) Decide(who actor.Actor, c SpaceCommand, now time.Time) (*workflow.Batch, error) {
	if c.Version != d.Space.Version {
		return nil, &workflow.Refusal{Machine: workflow.SpaceTable.Name, Action: c.Action, Status: string(d.Space.Status), Rule: "R19", Err: workflow.ErrStale}
	}
	if kind, places := c.Action.Places(); places {
		return d.place(who, c, kind, now)
	}
	switch c.Action {
	case workflow.Restore, workflow.Lift, workflow.Unarchive, workflow.Unfreeze:
		return d.release(who, c, now)
	}
	change, err := d.decide(who, c, d.asInput(), now)
	if err != nil {
		return nil, err
	}
	return new(workflow.Batch).Space(change), nil
}

// asInput is the space as it is.
func (d SpaceDossier) asInput() SpaceInput {
	return SpaceInput{
		Title: d.Space.Title, Description: d.Space.Description, Kind: d.Space.Kind, Mode: d.Space.Mode,
		Audience: d.Space.Audience, Owner: d.Space.Owner, Backup: d.Space.Backup, PressDirector: d.Space.PressDirector, Grants: d.Grants,
	}
}

func (d SpaceDossier) place(who actor.Actor, c SpaceCommand, kind workflow.HoldKind, now time.Time) (*workflow.Batch, error) {
	return d.placing(who.As(d.Roles), c, kind, now)
}

func (d SpaceDossier) placing(who actor.Actor, c SpaceCommand, kind workflow.HoldKind, now time.Time) (*workflow.Batch, error) {
	batch := new(workflow.Batch)
	if err := d.placeIn(batch, who, c, kind, id.Case{}, now); err != nil {
		return nil, err
	}
	return batch, nil
}

// placeIn adds the placing of a hold to a batch.
func (d SpaceDossier) placeIn(b *workflow.Batch, who actor.Actor, c SpaceCommand, kind workflow.HoldKind, of id.Case, now time.Time) error {
	hold := id.New[id.Hold]()
	s := workflow.Subject[workflow.Holding]{ID: hold.UUID, Tenant: d.Space.Tenant}
	if kind == workflow.WithdrawHold && c.Reason.Statement == nil {
		until := d.House.Calendar.Add(now, settings.AppealPeriod.Of(d.House.Values))
		c.Reason.Statement = withdrawal(c.Reason, hold, "cet espace", d.Space.CreatedAt, now, until)
	}
	facts := workflow.HoldFacts{
		Kind: kind, On: workflow.OnSpace, Mode: d.Space.Mode, Sealed: c.Sealed, Ownerless: kind == workflow.FreezeHold && d.ownerless(now),
	}
	if !facts.Ownerless {
		facts.ReviewAt = reviewAt(c.Action, d.House, now)
	}
	change, err := workflow.HoldTable.Decide(s, facts, workflow.Command{Action: c.Action, Actor: who, Reason: c.Reason}, now)
	if err != nil {
		return err
	}
	placed := workflow.Placed{On: workflow.OnSpace, Target: d.Space.ID.UUID, Kind: kind, Case: of, Until: facts.ReviewAt}
	b.Place(change, placed)
	return nil
}

func (d SpaceDossier) release(who actor.Actor, c SpaceCommand, now time.Time) (*workflow.Batch, error) {
	var found []Hold
	for _, hold := range d.Holds {
		if c.Hold == hold.ID || (c.Hold.IsZero() && c.Action.Releases(hold.Kind)) {
			found = append(found, hold)
		}
	}
	if len(found) != 1 {
		return nil, &workflow.Refusal{Machine: workflow.HoldTable.Name, Action: c.Action, Err: workflow.ErrImpossible}
	}
	if !found[0].Case.IsZero() {
		return nil, imageconsent.HeldByCase(c.Action)
	}
	change, err := workflow.HoldTable.Decide(d.holdSubject(found[0]), d.holdFacts(found[0], who, now), workflow.Command{
		Action: c.Action, Actor: who.As(d.Roles), Version: found[0].Version, Reason: c.Reason,
	}, now)
	if err != nil {
		return nil, err
	}
	return new(workflow.Batch).Release(change), nil
}

func (d SpaceDossier) holdSubject(h Hold) workflow.Subject[workflow.Holding] {
	return workflow.Subject[workflow.Holding]{ID: h.ID.UUID, Tenant: d.Space.Tenant, Version: h.Version, Status: workflow.Open}
}

// holdFacts of a hold on the space: there is no revision to name.
func (d SpaceDossier) holdFacts(h Hold, who actor.Actor, now time.Time) workflow.HoldFacts {
	return workflow.HoldFacts{
		Kind: h.Kind, On: workflow.OnSpace, Mode: d.Space.Mode, Sealed: h.Sealed, Ownerless: d.ownerless(now), NamesRevision: true,
		SecondLook: !h.bySecond() || !who.Is(h.PlacedBy),
	}
}

// Offers lists what the actor can do to the space now.
func (d SpaceDossier) Offers(who actor.Actor, now time.Time) []workflow.Offer {
	who = who.As(d.Roles)
	offers := workflow.SpaceTable.Offers(d.subject(), d.facts(d.asInput()), who)
	for _, hold := range d.Holds {
		if !hold.Case.IsZero() { // a case releases its own
			continue
		}
		for _, offer := range workflow.HoldTable.Offers(d.holdSubject(hold), d.holdFacts(hold, who, now), who) {
			if offer.Action.Releases(hold.Kind) {
				offers = append(offers, offer)
			}
		}
	}
	facts := workflow.HoldFacts{Kind: workflow.FreezeHold, On: workflow.OnSpace, Mode: d.Space.Mode, Ownerless: d.ownerless(now)}
	for _, offer := range workflow.HoldTable.Offers(workflow.Subject[workflow.Holding]{}, facts, who) {
		if len(offer.Unmet) == 0 {
			offers = append(offers, offer)
		}
	}
	return offers
}
