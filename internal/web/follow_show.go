package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// followUp begins every follow-up address.
const followUp = "/s/"

// FollowPage is what became of what somebody reported, for them alone.
type FollowPage struct {
	Base
	Crumbs      []Crumb
	Sent        bool   // it was sent just now: this is the receipt (R39)
	Receipt     string // what is said of that
	Yours       string // the heading of their own words
	Urgent      bool   // somebody may be in danger
	Reference   string
	Reported    string // what, for somebody signed in
	Ground      string
	Explanation string
	Status      Status
	Next        string // what happens next, and by when
	Address     string // of this page, to be kept; empty for somebody signed in
	Mailed      string // where the address goes besides
	Claim       string // where it is said whether they reported it; empty where that is not asked
	Disowned    bool   // they have said that they did not
	At          time.Time
	Thread      []Said
	Respond     *TalkForm
	Attached    []AttachmentNote
	JustNow     bool   // a file was attached just now
	Attach      string // where a file is attached; empty where none is taken
	NoFile      bool   // nothing of it is to be kept or sent (R50)
	Letters     []LetterNote
	Appeal      *TalkForm
	Until       time.Time // when appealing ends
}

// Template names the page's file.
func (*FollowPage) Template() string { return "follow" }

// Said is something that was said in a case.
type Said struct {
	Who, Text string
	At        time.Time
}

// LetterNote is a letter of a case, as it was written.
type LetterNote struct {
	To, Subject, Body string
	At                time.Time
}

// TalkForm is where somebody answers, or appeals.
type TalkForm struct {
	URL     string
	Version int64
	Text    string // as typed
}

// followerAt is a follow-up page as its holder reached it.
type followerAt struct {
	moderation.Follower
	base string // its address
}

// followed serves the page of a follow-up address: it opens one report and nothing else. No
// session is read or made, and nothing of the address is kept or passed on. A secret that
// opens nothing is a page that does not exist.
func (s *Site) followed(h func(*visit, followerAt) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		v := &visit{Context: c, site: s}
		c.Set(visitKey, v)
		v.speak("", time.UTC)
		header := c.Response().Header()
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("X-Robots-Tag", "noindex, nofollow")
		at := followerAt{moderation.Follower{Secret: c.Param("secret"), Who: actor.Actor{Via: "follow"}}, followUp + c.Param("secret")}
		err := h(v, at)
		if errors.Is(err, directory.ErrNotFound) {
			return s.renderOnce(v, http.StatusNotFound, v.problem(http.StatusNotFound, err))
		}
		return err
	}
}

// ownReport serves the same page to whoever reported while signed in.
func (s *Site) ownReport(h func(*visit, followerAt) error) handler {
	return func(v *visit) error {
		report, err := id.Parse[id.Report](v.Param("report"))
		if err != nil {
			return directory.ErrNotFound
		}
		return h(v, followerAt{moderation.Follower{Who: v.actor(), Report: report}, v.house.reported(report)})
	}
}

func (s *Site) showFollowUp(v *visit, at followerAt) error {
	page, err := v.followPage(at)
	if err != nil {
		return err
	}
	return s.renderOnce(v, http.StatusOK, page)
}

func (v *visit) followPage(at followerAt) (*FollowPage, error) {
	view, err := v.site.cfg.Cases.Follow(v.Request().Context(), at.Follower)
	if err != nil {
		return nil, err
	}
	if at.Secret != "" {
		v.speak(view.Report.Language, view.Zone)
	}
	title, receipt, yours := v.followWords(view)
	if view.Reply != nil {
		view.Report.Explanation = view.Reply.Text
	}
	base, err := v.base(title)
	if err != nil {
		return nil, err
	}
	page := &FollowPage{
		Base: base, Sent: v.QueryParam("sent") != "", Receipt: receipt, Yours: yours, Urgent: urgent(view.Report.Ground) && view.Stage != moderation.StageClosed,
		Reference: view.Report.Reference, Reported: view.Title, Ground: v.plainGround(view.Report.Ground), Explanation: view.Report.Explanation,
		Status: Status{stageBadges[view.Stage], v.Text("stage." + string(view.Stage))}, Next: v.nextFor(view), At: view.Report.At,
		Letters: v.letters(view.Letters), Until: view.AppealUntil, Disowned: view.Disowned,
	}
	if view.Report.DisownedAt.IsZero() {
		page.Mailed = view.Report.Email
	}
	if view.MayClaim {
		page.Claim = at.base + "/claim"
	}
	if at.Secret == "" {
		page.Crumbs = []Crumb{{v.house.desk("reports"), v.Text("reports.title")}}
	} else {
		page.Address = v.site.cfg.BaseURL + at.base
	}
	for _, e := range view.Thread {
		page.Thread = append(page.Thread, v.saidTo(e))
	}
	for _, a := range view.Attached {
		page.Attached = append(page.Attached, v.attachmentNote(a, ""))
	}
	page.NoFile, page.JustNow = view.Harmful, v.QueryParam("attached") != ""
	if view.MayAttach {
		page.Attach = at.base + "/attach"
	}
	if view.MayRespond {
		page.Respond = &TalkForm{URL: at.base + "/respond", Version: view.Version}
	}
	if view.MayAppeal {
		page.Appeal = &TalkForm{URL: at.base + "/appeal", Version: view.Version}
	}
	return page, nil
}

