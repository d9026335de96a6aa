package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// DecidePage is where a case is decided, in a minute: what becomes of the content, why in
// plain words, and what each side is told (R43).
type DecidePage struct {
	Base
	Crumbs        []Crumb
	About         string
	Excerpt       string // of what was reported
	Send          string
	Action        workflow.Action
	Version       int64
	Verdicts      []VerdictChoice // none where an appeal is dismissed: what was decided stands
	Common, Other []GroundGroup
	OtherOpen     bool
	Grounds       bool // a ground is asked for
	Pictures      []Option
	Facts         string
	Reason        string
	Answer        string
	Drafted       bool     // the texts are proposals of ours
	Own           []Option // reasons of the house's own
	Reasons       string   // where those are kept; empty for who does not judge
	canned        []moderation.CannedReason
	kind          moderation.CaseKind
}

// Template names the page's file.
func (*DecidePage) Template() string { return "decide" }

// verdictWords names a verdict in the catalogues: to keep what an author has appealed for is
// to give it back.
func verdictWords(kind moderation.CaseKind, verdict workflow.Verdict) string {
	if kind == moderation.OfAppeal && verdict == workflow.Keep {
		return "give_back"
	}
	return string(verdict)
}

// VerdictChoice is what a case may come to, with what that does.
type VerdictChoice struct {
	Option
	Does string
}

// LettersPage shows both letters of a decision before it is sent.
type LettersPage struct {
	Base
	Crumbs                []Crumb
	What                  string
	Send                  string
	Fields                []Option // of the form, carried along
	ToAuthor, ToReporter  *LetterNote
	AuthorWhy, ReportsWhy string // why there is none
	Until                 string
	Button                string
}

// Template names the page's file.
func (*LettersPage) Template() string { return "letters" }

func (s *Site) newDecision(v *visit) error {
	page, err := v.decidePage(url.Values{"action": {cmp.Or(v.QueryParam("do"), string(workflow.DecideCase))}})
	if err != nil {
		return err
	}
	return v.render(page)
}

// decidePage is the form, with what was chosen and typed.
func (v *visit) decidePage(form url.Values) (*DecidePage, error) {
	c, err := caseOf(v.Param("case"))
	if err != nil {
		return nil, err
	}
	view, err := v.site.cfg.Cases.Case(v.Request().Context(), v.actor(), c)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(view.Offers, func(o moderation.CaseOffer) bool { return string(o.Action) == form.Get("action") })
	if at < 0 || !slices.Contains(judging, view.Offers[at].Action) {
		return nil, &workflow.Refusal{Machine: workflow.CaseTable.Name, Action: workflow.DecideCase, Status: string(view.Status), Err: workflow.ErrImpossible}
	}
	offer := view.Offers[at]
	base, err := v.base(v.Text("decision.title_" + string(offer.Action)))
	if err != nil {
		return nil, err
	}
	base.Path = v.house.dossier(c, "decide")
	ground := workflow.Ground(cmp.Or(form.Get("ground"), string(view.Ground)))
	page := &DecidePage{
		Base: base, Send: base.Path, About: v.aboutCase(view), Action: offer.Action, Version: view.Version,
		Crumbs: []Crumb{{v.house.desk("cases"), v.Text("cases.title")}, {v.house.dossier(c), view.Reference}},
		Common: v.plainGrounds(commonGrounds, ground), Other: v.plainGrounds(otherGrounds, ground), OtherOpen: among(otherGrounds, ground),
		Grounds: offer.Action != workflow.Dismiss && view.Kind != moderation.OfAppeal, Facts: form.Get("facts"), Reason: form.Get("reason"), Answer: form.Get("answer"),
	}
	page.offer(v, view, offer, form)
	if page.own(view.Canned, form); view.Judges {
		page.Reasons = v.house.desk("reasons")
	}
	return page, nil
}

