package web

import (
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/settings"
)

// SettingsPage lists the establishment's parameters by theme, for who works there.
type SettingsPage struct {
	Base
	MayChange bool
	Filtered  bool   // only what was changed here
	Other     string // address of the list with the filter, or without
	Themes    []SettingTheme
}

// Template names the page's file.
func (*SettingsPage) Template() string { return "settings" }

// SettingTheme is a part of the list.
type SettingTheme struct {
	ID, Title string
	Items     []SettingLine
}

// SettingLine is one parameter as it is here. Default is empty where it is the value.
type SettingLine struct {
	URL, Link, Value, Default string
	SettingWords
	Changed SettingEvent // zero where nobody has changed it
}

// SettingWords say what a parameter is and who fixes it.
type SettingWords struct{ Name, About, Rule, Authority, Sources string }

// SettingEvent is one change of a parameter.
type SettingEvent struct {
	Who, From, To string
	At            time.Time
}

func (s *Site) listSettings(v *visit) error {
	read, err := s.cfg.Directory.Parameters(v.Request().Context(), v.actor())
	if err != nil {
		return err
	}
	base, err := v.base(v.Text("settings.title"))
	if err != nil {
		return err
	}
	page := &SettingsPage{Base: base, MayChange: read.MayChange, Filtered: v.QueryParam("show") == "changed"}
	page.Path, page.Wide = v.house.desk("settings"), true
	page.Other = page.Path
	if !page.Filtered {
		page.Other += "?show=changed"
	}
	for _, theme := range settings.Themes() {
		part := SettingTheme{ID: string(theme), Title: v.Text("settings.theme_" + string(theme))}
		for _, p := range settings.All() {
			line := v.settingLine(p, read)
			if p.Row().Theme == theme && (!page.Filtered || line.Default != "") {
				part.Items = append(part.Items, line)
			}
		}
		if len(part.Items) > 0 {
			page.Themes = append(page.Themes, part)
		}
	}
	return v.render(page)
}

func (v *visit) settingLine(p settings.Definition, read directory.Settings) SettingLine {
	line := SettingLine{URL: v.house.desk("settings", p.Key()), SettingWords: v.settingWords(p), Value: v.settingValue(p, p.JSON(read.Values))}
	line.Link = v.Text("settings.see_what", "Name", line.Name)
	if read.MayChange && !p.Fixed() {
		line.Link = v.Text("settings.change_what", "Name", line.Name)
	}
	if byDefault := v.settingValue(p, p.JSON(settings.Values{})); byDefault != line.Value {
		line.Default = byDefault
	}
	if change, ok := read.Changed[p.Key()]; ok {
		line.Changed = v.settingEvent(p, change)
	}
	return line
}

func (v *visit) settingEvent(p settings.Definition, c directory.SettingChange) SettingEvent {
	event := SettingEvent{Who: c.Name, From: v.settingValue(p, c.From), To: v.settingValue(p, c.To), At: c.At}
	if c.By.IsZero() {
		event.Who = v.Text("settings.somebody")
	}
	return event
}
