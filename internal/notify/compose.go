package notify

import (
	"embed"
	"fmt"
	htmltemplate "html/template"
	netmail "net/mail"
	"strings"
	texttemplate "text/template"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"imprimatur/internal/calendar"
	"imprimatur/internal/id"
	"imprimatur/internal/mail"
)

//go:embed templates
var files embed.FS

// funcs are what both kinds of template may call.
var funcs = map[string]any{"day": day, "moment": moment}

var (
	texts = texttemplate.Must(texttemplate.New("").Funcs(funcs).ParseFS(files, "templates/*.txt"))
	pages = htmltemplate.Must(htmltemplate.New("").Funcs(funcs).ParseFS(files, "templates/*.html"))
)

// way is a link, and until when it opens.
type way struct {
	URL   string
	Until time.Time
}

// written is a letter as it goes out.
type written struct {
	subject, text, html string
	language            string
}

// sheet is what the templates see. Of a child a letter says no more than the given name,
// and that only where several are concerned: their picture and their words are behind the
// link.
type sheet struct {
	School, Name, Contact string
	Awaited, Ending       []entry
	Receipts              []entry
	Cases                 []news
	Work                  int  // cases that the reader is to examine
	Reminder              bool // all that is awaited was asked for before
	Self                  bool // everything is the reader's own
	Several               bool // it is of several persons
	Links                 bool
	Subject               string
	Location              *time.Location
}

// entry is a line of the sheet.
type entry struct {
	Title, Given, URL string
	Until             time.Time // of the link; of the consent where it ends, or whose receipt it is
	Reminder          bool
}

// news is a line about a case: what it is called, and where to read on. Of what it is about
// the letter says nothing.
type news struct {
	Reference, URL     string
	Received, Question bool
	Child              bool      // it is told to who answers for a minor (R52)
	Follow             bool      // the address is a follow-up address, for the reader alone
	Kind               mail.Kind // of what who examines is told; empty for a party
	Until              time.Time // likewise: when its time is over
}

func newsOf(line mail.Line, follow map[id.Report]string, home, uai string) news {
	n := news{Reference: line.Reference, Received: line.Kind == mail.CaseReceived, Question: line.Kind == mail.CaseQuestion, Child: line.Kind == mail.ChildDecided, Follow: !line.Report.IsZero(), URL: home}
	if n.Follow {
		n.URL = follow[line.Report]
	}
	if line.Work() {
		n.Kind, n.URL = line.Kind, home+"/e/"+uai+"/-/cases/"+line.Case.String()
		if line.Kind != mail.CaseUnacknowledged && line.Kind != mail.CaseUnreferred { // of which the case may be decided
			n.Until = line.Until
		}
	}
	return n
}

// compose writes a letter in its reader's language. ways and follow are the links that it
// carries; nil says that each is its reader's alone. home is the address of the service.
func compose(l mail.Letter, ways map[id.Consent]way, follow map[id.Report]string, home string) (written, error) {
	s := sheet{
		School: cut(oneLine(l.School.Name), 100), Name: cut(oneLine(l.Reader.Name), 100), Contact: l.School.Contact, Links: ways != nil, Reminder: true, Self: true,
		Location: l.School.Location,
	}
	persons := map[id.Person]bool{}
	for _, line := range l.Lines {
		if line.OfCase() {
			continue
		}
		persons[line.Person] = true
		s.Self = s.Self && line.Person == l.Reader.ID
	}
	s.Several = len(persons) > 1
	for _, line := range l.Lines {
		if line.OfCase() {
			if line.Work() {
				s.Work++
			}
			s.Cases = append(s.Cases, newsOf(line, follow, home, l.School.UAI))
			continue
		}
		e := entry{Title: cut(oneLine(line.Title), 150), Until: line.Until, Reminder: line.Kind == mail.ConsentReminder}
		if s.Several && line.Person != l.Reader.ID {
			e.Given = cut(oneLine(line.Given), 50)
		}
		if line.Kind == mail.ConsentEnding {
			s.Ending = append(s.Ending, e)
			continue
		}
		if way, ok := ways[line.Consent]; ok {
			e.URL, e.Until = way.URL, way.Until
		}
		if line.Kind == mail.ConsentReceipt {
			s.Receipts = append(s.Receipts, e)
			continue
		}
		s.Reminder = s.Reminder && e.Reminder
		s.Awaited = append(s.Awaited, e)
	}
	language := "fr"
	if l.Reader.Language == "en" {
		language = "en"
	}
	var subject, text, html strings.Builder
	if err := texts.ExecuteTemplate(&subject, "subject."+language+".txt", s); err != nil {
		return written{}, fmt.Errorf("write subject: %w", err)
	}
	s.Subject = oneLine(subject.String())
	if err := texts.ExecuteTemplate(&text, "letter."+language+".txt", s); err != nil {
		return written{}, fmt.Errorf("write letter: %w", err)
	}
	if err := pages.ExecuteTemplate(&html, "letter."+language+".html", s); err != nil {
		return written{}, fmt.Errorf("write letter: %w", err)
	}
	return written{subject: s.Subject, text: text.String(), html: html.String(), language: language}, nil
}

// message is the letter as a mail server takes it. Its Message-ID is the letter's, however
// often it is sent.
func (w written) message(l mail.Letter, to *netmail.Address, server *SMTP) *gomail.Msg {
	_, host, _ := strings.Cut(server.from.Address, "@")
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(&netmail.Address{Name: cut(oneLine(l.School.Name), 100), Address: server.from.Address})
	m.ToMailAddress(to)
	if server.bounces != nil {
		m.EnvelopeFromMailAddress(&netmail.Address{Address: returnAddress(server.bounces, l)})
	}
	if contact, err := mailbox(l.School.Contact); err == nil {
		m.ReplyToMailAddress(contact)
		m.SetListUnsubscribe("<mailto:" + contact.Address + ">")
	}
	m.Subject(w.subject)
	m.SetDate()
	m.SetMessageIDWithValue(l.ID.String() + "@" + host)
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader("X-Auto-Response-Suppress", "All")
	m.SetGenHeader("Content-Language", w.language)
	m.SetGenHeader("List-Id", "<"+strings.ToLower(l.School.UAI)+".imprimatur."+host+">")
	m.SetBodyString(gomail.TypeTextPlain, w.text)
	m.AddAlternativeString(gomail.TypeTextHTML, w.html)
	return m
}

// oneLine is text without breaks and other controls.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}

// cut bounds a text.
func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// moment writes a time of day: 1er mars 2026 à 14 h 05.
func moment(language string, place *time.Location, at time.Time) string {
	at = at.In(place)
	date := day(language, place, at.Add(time.Nanosecond))
	if language == "fr" {
		return date + " à " + calendar.FrenchHour(at)
	}
	return date + at.Format(" at 15:04")
}

// day writes the last day of a time that ends then: 1er mars 2026.
func day(language string, place *time.Location, until time.Time) string {
	last := until.In(place).Add(-time.Nanosecond)
	if language == "fr" {
		return calendar.FrenchDay(last)
	}
	return last.Format("2 January 2006")
}
