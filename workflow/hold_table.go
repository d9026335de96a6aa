package workflow

import (
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/outbox"
)

type (
	holdRule  = Rule[Holding, HoldFacts]
	holdNeeds = []Need[HoldFacts]
)

// Roles by what they answer for. What is delegable has a role of its own.
var (
	byMaskers     = []actor.Role{actor.Moderator, actor.Owner, actor.Backup, actor.Director, actor.Masker}
	byWithdrawers = []actor.Role{actor.Moderator, actor.Owner, actor.Backup, actor.Director, actor.Withdrawer}
	byStoppers    = []actor.Role{actor.Moderator, actor.Owner, actor.Backup, actor.Director, actor.Stopper}
	byAnswerers   = []actor.Role{actor.Owner, actor.Backup, actor.Director}
	byArchivers   = []actor.Role{actor.Author, actor.Owner, actor.Backup, actor.Director}
	byBlockers    = []actor.Role{actor.Director, actor.Judge} // an order is a case; only its lifting is kept to the director
	bySealers     = slices.Concat(bySystem, byMaskers)
	byHead        = slices.Concat(bySystem, byDirector)
	byFreezers    = slices.Concat(bySystem, byStoppers)
)

// The routes of the table of holds.
var (
	onPress      = When[HoldFacts]{"pupils' press", HoldFacts.press}
	notOnPress   = When[HoldFacts]{"not pupils' press", func(f HoldFacts) bool { return !f.press() }}
	plain        = When[HoldFacts]{"not pupils' press, not to be sealed", func(f HoldFacts) bool { return !f.press() && !f.Sealed }}
	toSeal       = When[HoldFacts]{"not pupils' press, to be sealed", func(f HoldFacts) bool { return !f.press() && f.Sealed }}
	plainOnPress = When[HoldFacts]{"pupils' press, not to be sealed", func(f HoldFacts) bool { return f.press() && !f.Sealed }}
	toSealPress  = When[HoldFacts]{"pupils' press, to be sealed", func(f HoldFacts) bool { return f.press() && f.Sealed }}
	sealedHold   = When[HoldFacts]{"sealed", func(f HoldFacts) bool { return f.Sealed }}
	plainHold    = When[HoldFacts]{"not sealed", func(f HoldFacts) bool { return !f.Sealed }}
	openHold     = When[HoldFacts]{"not sealed, not pupils' press", func(f HoldFacts) bool { return !f.Sealed && !f.press() }}
	pressHold    = When[HoldFacts]{"not sealed, pupils' press", func(f HoldFacts) bool { return !f.Sealed && f.press() }}
	ownerless    = When[HoldFacts]{"nobody answers for the space", func(f HoldFacts) bool { return f.Ownerless }}
	stopped      = When[HoldFacts]{"stopped, not pupils' press", func(f HoldFacts) bool { return !f.Ownerless && !f.press() }}
	stoppedPress = When[HoldFacts]{"stopped, pupils' press", func(f HoldFacts) bool { return !f.Ownerless && f.press() }}
	archivedSelf = When[HoldFacts]{"archived by the author", func(f HoldFacts) bool { return f.ByAuthor }}
	archivedElse = When[HoldFacts]{"archived by the space", func(f HoldFacts) bool { return !f.ByAuthor }}
)

