package moderation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/settings"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// rescreenPage is how many live texts are read at a time.
const rescreenPage = 500

// Rescreen carries out the promise of a word list that changed: what is live is
// looked through for its words. What is found joins the findings of the text and
// raises its place in the queue, if it still waits for a look; severity 4 alerts
// at once and, where the establishment lets it (AutoMask), masks until a human has
// looked (R21, R42). Nothing else is hidden.
//
// The texts are read in pages and each one found is written in a transaction of
// its own, so that no reader or moderator waits. Repeating it changes nothing:
// a finding is there once, and so is the mask. A list that has changed again or
// gone is left to its own promise.
func (s *Service) Rescreen(ctx context.Context, m outbox.Message) error {
	list, current, err := s.listOf(ctx, m)
	if err == nil && current {
		err = s.walk(ctx, m, NewLexicon(list))
	}
	if err != nil {
		return fmt.Errorf("rescreen with list %s: %w", m.Subject, err)
	}
	return s.inTx(ctx, m.Tenant, func(tx Tx) error {
		return workflow.Commit(ctx, tx, new(workflow.Batch).Done(m.ID))
	})
}

// listOf is the list that the message was written for, and whether it is still at
// that version.
func (s *Service) listOf(ctx context.Context, m outbox.Message) (list WordList, current bool, err error) {
	err = s.inTx(ctx, m.Tenant, func(tx Tx) error {
		lists, err := tx.WordLists(ctx)
		at := slices.IndexFunc(lists, func(l WordList) bool { return l.ID.UUID == m.Subject && l.Version == m.Version })
		if current = at >= 0; current {
			list = lists[at]
		}
		return err
	})
	return list, current, err
}

func (s *Service) walk(ctx context.Context, m outbox.Message, lexicon *Lexicon) error {
	var after id.Contribution
	for {
		var page []LiveText
		err := s.inTx(ctx, m.Tenant, func(tx Tx) (err error) {
			page, err = tx.LiveTexts(ctx, after, rescreenPage)
			return err
		})
		if err != nil {
			return err
		}
		for _, text := range page {
			if err := s.again(ctx, m, lexicon, text); err != nil {
				return err
			}
		}
		if len(page) < rescreenPage {
			return nil
		}
		after = page[len(page)-1].Contribution
	}
}

// again looks through one live text, and writes what is found.
func (s *Service) again(ctx context.Context, m outbox.Message, lexicon *Lexicon, text LiveText) error {
	found := words{}.look(newSample(Screening{}, &text.Revision, []*Lexicon{lexicon}, s.clock()))
	if len(found) == 0 {
		return nil
	}
	finding := found[0]
	finding.Phase, finding.Verdict = words{}.name(), Flag
	return s.inTx(ctx, m.Tenant, func(tx Tx) error {
		now := s.clock()
		d, err := tx.Dossier(ctx, text.Contribution, id.Person{}, now)
		if err != nil || d.Live == nil || d.Live.ID != text.Revision.ID {
			return err // its successor was screened with the new list
		}
		result := Result{
			Message: alertOf(m, d.Live.ID), Revision: d.Live.ID, Findings: []Finding{finding}, Severity: finding.Severity, At: now,
			Target: d.Calendar.Due(now, severityTerm(d, finding.Severity)), Alert: finding.Severity == gravest,
		}
		if err := tx.AddFinding(ctx, result); err != nil {
			return err
		}
		return maskFound(ctx, tx, d, finding, now)
	})
}

// maskFound masks a finding of severity 4 where the establishment lets it. What is hidden
// already is left as it is, and where the law keeps the act to the director
// (R14), the alert has to do.
func maskFound(ctx context.Context, tx Tx, d publication.Dossier, f Finding, now time.Time) error {
	if f.Severity != gravest || !settings.AutoMask.Of(d.Values) || d.Exposure() != workflow.Visible {
		return nil
	}
	reason := workflow.Reason{Ground: f.Ground, Text: "Détection automatique : liste « " + f.Reason + " ». Contenu masqué à titre conservatoire."}
	batch, err := d.MaskSevere(string(outbox.RescreenList), reason, now)
	if errors.Is(err, workflow.ErrUnmet) {
		return nil
	}
	if err != nil {
		return err
	}
	return workflow.Commit(ctx, tx, batch)
}

// alertOf names the alert of one text among those of a message: the same text
// alerts once, however often the message comes.
func alertOf(m outbox.Message, revision id.Revision) id.Message {
	return id.Message{UUID: uuid.NewSHA1(m.ID.UUID, revision.UUID[:])}
}
