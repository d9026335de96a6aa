package imageconsent

import (
	"context"
	"fmt"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// ActAddPhotos is the act of adding pictures to a request, as the trail has it.
const ActAddPhotos = "add_photos"

// AddPhotos adds pictures of its project to a request that was sent before they were
// taken. What was answered counts for them from then on. All of them were taken on its
// days, as far as their files say, and brought then or soon after: consent to one event is
// none to the next. The errors are [directory.ErrNotFound], a [directory.Refusal] (R31)
// where the request names its pictures or is over, and a [FieldError] of the field
// "photos", with the code "other_event" (R31) for pictures of other days. For these the
// family is asked by a request that shows them.
func (s *Consents) AddPhotos(ctx context.Context, who actor.Actor, request id.Request, photos []id.Photo) error {
	err := s.inTx(ctx, who.Tenant, func(tx ConsentTx) error {
		now := s.clock()
		r, who, err := kept(ctx, tx, who, request, now)
		if err != nil {
			return err
		}
		if !r.ToCome || !now.Before(r.Valid.Until) {
			return &directory.Refusal{Act: ActAddPhotos, Rule: "R31", Err: workflow.ErrImpossible}
		}
		_, found, err := tx.DepictedIn(ctx, photos, who.Person, now)
		switch {
		case err != nil:
			return err
		case len(photos) == 0:
			return wrong("photos", "required", "")
		case len(photos) > mostPhotos:
			return &FieldError{Field: "photos", Code: "too_many", Limit: mostPhotos}
		case len(found) < len(photos):
			return wrong("photos", "unknown", "R27")
		}
		if err := r.ofItsDays(ctx, tx, photos); err != nil {
			return err
		}
		if err := tx.InsertRequestPhotos(ctx, request, photos); err != nil {
			return err
		}
		if err := tx.Record(ctx, audit.Act(who, ActAddPhotos, audit.Subject{Kind: "consent_request", ID: request.UUID}, "R31", now)); err != nil {
			return err
		}
		return goOn(ctx, tx, r.Tenant, request, now)
	})
	if err != nil {
		return fmt.Errorf("add photos to request %s: %w", request, err)
	}
	return nil
}

// ofItsDays refuses pictures that were taken or brought at another time than the project's.
func (r Request) ofItsDays(ctx context.Context, tx ConsentTx, photos []id.Photo) error {
	house, err := tx.Here(ctx)
	if err != nil {
		return err
	}
	days, err := tx.DaysOf(ctx, photos)
	if err != nil {
		return err
	}
	for _, photo := range photos {
		if !r.shows(days[photo], house) {
			return wrong("photos", "other_event", "R31")
		}
	}
	return nil
}

// Project is a request to which pictures may still be added.
type Project struct {
	ID        id.Request
	Title     string
	Reference string
}

// Projects lists the requests to which somebody may add pictures today, the latest first: their
// own, and all for the consent officers and the director. It is empty for who is no staff.
func (s *Consents) Projects(ctx context.Context, who actor.Actor) ([]Project, error) {
	var list []Project
	err := s.inTx(ctx, who.Tenant, func(tx ConsentTx) error {
		now := s.clock()
		who, err := housed(ctx, tx, who, now)
		if err != nil || !who.Roles.HasAny(staff...) {
			return err
		}
		asker := who.Person
		if who.Roles.HasAny(keepers...) {
			asker = id.Person{}
		}
		house, err := tx.Here(ctx)
		if err != nil {
			return err
		}
		today := civil(now, house.Calendar.Location())
		list, err = tx.Projects(ctx, asker, today, today.AddDate(0, 0, -settings.ProjectUpload.Of(house.Values).N))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list projects: %w", err)
	}
	return list, nil
}

// kept reads a request for somebody who looks after it: who asked and still works here,
// a consent officer, the director.
func kept(ctx context.Context, tx ConsentTx, who actor.Actor, request id.Request, now time.Time) (Request, actor.Actor, error) {
	who, err := housed(ctx, tx, who, now)
	if err != nil {
		return Request{}, who, err
	}
	r, err := tx.RequestOf(ctx, request)
	if err != nil {
		return Request{}, who, err
	}
	if !(ConsentDossier{Request: r, Roles: who.Roles}).keeps(who) {
		return Request{}, who, directory.ErrNotFound
	}
	return r, who, nil
}

// goOn promises that every text which waits for consent to a picture of the request is
// looked at again.
func goOn(ctx context.Context, tx ConsentTx, tenant id.Tenant, request id.Request, now time.Time) error {
	waiting, err := tx.Expecting(ctx, request)
	if err != nil {
		return err
	}
	for _, r := range waiting {
		m := outbox.Message{Tenant: tenant, Kind: outbox.CheckClearance, Subject: r.Revision.UUID, Version: r.Version, Due: now}
		if err := tx.Emit(ctx, m); err != nil {
			return err
		}
	}
	return nil
}
