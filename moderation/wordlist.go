package moderation

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/workflow"
)

// WordList is a list of words that an establishment does not want to pass
// unseen (R21). A word is matched whole, whatever its case, accents and common
// disguises; one that ends in * is matched with any ending; one with spaces is
// matched as a phrase.
type WordList struct {
	ID       id.WordList
	Version  int64
	Name     string
	Ground   workflow.Ground
	Severity workflow.Severity // 1 to 4
	Action   Verdict           // Flag or Hold
	Words    []string
}

// The limits of a word list.
const (
	MaxWords    = 5000
	MaxWord     = 80 // characters
	MaxListName = 120
)

// WordListTx is what word lists ask of a transaction.
type WordListTx interface {
	// WordLists reads all lists of the establishment, by name.
	WordLists(ctx context.Context) ([]WordList, error)
	// InsertWordList adds a list. A name in use is [directory.ErrTaken].
	InsertWordList(ctx context.Context, l WordList) error
	// UpdateWordList overwrites a list, guarded by its version ([workflow.ErrStale]).
	UpdateWordList(ctx context.Context, l WordList) error
	// DeleteWordList removes a list, guarded by its version ([workflow.ErrStale]).
	DeleteWordList(ctx context.Context, list id.WordList, version int64) error
	// Owns reports whether the person owns an open space.
	Owns(ctx context.Context, who id.Person) (bool, error)
}

// WordLists lists the establishment's word lists for those who keep them: the
// director, the administrator, and whoever owns a space. For anyone else the
// error is a [directory.Refusal] (R09).
func (s *Service) WordLists(ctx context.Context, who actor.Actor) ([]WordList, error) {
	var lists []WordList
	err := s.inTx(ctx, who.Tenant, func(tx Tx) error {
		if err := s.keeps(ctx, tx, who, "read_word_lists"); err != nil {
			return err
		}
		var err error
		lists, err = tx.WordLists(ctx)
		return err
	})
	return lists, err
}

// CreateWordList adds a list, and has what is live screened with it. The errors
// are a [directory.Refusal] (R09), [directory.FieldError]s, joined, and
// [directory.ErrTaken] for a name in use.
func (s *Service) CreateWordList(ctx context.Context, who actor.Actor, l WordList) (id.WordList, error) {
	l.ID, l.Version = id.New[id.WordList](), 1
	err := s.writeList(ctx, who, "create_word_list", l, func(tx Tx) error { return tx.InsertWordList(ctx, l) })
	return l.ID, err
}

// UpdateWordList overwrites the version of a list that the actor looked at, and
// has what is live screened with it. The errors are those of CreateWordList, and
// [workflow.ErrStale] when the list has changed since or is not there any more.
func (s *Service) UpdateWordList(ctx context.Context, who actor.Actor, l WordList) error {
	next := l
	next.Version++
	return s.writeList(ctx, who, "update_word_list", next, func(tx Tx) error { return tx.UpdateWordList(ctx, l) })
}

// DeleteWordList removes the version of a list that the actor looked at. What it
// found stays found. The errors are a [directory.Refusal] and [workflow.ErrStale].
func (s *Service) DeleteWordList(ctx context.Context, who actor.Actor, list id.WordList, version int64) error {
	const act = "delete_word_list"
	return s.inTx(ctx, who.Tenant, func(tx Tx) error {
		if err := s.keeps(ctx, tx, who, act); err != nil {
			return err
		}
		if err := tx.DeleteWordList(ctx, list, version); err != nil {
			return fmt.Errorf("delete word list %s: %w", list, err)
		}
		return s.recordList(ctx, tx, who, act, WordList{ID: list, Version: version})
	})
}

// writeList writes a list with its trail and the promise to screen again (R21).
func (s *Service) writeList(ctx context.Context, who actor.Actor, act string, l WordList, write func(Tx) error) error {
	return s.inTx(ctx, who.Tenant, func(tx Tx) error {
		if err := s.keeps(ctx, tx, who, act); err != nil {
			return err
		}
		if err := l.validate(); err != nil {
			return err
		}
		if err := write(tx); err != nil {
			return fmt.Errorf("write word list %s: %w", l.ID, err)
		}
		if err := s.recordList(ctx, tx, who, act, l); err != nil {
			return err
		}
		return tx.Emit(ctx, outbox.Message{Tenant: who.Tenant, Kind: outbox.RescreenList, Subject: l.ID.UUID, Version: l.Version, Note: act, Due: s.clock()})
	})
}

func (s *Service) recordList(ctx context.Context, tx Tx, who actor.Actor, act string, l WordList) error {
	entry := audit.Act(who, act, audit.Subject{Kind: "word_list", ID: l.ID.UUID}, "R21", s.clock())
	entry.Version, entry.Ground = l.Version, string(l.Ground)
	return tx.Record(ctx, entry)
}

// keeps refuses whoever does not keep the establishment's lists.
func (s *Service) keeps(ctx context.Context, tx Tx, who actor.Actor, act string) error {
	roles, err := tx.Roles(ctx, who.Person, id.Space{}, s.clock())
	if err != nil || roles.HasAny(actor.Director, actor.Admin) {
		return err
	}
	owns, err := tx.Owns(ctx, who.Person)
	if err != nil || owns {
		return err
	}
	return &directory.Refusal{Act: act, Rule: "R09", Err: directory.ErrForbidden}
}

// validate says what is wrong with each field of a list.
func (l WordList) validate() error {
	var faults []error
	fault := func(wrong bool, field, code string, limit int) {
		if wrong {
			faults = append(faults, &directory.FieldError{Field: field, Code: code, Limit: limit, Rule: "R21"})
		}
	}
	fault(!oneLine(l.Name), "name", "required", 0)
	fault(utf8.RuneCountInString(l.Name) > MaxListName, "name", "too_long", MaxListName)
	fault(!l.Ground.Known(), "ground", "unknown", 0)
	fault(l.Severity < 1 || l.Severity > gravest, "severity", "out_of_range", int(gravest))
	fault(l.Action != Flag && l.Action != Hold, "action", "unknown", 0)
	fault(len(l.Words) == 0, "words", "required", 0)
	fault(len(l.Words) > MaxWords, "words", "too_many", MaxWords)
	for _, word := range l.Words[:min(len(l.Words), MaxWords)] {
		fault(!oneLine(word) || len(fold(word)) == 0, "words", "no_word", 0)
		fault(utf8.RuneCountInString(word) > MaxWord, "words", "too_long", MaxWord)
	}
	return errors.Join(faults...)
}

// oneLine reports whether the text says something, on one line.
func oneLine(text string) bool {
	return utf8.ValidString(text) && strings.TrimSpace(text) != "" && !strings.ContainsAny(text, "\x00\n\r")
}
