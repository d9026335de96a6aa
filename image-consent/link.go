package imageconsent

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/mail"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// Link is a way in for a signatory without an account: to one consent of one person,
// once, until it expires or their address is another. A receipt's shows what they have
// answered, and withdraws it: it takes no answer, shows no picture, and opens until it has
// withdrawn or the consent ends (R33).
type Link struct {
	ID        id.Link
	Tenant    id.Tenant
	Consent   id.Consent
	Signatory id.Person
	Receipt   bool
	Token     [32]byte // SHA-256 of what was sent, which is kept nowhere
	Address   string   // that it was sent to
	Current   string   // the signatory's address now; read, not written
	MadeAt    time.Time
	ExpiresAt time.Time
	UsedAt    time.Time // zero: not yet
}

// opens reports whether the link still lets in.
func (l Link) opens(now time.Time) bool {
	return l.UsedAt.IsZero() && now.Before(l.ExpiresAt) && l.Address != "" && strings.EqualFold(l.Address, l.Current)
}

// LinkTx is what links ask of a transaction.
type LinkTx interface {
	InsertLink(ctx context.Context, l Link) error
	// LockLink reads a link and keeps another use of it waiting, or answers [directory.ErrNotFound].
	LockLink(ctx context.Context, link id.Link) (Link, error)
	// UseLink uses a link up, and with it every other of the same signatory to the same consent.
	UseLink(ctx context.Context, link id.Link, at time.Time) error
}

// LinkStore finds a link before it is known in which establishment.
type LinkStore interface {
	// LinkOf reads the link of a token's hash, or answers [directory.ErrNotFound].
	LinkOf(ctx context.Context, token [32]byte) (Link, error)
}

// tokenBytes is how long a link's secret is.
const tokenBytes = 32

var tokenText = base64.RawURLEncoding.Strict()

// viaLink begins the channel of whoever came by a link; the link's id follows.
const viaLink = "link:"

// Mailed is a link as it is sent: the one place where its token is in the clear.
type Mailed struct {
	Token     string
	Address   string
	ExpiresAt time.Time
}

// MakeLink makes a link to a consent for one who may answer it and whose address is known.
// It is the system's to call, for the mail that carries it. The error is
// [directory.ErrNotFound] for anybody else, and where no address is known.
func (s *Consents) MakeLink(ctx context.Context, tenant id.Tenant, consent id.Consent, signatory id.Person) (Mailed, error) {
	return s.makeLink(ctx, tenant, Link{Consent: consent, Signatory: signatory})
}

// MakeReceipt makes the link of a receipt, for one whose answer stands in a consent that has
// not ended. The rest is as of MakeLink.
func (s *Consents) MakeReceipt(ctx context.Context, tenant id.Tenant, consent id.Consent, signatory id.Person) (Mailed, error) {
	return s.makeLink(ctx, tenant, Link{Consent: consent, Signatory: signatory, Receipt: true})
}

func (s *Consents) makeLink(ctx context.Context, tenant id.Tenant, link Link) (Mailed, error) {
	var secret [tokenBytes]byte
	_, _ = rand.Read(secret[:]) // never fails
	made := Mailed{Token: tokenText.EncodeToString(secret[:])}
	err := s.inTx(ctx, tenant, func(tx ConsentTx) error {
		now := s.clock()
		d, err := tx.ConsentDossier(ctx, link.Consent, id.Person{}, now)
		if err != nil {
			return err
		}
		if _, may := d.family(now).capacity(link.Signatory, now); !may || link.Receipt && !d.receipted(link.Signatory) {
			return directory.ErrNotFound
		}
		person, err := tx.Person(ctx, link.Signatory)
		if err != nil {
			return err
		}
		if person.Email == "" {
			return directory.ErrNotFound
		}
		link.ID, link.Tenant, link.Token, link.Address = id.New[id.Link](), tenant, sha256.Sum256(secret[:]), person.Email
		link.MadeAt, link.ExpiresAt = now, d.House.Calendar.Add(now, settings.LinkValidity.Of(d.House.Values))
		if link.Receipt {
			link.ExpiresAt = d.Request.Valid.Until
		}
		made.Address, made.ExpiresAt = link.Address, link.ExpiresAt
		if err := tx.InsertLink(ctx, link); err != nil {
			return err
		}
		return tx.Record(ctx, audit.Act(actor.Clock(tenant, "link"), "make_link", audit.Subject{Kind: "link", ID: link.ID.UUID}, "R29", now))
	})
	if err != nil {
		return Mailed{}, fmt.Errorf("make link to consent %s: %w", link.Consent, err)
	}
	return made, nil
}

