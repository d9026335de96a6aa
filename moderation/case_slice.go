package moderation

import (
	"context"
	"time"

	"imprimatur/internal/id"
	"imprimatur/internal/mail"
	"imprimatur/internal/outbox"
)

// lettersAtOnce bounds the letters to those who reported that one transaction writes: one
// message writes so many, and promises the rest.
const lettersAtOnce = 100

// receipts is the note of a message that has reports acknowledged; that of one that has them
// answered is the ruling's id.
const receipts = "receipts"

// answerLater promises letters to those who reported: their receipts, or those of a ruling.
func (f CaseFile) answerLater(ctx context.Context, tx CasesTx, note string, now time.Time) error {
	return tx.Emit(ctx, outbox.Message{Tenant: f.Tenant, Kind: outbox.CaseLetters, Subject: f.ID.UUID, Version: f.Version, Note: note, Due: now})
}

// lettered writes to those who reported what a message has them told, has it mailed, and
// promises the rest. Whoever was written to is not again.
func lettered(ctx context.Context, tx CasesTx, c id.Case, m outbox.Message, now time.Time) error {
	file, err := tx.CaseFile(ctx, c, id.Person{}, now)
	if err != nil {
		return err
	}
	ruling, known := file.rulingOf(m.Note)
	if !known && m.Note != receipts {
		return done(ctx, tx, m)
	}
	next, err := tx.Unwritten(ctx, c, ruling, lettersAtOnce)
	if err != nil {
		return err
	}
	if err := done(ctx, tx, m); err != nil {
		return err
	}
	if err := file.write(ctx, tx, ruling, next, now); err != nil || len(next) < lettersAtOnce {
		return err
	}
	return file.answerLater(ctx, tx, m.Note, now)
}

// rulingOf is the ruling that a note names.
func (f CaseFile) rulingOf(note string) (Ruling, bool) {
	for _, r := range f.Rulings {
		if r.ID.String() == note {
			return r, true
		}
	}
	return Ruling{}, false
}

// write writes the receipts of some reports or, where there is a ruling, its letters, and has
// those mailed who gave an address.
func (f CaseFile) write(ctx context.Context, tx CasesTx, r Ruling, to []Report, now time.Time) error {
	masked := f.Status.Open() && masks(f.Case, f.Minors, f.Tally)
	letters, items := make([]CaseLetter, len(to)), make([]mail.Item, 0, len(to))
	for i, report := range to {
		var err error
		if r.ID.IsZero() {
			letters[i], err = f.receipt(report, masked, now)
		} else {
			letters[i], err = f.answer(r, report, now)
		}
		if err != nil {
			return err
		}
		if report.Email != "" {
			items = append(items, f.item(report, letters[i]))
		}
	}
	if err := tx.AddCaseLetters(ctx, letters); err != nil {
		return err
	}
	return tx.Post(ctx, items, now, now)
}

// item tells one who reported by mail that a letter is on their follow-up page: it carries their
// reference and a follow-up address, and nothing of what it is about.
func (f CaseFile) item(r Report, l CaseLetter) mail.Item {
	item := mail.Item{Cause: l.Cause, Kind: mail.CaseReceived, Case: f.ID, Report: r.ID, Reference: r.Reference}
	switch l.Kind {
	case LetterQuestion:
		item.Kind = mail.CaseQuestion
	case LetterDecision, LetterAnswer:
		item.Kind = mail.CaseDecided
	case LetterReceipt:
	}
	return item
}

// addLetter writes a letter, where there is one.
func addLetter(ctx context.Context, tx CasesTx, l *CaseLetter) error {
	if l == nil {
		return nil
	}
	return tx.AddCaseLetters(ctx, []CaseLetter{*l})
}
