package moderation

import (
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// What is told of the direction of the establishment.
const (
	ToldPowerLent   NoticeKind = "power_lent"   // whom a power is lent to
	ToldPowerEnded  NoticeKind = "power_ended"  // whom it was lent to, and who lent it
	ToldActing      NoticeKind = "acting"       // who is acting head from then on
	ToldActingEnded NoticeKind = "acting_ended" // who was
)

// officeNotices are the kinds of notice about the direction.
func officeNotices() []NoticeKind {
	return []NoticeKind{ToldPowerLent, ToldPowerEnded, ToldActing, ToldActingEnded}
}

// toldOfOffice tells who holds, and of what ends also who gave: they may wish to lend it again.
// What was taken back was told then, and is not told of again when its time would have come.
func toldOfOffice(o Occurrence) []Telling {
	if o.To == "ended" {
		return nil
	}
	switch o.Action {
	case directory.ActDelegate:
		return toAuthor(o, ToldPowerLent)
	case directory.ActEndDelegation, directory.ActDelegationOver:
		return []Telling{{Kind: ToldPowerEnded, Persons: []id.Person{o.Author, o.Giver}}}
	case directory.ActAppointActing:
		return toAuthor(o, ToldActing)
	}
	return toAuthor(o, ToldActingEnded)
}
