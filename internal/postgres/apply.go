package postgres

import (
	"context"
	_ "embed" // the statement
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/workflow"
)

//go:embed apply.sql
var applySQL string

// Apply writes a batch in one statement: each subject guarded by its version and
// its old status, with the trail and the promises. It answers with
// [workflow.ErrStale] when a subject had moved. Whoever makes something less
// visible is announced to every process with the commit.
func (tx *Tx) Apply(ctx context.Context, b *workflow.Batch) error {
	document := newApplied(b)
	if document.at.IsZero() { // nothing but messages done
		document.at = tx.clock()
	}
	if !b.MayOwe() {
		return tx.apply(ctx, document)
	}
	return tx.applyOwing(ctx, document)
}

func (tx *Tx) apply(ctx context.Context, document *applied) error {
	text, err := json.Marshal(document)
	if err != nil {
		return fmt.Errorf("encode batch: %w", err)
	}
	var wrote counts
	var notified int
	var readings []byte
	row := tx.conn.QueryRowContext(ctx, applySQL, string(text), document.at)
	err = row.Scan(&wrote.heads, &wrote.revisions, &wrote.placed, &wrote.released, &wrote.spaces, &wrote.photos, &wrote.cases,
		&wrote.consents, &wrote.done, &notified, &readings)
	if err != nil {
		return translate(err)
	}
	if want := document.counts(); wrote != want {
		return fmt.Errorf("%w: wrote %+v of %+v", workflow.ErrStale, wrote, want)
	}
	if err := errors.Join(tx.purge(ctx, document.Heads), tx.seal(ctx, document.Placed), tx.wake(ctx, document)); err != nil {
		return err
	}
	return tx.remember(ctx, document, readings)
}

// counts is how many rows of each sort a batch writes.
type counts struct{ heads, revisions, placed, released, spaces, photos, cases, consents, done int }

// applied is a batch in the words of apply.sql.
type applied struct {
	Heads     []headChange     `json:"heads"`
	Revisions []revisionChange `json:"revisions"`
	Sealed    []photoSealed    `json:"sealed"`
	Placed    []holdPlaced     `json:"placed"`
	Released  []holdReleased   `json:"released"`
	Spaces    []statusChange   `json:"spaces"`
	Photos    []statusChange   `json:"photos"`
	Cases     []statusChange   `json:"cases"`
	Consents  []statusChange   `json:"consents"`
	Entries   []entryRow       `json:"entries"`
	Decisions []decisionRow    `json:"decisions"`
	Messages  []messageRow     `json:"messages"`
	Done      []id.Message     `json:"done"`
	at        time.Time
}

type headChange struct {
	ID      id.Contribution `json:"id"`
	Version int64           `json:"version"`
	Number  int             `json:"number"`
	Slug    string          `json:"slug"` // empty leaves it
	Live    id.Revision     `json:"live,omitzero"`
	Moved   bool            `json:"moved"`  // another revision is live
	Gone    bool            `json:"gone"`   // purged
	Hidden  bool            `json:"hidden"` // something is less visible than before: the text, or the one that it takes the place of
	Told    bool            `json:"told"`   // readers see something else than before
}

type statusChange struct {
	ID      uuid.UUID `json:"id"`
	Version int64     `json:"version"`
	From    string    `json:"status_from"`
	To      string    `json:"status_to"`
}

type revisionChange struct {
	statusChange
	Number *int    `json:"number"`
	Hash   *string `json:"hash"`
	Mode   *string `json:"mode"`
	Looked bool    `json:"looked"` // a human let it stand
}

type photoSealed struct {
	Revision  uuid.UUID    `json:"revision"`
	Ordinal   int          `json:"ordinal"`
	Photo     id.Photo     `json:"photo"`
	Rendition id.Rendition `json:"rendition"`
}

type holdPlaced struct {
	ID           uuid.UUID           `json:"id"`
	Tenant       id.Tenant           `json:"tenant"`
	Contribution *uuid.UUID          `json:"contribution"`
	Space        *uuid.UUID          `json:"space"`
	Photo        *uuid.UUID          `json:"photo"`
	Case         id.Case             `json:"case,omitzero"` // that it is placed for
	Kind         workflow.HoldKind   `json:"kind"`
	Sealed       bool                `json:"sealed"`
	Until        time.Time           `json:"until,omitzero"`
	Person       id.Person           `json:"person,omitzero"`
	Ground       string              `json:"ground"`
	Reason       string              `json:"reason"`
	Statement    *workflow.Statement `json:"statement,omitempty"`
	Reference    string              `json:"reference"`
}

