package publication

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"imprimatur/internal/id"
	"imprimatur/internal/settings"
)

// TestAProfileHasOnePortrait: one or none, wherever it was put in, and it stands before
// the words; what is one too many is named with its rule. Other kinds keep their pictures
// where they are.
func TestAProfileHasOnePortrait(t *testing.T) {
	t.Parallel()
	one, other := portraitTag(), portraitTag()
	for name, test := range map[string]struct {
		kind       Kind
		body, want string
		faults     []string
	}{
		"none":                 {Profile, "<p>Bonjour.</p>", "<p>Bonjour.</p>", nil},
		"behind the words":     {Profile, "<p>Bonjour.</p>" + one, one + "<p>Bonjour.</p>", nil},
		"before them":          {Profile, one + "<p>Bonjour.</p>", one + "<p>Bonjour.</p>", nil},
		"among them":           {Profile, "<p>Bonjour.</p>" + one + "<p>Je suis là.</p>", one + "<p>Bonjour.</p><p>Je suis là.</p>", nil},
		"two":                  {Profile, one + "<p>Bonjour.</p>" + other, "", []string{"photos one_portrait"}},
		"the same one twice":   {Profile, one + "<p>Bonjour.</p>" + one, "", []string{"photos one_portrait"}},
		"two, in an article":   {Article, "<p>Bonjour.</p>" + one + other, "<p>Bonjour.</p>" + one + other, nil},
		"no place to be moved": {Document, "<p>Bonjour.</p>" + one, "<p>Bonjour.</p>" + one, nil},
	} {
		draft, err := compose(Input{Title: "Sophie Leroy", Body: test.body}, test.kind, settings.Values{}, morning)
		if diff := cmp.Diff(test.faults, faultsOf(err)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		if fault := new(FieldError); errors.As(err, &fault) && (fault.Rule != "R20" || fault.Limit != 1) {
			t.Errorf("%s: %+v", name, fault)
		}
		if err == nil && draft.HTML.String() != test.want {
			t.Errorf("%s: %s, want %s", name, draft.HTML, test.want)
		}
	}
}

func portraitTag() string {
	return `<img src="` + photoPath + id.New[id.Photo]().String() + `" alt="Une dame qui sourit">`
}

// TestArrangingKeepsEveryWord over any text: the words of a profile are those of the text,
// in their order, and arranging it again changes nothing.
func TestArrangingKeepsEveryWord(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		scraps := rapid.SliceOf(rapid.SampledFrom([]string{
			"<p>Un</p>", "<ul><li>Deux</li></ul>", "<blockquote><p>Trois</p></blockquote>", "<h2>Quatre</h2>", portraitTag(), "<ul><li><p>Cinq</p>" + portraitTag() + "</li></ul>",
		})).Draw(rt, "scraps")
		h, err := Sanitize(strings.Join(scraps, ""))
		if err != nil {
			rt.Fatal(err)
		}
		got := Profile.Arranged(h)
		if !SameWords(h, got) || PlainText(h) != PlainText(got) || Profile.Arranged(got) != got {
			rt.Fatalf("%s becomes %s", h, got)
		}
		if diff := cmp.Diff(Photos(h), Photos(got)); diff != "" {
			rt.Fatalf("pictures (-want +got)\n%s", diff)
		}
	})
}

// TestAProfileSaysSomething: a portrait alone presents nobody, though its description has
// words; and it has a name.
func TestAProfileSaysSomething(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		title, body string
		want        []string
	}{
		"a text alone":          {"Sophie Leroy", "<p>Bonjour.</p>", nil},
		"a text and a portrait": {"Sophie Leroy", "<p>Bonjour.</p>" + portraitTag(), nil},
		"a portrait alone":      {"Sophie Leroy", portraitTag(), []string{"body required"}},
		"nobody's name":         {"", "<p>Bonjour.</p>", []string{"title unnamed"}},
		"nothing":               {"", "", []string{"body required", "title unnamed"}},
	} {
		draft, err := compose(Input{Title: test.title, Body: test.body}, Profile, settings.Values{}, morning)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, faultsOf(complete(&draft, Profile))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}
