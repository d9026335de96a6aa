// Package mail is what people are told by mail: who is told what, and the letters in
// which it is gathered. What is promised is written in the transaction of the act; sending
// is the business of internal/notify.
package mail

import (
	"context"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/id"
)

// Kind says what an item tells.
type Kind string

// The kinds of item.
const (
	ConsentAsked    Kind = "consent_asked"    // an answer is awaited (R29)
	ConsentReminder Kind = "consent_reminder" // and still is
	ConsentAgain    Kind = "consent_again"    // asked for once more, for one reader who has no link any more
	ConsentEnding   Kind = "consent_ending"   // it ends soon (R34)
	ConsentReceipt  Kind = "consent_receipt"  // an answer was taken by a link, and how it is withdrawn (R33)
	CaseReceived    Kind = "case_received"    // a report is on record (R39)
	CaseQuestion    Kind = "case_question"    // something is asked of who reported
	CaseDecided     Kind = "case_decided"     // a decision, or an appeal was answered (R43)
	CaseAssigned    Kind = "case_assigned"    // who examines: a case is theirs
	CaseEscalated   Kind = "case_escalated"   // likewise: it is theirs now, its share of the time is over (R40)
	CaseAnswered    Kind = "case_answered"    // likewise: their question was answered
	CaseAppealed    Kind = "case_appealed"    // likewise: an appeal is theirs to judge (R45)
	ChildDecided    Kind = "child_decided"    // the guardians of a minor (R52)

	// Who judges, whoever has the case in hand.
	CaseDue            Kind = "case_due"            // it waits, and its time runs (R48, R56)
	CaseOverdue        Kind = "case_overdue"        // all of its time is over (R41)
	CaseUnacknowledged Kind = "case_unacknowledged" // who reported has no receipt in time (R39)
	CaseUnreferred     Kind = "case_unreferred"     // no authority was told in time, nor is said why not (R49)
)

// Item is one thing that one person is told.
type Item struct {
	Cause   uuid.UUID // the message or the act: nobody is written to twice for one
	Kind    Kind
	Person  id.Person  // zero for who reported, who is written to by the address of the report
	Consent id.Consent // zero for what is of a case

	Case      id.Case
	Report    id.Report
	Reference string // for the reader to name it by
}

// Poster takes what is to be told by mail.
type Poster interface {
	// Post puts items into the letters that their persons are written next, which go when
	// they are due or, where that is earlier, when they were due already. It leaves out
	// whoever has no address, minors (who are told in the application alone), and items
	// that are in a letter already. Who reported has a letter to themselves, at once: what
	// it says of others is nobody's.
	Post(ctx context.Context, items []Item, due, now time.Time) error
}

// LeastGather is how long a letter gathers at least: what one act asks of several children
// is promised message by message.
const LeastGather = 5 * time.Second

// How long what a letter said is kept after it was settled, and then the rest of it.
const (
	WordsKept  = 30 * 24 * time.Hour
	MonthsKept = 12
)

// State is where a letter is. It moves as a delivery does, guarded by the state before.
type State string

// The states.
const (
	Gathering State = "gathering" // takes items until it is due
	Sending   State = "sending"   // closed; a worker tries, again and again
	Sent      State = "sent"      // a mail server has taken it
	Refused   State = "refused"   // the mail server does not take it for this address
	Bounced   State = "bounced"   // a mail server had taken it, and it came back
	Kept      State = "kept"      // no mail server is configured: it is only shown
	Void      State = "void"      // nothing was left to be told
)

// States lists the states.
func States() []State { return []State{Gathering, Sending, Sent, Refused, Bounced, Kept, Void} }

// Settled reports whether nothing becomes of the letter any more.
func (s State) Settled() bool { return s != Gathering && s != Sending }

// Letter is a letter with all that writing it needs.
type Letter struct {
	ID        id.Letter
	Tenant    id.Tenant
	State     State
	BusyUntil time.Time // a worker has it; zero: none
	Token     []byte    // of its return address
	Taken     bool      // that worker is who asks
	Reader    Reader
	School    School
	Lines     []Line
}

// Reader is whom a letter is for, as of now.
type Reader struct {
	ID       id.Person
	Name     string
	Address  string
	Language string
	Minor    bool
}

// School is who writes.
type School struct {
	Name     string
	UAI      string
	Contact  string // address for answers; empty where the establishment has given none
	Location *time.Location
}

// Line is an item with what it speaks of.
type Line struct {
	Kind    Kind
	Consent id.Consent
	Person  id.Person // whose consent it is
	Given   string    // their given name
	Title   string    // of the project
	Until   time.Time // what is granted ends then, and the time of a case; zero where nothing does
	Awaited bool      // the reader's answer is missing
	Stands  bool      // the reader's answer stands, in a consent that has not ended; what who examines is told of a case is so, and the case is the reader's where that is told

	Case      id.Case
	Report    id.Report // whose follow-up address it carries; zero for an author
	Reference string
}

// Work reports whether the line is for who examines a case, and not for a party of it.
func (l Line) Work() bool {
	switch l.Kind {
	case CaseAssigned, CaseEscalated, CaseAnswered, CaseAppealed, CaseDue, CaseOverdue, CaseUnacknowledged, CaseUnreferred:
		return true
	case ConsentAsked, ConsentReminder, ConsentAgain, ConsentEnding, ConsentReceipt, CaseReceived, CaseQuestion, CaseDecided, ChildDecided:
	}
	return false
}

// OfCase reports whether the line is about a case.
func (l Line) OfCase() bool { return !l.Case.IsZero() }

// Moot reports whether what the line tells is so no longer.
func (l Line) Moot() bool {
	if l.OfCase() {
		return l.Work() && !l.Stands
	}
	switch l.Kind {
	case ConsentEnding:
		return l.Until.IsZero()
	case ConsentReceipt:
		return !l.Stands
	case ConsentAsked, ConsentReminder, ConsentAgain, CaseReceived, CaseQuestion, CaseDecided, CaseAssigned, CaseEscalated, CaseAnswered, CaseAppealed, ChildDecided,
		CaseDue, CaseOverdue, CaseUnacknowledged, CaseUnreferred:
	}
	return !l.Awaited
}

// Outcome is what became of a letter.
type Outcome struct {
	State   State
	Address string
	Subject string
	Body    string // as text
	Fault   string // what the mail server said
}

// Entry is a letter in the mailbox.
type Entry struct {
	ID        id.Letter
	State     State
	Name      string // of whom it is for; empty for who reported something, as their address is (R44)
	Reporter  bool   // it is to who reported something
	Address   string // empty before it is written
	Subject   string
	Body      string // empty once it is forgotten
	Fault     string
	Attempts  int
	DueAt     time.Time
	SettledAt time.Time // zero: not yet
}

// Page is a part of the mailbox, newest first.
type Page struct {
	Items  []Entry
	Next   string // After of the next page; empty on the last
	Server bool   // a mail server is configured
	Shown  bool   // letters are shown with their links, as in demo mode
}