type holdReleased struct {
	ID        uuid.UUID `json:"id"`
	Version   int64     `json:"version"`
	Person    id.Person `json:"person,omitzero"`
	Reason    string    `json:"reason"`
	Reference string    `json:"reference"`
}

type entryRow struct {
	ID           id.Entry        `json:"id"`
	Tenant       id.Tenant       `json:"tenant"`
	Actor        actor.Kind      `json:"actor"`
	Person       id.Person       `json:"person,omitzero"`
	Roles        string          `json:"roles"`
	Via          string          `json:"via"`
	Action       string          `json:"action"`
	Kind         string          `json:"subject_kind"`
	Subject      uuid.UUID       `json:"subject"`
	Contribution id.Contribution `json:"contribution,omitzero"`
	Version      int64           `json:"version"`
	From         string          `json:"status_from"`
	To           string          `json:"status_to"`
	Hash         string          `json:"hash,omitempty"`
	Ground       string          `json:"ground"`
	Rule         string          `json:"rule"`
}

// decisionRow is what somebody decided of a revision, or of a space with a reason.
type decisionRow struct {
	ID           id.Entry            `json:"id"`
	Tenant       id.Tenant           `json:"tenant"`
	Contribution id.Contribution     `json:"contribution,omitzero"`
	Revision     uuid.UUID           `json:"revision,omitzero"`
	Space        uuid.UUID           `json:"space,omitzero"`
	Action       string              `json:"action"`
	Person       id.Person           `json:"person"`
	Hash         string              `json:"hash,omitempty"`
	Ground       string              `json:"ground"`
	Reason       string              `json:"reason"`
	Statement    *workflow.Statement `json:"statement,omitempty"`
}

type messageRow struct {
	ID      id.Message   `json:"id"`
	Tenant  id.Tenant    `json:"tenant"`
	Kind    outbox.Kind  `json:"kind"`
	Queue   outbox.Queue `json:"queue"`
	Subject uuid.UUID    `json:"subject"`
	Version int64        `json:"version"`
	Note    string       `json:"note"`
	Due     time.Time    `json:"due"`
}

func newApplied(b *workflow.Batch) *applied {
	a := &applied{ // no null where apply.sql wants an array
		Heads: []headChange{}, Revisions: []revisionChange{}, Placed: []holdPlaced{}, Released: []holdReleased{}, Spaces: []statusChange{},
		Photos: []statusChange{}, Cases: []statusChange{}, Consents: []statusChange{}, Sealed: []photoSealed{},
		Entries: []entryRow{}, Decisions: []decisionRow{}, Messages: []messageRow{}, Done: append([]id.Message{}, b.Finished()...),
	}
	for _, w := range b.Spaces() {
		a.Spaces = append(a.Spaces, newMove(w.Record))
	}
	for _, w := range b.Photos() {
		a.Photos = append(a.Photos, newMove(w.Record))
	}
	for _, w := range b.Cases() {
		a.Cases = append(a.Cases, newMove(w.Record))
	}
	for _, w := range b.Consents() {
		a.Consents = append(a.Consents, newMove(w.Record))
	}
	a.addRevisions(b.Revisions())
	a.addHolds(b.Holds())
	a.addHeads(b)
	a.addTrail(b)
	return a
}

func newMove(r workflow.Record) statusChange {
	e := r.Entry()
	return statusChange{e.Subject.ID, r.Version(), e.From, e.To}
}

func (a *applied) addHeads(b *workflow.Batch) {
	hidden, told := map[id.Contribution]bool{}, map[id.Contribution]bool{}
	for _, w := range b.Holds() {
		told[w.Record.Entry().Subject.Contribution] = true
		if w.Placed != nil && w.Placed.Kind.Hides() {
			hidden[w.Record.Entry().Subject.Contribution] = true
		}
	}
	for _, w := range b.Revisions() {
		if e := w.Record.Entry(); looked(e) {
			told[e.Subject.Contribution] = true
		}
	}
	for _, h := range b.Heads() {
		moved := h.Live != h.Head.Live
		replaced := moved && !h.Head.Live.IsZero() // superseded or reverted: the former text is not to be read any more
		a.Heads = append(a.Heads, headChange{
			ID: h.Head.ID, Version: h.Head.Version, Number: h.Number, Slug: h.Head.Slug, Live: h.Live, Moved: moved,
			Gone: h.Purge != nil, Hidden: hidden[h.Head.ID] || h.Purge != nil || replaced, Told: moved || h.Purge != nil || told[h.Head.ID],
		})
	}
}

