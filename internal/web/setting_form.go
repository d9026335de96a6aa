package web

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"imprimatur/internal/calendar"
	"imprimatur/internal/settings"
)

// SettingForm is the field, or fields, of one parameter, as they are or were typed.
type SettingForm struct {
	Kind     settings.FormKind
	Version  int64
	Value    string   // a number, a text, the day of a month
	Unit     string   // in words, where it cannot be chosen
	From, To int      // of a number; both zero where nothing bounds it
	Options  []Option // of a choice, a set, yes or no
	Units    []Option // of Value, where it can be chosen: kinds, parts of an hour, months
	Most     string   // the cap of a target; empty for none
	Caps     []Option // units of Most
}

// clockUnits are the parts of an hour that a clock is asked in, as Go writes them.
var clockUnits = []struct {
	code, key string
	is        time.Duration
}{{"h", "span.HOURS", time.Hour}, {"m", "span.minutes", time.Minute}, {"s", "span.seconds", time.Second}}

// settingForm is the form with a value in it, as JSON that the parameter admits.
func (v *visit) settingForm(p settings.Definition, version int64, raw json.RawMessage) SettingForm {
	typed := url.Values{}
	switch p.Row().Form {
	case settings.Flag, settings.Number:
		typed.Set("value", string(raw))
	case settings.Choice, settings.Text, settings.Mail:
		typed.Set("value", readJSON[string](raw))
	case settings.Choose:
		typed["value"] = readJSON[[]string](raw)
	case settings.Day:
		month, day := yearDay(raw)
		typed.Set("value", strconv.Itoa(day))
		typed.Set("unit", strconv.Itoa(int(month)))
	case settings.Clock:
		value, unit := inUnits(readClock(raw))
		typed.Set("value", value)
		typed.Set("unit", unit)
	case settings.Span:
		typed.Set("value", strconv.Itoa(readJSON[calendar.Duration](raw).N))
	case settings.Target:
		term := readJSON[calendar.Term](raw)
		typed.Set("value", strconv.Itoa(term.In.N))
		typed.Set("unit", string(term.In.Kind))
		if !term.AtMost.IsZero() {
			typed.Set("most", strconv.Itoa(term.AtMost.N))
			typed.Set("most_unit", string(term.AtMost.Kind))
		}
	}
	return v.typedSetting(p, version, typed)
}

// inUnits is time on a clock in the largest unit that it is whole in.
func inUnits(d time.Duration) (value, unit string) {
	for _, u := range clockUnits {
		if d%u.is == 0 {
			return strconv.Itoa(int(d / u.is)), u.code
		}
	}
	return d.String(), "s"
}

// typedSetting is the form as it was typed.
func (v *visit) typedSetting(p settings.Definition, version int64, typed url.Values) SettingForm {
	row := p.Row()
	form := SettingForm{Kind: row.Form, Version: version, Value: strings.ToValidUTF8(typed.Get("value"), "")}
	unit := typed.Get("unit")
	switch row.Form {
	case settings.Flag:
		form.Options = []Option{{"true", v.Text("settings.yes"), form.Value == "true"}, {"false", v.Text("settings.no"), form.Value == "false"}}
	case settings.Choice, settings.Choose:
		form.Options = v.settingChoices(p, typed["value"])
	case settings.Number:
		form.Unit, form.From, form.To = v.settingUnit(row, row.Range.To), row.Range.From, row.Range.To
	case settings.Text, settings.Mail:
		form.To = row.Range.To
	case settings.Day:
		form.From, form.To, form.Units = 1, longestMonth, v.months(unit)
	case settings.Clock:
		for _, u := range clockUnits {
			form.Units = append(form.Units, Option{u.code, v.unitWord(u.key), u.code == unit})
		}
	case settings.Span:
		form.Unit, form.From, form.To = v.unitWord("span."+string(row.Range.Kind)), row.Range.From, row.Range.To
	case settings.Target:
		form.From, form.To = row.Range.From, row.Range.To
		form.Units, form.Most, form.Caps = v.kinds(unit), typed.Get("most"), v.kinds(typed.Get("most_unit"))
	}
	return form
}

const longestMonth = 31

// settingChoices are the choices that may be set, the chosen ones marked.
func (v *visit) settingChoices(p settings.Definition, chosen []string) []Option {
	row := p.Row()
	var list []Option
	for _, code := range row.Choices {
		if row.Form == settings.Choice && p.Admits(asJSON(code)) != nil {
			continue
		}
		list = append(list, Option{code, v.choiceWord(code), slices.Contains(chosen, code)})
	}
	return list
}

func (v *visit) kinds(chosen string) []Option {
	var list []Option
	for _, kind := range calendar.Kinds() {
		list = append(list, Option{string(kind), v.unitWord("span." + string(kind)), string(kind) == chosen})
	}
	return list
}

// unitWord is a unit without a number before it, as of many.
func (v *visit) unitWord(key string) string {
	text, err := v.N(key, 2, "N", "")
	if err != nil {
		return key
	}
	return strings.TrimSpace(text)
}

func (v *visit) months(chosen string) []Option {
	var list []Option
	for month := time.January; month <= time.December; month++ {
		code := strconv.Itoa(int(month))
		list = append(list, Option{code, v.Month(month), code == chosen})
	}
	return list
}

// settingJSON is what was typed as the JSON of a value. What is no value becomes one
// that the parameter refuses with its own words.
func settingJSON(form settings.FormKind, kind calendar.Kind, typed url.Values) json.RawMessage {
	value, unit := strings.TrimSpace(typed.Get("value")), typed.Get("unit")
	switch form {
	case settings.Flag:
		if value == "true" || value == "false" {
			return json.RawMessage(value)
		}
	case settings.Number:
		if n, err := strconv.Atoi(value); err == nil {
			return asJSON(n)
		}
	case settings.Choice, settings.Text, settings.Mail:
	case settings.Choose:
		return asJSON(append([]string{}, typed["value"]...))
	case settings.Day:
		return asJSON(twoDigits(unit) + "-" + twoDigits(value))
	case settings.Clock:
		return asJSON(value + unit)
	case settings.Span:
		return asJSON(value + " " + string(kind))
	case settings.Target:
		text := value + " " + unit
		if most := strings.TrimSpace(typed.Get("most")); most != "" {
			text += ", at most " + most + " " + typed.Get("most_unit")
		}
		return asJSON(text)
	}
	return asJSON(value)
}

func twoDigits(text string) string {
	if len(text) == 1 {
		return "0" + text
	}
	return text
}

// asJSON encodes text or a number, which cannot fail.
func asJSON(value any) json.RawMessage {
	raw, err := json.Marshal(value)
	if err != nil {
		return json.RawMessage("null")
	}
	return raw
}
