package web

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// CasePage is a case with all that examining it needs.
type CasePage struct {
	Base
	Crumbs    []Crumb
	Statuses  []Status
	About     string
	Assigned  string
	Kept      string // why it is not the visitor's to judge (R45, R46); empty where it is
	GoesOn    *Crumb // the case that goes on with it
	Linked    []LinkNote
	Link      *LinkForm // nil where there is no other case to link
	Clocks    []ClockNote
	Decide    []Crumb // ways to the page on which it is judged
	Actions   []CaseAct
	Order     *OrderNote // nil but for an order (R48)
	Refer     *ReferNote // nil but for whoever judges, of what is grave (R49)
	Care      *CareNote  // nil but for harassment (R51)
	Kin       *KinNote   // nil but for whoever judges, of what of a minor's was withdrawn (R52)
	Exhibits  []ExhibitNote
	Present   *PresentNote // nil where an authority handles it, or nothing was found
	Location  string
	Counted   string // how many have reported it, where not all are shown
	Reports   []ReportNote
	Protected string // why who reported is not shown, or that it is and is on record (R44)
	Naming    string // where who reported is asked for
	Thread    []Said
	Note      *TalkForm
	Rulings   []RulingNote
	Letters   []LetterNote
	Events    []CaseEventNote
	Reply     *ReplyNote // of a case of that kind: it stands in place of what was reported
}

// Template names the page's file.
func (*CasePage) Template() string { return "case" }

// ClockNote is a time limit with what it means.
type ClockNote struct {
	Label, Means string
	Due          time.Time
	Late         bool
}

// ExhibitNote is what the content was when it was reported.
type ExhibitNote struct {
	ID, Heading, About string
	Heads              string // its title
	Sealed             bool
	Language           string
	Text               Markup
	Pictures           string
	Messages           []MessageNote  // of a private conversation
	Replies            []InsertedNote // of the law, that stood under it
	Hash               string
	At                 time.Time
}

// PresentNote is what the content is now.
type PresentNote struct {
	Text, URL string
	Statuses  []Status
	Holds     []string
}

// ReportNote is what one person has reported.
type ReportNote struct {
	Reference, Ground, Explanation, Legal, Prior, Who string
	At                                                time.Time
	Attached                                          []AttachmentNote
	Mark                                              *MarkNote // nil but for whoever judges, where it was found unfounded or may be (R47)
}

// RulingNote is what was decided, with its reasons.
type RulingNote struct {
	What, Who, Ground, Facts, Reason, Answer string
	At                                       time.Time
}

// CaseEventNote is an act in the history of a case.
type CaseEventNote struct {
	What, Who string
	At        time.Time
}

func caseOf(param string) (id.Case, error) {
	c, err := id.Parse[id.Case](param)
	if err != nil {
		return c, directory.ErrNotFound
	}
	return c, nil
}

// caseForm reads what is sent about the case that the address names.
func (v *visit) caseForm() (id.Case, url.Values, error) {
	c, err := caseOf(v.Param("case"))
	if err != nil {
		return c, nil, err
	}
	form, err := v.form()
	return c, form, err
}

// showCase opens a case. Whom it is assigned to begins to examine it by that.
func (s *Site) showCase(v *visit) error {
	page, err := v.casePage()
	if err != nil {
		return err
	}
	return v.render(page)
}

// nameReporters shows the case with who reported, to whoever asks for it and may know: that they
// have is on record (R44).
func (s *Site) nameReporters(v *visit) error {
	page, err := v.casePageOf(s.cfg.Cases.CaseNaming)
	if err != nil {
		return err
	}
	return s.renderOnce(v, http.StatusOK, page)
}

func (v *visit) casePage() (*CasePage, error) { return v.casePageOf(v.site.cfg.Cases.Case) }

