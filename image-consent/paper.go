package imageconsent

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// Paper is an answer that a family signed on paper. It counts when a second person of the
// staff has seen it.
type Paper struct {
	ID          id.Paper
	Consent     id.Consent
	Signatory   id.Person
	Accepted    []id.Use
	SignedOn    time.Time // the day that stands beside the signature
	Scan        string    // its name in the store
	RecordedBy  id.Person
	RecordedAt  time.Time
	ConfirmedBy id.Person
	ConfirmedAt time.Time
	DismissedAt time.Time
}

// Pending reports whether the paper waits for a second look.
func (p Paper) Pending() bool { return p.ConfirmedAt.IsZero() && p.DismissedAt.IsZero() }

// PaperTx is what papers ask of a transaction.
type PaperTx interface {
	// ConsentOfPaper tells which consent a paper is of, or answers [directory.ErrNotFound].
	ConsentOfPaper(ctx context.Context, paper id.Paper) (id.Consent, error)
	InsertPaper(ctx context.Context, p Paper) error
	// ConfirmPaper and DismissPaper decide a paper that waits, or answer [workflow.ErrStale].
	ConfirmPaper(ctx context.Context, paper id.Paper, by id.Person, at time.Time) error
	DismissPaper(ctx context.Context, paper id.Paper, at time.Time) error
	// KeepSole writes where the proof is that one guardian holds authority alone.
	KeepSole(ctx context.Context, consent id.Consent, proof string, by id.Person) error
}

// PaperInput is what the paper says.
type PaperInput struct {
	Signatory id.Person
	Accepted  []id.Use  // none is a refusal
	SignedOn  time.Time // the day that stands beside the signature
	Scan      io.Reader // PDF, JPEG or PNG
}

// The acts on papers and proofs, as the trail has them.
const (
	ActRecordPaper  = "record_paper"
	ActConfirmPaper = "confirm_paper"
	ActDismissPaper = "dismiss_paper"
	ActReadScan     = "read_scan"
	ActRecordSole   = "record_sole_proof"
)

// largestScan is how large a scan may be, in bytes.
const largestScan = 10 << 20

// scanBegins are the first bytes of what is taken as a scan.
var scanBegins = []string{"%PDF-", "\xff\xd8\xff", "\x89PNG\r\n\x1a\n"}

// RecordPaper records what a family signed on paper, with its scan. It counts for nothing
// until a second person of the staff has confirmed it (R29). The errors are
// [directory.ErrNotFound], a [directory.Refusal] (R29) for who is no staff or one of the
// family, [FieldError]s, and the store's.
func (s *Consents) RecordPaper(ctx context.Context, who actor.Actor, consent id.Consent, in PaperInput) (id.Paper, error) {
	paper := Paper{ID: id.New[id.Paper](), Consent: consent, Signatory: in.Signatory, Accepted: append([]id.Use{}, in.Accepted...), SignedOn: in.SignedOn, RecordedBy: who.Person}
	paper.Scan = "scan/" + paper.ID.String()
	recorded := false
	err := s.checkPaper(ctx, who, paper)
	if err == nil {
		err = s.keepScan(ctx, paper.Scan, in.Scan)
	}
	if err == nil {
		defer func() { // a file without its row is of no use
			if !recorded {
				_ = s.files.Delete(context.WithoutCancel(ctx), paper.Scan)
			}
		}()
		err = s.inside(ctx, who, consent, func(tx ConsentTx, d ConsentDossier, who actor.Actor, now time.Time) error {
			if err := d.takes(paper, who, now); err != nil {
				return err
			}
			paper.RecordedAt = now
			if err := tx.InsertPaper(ctx, paper); err != nil {
				return err
			}
			return tx.Record(ctx, paper.act(who, ActRecordPaper, now))
		})
	}
	if err != nil {
		return id.Paper{}, fmt.Errorf("record paper of consent %s: %w", consent, err)
	}
	recorded = true
	return paper.ID, nil
}

// checkPaper refuses a paper before its scan is kept.
func (s *Consents) checkPaper(ctx context.Context, who actor.Actor, p Paper) error {
	return s.inside(ctx, who, p.Consent, func(_ ConsentTx, d ConsentDossier, who actor.Actor, now time.Time) error {
		return d.takes(p, who, now)
	})
}

