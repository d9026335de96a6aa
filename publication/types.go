package publication

import (
	"slices"
	"time"

	"github.com/google/uuid"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// SpaceKind is what sort of place a space is.
type SpaceKind string

// The kinds of space.
const (
	Forum SpaceKind = "forum" // topics and replies
	Blog  SpaceKind = "blog"  // articles and comments
	Web   SpaceKind = "web"   // pages
)

// SpaceKinds lists the kinds of space.
func SpaceKinds() []SpaceKind { return []SpaceKind{Forum, Blog, Web} }

// AudienceKind is who may read a space, from the narrowest to the widest.
type AudienceKind string

// The kinds of audience.
const (
	ToGroup         AudienceKind = "group"
	ToEstablishment AudienceKind = "establishment"
	ToENT           AudienceKind = "ent"        // a named set of establishments
	ToPublicWeb     AudienceKind = "public_web" // anyone
)

// AudienceKinds lists the kinds of audience, the narrowest first.
func AudienceKinds() []AudienceKind {
	return []AudienceKind{ToGroup, ToEstablishment, ToENT, ToPublicWeb}
}

// Audience is who may read a space.
type Audience struct {
	Kind  AudienceKind
	Group id.Group // for ToGroup
	ENT   id.ENT   // for ToENT
}

// Reach ranks audiences: 0 for a group, 3 for the public web. The wider the
// audience, the sooner a human should look.
func (a Audience) Reach() int {
	for rank, kind := range AudienceKinds() {
		if kind == a.Kind {
			return rank
		}
	}
	return 0
}

// Space is a forum, a blog or a web page site.
type Space struct {
	ID          id.Space
	Tenant      id.Tenant
	Slug        string
	Title       string
	Description string
	Kind        SpaceKind
	Mode        workflow.Mode
	Audience    Audience
	Owner       id.Person // zero: nobody answers, and the space is frozen (R15)
	Backup      id.Person
	// PressDirector is who directs the publication of a pupils' paper (R14): a name, and who is
	// told, and no power. Zero where nobody was named.
	PressDirector id.Person
	Status        workflow.SpaceStatus
	Version       int64
	CreatedAt     time.Time
	Frozen        bool // an open freeze, or no owner
}

// press reports whether it is pupils' press that exists: what is to be created has
// nobody yet whom a change could silence (R14).
func (s Space) press() bool { return s.Mode == workflow.PupilPress && s.Status != workflow.NoSpace }

// Writable reports whether contributions may be submitted and published there now.
func (s Space) Writable() bool {
	return s.Status == workflow.SpaceOpen && !s.Frozen && !s.Owner.IsZero()
}

// Kind is what sort of thing a contribution is.
type Kind string

// The kinds of contribution.
const (
	Article  Kind = "article"
	Comment  Kind = "comment"
	Topic    Kind = "topic"
	Reply    Kind = "reply"
	Page     Kind = "page"
	Document Kind = "document" // files, with a few words; no other kind has them
	Profile  Kind = "profile"  // who somebody is: a title that is their name, a text, one portrait at most
)

// Kinds lists the kinds of contribution that can be written.
func Kinds() []Kind { return []Kind{Article, Comment, Topic, Reply, Page, Document, Profile} }

// In reports whether a space of that kind takes contributions of this kind.
func (k Kind) In(space SpaceKind) bool {
	switch k {
	case Article, Comment:
		return space == Blog
	case Topic, Reply:
		return space == Forum
	case Page:
		return space == Web
	case Document, Profile:
		return space == Blog || space == Web
	}
	return false
}

// Below is the kind of contribution that this one answers, if it answers any.
func (k Kind) Below() (Kind, bool) {
	switch k {
	case Comment:
		return Article, true
	case Reply:
		return Topic, true
	case Article, Topic, Page, Document, Profile:
		return "", false
	}
	return "", false
}

// Titled reports whether contributions of this kind have a title of their own.
func (k Kind) Titled() bool {
	return k == Article || k == Topic || k == Page || k == Document || k == Profile
}

// isWork reports whether contributions of this kind are works, in which those who made
// them hold rights (R36, R37): all but what is said in a conversation. A kind that nobody
// has thought of is one.
func (k Kind) isWork() bool { return k != Topic && k != Reply && k != Comment }

// Works lists the kinds of contribution that are works (R36, R37).
func Works() []Kind {
	return slices.DeleteFunc(Kinds(), func(k Kind) bool { return !k.isWork() })
}

// Contribution is what somebody writes into a space.
type Contribution struct {
	ID          id.Contribution
	Tenant      id.Tenant
	Space       id.Space
	Parent      id.Contribution // for a reply or a comment
	Kind        Kind
	Author      id.Person
	Byline      string
	Slug        string
	Life        workflow.Life
	Version     int64
	Number      int // of the last submitted revision
	Live        id.Revision
	PublishedAt time.Time // zero until it first went live
	CreatedAt   time.Time
	// WaitsForPhotos is the author's wish: true, and it appears when every picture is
	// clear; false, and it appears at once with the others' places held empty (R27).
	WaitsForPhotos bool
}

// Revision is one exact text of a contribution.
type Revision struct {
	ID           id.Revision
	Contribution id.Contribution
	Author       id.Person
	SuggestedBy  id.Person   // R18; zero unless a moderator wrote it
	Suggesters   []id.Person // who had suggested this exact text by the time it was submitted (R12)
	Status       workflow.Editorial
	Version      int64
	Number       int // 0 for a draft
	Title        string
	HTML         HTML
	Language     string
	Attributions []Attribution
	Pictures     []imageconsent.Picture // in the order of the text
	BasedOn      id.Revision            // for a derived one, whose approval it has
	Derivation   workflow.Action        // how it was derived from that one (R32); empty for a text of its own
	Sanitiser    string                 // the version of Sanitize that made HTML
	Hash         Hash                   // zero for a draft
	Mode         workflow.Mode
	PublishAt    time.Time // asked for by the author; zero means as soon as may be
	UpdatedAt    time.Time
	SubmittedAt  time.Time
	DecidedAt    time.Time
	ReviewedAt   time.Time // zero until a human let it stand
	RejectedBy   id.Person // who last rejected it; zero if nobody did
	Signed       bool      // the director signed this exact text for the public, and nothing has taken that back (R11)
	Severity     workflow.Severity
	TargetAt     time.Time
}

// PromptedBy reports whether somebody had suggested this exact text before it was
// submitted: by a suggestion that the author took, or typed again (R12, R18).
func (r Revision) PromptedBy(who actor.Actor) bool {
	return who.Is(r.SuggestedBy) || slices.ContainsFunc(r.Suggesters, who.Is)
}

// Hold is one reason why something is not visible, or not writable.
type Hold struct {
	ID        id.Hold
	On        workflow.HoldOn
	Target    uuid.UUID // the contribution or the space
	Own       bool      // on the contribution itself, not on what it is in
	Kind      workflow.HoldKind
	Version   int64
	Sealed    bool
	Until     time.Time
	PlacedAt  time.Time
	PlacedBy  id.Person
	Ground    workflow.Ground
	Reason    string
	Reference string
	Case      id.Case // that placed it; zero for none
	Hushed    bool    // by an order of which nobody is to be told yet (R48)
}

// Writer is what deciding needs to know of a contribution's author.
type Writer struct {
	Person      directory.Person
	Profile     directory.Profile
	Standing    directory.Standing
	BriefedAt   time.Time // zero when the briefing was never read
	InAudience  bool      // belongs to the group that the space is for
	Submissions int       // in the hour before now (R20)
}
