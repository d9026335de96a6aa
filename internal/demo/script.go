package demo

import (
	"time"

	"imprimatur/internal/directory"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// line is one thing that somebody does in the demo school's three weeks. It is
// carried out through the real services, at its time, so that the trail tells it
// as it would have happened.
type line struct {
	at   moment
	who  string // external id
	do   verb
	text string // key of the contribution; a reply or comment names its parent in below; of supervise and suspend, whom; of the others, of the photo, album, request or case

	write  *text      // for write and revise
	paper  *paper     // for record
	photo  *photo     // for upload and identify
	ask    *ask       // for request
	said   *said      // for answer and sheet
	filed  *filed     // for report
	ruled  *ruled     // for what is said and done in a case
	order  *commanded // for what an authority orders, and what is done of it
	reason workflow.Reason
}

// verb is what somebody does: one of the table's actions, or writing.
type verb string

// The verbs that are no action of a table.
const (
	write     verb = "write"     // a new contribution, left as a draft
	publish   verb = "publish"   // write, and submit at once
	revise    verb = "revise"    // a new draft of an existing one, submitted
	redraft   verb = "redraft"   // a new draft of an existing one, left
	suggest   verb = "suggest"   // a moderator's suggestion (R18)
	record    verb = "record"    // a signed authorisation (R36)
	supervise verb = "supervise" // somebody is read first (R53)
	suspend   verb = "suspend"   // somebody publishes nothing for some days (R53)
	interrupt verb = "halt"      // nobody writes anywhere (R54)
	resume    verb = "resume"    // or everybody does again
	series    verb = "series"    // an album is begun
	upload    verb = "upload"    // a photo
	identify  verb = "identify"  // who is in it (R27)
	request   verb = "request"   // families are asked (R28)
	grant     verb = "grant"     // somebody agrees, to some uses
	refuse    verb = "refuse"    // somebody refuses all
	classAsk  verb = "class_ask" // everybody of a class is asked for their portrait (R35)
	portrait  verb = "portrait"  // somebody's portrait for the trombinoscope
	confirm   verb = "confirm"   // the portraits are looked at
	sheet     verb = "sheet"     // somebody's answer on paper is recorded, and waits for a second look (R29)
	open      verb = "open"      // a moderator opens the item: a claim, and the first human view
)

// text is what is written.
type text struct {
	space string // slug
	kind  publication.Kind
	below string // key of the topic or article answered
	title string
	body  string
	due   *moment // when it is to appear
	works []publication.Attribution
	shows []shown // photos, behind the body
}

// shown is a photo of a text, with what it shows in words.
type shown struct{ photo, alt string }

// moment is a day counted from today, with the time of day in the school's zone.
type moment struct {
	day          int // 0 is today, -1 yesterday
	hour, minute int
}

// on gives a moment.
func on(day, hour, minute int) moment { return moment{day, hour, minute} }

// in is the moment as a time, its days counted from the day of began.
func (m moment) in(began time.Time) time.Time {
	local := began.In(zone)
	return time.Date(local.Year(), local.Month(), local.Day()+m.day, m.hour, m.minute, 0, 0, zone).UTC()
}

// zone is where the demo's schools are.
var zone = mustLoad("Europe/Paris")

func mustLoad(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // the data is embedded by internal/calendar
	}
	return loc
}

// p makes paragraphs.
func p(paragraphs ...string) string {
	html := ""
	for _, paragraph := range paragraphs {
		html += "<p>" + paragraph + "</p>"
	}
	return html
}

func because(words string) workflow.Reason { return workflow.Reason{Text: words} }

func ground(code workflow.Ground, words string) workflow.Reason {
	return workflow.Reason{Ground: code, Text: words}
}

// somebody is a person of the demo.
type somebody struct {
	external      string
	given, family string
	born          string // ISO date; empty when unknown
	profile       directory.Profile
	schools       []string // UAI
	roles         []string
}
