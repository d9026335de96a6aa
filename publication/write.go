package publication

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// Writing is what somebody who wants to write in a space needs to know.
type Writing struct {
	Space   Space
	House   directory.House
	Roles   actor.Roles
	Person  directory.Person
	Profile directory.Profile
}

// Input is what somebody has written, as it was typed.
type Input struct {
	Title        string
	Body         string // HTML of any origin; see [FromPlainText] for a plain text area
	Language     string // BCP 47; empty means French
	Attributions []Attribution
	PublishAt    time.Time // zero: as soon as may be
}

// New is a contribution to be written.
type New struct {
	Space  id.Space
	Parent id.Contribution // of a reply or a comment
	Kind   Kind
	Submit bool // at once: all or nothing
	// WithoutPhotos lets the text appear at once, the places of pictures that are not
	// clear held empty; the default is to wait (R27).
	WithoutPhotos bool
	Input
}

// FieldError says what is wrong with one field of an input, and by which rule.
type FieldError = directory.FieldError

// Create adds a contribution with its first draft, and submits it if so asked. The
// errors are [directory.ErrNotFound], a [workflow.Refusal] when the actor may not
// write there or not submit, and one [FieldError] for every field at fault, joined.
// After an error there is neither contribution nor draft.
func (s *Service) Create(ctx context.Context, who actor.Actor, n New) (id.Contribution, error) {
	now := s.clock()
	contribution := id.New[id.Contribution]()
	err := s.inTx(ctx, who.Tenant, func(tx Tx) error {
		w, err := tx.Writing(ctx, n.Space, who.Person, now)
		if err != nil {
			return fmt.Errorf("write in space %s: %w", n.Space, err)
		}
		if err := mayWrite(ctx, tx, w, n, who, now); err != nil {
			return err
		}
		draft, err := compose(n.Input, n.Kind, w.House.Values, now)
		if err != nil {
			return err
		}
		c := Contribution{
			ID: contribution, Tenant: who.Tenant, Space: n.Space, Parent: n.Parent, Kind: n.Kind, Author: who.Person,
			Byline: w.Person.Byline(w.Profile), Slug: slugOf(n.Kind, draft), CreatedAt: now, WaitsForPhotos: !n.WithoutPhotos,
		}
		draft.ID, draft.Contribution, draft.Author = id.New[id.Revision](), contribution, who.Person
		if err := tx.Insert(ctx, c); err != nil {
			return fmt.Errorf("write in space %s: %w", n.Space, err)
		}
		if err := tx.InsertDraft(ctx, draft, n.Body); err != nil || !n.Submit {
			return err
		}
		_, err = ActIn(ctx, tx, who, contribution, Command{Action: workflow.Submit, Version: firstVersion}, now)
		return err
	})
	return contribution, err
}

// firstVersion is that of a contribution that was just inserted.
const firstVersion = 1

// mayWrite refuses whoever has no business in the space, and a contribution that
// does not belong there.
func mayWrite(ctx context.Context, tx Tx, w Writing, n New, who actor.Actor, now time.Time) error {
	if err := w.admits(); err != nil {
		return err
	}
	if !n.Kind.In(w.Space.Kind) {
		return &FieldError{Field: "kind", Code: "not_in_this_space", Rule: "R11"}
	}
	return mayAnswer(ctx, tx, n, who, now)
}

// mayAnswer checks what a reply or comment answers: of the right kind, in the
// same space, and there to be read.
func mayAnswer(ctx context.Context, tx Tx, n New, who actor.Actor, now time.Time) error {
	above, answers := n.Kind.Below()
	if !answers {
		if !n.Parent.IsZero() {
			return &FieldError{Field: "parent", Code: "not_expected"}
		}
		return nil
	}
	parent, err := tx.Dossier(ctx, n.Parent, who.Person, now)
	if errors.Is(err, directory.ErrNotFound) || (err == nil && parent.Contribution.Space != n.Space) {
		return &FieldError{Field: "parent", Code: "not_found", Err: directory.ErrNotFound}
	}
	if err != nil {
		return err
	}
	if parent.Contribution.Kind != above || parent.Exposure() != workflow.Visible {
		return &FieldError{Field: "parent", Code: "not_open"}
	}
	return nil
}

// SaveDraft writes the mutable draft of a contribution, and begins one where
// there is none, from the text that the author looks at. version is the draft's
// own, 0 to begin one. It returns the draft's version and time. The errors are
// [directory.ErrNotFound], [workflow.ErrStale] when another page has saved since,
// a [workflow.Refusal] and [FieldError]s, joined.
func (s *Service) SaveDraft(ctx context.Context, who actor.Actor, contribution id.Contribution, version int64, in Input) (Revision, error) {
	return s.saveDraft(ctx, who, contribution, version, in, actor.Author)
}

// Suggest writes a moderator's suggestion for the author (R18): a draft that only
// the author can submit. It has the errors of SaveDraft.
func (s *Service) Suggest(ctx context.Context, who actor.Actor, contribution id.Contribution, version int64, in Input) (Revision, error) {
	return s.saveDraft(ctx, who, contribution, version, in, actor.Suggester)
}