func (v *visit) casePageOf(read func(context.Context, actor.Actor, id.Case) (moderation.CaseView, error)) (*CasePage, error) {
	c, err := caseOf(v.Param("case"))
	if err != nil {
		return nil, err
	}
	view, err := read(v.Request().Context(), v.actor(), c)
	if err != nil {
		return nil, err
	}
	base, err := v.base(cmp.Or(view.Target.Title, v.Text("case.somewhere")))
	if err != nil {
		return nil, err
	}
	page := &CasePage{
		Base: base, Crumbs: []Crumb{{v.house.desk("cases"), v.Text("cases.title")}}, Statuses: v.caseStatuses(view.Case), About: v.aboutCase(view),
		Assigned: v.assigned(view), Clocks: v.clocks(view), Location: located(view), Letters: v.letters(view.Letters),
		Note: &TalkForm{URL: v.house.dossier(c, "note")},
	}
	page.Wide = true
	if !view.Fresh && view.Status.Open() {
		page.Kept = v.Need("fresh_eyes", "R45")
	}
	if view.Order != nil {
		page.Order = v.orderNote(*view.Order)
	} else if view.Target.Contribution.IsZero() && view.Target.Photo.IsZero() && view.Target.Message == "" {
		page.Protected = v.Text("case.nothing_found")
	}
	page.gather(v, view)
	page.aside(v, view)
	return page, errors.Join(page.relate(v, view), page.act(v, view))
}

// located is where the reporter said that it is; the ENT's id of a message tells nobody anything.
func located(view moderation.CaseView) string {
	if view.Target.Message != "" {
		return ""
	}
	return view.Location
}

func (v *visit) aboutCase(view moderation.CaseView) string {
	return v.Text("case.about", "Reference", view.Reference, "Kind", v.Text("case.kind_"+string(view.Kind)), "Ground", v.plainGround(view.Ground),
		"Author", view.AuthorName, "Place", cmp.Or(view.SpaceTitle, view.PlaceName))
}

func (v *visit) assigned(view moderation.CaseView) string {
	switch {
	case view.DeciderName != "" && !view.Status.Open():
		return v.Text("case.decided_by", "Name", view.DeciderName, "At", v.Moment(view.DecidedAt))
	case v.actor().Is(view.Assignee):
		return v.Text("case.assigned_me")
	case view.AssigneeName != "":
		return v.Text("case.assigned_to", "Name", view.AssigneeName)
	}
	return v.Text("case.assigned_nobody", "House", view.HandlerName)
}

func (v *visit) clocks(view moderation.CaseView) []ClockNote {
	notes := make([]ClockNote, len(view.Clocks))
	for i, c := range view.Clocks {
		notes[i] = ClockNote{Label: v.clockLabel(view, c), Means: v.Text("case.clock_paused"), Due: c.Due, Late: c.Late}
		if c.Legal {
			notes[i].Means = v.Text("case.clock_legal")
		}
	}
	return notes
}

func (v *visit) clockLabel(view moderation.CaseView, c moderation.Clock) string {
	if c.Kind == moderation.ClockReply {
		return v.replyClock(view)
	}
	return v.Text("case.clock_" + string(c.Kind))
}

// gather fills in what the case is about, and what was said and done.
func (p *CasePage) gather(v *visit, view moderation.CaseView) {
	for i, e := range view.Evidence {
		p.Exhibits = append(p.Exhibits, v.exhibit(i, e, view))
	}
	if p.Reply = v.replyNote(view); p.Reply != nil && len(p.Exhibits) > 0 {
		p.Reply.Message, p.Exhibits = &p.Exhibits[0], p.Exhibits[1:]
	}
	if view.Current != nil {
		p.Present = v.present(*view.Current)
	}
	if p.Reply != nil {
		view.Reports = nil // what they say is beside the message
		for i := range p.Letters {
			p.Letters[i].To = v.Text("reply.letter_to")
		}
	}
	if view.Tally.Count > len(view.Reports) {
		p.Counted, _ = v.N("case.counted", view.Tally.Count)
	}
	for _, r := range view.Reports {
		note := v.reportNote(r, view.Identities)
		for _, a := range view.Attachments {
			if a.Report == r.ID {
				note.Attached = append(note.Attached, v.attachmentNote(a, v.house.dossier(view.ID, "attachments", a.ID.String())))
			}
		}
		note.Mark = v.markNote(view, r.ID)
		p.Reports = append(p.Reports, note)
	}
	switch {
	case len(view.Reports) == 0 || p.Protected != "":
	case view.Judges && !view.Identities:
		p.Protected, p.Naming = v.Text("case.identities_ask"), v.house.dossier(view.ID, "reporters")
	case view.Identities:
		p.Protected = v.Text("case.identities_logged")
	default:
		p.Protected = v.Text("case.identities_hidden")
	}
	for _, e := range view.Thread {
		p.Thread = append(p.Thread, Said{v.Text("case.said_"+string(e.Kind), "Name", cmp.Or(e.Name, v.Text("case.reporter"))), e.Text, e.At})
	}
	for _, r := range view.Rulings {
		p.Rulings = append(p.Rulings, v.rulingNote(r))
	}
	for _, e := range view.Events {
		p.Events = append(p.Events, CaseEventNote{v.either("event."+e.Action, e.Action), cmp.Or(e.Name, v.Text("case.machine")), e.At})
	}
}

