package workflow

import "time"

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

// Hides reports whether a hold of this kind makes what is below it invisible. A
// kind that nobody knows hides too.
func (k HoldKind) Hides() bool { return k != FreezeHold }

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
	Stop      Action = "stop"      // masks a contribution with one tap, until somebody has looked (R26)
	Restore   Action = "restore"   // releases a mask or a withdrawal
	Lift      Action = "lift"      // releases a block (R48)
	Unarchive Action = "unarchive" // releases an archive
	Unfreeze  Action = "unfreeze"  // releases a freeze
)

// HoldOn is what a hold is placed on.
type HoldOn string

// The subjects of a hold. A hold on a topic, an article or a space reaches what
// is below it, and one on a photo reaches it wherever it is used.
const (
	OnContribution HoldOn = "contribution"
	OnSpace        HoldOn = "space"
	OnPhoto        HoldOn = "photo"
)

// HoldFacts is what the table of holds needs to know. Zero facts meet no need.
type HoldFacts struct {
	Kind          HoldKind // of the hold concerned; for a placing, the one that the action places
	On            HoldOn
	Mode          Mode      // of the space
	Sealed        bool      // R50; for a placing, whether it is asked for
	Severe        bool      // what was found calls for a mask at once, without a human (R42: severity 4, or a picture that was taken down and comes back)
	Ownerless     bool      // nobody answers for the space, and the handover's time is over (R15)
	NamesRevision bool      // the command names the revision to show, or there is none to show
	ByAuthor      bool      // the hold was placed by the author (an archive)
	SecondLook    bool      // who acts is not who pressed the stop button, where somebody did (R26)
	ByCase        bool      // a case places it, and looks after it
	ReviewAt      time.Time // when a human has to have looked; zero where nobody has to
}

func (f HoldFacts) press() bool { return f.Mode == PupilPress }

// Places gives the kind of hold that an action places, and whether it places one.
func (a Action) Places() (HoldKind, bool) {
	kind, ok := map[Action]HoldKind{
		Mask: MaskHold, Withdraw: WithdrawHold, Block: BlockHold, Archive: ArchiveHold, Freeze: FreezeHold, Stop: MaskHold,
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