// followWords are the title of the page, what it says of what has just come, and the heading of
// their own words.
func (v *visit) followWords(view moderation.FollowUp) (title, receipt, yours string) {
	reference, at := view.Report.Reference, v.DateTime(view.Report.At)
	if view.Reply != nil {
		return v.Text("reply.follow.title", "Reference", reference), v.Text("reply.follow.sent", "At", at), v.Text("reply.follow.yours")
	}
	return v.Text("follow.title", "Reference", reference), v.Text("follow.sent", "At", at), v.Text("follow.yours")
}

// stageBadges are the looks of the stages.
var stageBadges = map[moderation.Stage]string{
	moderation.StageReceived: "badge-waiting", moderation.StageExamining: "badge-waiting", moderation.StageAsked: "badge-changes",
	moderation.StageDecided: "badge-live", moderation.StageAppealed: "badge-waiting", moderation.StageClosed: "",
}

// nextFor says what happens next, and by when.
func (v *visit) nextFor(view moderation.FollowUp) string {
	if view.Reply != nil {
		return v.nextForReply(view)
	}
	return v.Text("follow.next_"+string(view.Stage), "Who", view.Handler, "Due", v.Limit(view.DueAt), "Until", v.Limit(view.AppealUntil), "May", view.MayAppeal)
}

// nextForReply says what became of a reply.
func (v *visit) nextForReply(view moderation.FollowUp) string {
	switch {
	case view.Verdict == "":
		return v.Text("reply.follow.next", "House", view.Handler, "Due", v.DateTime(view.DueAt))
	case view.Verdict == workflow.ReplyRefused:
		return v.Text("reply.follow.refused")
	case view.Reply.ShownFrom.IsZero():
		return v.Text("reply.follow.accepted")
	}
	return v.Text("reply.shown_from", "From", v.DateTime(view.Reply.ShownFrom))
}

// saidTo is something that was said, for whoever reported: who examines has no name there.
func (v *visit) saidTo(e moderation.CaseEntry) Said {
	who := v.Text("follow.you")
	if e.Kind == moderation.EntryQuestion {
		who = v.Text("follow.examiner")
	}
	return Said{who, e.Text, e.At}
}

func (v *visit) letters(list []moderation.CaseLetter) []LetterNote {
	notes := make([]LetterNote, len(list))
	for i, l := range list {
		notes[i] = LetterNote{v.Text("case.letter_to_" + string(l.To)), l.Subject, l.Body, l.At}
	}
	return notes
}

// claimReport keeps whether it was they who reported.
func (s *Site) claimReport(v *visit, at followerAt) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	mine, err := strconv.ParseBool(form.Get("mine"))
	if err != nil {
		return badForm(err)
	}
	if err := s.cfg.Cases.Claim(v.Request().Context(), at.Follower, mine); err != nil {
		return err
	}
	return v.see(at.base)
}

// appealReport has another human look at what was decided.
func (s *Site) appealReport(v *visit, at followerAt) error {
	return v.talk(at, s.cfg.Cases.AppealReport, func(p *FollowPage) *TalkForm { return p.Appeal }, "appeal")
}

// sending is a method of Cases by which whoever reported says something.
type sending func(ctx context.Context, f moderation.Follower, version int64, text string) error

// talk sends what somebody says, and keeps it where it is refused.
func (v *visit) talk(at followerAt, send sending, form func(*FollowPage) *TalkForm, field string) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	return v.talkOf(sent, at, send, form, field)
}

// talkOf is talk of a form that was read before.
func (v *visit) talkOf(sent url.Values, at followerAt, send sending, form func(*FollowPage) *TalkForm, field string) error {
	version, err := versionIn(sent)
	if err != nil {
		return err
	}
	err = send(v.Request().Context(), at.Follower, version, sent.Get("text"))
	if err == nil {
		return v.see(at.base)
	}
	if !reworded(err) && !errors.Is(err, workflow.ErrStale) {
		return err
	}
	page, failed := v.followPage(at)
	if failed != nil {
		return failed
	}
	f := form(page)
	if f == nil {
		return err
	}
	f.Text, page.Sent, page.Faults = sent.Get("text"), false, v.faults(err, map[string]string{"text": field})
	if errors.Is(err, workflow.ErrStale) {
		page.Faults = Faults{{field, v.Text("case.moved")}}
	}
	return v.site.renderOnce(v, http.StatusUnprocessableEntity, page)
}

// talked reads what was sent of a [TalkForm].
func (v *visit) talked() (url.Values, int64, error) {
	form, err := v.form()
	if err != nil {
		return nil, 0, err
	}
	version, err := versionIn(form)
	return form, version, err
}

// versionIn is the version of the case that somebody looked at.
func versionIn(form url.Values) (int64, error) {
	version, err := strconv.ParseInt(form.Get("version"), 10, 64)
	if err != nil {
		return 0, badForm(err)
	}
	return version, nil
}