func (a *applied) addRevisions(writes []workflow.RevisionWrite) {
	for _, w := range writes {
		row := revisionChange{statusChange: newMove(w.Record), Looked: looked(w.Record.Entry())}
		if w.Seal != nil {
			hash, mode := hex.EncodeToString(w.Seal.Hash), string(w.Seal.Mode)
			row.Number, row.Hash, row.Mode = &w.Seal.Number, &hash, &mode
			for i, photo := range w.Seal.Photos {
				a.Sealed = append(a.Sealed, photoSealed{row.ID, i, photo.Photo, photo.Rendition})
			}
		}
		a.Revisions = append(a.Revisions, row)
	}
}

// looked reports whether the act means that a human has looked and let the text stand.
func looked(e audit.Entry) bool {
	switch workflow.Action(e.Action) {
	case workflow.Approve, workflow.Review:
		return true
	}
	return false
}

func (a *applied) addHolds(writes []workflow.HoldWrite) {
	for _, w := range writes {
		e, reason := w.Record.Entry(), w.Record.Reason()
		if w.Placed == nil {
			a.Released = append(a.Released, holdReleased{e.Subject.ID, w.Record.Version(), e.Actor.Person, reason.Text, reason.Reference})
			continue
		}
		row := holdPlaced{
			ID: e.Subject.ID, Tenant: e.Tenant, Case: w.Placed.Case, Kind: w.Placed.Kind, Sealed: w.Placed.Sealed, Until: w.Placed.Until,
			Person: e.Actor.Person, Ground: string(reason.Ground), Reason: reason.Text, Statement: reason.Statement, Reference: reason.Reference,
		}
		switch w.Placed.On {
		case workflow.OnContribution:
			row.Contribution = &w.Placed.Target
		case workflow.OnSpace:
			row.Space = &w.Placed.Target
		case workflow.OnPhoto:
			row.Photo = &w.Placed.Target
		}
		a.Placed = append(a.Placed, row)
	}
}

func (a *applied) addTrail(b *workflow.Batch) {
	reasons := b.Reasons()
	for i, e := range b.Entries() {
		a.at = e.At
		row := entryRow{
			ID: e.ID, Tenant: e.Tenant, Actor: e.Actor.Kind, Person: e.Actor.Person, Roles: e.Actor.Roles.String(), Via: e.Actor.Via,
			Action: e.Action, Kind: e.Subject.Kind, Subject: e.Subject.ID, Contribution: e.Subject.Contribution, Version: e.Version,
			From: e.From, To: e.To, Hash: hex.EncodeToString(e.Hash), Ground: e.Ground, Rule: e.Rule,
		}
		a.Entries = append(a.Entries, row)
		a.addDecision(e, row, reasons[i])
	}
	for _, m := range b.Messages() {
		a.Messages = append(a.Messages, messageRow{m.ID, m.Tenant, m.Kind, m.Queue(), m.Subject, m.Version, m.Note, m.Due})
	}
}

// addDecision keeps in words what a human decided of a revision, or of a space with a reason.
func (a *applied) addDecision(e audit.Entry, row entryRow, reason workflow.Reason) {
	d := decisionRow{
		ID: e.ID, Tenant: e.Tenant, Action: e.Action, Person: e.Actor.Person, Hash: row.Hash, Ground: row.Ground,
		Reason: reason.Text, Statement: reason.Statement,
	}
	switch {
	case e.Actor.Person.IsZero():
		return
	case e.Subject.Kind == workflow.EditorialTable.Name:
		d.Contribution, d.Revision = e.Subject.Contribution, e.Subject.ID
	case e.Subject.Kind == workflow.SpaceTable.Name && reason.Text != "":
		d.Space = e.Subject.ID
	default:
		return
	}
	a.Decisions = append(a.Decisions, d)
}

func (a *applied) counts() counts {
	return counts{len(a.Heads), len(a.Revisions), len(a.Placed), len(a.Released), len(a.Spaces), len(a.Photos), len(a.Cases), len(a.Consents), len(a.Done)}
}

