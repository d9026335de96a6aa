package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/mail"
	"imprimatur/internal/outbox"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Tx is what sending does inside a transaction.
type Tx interface {
	workflow.Tx

	// FollowReport takes a letter, that nobody is sending, with its message to the house that
	// the case of its report was handed over to, and reports whether it did.
	FollowReport(ctx context.Context, letter id.Letter, now time.Time) (bool, error)
	// TakeLetter closes a letter and takes it until a time, unless it is settled or another
	// worker has it: then it comes back as it is. The error is [directory.ErrNotFound].
	TakeLetter(ctx context.Context, letter id.Letter, now, until time.Time) (mail.Letter, error)
	// SettleLetter ends a letter that was taken.
	SettleLetter(ctx context.Context, letter id.Letter, o mail.Outcome, now time.Time) error
	// ReturnLetter lets another attempt have it.
	ReturnLetter(ctx context.Context, letter id.Letter, fault string) error
	// Letters reads the mailbox before the given letter, newest first.
	Letters(ctx context.Context, before id.Letter, limit int) ([]mail.Entry, error)
}

// Transactions opens a transaction in a tenant and commits it when do returns nil.
type Transactions func(ctx context.Context, tenant id.Tenant, do func(Tx) error) error

// Links makes the ways in that letters carry. imageconsent.Consents is one.
type Links interface {
	MakeLink(ctx context.Context, tenant id.Tenant, consent id.Consent, signatory id.Person) (imageconsent.Mailed, error)
	MakeReceipt(ctx context.Context, tenant id.Tenant, consent id.Consent, signatory id.Person) (imageconsent.Mailed, error)
}

// FollowLinks makes follow-up addresses for letters to who reported something.
// moderation.Cases is one.
type FollowLinks interface {
	FollowLink(ctx context.Context, tenant id.Tenant, report id.Report) (string, error)
}

// Config is what a Service is made of.
type Config struct {
	InTx    Transactions
	Links   Links
	Follow  FollowLinks
	SMTP    *SMTP  // nil: nothing is sent, and letters are kept
	BaseURL string // of the service, as readers see it
	// Shown says that anybody may become anybody here, as in demo mode: a family's link
	// gives whoever reads the mailbox nothing that they do not have, and is shown in it.
	Shown bool
	Clock func() time.Time
}

// Service sends letters, and shows the mailbox.
type Service struct {
	Config
	turns *turns
}

// NewService returns a Service.
func NewService(cfg Config) *Service {
	s := &Service{Config: cfg}
	if cfg.SMTP != nil {
		s.turns = newTurns(cfg.SMTP.perMinute)
	}
	return s
}

// held is how long a worker may have a letter: longer than any conversation with a mail
// server, and shorter than the outbox waits for an answer.
const held = 25 * time.Second

// errBusy is why a letter waits for its turn.
var errBusy = errors.New("the mail server is given no more at once")

// errMoved is why a letter waits that another house sends from now on.
var errMoved = errors.New("its case was handed over")

// Send carries out the message of a letter: it is written with what is so now, handed to
// the mail server, and settled together with its message. What the server refuses for good is
// settled too; anything else is an error, after which the outbox tries again. A letter goes
// out once, unless the process or the connection dies between the server's taking it and the
// commit: the second then has the Message-ID of the first. The errors are
// [directory.ErrNotFound], [workflow.ErrStale] for a message already done, a
// [publication.WaitError] where the letter has to wait its turn, the mail server's and the
// database's.
func (s *Service) Send(ctx context.Context, m outbox.Message) error {
	letter := id.Letter{UUID: m.Subject}
	if s.SMTP != nil {
		done, wait := s.turns.take(letter, s.Clock())
		if wait > 0 {
			return &publication.WaitError{Until: s.Clock().Add(wait), Why: errBusy}
		}
		defer done()
	}
	l, err := s.take(ctx, m, letter)
	if err != nil || l.State.Settled() {
		return err
	}
	outcome, err := s.deliver(ctx, l)
	if err != nil {
		return fmt.Errorf("send letter %s: %w", letter, errors.Join(err, s.giveBack(ctx, m.Tenant, letter, err)))
	}
	return s.settle(ctx, m, letter, outcome)
}

// take takes a letter. The message of one that is settled is done; that of one whose case was handed
// over while it was being sent goes after it.
func (s *Service) take(ctx context.Context, m outbox.Message, letter id.Letter) (mail.Letter, error) {
	var l mail.Letter
	var moved bool
	err := s.InTx(ctx, m.Tenant, func(tx Tx) (err error) {
		now := s.Clock()
		if moved, err = tx.FollowReport(ctx, letter, now); err != nil || moved {
			return err
		}
		if l, err = tx.TakeLetter(ctx, letter, now, now.Add(held)); err != nil {
			return err
		}
		if l.State.Settled() {
			return workflow.Commit(ctx, tx, new(workflow.Batch).Done(m.ID))
		}
		if !l.Taken {
			return &publication.WaitError{Until: l.BusyUntil, Why: errBusy}
		}
		return nil
	})
	if err != nil {
		return mail.Letter{}, fmt.Errorf("take letter %s: %w", letter, err)
	}
	if moved {
		return mail.Letter{}, &publication.WaitError{Until: s.Clock(), Why: errMoved}
	}
	return l, nil
}