func (v *visit) exhibit(n int, e moderation.Evidence, view moderation.CaseView) ExhibitNote {
	x := e.Exhibit
	if view.Target.Message != "" {
		return v.conversation(n, e, view)
	}
	note := ExhibitNote{
		Heading: v.Text("case.as_portrait"), Sealed: e.Sealed && !view.Custodian, Language: x.Language, At: e.TakenAt,
		Hash: hashed(e.Hash), ID: "exhibit-" + strconv.Itoa(n+1), About: x.Space,
	}
	if x.Kind != "" { // a portrait has no versions
		note.Heading = v.Text("case.as_it_was", "Number", x.Number)
		note.About = v.Text("case.exhibit_about", "Kind", v.Text("kind."+string(x.Kind)), "Audience", v.Text("audience."+string(x.Audience)), "Space", x.Space)
	}
	if note.Sealed {
		return note
	}
	for _, r := range x.Replies {
		note.Replies = append(note.Replies, InsertedNote{Heading: v.Text("reply.inserted_by", "Name", r.Name), About: r.Reference, Text: r.Text})
	}
	if note.Heads = x.Title; view.Local() && !e.Sealed {
		note.Text = publication.Illustrate(publication.StoredHTML(x.HTML), nil, "", exhibited(x))
		return note
	}
	// To an authority the pictures' doors are shut, and what is sealed has no thumbnail (R50).
	words, pictures := publication.TakeApart(publication.StoredHTML(x.HTML))
	note.Text = words
	if len(pictures) > 0 {
		note.Pictures, _ = v.N("case.pictures", len(pictures))
	}
	return note
}

// hashed is the beginning of a fingerprint.
func hashed(sum [32]byte) string { return hex.EncodeToString(sum[:8]) }

// exhibited gives the address of a picture as the evidence has it, for those who work with it.
func exhibited(x moderation.Exhibit) func(id.Photo, imageconsent.Size) string {
	return func(photo id.Photo, size imageconsent.Size) string {
		for _, p := range x.Pictures {
			if p.Photo == photo {
				return working(photo, size) + "&rendition=" + p.Rendition.String()
			}
		}
		return working(photo, size)
	}
}

func (v *visit) present(now moderation.Current) *PresentNote {
	note := &PresentNote{Text: v.Text("case.present_same"), Statuses: v.hidden(now.Exposure), URL: v.house.item(now.Contribution.ID)}
	switch {
	case now.Sealed:
		note.Text, note.URL = v.Text("item.sealed"), ""
	case now.Exposure == workflow.Unpublished:
		note.Text = v.Text("case.present_unpublished")
	case now.Changed:
		note.Text = v.Text("case.present_changed")
	}
	for _, h := range now.Holds {
		note.Holds = append(note.Holds, v.Text("case.hold_"+string(h.Kind), "At", v.Moment(h.PlacedAt)))
	}
	return note
}

func (v *visit) reportNote(r moderation.Report, shown bool) ReportNote {
	note := ReportNote{
		Reference: r.Reference, Ground: v.plainGround(r.Ground), Explanation: r.Explanation, Legal: r.LegalGround, Prior: r.PriorContact, At: r.At,
	}
	switch {
	case shown && !r.Person.IsZero():
		note.Who = v.Text("case.who_member", "Name", r.Name)
	case shown && r.Name != "":
		note.Who = v.Text("case.who_named", "Name", r.Name, "Email", cmp.Or(r.Email, "–"))
	case shown:
		note.Who = v.Text("case.who_unknown")
	}
	return note
}

func (v *visit) rulingNote(r moderation.Ruling) RulingNote {
	key := "decision.decided_" + string(r.Verdict)
	if r.Appeal && !r.Upheld {
		key = "decision.upheld_first"
	}
	note := RulingNote{What: v.Text(key), Who: r.Name, Ground: v.plainGround(r.Ground), Reason: r.Reason, Answer: r.Answer, At: r.At}
	if r.Statement != nil {
		note.Facts = r.Statement.Facts
	}
	return note
}
