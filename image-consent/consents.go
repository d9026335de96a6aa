package imageconsent

import (
	"context"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// ConsentTx is what asking for consents and taking answers does inside a transaction.
type ConsentTx interface {
	workflow.Tx
	outbox.Emitter
	AskTx
	AnswerTx
	ReviewTx
	RegisterTx
	PaperTx
	LinkTx
	ReachTx

	// ConsentDossier locks a consent and reads it with all that acting on it needs, the
	// general roles of who acts among it, or answers [directory.ErrNotFound].
	ConsentDossier(ctx context.Context, consent id.Consent, who id.Person, now time.Time) (ConsentDossier, error)
	// WithdrawalDossier is ConsentDossier for a withdrawal, which nothing else may stop
	// (R33): where the establishment's parameters cannot be read it has the usual ones.
	WithdrawalDossier(ctx context.Context, consent id.Consent, who id.Person, now time.Time) (ConsentDossier, error)
	// RequestOf reads a request, or answers [directory.ErrNotFound].
	RequestOf(ctx context.Context, request id.Request) (Request, error)
	// Names reads how persons whom the establishment knows are called.
	Names(ctx context.Context, persons []id.Person) (map[id.Person]string, error)
}

// ConsentTransactions opens a transaction in a tenant and commits it when do returns nil.
type ConsentTransactions func(ctx context.Context, tenant id.Tenant, do func(ConsentTx) error) error

// ConsentsConfig is what a Consents is made of. Every field is required.
type ConsentsConfig struct {
	InTx  ConsentTransactions
	Clock func() time.Time
	Files Files // of scans
	Links LinkStore
}

// Consents asks families, takes what they answer, and resolves it into what may be shown.
type Consents struct {
	inTx  ConsentTransactions
	clock func() time.Time
	files Files
	links LinkStore
}

// NewConsents returns a Consents.
func NewConsents(cfg ConsentsConfig) *Consents {
	return &Consents{cfg.InTx, cfg.Clock, cfg.Files, cfg.Links}
}

// Consent is one person's consent to one request.
type Consent struct {
	ID         id.Consent
	Tenant     id.Tenant
	Request    id.Request
	Person     id.Person
	Generation int // 1; one more when the person, come of age, was asked anew (R34)
	Status     workflow.ConsentStatus
	Version    int64
	Waiting    []id.Person // whose answer is missing
	AskedAt    time.Time
	DecidedAt  time.Time
	RemindedAt time.Time
	Reminders  int
	WarnedAt   time.Time // that it ends soon (R34)
	SoleProof  string    // of one guardian's holding authority alone (R30)
	Owing      bool      // what a withdrawal writes and promises could not be with it (R33)
}

// Relative is somebody whom the directory ties to a person as guardian today.
type Relative struct {
	Person    directory.Person // only its id where the establishment does not know them
	Authority bool             // parental
	Until     time.Time        // midnight UTC of the day after the last; zero where it is open
}

// Kin is a person with those who may have to answer for them.
type Kin struct {
	Person    directory.Person
	Child     bool        // a pupil, of this establishment or another, or with guardians: a minor, unless a birth date says no
	Guardians []Relative  // by name
	Family    []id.Person // the person, and whoever is or was tied to them as guardian
}

// majority is the midnight at which the person comes of age, in a time zone; zero when
// the birth date is unknown.
func (k Kin) majority(zone *time.Location) time.Time {
	if k.Person.BirthDate.IsZero() {
		return time.Time{}
	}
	year, month, day := k.Person.BirthDate.Date()
	return time.Date(year+directory.Majority, month, day, 0, 0, 0, 0, zone)
}

// family is who may answer for the person at a moment. A child of unknown age is a minor.
func (k Kin) family(sole bool, now time.Time, zone *time.Location) Family {
	f := Family{Person: k.Person.ID, Minor: k.Person.MinorAs(k.Child, now.In(zone)), Majority: k.majority(zone), Sole: sole}
	for _, g := range k.Guardians {
		if !g.Authority {
			continue
		}
		holder := Holder{Person: g.Person.ID}
		if !g.Until.IsZero() {
			year, month, day := g.Until.Date()
			holder.Until = time.Date(year, month, day, 0, 0, 0, 0, zone)
		}
		f.Guardians = append(f.Guardians, holder)
	}
	return f
}

// concerns reports whether somebody is of the family, with parental authority or without:
// what others of it have said is not theirs to know, whatever they are in the
// establishment (R46).
func (k Kin) concerns(who id.Person) bool { return slices.Contains(k.Family, who) }

// Signers are who may answer for the person: themselves, and while they are a minor the
// guardians who hold parental authority.
func (k Kin) Signers(now time.Time, zone *time.Location) []id.Person {
	return k.family(false, now, zone).signers(now)
}

// Given is an answer as it stands on record.
type Given struct {
	Answer
	ID      id.Answer
	Revoked bool
	Via     string
	Paper   id.Paper // zero unless it came on paper
}

// OpenCover is a cover that has not been closed.
type OpenCover struct {
	ID      id.Cover
	Use     id.Use
	RestsOn []id.Person
	Period
}

// ConsentDossier is a consent with all that acting on it needs, read under its lock.
type ConsentDossier struct {
	Consent Consent
	Request Request
	Kin     Kin
	Answers []Given // standing
	Covers  []OpenCover
	Papers  []Paper
	Roles   actor.Roles // of whoever acts, in the establishment
	House   directory.House
	link    Link // that whoever acts came by, if so
}

func (d ConsentDossier) family(now time.Time) Family {
	return d.Kin.family(d.Consent.SoleProof != "", now, d.House.Calendar.Location())
}

// resolve computes what answers come to, under the establishment's parameters.
func (d ConsentDossier) resolve(answers []Given, now time.Time) Resolution {
	said := make([]Answer, len(answers))
	for i, a := range answers {
		said[i] = a.Answer
	}
	return Resolve(d.family(now), Asked{d.Request.Lines, d.Request.Valid}, said, rulesOf(d.House.Values), now)
}

// rulesOf reads who must answer from an establishment's parameters.
func rulesOf(v settings.Values) Rules {
	r := Rules{Guardians: map[Audience]int{}, PupilHas: settings.PupilAgrees.Of(v)}
	for _, audience := range Audiences() {
		r.Guardians[audience] = settings.GuardiansNeeded(v, string(audience))
	}
	return r
}

// subject is the consent as its machine sees it.
func (d ConsentDossier) subject() workflow.Subject[workflow.ConsentStatus] {
	return workflow.Subject[workflow.ConsentStatus]{
		ID: d.Consent.ID.UUID, Tenant: d.Consent.Tenant, Version: d.Consent.Version, Status: d.Consent.Status, Hash: d.Request.Hash[:],
	}
}

// keepers are who sees every consent of the establishment.
var keepers = []actor.Role{actor.Officer, actor.Director}

// keeps reports whether whoever acts looks after this consent: who asked for it and still
// works here, a consent officer, the director. Nobody looks after that of their own family.
func (d ConsentDossier) keeps(who actor.Actor) bool {
	if d.Kin.concerns(who.Person) {
		return false
	}
	return d.Roles.HasAny(keepers...) || d.Roles.Has(actor.Staff) && who.Is(d.Request.AskedBy)
}

// staff are who may bring a family's word, or see to a paper.
var staff = []actor.Role{actor.Staff, actor.Officer, actor.Director}

// standing resolves as what somebody acts on the consent: one of the family, or of the
// house. A link lets in whom it was made for, to its consent, and lends them no role of the
// house; it is looked at again here, whatever the door has done. Whoever is nothing to the
// consent has [directory.ErrNotFound].
func (d *ConsentDossier) standing(ctx context.Context, tx ConsentTx, who actor.Actor, now time.Time) (actor.Actor, error) {
	if who.Kind == actor.KindLink {
		if err := d.admit(ctx, tx, who, now); err != nil {
			return who, err
		}
		d.Roles = actor.Roles{}
	} else if who.Kind != actor.KindPerson {
		return who, directory.ErrNotFound
	}
	if capacity, may := d.family(now).capacity(who.Person, now); may {
		d.Roles = d.Roles.With(capacity.role())
	}
	if !d.Roles.HasAny(actor.Depicted, actor.Guardian) && !d.Roles.HasAny(staff...) {
		return who, directory.ErrNotFound
	}
	return who.As(d.Roles), nil
}

// role is the role of somebody who answers.
func (c Capacity) role() actor.Role {
	if c == AsDepicted {
		return actor.Depicted
	}
	return actor.Guardian
}

// signs reports whether somebody acts as one of the family.
func signs(who actor.Actor) bool { return who.Roles.HasAny(actor.Depicted, actor.Guardian) }

// acting is what somebody does on a consent.
type acting func(tx ConsentTx, d ConsentDossier, who actor.Actor, now time.Time) error

// reading is how a consent is read under its lock.
type reading func(tx ConsentTx, ctx context.Context, consent id.Consent, who id.Person, now time.Time) (ConsentDossier, error)

// inside runs do on a consent under its lock, with the actor as what they are to it.
func (s *Consents) inside(ctx context.Context, who actor.Actor, consent id.Consent, do acting) error {
	return s.opened(ctx, who, consent, ConsentTx.ConsentDossier, do)
}

func (s *Consents) opened(ctx context.Context, who actor.Actor, consent id.Consent, read reading, do acting) error {
	return s.inTx(ctx, who.Tenant, func(tx ConsentTx) error {
		now := s.clock()
		d, err := read(tx, ctx, consent, who.Person, now)
		if err != nil {
			return err
		}
		who, err := d.standing(ctx, tx, who, now)
		if err != nil {
			return err
		}
		return do(tx, d, who, now)
	})
}

// FieldError is the directory's.
type FieldError = directory.FieldError
