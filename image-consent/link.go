package imageconsent

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
)

// Link is a way in for a signatory without an account: to one consent of one person,
// once, until it expires or their address is another.
type Link struct {
	ID        id.Link
	Tenant    id.Tenant
	Consent   id.Consent
	Signatory id.Person
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
	var secret [tokenBytes]byte
	_, _ = rand.Read(secret[:]) // never fails
	made := Mailed{Token: tokenText.EncodeToString(secret[:])}
	err := s.inTx(ctx, tenant, func(tx ConsentTx) error {
		now := s.clock()
		d, err := tx.ConsentDossier(ctx, consent, id.Person{}, now)
		if err != nil {
			return err
		}
		if _, may := d.family(now).capacity(signatory, now); !may {
			return directory.ErrNotFound
		}
		person, err := tx.Person(ctx, signatory)
		if err != nil {
			return err
		}
		if person.Email == "" {
			return directory.ErrNotFound
		}
		made.Address = person.Email
		made.ExpiresAt = d.House.Calendar.Add(now, settings.LinkValidity.Of(d.House.Values))
		link := Link{
			ID: id.New[id.Link](), Tenant: tenant, Consent: consent, Signatory: signatory, Token: sha256.Sum256(secret[:]), Address: person.Email,
			MadeAt: now, ExpiresAt: made.ExpiresAt,
		}
		if err := tx.InsertLink(ctx, link); err != nil {
			return err
		}
		return tx.Record(ctx, audit.Act(actor.Clock(tenant, "link"), "make_link", audit.Subject{Kind: "link", ID: link.ID.UUID}, "R29", now))
	})
	if err != nil {
		return Mailed{}, fmt.Errorf("make link to consent %s: %w", consent, err)
	}
	return made, nil
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

// admits reports whether the link that somebody came by lets them to this consent, now.
// Another's, an expired and a used one, and one whose address changed, are [directory.ErrNotFound].
func (d ConsentDossier) admits(ctx context.Context, tx LinkTx, who actor.Actor, now time.Time) error {
	named, err := linkOf(who)
	if err != nil {
		return err
	}
	link, err := tx.LockLink(ctx, named)
	if err != nil {
		return err
	}
	if link.Consent != d.Consent.ID || link.Signatory != who.Person || !link.opens(now) {
		return directory.ErrNotFound
	}
	return nil
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
