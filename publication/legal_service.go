package publication

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// LegalTx is what the service of information pages does inside a transaction.
type LegalTx interface {
	directory.Tx

	// LockLegal keeps whoever else changes the information pages waiting, and whoever
	// opens a space to the public web.
	LockLegal(ctx context.Context) error
	// Legal reads what the information pages say at a moment.
	Legal(ctx context.Context, now time.Time) (Legal, error)
	// PublicSpaces reports whether any space is open to the public web, closed or not:
	// reading goes on.
	PublicSpaces(ctx context.Context) (bool, error)
	// InsertLegal adds a version, and tells readers.
	InsertLegal(ctx context.Context, version int64, facts LegalFacts, by id.Person, at time.Time) error
	// InsertCharter adds a version, and tells readers.
	InsertCharter(ctx context.Context, c Charter, by id.Person) error
	// LegalVersions and CharterVersions list what was ever written, the latest first,
	// with the names of who did.
	LegalVersions(ctx context.Context, limit int) ([]LegalVersion, error)
	CharterVersions(ctx context.Context, limit int) ([]CharterVersion, error)

	PauseTx
}

// LegalTransactions opens a transaction for the service of information pages.
type LegalTransactions func(ctx context.Context, tenant id.Tenant, do func(LegalTx) error) error

// LegalPages keeps what an establishment says of itself (R66), and its charter (R01).
type LegalPages struct {
	inTx  LegalTransactions
	clock func() time.Time
}

// NewLegalPages returns the service of information pages.
func NewLegalPages(inTx LegalTransactions, clock func() time.Time) *LegalPages {
	return &LegalPages{inTx, clock}
}

// legalWriters write the information pages, and see who wrote them before.
var legalWriters = []actor.Role{actor.Director, actor.Admin}

// mostVersions is how far back the history of the information pages is shown.
const mostVersions = 50

// LegalFile is what is written, with all that was written before.
type LegalFile struct {
	Legal
	Versions []LegalVersion // the latest first
	Charters []CharterVersion
	Public   bool // a space is open to the public web: nothing may be emptied
}

// inside runs do for whoever is one of the roles in the establishment; for whoever does not
// belong to it there is nothing (R09).
func (s *LegalPages) inside(ctx context.Context, who actor.Actor, act string, do func(tx LegalTx, now time.Time) error, allowed ...actor.Role) error {
	return s.inTx(ctx, who.Tenant, func(tx LegalTx) error {
		now := s.clock()
		roles, err := tx.Roles(ctx, who.Person, id.Space{}, now)
		switch {
		case err != nil:
			return fmt.Errorf("roles of the actor: %w", err)
		case len(roles.List()) == 0:
			return directory.ErrNotFound
		case !roles.HasAny(allowed...):
			return &directory.Refusal{Act: act, Rule: "R09", Err: directory.ErrForbidden}
		}
		return do(tx, now)
	})
}

// File reads what is written and was, for the director and administrators. The errors are
// [directory.ErrNotFound] and a [directory.Refusal] (R09).
func (s *LegalPages) File(ctx context.Context, who actor.Actor) (LegalFile, error) {
	var file LegalFile
	err := s.inside(ctx, who, "read_legal", func(tx LegalTx, now time.Time) (err error) {
		if file.Legal, err = tx.Legal(ctx, now); err != nil {
			return err
		}
		if file.Public, err = tx.PublicSpaces(ctx); err != nil {
			return err
		}
		if file.Versions, err = tx.LegalVersions(ctx, mostVersions); err != nil {
			return err
		}
		file.Charters, err = tx.CharterVersions(ctx, mostVersions)
		return err
	}, legalWriters...)
	if err != nil {
		return LegalFile{}, fmt.Errorf("read information pages: %w", err)
	}
	return file, nil
}

// Read reads what is written, for who works there (R09).
func (s *LegalPages) Read(ctx context.Context, who actor.Actor) (Legal, error) {
	var read Legal
	err := s.inside(ctx, who, "read_legal", func(tx LegalTx, now time.Time) (err error) {
		read, err = tx.Legal(ctx, now)
		return err
	}, append([]actor.Role{actor.Staff}, legalWriters...)...)
	if err != nil {
		return Legal{}, fmt.Errorf("read information pages: %w", err)
	}
	return read, nil
}

