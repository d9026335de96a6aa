package imageconsent

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// AnswerTx is what taking answers does inside a transaction. The consent is locked.
type AnswerTx interface {
	// KeepAnswer ends what the signatory said before and writes what they say now.
	KeepAnswer(ctx context.Context, consent Consent, g Given, textHash [32]byte) error
	// CloseCovers closes covers of a consent; none named closes all, in one statement.
	CloseCovers(ctx context.Context, consent id.Consent, covers []id.Cover, at time.Time) error
	// InsertCovers writes what answers were resolved into.
	InsertCovers(ctx context.Context, consent Consent, covers []Resolved, at time.Time) error
	// KeepWaiting writes whose answer is missing.
	KeepWaiting(ctx context.Context, consent id.Consent, waiting []id.Person) error
}

// AnswerInput is what a signatory says: the uses that they accept. All others are refused.
type AnswerInput struct {
	Accepted []id.Use
}

// Answered is what an act has come to.
type Answered struct {
	Status  workflow.ConsentStatus
	Version int64
	Covered []Line      // what may be shown now
	Waiting []id.Person // whose answer is still missing
	Receipt string      // the address that a receipt goes to: of who came by a link
}

// Answer takes the answer of the person or of a guardian with parental authority, and
// nobody else's (R29): the uses accepted, all others refused. It replaces what they said
// before. Who came by a link is mailed a receipt, by which they withdraw it (R33). version is that of the consent as they saw it. The errors are
// [directory.ErrNotFound], a [workflow.Refusal] and a [FieldError].
func (s *Consents) Answer(ctx context.Context, who actor.Actor, consent id.Consent, version int64, in AnswerInput) (Answered, error) {
	var done Answered
	err := s.inside(ctx, who, consent, func(tx ConsentTx, d ConsentDossier, who actor.Actor, now time.Time) (err error) {
		if d.link.Receipt {
			return directory.ErrNotFound
		}
		capacity, _ := d.family(now).capacity(who.Person, now)
		given := Given{ID: id.New[id.Answer](), Via: who.Via, Answer: Answer{Signatory: who.Person, Capacity: capacity, Accepted: in.Accepted, At: now}}
		done, err = d.take(ctx, tx, who, version, given, false, now)
		if err != nil {
			return err
		}
		if done.Receipt, err = d.acknowledge(ctx, tx, who, given.ID, now); err != nil {
			return err
		}
		return spend(ctx, tx, who, now)
	})
	if err != nil {
		return Answered{}, fmt.Errorf("answer consent %s: %w", consent, err)
	}
	return done, nil
}

// take moves the consent by an answer and writes what it comes to. witnessed says that two
// of the staff have seen the paper that it was given on.
func (d ConsentDossier) take(ctx context.Context, tx ConsentTx, who actor.Actor, version int64, g Given, witnessed bool, now time.Time) (Answered, error) {
	if err := d.Request.asks(g.Accepted); err != nil {
		return Answered{}, err
	}
	slices.SortFunc(g.Accepted, func(a, b id.Use) int { return slices.Compare(a.UUID[:], b.UUID[:]) })
	g.Accepted = slices.Compact(g.Accepted)
	answers := d.with(g)
	r := d.resolve(answers, now)
	action := workflow.Grant
	if len(g.Accepted) == 0 {
		action = workflow.Refuse
	}
	facts := workflow.ConsentFacts{Outcome: r.Outcome, Witness: witnessed}
	change, err := workflow.ConsentTable.Decide(d.subject(), facts, workflow.Command{Action: action, Actor: who, Version: version}, now)
	if err != nil {
		return Answered{}, err
	}
	if err := workflow.Commit(ctx, tx, new(workflow.Batch).Consent(change)); err != nil {
		return Answered{}, err
	}
	if err := tx.KeepAnswer(ctx, d.Consent, g, d.Request.Hash); err != nil {
		return Answered{}, err
	}
	if err := d.settle(ctx, tx, r, now); err != nil {
		return Answered{}, err
	}
	return Answered{Status: change.To(), Version: d.Consent.Version + 1, Covered: r.lines(), Waiting: r.Waiting}, nil
}

// asks refuses uses that the request does not ask for.
func (r Request) asks(accepted []id.Use) error {
	for _, use := range accepted {
		if !slices.ContainsFunc(r.Lines, func(l Line) bool { return l.ID == use }) {
			return wrong("accepted", "unknown", "R28")
		}
	}
	return nil
}

// with are the standing answers after one more.
func (d ConsentDossier) with(g Given) []Given {
	others := slices.DeleteFunc(slices.Clone(d.Answers), func(a Given) bool { return a.Signatory == g.Signatory })
	return append(others, g)
}

// lines are the lines that are covered.
func (r Resolution) lines() []Line {
	lines := make([]Line, len(r.Covers))
	for i, c := range r.Covers {
		lines[i] = c.Line
	}
	return lines
}

// settle makes the covers on record what the answers come to: what still holds stays as it
// is, what does not is closed, what is new begins now.
func (d ConsentDossier) settle(ctx context.Context, tx ConsentTx, r Resolution, now time.Time) error {
	closed, fresh := d.differs(r)
	if len(closed) > 0 {
		if err := tx.CloseCovers(ctx, d.Consent.ID, closed, now); err != nil {
			return err
		}
	}
	if len(fresh) > 0 {
		if err := tx.InsertCovers(ctx, d.Consent, fresh, now); err != nil {
			return err
		}
	}
	return tx.KeepWaiting(ctx, d.Consent.ID, r.Waiting)
}

