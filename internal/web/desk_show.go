package web

import (
	"cmp"
	"net/url"
	"strings"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/web/i18n"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// DeskPage is the desk of who directs the publication, or the part of it that is lent to the
// visitor.
type DeskPage struct {
	Base
	Directs  bool
	Tiles    []Tile
	More     []Crumb // what whoever directs also does, now and then
	Sections []DeskSection
	Cover    []HolidayItem
	Lend     string // where powers are lent; empty for whoever lends none
}

// Template names the page's file.
func (*DeskPage) Template() string { return "desk" }

// Tile is how many of something wait, and where they are.
type Tile struct {
	URL, Label string
	Count      int
	Urgent     bool
}

// DeskSection is the beginning of a list. All is empty where there is no more.
type DeskSection struct {
	ID, Title, About, Nothing, All string
	Items                          []DeskItem
}

// DeskItem is one thing on the desk.
type DeskItem struct {
	*i18n.Printer
	URL, Title, Meta string
	Statuses         []Status
	Due              time.Time // zero for what has none
	Late             bool
}

// HolidayItem is days off with who can do what then.
type HolidayItem struct {
	Days, Nobody, Lend string // nobody besides the director; empty where every power is covered
	Others             []string
}

func (s *Site) showDesk(v *visit) error {
	desk, err := s.cfg.Cases.Desk(v.Request().Context(), v.actor())
	if err != nil {
		return err
	}
	base, err := v.base(v.Text("desk.title"))
	if err != nil {
		return err
	}
	page := &DeskPage{Base: base, Directs: desk.Directs, Tiles: v.tiles(desk)}
	page.Wide, page.Path = true, v.house.desk("desk")
	for _, section := range []DeskSection{v.unsignedSection(desk), v.casesSection(desk), v.escalatedSection(desk), v.stoppedSection(desk), v.guardiansSection(desk), v.limitedSection(desk), v.actsSection(desk), v.lentSection(desk)} {
		if len(section.Items) > 0 || section.Nothing != "" {
			page.Sections = append(page.Sections, section)
		}
	}
	if desk.Directs && !v.house.above {
		page.Lend, page.Cover, page.More = v.house.desk("delegations"), v.cover(desk), v.besidesDesk()
	}
	return v.render(page)
}

// besidesDesk are the pages that only whoever directs has, and that nothing on the desk leads to.
func (v *visit) besidesDesk() []Crumb {
	return []Crumb{
		{v.house.desk("figures"), v.Text("figures.link")}, {v.house.desk("stops"), v.Text("stop.title")}, {v.house.desk("standings"), v.Text("standings.title")},
		{v.house.desk("orders", "new"), v.Text("order.new")}, {v.house.desk("reply", "record"), v.Text("reply.record")},
	}
}

// holds reports whether a power is among some.
func holds(powers []actor.Role, power actor.Role) bool { return actor.NewRoles(powers...).Has(power) }

// tiles say how many of what there are; of what there is none nothing is said.
func (v *visit) tiles(desk moderation.Desk) []Tile {
	n, cases := desk.Counts, v.house.desk("cases")
	all := []Tile{
		{"#unsigned", v.count("desk.tile_unsigned", n.Unsigned), n.Unsigned, false},
		{cases, v.count("desk.tile_cases", n.Cases), n.Cases, false},
		{cases, v.count("desk.tile_late", n.Late), n.Late, true},
		{cases + "?kind=" + string(moderation.OfOrder), v.count("desk.tile_orders", n.Orders), n.Orders, true},
		{cases + "?kind=" + string(moderation.OfReply), v.count("desk.tile_replies", n.Replies), n.Replies, true},
		{"#stopped", v.count("desk.tile_stopped", n.Stopped), n.Stopped, len(desk.Stopped) > 0 && desk.Stopped[0].Late},
		{"#guardians", v.count("desk.tile_guardians", n.Guardians), n.Guardians, len(desk.Guardians) > 0 && desk.Guardians[0].Late},
	}
	var shown []Tile
	for _, tile := range all {
		if tile.Count > 0 || (tile.URL == "#unsigned" && holds(desk.Powers, actor.Signatory) && !v.house.above) {
			shown = append(shown, tile)
		}
	}
	return shown
}

// count is a word for so many.
func (v *visit) count(key string, n int) string {
	text, err := v.N(key, n)
	if err != nil {
		return key
	}
	return text
}

func (v *visit) unsignedSection(desk moderation.Desk) DeskSection {
	section := DeskSection{ID: "unsigned", Title: v.Text("desk.unsigned"), About: v.Text("desk.unsigned_about")}
	if !holds(desk.Powers, actor.Signatory) || v.house.above {
		return DeskSection{}
	}
	section.Nothing = v.Text("desk.unsigned_nothing")
	if desk.Counts.Unsigned > len(desk.Unsigned) {
		section.All = v.house.desk("review") + "?reason=" + string(moderation.ForSignature)
	}
	for _, u := range desk.Unsigned {
		section.Items = append(section.Items, DeskItem{Printer: v.Printer, URL: v.house.item(u.Contribution), Title: u.Title, Meta: u.Author + " · " + u.Space, Due: u.Target, Late: u.Late})
	}
	return section
}

func (v *visit) casesSection(desk moderation.Desk) DeskSection {
	if !holds(desk.Powers, actor.Judge) {
		return DeskSection{}
	}
	section := DeskSection{ID: "cases", Title: v.Text("desk.cases"), About: v.Text("desk.cases_about"), Nothing: v.Text("desk.cases_nothing")}
	if desk.Counts.Cases > len(desk.Cases) {
		section.All = v.house.desk("cases")
	}
	for _, line := range desk.Cases {
		section.Items = append(section.Items, v.deskCase(line))
	}
	return section
}

func (v *visit) deskCase(line moderation.CaseLine) DeskItem {
	shown := v.caseItem(line)
	item := DeskItem{Printer: v.Printer, URL: shown.URL, Title: shown.Title, Meta: shown.Reference + " · " + shown.Kind, Statuses: shown.Statuses, Due: shown.Due, Late: line.Late}
	if shown.Ground != "" {
		item.Meta += " · " + shown.Ground
	}
	if v.house.above {
		item.Meta += " · " + line.PlaceName
	}
	if line.Legal() {
		item.Statuses = append([]Status{{"badge-urgent", v.Text("desk.legal")}}, item.Statuses...)
	}
	return item
}

func (v *visit) escalatedSection(desk moderation.Desk) DeskSection {
	section := DeskSection{ID: "escalated", Title: v.Text("desk.escalated"), About: v.Text("desk.escalated_about")}
	for _, e := range desk.Escalated {
		item := v.deskCase(e.CaseLine)
		item.Meta = e.Reference + " · " + cmp.Or(e.Why, v.Text("desk.why_time", "At", v.Moment(e.Case.Escalated)))
		section.Items = append(section.Items, item)
	}
	return section
}

func (v *visit) stoppedSection(desk moderation.Desk) DeskSection {
	section := DeskSection{ID: "stopped", Title: v.Text("desk.stopped"), About: v.Text("desk.stopped_about")}
	for _, h := range desk.Stopped {
		status := Status{"badge-hidden", v.Text("exposure.masked")}
		if h.Kind == workflow.FreezeHold {
			status = Status{"badge-urgent", v.Text("status.frozen")}
		}
		section.Items = append(section.Items, DeskItem{
			Printer: v.Printer, URL: v.stoppedAt(h), Title: cmp.Or(h.Title, v.Text("desk.untitled")), Meta: h.Reason, Statuses: []Status{status}, Due: h.Until, Late: h.Late,
		})
	}
	return section
}

// stoppedAt is where something is looked at again.
func (v *visit) stoppedAt(h moderation.Stopped) string {
	switch {
	case !h.Case.IsZero():
		return v.house.dossier(h.Case)
	case !h.Contribution.IsZero():
		return v.house.item(h.Contribution)
	case !h.Photo.IsZero():
		return v.house.photo(h.Photo)
	}
	return v.house.desk("spaces", h.Space.String())
}

func (v *visit) guardiansSection(desk moderation.Desk) DeskSection {
	section := DeskSection{ID: "guardians", Title: v.Text("desk.guardians"), About: v.Text("desk.guardians_about")}
	for _, g := range desk.Guardians {
		item := v.deskCase(g.CaseLine)
		item.URL, item.Due = item.URL+"#guardians", g.Due
		section.Items = append(section.Items, item)
	}
	return section
}

func (v *visit) limitedSection(desk moderation.Desk) DeskSection {
	section := DeskSection{ID: "limited", Title: v.Text("desk.limited"), About: v.Text("desk.limited_about")}
	for _, l := range desk.Limited {
		section.Items = append(section.Items, DeskItem{Printer: v.Printer, Title: l.Name, Meta: v.Text("desk.limited_"+string(l.Kind), "Until", v.DateTime(l.Ends))})
	}
	return section
}

func (v *visit) actsSection(desk moderation.Desk) DeskSection {
	section := DeskSection{ID: "acts", Title: v.Text("desk.acts"), About: v.Text("desk.acts_about"), All: v.house.desk("desk", "acts")}
	for _, act := range desk.Acts {
		section.Items = append(section.Items, v.lentAct(act))
	}
	return section
}

// lentAct is what somebody did in the director's name, with where that can be seen.
func (v *visit) lentAct(act moderation.LentAct) DeskItem {
	item := DeskItem{
		Printer: v.Printer, Title: cmp.Or(act.Title, v.Text("desk.untitled")), Meta: act.Name + " · " + v.Text("event."+string(act.Action)) + " · " + v.Moment(act.At),
		Statuses: []Status{{"", v.Text("power." + string(act.Power))}},
	}
	switch {
	case !act.Case.IsZero():
		item.URL, item.Meta = v.house.dossier(act.Case), act.Reference+" · "+item.Meta
	case !act.Contribution.IsZero():
		item.URL = v.house.item(act.Contribution)
	case !act.Space.IsZero():
		item.URL = v.house.desk("spaces", act.Space.String())
	}
	return item
}

// lentSection tells a delegate what they may do and until when.
func (v *visit) lentSection(desk moderation.Desk) DeskSection {
	section := DeskSection{ID: "lent", Title: v.Text("desk.lent"), About: v.Text("desk.lent_about")}
	if desk.Directs {
		return DeskSection{}
	}
	for _, d := range desk.Delegations {
		section.Items = append(section.Items, DeskItem{Printer: v.Printer, Title: v.Text("power." + string(d.Power)), Meta: v.Text("desk.lent_by", "Name", desk.Names[d.From], "Days", v.dates(d.During))})
	}
	return section
}

// dates words a period of whole days: its last day is the one before it ends.
func (v *visit) dates(p directory.Period) string {
	return v.Text("desk.days", "From", v.Day(p.From), "Until", v.Day(p.Until.Add(-time.Second)))
}

func (v *visit) cover(desk moderation.Desk) []HolidayItem {
	var list []HolidayItem
	for _, h := range desk.Holidays {
		list = append(list, v.holiday(h, desk))
	}
	return list
}

// holiday says what nobody else can do in some days off, and what somebody can.
func (v *visit) holiday(h directory.Holidays, desk moderation.Desk) HolidayItem {
	item := HolidayItem{Days: v.dates(h.During)}
	if h.Day != "" {
		item.Days = v.Text("desk.holiday", "Day", v.Day(h.During.From))
	}
	for _, c := range h.Covers {
		if c.Whole {
			var names []string
			for _, p := range c.By {
				names = append(names, desk.Names[p])
			}
			item.Others = append(item.Others, v.Text("desk.covered", "Who", strings.Join(names, ", "), "Power", v.Text("can."+string(c.Power))))
		}
	}
	if missing := h.Uncovered(); len(missing) > 0 {
		item.Nobody = v.Text("desk.uncovered", "Powers", v.enumerate(missing))
		item.Lend = v.lendFor(h.During, missing)
	}
	return item
}

// enumerate names powers one after the other.
func (v *visit) enumerate(powers []actor.Role) string {
	words := make([]string, len(powers))
	for i, power := range powers {
		words[i] = v.Text("can." + string(power))
	}
	return strings.Join(words, ", ")
}

// lendFor is the form of a loan with powers and days filled in.
func (v *visit) lendFor(during directory.Period, powers []actor.Role) string {
	query := url.Values{"from": {v.dateInput(during.From)}, "until": {v.dateInput(during.Until.Add(-time.Second))}}
	for _, power := range powers {
		query.Add("powers", string(power))
	}
	return v.house.desk("delegations") + "?" + query.Encode() + "#lend"
}

// dateInput is a day as <input type="date"> takes it.
func (v *visit) dateInput(t time.Time) string {
	day, _, _ := strings.Cut(v.Input(t), "T")
	return day
}
