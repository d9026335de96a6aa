package workflow

import (
	"imprimatur/internal/actor"
	"imprimatur/internal/outbox"
)

// Life is whether a contribution's texts are still kept.
type Life string

// The lives of a contribution.
const (
	Kept Life = "kept" // its texts are there
	Gone Life = "gone" // nobody; its texts were purged, the trail and a tombstone stay
)

// Lives lists the lives of a contribution.
func Lives() []Life { return []Life{Kept, Gone} }

// Purge removes a contribution's texts for good.
const Purge Action = "purge"

// LifeFacts is what a purge needs to know. Zero facts allow none.
type LifeFacts struct {
	Mode      Mode // of the space
	Hidden    bool // no reader sees it: archived, withdrawn or never published
	Settled   bool // no text of it is on its way: that one is approved, refused or abandoned, never purged
	Unblocked bool // no authority's order holds it (R48)
	FreeToGo  bool // nothing keeps it as evidence: no hold, no decision that can be appealed, no retention (R45, R63)
	PutAway   bool // its author archived it
}

func (f LifeFacts) press() bool { return f.Mode == PupilPress }

var (
	lifeOnPress    = When[LifeFacts]{"pupils' press", LifeFacts.press}
	lifeNotOnPress = When[LifeFacts]{"not pupils' press", func(f LifeFacts) bool { return !f.press() }}
)

var (
	purgeNeeds = []Need[LifeFacts]{
		proof("hidden", "R63", func(f LifeFacts) bool { return f.Hidden }),
		proof("settled", "R12", func(f LifeFacts) bool { return f.Settled }),
		proof("unblocked", "R48", func(f LifeFacts) bool { return f.Unblocked }),
		proof("no_legal_hold", "R63", func(f LifeFacts) bool { return f.FreeToGo }),
	}
	// What the head may not forbid may not be made to disappear either (R14).
	pressPurgeNeeds = append([]Need[LifeFacts]{proof("put_away", "R14", func(f LifeFacts) bool { return f.PutAway })}, purgeNeeds...)
)

// LifeTable is the machine of a contribution's life.
var LifeTable = Table[Life, LifeFacts]{Name: "contribution", Rules: []Rule[Life, LifeFacts]{
	{From: Kept, Action: Purge, When: lifeNotOnPress, To: Gone, Roles: byHead, Needs: purgeNeeds, Reason: NeedText},
	{From: Kept, Action: Purge, When: lifeOnPress, To: Gone, Roles: byHead, Needs: pressPurgeNeeds, Reason: NeedText},
}}

// SpaceStatus is whether a space is in use. Frozen is derived from its holds.
type SpaceStatus string

// The statuses of a space.
const (
	NoSpace     SpaceStatus = ""       // whoever may create it
	SpaceOpen   SpaceStatus = "open"   // contributors
	SpaceClosed SpaceStatus = "closed" // its owner may open it again; reading goes on
)

// SpaceStatuses lists the statuses of a space.
func SpaceStatuses() []SpaceStatus { return []SpaceStatus{NoSpace, SpaceOpen, SpaceClosed} }

// Actions on a space.
const (
	CreateSpace Action = "create"
	Configure   Action = "configure" // mode, audience, owner, backup, title, roles
	Close       Action = "close"
	Reopen      Action = "reopen"
)

// SpaceFacts is what the table of spaces needs to know, of the space as it would
// be after the act. Zero facts allow nothing.
type SpaceFacts struct {
	Mode            Mode
	AudienceAllowed bool // R10
	ModeAllowed     bool // R11
	OwnerAndBackup  bool // two adults of the establishment (R15)
	Signed          bool // no page would become public that the director has not signed (R11)
	Informed        bool // it is not public, or the information pages are complete (R66)
	Authorised      bool // no pupil's work would be read further than its authorisation reaches (R36)
	Heard           bool // in pupils' press, whoever writes or reads today still may (R14)
}

func (f SpaceFacts) press() bool { return f.Mode == PupilPress }

var spaceNeeds = []Need[SpaceFacts]{
	proof("audience", "R10", func(f SpaceFacts) bool { return f.AudienceAllowed }),
	proof("mode", "R11", func(f SpaceFacts) bool { return f.ModeAllowed }),
	proof("owner", "R15", func(f SpaceFacts) bool { return f.OwnerAndBackup }),
	proof("signatures", "R11", func(f SpaceFacts) bool { return f.Signed }),
	proof("legal_pages", "R66", func(f SpaceFacts) bool { return f.Informed }),
	proof("authorisations", "R36", func(f SpaceFacts) bool { return f.Authorised }),
	proof("press_heard", "R14", func(f SpaceFacts) bool { return f.Heard }),
}

var (
	spaceOnPress     = When[SpaceFacts]{"pupils' press", SpaceFacts.press}
	spaceNotOnPress  = When[SpaceFacts]{"not pupils' press", func(f SpaceFacts) bool { return !f.press() }}
	pressSpaceGround = []Need[SpaceFacts]{{Name: "press_ground", Rule: "R14", Met: onPressGround[SpaceFacts]}}
	toSpaceNotice    = []Emit[SpaceFacts]{{Kind: outbox.NoticeSpace}}
)

var (
	byFounders  = []actor.Role{actor.Staff, actor.Director, actor.Admin}
	byKeepers   = []actor.Role{actor.Owner, actor.Backup, actor.Director, actor.Admin}
	byReopeners = []actor.Role{actor.Owner, actor.Backup, actor.Director}
)

// SpaceTable is the machine of a space.
var SpaceTable = Table[SpaceStatus, SpaceFacts]{Name: "space", Rules: []Rule[SpaceStatus, SpaceFacts]{
	{From: NoSpace, Action: CreateSpace, To: SpaceOpen, Roles: byFounders, Needs: spaceNeeds},
	{From: SpaceOpen, Action: Configure, To: SpaceOpen, Roles: byKeepers, Needs: spaceNeeds},
	{From: SpaceOpen, Action: Close, When: spaceNotOnPress, To: SpaceClosed, Roles: byReopeners, Reason: NeedText},
	{From: SpaceOpen, Action: Close, When: spaceOnPress, To: SpaceClosed, Roles: byDirector, Reserved: "R14", Needs: pressSpaceGround, Reason: NeedGround, Emits: toSpaceNotice},
	{From: SpaceClosed, Action: Reopen, When: spaceNotOnPress, To: SpaceOpen, Roles: byReopeners, Needs: spaceNeeds},
	{From: SpaceClosed, Action: Reopen, When: spaceOnPress, To: SpaceOpen, Roles: byDirector, Reserved: "R14", Needs: spaceNeeds},
}}