// offer fills in what there is to choose from.
func (p *DecidePage) offer(v *visit, view moderation.CaseView, offer moderation.CaseOffer, form url.Values) {
	p.kind = view.Kind
	for _, verdict := range offer.Verdicts {
		code, words := string(verdict), verdictWords(view.Kind, verdict)
		p.Verdicts = append(p.Verdicts, VerdictChoice{Option{code, v.Text("decision.verdict_" + words), code == form.Get("verdict")}, v.Text("does.verdict_" + words)})
	}
	seen, alone := map[id.Photo]bool{}, view.Picture()
	for _, e := range view.Evidence {
		if !e.Sealed || view.Custodian {
			p.Excerpt = cmp.Or(p.Excerpt, publication.Excerpt(publication.StoredHTML(exhibitedText(e.Exhibit)), 400))
		}
		for _, picture := range e.Exhibit.Pictures {
			if !seen[picture.Photo] {
				seen[picture.Photo] = true
				if !alone.IsZero() && picture.Photo != alone {
					continue
				}
				code := picture.Photo.String()
				p.Pictures = append(p.Pictures, Option{code, v.Text("report.picture", "Number", len(seen)), code == cmp.Or(form.Get("photo"), alone.String())})
			}
		}
	}
}

// exhibitedText is what was reported: of a conversation the message, without what was said around
// it.
func exhibitedText(x moderation.Exhibit) string {
	for _, m := range x.Messages {
		if m.Reported {
			return m.HTML
		}
	}
	return x.HTML
}

// draft proposes texts where nothing is written yet: of the ground, and of the verdict.
func (p *DecidePage) draft(v *visit, verdict workflow.Verdict, ground workflow.Ground) {
	p.Drafted = true
	if p.Action == workflow.Dismiss {
		p.Reason, p.Answer = cmp.Or(p.Reason, v.Text("canned.dismiss")), cmp.Or(p.Answer, v.Text("canned.dismiss"))
		return
	}
	why := ""
	if verdict != workflow.Keep && ground.Known() {
		why = v.Text("canned." + string(ground))
	}
	if p.kind == moderation.OfAppeal { // nobody reported it
		p.Reason = cmp.Or(p.Reason, v.Text("canned.author_"+verdictWords(p.kind, verdict)))
		return
	}
	p.Facts = cmp.Or(p.Facts, why)
	p.Reason = cmp.Or(p.Reason, v.Text("canned.author_"+string(verdict), "Why", why))
	p.Answer = cmp.Or(p.Answer, v.Text("canned.reporter_"+string(verdict), "Why", why))
}

// decision is what the form says.
func decision(form url.Values) (moderation.CaseCommand, error) {
	action, err := workflow.ParseAction(form.Get("action"))
	if err != nil {
		return moderation.CaseCommand{}, err
	}
	command := moderation.CaseCommand{
		Action: action, Verdict: workflow.Verdict(form.Get("verdict")), Ground: workflow.Ground(form.Get("ground")),
		Facts: form.Get("facts"), Reason: form.Get("reason"), Answer: form.Get("answer"),
	}
	if command.Verdict == workflow.Keep || command.Verdict == workflow.Stand {
		command.Ground = "" // nothing was found against it
	}
	command.Photo, _ = id.Parse[id.Photo](form.Get("photo")) // none chosen is none, and the service says so
	if command.Version, err = strconv.ParseInt(form.Get("version"), 10, 64); err != nil {
		return command, badForm(err)
	}
	return command, nil
}

