package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"imprimatur/internal/calendar"
	"imprimatur/internal/directory"
	"imprimatur/internal/settings"
)

// SettingPage shows one parameter with its history, and changes it.
type SettingPage struct {
	Base
	SettingWords
	Crumbs         []Crumb
	Action         string // where the form goes; empty for whoever may not change it
	Value, Default string
	Accepted       string // in words
	Effect         string // what a change entails besides; may be empty
	Form           SettingForm
	Preview        *SettingPreview // of what was typed
	Stale          bool            // changed by another since it was looked at
	Events         []SettingEvent
}

// Template names the page's file.
func (*SettingPage) Template() string { return "setting" }

// SettingPreview is what would change. To is empty where nothing would.
type SettingPreview struct{ From, To, Due string }

// parameter is one of them with what the establishment has decided.
type parameter struct {
	settings.Definition
	row  settings.Row
	read directory.Settings
}

// parameter finds the one that the path names.
func (v *visit) parameter() (parameter, error) {
	p, err := settings.Find(v.Param("key"))
	if err != nil {
		return parameter{}, directory.ErrNotFound
	}
	read, err := v.site.cfg.Directory.Parameters(v.Request().Context(), v.actor())
	return parameter{p, p.Row(), read}, err
}

func (s *Site) showSetting(v *visit) error {
	p, err := v.parameter()
	if err != nil {
		return err
	}
	page, err := v.parameterPage(p)
	if err != nil {
		return err
	}
	return v.render(page)
}

func (v *visit) parameterPage(p parameter) (*SettingPage, error) {
	changes, err := v.site.cfg.Directory.ParameterChanges(v.Request().Context(), v.actor(), p.Key())
	if err != nil {
		return nil, err
	}
	words := v.settingWords(p)
	base, err := v.base(words.Name)
	if err != nil {
		return nil, err
	}
	value := p.JSON(p.read.Values)
	page := &SettingPage{
		Base: base, SettingWords: words, Crumbs: []Crumb{{v.house.desk("settings"), v.Text("settings.title")}},
		Value: v.settingValue(p, value), Default: v.settingValue(p, p.JSON(settings.Values{})),
		Accepted: v.settingWants(p.row), Form: v.settingForm(p, p.read.Version, value),
	}
	if effect, err := v.T(settingKey(p.row, "effect")); err == nil {
		page.Effect = effect
	}
	if p.read.MayChange && !p.Fixed() {
		page.Action = v.house.desk("settings", p.Key())
	}
	for _, change := range changes {
		page.Events = append(page.Events, v.settingEvent(p, change))
	}
	return page, nil
}

// configure changes one parameter, takes it back to its default, or shows what a
// change would do.
func (s *Site) configure(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	p, err := v.parameter()
	if err != nil {
		return err
	}
	if form.Get("do") == "preview" && p.read.MayChange {
		return v.previewSetting(p, form)
	}
	to, did := settingJSON(p.row.Form, p.row.Range.Kind, form), "did.set"
	if form.Get("do") == "reset" {
		to, did = json.RawMessage("null"), "did.reset"
	}
	version, _ := strconv.ParseInt(form.Get("version"), 10, 64) // none is stale
	_, err = s.cfg.Directory.Configure(v.Request().Context(), v.actor(), version, map[string]json.RawMessage{p.Key(): to})
	if err == nil {
		return v.done(did, v.house.desk("settings", p.Key()))
	}
	return v.retype(form, err)
}

// retype shows the form again, as it was typed, beside what holds now, with what is wrong.
func (v *visit) retype(form url.Values, err error) error {
	refused, stale := settings.Refusals(err), errors.Is(err, directory.ErrStale)
	if len(refused) == 0 && !stale {
		return err
	}
	p, failed := v.parameter() // as somebody else has left it, perhaps
	if failed != nil {
		return failed
	}
	page, failed := v.parameterPage(p)
	if failed != nil {
		return failed
	}
	page.Form, page.Stale = v.typedSetting(p, p.read.Version, form), stale
	status := http.StatusConflict
	for _, refusal := range refused {
		page.Faults, status = append(page.Faults, Fault{"value", v.settingRefusal(p, refusal)}), http.StatusUnprocessableEntity
	}
	return v.site.render(v.Context, status, page)
}

// previewSetting says what saving would change, and changes nothing.
func (v *visit) previewSetting(p parameter, form url.Values) error {
	to := settingJSON(p.row.Form, p.row.Range.Kind, form)
	if err := p.Admits(to); err != nil {
		return v.retype(form, err)
	}
	page, err := v.parameterPage(p)
	if err != nil {
		return err
	}
	page.Form = v.typedSetting(p, p.read.Version, form)
	page.Preview = &SettingPreview{From: page.Value, To: v.settingValue(p, to), Due: v.settingDue(p, to)}
	if page.Preview.To == page.Preview.From {
		page.Preview.To, page.Preview.Due = "", ""
	}
	return v.render(page)
}

// settingDue is until when a period of this length would run, from now.
func (v *visit) settingDue(p parameter, to json.RawMessage) string {
	now, cal := v.site.cfg.Clock(), p.read.Calendar
	switch p.row.Form {
	case settings.Span:
		return v.Moment(cal.Add(now, readJSON[calendar.Duration](to)))
	case settings.Target:
		return v.Moment(cal.Due(now, readJSON[calendar.Term](to)))
	case settings.Flag, settings.Number, settings.Choice, settings.Choose, settings.Text, settings.Mail, settings.Day, settings.Clock:
	}
	return ""
}

// settingRefusal says why a value is refused, by which rule, and what would be taken.
func (v *visit) settingRefusal(p parameter, refusal *settings.Refusal) string {
	if errors.Is(refusal, settings.ErrWeaker) {
		return v.Text("settings.weaker_"+string(refusal.Authority), "Value", v.settingValue(p, p.JSON(settings.Values{})), "Rule", refusal.Rule)
	}
	wants := v.settingWants(p.row)
	if refusal.Rule != "" {
		wants = strings.TrimSuffix(wants, ".") + " (" + refusal.Rule + ")."
	}
	return wants
}

// settingWants says which values a parameter takes.
func (v *visit) settingWants(row settings.Row) string {
	from, to := v.Number(row.Range.From), v.Number(row.Range.To)
	switch row.Form {
	case settings.Flag, settings.Choice:
		return v.Text("settings.wants_choice")
	case settings.Number:
		to = v.counted(row, row.Range.To)
	case settings.Choose:
		return v.Text("settings.wants_some")
	case settings.Text:
		return v.Text("settings.wants_text", "To", to)
	case settings.Mail:
		return v.Text("settings.wants_mail")
	case settings.Day:
		return v.Text("settings.wants_day")
	case settings.Clock:
		from, to = v.Lasting(time.Duration(row.Range.From)*time.Second), v.Lasting(time.Duration(row.Range.To)*time.Second)
	case settings.Span:
		to = v.Span(calendar.Duration{Kind: row.Range.Kind, N: row.Range.To})
	case settings.Target:
		return v.Text("settings.wants_target", "From", from, "To", to)
	}
	return v.Text("settings.wants_range", "From", from, "To", to)
}
