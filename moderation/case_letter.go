package moderation

import (
	"cmp"
	"embed"
	"fmt"
	"strings"
	"text/template"
	"time"

	"imprimatur/internal/calendar"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

//go:embed letters
var letterFiles embed.FS

var letterTexts = template.Must(template.ParseFS(letterFiles, "letters/*.txt"))

// sheet is what a letter says. What is not for its reader is never put into it (R44).
type sheet struct {
	House     string
	Reference string // theirs: of their report, or of the case
	Title     string // of the content, for its author
	At        string
	Due       string
	Until     string // when appealing ends; empty where they cannot
	Text      string // in the words of whoever decides or asks
	Rule      string // of law or charter
	Facts     string // of the statement
	Masked    bool
	Removed   bool
	Picture   bool
	Space     bool // it is about a whole space
	Edit      bool
	Message   bool // it is about a private message
	Remind    bool // whose author is told what is not allowed
	Appeal    bool
	Upheld    bool
	Statement bool
	Again     bool          // the text that was rejected is reviewed by somebody else
	Most      int           // so many unfounded reports limit whoever makes them (R47)
	Months    int           // in so many months
	Days      int           // for so long
	Contest   bool          // they can appeal from the follow-up page
	Location  string        // of the message that a reply is about
	Contact   string        // how to reach whoever has the case in hand (R39)
	Grounds   []ReplyGround // of a reply that is refused
	Order     *orderSheet   // of an order (R48)
}

// letter writes one: the first line of its template is the subject.
func (f CaseFile) letter(kind CaseLetterKind, name, language string, s sheet, now time.Time) (CaseLetter, error) {
	if language != "en" {
		language = "fr"
	}
	var text strings.Builder
	if err := letterTexts.ExecuteTemplate(&text, name+"."+language+".txt", s); err != nil {
		return CaseLetter{}, fmt.Errorf("write letter: %w", err)
	}
	subject, body, _ := strings.Cut(text.String(), "\n")
	return CaseLetter{ID: id.New[id.Letter](), Case: f.ID, Kind: kind, Subject: subject, Body: strings.TrimSpace(body), At: now}, nil
}

// moment writes a time as people of the house read it.
func (f CaseFile) moment(at time.Time, language string) string {
	at = at.In(f.House.Calendar.Location())
	if language == "en" {
		return at.Format("2 January 2006 at 15:04")
	}
	return calendar.FrenchDay(at) + " à " + calendar.FrenchHour(at)
}

// toReporter is a letter to one who reported.
func (f CaseFile) toReporter(r Report, kind CaseLetterKind, name string, s sheet, now time.Time) (CaseLetter, error) {
	s.House, s.Reference = cmp.Or(s.House, f.house()), r.Reference
	l, err := f.letter(kind, name, r.Language, s, now)
	l.To, l.Report, l.Person = TheReporter, r.ID, r.Person
	return l, err
}

// receipt acknowledges one report (R39). Whoever has no account does not learn by it whether there is
// something at the address that they gave.
func (f CaseFile) receipt(r Report, now time.Time) (CaseLetter, error) {
	name := "receipt"
	if f.Kind == OfReply {
		name = "reply_receipt"
	}
	masked := f.Status.Open() && f.Hides && !r.Person.IsZero()
	s := sheet{At: f.moment(r.At, r.Language), Due: f.moment(f.dueTo(r), r.Language), Masked: masked, Contact: f.contact()}
	if f.goesUp() { // they have nothing to do with the house that they chose not to ask
		s.House, s.Contact = f.AboveName, ""
	}
	l, err := f.toReporter(r, LetterReceipt, name, s, now)
	l.Cause = r.ID.UUID
	return l, err
}

// goesUp reports whether the case is about to be the authority's, since somebody asked for it (R40).
func (f CaseFile) goesUp() bool { return f.Authority && f.Local() && !f.Above.IsZero() }

// contact is how to reach whoever has the case in hand, as far as they have said it.
func (f CaseFile) contact() string {
	var ways []string
	for _, way := range []string{cmp.Or(settings.ContactMail.Of(f.House.Values), f.Reach.Email), f.Reach.Phone} {
		if way != "" {
			ways = append(ways, way)
		}
	}
	return strings.Join(ways, ", ")
}

// sheet is what both letters of a ruling say.
func (r Ruling) sheet() sheet {
	return sheet{
		Removed: r.Verdict.Removes(), Picture: r.Verdict == workflow.WithdrawPicture, Edit: r.Verdict == workflow.AskEdit,
		Remind: r.Verdict == workflow.Remind,
		Appeal: r.Appeal, Upheld: r.Upheld, Rule: ruleOf(r.Ground),
	}
}

// letter is the kind of letter that tells of a ruling.
func (r Ruling) letter() CaseLetterKind {
	if r.Appeal {
		return LetterAnswer
	}
	return LetterDecision
}

// toAuthor is the letter of a ruling to the author (R43); nil where none is known, or none is
// told (R50). The file is as the ruling leaves it.
func (f CaseFile) toAuthor(r Ruling, now time.Time) (*CaseLetter, error) {
	if f.Target.Author.IsZero() || r.Sealed {
		return nil, nil //nolint:nilnil // there is no letter
	}
	language, s := "fr", r.sheet()
	if f.Dossier != nil {
		language = f.Dossier.Author.Person.Language
	}
	s.Message = f.Target.Message != ""
	s.House, s.Reference, s.Title, s.Text = f.house(), f.Reference, f.Target.Title, r.Reason
	if r.Statement != nil {
		s.Statement, s.Facts = true, r.Statement.Facts
	}
	if f.authorMayAppeal(now) {
		s.Until = f.moment(f.AppealUntil, language)
	}
	if f.Kind == OfAppeal {
		s.Appeal, s.Upheld = true, r.Verdict == workflow.Keep
		s.Again = s.Upheld && f.Dossier != nil && f.Dossier.Refused != nil && f.Dossier.Refused.ID.UUID == f.Disputed
	}
	l, err := f.letter(r.letter(), "author", language, s, now)
	l.To, l.Person, l.Cause = TheAuthor, f.Target.Author, r.ID.UUID
	return &l, err
}

// answer is the letter of a ruling to one who reported (R43). It rests on the ruling alone, so
// that it may be written after it.
func (f CaseFile) answer(r Ruling, to Report, now time.Time) (CaseLetter, error) {
	s := r.sheet()
	s.Text, s.Message = r.Answer, f.Target.Message != ""
	if !r.Until.IsZero() && !f.hasAppealed(to) {
		s.Until = f.moment(r.Until, to.Language)
	}
	l, err := f.toReporter(to, r.letter(), "reporter", s, now)
	l.Cause = r.ID.UUID
	return l, err
}

// ruleOf names the provision of a ground: of the law, or of the charter.
func ruleOf(ground workflow.Ground) string {
	info, _ := ground.Info()
	if info.Law != "" {
		return info.Law
	}
	if info.Charter != "" {
		return "charte, " + info.Charter
	}
	return ""
}
