// Package i18n words the pages: message catalogues in French and English, plurals,
// dates and the order of names as each language has them. French comes first, and
// is what a reader gets whose languages we do not speak.
package i18n

import (
	"embed"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// The languages of the pages, as in a person's settings.
const (
	French  = "fr"
	English = "en"
)

// Languages lists them, the first being what others get.
func Languages() []string { return []string{French, English} }

//go:embed active.*.toml
var files embed.FS

// ErrNoMessage is a key that the catalogue lacks, or one used in the wrong way.
var ErrNoMessage = errors.New("no such message")

// Catalogue holds the messages of every language. It is safe for concurrent use.
type Catalogue struct {
	localizers map[string]*i18n.Localizer
	keys       map[string][]string
	matcher    language.Matcher
}

// Load gives the catalogues that are built in. They are read once.
func Load() (*Catalogue, error) { return builtIn() }

var builtIn = sync.OnceValues(func() (*Catalogue, error) {
	bundle := i18n.NewBundle(language.French)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	c := &Catalogue{
		localizers: map[string]*i18n.Localizer{}, keys: map[string][]string{},
		matcher: language.NewMatcher([]language.Tag{language.French, language.English}),
	}
	for _, lang := range Languages() {
		if err := c.load(bundle, lang); err != nil {
			return nil, fmt.Errorf("load messages of %s: %w", lang, err)
		}
	}
	return c, nil
})

func (c *Catalogue) load(bundle *i18n.Bundle, lang string) error {
	name := "active." + lang + ".toml"
	text, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	text = apostrophe.ReplaceAll(text, []byte("$1’"))
	if lang == French {
		text = []byte(Typeset(string(text)))
	}
	file, err := bundle.ParseMessageFileBytes(text, name)
	if err != nil {
		return err
	}
	for _, message := range file.Messages {
		c.keys[lang] = append(c.keys[lang], message.ID)
	}
	slices.Sort(c.keys[lang])
	c.localizers[lang] = i18n.NewLocalizer(bundle, lang)
	return nil
}

// unbroken are the spaces of French typography that a line must not break at.
var unbroken = strings.NewReplacer(
	" :", "\u00a0:", " ;", "\u00a0;", " !", "\u00a0!", " ?", "\u00a0?", "n° ", "n°\u00a0", "« ", "«\u00a0", " »", "\u00a0»", " %", "\u00a0%",
)

// Typeset puts French spaces where a French text has ordinary ones.
func Typeset(text string) string { return unbroken.Replace(text) }

// apostrophe is one as it is typed: what the catalogues say is printed with the printer's.
var apostrophe = regexp.MustCompile(`(\pL)'`)

// Keys lists the keys of a language in order, for tests.
func (c *Catalogue) Keys(lang string) []string { return slices.Clone(c.keys[lang]) }

// Choose picks the language: the person's own where it is one of ours, else by the
// Accept-Language header, else French.
func (c *Catalogue) Choose(own, accept string) string {
	if _, known := c.localizers[own]; known {
		return own
	}
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(wanted) == 0 {
		return French
	}
	if _, index, confidence := c.matcher.Match(wanted...); confidence != language.No {
		return Languages()[index]
	}
	return French
}

// Printer gives a printer of one of [Languages], with times as they are in a place.
func (c *Catalogue) Printer(lang string, place *time.Location) *Printer {
	return &Printer{lang: lang, localizer: c.localizers[lang], place: place}
}

// Printer words things in one language, at one place. It is safe for concurrent use.
type Printer struct {
	lang      string
	localizer *i18n.Localizer
	place     *time.Location
}

// In is the same printer with times as they are in another place.
func (p *Printer) In(place *time.Location) *Printer {
	return &Printer{lang: p.lang, localizer: p.localizer, place: place}
}

// Lang is the language, for the lang attribute.
func (p *Printer) Lang() string { return p.lang }

// T gives the message of a key, with its values as name, value, name, value. The
// error wraps [ErrNoMessage].
func (p *Printer) T(key string, values ...any) (string, error) {
	return p.say(key, nil, values)
}

// N is T for a message that counts: it chooses the plural, and names the count Count.
func (p *Printer) N(key string, count int, values ...any) (string, error) {
	return p.say(key, count, append([]any{"Count", count}, values...))
}

// Text is T where the key is made in Go; a missing message shows as its key.
func (p *Printer) Text(key string, values ...any) string {
	text, err := p.T(key, values...)
	if err != nil {
		return key
	}
	return text
}

// Has reports whether there is such a message.
func (p *Printer) Has(key string) bool {
	_, err := p.T(key)
	return err == nil
}

func (p *Printer) say(key string, count any, values []any) (string, error) {
	if len(values)%2 != 0 {
		return "", fmt.Errorf("message %q: a name without its value: %w", key, ErrNoMessage)
	}
	data := make(map[string]any, len(values)/2)
	for i := 0; i < len(values); i += 2 {
		data[fmt.Sprint(values[i])] = values[i+1]
	}
	text, tag, err := p.localizer.LocalizeWithTag(&i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: count})
	if err != nil {
		return "", fmt.Errorf("message %q: %w: %w", key, ErrNoMessage, err)
	}
	if tag.String() != p.lang {
		return "", fmt.Errorf("message %q is not in %s: %w", key, p.lang, ErrNoMessage)
	}
	return text, nil
}
