package web

import (
	"net/http"
	"slices"

	"imprimatur/workflow"
)

// closing are the acts after which a reviewer goes on to the next text.
var closing = []workflow.Action{
	workflow.Approve, workflow.RequestChanges, workflow.Reject, workflow.Review, workflow.Sign, workflow.RefuseToSign, workflow.Revert,
}

// actOnItem carries out what a reviewer decides, and leads to the next text.
func (s *Site) actOnItem(v *visit) error {
	c, err := contribution(v.Param("text"))
	if err != nil {
		return err
	}
	form, act, err := v.command()
	if err != nil {
		return err
	}
	ctx := v.Request().Context()
	err = s.cfg.Reviewer.Act(ctx, v.actor(), c, act)
	if err == nil {
		s.cfg.Sessions.Flash(ctx, "did."+string(act.Action))
		if act.Sealed || slices.Contains(closing, act.Action) { // R50: what was sealed has no page any more
			return v.goNext(c)
		}
		return v.see(v.house.item(c))
	}
	if !reworded(err) {
		return err
	}
	item, failed := s.cfg.Reviewer.Item(ctx, v.actor(), c)
	if failed != nil {
		return failed
	}
	page, failed := v.itemPage(c, item)
	if failed != nil {
		return failed
	}
	page.Faults = v.refuseAct(page.Offers, form, err)
	return s.render(v.Context, http.StatusUnprocessableEntity, page)
}

// prolongClaim keeps the text in the visitor's hands while its page is open. A
// script asks; there is nothing to see.
func (s *Site) prolongClaim(v *visit) error {
	c, err := contribution(v.Param("text"))
	if err != nil {
		return err
	}
	if _, err := s.cfg.Reviewer.Claim(v.Request().Context(), v.actor(), c); err != nil {
		return err
	}
	return v.NoContent(http.StatusNoContent)
}

// releaseItem leaves the text to somebody else.
func (s *Site) releaseItem(v *visit) error {
	c, err := contribution(v.Param("text"))
	if err != nil {
		return err
	}
	if err := s.cfg.Reviewer.Release(v.Request().Context(), v.actor(), c); err != nil {
		return err
	}
	return v.done("did.released", v.house.desk("review"))
}