func (s *Service) saveDraft(ctx context.Context, who actor.Actor, contribution id.Contribution, version int64, in Input, as actor.Role) (Revision, error) {
	var saved Revision
	err := s.inTx(ctx, who.Tenant, func(tx Tx) error {
		now := s.clock()
		d, err := tx.Dossier(ctx, contribution, who.Person, now)
		if err != nil {
			return fmt.Errorf("save draft of %s: %w", contribution, err)
		}
		former, err := d.editable(who, as)
		if err != nil {
			return err
		}
		draft, err := compose(in, d.Contribution.Kind, d.Values, now)
		if err != nil {
			return err
		}
		saved, err = d.keep(ctx, tx, who, as, former, draft, version, in.Body)
		return err
	})
	return saved, err
}

// editable is the draft that the actor may overwrite; nil when one is to be begun.
func (d Dossier) editable(who actor.Actor, as actor.Role) (*Revision, error) {
	refusal := &workflow.Refusal{Machine: "revision", Action: workflow.Submit, Rule: "R09", Err: workflow.ErrForbidden}
	if !d.VisibleTo(who.As(d.Roles)) || d.sealed() {
		return nil, directory.ErrNotFound
	}
	if d.Contribution.Life == workflow.Gone {
		refusal.Err, refusal.Rule = workflow.ErrImpossible, "R63"
		return nil, refusal
	}
	if as == actor.Author {
		if !d.Roles.Has(actor.Author) {
			refusal.Rule = "R18"
			return nil, refusal
		}
		return d.Draft, nil
	}
	if d.Roles.Has(actor.Author) || !d.Roles.HasAny(actor.Moderator, actor.Owner, actor.Backup, actor.Director) || (d.Open == nil && d.Live == nil) {
		return nil, refusal
	}
	if d.Suggestion != nil && !who.Is(d.Suggestion.SuggestedBy) {
		refusal.Rule, refusal.Err = "R18", workflow.ErrImpossible
		return nil, refusal
	}
	return d.Suggestion, nil
}

// keep inserts or overwrites the draft.
func (d Dossier) keep(ctx context.Context, tx Tx, who actor.Actor, as actor.Role, former *Revision, draft Revision, version int64, source string) (Revision, error) {
	draft.Contribution, draft.Author = d.Contribution.ID, d.Contribution.Author
	if as == actor.Suggester {
		draft.SuggestedBy = who.Person
	}
	if d.Contribution.PublishedAt.IsZero() && as == actor.Author {
		if err := tx.Rename(ctx, d.Contribution.ID, slugOf(d.Contribution.Kind, draft)); err != nil {
			return Revision{}, err
		}
	}
	if former == nil {
		if version != 0 {
			return Revision{}, fmt.Errorf("save draft of %s: %w", d.Contribution.ID, workflow.ErrStale)
		}
		draft.ID, draft.Version = id.New[id.Revision](), 1
		return draft, tx.InsertDraft(ctx, draft, source)
	}
	if version != former.Version {
		return Revision{}, fmt.Errorf("save draft of %s: %w", d.Contribution.ID, workflow.ErrStale)
	}
	draft.ID, draft.Version = former.ID, former.Version
	if err := tx.UpdateDraft(ctx, draft, source); err != nil {
		return Revision{}, err
	}
	draft.Version++
	return draft, nil
}

// compose makes a draft of what was typed, or says what is wrong with each field.
func compose(in Input, kind Kind, values settings.Values, now time.Time) (Revision, error) {
	draft := Revision{
		Status: workflow.Draft, Version: 1, Title: visibleOnly(in.Title), Language: in.Language,
		Attributions: in.Attributions, Sanitiser: SanitiserVersion, PublishAt: in.PublishAt, UpdatedAt: now,
	}
	if draft.Language == "" {
		draft.Language = "fr"
	}
	if draft.Attributions == nil {
		draft.Attributions = []Attribution{}
	}
	faults := []error{checkTitle(draft.Title, kind, values)}
	if _, err := language.Parse(draft.Language); err != nil {
		faults = append(faults, &FieldError{Field: "language", Code: "not_a_language"})
	}
	html, err := Sanitize(in.Body)
	if err != nil {
		faults = append(faults, &FieldError{Field: "body", Code: "not_text", Err: err})
	}
	draft.HTML = kind.Arranged(html)
	faults = append(faults, checkPortrait(html, kind))
	if limit := settings.LongestText.Of(values); utf8.RuneCountInString(PlainText(html)) > limit {
		faults = append(faults, &FieldError{Field: "body", Code: "too_long", Limit: limit, Rule: "R20"})
	}
	return draft, errors.Join(faults...)
}

func checkTitle(title string, kind Kind, values settings.Values) error {
	limit := settings.LongestTitle.Of(values)
	switch {
	case !utf8.ValidString(title) || strings.ContainsRune(title, 0):
		return &FieldError{Field: "title", Code: "not_text"}
	case utf8.RuneCountInString(title) > limit:
		return &FieldError{Field: "title", Code: "too_long", Limit: limit}
	case strings.ContainsAny(title, "\n\r"):
		return &FieldError{Field: "title", Code: "one_line"}
	case title != "" && !legible(title):
		return &FieldError{Field: "title", Code: "invisible"}
	case !kind.Titled() && title != "":
		return &FieldError{Field: "title", Code: "not_expected"}
	}
	return nil
}

// slugOf is the readable part of an address: the title's, or the beginning of
// the text's where there is no title.
func slugOf(kind Kind, draft Revision) string {
	if kind.Titled() {
		return Slug(draft.Title)
	}
	return Slug(Excerpt(draft.HTML, 40))
}