// takes refuses a paper that this person may not record, or that nobody could have signed.
func (d ConsentDossier) takes(p Paper, who actor.Actor, now time.Time) error {
	if !who.Roles.HasAny(staff...) || who.Kind == actor.KindLink {
		return &directory.Refusal{Act: ActRecordPaper, Rule: "R29", Err: directory.ErrForbidden}
	}
	_, may := d.family(now).capacity(p.Signatory, now)
	switch {
	case !answerable(d.Consent.Status):
		return &directory.Refusal{Act: ActRecordPaper, Rule: "R29", Err: workflow.ErrImpossible}
	case d.Kin.concerns(who.Person) || who.Is(p.Signatory):
		return &directory.Refusal{Act: ActRecordPaper, Rule: "R29", Err: directory.ErrForbidden}
	case !may:
		return wrong("signatory", "no_parental_authority", "R29")
	case p.SignedOn.IsZero():
		return wrong("signed_on", "required", "R29")
	case d.signed(p).After(now):
		return wrong("signed_on", "to_come", "R29")
	case d.overtaken(p):
		return wrong("signed_on", "overtaken", "R33")
	case len(p.Accepted) > 0 && d.foregoing(p):
		return wrong("signed_on", "foregoing", "R31")
	}
	return d.Request.asks(p.Accepted)
}

// signed is the first moment of the day on which a paper was signed: whatever its
// signatory has said on that day or since comes after it.
func (d ConsentDossier) signed(p Paper) time.Time {
	year, month, day := p.SignedOn.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, d.House.Calendar.Location())
}

// foregoing reports whether a paper was signed before the day of the request: whatever it
// says yes to, it is not that (R31).
func (d ConsentDossier) foregoing(p Paper) bool {
	zone := d.House.Calendar.Location()
	return civil(d.signed(p), zone).Before(civil(d.Request.AskedAt, zone))
}

// overtaken reports whether the signatory has said something else since they signed: an old
// paper does not undo a no (R33).
func (d ConsentDossier) overtaken(p Paper) bool {
	return slices.ContainsFunc(d.Answers, func(a Given) bool { return a.Signatory == p.Signatory && a.At.After(d.signed(p)) })
}

// keepScan keeps a file that is what it says, and not too large.
func (s *Consents) keepScan(ctx context.Context, name string, scan io.Reader) error {
	if scan == nil {
		return wrong("scan", "required", "R29")
	}
	data, err := io.ReadAll(io.LimitReader(scan, largestScan+1))
	switch {
	case err != nil:
		return fmt.Errorf("read scan: %w", err)
	case len(data) == 0:
		return wrong("scan", "required", "R29")
	case len(data) > largestScan:
		return &FieldError{Field: "scan", Code: "too_large", Limit: largestScan >> 20, Rule: "R20"}
	case !slices.ContainsFunc(scanBegins, func(begin string) bool { return strings.HasPrefix(string(data[:min(len(data), 16)]), begin) }):
		return wrong("scan", "file_type", "R20")
	}
	return s.files.Put(ctx, name, bytes.NewReader(data))
}

// ConfirmPaper counts an answer on paper, by a second person of the staff: neither who
// recorded it, nor one of the family. A paper from before what its signatory said since is not
// confirmed any more. The errors are [directory.ErrNotFound], a [directory.Refusal] (R29),
// and a [workflow.Refusal].
func (s *Consents) ConfirmPaper(ctx context.Context, who actor.Actor, paper id.Paper) (Answered, error) {
	var done Answered
	err := s.onPaper(ctx, who, paper, ActConfirmPaper, func(tx ConsentTx, d ConsentDossier, p Paper, who actor.Actor, now time.Time) (err error) {
		capacity, may := d.family(now).capacity(p.Signatory, now)
		if d.overtaken(p) || !may {
			return &directory.Refusal{Act: ActConfirmPaper, Rule: "R29", Err: workflow.ErrImpossible}
		}
		if err := tx.ConfirmPaper(ctx, paper, who.Person, now); err != nil {
			return err
		}
		if err := tx.Record(ctx, p.act(who, ActConfirmPaper, now)); err != nil {
			return err
		}
		given := Given{ID: id.New[id.Answer](), Via: "paper", Paper: paper, Answer: Answer{Signatory: p.Signatory, Capacity: capacity, Accepted: p.Accepted, At: d.signed(p)}}
		done, err = d.take(ctx, tx, who, d.Consent.Version, given, true, now)
		return err
	})
	if err != nil {
		return Answered{}, fmt.Errorf("confirm paper %s: %w", paper, err)
	}
	return done, nil
}

