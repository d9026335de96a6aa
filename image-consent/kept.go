package imageconsent

import (
	"context"
	"fmt"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
)

// Request reads a request for who looks after it: who asked and still works here, a consent
// officer, the director. The error is [directory.ErrNotFound].
func (s *Consents) Request(ctx context.Context, who actor.Actor, request id.Request) (Request, error) {
	var r Request
	err := s.inTx(ctx, who.Tenant, func(tx ConsentTx) (err error) {
		r, _, err = kept(ctx, tx, who, request, s.clock())
		return err
	})
	if err != nil {
		return Request{}, fmt.Errorf("request %s: %w", request, err)
	}
	return r, nil
}