// differs compares the open covers with a resolution: which are to be closed, which are missing.
func (d ConsentDossier) differs(r Resolution) (closed []id.Cover, fresh []Resolved) {
	stays := map[id.Use]bool{}
	for _, open := range d.Covers {
		same := func(c Resolved) bool {
			return c.ID == open.Use && c.Until.Equal(open.Until) && !c.From.Before(open.From) && slices.Equal(sorted(c.RestsOn), sorted(open.RestsOn))
		}
		if stays[open.Use] || !slices.ContainsFunc(r.Covers, same) {
			closed = append(closed, open.ID)
			continue
		}
		stays[open.Use] = true
	}
	for _, c := range r.Covers {
		if !stays[c.ID] {
			fresh = append(fresh, c)
		}
	}
	return closed, fresh
}

func sorted(persons []id.Person) []id.Person {
	list := slices.Clone(persons)
	slices.SortFunc(list, func(a, b id.Person) int { return slices.Compare(a.UUID[:], b.UUID[:]) })
	return list
}

// RevokeInput says whose word a withdrawal is, where one of the staff brings it: one of
// both, unless only the person can have said it. Nobody is asked why (R33).
type RevokeInput struct {
	For     id.Person
	Unknown bool // nobody can tell any more whose it is
}

// Revoke withdraws the whole consent at once (R33): by the person, by any guardian with
// parental authority, or by one of the staff who brings their word. It asks for no version
// and no reason, is taken in every status, and done twice it is done once. Where its
// trail cannot be written, or what follows be promised, it is taken all the same, and Tend makes
// good for it.
//
// Whoever said no is who can say yes again, so that the staff name them. Where nobody knows
// whose word it is, it hides at once all the same, and is each one's who can have said it:
// until all of them have agreed again, nothing is shown. The errors are
// [directory.ErrNotFound] for whoever is nothing to the consent, a [FieldError] of the field
// "for" (R33) where the staff name nobody or somebody whose word it cannot be, and the
// database's.
func (s *Consents) Revoke(ctx context.Context, who actor.Actor, consent id.Consent, in RevokeInput) error {
	err := s.opened(ctx, who, consent, ConsentTx.WithdrawalDossier, func(tx ConsentTx, d ConsentDossier, who actor.Actor, now time.Time) error {
		words, err := d.words(who, in, now)
		if err != nil {
			return err
		}
		if !signs(who) {
			who.Via += brought + in.speaks(words)
		}
		said := !slices.ContainsFunc(words, func(w Answer) bool { return !d.revokedBy(w.Signatory) })
		if d.Consent.Status == workflow.Revoked && said && len(d.Covers) == 0 {
			return nil
		}
		if err := tx.CloseCovers(ctx, consent, nil, now); err != nil {
			return err
		}
		batch := new(workflow.Batch).Owing()
		if err := d.add(batch, who, workflow.Revoke, workflow.ConsentFacts{}, now); err != nil {
			return err
		}
		if err := workflow.Commit(ctx, tx, batch); err != nil {
			return err
		}
		for _, word := range words {
			given := Given{ID: id.New[id.Answer](), Revoked: true, Via: who.Via, Answer: word}
			if err := tx.KeepAnswer(ctx, d.Consent, given, d.Request.Hash); err != nil {
				return err
			}
		}
		if err := tx.KeepWaiting(ctx, consent, nil); err != nil {
			return err
		}
		return spend(ctx, tx, who, now)
	})
	if err != nil {
		return fmt.Errorf("revoke consent %s: %w", consent, err)
	}
	return nil
}

// brought stands, in the channel of an answer and of its act in the trail, before what
// whoever had it said is to the person: one of the staff has brought their word. nobody
// stands behind it where it is not known whose word it is.
const (
	brought = " for "
	nobody  = "unknown"
)

// speaks is what stands behind brought.
func (in RevokeInput) speaks(words []Answer) string {
	if in.Unknown {
		return nobody
	}
	return string(words[0].Capacity)
}

// Brought reports whether one of the staff has brought the answer.
func (g Given) Brought() bool { return strings.Contains(g.Via, brought) }

// Unattributed reports whether one of the staff has brought the answer without knowing
// whose it is: it stands as each one's who can have said it.
func (g Given) Unattributed() bool { return strings.HasSuffix(g.Via, brought+nobody) }

// words are a withdrawal as answers: whoever signs speaks for themselves; the staff for
// whom they name, for who alone can have said it, or for all who can.
func (d ConsentDossier) words(who actor.Actor, in RevokeInput, now time.Time) ([]Answer, error) {
	family := d.family(now)
	speakers := family.signers(now)
	switch {
	case signs(who):
		speakers = []id.Person{who.Person}
	case in.Unknown || len(speakers) == 1 && in.For.IsZero():
	case in.For.IsZero():
		return nil, wrong("for", "required", "R33")
	case !slices.Contains(speakers, in.For):
		return nil, wrong("for", "no_parental_authority", "R33")
	default:
		speakers = []id.Person{in.For}
	}
	words := make([]Answer, len(speakers))
	for i, speaker := range speakers {
		capacity, _ := family.capacity(speaker, now)
		words[i] = Answer{Signatory: speaker, Capacity: capacity, At: now}
	}
	return words, nil
}

func (d ConsentDossier) revokedBy(who id.Person) bool {
	return slices.ContainsFunc(d.Answers, func(a Given) bool { return a.Signatory == who && a.Revoked })
}
