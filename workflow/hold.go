package workflow

import (
	"slices"

	"imprimatur/internal/actor"
	"imprimatur/internal/outbox"
)

// HoldKind is why something is hidden or frozen.
type HoldKind string

// The kinds of hold. All hide, except a freeze, which stops writing and lets
// reading go on.
const (
	MaskHold     HoldKind = "mask"     // an interim measure; a human looks again within 48 h (R42)
	WithdrawHold HoldKind = "withdraw" // a takedown, with its statement of reasons (R43)
	BlockHold    HoldKind = "block"    // an authority's order (R48)
	ArchiveHold  HoldKind = "archive"  // put away by the author or the space
	FreezeHold   HoldKind = "freeze"   // no writing until the review of R26
)

// HoldKinds lists the kinds, the one that weighs most first.
func HoldKinds() []HoldKind {
	return []HoldKind{BlockHold, WithdrawHold, MaskHold, ArchiveHold, FreezeHold}
}

// Hides reports whether a hold of this kind makes what is below it invisible.
func (k HoldKind) Hides() bool { return k != FreezeHold && slices.Contains(HoldKinds(), k) }

// Holding is the status of one hold.
type Holding string

// The statuses of a hold.
const (
	NoHold   Holding = ""         // whoever may place it
	Open     Holding = "open"     // whoever may release it
	Released Holding = "released" // nobody; the row stays as evidence
)

// Holdings lists the statuses of a hold.
func Holdings() []Holding { return []Holding{NoHold, Open, Released} }

// Actions that place or release one hold.
const (
	Mask      Action = "mask"
	Withdraw  Action = "withdraw"
	Block     Action = "block"
	Archive   Action = "archive"
	Freeze    Action = "freeze"
	Restore   Action = "restore"   // releases a mask or a withdrawal
	Lift      Action = "lift"      // releases a block (R48)
	Unarchive Action = "unarchive" // releases an archive
	Unfreeze  Action = "unfreeze"  // releases a freeze
)

// HoldOn is what a hold is placed on.
type HoldOn string

// The subjects of a hold. A hold on a topic, an article or a space reaches what
// is below it. (Photos join with image-consent.)
const (
	OnContribution HoldOn = "contribution"
	OnSpace        HoldOn = "space"
)

// HoldFacts is what the table of holds needs to know.
type HoldFacts struct {
	Kind          HoldKind // of the hold concerned; for a placing, the one that the action places
	On            HoldOn
	Mode          Mode // of the space
	Sealed        bool // R50: only the director lifts it
	Severe        bool // a rule of severity 4 matched live text (R42)
	NamesRevision bool // the command names the live revision, or there is none to show
	ByAuthor      bool // the hold was placed by the author (an archive)
}

type holdRule = Rule[Holding, HoldFacts]

var (
	byMaskers     = []actor.Role{actor.Moderator, actor.Owner, actor.Backup, actor.Director, actor.Masker}
	byWithdrawers = []actor.Role{actor.Moderator, actor.Owner, actor.Backup, actor.Director, actor.Withdrawer}
	byArchivers   = []actor.Role{actor.Author, actor.Owner, actor.Backup, actor.Director}
	byStoppers    = []actor.Role{actor.Moderator, actor.Owner, actor.Backup, actor.Director, actor.Stopper}
	byAnswerers   = []actor.Role{actor.Owner, actor.Backup, actor.Director}
)

var (
	onPress      = When[HoldFacts]{"pupils' press (R14)", func(f HoldFacts) bool { return f.Mode == PupilPress }}
	notOnPress   = When[HoldFacts]{"not pupils' press", func(f HoldFacts) bool { return f.Mode != PupilPress }}
	sealedHold   = When[HoldFacts]{"sealed mask or withdrawal (R50)", func(f HoldFacts) bool { return f.restorable() && f.Sealed }}
	openMask     = When[HoldFacts]{"mask or withdrawal, not sealed", func(f HoldFacts) bool { return f.restorable() && !f.Sealed && f.Mode != PupilPress }}
	pressMask    = When[HoldFacts]{"mask or withdrawal, pupils' press", func(f HoldFacts) bool { return f.restorable() && !f.Sealed && f.Mode == PupilPress }}
	notRestored  = When[HoldFacts]{"another kind", func(f HoldFacts) bool { return !f.restorable() }}
	archivedSelf = When[HoldFacts]{"archived by the author", func(f HoldFacts) bool { return f.ByAuthor }}
	archivedElse = When[HoldFacts]{"archived by the space", func(f HoldFacts) bool { return !f.ByAuthor }}
)

func (f HoldFacts) restorable() bool { return f.Kind == MaskHold || f.Kind == WithdrawHold }

