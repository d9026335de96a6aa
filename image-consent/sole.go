package imageconsent

import (
	"context"
	"fmt"
	"strings"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/workflow"
)

// longestProof bounds the reference of a proof, in characters.
const longestProof = 200

// RecordSole records where the proof is that one guardian holds parental authority alone
// (R30): a consent officer or the director has seen it. What waited for a second guardian
// is then resolved anew. The errors are [directory.ErrNotFound], a [directory.Refusal] and
// a [FieldError].
func (s *Consents) RecordSole(ctx context.Context, who actor.Actor, consent id.Consent, proof string) error {
	proof = strings.TrimSpace(proof)
	err := s.inside(ctx, who, consent, func(tx ConsentTx, d ConsentDossier, who actor.Actor, now time.Time) error {
		if !who.Roles.HasAny(keepers...) || d.Kin.concerns(who.Person) {
			return &directory.Refusal{Act: ActRecordSole, Rule: "R30", Err: directory.ErrForbidden}
		}
		if fault := checkLine("proof", proof, longestProof, "R30"); fault != nil {
			return fault
		}
		if err := d.alone(now); err != nil {
			return err
		}
		if err := tx.KeepSole(ctx, consent, proof, who.Person); err != nil {
			return err
		}
		entry := audit.Act(who, ActRecordSole, audit.Subject{Kind: workflow.ConsentTable.Name, ID: consent.UUID}, "R30", now)
		if err := tx.Record(ctx, entry); err != nil {
			return err
		}
		return tx.Emit(ctx, outbox.Message{Tenant: who.Tenant, Kind: outbox.ReviewConsent, Subject: consent.UUID, Version: d.Consent.Version, Due: now})
	})
	if err != nil {
		return fmt.Errorf("record sole authority for consent %s: %w", consent, err)
	}
	return nil
}

// alone refuses a proof where the directory knows another guardian with authority, or none.
func (d ConsentDossier) alone(now time.Time) error {
	if len(d.family(now).Guardians) != 1 {
		return wrong("proof", "two_guardians", "R30")
	}
	return nil
}