// The needs of the table of holds.
var (
	pressHoldGround = Need[HoldFacts]{Name: "press_ground", Rule: "R14", Met: onPressGround[HoldFacts]}
	evidence        = Need[HoldFacts]{Name: "evidence_ground", Rule: "R50", Met: onEvidenceGround}
	severe          = Need[HoldFacts]{Name: "severity_4", Rule: "R42", Met: severeUnless(byMaskers)}
	severeOnPress   = Need[HoldFacts]{Name: "severity_4", Rule: "R42", Met: severeUnless(byDirector)}
	notOwnCause     = Need[HoldFacts]{Name: "not_own_cause", Rule: "R46", Met: notByAuthor}
	namesRevision   = proof("revision_named", "R19", func(f HoldFacts) bool { return f.NamesRevision })
	answeredFor     = proof("owner", "R15", func(f HoldFacts) bool { return f.On == OnSpace && !f.Ownerless })
	isMask          = nature("mask_or_withdrawal", "R42", func(f HoldFacts) bool { return Restore.Releases(f.Kind) })
	isBlock         = nature("block", "R48", func(f HoldFacts) bool { return Lift.Releases(f.Kind) })
	isArchive       = nature("archive", "R06", func(f HoldFacts) bool { return Unarchive.Releases(f.Kind) })
	isFreeze        = nature("freeze", "R26", func(f HoldFacts) bool { return Unfreeze.Releases(f.Kind) })
	notToSeal       = proof("mask_to_seal", "R50", func(f HoldFacts) bool { return f.On != "" && !f.Sealed })
	sealable        = proof("content_to_seal", "R50", func(f HoldFacts) bool { return f.On == OnContribution || f.On == OnPhoto })
	// Whoever answers for the space has the last word on a stop, theirs included; a moderator
	// asks for another pair of eyes.
	secondLook = Need[HoldFacts]{Name: "second_look", Rule: "R26", Met: bySecondLook}
	onContent  = nature("contribution", "R06", func(f HoldFacts) bool { return f.On == OnContribution })
	onSpace    = nature("space", "R26", func(f HoldFacts) bool { return f.On == OnSpace })
)

// severeUnless lets humans of the given roles judge for themselves; the machine
// masks only what is severe (R42).
func severeUnless(humans []actor.Role) func(HoldFacts, Command) bool {
	return func(f HoldFacts, c Command) bool { return f.Severe || c.Actor.Roles.HasAny(humans...) }
}

// onEvidenceGround holds when the ground is of severity 4: sealing takes a thing
// from everybody's eyes, and is for sensitive evidence alone (R50).
func onEvidenceGround(_ HoldFacts, c Command) bool {
	info, _ := c.Reason.Ground.Info()
	return info.Severity == 4
}

// notByAuthor holds when the actor is a known person who did not write what is
// held: nobody restores their own text (R46).
func notByAuthor(_ HoldFacts, c Command) bool {
	return !c.Actor.Person.IsZero() && !c.Actor.Roles.Has(actor.Author)
}

func bySecondLook(f HoldFacts, c Command) bool {
	return f.SecondLook || c.Actor.Roles.HasAny(byAnswerers...)
}

var (
	toHoldNotice = []Emit[HoldFacts]{{Kind: outbox.NoticeHold}}
	// What waits for a human tells who is late; it never ends by time (R26, R42). A case has a clock of its
	// own for what it has masked.
	toBeReviewed = []Emit[HoldFacts]{{Kind: outbox.NoticeHold}, {Kind: outbox.HoldDue, Due: func(f HoldFacts) time.Time { return f.ReviewAt }, If: func(f HoldFacts) bool { return !f.ByCase }}}
	toRestore    = holdNeeds{isMask, namesRevision, notOwnCause, secondLook}
)