var (
	pressHoldGround = Need[HoldFacts]{"press_ground", "R14", func(_ HoldFacts, c Command) bool { return c.Reason.Ground.Press() }}
	severe          = Need[HoldFacts]{"severity_4", "R42", func(f HoldFacts, c Command) bool {
		return f.Severe || c.Actor.Kind != actor.KindSystem
	}}
	namesRevision = Need[HoldFacts]{"revision_named", "R19", func(f HoldFacts, _ Command) bool { return f.NamesRevision }}
	isMaskOr      = Need[HoldFacts]{"mask_or_withdrawal", "R42", func(f HoldFacts, _ Command) bool { return f.restorable() }}
	isBlock       = Need[HoldFacts]{"block", "R48", ofKind(BlockHold)}
	isArchive     = Need[HoldFacts]{"archive", "R06", ofKind(ArchiveHold)}
	isFreeze      = Need[HoldFacts]{"freeze", "R26", ofKind(FreezeHold)}
	onContent     = Need[HoldFacts]{"contribution", "R06", func(f HoldFacts, _ Command) bool { return f.On == OnContribution }}
	onSpace       = Need[HoldFacts]{"space", "R26", func(f HoldFacts, _ Command) bool { return f.On == OnSpace }}
)

func ofKind(kind HoldKind) func(HoldFacts, Command) bool {
	return func(f HoldFacts, _ Command) bool { return f.Kind == kind }
}

var toHoldNotice = []Emit[HoldFacts]{{Kind: outbox.NoticeHold}}

// HoldTable is the machine of one hold. Holds stack: each is placed and released
// by its own act, and releasing one leaves the others.
var HoldTable = Table[Holding, HoldFacts]{Name: "hold", Rules: []holdRule{
	{From: NoHold, Action: Mask, When: notOnPress, To: Open, Roles: append(bySystem, byMaskers...), Needs: []Need[HoldFacts]{severe}, Reason: NeedGround, Emits: toHoldNotice},
	{From: NoHold, Action: Mask, When: onPress, To: Open, Roles: append(bySystem, byDirector...), Needs: []Need[HoldFacts]{severe, pressHoldGround}, Reason: NeedGround, Emits: toHoldNotice},
	{From: NoHold, Action: Withdraw, When: notOnPress, To: Open, Roles: byWithdrawers, Reason: NeedStatement, Emits: toHoldNotice},
	{From: NoHold, Action: Withdraw, When: onPress, To: Open, Roles: byDirector, Needs: []Need[HoldFacts]{pressHoldGround}, Reason: NeedStatement, Emits: toHoldNotice},
	{From: NoHold, Action: Block, To: Open, Roles: byDirector, Reason: NeedReference, Emits: toHoldNotice},
	{From: NoHold, Action: Archive, To: Open, Roles: byArchivers, Needs: []Need[HoldFacts]{onContent}, Emits: toHoldNotice},
	{From: NoHold, Action: Freeze, To: Open, Roles: byStoppers, Needs: []Need[HoldFacts]{onSpace}, Reason: NeedText, Emits: toHoldNotice},

	{From: Open, Action: Restore, When: openMask, To: Released, Roles: byWithdrawers, Needs: []Need[HoldFacts]{namesRevision}, Reason: NeedText, Emits: toHoldNotice},
	{From: Open, Action: Restore, When: pressMask, To: Released, Roles: byDirector, Needs: []Need[HoldFacts]{namesRevision}, Reason: NeedText, Emits: toHoldNotice},
	{From: Open, Action: Restore, When: sealedHold, To: Released, Roles: byDirector, Needs: []Need[HoldFacts]{namesRevision}, Reason: NeedReference, Emits: toHoldNotice},
	{From: Open, Action: Restore, When: notRestored, To: Released, Roles: byDirector, Needs: []Need[HoldFacts]{isMaskOr}, Reason: NeedText},
	{From: Open, Action: Lift, To: Released, Roles: byDirector, Needs: []Need[HoldFacts]{isBlock, namesRevision}, Reason: NeedReference, Emits: toHoldNotice},
	{From: Open, Action: Unarchive, When: archivedSelf, To: Released, Roles: byArchivers, Needs: []Need[HoldFacts]{isArchive}, Emits: toHoldNotice},
	{From: Open, Action: Unarchive, When: archivedElse, To: Released, Roles: byAnswerers, Needs: []Need[HoldFacts]{isArchive}, Emits: toHoldNotice},
	{From: Open, Action: Unfreeze, To: Released, Roles: byStoppers, Needs: []Need[HoldFacts]{isFreeze}, Reason: NeedText, Emits: toHoldNotice},
}}

// Places gives the kind of hold that an action places, and whether it places one.
func (a Action) Places() (HoldKind, bool) {
	kind, ok := map[Action]HoldKind{
		Mask: MaskHold, Withdraw: WithdrawHold, Block: BlockHold, Archive: ArchiveHold, Freeze: FreezeHold,
	}[a]
	return kind, ok
}

// Releases reports whether the action releases a hold of the kind.
func (a Action) Releases(kind HoldKind) bool {
	switch a {
	case Restore:
		return kind == MaskHold || kind == WithdrawHold
	case Lift:
		return kind == BlockHold
	case Unarchive:
		return kind == ArchiveHold
	case Unfreeze:
		return kind == FreezeHold
	}
	return false
}
