package i18n_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/calendar"
	"imprimatur/internal/web/i18n"
)

func load(t *testing.T) *i18n.Catalogue {
	t.Helper()
	c, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func paris(t *testing.T) *time.Location {
	t.Helper()
	place, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return place
}

func TestBothLanguagesSayTheSame(t *testing.T) {
	t.Parallel()
	c := load(t)
	if diff := cmp.Diff(c.Keys(i18n.French), c.Keys(i18n.English)); diff != "" {
		t.Errorf("messages of French (-) and English (+): %s", diff)
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	c := load(t)
	for name, tt := range map[string]struct{ own, accept, want string }{
		"nothing said":       {"", "", "fr"},
		"own first":          {"en", "fr", "en"},
		"own unknown":        {"de", "en-GB,en;q=0.9", "en"},
		"accepted":           {"", "de, en;q=0.7, fr;q=0.3", "en"},
		"regional":           {"", "fr-CA", "fr"},
		"none of ours":       {"", "ja, zh;q=0.5", "fr"},
		"malformed":          {"", ";;q=,,x=1", "fr"},
		"longest nonsense":   {"", strings.Repeat("a-", 5000), "fr"},
		"person over header": {"fr", "en", "fr"},
	} {
		if got := c.Choose(tt.own, tt.accept); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	c := load(t)
	fr, en := c.Printer(i18n.French, paris(t)), c.Printer(i18n.English, paris(t))
	at := time.Date(2026, 11, 23, 9, 42, 0, 0, time.UTC)
	midnight := time.Date(2026, 11, 24, 23, 0, 0, 0, time.UTC) // Wednesday begins in Paris
	first := time.Date(2026, 3, 31, 23, 5, 0, 0, time.UTC)     // already April in Paris
	for _, tt := range []struct{ got, want string }{
		{fr.DateTime(at), "lundi 23\u00a0novembre 2026 à 10\u00a0h\u00a042"},
		{fr.Moment(at), "23\u00a0novembre 2026 à 10\u00a0h\u00a042"},
		{fr.Date(first), "mercredi 1er\u00a0avril 2026"},
		{fr.Hour(first), "1\u00a0h\u00a005"},
		{en.DateTime(at), "Monday 23 November 2026 at 10:42"},
		{en.Moment(first), "1 April 2026 at 01:05"},
		{fr.Limit(at), "le lundi 23\u00a0novembre 2026 à 10\u00a0h\u00a042"},
		{en.Limit(at), "Monday 23 November 2026 at 10:42"},
		{fr.Limit(midnight), "la fin du mardi 24\u00a0novembre 2026"},
		{en.Limit(midnight), "the end of Tuesday 24 November 2026"},
		{fr.Machine(at), "2026-11-23T09:42:00Z"},
		{fr.Input(at), "2026-11-23T10:42"},
		{fr.Input(time.Time{}), ""},
		{fr.In(time.UTC).Hour(at), "9\u00a0h\u00a042"},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}

func TestParseInput(t *testing.T) {
	t.Parallel()
	p := load(t).Printer(i18n.French, paris(t))
	want := time.Date(2026, 11, 23, 9, 42, 0, 0, time.UTC)
	for _, typed := range []string{"2026-11-23T10:42", "2026-11-23T10:42:00"} {
		if got, err := p.ParseInput(typed); err != nil || !got.Equal(want) {
			t.Errorf("%q: %v, %v", typed, got, err)
		}
	}
	if got, err := p.ParseInput(""); err != nil || !got.IsZero() {
		t.Errorf("nothing: %v, %v", got, err)
	}
	for _, typed := range []string{"demain", "2026-13-01T10:00", "2026-11-23"} {
		if _, err := p.ParseInput(typed); err == nil {
			t.Errorf("%q is taken for a moment", typed)
		}
	}
}

func TestPlurals(t *testing.T) {
	t.Parallel()
	c := load(t)
	for _, tt := range []struct {
		lang  string
		count int
		want  string
	}{
		{i18n.French, 0, "0 commentaire"}, {i18n.French, 1, "1 commentaire"}, {i18n.French, 2, "2 commentaires"},
		{i18n.French, 1_000_000, "1000000 commentaires"},
		{i18n.English, 0, "0 comments"}, {i18n.English, 1, "1 comment"}, {i18n.English, 2, "2 comments"},
	} {
		if got, err := c.Printer(tt.lang, time.UTC).N("reading.comments", tt.count); err != nil || got != tt.want {
			t.Errorf("%s %d: %q, %v; want %q", tt.lang, tt.count, got, err, tt.want)
		}
	}
}

func TestWhatIsNotThere(t *testing.T) {
	t.Parallel()
	p := load(t).Printer(i18n.French, time.UTC)
	if _, err := p.T("nav.nowhere"); !errors.Is(err, i18n.ErrNoMessage) {
		t.Errorf("a missing message: %v", err)
	}
	if _, err := p.T("reading.edited", "At"); !errors.Is(err, i18n.ErrNoMessage) {
		t.Errorf("a name without a value: %v", err)
	}
	if got := p.Text("nav.nowhere"); got != "nav.nowhere" {
		t.Errorf("a missing message shows as %q", got)
	}
	if p.Has("nav.nowhere") || !p.Has("nav.home") {
		t.Error("Has does not know its messages")
	}
}

func TestFrenchSpacesDoNotBreak(t *testing.T) {
	t.Parallel()
	c := load(t)
	p := c.Printer(i18n.French, time.UTC)
	for _, key := range c.Keys(i18n.French) {
		text := p.Text(key)
		for _, loose := range []string{" :", " ;", " !", " ?", "« ", " »"} {
			if strings.Contains(text, loose) {
				t.Errorf("%s: %q has a space that a line may break at", key, text)
			}
		}
	}
}

func TestSortBy(t *testing.T) {
	t.Parallel()
	names := []string{"Zoé", "envol", "Élan", "effort", "5B", "10A", "5A"}
	i18n.SortBy(load(t).Printer(i18n.French, time.UTC), names, func(s string) string { return s })
	if diff := cmp.Diff([]string{"5A", "5B", "10A", "effort", "Élan", "envol", "Zoé"}, names); diff != "" {
		t.Error(diff)
	}
}

func TestSpans(t *testing.T) {
	t.Parallel()
	c := load(t)
	fr, en := c.Printer(i18n.French, paris(t)), c.Printer(i18n.English, paris(t))
	capped := calendar.Term{In: calendar.Duration{Kind: calendar.SchoolDays, N: 1}, AtMost: calendar.Duration{Kind: calendar.Hours, N: 72}}
	for want, got := range map[string]string{
		"1 jour de classe, et 72 heures au plus": fr.Term(capped), "1 school day, and 72 hours at most": en.Term(capped),
		"15 jours": fr.Span(calendar.Duration{Kind: calendar.CalendarDays, N: 15}), "6 months": en.Span(calendar.Duration{Kind: calendar.Months, N: 6}),
		"5 jours ouvrables":  fr.Term(calendar.Term{In: calendar.Duration{Kind: calendar.WorkingDays, N: 5}}),
		"1 heure 30 minutes": fr.Lasting(90 * time.Minute), "20 seconds": en.Lasting(20 * time.Second), "0 seconde": fr.Lasting(0),
		"31 août": strings.ReplaceAll(fr.YearDay(time.August, 31), "\u00a0", " "), "1 January": en.YearDay(time.January, 1), "février": fr.Month(time.February),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
