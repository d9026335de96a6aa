package imageconsent

import (
	"context"
	"io"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// Photo is a picture that somebody has uploaded, or a file of another form: to all that
// guards a picture, it is one.
type Photo struct {
	ID           id.Photo
	Tenant       id.Tenant
	Uploader     id.Person
	Series       id.Series // zero: by itself
	Status       workflow.PhotoStatus
	Version      int64
	Name         string // of the file, as it was given
	Format       string // as it was sniffed
	Bytes        int64
	Width        int // upright; 0 for what is no picture
	Height       int
	TakenOn      time.Time // the day that the file says it was taken, at midnight UTC; zero where it says none. Told to nobody
	Original     string    // its file; empty when erased
	SHA256       [32]byte  // of the original
	Likeness     []byte    // what near-duplicates have in common; nil until it is prepared
	Faces        int       // counted by the machine, which recognises nobody; -1 until then
	Problem      Problem   // why it is spoiled
	Current      id.Rendition
	CreatedAt    time.Time
	IdentifiedAt time.Time
	IdentifiedBy id.Person
}

// Form is what the photo is to who receives it.
func (p Photo) Form() Form { return FormOf(p.Format) }

// Problem is what is wrong with a file. Codes are stable, in message catalogues.
type Problem string

// What may be wrong with a file (R20).
const (
	UnknownType   Problem = "not_a_picture"
	Unsupported   Problem = "unsupported"
	TooManyBytes  Problem = "too_many_bytes"
	TooManyPixels Problem = "too_many_pixels"
	Damaged       Problem = "damaged"
	SomethingElse Problem = "something_else" // two files in one
	NotTaken      Problem = "file_type"      // not of a type that is taken
	APicture      Problem = "a_picture"      // where files are taken
	OldOffice     Problem = "old_office"     // of the binary kind, which may hold macros
	Acting        Problem = "acting"         // macros, scripts, programs, files in a file
	Locked        Problem = "locked"         // encrypted
	Unpacks       Problem = "unpacks"        // to far more than it is
	Infected      Problem = "infected"       // says the scanner
)

// Problems lists what may be wrong with a file.
func Problems() []Problem {
	return []Problem{UnknownType, Unsupported, TooManyBytes, TooManyPixels, Damaged, SomethingElse, NotTaken, APicture, OldOffice, Acting, Locked, Unpacks, Infected}
}

// Size names a derived picture, or a file as it is.
type Size string

// The sizes.
const (
	Thumbnail Size = "thumbnail"
	Standard  Size = "standard"
	Double    Size = "double" // absent where the photo is not larger than the standard
	AsItIs    Size = "file"   // of what is no picture, and the only one that it has
)

// Sizes lists the sizes of pictures, the smallest first, then a file as it is.
func Sizes() []Size { return []Size{Thumbnail, Standard, Double, AsItIs} }

// File is one derived picture in the store, or a file as it is.
type File struct {
	Size   Size
	Format string // of the photo
	Name   string // in the store
	Bytes  int64
	Width  int
	Height int
	SHA256 [32]byte
}

// MediaType is the type that the file is served as.
func (f File) MediaType() string {
	if f.Size == AsItIs {
		return MediaType(f.Format)
	}
	return MediaType("")
}

// Drawn is one derived picture, still in memory: a JPEG that holds pixels and nothing else.
type Drawn struct {
	Size   Size
	Width  int
	Height int
	JPEG   []byte
}

// Files is where pictures are kept. Names are opaque; deleting what is missing is no
// error, and reading it is.
type Files interface {
	Put(ctx context.Context, name string, data io.Reader) error
	Get(ctx context.Context, name string) (io.ReadCloser, error)
	Delete(ctx context.Context, name string) error
}

// Seen is what the bytes of a picture say of it.
type Seen struct {
	Format string
	Width  int // upright
	Height int
	Taken  time.Time // the day that it says it was taken, at midnight UTC; zero where it says none
}

// Prepared is what is made of an uploaded picture.
type Prepared struct {
	Pictures []Drawn
	Boxes    []Box // where there might be faces
	Likeness []byte
}

// Imaging does what is done to the bytes of pictures. An error that a user can do
// something about is a [ProblemError].
type Imaging interface {
	// Inspect reads type and size without decoding.
	Inspect(data []byte, maxBytes, maxPixels int) (Seen, error)
	// Prepare derives the plain pictures, finds faces and takes the likeness.
	Prepare(ctx context.Context, data []byte, maxPixels int) (Prepared, error)
	// Blur derives the pictures with these boxes blurred, so that it cannot be undone.
	Blur(ctx context.Context, data []byte, maxPixels int, boxes []Box) ([]Drawn, error)
	// Alike reports whether two likenesses are of the same picture, resized or retouched.
	Alike(a, b []byte) bool
}

// Scanner looks for what is known to be harmful. A scan that comes to no answer is an
// error, and says nothing about the file.
type Scanner interface {
	// Scan gives the name of what was found; empty where nothing was.
	Scan(ctx context.Context, r io.Reader) (string, error)
}

// ProblemError says what is wrong with a file.
type ProblemError struct {
	Problem Problem
	Err     error
}

// Error states the problem for a log.
func (e *ProblemError) Error() string { return string(e.Problem) + ": " + e.Err.Error() }

// Unwrap gives the cause.
func (e *ProblemError) Unwrap() error { return e.Err }

// PhotoDossier is a photo with all that acting on it needs to know.
type PhotoDossier struct {
	Photo      Photo
	Depictions []Depiction
	Names      map[id.Person]string // of who is named in it
	Renditions []Rendition
	House      directory.House
	Roles      actor.Roles // of whoever acts; those of a space which shows it included
	Concerned  bool        // they are in it, or a guardian of somebody who is, and were asked for consent
	Standing   directory.Standing
	Pupil      bool // the uploader is one
	Recent     int  // uploads of the uploader in the hour before now (R20)
	Used       bool // a revision that is live or on its way shows it
	Holds      []PhotoHold
	// Sealed are the renditions with which texts were sealed that whoever acts answers for.
	Sealed []id.Rendition
	Kept   bool // by a case, as evidence, at the moment of reading (R63)
}

// PhotoHold is an open hold on a photo.
type PhotoHold struct {
	ID       id.Hold
	Kind     workflow.HoldKind
	Version  int64
	Sealed   bool
	PlacedAt time.Time
	Ground   workflow.Ground
	Reason   string
	// ByMachine says that nobody has looked yet: the photo resembles one that is held.
	ByMachine bool
	Case      id.Case // that placed it; zero for none
	Hushed    bool    // by an order of which nobody is to be told yet (R48)
}

// KnownTo is the dossier as whoever it was read for may know it: who does not hear of an order while
// its authority wants silence sees in its place what an interim mask looks like (R48). A zero person
// is the machine.
func (d PhotoDossier) KnownTo(who id.Person) PhotoDossier {
	if who.IsZero() || workflow.HearsOrders(d.Roles) && who != d.Photo.Uploader {
		return d
	}
	d.Holds = slices.Clone(d.Holds)
	for i, h := range d.Holds {
		if h.Hushed {
			h.Kind, h.Reason, h.ByMachine, h.Hushed = workflow.MaskHold, workflow.InterimText, true, false
			d.Holds[i] = h
		}
	}
	return d
}

// sealed reports whether nobody may look any more (R50).
func (d PhotoDossier) sealed() bool {
	for _, hold := range d.Holds {
		if hold.Sealed {
			return true
		}
	}
	return false
}

// hidden reports whether a hold takes the photo from its readers.
func (d PhotoDossier) hidden() bool {
	return slices.ContainsFunc(d.Holds, func(h PhotoHold) bool { return h.Kind.Hides() })
}

// VisibleTo reports whether the actor may know of the photo on its working side: its
// uploader, whoever answers for a text that shows it, the consent officers, the
// director, and, unless a hold hides it, who was asked for consent to it.
func (d PhotoDossier) VisibleTo(who actor.Actor) bool {
	if who.Kind == actor.KindSystem {
		return true
	}
	return !d.sealed() && (d.works(who) || d.Concerned && !d.hidden())
}

// works reports whether the actor may do something with the photo.
func (d PhotoDossier) works(who actor.Actor) bool {
	return who.Is(d.Photo.Uploader) || d.Roles.HasAny(actor.Officer, actor.Director, actor.Moderator, actor.Owner, actor.Backup)
}

// shows reports whether the actor, to whom the photo is visible, may look at it as this
// rendition: everybody at the current one; whose texts were sealed with another, at that;
// the uploader, the consent officers and the director at each.
func (d PhotoDossier) shows(who actor.Actor, r id.Rendition) bool {
	return r.IsZero() || r == d.Photo.Current || who.Is(d.Photo.Uploader) || d.Roles.HasAny(keepers...) || slices.Contains(d.Sealed, r)
}

func (d PhotoDossier) subject() workflow.Subject[workflow.PhotoStatus] {
	return workflow.Subject[workflow.PhotoStatus]{
		ID: d.Photo.ID.UUID, Tenant: d.Photo.Tenant, Version: d.Photo.Version, Status: d.Photo.Status, Hash: d.Photo.SHA256[:],
	}
}

// PhotoTx is what the service of photos does inside a transaction.
type PhotoTx interface {
	Tx
	// NewPhoto reads what an upload by somebody needs: a dossier without a photo.
	NewPhoto(ctx context.Context, who id.Person, now time.Time) (PhotoDossier, error)
	// LockUploads keeps other uploads of somebody's waiting until the transaction ends: what
	// NewPhoto counts then is all that there is (R20).
	LockUploads(ctx context.Context, who id.Person) error
	// PhotoDossier locks a photo and reads it with what acting on it needs, or answers
	// [directory.ErrNotFound].
	PhotoDossier(ctx context.Context, photo id.Photo, who id.Person, now time.Time) (PhotoDossier, error)
	// InsertPhoto adds a photo that no status makes real yet.
	InsertPhoto(ctx context.Context, p Photo) error
	// InsertSeries adds a series of photos.
	InsertSeries(ctx context.Context, s Series) error
	// SeriesOf finds a series that somebody began, or answers [directory.ErrNotFound].
	SeriesOf(ctx context.Context, series id.Series, who id.Person) (Series, error)
	// SeriesBy lists the series that somebody began, the newest first.
	SeriesBy(ctx context.Context, who id.Person) ([]Series, error)
	// PutPrepared keeps what the worker has found in a photo; -1 faces where none were
	// looked for.
	PutPrepared(ctx context.Context, photo id.Photo, likeness []byte, faces int, problem Problem) error
	// PutRendition adds a rendition, which becomes the photo's current one.
	PutRendition(ctx context.Context, photo id.Photo, r Rendition, files []File, now time.Time) error
	// SetCurrent makes a rendition the photo's current one.
	SetCurrent(ctx context.Context, photo id.Photo, rendition id.Rendition) error
	// PutDepictions replaces who is in a photo.
	PutDepictions(ctx context.Context, photo id.Photo, depictions []Depiction) error
	// PutIdentified keeps who declared completely who is in a photo.
	PutIdentified(ctx context.Context, photo id.Photo, by id.Person, at time.Time) error
	// Belongs reports whether an outsider's address is somebody's of the establishment, or
	// their name a pupil's.
	Belongs(ctx context.Context, o Outsider) (bool, error)
	// AdmitOutsider adds somebody from outside to the establishment's directory.
	AdmitOutsider(ctx context.Context, person id.Person, o Outsider) error
	// Declined lists those in a photo who were asked for consent to it and said no, or
	// took it back, and are not covered for any use of it.
	Declined(ctx context.Context, photo id.Photo, now time.Time) ([]id.Person, error)
	// Photos lists what somebody uploaded, or a series, the newest first.
	Photos(ctx context.Context, f PhotoFilter) ([]Photo, error)
	// PhotoUses lists the texts that show a photo: live, or on their way to be. Those that
	// somebody may not read are elsewhere: what is live, its readers do; what is not, its
	// author and who answers for its space.
	PhotoUses(ctx context.Context, photo id.Photo, who id.Person, now time.Time) ([]PhotoUse, error)
	// Resembling locks the tenant's likenesses until the transaction ends, and then lists the
	// photos with an open hold, or those without, whose likeness is alike.
	Resembling(ctx context.Context, held bool, alike func(likeness []byte) bool) ([]id.Photo, error)
	// PhotoFile finds a derived picture of a photo's rendition; the zero rendition is the
	// current one. A double that was not made is the standard.
	PhotoFile(ctx context.Context, photo id.Photo, rendition id.Rendition, size Size) (File, error)
	// FilesOf lists all files of a photo, the original included.
	FilesOf(ctx context.Context, photo id.Photo) ([]string, error)
	// ForgetOriginal forgets where the bytes of a photo were that nobody may have.
	ForgetOriginal(ctx context.Context, photo id.Photo) error
	// EraseFiles forgets a photo's renditions, boxes and original.
	EraseFiles(ctx context.Context, photo id.Photo) error
}

// PhotoTransactions opens a transaction in a tenant and commits it when do returns nil.
type PhotoTransactions func(ctx context.Context, tenant id.Tenant, do func(PhotoTx) error) error

// PhotoFilter chooses photos.
type PhotoFilter struct {
	Uploader id.Person // zero: anybody's
	Series   id.Series // zero: all
	Before   id.Photo  // a place in the list, which runs from the newest on; zero: its beginning
	Limit    int
}

// Series is a set of photos of one occasion.
type Series struct {
	ID        id.Series
	Title     string
	By        id.Person
	Group     id.Group // whose portraits they are; zero for any other occasion
	CreatedAt time.Time
}

// Outsider is somebody whom the directory does not know, by name and e-mail. They answer
// for themselves: a minor from outside is blurred.
type Outsider struct {
	GivenName  string
	FamilyName string
	Email      string
}
