package web

import (
	"cmp"
	"html/template"
	"slices"
	"strconv"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// ItemPage is a text to be judged, with all that judging it needs.
type ItemPage struct {
	Base
	Crumbs           []Crumb
	Statuses         []Status
	About            string
	Claim            *ClaimNote
	TextHeading      string
	Sealed           bool
	Language         string
	Text             Markup // with the words that screening found
	Profile          bool   // its portrait stands beside its words
	Credits          []publication.Attribution
	Pictures         *PicturesNote
	Diff             Markup // nil where there is nothing to compare
	Offers           []OfferForm
	Suggest          string
	NextURL          string
	ID               string // of the contribution
	Findings         []FindingNote
	Record           *RecordNote
	Paper            *PaperForm // nil where no authorisation is asked for
	Collective       *CollectiveForm
	Reading, History string
}

// Template names the page's file.
func (*ItemPage) Template() string { return "item" }

// Markup is trusted text: publication.HTML or publication.Annotated.
type Markup interface{ Template() template.HTML }

// ClaimNote says who is at the text.
type ClaimNote struct {
	Class, Text string
	Beat        string // where a script prolongs the visitor's own claim
	Release     string
}

// FindingNote is what a phase of screening said.
type FindingNote struct {
	Phase, Verdict, Reason string
	Severity               int
	Words                  []string
}

// RecordNote is the author's history.
type RecordNote struct {
	Heading string
	Lines   []string
	Recent  []DecisionNote
}

// DecisionNote is a decision of the past.
type DecisionNote struct {
	What, Title string
	At          time.Time
}

// showItem opens a text to be judged. If it waits for the visitor and nobody else
// has it, it is theirs for a while, and the first human view is on record.
func (s *Site) showItem(v *visit) error {
	c, err := contribution(v.Param("text"))
	if err != nil {
		return err
	}
	item, err := s.cfg.Reviewer.Open(v.Request().Context(), v.actor(), c)
	if err != nil {
		return err
	}
	if v.actor().Is(item.Contribution.Author) {
		return v.see(v.house.work(c))
	}
	page, err := v.itemPage(c, item)
	if err != nil {
		return err
	}
	return v.render(page)
}

func (v *visit) itemPage(c id.Contribution, item moderation.Item) (*ItemPage, error) {
	r := concerned(item)
	title := cmp.Or(r.Title, publication.Excerpt(r.HTML, 60), v.Text("mine.untitled"))
	base, err := v.base(title)
	if err != nil {
		return nil, err
	}
	page := &ItemPage{
		Base: base, Crumbs: []Crumb{{v.house.desk("review"), v.Text("queue.title")}}, Statuses: v.statuses(standingOfItem(item)),
		About: v.about(item), Claim: v.claim(c, item), Sealed: item.Sealed, Language: r.Language, Text: sketched(item.Contribution.Kind.Words(r.HTML), r), Credits: r.Attributions,
		Profile: item.Contribution.Kind == publication.Profile, TextHeading: v.Text("item.text_of", "Number", r.Number), Offers: v.offers(item.Dossier, item.Offers, v.house.item(c, "act")),
		ID: c.String(), Findings: v.findings(item.Findings), Record: v.record(item), History: v.house.work(c, "history"),
	}
	page.Wide = true
	page.warn(v, item.Findings)
	page.show(v, c, item, r)
	if page.Pictures, err = v.pictures(c, item, r); err != nil {
		return nil, err
	}
	if page.Collective, err = v.collective(c, item); err != nil {
		return nil, err
	}
	page.Paper, err = v.paper(c, item)
	return page, err
}

// warn puts the gravest finding beside the title, as the queue does, and from severity
// 3 on has no button stand out: nobody approves a threat by habit.
func (p *ItemPage) warn(v *visit, findings []moderation.Finding) {
	gravest := 0
	for _, f := range findings {
		gravest = max(gravest, int(f.Severity))
	}
	if gravest > 1 {
		p.Statuses = append(p.Statuses, Status{"badge-urgent", v.Text("queue.severity", "Level", strconv.Itoa(gravest))})
	}
	if gravest < graveSeverity {
		return
	}
	for i := range p.Offers {
		if p.Offers[i].Action == workflow.Approve {
			p.Offers[i].Class = "secondary"
		}
	}
}

// graveSeverity is from which on screening holds a text in every space.
const graveSeverity = 3

// show adds what depends on where the text is.
func (p *ItemPage) show(v *visit, c id.Contribution, item moderation.Item, r *publication.Revision) {
	if r.Status == workflow.Live {
		p.TextHeading = v.Text("item.text_live", "Number", r.Number)
	}
	if item.Marked.String() != "" {
		p.Text = sketched(item.Marked, r)
	}
	if item.Diff != nil {
		p.Diff = sketched(item.Diff.HTML, r)
	}
	if item.Exposure == workflow.Visible {
		p.Reading = v.house.permanent(c)
	}
	if item.Roles.HasAny(actor.Moderator, actor.Owner, actor.Backup, actor.Director) && (item.Open != nil || item.Live != nil) && !item.Sealed {
		p.Suggest = v.house.item(c, "suggest")
	}
	if p.Nav.ReviewCount > 0 {
		p.NextURL = v.house.desk("review", "next")
	}
}

// concerned is the version that the page is about: on its way, live, or refused.
func concerned(item moderation.Item) *publication.Revision {
	return cmp.Or(item.Open, item.Live, item.Refused, new(publication.Revision))
}

func (v *visit) about(item moderation.Item) string {
	about := v.Text("item.about", "Kind", v.Text("kind."+string(item.Contribution.Kind)), "Author", item.Contribution.Byline, "Space", item.Space.Title)
	if item.FirstView != nil {
		about += " · " + v.Text("item.first_view", "Name", item.FirstView.Name, "At", v.Moment(item.FirstView.At))
	}
	return about
}

func (v *visit) claim(c id.Contribution, item moderation.Item) *ClaimNote {
	switch {
	case item.Claim == nil:
		return nil
	case v.actor().Is(item.Claim.Person):
		return &ClaimNote{
			Class: "notice-info", Text: v.Text("item.claim_mine", "Until", v.Hour(item.Claim.Expires)),
			Beat: v.house.item(c, "claim"), Release: v.house.item(c, "release"),
		}
	}
	return &ClaimNote{Class: "notice-warning", Text: v.Text("item.claim_taken", "Name", item.Claim.Name, "Until", v.Hour(item.Claim.Expires))}
}

// findings lists what phases had to say; a phase that passed in silence is left out.
func (v *visit) findings(list []moderation.Finding) []FindingNote {
	var notes []FindingNote
	for _, f := range list {
		note := FindingNote{
			Phase: v.either("phase."+f.Phase, f.Phase), Verdict: v.Text("verdict." + string(f.Verdict)), Severity: int(f.Severity),
		}
		if text, err := v.T("finding." + f.Reason); err == nil {
			note.Reason = text
		} else {
			note.Reason = v.Text("finding.list", "List", f.Reason)
		}
		for _, m := range f.Matches {
			if m.Text != "" && !slices.Contains(note.Words, m.Text) {
				note.Words = append(note.Words, m.Text)
			}
		}
		notes = append(notes, note)
	}
	return notes
}

func (v *visit) record(item moderation.Item) *RecordNote {
	if item.Record == nil {
		return nil
	}
	note := &RecordNote{Heading: v.Text("item.record", "Name", item.Contribution.Byline)}
	for _, line := range []struct {
		key   string
		count int
	}{
		{"submitted", item.Record.Submitted}, {"live", item.Record.Live},
		{"changes", item.Record.ChangesRequested}, {"rejected", item.Record.Rejected},
	} {
		if text, err := v.N("item.record_"+line.key, line.count); err == nil {
			note.Lines = append(note.Lines, text)
		}
	}
	for _, d := range item.Record.Recent {
		note.Recent = append(note.Recent, DecisionNote{
			What: v.either("event."+string(d.Action), string(d.Action)), Title: cmp.Or(d.Title, v.Text("mine.untitled")), At: d.At,
		})
	}
	return note
}