// receipted reports whether somebody's answer stands in a consent that has not ended.
func (d ConsentDossier) receipted(signatory id.Person) bool {
	return !ended(d.Consent.Status) && slices.ContainsFunc(d.Answers, func(a Given) bool { return a.Signatory == signatory && !a.Revoked })
}

// ended reports whether nothing is left of a consent to withdraw.
func ended(status workflow.ConsentStatus) bool {
	switch status {
	case workflow.Revoked, workflow.ExpiredConsent, workflow.SupersededConsent:
		return true
	case workflow.NoConsent, workflow.Asked, workflow.Granted, workflow.Refused:
	}
	return false
}

// OpenLink lets the holder of a token in: as the person whom it was made for, to its
// consent and to nothing else. Every token that does not open is [directory.ErrNotFound]:
// forged, used, expired, or sent to an address that is theirs no longer.
func (s *Consents) OpenLink(ctx context.Context, token string) (actor.Actor, id.Consent, error) {
	secret, err := tokenText.DecodeString(token)
	if err != nil || len(secret) != tokenBytes || len(token) != tokenText.EncodedLen(tokenBytes) {
		return actor.Actor{}, id.Consent{}, fmt.Errorf("open link: %w", directory.ErrNotFound)
	}
	hash := sha256.Sum256(secret)
	link, err := s.links.LinkOf(ctx, hash)
	if err != nil {
		return actor.Actor{}, id.Consent{}, fmt.Errorf("open link: %w", err)
	}
	if subtle.ConstantTimeCompare(hash[:], link.Token[:]) != 1 || !link.opens(s.clock()) {
		return actor.Actor{}, id.Consent{}, fmt.Errorf("open link: %w", directory.ErrNotFound)
	}
	return actor.Actor{Kind: actor.KindLink, Person: link.Signatory, Tenant: link.Tenant, Via: viaLink + link.ID.String()}, link.Consent, nil
}

// linkOf is the link that somebody came by.
func linkOf(who actor.Actor) (id.Link, error) {
	text, found := strings.CutPrefix(who.Via, viaLink)
	link, err := id.Parse[id.Link](text)
	if who.Kind != actor.KindLink || !found || err != nil {
		return id.Link{}, errors.Join(directory.ErrNotFound, err)
	}
	return link, nil
}

// admit looks at the link that somebody came by, which must let them to this consent now.
// Another's, an expired and a used one, one whose address changed, and a receipt's of a
// consent that has ended, are [directory.ErrNotFound].
func (d *ConsentDossier) admit(ctx context.Context, tx LinkTx, who actor.Actor, now time.Time) error {
	named, err := linkOf(who)
	if err != nil {
		return err
	}
	link, err := tx.LockLink(ctx, named)
	if err != nil {
		return err
	}
	if link.Consent != d.Consent.ID || link.Signatory != who.Person || !link.opens(now) || link.Receipt && ended(d.Consent.Status) {
		return directory.ErrNotFound
	}
	d.link = link
	return nil
}

// acknowledge has a receipt of an answer that came by a link mailed to where the link was.
// It gives the address.
func (d ConsentDossier) acknowledge(ctx context.Context, tx ConsentTx, who actor.Actor, answer id.Answer, now time.Time) (string, error) {
	if who.Kind != actor.KindLink {
		return "", nil
	}
	receipt := mail.Item{Cause: answer.UUID, Kind: mail.ConsentReceipt, Person: who.Person, Consent: d.Consent.ID}
	return d.link.Address, tx.Post(ctx, []mail.Item{receipt}, now, now)
}

// spend uses up the link that somebody came by.
func spend(ctx context.Context, tx LinkTx, who actor.Actor, now time.Time) error {
	if who.Kind != actor.KindLink {
		return nil
	}
	link, err := linkOf(who)
	if err != nil {
		return err
	}
	return tx.UseLink(ctx, link, now)
}