// Write keeps a new version of the facts, unless nothing of them changes. version is the
// one that the actor looked at, 0 before there is any. The director and administrators
// may. A fact may be left empty, except while a space is open to the public web. The errors
// are [directory.ErrNotFound], a [directory.Refusal] (R09), [directory.ErrStale] and
// [FieldError]s (R66), joined.
func (s *LegalPages) Write(ctx context.Context, who actor.Actor, version int64, facts LegalFacts) (Legal, error) {
	facts = facts.Tidy()
	var kept Legal
	err := s.inside(ctx, who, "write_legal", func(tx LegalTx, now time.Time) error {
		if err := tx.LockLegal(ctx); err != nil {
			return err
		}
		was, err := tx.Legal(ctx, now)
		if err != nil {
			return err
		}
		if was.Version != version {
			return directory.ErrStale
		}
		public, err := tx.PublicSpaces(ctx)
		if err != nil {
			return err
		}
		if err := errors.Join(facts.check(), emptied(was.Facts, facts, public)); err != nil {
			return err
		}
		kept = was
		if facts == was.Facts {
			return nil
		}
		kept.Version, kept.Facts, kept.WrittenAt = version+1, facts, now
		if err := tx.InsertLegal(ctx, kept.Version, facts, who.Person, now); err != nil {
			return err
		}
		if err := tx.Record(ctx, legalAct(who, "write_legal", "legal", "R66", kept.Version, now)); err != nil {
			return err
		}
		_, err = kept.tend(ctx, tx, who, public, now)
		return err
	}, legalWriters...)
	if err != nil {
		return Legal{}, fmt.Errorf("write information pages: %w", err)
	}
	return kept, nil
}

// emptied refuses to take away what readers of a public space have to be told (R66).
func emptied(was, is LegalFacts, public bool) error {
	if !public {
		return nil
	}
	var faults []error
	before := was.missing()
	for _, field := range is.missing() {
		if !slices.Contains(before, field) {
			faults = append(faults, &FieldError{Field: string(field), Code: "still_public", Rule: "R66"})
		}
	}
	return errors.Join(faults...)
}

// WriteCharter keeps a new version of the charter, unless nothing of it changes. version is
// the one that the actor looked at, 0 before there is any. The director and administrators
// may. The errors are those of Write, by R01.
func (s *LegalPages) WriteCharter(ctx context.Context, who actor.Actor, version int64, in CharterInput) (Charter, error) {
	var kept Charter
	err := s.inside(ctx, who, "write_charter", func(tx LegalTx, now time.Time) error {
		if err := tx.LockLegal(ctx); err != nil {
			return err
		}
		was, err := tx.Legal(ctx, now)
		if err != nil {
			return err
		}
		if was.Charter.Version != version {
			return directory.ErrStale
		}
		house, err := tx.Here(ctx)
		if err != nil {
			return err
		}
		if kept, err = in.charter(version+1, house.Values, now); err != nil {
			return err
		}
		if kept.Hash == was.Charter.Hash && kept.AdoptedOn.Equal(was.Charter.AdoptedOn) {
			kept = was.Charter
			return nil
		}
		if err := tx.InsertCharter(ctx, kept, who.Person); err != nil {
			return err
		}
		e := legalAct(who, "write_charter", "charter", "R01", kept.Version, now)
		e.Hash = kept.Hash[:]
		return tx.Record(ctx, e)
	}, legalWriters...)
	if err != nil {
		return Charter{}, fmt.Errorf("write charter: %w", err)
	}
	return kept, nil
}

func legalAct(who actor.Actor, act, subject, rule string, version int64, now time.Time) audit.Entry {
	e := audit.Act(who, act, audit.Subject{Kind: subject, ID: who.Tenant.UUID}, rule, now)
	e.Version = version
	return e
}

// share has the information pages stay as they are read until a space that is to be open
// to the public web is so (R66).
func (in SpaceInput) share(ctx context.Context, tx SpaceTx) error {
	if in.Audience.Kind != ToPublicWeb {
		return nil
	}
	return tx.ShareLegal(ctx)
}
