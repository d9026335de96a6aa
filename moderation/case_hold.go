package moderation

import (
	"context"
	"errors"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/outbox"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// masks reports whether a case hides its content until a human has looked (R42), as the establishment of
// the content has it: where it is grave enough, or somebody under age may see it and one credible report
// names a ground that is.
func masks(c Case, minors bool, all Tally, there settings.Values) bool {
	if c.Target.Message != "" { // it is in the ENT's hands, not here
		return false
	}
	if c.Severity >= workflow.Severity(settings.MaskAtOnce.Of(there)) {
		return true
	}
	credible := workflow.Severity(settings.MaskWhenCredible.Of(there))
	return c.Severity >= credible && minors && slices.ContainsFunc(all.Credible, func(g workflow.Ground) bool { return gravity(g) >= credible })
}

// sealedGrounds are those of which the content itself is what harms whoever looks at it (R50).
var sealedGrounds = []workflow.Ground{"CSAM", "INTIM", "DEEP"}

// seals reports whether a ground calls for sealing.
func seals(g workflow.Ground) bool { return slices.Contains(sealedGrounds, g) }

// gravity is the severity of a ground.
func gravity(g workflow.Ground) workflow.Severity {
	info, _ := g.Info()
	return info.Severity
}

// anySeals reports whether the case, or anybody who reported, names a ground that calls for sealing:
// one that came later than another as grave counts as well.
func anySeals(c Case, all Tally) bool {
	return seals(c.Ground) || slices.ContainsFunc(all.Grounds, seals)
}

// sensitive is anySeals of the case's own reports; what was decided to be sealed is so, too (R50).
func (f CaseFile) sensitive() bool {
	return anySeals(f.Case, f.Tally) || ruledSealed(f.Rulings)
}

// ruledSealed reports whether something was decided to be sealed: then so is what it was (R50).
func ruledSealed(rulings []Ruling) bool {
	return slices.ContainsFunc(rulings, func(r Ruling) bool { return r.Sealed })
}

// interim is the mask of R42.
func interim(c Case, all Tally, via string) wanted {
	return wanted{
		who: actor.Clock(c.Place, via), sealed: c.Severity == gravest && anySeals(c, all),
		reason: workflow.Reason{Ground: c.Ground, Text: workflow.InterimText, Reference: c.Reference},
	}
}

// carry adds to the batch what makes the case's own holds on its content what it wants: a mask
// until it is decided; then what the verdict withdraws, and nothing else. Holds of others
// stay. Elsewhere than in the establishment of the content there is nothing to do.
func (d content) carry(ctx context.Context, tx CasesTx, b *workflow.Batch, c Case, w wanted, now time.Time) error {
	if c.Kind == OfAppeal {
		if d.Dossier == nil || w.verdict != workflow.Keep {
			return nil
		}
		return d.Dossier.Uphold(b, w.who, c.Disputed, w.reason, now)
	}
	text, picture := w.actions(c)
	if d.Dossier != nil && text != "" {
		hold := workflow.CaseHold{Case: c.ID, Actor: w.who, Action: text, Sealed: w.sealed && text != workflow.Restore, Reason: w.reason}
		if err := w.lawful(d.Dossier.HoldFor(b, hold, now)); err != nil {
			return err
		}
	}
	if d.Photo == nil || picture == "" {
		return nil
	}
	hold := workflow.CaseHold{Case: c.ID, Actor: w.who, Action: picture, Sealed: w.sealed && picture != workflow.Restore, Reason: w.reason}
	moved, err := d.Photo.HoldFor(b, hold, now)
	if err := w.lawful(err); err != nil || !moved {
		return err
	}
	photo := d.Photo.Photo
	return tx.Emit(ctx, outbox.Message{Tenant: photo.Tenant, Kind: outbox.ReviewPhoto, Subject: photo.ID.UUID, Version: photo.Version, Due: now})
}

// actions are what a case wants done to its text and to its picture: a hold to be there, or none; empty
// where it wants nothing of it.
func (w wanted) actions(c Case) (text, picture workflow.Action) {
	switch {
	case w.verdict == workflow.WithdrawAll:
		return workflow.Withdraw, workflow.Restore
	case w.verdict == workflow.WithdrawPicture:
		return workflow.Restore, workflow.Withdraw
	case w.verdict != "":
		return workflow.Restore, workflow.Restore
	case c.Target.Photo.IsZero():
		return workflow.Mask, ""
	}
	return "", workflow.Mask
}

// lawful lets a mask be that the law does not let the machine place, as on pupils' press for
// a ground of the charter (R14): then a human looks first.
func (w wanted) lawful(err error) error {
	if w.verdict == "" && errors.Is(err, workflow.ErrUnmet) {
		return nil
	}
	return err
}

// OwnHold is an open hold that a case has placed.
type OwnHold struct {
	Kind   workflow.HoldKind `json:"kind"`
	Sealed bool              `json:"sealed"`
	Photo  bool              `json:"photo"` // on the picture, not on the text
}

// is says what a hold is, as far as a case goes by it.
func (h OwnHold) is() (workflow.HoldKind, bool) { return h.Kind, h.Sealed }

// sealedMask reports whether the case has sealed its content until it is decided. Deciding it ends that
// hold, which nobody does but who directs (R50).
func (f CaseFile) sealedMask() bool {
	return slices.ContainsFunc(f.Holds, func(h OwnHold) bool { return h.Sealed && h.Kind == workflow.MaskHold })
}

// toSeal reports whether another house will have the case's content sealed, as soon as it hears of it.
func (f CaseFile) toSeal() bool {
	return !f.Local() && f.Verdict == "" && f.Severity == gravest && f.sensitive()
}

// barred refuses here what the establishment of the content would be refused by the table of holds (R14,
// R50), where another house has the case in hand: what is decided is carried out there, later, in the name
// of who has decided. An author's appeal is carried out as it stands then.
func (f CaseFile) barred(w wanted, now time.Time) error {
	if f.Local() || f.Kind == OfAppeal || f.Target.Message != "" {
		return nil
	}
	text, picture := w.actions(f.Case)
	return errors.Join(f.barredFrom(w, false, text, now), f.barredFrom(w, true, picture, now))
}

// barredFrom is barred for the text or for the picture: as their dossiers would hold it for a case.
func (f CaseFile) barredFrom(w wanted, photo bool, action workflow.Action, now time.Time) error {
	if action == "" {
		return nil
	}
	placed := slices.DeleteFunc(slices.Clone(f.Holds), func(h OwnHold) bool { return h.Photo != photo })
	places, err := workflow.Settle(workflow.CaseHold{Action: action, Sealed: w.sealed}, placed, OwnHold.is, func(h OwnHold) error {
		return f.mayHold(w, h, workflow.Restore, workflow.Open, now)
	})
	if err != nil || !places {
		return err
	}
	kind, _ := action.Places()
	return f.mayHold(w, OwnHold{Kind: kind, Sealed: w.sealed, Photo: photo}, action, workflow.NoHold, now)
}

// mayHold asks the table of holds what it would say where the content is.
func (f CaseFile) mayHold(w wanted, h OwnHold, action workflow.Action, from workflow.Holding, now time.Time) error {
	facts := workflow.HoldFacts{Kind: h.Kind, Sealed: h.Sealed, On: workflow.OnContribution, Mode: workflow.Post, NamesRevision: true, SecondLook: true, ByCase: true}
	if f.Press {
		facts.Mode = workflow.PupilPress
	}
	if h.Photo {
		facts.On, facts.Mode = workflow.OnPhoto, workflow.Pre
	}
	reason := w.reason
	if from == workflow.Open {
		reason = reason.Ending()
	}
	_, err := workflow.HoldTable.Decide(workflow.Subject[workflow.Holding]{ID: f.ID.UUID, Tenant: f.Place, Status: from}, facts,
		workflow.Command{Action: action, Actor: w.who, Reason: reason}, now)
	return err
}