// HoldTable is the machine of one hold. Holds stack: each is placed and released
// by its own act, and releasing one leaves the others.
var HoldTable = Table[Holding, HoldFacts]{Name: "hold", Rules: []holdRule{
	{From: NoHold, Action: Mask, When: plain, To: Open, Roles: bySealers, Needs: holdNeeds{severe}, Reason: NeedGround, Emits: toBeReviewed},
	{From: NoHold, Action: Mask, When: toSeal, To: Open, Roles: bySealers, Needs: holdNeeds{sealable, severe, evidence}, Reason: NeedGround, Emits: toBeReviewed},
	{From: NoHold, Action: Mask, When: plainOnPress, To: Open, Roles: byHead, Reserved: "R14", Needs: holdNeeds{severeOnPress, pressHoldGround}, Reason: NeedGround, Emits: toBeReviewed},
	{From: NoHold, Action: Mask, When: toSealPress, To: Open, Roles: byHead, Reserved: "R14", Needs: holdNeeds{sealable, severeOnPress, pressHoldGround, evidence}, Reason: NeedGround, Emits: toBeReviewed},
	{From: NoHold, Action: Withdraw, When: plain, To: Open, Roles: byWithdrawers, Reason: NeedStatement, Emits: toHoldNotice},
	{From: NoHold, Action: Withdraw, When: toSeal, To: Open, Roles: byWithdrawers, Needs: holdNeeds{sealable, evidence}, Reason: NeedStatement, Emits: toHoldNotice},
	{From: NoHold, Action: Withdraw, When: plainOnPress, To: Open, Roles: byDirector, Reserved: "R14", Needs: holdNeeds{pressHoldGround}, Reason: NeedStatement, Emits: toHoldNotice},
	{From: NoHold, Action: Withdraw, When: toSealPress, To: Open, Roles: byDirector, Reserved: "R14", Needs: holdNeeds{sealable, pressHoldGround, evidence}, Reason: NeedStatement, Emits: toHoldNotice},
	{From: NoHold, Action: Block, When: plainHold, To: Open, Roles: byBlockers, Reserved: "R48", Reason: NeedReference, Emits: toHoldNotice},
	{From: NoHold, Action: Block, When: sealedHold, To: Open, Roles: byBlockers, Reserved: "R48", Needs: holdNeeds{sealable, evidence}, Reason: NeedReference, Emits: toHoldNotice},
	{From: NoHold, Action: Archive, When: notOnPress, To: Open, Roles: byArchivers, Needs: holdNeeds{onContent, notToSeal}, Emits: toHoldNotice},
	{From: NoHold, Action: Archive, When: onPress, To: Open, Roles: byAuthor, Reserved: "R14", Needs: holdNeeds{onContent, notToSeal}, Emits: toHoldNotice},
	{From: NoHold, Action: Freeze, When: stopped, To: Open, Roles: byStoppers, Needs: holdNeeds{onSpace, notToSeal}, Reason: NeedText, Emits: toBeReviewed},
	{From: NoHold, Action: Freeze, When: stoppedPress, To: Open, Roles: byDirector, Reserved: "R14", Needs: holdNeeds{onSpace, notToSeal, pressHoldGround}, Reason: NeedGround, Emits: toBeReviewed},
	{From: NoHold, Action: Stop, When: notOnPress, To: Open, Roles: byStoppers, Needs: holdNeeds{onContent, notToSeal}, Reason: NeedText, Emits: toBeReviewed},
	{From: NoHold, Action: Stop, When: onPress, To: Open, Roles: byDirector, Reserved: "R14", Needs: holdNeeds{onContent, notToSeal, pressHoldGround}, Reason: NeedGround, Emits: toBeReviewed},
	{From: NoHold, Action: Freeze, When: ownerless, To: Open, Roles: byFreezers, Needs: holdNeeds{onSpace, notToSeal}, Reason: NeedText, Emits: toHoldNotice},

	{From: Open, Action: Restore, When: openHold, To: Released, Roles: byWithdrawers, Needs: toRestore, Reason: NeedText, Emits: toHoldNotice},
	{From: Open, Action: Restore, When: pressHold, To: Released, Roles: byDirector, Reserved: "R14", Needs: toRestore, Reason: NeedText, Emits: toHoldNotice},
	{From: Open, Action: Restore, When: sealedHold, To: Released, Roles: byDirector, Reserved: "R50", Needs: toRestore, Reason: NeedReference, Emits: toHoldNotice},
	{From: Open, Action: Lift, To: Released, Roles: byDirector, Reserved: "R48", Needs: holdNeeds{isBlock, namesRevision}, Reason: NeedReference, Emits: toHoldNotice},
	{From: Open, Action: Unarchive, When: archivedSelf, To: Released, Roles: byAuthor, Reserved: "R06", Needs: holdNeeds{isArchive, namesRevision}, Emits: toHoldNotice},
	{From: Open, Action: Unarchive, When: archivedElse, To: Released, Roles: byAnswerers, Needs: holdNeeds{isArchive, namesRevision}, Emits: toHoldNotice},
	{From: Open, Action: Unfreeze, When: notOnPress, To: Released, Roles: byStoppers, Needs: holdNeeds{isFreeze, answeredFor, secondLook}, Reason: NeedText, Emits: toHoldNotice},
	{From: Open, Action: Unfreeze, When: onPress, To: Released, Roles: byDirector, Reserved: "R14", Needs: holdNeeds{isFreeze, answeredFor}, Reason: NeedText, Emits: toHoldNotice},
}}
