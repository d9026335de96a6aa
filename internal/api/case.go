package api

import (
	"context"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Cases are for those who examine them. moderation.Cases is one.
type Cases interface {
	Cases(ctx context.Context, who actor.Actor, f moderation.CaseFilter) (moderation.CasePage, error)
	Case(ctx context.Context, who actor.Actor, c id.Case) (moderation.CaseView, error)
	CaseNaming(ctx context.Context, who actor.Actor, c id.Case) (moderation.CaseView, error)
	Evidence(ctx context.Context, who actor.Actor, c id.Case) ([]moderation.Evidence, error)
	ActOn(ctx context.Context, who actor.Actor, c id.Case, command moderation.CaseCommand) error
	PreviewDecision(ctx context.Context, who actor.Actor, c id.Case, command moderation.CaseCommand) (moderation.Preview, error)
	CannedReasons(ctx context.Context, who actor.Actor) ([]moderation.CannedReason, error)
	KeepCanned(ctx context.Context, who actor.Actor, r moderation.CannedReason) (moderation.CannedReason, error)
	DropCanned(ctx context.Context, who actor.Actor, reason id.Canned, version int64) error
	AddNote(ctx context.Context, who actor.Actor, c id.Case, text string) error
	Refer(ctx context.Context, who actor.Actor, c id.Case, to moderation.Recipient, body string) error
	LiftReferral(ctx context.Context, who actor.Actor, c id.Case, referral id.Entry, reason string) error
	TakeCareStep(ctx context.Context, who actor.Actor, c id.Case, step moderation.CareStep, note string) error
	RecordOrder(ctx context.Context, who actor.Actor, in moderation.OrderInput) (id.Case, error)
	Link(ctx context.Context, who actor.Actor, c, other id.Case, reason string) error
	Unlink(ctx context.Context, who actor.Actor, c, other id.Case) error
	Desk(ctx context.Context, who actor.Actor) (moderation.Desk, error)
	LentActs(ctx context.Context, who actor.Actor, delegate id.Person, after string, limit int) (moderation.LentActPage, error)
}

// caseLineJSON is a case in a list.
type caseLineJSON struct {
	ID           id.Case               `json:"id"`
	Reference    string                `json:"reference"`
	Kind         moderation.CaseKind   `json:"kind"`
	Status       workflow.CaseStatus   `json:"status"`
	Version      int64                 `json:"version"`
	Place        id.Tenant             `json:"place" doc:"The establishment where the content is."`
	PlaceName    string                `json:"place_name"`
	Contribution id.Contribution       `json:"contribution,omitzero" doc:"Absent where the location names nothing."`
	Photo        id.Photo              `json:"photo,omitzero"`
	Space        id.Space              `json:"space,omitzero"`
	Message      string                `json:"message,omitempty" doc:"The ENT's id of the private message that it is about (R25)."`
	SpaceTitle   string                `json:"space_title,omitempty" doc:"Absent where an authority handles it."`
	Title        string                `json:"title,omitempty" doc:"Of the content, as it was when it was reported."`
	Location     string                `json:"location,omitempty" doc:"As it was given."`
	Ground       workflow.Ground       `json:"ground,omitempty" doc:"The gravest that was reported; of an appeal by itself none."`
	Severity     workflow.Severity     `json:"severity"`
	Reports      int                   `json:"reports" doc:"How many have reported it."`
	Masked       bool                  `json:"masked" doc:"Hidden by this case until it is decided (R42)."`
	Assignee     *personJSON           `json:"assignee,omitempty"`
	AssignedAs   moderation.Assignment `json:"assigned_as,omitempty"`
	OpenedAt     time.Time             `json:"opened_at"`
	DueAt        time.Time             `json:"due_at" doc:"R41; of an appeal, R45."`
	Late         bool                  `json:"late"`
	Verdict      workflow.Verdict      `json:"verdict,omitempty" doc:"Absent before it is decided."`
	DecidedAt    time.Time             `json:"decided_at,omitzero"`
	AppealUntil  time.Time             `json:"appeal_until,omitzero"`
	ClosedAt     time.Time             `json:"closed_at,omitzero"`
	MergedInto   id.Case               `json:"merged_into,omitzero"`
}

// caseJSON is a case as somebody sees it who may examine it.
type caseJSON struct {
	caseLineJSON
	Handler        string            `json:"handler" doc:"The establishment or authority that handles it."`
	Author         personJSON        `json:"author,omitzero" doc:"Whose content it is; absent where that is not known."`
	Decider        *personJSON       `json:"decider,omitempty"`
	ViewedAt       time.Time         `json:"viewed_at,omitzero" doc:"By the first human who examined it."`
	Reply          *replyJSON        `json:"reply,omitempty" doc:"Of a case of that kind, for whoever judges."`
	Current        *currentJSON      `json:"current,omitempty" doc:"What the content is now; absent where an authority handles it, and where there is none."`
	Statements     []reportedJSON    `json:"statements" doc:"What was reported: the first 50. Who reported is named to whoever judges here and asks for it: reporters=true (R44)."`
	Attachments    []attachmentJSON  `json:"attachments" doc:"What came with the reports; none of what is sealed (R50)."`
	Linked         []caseLinkJSON    `json:"linked" doc:"Cases that belong with it, of those that the person may examine (R51)."`
	Thread         []saidJSON        `json:"thread"`
	Events         []caseEventJSON   `json:"events" doc:"The trail of the case, the newest first."`
	Rulings        []rulingJSON      `json:"rulings"`
	Letters        []caseLetterJSON  `json:"letters" doc:"To the author; to those whose statements are shown, for whoever judges."`
	Clocks         []clockJSON       `json:"clocks"`
	Order          *orderJSON        `json:"order,omitempty" doc:"Of an authority (R48); absent of another kind of case."`
	Fresh          bool              `json:"fresh" doc:"The person has judged neither this exact text nor this case (R45)."`
	Answerers      []answererJSON    `json:"answerers" doc:"Whom it can be assigned to, in the order of R40."`
	Above          string            `json:"above,omitempty" doc:"The authority that it can be transferred to."`
	AllowedActions []caseOfferJSON   `json:"allowed_actions"`
	Links          map[string]string `json:"links"`
}

// currentJSON is what the content is now.
type currentJSON struct {
	Exposure workflow.Exposure `json:"exposure"`
	Changed  bool              `json:"changed" doc:"Readers would see another text than the one that was reported."`
	Live     *revisionJSON     `json:"live,omitempty"`
	Holds    []holdJSON        `json:"holds" doc:"Of this case and of others."`
	Sealed   bool              `json:"sealed" doc:"R50"`
}

// reportedJSON is what one person reported.
type reportedJSON struct {
	ID           id.Report       `json:"id"`
	Reference    string          `json:"reference"`
	Person       id.Person       `json:"person,omitzero"`
	Name         string          `json:"name,omitempty"`
	Email        string          `json:"email,omitempty"`
	Ground       workflow.Ground `json:"ground,omitempty" doc:"Absent for a reply."`
	LegalGround  string          `json:"legal_ground,omitempty"`
	Explanation  string          `json:"explanation,omitempty"`
	PriorContact string          `json:"prior_contact,omitempty"`
	GoodFaith    bool            `json:"good_faith"`
	At           time.Time       `json:"at"`
}

// caseLinkJSON is a case that belongs with another.
type caseLinkJSON struct {
	Case      id.Case             `json:"case"`
	Reference string              `json:"reference"`
	Title     string              `json:"title,omitempty"`
	Status    workflow.CaseStatus `json:"status"`
	Reason    string              `json:"reason"`
	At        time.Time           `json:"at"`
}

type caseEventJSON struct {
	At     time.Time `json:"at"`
	Action string    `json:"action"`
	From   string    `json:"from,omitempty"`
	To     string    `json:"to,omitempty"`
	Name   string    `json:"name,omitempty" doc:"Absent for the machine, for who reported, and for somebody of another house."`
}

// rulingJSON is what was decided, with its reasons (R43).
type rulingJSON struct {
	Verdict   workflow.Verdict    `json:"verdict"`
	Appeal    bool                `json:"appeal" doc:"It answers an appeal."`
	Upheld    bool                `json:"upheld" doc:"And that appeal was."`
	Person    personJSON          `json:"person"`
	Ground    workflow.Ground     `json:"ground,omitempty"`
	Reason    string              `json:"reason" doc:"To the author."`
	Answer    string              `json:"answer,omitempty" doc:"To who reported."`
	Photo     id.Photo            `json:"photo,omitzero"`
	Sealed    bool                `json:"sealed"`
	Statement *workflow.Statement `json:"statement,omitempty"`
	At        time.Time           `json:"at"`
}

// clockJSON is a time limit.
type clockJSON struct {
	Kind  moderation.ClockKind `json:"kind"`
	Due   time.Time            `json:"due"`
	Late  bool                 `json:"late"`
	Legal bool                 `json:"legal" doc:"It never pauses."`
}

type answererJSON struct {
	Person personJSON            `json:"person"`
	As     moderation.Assignment `json:"as"`
}

// caseOfferJSON is an act open to the person.
type caseOfferJSON struct {
	offerJSON
	Verdicts []workflow.Verdict `json:"verdicts,omitempty" doc:"To choose from, where the act decides."`
}

// evidenceJSON is what a content was when it was reported.
type evidenceJSON struct {
	Revision id.Revision      `json:"revision"`
	Hash     publication.Hash `json:"hash" doc:"SHA-256 of the exhibit's canonical JSON, as it was sealed."`
	Sealed   bool             `json:"sealed" doc:"R50: all but the evidence custodian see neither its text nor its pictures."`
	TakenAt  time.Time        `json:"taken_at"`
	Exhibit  exhibitJSON      `json:"exhibit"`
}

type exhibitJSON struct {
	Kind        publication.Kind         `json:"kind,omitempty" doc:"Absent of a private message."`
	Space       string                   `json:"space"`
	Audience    publication.AudienceKind `json:"audience,omitempty"`
	Exposure    workflow.Exposure        `json:"exposure,omitempty"`
	Number      int                      `json:"number" doc:"Of the revision."`
	Title       string                   `json:"title,omitempty"`
	HTML        string                   `json:"html,omitempty"`
	Byline      string                   `json:"byline,omitempty"`
	Language    string                   `json:"language,omitempty"`
	TextHash    string                   `json:"text_hash" doc:"SHA-256 of the exact text (R19)."`
	PublishedAt time.Time                `json:"published_at,omitzero"`
	Pictures    []exhibitedJSON          `json:"pictures"`
	Messages    []exhibitedMessageJSON   `json:"messages,omitempty" doc:"Of a private message: it, and what was said around it (R25)."`
	Replies     []exhibitedReplyJSON     `json:"replies,omitempty" doc:"Of the right of reply, as readers saw them under it (R57)."`
}

type exhibitedReplyJSON struct {
	Reference string `json:"reference"`
	Name      string `json:"name"`
	Text      string `json:"text"`
}

type exhibitedJSON struct {
	Photo     id.Photo     `json:"photo"`
	Rendition id.Rendition `json:"rendition"`
	Hash      string       `json:"hash" doc:"SHA-256 of the rendition's bytes."`
}

func (a *API) listCases(c *call) (answer, error) {
	limit, err := c.limit()
	if err != nil {
		return answer{}, err
	}
	filter := moderation.CaseFilter{After: c.query.Get("after"), Limit: limit}
	if filter.Kind, err = word(c, "kind", moderation.CaseKinds()); err != nil {
		return answer{}, err
	}
	if filter.Status, err = word(c, "status", workflow.CaseStatuses()[1:]); err != nil {
		return answer{}, err
	}
	if filter.Ground, err = word(c, "ground", knownGrounds()); err != nil {
		return answer{}, err
	}
	if filter.Mine, err = c.flag("mine"); err != nil {
		return answer{}, err
	}
	if filter.Done, err = c.flag("done"); err != nil {
		return answer{}, err
	}
	page, err := a.cfg.Cases.Cases(c.Request().Context(), c.who, filter)
	if err != nil {
		return answer{}, err
	}
	return answer{body: listOf(page.Items, page.Next, shownCaseLine)}, nil
}

// knownGrounds are the codes of RULES.
func knownGrounds() []workflow.Ground {
	var list []workflow.Ground
	for _, info := range workflow.Grounds() {
		list = append(list, info.Ground)
	}
	return list
}

func (a *API) getCase(c *call) (answer, error) {
	file, err := pathID[id.Case](c, "id")
	if err != nil {
		return answer{}, err
	}
	named, err := c.flag("reporters")
	if err != nil {
		return answer{}, err
	}
	if !named {
		return a.caseFile(c, file)
	}
	view, err := a.cfg.Cases.CaseNaming(c.Request().Context(), c.who, file)
	return answer{body: shownCase(view), version: view.Version}, err
}

func (a *API) getEvidence(c *call) (answer, error) {
	file, err := pathID[id.Case](c, "id")
	if err != nil {
		return answer{}, err
	}
	all, err := a.cfg.Cases.Evidence(c.Request().Context(), c.who, file)
	if err != nil {
		return answer{}, err
	}
	return answer{body: listOf(all, "", shownEvidence)}, nil
}

// caseFile answers with a case as it is now.
func (a *API) caseFile(c *call, file id.Case) (answer, error) {
	view, err := a.cfg.Cases.Case(c.Request().Context(), c.who, file)
	if err != nil {
		return answer{}, err
	}
	return answer{body: shownCase(view), version: view.Version}, nil
}

func shownCaseLine(l moderation.CaseLine) caseLineJSON {
	out := lineOfCase(l.Case)
	out.PlaceName, out.SpaceTitle, out.Reports, out.Masked, out.Late = l.PlaceName, l.SpaceTitle, l.Reports, l.Masked, l.Late
	out.Assignee = shownPerson(l.Assignee, l.AssigneeName)
	return out
}

// lineOfCase is what a case itself says of it.
func lineOfCase(c moderation.Case) caseLineJSON {
	return caseLineJSON{
		ID: c.ID, Reference: c.Reference, Kind: c.Kind, Status: c.Status, Version: c.Version, Place: c.Place, Contribution: c.Target.Contribution,
		Photo: c.Target.Photo, Space: c.Target.Space, Message: c.Target.Message, Title: c.Target.Title, Location: c.Location, Ground: c.Ground, Severity: c.Severity,
		AssignedAs: c.AssignedAs, OpenedAt: c.OpenedAt, DueAt: c.DueAt, Verdict: c.Verdict, DecidedAt: c.DecidedAt, AppealUntil: c.AppealUntil,
		ClosedAt: c.ClosedAt, MergedInto: c.MergedInto,
	}
}

// shownPerson is somebody; nil for nobody.
func shownPerson(person id.Person, name string) *personJSON {
	if person.IsZero() {
		return nil
	}
	return &personJSON{person, name}
}

func shownCase(v moderation.CaseView) caseJSON {
	self := "/api/v1/cases/" + v.ID.String()
	out := caseJSON{
		caseLineJSON: lineOfCase(v.Case), Handler: v.HandlerName, Author: personJSON{v.Target.Author, v.AuthorName}, Decider: shownPerson(v.DecidedBy, v.DeciderName),
		ViewedAt: v.ViewedAt, Reply: shownReply(v.Reply), Current: shownCurrent(v.Current), Statements: shownEach(v.Reports, shownReported), Thread: shownEach(v.Thread, shownSaid),
		Attachments: shownEach(v.Attachments, shownAttachment),
		Linked:      shownEach(v.Linked, func(l moderation.CaseLink) caseLinkJSON { return caseLinkJSON(l) }),
		Events:      shownEach(v.Events, func(e moderation.CaseEvent) caseEventJSON { return caseEventJSON(e) }), Rulings: shownEach(v.Rulings, shownRuling),
		Letters: shownEach(v.Letters, shownCaseLetter), Clocks: shownEach(v.Clocks, func(k moderation.Clock) clockJSON { return clockJSON(k) }),
		Order: shownOrder(v.Location, v.Ground, v.Order), Fresh: v.Fresh, Above: v.Above, AllowedActions: shownEach(v.Offers, shownCaseOffer),
		Answerers: shownEach(v.Answerers, func(w moderation.Answerer) answererJSON { return answererJSON{personJSON{w.Person, w.Name}, w.As} }),
		Links:     map[string]string{"self": self, "evidence": self + "/evidence", "preview": self + "/preview"},
	}
	out.PlaceName, out.SpaceTitle, out.Reports, out.Assignee = v.PlaceName, v.SpaceTitle, v.Tally.Count, shownPerson(v.Assignee, v.AssigneeName)
	for _, clock := range v.Clocks {
		out.Masked = out.Masked || clock.Kind == moderation.ClockMask
		out.Late = out.Late || (clock.Late && (clock.Kind == moderation.ClockDecision || clock.Kind == moderation.ClockAnswer || clock.Kind == moderation.ClockOrder))
	}
	return out
}

func shownCurrent(now *moderation.Current) *currentJSON {
	if now == nil {
		return nil
	}
	return &currentJSON{
		Exposure: now.Exposure, Changed: now.Changed, Live: shownRevision(now.Live), Holds: shownEach(now.Holds, shownHold), Sealed: now.Sealed,
	}
}

func shownReported(r moderation.Report) reportedJSON {
	return reportedJSON{
		ID: r.ID, Reference: r.Reference, Person: r.Person, Name: r.Name, Email: r.Email, Ground: r.Ground, LegalGround: r.LegalGround,
		Explanation: r.Explanation, PriorContact: r.PriorContact, GoodFaith: r.GoodFaith, At: r.At,
	}
}

func shownRuling(r moderation.Ruling) rulingJSON {
	return rulingJSON{
		Verdict: r.Verdict, Appeal: r.Appeal, Upheld: r.Upheld, Person: personJSON{r.Person, r.Name}, Ground: r.Ground, Reason: r.Reason,
		Answer: r.Answer, Photo: r.Photo, Sealed: r.Sealed, Statement: r.Statement, At: r.At,
	}
}

func shownCaseOffer(o moderation.CaseOffer) caseOfferJSON {
	return caseOfferJSON{offered(o.Offer, id.Revision{}, id.Hold{}), o.Verdicts}
}

func shownEvidence(e moderation.Evidence) evidenceJSON {
	x := e.Exhibit
	shown := evidenceJSON{Revision: e.Revision, Hash: publication.Hash(e.Hash), Sealed: e.Sealed, TakenAt: e.TakenAt, Exhibit: exhibitJSON{
		Kind: x.Kind, Space: x.Space, Audience: x.Audience, Exposure: x.Exposure, Number: x.Number, Title: x.Title, HTML: x.HTML, Byline: x.Byline,
		Language: x.Language, TextHash: x.TextHash, PublishedAt: x.PublishedAt,
		Pictures: shownEach(x.Pictures, func(p moderation.ExhibitedPicture) exhibitedJSON { return exhibitedJSON(p) }),
	}}
	for _, r := range x.Replies {
		shown.Exhibit.Replies = append(shown.Exhibit.Replies, exhibitedReplyJSON(r))
	}
	for _, m := range x.Messages {
		shown.Exhibit.Messages = append(shown.Exhibit.Messages, shownMessage(m))
	}
	return shown
}
