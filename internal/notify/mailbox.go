package notify

import (
	"context"
	"fmt"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/mail"
	"imprimatur/publication"
)

// pageOf is how many letters are on a page of the mailbox.
const pageOf = 25

// Mailbox lists what was sent, and what would have been, for the establishment's
// administrators and its director. Nobody answers for a family by it: a family's link is in
// it in demo mode alone. The errors are [directory.ErrNotFound] for whoever is nothing
// there, a [directory.Refusal] (R09) and [publication.ErrCursor].
func (s *Service) Mailbox(ctx context.Context, who actor.Actor, after string) (mail.Page, error) {
	var before id.Letter
	if after != "" {
		var err error
		if before, err = id.Parse[id.Letter](after); err != nil {
			return mail.Page{}, fmt.Errorf("read mailbox: %w", publication.ErrCursor)
		}
	}
	page := mail.Page{Server: s.SMTP != nil, Shown: s.Shown}
	err := s.InTx(ctx, who.Tenant, func(tx Tx) error {
		roles, err := tx.Roles(ctx, who.Person, id.Space{}, s.Clock())
		switch {
		case err != nil:
			return err
		case who.Kind != actor.KindPerson || len(roles.List()) == 0:
			return directory.ErrNotFound
		case !roles.HasAny(actor.Admin, actor.Director):
			return &directory.Refusal{Act: "read_mailbox", Rule: "R09", Err: directory.ErrForbidden}
		}
		page.Items, err = tx.Letters(ctx, before, pageOf+1)
		return err
	})
	if err != nil {
		return mail.Page{}, fmt.Errorf("read mailbox: %w", err)
	}
	if len(page.Items) > pageOf {
		page.Items = page.Items[:pageOf]
		page.Next = page.Items[pageOf-1].ID.String()
	}
	return page, nil
}
