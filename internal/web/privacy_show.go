package web

import (
	"encoding/json"
	"time"

	"imprimatur/internal/auth"
	"imprimatur/internal/calendar"
	"imprimatur/internal/mail"
	"imprimatur/internal/settings"
	"imprimatur/publication"
)

func (s *Site) showPrivacy(v *visit) error { return v.information("privacy.title", v.privacySections) }

func (v *visit) privacySections(said publication.LegalPage) []Section {
	answers := said.Director.Name
	if answers == "" {
		answers = v.Text("legal.unsaid")
	}
	who := Section{ID: "who", Title: v.Text("privacy.who"), Texts: []string{v.Text("privacy.who_about", "Name", said.Name, "Director", answers)}}
	who.Facts = append(v.contact(said.Facts), v.stated(Stated{v.Text("legal.field_protection"), said.Facts.Protection, ""})...)
	kept := Section{ID: "kept", Title: v.Text("privacy.kept"), Texts: []string{v.Text("privacy.kept_about")}, Table: v.table("privacy.head_", "what", "why", "who")}
	for _, data := range []string{"identity", "texts", "drafts", "photos", "consents", "decisions", "reports", "letters", "logs"} {
		kept.Table.add(v.Text("privacy.what_"+data), v.Text("privacy.why_"+data), v.Text("privacy.who_"+data))
	}
	return []Section{
		who, kept,
		{ID: "retention", Title: v.Text("privacy.retention"), Texts: []string{v.Text("privacy.retention_about")}, Table: v.retention(said.Values)},
		{ID: "rights", Title: v.Text("privacy.rights"), Texts: []string{v.Text("privacy.rights_about")},
			Points: v.points("privacy.right_", "access", "rectification", "erasure", "opposition", "limitation", "consent", "complaint")},
		{ID: "cookies", Title: v.Text("privacy.cookies"), Texts: []string{v.Text("privacy.cookies_none"), v.Text("privacy.cookies_about")}, Table: v.cookies(said.Values)},
	}
}

// period is something that ends, with the parameter that says when.
type period struct {
	key  string // of its words
	term settings.Definition
}

// retained are the periods of the retention table that an establishment may set (R66).
var retained = []period{
	{"idle_adult", settings.IdleAdult}, {"idle_pupil", settings.IdlePupil}, {"briefing", settings.BriefingValidity},
	{"link", settings.LinkValidity}, {"project_longest", settings.ProjectLongest}, {"project_upload", settings.ProjectUpload}, {"consent_ends", settings.ConsentEnds}, {"consent_longest", settings.ConsentLongest},
	{"consent_warning", settings.ConsentWarning}, {"consent_rest", settings.ConsentRest},
	{"appeal", settings.AppealPeriod}, {"suspension", settings.SuspensionMax}, {"supervision", settings.SupervisionMax}, {"unfounded", settings.UnfoundedWindow},
	{"logs", settings.AccessLogRetention}, {"withdrawn", settings.WithdrawnRetention}, {"case", settings.CaseRetention},
}

// retention tells how long everything is kept: what the law fixes, then what is set here,
// then what the service does everywhere.
func (v *visit) retention(values settings.Values) Table {
	t := v.table("privacy.head_", "period", "how_long", "rule")
	row := func(key, term, rule string) { t.add(v.Text("privacy.period_"+key), term, rule) }
	row("account", v.Text("privacy.long_account"), "R05")
	row("contributions", v.Text("privacy.long_contributions"), "R06")
	for _, p := range retained {
		row(p.key, v.term(p.term, values), p.term.Rule())
	}
	row("letter_words", v.days(mail.WordsKept), "")
	row("letter", v.Span(calendar.Duration{Kind: calendar.Months, N: mail.MonthsKept}), "")
	row("trail", v.Text("privacy.long_trail"), "R58")
	row("answer", v.Span(calendar.Duration{Kind: calendar.Months, N: 1}), "R64")
	return t
}

// cookies are those that there are, and what scripts keep.
func (v *visit) cookies(values settings.Values) Table {
	t := v.table("privacy.head_", "name", "why", "how_long")
	t.add("imprimatur", v.Text("privacy.cookie_session"), v.Text("privacy.cookie_session_long", "Adult", v.term(settings.IdleAdult, values), "Pupil", v.term(settings.IdlePupil, values)))
	t.add("imprimatur_device", v.Text("privacy.cookie_device"), v.days(auth.CardLife))
	t.add(v.Text("privacy.copy_name"), v.Text("privacy.copy"), v.Text("privacy.copy_long"))
	return t
}

// table has headings of the catalogue, by the ends of their keys.
func (v *visit) table(prefix string, heads ...string) Table {
	return Table{Heads: v.points(prefix, heads...)}
}

// term words a parameter that is a span of time or a day of the year.
func (v *visit) term(of settings.Definition, values settings.Values) string {
	var text string
	if err := json.Unmarshal(of.JSON(values), &text); err != nil {
		return string(of.JSON(values))
	}
	if t, err := calendar.ParseTerm(text); err == nil { // a span is a term without a cap
		return v.Term(t)
	}
	if d, err := time.ParseDuration(text); err == nil {
		return v.Lasting(d)
	}
	if day, err := time.Parse(settings.YearDayLayout, text); err == nil {
		return v.YearDay(day.Month(), day.Day())
	}
	return text
}

// days words time that is whole days.
func (v *visit) days(d time.Duration) string {
	return v.Span(calendar.Duration{Kind: calendar.CalendarDays, N: int(d / (24 * time.Hour))})
}