// purge empties the texts of what is gone. Numbers, hashes and the trail stay.
func (tx *Tx) purge(ctx context.Context, heads []headChange) error {
	for _, head := range heads {
		if !head.Gone {
			continue
		}
		for _, statement := range []string{
			`UPDATE revision SET title = '', html = '', plain = '', excerpt = '', attributions = '[]' WHERE contribution_id = $1`,
			`DELETE FROM revision_source WHERE revision_id IN (SELECT revision_id FROM revision WHERE contribution_id = $1)`,
			`UPDATE notice SET title = '' WHERE contribution_id = $1`,
			`UPDATE finding SET matches = '[]' WHERE revision_id IN (SELECT revision_id FROM revision WHERE contribution_id = $1)`,
		} {
			if _, err := tx.conn.ExecContext(ctx, statement, head.ID); err != nil {
				return fmt.Errorf("purge %s: %w", head.ID, translate(err))
			}
		}
		if err := tx.forgetAnswers(ctx, head.ID.UUID); err != nil {
			return err
		}
	}
	return nil
}

// seal takes back what repeated requests would still be told of what is sealed (R50).
func (tx *Tx) seal(ctx context.Context, placed []holdPlaced) error {
	for _, hold := range placed {
		if !hold.Sealed || hold.Contribution == nil {
			continue
		}
		if err := tx.forgetAnswers(ctx, *hold.Contribution); err != nil {
			return err
		}
	}
	return nil
}

// forgetAnswers drops the kept answers (Idempotency-Key) that speak of a
// contribution. Answers are kept for a day, so there are few to look through.
func (tx *Tx) forgetAnswers(ctx context.Context, contribution uuid.UUID) error {
	const statement = `DELETE FROM idempotency WHERE position(convert_to($1, 'UTF8') IN body) > 0`
	if _, err := tx.conn.ExecContext(ctx, statement, contribution.String()); err != nil {
		return fmt.Errorf("forget answers about %s: %w", contribution, translate(err))
	}
	return nil
}

// remember keeps what others must hear of after the commit, and announces the
// holds and changes of whole spaces, which no contribution's row tells.
func (tx *Tx) remember(ctx context.Context, a *applied, readings []byte) error {
	var changed []Reading
	if err := json.Unmarshal(readings, &changed); err != nil {
		return fmt.Errorf("decode readings: %w", err)
	}
	spaces, err := tx.shownAgain(ctx, a)
	if err != nil {
		return err
	}
	for _, space := range append(a.places(), spaces...) {
		reading := Reading{Tenant: tx.tenant, Space: space}
		if err := tx.Announce(ctx, reading); err != nil {
			return err
		}
		changed = append(changed, reading)
	}
	tx.committed.Readings = append(tx.committed.Readings, changed...)
	tx.committed.Messages += len(a.Messages)
	for _, e := range a.Entries {
		tx.committed.Transitions = append(tx.committed.Transitions, Transition{e.Kind, e.Action})
	}
	return nil
}

// shownAgain are the spaces that a batch thaws or shows again.
func (tx *Tx) shownAgain(ctx context.Context, a *applied) ([]id.Space, error) {
	var spaces []id.Space
	if len(a.Released) == 0 {
		return nil, nil
	}
	released := make([]uuid.UUID, len(a.Released))
	for i, hold := range a.Released {
		released[i] = hold.ID
	}
	err := tx.document(ctx, &spaces, `SELECT coalesce(jsonb_agg(h.space_id), '[]') FROM hold h WHERE h.hold_id = ANY ($1) AND h.space_id IS NOT NULL`, released)
	return spaces, err
}

// places are the spaces that a batch changes as a whole: hides, freezes, or moves, which
// may be to another audience.
func (a *applied) places() []id.Space {
	var all []id.Space
	for _, hold := range a.Placed {
		if hold.Space != nil { // a freeze is said to readers too (R26)
			all = append(all, id.Space{UUID: *hold.Space})
		}
	}
	for _, space := range a.Spaces {
		all = append(all, id.Space{UUID: space.ID})
	}
	return all
}

// readingChannel carries, as text, which readings are not what they were.
const readingChannel = "imprimatur_reading"

// Announce tells every process, with the commit, that what readers see there may
// no longer be shown.
func (tx *Tx) Announce(ctx context.Context, r Reading) error {
	if _, err := tx.conn.ExecContext(ctx, `SELECT pg_notify($1, $2)`, readingChannel, r.payload()); err != nil {
		return fmt.Errorf("announce: %w", err)
	}
	return nil
}

func (r Reading) payload() string {
	text := r.Tenant.String() + " " + r.Space.String()
	if !r.Contribution.IsZero() {
		text += " " + r.Contribution.String()
	}
	if !r.Parent.IsZero() {
		text += " " + r.Parent.String()
	}
	return text
}
