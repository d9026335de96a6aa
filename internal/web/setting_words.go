package web

import (
	"encoding/json"
	"strings"
	"time"

	"imprimatur/internal/calendar"
	"imprimatur/internal/settings"
)

// settingKey is the key of a parameter's words: its name, what it is about, what it
// counts, and what a change entails.
func settingKey(row settings.Row, part string) string { return "setting." + row.Key + "." + part }

// settingWords say what a parameter is, by which rule, who fixes it and from where.
func (v *visit) settingWords(p settings.Definition) SettingWords {
	row := p.Row()
	words := SettingWords{Name: v.Text(settingKey(row, "name")), About: v.Text(settingKey(row, "about"))}
	if row.Rule != "" {
		words.Rule = v.Text("settings.rule", "Rule", row.Rule)
	}
	words.Authority = v.Text("settings.authority_" + string(row.Authority))
	if row.Change == settings.Never {
		words.Authority = v.Text("settings.authority_" + string(row.Authority) + "_never")
	}
	var cited []string
	for _, source := range row.Sources {
		work := v.Text("source." + string(source.Work))
		if source.At != "" {
			work = v.Text("source.placed", "Work", work, "At", source.At)
		}
		cited = append(cited, work)
	}
	words.Sources = strings.Join(cited, " ; ")
	return words
}

// settingValue words the JSON of a value. One that is none of the parameter's any more,
// as the history may have, stands for itself.
func (v *visit) settingValue(p settings.Definition, raw json.RawMessage) string {
	if p.Admits(raw) != nil {
		return string(raw)
	}
	row := p.Row()
	switch row.Form {
	case settings.Flag:
		return v.flag(readJSON[bool](raw))
	case settings.Number:
		return v.counted(row, readJSON[int](raw))
	case settings.Choice:
		return v.choiceWord(readJSON[string](raw))
	case settings.Choose:
		var words []string
		for _, member := range readJSON[[]string](raw) {
			words = append(words, v.choiceWord(member))
		}
		return strings.Join(words, ", ")
	case settings.Text, settings.Mail:
		if text := readJSON[string](raw); text != "" {
			return text
		}
		return v.Text("settings.nothing")
	case settings.Day:
		month, day := yearDay(raw)
		return v.YearDay(month, day)
	case settings.Clock:
		return v.Lasting(readClock(raw))
	case settings.Span:
		return v.Span(readJSON[calendar.Duration](raw))
	case settings.Target:
		return v.Term(readJSON[calendar.Term](raw))
	}
	return string(raw)
}

func (v *visit) flag(yes bool) string {
	if yes {
		return v.Text("settings.yes")
	}
	return v.Text("settings.no")
}

// counted is a number with the parameter's unit, where it has one.
func (v *visit) counted(row settings.Row, n int) string {
	unit := v.settingUnit(row, n)
	if unit == "" {
		return v.Number(n)
	}
	return v.Number(n) + "\u00a0" + unit
}

// settingUnit is what a number of the parameter counts; empty where nothing is said.
func (v *visit) settingUnit(row settings.Row, n int) string {
	unit, err := v.N(settingKey(row, "unit"), n)
	if err != nil {
		return ""
	}
	return unit
}

// choiceWord words one choice of a parameter.
func (v *visit) choiceWord(code string) string {
	return v.either("setting_value."+code, "mode."+code, "naming."+code)
}

// readJSON decodes what a parameter has admitted.
func readJSON[T any](raw json.RawMessage) T {
	var value T
	if json.Unmarshal(raw, &value) != nil {
		return *new(T) // nothing that was admitted comes here
	}
	return value
}

func readClock(raw json.RawMessage) time.Duration {
	d, err := time.ParseDuration(readJSON[string](raw))
	if err != nil {
		return 0 // likewise
	}
	return d
}

func yearDay(raw json.RawMessage) (time.Month, int) {
	day, err := time.Parse(settings.YearDayLayout, readJSON[string](raw))
	if err != nil {
		return time.January, 1 // likewise
	}
	return day.Month(), day.Day()
}