// deliver writes a letter and sends it. The error is one after which to try again.
func (s *Service) deliver(ctx context.Context, l mail.Letter) (mail.Outcome, error) {
	l.Lines = due(l.Lines)
	if len(l.Lines) == 0 || l.Reader.Minor || l.Reader.Address == "" {
		return mail.Outcome{State: mail.Void}, nil
	}
	if s.SMTP == nil {
		return s.keep(ctx, l)
	}
	to, err := mailbox(l.Reader.Address)
	if err != nil {
		return mail.Outcome{State: mail.Refused, Address: l.Reader.Address, Fault: err.Error()}, nil
	}
	connection, err := s.SMTP.dial(ctx) // before a link is made: none is left behind by a server that is away
	if err != nil {
		return mail.Outcome{}, err
	}
	defer connection.close()
	w, outcome, err := s.write(ctx, l, true)
	if err != nil || outcome.State == mail.Void {
		return outcome, err
	}
	err = connection.send(w.message(l, to, s.SMTP))
	if refusal, ok := errors.AsType[*refused](err); ok {
		outcome.State, outcome.Fault = mail.Refused, refusal.Error()
		return outcome, nil
	}
	outcome.State = mail.Sent
	return outcome, err
}

// keep writes a letter that is only shown. It carries links where they are shown; elsewhere
// none is made, since nobody would have it.
func (s *Service) keep(ctx context.Context, l mail.Letter) (mail.Outcome, error) {
	_, outcome, err := s.write(ctx, l, s.Shown)
	if outcome.State != mail.Void {
		outcome.State = mail.Kept
	}
	return outcome, err
}

// write writes a letter, with links where it is to carry them. What the reader may answer
// no more since is left out.
func (s *Service) write(ctx context.Context, l mail.Letter, links bool) (written, mail.Outcome, error) {
	ways, follow := map[id.Consent]way{}, map[id.Report]string{}
	l.Lines = append([]mail.Line(nil), l.Lines...)
	kept := l.Lines[:0]
	for _, line := range l.Lines {
		if !line.Report.IsZero() && links {
			secret, err := s.Follow.FollowLink(ctx, l.Tenant, line.Report)
			if err != nil {
				return written{}, mail.Outcome{}, err
			}
			follow[line.Report] = s.BaseURL + followPath + secret
		}
		if !line.OfCase() && line.Kind != mail.ConsentEnding && links {
			link := s.Links.MakeLink
			if line.Kind == mail.ConsentReceipt {
				link = s.Links.MakeReceipt
			}
			made, err := link(ctx, l.Tenant, line.Consent, l.Reader.ID)
			if errors.Is(err, directory.ErrNotFound) {
				continue
			}
			if err != nil {
				return written{}, mail.Outcome{}, err
			}
			ways[line.Consent] = way{s.BaseURL + "/c/" + made.Token, made.ExpiresAt}
		}
		kept = append(kept, line)
	}
	if l.Lines = kept; len(kept) == 0 {
		return written{}, mail.Outcome{State: mail.Void}, nil
	}
	w, err := compose(l, ways, follow, s.BaseURL)
	if err != nil {
		return written{}, mail.Outcome{}, err
	}
	shown := w.text
	if !s.Shown {
		hidden, err := compose(l, nil, nil, s.BaseURL)
		if err != nil {
			return written{}, mail.Outcome{}, err
		}
		shown = hidden.text
	}
	return w, mail.Outcome{Address: l.Reader.Address, Subject: w.subject, Body: shown}, nil
}

// followPath is where a follow-up address leads: the secret follows.
const followPath = "/s/"

// settle ends a letter and its message in one transaction. It happens even where the task's
// time is over: what the server has taken is not sent again if that can be helped.
func (s *Service) settle(ctx context.Context, m outbox.Message, letter id.Letter, o mail.Outcome) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	err := s.InTx(ctx, m.Tenant, func(tx Tx) error {
		if err := tx.SettleLetter(ctx, letter, o, s.Clock()); err != nil {
			return err
		}
		return workflow.Commit(ctx, tx, new(workflow.Batch).Done(m.ID))
	})
	if err != nil {
		return fmt.Errorf("settle letter %s: %w", letter, err)
	}
	return nil
}

// settleTime bounds what is written after a conversation.
const settleTime = 5 * time.Second

func (s *Service) giveBack(ctx context.Context, tenant id.Tenant, letter id.Letter, why error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	return s.InTx(ctx, tenant, func(tx Tx) error { return tx.ReturnLetter(ctx, letter, brief(why.Error())) })
}

// due are the lines of which something is left to be told, each consent once; what carries a
// link goes before that it ends.
func due(lines []mail.Line) []mail.Line {
	var list []mail.Line
	at := map[id.Consent]int{}
	for _, line := range lines {
		if line.Moot() {
			continue
		}
		if line.OfCase() {
			list = append(list, line)
			continue
		}
		i, told := at[line.Consent]
		switch {
		case !told:
			at[line.Consent] = len(list)
			list = append(list, line)
		case list[i].Kind == mail.ConsentEnding:
			list[i] = line
		}
	}
	return list
}
