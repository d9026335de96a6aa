package web

import (
	"strings"
	"testing"
	"time"

	"imprimatur/internal/settings"
	"imprimatur/internal/web/i18n"
)

// Every parameter has a name, what it is about, what it counts, and words for each of its
// choices, for who fixes it and for where it comes from, in both languages; and there are
// words for no other.
func TestEveryParameterHasWords(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, lang := range i18n.Languages() {
		v := &visit{Printer: catalogue(t).Printer(lang, time.UTC)}
		for _, p := range settings.All() {
			row := p.Row()
			known[row.Key] = true
			words := v.settingWords(p)
			for _, said := range append(choiceWords(v, row), words.Name, words.About, words.Authority, words.Sources, v.settingValue(p, p.JSON(settings.Values{}))) {
				if strings.Contains(said, "setting") && !strings.Contains(said, " ") || strings.Contains(said, "source.") || strings.Contains(said, "span.") {
					t.Errorf("%s has no words in %s: %q", row.Key, lang, said)
				}
			}
			if words.Sources == "" && row.Rule != "" || words.Name == words.About {
				t.Errorf("%s is half explained in %s: %+v", row.Key, lang, words)
			}
			if row.Form == settings.Number && row.Change != settings.Never && v.settingUnit(row, 2) == "" {
				t.Errorf("nothing says in %s what %s counts", lang, row.Key)
			}
		}
		for _, theme := range settings.Themes() {
			if key := "settings.theme_" + string(theme); !v.Has(key) {
				t.Errorf("%s has no message %s", lang, key)
			}
		}
		for _, key := range catalogue(t).Keys(lang) {
			if of, found := strings.CutPrefix(key, "setting."); found && !known[strings.Split(of, ".")[0]] {
				t.Errorf("%s has words for %s, which is no parameter", lang, of)
			}
		}
	}
}

func choiceWords(v *visit, row settings.Row) []string {
	var words []string
	for _, code := range row.Choices {
		words = append(words, v.choiceWord(code))
	}
	return words
}

// What the form shows of a value is that value when it is sent back as it stands.
func TestSettingFormsSendWhatTheyShow(t *testing.T) {
	t.Parallel()
	v := &visit{Printer: catalogue(t).Printer(i18n.French, time.UTC)}
	more := map[string][]string{
		"review_target": {`"1 SCHOOL_DAYS, at most 72 HOURS"`, `"5 WORKING_DAYS"`}, "idle_adult": {`"1h30m"`, `"12h"`, `"5m1s"`},
		"pupil_naming": {`["first_name","unnamed"]`}, "consent_ends": {`"12-31"`, `"02-01"`}, "contact_mail": {`"ecole@ac-ville.example"`},
		"personal_label": {`"Paroles d'élèves"`}, "auto_mask_severity_4": {`false`}, "audience_cap_blog": {`"group"`},
	}
	for _, p := range settings.All() {
		for _, raw := range append(more[p.Key()], string(p.JSON(settings.Values{}))) {
			if err := p.Admits([]byte(raw)); err != nil {
				t.Fatal(err)
			}
			sent := settingJSON(p.Row().Form, p.Row().Range.Kind, v.settingForm(p, 1, []byte(raw)).values())
			values, err := settings.Values{}.Set(p.Key(), sent)
			if err != nil || string(p.JSON(values)) != raw {
				t.Errorf("%s = %s is sent back as %s: %v", p.Key(), raw, sent, err)
			}
		}
	}
}

// values is what a browser sends of the form.
func (f SettingForm) values() map[string][]string {
	sent := map[string][]string{}
	for name, options := range map[string][]Option{"value": f.Options, "unit": f.Units, "most_unit": f.Caps} {
		for _, option := range options {
			if option.Chosen {
				sent[name] = append(sent[name], option.Code)
			}
		}
	}
	if f.Options == nil {
		sent["value"], sent["most"] = []string{f.Value}, []string{f.Most}
	}
	return sent
}
