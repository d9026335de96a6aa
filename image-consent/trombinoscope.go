package imageconsent

import (
	"context"
	"fmt"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// Classmate is somebody of a group, as whoever makes its trombinoscope sees them.
type Classmate struct {
	Person    id.Person
	Name      string
	Pupil     bool // or one of the staff
	Consent   id.Consent
	Status    workflow.ConsentStatus // of the latest consent that was asked for this use; empty: nobody was asked
	Request   id.Request             // which asked for it
	TakenFrom time.Time              // its days
	TakenTo   time.Time
	Late      bool      // their portrait is of other days than they were asked for, and needs another consent (R31)
	Waiting   []string  // whose answer is missing, by name
	Decided   time.Time // when it was answered last; zero while it is not
	Resting   bool      // they said no lately, and are not asked again yet (R33)
	Covered   bool      // somebody may see their portrait now, if there is one
	OnPaper   Asking    // for the printed trombinoscope
	Portrait
}

// Asking is where what somebody was asked for stands.
type Asking struct {
	Status  workflow.ConsentStatus // empty: nobody was asked
	Request id.Request
	Decided time.Time
	Resting bool // as of a Classmate
}

// Portrait is the last picture that somebody took of a classmate for the trombinoscope.
// The zero Portrait is none.
type Portrait struct {
	Photo   id.Photo
	Status  workflow.PhotoStatus
	Version int64
	Problem Problem // why it is spoiled
	Days
	Joined bool // it is one of the pictures of the latest request
	Alone  bool // nobody else is in it, as far as anybody has said or the machine has counted
}

// Confirmable reports whether all that is missing is that somebody looks at it, and says
// that it shows this person and nobody else.
func (p Portrait) Confirmable() bool { return p.Status == workflow.Unidentified && p.Alone }

// Album is a group's trombinoscope in the making.
type Album struct {
	Group   id.Group
	Name    string
	Members []Classmate // pupils first, by name
	Staff   bool        // whoever reads it is one of the group's staff
	Readers Audience    // for whom it is made
	Pending bool        // a portrait is being prepared
}

// TrombinoscopeTx is what making a trombinoscope does inside a transaction.
type TrombinoscopeTx interface {
	PhotoTx
	ConsentTx
	// Album reads a group with the portraits that somebody took for it and the consents
	// to its trombinoscope for an audience, or answers [directory.ErrNotFound].
	Album(ctx context.Context, group id.Group, readers Audience, who id.Person, now time.Time) (Album, error)
	// PortraitSeries finds somebody's series of portraits of a group, or begins it.
	PortraitSeries(ctx context.Context, s Series) (id.Series, error)
}

// TrombinoscopesConfig is what a Trombinoscopes is made of. Every field is required.
type TrombinoscopesConfig struct {
	InTx     func(ctx context.Context, tenant id.Tenant, do func(TrombinoscopeTx) error) error
	Photos   *Photos
	Consents *Consents
	Clock    func() time.Time
}

// Trombinoscopes makes the trombinoscopes of groups: takes portraits in, each of one
// person, and asks for what they need, which is a purpose of its own (R35). What is seen
// of them is the reading door's affair.
type Trombinoscopes struct{ TrombinoscopesConfig }

// NewTrombinoscopes returns the service of trombinoscopes.
func NewTrombinoscopes(cfg TrombinoscopesConfig) *Trombinoscopes { return &Trombinoscopes{cfg} }

// Album reads a trombinoscope in the making, for the group's staff, the consent officers
// and the director. The error of anybody else is [directory.ErrNotFound].
func (s *Trombinoscopes) Album(ctx context.Context, who actor.Actor, group id.Group) (Album, error) {
	var album Album
	err := s.making(ctx, who, group, func(_ TrombinoscopeTx, a Album, _ actor.Actor, _ time.Time) error {
		album = a
		return nil
	})
	if err != nil {
		return Album{}, fmt.Errorf("album of %s: %w", group, err)
	}
	return album, nil
}

// making opens a group's album for somebody who may make its trombinoscope.
func (s *Trombinoscopes) making(ctx context.Context, who actor.Actor, group id.Group, do func(TrombinoscopeTx, Album, actor.Actor, time.Time) error) error {
	return s.InTx(ctx, who.Tenant, func(tx TrombinoscopeTx) error {
		now := s.Clock()
		who, err := housed(ctx, tx, who, now)
		if err != nil {
			return err
		}
		house, err := tx.Here(ctx)
		if err != nil {
			return err
		}
		album, err := tx.Album(ctx, group, Audience(settings.TrombinoscopeReaders.Of(house.Values)), who.Person, now)
		if err != nil {
			return err
		}
		for i := range album.Members {
			m := &album.Members[i]
			m.Late = !m.Photo.IsZero() && !m.Joined && !m.Request.IsZero() && !(Request{TakenFrom: m.TakenFrom, TakenTo: m.TakenTo}).shows(m.Days, house)
			rests := func(status workflow.ConsentStatus, decided time.Time) bool {
				return (status == workflow.Refused || status == workflow.Revoked) && house.Calendar.Add(decided, settings.ConsentRest.Of(house.Values)).After(now)
			}
			m.Resting, m.OnPaper.Resting = rests(m.Status, m.Decided), rests(m.OnPaper.Status, m.OnPaper.Decided)
		}
		album.Staff = slices.ContainsFunc(album.Members, func(m Classmate) bool { return !m.Pupil && who.Is(m.Person) })
		if !who.Roles.HasAny(keepers...) && !(album.Staff && who.Roles.Has(actor.Staff)) {
			return directory.ErrNotFound
		}
		return do(tx, album, who, now)
	})
}

// PortraitInput is a picture of one person.
type PortraitInput struct {
	Of   id.Person
	Name string // of the file
	Data []byte
}

// Add takes a portrait in. Whoever brings it says whom it shows; that it shows nobody else
// is for Confirm, once it is prepared. The errors are those of [Photos.Upload],
// [directory.ErrNotFound], and a [FieldError] for somebody who is not in the group.
func (s *Trombinoscopes) Add(ctx context.Context, who actor.Actor, group id.Group, in PortraitInput) (id.Photo, error) {
	var series id.Series
	err := s.making(ctx, who, group, func(tx TrombinoscopeTx, a Album, who actor.Actor, now time.Time) (err error) {
		if !slices.ContainsFunc(a.Members, func(m Classmate) bool { return m.Person == in.Of }) {
			return wrong("person", "unknown", "R35")
		}
		series, err = tx.PortraitSeries(ctx, Series{ID: id.New[id.Series](), Title: "Trombinoscope " + a.Name, By: who.Person, Group: group, CreatedAt: now})
		return err
	})
	if err != nil {
		return id.Photo{}, fmt.Errorf("portrait for %s: %w", group, err)
	}
	return s.Photos.Upload(ctx, who, Upload{Name: in.Name, Data: in.Data, Series: series, of: in.Of})
}

// Confirm declares of portraits that each shows the person named and nobody else (R27),
// and puts them to what was asked for that person, if they are of its days. Portraits that
// are not ready for that are passed over. The errors are [directory.ErrNotFound] and a [workflow.Refusal].
func (s *Trombinoscopes) Confirm(ctx context.Context, who actor.Actor, group id.Group, photos []id.Photo) error {
	err := s.making(ctx, who, group, func(tx TrombinoscopeTx, a Album, who actor.Actor, now time.Time) error {
		batch := new(workflow.Batch)
		for _, m := range a.Members {
			if !m.Confirmable() || !slices.Contains(photos, m.Photo) {
				continue
			}
			d, err := tx.PhotoDossier(ctx, m.Photo, who.Person, now)
			if err != nil {
				return err
			}
			c := workflow.Command{Action: workflow.Identify, Actor: who.As(d.Roles), Version: m.Version}
			change, err := workflow.PhotoTable.Decide(d.subject(), d.facts(), c, now)
			if err != nil {
				return err
			}
			if err := tx.PutIdentified(ctx, m.Photo, who.Person, now); err != nil {
				return err
			}
			batch.Photo(change)
			for _, request := range m.requests() {
				if err := m.join(ctx, tx, who, request, now); err != nil {
					return err
				}
			}
		}
		return workflow.Commit(ctx, tx, batch)
	})
	if err != nil {
		return fmt.Errorf("confirm portraits of %s: %w", group, err)
	}
	return nil
}

// requests are those by which somebody was asked for the trombinoscope, each once.
func (m Classmate) requests() []id.Request {
	asked := []id.Request{m.Request, m.OnPaper.Request}
	if m.Request == m.OnPaper.Request {
		asked = asked[:1]
	}
	return slices.DeleteFunc(asked, id.Request.IsZero)
}

// join adds a portrait to a request by which its person was asked, for it and for those to
// come, if it is of the request's days (R31).
func (m Classmate) join(ctx context.Context, tx TrombinoscopeTx, who actor.Actor, request id.Request, now time.Time) error {
	r, err := tx.RequestOf(ctx, request)
	if err != nil {
		return err
	}
	house, err := tx.Here(ctx)
	if err != nil || !r.ToCome || !now.Before(r.Valid.Until) || !r.shows(m.Days, house) {
		return err
	}
	if err := tx.InsertRequestPhotos(ctx, r.ID, []id.Photo{m.Photo}); err != nil {
		return err
	}
	return tx.Record(ctx, audit.Act(who, ActAddPhotos, audit.Subject{Kind: "consent_request", ID: r.ID.UUID}, "R35", now))
}

// Ask asks everybody of the group who was not asked yet, whose consent has ended, or whose
// portrait is of other days than they agreed to (R31), for their portrait in the
// trombinoscope, and if so told on its paper. Portraits that are there are put to it, and
// those to come may be. The errors are those of [Consents.Ask]; where nobody is left to ask
// it is a [FieldError].
func (s *Trombinoscopes) Ask(ctx context.Context, who actor.Actor, group id.Group, onPaper bool) (Preview, error) {
	var in AskInput
	err := s.making(ctx, who, group, func(tx TrombinoscopeTx, a Album, _ actor.Actor, now time.Time) error {
		house, err := tx.Here(ctx)
		in = a.request(house, onPaper, now)
		return err
	})
	if err == nil && len(in.Persons) == 0 {
		err = wrong("persons", "asked_already", "R35")
	}
	if err != nil {
		return Preview{}, fmt.Errorf("ask for the trombinoscope of %s: %w", group, err)
	}
	return s.Consents.Ask(ctx, who, in)
}

// AskForPaper asks those who were asked for their portrait on screen, and not for it on
// paper, for that alone: a request of its own, which changes nothing that was answered. The
// errors are those of Ask.
func (s *Trombinoscopes) AskForPaper(ctx context.Context, who actor.Actor, group id.Group) (Preview, error) {
	var in AskInput
	err := s.making(ctx, who, group, func(tx TrombinoscopeTx, a Album, _ actor.Actor, now time.Time) error {
		house, err := tx.Here(ctx)
		in = a.paperRequest(house, now)
		return err
	})
	if err == nil && len(in.Persons) == 0 {
		err = wrong("persons", "asked_already", "R35")
	}
	if err != nil {
		return Preview{}, fmt.Errorf("ask for the printed trombinoscope of %s: %w", group, err)
	}
	return s.Consents.Ask(ctx, who, in)
}

// paperRequest is what families are asked for where only paper is left to ask for.
func (a Album) paperRequest(house directory.House, now time.Time) AskInput {
	in := a.draft(house, now)
	in.Title, in.Operations = "Trombinoscope imprimé de "+a.Name, []string{"Impression du trombinoscope"}
	in.Uses = []UseInput{{Print: true, Trombinoscope: a.Group, Media: []Medium{Image}}}
	in.of(a.Members, Classmate.AskableForPaper)
	return in
}

// request is what families are asked for.
func (a Album) request(house directory.House, onPaper bool, now time.Time) AskInput {
	in := a.draft(house, now)
	if onPaper {
		in.Operations = append(in.Operations, "Impression du trombinoscope")
		in.Uses = append(in.Uses, UseInput{Print: true, Trombinoscope: a.Group, Media: []Medium{Image}})
	}
	in.of(a.Members, Classmate.Askable)
	return in
}

// draft is what every request for a trombinoscope says, of nobody yet.
func (a Album) draft(house directory.House, now time.Time) AskInput {
	from := a.since(house, now)
	return AskInput{
		Title: "Trombinoscope de " + a.Name, Nature: "Un portrait, avec le nom",
		Purpose: "Permettre aux adultes de l’établissement de connaître le visage et le nom de chacun", Place: house.Tenant.Name,
		TakenFrom: from, TakenTo: from.AddDate(0, 0, settings.ProjectLongest.Of(house.Values).N-1), Operations: []string{"Affichage dans le trombinoscope"}, Territory: "France", ToCome: true,
		Uses: []UseInput{{Trombinoscope: a.Group, Media: []Medium{Image}}},
	}
}

// of is of those members whom it may be asked of, with their portraits.
func (in *AskInput) of(members []Classmate, askable func(Classmate) bool) {
	for _, m := range members {
		if !askable(m) {
			continue
		}
		in.Persons = append(in.Persons, m.Person)
		if m.Portrait.Status == workflow.Identified && m.Alone {
			in.Photos = append(in.Photos, m.Photo)
		}
	}
}

// since is the first of the days that families are asked for: today, or that on which a
// portrait was taken that waits for them, where today is still within one event of it (R31).
func (a Album) since(house directory.House, now time.Time) time.Time {
	zone := house.Calendar.Location()
	today := civil(now, zone)
	first := today.AddDate(0, 0, 1-settings.ProjectLongest.Of(house.Values).N)
	from := today
	for _, m := range a.Members {
		day := m.Taken
		if day.IsZero() {
			day = civil(m.Uploaded, zone)
		}
		if m.Askable() && !m.Photo.IsZero() && day.Before(from) && !day.Before(first) {
			from = day
		}
	}
	return from
}

// Askable reports whether there is neither an answer that stands nor one to wait for, for the
// portrait that is there.
// Whoever said no is asked again when they have rested (R33).
func (m Classmate) Askable() bool {
	late := m.Late && m.Portrait.Status == workflow.Identified && m.Alone
	return !m.Resting && (late || !stands(m.Status))
}

// AskableForPaper reports the same of the printed trombinoscope, of who was asked for the
// other: who was not is asked for both together.
func (m Classmate) AskableForPaper() bool {
	return stands(m.Status) && !m.OnPaper.Resting && !stands(m.OnPaper.Status)
}

// stands reports whether there is an answer that holds, or one to wait for.
func stands(status workflow.ConsentStatus) bool {
	switch status {
	case workflow.Asked, workflow.Granted:
		return true
	case workflow.NoConsent, workflow.ExpiredConsent, workflow.SupersededConsent, workflow.Refused, workflow.Revoked:
	}
	return false
}

// alone finds who is in a picture by themselves, and whether they can be made out.
func (p Picture) alone() (Depiction, bool) {
	var sole []Depiction
	for _, d := range p.Depictions {
		if d.Outcome != NotAFace {
			sole = append(sole, d)
		}
	}
	if len(sole) != 1 || sole[0].Outcome != IsPerson || slices.Contains(p.Rendition.Blurred, sole[0].ID) {
		return Depiction{}, false
	}
	return sole[0], true
}

// PortraitOf judges whether a picture may be shown as the portrait of somebody, for the
// use, at a moment: they are alone in it, can be made out, and it is clear. It agrees with
// the view of the reading door.
func PortraitOf(p Picture, person id.Person, use Use, at time.Time) bool {
	d, alone := p.alone()
	return p.Form() == OfPicture && alone && d.Person == person && Clearance(p, use, at).Clear()
}

// named gives the depictions that a prepared picture begins with: the boxes that the
// machine has found, and whom it was said to show. One box alone is theirs.
func named(boxes []Depiction, said []Depiction) []Depiction {
	for _, d := range said {
		if len(said) == 1 && len(boxes) == 1 {
			boxes[0].Outcome, boxes[0].Person, boxes[0].Media = d.Outcome, d.Person, d.Media
			return boxes
		}
		boxes = append(boxes, d)
	}
	return boxes
}

// whom is what an upload says of who is in it.
func (in Upload) whom(photo id.Photo) []Depiction {
	if in.of.IsZero() {
		return nil
	}
	return []Depiction{{ID: id.New[id.Depiction](), Photo: photo, Outcome: IsPerson, Person: in.of, Media: []Medium{Image}}}
}