// decideCase proposes texts, shows both letters, or sends them: that is the decision.
func (s *Site) decideCase(v *visit) error {
	c, form, err := v.caseForm()
	if err != nil {
		return err
	}
	command, err := decision(form)
	if err != nil {
		return err
	}
	switch form.Get("do") {
	case "draft":
		return v.draftDecision(form, command)
	case "edit":
		return v.decideAgain(form, http.StatusOK, nil)
	case "send":
		err = s.cfg.Cases.ActOn(v.Request().Context(), v.actor(), c, command)
		if err == nil {
			return v.done("did."+string(command.Action), v.house.dossier(c))
		}
	default:
		var p moderation.Preview
		p, err = s.cfg.Cases.PreviewDecision(v.Request().Context(), v.actor(), c, command)
		if err == nil {
			return v.showLetters(c, form, command, p)
		}
	}
	if !reworded(err) && !errors.Is(err, workflow.ErrStale) {
		return err
	}
	return v.decideAgain(form, http.StatusUnprocessableEntity, err)
}

func (v *visit) draftDecision(form url.Values, command moderation.CaseCommand) error {
	page, err := v.decidePage(form)
	if err != nil {
		return err
	}
	if len(page.Verdicts) > 0 && !slices.Contains(workflow.Verdicts(), command.Verdict) {
		page.Faults = Faults{{"verdict", v.Text("fault.unknown_verdict")}}
		return v.site.render(v.Context, http.StatusUnprocessableEntity, page)
	}
	page.chosen(form.Get("own"))
	page.draft(v, command.Verdict, command.Ground)
	return v.site.render(v.Context, http.StatusOK, page)
}

// decideAgain shows the form with what was typed, and what is wrong with it.
func (v *visit) decideAgain(form url.Values, status int, wrong error) error {
	page, err := v.decidePage(form)
	if err != nil {
		return err
	}
	if wrong != nil {
		page.Faults = v.decisionFaults(wrong)
	}
	return v.site.render(v.Context, status, page)
}

// decisionFaults puts what is wrong beside the fields of the form.
func (v *visit) decisionFaults(wrong error) Faults {
	if errors.Is(wrong, workflow.ErrStale) {
		return Faults{{"verdict", v.Text("case.moved")}}
	}
	faults, refusal := v.faults(wrong, nil), refusalIn(wrong)
	for _, field := range refusal.Fields {
		at, ok := map[string]string{"reason.text": "reason", "reason.ground": "ground", "reason.statement": "facts"}[field]
		if !ok {
			at = "facts" // of the statement
		}
		faults = append(faults, Fault{at, v.Text("decision.needs_" + at)})
	}
	for _, need := range v.unmet(refusal.Unmet, refusal.Until) {
		faults = append(faults, Fault{"verdict", need})
	}
	return slices.Compact(faults)
}

// showLetters shows both letters side by side, and what the decision does.
func (v *visit) showLetters(c id.Case, form url.Values, command moderation.CaseCommand, p moderation.Preview) error {
	base, err := v.base(v.Text("decision.preview"))
	if err != nil {
		return err
	}
	base.Wide, base.Path = true, v.house.dossier(c, "decide")
	page := &LettersPage{
		Base: base, Send: base.Path, Crumbs: []Crumb{{v.house.desk("cases"), v.Text("cases.title")}, {v.house.dossier(c), v.Text("case.this")}},
		What: v.Text("decision.decided_" + string(command.Verdict)), ToAuthor: v.previewed(p.ToAuthor), ToReporter: v.previewed(p.ToReporter),
		Until: v.Limit(p.Until), Button: v.Text("decision.send"), AuthorWhy: v.Text("decision.no_author"), ReportsWhy: v.Text("decision.no_reporter"),
	}
	if command.Action == workflow.Dismiss {
		page.What = v.Text("decision.upheld_first")
	}
	for _, name := range []string{"action", "version", "verdict", "ground", "photo", "facts", "reason", "answer"} {
		page.Fields = append(page.Fields, Option{Code: name, Label: form.Get(name)})
	}
	return v.site.render(v.Context, http.StatusOK, page)
}

func (v *visit) previewed(l *moderation.CaseLetter) *LetterNote {
	if l == nil {
		return nil
	}
	return &v.letters([]moderation.CaseLetter{*l})[0]
}
