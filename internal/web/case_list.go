package web

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"imprimatur/moderation"
	"imprimatur/workflow"
)

// CasesPage lists the cases that the visitor may examine, the most urgent first.
type CasesPage struct {
	Base
	Pager
	Filtered    bool
	Mine, Over  bool // over: decided, closed and merged ones
	Kinds       []Option
	Stages      []Option // the statuses that such cases have
	Grounds     []Option
	Items       []CaseItem
	SeveralHere bool   // of several establishments
	Figures     string // address of the figures of the month, for who directs
	Record      string // where the office records a right of reply; empty for whoever may not
	NewOrder    string // where an authority's order is recorded; empty for whoever does not (R48)
}

// Template names the page's file.
func (*CasesPage) Template() string { return "cases" }

// CaseItem is one case in the list.
type CaseItem struct {
	URL, Title, Reference string
	Kind, Ground, Place   string
	Reports               int
	Statuses              []Status
	Assignee              string
	Due                   time.Time // zero once it is decided
	Late                  bool
	Decided               string
}

func (s *Site) listCases(v *visit) error {
	filter := moderation.CaseFilter{
		Mine: v.QueryParam("mine") != "", Done: v.QueryParam("over") != "", Kind: moderation.CaseKind(v.QueryParam("kind")),
		Ground: workflow.Ground(v.QueryParam("ground")), After: v.QueryParam("after"),
	}
	if status := workflow.CaseStatus(v.QueryParam("status")); slices.Contains(stagesOf(filter.Done), status) {
		filter.Status = status // one that such cases do not have narrows nothing
	}
	if !filter.Ground.Known() {
		filter.Ground = ""
	}
	list, err := s.cfg.Cases.Cases(v.Request().Context(), v.actor(), filter)
	if err != nil {
		return err
	}
	base, err := v.base(v.Text("cases.title"))
	if err != nil {
		return err
	}
	page := &CasesPage{
		Base: base, Pager: v.pager(list.Next), Filtered: filter != moderation.CaseFilter{After: filter.After}, Mine: filter.Mine, Over: filter.Done,
		SeveralHere: v.house.above,
	}
	page.Wide, page.Path = true, v.house.desk("cases")
	if v.directs() || v.administers() {
		page.Figures = v.house.desk("figures")
	}
	if !v.house.above && s.cfg.Cases.MayRecordReply(v.Request().Context(), v.actor()) == nil {
		page.Record = v.house.desk("reply", "record")
	}
	if !v.house.above && s.cfg.Cases.MayRecordOrder(v.Request().Context(), v.actor()) == nil {
		page.NewOrder = v.house.desk("orders", "new")
	}
	for _, kind := range moderation.CaseKinds() {
		page.Kinds = append(page.Kinds, Option{string(kind), v.Text("case.kind_" + string(kind)), kind == filter.Kind})
	}
	for _, status := range stagesOf(filter.Done) {
		page.Stages = append(page.Stages, Option{string(status), v.Text("case.status_" + string(status)), status == filter.Status})
	}
	page.Grounds = v.grounds(string(filter.Ground))
	for _, line := range list.Items {
		page.Items = append(page.Items, v.caseItem(line))
	}
	return v.render(page)
}

// stagesOf are the statuses of cases that are done, or of those that are to be decided.
func stagesOf(isDone bool) []workflow.CaseStatus {
	return slices.DeleteFunc(workflow.CaseStatuses(), func(s workflow.CaseStatus) bool { return s == workflow.NoCase || s.Open() == isDone })
}

func (v *visit) caseItem(line moderation.CaseLine) CaseItem {
	item := CaseItem{
		URL: v.house.dossier(line.ID), Title: cmp.Or(line.Target.Title, v.Text("case.somewhere")), Reference: line.Reference,
		Kind: v.Text("case.kind_" + string(line.Kind)), Ground: v.plainGround(line.Ground), Place: line.PlaceName, Reports: line.Reports,
		Statuses: v.caseStatuses(line.Case), Assignee: line.AssigneeName, Late: line.Late,
	}
	if line.Masked {
		item.Statuses = append(item.Statuses, Status{"badge-hidden", v.Text("exposure.masked")})
	}
	if line.Status.Open() {
		item.Due = line.DueAt
	} else if line.Verdict != "" {
		item.Decided = v.Text("decision.decided_" + string(line.Verdict))
	}
	return item
}

// caseBadges are the looks of the stages of an examination; a status without one is plain.
var caseBadges = map[bool]string{true: "badge-waiting", false: ""}

// caseStatuses are the badges of a case: how far it is, and how grave.
func (v *visit) caseStatuses(c moderation.Case) []Status {
	list := []Status{{caseBadges[c.Status.Open()], v.Text("case.status_" + string(c.Status))}}
	if c.Severity > 1 {
		list = append(list, Status{map[bool]string{true: "badge-urgent"}[c.Severity >= graveSeverity], v.Text("queue.severity", "Level", strconv.Itoa(int(c.Severity)))})
	}
	return list
}
