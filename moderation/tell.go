package moderation

import (
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// tell says who is told what of an occurrence. It is pure; the crowds are
// resolved when the notices are written.
func tell(o Occurrence) []Telling {
	if o.Sealed {
		return nil // R50: nobody is told what nobody may see
	}
	if kind, ok := ofHold[o.Action]; ok {
		return toldOfHold(o, kind)
	}
	switch o.Action {
	case directory.ActSetStanding, directory.ActEndStanding:
		return toldOfStanding(o)
	case directory.ActDelegate, directory.ActEndDelegation, directory.ActDelegationOver, directory.ActAppointActing, directory.ActEndActing, directory.ActActingOver:
		return toldOfOffice(o)
	case directory.ActAlertDenials:
		return []Telling{{Kind: ToldDenials, Crowd: Admins}}
	case workflow.Spoil:
		return toAuthor(o, ToldSpoiled)
	case publication.ActStopOverdue:
		return toldOfOverdue(o)
	case publication.ActStopReported:
		return []Telling{{Kind: ToldReported, Crowd: Above}}
	case publication.ActHalt:
		return toldOfHalt(o, ToldHalted)
	case publication.ActResume:
		return toldOfHalt(o, ToldResumed)
	case publication.ActPausePublic:
		return []Telling{{Kind: ToldPaused, Crowd: Admins}, {Kind: ToldPaused, Crowd: Heads}, {Kind: ToldPausedBelow, Crowd: Above}}
	case publication.ActResumePublic:
		return []Telling{{Kind: ToldUnpaused, Crowd: Admins}, {Kind: ToldUnpaused, Crowd: Heads}}
	case publication.ActBeginVacancy:
		return toldOfVacancy(o)
	case workflow.Close:
		return toldOfSpace(ToldClosed)
	}
	return toldOfRevision(o)
}

// ofHold is what the acts on holds are told as.
var ofHold = map[workflow.Action]NoticeKind{
	workflow.Mask: ToldMasked, workflow.Withdraw: ToldWithdrawn, workflow.Block: ToldBlocked, workflow.Archive: ToldArchived,
	workflow.Stop: ToldMasked, workflow.Freeze: ToldFrozen, workflow.Unfreeze: ToldUnfrozen,
	workflow.Restore: ToldRestored, workflow.Lift: ToldRestored, workflow.Unarchive: ToldRestored,
}

// toldOfHold tells the author what became of a text, and those who answer for a
// space what became of it. What a case decides, its own notice tells the author.
func toldOfHold(o Occurrence, kind NoticeKind) []Telling {
	ruled := !o.Case.IsZero() && kind != ToldMasked
	switch {
	case ruled && o.Author.IsZero():
		return nil
	case ruled:
		return toldOfPress(kind)
	case o.Author.IsZero():
		return toldOfSpace(kind)
	}
	told := append(toAuthor(o, kind), toldOfPress(kind)...)
	if o.Action == workflow.Restore { // what a case or an order gives back would tell one from the other (R48)
		told = append(told, Telling{Kind: ToldPressRestored, Crowd: Press})
	}
	return told
}

// toldOfSpace tells those who answer for a space and, of a pupils' paper, who directs it.
func toldOfSpace(kind NoticeKind) []Telling {
	return []Telling{{Kind: kind, Crowd: Answerers}, {Kind: kind, Crowd: Press}}
}

// ofPress is what the head forbids in a pupils' paper, as who directs its publication is told (R14).
// An authority's order forbids by another law, and is told to whom it concerns (R48).
var ofPress = map[NoticeKind]NoticeKind{
	ToldMasked: ToldPressMasked, ToldWithdrawn: ToldPressWithdrawn, ToldRejected: ToldPressRejected, ToldReverted: ToldPressReverted,
}

// toldOfPress tells who directs the paper that a text is in what the head forbids of it; nobody of
// anything else.
func toldOfPress(kind NoticeKind) []Telling {
	if told, ok := ofPress[kind]; ok {
		return []Telling{{Kind: told, Crowd: Press}}
	}
	return nil
}

// asKnown is what may be told of an occurrence: of a block, while its authority wants silence, what an
// interim mask is told as (R48). Its end is told by the order's own notice.
func (o Occurrence) asKnown() Occurrence {
	if !o.Hushed || o.Action != workflow.Block {
		return o
	}
	o.Action, o.Reason, o.By = workflow.Mask, workflow.InterimText, id.Person{}
	if o.Author.IsZero() { // of a space no case masks anything
		o.Case, o.AuthorCase = id.Case{}, id.AuthorCase{}
	}
	return o
}

// toldOfStanding tells the person (R53).
func toldOfStanding(o Occurrence) []Telling {
	switch directory.StandingKind(o.To) {
	case directory.Suspended:
		return append(toAuthor(o, ToldSuspended), Telling{Kind: ToldChild, Crowd: Guardians})
	case directory.Supervised:
		return toAuthor(o, ToldSupervised)
	case directory.Clear:
		return toAuthor(o, ToldCleared)
	}
	return nil
}

// toldOfOverdue tells those who answer for a space or, of a photo, which is in none, who directs.
func toldOfOverdue(o Occurrence) []Telling {
	if o.Space.IsZero() {
		return []Telling{{Kind: ToldOverdue, Crowd: Heads}}
	}
	return []Telling{{Kind: ToldOverdue, Crowd: Keepers}}
}

// toldOfHalt tells who answers for a space or, of the whole service, who runs it (R54).
func toldOfHalt(o Occurrence, kind NoticeKind) []Telling {
	if o.Space.IsZero() {
		return []Telling{{Kind: kind, Crowd: Admins}}
	}
	return []Telling{{Kind: kind, Crowd: Answerers}}
}

// toldOfVacancy tells who can name an owner; nobody where somebody already has.
func toldOfVacancy(o Occurrence) []Telling {
	if o.Space.IsZero() {
		return nil
	}
	return []Telling{{Kind: ToldHandover, Crowd: Keepers}}
}

func toAuthor(o Occurrence, kind NoticeKind) []Telling {
	return []Telling{{Kind: kind, Persons: []id.Person{o.Author}}}
}

// toldOfRevision goes by where the revision has come to.
func toldOfRevision(o Occurrence) []Telling {
	switch workflow.Editorial(o.To) {
	case workflow.InReview:
		return toldOfReview(o)
	case workflow.AwaitingSignature:
		return []Telling{{Kind: ToldSignature, Crowd: Signatories}}
	case workflow.AwaitingConsent:
		return append(toAuthor(o, ToldAwaitingConsent), Telling{Kind: ToldConsent, Crowd: Answerers})
	case workflow.ChangesRequested:
		return toAuthor(o, ToldChangesRequested)
	case workflow.Rejected:
		kind := ToldRejected
		if o.Action == workflow.Revert {
			kind = ToldReverted
		}
		return append(toAuthor(o, kind), toldOfPress(kind)...)
	case workflow.Live:
		return toAuthor(o, ToldLive)
	case workflow.Draft, workflow.Submitted, workflow.Scheduled, workflow.Superseded, workflow.Replaced, workflow.Abandoned:
	}
	return nil
}

// toldOfReview tells reviewers what waits for them, and the author when that is
// not the way that they expect.
func toldOfReview(o Occurrence) []Telling {
	told := []Telling{{Kind: ToldInReview, Crowd: Reviewers}}
	switch o.Action {
	case workflow.HoldBack:
		return append(told, toAuthor(o, ToldHeldBack)...)
	case workflow.Recall:
		return append(told, toAuthor(o, ToldRecalled)...)
	}
	return told
}