// DismissPaper sets a paper aside on which a second person found something else. The
// errors are those of ConfirmPaper.
func (s *Consents) DismissPaper(ctx context.Context, who actor.Actor, paper id.Paper) error {
	err := s.onPaper(ctx, who, paper, ActDismissPaper, func(tx ConsentTx, _ ConsentDossier, p Paper, who actor.Actor, now time.Time) error {
		if err := tx.DismissPaper(ctx, paper, now); err != nil {
			return err
		}
		return tx.Record(ctx, p.act(who, ActDismissPaper, now))
	})
	if err != nil {
		return fmt.Errorf("dismiss paper %s: %w", paper, err)
	}
	return nil
}

// onPaper runs do for a second person of the staff, on a paper that waits.
func (s *Consents) onPaper(ctx context.Context, who actor.Actor, paper id.Paper, act string, do func(ConsentTx, ConsentDossier, Paper, actor.Actor, time.Time) error) error {
	return s.paper(ctx, who, paper, func(tx ConsentTx, d ConsentDossier, p Paper, who actor.Actor, now time.Time) error {
		refusal := &directory.Refusal{Act: act, Rule: "R29", Err: directory.ErrForbidden}
		switch {
		case !who.Roles.HasAny(staff...) || d.Kin.concerns(who.Person) || who.Is(p.Signatory) || act == ActConfirmPaper && who.Is(p.RecordedBy):
			return refusal
		case !p.Pending():
			refusal.Err = workflow.ErrImpossible
			return refusal
		}
		return do(tx, d, p, who, now)
	})
}

// paper finds a paper with its consent.
func (s *Consents) paper(ctx context.Context, who actor.Actor, paper id.Paper, do func(ConsentTx, ConsentDossier, Paper, actor.Actor, time.Time) error) error {
	var consent id.Consent
	err := s.inTx(ctx, who.Tenant, func(tx ConsentTx) (err error) {
		consent, err = tx.ConsentOfPaper(ctx, paper)
		return err
	})
	if err != nil {
		return err
	}
	return s.inside(ctx, who, consent, func(tx ConsentTx, d ConsentDossier, who actor.Actor, now time.Time) error {
		at := slices.IndexFunc(d.Papers, func(p Paper) bool { return p.ID == paper })
		if at < 0 || who.Kind == actor.KindLink {
			return directory.ErrNotFound
		}
		return do(tx, d, d.Papers[at], who, now)
	})
}

// Scan opens the scan of a paper: for the staff but the family while it waits, afterwards for who looks
// after the consent. Each opening is in the trail. The caller closes it. The errors are
// [directory.ErrNotFound] and the store's.
func (s *Consents) Scan(ctx context.Context, who actor.Actor, paper id.Paper) (io.ReadCloser, error) {
	var name string
	err := s.paper(ctx, who, paper, func(tx ConsentTx, d ConsentDossier, p Paper, who actor.Actor, now time.Time) error {
		if !d.keeps(who) && !(p.Pending() && who.Roles.HasAny(staff...) && !d.Kin.concerns(who.Person)) {
			return directory.ErrNotFound
		}
		name = p.Scan
		return tx.Record(ctx, p.act(who, ActReadScan, now))
	})
	if err != nil {
		return nil, fmt.Errorf("scan of paper %s: %w", paper, err)
	}
	return s.files.Get(ctx, name)
}

func (p Paper) act(who actor.Actor, act string, now time.Time) audit.Entry {
	return audit.Act(who, act, audit.Subject{Kind: "paper", ID: p.ID.UUID}, "R29", now)
}
