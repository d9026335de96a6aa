package web

import (
	"net/http"
	"net/url"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/web/i18n"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// ReasonsPage is where who judges keeps the texts that the house proposes to whoever decides.
type ReasonsPage struct {
	Base
	Crumbs  []Crumb
	Reasons []ReasonForm
	New     ReasonForm
}

// Template names the page's file.
func (*ReasonsPage) Template() string { return "reasons" }

// ReasonForm is one of them, to be changed.
type ReasonForm struct {
	*i18n.Printer
	ID, Send, Drop             string // Drop: empty of a new one
	Version                    int64
	Heads, ToAuthor            string
	ToReporter, Language       string
	Verdicts                   []Option
	Common, Other              []GroundGroup
	TitleFault, ToAuthorFault  string
	VerdictFault, AnswersFault string
}

func (s *Site) listReasons(v *visit) error {
	page, err := v.reasonsPage()
	if err != nil {
		return err
	}
	return v.render(page)
}

func (v *visit) reasonsPage() (*ReasonsPage, error) {
	list, err := v.site.cfg.Cases.CannedReasons(v.Request().Context(), v.actor())
	if err != nil {
		return nil, err
	}
	base, err := v.base(v.Text("reasons.title"))
	if err != nil {
		return nil, err
	}
	base.Path = v.house.desk("reasons")
	page := &ReasonsPage{Base: base, Crumbs: []Crumb{{v.house.desk("cases"), v.Text("cases.title")}}, New: v.reasonForm(moderation.CannedReason{})}
	for _, r := range list {
		page.Reasons = append(page.Reasons, v.reasonForm(r))
	}
	return page, nil
}

func (v *visit) reasonForm(r moderation.CannedReason) ReasonForm {
	f := ReasonForm{
		Printer: v.Printer, ID: "new", Send: v.house.desk("reasons"), Version: r.Version, Heads: r.Title, ToAuthor: r.ToAuthor, ToReporter: r.ToReporter, Language: r.Language,
		Common: v.plainGrounds(commonGrounds, r.Ground), Other: v.plainGrounds(otherGrounds, r.Ground),
	}
	if !r.ID.IsZero() {
		f.ID, f.Send = r.ID.String(), v.house.desk("reasons", r.ID.String())
		f.Drop = v.house.desk("reasons", r.ID.String(), "drop")
	}
	for _, verdict := range workflow.Verdicts() {
		if verdict != workflow.Stand { // of an appeal by itself, which has no ground
			f.Verdicts = append(f.Verdicts, Option{string(verdict), v.Text("decision.verdict_" + string(verdict)), verdict == r.Verdict})
		}
	}
	return f
}

// keepReason writes a new reason, or another version of one.
func (s *Site) keepReason(v *visit) error {
	form, version, err := v.talked()
	if err != nil {
		return err
	}
	r := moderation.CannedReason{
		Version: version, Title: form.Get("title"), Verdict: workflow.Verdict(form.Get("verdict")), Ground: workflow.Ground(form.Get("ground")),
		ToAuthor: form.Get("to_author"), ToReporter: form.Get("to_reporter"), Language: form.Get("language"),
	}
	if name := v.Param("reason"); name != "" {
		if r.ID, err = id.Parse[id.Canned](name); err != nil {
			return directory.ErrNotFound
		}
	}
	_, err = s.cfg.Cases.KeepCanned(v.Request().Context(), v.actor(), r)
	if err == nil {
		return v.done("did.write_reason", v.house.desk("reasons"))
	}
	if !reworded(err) {
		return err
	}
	page, failed := v.reasonsPage()
	if failed != nil {
		return failed
	}
	page.again(v, r, err)
	return s.render(v.Context, http.StatusUnprocessableEntity, page)
}

// again shows what was typed, with what is wrong with it.
func (p *ReasonsPage) again(v *visit, r moderation.CannedReason, wrong error) {
	p.Faults = v.faults(wrong, map[string]string{"title": "reason_title"})
	typed := v.reasonForm(r)
	typed.TitleFault, typed.ToAuthorFault, typed.VerdictFault = p.Faults.Of("reason_title"), p.Faults.Of("to_author"), p.Faults.Of("verdict")
	typed.AnswersFault = p.Faults.Of("to_reporter")
	for i := range p.Faults {
		p.Faults[i].Field += "-" + typed.ID
	}
	for i := range p.Reasons {
		if p.Reasons[i].ID == typed.ID {
			p.Reasons[i] = typed
			return
		}
	}
	p.New = typed
}

// dropReason takes one away.
func (s *Site) dropReason(v *visit) error {
	_, version, err := v.talked()
	if err != nil {
		return err
	}
	reason, err := id.Parse[id.Canned](v.Param("reason"))
	if err != nil {
		return directory.ErrNotFound
	}
	if err := s.cfg.Cases.DropCanned(v.Request().Context(), v.actor(), reason, version); err != nil {
		return err
	}
	return v.done("did.drop_reason", v.house.desk("reasons"))
}

// own are the house's own reasons that suit the case, to choose from where it is decided.
func (p *DecidePage) own(list []moderation.CannedReason, form url.Values) {
	for _, r := range list {
		if p.fits(r) {
			p.Own = append(p.Own, Option{r.ID.String(), r.Title, r.ID.String() == form.Get("own")})
		}
	}
	p.canned = list
}

// fits reports whether the page offers the verdict that a reason is for.
func (p *DecidePage) fits(r moderation.CannedReason) bool {
	for _, v := range p.Verdicts {
		if r.Verdict == "" || v.Code == string(r.Verdict) {
			return true
		}
	}
	return false
}

// chosen takes the texts of the house's own reason in place of ours.
func (p *DecidePage) chosen(own string) {
	for _, r := range p.canned {
		if r.ID.String() != own {
			continue
		}
		p.Drafted = true
		if r.ToAuthor != "" {
			p.Reason = r.ToAuthor
		}
		if r.ToReporter != "" {
			p.Answer = r.ToReporter
		}
	}
}
