package imageconsent

import (
	"crypto/sha256"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// Request asks for consent, for one project (R28, R31). What was sent never changes.
type Request struct {
	ID          id.Request
	Tenant      id.Tenant
	Title       string // of the project
	Beneficiary string
	Nature      string // what is shown
	Purpose     string
	Place       string
	TakenFrom   time.Time // days, at midnight UTC
	TakenTo     time.Time
	Operations  []string
	Territory   string
	Valid       Period
	ToCome      bool // pictures of the project's days may join it, once they are taken
	Lines       []Line
	Class       string  // the group whose trombinoscope is asked for; empty for any other purpose
	Places      []Place // of its lines
	Photos      []id.Photo
	Files       map[id.Photo]string // the format of those that are no pictures
	Body        string              // the text that is signed, as it was sent
	Hash        [32]byte            // SHA-256 of Body
	Reference   string              // on paper
	AskedBy     id.Person
	Asker       string // their name
	AskedAt     time.Time
}

// place finds where a line shows pictures; none for print and for a trombinoscope.
func (r Request) place(l Line) (Place, bool) {
	for _, p := range r.Places {
		if p.Space == l.Space && !l.Space.IsZero() {
			return p, true
		}
	}
	return Place{}, false
}

// Place is a space that pictures may be shown in, with its audience as it is.
type Place struct {
	Space     id.Space
	Title     string
	Slug      string
	Kind      string
	Open      bool
	Audience  Audience
	Group     id.Group
	GroupName string
	ENT       id.ENT
	ENTName   string
	// Reach are the establishments of the ENT, by name: those that it has when they are asked
	// for, and no other (R28).
	Reach []Establishment
}

// Establishment is one whose people see what an ENT does.
type Establishment struct {
	ID   id.Tenant
	Name string
}

// Reach is whose people see what a line shows, of an ENT; nil for any other audience.
func (r Request) Reach(l Line) []id.Tenant {
	place, found := r.place(l)
	if !found || l.Audience != ToENT {
		return nil
	}
	list := make([]id.Tenant, len(place.Reach))
	for i, one := range place.Reach {
		list[i] = one.ID
	}
	return list
}

// use is the exact use of a picture in the place.
func (p Place) use() Use {
	return Use{Audience: p.Audience, Group: p.Group, ENT: p.ENT, Space: p.Space}
}

// complete reports whether the request says all that a consent must say (R28), for one
// project and a bounded time (R31).
func (r Request) complete() bool {
	said := true
	for _, text := range []string{r.Title, r.Beneficiary, r.Nature, r.Purpose, r.Place, r.Territory, r.Body, r.Reference} {
		said = said && text != ""
	}
	return said && len(r.Operations) > 0 && len(r.Lines) > 0 && !r.TakenFrom.IsZero() && !r.TakenTo.Before(r.TakenFrom) &&
		(r.ToCome || len(r.Photos) > 0) && r.Valid.Until.After(r.Valid.From) && r.Hash == sha256.Sum256([]byte(r.Body))
}

// Days are when a picture was taken, as far as its file says, and when it was brought.
type Days struct {
	Taken    time.Time // at midnight UTC; zero where the file says nothing
	Uploaded time.Time
}

// shows reports whether a picture is of the project's event, as far as anybody can tell: its
// file says no other day, and it was brought on one of the event's days or soon after (R31).
func (r Request) shows(d Days, house directory.House) bool {
	brought := civil(d.Uploaded, house.Calendar.Location())
	late := r.TakenTo.AddDate(0, 0, settings.ProjectUpload.Of(house.Values).N)
	if brought.Before(r.TakenFrom) || brought.After(late) {
		return false
	}
	return d.Taken.IsZero() || !d.Taken.Before(r.TakenFrom) && !d.Taken.After(r.TakenTo)
}

// civil is the day of a moment somewhere, at midnight UTC.
func civil(at time.Time, zone *time.Location) time.Time {
	year, month, day := at.In(zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// facts are what the machine asks of a request that is sent.
func (r Request) facts(rested bool) workflow.ConsentFacts {
	return workflow.ConsentFacts{Complete: r.complete(), Rested: rested}
}
