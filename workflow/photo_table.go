package workflow

import (
	"imprimatur/internal/actor"
	"imprimatur/internal/outbox"
)

// PhotoStatus is how far a photo has come. Each constant says who acts next.
type PhotoStatus string

// The statuses of a photo.
const (
	NoPhoto      PhotoStatus = ""             // whoever may upload
	Preparing    PhotoStatus = "preparing"    // the worker: renditions and boxes
	Spoiled      PhotoStatus = "spoiled"      // nobody; it could not be read
	Unidentified PhotoStatus = "unidentified" // an adult who says who is in it (R27)
	Identified   PhotoStatus = "identified"   // nobody, until somebody corrects it
	Erased       PhotoStatus = "erased"       // nobody; its files are gone, the trail stays
)

// PhotoStatuses lists the statuses of a photo.
func PhotoStatuses() []PhotoStatus {
	return []PhotoStatus{NoPhoto, Preparing, Spoiled, Unidentified, Identified, Erased}
}

// Ready reports whether there are pictures of it, and it can be said who is in them.
func (s PhotoStatus) Ready() bool {
	switch s {
	case Unidentified, Identified:
		return true
	case NoPhoto, Preparing, Spoiled, Erased:
	}
	return false
}

// Actions on a photo.
const (
	Upload   Action = "upload"
	Prepare  Action = "prepare"
	Spoil    Action = "spoil"    // the worker could not read it
	Describe Action = "describe" // says who is in it, without declaring that nobody is missing
	Identify Action = "identify" // declares completely who is in it (R27)
	Doubt    Action = "doubt"    // somebody may be missing: it waits until it is declared again
	Erase    Action = "erase"
)

// PhotoFacts is what the table of photos needs to know. Zero facts meet no need.
type PhotoFacts struct {
	WithinQuota bool // R20
	Standing    bool // the uploader may publish (R53)
	Accounted   bool // every box, and everybody else in it, is said to be somebody, or why nobody (R27)
	Unused      bool // no revision that is live or on its way shows it
	FreeToGo    bool // no hold keeps it (R63)
}

var (
	byIdentifiers = []actor.Role{actor.Staff, actor.Officer, actor.Director}
	byErasers     = []actor.Role{actor.Author, actor.Officer, actor.Director}
	erasable      = []Need[PhotoFacts]{
		proof("unused", "R27", func(f PhotoFacts) bool { return f.Unused }),
		proof("no_legal_hold", "R63", func(f PhotoFacts) bool { return f.FreeToGo }),
	}
	uploadable = []Need[PhotoFacts]{
		proof("quota", "R20", func(f PhotoFacts) bool { return f.WithinQuota }),
		proof("standing", "R53", func(f PhotoFacts) bool { return f.Standing }),
	}
	accounted = []Need[PhotoFacts]{proof("identification", "R27", func(f PhotoFacts) bool { return f.Accounted })}
	toPrepare = []Emit[PhotoFacts]{{Kind: outbox.PreparePhoto}}
	toSay     = []Emit[PhotoFacts]{{Kind: outbox.NoticePhoto}}
	toReview  = []Emit[PhotoFacts]{{Kind: outbox.ReviewPhoto}}
)

// PhotoTable is the machine of a photo. Who is in it is declared by an adult: a
// pupil may name those whom they know, never that nobody is missing (R27).
var PhotoTable = Table[PhotoStatus, PhotoFacts]{Name: "photo", Rules: []Rule[PhotoStatus, PhotoFacts]{
	{From: NoPhoto, Action: Upload, To: Preparing, Roles: byAuthor, Needs: uploadable, Emits: toPrepare},
	{From: Preparing, Action: Prepare, To: Unidentified, Roles: bySystem},
	{From: Preparing, Action: Spoil, To: Spoiled, Roles: bySystem, Emits: toSay},
	{From: Unidentified, Action: Describe, To: Unidentified, Roles: byIdentifiers, Reserved: "R27"},
	{From: Identified, Action: Describe, To: Unidentified, Roles: byIdentifiers, Reserved: "R27", Emits: toReview},
	{From: Unidentified, Action: Identify, To: Identified, Roles: byIdentifiers, Reserved: "R27", Needs: accounted, Emits: toReview},
	{From: Identified, Action: Identify, To: Identified, Roles: byIdentifiers, Reserved: "R27", Needs: accounted, Emits: toReview},
	{From: Identified, Action: Doubt, To: Unidentified, Roles: byIdentifiers, Reserved: "R27", Reason: NeedText, Emits: toReview},
	{From: Spoiled, Action: Erase, To: Erased, Roles: byErasers, Needs: erasable},
	{From: Unidentified, Action: Erase, To: Erased, Roles: byErasers, Needs: erasable},
	{From: Identified, Action: Erase, To: Erased, Roles: byErasers, Needs: erasable},
}}
